"""The texts of `aae_core` that the app shows in the language of its visitor: `aae_core` itself speaks English alone."""

from collections.abc import Iterator
from dataclasses import fields

from aae_core.config import painting
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.evaluation.metrics import METRICS
from aae_core.game.rules import GameRules


def core_texts() -> Iterator[str]:
    """Titles and explanations in the tables of `aae_core`."""
    for metric in METRICS.values():
        yield from (text for text in (metric.title, metric.reading, metric.row_reading) if text)
    for variant in VARIANTS.values():
        yield from (variant.title, variant.summary)
    yield from (prior.summary for prior in PRIORS.values() if prior.summary)
    yield from (prior.title for prior in PRIORS.values())
    yield from (shape.title for shape in painting.SHAPES.values())
    yield from (rule.metadata["help"] for rule in fields(GameRules))
