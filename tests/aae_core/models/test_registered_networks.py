"""Networks of the user's own: those of the docs train, resume, open and export; what is wrong with others is told."""

import json
import re
import subprocess
import sys
from contextlib import chdir
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers.plugin_files import BLOCKS, SMALL_SETTINGS, assert_one_sentence
from helpers.toy_models import VARIANTS_OF, toy_config, toy_data_set
from safetensors.torch import save_file

import aae_core as aae
from aae_core.cli import arguments
from aae_core.config.configuration import configure
from aae_core.config.settings import NetworkConfig
from aae_core.errors import AAEWarning, ConfigError, RevisionError
from aae_core.models.model import Model
from aae_core.models.network_trial import unusable_network_reason
from aae_core.models.sizes import network_sizes, network_sizes_of_config
from aae_core.runs import queue, worker
from aae_core.store.revisions import Store
from aae_core.training import phases
from aae_core.training.captured_step import make_step_function
from aae_core.training.training import Training

WIDE_NARROW, FROZEN, SEQUENCE = (block for block in BLOCKS if "register_network" in block)
DROPPING = """
from torch import nn
import aae_core as aae
def encoder(shape, outputs, settings):
    c, h, w = shape
    return nn.Sequential(
        nn.Flatten(), nn.Linear(c * h * w, 9, bias=False), nn.BatchNorm1d(9), nn.Dropout(0.5), nn.Tanh(), nn.Linear(9, outputs))
def decoder(shape, outputs, settings):
    c, h, w = outputs
    return nn.Sequential(nn.Linear(*shape, 7), nn.Dropout(0.5), nn.Linear(7, c * h * w), nn.Unflatten(1, outputs))
def discriminator(shape, outputs, settings):
    return nn.Sequential(nn.Linear(*shape, 5), nn.Dropout(0.5), nn.LeakyReLU(0.2), nn.Linear(5, outputs))
aae.register_network('dropping', encoder=encoder, decoder=decoder, discriminator=discriminator)
"""


def save_backbone(plug_in, path):
    """Write the file of weights that the docs' example reads, and return them."""
    namespace = {}
    exec(
        FROZEN[: FROZEN.index("WEIGHTS =")] + FROZEN[FROZEN.index("def make_backbone") : FROZEN.index("class")],
        namespace,
    )
    weights = namespace["make_backbone"]().state_dict()
    weights["1.running_mean"] += 0.3
    save_file(weights, path)
    return weights


def test_the_networks_of_the_docs_train_and_decode(plug_in):
    plug_in("my_networks", WIDE_NARROW)
    revision = worker.train(configure(**{**SMALL_SETTINGS, "steps": 100, "network.kind": "wide-narrow"}))
    losses = revision.history().loss_reconstruction
    assert losses.iloc[-1] < 0.7 * losses.iloc[0]
    model = revision.model()
    assert [type(layer).__name__ for layer in model.encoder.net][:4] == ["Flatten", "Linear", "LayerNorm", "GELU"]
    images = np.random.default_rng(0).integers(0, 17, (3, 8, 8), dtype=np.uint8)
    z = revision.encode(images)
    by_hand = model.decoder.net(torch.from_numpy(z)).sigmoid().reshape(3, 8, 8)
    assert np.abs(revision.decode(z).reshape(3, 8, 8) - 255 * by_hand.numpy()).max() <= 0.51
    assert json.loads((revision.path / "config.json").read_text())["plugins"] == {"my_networks": ""}


def test_without_the_plug_in_a_revision_says_what_it_needs(plug_in):
    plug_in("my_networks", WIDE_NARROW)
    revision = worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "wide-narrow"}))
    plug_in.forget()
    with pytest.raises(RevisionError, match="needs my_networks, a plug-in that is not allowed here") as error:
        aae.open(revision.id)
    assert assert_one_sentence(str(error.value))
    plug_in("my_networks", WIDE_NARROW.replace("64", "32"))
    with pytest.raises(RevisionError, match=r"weights\.safetensors") as error:
        aae.open(revision.id).model()
    assert assert_one_sentence(str(error.value))


