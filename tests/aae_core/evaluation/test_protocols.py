"""Measures of hand-built models whose figures are known, and of small real ones against NumPy, SciPy and torch."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from aae_core.cli import commands
from aae_core.config.configuration import configure
from aae_core.config.settings import PriorConfig
from aae_core.data import sets
from aae_core.data.item_draws import draw_labelled_mask
from aae_core.errors import ConfigError
from aae_core.evaluation import code_metrics, protocols, swaps
from aae_core.evaluation.metrics import METRICS, perplexity
from aae_core.models import inference, objectives, posteriors
from aae_core.models.items import to_tensor
from aae_core.models.model import Model
from aae_core.models.priors import families

SHAPE, CLASSES = (1, 4, 4), 3
TINY = {"network.hidden": (8,), "network.discriminator": (8,), "cost": "squared-error"}


def build(variant=None, shape=SHAPE, preset="default", **settings):
    """A small model; of a preset, whose variant is taken if none is named."""
    config = configure(preset, **({} if variant is None else {"variant": variant}), **TINY | settings)
    model = Model(config, shape, CLASSES)
    model.initialise(0)
    return model


def split(n, seed, shape=SHAPE):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, *shape[1:], shape[0]), dtype=np.uint8)
    return SimpleNamespace(images=images, labels=rng.integers(0, CLASSES, n), factors=None, groups=None)


def dataset(train=60, test=40, shape=SHAPE):
    train, test = split(train, 1, shape), split(test, 2, shape)
    return SimpleNamespace(name="toy", shape=shape, classes=tuple("abc"), train=train, test=test, factor_names=())


class Function(nn.Module):
    """A network that is a given function, so that a model's figures are known beforehand."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *arguments):
        return self.function(*arguments)


def ideal_code(x, eta=None):
    """Four bytes of uniform noise -> two independent standard normal coordinates: q(z) is N(0, I) exactly."""
    high, low = x[:, 0::2, 0, 0] * 255, x[:, 1::2, 0, 0] * 255
    return torch.special.ndtri((256 * high + low + 0.5) / 65536)


def with_encoder(function, **settings):
    model = build(shape=(4, 1, 1), **settings)
    model.encoder = Function(function)
    return model


@pytest.fixture(scope="module")
def ideal_metrics():
    return protocols.measure_metrics(with_encoder(ideal_code), dataset(100, 4000, (4, 1, 1)))


def test_codes_that_are_the_prior_measure_as_the_prior(ideal_metrics):
    assert abs(ideal_metrics["mmd2"]) < 1e-3
    assert ideal_metrics["holes"] == pytest.approx(0.01, abs=0.007)
    assert ideal_metrics["js"] < 0.05
    assert ideal_metrics["code_mean"] == pytest.approx([0, 0], abs=0.06)
    assert ideal_metrics["code_std"] == pytest.approx([1, 1], abs=0.05)


def test_codes_off_the_prior_measure_worse(ideal_metrics):
    data = dataset(100, 4000, (4, 1, 1))
    half_metrics = protocols.measure_metrics(with_encoder(lambda x, eta=None: ideal_code(x).abs()), data)
    assert half_metrics["mmd2"] > 0.05
    assert half_metrics["js"] > 0.4
    assert half_metrics["holes"] > 0.5, "codes in one of four quadrants leave three empty"
    collapsed_metrics = protocols.measure_metrics(with_encoder(lambda x, eta=None: ideal_code(x) * 0.001), data)
    assert collapsed_metrics["holes"] > 0.85
    assert collapsed_metrics["code_std"] == pytest.approx([0.001, 0.001], rel=0.05)


def test_a_larger_gaussian_prior_is_measured_in_its_own_scale():
    model = with_encoder(lambda x, eta=None: 5 * ideal_code(x), **{"prior.scale": 5.0})
    metrics = protocols.measure_metrics(model, dataset(100, 3000, (4, 1, 1)))
    assert (
        abs(metrics["mmd2"]) < 2e-3
        and metrics["holes"] < 0.02
        and metrics["code_std"] == pytest.approx([5, 5], rel=0.05)
    )


