"""Every variant with every prior and every posterior that have a meaning together train; test_rules.py has the others.

Then what each of the paper's variants beyond the plain one does in its steps, against values worked out by hand.
"""

import copy
import itertools
import math

import numpy as np
import pytest
import torch
from helpers.environment import mark_for_ci
from helpers.toy_models import (
    ADVERSARIAL_PHASES,
    CLASSES,
    VARIANTS_OF,
    changed_parts,
    incompatibility_reason,
    pairwise_params,
    parameters_by_part,
    petal,
    softmax,
    toy_config,
    toy_data_set,
)
from torch.nn import functional as F

from aae_core.config import painting
from aae_core.config.choices import POSTERIORS
from aae_core.config.configuration import from_dict
from aae_core.config.derived import content_names, trained_phases
from aae_core.config.priors import PRIORS
from aae_core.config.schema import to_dict
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.evaluation import protocols
from aae_core.latent import exploration
from aae_core.models import inference, objectives
from aae_core.models.model import Model
from aae_core.training import phases as training_phases
from aae_core.training.loop import fit
from aae_core.training.phases import PHASE_STEPS, training_step
from aae_core.training.training import Training

FLAT = ("swiss-roll", "painted")  # priors of the plane
PHASES = {variant: list(facts[0]) for variant, facts in VARIANTS_OF.items()}


@pytest.mark.parametrize(
    ("variant", "prior", "posterior"),
    pairwise_params(VARIANTS, PRIORS, POSTERIORS, possible=lambda *row: not incompatibility_reason(*row)),
)
def test_every_combination_that_has_a_meaning_trains(variant, prior, posterior):
    settings = {"variant": variant, "posterior": posterior, "prior.name": prior, "prior.components": CLASSES}
    t, data = Training(toy_config(**settings, steps=4), toy_data_set()), toy_data_set()
    before = parameters_by_part(t.model)
    (report,) = fit(t)
    assert list(report.losses) == PHASES[variant] and all(map(math.isfinite, report.losses.values()))
    assert changed_parts(before, t.model) == set(before)
    assert all(np.isfinite(value).all() for value in protocols.measure_metrics(t.model, data, is_quick=True).values())
    images = data.train.images[:5]
    codes = (
        exploration.sample_prior_codes(t.model, 5)
        if t.model.variant.has_prior
        else inference.encode_all(t.model, images)
    )
    result = np.arange(5) % t.model.contents if t.model.variant.has_content else None
    assert exploration.decode_images(t.model, codes, result).shape == (5, 4, 4, 1)


SPARSE = [
    ("reduction", {"labels": 0}),
    ("reduction", {"labels": 6}),
    ("reduction", {"labels": 0, "heads": "fixed", "latent_dim": 4, "clusters": 4}),
    ("reduction", {"labels": 6, "heads": "fixed", "latent_dim": CLASSES}),
    ("semi-supervised", {"labels": 6}),
    ("label-informed", {"labels": 6}),
    ("supervised", {"discriminator_told": "content"}),
    ("semi-supervised", {"labels": 6, "discriminator_told": "content"}),
    ("clustering", {"discriminator_told": "content"}),
    ("reduction", {"labels": 0, "discriminator_told": "content"}),
    ("reduction", {"labels": 0, "content_decoded": "each", "content_smoothing": 0.2, "network.normalise": "level"}),
]


def go_together(sparse, prior, posterior):
    variant, settings = sparse
    dim = settings.get("latent_dim", 2)
    wrong_size = (prior in FLAT and dim > 2) or (prior == "mixture" and dim % 2)
    return not (incompatibility_reason(variant, prior, posterior) or wrong_size)


@pytest.mark.parametrize(
    ("sparse", "prior", "posterior"), pairwise_params(SPARSE, PRIORS, POSTERIORS, possible=go_together)
)
def test_few_labels_go_with_every_prior_that_all_labels_go_with(sparse, prior, posterior):
    variant, settings = sparse
    shape = {"prior.name": prior, "prior.components": CLASSES}
    t = Training(toy_config(variant, posterior=posterior, steps=4, **shape, **settings), toy_data_set())
    before = parameters_by_part(t.model)
    (report,) = fit(t)
    assert all(map(math.isfinite, report.losses.values()))
    assert changed_parts(before, t.model) == set(before) - ({"heads"} if settings.get("heads") == "fixed" else set())
    assert ("classification" in report.losses) == (settings.get("labels", 0) > 0 and variant != "label-informed")


@pytest.mark.parametrize(
    ("variant", "passes", "normalise", "precision"),
    pairwise_params(
        VARIANTS,
        ("strict", "shared"),
        ("none", "batch", "level"),
        ("fp32", "bf16"),
        possible=lambda variant, passes, normalise, precision: normalise != "level" or VARIANTS[variant].categorical,
    ),
)
def test_every_variant_trains_in_every_way_of_computing(variant, passes, normalise, precision):
    ways = {"passes": passes, "precision": precision, "network.normalise": normalise}
    few = {} if VARIANTS[variant].labels == "nowhere" else {"labels": 6}
    if VARIANTS[variant].categorical or variant == "label-informed":
        few |= {"views": 2, "input_shift": 1, "view_agreement": 1.0}
        few |= {"content_decoded": "each", "content_smoothing": 0.2} if normalise == "level" else {}
    if VARIANTS[variant].merge != "none":
        few |= {"discriminator_told": "content"}
    t = Training(toy_config(variant, **ways, **few, input_dropout=0.2, steps=12), toy_data_set())
    assert t.shares_passes == (passes == "shared" and "generation" in PHASES[variant])
    *_, last = fit(t)
    assert list(last.losses) == PHASES[variant] and all(map(math.isfinite, last.losses.values()))
    assert all(parameter.dtype == torch.float32 for parameter in t.model.parameters())


def test_each_combination_is_the_same_again_after_json():
    for variant in VARIANTS:
        config = toy_config(variant, heads="learned", separation=3.0, input_dropout=0.1)
        assert from_dict(to_dict(config)) == config


