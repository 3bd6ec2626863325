"""The columns of a table, examined batch by batch: which features they become, and why one is refused.

Arrays and files share this module, so that the same rules apply to both.
"""

import hashlib
import math
import operator
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from numbers import Number, Real

import numpy as np

from aae_core.data import features, redundant_columns
from aae_core.data.features import Features
from aae_core.data.image_files import MAX_CLASSES
from aae_core.errors import DataError, plain, unknown

TOLD = 10  # names that a sentence lists, at most
BOUND = 1e15  # absolute value from which a number is taken for a mistake
MOST_VALUES = 200  # of a categorical column, each of which becomes a feature
LONGEST_NAME = 200  # characters
FEWEST_ROWS = 3
MISSING = "Values are missing in {}; fill them in or leave out these rows or columns."
INFINITE = "There are infinite or absurdly large values in {}; correct them or leave out these rows."
TEXTS = (
    'There are texts in {}; declare such a column as a category (types={{"name": "category"}}, or --types name=category) or '
    "leave it out."
)
COMMA = "There are numbers with a comma in {}; write a decimal comma as a point, and leave one between thousands out."
OTHERS = "There are neither numbers nor texts in {}; leave these columns out."
DATES = "There are dates or times in {}; turn them into numbers or leave these columns out."
NOTHING = re.compile(r"(#?n/?a|null|none)?", re.IGNORECASE)  # texts that stand for a missing number
FORMS = (  # of texts in a column of numbers, and the sentence if all of its texts have this form
    (re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE), COMMA),
    (re.compile(r"\d{4}-\d\d-\d\d([T ].*)?"), DATES),
)
COUNTS = (
    "Declared as counts, but there are other values than whole numbers from 0 on in {}; declare such a column as real."
)
BINARY = (
    "Declared as binary, but there are other values than 0 and 1 in {}; declare such a column as real or as a category."
)
VALUES = (
    f"There are more than {MOST_VALUES} different values in {{}}, too many for a category; join some, or leave it out."
)
CHANGED = "The table has changed while it was being read; try again."


class Column:
    """One column, whose values are examined in batches, and the features that it becomes.

    kind: as declared, or None to infer "binary" from truth values and "real" otherwise. wrong: why the column is refused, a
    sentence with {} for its name, or "". constant: whether all values are the same; flat: whether they are the same when rounded
    to float32. hash: of the values as float32 numbers or texts, by which equal columns are found.
    """

    def __init__(self, name: str, kind: str | None = None):
        self.name, self.kind, self.wrong = name, kind, ""
        self.values: set[str] = set()  # of a category
        self._first = None
        self._truths = self.constant = self.flat = True
        self.hash = hashlib.blake2b(digest_size=16)

    def look(self, values: np.ndarray) -> None:
        """Examine the next values: numbers, truth values, or an object array of texts with None for a missing one."""
        if self.wrong or not len(values):
            return
        values = np.asarray(values)
        if self.kind == "category":
            return self._look_at_texts(_texts(in_microseconds(values)))
        numbers, self.wrong = _numbers(values, self.kind)
        if not self.wrong:
            self._truths &= values.dtype == bool
            self._first = numbers[0] if self._first is None else self._first
            kept = numbers.astype(np.float32)
            self.constant &= bool((numbers == self._first).all())
            self.flat &= bool((kept == np.float32(self._first)).all())
            self.hash.update(kept.tobytes())

    def _look_at_texts(self, texts):
        if None in texts:
            self.wrong = MISSING
        elif not all(isinstance(text, str) for text in texts):
            self.wrong = OTHERS
        else:
            self.values.update(texts)
            if len(self.values) > MOST_VALUES:
                self.wrong = VALUES
            self.constant = self.flat = len(self.values) < 2
            self.hash.update("\0".join([*texts, ""]).encode(errors="surrogatepass"))  # `heads_of` will refuse them

    def heads(self) -> list[tuple[str, str, str]]:
        """(name, kind, block) of each feature that the column becomes."""
        if self.kind == "category":
            return [(f"{self.name} = {value}", "category", self.name) for value in sorted(self.values)]
        return [(self.name, self.kind or ("binary" if self._truths else "real"), "")]

    def expanded(self, values: np.ndarray) -> np.ndarray:
        """The k features of N values, float32 N×k; DataError for a category that was not among the examined values."""
        if self.kind != "category":
            return np.asarray(values).astype(np.float32)[:, None]
        place = {value: k for k, value in enumerate(sorted(self.values))}
        texts = _texts(in_microseconds(values, self.values))
        if None in texts:
            raise DataError(MISSING.format(self.name))
        if new := next((text for text in texts if text not in place), None):
            raise DataError(
                f"The column {self.name} holds {new[:60]!r}, but its values are {listed(sorted(place))}; correct it."
            )
        return np.eye(len(place), dtype=np.float32)[[place[text] for text in texts]]


