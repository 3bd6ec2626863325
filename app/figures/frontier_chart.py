"""Rows of `reproduce.frontier` -> a plotly chart of reconstruction error against distance to the prior; no st.* call."""

from dataclasses import dataclass

import pandas  # noqa: F401  plotly takes it from sys.modules, even half imported by another thread
import plotly.graph_objects as go

from aae_core.evaluation.metrics import displayed_value
from aae_core.files import is_finite_number
from aae_core.latent import colours
from aae_core.reproduce import frontier
from aae_core.reproduce.frontier import ModelRow
from app.figures import number_text, palette
from app.figures.class_names import escape_for_plotly
from app.figures.frontier import COLUMN_TITLES, MMD2_FLOOR, mean_and_deviation_text, metric_title

# pixels: of the mark at a model's mean, of one that was chosen, of one at a seed; and of numbers and titles
MEAN_SIZE, CHOSEN_SIZE, SEED_SIZE, TEXT_SIZE = 13, 18, 5, 13
REVISION_SYMBOLS = ("diamond-tall", "diamond-wide")  # marks of single revisions
X_TITLES = {"mmd2": "Distance to the prior, MMD²", "fresh_accuracy": "Accuracy of a fresh classifier, at best 0.5"}
Y_METRIC = "reconstruction"
LOG_AXIS = {"type": "log", "dtick": 1, "tickformat": ".4~f"}  # an axis marked at powers of ten


@dataclass(frozen=True)
class RevisionMark:
    """A single revision in the chart of models: its name, and its metrics as in `Revision.measures`."""

    title: str
    measures: dict

    def position(self, distance_metric: str) -> tuple[float, float] | None:
        """Its position in the chart, (distance, reconstruction error); None if one of the two was not measured."""
        position = tuple(displayed_value(key, self.measures.get(key)) for key in (distance_metric, Y_METRIC))
        return position if all(map(is_finite_number, position)) else None


def frontier_figure(
    rows: list[ModelRow], distance_metric: str, chosen_names=(), marks: tuple[RevisionMark, ...] = ()
) -> go.Figure:
    """Reconstruction error against the distance to the prior, one of `frontier.PRIOR_DISTANCES`: a mark at the mean
    of each model, small ones at its seeds. chosen_names: names of models; if any, all others are hollow.
    marks: at most two revisions."""
    fig, is_logarithmic = go.Figure(), distance_metric == "mmd2"

    def to_x(value):
        return max(value, MMD2_FLOOR) if is_logarithmic else value

    for k, row in enumerate(rows):
        seeds = [(p.seed, p.figure_value(distance_metric), p.figure_value(Y_METRIC)) for p in row.points]
        seeds = [seed for seed in seeds if None not in seed]
        if not seeds:
            continue
        is_chosen, name = row.model.name in chosen_names, escape_for_plotly(row.model.title)
        colour, shape = palette.model_colour(row.model.variant), palette.marker_shape(k)
        is_hollow = bool(chosen_names) and not is_chosen
        mean_marker = {
            "color": colour,
            "symbol": f"{shape}-open" if is_hollow else shape,
            "size": CHOSEN_SIZE if is_chosen else MEAN_SIZE,
            "line": {"width": 2 if is_hollow else 0, "color": colour},
        }
        figures = "<br>".join(
            f"{COLUMN_TITLES[key]} {mean_and_deviation_text(row, key)}" for key in (distance_metric, Y_METRIC)
        )
        fig.add_scatter(
            x=[to_x(x) for _, x, _ in seeds], y=[y for *_, y in seeds], mode="markers", showlegend=False,
            legendgroup=row.model.name, marker={"color": colour, "symbol": shape, "size": SEED_SIZE},
            customdata=[[seed, number_text.metric_text(x), number_text.metric_text(y)] for seed, x, y in seeds],
            hovertemplate=f"{name}, seed %{{customdata[0]}}<br>{COLUMN_TITLES[distance_metric]} %{{customdata[1]}}"
            f"<br>{COLUMN_TITLES[Y_METRIC]} %{{customdata[2]}}<extra></extra>",
        )  # fmt: skip
        fig.add_scatter(
            x=[to_x(row.mean(distance_metric))], y=[row.mean(Y_METRIC)], mode="markers", legendgroup=row.model.name,
            name=f"✓ {name}" if is_chosen else name, marker=mean_marker,
            hovertemplate=f"{name}<br>{figures}<extra></extra>",
        )  # fmt: skip
    if len(frontier_rows := frontier.pareto_front(rows, distance_metric, Y_METRIC)) > 1:
        fig.add_scatter(
            x=[to_x(row.mean(distance_metric)) for row in frontier_rows], y=[row.mean(Y_METRIC) for row in frontier_rows],
            mode="lines", hoverinfo="skip", name="The frontier", zorder=-1,
            line={"color": colours.UNLABELLED_COLOUR, "width": 1, "dash": "dot"},
        )  # fmt: skip
    for symbol, mark in zip(REVISION_SYMBOLS, marks, strict=False):
        if position := mark.position(distance_metric):
            name = escape_for_plotly(mark.title)
            fig.add_scatter(
                x=[to_x(position[0])], y=[position[1]], mode="markers", name=name, hovertemplate=f"{name}<extra></extra>",
                marker={"color": colours.UNLABELLED_COLOUR, "symbol": symbol, "size": 18},
            )  # fmt: skip
    fig.update_xaxes(
        title={"text": X_TITLES[distance_metric], "standoff": 8, "font": {"size": TEXT_SIZE}},
        tickfont={"size": TEXT_SIZE},
        ticks="outside",
        **(LOG_AXIS if is_logarithmic else {}),
    )
    y_title = {"text": f"{metric_title(Y_METRIC)}, ½‖x − x̂‖²", "font": {"size": TEXT_SIZE}}
    fig.update_yaxes(title=y_title, tickfont={"size": TEXT_SIZE}, nticks=7)
    return fig.update_layout(
        height=460, margin={"l": 8, "r": 8, "t": 8, "b": 8}, hovermode="closest",
        legend={"itemsizing": "trace", "orientation": "h", "x": 0, "y": -0.22, "title": {"text": ""}},
    )  # fmt: skip


def frontier_alt_text(rows: list[ModelRow], distance_metric: str) -> str:
    """The alternative text of the chart."""
    marks = "; ".join(
        f"{row.model.title}: {mean_and_deviation_text(row, Y_METRIC)} at {mean_and_deviation_text(row, distance_metric)}"
        for row in rows
        if row.values(distance_metric)
    )
    return f"Reconstruction error at {metric_title(distance_metric)}, a mark for each model: {marks}"
