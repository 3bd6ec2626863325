"""The page's own game: each phase of each variant moves the nets as the trainer's step does."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

pytest.importorskip("streamlit")

from helpers import game_engine
from helpers.plugin_files import HEAVY_PRIOR_SOURCE

from aae_core.config import painting
from aae_core.config.choices import POSTERIORS
from aae_core.config.configuration import with_settings
from aae_core.data import sets
from aae_core.evaluation import distances
from aae_core.game import items, rules
from aae_core.game.headless import HeadlessGame
from aae_core.game.rules import GameRules, GameSetup, game_config
from aae_core.latent import maps
from aae_core.models import inference
from aae_core.models.priors import families
from aae_core.training import phases
from aae_core.training.training import Training
from app.components.game_board import game_data

NOISY = GameRules(
    reconstruction_rate=0.03, discrimination_rate=0.2, generation_rate=0.15, weight=0.7, input_noise=0.2,
    discriminator_noise=0.3,
)  # fmt: skip
SMALL_NETWORKS = {"network.hidden": (11, 7), "network.discriminator": (9, 5), "batch_size": 20}
TOLERANCE = 1e-4  # of the size of the numbers
OTHER_POSTERIORS = [
    ("aae", "digits", "gaussian", "gaussian"), ("aae", "wine", "ring", "universal"),
    ("semi-supervised", "digits", "gaussian", "universal"), ("wae-mmd", "digits", "gaussian", "gaussian"),
]  # fmt: skip


def all_games():
    """Every variant that the game plays with every prior that it can have there, on images and on rows of a table."""
    for variant in rules.OFFERED_VARIANTS:
        for prior in rules.BUILTIN_PRIORS:
            config = game_config(GameSetup(variant=variant), 10)
            if variant == "ae" and prior != "gaussian" or game_data.model_records((prior,))[variant]["refused"]:
                continue
            data = "wine" if prior in ("gaussian", "swiss-roll") else "digits"
            yield variant, data, prior
            if config.variant != "ae" and prior == "gaussian":
                yield variant, "digits", prior
    for variant, data in (("semi-supervised", "wine"), ("semi-supervised", "digits"), ("clustering", "digits")):
        yield variant, data, "gaussian", "deterministic", "content"  # which D is told
    yield from OTHER_POSTERIORS


def apply_rules(config):
    """The configuration under the rules NOISY; λ multiplies the rate of step G."""
    rates = {"reconstruction_rate": 0.03, "discrimination_rate": 0.2, "generation_rate": 0.7 * 0.15}
    noise = {"input_noise": 0.2, "discriminator_noise": 0.3}
    return with_settings(config, {f"optimiser.{name}": rate for name, rate in rates.items()} | noise)


def make_training(variant, data, prior, posterior="deterministic", condition="nothing", seed=5):
    """A small training of the game after two steps, its numbers far from the start's."""
    dataset = sets.load(data)
    setup = GameSetup(variant, data, prior, seed, posterior=posterior, told=condition)
    config = with_settings(
        game_config(setup, len(dataset.classes)),
        SMALL_NETWORKS,
    )
    config = with_settings(apply_rules(config), {"precision": "fp32", "threads": 1, "optimiser.schedule": ()})
    t = Training(config, dataset, "cpu")
    t.set_learning_rates()
    for _ in range(2):
        phases.training_step(t, t.current_batch())
        t.step += 1
    for optimiser in t.optimisers.values():
        optimiser.buffers = {}
    return t


def weights(t):
    result = {}
    for name, parameter in t.model.named_parameters():
        net, *_, kind = name.split(".")
        layers = result.setdefault(net, [])
        if kind == "weight":
            layers.append({"W": parameter.tolist()})
        else:
            layers[-1]["b"] = parameter.tolist()
    return result


def record_draws(t, monkeypatch):
    """What the phases draw, in their order: [name, values]; not how the prior makes its samples."""
    draws, depth = [], []

    def record(owner, attribute, name):
        function = getattr(owner, attribute)

        def call(*args, **options):
            depth.append(name)
            values = function(*args, **options)
            depth.pop()
            if not depth:
                draws.append([name, values.flatten(0, -2).tolist()])
            return values

        monkeypatch.setattr(owner, attribute, call)

    record(t, "sample_prior", "prior")
    record(t, "sample_content", "content")
    record(torch, "randn", "noise")
    return draws


def prior_record(config, classes):
    """The prior of a configuration, as the page has it."""
    text = (
        painting.format_painting(painting.parse_painting(config.prior.painting))
        if config.prior.name == "painted"
        else ""
    )
    return {
        "name": config.prior.name,
        "scale": config.prior.scale,
        "components": classes,
        "painting": text,
        "support": "none",
    }


