"""The tokens of the design: every file that must repeat one has the same value, and every token is used."""

import re
import tomllib

import pytest

pytest.importorskip("streamlit")
from helpers.browser_app import PROJECT

from app.figures import palette
from app.handout import document
from app.ui import page_options

APP = PROJECT / "app"
TOKENS = dict(re.findall(r"--([\w-]+):\s*([^;]+);", (APP / "components" / "tokens.css").read_text(encoding="utf-8")))
THEME = tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
COLOURS = {  # in Streamlit's theme
    "primaryColor": "accent",
    "backgroundColor": "page",
    "secondaryBackgroundColor": "soft",
    "textColor": "text",
    "codeTextColor": "text",
    "borderColor": "line",
}


def light_and_dark(token):
    return re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", TOKENS[token]).groups()


@pytest.mark.parametrize(("option", "role"), COLOURS.items())
def test_the_theme_has_the_colours_of_the_tokens(option, role):
    assert (THEME["light"][option], THEME["dark"][option]) == light_and_dark(f"colour-{role}")


def test_the_theme_names_no_other_colour():
    assert THEME["light"].keys() == THEME["dark"].keys() == COLOURS.keys()


def test_sizes_and_corners_of_the_theme_are_the_tokens():
    sizes = [TOKENS[f"type-{name}"] for name in ("title", "heading", "subheading")]
    assert THEME["headingFontSizes"] == sizes and THEME["baseRadius"] == TOKENS["corner"]


def test_what_cannot_read_the_tokens_repeats_them():
    assert (TOKENS["colour-page"], TOKENS["colour-accent"]) == (palette.PAGE_BACKGROUND, palette.PRIMARY_COLOUR)
    sign_in = (APP / "server" / "sign_in.py").read_text(encoding="utf-8")
    assert TOKENS["colour-action"] in sign_in and f"border-radius: {TOKENS['corner']}" in sign_in


def test_pages_and_documents_begin_with_the_tokens():
    assert "--colour-action:" in page_options.COMMON_STYLE
    assert "--colour-action:" in document.theme_css()


def test_korean_lines_break_between_words_in_pages_and_documents():
    rule = re.compile(r":root:lang\(ko\) {\s*word-break: keep-all;\s*overflow-wrap: break-word;\s*}")
    for style in (page_options.COMMON_STYLE, document.theme_css()):
        assert rule.search(style)
    sheets = [*(APP / "components").rglob("*.css"), APP / "website" / "site.css"]
    assert not [path.name for path in sheets if path.name != "tokens.css" and "word-break" in path.read_text("utf-8")]


def test_style_sheets_take_colours_from_the_tokens():
    for path in [*(APP / "components").rglob("*.css"), APP / "website" / "site.css"]:
        if path.name != "tokens.css":
            repeated_colours = {value for value in TOKENS.values() if value.startswith("#")} & set(
                re.findall(r"#\w{6}", path.read_text(encoding="utf-8"))
            )
            assert not repeated_colours, (path, repeated_colours)


def test_every_token_is_used():
    texts = [
        path.read_text(encoding="utf-8")
        for suffix in ("css", "py")
        for path in APP.rglob(f"*.{suffix}")
        if path.name != "tokens.css"
    ]
    theme = (APP / "components" / "tokens.css").read_text(encoding="utf-8")
    for name in TOKENS:
        is_of_the_theme = name in (*(f"colour-{role}" for role in COLOURS.values()), "type-title", "type-heading")
        is_used = any(f"var(--{name})" in text for text in [*texts, theme])
        assert is_used or is_of_the_theme or name == "type-subheading", name
