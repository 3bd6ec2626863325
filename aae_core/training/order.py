"""The order of the images in each pass of a training: another permutation in each, a function of the seed and the pass alone, so
that a training that is resumed at any step goes on in the same order.

Up to LISTED images it is a list of their numbers (torch's permutation, as it always was). Of more images no list is kept:

    blocks    the images lie on the disk in blocks of BLOCK bytes, in which they are read. A Feistel network gives the place of
              every block in the pass: a bijection of 2^2k numbers, applied again until the number is one of a block
              (cycle walking: Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002)
    windows   the images of WINDOW blocks that follow each other there are shuffled among themselves

So the order of the next images takes memory for one window, however many there are. Two images of one block meet in a mini-batch
WINDOW times more rarely than in a file read in its order: one pair of images in about a thousand.
"""

import numpy as np
import torch
from torch import Tensor

LISTED = 2**23  # images up to which their order is a list, of 64 MiB
BLOCK = 2**16  # bytes read at once
WINDOW = 1024  # blocks, of 64 MiB
ROUNDS = 8  # of the Feistel network; four suffice for independent ones (Luby and Rackoff, 1988)
MIXED = tuple(map(np.uint64, (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)))  # splitmix64's


class Blockwise:
    """The order of n items in one pass, computed where it is asked for; block: items read at once."""

    def __init__(self, n: int, seed: int, device, block: int):
        drawn = torch.Generator().manual_seed(seed)
        *keys, self._seed = torch.randint(2**62, (ROUNDS + 1,), generator=drawn).tolist()
        self._keys = np.array(keys, np.uint64)
        self._n, self._block, self._device = n, block, device
        self._blocks = -(-n // block)
        self._less = self._blocks * block - n  # items that the last block is short of
        last = np.array([self._blocks - 1])  # the block that is short
        self._short = int(permuted(last, self._blocks, self._keys, back=True)[0])  # its place among the others
        self._window: tuple[int, np.ndarray] = (-1, np.empty(0))

    def __getitem__(self, place: slice) -> Tensor:
        """The numbers of the items at these places of the pass, int64."""
        here, end, found = place.start or 0, min(place.stop, self._n), []
        while here < end:
            window = self._slot(here) // WINDOW
            start, stop = self._start(window * WINDOW), self._start((window + 1) * WINDOW)
            found.append(self._shuffled(window, start, stop)[here - start : end - start])
            here = stop
        return torch.from_numpy(np.concatenate(found) if found else np.empty(0, np.int64)).to(self._device)

    def _start(self, slot):
        """The place in the pass of the first item of the block that is in a slot, or n beyond the last."""
        return min(self._n, slot * self._block - self._less * (slot > self._short))

    def _slot(self, place):
        """The slot of the block in which the item at a place of the pass lies."""
        return place // self._block if place < self._start(self._short + 1) else (place + self._less) // self._block

    def _shuffled(self, window, start, stop):
        """The numbers of the items of a window, at the places from `start` to `stop` of the pass."""
        if self._window[0] != window:
            slots = np.arange(window * WINDOW, min((window + 1) * WINDOW, self._blocks))
            firsts = permuted(slots, self._blocks, self._keys) * self._block
            numbers = (firsts[:, None] + np.arange(self._block)).ravel()
            shuffle = torch.Generator().manual_seed((self._seed + window) % 2**63)
            self._window = window, numbers[numbers < self._n][torch.randperm(stop - start, generator=shuffle).numpy()]
        return self._window[1]


Order = Tensor | Blockwise  # of slices of the pass: the numbers of the items at these places, int64


def of(n: int, seed: int, device, block: int = 1) -> Order:
    """The order of n items in the pass whose seed this is; block: items read at once."""
    if n > LISTED:
        return Blockwise(n, seed, device, block)
    return torch.randperm(n, generator=torch.Generator(device).manual_seed(seed), device=device)


def permuted(numbers: np.ndarray, n: int, keys: np.ndarray, back: bool = False) -> np.ndarray:
    """Where a permutation of 0 … n − 1, chosen by the keys (uint64), puts these numbers; `back`, which numbers it puts there. The
    Feistel network is applied again to each number that is not yet below n."""
    bits = max(1, -(-(n - 1).bit_length() // 2))  # of a half
    found = numbers.astype(np.uint64)
    outside = np.ones(len(found), bool)
    while outside.any():
        found[outside] = _network(found[outside], np.uint64(bits), keys, back)
        outside = found >= n
    return found.astype(np.int64)


def _network(numbers, bits, keys, back):
    """(L, R) -> (R, L ⊕ F(R)) for each key; `back`, the inverse: the same on exchanged halves with the keys in reverse."""
    low = (np.uint64(1) << bits) - np.uint64(1)
    left, right = numbers >> bits, numbers & low
    if back:
        left, right = right, left
    for key in keys[::-1] if back else keys:
        left, right = right, left ^ (_mixed(right + key) & low)
    return right << bits | left if back else left << bits | right


def _mixed(numbers):
    """uint64 whose every bit depends on all bits of these (splitmix64: Steele, Lea and Flood, 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * MIXED[0]
    numbers = (numbers ^ (numbers >> np.uint64(27))) * MIXED[1]
    return numbers ^ (numbers >> np.uint64(31))
