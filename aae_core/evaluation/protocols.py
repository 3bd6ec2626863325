"""The evaluation of a trained model: a table of the protocols, and the metrics of a revision, which combine several of them.

All values are computed in evaluation mode, depend only on model, data and seed, and leave the global random state and the
model's training mode unchanged. During a training only training images are measured; test images are measured once, at its end.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import phases, taught
from aae_core.data.sets import labelled_subset
from aae_core.errors import ConfigError, unknown
from aae_core.evaluation import (
    classification,
    clustering,
    code_metrics,
    disentanglement,
    importance,
    sample_quality,
    style_content,
)
from aae_core.evaluation.likelihood import SAMPLES, check_samples, likelihood
from aae_core.evaluation.metrics import METRICS, PROTOCOLS, as_metric, perplexity
from aae_core.evaluation.sample import Sample, Subject, items_of
from aae_core.evaluation.swaps import swap_agreement, why_no_swap
from aae_core.models.inference import classify_all
from aae_core.models.model import NO_PRIOR, Model
from aae_core.torch_state import torch_defaults

QUICK = 2000  # training images, at most, that are measured while a training goes on


@dataclass(frozen=True)
class Protocol:
    """One protocol. figures: computes its results as plain values. needs: the phases of training without which there is nothing
    to measure. why_not: why it has no meaning for a model and a data set, in a sentence; "" if it has one."""

    figures: Callable[[Subject], dict]
    needs: tuple[str, ...] = ()
    why_not: Callable[[Model, object], str] = lambda model, dataset: ""


def _fit(model, sample, seed, quick=False):
    """How well the codes match the prior, unless its phases were left out; and for inferred contents how many are in use."""
    figures = {} if left_out("prior-fit", model) else code_metrics.prior_fit(model, sample, seed, quick)
    if model.variant.categorical:
        figures["contents_in_use"] = perplexity(classify_all(model, sample.images).double().numpy().mean(0))  # of q(y)
    return figures


def _beyond_fit(s):
    """The other metrics of the codes; {} if nothing but the classification was trained."""
    if left_out("reconstruction", s.model) and left_out("prior-fit", s.model):
        return {}
    return code_metrics.beyond_fit(s.model, s.dataset, s.sample, s.seed)


def _elsewhere(variant):
    if variant.has_content:
        return "the protocol style-content says how much of the class is left in its style."
    return "the protocol prior-fit gives the 5-NN accuracy of its codes."


def _unlabelled(model, dataset):
    if (dataset.test.labels >= 0).any():
        return ""
    return f"The test {items_of(model)} of {dataset.name} have no labels, so there is nothing to compare with."


def _no_classes(model, dataset):
    variant = model.variant
    if variant.categorical and not taught(model.config):
        return f"No labels taught this {variant.name} model, so it infers clusters and no classes; choose clustering."
    if not variant.categorical and variant.labels != "discriminator":
        return f"The variant {variant.name} has no classifier q(y|x) (§5), so there is no error to count; {_elsewhere(variant)}"
    return _unlabelled(model, dataset)


def _no_clusters(model, dataset):
    variant = model.variant
    if not variant.categorical:
        return f"The variant {variant.name} has no cluster heads (§6), so there are no clusters to label; {_elsewhere(variant)}"
    if taught(model.config):
        return f"Labels taught this {variant.name} model its classes; choose classification."
    return ""


def _no_style(model, dataset):
    if model.variant.merge == "none":
        return f"The variant {model.variant.name} has no content beside its code, so there is no style to keep apart from it."
    return _unlabelled(model, dataset)


def _no_factors(model, dataset):
    if dataset.test.factors is not None:
        return ""
    return f"The {items_of(model)} of {dataset.name} have no known factors to compare the dimensions of z with."


def _no_prior(model, dataset):
    return "" if model.variant.has_prior else NO_PRIOR.format(model.variant.name)


def _no_samples(model, dataset):
    return _no_prior(model, dataset) or sample_quality.why_not(model, dataset)


def _no_bound(model, dataset):
    return _no_prior(model, dataset) or importance.why_not(model.config)


ROWS = {  # in the order of evaluation
    "reconstruction": Protocol(
        lambda s: code_metrics.reconstruction(s.model, s.sample) | {"n": len(s.sample.images)}, ("reconstruction",)
    ),
    "prior-fit": Protocol(lambda s: _fit(s.model, s.sample, s.seed) | _beyond_fit(s), ("discrimination", "generation")),
    "classification": Protocol(classification.protocol, why_not=_no_classes),
    "clustering": Protocol(clustering.protocol, why_not=_no_clusters),
    "swap-agreement": Protocol(
        lambda s: swap_agreement(s.model, s.dataset, s.seed), ("reconstruction",), lambda model, _: why_no_swap(model)
    ),
    "style-content": Protocol(style_content.protocol, ("reconstruction",), _no_style),
    "disentanglement": Protocol(disentanglement.protocol, ("reconstruction",), _no_factors),
    "sample-quality": Protocol(sample_quality.protocol, ("reconstruction",), _no_samples),
    "iw-bound": Protocol(importance.protocol, ("reconstruction",), _no_bound),
    "likelihood": Protocol(lambda s: likelihood(s.model, s.dataset, s.seed, s.samples), ("reconstruction",), _no_prior),
}
# those of which `metrics` consist
REPORTED = (
    "reconstruction", "prior-fit", "classification", "clustering", "style-content", "disentanglement", "sample-quality",
    "swap-agreement",
)  # fmt: skip


def left_out(protocol: str, model: Model) -> list[str]:
    """The phases of the model's variant that the protocol needs and that its configuration leaves out (by a learning rate of
    0)."""
    needed = set(ROWS[protocol].needs) - set(phases(model.config))
    return [phase for phase in model.variant.phases if phase in needed]


def why_not(protocol: str, model: Model, dataset) -> str:
    """Why a protocol has no meaning for a model and a data set, in a sentence; "" if it has one."""
    missing = left_out(protocol, model)
    if missing:
        without = f"This {model.variant.name} model was trained without {' and '.join(missing)}"
        return f"{without}, so the protocol {protocol} has nothing to measure."
    return ROWS[protocol].why_not(model, dataset)


@torch_defaults()
def evaluate(model: Model, dataset, protocol: str = "all", seed: int = 0, samples: int = SAMPLES) -> dict[str, dict]:
    """{protocol: figures} for one of `PROTOCOLS`, or for "all" those that apply to the model and the data.

    All figures are plain values: numbers, texts, and lists and dictionaries of them. samples: the number of samples of the model
    in the protocol likelihood, which takes the longest. Under "all", a protocol that cannot be measured gives {"refusal": the
    reason in a sentence}, and the others are still measured. Raises ConfigError for an unknown protocol, for a single protocol
    that does not apply or cannot be measured, for a number of samples outside 2 to 10⁸, and if none of "all" can be measured.
    """
    if protocol not in PROTOCOLS:
        raise unknown("protocol", protocol, PROTOCOLS)
    if protocol != "all":
        refusal = why_not(protocol, model, dataset)
        if refusal:
            raise ConfigError(refusal)
    subject = Subject(model, dataset, Sample.of_test(model, dataset, seed), seed, samples)
    if protocol != "all":
        return {protocol: ROWS[protocol].figures(subject)}
    applicable = [name for name in ROWS if not why_not(name, model, dataset)]
    if "likelihood" in applicable:
        check_samples(samples)  # before any time is spent on the others
    results = {}
    for name in applicable:
        try:
            results[name] = ROWS[name].figures(subject)
        except ConfigError as error:
            results[name] = {"refusal": str(error)}
    refusals = [figures["refusal"] for figures in results.values() if "refusal" in figures]
    if results and len(refusals) == len(results):
        raise ConfigError(refusals[0])
    return results


@torch_defaults()
def metrics(model: Model, dataset, seed: int = 0, quick: bool = False) -> dict:
    """The metrics of a model on the test images, by their names in `metrics.METRICS`. A metric is absent if it has no meaning for
    the model, or if a phase was left out without which there is nothing to measure.

    quick: measure at most 2,000 training images, drawn by `seed`, and only what is cheap enough to follow live: reconstruction,
    the distances to the prior apart from `fresh_accuracy` and `js`, `contents_in_use`, and one error (`error`,
    `region_accuracy` or `cluster_error`). The first two of these errors are counted on images whose labels the model was not
    given, and are absent if it was given all.

    The distances compare at most 10,000 codes, one draw from q(z|x) each, with as many samples of the configured prior, even for
    the variant `ae`, on which no prior was imposed. Values are floats, lists of d floats for `code_mean` and `code_std`, an int
    for `active_units`. Raises ConfigError if there are no images to measure or the model gives values that are not finite.
    """
    if quick:
        return _while_training(model, dataset, seed)
    subject = Subject(model, dataset, Sample.of_test(model, dataset, seed), seed)
    result = {}
    for name in REPORTED:
        if name == "prior-fit" or not why_not(name, model, dataset):  # a part of it needs no phases
            figures = dict(as_metric(*figure) for figure in ROWS[name].figures(subject).items())
            result |= {key: value for key, value in figures.items() if key in METRICS and value is not None}
    return result


def _while_training(model, dataset, seed):
    """The quick metrics, of training images."""
    train, variant = dataset.train, model.variant
    sample = Sample.of(model, dataset, train, None, seed, QUICK)
    quick_metrics = {} if left_out("reconstruction", model) else code_metrics.reconstruction(model, sample)
    quick_metrics |= _fit(model, sample, seed, quick=True)
    if variant.categorical and not taught(model.config):
        return quick_metrics | clustering.quick_figures(model, train, seed)
    if variant.categorical or variant.labels == "discriminator":
        trained_on = labelled_subset(train.labels, model.config.labels, dataset.classes, model.config.seed)
        held_back = np.flatnonzero(~trained_on & (train.labels >= 0))
        if len(held_back):
            sample = Sample.of(model, dataset, train, held_back, seed, QUICK)
            figures = classification.protocol(Subject(model, dataset, sample))
            quick_metrics |= {key: figures[key] for key in ("error", "region_accuracy") if key in figures}
    return quick_metrics
