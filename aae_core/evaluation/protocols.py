"""The evaluation of a trained model: a table of the protocols, and the metrics of a revision, which combine several of
them.

All values are computed in evaluation mode, depend only on model, data and seed, and leave the global random state and
the model's training mode unchanged. During a training only training images are measured; test images are measured once,
at its end.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import MAX_HELD_OUT, labels_teach_content, trained_phases
from aae_core.data.held_out import draw_held_out_indices, labels_without_held_out
from aae_core.data.item_draws import draw_labelled_mask
from aae_core.errors import ConfigError, unknown_name_error
from aae_core.evaluation import (
    classification,
    clustering,
    code_metrics,
    disentanglement,
    iwae,
    sample_quality,
    style_content,
)
from aae_core.evaluation.likelihood import DEFAULT_SAMPLES, check_sample_count, parzen_likelihood
from aae_core.evaluation.metrics import METRICS, PROTOCOLS, metric_name_and_value, perplexity
from aae_core.evaluation.sample import Sample, Subject, item_word
from aae_core.evaluation.swaps import no_swap_reason, swap_agreement
from aae_core.models.inference import classify_all
from aae_core.models.model import NO_PRIOR_MESSAGE, Model
from aae_core.torch_state import torch_defaults

MAX_QUICK_IMAGES = 2000  # training images, at most, that are measured while a training goes on


@dataclass(frozen=True)
class Protocol:
    """One protocol. measure: computes its results as plain values. required_phases: the phases of training without
    which there is nothing to measure. refusal: why it has no meaning for a model and a data set, in a sentence; "" if
    it has one."""

    measure: Callable[[Subject], dict]
    required_phases: tuple[str, ...] = ()
    refusal: Callable[[Model, object], str] = lambda model, dataset: ""


def _prior_fit_figures(model, sample, seed, is_quick=False):
    """How well the codes match the prior, unless its phases were left out; and for inferred contents how many are in
    use."""
    figures = (
        {} if untrained_phases("prior-fit", model) else code_metrics.prior_fit_metrics(model, sample, seed, is_quick)
    )
    if model.variant.categorical:
        figures["contents_in_use"] = perplexity(classify_all(model, sample.images).double().numpy().mean(0))  # of q(y)
    return figures


def _code_structure_figures(subject):
    """The other metrics of the codes; {} if nothing but the classification was trained."""
    if untrained_phases("reconstruction", subject.model) and untrained_phases("prior-fit", subject.model):
        return {}
    return code_metrics.knn_and_posterior_metrics(subject.model, subject.dataset, subject.sample, subject.seed)


def _alternative_protocol_clause(variant) -> str:
    if variant.has_content:
        return "the protocol style-content says how much of the class is left in its style."
    return "the protocol prior-fit gives the 5-NN accuracy of its codes."


def _no_labels_reason(model, dataset) -> str:
    if (dataset.test.labels >= 0).any():
        return ""
    return f"The test {item_word(model)} of {dataset.name} have no labels, so there is nothing to compare with."


def _no_classes_reason(model, dataset) -> str:
    variant = model.variant
    if variant.categorical and not labels_teach_content(model.config):
        return f"No labels taught this {variant.name} model, so it infers clusters and no classes; choose clustering."
    if not variant.categorical and variant.labels != "discriminator":
        reason = f"The variant {variant.name} has no classifier q(y|x) (§5), so there is no error to count"
        return f"{reason}; {_alternative_protocol_clause(variant)}"
    return _no_labels_reason(model, dataset)


def _no_clusters_reason(model, dataset) -> str:
    variant = model.variant
    if not variant.categorical:
        reason = f"The variant {variant.name} has no cluster heads (§6), so there are no clusters to label"
        return f"{reason}; {_alternative_protocol_clause(variant)}"
    if labels_teach_content(model.config):
        return f"Labels taught this {variant.name} model its classes; choose classification."
    return ""


def _no_style_reason(model, dataset) -> str:
    if model.variant.merge == "none":
        return f"The variant {model.variant.name} has no content beside its code, so there is no style to keep apart from it."
    return _no_labels_reason(model, dataset)


def _no_factors_reason(model, dataset) -> str:
    if dataset.test.factors is not None:
        return ""
    return f"The {item_word(model)} of {dataset.name} have no known factors to compare the dimensions of z with."


def _no_prior_reason(model, dataset) -> str:
    return "" if model.variant.has_prior else NO_PRIOR_MESSAGE.format(model.variant.name)


def _no_samples_reason(model, dataset) -> str:
    return _no_prior_reason(model, dataset) or sample_quality.incomparable_samples_reason(model, dataset)


def _no_bound_reason(model, dataset) -> str:
    return _no_prior_reason(model, dataset) or iwae.missing_bound_reason(model.config)


PROTOCOL_ROWS = {  # in the order of evaluation
    "reconstruction": Protocol(
        lambda s: code_metrics.reconstruction_metrics(s.model, s.sample) | {"n": len(s.sample.images)},
        ("reconstruction",),
    ),
    "prior-fit": Protocol(
        lambda s: _prior_fit_figures(s.model, s.sample, s.seed) | _code_structure_figures(s),
        ("discrimination", "generation"),
    ),
    "classification": Protocol(classification.evaluate_classification, refusal=_no_classes_reason),
    "clustering": Protocol(clustering.evaluate_clustering, refusal=_no_clusters_reason),
    "swap-agreement": Protocol(
        lambda s: swap_agreement(s.model, s.dataset, s.seed),
        ("reconstruction",),
        lambda model, _: no_swap_reason(model),
    ),
    "style-content": Protocol(style_content.evaluate_style_content, ("reconstruction",), _no_style_reason),
    "disentanglement": Protocol(disentanglement.evaluate_disentanglement, ("reconstruction",), _no_factors_reason),
    "sample-quality": Protocol(sample_quality.evaluate_sample_quality, ("reconstruction",), _no_samples_reason),
    "iw-bound": Protocol(iwae.evaluate_iwae_bound, ("reconstruction",), _no_bound_reason),
    "likelihood": Protocol(
        lambda s: parzen_likelihood(s.model, s.dataset, s.seed, s.samples), ("reconstruction",), _no_prior_reason
    ),
}
# those of which `measure_metrics` consist
REPORTED_PROTOCOLS = (
    "reconstruction", "prior-fit", "classification", "clustering", "style-content", "disentanglement",
    "sample-quality", "swap-agreement",
)  # fmt: skip


def untrained_phases(protocol: str, model: Model) -> list[str]:
    """The phases of the model's variant that the protocol needs and that its configuration leaves out (by a learning
    rate of 0)."""
    untrained_names = set(PROTOCOL_ROWS[protocol].required_phases) - set(trained_phases(model.config))
    return [phase for phase in model.variant.phases if phase in untrained_names]


def refusal_reason(protocol: str, model: Model, dataset) -> str:
    """Why a protocol has no meaning for a model and a data set, in a sentence; "" if it has one."""
    untrained_names = untrained_phases(protocol, model)
    if untrained_names:
        cause = f"This {model.variant.name} model was trained without {' and '.join(untrained_names)}"
        return f"{cause}, so the protocol {protocol} has nothing to measure."
    return PROTOCOL_ROWS[protocol].refusal(model, dataset)


@torch_defaults()
def evaluate(
    model: Model, dataset, protocol: str = "all", seed: int = 0, samples: int = DEFAULT_SAMPLES
) -> dict[str, dict]:
    """{protocol: figures} for one of `PROTOCOLS`, or for "all" those that apply to the model and the data.

    All figures are plain values: numbers, texts, and lists and dictionaries of them. samples: the number of samples of
    the model in the protocol likelihood, which takes the longest. Under "all", a protocol that cannot be measured gives
    {"refusal": the reason in a sentence}, and the others are still measured. Raises ConfigError for an unknown
    protocol, for a single protocol that does not apply or cannot be measured, for a number of samples outside 2 to 10⁸,
    and if none of "all" can be measured.
    """
    if protocol not in PROTOCOLS:
        raise unknown_name_error("protocol", protocol, PROTOCOLS)
    if protocol != "all":
        refusal = refusal_reason(protocol, model, dataset)
        if refusal:
            raise ConfigError(refusal)
    subject = Subject(model, dataset, Sample.draw_test(model, dataset, seed), seed, samples)
    if protocol != "all":
        return {protocol: PROTOCOL_ROWS[protocol].measure(subject)}
    applicable = [name for name in PROTOCOL_ROWS if not refusal_reason(name, model, dataset)]
    if "likelihood" in applicable:
        check_sample_count(samples)  # before any time is spent on the others
    results = {}
    for name in applicable:
        try:
            results[name] = PROTOCOL_ROWS[name].measure(subject)
        except ConfigError as error:
            results[name] = {"refusal": str(error)}
    refusals = [figures["refusal"] for figures in results.values() if "refusal" in figures]
    if results and len(refusals) == len(results):
        raise ConfigError(refusals[0])
    return results


@torch_defaults()
def measure_metrics(model: Model, dataset, seed: int = 0, is_quick: bool = False) -> dict:
    """The metrics of a model on the test images, by their names in `metrics.METRICS`. A metric is absent if it has no
    meaning for the model, or if a phase was left out without which there is nothing to measure.

    is_quick: measure at most 2,000 training images, drawn by `seed`, and only what is cheap enough to follow live:
    reconstruction, the distances to the prior apart from `fresh_accuracy` and `js`, `contents_in_use`, and one error
    (`error`, `region_accuracy` or `cluster_error`). The first two of these errors are counted on images whose labels
    the model was not given, and are absent if it was given all.

    The distances compare at most 10,000 codes, one draw from q(z|x) each, with as many samples of the configured prior,
    even for the variant `ae`, on which no prior was imposed. Values are floats, lists of d floats for `code_mean` and
    `code_std`, an int for `active_units`. Raises ConfigError if there are no images to measure or the model gives
    values that are not finite.
    """
    if is_quick:
        return _quick_training_metrics(model, dataset, seed)
    subject = Subject(model, dataset, Sample.draw_test(model, dataset, seed), seed)
    result = {}
    for name in REPORTED_PROTOCOLS:
        if name == "prior-fit" or not refusal_reason(name, model, dataset):  # a part of it needs no phases
            figures = dict(metric_name_and_value(*figure) for figure in PROTOCOL_ROWS[name].measure(subject).items())
            result |= {key: value for key, value in figures.items() if key in METRICS and value is not None}
    return result


@torch_defaults()
def measure_held_out_error(model: Model, dataset) -> float:
    """The reconstruction error, ½‖x − x̂‖² on average, of the training items that the model's training does not see
    (`data.held_out`); of more than MAX_HELD_OUT, as a large group has, of some in equal steps. ConfigError if it is not
    finite."""
    indices = draw_held_out_indices(model.config, len(dataset.train.images), dataset.train.groups)
    indices = indices[:: math.ceil(len(indices) / MAX_HELD_OUT)]
    sample = Sample.draw(model, dataset, dataset.train, indices, seed=0)
    return code_metrics.reconstruction_metrics(model, sample)["reconstruction"]


def _quick_training_metrics(model, dataset, seed) -> dict[str, float]:
    """The quick metrics, of training images."""
    train, variant = dataset.train, model.variant
    sample = Sample.draw(model, dataset, train, None, seed, MAX_QUICK_IMAGES)
    quick_metrics = (
        {} if untrained_phases("reconstruction", model) else code_metrics.reconstruction_metrics(model, sample)
    )
    quick_metrics |= _prior_fit_figures(model, sample, seed, is_quick=True)
    if variant.categorical and not labels_teach_content(model.config):
        return quick_metrics | clustering.quick_cluster_error_metric(model, train, seed)
    if variant.categorical or variant.labels == "discriminator":
        labels = labels_without_held_out(model.config, train.labels, dataset.classes, train.groups)
        is_labelled = draw_labelled_mask(labels, model.config.labels, dataset.classes, model.config.seed)
        held_back_numbers = np.flatnonzero(~is_labelled & (train.labels >= 0))
        if len(held_back_numbers):
            sample = Sample.draw(model, dataset, train, held_back_numbers, seed, MAX_QUICK_IMAGES)
            figures = classification.evaluate_classification(Subject(model, dataset, sample))
            quick_metrics |= {key: figures[key] for key in ("error", "region_accuracy") if key in figures}
    return quick_metrics