CLUSTERED = {"cluster_error", "cluster_error_majority", "cluster_error_matching", "nmi", "ari"}
TAUGHT = {"error", "calibration_error"}
KNN, STYLE, USED = {"knn_accuracy"}, {"content_from_style", "chance"}, {"contents_in_use"}
SWAPS = {"swap_agreement", "judge_error"}
SAMPLES = {"precision", "recall", "density", "coverage", "frechet"}
PETALS = {"prior.name": "mixture", "prior.components": CLASSES}
ROLL = {"prior.name": "swiss-roll", "prior.components": CLASSES}
OF_VARIANT = [  # what is measured beyond reconstruction and codes, and what of it while training
    ("aae", {}, KNN, set()),
    ("ae", {}, KNN, set()),
    ("vae", {}, KNN | {"kl", "active_units"}, set()),
    ("supervised", {}, SWAPS | STYLE, set()),
    ("label-informed", PETALS, KNN | {"region_accuracy"}, set()),
    ("label-informed", {**PETALS, "labels": 9}, KNN | {"region_accuracy"}, {"region_accuracy"}),
    ("semi-supervised", {}, TAUGHT | STYLE | USED | SWAPS, USED),
    ("semi-supervised", {"labels": 9}, TAUGHT | STYLE | USED | SWAPS, USED | {"error"}),
    ("clustering", {"clusters": 4}, CLUSTERED | STYLE | USED, USED | {"cluster_error"}),
    ("reduction", {"labels": 9}, KNN | TAUGHT | STYLE | USED, USED | {"error"}),
    ("reduction", {"labels": 0, "clusters": 2}, KNN | CLUSTERED | STYLE | USED, USED | {"cluster_error"}),
]


@pytest.mark.parametrize(("variant", "settings", "full_keys", "quick_keys"), OF_VARIANT)
def test_keys_are_those_that_mean_something(variant, settings, full_keys, quick_keys, monkeypatch):
    model, data = build(variant, **settings), dataset()
    common = {"reconstruction", "mmd2", "holes", "code_mean", "code_std"}
    common |= set() if variant in ("ae", "vae") else {"discriminator_accuracy"}
    monkeypatch.setattr(code_metrics, "MIN_CODES_FOR_CLASSIFIER", 10)
    result = protocols.measure_metrics(model, data)
    assert set(result) == common | {"js", "fresh_accuracy"} | full_keys | (set() if variant == "ae" else SAMPLES)
    assert set(protocols.measure_metrics(model, data, is_quick=True)) == common | quick_keys
    keys = set(result)
    assert keys <= set(METRICS)


def test_keys_of_other_settings():
    assert "js" not in protocols.measure_metrics(build(latent_dim=3), dataset())
    assert "reconstruction_bce" in protocols.measure_metrics(build(cost="cross-entropy"), dataset())
    uniform_metrics = protocols.measure_metrics(build(posterior="gaussian", **{"prior.name": "uniform"}), dataset())
    assert "active_units" in uniform_metrics and "kl" not in uniform_metrics
    unlabelled_data = dataset()
    unlabelled_data.train.labels = np.full(60, -1)
    assert "knn_accuracy" not in protocols.measure_metrics(build(), unlabelled_data)


def test_quick_is_a_cheap_subset():
    quick_metrics = protocols.measure_metrics(build("vae"), dataset(), is_quick=True)
    assert set(quick_metrics) == {"reconstruction", "mmd2", "holes", "code_mean", "code_std"}


class UntouchableSet:
    """A test set that nobody may look at."""

    def __getattr__(self, name):
        raise AssertionError(f"the test set's {name} were looked at")


@pytest.mark.parametrize(("variant", "settings"), [row[:2] for row in OF_VARIANT])
def test_a_training_is_followed_without_the_test_set(variant, settings):
    model, data = build(variant, **settings), dataset()
    data.test = UntouchableSet()
    actual = protocols.measure_metrics(model, data, is_quick=True)
    assert np.isfinite(actual["mmd2"])
    data.train.labels = data.train.labels[::-1].copy()
    if "error" in actual:
        assert protocols.measure_metrics(model, data, is_quick=True)["error"] != actual["error"], "labels do count"


