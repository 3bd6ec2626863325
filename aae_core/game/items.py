"""The items on which a game is played, and those whose codes are shown on its plane."""

from dataclasses import replace

import numpy as np

from aae_core.data import item_draws, sets
from aae_core.data.sets import DataSet, Split

ITEMS = 2_000  # of a data set that a game is played on, at most
PLOTTED_ITEMS = 500  # of these whose codes are on the plane, at most
EXAMPLES = 6  # of these that can be encoded many times, at most


def load_game_data(name: str) -> DataSet:
    """A data set of the game with at most ITEMS training items, the same share of each class."""
    dataset = sets.load(name)
    train = dataset.train
    chosen = item_draws.draw_stratified_indices(train.labels, ITEMS)
    return replace(dataset, train=Split(train.images[chosen], train.labels[chosen]))


def plotted_indices(dataset: DataSet) -> np.ndarray:
    """The indices of the training items whose codes are on the plane."""
    return item_draws.draw_stratified_indices(dataset.train.labels, PLOTTED_ITEMS)


def example_indices(plotted: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The first plotted item of each of the first EXAMPLES classes; labels: of all items."""
    plotted_labels = labels[plotted]
    firsts = [plotted[plotted_labels == k][:1] for k in range(EXAMPLES)]
    return np.concatenate(firsts)
