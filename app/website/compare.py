"""Compare: two revisions as linked planes, the settings in which they differ, and their metrics."""

from html import escape

from app.page_parts.compare import difference_tables
from app.scenes import plane_pair
from app.translation.texts import mark, translate
from app.website import page_template, site_entries
from app.website.revision_pages import LINK_BAR_PLACE, plane_or_note_html

LINK_TEXT = mark("What you do on one plane also happens on the other, as far as the two planes have it in common.")


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
    choices = _revision_select_html(translate("Left"), "left", left, right, entries)
    choices += _revision_select_html(translate("Right"), "right", right, left, entries)
    title, settings_title = translate("Compare"), translate("Settings that differ")
    no_metrics, no_settings = translate("Neither has metrics."), translate("Both were trained with the same settings.")
    metrics_title = translate("Metrics")
    return f"""<div class="title"><h1>{escape(title)}</h1>{choices}{LINK_BAR_PLACE}</div>
<p>{escape(translate(LINK_TEXT))}</p>
{plane_or_note_html()}
<h2>{escape(metrics_title)}</h2>
{metrics or f"<p>{escape(no_metrics)}</p>"}
{legend}
<h2>{escape(settings_title)}</h2>
{settings or f"<p>{escape(no_settings)}</p>"}"""


def _revision_select_html(label, key, current, other_side, entries) -> str:
    """A choice of another revision in place of `current`. It leads to one page for each pair, whatever its order; a lesson may
    have another, with the sides exchanged."""

    def file_of(candidate):
        return site_entries.comparison_file(*sorted((candidate, other_side), key=entries.index))

    options = {file_of(candidate): candidate.title for candidate in entries if candidate is not other_side}
    return page_template.choice_html(label, key, options, file_of(current))
