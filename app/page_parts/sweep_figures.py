"""Table and charts of the points of a sweep; no st.* call."""

import math
import statistics
from textwrap import wrap

import pandas  # noqa: F401  plotly takes it from sys.modules, even half imported by another thread
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.store.sweeps import Sweep
from aae_core.sweeps import plan
from aae_core.sweeps.standings import Standing
from aae_core.wording import about_items
from app.figures import number_text
from app.figures.charts import plain
from app.ui.form_settings import title_of

SCALE = "Viridis_r"  # ordered by lightness, so readable in grey and with colour blindness; the lowest value, the best, is bright
NOTHING = "–"
LINES = ["#e8590c", "#8a94a3"]  # of the best and the worst point; both are visible on a light and on a dark page


def spread(values: list[float], measure: str) -> str:
    """Mean and standard deviation in words, as in "0.0131 ± 0.0010"; only the value if there is one, a dash if there is none."""
    if not values:
        return NOTHING
    mean = as_shown(measure, statistics.fmean(values))
    places = max(0, 4 - len(f"{abs(mean):.0f}")) if abs(mean) >= 1 else 4  # the same for both
    figures = [mean, *([statistics.stdev(values)] if len(values) > 1 else [])]
    return " ± ".join(f"{value:.{places}f}".replace("-", "−") for value in figures)


def table(found: Sweep, rows: list[Standing], maps: list[str], is_table: bool = False) -> dict[str, list]:
    """The columns of a table of points, by title. maps: for each point the URL of its map, or "". is_table: of the data."""
    title, ends = METRICS[found.measure].worded(is_table).title, [_ends(found, row) for row in rows]
    columns = {"Map": maps, title: [spread(row.values, found.measure) for row in rows]}
    columns |= {title_of(key, is_table): [_value(row, key) for row in rows] for key in found.vary}
    columns |= {about_items("The same on test images", is_table): [spread(values, found.measure) for values in ends]}
    columns |= {"State": [_state(found, row) for row in rows], "Steps": [row.steps for row in rows]}
    return columns


def _value(row, key):
    return plan.value_words(row.point.settings.get(key))


def _ends(sweep, row):
    """The metric of the runs that are done, measured on test images, which a training uses only after its last step."""
    ends = [summary.status.measures.get(sweep.measure) for summary in row.rows if summary.state == "done"]
    return [value for value in ends if isinstance(value, float)]


def _state(sweep, row):
    seeds = f"{len(row.rows)} of {len(sweep.seeds)} seeds, " if 0 < len(row.rows) < len(sweep.seeds) else ""
    return seeds + (row.point.refusal or row.state)


def name(row: Standing, is_table: bool = False) -> str:
    """A point in words, as in "Prior mixture, Latent dimensions 2"."""
    return ", ".join(f"{title_of(key, is_table)} {_value(row, key)}" for key in row.point.settings) or "nothing varied"


def parallel(found: Sweep, rows: list[Standing], is_table: bool = False) -> go.Figure:
    """Parallel coordinates: a line for each measured point through its settings and its metric, coloured by the metric, the best
    one thick.

    Drawn as ordinary lines, since plotly's own parallel coordinates need WebGL, which not every browser has.
    """
    rows = [row for row in rows if row.mean is not None]
    values = [as_shown(found.measure, row.mean) for row in rows]
    keys = [key for key, choices in found.vary.items() if len(choices) > 1]  # a list, or the ends of a range
    axes = [_axis(found.vary[key], [row.point.settings[key] for row in rows]) for key in keys]
    low, high = min(values), max(values)
    ends = [(value, number_text.measure(value)) for value in dict.fromkeys((low, high))]
    axes.append(_placed(values, low, high, ends))
    fig = go.Figure()
    for k, (row, share) in reversed(list(enumerate(zip(rows, axes[-1][0], strict=True)))):
        hover_text = f"{plain(name(row))}<br>{plain(METRICS[found.measure].title)} {number_text.measure(values[k])}"
        line = {"color": sample_colorscale(LINES, share)[0], "width": 4 if k == 0 else 1.5}
        fig.add_scatter(
            x=list(range(len(axes))), y=[places[k] for places, _ in axes], mode="lines+markers", line=line, showlegend=False,
            hovertemplate=f"{hover_text}<extra></extra>",
        )  # fmt: skip
    for x, (_, ticks) in enumerate(axes):
        fig.add_vline(x=x, line={"width": 1, "color": "#8a94a3"}, layer="below")
        for y, words in ticks:  # labels of the first and the last axis are outside, where no line crosses them
            outside = {0: {"xanchor": "right", "xshift": -8}, len(axes) - 1: {"xanchor": "left", "xshift": 8}}
            side = outside.get(x, {"xanchor": "left", "xshift": 6, "yshift": 10})
            fig.add_annotation(x=x, y=y, text=plain(words), showarrow=False, **side)
    heads = [*(title_of(key, is_table) for key in keys), METRICS[found.measure].worded(is_table).title]
    heads = ["<br>".join(wrap(plain(head), 16)) for head in heads]
    fig.update_xaxes(tickvals=list(range(len(axes))), ticktext=heads, showgrid=False, zeroline=False, tickangle=0)
    fig.update_xaxes(range=[-0.04, len(axes) - 0.96])
    fig.update_yaxes(visible=False, range=[-0.06, 1.1])
    return fig.update_layout(height=360, margin={"l": 92, "r": 64, "t": 8, "b": 60}, hovermode="closest")


