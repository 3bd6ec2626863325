"""The HTML frame of a site's pages: head, navigation, footer. All text is escaped by `escape`."""

from html import escape

from app.figures import html_tables
from app.handout import document
from app.translation.languages import current_language
from app.translation.texts import mark, translate

STYLE, SCRIPT, ICON = "site.css", "site.js", "icon.svg"
# Content security policy: nothing is fetched from outside the site's folder; 'self' means that folder also for a page opened from
# a disk (in Chromium, Firefox and WebKit). 'wasm-unsafe-eval' is for the decoder's WebAssembly.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src blob:; base-uri 'none'; form-action 'none'"
)
NO_SCRIPT_TEXT = mark("This part of the page needs JavaScript, which is switched off here.")


FOOTER_TEXT = mark(
    "Made with the latent-space explorer for adversarial autoencoders (Makhzani et al., 2015, arXiv 1511.05644). Nothing on "
    "these pages is sent anywhere."
)


def page_html(
    nav: dict[str, str], title: str, content: str, current_file: str, description: str, script_data: dict
) -> bytes:
    """A page of the site.

    nav: the files of the navigation links, by title. content: the content as HTML. current_file: the file of the navigation
    link to mark as current. description: a sentence for search engines. script_data: the data for the page's script, JSON
    values.
    """
    links = ""
    for name, file in nav.items():
        current = " aria-current=page" if file == current_file else ""
        links += f'<a href="{escape(file)}"{current}>{escape(translate(name))}</a>'
    head = document.HEAD_TEMPLATE.format(language=current_language(), policy=POLICY, title=escape(title))
    skip, pages = translate("Skip to the content"), translate("Pages")
    return f"""{head}<meta name="description" content="{escape(description)}">
<link rel="icon" href="{ICON}">
<link rel="stylesheet" href="{STYLE}">
</head>
<body>
<a class="skip" href="#main">{escape(skip)}</a>
<header><nav aria-label="{escape(pages)}">{links}</nav></header>
<main id="main" tabindex="-1">
{content}
</main>
<footer><p>{escape(translate(FOOTER_TEXT))}</p></footer>
<script type="application/json" id="page-data">{document.inline_json(script_data)}</script><script src="{SCRIPT}" defer></script>
</body>
</html>
""".encode()


def choice_html(label: str, key: str, titles_by_file: dict[str, str], chosen_file: str) -> str:
    """A choice among pages of the site (titles by file), to which web/src/site/main.ts then navigates."""
    rows = ""
    for file, title in titles_by_file.items():
        selected_attribute = " selected" if file == chosen_file else ""
        rows += f'<option value="{escape(file)}"{selected_attribute}>{escape(title)}</option>'
    return f'<label class="pick" data-key="{key}"><span>{escape(label)}</span><select>{rows}</select></label>'


def table_html(label: str, heads, rows) -> str:
    """HTML of a table of texts, in which the first cell of a row is its heading; it scrolls horizontally if it is too wide."""
    return scrollable_html(label, html_tables.table_html("", heads, rows))


def scrollable_html(label: str, content: str) -> str:
    """HTML in a box that scrolls horizontally, also by keyboard, if the content is too wide."""
    return f'<div class="wide" role="region" tabindex="0" aria-label="{escape(label)}">{content}</div>'
