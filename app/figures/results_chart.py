"""Rows of `reproduce.results` -> one chart of the figures of the paper and ours with intervals, and its text; no st.* call."""

from dataclasses import dataclass

import pandas  # noqa: F401  plotly takes it from sys.modules, even half imported by another thread
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from aae_core.reproduce import results
from aae_core.reproduce.results import ResultRow
from app.figures.class_names import escape_for_plotly

OWN_COLOUR, PAPER_COLOUR = "#2a78c2", "#d55e00"
ROW_HEIGHT, PANEL_MARGIN, LEGEND_HEIGHT = 34, 62, 40  # pixels
ROW_OFFSET = 0.24  # of a row's height, by which the marks of a row lie apart
LOWEST_ERROR = 0.4  # per cent, where the logarithmic axis begins


@dataclass(frozen=True)
class Comparison:
    """An experiment: its row, and that of the same with images that are not moved, or None."""

    row: ResultRow
    unmoved_row: ResultRow | None = None


@dataclass(frozen=True)
class Panel:
    """Experiments with a common axis. keys: those of their figures."""

    title: str
    keys: tuple[str, ...]
    is_logarithmic: bool = False


@dataclass(frozen=True)
class Series:
    """A kind of mark, such as the paper's figures: its name, its style, and its place in a row."""

    name: str
    colour: str
    symbol: str
    offset: float


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; low and high are the figure itself where there is none."""

    value: float
    low: float
    high: float
    text: str


PANELS = (
    Panel("Test error, % (← better)", ("error", "cluster_error"), True),
    Panel("Log-likelihood, nats (better →)", ("log_likelihood",)),
    Panel("Accuracy, % (better →)", ("region_accuracy", "agreement")),
)
OWN = Series("This project", OWN_COLOUR, "circle", -ROW_OFFSET)
UNMOVED = Series("This project, images not moved", OWN_COLOUR, "circle-open", 0.0)
PAPER = Series("The paper", PAPER_COLOUR, "diamond", ROW_OFFSET)
READING_TEXT = (
    "Each row is an experiment. The lines are 95 % intervals of our means, and what the paper gives as its ±. "
    "Errors have a logarithmic axis. The paper’s encoder sees images that are not moved, so compare it with the open circles."
)


def results_figure(comparisons: list[Comparison]) -> go.Figure:
    """The chart: a row for each experiment; those with the same kind of figure have a common axis."""
    panels = [(panel, [c for c in comparisons if c.row.experiment.figure.key in panel.keys]) for panel in PANELS]
    panels = [(panel, members) for panel, members in panels if members]
    height = LEGEND_HEIGHT + sum(ROW_HEIGHT * len(members) + PANEL_MARGIN for _, members in panels)
    fig = make_subplots(
        len(panels) or 1, 1, row_heights=[len(members) for _, members in panels] or [1],
        vertical_spacing=PANEL_MARGIN / height,
    )  # fmt: skip
    for number, (panel, members) in enumerate(panels, 1):
        for series in (OWN, UNMOVED, PAPER):
            _add_series(fig, series, members, number)
        _format_axes(fig, panel, members, number)
    fig.update_layout(
        height=height, margin={"l": 8, "r": 16, "t": LEGEND_HEIGHT, "b": 8}, hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "title": {"text": ""}},
    )  # fmt: skip
    return fig


def _add_series(fig, series, members, number):
    """Add the marks of one kind to a panel, and the kind to the legend if it has a mark for the first time."""
    marked = [(place, _estimate(series, comparison)) for place, comparison in enumerate(members)]
    marked = [(place, estimate) for place, estimate in marked if estimate is not None]
    if not marked:
        return
    estimates = [estimate for _, estimate in marked]
    titles = [escape_for_plotly(members[place].row.experiment.title) for place, _ in marked]
    fig.add_scatter(
        x=[estimate.value for estimate in estimates], y=[place + series.offset for place, _ in marked], mode="markers",
        name=series.name, legendgroup=series.name,
        showlegend=all(trace.name != series.name for trace in fig.data),
        marker={"color": series.colour, "symbol": series.symbol, "size": 10, "line": {"width": 2, "color": series.colour}},
        error_x={
            "type": "data", "symmetric": False, "thickness": 2, "width": 0, "color": series.colour,
            "array": [estimate.high - estimate.value for estimate in estimates],
            "arrayminus": [estimate.value - estimate.low for estimate in estimates],
        },
        customdata=list(zip(titles, [estimate.text for estimate in estimates], strict=True)),
        hovertemplate=f"%{{customdata[0]}}<br>{series.name}: %{{customdata[1]}}<extra></extra>", row=number, col=1,
    )  # fmt: skip


def _format_axes(fig, panel, members, number):
    axis = {"title": {"text": panel.title, "standoff": 4}, "ticks": "outside", "zeroline": False}
    if panel.is_logarithmic:
        axis |= {
            "type": "log",
            "tickvals": [0.5, 1, 2, 5, 10, 20, 50],
            "ticktext": ["0.5", "1", "2", "5", "10", "20", "50"],
        }
    fig.update_xaxes(**axis, row=number, col=1)
    titles = [escape_for_plotly(comparison.row.experiment.title).replace(", ", ",<br>", 1) for comparison in members]
    fig.update_yaxes(
        range=[len(members) - 0.5, -0.5], tickvals=list(range(len(members))), ticktext=titles, automargin=True,
        zeroline=False, row=number, col=1,
    )  # fmt: skip


def _estimate(series, comparison):
    """The figure that a mark stands for, or None."""
    if series is PAPER:
        return _paper_estimate(comparison.row)
    row = comparison.unmoved_row if series is UNMOVED else comparison.row
    if row is None or row.value is None:
        return None
    low, high = row.confidence_interval or (row.value, row.value)
    if row.experiment.figure.key in PANELS[0].keys:
        low = max(low, LOWEST_ERROR)
    return Estimate(row.value, min(low, row.value), high, row.text)


def _paper_estimate(row):
    paper = results.parse_paper_figure(row.experiment.paper)
    if paper is None:
        return None
    deviation = paper.deviation or 0.0
    text = f"{row.experiment.paper} {row.experiment.figure.unit}"
    return Estimate(paper.mean, paper.mean - deviation, paper.mean + deviation, text)


def alt_text(comparisons: list[Comparison]) -> str:
    """The alternative text of the chart: every figure in words."""
    sentences = []
    for comparison in comparisons:
        experiment, texts = comparison.row.experiment, []
        for series in (OWN, UNMOVED, PAPER):
            estimate = _estimate(series, comparison)
            if estimate is not None:
                texts.append(f"{series.name} {estimate.text}")
        sentences.append(f"{experiment.title}: {', '.join(texts) or results.NOT_RUN}")
    return f"The paper’s figures and ours. {'; '.join(sentences)}"
