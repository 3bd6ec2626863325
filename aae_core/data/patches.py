"""The data set `natural-patches`: squares cut from the two photographs that scikit-learn carries, a temple and a flower.

Each photograph is divided into a grid of cells, and a patch lies within one: the test patches come from cells of which no
training patch sees a pixel. They are spread, so that both splits show the sky, what stands in the middle and the ground.
"""

import numpy as np

SIDE, STEP = 64, 4  # of a patch; from one patch to the next, in pixels
SHAPE = (3, SIDE, SIDE)
CLASSES = ("temple", "flower")
ROWS, COLUMNS = 4, 4  # cells of a photograph
TEST = ((0, 3), (1, 1), (2, 0), (3, 2))  # row and column of the cells of test patches
HELD_OUT = ((1, 2), (3, 1))  # of the training patches on which settings are chosen, a sixth


def cut():
    """(images uint8 N×64×64×3, labels int64 N: the photograph) of the training patches, and of the test patches."""
    from sklearn.datasets import load_sample_images

    photographs = load_sample_images().images  # china.jpg and flower.jpg, uint8 427×640×3
    return of(photographs, False), of(photographs, True)


def held_out(count: int) -> np.ndarray:
    """A mask (bool) of those of the `count` training patches that lie in the cells of HELD_OUT: none overlaps another patch."""
    places = [place for place in np.ndindex(ROWS, COLUMNS) if place not in TEST] * len(CLASSES)
    return np.repeat([place in HELD_OUT for place in places], count // len(places))


def of(photographs, test: bool):
    """The training or test patches of photographs, uint8 H×W×3 each, as `cut` gives them; every cell must hold a patch."""
    images, labels = [], []
    for label, photograph in enumerate(photographs):
        down, across = (length // cells for length, cells in zip(photograph.shape, (ROWS, COLUMNS), strict=False))
        for row, column in np.ndindex(ROWS, COLUMNS):
            if ((row, column) in TEST) == test:
                cell = photograph[row * down : (row + 1) * down, column * across : (column + 1) * across]
                windows = np.lib.stride_tricks.sliding_window_view(cell, (SIDE, SIDE), axis=(0, 1))
                images.append(windows[::STEP, ::STEP].transpose(0, 1, 3, 4, 2).reshape(-1, SIDE, SIDE, 3))
                labels.append(np.full(len(images[-1]), label, np.int64))
    return np.concatenate(images), np.concatenate(labels)
