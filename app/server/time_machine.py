"""The time machine on a page: the description of a revision's frames for a plane, and the packed frames that the page fetches.

A message contains only the steps. The frames themselves, some megabytes, are fetched in one piece when the user goes back in
time; those of a finished revision stay in the browser's cache.
"""

import hashlib
import math

import numpy as np

from aae_core.config import variants
from aae_core.errors import RevisionError
from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.store import frames
from aae_core.store.folder import mark
from aae_core.store.status import BUSY
from app.cache import shown_codes
from app.cache.kept import kept
from app.server import assets, guard

# whose losses they are, as the curves name them
PHASES = {name: name for name in variants.PHASES} | {"discrimination": "D", "generation": "encoder against D"}


def listed(revision) -> tuple[list[int], str]:
    """The steps of a revision's frames, ascending, and ""; if they cannot be listed, none and a sentence that says why."""
    try:
        return frames.steps(revision), ""
    except RevisionError as error:
        return [], guard.public(str(error))


def plan(revision, codes: shown_codes.Shown) -> dict | None:
    """The description for a plane: the steps of the frames, step and epoch of the present codes, whether the revision
    trains, and how many images a step takes.

    None where there are no frames, where they cannot be listed, or where other codes than the probe set's are shown.
    """
    there = listed(revision)[0] if codes.which == "probe" and len(codes.z) == codes.of else []
    if not there:
        return None
    now, epoch = revision.probe_place()
    files = frames.source_of(revision)
    marks = [(str(place), mark(place)) for place in sorted({files.place(step) for step in there})]
    sha = hashlib.sha256(repr((revision.fingerprint, marks, revision.written)).encode()).hexdigest()
    live = revision.status.state in BUSY
    return {"sha": sha[:32], "steps": there, "now": now, "epoch": epoch, "live": live, "batch": batch(revision)}


def batch(revision) -> int:
    """The images that a step of its training takes."""
    return max(1, min(revision.config.batch_size, revision.data.train))


def leads_back(told: dict | None) -> bool:
    """Whether `plan` has an earlier moment than the present."""
    return told is not None and told["steps"][0] < told["now"]


def changed(revision) -> list[dict]:
    """Where the schedule changed the learning rates, as far as the training has come: "step" and "factor" of each."""
    size = max(1, revision.data.train // batch(revision))  # steps of an epoch
    rows = [{"step": math.ceil(epoch * size), "factor": factor} for epoch, factor in revision.config.optimiser.schedule]
    return sorted((row for row in rows if row["step"] <= revision.status.step), key=lambda row: row["step"])


def packed(revision) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of all frames of a revision, as `wire` packs them: z F×n×d and judged F×S×S, fp16 as its bits u2."""
    history = frames.history(revision)
    found, keys, troubles = history.frames, {}, list(history.troubles)
    for step in history.keys:
        try:
            net = _decoder(revision, step)
        except RevisionError as error:
            troubles.append(str(error))
            continue
        if net is not None:
            assets.SHELF.put(net.file)
            keys[step] = net.told

    header = {
        "v": 1, "steps": [frame.step for frame in found], "epochs": [frame.epoch for frame in found],
        "losses": [frame.losses for frame in found],
        "distances": [
            as_shown(history.distance_name, frame.distance) if revision.variant.has_prior else None
            for frame in found
        ],
        "measure": METRICS[history.distance_name].title, "phases": PHASES,
        "keys": keys, "image": list(revision.data.shape), "resumed": list(history.resumed),
        "troubles": list(map(guard.public, troubles)),
        "changed": changed(revision),
        "adversary": "adversary" in revision.variant.imposes,
    }  # fmt: skip
    shape = len(found), len(history.rows), revision.config.latent_dim
    z = np.array([frame.z for frame in found], np.float16).reshape(shape)
    arrays = {"z": z.view(np.uint16), "rows": history.rows.astype(np.int32)}
    if found and found[0].judged is not None:
        arrays["judged"] = np.stack([frame.judged for frame in found]).view(np.uint16)
        header["box"] = list(found[0].box)
    return header, arrays


@kept(lambda revision, step: (step, mark(frames.source_of(revision).place(step, key=True))), entries=24)
def _decoder(revision, step):
    return assets.decoder(frames.model_at(revision, step))