def make_case(t, monkeypatch):
    """What the page is given, and what the trainer's phases make of it: {"phase", "cost", "weights"} after each."""
    config, batch, k = t.config, t.current_batch(), t.model.classes
    with monkeypatch.context() as patch:
        start_weights, draws, steps = weights(t), record_draws(t, patch), []
        for phase in 2 * t.phases:
            cost = phases.PHASE_STEPS[phase](t, batch).item()
            steps.append({"phase": phase, "cost": cost, "weights": weights(t)})
    flatten_items = lambda x: x.flatten(1).tolist()  # noqa: E731
    actual = {
        "kind": game_data.model_record(config), "settings": game_data.network_settings(config), "prior": prior_record(config, k),
        "seed": 0,
        "rules": asdict(NOISY), "rows": flatten_items(batch.x), "labels": [0] * len(batch.x), "classes": k,
        "table": t.model.features is not None, "given": start_weights, "draws": draws,
        "batch": {"x": flatten_items(batch.x), "noisy": flatten_items(batch.x_altered),
                  "y": None if batch.y is None else batch.y.tolist(),
                  "taught": batch.labelled and [flatten_items(batch.labelled[0]), batch.labelled[1].tolist()]},
    }  # fmt: skip
    return actual, steps


def differences(page_nets, trainer_nets):
    """How far each net is from the trainer's, relative to the root mean square of what a step changed and of its numbers."""
    for name, layers in trainer_nets.items():
        for page_layer, trainer_layer in zip(page_nets[name], layers, strict=True):
            for part, values in trainer_layer.items():
                a, b = np.array(page_layer[part]), np.array(values)
                yield np.abs(a - b).max() / max(np.sqrt(np.square(b).mean()), 1e-3)


def differing_games(names, seed, tmp_path, monkeypatch):
    """Those of the games in which the page's steps are not the trainer's, each with the first phase that is not."""
    cases, expected_steps = zip(
        *(make_case(make_training(*name, seed=seed), monkeypatch) for name in names), strict=True
    )
    first_phases = {}
    for name, page_steps, trainer_steps in zip(
        names, game_engine.run_engine(tmp_path, cases)["steps"], expected_steps, strict=True
    ):
        assert [step["phase"] for step in page_steps] == [step["phase"] for step in trainer_steps]
        for page_step, trainer_step in zip(page_steps, trainer_steps, strict=True):
            is_alike = max(differences(page_step["weights"], trainer_step["weights"])) < TOLERANCE
            if not is_alike or page_step["cost"] != pytest.approx(trainer_step["cost"], rel=TOLERANCE):
                first_phases.setdefault(name, page_step["phase"])
    return first_phases


def usual_games():
    """Of these every variant on rows of a table, label information with every prior, a D that is told y, and every third of
    the others."""
    for number, name in enumerate(all_games()):
        is_told = len(name) == 5
        is_usual = name[1:] == ("wine", "gaussian") or name[0] == "label-informed" or number % 3 == 2
        if is_usual or is_told or name in OTHER_POSTERIORS:
            yield name


@pytest.mark.parametrize("games", [usual_games, pytest.param(all_games, marks=pytest.mark.thorough)])
def test_two_steps_of_every_phase_are_the_trainers(tmp_path, monkeypatch, games):
    names = list(games())
    assert {name[0] for name in names} == set(rules.OFFERED_VARIANTS)
    outcome = differing_games(names, 5, tmp_path, monkeypatch)
    # A hidden unit may stand where its ReLU bends, and there rounding decides its gradient; not with both seeds.
    assert len(outcome) < 3, outcome
    assert not outcome or not differing_games(list(outcome), 6, tmp_path, monkeypatch), outcome


def test_a_prior_reaches_as_far_in_the_page_as_the_trainer_s_own(plug_in):
    plug_in("tails", HEAVY_PRIOR_SOURCE)
    for name, record in game_data.prior_records(rules.offered_priors())[0].items():
        assert record["extents"].keys() == {"2", "3", "6", "10"}, "as many as the data have classes"
        for classes, extent_and_centre in record["extents"].items():
            prior = families.make_prior(game_config(GameSetup(prior=name), int(classes)).prior, 2)
            assert extent_and_centre["extent"] == pytest.approx(prior.extent(), rel=1e-6), (name, classes)
            assert extent_and_centre["centre"] == pytest.approx(prior.centre(), abs=1e-6), (name, classes)


# Whole games ------------------------------------------------------------------------------------------------------------

ROUNDS = 3
WHOLE_GAMES = [  # which labels of a semi-supervised game are given is drawn in another way
    ("aae", "digits", "gaussian"), ("aae", "wine", "swiss-roll"), ("aae", "digits", "letter"),
    ("supervised", "digits", "uniform"),
    ("label-informed", "digits", "mixture"), ("label-informed", "digits", "swiss-roll"), ("label-informed", "wine", "ring"),
    ("label-informed", "breast-cancer", "mixture"), ("clustering", "digits", "mixture"), ("ae", "wine", "gaussian"),
    ("vae", "digits", "gaussian"), ("vae", "breast-cancer", "mixture"),
]  # fmt: skip