@pytest.mark.parametrize("posterior", POSTERIORS)
@pytest.mark.parametrize(
    ("variant", "labels"), [*((v, None) for v in VARIANTS), ("reduction", 0), ("semi-supervised", 6)]
)
def test_each_phase_moves_its_own_parameters_only(variant, labels, posterior):
    if variant in ("vae", "info-vae") and posterior != "gaussian":
        pytest.skip("a VAE's KL needs the gaussian posterior")
    t = Training(toy_config(variant, posterior=posterior, labels=labels), toy_data_set())
    categorical = variant in ("semi-supervised", "clustering", "reduction")
    moves = {
        "reconstruction": {"encoder", "decoder"} | ({"heads"} if variant == "reduction" else set()),
        "discrimination": {"discriminator"} | ({"content_discriminator"} if categorical else set()),
        "generation": {"encoder"},
        "classification": {"encoder"},
    }
    t.set_learning_rates()
    for phase in trained_phases(t.config):
        before = parameters_by_part(t.model)
        training_phases.PHASE_STEPS[phase](t, t.current_batch())
        assert changed_parts(before, t.model) == moves[phase], phase


def test_a_rate_of_zero_leaves_its_phase_out():
    off = {f"optimiser.{phase}_rate": 0 for phase in ADVERSARIAL_PHASES}
    t = Training(toy_config("semi-supervised", labels=6, steps=30, **off), toy_data_set())
    before = parameters_by_part(t.model)
    *_, last = fit(t)
    assert list(last.losses) == ["classification"] and changed_parts(before, t.model) == {"encoder"}


# The semi-supervised one (§5) -----------------------------------------------------------------------------------------------


def test_style_and_content_share_the_hidden_layers():
    model = Training(toy_config("semi-supervised", latent_dim=4), toy_data_set()).model
    assert [tuple(p.shape) for p in model.encoder.parameters()] == [(16, 16), (16,), (CLASSES + 4, 16), (CLASSES + 4,)]
    x = torch.rand(6, 1, 4, 4)
    h = model.encoder(x).detach().numpy()
    z, y = model.infer(x)
    np.testing.assert_allclose(y.detach(), softmax(h[:, :CLASSES]), atol=1e-6)
    np.testing.assert_allclose(z.detach(), h[:, CLASSES:], atol=1e-6)
    assert model.content_discriminator[0].in_features == CLASSES and model.discriminator[0].in_features == 4


def test_classification_is_the_cross_entropy_of_labelled_images():
    t = Training(toy_config("semi-supervised", labels=6, batch_size=8), toy_data_set())
    x, y = t.current_batch().labelled
    assert len(x) == 6, "all there are, where they are fewer than a mini-batch"
    p = softmax(t.model.encoder(x).detach().numpy()[:, :CLASSES])
    expected = -np.log(p[np.arange(6), y.argmax(1)]).mean()
    assert t_loss(t, "classification") == pytest.approx(expected, rel=1e-5)


def t_loss(t, phase):
    return training_phases.PHASE_STEPS[phase](t, t.current_batch()).item()


def test_the_classification_does_not_touch_the_layer_of_the_style():
    t = Training(toy_config("semi-supervised", labels=6), toy_data_set())
    before = t.model.encoder.net[-1].weight.detach().clone()
    t.set_learning_rates()
    training_phases.classification_step(t, t.current_batch())
    after = t.model.encoder.net[-1].weight
    assert torch.equal(before[CLASSES:], after[CLASSES:]) and not torch.equal(before[:CLASSES], after[:CLASSES])


def test_few_labels_teach_the_classes():
    """Six labelled of 240 images: q(y|x) reads the class of images of another seed."""
    t = Training(toy_config("semi-supervised", labels=6, epochs=12, seed=3), toy_data_set(n=240))
    list(fit(t))
    fresh = toy_data_set(n=90, seed=9).train
    assert (inference.classify_all(t.model, fresh.images).argmax(1).numpy() == fresh.labels).mean() > 0.95


@pytest.mark.parametrize("labels", [6, 10, 25])
def test_the_labelled_images_come_in_an_order_of_seed_and_step(labels):
    """Whatever was asked for before, and each once in every pass, full mini-batches only."""

    def labelled_rows(t, step):
        t.step = step
        x, y = t.current_batch().labelled
        return torch.cat([x.flatten(1), y], dim=1)

    first_training, second_training = (
        Training(toy_config("semi-supervised", labels=labels, seed=4), toy_data_set(n=50)) for _ in range(2)
    )
    steps = list(range(9))
    ascending_rows = {step: labelled_rows(first_training, step) for step in steps}
    descending_rows = {step: labelled_rows(second_training, step) for step in reversed(steps)}
    assert all(torch.equal(ascending_rows[step], descending_rows[step]) for step in steps)
    other_seed_training = Training(toy_config("semi-supervised", labels=labels, seed=5), toy_data_set(n=50))
    assert not torch.equal(labelled_rows(other_seed_training, 0), ascending_rows[0])
    size = min(8, labels)
    steps_per_pass = labels // size
    for first_step in range(0, len(steps) - steps_per_pass + 1, steps_per_pass):
        rows_of_pass = torch.cat([ascending_rows[first_step + i] for i in range(steps_per_pass)])
        assert len(rows_of_pass) == steps_per_pass * size == len(rows_of_pass.unique(dim=0)), (
            "an image twice in one pass"
        )
    assert not torch.equal(ascending_rows[0], ascending_rows[steps_per_pass]), "the next pass in another order"