def test_the_latest_says_that_it_passes_over_a_newer_one_without_its_plug_in(plug_in, capsys):
    older = worker.train(configure(**SMALL_SETTINGS))
    plug_in("my_networks", WIDE_NARROW)
    newer = worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "wide-narrow"}))
    assert aae.open("latest").id == newer.id and arguments.main(["show", "latest"]) == 0
    assert capsys.readouterr().err == ""
    plug_in.forget()
    with pytest.warns(
        AAEWarning, match=f"passed over, and the latest is {older.id}: {newer.id} needs my_networks"
    ) as caught:
        assert aae.open("latest").id == older.id
    assert assert_one_sentence(str(caught[0].message)) and caught[0].filename == __file__
    assert arguments.main(["show", "latest"]) == 0
    assert capsys.readouterr().err == f"aae: {caught[0].message}\n"


def test_a_frozen_backbone_stays_as_it_was_and_is_stored(plug_in):
    path = plug_in("my_networks", FROZEN)
    weights = save_backbone(plug_in, path.with_name("backbone.safetensors"))
    config = configure(**{**SMALL_SETTINGS, "steps": 20, "network.kind": "frozen-backbone"})
    revision = worker.train(config)
    model = revision.model()
    backbone_weights = model.encoder.net[0].net.state_dict()
    assert backbone_weights.keys() == weights.keys() and all(
        torch.equal(backbone_weights[name], weights[name]) for name in weights
    )
    untrained_model = Model(config, model.shape, 10)
    assert not torch.equal(untrained_model.encoder.net[1].weight, model.encoder.net[1].weight)
    assert type(model.decoder).__name__ == "Decoder"  # the package's own, of the configured widths


def test_a_sequence_is_convolved(plug_in):
    plug_in("my_networks", SEQUENCE)
    rng, t = np.random.default_rng(0), np.arange(37)
    rows = np.sin(rng.uniform(0.2, 0.6, (60, 1)) * t + rng.uniform(0, 6, (60, 1)))
    config = configure(
        **{**SMALL_SETTINGS, "data": "arrays", "steps": 150, "batch_size": 30, "network.kind": "sequence"}
    )
    revision = worker.train(config, data=aae.arrays(rows))
    losses = revision.history().loss_reconstruction
    assert losses.iloc[-1] < 0.8 * losses.iloc[0] and revision.decode(revision.encode(rows)).shape == (60, 37)


@pytest.mark.parametrize("variant", VARIANTS_OF)
def test_every_variant_trains_with_networks_of_one_s_own(plug_in, variant):
    plug_in("my_networks", DROPPING)
    config = toy_config(variant, **{"network.kind": "dropping"})
    assert unusable_network_reason(config, (1, 4, 4), 3) == ""
    training = Training(config, toy_data_set(), "cpu")
    before = [parameter.clone() for parameter in training.model.parameters()]
    training.set_learning_rates()
    step = make_step_function(training, phases.training_step)
    for _ in range(3):
        step()
        training.step += 1
    has_moved = [not torch.equal(*pair) for pair in zip(before, training.model.parameters(), strict=True)]
    assert all(has_moved)


def weights_after(config, stops=()):
    """The weights after 12 steps; at the steps in `stops` the training is saved and goes on in another."""
    training = Training(config, toy_data_set(), "cpu")
    step = make_step_function(training, phases.training_step)
    while training.step < 12:
        torch.rand(3)  # what else draws from torch's own numbers must not matter
        training.set_learning_rates()
        step()
        training.step += 1
        if training.step in stops:
            tensors, training = training.state_tensors(), Training(config, toy_data_set(), "cpu")
            training.load_state(tensors)
            step = make_step_function(training, phases.training_step)
    return training.model.state_dict()


@pytest.mark.parametrize(
    "settings", [{"network.kind": "dropping"}, {"network.dropout": 0.5}], ids=["plug-in", "setting"]
)
def test_a_training_with_dropout_that_is_resumed_ends_with_the_same_bits(plug_in, settings):
    plug_in("my_networks", DROPPING)
    config = toy_config("aae", **settings)
    torch.manual_seed(1)
    weights, state = weights_after(config), torch.get_rng_state()
    resumed_weights = weights_after(config, stops=(5, 6))
    assert weights.keys() == resumed_weights.keys() and all(
        torch.equal(weights[name], resumed_weights[name]) for name in weights
    )
    assert not torch.equal(state, torch.get_rng_state())
    reseeded_weights = weights_after(toy_config("aae", seed=1, **settings))
    assert any(not torch.equal(weights[name], reseeded_weights[name]) for name in weights if name.startswith("encoder"))


