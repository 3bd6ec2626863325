"""The page Which one?: the latent models beside each other, a chart and a table for each data set and number of dimensions."""

import math
from html import escape

from aae_core.reproduce import curve_rows
from aae_core.reproduce import frontier as measured
from aae_core.reproduce.equal_fit import MMD2_FLOOR
from app.figures import frontier, palette
from app.figures.frontier import COLUMN_TITLES, mean_and_deviation_text
from app.ui import frontier_panel
from app.website.site_entries import SiteEntry

FILE = "which_one.html"
# size of a chart; margins for its axes, and at its other edges
WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 640, 360, 56, 44, 16
MIDDLE = 'text-anchor="middle"'


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
<p class="small">{frontier.seeds_text(rows)} {frontier.STARS_TEXT} {frontier.UNEQUAL_FIT_TEXT}</p>"""


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
    read = f'<p class="small">{escape(frontier.READING_TEXT + frontier.FLOOR_TEXT)}</p>'
    equal_fit = _equal_fit_html(frontier_data, data, dim)
    chart, table = _chart_html(rows), frontier.comparison_table_html(rows)
    return f"<h2>{title}</h2>{equal_fit}<h3>One value of each knob</h3>{chart}{read}{table}<ul>{models}</ul>"


def _equal_fit_html(frontier_data, data, dim) -> str:
    """What the models' curves say; "" where none was measured."""
    rows = curve_rows.whole_curve_rows(frontier_data, data, dim)
    if not rows:
        return ""
    sentences = "".join(f"<li>{escape(sentence)}</li>" for sentence in frontier.curve_sentences(rows))
    has_test_curves = curve_rows.has_test_curves(frontier_data, data, dim)
    text = frontier.CURVE_TABLE_TEXT if has_test_curves else f"{frontier.CURVE_TABLE_TEXT} {frontier.HELD_OUT_TEXT}"
    table = frontier.curve_table_html(rows)
    return f'<h3>At equal fit</h3><ul>{sentences}</ul>{table}<p class="small">{escape(text)}</p>'


def _chart_html(rows) -> str:
    """SVG of reconstruction error over MMD²; the numbers in its marks refer to the list beside it."""
    plotted = [row for row in rows if row.values("mmd2") and row.values("reconstruction")]
    if not plotted:
        return ""
    decades = max(
        1,
        math.ceil(
            math.log10(max(value for row in plotted for value in (MMD2_FLOOR, *row.values("mmd2"))) / MMD2_FLOOR)
        ),
    )
    errors = [value for row in plotted for value in row.values("reconstruction")]
    low, high = math.floor(min(errors)), math.floor(max(errors)) + 1
    bottom = HEIGHT - BOTTOM

    def position(mmd2, error):
        across, up = math.log10(max(mmd2, MMD2_FLOOR) / MMD2_FLOOR) / decades, (error - low) / (high - low)
        return f"{LEFT + (WIDTH - LEFT - EDGE) * across:.1f}", f"{bottom - (bottom - EDGE) * up:.1f}"

    svg = ""
    for k in range(decades + 1):
        x, _ = position(MMD2_FLOOR * 10.0**k, low)
        svg += f'<path d="M{x} {EDGE}V{bottom}" class="grid"/>' + _svg_text(x, bottom + 16, f"{MMD2_FLOOR * 10.0**k:g}")
    for error in (low, high):
        _, y = position(MMD2_FLOOR, error)
        svg += f'<path d="M{LEFT} {y}H{WIDTH - EDGE}" class="grid"/>'
        svg += _svg_text(LEFT - 6, y, f"{error:g}", 'text-anchor="end"')
    middles = {row.model.name: position(row.mean("mmd2"), row.mean("reconstruction")) for row in plotted}
    frontier_positions = [middles[row.model.name] for row in measured.pareto_front(plotted, "mmd2", "reconstruction")]
    if len(frontier_positions) > 1:
        svg += f'<path d="M{"L".join(" ".join(xy) for xy in frontier_positions)}" class="frontier" fill="none"/>'
    for k, row in enumerate(plotted):
        fill = f'fill="{palette.darken_for_white_text(palette.model_colour(row.model.variant))}"'
        seeds = [(point.figure_value("mmd2"), point.figure_value("reconstruction")) for point in row.points]
        for x, y in (position(*seed) for seed in seeds if None not in seed):
            svg += f'<circle cx="{x}" cy="{y}" r="3" {fill} opacity="0.6"/>'
        x, y = middles[row.model.name]
        svg += f'<circle cx="{x}" cy="{y}" r="10" {fill}/>'
        svg += _svg_text(x, y, str(k + 1), f'class="in" {MIDDLE} dy="0.35em"')
    svg += _svg_text((WIDTH + LEFT) / 2, HEIGHT - 6, f"{COLUMN_TITLES['mmd2']}, distance to the prior")
    svg += _svg_text(
        0, 0, COLUMN_TITLES["reconstruction"], f'{MIDDLE} transform="translate(14 {bottom / 2}) rotate(-90)"'
    )
    description = "; ".join(
        f"{row.model.title} {mean_and_deviation_text(row, 'reconstruction')} at {mean_and_deviation_text(row, 'mmd2')}"
        for row in plotted
    )
    names = "".join(f"<li>{escape(row.model.title)}</li>" for row in plotted)
    return (
        f'<div class="frontier-chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(f"Reconstruction error at MMD²: {description}")}">{svg}</svg><ol>{names}</ol></div>'
    )


def _svg_text(x, y, words, attributes=MIDDLE) -> str:
    return f'<text x="{x}" y="{y}" {attributes}>{escape(words)}</text>'