def test_the_labelled_batch_holds_chosen_images_and_their_labels():
    data = toy_data_set(n=50)
    t = Training(toy_config("semi-supervised", labels=9, seed=4), data)
    chosen = t.labelled_indices.numpy()
    assert np.bincount(data.train.labels[chosen]).tolist() == [3, 3, 3]
    pixels = data.train.images[chosen].reshape(9, -1).astype(np.float32) / np.float32(255)
    known = {tuple(row): label for row, label in zip(pixels, data.train.labels[chosen], strict=True)}
    for t.step in range(6):
        x, y = t.current_batch().labelled
        assert [known[tuple(row)] for row in x.flatten(1).numpy()] == y.argmax(1).tolist()
    assert t.current_batch().y is None, "no net but q(y|x) is told a label"


def test_a_shared_pass_is_one_descent_of_all_costs_after_ds():
    """Against the updates written out by hand: D and D_y on the codes of the old encoder, then the sum under the new ones."""
    off = {"optimiser.momentum": 0, "optimiser.adversarial_momentum": 0, "optimiser.clip": 0}
    rates = {"optimiser.generation_rate": 0.02, "optimiser.classification_rate": 0.05}
    t = Training(toy_config("semi-supervised", labels=6, passes="shared", latent_dim=2, **off, **rates), toy_data_set())
    t.set_learning_rates()
    batch, model, twin = t.current_batch(), copy.deepcopy(t.model), copy.deepcopy(t)
    p_z, p_y = twin.sample_prior(8), twin.sample_content(8)
    h = model.encoder(batch.x)
    y, z = F.softmax(h[:, :CLASSES], dim=1), h[:, CLASSES:]
    judges = ((model.discriminator, p_z, z), (model.content_discriminator, p_y, y))
    cost_d = 0
    for d, real, q in judges:
        cost_d = cost_d - torch.sigmoid(d(real)).log().mean() - (1 - torch.sigmoid(d(q.detach()))).log().mean()
    descend([*model.discriminator.parameters(), *model.content_discriminator.parameters()], cost_d, 0.1)
    x_hat = torch.sigmoid(model.decoder(torch.cat([y, z], dim=1)))
    labelled_images, labels_one_hot = batch.labelled
    reconstruction = 0.5 * ((batch.x - x_hat) ** 2).sum() / 8
    generation = sum(-torch.sigmoid(d(q)).log().mean() for d, _, q in judges)
    classification = F.cross_entropy(model.encoder(labelled_images)[:, :CLASSES], labels_one_hot.argmax(1))
    cost = reconstruction + 2 * 0.02 / 0.01 * generation + 0.05 / 0.01 * classification
    descend([*model.encoder.parameters(), *model.decoder.parameters()], cost, 0.01)
    losses = training_step(t, batch)
    for mine, by_hand in zip(t.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(mine, by_hand, rtol=1e-4, atol=1e-6)
    expected = [reconstruction, cost_d, generation, classification]
    assert [loss.item() for loss in losses.values()] == pytest.approx([e.item() for e in expected], rel=1e-4)


def descend(parameters, cost, rate):
    for p, g in zip(parameters, torch.autograd.grad(cost, parameters), strict=True):
        p.data -= rate * g


# The clustering one (§6) ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passes", ["strict", "shared"])
def test_batch_norm_keeps_statistics_of_reconstruction_passes_alone(passes):
    """Against the running mean and variance of the first layer's outputs worked out by hand, and one count a step."""
    config = toy_config("semi-supervised", labels=9, passes=passes, input_noise=0.1, **{"network.normalise": "batch"})
    t = Training(config, toy_data_set())
    mean, variance = np.zeros(16), np.ones(16)
    for _ in range(6):
        t.set_learning_rates()
        batch, first = t.current_batch(), t.model.encoder.net[0]
        h = batch.x_altered.flatten(1).double().numpy() @ first.weight.detach().double().numpy().T
        h += first.bias.detach().double().numpy()
        training_step(t, batch)
        t.step += 1
        mean, variance = 0.9 * mean + 0.1 * h.mean(0), 0.9 * variance + 0.1 * h.var(0, ddof=1)
    norms = [layer for layer in t.model.encoder.net if isinstance(layer, torch.nn.BatchNorm1d)]
    np.testing.assert_allclose(norms[0].running_mean, mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(norms[0].running_var, variance, rtol=1e-5)
    assert [norm.num_batches_tracked.item() for norm in norms] == [6, 6]


@pytest.mark.parametrize("posterior", ["deterministic", "universal"])
def test_an_unaltered_second_view_gives_style_and_judged_codes(posterior):
    """What the encoder sees in each pass; where one pass serves D and what deceives it, the statistics are of that one."""
    settings = {"labels": 9, "views": 2, "input_noise": 0.1, "posterior": posterior, "network.normalise": "batch"}
    t = Training(toy_config("semi-supervised", second_view="unaltered", **settings), toy_data_set())
    batch, encoder_inputs, hidden, encoder_call_counts = t.current_batch(), [], [], []
    t.net.encoder.register_forward_hook(lambda net, inputs, h: encoder_inputs.append(inputs[0]))
    t.net.discriminator.register_forward_hook(
        lambda net, inputs, logits: encoder_call_counts.append(len(encoder_inputs))
    )
    t.net.encoder.net[0].register_forward_hook(lambda net, inputs, h: hidden.append(h.detach()))
    training_step(t, batch)
    kinds = [
        "altered" if x is batch.x_altered else "taught" if x is batch.labelled[0] else "unaltered"
        for x in encoder_inputs
    ]
    unaltered = ["unaltered"] * (2 if posterior == "universal" else 1)
    assert kinds == ["altered", "unaltered", *unaltered, "taught"] and min(encoder_call_counts) == 3
    assert all(torch.equal(x, batch.x) for x, kind in zip(encoder_inputs, kinds, strict=True) if kind == "unaltered")
    norm = next(layer for layer in t.model.encoder.net if isinstance(layer, torch.nn.BatchNorm1d))
    counted_hidden = hidden[:2] if posterior == "universal" else hidden[2:3]
    expected = torch.zeros(16)
    for h in counted_hidden:
        expected = 0.9 * expected + 0.1 * h.mean(0)
    torch.testing.assert_close(norm.running_mean, expected)


def test_batch_norm_keeps_statistics_of_the_first_phase():
    alone = {f"optimiser.{phase}_rate": 0.0 for phase in ADVERSARIAL_PHASES}
    t = Training(
        toy_config("semi-supervised", labels=9, steps=7, **{"network.normalise": "batch"}, **alone), toy_data_set()
    )
    list(fit(t))
    norms = [layer for layer in t.model.encoder.net if isinstance(layer, torch.nn.BatchNorm1d)]
    assert [norm.num_batches_tracked.item() for norm in norms] == [7, 7]


def test_d_and_d_y_are_clipped_apart():
    """A D_y that is steep beyond measure leaves D the step that it makes by itself."""
    config = toy_config("semi-supervised", labels=9, **{"optimiser.clip": 0.01, "optimiser.adversarial_momentum": 0})
    moved_by = []
    for steep in (1.0, 1e6):
        t = Training(config, toy_data_set())
        t.set_learning_rates()
        with torch.no_grad():
            t.model.content_discriminator[-1].weight.mul_(steep)
        before = parameters_by_part(t.model)["discriminator"]
        PHASE_STEPS["discrimination"](t, t.current_batch())
        moved_by.append([b - a for a, b in zip(before, parameters_by_part(t.model)["discriminator"], strict=True)])
    torch.testing.assert_close(moved_by[1], moved_by[0])
    length = torch.cat([part.flatten() for part in moved_by[0]]).norm().item()
    assert length == pytest.approx(0.01 * config.optimiser.discrimination_rate, rel=1e-3), (
        "D's own norm is clipped to 0.01"
    )


def test_clusters_use_no_label():
    """The same weights, bit for bit, whatever the labels say."""
    data, relabelled_data = toy_data_set(), toy_data_set()
    relabelled_data.train.labels[:] = relabelled_data.train.labels[::-1].copy()
    final_states = []
    for dataset in (data, relabelled_data, toy_data_set(labelled=False)):
        t = Training(toy_config("clustering"), dataset)
        list(fit(t))
        final_states.append(t.model.state_dict())
    for state in final_states[1:]:
        assert all(torch.equal(final_states[0][name], state[name]) for name in state)


def test_contents_are_classes_where_labels_name_them_else_clusters():
    names = ("a", "b", "c")
    clusters = tuple(f"cluster {k}" for k in range(5))
    assert (
        content_names(toy_config("clustering"), names)
        == content_names(toy_config("reduction", labels=0), names)
        == clusters
    )
    for variant in ("semi-supervised", "reduction", "supervised"):
        assert content_names(toy_config(variant), names) == names
    for variant in ("aae", "vae", "ae", "label-informed"):
        assert content_names(toy_config(variant), names) == ()
    assert Training(toy_config("clustering"), toy_data_set()).model.contents == 5


@pytest.mark.parametrize("clusters", [1, 0, -3, 10**6])
def test_a_number_of_clusters_that_is_none_is_refused(clusters):
    with pytest.raises(ConfigError, match="clusters must be a whole number from 2 to 1,000"):
        toy_config("clustering", clusters=clusters)


def test_the_contents_that_dy_takes_for_real_are_one_hot_and_alike():
    t = Training(toy_config("clustering"), toy_data_set())
    y = t.sample_content(5000)
    assert set(y.unique().tolist()) == {0.0, 1.0} and (y.sum(1) == 1).all()
    assert y.mean(0).tolist() == pytest.approx([0.2] * 5, abs=0.03)


# The reduction (§7) ---------------------------------------------------------------------------------------------------------


def test_heads_push_each_other_apart_by_a_value_worked_out_by_hand():
    heads = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]], requires_grad=True)  # 5, 1 and √18 apart
    cost = objectives.head_separation_loss(heads, 6.0)
    assert cost.item() == pytest.approx((6 - 5) + (6 - 1) + (6 - math.sqrt(18)), rel=1e-6)
    (gradient,) = torch.autograd.grad(cost, heads)
    # from the first head towards the two others, one unit each
    expected_gradient = np.array([0.6, 0.8]) + np.array([0.0, 1.0])
    np.testing.assert_allclose(gradient[0], expected_gradient, atol=1e-5)
    assert objectives.head_separation_loss(heads, 1.0).item() == pytest.approx(0, abs=1e-6), (
        "all are that far apart already"
    )


