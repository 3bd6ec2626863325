"""Each problem on a training that was made to have it, and none on those that are well."""

import dataclasses
import functools
import json
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from helpers.environment import mark_for_ci, mark_thorough_cases

from aae_core.config import painting
from aae_core.config.configuration import Config, configure, setting_field, with_settings
from aae_core.config.presets import PRESETS
from aae_core.errors import ConfigError
from aae_core.files import is_finite_number
from aae_core.health import diagnosis, problems, remedies
from aae_core.runs import queue, worker
from aae_core.store.revisions import Revision, Store

pytestmark = pytest.mark.usefixtures("full_measures")
GALLERY = Path(__file__).parents[3] / "checkpoints" / "gallery"
WIDE = "20261126T161409Z-aae-mnist-d5b961"  # the AAE with a Gaussian posterior of Which one?, whose misfit is told there, too
SMALL_SETTINGS = {
    "data": "digits",
    "network.hidden": (64,),
    "network.discriminator": (64,),
    "threads": 1,
    "batch_size": 50,
}
ILL = {  # the finding's key -> preset and settings of a training of two seconds that has it
    "stalled": ("default", {"optimiser.reconstruction_rate": 1e-6}),
    "collapsed": ("vae", {"beta": 30.0}),
    "d-too-strong": ("default", {"optimiser.generation_rate": 0.001, "optimiser.discrimination_rate": 1.0}),
    "d-too-weak": ("default", {"optimiser.discrimination_rate": 1e-5}),
    "latent-too-large": ("default", {"latent_dim": 64}),
    "dimensions-unused": ("vae", {"beta": 2.0, "latent_dim": 4, "epochs": 30}),
    "scale": ("default", {"prior.scale": 0.1, "optimiser.generation_rate": 0.0001}),
    "off-centre": ("vae", {"beta": 0.001, "epochs": 30}),
    "mode-empty": ("mixture", {"optimiser.generation_rate": 0.003}),
    "codes-outside-painting": ("painted", {"optimiser.generation_rate": 1e-6, "optimiser.discrimination_rate": 1e-5}),
    "few-contents": ("clusters", {"network.normalise": "none", "input_dropout": 0.0}),
}
SEEDS = range(4)  # a training may escape a problem by chance, another one on another processor
# the same problems in adversarial autoencoders: finding, settings, the setting that is advised, words of the reason
ADVERSARIAL = [
    ("collapsed", {"network.weights": "paper"}, "network.weights", "nearly the same code"),
    ("collapsed", {"network.hidden": (64, 64, 64, 64, 64)}, "network.normalise", "nearly the same code"),
    ("collapsed", {"optimiser.generation_rate": 1.0}, "optimiser.generation_rate", "nearly the same code"),
    ("collapsed", {"prior.scale": 100.0}, "prior.scale", "so wide"),
    ("off-centre", {"optimiser.generation_rate": 0.005, "optimiser.discrimination_rate": 0.001},
     "optimiser.generation_rate", "too weak beside the reconstruction"),
    ("collapsed", {"prior.scale": 8.0, "optimiser.generation_rate": 0.0}, "optimiser.generation_rate", "against D is 0"),
    ("stalled", {"optimiser.kind": "adam", "optimiser.reconstruction_rate": 0.5, "optimiser.discrimination_rate": 2e-4,
                 "optimiser.generation_rate": 2e-4}, "optimiser.reconstruction_rate", "so large"),
]  # fmt: skip


def train_small(preset="default", store=None, **settings):
    """A revision of a small training, as the worker leaves it."""
    config = configure(preset, **{**SMALL_SETTINGS, "epochs": 10, **settings})
    revision = (store or Store()).create(config, queue.check_startable(config))
    assert worker.run_training(revision).state == "done"
    return revision


def keys(result):
    return {finding.key for finding in result}


def test_a_shipped_revision_wider_than_the_prior_is_reported():
    assert keys(diagnosis.diagnose_revision(Revision(GALLERY / WIDE, gallery=True))[0]) == {"scale"}


