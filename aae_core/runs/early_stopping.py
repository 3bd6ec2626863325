"""Ends a training before its epochs or steps are over: when a metric reaches its target, when the error of held-out items no
longer falls, or when the minutes are over.

The metrics are measured on training images, so the test set does not influence when a training stops. They are checked
at fixed steps, so that a training with the same seed always ends at the same step, however fast the machine is.
"""

from aae_core.config.choices import TARGETS
from aae_core.config.configuration import Config
from aae_core.evaluation.metrics import displayed_value
from aae_core.wording import translate


def target_reached_reason(config: Config, measures: dict) -> str:
    """Why the training ends, in a sentence, if the metrics have reached the configuration's target; else ""."""
    value = measures.get(config.target.measure)
    if value is None or not value <= config.target.value:  # also false for NaN
        return ""
    title, value = TARGETS[config.target.measure], displayed_value(config.target.measure, value)
    goal = f"the target was {config.target.value:.4g}"
    return f"It ended at its target: the {title}, on training data, reached {value:.4g}; {goal}."


def patience_over_reason(config: Config) -> str:
    """Why a training ends whose `patience` is over, in a sentence."""
    span = "an epoch" if config.patience == 1 else f"{config.patience:,} epochs"
    return f"It ended because the reconstruction error of the held-out training data was not lower for {span}."


def best_weights_note(step: int, error: float) -> str:
    """Which weights a training with `patience` kept, in a sentence: those after `step` steps, with this error."""
    value = displayed_value("reconstruction", error)
    return (
        f"Its weights are those of step {step:,}, with which the reconstruction error of held-out training data was lowest: "
        f"{value:.4g}."
    )


def out_of_time_reason(config: Config, seconds: float) -> str:
    """Why a training of `seconds` seconds ended, in a sentence, if its minutes are over; else ""."""
    minutes = config.minutes
    if minutes is None or seconds < 60 * minutes:
        return ""
    unit = "minute" if minutes == 1 else "minutes"
    return f"It ended when its {minutes:g} {unit} of training were over."


def early_end_notice(config: Config) -> str:
    """At which target the training may end earlier, in a sentence; "" if it has none."""
    if config.target.measure == "none":
        return ""
    return translate(
        "It ends earlier if the {metric} reaches {value}.",
        metric=translate(TARGETS[config.target.measure]),
        value=f"{config.target.value:.4g}",
    )