def test_heads_that_are_pushed_end_as_far_apart_as_they_should():
    heads = torch.randn(6, 2, generator=torch.Generator().manual_seed(0), requires_grad=True)
    for _ in range(400):
        heads.data -= 0.05 * torch.autograd.grad(objectives.head_separation_loss(heads, 4.0), heads)[0]
    assert torch.pdist(heads).min() > 3.9


@pytest.mark.parametrize("labels", [None, 0])
def test_the_code_is_the_head_of_the_content_plus_the_style(labels):
    t = Training(toy_config("reduction", labels=labels, latent_dim=3), toy_data_set())
    model, x = t.model, torch.rand(6, 1, 4, 4)
    k = CLASSES if labels is None else 5
    assert model.heads.shape == (k, 3)
    h, heads = model.encoder(x).detach().numpy(), model.heads.detach().numpy()
    y = softmax(h[:, :k])
    np.testing.assert_allclose(model.encode(x).detach(), y @ heads + h[:, k:], atol=1e-5)
    np.testing.assert_allclose(model.classify(x).detach(), y, atol=1e-6)
    style, content = np.float32([[0.5, -1, 2]]), np.eye(k, dtype=np.float32)[[1]]
    placed = model.add_heads(torch.tensor(style), torch.tensor(content)).detach()
    np.testing.assert_allclose(placed, heads[[1]] + style, atol=1e-6)
    with pytest.raises(ConfigError, match="takes no content"):
        model.decode(torch.zeros(1, 3), torch.eye(k)[:1])


