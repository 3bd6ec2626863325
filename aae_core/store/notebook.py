"""Revisions in a notebook: their history as a table, and maps, samples and curves as figures."""

import base64
import html
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module

import numpy as np

from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.latent import code_map, colours
from aae_core.places import EXPLORER_APP
from aae_core.torch_state import torch_defaults

N_SAMPLES = 36  # decoded images of a revision
PANEL_HEIGHTS = 340, 200  # pixels of a map or the images, and of a curve
LINE_DASHES = ("solid", "dash", "dot", "dashdot")
PLOTLY_MIMETYPE = "plotly_mimetype"  # plotly's renderer that gives its own form of a figure alone
# metrics of a revision in brief
BRIEF_METRICS = ("reconstruction", "mmd2", "error", "cluster_error", "cluster_error_majority")


def import_optional(module_name: str, extra: str = "notebook"):
    """Import and return an optional module; ConfigError, which says how to install it as one of the package's extras,
    if it is missing."""
    try:
        return import_module(module_name)
    except ModuleNotFoundError:
        raise ConfigError(
            f"This needs {module_name.partition('.')[0]}, which is not installed; in the project's folder: "
            f"pip install '.[{extra}]'."
        ) from None


def explore_revision(revision):
    """The widget of `app.notebook`, which is installed beside this package or inside it."""
    import_optional("anywidget")
    explorer_folder = str(EXPLORER_APP.parent.parent)
    if explorer_folder not in sys.path:
        sys.path.append(explorer_folder)
    return import_module("app.notebook.explorer_widget").ExplorerWidget(revision)


def history_table(revision):
    """The logged rows as a pandas DataFrame by step: epoch, seconds, samples_per_second, `loss_` and each phase, and
    each measure where it was measured; one that has a value for each dimension of z has a column for each, such as
    `code_mean_0`."""
    pandas, rows = import_optional("pandas"), []
    for row in revision.metrics():
        losses, measures = row.pop("losses", {}), row.pop("measures", {})
        rows.append(row | {f"loss_{phase}": value for phase, value in losses.items()} | flatten_measures(measures))
    return pandas.DataFrame(rows, columns=None if rows else ["step", "epoch"]).set_index("step")


def flatten_measures(measures: dict) -> dict:
    """The measures with a name of its own for each value of a list, such as `code_mean_0`."""
    flattened = {}
    for name, value in measures.items():
        flattened |= {f"{name}_{i}": item for i, item in enumerate(value)} if isinstance(value, list) else {name: value}
    return flattened


@torch_defaults()
def plot_revisions(revisions: Sequence):
    """A plotly figure: for each revision its codes by class over samples of the prior, and decoded images; below, the
    losses of all, a panel for each phase. Raises ConfigError for no revision, RevisionError for one that has no codes
    or weights yet."""
    go = import_optional("plotly.graph_objects")
    line_colours = import_optional("plotly.colors").qualitative.Safe
    make_subplots = import_optional("plotly.subplots").make_subplots
    if not revisions:
        raise ConfigError("There is no revision to plot; give one or more.")
    tables = [history_table(revision) for revision in revisions]
    loss_columns = list(dict.fromkeys(name for table in tables for name in table if name.startswith("loss_")))
    columns, titles = len(revisions), [_revision_title(revision) for revision in revisions]
    curve_specs = [[{"colspan": columns}] + [None] * (columns - 1) for _ in loss_columns]
    figure = make_subplots(
        rows=2 + len(loss_columns),
        cols=columns,
        specs=[[{}] * columns] * 2 + curve_specs,
        row_heights=[PANEL_HEIGHTS[0]] * 2 + [PANEL_HEIGHTS[1]] * len(loss_columns),
        subplot_titles=[*titles, *[""] * columns, *[name.removeprefix("loss_").capitalize() for name in loss_columns]],
        vertical_spacing=0.06,
        figure=_figure_class()(),
    )
    legend_groups = set()
    for column, (revision, table, title) in enumerate(zip(revisions, tables, titles, strict=True), 1):
        for trace in _code_traces(go, revision):
            trace.showlegend = trace.legendgroup not in legend_groups
            legend_groups.add(trace.legendgroup)
            figure.add_trace(trace, row=1, col=column)
        image = _sample_sheet(revision)
        figure.add_image(z=np.broadcast_to(image, (*image.shape[:2], 3)), row=2, col=column)
        figure.update_xaxes(visible=False, row=2, col=column)
        figure.update_yaxes(visible=False, row=2, col=column)
        if revision.config.latent_dim == 2:
            figure.update_xaxes(title="z₁", row=1, col=column)
            figure.update_yaxes(title="z₂", scaleanchor=f"x{column if column > 1 else ''}", row=1, col=column)
        line = {
            "color": line_colours[(column - 1) % len(line_colours)],
            "dash": LINE_DASHES[(column - 1) % len(LINE_DASHES)],
        }
        trace_options = {"name": title, "legendgroup": f"run {column}", "line": line}
        for row, name in enumerate(loss_columns, 3):
            if name in table:
                in_legend = columns > 1 and name == loss_columns[0]
                figure.add_scatter(x=table.epoch, y=table[name], showlegend=in_legend, **trace_options, row=row, col=1)
    figure.update_layout(
        height=2 * PANEL_HEIGHTS[0] + len(loss_columns) * PANEL_HEIGHTS[1] + 120, legend_title="Classes"
    )
    figure.update_xaxes(title="Epoch", row=2 + len(loss_columns), col=1)
    return figure


