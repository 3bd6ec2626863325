"""Images, or the rows of a table, in one file that is mapped into memory, so that a data set may be larger than memory.

The format is safetensors: `images` uint8 N×H×W×C, or `rows` float32 N×1×F×1, then `labels` int64 N. Images are written one at a
time and rows in batches, in any order.
"""

import json
import os
import struct
from contextlib import AbstractContextManager

import numpy as np

from aae_core.files import check_tensors, explained, read_header

START = 4096  # bytes before the first item: the header, padded because the shape is known only at the end
HEADER = 2**20  # bytes allowed for a header that another program wrote
CHUNK = 4096  # images that are rewritten at once when the first one in colour arrives
TYPES = {"images": ("U8", np.dtype("u1")), "rows": ("F32", np.dtype("<f4"))}  # dtypes in the header and in NumPy


class Writer(AbstractContextManager):
    """A context manager that writes `count` items and their labels. Raises OSError if the disk is full or fails.

    name: "images", which are `put` one by one, or "rows". shape: (1, F, 1) for rows. All images have the height and width of the
    first, and one channel as long as none has colour.
    """

    def __init__(self, path, count: int, name: str = "images", shape: tuple[int, int, int] | None = None):
        self.count, self.name, self.shape = count, name, shape
        self._file = open(path, "w+b")  # noqa: SIM115 (closed by __exit__)

    def __exit__(self, *_):
        self._file.close()

    @property
    def size(self) -> int:
        """Bytes of one item."""
        return int(np.prod(self.shape)) * TYPES[self.name][1].itemsize

    def put_labels(self, row: int, labels: np.ndarray) -> None:
        """Write the labels (int64 n) of the items from number `row` on."""
        self._write(labels.astype("<i8"), START + self.count * self.size + 8 * row)

    def finish(self, labels: np.ndarray | None = None) -> None:
        """Write all labels (int64 N), if they are given, and the header, which completes the file, and flush it to the disk."""
        if labels is not None:
            self.put_labels(0, labels)
        end = self.count * self.size
        header = {
            self.name: {"dtype": TYPES[self.name][0], "shape": [self.count, *self.shape], "data_offsets": [0, end]},
            "labels": {"dtype": "I64", "shape": [self.count], "data_offsets": [end, end + 8 * self.count]},
        }
        text = json.dumps(header).encode().ljust(START - 8)
        self._write(np.frombuffer(struct.pack("<Q", len(text)) + text, np.uint8), 0)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _write(self, values, offset):
        self._file.seek(offset)
        self._file.write(np.ascontiguousarray(values))

    def put_rows(self, row: int, rows: np.ndarray, labels: np.ndarray) -> None:
        """Write rows, float32 n×F, and their labels, int64 n, from number `row` on."""
        self._write(rows.astype("<f4"), START + row * self.size)
        self.put_labels(row, labels)

    def put(self, row: int, pixels: np.ndarray) -> None:
        """Write image number `row`, uint8 H×W or H×W×3; ValueError if it differs from the first one in height or width."""
        pixels = np.atleast_3d(pixels)
        if self.shape is None:
            self.shape = (*pixels.shape[:2], 1)
        if pixels.shape[:2] != self.shape[:2]:
            raise ValueError(f"{pixels.shape[:2]} where {self.shape[:2]} is stored")
        if self.shape[2] < pixels.shape[2] and (pixels != pixels[..., :1]).any():
            self._to_colour()
        self._write(np.broadcast_to(pixels[..., : self.shape[2]], self.shape), START + row * self.size)

    def _to_colour(self):
        """Give all stored images three channels, from the last to the first, so that none is overwritten before it is read."""
        grey = self.shape
        self.shape = (*grey[:2], 3)
        small = int(np.prod(grey))
        self._file.truncate(START + self.count * small)  # images that are not written yet read as zeros
        for start in reversed(range(0, self.count, CHUNK)):
            rows = min(CHUNK, self.count - start)
            self._file.seek(START + start * small)
            images = np.frombuffer(self._file.read(rows * small), np.uint8).reshape(rows, *grey)
            self._write(np.repeat(images, 3, axis=-1), START + start * self.size)


def mapped(path, count: int, shape: tuple[int, int, int], name: str = "images") -> tuple[np.ndarray, np.ndarray]:
    """The items of a file, images uint8 N×H×W×C or rows float32 N×1×F×1, and their labels, int64 N, mapped copy-on-write: changes
    to the arrays stay in memory.

    count: N; shape: (H, W, C) or (1, F, 1); name: "images" or "rows". Raises RevisionError, with file and cause, if the file is
    missing, cut short, or holds anything else.
    """
    code, kind = TYPES[name]
    header = read_header(path, HEADER + count * (int(np.prod(shape)) * kind.itemsize + 8))
    check_tensors(path, header, {name: (code, (count, *shape)), "labels": ("I64", (count,))})
    with explained(path, "read"):
        items = np.memmap(path, kind, "c", header.starts[name], (count, *shape))
        labels = np.memmap(path, "<i8", "c", header.starts["labels"], (count,))
    return items, np.asarray(labels)
