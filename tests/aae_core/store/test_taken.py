"""What is taken away of a revision: ONNX files that another runtime opens, and a page whose code needs PyTorch alone."""

import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest
import torch
from helpers.architectures import random_model
from helpers.environment import mark_for_ci
from helpers.toy_models import CLASSES, NAMES, VARIANTS_OF, toy_config

from aae_core.cli import arguments
from aae_core.data import features
from aae_core.errors import ConfigError, RevisionError
from aae_core.models.convolutions import ResidualBlock
from aae_core.models.model import Model
from aae_core.models.networks import BatchNormWithUnshiftedOutputs
from aae_core.store import export, onnx_files, weights
from aae_core.store.revision_folder import ProbeCodes, StoredDataSummary

SHAPE = (2, 7, 6)  # of images: two channels, and sides that convolutions halve with a remainder
EXTRA_SETTINGS = {  # in which encoder, decoder or posterior do something else
    ("ae", "pyramid"): {"posterior": "universal", "network.activation": "silu", "network.dropout": 0.3},
    ("vae", "mlp"): {"network.activation": "gelu", "network.dropout": 0.3, "network.decoder_hidden": (9, 5)},
    ("clustering", "mlp"): {"network.normalise": "level", "content_decoded": "each"},
    ("reduction", "mlp"): {"network.normalise": "batch"},
    ("reduction", "pyramid"): {"content_decoded": "each"},
}
ALL_PAIRS = list(itertools.product(VARIANTS_OF, ("mlp", "pyramid")))
# The usual run writes ONNX for three of them, since a file takes the exporter a second or two.
USUAL_PAIRS = [("aae", "mlp"), ("semi-supervised", "pyramid")]


BLOCKS = ("", "v", "v", "", "", "v")
KINDS = ("real", "category", "category", "count", "binary", "category")
FEATURES = {  # cost -> the features of a table that it is tried on
    cost: features.fit_features(
        np.random.default_rng(0).normal(3, 9, (30, 6)), tuple("pqrstu"), kinds, [b * (kinds == KINDS) for b in BLOCKS]
    )
    for cost, kinds in (("squared-error", ["real"] * 6), ("multinomial", ["count"] * 6), ("by-type", KINDS))
}


def make_revision(store, variant="aae", kind="mlp", half=False, **settings):
    """A revision with weights that no training gave it, batch norms of every value, and a few codes."""
    settings = EXTRA_SETTINGS.get((variant, kind), {}) | settings
    config = toy_config(variant, latent_dim=4, **{"network.kind": "mlp" if kind == "table" else kind}, **settings)
    known = FEATURES[config.cost] if kind == "table" else None
    shape = (1, 1, 6) if known else SHAPE
    revision = store.create(config, StoredDataSummary("toy", "Toy", shape, NAMES, 40, 40, known))
    model = Model(config, shape, CLASSES, known)
    model.initialise(3)
    for layer in model.modules():
        if isinstance(layer, BatchNormWithUnshiftedOutputs):
            with torch.no_grad():
                for values in (layer.weight, layer.running_var):
                    values.uniform_(0.5, 2)
                for values in (layer.bias[layer.unshifted_count :], layer.running_mean):
                    values.normal_()
        elif isinstance(layer, ResidualBlock):
            with torch.no_grad():
                layer[-1].weight.normal_(0, 0.3)
    weights.save_weights(revision, model, 5, half=half)
    numbers = np.arange(6) % CLASSES
    revision.write_probe(ProbeCodes(np.zeros((6, 4), np.float32), numbers, np.arange(6), numbers, "train"))
    return revision


def taken_to(folder, revision, onnx):
    files, result = export.build_export_files(revision, onnx)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return result


@pytest.fixture
def onnxruntime():
    pytest.importorskip("onnxscript")
    return pytest.importorskip("onnxruntime")