def test_a_worker_process_trains_them(plug_in):
    plug_in("my_networks", DROPPING)
    config = configure(**SMALL_SETTINGS, **{"network.kind": "dropping"})
    revision = queue.create_revision(Store(), config, queue.check_startable(config))
    command = [sys.executable, "-m", "aae_core.runs.worker", str(revision.path)]
    outcome = subprocess.run(command, capture_output=True, text=True)
    assert (outcome.returncode, revision.status.state) == (0, "done"), outcome.stderr
    here = worker.train(config)
    states = [revision.model().state_dict(), here.model().state_dict()]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


@pytest.mark.parametrize("block", [WIDE_NARROW, SEQUENCE, DROPPING], ids=["wide and narrow", "sequence", "dropping"])
def test_onnx_files_compute_what_the_networks_do(plug_in, block):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    from aae_core.store import onnx_files

    plug_in("my_networks", block)
    name = "dropping" if block is DROPPING else {WIDE_NARROW: "wide-narrow", SEQUENCE: "sequence"}[block]
    model = Model(configure(data="digits", **{"network.kind": name}), (1, 1, 30), 10).eval().requires_grad_(False)
    contents, report = onnx_files.export_onnx_files(model)
    assert set(contents) == {"encoder.onnx", "decoder.onnx"} and "differ by at most" in report


def test_the_page_on_exported_weights_names_the_plug_in(plug_in):
    from aae_core.store.model_page import format_model_page

    plug_in("my_networks", DROPPING)
    revision = worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "dropping"}))
    page = format_model_page(revision, revision.model(), "Checked.")
    assert "made by the plug-in my\\_networks" in page or "made by the plug-in my_networks" in page
    assert "nn.Linear" not in page and 'InferenceSession("decoder.onnx")' in page


def test_networks_that_no_onnx_file_can_hold_are_refused(plug_in, tmp_path):
    pytest.importorskip("onnxscript")
    plug_in(
        "my_networks",
        "from torch import nn\n"
        + own_encoder(forward="y = self.layer(x.flatten(1)); return y if y[0, 0] < 1e9 else -y"),
    )
    revision = worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "mine"}))
    with pytest.raises(RevisionError, match="failed on the encoder; it is made by a plug-in") as error:
        revision.export(tmp_path / "taken", onnx=True)
    assert assert_one_sentence(str(error.value)) and not (tmp_path / "taken").exists()


def exported_page(revision, folder, onnx=False):
    """The page of an exported revision, and what its code computes there."""
    revision.export(folder, onnx)
    page, names = (folder / "model.md").read_text(encoding="utf-8"), {}
    with chdir(folder):
        for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
            exec(block, names)
    return page, names


@pytest.mark.parametrize("variant", ["supervised", "semi-supervised"])
def test_the_onnx_code_of_the_page_runs_for_a_table(plug_in, tmp_path, variant):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    plug_in("my_networks", DROPPING)
    rows = np.random.default_rng(0).normal(1e3, 5, (60, 5)).astype(np.float32)
    settings = {"data": "arrays", "batch_size": 10, "network.kind": "dropping", "variant": variant}
    revision = worker.train(configure(**{**SMALL_SETTINGS, **settings}), data=aae.arrays(rows, np.arange(60) % 3))
    page, names = exported_page(revision, tmp_path / "taken", onnx=True)
    assert "as in the code below" not in page and "as `model.decode` computes it" in page
    model = names["model"]
    np.testing.assert_allclose(names["z_onnx"], model.encode(names["x"]).numpy(), atol=1e-4)
    np.testing.assert_allclose(names["z_of_rows"], revision.encode(names["rows"].numpy()), atol=1e-4)
    np.testing.assert_allclose(names["x_onnx"], model.decode(names["z"], names["y"]).numpy(), atol=1e-4)
    decoded = revision.decode(names["z"].numpy(), names["y"].numpy())
    np.testing.assert_allclose(names["decoded_rows"], decoded, rtol=1e-5)


