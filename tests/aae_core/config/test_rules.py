"""Which settings go together: the rules of the paper written down once more, by hand, and compared with the configuration's."""

import itertools

import pytest
from helpers.toy_models import VARIANTS_OF, incompatibility_reason

from aae_core.config.choices import POSTERIORS
from aae_core.config.combinations import check_data
from aae_core.config.configuration import configure
from aae_core.config.derived import (
    content_names,
    discriminator_sees_content,
    discriminator_takes_shown_codes,
    discriminator_uses_code_regions,
    labels_teach_content,
    trained_phases,
    uses_labels,
)
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError

LETTERS = ("a", "b", "c")


def test_the_variants_are_the_papers():
    """Their phases, and whether they have a prior, a content beside the style, and q(y|x)."""
    result = {
        name: (row.phases, row.has_prior, row.has_content, row.categorical, row.labels, row.merge)
        for name, row in VARIANTS.items()
    }
    assert result == VARIANTS_OF


@pytest.mark.parametrize(
    ("variant", "prior", "posterior"),
    [row for row in itertools.product(VARIANTS, PRIORS, POSTERIORS) if incompatibility_reason(*row)],
)
def test_a_combination_without_a_meaning_says_why(variant, prior, posterior):
    with pytest.raises(ConfigError, match=incompatibility_reason(variant, prior, posterior)) as refused:
        configure(variant=variant, posterior=posterior, **{"prior.name": prior, "prior.components": 3})
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("labels", [None, 0, 9])
def test_labels_enter_where_the_paper_has_them(variant, labels):
    """Nothing is taught without a label; only the reduction and nobody else does without any (§7)."""
    label_use = VARIANTS_OF[variant][4]
    prior = {"prior.name": "mixture"} if variant == "label-informed" else {}
    if (labels is not None and label_use == "nowhere") or (labels == 0 and variant != "reduction"):
        with pytest.raises(
            ConfigError, match="uses no labels" if label_use == "nowhere" else "needs labels; without any"
        ):
            configure(variant=variant, labels=labels, **prior)
        return
    c = configure(variant=variant, labels=labels, **prior)
    assert labels_teach_content(c) == (label_use == "classifier" and labels != 0)
    assert uses_labels(c) == (label_use != "nowhere" and labels != 0)
    assert discriminator_uses_code_regions(c) == (variant == "label-informed" and labels is None)
    assert ("classification" in trained_phases(c)) == labels_teach_content(c)
    class_names = {"supervised": LETTERS, "semi-supervised": LETTERS, "reduction": LETTERS}.get(variant, ())
    clusters = tuple(f"cluster {k}" for k in range(16))
    assert c.clusters == 16
    infers_clusters = variant == "clustering" or (variant == "reduction" and labels == 0)
    assert content_names(c, LETTERS) == (clusters if infers_clusters else class_names)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("left_out", ["reconstruction", "discrimination", "generation", "classification"])
def test_a_phase_whose_rate_is_0_is_left_out(variant, left_out):
    prior = {"prior.name": "mixture"} if variant == "label-informed" else {}
    rest = tuple(phase for phase in VARIANTS_OF[variant][0] if phase != left_out)
    settings = {"variant": variant, f"optimiser.{left_out}_rate": 0, **prior}
    if rest:
        assert trained_phases(configure(**settings)) == rest
    else:
        with pytest.raises(ConfigError, match="Nothing would be trained, since the learning rates"):
            configure(**settings)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("expected_text", ["nothing", "content"])
def test_d_judges_codes_alone_where_it_has_no_condition(variant, expected_text):
    prior = {"prior.name": "mixture"} if variant == "label-informed" else {}
    variants_without_d = tuple(name for name, row in VARIANTS_OF.items() if "discrimination" not in row[0])
    if expected_text == "content" and variant in ("aae", "label-informed", *variants_without_d):
        with pytest.raises(ConfigError, match="has no content"):
            configure(variant=variant, discriminator_told=expected_text, **prior)
        return
    c = configure(variant=variant, discriminator_told=expected_text, **prior)
    assert discriminator_sees_content(c) == (expected_text == "content")
    assert discriminator_takes_shown_codes(c) == (
        expected_text == "nothing" and variant not in (*variants_without_d, "reduction")
    )


SEMI = {"variant": "semi-supervised"}
FIXED = {"variant": "reduction", "heads": "fixed", "latent_dim": 3}
PAIRED = {"views": 2, "input_shift": 1, "view_agreement": 1.0}
IN_REGIONS = {"variant": "label-informed", "prior.name": "mixture", "prior.components": 3}


