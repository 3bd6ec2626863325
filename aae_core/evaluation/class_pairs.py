"""How well two classes are apart among codes."""

import numpy as np

MIN_CODES = 10  # of each class; with fewer, the share would say little


def class_pair_accuracy(codes, labels, first: int, second: int, k: int = 5) -> float | None:
    """The share, 0..1, of the codes of two classes for which most of the k nearest other codes of these two classes have the
    same class: 1 where they lie apart, about 0.5 where they are mixed. None if there are fewer than MIN_CODES codes of one of
    them. codes: N×d, labels: N whole numbers."""
    from sklearn.neighbors import NearestNeighbors

    labels = np.asarray(labels)
    is_first, is_second = labels == first, labels == second
    if min(is_first.sum(), is_second.sum()) < MIN_CODES:
        return None
    chosen = is_first | is_second
    points, is_point_first = np.asarray(codes, dtype=np.float64)[chosen], is_first[chosen]
    # without points of its own, `kneighbors` leaves each point out of its own neighbours
    neighbours = NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)
    votes = is_point_first[neighbours].mean(1) > 0.5
    return float((votes == is_point_first).mean())
