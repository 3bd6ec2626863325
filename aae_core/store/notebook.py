"""Revisions in a notebook: their history as a table, and maps, samples and curves as figures."""

import base64
import html
from collections.abc import Sequence
from functools import cache
from importlib import import_module

import numpy as np

from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.latent import colours, film
from aae_core.torch_state import torch_defaults

SHOWN = 36  # decoded images of a revision
HEIGHT = 340, 200  # pixels of a map or the images, and of a curve
DASHES = ("solid", "dash", "dot", "dashdot")
PLOTLY_ALONE = "plotly_mimetype"  # plotly's renderer that gives its own form of a figure alone
TOLD = "reconstruction", "mmd2", "error", "cluster_error", "cluster_error_majority"  # metrics of a revision in brief


def require(module: str, extra: str = "notebook"):
    """Import and return an optional module; ConfigError, which says how to install it as one of the package's extras, if it is
    missing."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise ConfigError(
            f"This needs {module.partition('.')[0]}, which is not installed; in the project's folder: pip install '.[{extra}]'."
        ) from None


def history(revision):
    """The logged rows as a pandas DataFrame by step: epoch, seconds, samples_per_second, `loss_` and each phase, and each measure
    where it was measured; one that has a value for each dimension of z has a column for each, such as `code_mean_0`."""
    pandas, rows = require("pandas"), []
    for row in revision.metrics():
        losses, measures = row.pop("losses", {}), row.pop("measures", {})
        rows.append(row | {f"loss_{phase}": value for phase, value in losses.items()} | flat(measures))
    return pandas.DataFrame(rows, columns=None if rows else ["step", "epoch"]).set_index("step")


def flat(measures: dict) -> dict:
    """The measures with a name of its own for each value of a list, such as `code_mean_0`."""
    found = {}
    for name, value in measures.items():
        found |= {f"{name}_{i}": each for i, each in enumerate(value)} if isinstance(value, list) else {name: value}
    return found


@torch_defaults()
def plot(revisions: Sequence):
    """A plotly figure: for each revision its codes by class over samples of the prior, and decoded images; below, the losses of
    all, a panel for each phase. Raises ConfigError for no revision, RevisionError for one that has no codes or weights yet."""
    go, colours = require("plotly.graph_objects"), require("plotly.colors").qualitative.Safe
    make_subplots = require("plotly.subplots").make_subplots
    if not revisions:
        raise ConfigError("There is no revision to plot; give one or more.")
    tables = [history(revision) for revision in revisions]
    losses = list(dict.fromkeys(name for table in tables for name in table if name.startswith("loss_")))
    columns, names = len(revisions), [_title(revision) for revision in revisions]
    wide = [[{"colspan": columns}] + [None] * (columns - 1) for _ in losses]
    figure = make_subplots(
        rows=2 + len(losses),
        cols=columns,
        specs=[[{}] * columns] * 2 + wide,
        row_heights=[HEIGHT[0]] * 2 + [HEIGHT[1]] * len(losses),
        subplot_titles=[*names, *[""] * columns, *[name.removeprefix("loss_").capitalize() for name in losses]],
        vertical_spacing=0.06,
        figure=_figure_class()(),
    )
    told = set()
    for column, (revision, table, title) in enumerate(zip(revisions, tables, names, strict=True), 1):
        for trace in _codes(go, revision):
            trace.showlegend = trace.legendgroup not in told
            told.add(trace.legendgroup)
            figure.add_trace(trace, row=1, col=column)
        image = _samples(revision)
        figure.add_image(z=np.broadcast_to(image, (*image.shape[:2], 3)), row=2, col=column)
        figure.update_xaxes(visible=False, row=2, col=column)
        figure.update_yaxes(visible=False, row=2, col=column)
        if revision.config.latent_dim == 2:
            figure.update_xaxes(title="z₁", row=1, col=column)
            figure.update_yaxes(title="z₂", scaleanchor=f"x{column if column > 1 else ''}", row=1, col=column)
        line = {"color": colours[(column - 1) % len(colours)], "dash": DASHES[(column - 1) % len(DASHES)]}
        run = {"name": title, "legendgroup": f"run {column}", "line": line}
        for row, name in enumerate(losses, 3):
            if name in table:
                once = columns > 1 and name == losses[0]
                figure.add_scatter(x=table.epoch, y=table[name], showlegend=once, **run, row=row, col=1)
    figure.update_layout(height=2 * HEIGHT[0] + len(losses) * HEIGHT[1] + 120, legend_title="Classes")
    figure.update_xaxes(title="Epoch", row=2 + len(losses), col=1)
    return figure


@cache
def _figure_class() -> type:
    """A plotly Figure that a notebook keeps as HTML, too, with plotly's script, where plotly would keep its own form alone, of
    which nbconvert shows nothing. It is pickled as plotly's own Figure."""
    go, io = require("plotly.graph_objects"), require("plotly.io")

    class NotebookFigure(go.Figure):
        def _ipython_display_(self):
            if io.renderers.default == PLOTLY_ALONE:
                io.show(self, renderer=f"{PLOTLY_ALONE}+notebook")
            else:  # the user's own choice, or that of an editor
                super()._ipython_display_()

        def __reduce__(self):
            _, arguments = super().__reduce__()
            return go.Figure, arguments

    return NotebookFigure


