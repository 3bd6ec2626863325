"""Data sets from arrays in memory: images, or a table with names and kinds of its features."""

from collections.abc import Mapping, Sequence

import numpy as np

from aae_core.data import columns, sets
from aae_core.data.labels import Labels, labels_array
from aae_core.data.own_images import MAX_SIDE, MIN_SIDE
from aae_core.errors import DataError

NAME = "arrays"  # default name of such a data set


def arrays(
    X,
    y=None,
    *,
    names: Sequence[str] | None = None,
    types: str | Mapping[str, str] | None = None,
    test: float = 0.15,
    name: str = NAME,
) -> sets.DataSet:
    """A data set in memory, for `aae.train(config, data=aae.arrays(X, y))`.

    X: images uint8 N×H×W or N×H×W×C with C = 1 or 3, or a table N×F, as an array or a pandas DataFrame. y: the class of each
    item, as whole numbers or texts; −1, None or NaN for none. names: of the columns; a DataFrame has its own. types: the kind of
    each column by its name, or one for all: "real" (the default), "count", "binary" or "category", which may hold texts and
    becomes a one-hot feature for each of its values. test: the share of each class that is kept for testing, in (0, 1).

    Raises DataError, which names the columns, for texts outside a category, values that are missing or infinite, columns that are
    constant or equal, a `y` of another length, images of an invalid size, fewer than three items, or a name that is taken.
    """
    if (sets.held_out_of(name) or name) in sets.names():
        raise DataError(f"There is a data set named {name} already; give these arrays another name.")
    if isinstance(X, np.ndarray) and X.dtype == np.uint8 and X.ndim in (3, 4):
        if names is not None or types:
            raise DataError("Images have no columns; names and types belong to a table.")
        items, heads = _images(X), None
        columns.check_row_count(len(items))
    else:
        items, heads = table(X, names, types)
    labels, classes = labels_of(y, len(items))
    if not 0 < test < 1:
        raise DataError(f"The share of test rows must lie between 0 and 1, not {test}.")
    held = sets.stratified_test(labels, test)
    columns.check_split((~held).sum())
    return sets.parted(name, name, sets.Split(items, labels), held, classes, columns=heads)


def _images(images):
    images = images if images.ndim == 4 else images[..., None]
    _, height, width, channels = images.shape
    if not MIN_SIDE <= min(height, width) <= max(height, width) <= MAX_SIDE or channels not in (1, 3):
        raise DataError(
            f"Images must be {MIN_SIDE} to {MAX_SIDE} pixels high and wide with 1 or 3 channels, not {images.shape[1:]}."
        )
    return images


def labels_of(y, rows: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """(labels int64 N, −1 where there is none; names of the classes) from y, the classes of N rows, or None without labels;
    DataError if y has another length or holds no classes."""
    y = np.full(rows, -1) if y is None else labels_array(y)
    columns.check_labels(y, rows)
    labels = Labels("y")
    labels.look(y)
    return labels.numbers(y), labels.classes


def table(X, names=None, types=None) -> tuple[np.ndarray, tuple]:
    """(rows float32 N×1×F×1; (names, kinds, blocks) of their features, as `features.of_rows` takes them) from a table; the
    arguments and errors are those of `arrays`."""
    values, given = _columns(X, names)
    kinds = given | columns.declared_kinds(list(values), types)
    columns.check_row_count(len(next(iter(values.values()), ())))
    found = [columns.Column(name, kinds.get(name)) for name in values]
    for column in found:
        column.look(values[column.name])
    heads = columns.heads_of(found)
    rows = np.concatenate([column.expanded(values[column.name]) for column in found], axis=1)
    return rows[:, None, :, None], heads


def _filled(values) -> np.ndarray:
    """The values as an array, with None in place of the masked values of a masked array."""
    if isinstance(values, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(values), None, values.data)
    return np.asarray(values)


def _columns(X, names):
    """({name: values} of the columns of a DataFrame or matrix; {name: "category"} for those that a DataFrame declares so)."""
    if hasattr(X, "columns"):
        if names is not None:
            raise DataError("A DataFrame names its columns itself; rename them there.")
        columns.check_names([str(column) for column in X.columns])
        kinds = {str(c): "category" for c in X.columns if str(X[c].dtype) == "category"}
        return {str(column): X[column].to_numpy() for column in X.columns}, kinds
    try:
        X = _filled(X)
    except ValueError:
        X = np.empty(0)
    if X.ndim != 2:
        raise DataError(
            f"A table is a matrix of rows and columns, or images are uint8 N×H×W×C, not an array {X.shape}."
        )
    return columns.columns_by_name(X, names), {}
