"""The time axis that two trainings share: it moves both planes of a group and reports the chosen moment to Python."""

from collections.abc import Callable

from app.components import loading
from app.server import messages, wire

LARGEST = 1e15  # largest value on an axis: bounds steps × images

_component = loading.component("time_axis", "time/two_histories.js", "the time axis")


def time_axis(
    group: str, axis: str, at: float | None, about: dict[str, list], key: str, hear: Callable[[str, float | None], None]
) -> None:
    """Draw the time axis for the planes of `group`; `hear(axis, at)` receives a new moment before the script runs again.

    axis: the unit, one of `messages.AXES`; at: the current value on it, None for the end. about: "silent", the titles of planes
    that do not follow the axis and why; and "remarks", the sentences below it.
    """
    header = {"v": 1, "group": group, "axis": axis, "at": at, **about}
    _component(key, wire.pack(header), ("moment",), lambda kind, value: hear(*read(value)))


def read(value: dict) -> tuple[str, float | None]:
    """Axis and value in a message (None for the end); MessageError, with one sentence, if it is invalid."""
    axis, moment = value["axis"], value["at"]
    messages.require(axis in messages.AXES, "The time axis sent a moment of an unknown form")
    messages.require(moment is None or 0 <= moment <= LARGEST, "The time axis sent an invalid number as its moment")
    return axis, None if moment is None else float(moment)
