"""Exports a revision, for the gallery or for use elsewhere: weights with a page about them, codes, and ONNX files."""

import csv
import io
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.errors import ConfigError, RevisionError
from aae_core.store import frames
from aae_core.store.notebook import require_probe_codes
from aae_core.store.revision import Revision
from aae_core.store.status import NO_WORKER

GALLERY_ROWS = 200  # rows of metrics, at most
GALLERY_FRAMES = 80  # frames, at most: 2 MB for 5,000 codes in two dimensions
ONNX = ("onnx", "onnxscript")  # the packages that write ONNX files; onnxruntime checks them where it is installed
# The files that are copied unchanged if they exist, with the bytes that they may have.
COPIED_FILES = {
    "config.json": files.JSON_LIMIT,
    "labelled.safetensors": files.TENSORS_LIMIT,
    "reproduction.json": files.JSON_LIMIT,
}


def thin_out_rows(rows: list[dict], limit: int) -> list[dict]:
    """At most `limit` of the rows, evenly spaced, including the first and the last."""
    if len(rows) <= limit:
        return rows
    return [rows[i] for i in np.linspace(0, len(rows) - 1, limit).round().astype(int)]


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
        frames.copy_as_film(revision, draft, max_frames, max_decoders)
    exported.labelled_indices()  # a damaged list must fail here, not when the gallery is opened
    if revision.label or revision.notes:
        files.write_checksummed_json(draft / "notes.json", {"label": revision.label, "notes": revision.notes})
    exported.model()  # a weight too large for fp16 must fail here, not when the gallery is opened
    with files.raise_os_errors_as(folder):
        files.move(draft, folder)
    return Revision(folder, gallery=True)


def format_codes_csv(revision: Revision) -> str:
    """The probe codes as CSV text: split and index of the image, label (empty if none), y if it is inferred, z0, z1,
    …"""
    probe, has_y = require_probe_codes(revision), revision.variant.categorical
    header = ["split", "index", "label"]
    if has_y:
        header.append("y")
    header += [f"z{j}" for j in range(probe.z.shape[1])]
    rows = [header]
    index, labels, contents = probe.index.tolist(), probe.labels.tolist(), probe.content.tolist()
    for i, label, y, z in zip(index, labels, contents, probe.z, strict=True):
        row = [probe.split, i, label if label >= 0 else ""]
        if has_y:
            row.append(y)
        row += [str(value) for value in z]
        rows.append(row)
    return format_csv(rows)


def format_csv(rows: Iterable, line_terminator: str = "\n") -> str:
    """Rows of cells as CSV text, quoted as RFC 4180 requires."""
    text = io.StringIO()
    csv.writer(text, lineterminator=line_terminator).writerows(rows)
    return text.getvalue()


def pack_codes_npz(revision: Revision) -> bytes:
    """The probe codes as the bytes of an .npz file: z float32 N×d, labels int64 N, index int64 N into the images of
    `split`, and y int64 N if it is inferred."""
    probe = require_probe_codes(revision)
    data = io.BytesIO()
    arrays = {"z": probe.z, "labels": probe.labels, "index": probe.index, "split": np.array(probe.split)}
    if revision.variant.categorical:
        arrays["y"] = probe.content
    np.savez(data, **arrays)
    return data.getvalue()


def missing_onnx_packages_error() -> str:
    """What must be installed to write ONNX files, in a sentence without its full stop; "" if nothing."""
    if all(find_spec(package) is not None for package in ONNX):
        return ""
    return f"ONNX files need packages that are not installed; run: pip install {' '.join(ONNX)} onnxruntime"


def build_export_files(revision: Revision, onnx: bool = False) -> tuple[dict[str, bytes | str], str]:
    """The contents of an export by file name: weights, settings, codes, a page about the model, and with `onnx` its
    networks as ONNX files; and how these were checked, in a sentence, "" without `onnx`.

    Raises RevisionError if weights or codes are missing or damaged, ConfigError if `onnx` is not possible.
    """
    if onnx and (error := missing_onnx_packages_error()):
        raise ConfigError(f"{error}.")
    from aae_core.store import model_page, onnx_files

    model = revision.model()  # so that damaged weights are not exported
    contents = {
        "weights.safetensors": files.read_bytes(revision.path / "weights.safetensors", files.TENSORS_LIMIT),
        "config.json": files.read_bytes(revision.path / "config.json", files.JSON_LIMIT),
        "codes.csv": format_codes_csv(revision),
        "codes.npz": pack_codes_npz(revision),
    }
    check_report = ""
    if onnx:
        graphs, check_report = onnx_files.export_onnx_files(model)
        contents |= graphs
    contents["model.md"] = model_page.format_model_page(revision, model, check_report)
    return contents, check_report
