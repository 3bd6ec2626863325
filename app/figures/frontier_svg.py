"""The charts of latent models as SVG: reconstruction error over MMD², for pages without a charting library; one of their
curves, and one of a single value of each knob."""

import math
from dataclasses import dataclass
from html import escape

from aae_core.reproduce import frontier as measured
from aae_core.reproduce.curve_rows import ModelCurve
from aae_core.reproduce.equal_fit import MMD2_FLOOR
from aae_core.reproduce.frontier import ModelRow
from app.figures import frontier_legend, frontier_marks, number_text, palette
from app.figures.frontier import COLUMN_TITLES, mean_and_deviation_text
from app.figures.frontier_legend import LegendEntry
from app.translation.texts import translate

# size of a chart; margins for its axes, and at its other edges
WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 640, 360, 56, 44, 16
BASE = HEIGHT - BOTTOM  # y of the lowest error
MIDDLE = 'text-anchor="middle"'
MAX_ERROR_STEPS = 6  # between the lines of the grid, from the lowest error to the highest
# half of the width of the mark at a model's mean, at a value of a knob on its line, and at a seed or a value off its line
MEAN_RADIUS, VALUE_RADIUS, SMALL_RADIUS = 6.5, 4, 2.5
DASH_LENGTHS = {"dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3"}  # of lines that are not drawn through
STYLE = """<style>
.frontier-chart { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: center; }
.frontier-chart svg { flex: 1 1 24rem; min-width: 0; max-width: 44rem; font-size: 13px; }
.frontier-chart text { fill: currentcolor; }
.frontier-chart .in { fill: #fff; font-weight: 700; }
.frontier-chart .frontier-legend { flex: 1 1 12rem; }
.frontier-chart .grid { stroke: var(--line); }
.frontier-chart .curve { fill: none; stroke: currentColor; stroke-width: 2; }
.frontier-chart .frontier { stroke: currentColor; stroke-dasharray: 2 3; }
</style>"""


@dataclass(frozen=True)
class _Axes:
    """Where figures lie in the chart: MMD² over `decades` powers of ten from MMD2_FLOOR, errors from `low` to `high`, with a
    line of the grid at each `step`."""

    decades: int
    low: float
    high: float
    step: float

    @classmethod
    def from_positions(cls, positions) -> "_Axes":
        """The axes that hold all of the positions, pairs of MMD² and error."""
        highest_mmd2 = max(MMD2_FLOOR, *(mmd2 for mmd2, _ in positions))
        errors = [error for _, error in positions]
        decades = max(1, math.ceil(math.log10(highest_mmd2 / MMD2_FLOOR)))
        step = _round_step(max(errors) - min(errors))
        low, high = math.floor(min(errors) / step) * step, math.ceil(max(errors) / step) * step
        return cls(decades, low, max(high, low + step), step)

    @property
    def error_ticks(self) -> list[float]:
        """The errors at the lines of the grid."""
        return [self.low + k * self.step for k in range(round((self.high - self.low) / self.step) + 1)]

    def position(self, mmd2: float, error: float) -> tuple[str, str]:
        """(x, y) in the SVG, as texts."""
        x_share = math.log10(max(mmd2, MMD2_FLOOR) / MMD2_FLOOR) / self.decades
        y_share = (error - self.low) / (self.high - self.low)
        return f"{LEFT + (WIDTH - LEFT - EDGE) * x_share:.1f}", f"{BASE - (BASE - EDGE) * y_share:.1f}"


def _round_step(width: float) -> float:
    """The least of 1, 2, 5, 10 … and 0.5, 0.2, 0.1 … of which MAX_ERROR_STEPS span the width; 0.1 where all errors are equal."""
    if width <= 0:
        return 0.1
    power = 10.0 ** math.floor(math.log10(width / MAX_ERROR_STEPS))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if MAX_ERROR_STEPS * step >= width)


def curves_html(rows: list[ModelRow], curves: list[ModelCurve]) -> str:
    """SVG of the chart of `frontier_chart.curves_figure` over MMD², with its legend. rows: all models with points."""
    every_row, lines = frontier_marks.all_rows(rows, curves), frontier_marks.model_lines(rows, curves, "mmd2")
    symbols = frontier_marks.symbols_by_model(every_row)
    single_rows = [row for row in frontier_marks.rows_without_line(rows, lines) if _seed_positions(row)]
    runs = [run for line in lines for run in line.runs]
    seeds = [position for row in single_rows for position in _seed_positions(row)]
    if not runs and not seeds:
        return ""
    axes = _Axes.from_positions(runs + seeds)
    svg = _grid_svg(axes)
    svg += "".join(_single_row_svg(axes, row, symbols[row.model.name]) for row in single_rows)
    svg += "".join(_line_svg(axes, line) for line in lines)
    entries = [
        LegendEntry(translate(row.model.title), _css_colour(row), symbols[row.model.name]) for row in single_rows
    ]
    entries += [
        LegendEntry(translate(line.row.model.title), _css_colour(line.row), line.symbol, line.dash) for line in lines
    ]
    label = frontier_marks.curves_alt_text(rows, curves, "mmd2")
    return _figure_html(label, svg + _axis_titles_svg(), frontier_legend.list_html(entries))


