"""Texts in the language of their reader, with English as the fallback."""

import gettext
import io
from types import SimpleNamespace

import pytest

from app.translation import data_titles, texts
from app.translation.languages import use_language

catalog = pytest.importorskip("babel.messages.catalog", reason="catalogues are made with requirements-dev.txt")
mofile = pytest.importorskip("babel.messages.mofile")


@pytest.fixture
def korean(monkeypatch):
    """A catalogue of three texts for Korean."""
    catalogue = catalog.Catalog(locale="ko")
    catalogue.add("Codes", "코드")
    catalogue.add("{name} of {total}", "{total} 중 {name}")
    catalogue.add(("{count} image", "{count} images"), ("이미지 {count}개",))
    file = io.BytesIO()
    mofile.write_mo(file, catalogue)
    file.seek(0)
    translations = {"ko": gettext.GNUTranslations(file), "en": gettext.NullTranslations()}
    monkeypatch.setattr(texts, "load_catalogue", translations.__getitem__)


def test_texts_are_translated_with_their_values_in_the_order_of_the_language(korean):
    with use_language("ko"):
        assert texts.translate("Codes") == "코드"
        assert texts.translate("{name} of {total}", name="3", total=10) == "10 중 3"
        assert texts.translate_plural("{count} image", "{count} images", 1) == "이미지 1개"


def test_a_text_that_the_catalogue_lacks_is_english(korean):
    with use_language("ko"):
        assert texts.translate("Not there: {n}", n=2) == "Not there: 2"
        assert texts.translate("") == ""


def test_english_is_the_text_itself(korean):
    assert texts.translate("Codes") == "Codes"
    assert texts.translate("{mmd2} stays") == "{mmd2} stays"
    assert texts.translate_plural("{count} image", "{count} images", 1) == "1 image"
    assert texts.translate_plural("{count} image", "{count} images", 2) == "2 images"


def test_only_titles_of_built_in_data_sets_are_translated():
    with use_language("zh"):
        assert data_titles.data_title(SimpleNamespace(name="mnist", title="MNIST digits")) != "MNIST digits"
        assert data_titles.data_title(SimpleNamespace(name="mine", title="MNIST digits")) == "MNIST digits"
