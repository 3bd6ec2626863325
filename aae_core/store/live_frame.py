"""The frame of a training at this moment, for pages that watch it.

    .watched            a page touches this file while it shows the training
    live.safetensors    a frame as in `frames`, but with fewer codes and a coarser surface of D, so that it costs little;
                        the worker replaces it several times a second, only while a page watches
    live.decoder.safetensors
                        the decoder, fp16, which the worker replaces less often

The worker removes all of them at the end; if it was killed, whoever finds that out does. A page that lacks a frame has lost
nothing, so no file is synced to the disk.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta

from aae_core import files, records
from aae_core.data.item_draws import draw_stratified_indices
from aae_core.errors import RevisionError
from aae_core.store import frames
from aae_core.store.frames import Frame, FrameMetadata

WATCH_FILE, LIVE_FILE, DECODER_FILE = ".watched", "live.safetensors", "live.decoder.safetensors"
MAX_CODES = 500  # codes in the frame, at most
SURFACE_SIDE = 20  # cells of D's surface along each axis


@dataclass(frozen=True)
class DecoderMetadata:
    """The metadata of the decoder of this moment."""

    step: Annotated[int, Meta(ge=0, le=10**9 - 1)]


class LiveFile:
    """The frame of this moment, whatever its step."""

    def __init__(self, folder: Path):
        self.path = folder / LIVE_FILE

    def file_of(self, step: int | None, is_key_frame: bool = False) -> Path:
        return self.path

    def read_frame(self, step: int | None, expected_arrays: dict) -> tuple[dict, files.TensorHeader, FrameMetadata]:
        tensors, header = files.read_tensors(self.path, expected_arrays, frames.FRAME_BYTES_LIMIT)
        return tensors, header, records.parse_metadata(FrameMetadata, header.metadata, self.path)


def note_watcher(folder: Path) -> None:
    """Say that a page shows the training in this folder now. Where the store cannot be written, it is not said."""
    with suppress(OSError):
        (folder / WATCH_FILE).touch()


def watch_mark(folder: Path) -> int | None:
    """A number that changes whenever a page says that it shows the training; None if none has."""
    try:
        return (folder / WATCH_FILE).stat().st_mtime_ns
    except OSError:
        return None


def choose_codes(labels: np.ndarray) -> np.ndarray:
    """Which of the codes that other frames hold are in the frame of this moment, int64 n: as large a share of each class. labels:
    those of the images of these codes."""
    return draw_stratified_indices(labels, MAX_CODES)


def write(folder: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Replace the frame of this moment; RevisionError if that fails."""
    files.write_tensors(folder / LIVE_FILE, tensors, metadata, is_durable=False)


def write_decoder(folder: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Replace the decoder of this moment; RevisionError if that fails. metadata: with the "step"."""
    files.write_tensors(folder / DECODER_FILE, tensors, metadata, is_durable=False)


def remove(folder: Path) -> None:
    """Remove all of these files, if they exist and can be removed."""
    _remove_files(folder, WATCH_FILE, LIVE_FILE, DECODER_FILE)


def remove_frame_and_decoder(folder: Path) -> None:
    """Remove what a worker that was killed has left, which is not of this moment; a page may watch all the same."""
    _remove_files(folder, LIVE_FILE, DECODER_FILE)


def _remove_files(folder, *names):
    for name in names:
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)


def read(revision) -> tuple[Frame | None, np.ndarray]:
    """The frame of this moment, None if there is none that can be read, and which codes of the probe set frames hold."""
    probe = revision.probe()
    if probe is None:
        return None, np.empty(0, np.int64)
    rows = frames.recorded_probe_rows(len(probe.z), revision.config.latent_dim, revision.variant.categorical)
    rows = rows[choose_codes(probe.labels[rows])]
    with suppress(RevisionError):
        source = LiveFile(revision.path)
        if source.path.exists():
            return frames.read_frame(revision, source, None, len(rows), probe.split, SURFACE_SIDE), rows
    return None, rows


def decoder_version(folder: Path) -> tuple | None:
    """A key that changes whenever the decoder of this moment does; None if there is none."""
    return files.file_version(folder / DECODER_FILE)


def decoder_step(folder: Path) -> int | None:
    """The step of the decoder of this moment; None if there is none that can be read."""
    with suppress(RevisionError):
        if decoder_version(folder) is not None:
            metadata = files.read_tensor_header(folder / DECODER_FILE).metadata
            return records.parse_metadata(DecoderMetadata, metadata, folder / DECODER_FILE).step
    return None


def load_decoder(revision, decoder) -> int | None:
    """Give the module `decoder` the weights of this moment, and return their step; None if there are none that can be read, and
    then the module stays as it is."""
    from aae_core.store.weights import arrays_to_tensors, network_dtypes_and_shapes

    path = revision.path / DECODER_FILE
    with suppress(RevisionError):
        if not path.exists():
            return None
        tensors, header = files.read_tensors(path, network_dtypes_and_shapes(decoder))
        revision.check_identity(path, header)
        step = records.parse_metadata(DecoderMetadata, header.metadata, path).step
        if all(np.isfinite(values).all() for values in tensors.values()):
            decoder.load_state_dict(arrays_to_tensors(tensors))
            return step
    return None
