"""Measurements that take no time, for tests that are about something else."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

SIZES = {"encoder": (5, 4), "decoder": (4, 3)}  # parameters and multiplications of each network


class FakeMeasurement:
    """A measurement of a step's time that is made up, for pages that would start a process to measure it; it answers at once.
    In browser tests that process answers the same (tests/workers)."""

    def __init__(self, config, summary, memory=None):
        pass

    def result(self):
        return {
            "seconds_per_step": 0.01,
            "precision": "bf16",
            "threads": 2,
            "why": "The quickest here.",
            "sizes": SIZES,
        }

    def cancel(self):
        pass


@contextmanager
def replace_measures(metrics):
    """Trainings in this process measure by that function in the place of `protocols.measure_metrics`."""
    from aae_core.evaluation.protocols import measure_held_out_error
    from aae_core.runs import recorder

    protocols = SimpleNamespace(measure_metrics=metrics, measure_held_out_error=measure_held_out_error)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "protocols", protocols)
        yield


def use_quick_measures():
    """Trainings are measured on a hundred images, and end with the same few measures: more take longer than a tiny training."""
    from aae_core.evaluation import protocols

    def measure_few(model, data, seed=0, is_quick=False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(protocols, "MAX_QUICK_IMAGES", 100)
            return protocols.measure_metrics(model, data, seed, is_quick=True)

    return replace_measures(measure_few)


def use_full_measures():
    """Trainings end with all measures."""
    from aae_core.evaluation import protocols

    return replace_measures(protocols.measure_metrics)
