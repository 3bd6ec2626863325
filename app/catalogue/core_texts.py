"""The texts in tables of `aae_core` that the app translates where it shows them."""

from collections.abc import Iterator
from dataclasses import fields

from aae_core import places
from aae_core.config import painting
from aae_core.config.choices import COMPARABLE_METRICS, COSTS, NETWORKS, TARGETS
from aae_core.config.configuration import setting_keys
from aae_core.config.presets import PRESETS
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.evaluation.metrics import METRICS, WITHOUT_PRIOR
from aae_core.game.rules import GameRules
from aae_core.reproduce import frontier, results
from aae_core.reproduce.experiments import BUDGET_TITLES, EXPERIMENTS
from aae_core.store.revision import Revision
from aae_core.store.status import PREPARATIONS
from app.ui import form_settings


def core_texts() -> Iterator[str]:
    """Titles and explanations in the tables of `aae_core`."""
    for metric in METRICS.values():
        readings = metric.reading, metric.reading.removesuffix(WITHOUT_PRIOR).rstrip(), metric.row_reading
        yield from (text for text in (metric.title, *readings) if text)
    yield from (METRICS[name].short_title for name in COMPARABLE_METRICS)  # of the columns of a sweep
    for variant in VARIANTS.values():
        yield from (variant.title, variant.summary)
    yield from (prior.summary for prior in PRIORS.values() if prior.summary)
    yield from (sets.describe_data_set(name).title for name in sets.BUILT_IN_NAMES)
    for prior in PRIORS.values():
        yield from (prior.title, prior.manifold)
        if prior.regions:
            yield from (prior.regions.noun, prior.regions.first_axis_caption, prior.regions.second_axis_caption)
    for preset in PRESETS.values():
        yield from (preset.title, preset.summary)
    yield from (cost.title for cost in COSTS.values())
    yield from (networks.title for networks in NETWORKS.values())
    yield from (name for name in TARGETS.values() if name)
    yield from map(form_settings.help_sentence, setting_keys())
    yield from PREPARATIONS  # what a worker does before its first step
    yield "Measuring on the test set"  # and after its last
    yield from (shape.title for shape in painting.SHAPES.values())
    yield from _example_texts()
    yield from _results_texts()
    yield from (rule.metadata["help"] for rule in fields(GameRules))


def _example_texts() -> Iterator[str]:
    """The names and notes of the examples."""
    for path in sorted(places.gallery_folder().iterdir()):
        example = Revision(path, gallery=True)
        yield from (text for text in (example.label, example.notes) if text)


def _results_texts() -> Iterator[str]:
    """The texts of the pages Results and Which one?: of the experiments, and of the measured models."""
    yield from BUDGET_TITLES.values()
    for experiment in EXPERIMENTS.values():
        yield from (text for text in (experiment.title, experiment.figure.title, experiment.note) if text)
    for name, explanation in results.reading_note_texts().items():
        yield from (name, explanation)
    yield from (results.NOT_RUN, results.FORMER_NAMING_NOTE)
    models = frontier.read_frontier()
    yield from (model.title for model in models.models)
    yield from (part.protocol for part in (models, models.curves) if part.protocol)
