"""The moment at which Compare shows two trainings: its axis, how a link stores it, and remarks on the two.

A moment is a value from 0 on one of AXES, or None for the end of both trainings.
"""

from aae_core.config.derived import pulls
from app.cache import shown_codes
from app.server import time_machine
from app.server.messages import AXES
from app.session import address, settings

AXIS, NAME = "axis", "moment"  # in the link
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
    """The moment, its axis and the value on it, that the link or the session has for these two revisions.

    A moment beyond the end of both, or in a link to two without frames, is ignored like any invalid setting.
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
    """The largest value that one of the two has on an axis; −1 where neither has frames."""
    return max(_end(revision, axis) for revision in pair)


def _end(revision, axis):
    there, _ = time_machine.listed(revision)
    if not there:
        return -1.0
    step, batch = max(there[-1], revision.status.step), time_machine.batch(revision)
    return {
        "images": float(step * batch), "steps": float(step), "share": 1.0,
        "epochs": max(revision.status.epoch, step / max(1, revision.data.train // batch)),
    }[axis]  # fmt: skip


def said(pair, titles, seen) -> dict[str, list]:
    """What stands below the time axis: the titles of those revisions that do not follow it, and why; if both do, what cannot be
    compared between them. seen: for each whether its plane has a history to show."""
    silent = [(title, _why(one)) for one, title, there in zip(pair, titles, seen, strict=True) if not there]
    costs = [(r.config.cost, pulls(r.config), r.data.name) for r in pair]
    priors = [(r.config.prior, r.config.latent_dim) for r in pair]
    remarks = [OTHER_COST] * (costs[0] != costs[1]) + [OTHER_PRIOR] * (priors[0] != priors[1])
    return {"silent": silent, "remarks": [] if silent else remarks}


def _why(revision):
    if shown_codes.which_of(revision) != "probe":
        return "Does not follow the time axis: frames record the means of q(z|x), and this plane shows draws."
    there, trouble = time_machine.listed(revision)
    if there:
        return "Does not follow the time axis: only its first frame has been recorded."
    return f"Does not follow the time axis. {trouble or 'No frames of its training were recorded.'}"


def troubles(pair) -> list[str]:
    """Why the frames of a revision cannot be listed, for each of which that is so."""
    return list(dict.fromkeys(trouble for revision in pair if (trouble := time_machine.listed(revision)[1])))
