"""The document: one HTML file that contains its style, its script and its data, and loads nothing from outside."""

import base64
import gzip
import html
import json
import re
import tomllib
from functools import cache
from pathlib import Path

from app.components import page_scripts
from app.server.content_policy import hash_source
from app.translation.languages import current_language

APP = Path(__file__).parents[1]
STYLES = ("theme.css", "latent_canvas/style.css", "style_grid/style.css", "time_axis/style.css", "handout/style.css")
# orders of the bytes before compression: first the even and then the odd ones, or unchanged
EVEN_ODD_ORDER, PLAIN_ORDER = "pairs", "plain"
# replaces a letter of Base85 that may begin a tag by one that Base85 does not use
BASE85_TRANSLATION = bytes.maketrans(b"<", b".")
HEAD_TEMPLATE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
"""  # also used for the pages of a site
DOCUMENT_TEMPLATE = """{head}<link rel="icon" href="data:image/svg+xml;base64,{icon}">
<style id="style">{style}</style>
</head>
<body>
{body}
<script type="application/json" id="page-data">{page_data}</script>
{files}
<script type="module">{script}</script>
</body>
</html>
"""


def document_html(title: str, body: str, script_data: dict, files: dict[str, str]) -> bytes:
    """The file: the same bytes for the same values.

    title: text; body: HTML, in which texts of users are escaped; script_data: the JSON data of its script, stored under the id
    "page-data"; files: those that the data names, as of `packed_file_element`. Raises ValueError if a script contains what
    would end it within HTML.
    """
    script = f"\n{page_scripts.script_text(page_scripts.HANDOUT, current_language())}\n"
    style = stylesheet()
    if re.search("</?script|<!--", script, re.IGNORECASE):
        raise ValueError("The script holds what would end it within a document.")
    policy = (
        f"default-src 'none'; script-src {hash_source(script)} 'wasm-unsafe-eval'; style-src {hash_source(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    icon = base64.b64encode((APP / "icon.svg").read_bytes()).decode()
    head = HEAD_TEMPLATE.format(language=current_language(), policy=policy, title=html.escape(title))
    parts = {"page_data": inline_json(script_data), "files": "\n".join(files.values()), "script": script}
    return DOCUMENT_TEMPLATE.format(head=head, icon=icon, style=style, body=body, **parts).encode()


def inline_json(value) -> str:
    """A value as JSON within a script element of a page, which no text in it can end."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def packed_file_element(name: str, content: bytes) -> str:
    """A file as a script element with the id "file <name>", for web/src/handout/files.ts: compressed by gzip, in Base85."""
    # of numbers with two bytes, the high bytes are alike
    orders = {PLAIN_ORDER: content, EVEN_ODD_ORDER: content[0::2] + content[1::2]}
    compressed = {
        order: gzip.compress(content_in_order, 9, mtime=0)
        for order, content_in_order in orders.items()
        if order == PLAIN_ORDER or len(content) % 2 == 0
    }
    order = min(compressed, key=lambda content_in_order: len(compressed[content_in_order]))
    letters = base64.b85encode(compressed[order]).translate(BASE85_TRANSLATION).decode()
    return f'<script type="text/plain" id="file {html.escape(name)}" data-way="{order}">{letters}</script>'


@cache
def stylesheet() -> str:
    """The `theme_css`, and the app's style sheets, which use it."""
    return "\n".join([theme_css(), *((APP / "components" / name).read_text(encoding="utf-8") for name in STYLES)])


def theme_css() -> str:
    """The tokens of the design and Streamlit's theme as CSS custom properties, light or dark as the system is set."""
    options = tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    light_options, dark_options = options.pop("light"), options.pop("dark")
    light_rule = f":root {{ color-scheme: light dark; {theme_properties_css(options | light_options)} }}"
    tokens = (APP / "components" / "tokens.css").read_text(encoding="utf-8")
    return f"{tokens}\n{light_rule}\n@media (prefers-color-scheme: dark) {{ :root {{ {theme_properties_css(dark_options)} }} }}"


def theme_properties_css(theme) -> str:
    """The textual options of a theme as Streamlit's custom properties: primaryColor is --st-primary-color."""
    names = {key: re.sub("(?=[A-Z])", "-", key).lower() for key, value in theme.items() if isinstance(value, str)}
    return " ".join(f"--st-{name}: {theme[key]};" for key, name in names.items())
