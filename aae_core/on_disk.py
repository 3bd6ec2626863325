"""Training images that stay on the disk: a step reads the rows of its mini-batch and no others, so that memory stays flat."""

import numpy as np
import torch
from torch import Tensor

from aae_core.errors import TrainingError

RESIDENT = 2**29  # bytes of mapped images that are copied into memory all the same: what is copied is read faster


def stays(images: np.ndarray, device: torch.device) -> bool:
    """Whether images uint8 N×H×W×C are to be read as they are needed: they are mapped, and too many for the device."""
    room = torch.cuda.mem_get_info(device)[0] // 2 if device.type == "cuda" else RESIDENT
    return isinstance(images, np.memmap) and images.nbytes > room


class OnDisk:
    """Mapped images uint8 N×H×W×C, indexed like a tensor N×C×H×W on `device`.

    Read by file and not by mapping: the pages of a mapping count as the process's own memory, and around each row that is
    looked at the system maps sixteen more.
    """

    def __init__(self, images: np.memmap, device: torch.device):
        self.shape, self.device = images.shape, device
        self._file = open(images.filename, "rb", buffering=0)  # noqa: SIM115  (as long as the training)
        self._start = _place(images)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Tensor) -> Tensor:
        """The images of an index tensor, uint8 n×C×H×W on the device; TrainingError if the file has become shorter."""
        rows = np.empty((len(index), *self.shape[1:]), np.uint8)
        for row, number in zip(rows, index.tolist(), strict=True):
            self._file.seek(self._start + number * row.nbytes)
            if self._file.readinto(row) != row.nbytes:
                raise TrainingError(f"{self._file.name} was cut while it was trained on; add the data set once more.")
        return torch.from_numpy(rows).to(self.device).permute(0, 3, 1, 2)


def _place(images):
    """Where the first of mapped images, perhaps a part of a file's, begins in the file, in bytes."""
    whole = images
    while isinstance(whole.base, np.memmap):
        whole = whole.base
    return whole.offset + images.ctypes.data - whole.ctypes.data
