"""Arrays -> plotly figures; no st.* call here.

n is the number of codes. Class colours come from `latent.colours`, marker shapes from `app.figures.palette`.
"""

import numpy as np
import plotly.graph_objects as go

from aae_core.latent import colours
from app.figures import class_names, palette
from app.figures.class_names import escape_for_plotly
from app.figures.plane import VisibleSquare, axis_name

MAX_OPAQUE_CODES, FEW_OPACITY, MANY_OPACITY = 1000, 0.9, 0.45  # more codes are translucent, so that their density shows
MAP_HEIGHT = 400  # pixels, of a map without its legend
BAR_CHART_HEIGHT, MAX_STANDING_BAR_LETTERS = 210, 6  # pixels; letters of a name that fit below a standing bar
DEFAULT_FONT_SIZE, DEFAULT_HEIGHT = 12, 450  # pixels, the defaults of Streamlit and plotly


def enlarge_figure(fig: go.Figure, factor: float) -> go.Figure:
    """A copy with letters and markers scaled by `factor`, and the height by its square root."""
    fig = go.Figure(fig)
    size = DEFAULT_FONT_SIZE * factor
    font_sizes = {"font_size": size, "legend_font_size": size, "hoverlabel_font_size": size}
    height, bottom_margin = (
        fig.layout.height or DEFAULT_HEIGHT,
        fig.layout.margin.b or 0,
    )  # below the axes all is letters
    fig.update_layout(
        height=round((height - bottom_margin) * factor**0.5 + bottom_margin * factor),
        margin_b=round(bottom_margin * factor),
        **font_sizes,
    )
    if fig.layout.legend.maxheight:
        fig.layout.legend.maxheight *= factor
    for update_axes in (fig.update_xaxes, fig.update_yaxes):
        update_axes(tickfont_size=size, title_font_size=size)
    fig.for_each_annotation(lambda note: note.update(font_size=(note.font.size or DEFAULT_FONT_SIZE) * factor))
    for trace in fig.data:
        if "marker" in trace and isinstance(getattr(trace.marker, "size", None), int | float):
            trace.marker.size *= factor
    return fig


def latent_map(frame: VisibleSquare, codes, labels, classes, samples=None, item: str = "image"):
    """The latent plane as a square figure.

    codes: n×2, with labels n (−1: unknown); hovering over a marker shows the code's number. samples: m×2 samples of the prior.
    item: the word for what is encoded.
    The name of each class stands at the median of its codes, or, if there is no room for most of them, in a legend.
    """
    fig = go.Figure()
    if samples is not None:
        fig.add_scatter(
            x=samples[:, 0], y=samples[:, 1], mode="markers", name="prior samples", hoverinfo="skip",
            marker={"color": colours.PRIOR_COLOUR, "size": 6, "opacity": 0.6, "symbol": "cross-thin-open"}, legendrank=2000,
        )  # fmt: skip
    shapes = palette.class_shapes(len(classes))
    opacity = MANY_OPACITY if len(codes) > MAX_OPAQUE_CODES else FEW_OPACITY
    for k in np.unique(labels):
        shape = shapes[k] if 0 <= k < len(shapes) else palette.marker_shape(int(k))
        numbers = np.flatnonzero(labels == k)
        name = classes[k] if 0 <= k < len(classes) else "no class"
        legend_entry = class_names.wrap_for_plotly(f"{name}  ({len(numbers)})")
        hover = f"{class_names.wrap_for_plotly(name)}, {item} %{{customdata}}<extra></extra>"
        fig.add_scatter(
            x=codes[numbers, 0], y=codes[numbers, 1], mode="markers", customdata=numbers, name=legend_entry,
            hovertemplate=hover, legendrank=int(k) if k >= 0 else 1999,
            marker={"color": colours.class_colour(int(k)), "symbol": shape, "size": 6, "opacity": opacity},
        )  # fmt: skip
    medians = {int(k): np.median(codes[labels == k], axis=0) for k in np.unique(labels[labels >= 0])}
    names = {k: classes[k] if k < len(classes) else str(k) for k in medians}
    for k in class_names.classes_with_room_for_name(medians, names, np.array(frame.centre), frame.half):
        x, y = medians[k]
        fig.add_annotation(
            x=x, y=y, text=f"<b>{escape_for_plotly(names[k])}</b>", showarrow=False,
            font={"size": 15, "color": "#ffffff"}, bgcolor=palette.darken_for_white_text(colours.class_colour(k)),
            borderpad=3, opacity=0.9,
        )  # fmt: skip
    x, y = frame.ranges()
    axis = {"zeroline": True, "showgrid": False, "ticks": "outside", "nticks": 7}
    fig.update_xaxes(range=x, title={"text": frame.axes[0], "standoff": 4}, constrain="domain", **axis)
    fig.update_yaxes(range=y, title={"text": frame.axes[1], "standoff": 4}, scaleanchor="x", constrain="domain", **axis)
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    fig.update_layout(height=MAP_HEIGHT, margin=margin, dragmode="pan", hovermode="closest", showlegend=False)
    return fig if fig.layout.annotations else class_names.place_legend_below(fig)