def test_the_reduction_s_cost_is_the_reconstruction_and_the_separation():
    t = Training(toy_config("reduction", separation=50.0), toy_data_set())
    x, model = t.current_batch().x, t.model
    decoded = model.decoder(model.encode(x)).sigmoid()
    head_distances = torch.pdist(model.heads)
    expected = 0.5 * (x - decoded).square().sum() / 8 + (50 - head_distances).sum()
    assert t_loss(t, "reconstruction") == pytest.approx(expected.item(), rel=1e-5)


def test_fixed_heads_lie_ten_out_on_an_axis_each_and_stay_there():
    t = Training(toy_config("reduction", heads="fixed", latent_dim=CLASSES), toy_data_set())
    assert torch.equal(t.model.heads, 10 * torch.eye(CLASSES))
    before = parameters_by_part(t.model)
    list(fit(t))
    assert changed_parts(before, t.model) == set(before) - {"heads"}
    with pytest.raises(ConfigError, match="latent_dim must be 3, one for each content, not 2"):
        Training(toy_config("reduction", heads="fixed"), toy_data_set())
    with pytest.raises(ConfigError, match="Heads belong to the variant reduction"):
        toy_config("aae", heads="fixed")


# The label-informed one (§2.3) ----------------------------------------------------------------------------------------------


def test_d_is_told_the_class_in_one_of_a_slot_more_than_classes():
    model = Training(toy_config("label-informed"), toy_data_set()).model
    assert model.discriminator[0].in_features == 2 + CLASSES + 1
    z = torch.randn(4, 2)
    y = torch.tensor([[1.0, 0, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0]])
    output = torch.tensor([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]])  # the last slot: unlabelled
    judged = model.discriminator(torch.cat([z, output], dim=1)).squeeze(1)
    torch.testing.assert_close(model.discriminator_logits(z, y), judged)
    places = model.prior.sample_region(torch.tensor([2, 0, 1, 1]), torch.Generator().manual_seed(0))
    lies_in = torch.eye(CLASSES)[model.prior.region_numbers(places)]
    # no code without a label was ever met
    torch.testing.assert_close(model.discriminator_logits(places), model.discriminator_logits(places, lies_in))
    few = Training(toy_config("label-informed", labels=6), toy_data_set()).model
    torch.testing.assert_close(few.discriminator_logits(z), few.discriminator_logits(z, torch.zeros(4, CLASSES)))
    assert len({round(v, 6) for v in model.discriminator_logits(z[:1].expand(4, 2), y).tolist()}) == 4, (
        "every slot is heard"
    )


@pytest.mark.parametrize("prior", ["mixture", "swiss-roll"])
def test_the_real_samples_come_from_the_region_of_the_class_that_d_is_told(prior):
    t = Training(toy_config("label-informed", **{"prior.name": prior}), toy_data_set())
    condition = torch.eye(CLASSES)[torch.arange(600) % CLASSES]
    outcome = t.model.prior.region_numbers(t.sample_prior(600, condition))
    assert (outcome == condition.argmax(1)).float().mean() > 0.99  # petals overlap a little
    anywhere = t.model.prior.region_numbers(t.sample_prior(3000, torch.zeros(3000, CLASSES)))
    assert (torch.bincount(anywhere, minlength=CLASSES) / 3000).tolist() == pytest.approx([1 / 3] * 3, abs=0.05)


