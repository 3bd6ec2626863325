"""The traps in which public replications of the paper were caught: none is set here, and each would be noticed.

Every test holds twice: its check passes as things are, and fails once the trap is set on purpose.
"""

import contextlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.toy_models import CLASSES, parameters_by_part, softmax, toy_config, toy_data_set
from torch import nn
from torch.nn import functional

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.data.built_in import glyphs
from aae_core.data.sets import DataSet, Split
from aae_core.evaluation import clustering, code_metrics, protocols
from aae_core.models import inference, objectives
from aae_core.models.model import Model
from aae_core.models.priors import independent, mixture
from aae_core.training import optimisation, phases, training
from aae_core.training.loop import fit
from aae_core.training.phases import training_step
from aae_core.training.training import Training


def springs(check, *args):
    """The check notices the trap that was just set."""
    with pytest.raises(AssertionError):
        check(*args)


# A mean over pixels where the paper sums ------------------------------------------------------------------------------------


def the_decoder_learns_by_the_paper_s_recipe():
    """After 150 steps it is nearly as good as the best single image, which a hundred and fifty more would leave behind."""
    train, test = (Split(*glyphs.generate_glyphs(n, seed)) for seed, n in enumerate((600, 200)))
    data = DataSet("glyphs", "Glyphs", train, test, glyphs.GLYPH_CLASSES)
    nets = {"network.hidden": (64,), "network.discriminator": (16,)}
    t = Training(configure("paper", data="glyphs", steps=150, threads=1, **nets), data)
    list(fit(t))
    x = test.images.reshape(200, -1) / 255
    best_single = 0.5 * ((x - x.mean(0)) ** 2).sum(1).mean()  # 19.5; a grey image has 98
    reconstruction = protocols.evaluate(t.model, data, "reconstruction")["reconstruction"]
    assert reconstruction["reconstruction"] < 1.1 * best_single


def test_a_mean_over_pixels_under_the_paper_s_recipe(monkeypatch):
    the_decoder_learns_by_the_paper_s_recipe()
    summed = objectives.IMAGE_COSTS["squared-error"]
    mean = replace(summed, value=lambda x, logits: summed.value(x, logits) / (x[0].numel() / 2))
    monkeypatch.setitem(objectives.IMAGE_COSTS, "squared-error", mean)
    springs(the_decoder_learns_by_the_paper_s_recipe)


# Cross-entropy on softmax outputs -------------------------------------------------------------------------------------------


def the_cross_entropy_is_of_logits():
    t = Training(toy_config("semi-supervised", labels=6), toy_data_set())
    x, y = t.current_batch().labelled
    p = softmax(t.model.encoder(x).detach().numpy()[:, :CLASSES])
    assert phases.classification_step(t, t.current_batch()).item() == pytest.approx(
        -np.log((p * y.numpy()).sum(1)).mean(), rel=1e-5
    )


def test_cross_entropy_on_softmax_outputs(monkeypatch):
    the_cross_entropy_is_of_logits()
    sure = torch.tensor([[30.0, 0.0, 0.0]])
    right = torch.tensor([[1.0, 0.0, 0.0]])
    assert (
        objectives.classification_loss(sure, right)
        < 1e-6
        < 0.5
        < objectives.classification_loss(sure.softmax(1), right)
    )
    split = Model.split_posterior_and_content_logits
    monkeypatch.setattr(
        Model, "split_posterior_and_content_logits", lambda self, h: (split(self, h)[0], split(self, h)[1].softmax(1))
    )
    springs(the_cross_entropy_is_of_logits)


# A prior reseeded on every call ---------------------------------------------------------------------------------------------


def no_sample_of_the_prior_comes_twice(variant):
    t = Training(toy_config(variant, epochs=4), toy_data_set())
    prior_samples, judge = [], t.net.discriminator_logits

    def record_samples(z, y=None):
        if len(z) == 2 * t.batch_size:  # D's own phase: the prior's samples, then the codes
            prior_samples.append(z[: t.batch_size].detach().clone())
        return judge(z, y)

    t.net.discriminator_logits = record_samples
    list(fit(t))
    real = torch.cat(prior_samples)
    assert len(real) == 20 * 8
    assert len(real.unique(dim=0)) == len(real)


@pytest.mark.parametrize("variant", ["aae", "label-informed"])
def test_a_prior_reseeded_on_every_call(variant, monkeypatch):
    monkeypatch.setattr(training, "MAX_STEPS_AHEAD", 3)
    no_sample_of_the_prior_comes_twice(variant)
    kind, name = (mixture.Mixture, "sample_region") if variant == "label-informed" else (independent.Gaussian, "_draw")
    draw = getattr(kind, name)

    def reseed_and_draw(self, n, generator, *rest):
        return draw(self, n, torch.Generator().manual_seed(0), *rest)

    monkeypatch.setattr(kind, name, reseed_and_draw)
    springs(no_sample_of_the_prior_comes_twice, variant)


