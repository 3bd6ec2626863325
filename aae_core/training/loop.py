"""The loop over the steps of a training, its reports, and when it ends or fails. Nothing here writes files or
prints."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from aae_core.config.derived import REPORT_STEPS
from aae_core.errors import TrainingError
from aae_core.models.convolutions import use_torch_threads
from aae_core.torch_state import torch_defaults
from aae_core.training import captured_step, phases
from aae_core.training.training import Training, divergence_message

REPORT_SECONDS = 2.0  # seconds after which a report is made before its steps are complete
# seconds between reports, and multiple of the expected time, above which the machine slept
ASLEEP_SECONDS, ASLEEP_FACTOR = 60.0, 20
DIVERGED_FACTOR = 1e3  # multiple of the loss in the first report, or of 1, above which a training has diverged


@dataclass(frozen=True)
class Report:
    """The progress after `step` steps and `epoch` epochs. losses: the mean loss of each phase over the steps since the
    last report that has losses, usually ten; {} in a report that comes early because steps are slow. seconds: spent in
    training so far; samples_per_second: images per second since the last report."""

    step: int
    epoch: float
    losses: dict[str, float]
    seconds: float
    samples_per_second: float


def fit(training: Training, report_seconds: Callable[[], float] = lambda: REPORT_SECONDS) -> Iterator[Report]:
    """Train until the configuration's epochs, steps or minutes are over, and yield a Report every REPORT_STEPS steps,
    or sooner if these take more than the seconds that `report_seconds` gives.

    Raises TrainingError, with phase and step, when a loss is not finite or has diverged (DIVERGED_FACTOR); earlier
    checkpoints remain valid.
    """
    time_limit = 60 * training.config.minutes if training.config.minutes else math.inf
    first_means: dict[str, float] = {}
    run_step = captured_step.make_step_function(training, phases.training_step)
    losses: list[dict[str, Tensor]] = []
    while training.step < training.total_steps and training.seconds < time_limit:
        start_time, step_before, means = time.perf_counter(), training.step, {}
        max_seconds = report_seconds()
        with torch_defaults(), use_torch_threads(training.threads):
            while not means and (training.step == step_before or time.perf_counter() - start_time < max_seconds):
                training.set_learning_rates()
                losses.append(run_step())
                training.step += 1
                if training.step % REPORT_STEPS == 0 or training.step == training.total_steps:
                    means = _average_and_check_losses(losses, first_means, training.step - len(losses))
                    losses = []
        expected = training.seconds / step_before * (training.step - step_before) if step_before else math.inf
        elapsed = working_seconds(time.perf_counter() - start_time, expected)
        training.seconds += elapsed
        samples_per_second = (training.step - step_before) * training.batch_size / elapsed
        yield Report(training.step, training.epoch, means, training.seconds, samples_per_second)


def working_seconds(elapsed: float, expected: float) -> float:
    """The seconds of work between two reports. If far more have elapsed than are `expected` from the speed so far, the
    machine slept or the process was stopped, and the expected seconds are returned, so that the pause counts neither
    for the speed nor for a limit in minutes."""
    return expected if elapsed > max(ASLEEP_SECONDS, ASLEEP_FACTOR * expected) else elapsed


def _average_and_check_losses(losses, first_means, steps_before):
    """The mean of each phase's loss over the steps in `losses`; TrainingError if a loss is not finite or has diverged.
    first_means: the means of the first report, by phase, which are filled in here; steps_before: the steps before those
    in `losses`."""
    phase_names = list(losses[0])
    table = torch.stack([torch.stack([row[phase] for phase in phase_names]) for row in losses])  # steps × phases
    table = table.cpu()
    not_finite = ~torch.isfinite(table)
    if not_finite.any():
        row, column = not_finite.nonzero()[0].tolist()
        step = steps_before + row + 1
        raise TrainingError(divergence_message("the loss became infinite or not a number", phase_names[column], step))
    means = dict(zip(phase_names, table.mean(0).tolist(), strict=True))
    for phase, value in means.items():
        diverged_above = DIVERGED_FACTOR * max(1.0, first_means.setdefault(phase, value))
        if value > diverged_above:
            step = steps_before + len(losses)
            raise TrainingError(divergence_message(f"the loss diverged to {value:.3g}", phase, step))
    return means
