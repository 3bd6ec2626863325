"""Export: a revision for the gallery, and the probe codes as CSV or NPZ."""

import csv
import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.config.variants import VARIANTS
from aae_core.errors import RevisionError
from aae_core.store import frames
from aae_core.store.folder import ProbeCodes
from aae_core.store.revision import Revision

GALLERY_ROWS = 200  # of metrics
GALLERY_FRAMES = 80  # 2 MB of 5,000 codes in two dimensions
# Copied as they are, where they are there; with the bytes that are read at most.
ALIKE = {"labelled.safetensors": files.TENSORS_LIMIT, "reproduction.json": files.JSON_LIMIT}


def thin(rows: list[dict], limit: int) -> list[dict]:
    """At most `limit` of the rows, evenly spread, the first and the last among them."""
    if len(rows) <= limit:
        return rows
    return [rows[i] for i in np.linspace(0, len(rows) - 1, limit).round().astype(int)]


def export_gallery(revision: Revision, destination, film: bool = True, decoders: int = 0) -> Revision:
    """Copy a finished revision into a new folder under `destination` as the gallery holds it; returns it.

    Weights and probe codes become fp16, the metrics at most 200 rows, the frames at most 80 with at most so many `decoders`
    (0, or 2 and more), and none at all without `film`, because frames take most of the space; the resume state is left out. The
    list of labelled images and the figures of a reproduction are copied. Raises RevisionError if the revision is not done or
    stopped, has no probe codes, is damaged, or is already there.
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
    with files.explained(draft):
        draft.mkdir(parents=True)
    files.write_atomic(draft / "config.json", files.read_bytes(revision.path / "config.json", files.JSON_LIMIT))
    shipped = Revision(draft, gallery=True)
    shipped.write_status(replace(status, state="done", pid=None, started=None, queued=None, error=None))
    shipped.write_metrics(thin(revision.metrics(), GALLERY_ROWS))
    shipped.write_probe(probe, np.float16, revision.probe_place())
    weights.save(shipped, model, status.step, half=True)
    for name, limit in ALIKE.items():
        if (revision.path / name).exists():
            files.write_atomic(draft / name, files.read_bytes(revision.path / name, limit))
    if film:
        frames.copy(revision, draft, GALLERY_FRAMES, decoders)
    shipped.labelled()  # a damaged list must fail here, not for whoever opens the gallery
    if revision.label or revision.notes:
        files.write_json(draft / "notes.json", {"label": revision.label, "notes": revision.notes})
    shipped.model()  # a weight too large for fp16 must fail here, not for whoever opens the gallery
    with files.explained(folder):
        draft.rename(folder)
    return Revision(folder, gallery=True)


def _codes(revision: Revision) -> ProbeCodes:
    probe = revision.probe()
    if probe is None:
        raise RevisionError(f"{revision.id} has no codes yet; train it first.")
    return probe


def _infers(revision):
    """Whether its encoder infers the content y."""
    return VARIANTS[revision.config.variant].categorical


def codes_csv(revision: Revision) -> str:
    """The probe codes as CSV text: split and index of the image, label (empty if none), y where it is inferred, z0, z1, …"""
    probe, inferred = _codes(revision), _infers(revision)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["split", "index", "label", *["y"] * inferred, *(f"z{j}" for j in range(probe.z.shape[1]))])
    numbers = (values.tolist() for values in (probe.index, probe.labels, probe.content))
    for i, label, y, z in zip(*numbers, probe.z, strict=True):
        writer.writerow([probe.split, i, label if label >= 0 else "", *[y] * inferred, *map(str, z)])
    return text.getvalue()


def codes_npz(revision: Revision) -> bytes:
    """The probe codes as the bytes of an .npz: z float32 N×d, labels int64 N, index int64 N into the images of `split`; y int64 N
    where it is inferred."""
    probe = _codes(revision)
    data = io.BytesIO()
    inferred = {"y": probe.content} if _infers(revision) else {}
    np.savez(data, z=probe.z, labels=probe.labels, index=probe.index, split=np.array(probe.split), **inferred)
    return data.getvalue()
