"""The pages about one revision: Explore, and Style and content."""

import re
from html import escape as text

from app.figures import number_text
from app.handout import contents
from app.website import frame
from app.website.titles import Shown, comparison

# Elements that the script fills: the plane, and a bar of links.
PLANE, BAR = '<div id="plane"></div>', '<div id="bar"></div>'
PART = f"{PLANE}\n<noscript><p>{frame.ALONE}</p></noscript>"


def explore(one: Shown, all_: list[Shown]) -> str:
    rows = number_text.metric_rows(one.revision.measures, one.revision.data.is_table)
    metrics = "<h2>Metrics</h2>" + frame.table("Metrics", ("Metric", "Value", "How to read it"), rows) if rows else ""
    return f"""{_title("Explore", one, {entry.explore: entry.title for entry in all_}, one.explore, all_)}
<p>{text(one.revision.variant.summary)} {text(one.revision.notes)}</p>
{PLANE}
<noscript><p>{frame.ALONE} {contents.still_of(one.revision)}</p>
<img alt="The map of the codes" src="{text(one.map)}"></noscript>
{metrics}"""


def style(one: Shown, all_: list[Shown]) -> str:
    """The content of the page Style and content. all_: the revisions of the site that have this page."""
    summary = text(one.revision.variant.summary)
    return f"""{_title("Style and content", one, {entry.style: entry.title for entry in all_}, one.style, [])}
<p>{summary} A row takes the style of an image, a column is a content: every cell is decoded from the two.</p>
{PART}"""


def _title(name, current, options, file, others):
    with_ = {
        comparison(*sorted((current, candidate), key=others.index)): candidate.title
        for candidate in others
        if candidate is not current
    }
    compared = frame.pick("Compare with", "with", {"": "…", **with_}, "") if with_ else ""
    pick = frame.pick("Revision", "revision", options, file)
    return f'<div class="title"><h1>{name}</h1>{pick}{compared}{BAR}</div>'


def bold(told: str) -> str:
    """HTML of a Markdown text with **bold** words only."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text(told))