def test_the_error_that_is_followed_is_that_of_labels_held_back():
    model, data = build("semi-supervised", labels=9, seed=4), dataset(train=80)
    held_back = ~draw_labelled_mask(data.train.labels, 9, data.classes, seed=4)
    assert held_back.sum() == 71
    with torch.no_grad():
        answers = model.classify(to_tensor(data.train.images)).argmax(1).numpy()
    mistakes = answers != data.train.labels
    assert mistakes[held_back].mean() != mistakes.mean()
    assert protocols.measure_metrics(model, data, is_quick=True)["error"] == pytest.approx(mistakes[held_back].mean())


def test_regions_are_followed_on_labels_held_back():
    model, data = build("label-informed", labels=9, **ROLL), dataset(train=80)
    held_back = ~draw_labelled_mask(data.train.labels, 9, data.classes, seed=0)
    with torch.no_grad():
        lies_in = model.prior.region_numbers(model.encode(to_tensor(data.train.images))).numpy()
    right = (lies_in == data.train.labels)[held_back].mean()
    assert protocols.measure_metrics(model, data, is_quick=True)["region_accuracy"] == pytest.approx(right)


def test_a_training_is_followed_on_so_many_images(monkeypatch):
    batch_sizes = []
    model = build()
    model.encoder.register_forward_hook(lambda module, inputs, output: batch_sizes.append(len(inputs[0])))
    monkeypatch.setattr(protocols, "MAX_QUICK_IMAGES", 7)
    protocols.measure_metrics(model, dataset(), is_quick=True)
    assert set(batch_sizes) == {7}


@pytest.mark.parametrize("variant", ["aae", "supervised"])
@pytest.mark.parametrize("posterior", ["deterministic", "universal"])
def test_reconstruction_is_the_formula(variant, posterior, monkeypatch):
    monkeypatch.setattr(inference, "BATCH", 7)  # the last batch is short
    model, data = build(variant, posterior=posterior, cost="cross-entropy"), dataset()
    x = to_tensor(data.test.images)
    y = torch.eye(CLASSES)[data.test.labels] if variant == "supervised" else None
    with torch.no_grad():
        x, decoded = x.double().numpy(), model.decode(model.encode(x), y).double().numpy()
    output = protocols.measure_metrics(model, data)
    squares = sum(0.5 * np.sum((x[i] - decoded[i]) ** 2) for i in range(len(x))) / len(x)
    nats = -np.sum(x * np.log(decoded) + (1 - x) * np.log(1 - decoded)) / len(x)
    assert output["reconstruction"] == pytest.approx(squares, rel=1e-5)
    assert output["reconstruction_bce"] == pytest.approx(nats, rel=1e-5)


@pytest.mark.parametrize(
    "logit, expected",
    [
        (lambda z: 0 * z[:, :1], 0.5),  # D that shrugs
        (lambda z: torch.where(z[:, :1] == 9, -1.0, 1.0), 1.0),  # D that knows the codes
        (lambda z: torch.where(z[:, :1] == 9, 1.0, -1.0), 0.0),  # and says the opposite
        (lambda z: torch.ones(len(z), 1), 0.5),  # all are called real: right for the prior only
        (lambda z: torch.where(z[:, :1] == 9, -1.0, z[:, :1]), 0.75),  # right for codes and for half of the prior
    ],
)
def test_discriminator_accuracy_by_hand(logit, expected):
    model = with_encoder(lambda x, eta=None: torch.full((len(x), 2), 9.0))
    model.discriminator = Function(logit)
    outcome = protocols.measure_metrics(model, dataset(2500, 10, (4, 1, 1)), is_quick=True)
    assert outcome["discriminator_accuracy"] == pytest.approx(expected, abs=0 if expected != 0.75 else 0.02)


