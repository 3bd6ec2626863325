"""The page Which one?: the latent models beside each other, a chart and a table for each data set and number of dimensions."""

from html import escape

from aae_core.reproduce import curve_rows
from aae_core.reproduce import frontier as measured
from app.figures import frontier, frontier_svg
from app.ui import frontier_panel
from app.website.site_entries import SiteEntry

FILE = "which_one.html"


def page_html(frontier_data: measured.Frontier, entries: list[SiteEntry]) -> str:
    """The content of the page, with links to the models' revisions that are in the site."""
    sections = "".join(
        _section_html(frontier_data, entries, data, dim) for data, dim in frontier_data.data_sets_and_dimensions
    )
    rows = [row for place in frontier_data.data_sets_and_dimensions for row in frontier_data.model_rows(*place)]
    command, machine = escape(frontier_data.command), escape(frontier_data.machine)
    provenance = f"<code>{command}</code>, {escape(frontier_data.date)}, {machine}"
    return f"""<h1>Which one?</h1>
<p class="lead">Which latent model should you use? {len(frontier_data.models)} models, trained by one protocol on the same images
and measured on images that they have not seen.</p>
{sections}
<h2>How it was measured</h2>
<p class="small">{escape(frontier_data.protocol)} {provenance}.</p>
<p class="small">{frontier.seeds_text(rows)} {frontier.stars_text()} {frontier.UNEQUAL_FIT_TEXT}</p>"""


def _section_html(frontier_data, entries, data, dim) -> str:
    rows = frontier_data.model_rows(data, dim)
    models, standings = "", frontier.strengths_and_weaknesses(rows)
    summaries_by_id = frontier_panel.find_trained_revisions(rows, [entry.summary for entry in entries])
    files = {entry.summary.id: entry.explore_page_file for entry in entries}
    for row in rows:
        best, last = ("; ".join(texts) for texts in standings[row.model.name])
        best = best or frontier.highest_ranks_text(row, rows)
        description = f"Among the best in: {best}. Among the last in: {last or 'nothing'}. "
        description += f"Its training needs {frontier.prior_needs_text(row.model.variant)}."
        links = "".join(
            f' <a href="{escape(files[summary.id])}" aria-label="{escape(f"Open seed {point.seed}: {row.model.title}")}">'
            f"Open seed {point.seed}</a>"
            for point in row.points
            if (summary := summaries_by_id.get(point.revision))
        )
        summary_text = escape(f"{frontier.model_summary(row.model)} {description}")
        models += f"<li><b>{escape(row.model.title)}</b>. {summary_text}{links}</li>"
    title = escape(f"{frontier_panel.data_set_title(data)}, {dim} dimensions")
    read = f'<p class="small">{escape(f"{frontier.READING_TEXT} {frontier.floor_text()}")}</p>'
    equal_fit = _equal_fit_html(frontier_data, data, dim)
    chart, table = frontier_svg.chart_html(rows), frontier.comparison_table_html(rows)
    return f"<h2>{title}</h2>{equal_fit}<h3>One value of each knob</h3>{chart}{read}{table}<ul>{models}</ul>"


def _equal_fit_html(frontier_data, data, dim) -> str:
    """What the models' curves say; "" where none was measured."""
    rows = curve_rows.whole_curve_rows(frontier_data, data, dim)
    if not rows:
        return ""
    sentences = "".join(f"<li>{escape(sentence)}</li>" for sentence in frontier.curve_sentences(rows))
    has_test_curves = curve_rows.has_test_curves(frontier_data, data, dim)
    text = frontier.curve_table_text() if has_test_curves else f"{frontier.curve_table_text()} {frontier.HELD_OUT_TEXT}"
    table = frontier.curve_table_html(rows)
    return f'<h3>At equal fit</h3><ul>{sentences}</ul>{table}<p class="small">{escape(text)}</p>'