def histogram_grid(histograms: list, first: int = 0) -> go.Figure:
    """Small multiples: for each dimension from `first` on, the histogram of the codes and the density of the prior, if any.

    histograms: one record per dimension with `edges` (bins + 1) and the densities `codes` and `prior` (bins; None without a
    prior).
    """
    from plotly.subplots import make_subplots

    columns = min(4, len(histograms))
    rows = -(-len(histograms) // columns)
    names = [axis_name(first + j) for j in range(len(histograms))]
    fig = make_subplots(
        rows, columns, subplot_titles=names, vertical_spacing=min(0.14, 0.6 / rows), horizontal_spacing=0.04
    )
    for j, histogram in enumerate(histograms):
        position = {"row": j // columns + 1, "col": j % columns + 1}
        middles = (histogram.edges[1:] + histogram.edges[:-1]) / 2
        fig.add_bar(
            x=middles, y=histogram.codes, width=np.diff(histogram.edges), name="codes", showlegend=j == 0, **position,
            marker={"color": colours.CLASS_COLOURS[0], "opacity": 0.7, "line": {"width": 0}},
        )  # fmt: skip
        if histogram.prior is not None:
            line = {"color": colours.PRIOR_COLOUR, "width": 2}
            fig.add_scatter(
                x=middles, y=histogram.prior, mode="lines", name="prior", showlegend=j == 0, line=line, **position
            )
    fig.update_yaxes(showticklabels=False, showgrid=False)
    return fig.update_layout(
        height=160 * rows + 70, margin={"l": 8, "r": 8, "t": 60, "b": 8}, bargap=0, hovermode=False,
        legend={"orientation": "h", "y": 1, "yref": "container", "yanchor": "top", "x": 0, "title": {"text": ""}},
    )  # fmt: skip


def error_by_cluster_count(results: list) -> go.Figure:
    """The clustering error (0..1) against the number of clusters K, one point per revision. results: each a
    `clusters.ClusteringResult` with an error."""
    fig = go.Figure()
    fig.add_scatter(
        x=[result.count for result in results], y=[result.exemplar_error for result in results], mode="markers",
        text=[escape_for_plotly(result.title) for result in results], showlegend=False,
        hovertemplate="%{text}<br>K = %{x}, error %{y:.2%}<extra></extra>",
        marker={"color": colours.CLASS_COLOURS[0], "size": 10},
    )  # fmt: skip
    fig.update_xaxes(title={"text": "clusters K"}, nticks=8, rangemode="tozero")
    fig.update_yaxes(title={"text": "error, exemplar rule"}, tickformat=".0%", rangemode="tozero", nticks=5)
    return fig.update_layout(height=260, margin={"l": 8, "r": 8, "t": 8, "b": 8})


def class_count_bars(labels: np.ndarray, classes, items: str = "images") -> go.Figure:
    """The number of items of each class: the histogram of the labels, n (−1: unknown, not counted). The bars stand or, where
    the names are long, lie beside them."""
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    marker = {"color": [colours.class_colour(k) for k in range(len(classes))]}
    names = [class_names.wrap_for_plotly(name) for name in classes]
    categories = {"type": "category", "title": {"text": "content y"}}
    numbers = {"title": {"text": items}, "nticks": 4}
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    if max(map(len, classes), default=0) <= MAX_STANDING_BAR_LETTERS:
        fig = go.Figure(go.Bar(x=names, y=counts, marker=marker))
        return fig.update_layout(height=BAR_CHART_HEIGHT, margin=margin, xaxis=categories, yaxis=numbers)
    fig = go.Figure(go.Bar(x=counts, y=names, marker=marker, orientation="h"))
    height = max(BAR_CHART_HEIGHT, class_names.AXIS_HEIGHT + round(class_names.stacked_names_height(names)))
    rows = {**categories, "autorange": "reversed", "automargin": True, "dtick": 1}
    return fig.update_layout(height=height, margin=margin, xaxis=numbers, yaxis=rows)