@pytest.mark.parametrize("name", sorted(path.name for path in GALLERY.iterdir() if path.name != WIDE))
def test_every_other_shipped_revision_is_healthy(name):
    revision = Revision(GALLERY / name, gallery=True)
    assert diagnosis.diagnose_revision(revision) == ([], diagnosis.HEALTHY), "a finding in the gallery"
    # and was so at all times since it could be judged
    rows, draws, probe = revision.metrics(), diagnosis._draw_prior_samples(revision.config), revision.probe()
    for end in range(1, len(rows)):
        for codes, labels in ((None, None), (probe.z.astype(np.float64), probe.labels)):
            actual = diagnosis.find_problems(revision.config, revision.data.classes, rows[:end], codes, draws, labels)
            assert actual == [], rows[end - 1]["step"]


@mark_for_ci
@pytest.mark.parametrize("key", mark_thorough_cases(ILL, 3))
def test_an_illness_is_found_and_mended_by_what_is_advised(key):
    preset, settings = ILL[key]
    ill, finding = made_ill(key, preset, **settings)
    assert any(digit in finding.evidence for digit in "0123456789") and finding.evidence.endswith(".")
    assert (
        finding.setting in finding.advice
        and finding.reason.endswith(".")
        and finding.title in diagnosis.diagnosis_headline([], [finding])
    )
    assert key not in keys(treat(ill, finding))


def treat(ill, finding):
    """What ails the same training with the one setting that is advised."""
    config = with_settings(ill.config, {finding.setting: finding.value})
    assert config != ill.config
    return ailments(config)


def made_ill(key, preset="default", **settings):
    """The first training of several beginnings that has a problem, and the finding that says so."""
    for seed in SEEDS:
        ill = train_small(preset, seed=seed, **settings)
        output = {finding.key: finding for finding in diagnosis.diagnose_revision(ill)[0]}
        if key in output:
            return ill, output[key]
    raise AssertionError(f"none of {len(SEEDS)} trainings has it, the last has {set(output)}")


@functools.cache
def ailments(config):
    """What a training finds; several problems are mended to the same one."""
    revision = Store().create(config, queue.check_startable(config))
    assert worker.run_training(revision).state == "done"
    return diagnosis.diagnose_revision(revision)[0]


@pytest.mark.parametrize(
    ("key", "settings", "advised_setting", "reason"),
    [ADVERSARIAL[0], *(pytest.param(*row, marks=pytest.mark.thorough) for row in ADVERSARIAL[1:])],
)
def test_an_adversarial_autoencoder_is_told_its_own_reason_and_cured(key, settings, advised_setting, reason):
    ill, finding = made_ill(key, **settings)
    assert finding.setting == advised_setting and reason in finding.reason
    assert key not in keys(treat(ill, finding))


def test_every_rule_has_an_ill_training():
    functions = {rule.__name__.replace("_", "-") for rule in problems.RULES}
    functions.remove("find-indistinct-columns")  # which the data cause: tests/aae_core/data/test_extreme_values.py
    assert len(functions) == len(problems.RULES) - 1 == len(ILL)
    assert set(problems.EXPLAINS) <= set(ILL) and {k for hidden in problems.EXPLAINS.values() for k in hidden} <= set(
        ILL
    )


LONG = {"epochs": 20}  # enough to be healthy with small nets
HEALTHY = [
    ("default", LONG),
    ("mixture", LONG),
    ("style", LONG),
    ("vae", LONG),
    ("vae-learned-variance", {"epochs": 40}),
    ("plain-classifier", LONG),
    ("painted", LONG),
    ("label-informed", LONG),
    ("semi-supervised", {}),
    ("reduction", {}),
    ("clusters", {}),
    ("clusters", {"data": "glyphs", "steps": 220}),
]


QUICK_PRESETS = ("default", "clusters")


@mark_for_ci
@pytest.mark.parametrize(
    ("preset", "settings"),
    [
        pytest.param(
            preset, settings, marks=() if preset in QUICK_PRESETS and "data" not in settings else pytest.mark.thorough
        )
        for preset, settings in HEALTHY
    ],
)
def test_the_presets_are_healthy(preset, settings):
    assert diagnosis.diagnose_revision(train_small(preset, **settings))[0] == []


