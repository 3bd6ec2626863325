"""Which items of a data set are drawn at random, by a seed: for testing, to be shown or measured, and to keep their labels."""

import numpy as np

from aae_core.errors import DataError
from aae_core.progress import format_count

TEST_SHARE = 0.15  # of each class is kept for testing
SPLIT_SEED = 1  # on every machine
LARGE_ITEM_COUNT = 2**23  # items above which no list of all their indices is made where that can be avoided


def stratified_test_mask(labels: np.ndarray, share: float = TEST_SHARE, seed: int = SPLIT_SEED) -> np.ndarray:
    """A mask (bool N) of the test items, by `seed`: of each class `share`, rounded, at least one. Unlabelled (−1) is a class."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    is_test = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = order[labels[order] == label]
        is_test[members[: max(1, round(share * len(members)))]] = True
    return is_test


def draw_stratified_indices(labels: np.ndarray, n: int, seed: int = 0) -> np.ndarray:
    """Indices (int64, ascending) of `n` of the labels, chosen by `seed`, with the same share of each class to within one; all
    indices if there are no more than `n`. Above LARGE_ITEM_COUNT labels, the shares are those of a random sample, and
    so approximate."""
    if len(labels) <= n:
        return np.arange(len(labels))
    if len(labels) > LARGE_ITEM_COUNT:
        sampled_indices = np.sort(draw_random_indices(len(labels), LARGE_ITEM_COUNT // 8, seed))
        return sampled_indices[draw_stratified_indices(labels[sampled_indices], n, seed)]
    class_order = np.random.default_rng(seed).permutation(len(labels))
    # class by class, so that equal steps give each its share
    class_order = class_order[np.argsort(labels[class_order], kind="stable")]
    return np.sort(class_order[((np.arange(n) + 0.5) * (len(labels) / n)).astype(np.int64)])


def draw_random_indices(count: int, limit: int | None, seed: int) -> np.ndarray:
    """At most `limit` (None: all) of the indices below `count`, int64, in a random order that depends only on these arguments.
    Above LARGE_ITEM_COUNT, only the drawn indices take memory if there is a limit."""
    rng = np.random.default_rng(seed)
    if limit is not None and count > LARGE_ITEM_COUNT:
        return rng.choice(count, min(limit, count), replace=False)
    return rng.permutation(count)[:limit]


def draw_labelled_mask(labels: np.ndarray, n: int | None, classes: tuple[str, ...], seed: int) -> np.ndarray:
    """A mask (bool N) of `n` labelled images, chosen by `seed`, equally many of each class as far as possible; n = None: of all.

    Raises DataError if `n` is less than the number of classes or more than that of labelled images, or if a class has no image.
    """
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))[: len(classes)]
    missing_classes = [classes[k] for k in np.flatnonzero(counts == 0)]
    if missing_classes:
        classes_text = ", ".join(missing_classes[:10])
        if len(missing_classes) > 10:
            classes_text += " …"
        raise DataError(
            f"None of the training data are of the class {classes_text}; add some of it, or leave it out of the data set."
        )
    if n is None:
        return labels >= 0
    if n < len(classes):
        raise DataError(
            f"{format_count(n, 'label')} cannot cover {len(classes)} classes; request at least one for each."
        )
    if n > counts.sum():
        raise DataError(f"{n:,} labels are requested, but only {counts.sum():,} labelled images exist; request fewer.")
    rng = np.random.default_rng(seed)
    quota = _even_class_quotas(counts, n, rng)
    order = rng.permutation(len(labels))
    is_chosen = np.zeros(len(labels), bool)
    for k in range(len(classes)):
        is_chosen[order[labels[order] == k][: quota[k]]] = True
    return is_chosen


def _even_class_quotas(counts, n, rng):
    """How many of the `n` images each class contributes (int K): equally many, except that a class may have fewer, and that a
    remainder goes to random classes."""
    quota = np.zeros_like(counts)
    while (items_left := n - quota.sum()) > 0:
        open_classes = rng.permutation(np.flatnonzero(quota < counts))
        quota[open_classes[:items_left]] += np.minimum(counts - quota, max(1, items_left // len(open_classes)))[
            open_classes[:items_left]
        ]
    return quota
