"""Training images that stay on the disk: a step reads the rows of its mini-batch, and memory stays flat."""

import mmap

import numpy as np
import torch
from torch import Tensor

RESIDENT = 2**29  # bytes of mapped images that are copied into memory all the same: what is copied is read faster
KEPT = 2**28  # bytes of mapped pages, at most so many, after which they are given back to the system
AROUND = (
    2**16
)  # bytes of the file that Linux maps at once around the place looked at, as far as it holds them in memory


def stays(images: np.ndarray, device: torch.device) -> bool:
    """Whether images uint8 N×H×W×C are to be read as they are needed: they are mapped, and too many for the device."""
    room = torch.cuda.mem_get_info(device)[0] // 2 if device.type == "cuda" else RESIDENT
    return isinstance(images, np.memmap) and images.nbytes > room


class OnDisk:
    """Mapped images uint8 N×H×W×C, indexed like a tensor N×C×H×W on `device`."""

    def __init__(self, images: np.memmap, device: torch.device):
        self.images, self.device, self._mapped = images, device, 0
        self.given_back = 0  # times
        self._advise("MADV_RANDOM")

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: Tensor) -> Tensor:
        """The images of an index tensor, uint8 n×C×H×W on the device."""
        rows = np.asarray(self.images[index.cpu().numpy()])
        self._mapped += len(rows) * AROUND + rows.nbytes
        if self._mapped > KEPT:
            self._mapped = 0
            self.given_back += 1
            self._advise("MADV_DONTNEED")
        return torch.from_numpy(rows).to(self.device).permute(0, 3, 1, 2)

    def _advise(self, name):
        if hasattr(mmap, name):  # not on every system; without it the pages leave when memory runs short
            self.images._mmap.madvise(getattr(mmap, name))