def test_without_an_answer_of_the_encoder_d_is_too_strong():
    revision = train_small(**{"optimiser.generation_rate": 0.0})
    ((finding,), _) = diagnosis.diagnose_revision(revision)
    assert finding.key == "d-too-strong" and "against D is 0" in finding.reason
    assert (finding.setting, finding.value) == ("optimiser.generation_rate", 0.1)


def test_a_collapsed_vae_with_the_right_weight_is_sent_to_the_other_cost():
    revision = train_small("vae", cost="squared-error")
    ((finding,), _) = diagnosis.diagnose_revision(revision)
    assert (finding.key, finding.setting, finding.value) == ("collapsed", "cost", "cross-entropy")


# By hand, without a training -----------------------------------------------------------------------------------------------


def row(step, epoch, losses=None, **measures):
    return {"step": step, "epoch": epoch, "losses": losses or {}, **({"measures": measures} if measures else {})}


WON = {"reconstruction": 5.0, "discrimination": 0.1, "generation": 5.0}


def test_nothing_is_found_before_there_is_enough_to_judge_by():
    def problems_at(step, epoch):
        return diagnosis.find_problems(Config(), (), [row(10, 0.1, WON), row(step, epoch, WON)])

    assert keys(problems_at(200, 1.0)) == {"stalled", "d-too-strong"}
    assert problems_at(199, 9.0) == [] and problems_at(1_999, 0.9) == [], "too early"
    assert keys(problems_at(2_000, 0.9)) == {"stalled", "d-too-strong"}, "an epoch may be long"
    early = [row(10, 0.1, WON)]
    assert (
        diagnosis.diagnosis_headline(early, []).startswith("Too early to tell")
        and diagnosis.find_problems(Config(), (), []) == []
    )


def test_a_passing_trouble_is_none():
    draws = np.random.default_rng(0).normal(size=(2000, 2))
    rows = [row(10, 0.1, {"reconstruction": 5.0})]
    rows += [row(100 * k, k, {"reconstruction": 1.0}, code_mean=[2.0, 0.0], code_std=[3.0, 1.0]) for k in (7, 8, 9)]
    assert keys(diagnosis.find_problems(Config(), (), rows, None, draws)) == {"off-centre", "scale"}
    rows[-2]["measures"]["code_mean"] = [0.1, 0.0]
    assert keys(diagnosis.find_problems(Config(), (), rows, None, draws)) == {"scale"}
    for metrics_row, std in zip(rows[1:], (9.0, 5.0, 2.5), strict=True):
        metrics_row["measures"]["code_std"] = [std, 1.0]
    assert diagnosis.find_problems(Config(), (), rows, None, draws) == [], "it shrinks"


def test_the_priors_own_middle_and_width_are_what_codes_are_held_to():
    config = configure(**{"prior.name": "gamma", "prior.shape": 2.0, "prior.scale": 3.0})
    draws = np.random.default_rng(0).gamma(2.0, 3.0, (20_000, 2))  # mean 6, deviation 4.2
    rows = [
        row(10, 0.1, {"reconstruction": 5.0}),
        row(300, 3, {"reconstruction": 1.0}, code_mean=[6.0, 6.0], code_std=[4.2, 4.2]),
    ]
    assert diagnosis.find_problems(config, (), rows, None, draws) == []
    rows[-1]["measures"]["code_mean"] = [0.0, 6.0]
    (finding,) = diagnosis.find_problems(config, (), rows, None, draws)
    assert finding.key == "off-centre" and "dimension 1 of z" in finding.evidence and "1.4 standard" in finding.evidence


def test_an_autoencoder_without_a_prior_owes_it_nothing():
    draws, config = np.random.default_rng(0).normal(size=(2000, 2)), configure(variant="ae")
    rows = [
        row(10, 0.1, {"reconstruction": 5.0}),
        row(300, 3, {"reconstruction": 1.0}, code_mean=[9.0, 9.0], code_std=[9.0, 9.0]),
    ]
    assert diagnosis.find_problems(config, (), rows, 100 * draws, None) == []