@pytest.mark.parametrize(
    ("variant", "kind"),
    [pytest.param(*pair, marks=() if pair in USUAL_PAIRS else pytest.mark.thorough) for pair in ALL_PAIRS],
)
def test_another_runtime_agrees_for_any_number_of_images(store, tmp_path, onnxruntime, variant, kind):
    revision = make_revision(store, variant, kind)
    assert "differ by at most" in taken_to(tmp_path / "taken", revision, onnx=True)
    encoder, decoder = (
        onnxruntime.InferenceSession(tmp_path / "taken" / f"{net}.onnx") for net in ("encoder", "decoder")
    )
    ends = [item for net in (encoder, decoder) for item in (*net.get_inputs(), *net.get_outputs())]
    assert {item.shape[0] for item in ends} == {"N"}  # as the page of the model calls it
    _, _, output, inferred, _, _ = VARIANTS_OF[variant]
    model = revision.model()
    for n in (1, 7):
        x = torch.rand(n, *SHAPE)
        actual = dict(
            zip([item.name for item in encoder.get_outputs()], encoder.run(None, {"x": x.numpy()}), strict=True)
        )
        expected = {"z": model.encode(x)} | ({"y": model.classify(x)} if inferred else {})
        assert actual.keys() == expected.keys()
        for key, values in expected.items():
            np.testing.assert_allclose(actual[key], values.numpy(), rtol=0, atol=1e-5)
        y = torch.rand(n, model.contents).softmax(1) if output else None
        decoder_inputs = {"z": actual["z"]} | ({"y": y.numpy()} if output else {})
        np.testing.assert_allclose(
            decoder.run(["x"], decoder_inputs)[0],
            model.decode(torch.from_numpy(actual["z"]), y).numpy(),
            rtol=0,
            atol=1e-5,
        )


@mark_for_ci
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < 1 else pytest.mark.thorough) for seed in range(30)]
)
def test_another_runtime_gives_what_networks_of_random_architecture_give(onnxruntime, seed):
    model = random_model(seed)
    content, _ = onnx_files.export_onnx_files(model)
    encoder, decoder = (onnxruntime.InferenceSession(content[f"{net}.onnx"]) for net in ("encoder", "decoder"))
    x = torch.rand(5, *model.shape, generator=torch.Generator().manual_seed(seed))
    z, *y = encoder.run(None, {"x": x.numpy()})
    close = {"rtol": 1e-4, "atol": 1e-4}
    np.testing.assert_allclose(z, model.encode(x).numpy(), **close)
    if model.variant.categorical:
        np.testing.assert_allclose(y[0], model.classify(x).numpy(), **close)
    y = torch.eye(model.contents)[torch.arange(5) % model.contents] if model.variant.has_content else None
    (outcome,) = decoder.run(["x"], {"z": z} | ({} if y is None else {"y": y.numpy()}))
    np.testing.assert_allclose(outcome, model.decode(torch.from_numpy(z), y).numpy(), **close)


def test_another_runtime_takes_the_rows_of_a_table(store, tmp_path, onnxruntime):
    revision = make_revision(store, kind="table", cost="by-type")
    taken_to(tmp_path / "taken", revision, onnx=True)
    encoder, decoder = (
        onnxruntime.InferenceSession(tmp_path / "taken" / f"{net}.onnx") for net in ("encoder", "decoder")
    )
    rows = np.random.default_rng(1).integers(0, 2, (5, 6)).astype(np.float32)
    scale = np.where([kind == "real" for kind in KINDS], FEATURES["by-type"].deviations, 1)
    shift = np.where([kind == "real" for kind in KINDS], FEATURES["by-type"].means, 0)
    x = ((rows - shift) / scale).astype(np.float32)[:, None, None, :]
    (z,) = encoder.run(None, {"x": x})
    np.testing.assert_allclose(z, revision.encode(rows), rtol=0, atol=1e-5)
    (x_hat,) = decoder.run(None, {"z": z})
    np.testing.assert_allclose(x_hat[:, 0, 0] * scale + shift, revision.decode(z), rtol=1e-4, atol=1e-4)


FRAME = pandas.DataFrame(
    {
        "extra": [0.5, 1, 2, 3, 4],  # a column that the model does not know
        "v": pandas.Series(["a", "b", "b", "a", "b"]),
        "u": [0.5, 1e4, -3, 2.25, 0],
        "s": [0, 7, 2, 1, 100],
        "p": [-20.0, 3.5, 2e6, 0, 1],
        "t": [True, False, False, True, True],
    }
)


def table_with_category():
    """Features of a table with real columns far from zero, a count, a binary column and a category."""
    rng = np.random.default_rng(2)
    kinds = ("real", "category", "category", "count", "binary", "real")
    names, blocks = ("p", "v = a", "v = b", "s", "t", "u"), ("", "v", "v", "", "", "")
    return features.fit_features(rng.normal(1e5, 3, (30, 6)), names, kinds, blocks)


