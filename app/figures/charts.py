"""Arrays -> plotly figures; no st.* call here.

n is the number of codes. Class colours come from `latent.colours`.
"""

import numpy as np

from aae_core.latent import colours
from app.figures import class_names
from app.figures.class_names import escape_for_plotly
from app.figures.plane import axis_name
from app.figures.plotly_objects import go
from app.translation.texts import mark, translate

BAR_CHART_HEIGHT, MAX_STANDING_BAR_LETTERS = 210, 6  # pixels; letters of a name that fit below a standing bar
DEFAULT_FONT_SIZE, DEFAULT_HEIGHT = 12, 450  # pixels, the defaults of Streamlit and plotly


def enlarge_figure(fig: go.Figure, factor: float) -> go.Figure:
    """A copy with letters and markers scaled by `factor`, and the height by its square root."""
    fig = go.Figure(fig)
    size = DEFAULT_FONT_SIZE * factor
    font_sizes = {"font_size": size, "legend_font_size": size, "hoverlabel_font_size": size}
    # below the axes all is letters
    height, bottom_margin = fig.layout.height or DEFAULT_HEIGHT, fig.layout.margin.b or 0
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
            x=middles, y=histogram.codes, width=np.diff(histogram.edges), name=translate("codes"), showlegend=j == 0, **position,
            marker={"color": colours.CLASS_COLOURS[0], "opacity": 0.7, "line": {"width": 0}},
        )  # fmt: skip
        if histogram.prior is not None:
            line = {"color": colours.PRIOR_COLOUR, "width": 2}
            fig.add_scatter(
                x=middles,
                y=histogram.prior,
                mode="lines",
                name=translate("prior"),
                showlegend=j == 0,
                line=line,
                **position,
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
    point_text = translate("K = {count}, error {error}", count="%{x}", error="%{y:.2%}")
    fig.add_scatter(
        x=[result.count for result in results], y=[result.exemplar_error for result in results], mode="markers",
        text=[escape_for_plotly(result.title) for result in results], showlegend=False,
        hovertemplate=f"%{{text}}<br>{point_text}<extra></extra>",
        marker={"color": colours.CLASS_COLOURS[0], "size": 10},
    )  # fmt: skip
    fig.update_xaxes(title={"text": translate("clusters K")}, nticks=8, rangemode="tozero")
    fig.update_yaxes(title={"text": translate("error, exemplar rule")}, tickformat=".0%", rangemode="tozero", nticks=5)
    return fig.update_layout(height=260, margin={"l": 8, "r": 8, "t": 8, "b": 8})


def class_count_bars(labels: np.ndarray, classes, items: str = mark("images")) -> go.Figure:
    """The number of items of each class: the histogram of the labels, n (−1: unknown, not counted). The bars stand or, where
    the names are long, lie beside them."""
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    marker = {"color": [colours.class_colour(k) for k in range(len(classes))]}
    names = [class_names.wrap_for_plotly(name) for name in classes]
    categories = {"type": "category", "title": {"text": translate("content y")}}
    numbers = {"title": {"text": translate(items)}, "nticks": 4}
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    if max(map(len, classes), default=0) <= MAX_STANDING_BAR_LETTERS:
        fig = go.Figure(go.Bar(x=names, y=counts, marker=marker))
        return fig.update_layout(height=BAR_CHART_HEIGHT, margin=margin, xaxis=categories, yaxis=numbers)
    fig = go.Figure(go.Bar(x=counts, y=names, marker=marker, orientation="h"))
    height = max(BAR_CHART_HEIGHT, class_names.AXIS_HEIGHT + round(class_names.stacked_names_height(names)))
    rows = {**categories, "autorange": "reversed", "automargin": True, "dtick": 1}
    return fig.update_layout(height=height, margin=margin, xaxis=numbers, yaxis=rows)
