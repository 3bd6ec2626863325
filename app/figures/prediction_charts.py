"""A classifier's calibration, and its test error against the number of labels: plotly figures and sentences; no st.* call."""

from aae_core.latent import colours
from aae_core.wording import adapt_image_words
from app.figures.class_names import escape_for_plotly
from app.figures.number_text import percent
from app.figures.plotly_objects import go
from app.translation.texts import mark, translate

CALIBRATION_TOLERANCE = 0.005  # a smaller difference between mean confidence and accuracy counts as none
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": ""}}
KIND_NAMES = {False: mark("with the adversary"), True: mark("plain classifier")}  # by whether it is a plain classifier
LAYOUT = {"height": 340, "margin": {"l": 8, "r": 24, "t": 28, "b": 8}, "legend": LEGEND}


def reliability_diagram(bins, is_table: bool = False) -> go.Figure:
    """The reliability diagram: for each bin of confidence, the accuracy and the number of items.

    bins: `classification.ReliabilityBin`s, none of them empty. is_table: whether rows of a table were classified.
    """
    fig = go.Figure()
    bar_text = translate(
        "confidence {confidence}, accuracy {accuracy}, {count} images",
        confidence="%{customdata[0]}", accuracy="%{customdata[1]}", count="%{text}",
    )  # fmt: skip
    fig.add_bar(
        x=[(bin_.low + bin_.high) / 2 for bin_ in bins], y=[bin_.accuracy for bin_ in bins],
        width=[(bin_.high - bin_.low) * 0.9 for bin_ in bins], text=[f"{bin_.n:,}" for bin_ in bins], textposition="outside",
        constraintext="none", cliponaxis=False, customdata=[[percent(bin_.certainty), percent(bin_.accuracy)] for bin_ in bins],
        hovertemplate=f"{adapt_image_words(bar_text, is_table)}<extra></extra>",
        marker={"color": colours.CLASS_COLOURS[0], "opacity": 0.75}, name=translate("accuracy"), showlegend=False,
    )  # fmt: skip
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name=translate("perfect calibration"), hoverinfo="skip",
        line={"color": colours.UNLABELLED_COLOUR, "width": 2, "dash": "dash"},
    )  # fmt: skip
    ticks = [k / 5 for k in range(6)]
    axis = {
        "tickvals": ticks,
        "ticktext": [f"{100 * tick:.0f}\N{NO-BREAK SPACE}%" for tick in ticks],
        "zeroline": False,
    }
    fig.update_xaxes(title={"text": translate("confidence"), "standoff": 4}, range=[0, 1.02], **axis)
    fig.update_yaxes(title={"text": translate("accuracy"), "standoff": 4}, range=[0, 1.12], **axis)
    return fig.update_layout(**LAYOUT)


def calibration_sentence(evaluation) -> str:
    """Whether mean confidence and accuracy agree, in a sentence; evaluation: a `classification.Classification`."""
    confidence, accuracy = sum(bin_.n * bin_.certainty for bin_ in evaluation.bins) / evaluation.n, 1 - evaluation.error
    figures = {"confidence": percent(confidence), "accuracy": percent(accuracy)}
    if abs(confidence - accuracy) < CALIBRATION_TOLERANCE:
        return translate("Yes: its mean confidence is {confidence} and its accuracy {accuracy}.", **figures)
    if confidence > accuracy:
        return translate(
            "It is overconfident: its mean confidence is {confidence} and its accuracy {accuracy}.", **figures
        )
    return translate(
        "It is underconfident: its mean confidence is {confidence} and its accuracy {accuracy}.", **figures
    )


def error_by_label_count(points, current_id: str, items: str) -> go.Figure:
    """Test error against the number of labels, one point per revision; the one with the id `current_id` has a ring.

    points: `label_counts.LabelCountPoint`s with an error. items: the word for what is labelled, in the current language.
    The customdata of each mark is the revision's id.
    """
    fig = go.Figure()
    point_text = translate("{number} labels, {error} error", number="%{x:,}", error="%{y:.2%}")
    for is_plain, colour, symbol in (
        (False, colours.CLASS_COLOURS[0], "circle"),
        (True, colours.CLASS_COLOURS[2], "square"),
    ):
        group = [point for point in points if point.plain is is_plain]
        if not group:
            continue
        is_current = [point.id == current_id for point in group]
        fig.add_scatter(
            x=[point.labels for point in group], y=[point.error for point in group], mode="markers",
            name=translate(KIND_NAMES[is_plain]),
            customdata=[point.id for point in group], text=[escape_for_plotly(point.title) for point in group],
            hovertemplate=f"%{{text}}<br>{point_text}<extra></extra>",
            marker={
                "color": colour, "symbol": symbol, "size": [15 if has_ring else 10 for has_ring in is_current],
                "line": {"width": [4 if has_ring else 0 for has_ring in is_current], "color": colours.UNLABELLED_COLOUR},
            },
        )  # fmt: skip
    ticks = sorted({point.labels for point in points})
    text = [f"{n:,}" for n in ticks]
    title = translate("labelled {items}", items=items)
    fig.update_xaxes(type="log", title={"text": title, "standoff": 4}, tickvals=ticks, ticktext=text)
    fig.update_yaxes(
        title={"text": translate("test error"), "standoff": 4}, tickformat=".1%", rangemode="tozero", nticks=6
    )
    return fig.update_layout(**LAYOUT, showlegend=len(fig.data) > 1, clickmode="event+select")
