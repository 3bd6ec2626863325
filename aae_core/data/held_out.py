"""Training items that are held out of a training with `patience`: it never sees them, and their reconstruction error says
when it ends. The test items are not touched by that, so that figures on them stay honest."""

import numpy as np

from aae_core.config.derived import held_out_count
from aae_core.config.settings import Settings
from aae_core.data.row_splits import draw_whole_groups
from aae_core.errors import ConfigError, DataError

HELD_OUT_STREAM = 1  # a stream of random numbers of its own beside the others that follow from the seed


def draw_held_out_indices(config: Settings, count: int, groups: np.ndarray | None = None) -> np.ndarray:
    """The numbers (int64, ascending) of the items that are held out of `count` training items, drawn by the seed of the
    configuration; none without `patience`.

    groups: the number of the group of each item, int64, or None. With groups, they are whole groups that fit into the number
    of items that is held out otherwise; if none fits, the smallest group. ConfigError if all items are of one group.
    """
    n = held_out_count(config, count)
    if not n:
        return np.empty(0, np.int64)
    rng = np.random.default_rng([config.seed, HELD_OUT_STREAM])
    if groups is None:
        return np.sort(rng.choice(count, n, replace=False))
    is_held_out = draw_whole_groups(groups, n, rng)
    if is_held_out is None:
        raise ConfigError(
            "patience holds out whole groups, and all training items are of one group; leave patience open, or add items of "
            "other groups."
        )
    return np.flatnonzero(is_held_out)


def labels_without_held_out(
    config: Settings, labels: np.ndarray, classes: tuple[str, ...], groups: np.ndarray | None = None
) -> np.ndarray:
    """The labels of all training items, int64 N, as a training may use them: −1 for those that are held out. groups: as for
    `draw_held_out_indices`. DataError if all items of a class are held out, or more labels are requested than the other items
    have."""
    indices = draw_held_out_indices(config, len(labels), groups)
    if not len(indices):
        return labels
    usable_labels = labels.copy()
    usable_labels[indices] = -1
    _check_usable_labels(config, labels, usable_labels, classes)
    return usable_labels


def _check_usable_labels(config, labels, usable_labels, classes) -> None:
    lost_classes = [classes[k] for k in np.setdiff1d(labels[labels >= 0], usable_labels)]
    if lost_classes:
        raise DataError(
            f"patience holds out all training items of the class {', '.join(lost_classes[:10])}"
            f"{' …' if len(lost_classes) > 10 else ''}, so that no label of it is left; leave patience open, set another seed, "
            "or add items of it."
        )
    usable_count = np.count_nonzero(usable_labels >= 0)
    if config.labels is not None and usable_count < config.labels:
        raise DataError(
            f"{config.labels:,} labels are requested, but only {usable_count:,} labelled items are left beside those that "
            "patience holds out; request fewer, or leave patience open."
        )
