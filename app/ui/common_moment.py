"""The moment at which Compare shows two trainings: its time axis, how a link stores it, and remarks on the two trainings.

A moment is a value from 0 on one of TIME_AXES, or None for the end of both trainings.
"""

from app.messages.validation import TIME_AXES
from app.scenes import paired_moments
from app.session import address, settings

AXIS_SETTING, MOMENT_SETTING = "axis", "moment"  # the settings
TOLERANCE = 1e-6  # links keep six decimals


def recall_moment(pair) -> tuple[str, float | None]:
    """The axis, and the moment on it that is chosen for these two revisions in the link or the session.

    A moment beyond the end of both, or any moment if neither has frames, is ignored like every invalid setting.
    """
    axis = address.recall_setting(AXIS_SETTING, lambda text: text if text in TIME_AXES else None, TIME_AXES[0])
    return axis, address.recall_setting(
        MOMENT_SETTING,
        moment_parser(paired_moments.last_axis_value(pair, axis)),
        None,
        paired_moments.revision_ids(pair),
    )


def store_moment(pair, axis: str, moment: float | None) -> None:
    address.store_setting(AXIS_SETTING, None if axis == TIME_AXES[0] else axis)
    address.store_setting(
        MOMENT_SETTING, None if moment is None else format_moment(moment), paired_moments.revision_ids(pair)
    )


def format_moment(moment: float) -> str:
    """A value as written in links: 12800, or 21.428571."""
    return f"{moment:.6f}".rstrip("0").rstrip(".")


def moment_parser(last_moment: float):
    """A parser for `address.recall_setting`: a value from 0 to `last_moment`."""

    def parse(text):
        value = float(text) if settings.MOMENT_PATTERN.fullmatch(text) else -1.0
        return value if 0 <= value <= last_moment + TOLERANCE else None

    return parse
