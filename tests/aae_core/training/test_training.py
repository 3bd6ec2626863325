import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.environment import mark_for_ci
from helpers.toy_models import NAMES, copy_parameters, has_same_parameters, toy_config, toy_data_set
from scipy import ndimage

from aae_core.config.configuration import configure
from aae_core.config.variants import PHASES, VARIANTS
from aae_core.errors import ConfigError, TrainingError
from aae_core.models import networks
from aae_core.training import augmentation, loop, phases, training
from aae_core.training.loop import fit
from aae_core.training.phases import PHASE_STEPS, training_step
from aae_core.training.training import Training

ADVERSARIAL = PHASES[:3]


def test_the_phases_come_in_the_papers_order():
    t = Training(toy_config(), toy_data_set())
    assert list(training_step(t, t.current_batch())) == ["reconstruction", "discrimination", "generation"]
    vae = Training(toy_config(variant="vae"), toy_data_set())
    assert list(training_step(vae, vae.current_batch())) == ["reconstruction"]


@pytest.mark.parametrize(("posterior", "passes"), [("deterministic", 2), ("gaussian", 2), ("universal", 3)])
@pytest.mark.parametrize(
    ("kind", "taught"),
    [
        ("mlp", {}),
        ("mlp", {"variant": "semi-supervised", "labels": 6}),
        ("pyramid", {"variant": "semi-supervised", "labels": 6}),
    ],
)
def test_a_step_is_its_phases_and_reuses_an_encoder_that_stood_still(kind, taught, posterior, passes):
    settings = {"posterior": posterior, "network.kind": kind, "network.normalise": "batch", "discriminator_noise": 0.1}
    t, twin = (Training(toy_config(**taught, **settings), toy_data_set(side=7)) for _ in range(2))
    encoder_calls = []
    t.net.encoder.register_forward_hook(lambda *_: encoder_calls.append(1))
    for _ in range(3):
        losses, batch = training_step(t, t.current_batch()), twin.current_batch()
        with networks.updating_running_statistics(twin.net):
            phase_losses = [PHASE_STEPS["reconstruction"](twin, batch)]
        phase_losses += [PHASE_STEPS[phase](twin, batch) for phase in twin.phases[1:]]
        assert list(losses.values()) == phase_losses
    assert len(encoder_calls) == 3 * (passes + bool(taught)), "reconstruction, the adversary, the labelled mini-batch"
    assert all(
        torch.equal(a, b) for a, b in zip(t.state_tensors().values(), twin.state_tensors().values(), strict=True)
    )


@pytest.mark.parametrize("phase", ADVERSARIAL)
def test_a_phase_alone_is_plain_gradient_descent_on_its_cost(phase):
    """Against an update written out by hand: p ← p − rate · ∂cost/∂p, the prior as real and the codes as fake."""
    rates = {f"optimiser.{name}_rate": 0.05 for name in ADVERSARIAL}
    settings = {"optimiser.momentum": 0, "optimiser.adversarial_momentum": 0, "optimiser.clip": 0, **rates}
    t = Training(toy_config(**settings), toy_data_set())
    t.set_learning_rates()
    batch, model = t.current_batch(), copy.deepcopy(t.model)
    real = model.prior.sample(8, generator=torch.Generator().manual_seed(t.config.seed + 1))
    z = model.encoder(batch.x)
    x_hat, d_fake = torch.sigmoid(model.decoder(z)), torch.sigmoid(model.discriminator(z))
    d_real = torch.sigmoid(model.discriminator(real))
    cost, nets = {
        "reconstruction": (0.5 * ((batch.x - x_hat) ** 2).sum() / 8, [model.encoder, model.decoder]),
        "discrimination": (-(d_real.log().mean() + (1 - d_fake).log().mean()), [model.discriminator]),
        "generation": (-d_fake.log().mean(), [model.encoder]),
    }[phase]
    expected = {}
    for name, net in model.named_children():
        if net in nets:
            grads = torch.autograd.grad(cost, list(net.parameters()), retain_graph=True)
            expected[name] = [p - 0.05 * g for p, g in zip(net.parameters(), grads, strict=True)]
    loss = PHASE_STEPS[phase](t, batch)
    assert loss.item() == pytest.approx(cost.item(), rel=1e-5)
    for name, values in expected.items():
        torch.testing.assert_close(
            copy_parameters(getattr(t.model, name)), [v.detach() for v in values], rtol=1e-5, atol=1e-7
        )


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    runs = []
    for seed in (1, 1, 2):
        t = Training(
            toy_config(seed=seed, posterior="gaussian", input_noise=0.1, discriminator_noise=0.1), toy_data_set()
        )
        list(fit(t))
        runs.append(copy_parameters(t.model))
    assert all(torch.equal(a, b) for a, b in zip(runs[0], runs[1], strict=True))
    assert not torch.equal(runs[0][0], runs[2][0])