def test_the_page_has_plain_code_where_only_d_is_a_plug_ins(plug_in, tmp_path):
    lines = DROPPING.splitlines()
    register = "aae.register_network('judging', discriminator=discriminator)"
    plug_in("my_networks", "\n".join([*lines[:-1], register]))
    revision = worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "judging"}))
    page, names = exported_page(revision, tmp_path / "taken")
    assert "plug-in" not in page and "The file also holds discriminator." in page
    torch.testing.assert_close(names["x_hat"], revision.model().decode(names["z"]))


def test_sizes_count_what_torch_multiplies(plug_in):
    plug_in("my_networks", SEQUENCE)
    config = configure(data="digits", **{"network.kind": "sequence", "network.discriminator": (6,)})
    sizes = network_sizes_of_config(config, (1, 1, 40), 0)
    convolutions = 20 * 1 * 16 * 5 + 10 * 16 * 32 * 5
    assert sizes["encoder"].multiplications == convolutions + 320 * 2
    assert sizes["encoder"].parameters == 1 * 16 * 5 + 16 + 16 * 32 * 5 + 32 + 320 * 2 + 2
    assert sizes["discriminator"].multiplications == 2 * 6 + 6
    assert sizes == network_sizes(Model(config, (1, 1, 40), 0))


def test_settings_without_an_effect_are_refused(plug_in):
    plug_in(
        "my_networks",
        "from torch import nn\nimport aae_core as aae\n"
        "whole = lambda shape, outputs, settings: nn.Linear(*shape, outputs)\n"
        "aae.register_network('own-d', discriminator=whole, uses=('activation',))\n"
        "aae.register_network('own', encoder=whole, decoder=whole, discriminator=whole, uses=('dropout',))\n",
    )
    assert configure(**{"network.kind": "own-d", "network.normalise": "batch"}).network.normalise == "batch"
    assert configure(**{"network.kind": "own", "network.dropout": 0.2}).network.dropout == 0.2
    refused = {
        "network.activation": "tanh",
        "network.decoder_hidden": (3,),
        "network.normalise": "batch",
    }
    for key, value in {**refused, "precision": "bf16"}.items():
        with pytest.raises(ConfigError, match="networks own") as error:
            configure(**{"network.kind": "own", key: value})
        assert assert_one_sentence(str(error.value))


REGISTER = "from torch import nn\nimport torch\nimport aae_core as aae\naae.register_network('mine', {})"
MODULE = (
    "class Net(nn.Module):\n    def __init__(self, *more):\n        super().__init__()\n        {}\n"
    "    def forward(self, x):\n        {}\n"
)
PLAIN, FLAT = "self.layer = nn.Linear(64, 2)", "return self.layer(x.flatten(1))"


def own_encoder(init=PLAIN, forward=FLAT):
    return MODULE.format(init, forward) + REGISTER.format("encoder=Net").replace("from torch import nn\n", "")