def _axis(choices, values):
    """The height of each point on the axis of a setting, 0 to 1, and the axis's ticks as (height, words)."""
    if isinstance(choices, list):  # listed values are at equal distances
        marks = [(k, plan.value_words(value)) for k, value in enumerate(choices)]
        return _placed([choices.index(value) for value in values], 0, len(choices) - 1, marks)
    low, high = choices["low"], choices["high"]
    scale = math.log10 if 0 < 10 * low <= high else float
    marks = [(scale(end), f"{end:g}") for end in (low, high)]
    return _placed([scale(value) for value in values], scale(low), scale(high), marks)


def _placed(values, low, high, marks):
    height = lambda value: (value - low) / (high - low) if high > low else 0.5  # noqa: E731
    return [height(value) for value in values], [(height(value), words) for value, words in marks]


def listed_settings(found: Sweep) -> list[str]:
    """The settings that can be an axis of a heat map: those with a list of two or more values."""
    return [key for key, values in found.vary.items() if isinstance(values, list) and len(values) > 1]


def cells(found: Sweep, rows: list[Standing], across: str, up: str) -> list[list[float | None]]:
    """The mean metric over all measured points with each pair of values, a row for each value of `up`; None without a point."""

    def mean(x, y):
        means = [row.mean for row in rows if (row.point.settings[across], row.point.settings[up]) == (x, y)]
        means = [value for value in means if value is not None]
        return as_shown(found.measure, statistics.fmean(means)) if means else None

    return [[mean(x, y) for x in found.vary[across]] for y in found.vary[up]]


def heat(found: Sweep, rows: list[Standing], across: str, up: str, is_table: bool = False) -> go.Figure:
    """A heat map of `cells`, each cell labelled with its number."""
    grid = cells(found, rows, across, up)
    words = [[number_text.measure(value) for value in line] for line in grid]
    x, y = ([plain(plan.value_words(value)) for value in found.vary[key]] for key in (across, up))
    fig = go.Figure(
        go.Heatmap(
            x=x, y=y, z=grid, text=words, texttemplate="%{text}", colorscale=SCALE, showscale=False, xgap=2, ygap=2,
            hovertemplate="%{x}, %{y}: %{text}<extra></extra>",
        )
    )  # fmt: skip
    fig.update_xaxes(title={"text": plain(title_of(across, is_table))}, type="category", showgrid=False)
    fig.update_yaxes(title={"text": plain(title_of(up, is_table))}, type="category", showgrid=False)
    return fig.update_layout(height=120 + 56 * len(y), margin={"l": 8, "r": 8, "t": 8, "b": 8})


def alt(found: Sweep, rows: list[Standing]) -> str:
    """The alternative text of the charts: at most twelve points, the best first."""
    measured = [row for row in rows if row.mean is not None]
    points = "; ".join(f"{name(row)}: {number_text.measure(row.mean)}" for row in measured[:12])
    return f"{METRICS[found.measure].title}, the best first: {points}"