@pytest.mark.parametrize("variant", ["aae", "semi-supervised"])
def test_another_runtime_takes_and_gives_rows_in_their_own_units(store, tmp_path, onnxruntime, monkeypatch, variant):
    monkeypatch.setitem(FEATURES, "by-type", table_with_category())
    revision = make_revision(store, variant, kind="table", cost="by-type")
    paths = revision.export(tmp_path / "taken", onnx=True)
    assert {path.name for path in paths} >= {"encoder.onnx", "decoder.onnx", "encode_rows.onnx", "decode_rows.onnx"}
    encoder, decoder = (
        onnxruntime.InferenceSession(tmp_path / "taken" / f"{name}.onnx") for name in ("encode_rows", "decode_rows")
    )
    metadata = encoder.get_modelmeta().custom_metadata_map
    assert metadata == decoder.get_modelmeta().custom_metadata_map and metadata["revision"] == revision.id
    columns = []
    for feature in json.loads(metadata["features"]):  # as the documentation says
        if feature["kind"] == "category":
            columns.append(FRAME[feature["column"]] == feature["value"])
        else:
            columns.append(FRAME[feature["name"]])
    rows = np.stack(columns, 1).astype(np.float32)
    z, *y = encoder.run(None, {"rows": rows})
    np.testing.assert_allclose(z, revision.encode(FRAME), rtol=1e-5, atol=1e-5)
    decoder_inputs = {"z": z}
    if variant == "semi-supervised":
        np.testing.assert_allclose(y[0], revision.classify(FRAME), atol=1e-5)
        assert json.loads(metadata["contents"]) == list(NAMES)
        decoder_inputs["y"] = np.eye(CLASSES, dtype=np.float32)[np.arange(5) % CLASSES]
    (decoded,) = decoder.run(None, decoder_inputs)
    expected = revision.decode(z, decoder_inputs.get("y"))
    assert decoded.shape == (5, 6) and np.abs(expected[:, 0]).min() > 1e4  # in the units of the table
    np.testing.assert_allclose(decoded, expected, rtol=1e-5, atol=1e-5)
    assert np.ptp(z, 0).max() > 1e-3  # which rows have codes of their own


@pytest.mark.parametrize("variant", ["aae", "semi-supervised"])
def test_another_runtime_replaces_missing_values_as_the_revision_does(
    store, tmp_path, onnxruntime, monkeypatch, variant
):
    fill_values = (99_990.0, 0.0, 1.0, 3.0, None, 5.5)  # p, v = a, v = missing, s, t, u
    names = ("p", "v = a", "v = missing", "s", "t", "u")
    known = replace(table_with_category(), names=names, fill_values=fill_values)
    monkeypatch.setitem(FEATURES, "by-type", known)
    revision = make_revision(store, variant, kind="table", cost="by-type")
    revision.export(tmp_path / "taken", onnx=True)
    encoder = onnxruntime.InferenceSession(tmp_path / "taken" / "encode_rows.onnx")
    columns = json.loads(encoder.get_modelmeta().custom_metadata_map["features"])
    assert [column.get("fill_value") for column in columns] == list(fill_values)
    frame = FRAME.assign(v=["a", None, "a", None, "missing"])
    frame.loc[[0, 3], "p"], frame.loc[3, "u"] = np.nan, np.nan
    frame["s"] = frame["s"].astype(float).where(frame.index != 2)
    rows = np.stack([frame[name] for name in ("p", "p", "p", "s", "t", "u")], 1).astype(np.float32)
    rows[:, 1:3] = [[1, 0], [np.nan, np.nan], [1, 0], [np.nan, np.nan], [0, 1]]
    with pytest.warns(UserWarning, match="p: 2 by the median 99990, v: 2 by the category .*, s: 1 by .*, u: 1 by"):
        expected = [revision.encode(frame)]
    if variant == "semi-supervised":
        with pytest.warns(UserWarning, match="p: 2 by"):
            expected.append(revision.classify(frame))
    outputs = encoder.run(None, {"rows": rows})
    assert len(outputs) == len(expected)
    for output, expected_output in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(output, expected_output, rtol=1e-5, atol=1e-5)
    rows[1, 4] = np.nan  # t, for which there is no rule
    for output in encoder.run(None, {"rows": rows}):
        assert np.isnan(output[1]).all() and np.isfinite(np.delete(output, 1, 0)).all()
    page = (tmp_path / "taken" / "model.md").read_text(encoding="utf-8")
    assert "where missing" in page and "refused" in page and "NaN is a missing value" in page


