"""The texts of `aae_core` that the app shows in the language of its visitor: `aae_core` itself speaks English alone."""

from collections.abc import Iterator

from aae_core.evaluation.metrics import METRICS


def core_texts() -> Iterator[str]:
    """Titles and explanations in the tables of `aae_core`."""
    for metric in METRICS.values():
        yield from (text for text in (metric.title, metric.reading, metric.row_reading) if text)
