"""The time axis that two trainings share: it moves both planes of a group and reports the chosen moment to Python."""

from collections.abc import Callable

from app.components import mounting
from app.messages import incoming, validation, wire_format
from app.translation.texts import mark

_component = mounting.make_component("time_axis", mark("the time axis"))


def mount_time_axis(
    group: str,
    unit: str,
    moment: float | None,
    notes: dict[str, list],
    key: str,
    on_moment: Callable[[str, float | None], None],
) -> None:
    """Draw the time axis for the planes of `group`; `on_moment(unit, moment)` receives a new moment before the script runs again.

    unit: the unit, one of `validation.TIME_AXES`; moment: the current value on it, None for the end. notes: "silent", the titles
    of planes that do not follow the axis and why; and "remarks", the sentences below it.
    """
    header = {"v": 1, "group": group, "axis": unit, "value": moment, **notes}
    _component(
        key, wire_format.pack_message(header), ("moment",), lambda kind, value: on_moment(*parse_moment_message(value))
    )


def parse_moment_message(value: dict) -> tuple[str, float | None]:
    """Axis and value in a message (None for the end); MessageError, with one sentence, if it is invalid."""
    unit, moment = value["axis"], value["value"]
    validation.require_valid(
        unit in validation.TIME_AXES, mark("The time axis sent a moment of an unknown form, which was refused.")
    )
    is_valid = moment is None or incoming.bounds_of(incoming.Moment, "value").contain(moment)
    validation.require_valid(is_valid, mark("The time axis sent an invalid number as its moment, which was refused."))
    return unit, None if moment is None else float(moment)