def test_the_files_of_earlier_versions_still_take_standardised_values(store, tmp_path, onnxruntime):
    """Who fed `encoder.onnx` of 1.10 gets the same from the file of this version, and its inputs have the same names."""
    revision = make_revision(store, kind="table", cost="by-type")
    revision.export(tmp_path / "taken", onnx=True)
    encoder = onnxruntime.InferenceSession(tmp_path / "taken" / "encoder.onnx")
    decoder = onnxruntime.InferenceSession(tmp_path / "taken" / "decoder.onnx")
    assert [(item.name, item.shape) for item in encoder.get_inputs()] == [("x", ["N", 1, 1, 6])]
    x = torch.randn(4, 1, 1, 6)
    (z,) = encoder.run(None, {"x": x.numpy()})
    model = revision.model()
    np.testing.assert_allclose(z, model.encode(x).numpy(), atol=1e-5)
    (x_hat,) = decoder.run(["x"], {"z": z})
    np.testing.assert_allclose(x_hat, model.decode(torch.from_numpy(z)).numpy(), atol=1e-5)


def test_images_have_no_files_for_rows(store, tmp_path, onnxruntime):
    paths = make_revision(store).export(tmp_path / "taken", onnx=True)
    assert sorted(path.name for path in paths if path.suffix == ".onnx") == ["decoder.onnx", "encoder.onnx"]
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").touch()
    with pytest.raises(ConfigError, match="already exists"):
        make_revision(store).export(tmp_path / "there")


def test_the_page_of_a_table_names_each_feature_with_its_scale(store):
    page = export.build_export_files(make_revision(store, kind="table", cost="by-type"))[0]["model.md"]
    first = FEATURES["by-type"]
    shift, scale = re.search(r"\| p \| real \| (\S+) \| (\S+) \|", page).groups()
    assert (float(shift), float(scale)) == pytest.approx((first.means[0], first.deviations[0]))
    assert "| s | count | 0 | 1 |" in page


# Runs each page's code in the folder of its export, in which there are its weights, and keeps what it computed.
ALONE = """
import os, sys
import numpy as np
for folder in sys.argv[1:]:
    os.chdir(folder)
    names = {}
    exec(open("code.py").read(), names)
    np.savez("found.npz", **{name: values.numpy() for name, values in names.items() if name in ("x", "z", "y", "x_hat")})
assert not {"aae_core", "onnx", "onnxscript"} & {name.partition(".")[0] for name in sys.modules}
"""


def blocks(page):
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


def test_every_pages_code_computes_the_model_with_pytorch_alone(store, tmp_path):
    revisions = {tmp_path / "-".join(pair): make_revision(store, *pair, half=pair[1] == "mlp") for pair in ALL_PAIRS}
    revisions |= {tmp_path / cost: make_revision(store, kind="table", cost=cost) for cost in FEATURES}
    for folder, revision in revisions.items():
        taken_to(folder, revision, onnx=False)
        (code,) = blocks((folder / "model.md").read_text())
        (folder / "code.py").write_text(code)
    subprocess.run([sys.executable, "-I", "-c", ALONE, *map(str, revisions)], check=True, cwd=tmp_path)
    for folder, revision in revisions.items():
        with np.load(folder / "found.npz") as arrays:
            x, z, x_hat = (torch.from_numpy(arrays[name]) for name in ("x", "z", "x_hat"))
            y = torch.from_numpy(arrays["y"]) if "y" in arrays else None
        model = revision.model()
        _, _, decoder_takes_content, inferred, _, _ = VARIANTS_OF[revision.config.variant]
        assert x.shape[1:] == model.shape and (y is not None) == (decoder_takes_content or inferred), folder
        torch.testing.assert_close(z, model.encode(x), msg=str(folder))
        torch.testing.assert_close(x_hat, model.decode(z, y if decoder_takes_content else None), msg=str(folder))
        if inferred:
            torch.testing.assert_close(y, model.decoder_contents(model.classify(x)), msg=str(folder))


