import base64
import io
import json
import pickle
import re
import sys
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects
import plotly.io
import pytest
from helpers.stored_revisions import write_trained_revision
from PIL import Image, ImageColor
from plotly.colors import qualitative

import aae_core as aae
from aae_core.config.configuration import configure
from aae_core.errors import ConfigError, RevisionError
from aae_core.latent import code_map
from aae_core.latent.colours import CLASS_COLOURS
from aae_core.models.model import Model
from aae_core.store import notebook, status, weights
from aae_core.store.revision_folder import ProbeCodes
from aae_core.store.revisions import Store
from aae_core.store.status import Status


def test_a_history_is_flat_by_step_and_has_what_each_row_has(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    revision.write_metrics(
        [
            {"step": 10, "epoch": 0.5, "losses": {"reconstruction": 3.0, "generation": 1.0}},
            {
                "step": 20,
                "epoch": 1.0,
                "losses": {"reconstruction": 2.0},
                "measures": {"mmd2": 0.25, "code_std": [1.0, 2.0]},
            },
        ]
    )
    table = revision.history()
    assert list(table.index) == [10, 20] and not any(isinstance(value, dict | list) for value in table.to_numpy().flat)
    last = table.loc[20]
    assert (last.epoch, last.loss_reconstruction, last.mmd2, last.code_std_0, last.code_std_1) == (
        1.0,
        2.0,
        0.25,
        1.0,
        2.0,
    )
    assert np.isnan(last.loss_generation) and np.isnan(table.loc[10].mmd2)


def test_the_history_of_a_revision_without_a_step_is_empty(store, tiny_config, facts):
    assert len(store.create(tiny_config, facts).history()) == 0


def points(figure, name):
    return sum(len(trace.x) for trace in figure.data if trace.type == "scattergl" and trace.name == name)


def test_a_plot_shows_every_code_samples_and_the_losses_of_each_revision(store, tiny_config, facts):
    first, second = (write_trained_revision(store, tiny_config, facts, seed) for seed in (0, 1))
    figure = aae.plot([first, second])
    assert points(figure, "3") == 4  # 20 codes of ten classes, twice
    assert sum(trace.type == "image" for trace in figure.data) == 2
    curves = [trace for trace in figure.data if trace.type == "scatter"]
    assert [len(curve.x) for curve in curves] == [300, 300] and curves[0].y[1] == pytest.approx(1 / 2)


def test_a_revision_without_a_prior_shows_no_samples_of_one(store, facts):
    config = configure(variant="ae", data="digits", **{"network.hidden": (16,)})
    figure = write_trained_revision(store, config, facts).plot()
    assert points(figure, "prior") == 0 and sum(trace.type == "image" for trace in figure.data) == 1


def test_labels_and_classes_are_shown_by_plotly_as_they_are_written(store, tiny_config, facts):
    named = SimpleNamespace(**vars(facts) | {"classes": ('<b>"9" & 0</b>', *facts.classes[1:])})
    revision = write_trained_revision(store, tiny_config, named)
    revision.annotate('<b>the "best"')
    figure = revision.plot()
    assert figure.layout.annotations[0].text == '&lt;b&gt;the "best"'  # plotly knows no &quot;
    assert points(figure, '&lt;b&gt;"9" &amp; 0&lt;/b&gt;') == 2


@pytest.mark.parametrize(
    ("default", "expected_renderer"), [("plotly_mimetype", "plotly_mimetype+notebook"), ("png", None), ("vscode", None)]
)
def test_a_plot_is_kept_as_html_unless_another_form_was_chosen(
    store, tiny_config, facts, monkeypatch, default, expected_renderer
):
    """Of plotly's own form alone, nbconvert shows nothing; the renderer "notebook" brings HTML and plotly's script."""
    figure = write_trained_revision(store, tiny_config, facts).plot()
    calls = []
    monkeypatch.setattr(
        plotly.io, "show", lambda result, *_, renderer=None, **__: calls.append((result is figure, renderer))
    )
    monkeypatch.setattr(type(plotly.io.renderers), "default", default)
    figure._ipython_display_()
    assert calls == [(True, expected_renderer)]
    (html,) = plotly.io.renderers["notebook"].to_mimebundle(figure.to_dict()).values()
    assert "plotly-graph-div" in html


def test_a_plot_can_be_pickled(store, tiny_config, facts):
    figure = write_trained_revision(store, tiny_config, facts).plot()
    copied = pickle.loads(pickle.dumps(figure))
    assert type(copied) is plotly.graph_objects.Figure
    assert json.loads(copied.to_json()) == json.loads(figure.to_json())


def test_what_cannot_be_plotted_is_said(store, tiny_config, facts):
    with pytest.raises(ConfigError, match="no revision to plot"):
        aae.plot([])
    with pytest.raises(RevisionError, match="no codes yet"):
        store.create(tiny_config, facts).plot()


def test_a_card_escapes_the_label_and_shows_map_samples_and_measures(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    revision.annotate("<b onclick=x>")
    card_html = revision._repr_html_()
    assert "<b onclick" not in card_html and "&lt;b onclick=x&gt;" in card_html and "0.01</td>" in card_html
    pictures = [Image.open(io.BytesIO(base64.b64decode(match))) for match in re.findall(r"base64,([^\"]+)", card_html)]
    assert pictures[0].size == (code_map.IMAGE_SIDE, code_map.IMAGE_SIDE)
    colours = {colour for _, colour in pictures[0].convert("RGB").getcolors()}
    assert ImageColor.getrgb(CLASS_COLOURS[0]) in colours  # a code of the first class


@pytest.mark.parametrize("method_name", ["_repr_html_", "plot"])
def test_card_and_plot_read_weights_and_status_once(store, tiny_config, facts, monkeypatch, method_name):
    revision, calls = store.open(write_trained_revision(store, tiny_config, facts).id), []
    for module, name in ((weights, "load_model"), (status, "read_status")):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args, f=original: calls.append(f.__name__) or f(*args))
    getattr(revision, method_name)()
    assert sorted(calls) == ["load_model", "read_status"][: 1 + (method_name == "_repr_html_")]


def test_the_card_of_an_untrained_revision_tells_its_settings(store, tiny_config, facts):
    card_html = store.create(tiny_config, facts, Status("queued"))._repr_html_()
    assert "gaussian prior" in card_html and "queued" in card_html and "<img" not in card_html


def test_each_class_of_several_data_sets_is_in_the_legend_once(store, tiny_config, facts):
    shapes = SimpleNamespace(**vars(facts) | {"name": "shapes", "classes": ("arrow", "1", *map(str, range(2, 10)))})
    figure = aae.plot(
        [write_trained_revision(store, tiny_config, facts), write_trained_revision(store, tiny_config, shapes)]
    )
    actual = [trace.name for trace in figure.data if trace.type == "scattergl" and trace.showlegend]
    assert sorted(actual) == sorted(["prior", *facts.classes, *shapes.classes])


def test_revisions_are_taken_by_name_and_one_need_not_stand_in_a_list(tiny_config, facts):
    revision = write_trained_revision(Store(), tiny_config, facts)
    assert points(aae.plot(revision), "3") == points(aae.plot([revision.id]), "3") == 2
    assert aae.evaluate(revision.id, "prior-fit").keys() == {"prior-fit"}


@pytest.mark.parametrize("module", ["pandas", "plotly"])
def test_what_is_not_installed_is_said(module, store, tiny_config, facts, monkeypatch):
    revision = write_trained_revision(store, tiny_config, facts)
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=rf"needs {module}, .*\[notebook\]"):
        revision.plot() if module == "plotly" else revision.history()


