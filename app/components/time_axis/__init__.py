"""One time axis for two trainings: it moves the planes of a group and reports the chosen moment to Python."""

from collections.abc import Callable

from app.components import loading
from app.server import messages, wire

KEYS = ("moment",)
LARGEST = 1e15  # steps times images

_component = loading.component("time_axis", "time/two_histories.js", "the time axis")


def time_axis(
    group: str, axis: str, at: float | None, about: dict[str, list], key: str, hear: Callable[[str, float | None], None]
) -> None:
    """The axis of the planes of `group`, one of AXES, at a value on it, or None for the end; `hear(axis, at)` receives another
    moment before the script runs again.

    about: "silent", titles of those that do not follow it and why, and "remarks", the sentences below it.
    """
    header = {"v": 1, "group": group, "axis": axis, "at": at, **about}
    _component(key, wire.pack(header), KEYS, lambda kind, value: hear(*read(value)))


def read(value: dict) -> tuple[str, float | None]:
    """Axis and value in a message; MessageError with one sentence if it is invalid."""
    axis, at = value["axis"], value["at"]
    if axis not in messages.AXES:
        raise messages.MessageError("The time axis sent a moment of an unknown form, which was refused.")
    if at is not None and not 0 <= at <= LARGEST:
        raise messages.MessageError("The time axis sent an invalid number as its moment, which was refused.")
    return axis, None if at is None else float(at)
