"""Table and charts of the points of a sweep; no st.* call."""

import math
import statistics
from textwrap import wrap

from plotly.colors import sample_colorscale

from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.runs import sweep_plans
from aae_core.runs.sweep_standings import Standing
from aae_core.store.sweeps import Sweep
from aae_core.wording import adapt_image_words
from app.figures import number_text
from app.figures.class_names import escape_for_plotly
from app.figures.plotly_objects import go
from app.translation.languages import SOURCE_LANGUAGE, use_language
from app.translation.texts import mark, translate
from app.ui.form_settings import setting_title

# ordered by lightness, so readable in grey and with colour blindness; the lowest value, the best, is bright
COLOUR_SCALE = "Viridis_r"
DASH = "–"
STATE_WORDS = {  # of a point; the words of a revision's state are among the texts of `revision_picker`
    "refused": mark("refused"),
    "not begun": mark("not begun"),
    "rests": mark("rests"),
    "mixed": mark("mixed"),
}
SOME_STATES = {
    "running": mark("{number} running"),
    "queued": mark("{number} queued"),
    "failed": mark("{number} failed"),
}
LINE_COLOURS = ["#e8590c", "#8a94a3"]  # of the best and the worst point; both are visible on a light and on a dark page


def mean_and_deviation_text(values: list[float], metric: str) -> str:
    """Mean and standard deviation in words, as in "0.0131 ± 0.0010"; only the value if there is one, a dash if there is
    none."""
    if not values:
        return DASH
    mean = displayed_value(metric, statistics.fmean(values))
    places = max(0, 4 - len(f"{abs(mean):.0f}")) if abs(mean) >= 1 else 4  # the same for both
    figures = [mean, *([statistics.stdev(values)] if len(values) > 1 else [])]
    return " ± ".join(f"{value:.{places}f}".replace("-", "−") for value in figures)


def sweep_table_columns(sweep: Sweep, rows: list[Standing], maps: list[str], is_table: bool = False) -> dict[str, list]:
    """The columns of a table of points by their names in English. maps: for each point the URL of its map, or "". is_table: of
    the data."""
    with use_language(SOURCE_LANGUAGE):
        map_name, metric_name, *setting_names, test_name, state_name, steps_name = sweep_table_heads(sweep, is_table)
    test_values = [_test_metric_values(sweep, row) for row in rows]
    columns = {
        map_name: maps,
        metric_name: [mean_and_deviation_text(row.values, sweep.measure) for row in rows],
    }
    for name, key in zip(setting_names, sweep.vary, strict=True):
        columns[name] = [_setting_text(row, key) for row in rows]
    columns[test_name] = [mean_and_deviation_text(values, sweep.measure) for values in test_values]
    columns[state_name] = [_state_text(sweep, row) for row in rows]
    columns[steps_name] = [row.steps for row in rows]
    return columns


def sweep_table_heads(sweep: Sweep, is_table: bool = False) -> list[str]:
    """The heads of `sweep_table_columns`, in the current language and in the words for its data."""
    return [
        translate("Map"),
        measure_title(sweep, is_table),
        *(setting_title(key, is_table) for key in sweep.vary),
        adapt_image_words(translate("The same on test images"), is_table),
        translate("State"),
        translate("Steps"),
    ]


def measure_title(sweep: Sweep, is_table: bool = False) -> str:
    """The title of the metric of a sweep, in the words for its data."""
    return adapt_image_words(translate(METRICS[sweep.measure].title), is_table)


def short_measure_title(sweep: Sweep, is_table: bool = False) -> str:
    """As `measure_title`, for the head of a narrow column."""
    return adapt_image_words(translate(METRICS[sweep.measure].short_title), is_table)


def _setting_text(row, key) -> str:
    return sweep_plans.format_value(row.point.settings.get(key))


def _test_metric_values(sweep, row) -> list[float]:
    """The metric of the runs that are done, measured on test images, which a training uses only after its last step."""
    values = [summary.status.measures.get(sweep.measure) for summary in row.rows if summary.state == "done"]
    return [value for value in values if isinstance(value, float)]


def _state_text(sweep, row):
    state = row.point.refusal or _state_words(row.state)
    if not 0 < len(row.rows) < len(sweep.seeds):
        return state
    return translate("{begun} of {total} seeds, {state}", begun=len(row.rows), total=len(sweep.seeds), state=state)


def _state_words(state):
    """The state of a point, as `Standing.state` gives it, in words: some begin with the number of runs in that state."""
    number, _, name = state.partition(" ")
    if number.isdigit() and name in SOME_STATES:
        return translate(SOME_STATES[name], number=number)
    return translate(STATE_WORDS.get(state, state))


def point_title(row: Standing, is_table: bool = False) -> str:
    """A point in words, as in "Prior mixture, Latent dimensions 2"."""
    return ", ".join(
        f"{setting_title(key, is_table)} {_setting_text(row, key)}" for key in row.point.settings
    ) or translate("nothing varied")