def test_a_plot_has_a_column_for_each_revision_and_a_panel_for_each_phase(store, tiny_config, facts):
    """Codes above samples above losses; the two axes of codes have one scale, and a class stands in the legend once."""
    figure = aae.plot([write_trained_revision(store, tiny_config, facts, seed) for seed in (0, 1)])
    axis = lambda trace, name: figure.layout[f"{name}axis{(getattr(trace, f'{name}axis') or name)[1:]}"]  # noqa: E731
    codes = [trace for trace in figure.data if trace.type == "scattergl"]
    images = [trace for trace in figure.data if trace.type == "image"]
    curves = [trace for trace in figure.data if trace.type == "scatter"]
    left, right = ([item for item in codes if (axis(item, "x").domain[0] == 0) == first] for first in (True, False))
    assert {item.name for item in left} == {item.name for item in right}
    assert sum(bool(item.showlegend) for item in codes) == len({item.legendgroup for item in codes})
    for item in (*left, *right):
        x, y = axis(item, "x"), axis(item, "y")
        assert (x.title.text, y.title.text) == ("z₁", "z₂") and y.scaleanchor == (item.xaxis or "x")
    for below, above in ((images, codes), (curves, images)):
        assert max(axis(item, "y").domain[1] for item in below) < min(axis(item, "y").domain[0] for item in above)
    assert [axis(item, "x").domain[0] == 0 for item in images] == [True, False]
    assert {axis(item, "x").domain for item in curves} == {(0.0, 1.0)} and axis(curves[0], "x").title.text == "Epoch"
    assert not any(axis(item, name).visible for item in images for name in "xy")
    assert figure.layout.height > 2 * notebook.PANEL_HEIGHTS[0] + notebook.PANEL_HEIGHTS[1]


