"""The order of the images in each pass over them: a permutation that depends only on seed and pass, so that a training that is
resumed at any step continues in the same order.

Up to LISTED images, the order is a list of their indices (torch's random permutation). Of more images, no list is kept:

    blocks    The images are read from the disk in blocks of BLOCK bytes, whose order is given by a Feistel network: a bijection
              of 2^2k numbers, which is applied again until the result is the number of a block (cycle walking: Black and
              Rogaway, Ciphers with Arbitrary Finite Domains, 2002).
    windows   WINDOW blocks that follow each other in this order are a window, whose images are shuffled.

So the order takes memory for one window only, however many images there are. Two images of one block meet in a mini-batch WINDOW
times more rarely than if the file were read in its order: about one pair of images in a thousand.
"""

import numpy as np
import torch
from torch import Tensor

LISTED = 2**23  # images up to which their order is a list, of up to 64 MiB
BLOCK = 2**16  # bytes read at once
WINDOW = 1024  # blocks in a window, 64 MiB together
ROUNDS = 8  # of the Feistel network; four suffice if the round functions are independent (Luby and Rackoff, 1988)
MIXED = tuple(map(np.uint64, (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)))  # multipliers of splitmix64


class Blockwise:
    """The order of n items in one pass over them, computed on demand. block: number of items read at once."""

    def __init__(self, n: int, seed: int, device, block: int):
        drawn = torch.Generator().manual_seed(seed)
        *keys, self._seed = torch.randint(2**62, (ROUNDS + 1,), generator=drawn).tolist()
        self._keys = np.array(keys, np.uint64)
        self._n, self._block, self._device = n, block, device
        self._blocks = -(-n // block)
        self._less = self._blocks * block - n  # items that the last block of the file has less than the others
        last = np.array([self._blocks - 1])  # this block
        self._short = int(permuted(last, self._blocks, self._keys, back=True)[0])  # its slot, or place in the order
        self._window: tuple[int, np.ndarray] = (-1, np.empty(0))

    def __getitem__(self, place: slice) -> Tensor:
        """The indices of the items at these places of the pass, int64."""
        here, end, found = place.start or 0, min(place.stop, self._n), []
        while here < end:
            window = self._slot(here) // WINDOW
            start, stop = self._start(window * WINDOW), self._start((window + 1) * WINDOW)
            found.append(self._shuffled(window, start, stop)[here - start : end - start])
            here = stop
        return torch.from_numpy(np.concatenate(found) if found else np.empty(0, np.int64)).to(self._device)

    def _start(self, slot):
        """The place in the pass at which the block in a slot begins; n for a slot beyond the last."""
        return min(self._n, slot * self._block - self._less * (slot > self._short))

    def _slot(self, place):
        """The slot of the block to which a place of the pass belongs."""
        return place // self._block if place < self._start(self._short + 1) else (place + self._less) // self._block

    def _shuffled(self, window, start, stop):
        """The indices of the items in a window, shuffled; it takes the places from `start` to `stop` of the pass."""
        if self._window[0] != window:
            slots = np.arange(window * WINDOW, min((window + 1) * WINDOW, self._blocks))
            firsts = permuted(slots, self._blocks, self._keys) * self._block
            numbers = (firsts[:, None] + np.arange(self._block)).ravel()
            shuffle = torch.Generator().manual_seed((self._seed + window) % 2**63)
            self._window = window, numbers[numbers < self._n][torch.randperm(stop - start, generator=shuffle).numpy()]
        return self._window[1]


Order = Tensor | Blockwise  # indexed by a slice of places in the pass, it returns the indices of the items there, int64


def of(n: int, seed: int, device, block: int = 1) -> Order:
    """The order of n items in the pass with this seed. block: number of items read at once."""
    if n > LISTED:
        return Blockwise(n, seed, device, block)
    return torch.randperm(n, generator=torch.Generator(device).manual_seed(seed), device=device)


def permuted(numbers: np.ndarray, n: int, keys: np.ndarray, back: bool = False) -> np.ndarray:
    """The images of `numbers` (int64) under a permutation of 0 … n − 1 that is chosen by the keys (uint64), or their preimages if
    `back`. The Feistel network is applied again to each result that is not below n."""
    bits = max(1, -(-(n - 1).bit_length() // 2))  # in each half of a number
    found = numbers.astype(np.uint64)
    outside = np.ones(len(found), bool)
    while outside.any():
        found[outside] = _network(found[outside], np.uint64(bits), keys, back)
        outside = found >= n
    return found.astype(np.int64)


def _network(numbers, bits, keys, back):
    """(L, R) -> (R, L ⊕ F(R)) for each key. back: the inverse, which is the same with halves exchanged and keys reversed."""
    low = (np.uint64(1) << bits) - np.uint64(1)
    left, right = numbers >> bits, numbers & low
    if back:
        left, right = right, left
    for key in keys[::-1] if back else keys:
        left, right = right, left ^ (_mixed(right + key) & low)
    return right << bits | left if back else left << bits | right


def _mixed(numbers):
    """A hash of uint64 numbers in which every bit depends on all bits (splitmix64: Steele, Lea and Flood, 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * MIXED[0]
    numbers = (numbers ^ (numbers >> np.uint64(27))) * MIXED[1]
    return numbers ^ (numbers >> np.uint64(31))