@cache
def _figure_class() -> type:
    """A plotly Figure that a notebook keeps as HTML, too, with plotly's script, where plotly would keep its own form
    alone, of which nbconvert shows nothing. It is pickled as plotly's own Figure."""
    go, io = import_optional("plotly.graph_objects"), import_optional("plotly.io")

    class NotebookFigure(go.Figure):
        def _ipython_display_(self):
            if io.renderers.default == PLOTLY_MIMETYPE:
                io.show(self, renderer=f"{PLOTLY_MIMETYPE}+notebook")
            else:  # the user's own choice, or that of an editor
                super()._ipython_display_()

        def __reduce__(self):
            _, arguments = super().__reduce__()
            return go.Figure, arguments

    return NotebookFigure


def _revision_title(revision) -> str:
    return _escape_tags(revision.label or f"{revision.config.variant}, {revision.config.data}")


def _escape_tags(text) -> str:
    """A text for plotly, which reads tags, but would show &quot; as it is written."""
    return html.escape(text, quote=False)


def require_probe_codes(revision):
    """The codes of its probe set; RevisionError while there are none."""
    if not (codes := revision.probe()):
        raise RevisionError(f"{revision.id} has no codes yet; train it first.")
    return codes


def _code_traces(graph_objects, revision):
    """Samples of the prior, if there is one, and the codes of the probe set, a trace of plotly's graph objects for each
    class."""
    probe = require_probe_codes(revision)
    points, _, prior_draws = code_map.project_codes_and_prior(revision, probe.z)
    if len(prior_draws):
        yield graph_objects.Scattergl(
            x=prior_draws[:, 0],
            y=prior_draws[:, 1],
            mode="markers",
            marker={"size": 3, "color": colours.PALE_PRIOR_COLOUR},
            name="prior",
            legendgroup="prior",
        )
    for label in np.unique(probe.labels):
        rows = probe.labels == label
        is_class = 0 <= label < len(revision.data.classes)
        name = _escape_tags(revision.data.classes[label]) if is_class else "unlabelled"
        colour = colours.class_colour(label if is_class else -1)
        yield graph_objects.Scattergl(x=points[rows, 0], y=points[rows, 1], mode="markers", marker={"size": 4, "color": colour},
                           name=name, legendgroup=f"{revision.data.name}: {name}")  # fmt: skip


def _sample_sheet(revision) -> np.ndarray:
    """A sheet uint8 H×W×C of decoded samples of the prior, charts where they are rows; of an autoencoder, which has
    none, of decoded codes."""
    from aae_core.latent import exploration, row_charts

    if revision.variant.has_prior:
        items = revision.sample(N_SAMPLES)
    else:
        items = revision.decode(require_probe_codes(revision).z[:N_SAMPLES])
    return exploration.tile_images(row_charts.draw_row_charts(items, revision.data.features), 6)


@torch_defaults()
def revision_card_html(revision) -> str:
    """A revision as HTML of a notebook: its settings in a line; and once it is trained a small map, samples and
    measures."""
    from aae_core.latent import exploration

    config, status = revision.config, revision.status
    prior = f", {config.prior.name} prior" if revision.variant.has_prior else ""
    title = f"{config.variant}{prior}, {config.data}, {config.latent_dim}-D codes, {status.state}"
    head = f"<p><b>{html.escape(revision.label or revision.id)}</b><br>{html.escape(title)}</p>"
    if not (revision.path / "weights.safetensors").exists() or not revision.probe():
        return f"<div>{head}</div>"
    sheet = _sample_sheet(revision)
    scale = max(1, 200 // sheet.shape[0])
    samples = exploration.to_png(sheet, scale)
    pictures = _img_tag(code_map.render_map(revision), "Map of the codes") + _img_tag(samples, "Decoded samples")
    rows = "".join(
        f"<tr><td>{METRICS[name].title}</td><td>{displayed_value(name, status.measures[name]):.4g}</td></tr>"
        for name in BRIEF_METRICS
        if name in status.measures and (prior or name != "mmd2")
    )
    return f"<div>{head}{pictures}<table>{rows}</table></div>"


def _img_tag(png, alt_text) -> str:
    png_base64 = base64.b64encode(png).decode()
    return f'<img alt="{alt_text}" height="220" style="margin-right: 8px" src="data:image/png;base64,{png_base64}">'