def region_judge(model):
    """A D that takes for real what lies in the region of the class that it is told, and without a class what is not (9, 9)."""

    def logit(inputs):
        z, condition = inputs[:, :2], inputs[:, 2:]
        is_in_region = model.prior.region_numbers(z) == condition.argmax(1)
        return torch.where(condition[:, -1] == 1, z[:, 0] != 9, is_in_region).float()[:, None] * 2 - 1

    return Function(logit)


def region_model(code, **settings):
    model = with_encoder(
        lambda x, eta=None: torch.tensor([code]).expand(len(x), 2), variant="label-informed", **settings
    )
    model.discriminator = region_judge(model)
    return model


@pytest.mark.parametrize("labels", [None, 9])
def test_a_d_that_is_told_labels_judges_each_code_beside_its_own(labels):
    model, data = region_model([0.0, 0.0], labels=labels, **ROLL), dataset(60, 2500, (4, 1, 1))
    # The middle of the roll belongs to class 0, so D is wrong of its codes.
    nonzero_share = (data.test.labels != 0).mean()
    discriminator_accuracy = protocols.measure_metrics(model, data)["discriminator_accuracy"]
    assert discriminator_accuracy == pytest.approx((1 + nonzero_share) / 2, abs=2e-3)


def test_a_code_without_a_label_is_judged_as_d_has_learnt_to():
    data = dataset(60, 2500, (4, 1, 1))
    data.test.labels = np.full(2500, -1)
    assert protocols.measure_metrics(region_model([9.0, 9.0], labels=9, **ROLL), data)["discriminator_accuracy"] == 1
    all_known = region_model([9.0, 9.0], **ROLL)
    assert "discriminator_accuracy" not in protocols.measure_metrics(all_known, data), "D never met a code without one"
    data.test.labels[:3] = 1, 2, 2
    # (9, 9) lies nearest the roll's end, in region 2: of three codes D is right of one, and of all three samples
    assert protocols.measure_metrics(all_known, data)["discriminator_accuracy"] == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("shares", "used_count"),
    [
        (np.eye(4), 4),
        ([[0.0, 1.0, 0.0]] * 5, 1),
        ([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]], 2**1.5),
        ([[0.25] * 4] * 3, 4),  # undecided is not unused
    ],
)
def test_contents_in_use_by_hand(shares, used_count):
    assert perplexity(np.mean(shares, 0)) == pytest.approx(used_count)


@pytest.mark.parametrize("is_quick", [False, True])
def test_clusters_out_of_use_are_seen(is_quick):
    """Three of five clusters: the first pixel says which."""
    model = with_encoder(
        lambda x, eta=None: torch.cat([50 * torch.eye(5)[(x[:, 0, 0, 0] * 2.999).long()], ideal_code(x)], 1),
        variant="clustering",
        clusters=5,
    )
    metrics = protocols.measure_metrics(model, dataset(3000, 3000, (4, 1, 1)), is_quick=is_quick)
    assert metrics["contents_in_use"] == pytest.approx(3, abs=0.02)


@pytest.mark.parametrize("is_quick", [False, True])
def test_what_was_not_trained_is_not_measured(is_quick):
    zero_rates = {f"optimiser.{phase}_rate": 0.0 for phase in ("reconstruction", "discrimination", "generation")}
    for variant in ("semi-supervised", "reduction"):
        model = build(variant, labels=9, **zero_rates)
        metrics = protocols.measure_metrics(model, dataset(), is_quick=is_quick)
        assert set(metrics) == {"error", "contents_in_use"} | (set() if is_quick else {"calibration_error"})
    aae_model = build("aae", **{"optimiser.discrimination_rate": 0.0})
    assert set(protocols.measure_metrics(aae_model, dataset(), is_quick=is_quick)) & {
        "reconstruction",
        "discriminator_accuracy",
        "mmd2",
    } == {"reconstruction"}


