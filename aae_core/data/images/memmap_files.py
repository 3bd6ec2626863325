"""Images, or the rows of a table, in one file that is mapped into memory, so that a data set may be larger than
memory. The format is safetensors: `images` uint8 N×H×W×C, or `rows` float32 N×1×F×1, then `labels` int64 N. Images
are written one at a time and rows in batches, in any order."""

import json
import os
import struct
from contextlib import AbstractContextManager

import numpy as np

from aae_core.files import check_tensors, raise_os_errors_as, read_tensor_header

DATA_OFFSET = 4096  # bytes before the first item: the header, padded because the shape is known only at the end
MAX_HEADER_BYTES = 2**20  # bytes allowed for a header that another program wrote
IMAGES_AT_ONCE = 4096  # images that are rewritten at once when the first one in colour arrives
# dtypes in the header and in NumPy
DTYPES_BY_NAME = {"images": ("U8", np.dtype("u1")), "rows": ("F32", np.dtype("<f4"))}


class MemmapWriter(AbstractContextManager):
    """A context manager that writes `item_count` items and their labels. Raises OSError if the disk is full or fails.

    array_name: "images", which are `write_image` one by one, or "rows". item_shape: (1, F, 1) for rows. All images have
    the height and width of the first, and one channel as long as none has colour.
    """

    def __init__(
        self, path, item_count: int, array_name: str = "images", item_shape: tuple[int, int, int] | None = None
    ):
        self.item_count, self.array_name, self.item_shape = item_count, array_name, item_shape
        self._file = open(path, "w+b")  # noqa: SIM115 (closed by __exit__)

    def __exit__(self, *_):
        self._file.close()

    @property
    def item_bytes(self) -> int:
        """Bytes of one item."""
        return int(np.prod(self.item_shape)) * DTYPES_BY_NAME[self.array_name][1].itemsize

    def write_labels(self, first_row: int, labels: np.ndarray) -> None:
        """Write the labels (int64 n) of the items from number `first_row` on."""
        self._write_at(labels.astype("<i8"), DATA_OFFSET + self.item_count * self.item_bytes + 8 * first_row)

    def write_header(self, labels: np.ndarray | None = None) -> None:
        """Write all labels (int64 N), if they are given, and the header, which completes the file, and flush it to the disk."""
        if labels is not None:
            self.write_labels(0, labels)
        items_end = self.item_count * self.item_bytes
        header = {
            self.array_name: {
                "dtype": DTYPES_BY_NAME[self.array_name][0],
                "shape": [self.item_count, *self.item_shape],
                "data_offsets": [0, items_end],
            },
            "labels": {
                "dtype": "I64",
                "shape": [self.item_count],
                "data_offsets": [items_end, items_end + 8 * self.item_count],
            },
        }
        text = json.dumps(header).encode().ljust(DATA_OFFSET - 8)
        self._write_at(np.frombuffer(struct.pack("<Q", len(text)) + text, np.uint8), 0)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _write_at(self, values, offset):
        self._file.seek(offset)
        self._file.write(np.ascontiguousarray(values))

    def write_rows(self, first_row: int, rows: np.ndarray, labels: np.ndarray) -> None:
        """Write rows, float32 n×F, and their labels, int64 n, from number `first_row` on."""
        self._write_at(rows.astype("<f4"), DATA_OFFSET + first_row * self.item_bytes)
        self.write_labels(first_row, labels)

    def write_image(self, row: int, pixels: np.ndarray) -> None:
        """Write image number `row`, uint8 H×W or H×W×3; ValueError if it differs from the first one in height or width."""
        pixels = np.atleast_3d(pixels)
        if self.item_shape is None:
            self.item_shape = (*pixels.shape[:2], 1)
        if pixels.shape[:2] != self.item_shape[:2]:
            raise ValueError(f"{pixels.shape[:2]} where {self.item_shape[:2]} is stored")
        if self.item_shape[2] < pixels.shape[2] and (pixels != pixels[..., :1]).any():
            self._convert_to_colour()
        self._write_at(
            np.broadcast_to(pixels[..., : self.item_shape[2]], self.item_shape), DATA_OFFSET + row * self.item_bytes
        )

    def _convert_to_colour(self):
        """Give all stored images three channels, from the last to the first, so that none is overwritten before it is read."""
        grey_shape = self.item_shape
        self.item_shape = (*grey_shape[:2], 3)
        grey_bytes = int(np.prod(grey_shape))
        self._file.truncate(DATA_OFFSET + self.item_count * grey_bytes)  # images that are not written yet read as zeros
        for start in reversed(range(0, self.item_count, IMAGES_AT_ONCE)):
            rows = min(IMAGES_AT_ONCE, self.item_count - start)
            self._file.seek(DATA_OFFSET + start * grey_bytes)
            images = np.frombuffer(self._file.read(rows * grey_bytes), np.uint8).reshape(rows, *grey_shape)
            self._write_at(np.repeat(images, 3, axis=-1), DATA_OFFSET + start * self.item_bytes)


def open_memmap(
    path, item_count: int, item_shape: tuple[int, int, int], array_name: str = "images"
) -> tuple[np.ndarray, np.ndarray]:
    """The items of a file, images uint8 N×H×W×C or rows float32 N×1×F×1, and their labels, int64 N, mapped copy-on-write: changes
    to the arrays stay in memory.

    item_count: N; item_shape: (H, W, C) or (1, F, 1); array_name: "images" or "rows". Raises RevisionError, with file
    and cause, if the file is missing, cut short, or holds anything else.
    """
    dtype_code, dtype = DTYPES_BY_NAME[array_name]
    header = read_tensor_header(path, MAX_HEADER_BYTES + item_count * (int(np.prod(item_shape)) * dtype.itemsize + 8))
    check_tensors(path, header, {array_name: (dtype_code, (item_count, *item_shape)), "labels": ("I64", (item_count,))})
    with raise_os_errors_as(path, "read"):
        items = np.memmap(path, dtype, "c", header.offsets[array_name], (item_count, *item_shape))
        labels = np.memmap(path, "<i8", "c", header.offsets["labels"], (item_count,))
    return items, np.asarray(labels)
