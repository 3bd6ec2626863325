"""The order of the images in each pass over them: a permutation that depends only on seed and pass, so that a training
that is resumed at any step continues in the same order.

Up to MAX_LISTED images, the order is a list of their indices (torch's random permutation). Of more images, no list of
them is kept:

    blocks    The images are read from the disk in blocks of BLOCK_BYTES bytes, whose order is a list of their numbers.
    windows   WINDOW_BLOCKS blocks that follow each other in this order are a window, whose images are shuffled.

So the order takes memory for the list of blocks, 8 bytes for each, and for one window. Two images of one block meet in
a mini-batch WINDOW_BLOCKS times more rarely than if the file were read in its order: about one pair of images in a
thousand.
"""

from bisect import bisect

import numpy as np
import torch
from torch import Tensor

MAX_LISTED = 2**23  # images up to which their order is a list, of up to 64 MiB
BLOCK_BYTES = 2**16  # bytes read at once
WINDOW_BLOCKS = 1024  # blocks in a window, 64 MiB together


class BlockwiseOrder:
    """The order of n items in one pass over them, computed on demand. block_size: number of items read at once."""

    def __init__(self, n: int, seed: int, device, block_size: int):
        rng = torch.Generator().manual_seed(seed)
        self._blocks = torch.randperm(-(-n // block_size), generator=rng).numpy()  # in their order
        self._seed = int(torch.randint(2**62, (), generator=rng))
        self._n, self._block, self._device = n, block_size, device
        windows = np.arange(0, len(self._blocks), WINDOW_BLOCKS)
        # the last block may be shorter
        lengths = np.add.reduceat(np.minimum(block_size, n - self._blocks * block_size), windows)
        self._window_starts = [0, *lengths.cumsum().tolist()]  # the places at which the windows begin, and n
        self._window: tuple[int, np.ndarray] = (-1, np.empty(0))

    def __getitem__(self, places: slice) -> Tensor:
        """The indices of the items at these places of the pass, int64."""
        position, end, parts = places.start or 0, min(places.stop, self._n), []
        while position < end:
            window = bisect(self._window_starts, position) - 1
            start = self._window_starts[window]
            parts.append(self._shuffled_window(window)[position - start : end - start])
            position = self._window_starts[window + 1]
        return torch.from_numpy(np.concatenate(parts) if parts else np.empty(0, np.int64)).to(self._device)

    def _shuffled_window(self, window) -> np.ndarray:
        """The indices of the items in a window, shuffled."""
        if self._window[0] != window:
            first_items = self._blocks[window * WINDOW_BLOCKS : (window + 1) * WINDOW_BLOCKS] * self._block
            items = (first_items[:, None] + np.arange(self._block)).ravel()
            rng = torch.Generator().manual_seed((self._seed + window) % 2**63)
            items = items[items < self._n]
            self._window = window, items[torch.randperm(len(items), generator=rng).numpy()]
        return self._window[1]


# indexed by a slice of places in the pass, it returns the indices of the items there, int64
EpochOrder = Tensor | BlockwiseOrder


def make_epoch_order(n: int, seed: int, device, block_size: int = 1) -> EpochOrder:
    """The order of n items in the pass with this seed. block_size: number of items read at once."""
    if n > MAX_LISTED:
        return BlockwiseOrder(n, seed, device, block_size)
    return torch.randperm(n, generator=torch.Generator(device).manual_seed(seed), device=device)
