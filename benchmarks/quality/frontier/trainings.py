"""Trainings of the frontier that leave no revision, and their time."""

import time

from benchmarks.quality.frontier.models import schedule_settings


def trained_model(settings: dict, seed: int):
    """A model trained without being followed on its way or kept as a revision, which would take as long again."""
    from aae_core.config.configuration import configure
    from aae_core.data import sets
    from aae_core.training.loop import fit
    from aae_core.training.training import Training

    config = configure(**settings, **schedule_settings(settings), seed=seed)
    training = Training(config, sets.load(config.data))
    for _ in fit(training):
        pass
    assert training.step == settings["steps"]
    return training.model


def train_and_measure(settings: dict, seed: int) -> tuple:
    """(the model of `trained_model`, its metrics on the test items), by as many threads as a run of the frontier has."""
    from aae_core.data import sets
    from aae_core.evaluation.protocols import measure_metrics
    from aae_core.models.convolutions import use_torch_threads

    with use_torch_threads(schedule_settings(settings)["threads"]):
        model = trained_model(settings, seed)
        return model, measure_metrics(model, sets.load(settings["data"]))


def wall_and_processor_seconds() -> tuple[float, float]:
    """Seconds on the clock, and those in which the processor worked for this process."""
    return time.perf_counter(), time.process_time()