def test_unlabelled_samples_fall_into_parts_as_often_as_p():
    cells = np.zeros((64, 64))
    cells[:, :10] = 15 + 16  # class 0: 9,600 of 10,000 parts of the mass
    cells[:, 20:25], cells[30:32, 40:44] = 1 + 16 * 2, 10 + 16 * 3  # class 1: 320; class 2: 80
    text = painting.format_painting(cells.astype(np.uint8).tobytes())
    config = toy_config("label-informed", labels=6, **{"prior.name": "painted", "prior.painting": text})
    t, n = Training(config, toy_data_set()), 4000
    condition = torch.zeros(n, CLASSES)
    condition[: n // 2, 2] = 1
    regions = t.model.prior.region_numbers(t.sample_prior(n, condition))
    assert (regions[: n // 2] == 2).all(), "labels that are known are still told apart"
    shares = torch.bincount(regions[n // 2 :], minlength=CLASSES) / (n // 2)
    assert shares.tolist() == pytest.approx([0.96, 0.032, 0.008], abs=0.015)


ROLL = {  # a curve is thin: D needs wider nets for it than for petals, and some noise, or it tells every code from it
    "prior.name": "swiss-roll",
    "discriminator_noise": 0.2,
    "network.discriminator": (64, 64),
    "optimiser.kind": "adam",
    "optimiser.reconstruction_rate": 1e-3,
    "optimiser.discrimination_rate": 2e-3,
    "optimiser.generation_rate": 1e-3,
    "optimiser.adversarial_momentum": 0.5,
}


@mark_for_ci
@pytest.mark.parametrize(
    ("prior", "labels"),
    [
        ({}, 120),
        pytest.param({}, None, marks=pytest.mark.thorough),
        (ROLL, None),
        pytest.param(ROLL, 180, marks=pytest.mark.thorough),
    ],
    ids=["petals 120", "petals", "roll", "roll 180"],
)
def test_the_codes_of_a_class_come_to_lie_in_its_region(prior, labels):
    t = Training(
        toy_config("label-informed", epochs=40, labels=labels, batch_size=20, seed=1, **prior), toy_data_set(n=240)
    )
    list(fit(t))
    fresh = toy_data_set(n=90, seed=9).train
    region = t.model.prior.region_numbers(inference.encode_all(t.model, fresh.images)).numpy()
    assert (region == fresh.labels).mean() > 0.9


# Two views of an image ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["clustering", "reduction"])
def test_of_two_views_one_gives_the_content_and_the_other_the_style(variant):
    label_settings = {"labels": 0} if variant == "reduction" else {}
    t = Training(toy_config(variant, views=2, input_shift=1, input_noise=0.1, **label_settings), toy_data_set())
    batch, encoder_calls, decoder_inputs = t.current_batch(), [], []
    t.net.encoder.register_forward_hook(lambda net, inputs, h: encoder_calls.append((inputs[0], h.detach())))
    t.net.decoder.register_forward_hook(lambda net, inputs, output: decoder_inputs.append(inputs[0].detach()))
    training_phases.reconstruction_cost(t, batch)
    (first, of_first), (second, of_second) = encoder_calls
    assert torch.equal(first, batch.x_altered) and not torch.equal(first, second)
    y, z = of_first[:, :5].softmax(1), of_second[:, 5:]
    expected = torch.cat([y, z], dim=1) if variant == "clustering" else y @ t.model.heads.detach() + z
    torch.testing.assert_close(decoder_inputs[0], expected)


@pytest.mark.parametrize("passes", ["strict", "shared"])
def test_agreement_of_two_views_lowers_the_cost_by_its_weight(passes):
    altered = {"views": 2, "input_shift": 1, "passes": passes}
    costs, contents = [], []
    for weight in (0.0, 3.0):
        t = Training(toy_config("clustering", view_agreement=weight, **altered), toy_data_set())
        t.net.encoder.register_forward_hook(lambda net, inputs, h: contents.append(h.detach()[:, :5].softmax(1)))
        costs.append(training_phases.reconstruction_cost(t, t.current_batch()).item())
    first_content, second_content = contents[2:]
    mean = torch.cat([first_content, second_content]).mean(0)
    agreement = (first_content * second_content).sum(1).log().mean() - (mean * mean.log()).sum()
    assert costs[0] - costs[1] == pytest.approx(3 * agreement.item(), rel=1e-3)


def test_from_its_epoch_on_a_tenth_of_the_entropy_of_the_contents_is_left():
    settings = {"views": 2, "input_shift": 1, "batch_size": 8, "view_agreement": 3.0, "even_until": 1.0}
    t, costs, contents = Training(toy_config("clustering", **settings), toy_data_set(n=40)), [], []
    t.net.encoder.register_forward_hook(lambda net, inputs, h: contents.append(h.detach()[:, :5].softmax(1)))
    batch, state = t.current_batch(), t.rng.get_state()
    for epoch in (1 - 1 / t.steps_per_epoch, 1):
        t.step = round(epoch * t.steps_per_epoch)
        t.rng.set_state(state)
        costs.append(training_phases.reconstruction_cost(t, batch).item())
    mean = torch.cat(contents[:2]).mean(0)
    assert torch.equal(contents[0], contents[2]), "the same views"
    assert costs[1] - costs[0] == pytest.approx(3 * 0.9 * -(mean * mean.log()).sum().item(), rel=1e-3)


@pytest.mark.parametrize("second_view", ["altered", "unaltered"])
def test_two_views_without_a_content_agree_on_the_component_of_the_mixture(second_view):
    mixture = {"prior.name": "mixture", "prior.components": 3, "labels": 9, "views": 2, "input_shift": 1}
    costs, codes = [], []
    for weight in (1.0, 4.0):
        settings = {**mixture, "second_view": second_view, "view_agreement": weight}
        t = Training(toy_config("label-informed", **settings), toy_data_set())
        t.net.encoder.register_forward_hook(lambda net, inputs, h: codes.append(h.detach()))
        costs.append(training_phases.reconstruction_cost(t, t.current_batch()).item())
    first, second = (p_of_k(z) for z in codes[2:])
    mean = torch.cat([first, second]).mean(0)
    agreed = (first * second).sum(1).log().mean() - (mean * mean.log()).sum()
    assert costs[0] - costs[1] == pytest.approx(3 * agreed.item(), rel=1e-3)


def p_of_k(z):
    """p(k|z) of three petals, by scipy."""
    density = np.stack([petal(k, components=3).pdf(z.numpy()) for k in range(3)], axis=1)
    return torch.from_numpy(density / density.sum(1, keepdims=True))


# Each content decoded apart ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("variant", ["clustering", "reduction", "semi-supervised"])
def test_each_content_apart_costs_what_a_loop_over_all_contents_says(variant, cost):
    label_settings = {} if variant == "clustering" else {"labels": 6}
    t = Training(
        toy_config(
            variant, content_decoded="each", content_smoothing=0.25, cost=cost, separation=1.0, **label_settings
        ),
        toy_data_set(),
    )
    batch, model = t.current_batch(), t.model
    reconstruction_cost = training_phases.reconstruction_cost(t, batch)
    z, y = model.infer(batch.x_altered)
    expected = 0.0
    for k in range(model.contents):
        content = F.one_hot(torch.full((len(z),), k), model.contents).float()
        code = z + model.heads[k] if variant == "reduction" else z
        x_hat = model.decode(code, None if variant == "reduction" else content)
        if cost == "squared-error":
            image_costs = 0.5 * (batch.x - x_hat).square().flatten(1).sum(1)
        else:
            image_costs = F.binary_cross_entropy(x_hat, batch.x, reduction="none").flatten(1).sum(1)
        expected = expected + (0.75 * y[:, k] + 0.25 / model.contents) * image_costs
    expected = expected.mean()
    if variant == "reduction":
        expected = expected + sum(
            (1 - torch.dist(*pair)).clamp(min=0) for pair in itertools.combinations(model.heads, 2)
        )
    torch.testing.assert_close(reconstruction_cost, expected, rtol=1e-4, atol=1e-3)


def test_each_content_apart_teaches_every_head_and_weighs_it_by_q():
    """With the whole weight on one content, mixed and apart are the same; a shared weight reaches the others' decoder too."""
    gradients = {}
    for share in (0.0, 0.5):
        t = Training(toy_config("reduction", labels=0, content_decoded="each", content_smoothing=share), toy_data_set())
        x, z = t.current_batch().x, torch.zeros(len(t.current_batch().x), 2)
        y = F.one_hot(torch.zeros(len(x), dtype=torch.long), t.model.contents).float()
        cost = training_phases.expected_cost_over_contents(t, x, z, y)
        if not share:
            torch.testing.assert_close(cost, training_phases.cost_at_mixed_content(t, x, z, y))
        cost.sum().backward()
        gradients[share] = t.model.heads.grad.abs().sum(1)
    assert gradients[0.0][0] > 0 and not gradients[0.0][1:].any()
    assert (gradients[0.5] > 0).all()


@pytest.mark.parametrize("variant", ["clustering", "reduction"])
def test_what_each_content_apart_taught_is_shown_at_the_likeliest_content(variant):
    few = {"labels": 0} if variant == "reduction" else {}
    t = Training(toy_config(variant, content_decoded="each", **few), toy_data_set())
    x = t.current_batch().x
    z, y = t.model.infer_representative(x)
    assert 0.2 < y.max(1).values.min() < 0.9, "no probability is one or zero"
    surest = F.one_hot(y.argmax(1), t.model.contents).float()
    code = z + surest @ t.model.heads if variant == "reduction" else z
    torch.testing.assert_close(t.model.encode(x), code)
    logits = t.model.decoder_logits(code, None if variant == "reduction" else surest)
    torch.testing.assert_close(inference.reconstruction_logits(t.model, x, None), logits)


# D told the content ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["supervised", "clustering"])
def test_d_sees_sample_and_code_of_a_row_beside_the_same_content(variant):
    t = Training(toy_config(variant, discriminator_told="content", batch_size=40), toy_data_set())
    batch, d_inputs, inferred = t.current_batch(), [], []
    draw = t.net.infer_from_hidden
    t.net.infer_from_hidden = lambda h, rng: inferred.append(draw(h, rng)) or inferred[-1]
    t.net.discriminator.register_forward_hook(lambda net, inputs, output: d_inputs.append(inputs[0].detach()))
    t.set_learning_rates()
    training_step(t, batch)
    # the first codes are those of the reconstruction
    (d_phase_input, generation_input), (_, *inferred) = d_inputs, inferred
    conditions = [batch.y if y is None else y.detach() for _, y in inferred]
    assert (
        torch.equal(d_phase_input[:40, 2:], conditions[0])
        and torch.equal(d_phase_input[40:, 2:], conditions[0])
        and torch.equal(generation_input[:, 2:], conditions[1])
    )
    codes = [z.detach() for z, _ in inferred]
    assert torch.equal(d_phase_input[40:, :2], codes[0]) and torch.equal(generation_input[:, :2], codes[1])
    assert not torch.equal(d_phase_input[:40, :2], codes[0]), "the samples of the prior are others"


def test_no_encoder_gradient_goes_through_ds_content():
    t = Training(toy_config("clustering", discriminator_told="content"), toy_data_set())
    z, y = torch.randn(8, 2), torch.rand(8, t.model.contents).requires_grad_()
    with torch.no_grad():
        t.model.content_discriminator[0].weight.zero_()  # what D_y says has its own way to y
    training_phases.generation_cost(t, t.current_batch(), z.requires_grad_(), y).backward()
    assert z.grad.abs().sum() > 0 and y.grad.abs().sum() == 0


def test_d_told_the_content_judges_no_code_without():
    model = Training(toy_config("clustering", clusters=4, discriminator_told="content"), toy_data_set()).model
    z = torch.randn(30, 2)
    with pytest.raises(
        ConfigError, match="D's condition is the content of each style, so it cannot judge a code without one"
    ):
        model.discriminator_logits(z)
    logits = [model.discriminator_logits(z, torch.eye(4)[[k] * 30]) for k in range(4)]
    by_hand = model.discriminator(torch.cat([z, torch.eye(4)[[2] * 30]], dim=1))[:, 0]
    torch.testing.assert_close(logits[2], by_hand)
    assert (logits[0] - logits[1]).abs().max() > 1e-3, "what D is told matters"


@pytest.mark.parametrize("variant", ["supervised", "clustering"])
def test_d_told_the_content_is_measured_beside_it(variant):
    """Codes of class k lie at k alone, and D knows it; where they lie at the next class instead, it takes them for samples."""
    data = toy_data_set(n=240)
    model = Training(toy_config(variant, latent_dim=1, clusters=CLASSES, discriminator_told="content"), data).model

    class KnowingDiscriminator(torch.nn.Module):
        def forward(self, d_input):
            return 1 - 2.0 * ((d_input[:, :1] - d_input[:, 1:].argmax(1, keepdim=True)).abs() < 0.01)

    model.discriminator = KnowingDiscriminator()
    for shift, expected in ((0, 1), (1, 0.5)):

        def infer(x, generator=None, shift=shift):
            k = x[:, 0].sum(2)[:, :CLASSES].argmax(1)
            y = F.one_hot(k, CLASSES).float() if variant == "clustering" else None
            return ((k + shift) % CLASSES)[:, None].float(), y

        model.infer = infer
        assert protocols.measure_metrics(model, data, is_quick=True)["discriminator_accuracy"] == pytest.approx(
            expected, abs=0.02
        )


def test_regions_must_be_as_many_as_classes():
    with pytest.raises(ConfigError, match="prior.components must be 3, the number of classes .* not 10"):
        Training(toy_config("label-informed", **{"prior.components": 10}), toy_data_set())


# Samples --------------------------------------------------------------------------------------------------------------------


def model_and_samples(variant, n=900, **settings):
    model = Training(toy_config(variant, **settings), toy_data_set()).model
    return model, model.sample(n, torch.Generator().manual_seed(7))


def test_without_content_a_sample_is_one_of_the_prior():
    model, (z, y) = model_and_samples("aae")
    assert y is None and torch.equal(z, model.prior.sample(900, torch.Generator().manual_seed(7)))


@pytest.mark.parametrize(("variant", "k"), [("supervised", 3), ("semi-supervised", 3), ("clustering", 5)])
def test_with_content_a_sample_has_every_content_alike(variant, k):
    model, (z, y) = model_and_samples(variant)
    assert z.shape == (900, 2) and y.shape == (900, k) and (y.sum(1) == 1).all()
    assert y.mean(0).tolist() == pytest.approx([1 / k] * k, abs=0.05)
    assert model.decode(z, y).shape == (900, 1, 4, 4)


@pytest.mark.parametrize(("labels", "k"), [(None, 3), (0, 5)])
def test_a_sample_of_a_reduction_lies_around_the_heads_alike(labels, k):
    model, (z, y) = model_and_samples("reduction", labels=labels, latent_dim=4, **{"prior.scale": 0.01})
    assert y is None, "its decoder takes no content"
    distances = torch.cdist(z, model.heads.detach())
    assert distances.min(1).values.max() < 0.1
    share = torch.bincount(distances.argmin(1), minlength=k) / 900
    assert share.tolist() == pytest.approx([1 / k] * k, abs=0.05)


# What a variant has not ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["aae", "label-informed", "supervised", "vae", "ae"])
def test_without_an_inferred_content_there_is_no_classifier(variant):
    model = Training(toy_config(variant), toy_data_set()).model
    with pytest.raises(ConfigError, match=rf"{variant} infers no content"):
        model.classify(torch.rand(2, 1, 4, 4))
    z, y = model.infer_representative(torch.rand(2, 1, 4, 4))
    assert z.shape == (2, 2) and y is None


@pytest.mark.parametrize("variant", ["label-informed", "supervised", "semi-supervised", "reduction"])
def test_labels_missing_in_a_variant_that_needs_them_are_said(variant):
    with pytest.raises(ConfigError, match=f"variant {variant} needs labels, and the data set .* has no classes; "):
        Training(toy_config(variant), toy_data_set(labelled=False))
    if variant != "reduction":
        with pytest.raises(ConfigError, match="needs labels; without any, choose the variant"):
            toy_config(variant, labels=0)


def test_a_reduction_without_labels_finds_clusters_on_data_without_classes():
    t = Training(toy_config("reduction", labels=0), toy_data_set(labelled=False))
    assert list(training_step(t, t.current_batch())) == list(ADVERSARIAL_PHASES) and t.model.contents == 5


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_number_of_parameters_is_known_without_drawing_one(variant):
    with torch.device("meta"):
        counted = sum(p.numel() for p in Model(toy_config(variant), (1, 4, 4), CLASSES).parameters())
    assert counted == sum(p.numel() for p in Training(toy_config(variant), toy_data_set()).model.parameters())


# Without an adversary ----------------------------------------------------------------------------------------------------


def weights_after(steps=5, **settings):
    t = Training(toy_config(**settings, steps=steps), toy_data_set())
    for _ in fit(t):
        pass
    return {name: [value.tolist() for value in values] for name, values in parameters_by_part(t.model).items()}


def test_an_info_vae_with_alpha_0_and_lambda_1_is_the_vae_bit_for_bit():
    """Its MMD² has the weight α + λ − 1 = 0; and with α = 1 − β, λ = β it is the β-VAE (Zhao et al., §3.2)."""
    vae, info_vae = weights_after(variant="vae"), weights_after(variant="info-vae", prior_weight=1, alpha=0)
    assert info_vae == vae
    assert weights_after(variant="info-vae", prior_weight=4, alpha=-3) == weights_after(variant="vae", beta=4) != vae
    assert weights_after(variant="info-vae", prior_weight=2, alpha=0) != vae


def test_the_gradient_of_an_info_vae_is_the_weighted_sum_of_its_parts():
    t = Training(toy_config(variant="info-vae", prior_weight=5, alpha=0.25), toy_data_set())
    batch = t.current_batch()
    own = {"reconstruction": 1.0, "kl": 0.75, "mmd": 4.25}
    assert t.prior_weights == {name: weight for name, weight in own.items() if name != "reconstruction"}
    parameters = list(t.model.parameters())

    def gradients(weights):
        """Of a sum of the reconstruction, KL and MMD², all on the same draws, written down here."""
        t.rng.manual_seed(0)
        mu, log_variance = t.model.posterior_moments(batch.x_altered)
        z = mu + (0.5 * log_variance).exp() * torch.randn(mu.shape, generator=t.rng)
        prior = t.model.prior.sample(100 * len(z), t.rng)[: len(z)]
        kl = (0.5 * (mu**2 + log_variance.exp() - 1 - log_variance)).sum() / len(z)
        gradient_by_name = {
            "reconstruction": F.binary_cross_entropy_with_logits(t.model.decoder_logits(z), batch.x, reduction="sum")
            / len(z),
            "kl": kl,
            "mmd": objectives.mmd2(z, prior, t.model.prior.spread),
        }
        return torch.autograd.grad(sum(weight * gradient_by_name[name] for name, weight in weights.items()), parameters)

    t.rng.manual_seed(0)
    cost = training_phases.reconstruction_cost(t, batch)
    for mine, theirs in zip(torch.autograd.grad(cost, parameters), gradients(own), strict=True):
        torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("variant", ["wae-mmd", "sliced-wasserstein"])
def test_the_distance_pulls_the_codes_to_the_prior_by_its_weight(variant):
    """With a weight of 0 it is the autoencoder bit for bit; with a large one the codes' means come to the prior's."""
    assert weights_after(variant=variant, prior_weight=0) == weights_after(variant="ae")
    t = Training(toy_config(variant=variant, prior_weight=100, steps=150, epochs=99), toy_data_set())
    before = inference.encode_all(t.model, toy_data_set().train.images).numpy()
    for _ in fit(t):
        pass
    after = inference.encode_all(t.model, toy_data_set().train.images).numpy()
    assert np.abs(after.mean(0)).max() < 0.35 and np.all(np.abs(after.std(0) - 1) < 0.5), (before.std(0), after.std(0))
