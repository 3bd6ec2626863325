"""A classifier's calibration, and its test error against the number of labels: plotly figures and sentences; no st.* call."""

import pandas  # noqa: F401  plotly takes it from sys.modules, even half imported by another thread
import plotly.graph_objects as go

from aae_core.latent import colours
from app.figures import charts
from app.figures.number_text import percent

CALIBRATION_TOLERANCE = 0.005  # a smaller difference between mean confidence and accuracy counts as none
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": ""}}
LAYOUT = {"height": 340, "margin": {"l": 8, "r": 24, "t": 28, "b": 8}, "legend": LEGEND}


def reliability_diagram(bins, items: str = "images") -> go.Figure:
    """The reliability diagram: for each bin of confidence, the accuracy and the number of items.

    bins: `classification.ReliabilityBin`s, none of them empty. items: the word for what was classified.
    """
    fig = go.Figure()
    fig.add_bar(
        x=[(bin_.low + bin_.high) / 2 for bin_ in bins], y=[bin_.accuracy for bin_ in bins],
        width=[(bin_.high - bin_.low) * 0.9 for bin_ in bins], text=[f"{bin_.n:,}" for bin_ in bins], textposition="outside",
        constraintext="none", cliponaxis=False, customdata=[[percent(bin_.certainty), percent(bin_.accuracy)] for bin_ in bins],
        hovertemplate=f"confidence %{{customdata[0]}}, accuracy %{{customdata[1]}}, %{{text}} {items}<extra></extra>",
        marker={"color": colours.CLASS_COLOURS[0], "opacity": 0.75}, name="accuracy", showlegend=False,
    )  # fmt: skip
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="perfect calibration", hoverinfo="skip",
        line={"color": colours.UNLABELLED_COLOUR, "width": 2, "dash": "dash"},
    )  # fmt: skip
    ticks = [k / 5 for k in range(6)]
    axis = {
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f}\N{NO-BREAK SPACE}%" for tick in ticks],
        "zeroline": False,
    }
    fig.update_xaxes(title={"text": "confidence", "standoff": 4}, range=[0, 1.02], **axis)
    fig.update_yaxes(title={"text": "accuracy", "standoff": 4}, range=[0, 1.12], **axis)
    return fig.update_layout(**LAYOUT)


def calibration_sentence(evaluation) -> str:
    """Whether mean confidence and accuracy agree, in a sentence; evaluation: a `classification.Classification`."""
    confidence, accuracy = sum(bin_.n * bin_.certainty for bin_ in evaluation.bins) / evaluation.n, 1 - evaluation.error
    figures = f"its mean confidence is {percent(confidence)} and its accuracy {percent(accuracy)}"
    if abs(confidence - accuracy) < CALIBRATION_TOLERANCE:
        return f"Yes: {figures}."
    return f"It is {'overconfident' if confidence > accuracy else 'underconfident'}: {figures}."


def error_by_label_count(points, current_id: str, items: str = "images") -> go.Figure:
    """Test error against the number of labels, one point per revision; the one with the id `current_id` has a ring.

    points: `label_counts.LabelCountPoint`s with an error. items: the word for what is labelled.
    The customdata of each mark is the revision's id.
    """
    fig = go.Figure()
    for is_plain, name, colour, symbol in (
        (False, "with the adversary", colours.CLASS_COLOURS[0], "circle"),
        (True, "plain classifier", colours.CLASS_COLOURS[2], "square"),
    ):
        group = [point for point in points if point.plain is is_plain]
        if not group:
            continue
        is_current = [point.id == current_id for point in group]
        fig.add_scatter(
            x=[point.labels for point in group], y=[point.error for point in group], mode="markers", name=name,
            customdata=[point.id for point in group], text=[charts.escape_for_plotly(point.title) for point in group],
            hovertemplate="%{text}<br>%{x:,} labels, %{y:.2%} error<extra></extra>",
            marker={
                "color": colour, "symbol": symbol, "size": [15 if has_ring else 10 for has_ring in is_current],
                "line": {"width": [4 if has_ring else 0 for has_ring in is_current], "color": colours.UNLABELLED_COLOUR},
            },
        )  # fmt: skip
    ticks = sorted({point.labels for point in points})
    text = [f"{n:,}" for n in ticks]
    fig.update_xaxes(type="log", title={"text": f"labelled {items}", "standoff": 4}, tickvals=ticks, ticktext=text)
    fig.update_yaxes(title={"text": "test error", "standoff": 4}, tickformat=".1%", rangemode="tozero", nticks=6)
    return fig.update_layout(**LAYOUT, showlegend=len(fig.data) > 1, clickmode="event+select")