def test_a_page_lists_each_layer_with_the_shape_of_what_it_gives(store):
    page = export.build_export_files(make_revision(store, "semi-supervised", "conv", **{"network.channels": (4, 5)}))[
        0
    ]["model.md"]
    rows = {
        row[0]: row[1:] for row in (line.strip("| ").split(" | ") for line in page.splitlines() if line[:2] == "| ")
    }
    assert rows["encoder.features.2"][0].startswith("Conv2d(4, 5,") and rows["encoder.features.2"][1] == "5×2×2"
    assert rows["encoder.net.2"] == ["Linear(16, 7)", "7"]  # logits of three classes, then four of the code
    assert rows["decoder.seed"][1] == "5×2×2" and rows["decoder.picture.4"][1] == "2×7×6"
    assert "In this order: a, b, c" in rows["y"][0] and rows["y"][1] == "N×3"
    assert "content_discriminator, discriminator." in page


def test_a_page_speaks_of_relu_only_where_there_is_one(store):
    with_relu, with_gelu = (
        export.build_export_files(make_revision(store, **{"network.activation": name}))[0]["model.md"]
        for name in ("relu", "gelu")
    )
    assert "After a ReLU" in with_relu and "ReLU" not in with_gelu and "GELU" in with_gelu


def test_a_residual_block_is_one_layer_of_the_page(store):
    page = export.build_export_files(make_revision(store, "ae", "pyramid", **{"network.channels": (5,)}))[0]["model.md"]
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if "Residual(nn.Conv2d(5, 5," in line]
    assert [(row[0], row[2]) for row in rows if len(row) == 3] == [("encoder.features.2", "5×4×3")]


def test_the_onnx_code_of_the_page_runs_after_the_other(store, tmp_path, onnxruntime, monkeypatch, capfd):
    revision = make_revision(store, "supervised")
    capfd.readouterr()
    taken_to(tmp_path / "taken", revision, onnx=True)
    assert capfd.readouterr().out == ""  # the exporter tells nothing of its own
    monkeypatch.chdir(tmp_path / "taken")
    names = {}
    for block in blocks(Path("model.md").read_text()):
        exec(block, names)
    np.testing.assert_allclose(names["x_onnx"], names["x_hat"].numpy(), atol=1e-5)
    np.testing.assert_allclose(names["z_onnx"], names["z"].numpy(), atol=1e-5)


def test_the_onnx_code_of_a_tables_page_takes_rows_in_their_own_units(store, tmp_path, onnxruntime, monkeypatch):
    revision = make_revision(store, kind="table", cost="by-type")
    taken_to(tmp_path / "taken", revision, onnx=True)
    monkeypatch.chdir(tmp_path / "taken")
    names = {}
    for block in blocks(Path("model.md").read_text()):
        exec(block, names)
    np.testing.assert_allclose(names["z_of_rows"], revision.encode(names["rows"].numpy()), atol=1e-5)
    np.testing.assert_allclose(names["decoded_rows"], revision.decode(names["z"].numpy()), rtol=1e-4, atol=1e-4)


@mark_for_ci
def test_files_that_differ_from_the_weights_are_not_written(store, onnxruntime, monkeypatch):
    exported_model, changed_model = (make_revision(store).model() for _ in range(2))
    content = onnx_files.export_onnx_files(exported_model)[0]["decoder.onnx"]
    with torch.no_grad():
        changed_model.decoder.net[-1].bias[4] += 0.5
    examples = [{"z": torch.zeros(2, 4)}]
    assert onnx_files.max_output_difference(onnx_files.DecoderFunction(exported_model), content, examples) < 1e-6
    a, b = (model.decode(torch.zeros(1, 4)).flatten()[4].item() for model in (exported_model, changed_model))
    assert onnx_files.max_output_difference(
        onnx_files.DecoderFunction(changed_model), content, examples
    ) == pytest.approx(abs(a - b), rel=1e-4)
    hundredfold = lambda z: (100 * exported_model.decode(z),)  # noqa: E731 (whose values are above 1: a difference is a share of them)
    assert exported_model.decode(torch.zeros(2, 4)).max() > 0.01
    assert onnx_files.max_output_difference(hundredfold, content, examples) == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("value", "written"), [(float("nan"), False), (0.01, False), (onnx_files.TOLERANCE, True), (1e-5, True)]
)
def test_files_are_written_unless_a_value_is_a_hundredth_off(store, onnxruntime, monkeypatch, value, written):
    """The exporter sees two images, and what it makes of them need not hold for one alone."""
    model, sizes = make_revision(store).model(), set()

    def difference(function, content, examples):
        sizes.update(len(values) for inputs in examples for values in inputs.values())
        return value

    monkeypatch.setattr(onnx_files, "_export_network", lambda *_: b"")
    monkeypatch.setattr(onnx_files, "max_output_difference", difference)
    if written:
        assert f"at most {value:.1e}" in onnx_files.export_onnx_files(model)[1]
    else:
        with pytest.raises(RevisionError, match="not written"):
            onnx_files.export_onnx_files(model)
    assert min(sizes) == 1 and max(sizes) > 2