def resumes_exactly(config, side=4):
    """A training stopped within an epoch and resumed ends in the state of one that was not, bit by bit."""
    undisturbed = Training(config, toy_data_set(side=side))
    list(fit(undisturbed))
    first = Training(config, toy_data_set(side=side))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "REPORT_SECONDS", 1e9)  # the report comes after ten steps, however slow they are
        next(fit(first))
    assert first.step % first.steps_per_epoch, "the test is to stop within an epoch"
    second = Training(config, toy_data_set(side=side))
    second.load_state(first.state_tensors())
    list(fit(second))
    a, b = undisturbed.state_tensors(), second.state_tensors()
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a if name != "seconds")


@pytest.mark.parametrize("kind", ["sgd", "adam"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_resuming_in_the_middle_of_an_epoch_is_bit_exact(variant, kind):
    labels = {} if VARIANTS[variant].labels == "nowhere" else {"labels": 9}
    noisy = {"input_noise": 0.1, "input_dropout": 0.1, "input_shift": 1, "batch_size": 6, "optimiser.kind": kind}
    noisy |= {"augment": "on", "input_affine": 0.1}
    config = toy_config(variant, **noisy, **labels)
    resumes_exactly(config)


def test_an_epoch_shows_every_image_once_and_the_next_in_another_order():
    data = toy_data_set(n=40)
    t = Training(toy_config(batch_size=8), data)
    assert (t.steps_per_epoch, t.total_steps) == (5, 15)
    batches = []
    for t.step in range(10):
        batches.append(t.current_batch().x)
    epochs = torch.cat(batches).flatten(1).split(40)
    everything = torch.from_numpy(data.train.images).float().flatten(1) / 255
    for epoch in epochs:
        assert sorted(epoch.tolist()) == sorted(everything.tolist())
    assert not torch.equal(epochs[0], epochs[1])


def test_from_its_epoch_on_the_encoder_sees_the_images_as_they_are():
    settings = {
        "variant": "clustering",
        "views": 2,
        "input_shift": 1,
        "input_noise": 0.1,
        "clean_from": 1.0,
        "batch_size": 8,
    }
    t = Training(toy_config(**settings), toy_data_set(n=40))
    for number in range(2 * t.steps_per_epoch):
        t.step = number
        batch = t.current_batch()
        encoder_images = batch.x_altered, t.encoder_input(batch.x)
        assert [torch.equal(x, batch.x) for x in encoder_images] == [number >= t.steps_per_epoch] * 2


def test_a_batch_larger_than_the_data_takes_all_of_it():
    t = Training(toy_config(batch_size=1000), toy_data_set(n=12))
    assert (t.batch_size, t.steps_per_epoch) == (12, 1)


def test_labels_left_out_are_rows_of_zeros_and_the_rest_balanced():
    t = Training(toy_config(variant="supervised", labels=6, batch_size=40), toy_data_set(n=40))
    y = t.current_batch().y
    assert y.sum(0).tolist() == [2, 2, 2]
    assert (y.sum(1) == 0).sum() == 34


def test_dropped_pixels_are_dark_and_the_rest_the_brighter():
    t = Training(toy_config(input_dropout=0.25), toy_data_set(n=400))
    batch = t.current_batch()
    share = (batch.x_altered == 0).float().mean() - (batch.x == 0).float().mean()
    assert share.item() == pytest.approx(0.25, abs=0.05)
    kept_pixels = batch.x_altered != 0
    torch.testing.assert_close(batch.x_altered[kept_pixels], (batch.x / 0.75)[kept_pixels])
    assert not torch.equal(t.current_batch().x_altered == 0, batch.x_altered == 0), "others the next time"


@pytest.mark.parametrize("height, width", [(9, 9), (12, 7)])
def test_mapped_images_are_interpolated_about_their_centre(height, width):
    """SciPy's affine transformation of each channel, in pixels, by the map that the generator gives."""
    images = np.random.default_rng(0).random((6, 2, height, width))
    actual = augmentation.apply_random_linear_map(
        torch.from_numpy(images), 0.3, torch.Generator().manual_seed(0)
    ).numpy()
    changes = 0.3 * (2 * torch.rand((6, 2, 2), generator=torch.Generator().manual_seed(0)).numpy() - 1)
    centre = (np.array([height, width]) - 1) / 2
    for image, mapped_image, change in zip(images, actual, changes, strict=True):
        inverse_map = (np.eye(2) + change)[::-1, ::-1]  # rows before columns
        for channel, mapped_channel in zip(image, mapped_image, strict=True):
            expected = ndimage.affine_transform(
                channel, inverse_map, centre - inverse_map @ centre, order=1, mode="nearest"
            )
            np.testing.assert_allclose(mapped_channel, expected, atol=1e-5)


def test_shifted_images_are_moved_one_by_one_and_edges_repeat():
    rng = np.random.default_rng(0)
    images = rng.random((200, 3, 5, 4), dtype=np.float32)
    moved_images = augmentation.shift_randomly(torch.from_numpy(images), 2, torch.Generator().manual_seed(0)).numpy()
    shifts = []
    for image, moved_image in zip(images, moved_images, strict=True):
        padded_image = np.pad(image, ((0, 0), (2, 2), (2, 2)), mode="edge")
        matching_shifts = [
            (up, left)
            for up in range(5)
            for left in range(5)
            if np.array_equal(padded_image[:, up : up + 5, left : left + 4], moved_image)
        ]
        assert len(matching_shifts) == 1
        shifts += matching_shifts
    assert len(set(shifts)) == 25, "every way to move by at most two pixels"


def ways_to(altered_image, image, max_shift):
    """The ways (mirrored, up, left) in which numpy makes `altered_image` of an image C×H×W, edges repeated."""
    height, width = image.shape[1:]
    ways = []
    for mirrored in (False, True):
        padded_image = np.pad(
            image[:, :, ::-1] if mirrored else image,
            ((0, 0), (max_shift, max_shift), (max_shift, max_shift)),
            mode="edge",
        )
        ways += [
            (mirrored, up, left)
            for up in range(2 * max_shift + 1)
            for left in range(2 * max_shift + 1)
            if np.array_equal(padded_image[:, up : up + height, left : left + width], altered_image)
        ]
    return ways


def test_copies_are_mirrored_or_not_and_moved_by_up_to_an_eighth():
    images = np.random.default_rng(0).random((1500, 2, 17, 24), dtype=np.float32)
    copies = augmentation.flip_and_shift(torch.from_numpy(images), torch.Generator().manual_seed(0)).numpy()
    ways = [ways_to(copy, image, 3) for copy, image in zip(copies, images, strict=True)]
    assert all(len(way) == 1 for way in ways)
    assert {way[0] for way in ways} == {
        (m, 3 + up, 3 + left) for m in (False, True) for up in range(-2, 3) for left in range(-2, 3)
    }
    assert abs(sum(way[0][0] for way in ways) - 750) < 100, "every second one"


def test_a_copy_is_what_the_encoder_sees_and_the_decoder_is_asked_for():
    data = toy_data_set(n=40)
    t = Training(toy_config("semi-supervised", labels=9, augment="on"), data)
    batch, plain = t.current_batch(), Training(toy_config("semi-supervised", labels=9), data).current_batch()
    assert batch.x_altered is batch.x and not torch.equal(batch.x, plain.x)
    for copies, images in ((batch.x, plain.x), (batch.labelled[0], plain.labelled[0])):
        assert all(ways_to(copy.numpy(), image.numpy(), 1) for copy, image in zip(copies, images, strict=True))
    assert torch.equal(batch.labelled[1], plain.labelled[1])
    assert not torch.equal(t.current_batch().x, batch.x), "others the next time"


def test_the_encoder_sees_moved_images_the_decoder_originals():
    config = toy_config("semi-supervised", input_shift=2, labels=9)
    batch, plain = (
        Training(config, toy_data_set()).current_batch(),
        Training(replace(config, input_shift=0), toy_data_set()).current_batch(),
    )
    assert torch.equal(batch.x, plain.x) and not torch.equal(batch.x_altered, plain.x)
    assert not torch.equal(batch.labelled[0], plain.labelled[0]) and torch.equal(batch.labelled[1], plain.labelled[1])


def test_noise_is_on_the_encoders_input_only():
    t = Training(toy_config(input_noise=0.3), toy_data_set(n=400))
    batch = t.current_batch()
    plain = Training(toy_config(), toy_data_set(n=400)).current_batch()
    assert torch.equal(batch.x, plain.x)
    assert (batch.x_altered - batch.x).std().item() == pytest.approx(0.3, rel=0.2)
    assert plain.x_altered is plain.x


def test_rates_follow_the_schedule_inside_the_loop():
    t = Training(toy_config(epochs=4, **{"optimiser.schedule": "1:0.5,3:0.1"}), toy_data_set(n=40))
    rates = []
    for t.step in (0, 5, 14, 15):
        t.set_learning_rates()
        rates.append([o.rate for o in t.optimisers.values()])
    assert rates == [[0.01, 0.1, 0.1], [0.005, 0.05, 0.05], [0.005, 0.05, 0.05], pytest.approx([0.001, 0.01, 0.01])]


def test_clipping_bounds_the_step():
    settings = {
        "optimiser.kind": "sgd",
        "optimiser.momentum": 0,
        "optimiser.reconstruction_rate": 1,
        "optimiser.clip": 0.01,
    }
    t = Training(toy_config(variant="ae", **settings), toy_data_set())
    t.set_learning_rates()
    before = copy_parameters(t.model)
    PHASE_STEPS["reconstruction"](t, t.current_batch())
    moved = torch.cat([(a - b).flatten() for a, b in zip(before, t.model.parameters(), strict=True)]).norm()
    assert moved.item() == pytest.approx(0.01, rel=1e-3)


def test_a_poisoned_weight_stops_the_training_and_names_phase_and_step():
    t = Training(toy_config(), toy_data_set())
    next(fit(t))
    with torch.no_grad():
        t.model.discriminator[0].weight[0, 0] = float("nan")
    with pytest.raises(TrainingError, match=r"step 11: in the discrimination phase .* not a number.*smaller"):
        next(fit(t))
    with pytest.raises(TrainingError, match=": in the last phase a weight became infinite or not a number"):
        t.state_tensors()


def test_an_exploding_loss_stops_the_training(monkeypatch):
    t = Training(toy_config(epochs=50), toy_data_set())
    reports = fit(t)
    next(reports)
    true_cost = t.model.cost
    exploding = replace(true_cost, value=lambda x, logits: 1e6 * true_cost.value(x, logits))
    monkeypatch.setattr(t.model, "cost", exploding)
    with pytest.raises(TrainingError, match="reconstruction phase the loss diverged"):
        list(reports)


def test_a_training_draws_q_onto_p():
    """On the toy set the codes end nearer to the prior than the plain autoencoder's, by their first two moments."""
    distances = {}
    for variant in ("ae", "aae"):
        t = Training(toy_config(variant=variant, epochs=40, seed=1), toy_data_set(n=240))
        list(fit(t))
        with torch.no_grad():
            z = t.model.encode(t.images.float() / 255)
        distances[variant] = (z.mean(0).square().sum() + (z.std(0) - 1).square().sum()).item()
    assert distances["aae"] < 0.3 * distances["ae"]


def test_minutes_end_a_training():
    t = Training(toy_config(epochs=100_000, minutes=0.01), toy_data_set())
    list(fit(t))
    assert t.seconds >= 0.6 and t.step < t.total_steps


def test_reports_come_every_ten_steps_with_the_mean_of_each_loss():
    t = Training(toy_config(), toy_data_set())
    reports = list(fit(t))
    assert [r.step for r in reports] == [10, 15]
    assert reports[-1].epoch == 3
    assert all(set(r.losses) == set(ADVERSARIAL) and r.samples_per_second > 0 for r in reports)


def test_a_foreign_state_is_refused():
    t = Training(toy_config(), toy_data_set())
    foreign_training = Training(toy_config(latent_dim=4), toy_data_set())
    with pytest.raises(TrainingError, match="another configuration"):
        t.load_state(foreign_training.state_tensors())
    with pytest.raises(TrainingError, match="another configuration"):
        t.load_state({})


def test_missing_labels_images_and_devices_are_said():
    with pytest.raises(ConfigError, match="needs labels"):
        Training(toy_config(variant="supervised"), toy_data_set(labelled=False))
    with pytest.raises(ConfigError, match="fewer than two"):
        Training(toy_config(), toy_data_set(n=1))
    absent_kind = next(
        kind for kind, backend in (("cuda", torch.cuda), ("mps", torch.backends.mps)) if not backend.is_available()
    )
    with pytest.raises(ConfigError, match=f"no {absent_kind} device"):
        Training(toy_config(device=absent_kind), toy_data_set())


@pytest.mark.parametrize("normalise", ["none", "batch"])
def test_bf16_reaches_the_same_losses(normalise):
    losses = []
    for precision in ("fp32", "bf16"):
        t = Training(toy_config(precision=precision, **{"network.normalise": normalise}), toy_data_set())
        losses.append(list(fit(t))[-1].losses)
    assert losses[0] == pytest.approx(losses[1], rel=0.05)
    assert all(p.dtype == torch.float32 for p in t.model.parameters())


def test_batch_norm_keeps_one_set_of_statistics_in_fp32_beside_bf16_layers():
    t = Training(
        toy_config("semi-supervised", labels=6, precision="bf16", **{"network.normalise": "batch"}), toy_data_set()
    )
    before = [buffer.clone() for buffer in t.model.buffers()]
    list(fit(t))
    for working, master in zip(t.net.encoder.net, t.model.encoder.net, strict=True):
        if isinstance(master, torch.nn.BatchNorm1d):
            assert working.weight is master.weight and working.running_mean is master.running_mean
            assert master.weight.dtype == master.running_mean.dtype == torch.float32
            assert not torch.equal(master.weight, torch.ones_like(master.weight)), "its scale is learnt"
        elif isinstance(master, torch.nn.Linear):
            assert torch.equal(working.weight, master.weight.bfloat16())
    assert not any(map(torch.equal, before, t.model.buffers()))


def test_a_prior_with_no_closed_form_gives_the_vae_a_sampled_kl():
    t = Training(toy_config(variant="vae", **{"prior.name": "mixture"}), toy_data_set())
    h = t.model.hidden_code(t.current_batch().x)
    z = t.model.posterior.draw(h, torch.Generator().manual_seed(0))
    assert phases.kl_cost(t, h, z).isfinite()
    assert list(fit(t))


def shared_pass_config(**settings):
    return toy_config(passes="shared", **settings)


@pytest.mark.parametrize("variant", ["aae", "supervised"])
def test_a_shared_pass_moves_every_network_once(variant):
    t = Training(shared_pass_config(variant=variant), toy_data_set())
    t.set_learning_rates()
    before = {name: copy_parameters(net) for name, net in t.model.named_children()}
    assert list(training_step(t, t.current_batch())) == ["reconstruction", "discrimination", "generation"]
    assert not any(has_same_parameters(before[name], net) for name, net in t.model.named_children())
    assert not t.optimisers["generation"].buffers, "the deception goes with the reconstruction's update"


def test_a_shared_pass_is_one_descent_of_both_costs_after_ds():
    """Against the updates written out by hand: D on the codes of the old encoder, then both costs under the new D."""
    settings = {"optimiser.momentum": 0, "optimiser.adversarial_momentum": 0, "optimiser.clip": 0}
    t = Training(shared_pass_config(**settings), toy_data_set())
    t.set_learning_rates()
    # rates 0.1 and 0.01, D's pull doubled
    assert t.phase_weights == pytest.approx({"reconstruction": 1, "generation": 20})
    batch, model = t.current_batch(), copy.deepcopy(t.model)
    real = copy.deepcopy(t).sample_prior(8)
    z, d = model.encoder(batch.x), model.discriminator
    cost_d = -(torch.sigmoid(d(real)).log().mean() + (1 - torch.sigmoid(d(z.detach()))).log().mean())
    for p, g in zip(d.parameters(), torch.autograd.grad(cost_d, list(d.parameters())), strict=True):
        p.data -= 0.1 * g
    cost = 0.5 * ((batch.x - torch.sigmoid(model.decoder(z))) ** 2).sum() / 8 - 20 * torch.sigmoid(d(z)).log().mean()
    moved = [*model.encoder.parameters(), *model.decoder.parameters()]
    for p, g in zip(moved, torch.autograd.grad(cost, moved), strict=True):
        p.data -= 0.01 * g
    training_step(t, batch)
    for mine, by_hand in zip(t.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(mine, by_hand, rtol=1e-4, atol=1e-6)


def test_a_shared_pass_under_adam_weighs_gradients_by_the_rates():
    """Against the gradients written out by hand, which Adam's first mean holds: D's is as long as its rate is to the other's."""
    rates = {"optimiser.reconstruction_rate": 0.004, "optimiser.generation_rate": 0.001}
    t = Training(
        shared_pass_config(**rates, **{"optimiser.kind": "adam", "optimiser.clip": 0, "optimiser.momentum": 0.9}),
        toy_data_set(),
    )
    t.set_learning_rates()
    batch, model = t.current_batch(), copy.deepcopy(t.model)
    losses = training_step(t, batch)
    d = t.model.discriminator  # as it is once it has learned
    z = model.encoder(batch.x)
    cost, deceived = (
        0.5 * ((batch.x - torch.sigmoid(model.decoder(z))) ** 2).sum() / 8,
        -torch.sigmoid(d(z)).log().mean(),
    )
    assert losses["generation"].item() == pytest.approx(deceived.item(), rel=1e-5)
    first, second = (torch.autograd.grad(value, z, retain_graph=True)[0] for value in (cost, deceived))
    combined_gradient = first + 0.25 * first.norm() / second.norm() * second
    encoder, decoder = list(model.encoder.parameters()), list(model.decoder.parameters())
    expected = [
        *torch.autograd.grad(z, encoder, combined_gradient, retain_graph=True),
        *torch.autograd.grad(cost, decoder),
    ]
    for mean, gradient in zip(t.optimisers["reconstruction"].buffers["exp_avg"], expected, strict=True):
        torch.testing.assert_close(mean, 0.1 * gradient, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("passes", ["strict", "shared"])
def test_the_penalty_is_of_ds_gradient_on_samples_and_codes(passes):
    """Against finite differences of D's logit, one number of an input at a time; and D moves by the gradient of the sum."""
    t = Training(toy_config(passes=passes, discriminator_penalty=0.6), toy_data_set())
    batch, gamma = t.current_batch(), 0.6
    with torch.no_grad():
        z = t.model.encoder(batch.x)
    samples = copy.deepcopy(t).sample_prior(len(z))
    d = copy.deepcopy(t.model.discriminator).double()
    squares = []
    for points in (samples.double(), z.double()):
        steps = 1e-5 * torch.eye(points.shape[1], dtype=torch.float64)
        slopes = [(d(points + step) - d(points - step)).squeeze(1) / 2e-5 for step in steps]
        squares.append(torch.stack(slopes).square().sum(0).mean().item())
    plain = -(torch.sigmoid(d(samples.double())).log().mean() + (1 - torch.sigmoid(d(z.double()))).log().mean())
    cost = phases.discrimination_cost(t, batch, z, None)
    assert sum(squares) > 0.1
    assert cost.item() == pytest.approx(plain.item() + gamma / 2 * sum(squares), rel=1e-4)
    steepness = Training(toy_config(passes=passes, discriminator_penalty=1000.0, steps=60), toy_data_set())
    list(fit(steepness))
    gentle = Training(toy_config(passes=passes, steps=60), toy_data_set())
    list(fit(gentle))
    norms = [sum(p.square().sum() for p in run.model.discriminator.parameters()) for run in (steepness, gentle)]
    assert norms[0] < norms[1]


@pytest.mark.parametrize("passes", ["strict", "shared"])
def test_d_takes_its_steps_on_the_same_codes_with_new_samples(passes):
    """Against three steps of gradient descent that are written out, each with the next samples of the prior."""
    rate = 0.3
    own = {"optimiser.discrimination_rate": rate, "optimiser.generation_rate": 0, "optimiser.clip": 0}
    own |= {"optimiser.adversarial_momentum": 0, "optimiser.reconstruction_rate": 1e-9}
    t = Training(toy_config(passes=passes, discriminator_steps=3, **own), toy_data_set())
    batch = t.current_batch()
    with torch.no_grad():
        z = t.model.encoder(batch.x)
    draws, d = copy.deepcopy(t), copy.deepcopy(t.model.discriminator)
    samples = [draws.sample_prior(len(z)) for _ in range(3)]
    assert not torch.equal(samples[0], samples[1])
    for reals in samples:
        probability_of_real, probability_of_fake = torch.sigmoid(d(reals)), torch.sigmoid(d(z))
        cost = -(probability_of_real.log().mean() + (1 - probability_of_fake).log().mean())
        gradients = torch.autograd.grad(cost, list(d.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(d.parameters(), gradients, strict=True):
                parameter -= rate * gradient
    losses = phases.training_step(t, batch)
    assert losses["discrimination"].item() == pytest.approx(cost.item(), rel=1e-3)  # before the last step
    for parameter, expected in zip(t.model.discriminator.parameters(), d.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", ["adam", "sgd"])
def test_a_configured_weight_multiplies_the_generation_cost(kind):
    """Against the gradient of the sum of both costs, written out by hand, which the first momentum holds: whatever the
    learning rates are."""
    own = {"optimiser.kind": kind, "optimiser.generation_weight": 7.0, "optimiser.generation_rate": 0}
    own |= {"optimiser.clip": 0, "optimiser.momentum": 0.9}
    t = Training(shared_pass_config(**own), toy_data_set())
    t.set_learning_rates()
    assert t.shares_passes and t.phase_weights == {"reconstruction": 1.0, "generation": 7.0}
    batch, model = t.current_batch(), copy.deepcopy(t.model)
    training_step(t, batch)
    d = t.model.discriminator  # as it is once it has learned
    z = model.encoder(batch.x)
    squares = 0.5 * ((batch.x - torch.sigmoid(model.decoder(z))) ** 2).sum() / 8
    cost = squares - 7 * torch.sigmoid(d(z)).log().mean()
    expected = torch.autograd.grad(cost, [*model.encoder.parameters(), *model.decoder.parameters()])
    share, name = {"adam": (0.1, "exp_avg"), "sgd": (1.0, "momentum_buffer")}[kind]
    for mean, gradient in zip(t.optimisers["reconstruction"].buffers[name], expected, strict=True):
        torch.testing.assert_close(mean, share * gradient, rtol=1e-3, atol=1e-6)


def test_one_cost_has_a_part_against_each_discriminator_and_one_of_the_labels():
    """Against the gradient of the sum for the encoder, written out by hand: λ weighs −log D and −log D_y alike, and the
    cross-entropy has the ratio of its learning rate to the reconstruction's."""
    own = {"optimiser.kind": "adam", "optimiser.generation_weight": 7.0, "optimiser.clip": 0, "labels": 6}
    own |= {"optimiser.reconstruction_rate": 1e-3, "optimiser.classification_rate": 3e-3}
    t = Training(shared_pass_config(variant="semi-supervised", **own), toy_data_set())
    t.set_learning_rates()
    batch, model = t.current_batch(), copy.deepcopy(t.model)
    training_step(t, batch)
    h = model.encoder(batch.x)
    contents = len(NAMES)
    y, z = h[:, :contents].softmax(1), h[:, contents:]
    squares = 0.5 * ((batch.x - torch.sigmoid(model.decoder(torch.cat([y, z], 1)))) ** 2).sum() / 8
    fooled = torch.sigmoid(t.model.discriminator(z)).log().mean()
    fooled = fooled + torch.sigmoid(t.model.content_discriminator(y)).log().mean()
    x, labels = batch.labelled
    entropy = torch.nn.functional.cross_entropy(model.encoder(x)[:, :contents], labels)
    parameters = [*model.encoder.parameters(), *model.decoder.parameters()]
    expected = torch.autograd.grad(squares - 7 * fooled + 3 * entropy, parameters)
    for mean, gradient in zip(t.optimisers["reconstruction"].buffers["exp_avg"], expected, strict=True):
        torch.testing.assert_close(mean, 0.1 * gradient, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("passes", ["strict", "shared"])
@pytest.mark.parametrize("variant", ["aae", "semi-supervised"])
def test_resuming_is_bit_exact_in_every_way_of_computing(variant, passes, precision):
    ways = {"passes": passes, "precision": precision, "network.normalise": "batch"}
    config = toy_config(variant, batch_size=6, posterior="gaussian", **ways)
    resumes_exactly(config)


@mark_for_ci
@pytest.mark.parametrize(
    ("precision", "passes"),
    [("fp32", "strict"), ("bf16", "shared"), pytest.param("bf16", "strict", marks=pytest.mark.thorough)],
)
def test_resuming_convolutions_is_bit_exact(precision, passes):
    settings = {"network.channels": (3, 5), "network.hidden": (16,), "network.discriminator": (12,), "passes": passes}
    config = configure("images", **settings, precision=precision, threads=2, batch_size=6, epochs=3)
    resumes_exactly(config, side=13)


@pytest.mark.parametrize(
    ("settings", "parts", "threads"),
    [
        ({"preset": "images", "network.channels": (3, 5), "network.hidden": (16,)}, 3, 1),
        ({"preset": "images", "network.channels": (3, 5), "network.hidden": (400,)}, 3, 3),
        ({"preset": "images", "network.channels": (3, 5), "network.hidden": (16,), "precision": "fp32"}, 1, 3),
    ],
    ids=["convolutions", "dense layers", "fp32"],
)
def test_threads_compute_parts_in_bf16_and_share_the_rest_where_it_is_much(monkeypatch, settings, parts, threads):
    config = configure(**{"precision": "bf16", "threads": 3, "network.discriminator": (12,)} | settings)
    t = Training(config, toy_data_set(side=32))
    assert (t.net.encoder.parts, t.net.decoder.parts, t.threads) == (parts, parts, threads)
    assert t.model.encoder.parts == 1
    thread_counts = []
    monkeypatch.setattr(
        phases, "training_step", lambda *_: thread_counts.append(torch.get_num_threads()) or {"loss": torch.ones(())}
    )
    next(fit(t))
    assert set(thread_counts) == {threads}


def test_the_samples_of_the_prior_are_all_different_ones():
    t = Training(toy_config(), toy_data_set())
    drawn = torch.cat([t.sample_prior(8) for _ in range(3 * training.MAX_STEPS_AHEAD)])
    assert len(drawn.unique(dim=0)) == len(drawn)
    assert drawn.std().item() == pytest.approx(1, rel=0.1)


def test_samples_drawn_ahead_take_little_memory_however_long_the_code():
    t = Training(toy_config(latent_dim=512, batch_size=50), toy_data_set(50))
    for _ in range(200):
        assert t.sample_prior(50).shape == (50, 512) and t.samples_ahead.numel() <= training.MAX_NUMBERS_AHEAD
