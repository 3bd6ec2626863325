"""The chart of latent models as SVG: reconstruction error over MMD², for pages without a charting library."""

import math
from dataclasses import dataclass
from html import escape

from aae_core.reproduce import frontier as measured
from aae_core.reproduce.equal_fit import MMD2_FLOOR
from app.figures import palette
from app.figures.frontier import COLUMN_TITLES, mean_and_deviation_text
from app.translation.texts import translate

# size of a chart; margins for its axes, and at its other edges
WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 640, 360, 56, 44, 16
BASE = HEIGHT - BOTTOM  # y of the lowest error
MIDDLE = 'text-anchor="middle"'
STYLE = """<style>
.frontier-chart { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: center; }
.frontier-chart svg { flex: 1 1 24rem; min-width: 0; max-width: 44rem; font-size: 13px; }
.frontier-chart text { fill: currentcolor; }
.frontier-chart .in { fill: #fff; font-weight: 700; }
.frontier-chart .grid { stroke: var(--line); }
.frontier-chart .frontier { stroke: currentColor; stroke-dasharray: 2 3; }
</style>"""


@dataclass(frozen=True)
class _Axes:
    """Where figures lie in the chart: MMD² over `decades` powers of ten from MMD2_FLOOR, errors from `low` to `high`."""

    decades: int
    low: int
    high: int

    @classmethod
    def from_rows(cls, rows) -> "_Axes":
        """The axes that hold all runs of the rows."""
        highest_mmd2 = max(value for row in rows for value in (MMD2_FLOOR, *row.values("mmd2")))
        errors = [value for row in rows for value in row.values("reconstruction")]
        decades = max(1, math.ceil(math.log10(highest_mmd2 / MMD2_FLOOR)))
        return cls(decades, math.floor(min(errors)), math.floor(max(errors)) + 1)

    def position(self, mmd2: float, error: float) -> tuple[str, str]:
        """(x, y) in the SVG, as texts."""
        x_share = math.log10(max(mmd2, MMD2_FLOOR) / MMD2_FLOOR) / self.decades
        y_share = (error - self.low) / (self.high - self.low)
        return f"{LEFT + (WIDTH - LEFT - EDGE) * x_share:.1f}", f"{BASE - (BASE - EDGE) * y_share:.1f}"


def chart_html(rows) -> str:
    """SVG of reconstruction error over MMD²; the numbers in its marks refer to the list beside it."""
    plotted_rows = [row for row in rows if row.values("mmd2") and row.values("reconstruction")]
    if not plotted_rows:
        return ""
    axes = _Axes.from_rows(plotted_rows)
    svg = _grid_svg(axes) + _frontier_svg(axes, plotted_rows) + _marks_svg(axes, plotted_rows) + _axis_titles_svg()
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


def _grid_svg(axes: _Axes) -> str:
    """A line for each power of ten, and for the lowest and the highest error, with their values."""
    svg = ""
    for k in range(axes.decades + 1):
        mmd2 = MMD2_FLOOR * 10.0**k
        x, _ = axes.position(mmd2, axes.low)
        svg += f'<path d="M{x} {EDGE}V{BASE}" class="grid"/>' + _svg_text(x, BASE + 16, f"{mmd2:g}")
    for error in (axes.low, axes.high):
        _, y = axes.position(MMD2_FLOOR, error)
        svg += f'<path d="M{LEFT} {y}H{WIDTH - EDGE}" class="grid"/>'
        svg += _svg_text(LEFT - 6, y, f"{error:g}", 'text-anchor="end"')
    return svg


def _mean_position(axes: _Axes, row) -> tuple[str, str]:
    return axes.position(row.mean("mmd2"), row.mean("reconstruction"))


def _frontier_svg(axes: _Axes, rows) -> str:
    """The line through the models that no other surpasses in both figures."""
    positions = [_mean_position(axes, row) for row in measured.pareto_front(rows, "mmd2", "reconstruction")]
    if len(positions) < 2:
        return ""
    return f'<path d="M{"L".join(" ".join(xy) for xy in positions)}" class="frontier" fill="none"/>'


def _marks_svg(axes: _Axes, rows) -> str:
    """A small mark for each run, and a large one with the number of the model for its mean."""
    svg = ""
    for number, row in enumerate(rows, 1):
        fill = f'fill="{palette.darken_for_white_text(palette.model_colour(row.model.variant))}"'
        for point in row.points:
            mmd2, error = point.figure_value("mmd2"), point.figure_value("reconstruction")
            if mmd2 is not None and error is not None:
                x, y = axes.position(mmd2, error)
                svg += f'<circle cx="{x}" cy="{y}" r="3" {fill} opacity="0.6"/>'
        x, y = _mean_position(axes, row)
        svg += f'<circle cx="{x}" cy="{y}" r="10" {fill}/>'
        svg += _svg_text(x, y, str(number), f'class="in" {MIDDLE} dy="0.35em"')
    return svg


def _axis_titles_svg() -> str:
    x_title = translate("{figure}, distance to the prior (← better)", figure=translate(COLUMN_TITLES["mmd2"]))
    y_title = translate("{figure} (← better)", figure=translate(COLUMN_TITLES["reconstruction"]))
    # the title of the errors is turned, so that its arrow points down
    turned = f'{MIDDLE} transform="translate(14 {BASE / 2}) rotate(-90)"'
    return _svg_text((WIDTH + LEFT) / 2, HEIGHT - 6, x_title) + _svg_text(0, 0, y_title, turned)


def _svg_text(x, y, words, attributes=MIDDLE) -> str:
    return f'<text x="{x}" y="{y}" {attributes}>{escape(words)}</text>'