def _css_colour(row) -> str:
    return palette.model_css_colour(row.model.variant)


def _single_row_svg(axes: _Axes, row, symbol) -> str:
    """Small marks at the seeds of a model without a curve, and one at their mean."""
    marks = "".join(_symbol_svg(axes, position, symbol, SMALL_RADIUS, "") for position in _seed_positions(row))
    title = translate(
        "{model}: {error} at {distance}",
        model=translate(row.model.title),
        error=mean_and_deviation_text(row, "reconstruction"),
        distance=mean_and_deviation_text(row, "mmd2"),
    )
    mean = row.mean("mmd2"), row.mean("reconstruction")
    return _model_svg(row, marks + _symbol_svg(axes, mean, symbol, MEAN_RADIUS, title))


def _line_svg(axes: _Axes, line) -> str:
    """The line of a model along the envelope of its runs, and small marks at the runs off it."""
    corners = "L".join(" ".join(axes.position(*run)) for run in line.envelope)
    dashes = f' stroke-dasharray="{DASH_LENGTHS[line.dash]}"' if line.dash in DASH_LENGTHS else ""
    svg = f'<path d="M{corners}" class="curve"{dashes}/>'
    for runs, radius in ((line.other_runs, SMALL_RADIUS), (line.envelope, VALUE_RADIUS)):
        for mmd2, error in runs:
            title = translate(
                "{model}: {error} at {distance}",
                model=translate(line.row.model.title),
                error=number_text.metric_text(error),
                distance=number_text.metric_text(mmd2),
            )
            svg += _symbol_svg(axes, (mmd2, error), line.symbol, radius, title)
    return _model_svg(line.row, svg)


def _model_svg(row, svg) -> str:
    """What is drawn of a model, in its colour."""
    return f'<g style="color:{_css_colour(row)}" fill="currentColor">{svg}</g>'


def _symbol_svg(axes: _Axes, position, symbol, radius, title) -> str:
    """A mark at a position, MMD² and error. title: what is said of it under the pointer, "" for nothing."""
    x, y = axes.position(*position)
    title_tag = f"<title>{escape(title)}</title>" if title else ""
    corners = frontier_legend.symbol_corners(symbol)
    if not corners:
        return f'<circle cx="{x}" cy="{y}" r="{radius:g}">{title_tag}</circle>'
    points = " ".join(f"{float(x) + radius * dx:.1f},{float(y) + radius * dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}">{title_tag}</polygon>'


def _figure_html(label, svg, legend) -> str:
    return (
        f'<div class="frontier-chart"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">{svg}</svg>{legend}</div>'
    )


def chart_html(rows: list[ModelRow]) -> str:
    """SVG of the models at one value of each knob; the numbers in its marks refer to the list beside it."""
    plotted_rows = [row for row in rows if row.values("mmd2") and row.values("reconstruction")]
    if not plotted_rows:
        return ""
    axes = _Axes.from_positions([position for row in plotted_rows for position in _seed_positions(row)])
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
    return _figure_html(label, svg, f"<ol>{names}</ol>")


def _seed_positions(row) -> list[tuple[float, float]]:
    """MMD² and reconstruction error of each seed of a row that has both."""
    return [(mmd2, error) for _, mmd2, error in frontier_marks.seed_positions(row, "mmd2")]


def _grid_svg(axes: _Axes) -> str:
    """A line for each power of ten, and for each step of the error, with their values."""
    svg = ""
    for k in range(axes.decades + 1):
        mmd2 = MMD2_FLOOR * 10.0**k
        x, _ = axes.position(mmd2, axes.low)
        svg += f'<path d="M{x} {EDGE}V{BASE}" class="grid"/>' + _svg_text(x, BASE + 18, f"{mmd2:g}")
    for error in axes.error_ticks:
        _, y = axes.position(MMD2_FLOOR, error)
        svg += f'<path d="M{LEFT} {y}H{WIDTH - EDGE}" class="grid"/>'
        svg += _svg_text(LEFT - 6, y, f"{error:.4g}", 'text-anchor="end" dy="0.35em"')
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
        for position in _seed_positions(row):
            x, y = axes.position(*position)
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
