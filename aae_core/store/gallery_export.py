"""Copies a finished revision into the gallery: with small weights, and the frames that a time-lapse needs."""

import shutil
from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.store import frames
from aae_core.store.export import thin_out_rows
from aae_core.store.revision import Revision
from aae_core.store.status import NO_WORKER

GALLERY_ROWS = 200  # rows of metrics, at most
GALLERY_FRAMES = 80  # frames, at most: 2 MB for 5,000 codes in two dimensions
# The files that are copied unchanged if they exist, with the bytes that they may have.
COPIED_FILES = {
    "config.json": files.JSON_LIMIT,
    "labelled.safetensors": files.TENSORS_LIMIT,
    "reproduction.json": files.JSON_LIMIT,
}


def export_gallery(
    revision: Revision, destination, max_frames: int = GALLERY_FRAMES, max_decoders: int = 0
) -> Revision:
    """Copy a finished revision to a new folder in `destination`, in the form of the gallery, and return it.

    Weights and probe codes are stored in fp16; there are at most 200 rows of metrics, at most `max_frames` frames and
    at most `max_decoders` decoders at key frames (each 0, or at least 2), because frames take most of the space. The
    list of labelled images and the figures of a reproduction are copied; the resume state is left out. Raises
    RevisionError if the revision is not done or stopped, has no probe codes, is damaged, or is already there.
    """
    from aae_core.store import weights

    status, probe, model = revision.status, revision.probe(), revision.model()
    if status.state not in ("done", "stopped"):
        raise RevisionError(f"{revision.id} is {status.state}; only a finished revision can go to the gallery.")
    if probe is None:
        raise RevisionError(
            f"{revision.id} has no probe codes yet, and the gallery needs them; train it to the end first."
        )
    folder = Path(destination) / revision.id
    if folder.exists():
        raise RevisionError(f"{folder} already exists; remove it first.")
    draft = folder.with_name(f".new-{revision.id}")
    shutil.rmtree(draft, ignore_errors=True)
    with files.raise_os_errors_as(draft):
        draft.mkdir(parents=True)
    for name, max_bytes in COPIED_FILES.items():
        if (revision.path / name).exists():
            files.write_atomic(draft / name, files.read_bytes(revision.path / name, max_bytes))
    exported = Revision(draft, gallery=True)
    exported.write_status(status, **NO_WORKER, state="done", engine="", host="", queued=None, error=None)
    exported.write_metrics(thin_out_rows(revision.metrics(), GALLERY_ROWS))
    exported.write_probe(probe, np.float16, revision.probe_step_and_epoch())
    weights.save_weights(exported, model, status.step, half=True)
    if max_frames:
        frames.copy_to_frame_file(revision, draft, max_frames, max_decoders)
    exported.labelled_indices()  # a damaged list must fail here, not when the gallery is opened
    if revision.label or revision.notes:
        files.write_checksummed_json(draft / "notes.json", {"label": revision.label, "notes": revision.notes})
    exported.model()  # a weight too large for fp16 must fail here, not when the gallery is opened
    with files.raise_os_errors_as(folder):
        files.move(draft, folder)
    return Revision(folder, gallery=True)