def the_contents_for_real_differ_from_step_to_step():
    t = Training(toy_config("clustering"), toy_data_set())
    drawn = torch.stack([t.sample_content(40).argmax(1) for _ in range(12)])
    assert len(drawn.unique(dim=0)) == 12


def test_a_categorical_prior_reseeded_on_every_call(monkeypatch):
    the_contents_for_real_differ_from_step_to_step()
    content_sample = Training.sample_content

    def reseed_and_sample(self, n):
        self.rng.manual_seed(0)
        return content_sample(self, n)

    monkeypatch.setattr(Training, "sample_content", reseed_and_sample)
    springs(the_contents_for_real_differ_from_step_to_step)


# The label input silently dropped from D ------------------------------------------------------------------------------------


def d_is_told_every_label(labels):
    t = Training(toy_config("label-informed", labels=labels, batch_size=40), toy_data_set())
    batch, d_inputs = t.current_batch(), []
    t.net.discriminator.register_forward_hook(lambda net, inputs, output: d_inputs.append(inputs[0].detach()))
    before = t.model.discriminator[0].weight.detach().clone()
    t.set_learning_rates()
    training_step(t, batch)
    d_phase_input, generation_input = d_inputs
    label_slots = torch.cat([batch.y, 1 - batch.y.sum(1, keepdim=True)], dim=1)
    assert label_slots.argmax(1).bincount(minlength=CLASSES + 1)[CLASSES] == 40 - (labels or 40)
    assert torch.equal(d_phase_input[:40, 2:], label_slots), "beside the samples of the prior"
    assert torch.equal(d_phase_input[40:, 2:], label_slots) and torch.equal(generation_input[:, 2:], label_slots), (
        "beside the codes"
    )
    is_labelled = batch.y.any(1)
    assert (t.model.prior.region_numbers(d_phase_input[:40, :2]) == label_slots.argmax(1))[
        is_labelled
    ].float().mean() > 0.9
    used_slots = label_slots.any(0)
    assert (t.model.discriminator[0].weight != before)[:, 2:][:, used_slots].any(0).all(), "D learns from the slots"


@pytest.mark.parametrize("labels", [None, 12])
def test_the_label_input_silently_dropped_from_d(labels, monkeypatch):
    d_is_told_every_label(labels)
    monkeypatch.setattr(Training, "discriminator_condition", lambda self, batch, y: None)
    springs(d_is_told_every_label, labels)


# Batch norm pushing q(z) off-centre -----------------------------------------------------------------------------------------


def the_codes_lie_where_the_prior_does():
    """A gamma prior's middle lies at 2, so codes that are merely normalised lie elsewhere."""
    settings = {"network.normalise": "batch", "prior.name": "gamma", "batch_size": 40}
    t = Training(toy_config(epochs=60, seed=1, **settings), toy_data_set(n=240))
    list(fit(t))
    z = inference.encode_all(t.model, toy_data_set(n=240).train.images)
    assert (z.mean(0) - 2).abs().max() < 0.5


def test_batch_norm_pushing_q_off_centre(monkeypatch):
    the_codes_lie_where_the_prior_does()
    judge_of = Model.discriminator_logits

    def judge_normalised_codes(self, z, y=None):
        return judge_of(self, functional.batch_norm(z, None, None, training=True), y)

    def cost_of_separate_passes(t, batch, z, y):
        return objectives.discrimination_loss(
            t.net.discriminator_logits(t.sample_prior(len(z))), t.net.discriminator_logits(z)
        )

    monkeypatch.setattr(Model, "discriminator_logits", judge_normalised_codes)
    monkeypatch.setattr(phases, "discrimination_cost", cost_of_separate_passes)
    springs(the_codes_lie_where_the_prior_does)


@pytest.mark.parametrize("variant", VARIANTS)
def test_batch_norm_is_the_encoder_s_alone(variant):
    model = Training(toy_config(variant, **{"network.normalise": "batch"}), toy_data_set()).model
    normalised = {name.partition(".")[0] for name, layer in model.named_modules() if isinstance(layer, nn.BatchNorm1d)}
    assert normalised == {"encoder"}


# A last short batch ---------------------------------------------------------------------------------------------------------