def test_a_plain_classifier_has_one_protocol_and_says_why():
    model, data = build(preset="plain-classifier", labels=9), dataset()
    assert set(protocols.evaluate(model, data, "all")) == {"classification"}
    for protocol in ("reconstruction", "prior-fit", "swap-agreement", "style-content", "likelihood"):
        with pytest.raises(ConfigError, match=f"without .*, so the protocol {protocol} has nothing to measure"):
            protocols.evaluate(model, data, protocol)


@pytest.mark.parametrize("variant", ["aae", "supervised"])
def test_a_refusal_points_to_a_protocol_that_keeps_its_word(variant):
    model, data = build(variant), dataset()
    reason = protocols.refusal_reason("classification", model, data)
    protocol, key = ("prior-fit", "knn_accuracy") if variant == "aae" else ("style-content", "content_from_style")
    assert protocol in reason and key in protocols.evaluate(model, data, protocol)[protocol]


@pytest.mark.parametrize("dims, k", [(2, 5), (20, 5), (2, 1)])
def test_knn_accuracy_is_brute_force(dims, k):
    rng = np.random.default_rng(dims)
    train_y, test_y = rng.integers(0, 4, 300), rng.integers(0, 4, 120)
    train_z = (rng.normal(size=(300, dims)) + train_y[:, None]).astype(np.float32)
    test_z = (rng.normal(size=(120, dims)) + test_y[:, None]).astype(np.float32)
    right = 0
    for z, y in zip(test_z.astype(float), test_y, strict=True):
        order = np.argsort(((train_z.astype(float) - z) ** 2).sum(1))[:k]
        right += np.bincount(train_y[order], minlength=4).argmax() == y
    assert code_metrics.knn_accuracy(train_z, train_y, test_z, test_y, k) == pytest.approx(right / 120)


def test_knn_of_few_codes():
    assert code_metrics.knn_accuracy([[0.0], [1.0]], [0, 1], [[0.1]], [0], k=1) == 1.0
    assert code_metrics.knn_accuracy([[0.0], [1.0]], [0, 0], [[0.1]], [0]) == 1.0


def test_active_units_by_hand():
    mu = np.array([[0.0, 0.0, 1.0, 0.19], [0.4, 0.0, -1.0, 0.0]])  # variances 0.04, 0, 1, 0.009
    assert code_metrics.active_units(mu, [1.0] * 4) == 2
    assert code_metrics.active_units(mu / 10, [0.1] * 4) == 2, "they are counted in the prior's own scale"


@pytest.mark.parametrize("name", ["gaussian", "uniform"])
def test_a_code_that_is_fully_used_is_active_at_any_scale(name):
    """The encoder's means spread like the prior in the first dimension, and not at all in the second."""

    def h(x, eta=None):
        used_dimension = 0.1 * ideal_code(x)[:, :1]
        return torch.cat([used_dimension, 0 * used_dimension, torch.full((len(x), 2), -9.0)], 1)

    model = with_encoder(h, variant="aae", posterior="gaussian", **{"prior.name": name, "prior.scale": 0.1})
    assert protocols.measure_metrics(model, dataset(100, 500, (4, 1, 1)))["active_units"] == 1


def test_a_fresh_classifier_finds_what_d_overlooks():
    """D shrugs, and no code lies in the left half of the prior: half of the samples are known by that, of the rest the better
    guess is always that it is a code, so 3 of 4 are told rightly."""
    half_model = with_encoder(lambda x, eta=None: torch.cat([ideal_code(x)[:, :1].abs(), ideal_code(x)[:, 1:]], 1))
    half_model.discriminator = Function(lambda z: 0 * z[:, :1])
    data = dataset(100, 4000, (4, 1, 1))
    metrics = protocols.measure_metrics(half_model, data)
    assert metrics["discriminator_accuracy"] == 0.5 and metrics["fresh_accuracy"] == pytest.approx(0.75, abs=0.03)


def test_kl_is_torchs_closed_form():
    model, data = build("vae", **{"prior.scale": 2.0}), dataset()
    with torch.no_grad():
        mu, log_variance = model.posterior_moments(to_tensor(data.test.images))
    posterior = torch.distributions.Normal(mu, (log_variance / 2).exp())
    exact = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 2.0)).sum(1).mean().item()
    assert protocols.measure_metrics(model, data)["kl"] == pytest.approx(exact, rel=1e-5)


