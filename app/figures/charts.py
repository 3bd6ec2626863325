"""Arrays -> plotly figures; no st.* call here.

n is the number of codes. Class colours come from `latent.colours`, marker shapes from `app.figures.palette`.
"""

import numpy as np
import plotly.graph_objects as go

from aae_core.latent import colours
from app.figures import palette
from app.figures.plane import Frame, axis_name

PRIOR_COLOUR = "#e8590c"
NAME = 0.14  # least distance between the names of two classes, as a share of a frame's half-width
USUAL_LETTERS, USUAL_HEIGHT = 12, 450  # pixels, the defaults of Streamlit and plotly


def enlarged(fig: go.Figure, times: float) -> go.Figure:
    """A copy with letters and markers scaled by `times`, and the height by its square root."""
    fig = go.Figure(fig)
    size = USUAL_LETTERS * times
    letters = {"font_size": size, "legend_font_size": size, "hoverlabel_font_size": size}
    fig.update_layout(height=round((fig.layout.height or USUAL_HEIGHT) * times**0.5), **letters)
    for axes in (fig.update_xaxes, fig.update_yaxes):
        axes(tickfont_size=size, title_font_size=size)
    fig.for_each_annotation(lambda note: note.update(font_size=(note.font.size or USUAL_LETTERS) * times))
    for trace in fig.data:
        if "marker" in trace and isinstance(getattr(trace.marker, "size", None), int | float):
            trace.marker.size *= times
    return fig


def latent_map(frame: Frame, codes, labels, classes, samples=None):
    """The latent plane as a square figure.

    codes: n×2, with labels n (−1: unknown); hovering over a marker shows the code's number. samples: m×2 samples of the prior.
    The name of each class stands at the median of its codes if there is room; otherwise only the legend shows it.
    """
    fig = go.Figure()
    if samples is not None:
        fig.add_scatter(
            x=samples[:, 0], y=samples[:, 1], mode="markers", name="prior samples", hoverinfo="skip",
            marker={"color": colours.UNLABELLED, "size": 3, "opacity": 0.5}, legendrank=2000,
        )  # fmt: skip
    for k in np.unique(labels):
        numbers = np.flatnonzero(labels == k)
        name = plain(classes[k] if 0 <= k < len(classes) else "no class")
        fig.add_scatter(
            x=codes[numbers, 0], y=codes[numbers, 1], mode="markers", customdata=numbers, name=f"{name}  ({len(numbers)})",
            hovertemplate=f"{name}, image %{{customdata}}<extra></extra>", legendrank=int(k) if k >= 0 else 1999,
            marker={"color": colours.colour(int(k)), "symbol": palette.shape(int(k)), "size": 6, "opacity": 0.9},
        )  # fmt: skip
    middles = {int(k): np.median(codes[labels == k], axis=0) for k in np.unique(labels[labels >= 0])}
    for k in _with_room(middles, NAME * frame.half):
        x, y = middles[k]
        fig.add_annotation(
            x=x, y=y, text=f"<b>{plain(classes[k] if k < len(classes) else str(k))}</b>", showarrow=False,
            font={"size": 15, "color": "#ffffff"}, bgcolor=palette.ink(colours.colour(k)), borderpad=3, opacity=0.9,
        )  # fmt: skip
    x, y = frame.ranges()
    axis = {"zeroline": True, "showgrid": False, "ticks": "outside", "nticks": 7}
    fig.update_xaxes(range=x, title={"text": frame.axes[0], "standoff": 4}, constrain="domain", **axis)
    fig.update_yaxes(range=y, title={"text": frame.axes[1], "standoff": 4}, scaleanchor="x", constrain="domain", **axis)
    return fig.update_layout(
        height=640, margin={"l": 8, "r": 8, "t": 8, "b": 8}, dragmode="pan", hovermode="closest",
        legend={"itemsizing": "constant", "orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.1, "title": {"text": ""}},
    )  # fmt: skip


def _with_room(middles: dict, apart: float) -> list[int]:
    """The classes whose names fit at their medians; [] if fewer than half do, because the classes overlap."""
    named = []
    for k, middle in middles.items():
        if all(np.abs(middle - middles[other]).max() >= apart for other in named):
            named.append(k)
    return named if 2 * len(named) >= len(middles) else []


def plain(text: str) -> str:
    """The text escaped for plotly, so that it is neither markup nor a template."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("{", "&#123;")


def histograms(found: list, first: int = 0) -> go.Figure:
    """Small multiples: for each dimension from `first` on, the histogram of the codes and the density of the prior, if any.

    found: one record per dimension with `edges` (bins + 1) and the densities `codes` and `prior` (bins; None without a prior).
    """
    from plotly.subplots import make_subplots

    columns = min(4, len(found))
    rows = -(-len(found) // columns)
    names = [axis_name(first + j) for j in range(len(found))]
    fig = make_subplots(
        rows, columns, subplot_titles=names, vertical_spacing=min(0.14, 0.6 / rows), horizontal_spacing=0.04
    )
    for j, one in enumerate(found):
        at = {"row": j // columns + 1, "col": j % columns + 1}
        middles = (one.edges[1:] + one.edges[:-1]) / 2
        fig.add_bar(
            x=middles, y=one.codes, width=np.diff(one.edges), name="codes", showlegend=j == 0, **at,
            marker={"color": colours.COLOURS[0], "opacity": 0.7, "line": {"width": 0}},
        )  # fmt: skip
        if one.prior is not None:
            line = {"color": PRIOR_COLOUR, "width": 2}
            fig.add_scatter(x=middles, y=one.prior, mode="lines", name="prior", showlegend=j == 0, line=line, **at)
    fig.update_yaxes(showticklabels=False, showgrid=False)
    return fig.update_layout(
        height=160 * rows + 70, margin={"l": 8, "r": 8, "t": 60, "b": 8}, bargap=0, hovermode=False,
        legend={"orientation": "h", "y": 1, "yref": "container", "yanchor": "top", "x": 0, "title": {"text": ""}},
    )  # fmt: skip


def errors_by_count(known: list) -> go.Figure:
    """The clustering error (0..1) against the number of clusters K, one point per revision. known: `clusters.Other`s with an
    error."""
    fig = go.Figure()
    fig.add_scatter(
        x=[one.count for one in known], y=[one.error for one in known], mode="markers",
        text=[plain(one.title) for one in known], showlegend=False,
        hovertemplate="%{text}<br>K = %{x}, error %{y:.2%}<extra></extra>", marker={"color": colours.COLOURS[0], "size": 10},
    )  # fmt: skip
    fig.update_xaxes(title={"text": "clusters K"}, nticks=8, rangemode="tozero")
    fig.update_yaxes(title={"text": "error, exemplar rule"}, tickformat=".0%", rangemode="tozero", nticks=5)
    return fig.update_layout(height=260, margin={"l": 8, "r": 8, "t": 8, "b": 8})


def class_bars(labels: np.ndarray, classes) -> go.Figure:
    """The number of images of each class: the histogram of the labels, n (−1: unknown, not counted)."""
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    marker = {"color": [colours.colour(k) for k in range(len(classes))]}
    fig = go.Figure(go.Bar(x=[plain(c) for c in classes], y=counts, marker=marker))
    fig.update_xaxes(type="category", title={"text": "content y"})
    fig.update_yaxes(title={"text": "images"}, nticks=4)
    return fig.update_layout(height=210, margin={"l": 8, "r": 8, "t": 8, "b": 8})
