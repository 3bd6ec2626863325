"""Rows of `reproduce.frontier` -> a plotly chart of reconstruction error against distance to the prior; no st.* call."""

from dataclasses import dataclass

import pandas  # noqa: F401  plotly takes it from sys.modules, even half imported by another thread
import plotly.graph_objects as go

from aae_core.evaluation.metrics import as_shown
from aae_core.files import is_number
from aae_core.latent import colours
from aae_core.reproduce import frontier
from aae_core.reproduce.frontier import Row
from app.figures import number_text, palette
from app.figures.charts import plain
from app.figures.frontier import HEADS, LOW, title, words

FAINT = 0.4  # opacity of the marks of models that were not chosen
SIDES = ("diamond-tall", "diamond-wide")  # marks of single revisions
ACROSS = {"mmd2": "Distance to the prior, MMD²", "fresh_accuracy": "Accuracy of a fresh classifier, at best 0.5"}
UP = "reconstruction"
POWERS = {"type": "log", "dtick": 1, "tickformat": ".4~f"}  # an axis marked at powers of ten


@dataclass(frozen=True)
class Mark:
    """A single revision in the chart of models: its name, and its metrics as in `Revision.measures`."""

    title: str
    measures: dict

    def at(self, distance: str) -> tuple[float, float] | None:
        """Its position in the chart, (distance, reconstruction error); None if one of the two was not measured."""
        place = tuple(as_shown(key, self.measures.get(key)) for key in (distance, UP))
        return place if all(map(is_number, place)) else None


def chart(rows: list[Row], distance: str, chosen=(), marks: tuple[Mark, ...] = ()) -> go.Figure:
    """Reconstruction error against the distance to the prior, one of `frontier.DISTANCES`: a mark at the mean of each model,
    small ones at its seeds. chosen: names of models; if any, all others are drawn faintly. marks: at most two revisions."""
    fig, log = go.Figure(), distance == "mmd2"

    def across(value):
        return max(value, LOW) if log else value

    for k, row in enumerate(rows):
        seeds = [(p.seed, p.figure(distance), p.figure(UP)) for p in row.points]
        seeds = [seed for seed in seeds if None not in seed]
        if not seeds:
            continue
        is_chosen, name = row.model.name in chosen, plain(row.model.title)
        marker_style = {
            "color": colours.colour(k),
            "symbol": palette.shape(k),
            "opacity": 1.0 if is_chosen or not chosen else FAINT,
        }
        figures = "<br>".join(f"{HEADS[key]} {words(row, key)}" for key in (distance, UP))
        fig.add_scatter(
            x=[across(x) for _, x, _ in seeds], y=[y for *_, y in seeds], mode="markers", showlegend=False,
            legendgroup=row.model.name, marker={**marker_style, "size": 6, "opacity": 0.6 * marker_style["opacity"]},
            customdata=[[seed, number_text.measure(x), number_text.measure(y)] for seed, x, y in seeds],
            hovertemplate=f"{name}, seed %{{customdata[0]}}<br>{HEADS[distance]} %{{customdata[1]}}"
            f"<br>{HEADS[UP]} %{{customdata[2]}}<extra></extra>",
        )  # fmt: skip
        fig.add_scatter(
            x=[across(row.mean(distance))], y=[row.mean(UP)], mode="markers", legendgroup=row.model.name,
            name=f"✓ {name}" if is_chosen else name, marker={**marker_style, "size": 14},
            hovertemplate=f"{name}<br>{figures}<extra></extra>",
        )  # fmt: skip
    if len(edge := frontier.front(rows, distance, UP)) > 1:
        fig.add_scatter(
            x=[across(row.mean(distance)) for row in edge], y=[row.mean(UP) for row in edge], mode="lines", hoverinfo="skip",
            name="The frontier", line={"color": colours.UNLABELLED, "width": 1, "dash": "dot"}, zorder=-1,
        )  # fmt: skip
    for symbol, mark in zip(SIDES, marks, strict=False):
        if place := mark.at(distance):
            name = plain(mark.title)
            fig.add_scatter(
                x=[across(place[0])], y=[place[1]], mode="markers", name=name, hovertemplate=f"{name}<extra></extra>",
                marker={"color": colours.UNLABELLED, "symbol": symbol, "size": 18},
            )  # fmt: skip
    fig.update_xaxes(title={"text": ACROSS[distance], "standoff": 6}, ticks="outside", **(POWERS if log else {}))
    fig.update_yaxes(title={"text": f"{title(UP)}, ½‖x − x̂‖²"}, nticks=7)
    return fig.update_layout(
        height=460, margin={"l": 8, "r": 8, "t": 8, "b": 8}, hovermode="closest",
        legend={"itemsizing": "trace", "orientation": "h", "x": 0, "y": -0.22, "title": {"text": ""}},
    )  # fmt: skip


def alt(rows: list[Row], distance: str) -> str:
    """The alternative text of the chart."""
    marks = "; ".join(
        f"{row.model.title}: {words(row, UP)} at {words(row, distance)}" for row in rows if row.values(distance)
    )
    return f"Reconstruction error at {title(distance)}, a mark for each model: {marks}"
