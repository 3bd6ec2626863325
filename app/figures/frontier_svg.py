"""The chart of latent models as SVG: reconstruction error over MMD², for pages without a charting library."""

import math
from html import escape

from aae_core.reproduce import frontier as measured
from aae_core.reproduce.equal_fit import MMD2_FLOOR
from app.figures import palette
from app.figures.frontier import COLUMN_TITLES, mean_and_deviation_text
from app.translation.texts import translate

# size of a chart; margins for its axes, and at its other edges
WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 640, 360, 56, 44, 16
MIDDLE = 'text-anchor="middle"'
STYLE = """<style>
.frontier-chart { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: center; }
.frontier-chart svg { flex: 1 1 24rem; min-width: 0; max-width: 44rem; font-size: 13px; }
.frontier-chart text { fill: currentcolor; }
.frontier-chart .in { fill: #fff; font-weight: 700; }
.frontier-chart .grid { stroke: var(--line); }
.frontier-chart .frontier { stroke: currentColor; stroke-dasharray: 2 3; }
</style>"""


def chart_html(rows) -> str:
    """SVG of reconstruction error over MMD²; the numbers in its marks refer to the list beside it."""
    plotted_rows = [row for row in rows if row.values("mmd2") and row.values("reconstruction")]
    if not plotted_rows:
        return ""
    decades = max(
        1,
        math.ceil(
            math.log10(max(value for row in plotted_rows for value in (MMD2_FLOOR, *row.values("mmd2"))) / MMD2_FLOOR)
        ),
    )
    errors = [value for row in plotted_rows for value in row.values("reconstruction")]
    low, high = math.floor(min(errors)), math.floor(max(errors)) + 1
    bottom = HEIGHT - BOTTOM

    def position(mmd2, error):
        x_share, y_share = math.log10(max(mmd2, MMD2_FLOOR) / MMD2_FLOOR) / decades, (error - low) / (high - low)
        return f"{LEFT + (WIDTH - LEFT - EDGE) * x_share:.1f}", f"{bottom - (bottom - EDGE) * y_share:.1f}"

    svg = ""
    for k in range(decades + 1):
        x, _ = position(MMD2_FLOOR * 10.0**k, low)
        svg += f'<path d="M{x} {EDGE}V{bottom}" class="grid"/>' + _svg_text(x, bottom + 16, f"{MMD2_FLOOR * 10.0**k:g}")
    for error in (low, high):
        _, y = position(MMD2_FLOOR, error)
        svg += f'<path d="M{LEFT} {y}H{WIDTH - EDGE}" class="grid"/>'
        svg += _svg_text(LEFT - 6, y, f"{error:g}", 'text-anchor="end"')
    middles = {row.model.name: position(row.mean("mmd2"), row.mean("reconstruction")) for row in plotted_rows}
    frontier_positions = [
        middles[row.model.name] for row in measured.pareto_front(plotted_rows, "mmd2", "reconstruction")
    ]
    if len(frontier_positions) > 1:
        svg += f'<path d="M{"L".join(" ".join(xy) for xy in frontier_positions)}" class="frontier" fill="none"/>'
    for k, row in enumerate(plotted_rows):
        fill = f'fill="{palette.darken_for_white_text(palette.model_colour(row.model.variant))}"'
        seeds = [(point.figure_value("mmd2"), point.figure_value("reconstruction")) for point in row.points]
        for x, y in (position(*seed) for seed in seeds if None not in seed):
            svg += f'<circle cx="{x}" cy="{y}" r="3" {fill} opacity="0.6"/>'
        x, y = middles[row.model.name]
        svg += f'<circle cx="{x}" cy="{y}" r="10" {fill}/>'
        svg += _svg_text(x, y, str(k + 1), f'class="in" {MIDDLE} dy="0.35em"')
    x_title = translate("{figure}, distance to the prior (← better)", figure=translate(COLUMN_TITLES["mmd2"]))
    svg += _svg_text((WIDTH + LEFT) / 2, HEIGHT - 6, x_title)
    # turned, so that the arrow points down
    y_title = translate("{figure} (← better)", figure=translate(COLUMN_TITLES["reconstruction"]))
    svg += _svg_text(0, 0, y_title, f'{MIDDLE} transform="translate(14 {bottom / 2}) rotate(-90)"')
    description = "; ".join(
        translate(
            "{model} {reconstruction} at {mmd2}",
            model=translate(row.model.title),
            reconstruction=mean_and_deviation_text(row, "reconstruction"),
            mmd2=mean_and_deviation_text(row, "mmd2"),
        )
        for row in plotted_rows
    )
    names = "".join(f"<li>{escape(translate(row.model.title))}</li>" for row in plotted_rows)
    label = translate("Reconstruction error at MMD²: {description}", description=description)
    return (
        f'<div class="frontier-chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">{svg}</svg><ol>{names}</ol></div>'
    )


def _svg_text(x, y, words, attributes=MIDDLE) -> str:
    return f'<text x="{x}" y="{y}" {attributes}>{escape(words)}</text>'