def _texts(values):
    """Categorical values as texts, None for a missing one; values other than numbers, texts and dates are left as they are."""
    found = [None if _is_missing(each) else each for each in values.tolist()]
    return [str(each) if isinstance(each, str | Number | date) else each for each in found]


def in_microseconds(values, known: Iterable[str] = ()) -> np.ndarray:
    """The values as an array; times in nanoseconds become such in microseconds, whose items NumPy gives as dates, not as ints.

    known: the names of all values, if known. Earlier versions named such times by their ints; if these are known, they stay."""
    values = np.asarray(values)
    if not values.dtype.str.endswith("[ns]") or any(re.fullmatch(r"-?\d+", name) for name in known):
        return values
    return values.astype(f"{values.dtype.kind}8[us]")


def _is_missing(value) -> bool:
    """Whether a value is None, NaN, NaT or pandas' NA, whose comparison has no truth value."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ArithmeticError):  # NA; a signalling NaN of Decimal
        return True
    except ValueError:  # an array, which is compared element by element
        return False


def _numbers(values, kind):
    """(the values as float64, "") or, if they are refused, (None, why, as a sentence with {} for the column)."""
    if values.dtype.kind in "mM":
        return None, DATES
    if values.dtype.kind == "c":
        return None, OTHERS
    try:
        numbers = values.astype(np.float64)
        texts = [] if values.dtype.kind in "fiub" else [each for each in values.tolist() if isinstance(each, str)]
        refused = not all(map(is_number, texts))  # NumPy reads 1_0 as 10, too
    except (TypeError, ValueError):
        refused = True
    if refused:
        return None, _no_numbers(values.tolist())
    if np.isnan(numbers).any():
        return None, MISSING
    if not (np.abs(numbers) < BOUND).all():
        return None, INFINITE
    if kind == "count" and ((numbers < 0) | (numbers != np.round(numbers))).any():
        return None, COUNTS
    if kind == "binary" and not np.isin(numbers, (0, 1)).all():
        return None, BINARY
    return numbers, ""


def _no_numbers(values) -> str:
    """Why values that are not all numbers are refused, as a sentence with {} for the column."""
    texts = {each.strip() for each in values if isinstance(each, str) and not is_number(each)}
    if said := {text for text in texts if not NOTHING.fullmatch(text) and text.lower() not in ("true", "false")}:
        return next((told for form, told in FORMS if all(map(form.fullmatch, said))), TEXTS)
    return MISSING if texts or any(map(_is_missing, values)) else OTHERS


def is_number(text: str) -> bool:
    """Whether Python reads a text as a number; one with "_" is none, although Python would read 1_0 as 10."""
    with suppress(ValueError):
        float(text)
        return "_" not in text
    return False


def declared_kinds(names: Iterable[str], types: str | Mapping[str, str] | None) -> dict[str, str]:
    """{column: kind} from `types`: one kind for all columns, or a mapping with some. DataError for an unknown name or kind."""
    if not isinstance(types, str | Mapping | None):
        raise DataError(f"Types are one for all columns, or given by their names in a dictionary, not {types!r:.60}.")
    types = dict.fromkeys(names, types) if isinstance(types, str) else dict(types or {})
    for name, kind in types.items():
        if name not in names:
            raise unknown("feature", name, names, DataError)
        if kind not in features.KINDS:
            raise unknown("type of a feature", kind, features.KINDS, DataError)
    return types


def check_names(names: list[str]) -> None:
    """DataError unless all columns have names, which differ, can be displayed, and are no longer than LONGEST_NAME."""
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(f"Several columns have the same name: {listed(twice)}; rename them.")
    if any(not name for name in names):
        raise DataError(
            f"Column {names.index('') + 1} has no name; give it one, or write the file without the index of its rows, and "
            "without a delimiter at the end of each line."
        )
    if bad := [name for name in names if len(name) > LONGEST_NAME or not name.isprintable()]:
        raise DataError(
            f"Names of columns must be printable and have at most {LONGEST_NAME} characters, not {listed(bad)}."
        )


def columns_by_name(X: np.ndarray, names=None) -> dict[str, np.ndarray]:
    """{name: values N} of the columns of a matrix N×F, by default "feature 0" and so on; DataError unless F names differ."""
    names = [f"feature {i}" for i in range(X.shape[1])] if names is None else [str(name) for name in names]
    if len(names) != X.shape[1] or len(set(names)) != len(names):
        raise DataError(f"The {X.shape[1]} columns need as many different names, not {len(names)} ({listed(names)}).")
    check_names(names)
    return {name: X[:, i] for i, name in enumerate(names)}


def check_labels(y: np.ndarray, rows: int) -> None:
    """DataError unless there is a class for each row."""
    if y.shape != (rows,):
        raise DataError(f"y must hold one class for each of the {rows:,} rows, not an array of shape {y.shape}.")


def check_feature_count(count: int) -> None:
    """DataError unless a table may have this number of features."""
    if not 1 <= count <= features.MOST:
        raise DataError(f"A table has 1 to {features.MOST:,} features, and this one {count:,}.")


def check_split(train: int) -> None:
    """DataError unless a split leaves rows to train on."""
    if not train:
        raise DataError("Each class has a single row, and none is left to train on; give more rows of each.")


def check_row_count(count: int) -> None:
    """DataError unless a table may have this number of rows."""
    if count < FEWEST_ROWS:
        raise DataError(f"{count} rows are too few to train on and to test; give at least {FEWEST_ROWS}.")


def refuse(columns: list[Column]) -> None:
    """DataError, which names the columns, if some were found invalid by `Column.look`. Only the first reason is given."""
    if what := next((column.wrong for column in columns if column.wrong), ""):
        raise DataError(what.format(listed(column.name for column in columns if column.wrong == what)))


def heads_of(columns: list[Column]) -> tuple[tuple, tuple, tuple]:
    """(names, kinds, blocks) of the features that the columns become, once all values were examined; DataError, which names the
    columns, if some are invalid, constant or equal, or if there are too many features."""
    refuse(columns)
    redundant_columns.check_columns(columns)
    heads = [head for column in columns for head in column.heads()]
    check_feature_count(len(heads))
    check_names([name for name, _, _ in heads])
    return tuple(zip(*heads, strict=True))


def of_features(known: Features) -> list[Column]:
    """The columns from which the features of a table were made, to examine other rows of such a table."""
    found: dict[str, Column] = {}
    for name, kind, block in zip(known.names, known.kinds, known.blocks, strict=True):
        column = found.setdefault(block or name, Column(block or name, kind))
        if block:
            column.values.add(name.removeprefix(f"{block} = "))
    return list(found.values())


class Labels:
    """The classes of rows, examined batch by batch: whole numbers or texts; −1, NaN, None or "" for a row without a class.

    where: their source, such as "y", for messages. counts: {value: number of rows}, with None for rows without a class.
    """

    def __init__(self, where: str):
        self.where, self.counts = where, Counter()

    def look(self, values: np.ndarray) -> None:
        """Examine the next values; DataError for numbers that are not whole, for other types, and for more than MAX_CLASSES."""
        try:
            values, numbers = _distinct(values)
        except TypeError:
            raise DataError(f"{self.where} holds neither numbers nor texts; name the class of each row.") from None
        for value, rows in zip(values, np.bincount(numbers, minlength=len(values)).tolist(), strict=True):
            if isinstance(value, float):
                raise DataError(
                    f"{self.where} holds numbers that are not whole; classes must be whole numbers or texts."
                )
            self.counts[value] += rows
        if len(self.counts) - (None in self.counts) > MAX_CLASSES:
            raise DataError(
                f"{self.where} holds more than {MAX_CLASSES:,} different values, too many for classes; join some, or choose "
                "another column (label, or --label, names it)."
            )

    @property
    def values(self) -> list:
        """The value of each class, sorted. If all others are whole numbers, a text such as NA marks a row without a class."""
        given = self.counts.keys() - {None}
        said = {each for each in given if not (isinstance(each, str) and NOTHING.fullmatch(each.strip()))}
        given = said if said and all(isinstance(each, int) for each in said) else given
        order = {each: (isinstance(each, str), not isinstance(each, int), type(each).__name__) for each in given}
        try:
            return sorted(given, key=lambda each: (*order[each], each))
        except TypeError:  # such as times with a zone and without one
            return sorted(given, key=lambda each: (*order[each], str(each)))

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class; DataError for names that are equal, too long or not printable."""
        found = tuple(str(value) for value in self.values)
        if twice := [name for name, count in Counter(found).items() if count > 1]:
            raise DataError(
                f"{self.where} holds the same classes as numbers and as texts: {listed(twice)}; use either numbers or texts."
            )
        if bad := [name for name in found if len(name) > 80 or not name.isprintable()]:
            raise DataError(f"{self.where} holds classes whose names are too long or not printable: {listed(bad)}.")
        return found

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """The index of each value's class, int64 N, −1 where there is none; DataError for a value that was not examined."""
        place = dict.fromkeys([*self.counts, None], -1) | {value: k for k, value in enumerate(self.values)}
        found, numbers = _distinct(values)
        if any(value not in place for value in found):
            raise DataError(CHANGED)
        return np.array([place[value] for value in found], np.int64)[numbers]


