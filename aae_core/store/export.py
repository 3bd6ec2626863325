"""Exports a revision for use elsewhere: weights with a page about them, codes, and ONNX files.

`revision` is a `revision.Revision` throughout, whose class imports this module.
"""

import csv
import io
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.config import derived
from aae_core.errors import ConfigError, DataError
from aae_core.store import output_paths
from aae_core.store.notebook import require_probe_codes

ONNX = ("onnx", "onnxscript")  # the packages that write ONNX files; onnxruntime checks them where it is installed


def thin_out_rows(rows: list[dict], limit: int) -> list[dict]:
    """At most `limit` of the rows, evenly spaced, including the first and the last."""
    if len(rows) <= limit:
        return rows
    return [rows[i] for i in np.linspace(0, len(rows) - 1, limit).round().astype(int)]


def format_codes_csv(revision) -> str:
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


def pack_codes_npz(revision) -> bytes:
    """The probe codes as the bytes of an .npz file: z float32 N×d, labels int64 N, index int64 N into the images of
    `split`, and y int64 N if it is inferred."""
    probe = require_probe_codes(revision)
    data = io.BytesIO()
    arrays = {"z": probe.z, "labels": probe.labels, "index": probe.index, "split": np.array(probe.split)}
    if revision.variant.categorical:
        arrays["y"] = probe.content
    np.savez(data, **arrays)
    return data.getvalue()


def write_export(revision, folder, onnx: bool = False) -> tuple[list[Path], str]:
    """Write the files of `build_export_files` to a new or empty folder: all of them or, if anything goes wrong, none.
    Returns their paths, and how the ONNX files were checked, as there.

    Raises ConfigError unless the folder is new or empty and can be written, DataError if the system refuses to write,
    and what `build_export_files` raises.
    """
    folder = Path(folder)
    output_paths.check_new_folder(folder)
    contents, check_report = build_export_files(revision, onnx)
    with ExitStack() as undo_stack:  # unless all is written
        if not folder.exists():
            with files.raise_os_errors_as(folder, error_type=DataError):
                folder.mkdir()
            undo_stack.callback(_ignore_os_errors, folder.rmdir)
        for name, content in contents.items():
            undo_stack.callback(_ignore_os_errors, (folder / name).unlink)
            files.write_atomic(folder / name, content, DataError)
        undo_stack.pop_all()
    return [folder / name for name in contents], check_report


def _ignore_os_errors(change):
    with suppress(OSError):
        change()


def missing_onnx_packages_error() -> str:
    """What must be installed to write ONNX files, in a sentence without its full stop; "" if nothing."""
    if all(find_spec(package) is not None for package in ONNX):
        return ""
    return f"ONNX files need packages that are not installed; run: pip install {' '.join(ONNX)} onnxruntime"


def build_export_files(revision, onnx: bool = False) -> tuple[dict[str, bytes | str], str]:
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
        content_names = derived.content_names(model.config, revision.data.classes)
        metadata = onnx_files.make_metadata(model, revision.id, content_names)
        graphs, check_report = onnx_files.export_onnx_files(model, metadata)
        contents |= graphs
    contents["model.md"] = model_page.format_model_page(revision, model, check_report)
    return contents, check_report
