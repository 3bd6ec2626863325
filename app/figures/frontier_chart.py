"""Rows of `reproduce.frontier` -> a plotly chart of reconstruction error against distance to the prior; no st.* call."""

from dataclasses import dataclass

from aae_core.evaluation.metrics import displayed_value
from aae_core.files import is_finite_number
from aae_core.latent import colours
from aae_core.reproduce import frontier
from aae_core.reproduce.curve_rows import ModelCurve
from aae_core.reproduce.frontier import ModelRow
from app.figures import frontier_marks, number_text, palette
from app.figures.class_names import escape_for_plotly
from app.figures.frontier import COLUMN_TITLES, mean_and_deviation_text, metric_title
from app.figures.frontier_marks import Y_METRIC, raise_to_floor, seed_positions
from app.figures.plotly_objects import go
from app.translation.texts import mark, translate

# pixels: of the mark at a model's mean, of one that was chosen, of one at a seed; and of numbers and titles
MEAN_SIZE, CHOSEN_SIZE, SEED_SIZE, TEXT_SIZE = 13, 18, 5, 13
VALUE_SIZE = 8  # of the mark at a value of a knob
REVISION_SYMBOLS = ("diamond-tall", "diamond-wide")  # marks of single revisions
CHART_HEIGHT = 380  # pixels
X_TITLES = {
    "mmd2": mark("Distance to the prior, MMD² (← better)"),
    "fresh_accuracy": mark("Accuracy of a fresh classifier, at best 0.5 (← better)"),
}
LOG_AXIS = {"type": "log", "dtick": 1, "tickformat": ".4~f"}  # an axis marked at powers of ten


@dataclass(frozen=True)
class RevisionMark:
    """A single revision in the chart of models: its name, and its metrics as in `RevisionSnapshot.measures`."""

    title: str
    measures: dict

    def position(self, distance_metric: str) -> tuple[float, float] | None:
        """Its position in the chart, (distance, reconstruction error); None if one of the two was not measured."""
        position = tuple(displayed_value(key, self.measures.get(key)) for key in (distance_metric, Y_METRIC))
        return position if all(map(is_finite_number, position)) else None


def frontier_figure(
    rows: list[ModelRow],
    distance_metric: str,
    chosen_names=(),
    marks: tuple[RevisionMark, ...] = (),
    shape_rows: list[ModelRow] | None = None,
    with_frontier: bool = True,
    is_dark: bool = False,
) -> go.Figure:
    """Reconstruction error against the distance to the prior, one of `frontier.PRIOR_DISTANCES`: a mark at the mean
    of each model, small ones at its seeds. chosen_names: names of models; if any, all others are hollow.
    marks: at most two revisions; shape_rows: the rows among which each has its shape, by default these; with_frontier: whether
    the frontier is drawn; is_dark: whether the page is dark. Its names stand in `frontier_legend.legend_html`."""
    shapes = frontier_marks.symbols_by_model(shape_rows or rows)
    fig = go.Figure()
    for row in rows:
        is_chosen = row.model.name in chosen_names
        style = {"colour": palette.model_colour(row.model.variant, is_dark), "shape": shapes[row.model.name]}
        _add_model(fig, row, distance_metric, style, is_chosen, is_hollow=bool(chosen_names) and not is_chosen)
    if with_frontier:
        _add_frontier(fig, rows, distance_metric)
    _add_revision_marks(fig, marks, distance_metric)
    _label_axes(fig, distance_metric)
    margin = {"l": 8, "r": 8, "t": 32, "b": 8}
    return fig.update_layout(height=CHART_HEIGHT, margin=margin, hovermode="closest", showlegend=False)


def _add_model(fig, row, distance_metric, style, is_chosen, is_hollow):
    """Add small marks at a model's seeds and one at their mean; nothing if no seed has both figures."""
    seeds = seed_positions(row, distance_metric)
    if not seeds:
        return
    name, colour, shape = escape_for_plotly(translate(row.model.title)), style["colour"], style["shape"]
    seed_name = translate("{model}, seed {seed}", model=name, seed="%{customdata[0]}")
    fig.add_scatter(
        x=[raise_to_floor(x, distance_metric) for _, x, _ in seeds], y=[y for *_, y in seeds], mode="markers", showlegend=False,
        legendgroup=row.model.name, marker={"color": colour, "symbol": shape, "size": SEED_SIZE},
        customdata=[[seed, number_text.metric_text(x), number_text.metric_text(y)] for seed, x, y in seeds],
        hovertemplate=f"{seed_name}<br>{translate(COLUMN_TITLES[distance_metric])} %{{customdata[1]}}"
        f"<br>{translate(COLUMN_TITLES[Y_METRIC])} %{{customdata[2]}}<extra></extra>",
    )  # fmt: skip
    mean_marker = {
        "color": colour,
        "symbol": f"{shape}-open" if is_hollow else shape,
        "size": CHOSEN_SIZE if is_chosen else MEAN_SIZE,
        "line": {"width": 2 if is_hollow else 0, "color": colour},
    }
    figures = "<br>".join(
        f"{translate(COLUMN_TITLES[key])} {mean_and_deviation_text(row, key)}" for key in (distance_metric, Y_METRIC)
    )
    fig.add_scatter(
        x=[raise_to_floor(row.mean(distance_metric), distance_metric)], y=[row.mean(Y_METRIC)], mode="markers",
        legendgroup=row.model.name, name=f"✓ {name}" if is_chosen else name, marker=mean_marker,
        hovertemplate=f"{name}<br>{figures}<extra></extra>",
    )  # fmt: skip