@pytest.mark.parametrize(
    ("settings", "measure", "reason"),
    [
        ({}, "reconstruction", None),
        ({"optimiser.reconstruction_rate": 0}, "reconstruction", "the reconstruction phase is left out"),
        ({}, "mmd2", None),
        ({}, "holes", None),
        ({"optimiser.discrimination_rate": 0}, "mmd2", "a phase that imposes the prior on the codes is left out"),
        ({"optimiser.generation_rate": 0}, "holes", "a phase that imposes the prior on the codes is left out"),
        ({"variant": "vae"}, "mmd2", None),
        ({}, "error", "has no classifier q"),
        ({"variant": "clustering"}, "error", "has no classifier q"),
        ({**FIXED, "labels": 0, "clusters": 3}, "error", "has no classifier q"),
        ({**SEMI, "labels": 100}, "error", None),
        (SEMI, "error", "every label is given"),
        ({**IN_REGIONS, "labels": 100}, "error", None),
        (IN_REGIONS, "error", "every label is given"),
        ({"variant": "clustering"}, "cluster_error", None),
        ({"variant": "reduction", "labels": 0}, "cluster_error", None),
        ({**SEMI, "labels": 100}, "cluster_error", "finds no clusters"),
        ({}, "cluster_error", "finds no clusters"),
    ],
)
def test_a_target_is_a_metric_that_is_taken_while_it_trains(settings, measure, reason):
    target = {"target.measure": measure, "target.value": 0.5}
    if reason is None:
        assert configure(**settings, **target).target.measure == measure
    else:
        with pytest.raises(ConfigError, match=f"cannot be a target here: .*{reason}"):
            configure(**settings, **target)


def test_a_target_and_its_value_come_together():
    for settings, message in (
        ({"target.value": 0.5}, "not of which metric"),
        ({"target.measure": "mmd2"}, "set target.value"),
    ):
        with pytest.raises(ConfigError, match=message):
            configure(**settings)


@pytest.mark.parametrize(
    ("settings", "classes", "message"),
    [
        (SEMI, LETTERS[:2], None),
        (SEMI, LETTERS[:1], "two or more classes, and the data set .* has 1 class; choose the variant clustering"),
        ({"variant": "supervised"}, (), "has no classes"),
        ({"variant": "reduction"}, (), "ask for 0 labels"),
        ({"variant": "reduction", "labels": 0}, (), None),
        ({"variant": "clustering"}, (), None),
        (IN_REGIONS, LETTERS, None),
        (IN_REGIONS, LETTERS[:2], "prior.components must be 2"),
        ({"variant": "aae", "prior.name": "mixture", "prior.components": 7}, LETTERS, None),
        ({"variant": "clustering", "target.measure": "cluster_error", "target.value": 0.5}, LETTERS[:2], None),
        ({"variant": "clustering", "target.measure": "cluster_error", "target.value": 0.5}, LETTERS[:1], "needs classes"),
        (FIXED, LETTERS, None),
        (FIXED, LETTERS[:2], "latent_dim must be 2"),
        ({**FIXED, "labels": 0, "clusters": 3}, LETTERS[:2], None),
        ({**FIXED, "labels": 0, "clusters": 4}, LETTERS, "latent_dim must be 4"),
    ],
)  # fmt: skip
def test_data_have_the_classes_that_the_settings_need(settings, classes, message):
    config = configure(**settings)
    if message is None:
        check_data(config, classes)
    else:
        with pytest.raises(ConfigError, match=message):
            check_data(config, classes)


def test_contents_decoded_apart_fit_into_memory():
    settings = {"variant": "clustering", "content_decoded": "each", "clusters": 1000}
    check_data(configure(**settings, batch_size=100), ())
    with pytest.raises(
        ConfigError, match="A mini-batch of 200 decoded with each of 1,000 contents.*set batch_size to 100 or less"
    ):
        check_data(configure(**settings, batch_size=200), ())