def every_batch_is_full():
    t = Training(toy_config("semi-supervised", labels=21, batch_size=8), toy_data_set(n=43))
    left_out = []
    for epoch in range(2):
        epoch_images = set()
        for place in range(t.steps_per_epoch):
            t.step = epoch * t.steps_per_epoch + place
            batch = t.current_batch()
            assert len(batch.x) == len(batch.x_altered) == len(batch.labelled[0]) == len(batch.labelled[1]) == 8
            epoch_images |= {image.numpy().tobytes() for image in batch.x}
        assert len(epoch_images) == 40
        left_out.append({image.numpy().tobytes() for image in t.images.float().div_(255)} - epoch_images)
    assert left_out[0] != left_out[1], "the same images are never seen"


def test_a_last_short_batch(monkeypatch):
    every_batch_is_full()
    monkeypatch.setattr(Training, "steps_per_pass", property(lambda t: -(-len(t.images) // t.batch_size)))
    springs(every_batch_is_full)


def the_mean_is_over_images():
    model, data = Training(toy_config(), toy_data_set()).model, toy_data_set(n=43, seed=5)
    x = torch.from_numpy(data.test.images).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        by_hand = 0.5 * (x - model.decode(model.encode(x))).square().flatten(1).sum(1).mean().item()
    result = protocols.evaluate(model, data, "reconstruction")["reconstruction"]
    assert result["reconstruction"] == pytest.approx(by_hand, rel=1e-5)


def test_a_last_short_batch_of_what_is_measured(monkeypatch):
    monkeypatch.setattr(inference, "BATCH", 8)
    the_mean_is_over_images()
    true_cost = objectives.squared_error
    monkeypatch.setattr(objectives, "squared_error", lambda x, *args: true_cost(x, *args) * len(x) / 8)
    springs(the_mean_is_over_images)


# The learning-rate drop outside the loop ------------------------------------------------------------------------------------


def the_rates_drop_at_their_epochs(monkeypatch, passes):
    settings = {"labels": 6, "epochs": 4, "passes": passes, "optimiser.schedule": "1:0.5, 3:0.1"}
    t = Training(toy_config("semi-supervised", **settings), toy_data_set())
    names = {id(optimiser): phase for phase, optimiser in t.optimisers.items()}
    rates, descend = {phase: [] for phase in t.optimisers}, optimisation.Optimiser.descend

    def note_rate(self, loss):
        rates[names[id(self)]].append(self.rate)
        return descend(self, loss)

    with monkeypatch.context() as patch:
        patch.setattr(optimisation.Optimiser, "descend", note_rate)
        list(fit(t))
    factors = np.repeat([1, 0.5, 0.5, 0.1], 5)  # forty images in batches of eight
    full = {"reconstruction": 0.01, "discrimination": 0.1, "generation": 0.1, "classification": 0.1}
    moving = full if passes == "strict" else ("reconstruction", "discrimination")
    for phase in moving:
        assert rates[phase] == pytest.approx((full[phase] * factors).tolist())


@pytest.mark.parametrize("passes", ["strict", "shared"])
def test_the_learning_rate_drop_outside_the_loop(passes, monkeypatch):
    the_rates_drop_at_their_epochs(monkeypatch, passes)
    set_rates = Training.set_learning_rates
    monkeypatch.setattr(Training, "set_learning_rates", lambda t: None if t.step else set_rates(t))
    springs(the_rates_drop_at_their_epochs, monkeypatch, passes)


# D trained on detached and on live codes ------------------------------------------------------------------------------------


def d_learns_once_and_the_encoder_not_from_it(monkeypatch, passes):
    t, twin = (Training(toy_config("semi-supervised", labels=6, passes=passes), toy_data_set()) for _ in range(2))
    for value in (t, twin):
        value.set_learning_rates()
    batch, heard, cost = t.current_batch(), [], phases.discrimination_cost

    def note_gradients(t, batch, z, y):
        heard.extend([z.requires_grad, y.requires_grad])
        return cost(t, batch, z, y)

    with monkeypatch.context() as patch:
        patch.setattr(phases, "discrimination_cost", note_gradients)
        training_step(t, batch)
    assert heard == [False, False], "D's cost reaches into the encoder"
    if passes == "strict":
        phases.reconstruction_step(twin, batch)
        phases.discrimination_step(twin, batch)
    else:
        z, y = twin.model.infer(batch.x_altered)
        twin.descend("discrimination", cost(twin, batch, z.detach(), y.detach()))
    ours, theirs = parameters_by_part(t.model), parameters_by_part(twin.model)
    for name in ("discriminator", "content_discriminator"):
        assert all(map(torch.equal, ours[name], theirs[name])), f"{name} moved in another phase than its own"


@pytest.mark.parametrize(("passes", "phase"), [("strict", "generation"), ("shared", "reconstruction")])
def test_d_trained_on_detached_and_live_codes(passes, phase, monkeypatch):
    d_learns_once_and_the_encoder_not_from_it(monkeypatch, passes)
    with monkeypatch.context() as trap:
        phase_networks = (*training.PHASE_NETWORKS[phase], "discriminator", "content_discriminator")
        trap.setitem(training.PHASE_NETWORKS, phase, phase_networks)
        springs(d_learns_once_and_the_encoder_not_from_it, monkeypatch, passes)
    if passes == "shared":
        monkeypatch.setattr(phases, "detach_if_present", lambda y: y)
        springs(d_learns_once_and_the_encoder_not_from_it, monkeypatch, passes)


# Metrics in train mode ------------------------------------------------------------------------------------------------------


def what_is_measured_does_not_depend_on_the_mode():
    t = Training(toy_config("semi-supervised", labels=6, **{"network.normalise": "batch"}), toy_data_set(n=60))
    list(fit(t))
    data, calls = toy_data_set(n=50, seed=4), []
    before = {name: value.clone() for name, value in t.model.named_buffers()}
    for mode in (True, False):
        t.model.train(mode)
        calls.append(protocols.measure_metrics(t.model, data))
        calls[-1]["q"] = inference.classify_all(t.model, data.test.images[:7]).tolist()  # alone or among others
        assert all(module.training == mode for module in t.model.modules())
    assert calls[0] == calls[1]
    assert calls[0]["q"] == pytest.approx(inference.classify_all(t.model, data.test.images).numpy()[:7], abs=1e-6)
    assert all(torch.equal(before[name], value) for name, value in t.model.named_buffers()), "statistics moved"


def test_metrics_in_train_mode(monkeypatch):
    what_is_measured_does_not_depend_on_the_mode()

    @contextlib.contextmanager
    def keep_mode(model):
        with torch.no_grad():
            yield model

    for module in (inference, code_metrics):
        monkeypatch.setattr(module, "evaluation_mode", keep_mode)
    springs(what_is_measured_does_not_depend_on_the_mode)


# Accuracy measured on the data that named the clusters ----------------------------------------------------------------------


def no_test_image_names_a_cluster():
    """The training labels are all wrong by one and the clusters perfect, so whoever learnt their names there always errs."""
    true_data = toy_data_set(n=240)
    mislabelled_split = Split(true_data.train.images, (true_data.train.labels + 1) % CLASSES)
    data = DataSet("toy", "Toy", mislabelled_split, toy_data_set(n=90, seed=9).test, true_data.classes)
    model = Training(toy_config("clustering", clusters=CLASSES), data).model
    actual = protocols.measure_metrics(model, data) | protocols.evaluate(model, data, "clustering")["clustering"]
    assert actual["nmi"] == actual["ari"] == 1.0, "the clusters are not perfect"
    assert [actual[rule] for rule in ("cluster_error", "cluster_error_majority", "cluster_error_matching")] == [1, 1, 1]
    assert protocols.measure_metrics(model, data, is_quick=True)["cluster_error"] == 0, "as no test image is looked at"
    return data


def test_accuracy_measured_on_the_data_that_named_the_clusters(monkeypatch):
    def by_the_brightest_row(model, images):
        return np.asarray(images, np.float64)[:, :CLASSES].mean((2, 3))

    monkeypatch.setattr(clustering, "log_content_probabilities", by_the_brightest_row)
    data, clusters = no_test_image_names_a_cluster(), clustering.score_model_clusters
    monkeypatch.setattr(
        clustering, "score_model_clusters", lambda model, train, *rest: clusters(model, data.test, *rest)
    )
    springs(no_test_image_names_a_cluster)


def neighbours_vote_from_the_training_set():
    true_data = toy_data_set(n=240)
    mislabelled_split = Split(true_data.train.images, (true_data.train.labels + 1) % CLASSES)
    data = DataSet("toy", "Toy", mislabelled_split, toy_data_set(n=90, seed=9).test, true_data.classes)
    t = Training(toy_config("ae", epochs=20), data)
    list(fit(t))
    assert protocols.measure_metrics(t.model, data)["knn_accuracy"] < 0.1


def test_accuracy_of_neighbours_that_were_asked_about_themselves(monkeypatch):
    neighbours_vote_from_the_training_set()
    knn = code_metrics.knn_accuracy
    monkeypatch.setattr(code_metrics, "knn_accuracy", lambda train_z, train_y, z, y: knn(z, y, z, y))
    springs(neighbours_vote_from_the_training_set)
