"""Ending a training early whose error no longer falls."""

import math

import pytest
import torch

from aae_core import configure
from aae_core.training import plateau
from aae_core.training.loop import Report
from aae_core.training.plateau import Plateau, fit_until_plateau


class PlannedTraining:
    """What `fit_until_plateau` uses of a training: its configuration, and where it is. Its error at each report is given."""

    def __init__(self, errors, steps_per_epoch=10, epochs=100):
        self.errors, self.steps_per_epoch = errors, steps_per_epoch
        self.config = configure(epochs=epochs, **{"optimiser.schedule": ((round(0.75 * epochs), 0.1),)})
        self.model = torch.nn.Module()
        self.model.config = self.config
        self.step = 0

    @property
    def epoch(self):
        return self.step / self.steps_per_epoch


def report_errors(training):
    """Reports as `loop.fit` makes them, until the configuration's epochs are over."""
    while training.step < training.config.epochs * training.steps_per_epoch:
        losses = {"reconstruction": training.errors[training.step // 10], "generation": -training.step}
        training.step += 10
        yield Report(training.step, training.epoch, losses, 0.0, 0.0)


@pytest.fixture
def planned_training(monkeypatch):
    """A function that makes a PlannedTraining, whose reports are those of its errors."""
    monkeypatch.setattr(plateau, "fit", report_errors)
    return PlannedTraining


def list_checks(errors, tolerance):
    watch, is_reached = Plateau(tolerance), []
    for error in errors:
        watch.add_error(error)
        is_reached.append(watch.is_reached)
    return is_reached


def test_a_plateau_is_two_checks_in_a_row_that_fall_by_less_than_the_share_of_the_whole_fall():
    assert list_checks([10, 6, 5, 4.9, 4.8], 0.05) == [False, False, False, False, True]
    assert list_checks([10, 6, 5, 4.9, 4.7, 4.69, 4.68], 0.05) == [False] * 6 + [True]
    assert list_checks([10, 6, 5, 4.9, 4.8], 0.0) == [False] * 5


def test_a_plateau_depends_neither_on_the_unit_nor_on_the_zero_of_the_error():
    errors = [10, 6, 5, 4.9, 4.8]
    assert list_checks([1000 * error - 7000 for error in errors], 0.05) == list_checks(errors, 0.05)


def test_an_error_that_rises_or_stays_is_on_a_plateau():
    assert list_checks([1.0, 1.0, 1.0], 0.0) == [False, False, True]
    assert list_checks([1.0, 2.0, 3.0], 0.05) == [False, False, True]


def test_after_a_plateau_slower_steps_follow_and_the_configuration_says_so(planned_training):
    training = planned_training([math.exp(-report) for report in range(100)])
    reports = list(fit_until_plateau(training, 0.05))
    # the mean error of 100 steps falls from the first to the second check by all of its fall, then by hardly anything
    assert reports[-1].step == 530
    assert training.config.epochs == 53 and training.config.optimiser.schedule == ((40, 0.1),)
    assert training.model.config == training.config


def test_a_training_whose_error_falls_goes_on_as_planned(planned_training):
    training = planned_training([100.0 - report for report in range(100)])
    planned_config = training.config
    assert list(fit_until_plateau(training, 0.05))[-1].step == 1000
    assert training.config == training.model.config == planned_config


def test_no_training_becomes_longer(planned_training):
    training = planned_training([1.0] * 100, epochs=35)
    assert list(fit_until_plateau(training, 0.05))[-1].step == 350
    assert training.config.optimiser.schedule == ((26, 0.1),)


def test_checks_are_an_epoch_apart_if_that_is_longer(planned_training):
    training = planned_training([1.0] * 800, steps_per_epoch=200, epochs=40)
    assert list(fit_until_plateau(training, 0.05))[-1].step == 800
    assert training.config.optimiser.schedule == ((3, 0.1),)
