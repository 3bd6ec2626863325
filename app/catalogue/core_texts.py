"""The texts of `aae_core` that the app shows in the language of its visitor: `aae_core` itself speaks English alone."""

from collections.abc import Iterator
from dataclasses import fields

from aae_core.config import painting
from aae_core.config.choices import COSTS, TARGETS
from aae_core.config.configuration import setting_keys
from aae_core.config.presets import PRESETS
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.evaluation.metrics import METRICS
from aae_core.game.rules import GameRules
from aae_core.health import diagnosis
from aae_core.store.status import PREPARATIONS
from app.ui import form_settings


def core_texts() -> Iterator[str]:
    """Titles and explanations in the tables of `aae_core`."""
    for metric in METRICS.values():
        yield from (text for text in (metric.title, metric.reading, metric.row_reading) if text)
    for variant in VARIANTS.values():
        yield from (variant.title, variant.summary)
    yield from (prior.title for prior in PRIORS.values())
    for preset in PRESETS.values():
        yield from (preset.title, preset.summary)
    yield from (cost.title for cost in COSTS.values())
    yield from (name for name in TARGETS.values() if name)
    yield from map(form_settings.help_sentence, setting_keys())
    yield from (
        *PREPARATIONS,
        "Measuring on the test set",
    )  # what a worker does before its first step, and after its last
    yield from (diagnosis.HEALTHY, diagnosis.diagnosis_headline([], []))
    yield from (shape.title for shape in painting.SHAPES.values())
    yield from (rule.metadata["help"] for rule in fields(GameRules))
    for prior in PRIORS.values():
        regions = prior.regions
        yield from (prior.manifold, *((regions.noun, regions.along, regions.across) if regions else ()))