def _distinct(values):
    """(distinct classes among the values, with None for no class; for each value the index of its class among these, int N)."""
    values = in_microseconds(values)
    if values.dtype == object:
        given = [_class(value) for value in values.tolist()]
        found = {value: k for k, value in enumerate(dict.fromkeys(given))}
        return list(found), np.array([found[value] for value in given], np.int64)
    found, numbers = np.unique(values, return_inverse=True)
    return [_class(value) for value in found.tolist()], numbers.reshape(-1)


def _class(value):
    """A value as a class: a text, also for a truth value; an int for a whole number, a float for another number; a value of
    another type that can be sorted, such as a date; or None for no class. TypeError for anything else."""
    if isinstance(value, str):
        return value or None
    if _is_missing(value):
        return None
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, Real | Decimal):
        number = int(value) if math.isfinite(value) and value == int(value) else float(value)
        return None if number == -1 else number
    if isinstance(value, Number | bytes | tuple):
        raise TypeError
    operator.lt(value, value)  # a TypeError if values of this type cannot be sorted
    return value


def listed(names) -> str:
    """The first TOLD names as a list in a sentence, and how many more there are."""
    names = list(names)
    told = ", ".join(plain(str(name)[:60]) for name in names[:TOLD])
    return told + (f" and {len(names) - TOLD} more" if len(names) > TOLD else "")
