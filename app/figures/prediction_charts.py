"""A classifier's calibration, and its test error against the number of labels: plotly figures and sentences; no st.* call."""

import pandas  # noqa: F401  plotly takes it from sys.modules, even half imported by another thread
import plotly.graph_objects as go

from aae_core.latent import colours
from app.figures import charts
from app.figures.number_text import percent

CLOSE = 0.005  # a smaller difference between mean confidence and accuracy counts as none
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": ""}}
GROUND = {"height": 340, "margin": {"l": 8, "r": 24, "t": 28, "b": 8}, "legend": LEGEND}


def reliability(bins, items: str = "images") -> go.Figure:
    """The reliability diagram: for each bin of confidence, the accuracy and the number of items.

    bins: `classification.Bin`s, none of them empty. items: the word for what was classified.
    """
    fig = go.Figure()
    fig.add_bar(
        x=[(one.low + one.high) / 2 for one in bins], y=[one.accuracy for one in bins],
        width=[(one.high - one.low) * 0.9 for one in bins], text=[f"{one.n:,}" for one in bins], textposition="outside",
        constraintext="none", cliponaxis=False, customdata=[[percent(one.certainty), percent(one.accuracy)] for one in bins],
        hovertemplate=f"confidence %{{customdata[0]}}, accuracy %{{customdata[1]}}, %{{text}} {items}<extra></extra>",
        marker={"color": colours.COLOURS[0], "opacity": 0.75}, name="accuracy", showlegend=False,
    )  # fmt: skip
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="perfect calibration", hoverinfo="skip",
        line={"color": colours.UNLABELLED, "width": 2, "dash": "dash"},
    )  # fmt: skip
    ticks = [k / 5 for k in range(6)]
    axis = {"tickvals": ticks, "ticktext": [f"{100 * at:.0f}\N{NO-BREAK SPACE}%" for at in ticks], "zeroline": False}
    fig.update_xaxes(title={"text": "confidence", "standoff": 4}, range=[0, 1.02], **axis)
    fig.update_yaxes(title={"text": "accuracy", "standoff": 4}, range=[0, 1.12], **axis)
    return fig.update_layout(**GROUND)


def calibration(found) -> str:
    """Whether mean confidence and accuracy agree, in a sentence; found: a `classification.Classification`."""
    certainty, accuracy = sum(one.n * one.certainty for one in found.bins) / found.n, 1 - found.error
    figures = f"its mean confidence is {percent(certainty)} and its accuracy {percent(accuracy)}"
    if abs(certainty - accuracy) < CLOSE:
        return f"Yes: {figures}."
    return f"It is {'overconfident' if certainty > accuracy else 'underconfident'}: {figures}."


def by_labels(points, now: str, items: str = "images") -> go.Figure:
    """Test error against the number of labels, one point per revision; the one with the id `now` has a ring.

    points: `label_counts.Point`s with an error. items: the word for what is labelled.
    The customdata of each mark is the revision's id.
    """
    fig = go.Figure()
    for plain, name, colour, symbol in (
        (False, "with the adversary", colours.COLOURS[0], "circle"),
        (True, "plain classifier", colours.COLOURS[2], "square"),
    ):
        some = [point for point in points if point.plain is plain]
        if not some:
            continue
        here = [point.id == now for point in some]
        fig.add_scatter(
            x=[point.labels for point in some], y=[point.error for point in some], mode="markers", name=name,
            customdata=[point.id for point in some], text=[charts.plain(point.title) for point in some],
            hovertemplate="%{text}<br>%{x:,} labels, %{y:.2%} error<extra></extra>",
            marker={
                "color": colour, "symbol": symbol, "size": [15 if ringed else 10 for ringed in here],
                "line": {"width": [4 if ringed else 0 for ringed in here], "color": colours.UNLABELLED},
            },
        )  # fmt: skip
    ticks = sorted({point.labels for point in points})
    text = [f"{n:,}" for n in ticks]
    fig.update_xaxes(type="log", title={"text": f"labelled {items}", "standoff": 4}, tickvals=ticks, ticktext=text)
    fig.update_yaxes(title={"text": "test error", "standoff": 4}, tickformat=".1%", rangemode="tozero", nticks=6)
    return fig.update_layout(**GROUND, showlegend=len(fig.data) > 1, clickmode="event+select")
