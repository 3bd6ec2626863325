"""The time machine on a page: a plane's description of the revision's frames, and the packed frames that the page
fetches.

A plane's message contains only the steps. The frames themselves, some megabytes, are fetched in one piece when the user
goes back in time.
"""

import gzip
import hashlib
import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from aae_core import files
from aae_core.config import variants
from aae_core.config.derived import seen_count, steps_per_epoch
from aae_core.errors import RevisionError
from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.store import frames
from app.cache import code_sets
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.messages import outgoing, wire_format
from app.server import assets, private_paths

# phase -> the name of its loss in the curves
LOSS_NAMES = {name: name for name in variants.PHASES} | {"discrimination": "D", "generation": "encoder against D"}


def frame_steps_and_error(revision: RevisionView) -> tuple[list[int], str]:
    """The steps of a revision's frames, ascending, and ""; if they cannot be listed, [] and a sentence that says why."""
    steps, error = revision.frame_steps_and_error
    return steps, "" if error is None else private_paths.remove_private_paths(str(error))


def describe_frames(revision: RevisionView, codes: code_sets.CodeSet) -> outgoing.Frames | None:
    """The description of the frames for a plane: a key that changes whenever they do, their steps, the step ("now") and
    epoch of the present codes, whether the revision is queued or training ("live"), and the mini-batch size.

    None if there are no frames, if they cannot be listed, or if other codes than the whole probe set are shown.
    """
    steps = (
        frame_steps_and_error(revision)[0]
        if codes.set_name == "probe" and len(codes.z) == codes.available_count
        else []
    )
    if not steps:
        return None
    current_step, epoch = revision.probe_step_and_epoch
    return {
        "sha": frames_key(revision),
        "steps": steps,
        "now": current_step,
        "epoch": epoch,
        "live": revision.is_busy,
        "batch": mini_batch_size(revision),
    }


@cache_by_revision(lambda revision: (revision.frame_file_versions, revision.codes_cache_key))
def untrained_codes(revision: RevisionView) -> np.ndarray | None:
    """The codes of the probe set at the earliest frame (`frames.load_first_codes`); None if there is none that can be read."""
    try:
        return frames.load_first_codes(revision.stored)
    except RevisionError:
        return None


def frames_key(revision: RevisionView) -> str:
    """A key that changes whenever the frames of a revision do."""
    versions = revision.fingerprint, revision.frame_file_versions, revision.codes_cache_key
    return hashlib.sha256(repr(versions).encode()).hexdigest()[:32]


def mini_batch_size(revision: RevisionView) -> int:
    """The number of images in a mini-batch of its training."""
    return max(1, min(revision.config.batch_size, seen_count(revision.config, revision.data.train)))


def has_earlier_frame(description: outgoing.Frames | None) -> bool:
    """Whether the result of `describe_frames` has a frame from before the present codes."""
    return description is not None and description["steps"][0] < description["now"]


def learning_rate_changes(revision: RevisionView) -> list[outgoing.RateChange]:
    """The changes of the learning rates by the schedule so far: the "step" and the "factor" of each, in order."""
    epoch_steps = steps_per_epoch(revision.config, revision.data.train)
    rows = [
        {"step": math.ceil(epoch * epoch_steps), "factor": factor}
        for epoch, factor in revision.config.optimiser.schedule
    ]
    return sorted((row for row in rows if row["step"] <= revision.status.step), key=lambda row: row["step"])


@dataclass(frozen=True)
class FramesFile:
    """All frames of a revision as the page fetches them. content: the result of `pack_frames`, packed by `wire_format` and
    compressed by gzip. first_decoder: the decoder of the first key frame; None if there is none."""

    content: bytes
    first_decoder: outgoing.Net | None


@cache_by_revision(frames_key, max_entries=4)
def frames_file(revision: RevisionView) -> FramesFile:
    """The frames of a revision, compressed once for all visitors."""
    header, arrays = pack_frames(revision)
    content = gzip.compress(wire_format.pack_message(header, arrays), 6, mtime=0)
    return FramesFile(content, header["keys"][min(header["keys"])] if header["keys"] else None)


def pack_frames(revision: RevisionView) -> tuple[outgoing.History, dict[str, np.ndarray]]:
    """Header and arrays of all frames of a revision, as of `pack_history`. The decoders of its key frames are registered
    for the page."""
    history = frames.load_history(revision.stored)
    keys, troubles = {}, list(history.troubles)
    bare_revision = revision.without_cached_results()  # since it is kept
    for step in history.keys:
        try:
            network = _load_page_decoder(revision, step)
        except RevisionError as error:
            troubles.append(str(error))
            continue
        if network is not None:
            # a page fetches it when its step is first shown, by an answer that browsers keep for an hour
            assets.ASSETS.put(network.file, partial(_make_page_decoder_asset, bare_revision, step))
            keys[step] = network.reference
    return pack_history(revision, replace(history, troubles=tuple(troubles)), keys)


def pack_history(
    revision: RevisionView, history: frames.History, keys: dict[int, dict]
) -> tuple[outgoing.History, dict[str, np.ndarray]]:
    """Header and arrays of a history of F frames, to be packed by `wire_format`: z, F×n×d, and the surface of D if there
    is one, "judged", F×S×S, both as the bits u2 of fp16; rows, i4 n, the places of these codes in the probe set. keys: the
    references of the decoders that are registered, by their step."""
    frames_shown, distance_name = history.frames, history.distance_name
    distances = [None] * len(frames_shown)
    if revision.variant.has_prior:
        distances = [displayed_value(distance_name, frame.distance) for frame in frames_shown]
    header = {
        "v": 1, "steps": [frame.step for frame in frames_shown], "epochs": [frame.epoch for frame in frames_shown],
        "losses": [frame.losses for frame in frames_shown],
        "distances": distances,
        "measure": METRICS[distance_name].title, "phases": LOSS_NAMES,
        "keys": keys, "image": list(revision.data.shape), "resumed": list(history.resumed),
        "troubles": list(map(private_paths.remove_private_paths, history.troubles)),
        "changed": learning_rate_changes(revision),
        "adversary": revision.variant.has_adversary,
    }  # fmt: skip
    shape = len(frames_shown), len(history.rows), revision.config.latent_dim
    z = np.array([frame.z for frame in frames_shown], np.float16).reshape(shape)
    arrays = {"z": z.view(np.uint16), "rows": history.rows.astype(np.int32)}
    if frames_shown and frames_shown[0].judged is not None:
        arrays["judged"] = np.stack([frame.judged for frame in frames_shown]).view(np.uint16)
        header["box"] = list(frames_shown[0].box)
    return header, arrays


def _make_page_decoder_asset(revision: RevisionView, step):
    network = _load_page_decoder(revision, step)
    return None if network is None else network.file


@cache_by_revision(
    lambda revision, step: (
        step,
        files.file_version(frames.open_frame_source(revision).file_of(step, is_key_frame=True)),
    ),
    max_entries=24,
)
def _load_page_decoder(revision: RevisionView, step):
    return assets.page_decoder(frames.load_model_at(revision.stored, step))