def test_an_exporter_that_fails_is_told_in_a_sentence(store, tmp_path, onnxruntime, monkeypatch, capsys):
    def fail(*_, **__):
        raise torch.onnx.OnnxExporterError("many lines\nof its own")

    revision = make_revision(store)
    monkeypatch.setattr(torch.onnx, "export", fail)
    assert arguments.main(["export", revision.id, "--onnx", "-o", str(tmp_path / "taken")]) == 1
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "taken").exists()


def test_a_runtime_that_cannot_open_the_files_is_told_in_a_sentence(store, tmp_path, onnxruntime, monkeypatch, capsys):
    revision = make_revision(store)
    monkeypatch.setattr(onnx_files, "_export_network", lambda *_: b"of another version")
    assert arguments.main(["export", revision.id, "--onnx", "-o", str(tmp_path / "taken")]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "onnxruntime cannot open" in message and not (tmp_path / "taken").exists()


def test_a_network_too_large_for_one_file_is_refused(store, monkeypatch):
    model = make_revision(store).model()
    monkeypatch.setattr(onnx_files, "_export_network", lambda *_: b"")
    monkeypatch.setattr(onnx_files, "find_spec", lambda name: None)
    # bytes: 84 → 16 → 4 with biases is 1,428 numbers of 4 bytes
    monkeypatch.setattr(onnx_files, "MAX_NETWORK_BYTES", 5711)
    with pytest.raises(ConfigError, match="2 GB"):
        onnx_files.export_onnx_files(model)
    monkeypatch.setattr(onnx_files, "MAX_NETWORK_BYTES", 5712)  # the decoder, 4 → 16 → 84, is 1,508 numbers
    with pytest.raises(ConfigError, match="decoder is larger"):
        onnx_files.export_onnx_files(model)
    monkeypatch.setattr(onnx_files, "MAX_NETWORK_BYTES", 6032)
    assert onnx_files.export_onnx_files(model)[0].keys() == {"encoder.onnx", "decoder.onnx"}


def test_without_the_packages_the_command_says_what_to_install(store, tmp_path, monkeypatch, capsys):
    revision = make_revision(store)
    monkeypatch.setattr(export, "ONNX", ("onnx", "no_such_package"))
    assert arguments.main(["export", revision.id, "--onnx", "-o", str(tmp_path / "taken")]) == 2
    text = capsys.readouterr().err
    assert "pip install onnx" in text and text.count("\n") == 1 and not (tmp_path / "taken").exists()
    with pytest.raises(ConfigError, match="pip install"):
        export.build_export_files(revision, onnx=True)


def test_without_the_runtime_files_are_written_unchecked_and_that_is_said(store, onnxruntime, monkeypatch):
    monkeypatch.setattr(onnx_files, "find_spec", lambda name: None)
    files, report = export.build_export_files(make_revision(store, "vae"), onnx=True)
    assert "not checked" in report and report in files["model.md"] and {"encoder.onnx", "decoder.onnx"} <= files.keys()


def test_an_export_without_onnx_loads_none_of_its_packages(store, tmp_path):
    revision = make_revision(store)
    code = (
        "import sys; from aae_core.cli.arguments import main; status = main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr); sys.exit(status)"
    )
    argv = ["export", revision.id, "-o", str(tmp_path / "taken")]
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, text=True, cwd=Path(__file__).parents[3]
    )
    assert done.returncode == 0, done.stderr
    assert not {"onnx", "onnxscript", "onnxruntime"} & set(done.stderr.split())
    assert (tmp_path / "taken" / "model.md").read_text().startswith(f"# {revision.id}\n")
