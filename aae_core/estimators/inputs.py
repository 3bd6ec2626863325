"""What the estimators take as X, and what they give back in its kind."""

import numpy as np

from aae_core.data import array_likes, columns
from aae_core.errors import DataError


def as_scikit_input(values):
    """What scikit-learn reads, of what it does not: a lazy frame as the frame, a tensor or masked array as an array;
    anything else as it is."""
    values = array_likes.collect_lazy_frame(values)
    if isinstance(values, np.ma.MaskedArray) or array_likes.is_tensor(values):
        return array_likes.as_array(values)
    is_record = bool(getattr(getattr(values, "dtype", None), "names", None))
    if is_record or array_likes.is_mapping(values):
        raise DataError("An estimator takes a matrix or a frame; make one of this table, such as pandas.DataFrame(X).")
    return values


def as_named_table(X) -> array_likes.MemoryTable | None:
    """The columns of a frame or Arrow table, with their names; None for a matrix."""
    return None if isinstance(X, np.ndarray) else array_likes.as_memory_table(X)


def raise_if_dates(X, table, names=None) -> None:
    """DataError for dates, times and other values that are neither numbers nor texts, in a matrix X, or in the columns with these
    names, by default all, of a frame X, whose `table` is given; it names the columns."""
    if table is None:
        if getattr(X, "dtype", np.dtype(float)).kind in "mM":
            raise DataError(columns.DATES_ERROR.format("X"))
        return
    rejected_columns = []
    for i, name in enumerate(table.names):
        if names is not None and name not in names:
            continue
        values = np.asarray(table.get_column(i))
        if values.dtype.kind in "biuf":
            continue
        column = columns.Column(name)
        column.examine(values)
        if column.rejection_reason in (columns.DATES_ERROR, columns.UNSUPPORTED_VALUES_ERROR):
            rejected_columns.append(column)
    columns.raise_if_rejected(rejected_columns)


def result_dtype(X) -> type[np.floating]:
    """float32 if all that was given as X is float32, as scikit-learn's own transformers decide it; otherwise float64."""
    X = as_scikit_input(X)
    given_dtypes = list(X.dtypes) if hasattr(X, "dtypes") else [getattr(X, "dtype", None)]
    return np.float32 if all(dtype == np.float32 for dtype in given_dtypes) else np.float64


def holds_texts(table, index) -> bool:
    """Whether a column of a table is a category by its type, or holds texts that are no numbers."""
    if index in table.category_indices:
        return True
    values = np.asarray(table.get_column(index))
    if values.dtype.kind in "biuf":
        return False
    column = columns.Column(table.names[index])
    column.examine(values)
    return column.rejection_reason == columns.TEXTS_ERROR


def join_categories(rows, trained_features) -> np.ndarray:
    """Rows N×F as objects N×C, a column for each of the training data; of a category the text whose feature is largest."""
    joined_columns = []
    indices_by_column = {}
    for i, (name, block) in enumerate(zip(trained_features.names, trained_features.blocks, strict=True)):
        indices_by_column.setdefault(block or name, []).append(i)
    for name, indices in indices_by_column.items():
        if not trained_features.blocks[indices[0]]:
            joined_columns.append(rows[:, indices[0]].astype(object))
            continue
        texts = np.array([trained_features.names[i].removeprefix(f"{name} = ") for i in indices], object)
        joined_columns.append(texts[rows[:, indices].argmax(1)])
    return np.column_stack(joined_columns)
