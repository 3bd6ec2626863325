"""What the pages say beside a table: rows and features, where they say images and pixels beside images."""

import re

import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.app_pages import assert_no_exception
from helpers.table_models import MODEL_SETTINGS, TINY  # noqa: F401

from aae_core.store.revisions import Store
from app.ui import form_settings, requested_metrics

pytestmark = pytest.mark.usefixtures("no_gallery")

PAGES_AND_KINDS = (
    ("explore", "aae"), ("compare", "taught"), ("style", "taught"), ("clusters", "found"), ("classify", "taught"),
    ("revisions", "found"), ("revisions", "vae"),
)  # fmt: skip
IMAGE_WORDS = re.compile(r"(?<![\w./:_-])(images?|pixels?)(?![\w/=:_-])", re.IGNORECASE)
# fields of a message that are not read by a user
UNSEEN_FIELDS = ("css_content", "js_content", "html_content", "id", "element_id")
STYLE_TAG = re.compile(r"<style>.*?</style>", re.DOTALL)


def texts_of(message):
    """All texts in a message of Streamlit to the browser, but for style sheets, scripts and keys."""
    for field, value in message.ListFields():
        values = [value] if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__") else value
        for entry in values:
            if isinstance(entry, str) and field.name not in UNSEEN_FIELDS:
                yield STYLE_TAG.sub("", entry)
            elif hasattr(entry, "ListFields"):
                yield from texts_of(entry)


def texts_on(node):
    for child in getattr(node, "children", {}).values():
        yield from texts_on(child)
    if hasattr(getattr(node, "proto", None), "ListFields"):
        yield from texts_of(node.proto)


def sentences_on(app):
    """The texts on a page that speak of images or pixels."""
    return sorted({text for text in texts_on(app._tree) if IMAGE_WORDS.search(text)})


@pytest.mark.parametrize(("page", "kind"), PAGES_AND_KINDS)
def test_no_page_of_a_table_speaks_of_images(revision_ids, page, kind):
    revision = Store().open(revision_ids[kind])
    app = app_pages.AppTest.from_file(app_pages.ROUTER, default_timeout=300)
    app.query_params.update(revision=revision.id, left=revision.id, right=revision_ids["vae"])
    if page != "explore":
        app.switch_page(f"views/{page}.py")
    app.session_state["plain"] = True
    for protocol in requested_metrics.SPINNER_TEXTS:
        app.session_state[f"measured.{protocol}.{revision.id}"] = revision.codes_cache_key
    assert sentences_on(assert_no_exception(app.run())) == []


def test_settings_for_a_table_speak_of_rows():
    for key in form_settings.TITLES.keys() - set(form_settings.FIXED_WORDING):
        titles = form_settings.choice_titles(key, True) if key != "variant" else {}
        for text in (form_settings.setting_title(key, True), form_settings.help_text(key, True), *titles.values()):
            assert not IMAGE_WORDS.search(text), (key, text)
    assert form_settings.setting_title("labels", True) == "Labelled rows"
    assert form_settings.setting_title("labels") == "Labelled images"
    assert form_settings.setting_title("augment", True) == form_settings.TITLES["augment"]


def test_the_form_follows_the_data_in_its_words():
    for data, word in (("wine", "Labelled rows"), ("digits", "Labelled images")):
        app = assert_no_exception(
            app_pages.run_page("train", ["train.all"], data=data, variant="semi-supervised", labels="30")
        )
        labels = [field.label for field in app.number_input]
        assert word in labels, labels