def parallel_coordinates_figure(sweep: Sweep, rows: list[Standing], is_table: bool = False) -> go.Figure:
    """Parallel coordinates: a line for each measured point through its settings and its metric, coloured by the metric, the
    best one thick.

    Drawn as ordinary lines, since plotly's own parallel coordinates need WebGL, which not every browser has.
    """
    rows = [row for row in rows if row.mean is not None]
    values = [displayed_value(sweep.measure, row.mean) for row in rows]
    keys = [key for key, choices in sweep.vary.items() if len(choices) > 1]  # a list, or the ends of a range
    axes = [_setting_axis(sweep.vary[key], [row.point.settings[key] for row in rows]) for key in keys]
    low, high = min(values), max(values)
    ends = [(value, number_text.metric_text(value)) for value in dict.fromkeys((low, high))]
    axes.append(_scale_to_axis(values, low, high, ends))
    fig = go.Figure()
    for k, (row, share) in reversed(list(enumerate(zip(rows, axes[-1][0], strict=True)))):
        metric = escape_for_plotly(measure_title(sweep))
        hover_text = f"{escape_for_plotly(point_title(row))}<br>{metric} {number_text.metric_text(values[k])}"
        line = {"color": sample_colorscale(LINE_COLOURS, share)[0], "width": 4 if k == 0 else 1.5}
        fig.add_scatter(
            x=list(range(len(axes))), y=[heights[k] for heights, _ in axes], mode="lines+markers", line=line, showlegend=False,
            hovertemplate=f"{hover_text}<extra></extra>",
        )  # fmt: skip
    for x, (_, ticks) in enumerate(axes):
        fig.add_vline(x=x, line={"width": 1, "color": "#8a94a3"}, layer="below")
        for y, words in ticks:  # labels of the first and the last axis are outside, where no line crosses them
            outside_options = {0: {"xanchor": "right", "xshift": -8}, len(axes) - 1: {"xanchor": "left", "xshift": 8}}
            label_options = outside_options.get(x, {"xanchor": "left", "xshift": 6, "yshift": 10})
            fig.add_annotation(x=x, y=y, text=escape_for_plotly(words), showarrow=False, **label_options)
    heads = [*(setting_title(key, is_table) for key in keys), measure_title(sweep, is_table)]
    heads = ["<br>".join(wrap(escape_for_plotly(head), 16)) for head in heads]
    fig.update_xaxes(tickvals=list(range(len(axes))), ticktext=heads, showgrid=False, zeroline=False, tickangle=0)
    fig.update_xaxes(range=[-0.04, len(axes) - 0.96])
    fig.update_yaxes(visible=False, range=[-0.06, 1.1])
    return fig.update_layout(height=360, margin={"l": 92, "r": 64, "t": 8, "b": 60}, hovermode="closest")


def _setting_axis(setting_values, values):
    """The height of each point on the axis of a setting, 0 to 1, and the axis's ticks as (height, words)."""
    if isinstance(setting_values, list):  # listed values are at equal distances
        marks = [(k, sweep_plans.format_value(value)) for k, value in enumerate(setting_values)]
        return _scale_to_axis([setting_values.index(value) for value in values], 0, len(setting_values) - 1, marks)
    low, high = setting_values["low"], setting_values["high"]
    scale = math.log10 if 0 < 10 * low <= high else float
    marks = [(scale(end), f"{end:g}") for end in (low, high)]
    return _scale_to_axis([scale(value) for value in values], scale(low), scale(high), marks)


def _scale_to_axis(values, low, high, marks):
    height = lambda value: (value - low) / (high - low) if high > low else 0.5  # noqa: E731
    return [height(value) for value in values], [(height(value), words) for value, words in marks]


def listed_settings(sweep: Sweep) -> list[str]:
    """The settings that can be an axis of a heat map: those with a list of two or more values."""
    return [key for key, values in sweep.vary.items() if isinstance(values, list) and len(values) > 1]


def heat_map_cells(sweep: Sweep, rows: list[Standing], x_key: str, y_key: str) -> list[list[float | None]]:
    """The mean metric over all measured points with each pair of values, a row for each value of `y_key`; None without a
    point."""

    def mean(x, y):
        means = [row.mean for row in rows if (row.point.settings[x_key], row.point.settings[y_key]) == (x, y)]
        means = [value for value in means if value is not None]
        return displayed_value(sweep.measure, statistics.fmean(means)) if means else None

    return [[mean(x, y) for x in sweep.vary[x_key]] for y in sweep.vary[y_key]]


def heat_map_figure(sweep: Sweep, rows: list[Standing], x_key: str, y_key: str, is_table: bool = False) -> go.Figure:
    """A heat map of `heat_map_cells`, each cell labelled with its number."""
    grid = heat_map_cells(sweep, rows, x_key, y_key)
    words = [[number_text.metric_text(value) for value in line] for line in grid]
    x, y = ([escape_for_plotly(sweep_plans.format_value(value)) for value in sweep.vary[key]] for key in (x_key, y_key))
    fig = go.Figure(
        go.Heatmap(
            x=x, y=y, z=grid, text=words, texttemplate="%{text}", colorscale=COLOUR_SCALE, showscale=False, xgap=2, ygap=2,
            hovertemplate="%{x}, %{y}: %{text}<extra></extra>",
        )
    )  # fmt: skip
    fig.update_xaxes(title={"text": escape_for_plotly(setting_title(x_key, is_table))}, type="category", showgrid=False)
    fig.update_yaxes(title={"text": escape_for_plotly(setting_title(y_key, is_table))}, type="category", showgrid=False)
    return fig.update_layout(height=120 + 56 * len(y), margin={"l": 8, "r": 8, "t": 8, "b": 8})


def sweep_alt_text(sweep: Sweep, rows: list[Standing]) -> str:
    """The alternative text of the charts: at most twelve points, the best first."""
    measured_rows = [row for row in rows if row.mean is not None]
    points = "; ".join(f"{point_title(row)}: {number_text.metric_text(row.mean)}" for row in measured_rows[:12])
    return translate("{metric}, the best first: {points}", metric=measure_title(sweep), points=points)