BAD_NETWORKS = {
    "nothing": (REGISTER.format("title='Mine'"), "has no function; give an encoder, a decoder or a discriminator"),
    "no function": (REGISTER.format("encoder=3"), "needs as its encoder a function"),
    "unknown setting": (
        REGISTER.format("encoder=print, uses=('widths',)"),
        "'widths' is not known; choose one of hidden, normalise, activation, dropout, decoder_hidden, discriminator, channels",
    ),
    "no module": (REGISTER.format("encoder=lambda *_: 3"), "its encoder must be a torch.nn.Module, not int"),
    "raises": (REGISTER.format("decoder=lambda *_: 1 / 0"), "ZeroDivisionError"),
    "shape": (REGISTER.format("discriminator=lambda s, o, n: nn.Linear(*s, 3)"), r"\(5, 1\), not float32 of shape \(5, 3\)"),
    "double": (own_encoder(forward="return self.layer(x.flatten(1)).double()"), "not float64 of shape"),
    "infinite": (own_encoder(forward="return self.layer(x.flatten(1)) / 0"), "not finite"),
    "flat": (own_encoder(forward="return self.layer(x.flatten(1)).detach()"), "has no gradient"),
    "without weights": (own_encoder("self.layer = nn.Linear(64, 2).requires_grad_(False)"), "has no weights that can be trained"),
    "half": (own_encoder(PLAIN + "; self.register_buffer('scale', torch.ones(2).half())"), "holds scale as torch.float16"),
    "drawn elsewhere": (
        own_encoder("import numpy as np; self.layer = nn.Linear(64, 2); self.layer.bias.data += np.random.rand()"),
        "first weights of its encoder differ each time",
    ),
    "together": (own_encoder(forward="y = self.layer(x.flatten(1)); return y - y.mean(0)"), "depends on the others beside it"),
    "chance": (own_encoder(forward="return self.layer(x.flatten(1)) + torch.randn(2)"), "something else for the same inputs"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_NETWORKS)
def test_bad_networks_are_refused_in_a_sentence(plug_in, kind):
    text, cause = BAD_NETWORKS[kind]
    module = f"bad_{kind.replace(' ', '_')}"
    plug_in(module, "from torch import nn\n" + text)
    with pytest.raises(ConfigError, match=cause) as error:
        worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "mine"}))
    assert assert_one_sentence(str(error.value)) and module in str(error.value)
    assert Store().list_own() == []


NORMALISED_D = """
from torch import nn
import aae_core as aae
def batch(shape, outputs, settings):
    return nn.Sequential(nn.Linear(*shape, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Linear(9, outputs))
def layer(shape, outputs, settings):
    return nn.Sequential(nn.Linear(*shape, 9), nn.LayerNorm(9), nn.Dropout(), nn.Linear(9, outputs))
aae.register_network('batch', discriminator=batch)
aae.register_network('layer', discriminator=layer)
"""


def test_a_d_with_batch_normalisation_is_refused_beside_the_penalty_on_its_gradient_alone(plug_in):
    plug_in("my_networks", NORMALISED_D)

    def refusal(**settings):
        return unusable_network_reason(configure(**{**SMALL_SETTINGS, **settings}), (1, 8, 8), 10)

    reason = refusal(**{"network.kind": "batch", "discriminator_penalty": 0.1})
    assert "each code alone; set discriminator_penalty to 0" in assert_one_sentence(reason)
    assert refusal(**{"network.kind": "batch"}) == ""
    assert refusal(**{"network.kind": "layer", "discriminator_penalty": 0.1}) == ""


def test_what_fails_while_it_trains_is_told_as_the_plug_in_s(plug_in):
    plug_in(
        "my_own",
        "BROKEN = []\n"
        + "from torch import nn\n"
        + own_encoder(forward="return {False: self.layer(x.flatten(1))}[bool(BROKEN)]"),
    )
    config = configure(**{**SMALL_SETTINGS, "steps": 60, "network.kind": "mine"})
    revision = Store().create(config, queue.check_startable(config))
    status = worker.run_training(revision, lambda status: sys.modules["my_own"].BROKEN.append(status.step))
    message = "The network mine of the plug-in my_own failed: KeyError: True."
    assert status.state == "failed" and message in assert_one_sentence(status.error_text)


def test_functions_get_shape_outputs_and_settings(plug_in):
    plug_in(
        "my_networks",
        "from torch import nn\nimport aae_core as aae\nSEEN = {}\n"
        "def maker(role):\n"
        "    def make(shape, outputs, settings):\n"
        "        SEEN[role] = shape, outputs, settings\n"
        "        return nn.Linear(1, 1)\n"
        "    return make\n"
        "aae.register_network('seeing', **{role: maker(role) for role in ('encoder', 'decoder', 'discriminator')})\n",
    )
    config = toy_config("semi-supervised", **{"network.kind": "seeing", "posterior": "gaussian", "latent_dim": 4})
    Model(config, (3, 5, 6), 7)
    maker_arguments = SimpleNamespace(**sys.modules["my_networks"].SEEN)
    assert maker_arguments.encoder == ((3, 5, 6), 7 + 2 * 4, config.network)
    assert maker_arguments.decoder[:2] == ((7 + 4,), (3, 5, 6)) and maker_arguments.discriminator[:2] == ((4,), 1)
    assert isinstance(maker_arguments.decoder[2], NetworkConfig)