def test_kl_to_a_mixture_is_its_integral():
    prior = families.make_prior(PriorConfig("mixture"), 2)
    n = 20_000
    mu, log_variance = torch.tensor([[1.0, 0.5]]).repeat(n, 1), torch.full((n, 2), -2.0)
    steps = np.linspace(-2.5, 2.5, 501)
    offsets = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    z = torch.from_numpy(offsets + [1.0, 0.5]).float()
    log_q = -0.5 * (offsets**2).sum(1) * np.exp(2.0) - np.log(2 * np.pi) + 2.0
    exact = np.sum(np.exp(log_q) * (log_q - prior.log_density(z).numpy())) * (steps[1] - steps[0]) ** 2
    draws = posteriors.draw_gaussian(torch.cat([mu, log_variance], 1), torch.Generator().manual_seed(0))
    assert objectives.kl_divergence(mu, log_variance, draws, prior).mean().item() == pytest.approx(exact, rel=0.03)


@pytest.mark.parametrize("posterior", ["gaussian", "universal"])
def test_the_same_seed_gives_the_same_figures_and_nothing_else_moves(posterior):
    model, data = build(posterior=posterior), dataset()
    model.decoder.train(), model.encoder.eval()
    modes = [module.training for module in model.modules()]
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    first = protocols.measure_metrics(model, data, seed=3)
    assert first == protocols.measure_metrics(model, data, seed=3)
    assert first["mmd2"] != protocols.measure_metrics(model, data, seed=4)["mmd2"]
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])
    assert modes == [module.training for module in model.modules()]
    assert all(p.grad is None for p in model.parameters())


PLAIN = {"reconstruction", "prior-fit", "sample-quality", "likelihood"}  # of an adversarial autoencoder


def test_evaluate_gives_the_protocols_that_apply():
    data = dataset()
    supervised_figures = protocols.evaluate(build("supervised"), data, "all")
    assert set(supervised_figures) == {*PLAIN, "swap-agreement", "style-content"}
    figures = protocols.evaluate(build("vae"), data, "all")
    assert set(figures) == {*PLAIN, "iw-bound"}
    assert figures["reconstruction"]["n"] == 40
    metrics = protocols.measure_metrics(build("vae"), data)
    assert figures["reconstruction"]["reconstruction"] == pytest.approx(metrics["reconstruction"])
    assert figures["prior-fit"] == {key: metrics[key] for key in metrics if key not in {"reconstruction", *SAMPLES}}
    assert figures["sample-quality"] == {key: metrics[key] for key in SAMPLES} | {"n": 40}


@pytest.mark.parametrize(("variant", "settings", "full_keys", "quick_keys"), OF_VARIANT)
def test_all_protocols_agree_with_the_measures(variant, settings, full_keys, quick_keys):
    model, data = build(variant, **settings), dataset()
    metrics, figures = protocols.measure_metrics(model, data), protocols.evaluate(model, data, "all", samples=50)
    for names, protocol in ((TAUGHT | {"region_accuracy"}, "classification"), (CLUSTERED, "clustering")):
        assert (protocol in figures) == bool(full_keys & names)
        for key in full_keys & names:
            assert figures[protocol][key] == metrics[key]
    assert ("style-content" in figures) == ("content_from_style" in full_keys)
    for protocol in set(protocols.PROTOCOLS) - set(figures) - {"all"}:
        with pytest.raises(ConfigError, match={"disentanglement": "factors", "iw-bound": "."}.get(protocol, variant)):
            protocols.evaluate(model, data, protocol)
    json.dumps(figures, allow_nan=False)


