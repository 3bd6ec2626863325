"""A data set from arrays in memory: images, or a table with the names and kinds of its features."""

from collections.abc import Mapping, Sequence

import numpy as np

from aae_core.data import features, sets
from aae_core.data.own_images import MAX_SIDE, MIN_SIDE
from aae_core.errors import DataError, unknown

NAME = "arrays"  # of a data set that was given no other
TOLD = 10  # names at most that a sentence lists


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

    X: images uint8 N×H×W or N×H×W×C, or a table of numbers N×F: an array, or a pandas DataFrame. y: the class of each row, as
    numbers or texts; −1, None or NaN where there is none. names: of the features; a DataFrame has its own. types: the kind of
    each feature by its name, or one for all: "real" (the default), "count", "binary" or "category", which may hold texts and
    becomes a column for each of its values. test: the share of each class that is kept for testing.

    Raises DataError, in one sentence that names the columns, for texts that are no category, values that are missing or infinite,
    columns that hold a single value or are the same, and a `y` of another length.
    """
    if name in sets.names():
        raise DataError(f"There is a data set named {name} already; give these arrays another name.")
    if isinstance(X, np.ndarray) and X.dtype == np.uint8 and X.ndim in (3, 4):
        items, known = _images(X), None
    else:
        items, known = table(X, names, types)
    labels, classes = labels_of(y, len(items))
    if not 0 < test < 1:
        raise DataError(f"The share of test rows must lie between 0 and 1, not {test}.")
    if len(items) < 3:
        raise DataError(f"{len(items)} rows are too few to train on and to test; give at least 3.")
    held = sets.stratified_test(labels, test, sets.SPLIT_SEED)
    parts = [sets.Split(items[rows], labels[rows]) for rows in (~held, held)]
    if known is not None:
        known = features.of_rows(parts[0].images[:, 0, :, 0], *known)
    return sets.DataSet(name, name, *parts, classes, (), known)


def _images(images):
    images = images if images.ndim == 4 else images[..., None]
    _, height, width, channels = images.shape
    if not MIN_SIDE <= min(height, width) <= max(height, width) <= MAX_SIDE or channels not in (1, 3):
        raise DataError(
            f"Images must be {MIN_SIDE} to {MAX_SIDE} pixels high and wide with 1 or 3 channels, not {images.shape[1:]}."
        )
    return images


def labels_of(y, rows: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels int64 N, −1 where there is none, and the names of the classes, of a class for each row; DataError unless there are
    as many as rows."""
    if y is None:
        return np.full(rows, -1, np.int64), ()
    y = np.asarray(y)
    if y.shape != (rows,):
        raise DataError(f"y must hold one class for each of the {rows:,} rows, not an array of shape {y.shape}.")
    if y.dtype.kind == "f":
        y = np.where(np.isfinite(y), y, -1)
        if (y != np.round(y)).any():
            raise DataError("y holds numbers that are not whole; classes must be whole numbers or texts.")
        y = y.astype(np.int64)
    given = y.tolist()
    none = np.array([each is None or each == -1 or each != each for each in given], bool)
    kept = [each for each, missing in zip(given, none, strict=True) if not missing]
    values = sorted(set(kept), key=lambda each: (isinstance(each, str), each))
    numbers = {value: k for k, value in enumerate(values)}
    labels = np.array([-1 if missing else numbers[each] for each, missing in zip(given, none, strict=True)], np.int64)
    return labels.reshape(rows), tuple(str(value) for value in values)


def table(X, names=None, types=None) -> tuple[np.ndarray, tuple]:
    """Rows float32 N×1×F×1 of a table, and (names, kinds, blocks) of their features, as `features.of_rows` takes them; DataError
    as for `arrays`."""
    columns = _columns(X, names)
    kinds = _kinds(list(columns), types)
    found, heads = [], []
    problems: dict[str, list[str]] = {}
    for name, values in columns.items():
        for head, numbers, wrong in _expanded(name, values, kinds.get(name)):
            if wrong:
                problems.setdefault(wrong, []).append(name)
            else:
                heads.append(head)
                found.append(numbers)
    if not problems:
        problems |= _without_use(heads, found)
    for what, who in problems.items():
        raise DataError(what.format(_listed(who)))
    if not found or len(found) > features.MOST:
        raise DataError(f"A table has 1 to {features.MOST:,} features, and this one {len(found):,}.")
    rows = np.ascontiguousarray(np.column_stack(found).astype(np.float32))
    return rows[:, None, :, None], tuple(zip(*heads, strict=True))