def test_dimensions_are_counted_as_they_are():
    rng = np.random.default_rng(0)
    for d in (1, 2, 5):
        assert problems.estimate_intrinsic_dimension(rng.normal(size=(600, d))) == pytest.approx(d, rel=0.2)
        sheet = rng.normal(size=(600, d)) @ rng.normal(size=(d, 40))
        assert problems.estimate_intrinsic_dimension(sheet) == pytest.approx(d, rel=0.2), (
            "a flat sheet of d dimensions in 40"
        )
    assert problems.estimate_intrinsic_dimension(np.zeros((600, 3))) == 0.0, "one point"


def test_codes_beside_a_painted_shape_are_counted():
    """A shape of one painted half of the square: its right half."""
    cells = bytes(15 * (k % painting.SIDE >= painting.SIDE // 2) for k in range(painting.CELLS))
    cell = 2 * painting.HALF_WIDTH / painting.SIDE
    edges = [(0.1, 0.0), (-1.9 * cell, 2.9), (3.0 + 1.9 * cell, 0.0), (-2.1 * cell, 0.0), (0.5, 3.0 + 2.1 * cell)]
    share = problems.share_outside_painting(np.array(edges), cells, 1.0)
    assert share == 2 / 5, "two of five are more than two cells away"
    assert problems.share_outside_painting(2 * np.array(edges), cells, 2.0) == share, "the scale is the prior's"
    upper_cells = bytes(15 * (k // painting.SIDE < painting.SIDE // 2) for k in range(painting.CELLS))
    assert problems.share_outside_painting(np.array([[0.0, 2.0]]), upper_cells, 1.0) == 0, "rows go from the top"


@pytest.mark.parametrize(("inside", "expected"), [(76, set()), (74, {"codes-outside-painting"})])
def test_too_many_codes_beside_a_painted_shape_are_no_healthy_training(inside, expected):
    config = configure("painted")
    draws = diagnosis._draw_prior_samples(config)
    codes = np.concatenate([draws[:inside], np.zeros((100 - inside, 2))])  # the middle of the ring is empty
    rows = [row(step, 1.0 + step / 100) for step in range(100, 2001, 100)]
    output = diagnosis.find_problems(config, tuple("0123456789"), rows, codes, draws)
    assert keys(output) == expected


def test_the_nearest_component_is_the_priors_own_region():
    import torch

    from aae_core.models.priors import families

    for k, dim, scale in ((10, 2, 1.0), (7, 4, 3.0)):
        prior = families.make_prior(dataclasses.replace(Config().prior, name="mixture", components=k, scale=scale), dim)
        numbers = torch.arange(k).repeat(200)
        z = prior.sample_region(numbers, torch.Generator().manual_seed(0)).numpy()
        assert (problems.nearest_components(z, k) == numbers.numpy()).mean() > 0.97
        assert problems.nearest_components(prior.region_middles().numpy(), k).tolist() == list(range(k))


def test_what_was_not_finite_is_no_figure():
    sound = [row(10, 0.1, WON), row(300, 3, WON, mmd2=0.5)]
    nulls = [
        row(10, 0.1, {**WON, "extra": None}),
        row(300, 3, {**WON, "extra": None}, mmd2=0.5, js=None, code_std=[1.0, None]),
    ]
    assert diagnosis.find_problems(Config(), (), nulls) == diagnosis.find_problems(Config(), (), sound) != []


NUMBERS = (  # all that a mend may change or look at
    "prior.scale", "latent_dim", "clusters", "beta", "input_dropout", "discriminator_noise", "epochs", "steps", "minutes", "seed",
    "optimiser.reconstruction_rate", "optimiser.discrimination_rate", "optimiser.generation_rate", "optimiser.clip",
)  # fmt: skip
CHOICES = (
    "network.weights",
    "network.normalise",
    "cost",
    "optimiser.kind",
    "posterior",
    "prior.name",
    "heads",
    "content_decoded",
)


def limit_configs():
    """Configurations with one number at a limit, and with many numbers and choices anywhere."""
    limits = {key: (setting_field(key).metadata["low"], setting_field(key).metadata["high"]) for key in NUMBERS}
    cases = [(preset, {}) for preset in PRESETS]
    cases += [
        (preset, {key: end}) for preset in ("default", "vae", "clusters") for key in NUMBERS for end in limits[key]
    ]
    rng = random.Random(0)
    for _ in range(180):
        numbers = {key: rng.choice(limits[key]) for key in NUMBERS if rng.random() < 0.5}
        choices = {
            key: rng.choice(list(setting_field(key).metadata["choices"])) for key in CHOICES if rng.random() < 0.3
        }
        cases.append((rng.choice(list(PRESETS)), {**numbers, **choices}))
    for preset, settings in cases:
        with suppress(ConfigError):
            yield configure(preset, **settings)


def offered_remedies(config):
    ends = [*(["minutes"] if config.minutes else []), "steps" if config.steps else "epochs"]
    judges = [
        remedies.for_strong_discriminator(config),
        remedies.for_weak_discriminator(config),
        remedies.for_collapsed_codes(config, True),
        remedies.for_stalled_reconstruction(config),
    ]
    latent = [
        remedies.for_unused_dimensions(config, dimension_count, True)
        for dimension_count in {1, max(1, config.latent_dim - 1)}
    ]
    latent += [remedies.for_large_latent_space(config, dimensions) for dimensions in (0.0, 3.2, 400.0)]
    lengths = [remedies.for_distant_codes(config, end) for end in ends]
    return (
        judges
        + latent
        + lengths
        + [remedies.for_few_contents(config, content_count, ends[-1]) for content_count in (1.2, 7.6)]
    )


def setting_value(config, key):
    return functools.reduce(getattr, key.split("."), config)


def test_what_is_advised_is_always_another_valid_setting():
    configs = list(limit_configs())
    assert len(configs) > 140
    for config in configs:
        for setting, value in {(mend.setting, mend.value) for mend in offered_remedies(config)}:
            # as it is typed at a terminal
            assert with_settings(config, {setting: str(value)}) != config, (setting, value)
            assert not setting.endswith("_rate") or setting_value(config, setting) or value in USUAL_RATES, (
                setting,
                value,
            )


USUAL_RATES = {rate for rates in remedies.USUAL_RATES.values() for rate in rates.values()}


def test_a_rate_of_zero_is_given_its_usual_value():
    normalised = {"network.normalise": "batch"}
    mend = remedies.for_collapsed_codes(configure(**normalised, **{"optimiser.generation_rate": 0.0}), True)
    assert (mend.setting, mend.value) == ("optimiser.generation_rate", 0.1)
    mend = remedies.for_collapsed_codes(configure("images", **normalised, **{"optimiser.generation_rate": 0.0}), True)
    assert (mend.setting, mend.value) == ("optimiser.generation_rate", 2e-4)
    mend = remedies.for_collapsed_codes(configure(**normalised), True)
    assert (mend.setting, mend.value) == ("optimiser.generation_rate", 0.033)


@pytest.mark.parametrize(
    ("variant", "lighter"),
    [("wae-mmd", ("prior_weight", 2.5)), ("sliced-wasserstein", ("prior_weight", 0.25)), ("info-vae", ("alpha", 0.5))],
)
def test_without_an_adversary_the_weight_of_the_distance_is_advised(variant, lighter):
    config = configure(variant=variant)
    mend = remedies.for_distant_codes(config, "epochs")
    assert (mend.setting, mend.value) == ("prior_weight", 4 * config.prior_weight)
    mend = remedies.for_collapsed_codes(config, True)
    assert (mend.setting, mend.value) == lighter
    assert remedies.for_distant_codes(configure(variant=variant, prior_weight=1e6), "epochs").setting == "epochs"


def test_where_the_generation_has_a_weight_this_is_advised_and_not_its_rate():
    weighted_config = configure(
        passes="shared", **{"optimiser.generation_weight": 6.0, "optimiser.generation_rate": 0.0}
    )
    advice = {
        remedies.for_distant_codes(weighted_config, "epochs"): 24.0,
        remedies.for_weak_discriminator(with_settings(weighted_config, {"optimiser.discrimination_rate": 10.0})): 2.0,
        remedies.for_collapsed_codes(with_settings(weighted_config, {"network.normalise": "batch"}), True): 2.0,
    }
    assert [mend.setting for mend in advice] == ["optimiser.generation_weight"] * 3
    assert [mend.value for mend in advice] == list(advice.values())


def test_where_no_setting_is_left_another_beginning_is_advised():
    assert remedies.for_distant_codes(configure(epochs=60_000), "epochs").value == 100_000
    mend = remedies.for_distant_codes(configure(epochs=100_000), "epochs")
    assert (mend.setting, mend.value) == ("seed", 1) and "no other setting" in mend.purpose
    assert remedies.for_distant_codes(configure(epochs=100_000, seed=2**31 - 1), "epochs").value == 0


def test_the_next_mend_is_advised_where_the_first_does_not_fit():
    """A mixture needs an even number of dimensions, and fixed heads as many as there are clusters."""
    config = configure("vae", **{"prior.name": "mixture"})
    assert remedies.for_unused_dimensions(config, 1, True).setting == "beta"
    assert remedies.for_large_latent_space(configure("mixture", latent_dim=6), 3.0).value == 2
    assert remedies.for_large_latent_space(configure(latent_dim=2), 1.0).setting == "posterior"
    full = {"network.normalise": "batch", "input_dropout": 0.2}
    config = configure("reduction", labels=0, latent_dim=16, **full)
    mend = remedies.for_few_contents(config, 3.0, "epochs")
    assert (mend.setting, mend.value) == ("network.normalise", "level")
    config = configure("reduction", labels=0, latent_dim=16, **full | {"network.normalise": "level"})
    assert remedies.for_few_contents(config, 3.0, "epochs").setting == "clusters"
    assert remedies.for_few_contents(dataclasses.replace(config, heads="fixed"), 3.0, "epochs").setting == "epochs"


UNEVEN = np.repeat(np.arange(10), [910] + 9 * [10])  # the perplexity of these classes is 1.65


def contents_problems(contents, variant="semi-supervised", labels=None, **settings):
    taught = {"labels": 100} if variant == "semi-supervised" else {}
    rows = [row(10, 0.1), row(300, 3, {"reconstruction": 1.0}, contents_in_use=contents)]
    config = configure(variant=variant, data="digits", **taught, **settings)
    return keys(diagnosis.find_problems(config, tuple("0123456789"), rows, None, None, labels))


def test_classes_of_uneven_size_are_not_too_few_in_use():
    assert contents_problems(1.65, labels=UNEVEN) == set(), "as the labels have it"
    assert contents_problems(1.65, labels=np.append(UNEVEN, 90_000 * [-1])) == set(), "the unlabelled say nothing"
    three_large = np.repeat(np.arange(10), 3 * [300] + 7 * [10])  # 4.1
    assert contents_problems(2.5, labels=three_large) == set() and contents_problems(1.9, labels=three_large) == {
        "few-contents"
    }
    assert contents_problems(1.65, labels=np.arange(10)) == contents_problems(1.65) == {"few-contents"}
    assert contents_problems(1.65, "clustering", UNEVEN, clusters=10) == {"few-contents"}, "no label teaches clusters"
    view_settings = {"views": 2, "input_shift": 1, "view_agreement": 1.0}
    assert contents_problems(1.65, "clustering", clusters=10, **view_settings, even_until=3.0) == set(), (
        "they may fall out of use"
    )
    assert contents_problems(1.4, "clustering", clusters=10, **view_settings, even_until=3.0) == {"few-contents"}, (
        "but not nearly all"
    )
    assert contents_problems(1.65, "clustering", clusters=10, **view_settings, even_until=3.1) == {"few-contents"}, (
        "not yet"
    )
    assert contents_problems(1.65, labels=np.arange(10), **view_settings, even_until=3.0) == {"few-contents"}, (
        "all classes are taught"
    )


def test_a_small_class_may_leave_its_own_region_nearly_empty():
    import torch

    from aae_core.models.priors import families

    for variant, expected in (("label-informed", set()), ("aae", {"mode-empty"})):
        config = configure(
            variant=variant, data="digits", **{"prior.name": "mixture", "prior.components": 10, "latent_dim": 2}
        )
        prior = families.make_prior(config.prior, 2)
        codes = prior.sample_region(torch.from_numpy(UNEVEN), torch.Generator().manual_seed(0)).double().numpy()
        codes = codes[: len(codes) - 20]
        draws = diagnosis._draw_prior_samples(config)
        rows = [row(10, 0.1), row(300, 3, {"reconstruction": 1.0})]
        outcome = diagnosis.find_problems(config, tuple("0123456789"), rows, codes, draws, UNEVEN[:-20])
        assert keys(outcome) == expected, variant


@pytest.mark.parametrize(
    ("length", "step", "epoch", "seconds", "setting", "value"),
    [
        ({"epochs": 10, "minutes": 30.0}, 290, 10.0, 120.0, "epochs", 20),
        ({"epochs": 10, "minutes": 2.0}, 290, 4.0, 120.0, "minutes", 4.0),
        ({"steps": 400, "minutes": 2.0}, 290, 4.0, 120.0, "minutes", 4.0),
        ({"steps": 290, "minutes": 30.0}, 290, 4.0, 120.0, "steps", 580),
        ({"epochs": 10}, 290, 10.0, 120.0, "epochs", 20),
    ],
)
def test_who_needs_longer_is_sent_to_the_setting_that_ends_the_training(length, step, epoch, seconds, setting, value):
    draws = np.random.default_rng(0).normal(size=(2000, 2))
    rows = [row(10, 0.1), row(step, epoch, {"reconstruction": 1.0}, code_mean=[2.0, 0.0], code_std=[1.0, 1.0])]
    rows[-1]["seconds"] = seconds
    (finding,) = diagnosis.find_problems(configure("vae", **length), (), rows, None, draws)
    assert (finding.key, finding.setting, finding.value) == ("off-centre", setting, value)


def test_an_uninformative_dimension_is_reported_in_a_vae_alone():
    rng = np.random.default_rng(0)
    draws, codes = rng.normal(size=(2000, 4)), rng.normal(size=(500, 4)) * [1, 0.05, 0.9, 0.2]
    rows = [row(10, 0.1), row(300, 3, {"reconstruction": 1.0})]
    (finding,) = diagnosis.find_problems(configure("vae", latent_dim=4), (), rows, codes, draws)
    assert (finding.key, finding.severity, finding.setting, finding.value) == (
        "dimensions-unused",
        "mild",
        "latent_dim",
        2,
    )
    assert "2 of 4 dimensions" in finding.evidence
    (beta_finding,) = diagnosis.find_problems(configure("vae", latent_dim=4, beta=3.0), (), rows, codes, draws)
    assert (beta_finding.setting, beta_finding.value) == ("beta", 1.0)
    (cost_finding,) = diagnosis.find_problems(
        configure("vae", latent_dim=4, cost="squared-error"), (), rows, codes, draws
    )
    assert (cost_finding.setting, cost_finding.value) == ("cost", "cross-entropy")
    assert diagnosis.find_problems(configure(latent_dim=4), (), rows, codes, draws) == []


def test_a_log_likelihood_below_zero_is_no_stalled_training():
    vae = configure("vae-learned-variance")
    learnt = [row(10, 0.1, {"reconstruction": -150.0}), row(300, 3, {"reconstruction": -170.0})]
    idle = [row(10, 0.1, {"reconstruction": -150.0}), row(300, 3, {"reconstruction": -150.5})]
    assert diagnosis.find_problems(vae, (), learnt) == [] and keys(diagnosis.find_problems(vae, (), idle)) == {
        "stalled"
    }
    (mend,) = (finding for finding in diagnosis.find_problems(vae, (), idle))
    assert mend.setting != "cost"


def test_numbers_beyond_all_measure_are_no_figures():
    huge = 10**400
    assert [
        is_finite_number(value) for value in (1, 0.5, huge, -huge, float("inf"), float("nan"), True, "1", None)
    ] == (2 * [True] + 7 * [False])


def test_findings_are_plain_json():
    rows = [row(10, 0.1, WON), row(300, 3, WON)]
    (first, *_) = diagnosis.find_problems(Config(), (), rows)
    assert json.loads(json.dumps(dataclasses.asdict(first))) == dataclasses.asdict(first)


def test_no_torch_is_needed_to_judge_rows():
    code = "import sys; import aae_core.health.diagnosis; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