def test_images_without_labels_have_no_errors():
    data = dataset()
    data.test.labels = np.full(40, -1)
    semi, clusters = build("semi-supervised"), build("clustering")
    for protocol in ("classification", "style-content"):
        with pytest.raises(ConfigError, match="no labels"):
            protocols.evaluate(semi, data, protocol)
        assert protocol not in protocols.evaluate(semi, data, "all", samples=50)
    assert not set(protocols.measure_metrics(semi, data)) & (TAUGHT | {"content_from_style"})
    assert not set(protocols.measure_metrics(clusters, data)) & CLUSTERED
    assert sum(row["size"] for row in protocols.evaluate(clusters, data, "clustering")["clustering"]["clusters"]) == 40


def test_the_classifier_s_error_is_that_of_its_answers():
    model, data = build("semi-supervised"), dataset()
    with torch.no_grad():
        answers = model.classify(to_tensor(data.test.images)).argmax(1).numpy()
    assert protocols.measure_metrics(model, data)["error"] == np.mean(answers != data.test.labels)
    classification = protocols.evaluate(model, data, "classification")["classification"]
    assert set(classification["wrong"]) == set(np.flatnonzero(answers != data.test.labels))


def test_factors_are_those_of_the_images_that_are_encoded():
    """The code is one of the factors, so the gap is large whatever the order in which images are drawn."""
    model = build("supervised", shape=(4, 1, 1), latent_dim=2)
    model.encoder = Function(lambda x, eta=None: x[:, :2, 0, 0])
    data = dataset(20, 2000, (4, 1, 1))
    data.test.factors, data.factor_names = data.test.images[:, 0, 0, :2].astype(np.float32), ("x", "y")
    assert protocols.measure_metrics(model, data)["mig"] > 0.9
    disentanglement = protocols.evaluate(model, data, "disentanglement", seed=5)["disentanglement"]
    assert disentanglement["informativeness"] > 0.9 and disentanglement["disentanglement"] > 0.9
    assert set(disentanglement["mig_by_factor"]) == {"x", "y"} and min(disentanglement["mig_by_factor"].values()) > 0.9


@pytest.mark.parametrize("protocol", ["swap-agreement", "classification", "clustering", "style-content", "speed"])
def test_evaluate_says_why_not(protocol):
    with pytest.raises(ConfigError) as error:
        protocols.evaluate(build(), dataset(), protocol)
    assert str(error.value).endswith(".") and ("aae" in str(error.value) or "speed" in str(error.value))


def test_an_autoencoder_has_no_samples_to_judge_by():
    figures = protocols.evaluate(build("ae"), dataset(), "all", samples=100)
    assert set(figures) == {"reconstruction", "prior-fit"}
    with pytest.raises(ConfigError, match="has no prior"):
        protocols.evaluate(build("ae"), dataset(), "likelihood")


def duplicated_data():
    """Twenty images, each of them twenty times, the test images among them: ever narrower windows fit them ever better."""
    data = dataset(20, 20)
    data.train.images, data.train.labels = data.train.images.repeat(20, 0), data.train.labels.repeat(20)
    data.test.images, data.test.labels = data.train.images[::20].copy(), data.train.labels[::20].copy()
    return data


def test_images_that_occur_many_times_leave_all_protocols_their_figures():
    figures = protocols.evaluate(build(), duplicated_data(), "all", samples=100)
    assert set(figures) == PLAIN
    assert np.isfinite(figures["likelihood"]["log_likelihood"]) and figures["likelihood"]["training_images"] is None


def memorising_model():
    """A model whose samples are what the data holds, one image over and over, so that its likelihood has no best width."""
    model, data = build(), dataset()
    model.decoder = Function(lambda code: torch.full((len(code), *SHAPE), 100.0))
    data.train.images[:], data.test.images[:] = 255, 255
    return model, data


def test_a_protocol_that_cannot_be_measured_takes_no_other_with_it(capsys):
    model, data = memorising_model()
    figures = protocols.evaluate(model, data, "all", samples=50)
    assert set(figures) == PLAIN and figures["reconstruction"]["n"] == 40
    assert (
        set(figures["likelihood"]) == {"refusal"}
        and "No width of the Parzen window" in figures["likelihood"]["refusal"]
    )
    with pytest.raises(ConfigError, match="No width of the Parzen window"):
        protocols.evaluate(model, data, "likelihood", samples=50)
    commands._print_protocol(figures["likelihood"], is_table=False)
    assert capsys.readouterr().out == f"  {figures['likelihood']['refusal']}\n"