def _add_frontier(fig, rows, distance_metric):
    """Add a dotted line through the models that no other is ahead of in both figures, if there are several."""
    frontier_rows = frontier.pareto_front(rows, distance_metric, Y_METRIC)
    if len(frontier_rows) < 2:
        return
    fig.add_scatter(
        x=[raise_to_floor(row.mean(distance_metric), distance_metric) for row in frontier_rows],
        y=[row.mean(Y_METRIC) for row in frontier_rows],
        mode="lines", hoverinfo="skip", name=translate("The frontier"), zorder=-1,
        line={"color": colours.UNLABELLED_COLOUR, "width": 1, "dash": "dot"},
    )  # fmt: skip


def _add_revision_marks(fig, marks, distance_metric):
    for symbol, revision_mark in zip(REVISION_SYMBOLS, marks, strict=False):
        position = revision_mark.position(distance_metric)
        if position is None:
            continue
        name = escape_for_plotly(revision_mark.title)
        fig.add_scatter(
            x=[raise_to_floor(position[0], distance_metric)], y=[position[1]], mode="markers", name=name,
            hovertemplate=f"{name}<extra></extra>",
            marker={"color": colours.UNLABELLED_COLOUR, "symbol": symbol, "size": 18},
        )  # fmt: skip


def _label_axes(fig, distance_metric):
    fig.update_xaxes(
        title={"text": translate(X_TITLES[distance_metric]), "standoff": 8, "font": {"size": TEXT_SIZE}},
        tickfont={"size": TEXT_SIZE},
        ticks="outside",
        **(LOG_AXIS if distance_metric == "mmd2" else {}),
    )
    fig.update_yaxes(title={"text": ""}, tickfont={"size": TEXT_SIZE}, nticks=7)
    figure = metric_title(Y_METRIC)
    fig.add_annotation(
        text=translate("{figure}, ½‖x − x̂‖² (↓ better)", figure=figure), xref="paper", x=0, xanchor="left", xshift=-30,
        yref="paper", y=1, yanchor="bottom", yshift=4, showarrow=False, font={"size": TEXT_SIZE},
    )  # fmt: skip


def curves_figure(
    rows: list[ModelRow],
    curves: list[ModelCurve],
    distance_metric: str,
    chosen_names=(),
    fit: float | None = None,
    marks: tuple[RevisionMark, ...] = (),
    is_dark: bool = False,
) -> go.Figure:
    """The chart of `frontier_figure` with a line for each model that has a curve, along the lower envelope of its runs, and a
    mark at the mean of each that has none. rows: all models with points; fit: the MMD² at which a dotted line stands."""
    rows, lines = frontier_marks.all_rows(rows, curves), frontier_marks.model_lines(rows, curves, distance_metric)
    single_rows = frontier_marks.rows_without_line(rows, lines)
    fig = frontier_figure(
        single_rows, distance_metric, chosen_names, marks, shape_rows=rows, with_frontier=False, is_dark=is_dark
    )
    for line in lines:
        colour = palette.model_colour(line.row.model.variant, is_dark)
        _add_line(fig, line, distance_metric, colour, line.row.model.name in chosen_names, bool(chosen_names))
    if fit is not None and distance_metric == "mmd2":
        fig.add_vline(x=fit, line={"color": colours.UNLABELLED_COLOUR, "width": 1, "dash": "dot"})
    return fig


def _add_line(fig, line, distance_metric, colour, is_chosen, is_any_chosen):
    """Add the line of a model along the envelope of its runs, and small marks at the runs off it."""
    model = line.row.model
    name = escape_for_plotly(translate(model.title))
    line_style = {"color": colour, "width": 4 if is_chosen else 2, "dash": line.dash}
    marker = {"color": colour, "symbol": line.symbol, "size": MEAN_SIZE if is_chosen else VALUE_SIZE}
    opacity = 0.5 if is_any_chosen and not is_chosen else 1

    def add_runs(runs, **style):
        fig.add_scatter(
            x=[raise_to_floor(x, distance_metric) for x, _ in runs], y=[y for _, y in runs],
            customdata=[[number_text.metric_text(x), number_text.metric_text(y)] for x, y in runs],
            legendgroup=model.name, opacity=opacity,
            hovertemplate=f"{name}<br>{translate(COLUMN_TITLES[distance_metric])} %{{customdata[0]}}"
            f"<br>{translate(COLUMN_TITLES[Y_METRIC])} %{{customdata[1]}}<extra></extra>",
            **style,
        )  # fmt: skip

    if line.other_runs:
        add_runs(line.other_runs, mode="markers", showlegend=False, marker={**marker, "size": SEED_SIZE})
    add_runs(
        line.envelope, mode="lines+markers", name=f"✓ {name}" if is_chosen else name, line=line_style, marker=marker
    )
