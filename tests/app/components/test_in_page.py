"""What the page's networks say, run by node over the very files that the page fetches, is what torch says."""

import json
import math

import numpy as np
import pytest
import torch
from helpers.architectures import random_model
from helpers.page_modules import DECODER_KINDS

pytest.importorskip("streamlit")

from helpers.environment import WEB, run_node

from aae_core.config.choices import ACTIVATION_NAMES
from aae_core.config.configuration import configure
from aae_core.config.derived import discriminator_takes_shown_codes, discriminator_uses_code_regions
from aae_core.models.model import Model, one_hot
from aae_core.store.revisions import Store
from app.server import assets

STORE = Store("no revisions of one's own")
GALLERY_ROWS = [row for row in STORE.list() if row.gallery]
KINDS = [(row.variant, row.data) for row in GALLERY_ROWS]


def make_model(shape, classes=10, **settings):
    config_settings = {"data": "digits", "network.hidden": (37, 20), "network.discriminator": (9,), **settings}
    model = Model(configure(**config_settings), shape, classes).eval()
    model.initialise(3)
    return model


def page_answers(folder, model, z, x, labels):
    """{"decoded JavaScript": values, …}: what the page says of codes z and images x."""
    page_networks = assets.page_networks(model)
    nets = {name: getattr(page_networks, name) for name in ("decoder", "discriminator", "encoder")}
    for name, net in nets.items():
        if net is not None:
            (folder / f"{name}.bin").write_bytes(net.file.content)
    plan = {name: net and {"layers": net.layers, "activation": net.activation} for name, net in nets.items()}
    plan |= {"image": model.shape, "dim": z.shape[1], "ys": None if labels is None else labels.tolist()}
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "z.f4").write_bytes(z.numpy().astype("<f4").tobytes())
    (folder / "x.f4").write_bytes(x.numpy().astype("<f4").tobytes())
    run_node(WEB / "tests" / "networks.mjs", folder)
    return {
        path.name: np.frombuffer(path.read_bytes(), "<f4")
        for path in folder.iterdir()
        if path.name.endswith(DECODER_KINDS)
    }


def compare(folder, model, tolerance=2e-3):
    """Decode to `tolerance` a pixel, encode to `tolerance` of the codes' root mean square length, D's probability to it, by both
    ways."""
    generator, n = torch.Generator().manual_seed(0), 70 if math.prod(model.shape) < 5000 else 15
    z = 1.5 * torch.randn(n, model.config.latent_dim, generator=generator)
    labels = torch.randint(-1, model.contents, (n,), generator=generator) if model.variant.has_content else None
    # else the server judges
    page_judges = discriminator_takes_shown_codes(model.config) and not discriminator_uses_code_regions(model.config)
    with torch.no_grad():
        x = model.decode(z, None if labels is None else one_hot(labels, model.contents))
        pixels, codes = x.numpy().ravel(), model.encode(x).numpy()
        probabilities = model.discriminator_logits(z).sigmoid().numpy() if page_judges else np.full(n, np.nan)
    page_values = page_answers(folder, model, z, x, labels)
    for kind in DECODER_KINDS:
        for name in ("decoded", "decoded together"):
            assert np.abs(page_values[f"{name} {kind}"] - pixels).max() < tolerance
        if model.variant.merge == "add":
            assert f"encoded {kind}" not in page_values, "the server encodes for a reduction"
        else:
            distances = np.linalg.norm(page_values[f"encoded {kind}"].reshape(codes.shape) - codes, axis=1)
            assert distances.max() < tolerance * np.sqrt((codes**2).sum(1).mean())
        assert np.allclose(page_values[f"judged {kind}"], probabilities, rtol=0, atol=tolerance, equal_nan=True)


@pytest.mark.parametrize(
    "id_",
    [
        pytest.param(row.id, marks=pytest.mark.thorough if kind in KINDS[:number] else ())
        for number, (row, kind) in enumerate(zip(GALLERY_ROWS, KINDS, strict=True))
    ],
)
def test_every_shipped_revision_says_in_the_page_what_torch_says(tmp_path, id_):
    """The usual run takes one of each variant and data set."""
    compare(tmp_path, STORE.open(id_).model().eval(), 1e-3)


@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((3, 6, 5), {"latent_dim": 3}),
        ((1, 8, 8), {"posterior": "universal", "latent_dim": 1}),
        ((3, 7, 7), {"posterior": "gaussian", "variant": "supervised", "latent_dim": 12}),
        ((1, 8, 8), {"variant": "vae", "posterior": "gaussian", "network.hidden": (150,)}),
    ],
    ids=["colour", "universal", "colour, content, gaussian", "vae"],
)
def test_colours_contents_and_posteriors(tmp_path, shape, settings):
    compare(tmp_path, make_model(shape, **settings))


@pytest.mark.parametrize("kind", ["conv", "pyramid"])
@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((1, 28, 28), {"posterior": "universal"}),
        ((3, 7, 13), {"variant": "supervised", "latent_dim": 5}),
        ((3, 64, 64), {"latent_dim": 8}),
        ((1, 8, 128), {"variant": "semi-supervised", "posterior": "gaussian"}),
        ((2, 9, 8), {"variant": "reduction", "clusters": 4}),
    ],
    ids=["universal", "odd, content", "colour", "wide, inferred content", "reduction"],
)
def test_convolutions_of_any_channels_and_sizes(tmp_path, shape, settings, kind):
    """With weights as the file holds them, so that what is left is the arithmetic's own error."""
    random = np.random.default_rng([len(kind), *shape])
    channels = tuple(random.integers(3, 20, random.integers(1, 4)).tolist())
    model = make_model(shape, **{"network.kind": kind, "network.channels": channels, **settings})
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        parameter.data = (parameter + 0.05 * torch.randn(parameter.shape, generator=generator)).half().float()
    compare(tmp_path, model, 1e-4)


@pytest.mark.parametrize("kind", ["mlp", "pyramid"])
@pytest.mark.parametrize("activation", [name for name in ACTIVATION_NAMES if name != "relu"])
def test_activations_and_another_decoder_than_encoder(tmp_path, activation, kind):
    settings = {"network.kind": kind, "network.channels": (5, 6), "network.decoder_hidden": (11, 7, 30)}
    model = make_model(
        (3, 9, 8), latent_dim=3, **{"network.activation": activation, "network.dropout": 0.4, **settings}
    )
    for parameter in model.parameters():
        parameter.data = (2 * parameter).half().float()  # so that a function differs from the others
    compare(tmp_path, model, 1e-4)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < 4 else pytest.mark.thorough) for seed in range(60)]
)
def test_networks_of_random_architecture(tmp_path, seed):
    model = random_model(seed)  # batch norm becomes part of the weights, which the file then rounds
    compare(tmp_path, model, 1e-4 if model.config.network.normalise == "none" else 5e-3)
