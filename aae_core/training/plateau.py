"""Ends a training early whose error no longer falls: from then on its learning rates are a tenth, for a third of the steps so
far, and then it ends.

The error is that of the rows on which it trains, as the encoder sees them: with new noise in each pass. No rows are held out,
since a small table has none to spare, and since rows that a detector does not see would count as outliers more often than others.
It is averaged over fixed steps, so that a training with the same seed always ends at the same step, however fast the machine is.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from aae_core.config.advice import SLOWER_AFTER, SLOWER_FACTOR
from aae_core.training.loop import Report, fit
from aae_core.training.training import Training

MIN_CHECK_STEPS = 100  # between two checks of the error, which are an epoch apart if that is longer
CHECKS_WITHOUT_FALL = 2  # in a row, after which the error counts as one that no longer falls
ERROR_PHASES = ("reconstruction", "classification")  # whose costs are errors; those of the adversaries need not fall


class Plateau:
    """Whether an error still falls. tolerance: the share of its whole fall so far by which it must fall to count as falling."""

    def __init__(self, tolerance: float):
        self.tolerance = tolerance
        self.first_error: float | None = None
        self.lowest_error = 0.0
        self.checks_without_fall = 0

    @property
    def is_reached(self) -> bool:
        return self.checks_without_fall >= CHECKS_WITHOUT_FALL

    def add_error(self, error: float) -> None:
        """Take note of the error at the next check."""
        if self.first_error is None:
            self.first_error = self.lowest_error = error
            return
        needed_fall = self.tolerance * (self.first_error - self.lowest_error)
        if error < self.lowest_error - needed_fall:
            self.lowest_error, self.checks_without_fall = error, 0
        else:
            self.checks_without_fall += 1


def fit_until_plateau(training: Training, tolerance: float) -> Iterator[Report]:
    """Train as `loop.fit` does, and yield its reports, but slow down and end early once the error is on a Plateau of this
    tolerance. The configuration of the training and its model then has the schedule and the epochs that were trained."""
    plateau = Plateau(tolerance)
    check_steps = max(MIN_CHECK_STEPS, training.steps_per_epoch)
    errors: list[float] = []
    next_check = check_steps
    for report in fit(training):
        yield report
        if not report.losses or plateau.is_reached:
            continue
        errors.append(sum(report.losses.get(phase, 0.0) for phase in ERROR_PHASES))
        if report.step < next_check:
            continue
        plateau.add_error(sum(errors) / len(errors))
        errors, next_check = [], report.step + check_steps
        if plateau.is_reached:
            _plan_end(training)


def _plan_end(training):
    """Plan slower learning rates from the next epoch on, and the end after a third of the epochs until then, unless the training
    ends sooner anyway."""
    slower_epoch = math.ceil(training.epoch)
    epochs = slower_epoch + max(1, round(slower_epoch * (1 - SLOWER_AFTER) / SLOWER_AFTER))
    if epochs >= training.config.epochs:
        return
    optimiser = replace(training.config.optimiser, schedule=((slower_epoch, SLOWER_FACTOR),))
    training.config = training.model.config = replace(training.config, epochs=epochs, optimiser=optimiser)
