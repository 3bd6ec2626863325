"""Compare: two revisions as linked planes, the settings in which they differ, and their metrics."""

from html import escape

from app.page_parts import difference_tables
from app.scenes import plane_pair
from app.website import page_template, site_entries
from app.website.revision_pages import LINK_BAR_PLACE, plane_or_note_html

LINK_TEXT = "What you do on one plane also happens on the other, as far as the two planes have it in common."


def page_html(
    left: site_entries.SiteEntry, right: site_entries.SiteEntry, entries: list[site_entries.SiteEntry]
) -> str:
    """The content of the page, with `left` on the left."""
    pair = left.revision, right.revision
    names = plane_pair.PlanePair(pair, (None, None)).names
    style = difference_tables.STYLE  # is in the site's style sheet
    settings = difference_tables.settings_table_html(
        names, [revision.config for revision in pair], all(revision.data.is_table for revision in pair)
    ).removeprefix(style)
    metrics = difference_tables.metrics_table_html(names, pair).removeprefix(style)
    legend = "".join(f'<p class="small">{escape(sentence)}</p>' for sentence in difference_tables.metrics_legend(pair))
    choices = _revision_select_html("Left", left, right, entries) + _revision_select_html("Right", right, left, entries)
    return f"""<div class="title"><h1>Compare</h1>{choices}{LINK_BAR_PLACE}</div>
<p>{escape(LINK_TEXT)}</p>
{plane_or_note_html()}
<h2>Metrics</h2>
{metrics or "<p>Neither has metrics.</p>"}
{legend}
<h2>Settings that differ</h2>
{settings or "<p>Both were trained with the same settings.</p>"}"""


def _revision_select_html(label, current, other_side, entries) -> str:
    """A choice of another revision in place of `current`. It leads to one page for each pair, whatever its order; a lesson may
    have another, with the sides exchanged."""

    def file_of(candidate):
        return site_entries.comparison_file(*sorted((candidate, other_side), key=entries.index))

    options = {file_of(candidate): candidate.title for candidate in entries if candidate is not other_side}
    return page_template.choice_html(label, label.lower(), options, file_of(current))
