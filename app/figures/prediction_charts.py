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
        x=[(bin_.low + bin_.high) / 2 for bin_ in bins], y=[bin_.accuracy for bin_ in bins],
        width=[(bin_.high - bin_.low) * 0.9 for bin_ in bins], text=[f"{bin_.n:,}" for bin_ in bins], textposition="outside",
        constraintext="none", cliponaxis=False, customdata=[[percent(bin_.certainty), percent(bin_.accuracy)] for bin_ in bins],
        hovertemplate=f"confidence %{{customdata[0]}}, accuracy %{{customdata[1]}}, %{{text}} {items}<extra></extra>",
        marker={"color": colours.COLOURS[0], "opacity": 0.75}, name="accuracy", showlegend=False,
    )  # fmt: skip
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="perfect calibration", hoverinfo="skip",
        line={"color": colours.UNLABELLED, "width": 2, "dash": "dash"},
    )  # fmt: skip
    ticks = [k / 5 for k in range(6)]
    axis = {
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f}\N{NO-BREAK SPACE}%" for tick in ticks],
        "zeroline": False,
    }
    fig.update_xaxes(title={"text": "confidence", "standoff": 4}, range=[0, 1.02], **axis)
    fig.update_yaxes(title={"text": "accuracy", "standoff": 4}, range=[0, 1.12], **axis)
    return fig.update_layout(**GROUND)


def calibration(found) -> str:
    """Whether mean confidence and accuracy agree, in a sentence; found: a `classification.Classification`."""
    certainty, accuracy = sum(bin_.n * bin_.certainty for bin_ in found.bins) / found.n, 1 - found.error
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
        group = [point for point in points if point.plain is plain]
        if not group:
            continue
        is_current = [point.id == now for point in group]
        fig.add_scatter(
            x=[point.labels for point in group], y=[point.error for point in group], mode="markers", name=name,
            customdata=[point.id for point in group], text=[charts.plain(point.title) for point in group],
            hovertemplate="%{text}<br>%{x:,} labels, %{y:.2%} error<extra></extra>",
            marker={
                "color": colour, "symbol": symbol, "size": [15 if ringed else 10 for ringed in is_current],
                "line": {"width": [4 if ringed else 0 for ringed in is_current], "color": colours.UNLABELLED},
            },
        )  # fmt: skip
    ticks = sorted({point.labels for point in points})
    text = [f"{n:,}" for n in ticks]
    fig.update_xaxes(type="log", title={"text": f"labelled {items}", "standoff": 4}, tickvals=ticks, ticktext=text)
    fig.update_yaxes(title={"text": "test error", "standoff": 4}, tickformat=".1%", rangemode="tozero", nticks=6)
    return fig.update_layout(**GROUND, showlegend=len(fig.data) > 1, clickmode="event+select")
