"""The moment at which Compare shows two trainings: its time axis, how a link stores it, and remarks on the two trainings.

A moment is a value from 0 on one of AXES, or None for the end of both trainings.
"""

from aae_core.config.derived import pulls
from app.cache import shown_codes
from app.server import time_machine
from app.server.messages import AXES
from app.session import address, settings

AXIS, NAME = "axis", "moment"  # the settings
NEAR = 1e-6  # links keep six decimals
NEITHER = (
    "Neither revision has recorded frames of its training, so there is no time axis here. New trainings record them."
)
OTHER_COST = (
    "The two were trained with different costs or on different images, so their reconstruction losses cannot be compared; "
    "their distances to the prior can."
)
OTHER_PRIOR = "Each distance is measured to the revision's own prior."


def chosen(pair) -> tuple[str, float | None]:
    """The axis, and the moment on it that is chosen for these two revisions in the link or the session.

    A moment beyond the end of both, or any moment if neither has frames, is ignored like every invalid setting.
    """
    axis = address.recall(AXIS, lambda text: text if text in AXES else None, AXES[0])
    return axis, address.recall(NAME, reader(end(pair, axis)), None, ids(pair))


def choose(pair, axis: str, at: float | None) -> None:
    address.keep(AXIS, None if axis == AXES[0] else axis)
    address.keep(NAME, None if at is None else written(at), ids(pair))


def ids(pair) -> tuple[str, ...]:
    return tuple(revision.id for revision in pair)


def written(at: float) -> str:
    """A value as written in links: 12800, or 21.428571."""
    return f"{at:.6f}".rstrip("0").rstrip(".")


def reader(last: float):
    """A reader for `address.recall`: a value from 0 to `last`."""

    def read(text):
        value = float(text) if settings.MOMENT.fullmatch(text) else -1.0
        return value if 0 <= value <= last + NEAR else None

    return read


def end(pair, axis: str) -> float:
    """The larger of the two trainings' last values on an axis; −1 if neither has frames."""
    return max(_end(revision, axis) for revision in pair)


def _end(revision, axis):
    recorded_steps, _ = time_machine.listed(revision)
    if not recorded_steps:
        return -1.0
    step, batch = max(recorded_steps[-1], revision.status.step), time_machine.batch(revision)
    if axis == "images":
        return float(step * batch)
    if axis == "steps":
        return float(step)
    if axis == "epochs":
        return max(revision.status.epoch, step / max(1, revision.data.train // batch))
    return 1.0  # "share"


def remarks(pair, titles, follow) -> dict[str, list]:
    """The remarks below the time axis. "silent": (title, reason) of each revision that does not follow the axis; "remarks": if
    both follow it, sentences on what cannot be compared between them. follow: for each, whether its plane has earlier frames."""
    silent = [
        (title, _why(revision)) for revision, title, follows in zip(pair, titles, follow, strict=True) if not follows
    ]
    if silent:
        return {"silent": silent, "remarks": []}
    costs = [(revision.config.cost, pulls(revision.config), revision.data.name) for revision in pair]
    priors = [(revision.config.prior, revision.config.latent_dim) for revision in pair]
    sentences = []
    if costs[0] != costs[1]:
        sentences.append(OTHER_COST)
    if priors[0] != priors[1]:
        sentences.append(OTHER_PRIOR)
    return {"silent": silent, "remarks": sentences}


def _why(revision):
    if shown_codes.which_of(revision) != "probe":
        return "Does not follow the time axis: frames record the means of q(z|x), and this plane shows draws."
    recorded_steps, trouble = time_machine.listed(revision)
    if recorded_steps:
        return "Does not follow the time axis: only its first frame has been recorded."
    return f"Does not follow the time axis. {trouble or 'No frames of its training were recorded.'}"


def troubles(pair) -> list[str]:
    """The reasons why frames of the two revisions cannot be listed, each once."""
    troubles = [time_machine.listed(revision)[1] for revision in pair]
    return list(dict.fromkeys(trouble for trouble in troubles if trouble))
