"""The page Theory, run without a browser."""

import pytest

pytest.importorskip("streamlit")
from helpers import app_pages

from app.theory import article, figures

SECTIONS = article.read_article().sections
LIVE_SUFFIXES = (".plane", ".game", ".board")  # of the keys of live figures
LIVE_SECTIONS = [section for section in SECTIONS if section.figure.on != article.CHART_FIGURE]


def component_keys(app):
    """The keys of the components on the page, as far as they begin with the page's name."""
    elements = [element.proto for element in app.get("bidi_component")]
    return [key for key in (proto.id.rpartition("-")[2] for proto in elements) if key.startswith("theory.")]


def press(app, key):
    (button,) = [button for button in app.button if button.key == key]
    return app_pages.assert_no_exception(button.click().run())


def test_each_section_has_text_figure_and_derivations():
    app = app_pages.open_page("theory")
    assert [header.value for header in app.header] == [section.title for section in SECTIONS]
    keys = component_keys(app)
    for section in SECTIONS:
        for part in ("text", "still", "derivations"):
            assert f"theory.{section.anchor}.{part}" in keys
    assert not [key for key in keys if key.endswith(LIVE_SUFFIXES)], "a figure is live before it was asked for"


@pytest.mark.parametrize("section", LIVE_SECTIONS, ids=lambda section: section.anchor)
def test_a_figure_becomes_live_and_the_one_before_it_still(section):
    app = app_pages.open_page("theory")
    other_section = next(candidate for candidate in LIVE_SECTIONS if candidate is not section)
    press(app, f"theory.{other_section.anchor}.try")
    press(app, f"theory.{section.anchor}.try")
    live_keys = [key for key in component_keys(app) if key.endswith(LIVE_SUFFIXES)]
    assert [key.split(".")[1] for key in live_keys] == [section.anchor]
    press(app, f"theory.{section.anchor}.close")
    assert not [key for key in component_keys(app) if key.endswith(LIVE_SUFFIXES)]


def test_a_figure_without_its_model_says_what_to_train(no_gallery):
    app = app_pages.open_page("theory")
    assert "needs a trained “aae”" in app_pages.page_texts(app)
    assert figures.LIVE_KEY not in app.session_state
