"""The game: a step moves what it says and nothing else, and a game that is played is the trainer's own run."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from toys import config_of, moved, parts, same, toy, weights

from aae_core.config.variants import PHASES, VARIANTS
from aae_core.errors import ConfigError, TrainingError
from aae_core.game import live_games
from aae_core.game.game import ITEMS, SIDE, Game
from aae_core.game.live_games import Games
from aae_core.game.rules import VARIANTS as OFFERED
from aae_core.game.rules import Rules, Setup
from aae_core.training.phases import MOVES, step
from aae_core.training.training import Training, fit

R, D, G, C = PHASES
NOISY = {"input_noise": 0.1, "discriminator_noise": 0.2, "posterior": "gaussian"}
RULES = Rules(input_noise=0.1, discriminator_noise=0.2)


def game_of(variant="aae", rules=None, **settings):
    labels = {} if VARIANTS[variant].labels == "nowhere" else {"labels": 9}
    return Game(config_of(variant, **labels, **settings), toy(), rules)


def every_phase():
    return [(variant, phase) for variant, row in VARIANTS.items() for phase in row.phases]


def equal_states(a, b):
    a, b = a.state(), b.state()
    assert a.keys() == b.keys()
    return [name for name in a if name != "seconds" and not torch.equal(a[name], b[name])]


# One step ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("variant", "phase"), every_phase())
def test_a_step_moves_the_nets_of_its_phase_and_leaves_every_bit_of_the_others(variant, phase):
    game = game_of(variant)
    game.play(2)
    before = parts(game.model)
    record = game.step(phase)
    there = [name for name in before if name in MOVES[phase]]
    assert moved(before, game.model) == set(there) == set(record.moved)
    assert set(record.still) == set(before) - set(there)
    after = parts(game.model)
    for name, length in record.moved.items():
        change = np.concatenate([(b - a).numpy().ravel() for a, b in zip(before[name], after[name], strict=True)])
        assert length == pytest.approx(np.linalg.norm(change.astype(np.float64)), rel=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_round_is_the_trainers_step_bit_for_bit_and_looking_takes_nothing(variant):
    labels = {} if VARIANTS[variant].labels == "nowhere" else {"labels": 9}
    noisy = {**NOISY, "posterior": "gaussian" if variant == "vae" else "universal"}
    noisy["optimiser.reconstruction_rate"] = RULES.reconstruction_rate
    alone = Training(config_of(variant, **labels, **noisy, **{"optimiser.schedule": ()}), toy(), "cpu")
    game = game_of(variant, RULES, **noisy)
    for _ in range(7):  # beyond the first epoch
        alone.set_rates()
        losses = step(alone, alone.batch())
        alone.step += 1
        records = game.round()
        game.plane()
        assert [r.phase for r in records] == list(losses)
        assert [r.before.loss for r in records] == [loss.item() for loss in losses.values()]
    assert not equal_states(game.training, alone)


def test_single_steps_in_the_papers_order_are_what_fit_does():
    config = config_of(steps=6, **{"optimiser.schedule": ()})
    alone = Training(config, toy(), "cpu")
    list(fit(alone))
    game = Game(config, toy())
    for phase in 6 * [R, D, G]:
        game.step(phase)
    assert not equal_states(game.training, alone)
    quick = Game(config, toy())
    quick.play(6)
    assert not equal_states(quick.training, alone)
    assert quick.counts == game.counts == {R: 6, D: 6, G: 6}


def test_what_is_said_of_a_step_is_what_it_did():
    game = game_of(rules=Rules(input_noise=0.3))
    game.play(3)
    record = game.step(D)
    d, real = record.before.verdicts, record.before.prior_verdicts
    cost = -np.log(real).mean() - np.log1p(-d).mean()
    assert record.before.loss == pytest.approx(cost, rel=1e-5)
    assert record.before.terms == pytest.approx({"real": -np.log(real).mean(), "fake": -np.log1p(-d).mean()}, rel=1e-5)
    np.testing.assert_array_equal(record.before.z, record.after.z)
    np.testing.assert_array_equal(record.before.prior, record.after.prior)
    with torch.no_grad():
        now = game.model.judge(torch.from_numpy(record.after.prior)).sigmoid().numpy()
    np.testing.assert_allclose(record.after.prior_verdicts, now, rtol=1e-6)
    record = game.step(G)
    assert record.before.loss == pytest.approx(-np.log(record.before.verdicts).mean(), rel=1e-5)
    assert np.abs(record.before.z - record.after.z).max() > 0
    assert record.x.shape == record.noisy.shape == record.before.x_hat.shape == (ITEMS, 4, 4, 1)
    assert record.x.dtype == np.uint8 and not np.array_equal(record.x, record.noisy)
    known = {image.tobytes() for image in toy().train.images}
    assert {image.tobytes() for image in record.x} <= known


@pytest.mark.parametrize("phase", PHASES)
def test_a_small_step_lowers_the_cost_on_its_own_draws(phase):
    game = game_of("semi-supervised", Rules(1e-3, 1e-3, 1e-3), **{"optimiser.classification_rate": 1e-3})
    record = game.step(phase)
    assert record.after.loss < record.before.loss


def test_a_posteriors_noise_is_the_same_before_and_after():
    game = game_of(posterior="gaussian", rules=Rules(1e-4, 1e-3, 1e-3))
    record = game.step(R)
    assert np.abs(record.before.z - record.after.z).max() < 0.05


def test_a_preview_is_what_the_step_will_find_and_makes_none():
    game, other = game_of(rules=RULES), game_of(rules=RULES)
    seen, step = game.preview(), game.step(R)
    assert seen.before.loss == step.before.loss and np.array_equal(seen.noisy, step.noisy)
    assert not seen.moved and set(seen.still) == {"encoder", "decoder", "discriminator"}
    other.step(R)
    assert not equal_states(game.training, other.training)


# The mini-batch ---------------------------------------------------------------------------------------------------------


def test_ten_steps_of_d_on_frozen_codes_sharpen_it():
    game = game_of(rules=Rules(discrimination_rate=0.05))
    game.step(R)
    records = [game.step(D) for _ in range(10)]
    losses = [record.before.loss for record in records]
    assert losses[-1] < losses[0]
    assert len({record.batch for record in records}) == 1
    assert all(np.array_equal(record.before.z, records[0].before.z) for record in records)
    assert game.step(G).batch == 1
    assert game.step(R).batch == 2


def test_a_step_of_d_at_first_and_the_round_after_it_share_the_mini_batch():
    game = game_of()
    assert game.step(D).batch == 1
    assert {record.batch for record in game.round()} == {1}
    assert {record.batch for record in game.round()} == {2}


def test_leaving_d_and_g_out_is_a_plain_autoencoder_bit_for_bit():
    game, plain = game_of(), game_of("ae", **{"optimiser.kind": "sgd", "optimiser.clip": 5.0})
    for _ in range(8):
        game.step(R)
        plain.step(R)
    assert same(weights(plain.model.encoder), game.model.encoder)
    assert same(weights(plain.model.decoder), game.model.decoder)


# Rules ------------------------------------------------------------------------------------------------------------------


def test_without_weight_the_adversary_moves_nothing_and_with_half_of_it_half_as_far():
    lengths = []
    for weight in (0, 0.5, 1):
        game = game_of(rules=Rules(weight=weight))
        game.step(D)
        lengths.append(game.step(G).moved.get("encoder", 0))
    assert lengths[0] == 0
    assert lengths[1] == pytest.approx(lengths[2] / 2, rel=1e-3)


def test_other_rules_hold_from_the_next_step_and_nothing_is_reset():
    game = game_of()
    game.play(3)
    before = game.training.state()
    calm = game.step(R)
    assert np.array_equal(calm.x, calm.noisy)
    game.change(replace(game.rules, input_noise=0.4, d_steps=3, discrimination_rate=0.01))
    after = game.training.state()
    assert all(torch.equal(before[name], after[name]) for name in before if "discrimination" in name)
    records = game.round()
    assert [record.phase for record in records] == [R, D, D, D, G]
    assert not np.array_equal(records[0].x, records[0].noisy)
    assert game.training.optimisers[D].rate == pytest.approx(0.01)
    assert game.counts == {R: 5, D: 6, G: 4}


@pytest.mark.parametrize(
    "absurd",
    [
        {"weight": -1},
        {"weight": float("nan")},
        {"d_steps": 2.0},
        {"d_steps": 0},
        {"input_noise": True},
        {"weight": "1"},
    ],
)
def test_rules_that_make_no_sense_are_refused(absurd):
    with pytest.raises(ConfigError, match=f"{next(iter(absurd))} must be a "):
        Rules(**absurd)


@pytest.mark.parametrize("act", [lambda game: game.step(R), lambda game: game.play(1), Game.plane])
def test_a_game_that_falls_apart_says_so(act):
    game = game_of()
    game.model.encoder.net[0].weight.data[0, 0] = float("inf")
    with pytest.raises(TrainingError, match="diverged.*Press Reset"):
        act(game)


@pytest.mark.parametrize(
    "settings",
    [
        {"latent_dim": 3},
        {"passes": "shared"},
        {"network.normalise": "batch"},
        {"variant": "clustering", "views": 2, "input_shift": 1},
        {"variant": "clustering", "content_decoded": "each"},
    ],
)
def test_what_cannot_be_played_is_refused(settings):
    with pytest.raises(ConfigError):
        game_of(**settings)
    with pytest.raises(ConfigError, match="no step of generation"):
        game_of("ae").step(G)


# The plane --------------------------------------------------------------------------------------------------------------


def test_the_plane_shows_ds_verdict_where_it_is():
    game = game_of()
    plane = game.plane()
    row, column = 31, 7
    x, y = (((k + 0.5) / SIDE * 2 - 1) * plane.half + c for k, c in zip((column, row), plane.centre, strict=True))
    with torch.no_grad():
        expected = game.model.judge(torch.tensor([[x, y]])).sigmoid().item()
    assert plane.surface[row, column] == pytest.approx(expected, rel=1e-4)
    alone = game_of("ae").plane()
    assert plane.codes.shape == (40, 2) and alone.surface is None and alone.distance is None and plane.distance > 0
    assert game_of("reduction").plane().surface is None


def test_the_distance_to_the_prior_falls_while_the_game_is_played_and_not_without_the_adversary():
    """Against MMD² written out over all pairs, with the kernels' widths from the prior alone."""
    game, alone = live_games.new(Setup()), live_games.new(Setup(), Rules(weight=0))
    first = game.plane()
    codes, prior = first.codes.astype(np.float64), game.prior_sample.astype(np.float64)
    squares = lambda a, b: ((a[:, None] - b[None]) ** 2).sum(2)  # noqa: E731
    widths = [4 * np.log(2) * c * c for c in (1 / 4, 1 / 2, 1, 2, 4)]  # h²: the median of χ²₂ is 2 ln 2
    kernel = lambda a, b: np.mean([np.exp(-squares(a, b) / 2 / h2) for h2 in widths], axis=0)  # noqa: E731
    within = [kernel(a, a)[~np.eye(len(a), dtype=bool)].mean() for a in (codes, prior)]
    between = kernel(codes, prior).mean()
    assert first.distance == pytest.approx(sum(within) - 2 * between, abs=3e-3)
    for each in (game, alone):
        each.play(60)
    assert game.plane().distance < 0.3 * first.distance < alone.plane().distance


