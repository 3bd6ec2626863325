"""The axes on which the moment of two trainings is counted."""

from dataclasses import dataclass

# their titles, and where a training stands on each: js/time/common_axis.js
AXES = ("images", "steps", "epochs", "share")


@dataclass(frozen=True)
class Moment:
    """axis: one of AXES; at: a value on it, or None for the end."""

    axis: str
    at: float | None