def _columns(X, names):
    """{name: values} of a DataFrame or of a matrix."""
    if hasattr(X, "columns"):
        found = {str(column): X[column].to_numpy() for column in X.columns} if X.columns.is_unique else {}
        if len(found) != len(X.columns):
            raise DataError("Several columns have the same name; rename them.")
        kinds = {str(c): str(X[c].dtype) for c in X.columns}
        return {name: _Texts(v) if kinds[name] == "category" else v for name, v in found.items()}
    try:
        X = np.asarray(X)
    except ValueError:
        X = np.empty(0)
    if X.ndim != 2:
        raise DataError(
            f"A table is a matrix of rows and columns, or images are uint8 N×H×W×C, not an array {X.shape}."
        )
    names = [f"feature {i}" for i in range(X.shape[1])] if names is None else [str(name) for name in names]
    if len(names) != X.shape[1] or len(set(names)) != len(names):
        raise DataError(f"The {X.shape[1]} columns need as many different names, not {len(names)} ({_listed(names)}).")
    return {name: X[:, i] for i, name in enumerate(names)}


class _Texts:
    """The values of a column that its DataFrame declares to be a category."""

    def __init__(self, values):
        self.values = values


def _kinds(names, types):
    types = dict.fromkeys(names, types) if isinstance(types, str) else dict(types or {})
    for name, kind in types.items():
        if name not in names:
            raise unknown("column", name, names, DataError)
        if kind not in features.KINDS:
            raise unknown("type of a feature", kind, features.KINDS, DataError)
    return types


def _expanded(name, values, kind):
    """((name, kind, block), float64 N, "") of each feature of a column; or the sentence that refuses it in the last place."""
    if isinstance(values, _Texts):
        values, kind = values.values, kind or "category"
    if kind == "category":
        yield from _one_hot(name, values)
        return
    values = np.asarray(values)
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError):
        missing = any(each is None for each in values.tolist())
        texts = any(isinstance(each, str) for each in values.tolist())
        what = MISSING if missing and not texts else TEXTS
        yield None, None, what
        return
    kind = kind or ("binary" if values.dtype == bool else "real")
    yield (name, kind, ""), numbers, wrong_in(numbers, kind)


def wrong_in(numbers: np.ndarray, kind: str) -> str:
    """The sentence that refuses a column's numbers, with a place for its name; "" where nothing does."""
    if np.isnan(numbers).any():
        return MISSING
    if not (np.abs(numbers) < BOUND).all():
        return INFINITE
    if kind == "count" and ((numbers < 0) | (numbers != np.round(numbers))).any():
        return "The column {} is declared as counts but holds other values than whole numbers from 0 on; declare it as real."
    if kind == "binary" and not np.isin(numbers, (0, 1)).all():
        return "The column {} is declared as binary but holds other values than 0 and 1; declare it as real or as a category."
    return ""


BOUND = 1e15  # size from which a number is taken for a mistake
MISSING = "Values are missing in {}; fill them in or leave out these rows or columns."
INFINITE = "There are infinite or absurdly large values in {}; correct them or leave out these rows."
TEXTS = 'There are texts in {}; declare such a column as a category (types={{"name": "category"}}) or leave it out.'
CONSTANT = "The same value stands in every row of {}; leave out these columns, which say nothing."
SAME = "These columns hold the same values: {}; leave out all but one of them."


def _one_hot(name, values):
    texts = [None if each is None or each != each else str(each) for each in np.asarray(values).tolist()]
    if None in texts:
        yield None, None, MISSING
        return
    known = sorted(set(texts))
    texts = np.array(texts)
    for value in known if len(known) > 1 else ():
        yield (f"{name} = {value}", "category", name), (texts == value).astype(np.float64), ""
    if len(known) < 2:
        yield None, None, CONSTANT


def _without_use(heads, found):
    """The columns that hold a single value, or the same as another: {sentence: names}."""
    problems: dict[str, list[str]] = {}
    seen: dict[bytes, str] = {}
    for (name, _, block), values in zip(heads, found, strict=True):
        if len(values) and (values == values[0]).all():
            problems.setdefault(CONSTANT, []).append(name)
        elif not block and (first := seen.setdefault(values.tobytes(), name)) != name:
            problems.setdefault(SAME, []).append(f"{first} and {name}")
    return problems


def _listed(names):
    told = ", ".join(str(name)[:60] for name in names[:TOLD])
    return told + (f" and {len(names) - TOLD} more" if len(names) > TOLD else "")
