"""Two trainings on one time axis: its end, and remarks on the two trainings."""

from aae_core.config.derived import prior_cost_weights, steps_per_epoch
from app.cache.revision_view import RevisionView
from app.server import time_machine
from app.translation.texts import mark, translate

NO_FRAMES_NOTE = mark(
    "Neither revision has recorded frames of its training, so there is no time axis here. New trainings record them."
)
DIFFERENT_COSTS_NOTE = mark(
    "The two were trained with different costs or on different images, so their reconstruction losses cannot be compared; "
    "their distances to the prior can."
)
DIFFERENT_PRIORS_NOTE = mark("Each distance is measured to the revision's own prior.")


def revision_ids(pair) -> tuple[str, ...]:
    return tuple(revision.id for revision in pair)


def last_axis_value(pair, axis: str) -> float:
    """The larger of the two trainings' last values on an axis; −1 if neither has frames."""
    return max(_last_value_of_training(revision, axis) for revision in pair)


def _last_value_of_training(revision: RevisionView, axis) -> float:
    recorded_steps, _ = time_machine.frame_steps_and_error(revision)
    if not recorded_steps:
        return -1.0
    step = max(recorded_steps[-1], revision.status.step)
    if axis == "images":
        return float(step * time_machine.mini_batch_size(revision))
    if axis == "steps":
        return float(step)
    if axis == "epochs":
        return max(revision.status.epoch, step / steps_per_epoch(revision.config, revision.data.train))
    return 1.0  # "share"


def time_axis_remarks(pair, titles, follow_axis) -> dict[str, list]:
    """The remarks below the time axis. "silent": (title, reason) of each revision that does not follow the axis; "remarks": if
    both follow it, sentences on what cannot be compared between them. follow_axis: for each, whether its plane has earlier
    frames."""
    not_following = [
        (title, _not_following_reason(revision))
        for revision, title, follows_axis in zip(pair, titles, follow_axis, strict=True)
        if not follows_axis
    ]
    if not_following:
        return {"silent": not_following, "remarks": []}
    costs = [(revision.config.cost, prior_cost_weights(revision.config), revision.data.name) for revision in pair]
    priors = [(revision.config.prior, revision.config.latent_dim) for revision in pair]
    sentences = []
    if costs[0] != costs[1]:
        sentences.append(translate(DIFFERENT_COSTS_NOTE))
    if priors[0] != priors[1]:
        sentences.append(translate(DIFFERENT_PRIORS_NOTE))
    return {"silent": not_following, "remarks": sentences}


def _not_following_reason(revision: RevisionView) -> str:
    if revision.code_set_name != "probe":
        return translate(
            "Does not follow the time axis: frames record the means of q(z|x), and this plane shows draws."
        )
    recorded_steps, listing_error = time_machine.frame_steps_and_error(revision)
    if recorded_steps:
        return translate("Does not follow the time axis: only its first frame has been recorded.")
    if listing_error:
        return translate("Does not follow the time axis. {reason}", reason=listing_error)
    return translate("Does not follow the time axis. No frames of its training were recorded.")


def frame_errors(pair) -> list[str]:
    """The reasons why frames of the two revisions cannot be listed, each once."""
    troubles = [time_machine.frame_steps_and_error(revision)[1] for revision in pair]
    return list(dict.fromkeys(error for error in troubles if error))