def test_the_plane_widens_when_codes_leave_it_and_narrows_again():
    game = game_of()
    home = game.plane().half
    last = game.model.encoder.net[-1]
    kept = last.weight.detach().clone()
    last.weight.data *= 300
    wide = game.plane()
    assert wide.half > 2 * home
    assert (np.abs(wide.codes - wide.centre).max(1) <= wide.half).mean() >= 0.95
    last.weight.data = kept
    assert game.plane().half == pytest.approx(home)


# Many games -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", OFFERED)
def test_every_setup_begins_on_the_bundled_digits(variant):
    game = live_games.new(Setup(variant=variant, begun=0))
    assert game.model.variant.name == variant and len(game.labels) == 500
    assert game.round()[0].batch == 1


def test_a_setup_with_rounds_before_it_is_the_same_as_playing_them():
    early, late = live_games.new(Setup()), live_games.new(Setup(begun=100))
    early.play(100)
    assert not equal_states(early.training, late.training)


@pytest.mark.parametrize(
    "absurd",
    [
        {"variant": "reduction"},
        {"data": "../x"},
        {"seed": -1},
        {"seed": 1.5},
        {"begun": 7},
        {"begun": 100.0},
        {"prior": []},
    ],
)
def test_setups_that_are_not_offered_are_refused(absurd):
    with pytest.raises(ConfigError, match="A game's"):
        Setup(**absurd)


def test_old_and_too_many_games_are_put_away():
    now, made = [0.0], iter("abcdef")
    kept = Games(limit=2, idle=10, make=lambda setup, rules: next(made), clock=lambda: now[0])
    for token in ("one", "two"):
        kept.begin(token, Setup(), Rules())
    assert kept.find("one").game == "a"
    kept.begin("three", Setup(), Rules())
    assert kept.find("two") is None and kept.find("one").game == "a" and kept.find("three").game == "c"
    kept.begin("one", Setup(seed=5), Rules())
    assert kept.find("one") == (Setup(seed=5), "d")
    now[0] = 10.5
    assert kept.find("one") is None and kept.find("three") is None


def test_two_threads_play_one_game_without_losing_a_step():
    game = game_of()

    def play():
        for phase in 10 * [R, D, G]:
            game.step(phase)

    threads = [threading.Thread(target=play) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert game.counts == {R: 20, D: 20, G: 20}
