"""Training images that stay on the disk: each step reads only the images of its mini-batch, or the blocks they lie in, so that
memory use stays constant."""

import numpy as np
import torch
from torch import Tensor

from aae_core.errors import TrainingError

MAX_CACHED_BLOCKS = 1024  # blocks that are kept after reading, because they may hold images of the next mini-batches
MAX_RESIDENT_BYTES = 2**29  # bytes of mapped images up to which they are copied into memory, where they are read faster


def is_read_from_disk(images: np.ndarray, device: torch.device) -> bool:
    """Whether images N×H×W×C are read from the disk as needed: whether they are mapped, and larger than
    MAX_RESIDENT_BYTES or, on a CUDA GPU, than half of its free memory."""
    memory_limit = MAX_RESIDENT_BYTES
    if device.type == "cuda":
        memory_limit = torch.cuda.mem_get_info(device)[0] // 2
    return isinstance(images, np.memmap) and images.nbytes > memory_limit


class DiskImages:
    """Mapped images N×H×W×C of any type, indexed like a tensor N×C×H×W on `device`.

    block: number of images read at once. If it is above 1, the last MAX_CACHED_BLOCKS blocks stay in memory, for an
    order in which the other images of a block follow soon. The file is read rather than mapped, because the pages of a
    mapping would count as memory of the process, and the system would map further pages around each image.
    """

    def __init__(self, images: np.memmap, device: torch.device, block: int = 1):
        self.shape, self.dtype, self.device = images.shape, images.dtype, device
        self._file = open(images.filename, "rb", buffering=0)  # noqa: SIM115  (open during the whole training)
        self._start, self._block = _file_offset(images), block
        self._cached_blocks: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Tensor) -> Tensor:
        """The images with the numbers in `index`, n×C×H×W on the device; TrainingError if the file has become too short."""
        rows = np.empty((len(index), *self.shape[1:]), self.dtype)
        if self._block == 1:
            for row, number in zip(rows, index.tolist(), strict=True):
                self._read_into(number, row)
        else:
            blocks, positions = np.divmod(index.cpu().numpy(), self._block)
            for block in dict.fromkeys(blocks.tolist()):
                is_in_block = blocks == block
                rows[is_in_block] = self._read_block(block)[positions[is_in_block]]
        return torch.from_numpy(rows).to(self.device).permute(0, 3, 1, 2)

    def _read_block(self, block) -> np.ndarray:
        """The images of a block, B×H×W×C with B = `block`, or fewer in the last block."""
        if block not in self._cached_blocks:
            first = block * self._block
            rows = np.empty((min(self._block, len(self) - first), *self.shape[1:]), self.dtype)
            self._read_into(first, rows)
            if len(self._cached_blocks) >= MAX_CACHED_BLOCKS:
                del self._cached_blocks[next(iter(self._cached_blocks))]  # the block that was read first
            self._cached_blocks[block] = rows
        return self._cached_blocks[block]

    def _read_into(self, first, rows):
        """Fill the array `rows` with the images from number `first` on."""
        self._file.seek(self._start + first * int(np.prod(self.shape[1:])) * self.dtype.itemsize)
        if self._file.readinto(rows) != rows.nbytes:
            raise TrainingError(f"{self._file.name} was truncated during the training; add the data set again.")


def _file_offset(images):
    """The offset in the file, in bytes, of mapped images, which may be a slice of those in the file."""
    file_array = images
    while isinstance(file_array.base, np.memmap):
        file_array = file_array.base
    return file_array.offset + images.ctypes.data - file_array.ctypes.data