def _title(revision):
    return _words(revision.label or f"{revision.config.variant}, {revision.config.data}")


def _words(text):
    """A text for plotly, which reads tags, but would show &quot; as it is written."""
    return html.escape(text, quote=False)


def codes_of(revision):
    """The codes of its probe set; RevisionError while there are none."""
    if not (found := revision.probe()):
        raise RevisionError(f"{revision.id} has no codes yet; train it first.")
    return found


def _codes(go, revision):
    """Samples of the prior, if there is one, and the codes of the probe set, a trace of plotly's graph objects for each class."""
    probe = codes_of(revision)
    points, _, draws = film.seen(revision, probe.z)
    if len(draws):
        yield go.Scattergl(x=draws[:, 0], y=draws[:, 1], mode="markers", marker={"size": 3, "color": "#c3cad3"},
                           name="prior", legendgroup="prior")  # fmt: skip
    for label in np.unique(probe.labels):
        rows = probe.labels == label
        known = 0 <= label < len(revision.data.classes)
        name = _words(revision.data.classes[label]) if known else "unlabelled"
        colour = colours.colour(label if known else -1)
        yield go.Scattergl(x=points[rows, 0], y=points[rows, 1], mode="markers", marker={"size": 4, "color": colour},
                           name=name, legendgroup=f"{revision.data.name}: {name}")  # fmt: skip


def _samples(revision):
    """A sheet uint8 H×W×C of decoded samples of the prior, charts where they are rows; of an autoencoder, which has none, of
    decoded codes."""
    from aae_core.latent import charts, exploration

    items = revision.sample(SHOWN) if revision.variant.has_prior else revision.decode(codes_of(revision).z[:SHOWN])
    return exploration.tile(charts.pictures(items, revision.data.features), 6)


@torch_defaults()
def card(revision) -> str:
    """A revision as HTML of a notebook: its settings in a line; and once it is trained a small map, samples and measures."""
    from aae_core.latent import exploration

    config, status = revision.config, revision.status
    prior = f", {config.prior.name} prior" if revision.variant.has_prior else ""
    title = f"{config.variant}{prior}, {config.data}, {config.latent_dim}-D codes, {status.state}"
    head = f"<p><b>{html.escape(revision.label or revision.id)}</b><br>{html.escape(title)}</p>"
    if not (revision.path / "weights.safetensors").exists() or not revision.probe():
        return f"<div>{head}</div>"
    sheet = _samples(revision)
    scale = max(1, 200 // sheet.shape[0])
    samples = exploration.to_png(sheet, scale)
    pictures = _picture(film.still(revision), "Map of the codes") + _picture(samples, "Decoded samples")
    rows = "".join(
        f"<tr><td>{METRICS[name].title}</td><td>{as_shown(name, status.measures[name]):.4g}</td></tr>"
        for name in TOLD
        if name in status.measures and (prior or name != "mmd2")
    )
    return f"<div>{head}{pictures}<table>{rows}</table></div>"


def _picture(png, words):
    content = base64.b64encode(png).decode()
    return f'<img alt="{words}" height="220" style="margin-right: 8px" src="data:image/png;base64,{content}">'