@pytest.mark.parametrize(
    ("variant", "settings", "message"),
    [
        (
            "clustering",
            {"views": 2},
            "Without a shift, a linear map, noise or dropped pixels, two views of an input are identical",
        ),
        ("clustering", {"views": 2, "posterior": "gaussian"}, None),
        ("aae", {"clean_from": 3.0}, "sees its inputs as they are from the beginning; leave clean_from open"),
        ("aae", {"clean_from": 3.0, "input_noise": 0.1}, None),
        ("clustering", {"views": 2, "input_dropout": 0.1}, None),
        ("clustering", {"views": 2, "input_noise": 0.1}, None),
        ("clustering", {"views": 2, "input_shift": 1}, None),
        ("clustering", {"views": 2, "input_affine": 0.1}, None),
        ("clustering", {"second_view": "unaltered"}, "sees the second of two views of an input; set views to 2"),
        ("clustering", {"second_view": "unaltered", "views": 2, "input_noise": 0.1}, None),
        ("clustering", {"view_agreement": 1.0}, "compares two views of an input beside the reconstruction; set"),
        ("clustering", {"even_until": 1.0}, "ends a part of the agreement of two views on an inferred content"),
        ("info-vae", {"alpha": 0.7, "prior_weight": 0.3}, None),  # 1 − 0.7 is more than 0.3 in floating point
        ("clustering", {**PAIRED, "even_until": 1.0}, None),
        ("supervised", {"views": 2, "input_shift": 1}, "supervised infers no content, so two views of an input"),
        ("label-informed", {**PAIRED, "prior.name": "swiss-roll"}, "nothing to agree"),
        ("label-informed", {**PAIRED, "prior.name": "mixture"}, None),
        ("aae", {**PAIRED, "prior.name": "mixture"}, None),
        ("aae", {**PAIRED, "prior.name": "mixture", "view_agreement": 0.0}, "mixture, .* and view_agreement above 0"),
        ("ae", {**PAIRED, "prior.name": "mixture"}, "nothing to agree on; leave views at 1\\."),
        ("info-vae", {**PAIRED, "prior.name": "mixture"}, None),
        (
            "info-vae",
            {**PAIRED, "prior.name": "mixture", "second_view": "unaltered"},
            "judged by D, which the variant info-vae",
        ),
        ("supervised", {"content_decoded": "each"}, "supervised infers no content, so there are no contents to decode"),
        ("vae", {"network.normalise": "level"}, "no logits to keep level; set network.normalise to"),
        ("clustering", {"network.normalise": "level"}, None),
        ("clustering", {"content_smoothing": 0.2}, "leave it at 0, or set content_decoded to each with a variant"),
        ("clustering", {"content_decoded": "each", "content_smoothing": 0.2}, None),
        ("clustering", {"content_decoded": "each", "cost": "learned-variance"}, "give several"),
        ("clustering", {"cost": "learned-variance"}, None),
        ("clustering", {"heads": "fixed"}, "none to fix"),
        ("aae", {"beta": 2}, "weighs the KL"),
        ("vae", {"beta": 2}, None),
        ("info-vae", {"beta": 2}, "info-vae's KL term is weighed by alpha"),
        ("vae", {"prior_weight": 2}, "vae has neither"),
        ("info-vae", {"prior_weight": 2}, None),
        ("info-vae", {"prior_weight": 0.2, "alpha": 0.5}, "would be -0.3, .* set prior_weight to 0.5 or more"),
        ("info-vae", {"prior_weight": 0.5, "alpha": 0.5}, None),
        ("vae", {"alpha": 0.5}, "only one of them or neither"),
        ("wae-mmd", {"alpha": 0.5}, "only one of them or neither"),
        ("wae-mmd", {"projections": 9}, "wae-mmd has none"),
        ("aae", {"passes": "shared", "optimiser.generation_weight": 3}, None),
        ("aae", {"passes": "shared", "optimiser.generation_weight": 3, "optimiser.generation_rate": 0}, None),
        ("aae", {"optimiser.generation_weight": 3}, "in a pass that the phases share; choose a variant with a D"),
        ("wae-mmd", {"passes": "shared", "optimiser.generation_weight": 3}, "choose a variant with a D, passes shared"),
        (
            "aae",
            {"passes": "shared", "optimiser.generation_weight": 3, "optimiser.discrimination_rate": 0},
            "learning rates of reconstruction and discrimination above 0",
        ),
        (
            "clustering",
            {**PAIRED, "passes": "shared", "optimiser.generation_weight": 3, "second_view": "unaltered"},
            "second_view altered",
        ),
        ("wae-mmd", {"batch_size": 5000}, "set batch_size to 4,000 or less"),
        ("sliced-wasserstein", {"projections": 9, "prior_weight": 3, "batch_size": 5000}, None),
        (
            "sliced-wasserstein",
            {"optimiser.reconstruction_rate": 0},
            "all phases of the variant sliced-wasserstein are 0; set optimiser.reconstruction_rate",
        ),
    ],
)
def test_what_would_do_nothing_is_refused(variant, settings, message):
    if message is None:
        configure(variant=variant, **settings)
    else:
        with pytest.raises(ConfigError, match=message):
            configure(variant=variant, **settings)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("steps", "7", 7),
        ("steps", "none", None),
        ("steps", "100000000", 10**8),
        ("minutes", "0.5", 0.5),
        ("minutes", "", None),
        ("labels", "all", None),
        ("epochs", " 12 ", 12),
        ("network.hidden", "(10, 20)", (10, 20)),
        ("optimiser.schedule", "5:0.1,1000000:1000", ((5.0, 0.1), (1e6, 1000.0))),
        ("optimiser.schedule", "0:0", ((0.0, 0.0),)),
    ],
)
def test_what_is_typed_is_read(key, text, value):
    variant = "semi-supervised" if key == "labels" else "aae"
    config = configure(variant=variant, **{key: text})
    for part in key.split("."):
        config = getattr(config, part)
    assert config == value and type(config) is type(value)


@pytest.mark.parametrize("schedule", ["1000000.5:1", "-1:1", "5:1000.5", "5:-0.1"])
def test_a_schedule_beyond_its_limits_is_refused(schedule):
    with pytest.raises(ConfigError, match="from 0 to"):
        configure(**{"optimiser.schedule": schedule})


@pytest.mark.parametrize(
    ("variant", "requirements"),
    [
        ("ae", ()),
        ("aae", ("samples",)),
        ("clustering", ("samples",)),
        ("vae", ("density",)),
        ("wae-mmd", ("samples",)),
        ("sliced-wasserstein", ("samples",)),
        ("info-vae", ("samples", "density")),
    ],
)
def test_a_variant_takes_of_its_prior_what_imposes_it(variant, requirements):
    assert VARIANTS[variant].required_of_prior == requirements