def test_of_all_protocols_a_senseless_wish_is_refused():
    with pytest.raises(ConfigError, match="number of samples"):
        protocols.evaluate(build(), dataset(), "all", samples=1)
    with pytest.raises(ConfigError, match="no test images"):
        protocols.evaluate(build("ae"), dataset(test=0), "all")


def test_every_protocol_is_known():
    for protocol in protocols.PROTOCOLS:
        try:
            protocols.evaluate(build(), dataset(), protocol)
        except ConfigError as error:
            assert "not known" not in str(error)


def classes_as_blocks(n, seed):
    """Images 1×4×4 with one bright row, whose number is the class, under faint noise."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    images = rng.integers(0, 40, (n, 4, 4, 1), dtype=np.uint8)
    images[np.arange(n), labels] = 255
    return SimpleNamespace(images=images, labels=labels, factors=None, groups=None)


def blocks():
    train, test = classes_as_blocks(90, 0), classes_as_blocks(30, 1)
    return SimpleNamespace(name="blocks", shape=SHAPE, classes=tuple("abc"), train=train, test=test)


def test_swaps_of_a_decoder_that_obeys_agree_always():
    model = build("supervised")
    rows = torch.cat([torch.eye(3), torch.zeros(3, 1)], dim=1)  # class -> bright row
    model.decoder = Function(lambda yz: (20 * (yz[:, :3] @ rows) - 10)[:, None, :, None].expand(-1, 1, 4, 4))
    swap_agreement = swaps.swap_agreement(model, blocks())
    assert swap_agreement == {
        "agreement": 1.0,
        "agreement_by_class": {"a": 1.0, "b": 1.0, "c": 1.0},
        "classifier_accuracy": 1.0,
        "n": 90,
    }


def test_swaps_of_a_decoder_deaf_to_the_class_agree_by_chance():
    model = build("supervised")
    image = torch.tensor([-10.0, 10.0, -10.0, -10.0])[None, None, :, None].expand(1, 1, 4, 4)
    model.decoder = Function(lambda yz: image.expand(len(yz), 1, 4, 4))
    agreement = swaps.swap_agreement(model, blocks())
    assert agreement["agreement"] == pytest.approx(1 / 3)
    assert agreement["agreement_by_class"] == {"a": 0.0, "b": 1.0, "c": 0.0}


def test_bad_models_and_data_are_one_sentence():
    smaller_data = dataset(shape=(1, 5, 5))
    with pytest.raises(ConfigError, match="another size or other classes"):
        protocols.measure_metrics(build(), smaller_data)
    with pytest.raises(ConfigError, match="no test images"):
        protocols.measure_metrics(build(), dataset(test=0))
    broken_model = build()
    with torch.no_grad():
        broken_model.encoder.net[0].weight.fill_(float("nan"))
    with pytest.raises(ConfigError, match="finite"):
        protocols.measure_metrics(broken_model, dataset())


def test_measures_can_be_read():
    for key, measure in METRICS.items():
        assert measure.better in ("lower", "higher", "0.5", "prior", ""), key
        assert measure.reading.endswith(".") and "\n" not in measure.reading
        assert len(measure.range) == 2


def test_the_measures_of_a_variant_with_content_hold_its_swap_agreement():
    digits = sets.load("digits")
    settings = {"network.hidden": (16,), "network.discriminator": (8,)}
    model = Model(configure(variant="supervised", **settings), digits.shape, len(digits.classes))
    model.initialise(0)
    metrics = protocols.measure_metrics(model, digits)
    assert metrics["swap_agreement"] == swaps.swap_agreement(model, digits)["agreement"]
    assert "swap_agreement" not in protocols.measure_metrics(model, digits, is_quick=True)
