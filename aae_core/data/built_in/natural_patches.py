"""The data set `natural-patches`: squares cut from the two photographs that come with scikit-learn, a temple and a
flower. Each photograph is divided into a grid of cells, and each patch lies within one cell. The test patches come
from cells of their own, so that they share no pixel with a training patch. These cells are spread over the
photograph, so that both splits show its top, its middle and its bottom."""

import numpy as np

PATCH_SIDE, PATCH_STRIDE = 64, 4  # pixels: side of a patch, and distance from one patch to the next
SHAPE = (3, PATCH_SIDE, PATCH_SIDE)
CLASSES = ("temple", "flower")
CELL_ROWS, CELL_COLUMNS = 4, 4  # of cells in a photograph
TEST_CELLS = ((0, 3), (1, 1), (2, 0), (3, 2))  # (row, column) of the cells with test patches
HELD_OUT_CELLS = ((1, 2), (3, 1))  # cells with a sixth of the training patches, held out in natural-patches-held-out


def cut_patches():
    """(images uint8 N×64×64×3, labels int64 N, which name the photograph) of the training set, and the same of the test set."""
    from sklearn.datasets import load_sample_images

    photographs = load_sample_images().images  # china.jpg and flower.jpg, uint8 427×640×3
    return cut_photographs_into_patches(photographs, False), cut_photographs_into_patches(photographs, True)


def held_out_patch_mask(train_count: int) -> np.ndarray:
    """A mask (bool `train_count`) of the training patches in the HELD_OUT_CELLS cells, which overlap no patch outside
    these cells."""
    train_cells = [cell for cell in np.ndindex(CELL_ROWS, CELL_COLUMNS) if cell not in TEST_CELLS] * len(CLASSES)
    return np.repeat([cell in HELD_OUT_CELLS for cell in train_cells], train_count // len(train_cells))


def cut_photographs_into_patches(photographs, is_test: bool) -> tuple[np.ndarray, np.ndarray]:
    """(images, labels), as in `cut_patches`, of the training or test patches of photographs uint8 H×W×3 whose cells
    hold a patch."""
    images, labels = [], []
    for label, photograph in enumerate(photographs):
        height = photograph.shape[0] // CELL_ROWS
        width = photograph.shape[1] // CELL_COLUMNS
        for row, column in np.ndindex(CELL_ROWS, CELL_COLUMNS):
            if ((row, column) in TEST_CELLS) == is_test:
                cell = photograph[row * height : (row + 1) * height, column * width : (column + 1) * width]
                windows = np.lib.stride_tricks.sliding_window_view(cell, (PATCH_SIDE, PATCH_SIDE), axis=(0, 1))
                images.append(
                    windows[::PATCH_STRIDE, ::PATCH_STRIDE]
                    .transpose(0, 1, 3, 4, 2)
                    .reshape(-1, PATCH_SIDE, PATCH_SIDE, 3)
                )
                labels.append(np.full(len(images[-1]), label, np.int64))
    return np.concatenate(images), np.concatenate(labels)
