"""When a training ends before its epochs or steps are over: at a target metric, or when its minutes are over.

The metrics are measured on training images during the training; the test set does not influence when to stop. They are checked
at fixed steps, so that a seed always ends at the same step, however fast the machine is.
"""

import math

from aae_core.config.choices import TARGETS
from aae_core.config.configuration import Config
from aae_core.evaluation.metrics import as_shown

LEAST, MOST = 50, 1000  # steps between two checks of the target


def interval(steps_per_epoch: int) -> int:
    """Steps from one check of the target to the next: about an epoch's, in whole tens."""
    return 10 * math.ceil(min(max(steps_per_epoch, LEAST), MOST) / 10)


def reached(config: Config, measures: dict) -> str:
    """What ends the training, in a sentence, where the metrics have reached the configuration's target; else ""."""
    value = measures.get(config.target.measure)
    if value is None or not value <= config.target.value:  # also false for NaN
        return ""
    title, value = TARGETS[config.target.measure], as_shown(config.target.measure, value)
    goal = f"the target was {config.target.value:.4g}"
    return f"It ended at its target: the {title}, on training images, reached {value:.4g}; {goal}."


def out_of_time(config: Config, seconds: float) -> str:
    """What ended a training of so many seconds, in a sentence, where its minutes are over; else ""."""
    minutes = config.minutes
    if minutes is None or seconds < 60 * minutes:
        return ""
    return f"It ended when its {minutes:g} minute{'s' * (minutes != 1)} of training were over."


def promise(config: Config) -> str:
    """How the training may end earlier, as a sentence; "" where it has no target."""
    if config.target.measure == "none":
        return ""
    return f"It ends earlier if the {TARGETS[config.target.measure]} reaches {config.target.value:.4g}."
