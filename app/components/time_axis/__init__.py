"""One time axis for two trainings: it moves the planes of a group and reports the chosen moment to Python."""

from collections.abc import Callable

from app.components import loading
from app.figures import time_axes
from app.server import messages, wire

KEYS = ("moment",)
LARGEST = 1e15  # steps times images

_component = loading.component("time_axis", "time/two_histories.js", "the time axis")


def time_axis(
    group: str, moment: time_axes.Moment, about: dict[str, list], key: str, hear: Callable[[time_axes.Moment], None]
) -> None:
    """The axis of the planes of `group`, at a moment; `hear(moment)` receives a new one before the script runs again.

    about: "silent", titles of those that do not follow it and why, and "remarks", the sentences below it.
    """
    header = {"v": 1, "group": group, "axis": moment.axis, "at": moment.at, **about}
    _component(key, wire.pack(header), KEYS, lambda kind, value: hear(read(value)))


def read(value: dict) -> time_axes.Moment:
    """The Moment in a message; MessageError with one sentence if it is invalid."""
    axis, at = value["axis"], value["at"]
    if axis not in time_axes.AXES:
        raise messages.MessageError("The time axis sent a moment of an unknown form, which was refused.")
    if at is not None and not 0 <= at <= LARGEST:
        raise messages.MessageError("The time axis sent an invalid number as its moment, which was refused.")
    return time_axes.Moment(axis, None if at is None else float(at))