def curves_of(figure):
    return [trace for trace in figure.data if trace.type == "scatter"]


def axes_of(figure, trace):
    return [figure.layout[f"{name}axis{(getattr(trace, f'{name}axis') or name)[1:]}"] for name in "xy"]


def test_images_have_no_axes_and_all_else_has(store, tiny_config, facts):
    figure = aae.plot([write_trained_revision(store, tiny_config, facts, seed) for seed in (0, 1)])
    hidden = {trace.type: {axis.visible is False for axis in axes_of(figure, trace)} for trace in figure.data}
    assert hidden == {"scattergl": {False}, "image": {True}, "scatter": {False}}


def test_the_plane_of_codes_of_more_dimensions_is_not_called_z(store, facts):
    config = configure(data="digits", latent_dim=3, **{"network.hidden": (16,), "network.discriminator": (16,)})
    revision = store.create(config, facts)
    model = Model(config, facts.shape, 10)
    model.initialise(0)
    weights.save_weights(revision, model, 5)
    codes = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    revision.write_probe(ProbeCodes(codes, np.arange(20) % 10, np.arange(20), np.arange(20) % 10, "train"))
    figure = revision.plot()
    codes = [axis for trace in figure.data if trace.type == "scattergl" for axis in axes_of(figure, trace)]
    assert codes and {axis.title.text for axis in codes} == {None} and points(figure, "3") == 2


def test_curves_of_many_revisions_differ_and_a_single_one_is_solid(store, tiny_config, facts):
    """The palette begins anew after eleven colours, and then the dashes differ."""
    palette = qualitative.Safe
    curves = curves_of(aae.plot([write_trained_revision(store, tiny_config, facts)] * (len(palette) + 1)))
    assert [curve.line.color for curve in curves] == [*palette, palette[0]]
    assert len({(curve.line.color, curve.line.dash) for curve in curves}) == len(curves)
    assert curves[0].line.dash == "solid"


def test_the_legend_names_curves_once_and_no_single_revision(store, tiny_config, facts):
    first, second = (write_trained_revision(store, tiny_config, facts, seed) for seed in (0, 1))
    metric_rows = [{"step": 1, "epoch": 1.0, "losses": {"reconstruction": 1.0, "generation": 2.0}}]
    for revision, name in ((first, "one"), (second, "two")):
        revision.annotate(name)
        revision.write_metrics(metric_rows)
    curves = curves_of(aae.plot([first, second]))
    assert sorted(curve.name for curve in curves) == ["one", "one", "two", "two"]
    assert sorted(curve.name for curve in curves if curve.showlegend) == ["one", "two"]
    assert len({(curve.legendgroup, curve.name) for curve in curves}) == len({c.legendgroup for c in curves}) == 2
    assert not any(curve.showlegend for curve in curves_of(first.plot()))


def test_a_sheet_of_samples_is_full_and_at_most_200_pixels_large(store, tiny_config, facts):
    """Six by six images and five gaps of a pixel; the images are wider than high."""
    facts.shape = (1, 4, 12)
    revision = write_trained_revision(store, tiny_config, facts)
    (image,) = (trace for trace in revision.plot().data if trace.type == "image")
    assert np.shape(image.z) == (6 * 4 + 5, 6 * 12 + 5, 3)
    sheet = re.findall(r"base64,([^\"]+)", revision._repr_html_())[1]
    assert Image.open(io.BytesIO(base64.b64decode(sheet))).size == (6 * 77, 6 * 29)  # 7 · 29 is more than 200


def test_a_card_draws_large_images_as_they_are(store, tiny_config, facts):
    facts.shape = (1, 40, 3)
    sheet = re.findall(r"base64,([^\"]+)", write_trained_revision(store, tiny_config, facts)._repr_html_())[1]
    assert Image.open(io.BytesIO(base64.b64decode(sheet))).size == (6 * 3 + 5, 6 * 40 + 5)


def test_a_map_is_as_high_as_the_images_and_higher_than_a_curve(store, tiny_config, facts):
    figure = write_trained_revision(store, tiny_config, facts).plot()
    height = {trace.type: float(np.diff(axes_of(figure, trace)[1].domain)[0]) for trace in figure.data}
    assert height["scattergl"] == pytest.approx(height["image"])
    assert height["image"] / height["scatter"] == pytest.approx(notebook.PANEL_HEIGHTS[0] / notebook.PANEL_HEIGHTS[1])