def trainer_results(setup):
    """The trainer's own run of a game: its cost in each phase of the last round, and the plane."""
    dataset = sets.load(setup.data)
    config = with_settings(
        apply_rules(game_config(setup, len(dataset.classes))),
        {"precision": "fp32", "threads": 1, "optimiser.schedule": ()},
    )
    t = Training(config, dataset, "cpu")
    t.set_learning_rates()
    for _ in range(ROUNDS):
        costs = phases.training_step(t, t.current_batch())
        t.step += 1
    indices = items.plotted_indices(dataset)
    codes, prior = inference.encode_all(t.model, dataset.train.images[indices]).numpy(), t.model.prior
    home = prior.extent() * (1.15 if prior.support == "bounded" else 1)
    expected = {
        "costs": [cost.item() for cost in costs.values()],
        "codes": codes,
        "home": home,
        "centre": prior.centre(),
    }
    if t.model.variant.has_prior:
        expected["sample"] = prior.sample(500, torch.Generator().manual_seed(0)).numpy()
        expected["distance"] = distances.mmd2(codes, expected["sample"], prior.bandwidth)
    expected["surface"] = lambda half: maps.discriminator_grid(t.model, half, 40, prior.centre()).values
    return expected


def test_the_same_setup_is_the_trainers_own_run(tmp_path):
    """From the seed on: weights, order of the images, noise and samples are torch's; and so are distance, plane and surface."""
    setups = [GameSetup(*names, seed=7) for names in WHOLE_GAMES]
    setups += [GameSetup(posterior=posterior, seed=7) for posterior in ("gaussian", "universal")]
    requests = [{"do": "round", "times": ROUNDS - 1}, {"do": "round"}]
    results = game_engine.run_engine(
        tmp_path, games=[game_engine.game_input(tmp_path, setup, NOISY, requests) for setup in setups]
    )
    for setup, (first_answer, _, last_answer) in zip(setups, results["games"], strict=True):
        expected, header, fields = trainer_results(setup), last_answer["header"], last_answer["fields"]
        assert (
            first_answer["header"]["preview"]
            and set(header["counts"].values()) == {ROUNDS}
            and header["batch"] == ROUNDS
        )
        costs = [record["loss"][0] for record in header["records"]]
        assert costs == pytest.approx(expected["costs"], rel=1e-3), setup
        np.testing.assert_allclose(fields["codes"], expected["codes"], atol=1e-3 * np.abs(expected["codes"]).max())
        assert header["half"] == pytest.approx(
            expected["home"] * 1.25 ** round(np.log(header["half"] / expected["home"]) / np.log(1.25)), rel=1e-4
        )
        assert header["centre"] == pytest.approx(expected["centre"], abs=1e-3)
        if "distance" in expected:
            np.testing.assert_allclose(fields["sample"], expected["sample"][:100], atol=1e-5)
            assert header["distance"] == pytest.approx(max(0, expected["distance"]), rel=1e-3, abs=1e-4)
        if "surface" in fields:
            errors = np.abs(fields["surface"] - expected["surface"](header["half"]).ravel())
            assert np.quantile(errors, 0.98) < 2e-3, setup  # on the border of two regions, rounding decides


# One image, many codes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "setup",
    [
        *(GameSetup(posterior=posterior, seed=2) for posterior in POSTERIORS),
        GameSetup("vae", "wine"),
        GameSetup("supervised", posterior="gaussian"),
        GameSetup("clustering", posterior="universal"),
    ],
    ids=lambda setup: f"{setup.variant}-{setup.posterior}",
)
def test_an_image_has_the_same_many_codes_in_the_page(tmp_path, setup):
    requests = [{"do": "round"}, {"do": "encode", "example": 1}]
    (answers,) = game_engine.run_engine(
        tmp_path, games=[game_engine.game_input(tmp_path, setup, GameRules(), requests)]
    )["games"]
    game = HeadlessGame(setup, GameRules())
    game.play_rounds(1)
    expected, page_codes = game.many_codes(1), answers[-1]["encoded"]
    np.testing.assert_allclose(np.reshape(page_codes["codes"], (-1, 2)), expected.codes, atol=2e-3)
    np.testing.assert_allclose(page_codes["byDraw"], expected.by_draw, atol=2e-2)
    assert (page_codes["byScore"] is None) == (expected.by_score is None)
    if expected.by_score is not None:
        np.testing.assert_allclose(page_codes["byScore"], expected.by_score, rtol=1e-2, atol=0.05)
    assert page_codes["hasChoice"] == (setup.variant != "vae")
    assert page_codes["examples"]["names"] == list(game.dataset.classes[:6])
