"""The latent plane's Python half: what it sends reads back as it was, and what it is sent is believed only if it makes sense."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("streamlit")
import streamlit as st
from helpers.plane_scenes import make_scene, unpack_message
from helpers.snapshots import fresh_snapshot

from aae_core.config.configuration import configure
from aae_core.models.priors import families
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import lru, revision_data
from app.messages import validation, wire_format
from app.scenes import plane_message
from app.server import assets, time_machine
from app.ui import current_code

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}


# The format -------------------------------------------------------------------------------------------------------------


def test_a_message_reads_back_as_it_was():
    rng = np.random.default_rng(0)
    sent_arrays = {
        "odd": rng.normal(size=(5, 3)).astype(np.float32), "labels": np.array([-1, 0, 127], np.int8),
        "wide": np.array([[-300, 300]], np.int16), "long": np.array([2**31 - 1], np.int32),
        "image": rng.integers(0, 256, (3, 5, 1), dtype=np.uint8), "none": np.zeros((0, 2), np.float32),
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T, "holes": np.array([np.nan, np.inf], np.float32),
    }  # fmt: skip
    fields = {"name": "z₁ “ü” 😀", "deep": {"a": [1, 2.5, None, True]}}
    header, arrays = unpack_message(wire_format.pack_message(fields, sent_arrays, {"odd": {"box": [0, 1, 2, 3]}}))
    assert header["arrays"]["odd"]["box"] == [0, 1, 2, 3]
    assert {key: header[key] for key in fields} == fields
    assert list(arrays) == list(sent_arrays)
    for name, values in sent_arrays.items():
        assert arrays[name].dtype == values.dtype and np.array_equal(
            arrays[name], values, equal_nan=values.dtype.kind == "f"
        )


@pytest.mark.parametrize("length", range(9))
def test_arrays_begin_at_a_multiple_of_eight_whatever_the_header_s_length(length):
    message = wire_format.pack_message(
        {"x": "ü" * length}, {"a": np.ones(length, np.uint8), "b": np.ones(1, np.float32)}
    )
    assert len(message) % 8 == 0 and unpack_message(message)[1]["b"] == 1


@pytest.mark.parametrize(
    "content", [{"arrays": {"a": np.zeros(2)}}, {"arrays": {"a": np.array(["x"])}}, {"header": {"x": np.nan}}]
)
def test_what_the_page_could_not_read_is_not_sent(content):
    with pytest.raises(ValueError):
        wire_format.pack_message(content.get("header", {}), content.get("arrays", {}))


# Messages from the page -------------------------------------------------------------------------------------------------

LAYERS = ["codes", "prior", "judge"]


def parse_value(key, value):
    return validation.parse_plane_value(
        key, validation.parse_message(key, value), latent_dim=2, n_codes=10, layers=LAYERS
    )


@pytest.mark.parametrize(
    ("key", "value", "expected_value"),
    [
        ("code", {"z": [0, -1.5]}, [0.0, -1.5]),
        ("code", {"z": [999_999.0, 0.0]}, [999_999.0, 0.0]),
        ("picked", {"index": 0}, 0),
        ("picked", {"index": 9}, 9),
        ("picked", {"index": -1}, None),
        ("layers", {"judge": True, "codes": True, "prior": False}, ["codes", "judge"]),
        ("layers", {}, []),
        ("layers", {"codes": True, "message_number": 3}, ["codes"]),
        ("picked", {"index": 4, "message_number": 17}, 4),
        ("view", {"x0": -1, "x1": 1, "y0": 0, "y1": 2.5}, (-1.0, 1.0, 0.0, 2.5)),
    ],
)
def test_what_the_page_means(key, value, expected_value):
    assert parse_value(key, value) == expected_value


NAN, VAST = float("nan"), 10**400
ABSURD = [
    *[("code", {"z": z}) for z in (
        [NAN, 0], [float("inf"), 0], [1e308, 0], [-1e6, 0], [VAST, 0], ["1", "2"], [True, False], [None, 0], [[1], [2]],
        [], [1], [1, 2, 3], [0.0] * 1_000_000, "1,2", None, 5, {"0": 1, "1": 2}, (1, 2),
    )],
    *[("picked", {"index": n}) for n in (10, -2, 1.5, NAN, 1e308, VAST, "3", True, None, [3], {})],
    *[("layers", value) for value in (
        {"magic": True}, {"codes": 1}, {"codes": "true"}, {"codes": None}, ["codes"], "codes", None, 7,
        {str(n): True for n in range(100_000)},
    )],
    *[("view", value) for value in (
        {"x0": 0, "x1": 1, "y0": 0}, {"x0": 1, "x1": 0, "y0": 0, "y1": 1}, {"x0": 0, "x1": 0, "y0": 0, "y1": 1},
        {"x0": NAN, "x1": 1, "y0": 0, "y1": 1}, {"x0": -1e308, "x1": 1e308, "y0": 0, "y1": 1}, [0, 1, 0, 1], None,
    )],
    *[(key, value) for key in ("code", "picked") for value in ({}, [], None, "z", 1e308, {"y": 1})],
    ("magic", {"z": [0, 0]}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), ABSURD, ids=lambda v: repr(v)[:40])
def test_absurd_messages_are_refused_in_a_sentence(key, value):
    with pytest.raises(validation.MessageError) as error:
        parse_value(key, value)
    assert "refused" in str(error.value) and len(str(error.value)) < 120


# What a plane shows -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def clear_caches():
    st.cache_resource.clear()
    lru.clear_all()


def fetch_message(message):
    """Header and arrays as the page has them once it has fetched the codes."""
    header, arrays = unpack_message(message)
    return header, {**unpack_message(assets.ASSETS.find(header["codes"]["url"].rpartition("/")[2]))[1], **arrays}


def scene_message(*args, **kwargs):
    return fetch_message(plane_message.pack_message(make_scene(*args, **kwargs)))


def test_the_plane_of_two_dimensions(train_revision):
    revision = train_revision()
    scene = make_scene(revision, picked=3, layers=["codes", "prior"])
    header, arrays = fetch_message(plane_message.pack_message(scene, {"view": "-1,1,-2,2", "hidden": "3"}))
    probe = revision.probe()
    assert np.array_equal(arrays["z"], probe.z) and np.array_equal(arrays["labels"], probe.labels)
    assert (header["v"], header["dim"], header["axes"], header["picked"], header["y"]) == (1, 2, [0, 1], 3, None)
    assert header["code"] == pytest.approx(probe.z[0].tolist()) and header["classes"] == [str(k) for k in range(10)]
    assert header["layers"] == {
        "codes": True, "thumbs": False, "density": False, "prior": True, "samples": False, "judge": False,
        "push": False, "manifold": False, "shapes": False,
    }  # fmt: skip
    assert header["view"] == {"x0": -1.0, "x1": 1.0, "y0": -2.0, "y1": 2.0} and header["setting_texts"] == {
        "hidden": "3"
    }
    weights = header["weights"]
    layers = {name: weights[name]["layers"] for name in ("decoder", "discriminator", "encoder")}
    assert layers == {
        "decoder": [[2, 16], [16, 64]],
        "discriminator": [[2, 16], [16, 1]],
        "encoder": [[64, 16], [16, 2]],
    }
    assert all(assets.ASSETS.find(f"{weights[name]['sha']}.bin") for name in layers) and "decoder_refusal" not in header
    assert (weights["image"], weights["dim"]) == ([1, 8, 8], 2)
    assert np.abs(arrays["image"].astype(int) - revision.decode(probe.z[:1])[0]).max() <= 1, (
        "should the weights not arrive"
    )


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_model_that_nothing_draws_to_a_prior_is_shown_without_one(train_revision, dim):
    revision = train_revision(variant="ae", latent_dim=dim)
    for view in ("pair", "pca")[: 1 + (dim > 2)]:
        scene = make_scene(revision, view)
        header, arrays = unpack_message(plane_message.pack_message(scene))
        assert (header["prior"], header["typical"], header["regions"]) == (None, None, [])
        assert not {"prior", "samples", "judge", "push"} & set(header["layers"])
        assert not {"prior_xy", "prior_mass", "quantiles"} & set(arrays)
        assert plane_message.default_layers(fresh_snapshot(revision), view) == ["codes"]
        assert "log p(z)" not in [
            title for title, *_ in current_code.code_fact_rows(fresh_snapshot(revision), scene.code)
        ]
        low, high = np.array(header["ranges"]).T
        is_inside = (scene.probe.z >= low) & (scene.probe.z <= high)
        assert len(low) == dim and is_inside.mean() == pytest.approx(0.99, abs=0.005), "what its sliders reach"
        x_positions = scene.plane.points[:, 0]
        middle, half = header["centre"][0], header["extent"]
        assert (np.abs(x_positions - middle) <= half).mean() > 0.98, "the frame lies round its codes"
    frames_header = time_machine.pack_frames(fresh_snapshot(revision))[0]
    assert frames_header["distances"] and set(frames_header["distances"]) == {None}


def test_grids_lie_where_the_header_says(train_revision):
    header, arrays = scene_message(train_revision())
    for name in ("prior_mass", "density_grid"):
        x0, x1, y0, y1 = header["arrays"][name]["box"]
        rows, columns = arrays[name].shape
        cx, cy = header["centre"]
        assert (x0 + x1) / 2 == pytest.approx(cx, abs=1e-6) and (y0 + y1) / 2 == pytest.approx(cy, abs=1e-6)
        assert columns == rows and x1 - x0 <= 2 * header["extent"] * (1 + 1e-9)
    x0, x1, y0, y1 = header["arrays"]["prior_mass"]["box"]
    x, y = np.meshgrid(np.linspace(x0, x1, 121), np.linspace(y0, y1, 121))
    # of N(0, I) in the plane the share exp(−r²/2) lies less dense than the place r
    assert np.abs(arrays["prior_mass"] - (1 - np.exp(-(x**2 + y**2) / 2))).max() < 0.02
    cell = (header["arrays"]["density_grid"]["box"][1] - header["arrays"]["density_grid"]["box"][0]) / 63
    assert 0.9 < arrays["density_grid"].sum() * cell**2 < 1.01, "a density, of which nearly all lies in the frame"


def test_the_density_lies_in_the_frame_that_its_plane_has(train_revision):
    revision = train_revision()
    own_scene = make_scene(revision)
    wide_scene = replace(
        own_scene,
        plane=replace(
            own_scene.plane,
            visible_square=replace(own_scene.plane.visible_square, half=3 * own_scene.plane.visible_square.half),
        ),
    )
    for scene in (own_scene, wide_scene):  # as when another revision beside it makes the common frame larger
        header, arrays = unpack_message(plane_message.pack_message(scene))
        x0, x1, _, _ = header["arrays"]["density_grid"]["box"]
        assert x1 - x0 == pytest.approx(2 * scene.plane.visible_square.half * 63 / 64), "from cell to cell"
        assert 0.9 < arrays["density_grid"].sum() * ((x1 - x0) / 63) ** 2 < 1.01


def test_what_the_page_needs_to_tell_how_typical_a_place_is(train_revision):
    header, arrays = scene_message(train_revision())
    assert np.allclose(arrays["quantiles"][0], -arrays["quantiles"][1][::-1]), "N(0, 1) in both dimensions"
    share = np.searchsorted(np.array(header["prior"]["levels"]), [0.158655, 0.5, 0.841345])
    assert np.allclose(arrays["quantiles"][0][share], [-1, 0, 1], atol=0.02)


@pytest.mark.parametrize(
    ("name", "dim", "kind"),
    [("gaussian", 2, "density"), ("mixture", 2, "density"), ("uniform", 3, "density"), ("gamma", 1, "density"),
     ("swiss-roll", 2, "arc")],
)  # fmt: skip
def test_the_densest_99_percent_hold_99_percent_of_draws(name, dim, kind):
    config = configure(**{"prior.name": name, "prior.scale": 2.0, "latent_dim": dim})
    prior = families.make_prior(config.prior, dim)
    typicality_rule = plane_message.typicality_rule(prior)
    assert typicality_rule["kind"] == kind
    draws = prior.sample(20_000)
    if kind == "arc":
        assert prior.is_typical(draws).all() and typicality_rule["distance"] == pytest.approx(0.3)
    else:
        share = (prior.log_density(draws).double() >= typicality_rule["log"] - 1e-5).double().mean().item()
        assert share == pytest.approx(1.0 if name == "uniform" else 0.99, abs=0.004)


def test_principal_directions_place_the_codes_as_the_map_has_them(train_revision):
    revision = train_revision(latent_dim=4)
    scene = make_scene(revision, "pca")
    header, arrays = fetch_message(plane_message.pack_message(scene))
    mean, basis = np.array(header["pca"]["mean"]), np.array(header["pca"]["basis"])
    assert header["axes"] is None and np.allclose(basis @ basis.T, np.eye(2), atol=1e-5)
    assert np.allclose((arrays["z"] - mean) @ basis.T, scene.plane.points, atol=1e-4)
    assert header["layers"]["prior"] is False and "judge" in header["layers"], "its shape follows from samples"


def test_a_slice_through_two_of_many_dimensions(train_revision):
    header, arrays = scene_message(train_revision(latent_dim=4), dimensions=(3, 1))
    assert header["axes"] == [3, 1] and header["axis_names"] == ["z₄", "z₂"] and len(header["code"]) == 4
    assert arrays["z"].shape[1] == 4 and arrays["quantiles"].shape[0] == 2 and "xy" not in arrays


def test_codes_are_sent_once_whatever_is_done_on_the_plane(train_revision):
    revision = train_revision(latent_dim=4)
    first_header, arrays = unpack_message(plane_message.pack_message(make_scene(revision)))
    assert not {"z", "labels", "xy"} & set(arrays), "they come by URL"
    for scene in (
        make_scene(revision, dimensions=(3, 1)),
        make_scene(revision, "pca"),
        make_scene(revision, code=np.ones(4), picked=2),
    ):
        assert unpack_message(plane_message.pack_message(scene))[0]["codes"] == first_header["codes"]
    assert unpack_message(plane_message.pack_message(make_scene(revision, "tsne")))[0]["codes"] != first_header["codes"]
    assert (
        unpack_message(plane_message.pack_message(make_scene(train_revision(latent_dim=4, seed=1))))[0]["codes"]
        != first_header["codes"]
    )


def test_the_page_fetches_the_codes_that_it_shows_and_no_later_ones(tmp_path):
    revision = worker.train(configure(**TINY, latent_dim=4), store=Store(tmp_path, gallery=tmp_path / "none"))
    early_codes, early_scene = revision.probe().z, make_scene(revision, "pca")
    revision.write_probe(replace(revision.probe(), z=early_codes[:, ::-1] * 2 + 1))  # while the page is being drawn
    _, arrays = fetch_message(plane_message.pack_message(early_scene))
    header, later_arrays = fetch_message(plane_message.pack_message(make_scene(revision, "pca")))
    assert np.array_equal(arrays["z"], early_codes) and np.allclose(later_arrays["z"], early_codes[:, ::-1] * 2 + 1)
    place = (later_arrays["z"] - np.array(header["pca"]["mean"])) @ np.array(header["pca"]["basis"]).T
    assert np.allclose(place, make_scene(revision, "pca").plane.points, atol=1e-4)
    widths = [entry["box"][1] - entry["box"][0] for entry in (header["arrays"]["density_grid"],)]
    assert widths[0] == pytest.approx(2 * header["extent"] * 63 / 64), "its density too is the later codes' own"


def test_t_sne_shows_points_and_decodes_nothing(train_revision):
    header, arrays = scene_message(train_revision(latent_dim=4), "tsne")
    assert header["axes"] is None and header["pca"] is None
    assert np.allclose(arrays["xy"], arrays["z"][:, :2] * 3, atol=1e-5)
    assert set(header["layers"]) == {"codes", "thumbs", "density", "shapes"} and "prior_xy" not in arrays


def test_one_dimension_is_a_line_with_its_codes_spread(train_revision):
    header, arrays = scene_message(train_revision(latent_dim=1))
    assert header["axes"] == [0, 0] and np.allclose(arrays["xy"][:, 0], arrays["z"][:, 0])
    assert np.ptp(arrays["xy"][:, 1]) > 0


def test_a_decoder_that_the_page_cannot_run_is_the_server_s(train_revision, monkeypatch):
    monkeypatch.setattr(assets, "MAX_MULTIPLICATIONS", 1000)
    revision = train_revision(**{"network.kind": "conv", "network.channels": (4,)})
    header, arrays = scene_message(revision, layers=["judge"])
    assert header["weights"] is None and "million multiplications" in header["decoder_refusal"]
    assert "manifold" not in header["layers"] and "manifold" in header["decoder_refusal"], (
        "no layer goes without a word"
    )
    expected = revision.decode(revision.probe().z[:1])[0]
    assert np.abs(arrays["image"].astype(int) - expected).max() <= 1
    assert arrays["judge_grid"].shape == (48, 48) and 0 <= arrays["judge_grid"].min() <= arrays["judge_grid"].max() <= 1
    assert "judge_grid" not in scene_message(revision)[1], "it costs time, so only when it is shown"


@pytest.mark.parametrize("labels", [None, 50])
def test_a_d_that_was_always_told_a_label_is_the_server_s(train_revision, labels):
    revision = train_revision(variant="label-informed", labels=labels, **{"prior.name": "mixture"})
    header, arrays = scene_message(revision, layers=["judge"])
    assert header["weights"]["decoder"] and "judge" in header["layers"] and "decoder_refusal" not in header
    if labels is not None:
        assert header["weights"]["discriminator"] and "judge_grid" not in arrays and "push" in header["layers"]
        return
    assert header["weights"]["discriminator"] is None and "push" not in header["layers"]
    model, (x0, x1, y0, y1) = revision.model(), header["arrays"]["judge_grid"]["box"]
    x, y = np.meshgrid(np.linspace(x0, x1, 48), np.linspace(y0, y1, 48))
    z = torch.from_numpy(np.stack([x, y], -1).reshape(-1, 2)).float()
    # region k of the mixture is the petal at k tenths of a turn
    petal_numbers = torch.round(torch.atan2(z[:, 1], z[:, 0]) * 10 / (2 * torch.pi)).long() % 10
    with torch.no_grad():
        slots = torch.cat([z, torch.eye(11)[petal_numbers]], dim=1)
        expected = model.discriminator(slots).sigmoid().reshape(48, 48).numpy()
    assert (np.abs(arrays["judge_grid"] - expected) < 1e-4).mean() > 0.98, "but for places on the border of two"


def test_content_goes_with_the_code(train_revision):
    header, _ = scene_message(train_revision(variant="supervised", latent_dim=3), content=7)
    assert (header["y"], header["contents"]) == (7, list("0123456789"))
    assert header["weights"]["decoder"]["layers"][0] == [13, 16]


def test_sprites_are_the_images_of_the_codes(train_revision):
    header, arrays = scene_message(train_revision())
    assert header["sprites"]["count"] == len(arrays["z"]) and header["sprites"]["tile"] == [8, 8]
    assert header["sprites"]["kind"] == "originals"


def test_a_sheet_that_would_be_too_large_shows_its_images_smaller(train_revision, monkeypatch):
    revision = train_revision(seed=9)
    images = revision_data.original_images(fresh_snapshot(revision))
    monkeypatch.setattr(assets, "MIN_TILE_SIDE", 4)
    monkeypatch.setattr(assets, "MAX_SHEET_BYTES", images.nbytes // 3)
    sprites = scene_message(revision)[0]["sprites"]
    assert (sprites["tile"], sprites["is_full_size"], sprites["kind"]) == ([4, 4], False, "originals")
    sheet = np.asarray(Image.open(io.BytesIO(assets.ASSETS.find(sprites["url"].rpartition("/")[2]))))
    number = len(images) - 1
    row, column = divmod(number, sprites["columns"])
    quarters = images[number, :, :, 0].astype(float).reshape(4, 2, 4, 2).mean((1, 3))
    assert np.abs(sheet[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] - quarters).max() <= 0.5
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(assets, "MAX_SHEET_BYTES", images.nbytes // 17)
    assert scene_message(revision)[0]["sprites"] is None, "of 5 × 5 times as many pixels"


def test_the_page_is_told_how_drawings_become_images(train_revision, monkeypatch):
    revision = train_revision()
    preprocessing = scene_message(revision)[0]["preprocessing"]
    assert preprocessing == {
        "fill": 1.0,
        "centre": "box",
        "ground": "dark",
        "stroke": 0.22,
        "image": [1, 8, 8],
        "invitation": "Draw a digit",
    }
    assert (
        unpack_message(plane_message.pack_message(make_scene(revision, tools=("inspect",))))[0]["preprocessing"] is None
    )


def test_what_error_is_usual(train_revision, monkeypatch):
    revision = train_revision()
    images, reconstructions = (
        revision_data.original_images(fresh_snapshot(revision)),
        revision_data.reconstructed_images(fresh_snapshot(revision)),
    )
    errors = (((images.astype(float) - reconstructions) / 255) ** 2).sum((1, 2, 3)) / 2
    error_statistics = revision_data.typical_reconstruction_error(fresh_snapshot(revision))
    assert error_statistics["typical"] == pytest.approx(np.median(errors), rel=1e-5)
    assert (errors > error_statistics["limit"]).mean() == pytest.approx(0.01, abs=0.003)
    monkeypatch.setattr(revision_data, "_has_images_of", lambda *_: False)
    assert revision_data.typical_reconstruction_error(fresh_snapshot(revision)) is None


def test_the_same_weights_keep_their_url_in_another_version(train_revision):
    revision = train_revision()
    first_header = scene_message(revision)[0]
    revision.annotate(label="another name")
    second_header = scene_message(revision)[0]
    assert first_header["version"] != second_header["version"] and first_header["weights"] == second_header["weights"]
