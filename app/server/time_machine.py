"""The time machine on a page: a plane's description of the revision's frames, and the packed frames that the page fetches.

A plane's message contains only the steps. The frames themselves, some megabytes, are fetched in one piece when the user goes back
in time.
"""

import hashlib
import math
from functools import partial

import numpy as np

from aae_core import files
from aae_core.config import variants
from aae_core.errors import RevisionError
from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.store import frames
from aae_core.store.status import BUSY
from app.cache import shown_codes
from app.cache.kept import kept
from app.server import assets, guard

# phase -> the name of its loss in the curves
PHASES = {name: name for name in variants.PHASES} | {"discrimination": "D", "generation": "encoder against D"}


def listed(revision) -> tuple[list[int], str]:
    """The steps of a revision's frames, ascending, and ""; if they cannot be listed, [] and a sentence that says why."""
    try:
        return frames.steps(revision), ""
    except RevisionError as error:
        return [], guard.public(str(error))


def plan(revision, codes: shown_codes.Shown) -> dict | None:
    """The description of the frames for a plane: a key that changes whenever they do, their steps, the step ("now") and epoch of
    the present codes, whether the revision is queued or training ("live"), and the mini-batch size.

    None if there are no frames, if they cannot be listed, or if other codes than the whole probe set are shown.
    """
    there = listed(revision)[0] if codes.which == "probe" and len(codes.z) == codes.of else []
    if not there:
        return None
    now, epoch = revision.probe_place()
    source = frames.source_of(revision)
    marks = [(str(place), files.mark(place)) for place in sorted({source.place(step) for step in there})]
    sha = hashlib.sha256(repr((revision.fingerprint, marks, revision.written)).encode()).hexdigest()
    live = revision.status.state in BUSY
    return {"sha": sha[:32], "steps": there, "now": now, "epoch": epoch, "live": live, "batch": batch(revision)}


def batch(revision) -> int:
    """The number of images in a mini-batch of its training."""
    return max(1, min(revision.config.batch_size, revision.data.train))


def has_past(planned: dict | None) -> bool:
    """Whether the result of `plan` has a frame from before the present codes."""
    return planned is not None and planned["steps"][0] < planned["now"]


def rate_changes(revision) -> list[dict]:
    """The changes of the learning rates by the schedule so far: the "step" and the "factor" of each, in order."""
    size = max(1, revision.data.train // batch(revision))  # steps of an epoch
    rows = [{"step": math.ceil(epoch * size), "factor": factor} for epoch, factor in revision.config.optimiser.schedule]
    return sorted((row for row in rows if row["step"] <= revision.status.step), key=lambda row: row["step"])


def packed(revision) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of all F frames of a revision, to be packed by `wire`: z, F×n×d, and the surface of D if there is one,
    "judged", F×S×S, both as the bits u2 of fp16; rows, i4 n, the places of these codes in the probe set."""
    history = frames.history(revision)
    found, keys, troubles, measure = history.frames, {}, list(history.troubles), history.distance_name
    bare = shown_codes.seen(revision, "probe")  # without networks, since it is kept
    for step in history.keys:
        try:
            net = _decoder(revision, step)
        except RevisionError as error:
            troubles.append(str(error))
            continue
        if net is not None:
            # a page fetches it when its step is first shown, by an answer that browsers keep for an hour
            assets.SHELF.put(net.file, partial(_decoder_file, bare, step))
            keys[step] = net.reference

    header = {
        "v": 1, "steps": [frame.step for frame in found], "epochs": [frame.epoch for frame in found],
        "losses": [frame.losses for frame in found],
        "distances": [as_shown(measure, frame.distance) if revision.variant.has_prior else None for frame in found],
        "measure": METRICS[measure].title, "phases": PHASES,
        "keys": keys, "image": list(revision.data.shape), "resumed": list(history.resumed),
        "troubles": list(map(guard.public, troubles)),
        "changed": rate_changes(revision),
        "adversary": "adversary" in revision.variant.imposes,
    }  # fmt: skip
    shape = len(found), len(history.rows), revision.config.latent_dim
    z = np.array([frame.z for frame in found], np.float16).reshape(shape)
    arrays = {"z": z.view(np.uint16), "rows": history.rows.astype(np.int32)}
    if found and found[0].judged is not None:
        arrays["judged"] = np.stack([frame.judged for frame in found]).view(np.uint16)
        header["box"] = list(found[0].box)
    return header, arrays


def _decoder_file(revision, step):
    net = _decoder(revision, step)
    return None if net is None else net.file


@kept(lambda revision, step: (step, files.mark(frames.source_of(revision).place(step, key=True))), entries=24)
def _decoder(revision, step):
    return assets.decoder(frames.model_at(revision, step))
