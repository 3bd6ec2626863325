"""The pages about one revision: Explore, and Style and content."""

import re
from html import escape

from app.figures import number_text
from app.handout import contents
from app.translation.texts import mark, translate
from app.website import page_template
from app.website.site_entries import SiteEntry, comparison_file

# Elements that the script fills: the plane, and a bar of links.
GRID_TEXT = mark("A row takes the style of an image, a column is a content: every cell is decoded from the two.")
PLANE_PLACE, LINK_BAR_PLACE = '<div id="plane"></div>', '<div id="bar"></div>'


def plane_or_note_html() -> str:
    """The place of the plane, and a sentence for readers without JavaScript."""
    return f"{PLANE_PLACE}\n<noscript><p>{escape(translate(page_template.NO_SCRIPT_TEXT))}</p></noscript>"


def explore_html(current: SiteEntry, entries: list[SiteEntry]) -> str:
    rows = number_text.metric_rows(current.revision.measures, current.revision.data.is_table)
    title, heads = translate("Metrics"), (translate("Metric"), translate("Value"), translate("How to read it"))
    metrics = f"<h2>{escape(title)}</h2>" + page_template.table_html(title, heads, rows) if rows else ""
    title_by_file = {entry.explore_page_file: entry.title for entry in entries}
    page_title = _title_html(translate("Explore"), current, title_by_file, current.explore_page_file, entries)
    summary, alt = translate(current.revision.variant.summary), translate("The map of the codes")
    return f"""{page_title}
<p>{escape(summary)} {escape(current.revision.notes)}</p>
{PLANE_PLACE}
<noscript><p>{escape(translate(page_template.NO_SCRIPT_TEXT))} {contents.map_caption(current.revision)}</p>
<img alt="{escape(alt)}" src="{escape(current.map_file)}"></noscript>
{metrics}"""


def style_html(current: SiteEntry, entries: list[SiteEntry]) -> str:
    """The content of the page Style and content. entries: the revisions of the site that have this page."""
    summary = escape(translate(current.revision.variant.summary))
    title_by_file = {entry.style_page_file: entry.title for entry in entries}
    page_title = _title_html(translate("Style and content"), current, title_by_file, current.style_page_file, [])
    return f"""{page_title}
<p>{summary} {escape(translate(GRID_TEXT))}</p>
{plane_or_note_html()}"""


def _title_html(name, current, options, file, compared_entries) -> str:
    comparison_titles = {
        comparison_file(*sorted((current, candidate), key=compared_entries.index)): candidate.title
        for candidate in compared_entries
        if candidate is not current
    }
    comparison_choice = (
        page_template.choice_html(translate("Compare with"), "with", {"": "…", **comparison_titles}, "")
        if comparison_titles
        else ""
    )
    revision_choice = page_template.choice_html(translate("Revision"), "revision", options, file)
    return f'<div class="title"><h1>{escape(name)}</h1>{revision_choice}{comparison_choice}{LINK_BAR_PLACE}</div>'


def bold_html(markdown_text: str) -> str:
    """HTML of a Markdown text with **bold** words only."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(markdown_text))
