"""The columns of a table, examined batch by batch: which features they become, and why one is refused.

Arrays and files share this module, so that the same rules apply to both.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Number, Real

import numpy as np

from aae_core.data import features, number_texts, redundant_columns
from aae_core.data.features import Features
from aae_core.data.number_texts import PLAIN, NumberTexts, ValueFormat, is_missing, shown
from aae_core.errors import DataError, plain, unknown

TOLD = 10  # names that a sentence lists, at most
SHOWN_TEXTS = 2  # values of a column that a sentence quotes, at most
BOUND = 1e15  # absolute value from which a number is taken for a mistake
MOST_VALUES = 200  # of a categorical column, each of which becomes a feature
LONGEST_NAME = 200  # characters
FEWEST_ROWS = 3
MISSING = "Values are missing in {}; fill them in or leave out these rows{} or columns."
INFINITE = "There are infinite or absurdly large values in {}; correct them or leave out these rows."
TEXTS = (
    'There are texts in {}; declare such a column as a category (types={{"name": "category"}}, or --types name=category) or '
    "leave it out."
)
AMONG_NUMBERS = "Not all values are {} in {}; {}."
ON_TRAIN = " On Train, this is chosen under Missing values and number formats."
OTHERS = "There are neither numbers nor texts in {}; leave these columns out."
DATES = "There are dates or times in {}; turn them into numbers or leave these columns out."
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


@dataclass(frozen=True)
class Source:
    """Where the rows of a table come from. locate: says in words where a row is, such as "in line 3", by its number, from 0;
    options: those of the command line by which reading can be changed."""

    locate: Callable[[int], str]
    options: frozenset[str] = frozenset()


IN_MEMORY = Source("at index {}".format)


class Column:
    """One column, whose values are examined in batches, and the features that it becomes.

    kind: as declared, or None to infer "binary" from truth values and "real" otherwise. source: where its rows come from.
    value_format: how its values are written. wrong: why the column is refused, or "". texts: what stands among its numbers.
    constant: whether all values are the same; flat: whether they are the same when rounded to float32. hash: of the values as
    float32 numbers or texts, by which equal columns are found.
    """

    def __init__(
        self, name: str, kind: str | None = None, source: Source = IN_MEMORY, value_format: ValueFormat = PLAIN
    ):
        self.name, self.kind, self.source, self.value_format = name, kind, source, value_format
        self.values: set[str] = set()  # of a category
        self.texts = NumberTexts(value_format.decimal)
        self._fault, self._example = "", ""  # a reason other than texts and missing values, and the value that shows it
        self._rows = 0  # how many were examined
        self._first = None
        self._truths = self.constant = self.flat = True
        self.hash = hashlib.blake2b(digest_size=16)

    @property
    def wrong(self) -> str:
        """Why the column is refused, as the sentence that `refuse` completes; "" if it is not."""
        if self._fault:
            return self._fault
        if self.texts.rows:
            if self.texts.are_dates:
                return DATES
            return AMONG_NUMBERS if self.texts.are_among_numbers else TEXTS
        return MISSING if self.texts.missing else ""

    @property
    def name_with_example(self) -> str:
        """The name and, in parentheses, the value for which the column is refused and where it stands, if that is known."""
        name, example = plain(self.name[:60]), self._example
        if not self._fault and self.texts.rows:
            first = list(self.texts.rows.items())[:SHOWN_TEXTS]
            example = ", ".join(f"{shown(text)} {self.source.locate(row)}" for text, row in first)
        elif not self._fault and self.texts.missing:
            example = f"the first {self.source.locate(self.texts.first_missing)}"
        return f"{name} ({plain(example)})" if example else name

    def look(self, values: np.ndarray, rows: np.ndarray | None = None) -> None:
        """Examine the next values: numbers, truth values, or an object array of texts with None for a missing one. rows: their
        numbers in the table, counted from 0, by default those after the rows that were examined before."""
        values = np.asarray(values)
        if not len(values):
            return
        rows = np.arange(self._rows, self._rows + len(values)) if rows is None else rows
        self._rows = int(rows[-1]) + 1
        if self._fault:
            return
        if self.kind == "category":
            self._look_at_texts(self.read(values), rows)
        else:
            self._look_at_numbers(self.read(values), rows)

    def read(self, values: np.ndarray):
        """The values as they are understood: of a category a list of texts, with None for a missing value; otherwise numbers or
        truth values with NaN for a missing one, or an object array if some values are neither."""
        if self.kind == "category":
            return _texts(in_microseconds(values), self.value_format)
        return self.value_format.read_numbers(np.asarray(values))

    def missing(self, values: np.ndarray) -> np.ndarray:
        """A mask (bool N) of the missing ones among N values."""
        read = self.read(values)
        if isinstance(read, list):
            return np.array([text is None for text in read], bool)
        if read.dtype == object:
            return np.array([is_missing(item) for item in read.tolist()], bool)
        return np.isnan(read) if read.dtype.kind == "f" else np.zeros(len(read), bool)

    def _look_at_texts(self, texts, rows):
        self.texts.add_missing(rows[[text is None for text in texts]])
        texts = [text for text in texts if text is not None]
        if not all(isinstance(text, str) for text in texts):
            self._fault = OTHERS
            return
        self.values.update(texts)
        if len(self.values) > MOST_VALUES:
            self._fault = VALUES
        self.constant = self.flat = len(self.values) < 2
        self.hash.update("\0".join([*texts, ""]).encode(errors="surrogatepass"))  # `heads_of` will refuse them

    def _look_at_numbers(self, values, rows):
        if values.dtype.kind in "mM":
            self._fault = DATES
        elif values.dtype == object:
            self._look_at_mixed_values(values, rows)
        else:
            self._look_at_read_numbers(values, rows)

    def _look_at_mixed_values(self, values, rows):
        """Examine an object array in which some values are no numbers."""
        items = values.tolist()
        texts = [(item, row) for item, row in zip(items, rows.tolist(), strict=True) if isinstance(item, str)]
        if not texts:
            self._fault = OTHERS
            return
        counts = Counter(text for text, _ in texts)
        first_rows = dict(reversed(texts))
        for text, count in counts.items():
            self.texts.add_text(text, first_rows[text], count)
        self.texts.add_missing(rows[[is_missing(item) for item in items]])
        numbers = [float(item) for item in items if isinstance(item, Real | Decimal) and not is_missing(item)]
        self.texts.add_numbers(np.array(numbers, np.float64))

    def _look_at_read_numbers(self, values, rows):
        try:
            numbers = values.astype(np.float64) if values.dtype.kind in "biuf" else None
        except (TypeError, ValueError):
            numbers = None
        if numbers is None:
            self._fault = OTHERS
            return
        absent = np.isnan(numbers)
        self.texts.add_missing(rows[absent])
        self.texts.add_numbers(numbers[~absent])
        if self.wrong:
            return
        self._fault, valid = _check_numbers(numbers, self.kind)
        if self._fault:
            place = int(np.argmin(valid))
            self._example = f"{numbers[place]:g} {self.source.locate(int(rows[place]))}"
            return
        self._truths &= values.dtype == bool
        self._first = numbers[0] if self._first is None else self._first
        kept = numbers.astype(np.float32)
        self.constant &= bool((numbers == self._first).all())
        self.flat &= bool((kept == np.float32(self._first)).all())
        self.hash.update(kept.tobytes())

    def heads(self) -> list[tuple[str, str, str]]:
        """(name, kind, block) of each feature that the column becomes."""
        if self.kind == "category":
            return [(f"{self.name} = {value}", "category", self.name) for value in sorted(self.values)]
        return [(self.name, self.kind or ("binary" if self._truths else "real"), "")]

    def expanded(self, values: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """The k features of N values, float32 N×k; DataError for a category that was not among the examined values, and for a
        value that is no number. rows: their numbers in the table, counted from 0, if the error should say where it is."""
        if self.kind != "category":
            numbers = self.read(values)
            if numbers.dtype == object or not np.isfinite(numbers).all():
                raise DataError(CHANGED)
            return numbers.astype(np.float32)[:, None]
        names = sorted(self.values)
        index_by_name = {name.strip(): k for k, name in enumerate(names)}  # earlier versions did not trim names
        index_by_name |= {name: k for k, name in enumerate(names)}
        indices = []
        for i, value in enumerate(in_microseconds(values, self.values).tolist()):
            index = index_by_name.get(value) if isinstance(value, str) else None
            if index is None:
                stored_names = _names_of(value, self.value_format)
                index = next((index_by_name[name] for name in stored_names if name in index_by_name), None)
            if index is None:
                place = "" if rows is None else f" {self.source.locate(int(rows[i]))}"
                self._refuse_value(value, names, place)
            indices.append(index)
        return np.eye(len(names), dtype=np.float32)[indices]

    def _refuse_value(self, value, names, place):
        """DataError for a value that is not among the `names` of the column's values. place: " in line 3", or "" if unknown."""
        if _text(value, self.value_format) is None:
            raise DataError(MISSING.format(self.name, ""))
        raise DataError(
            f"The column {self.name} holds {str(value).strip()[:60]!r}{place}, but its values are {listed(names)}; correct it."
        )


def _check_numbers(numbers, kind):
    """(why the first of some numbers are refused, a sentence with {} for the column, or ""; a mask of those that are not)."""
    valid = np.abs(numbers) < BOUND
    if not valid.all():
        return INFINITE, valid
    if kind == "count":
        valid = (numbers >= 0) & (numbers == np.round(numbers))
        return "" if valid.all() else COUNTS, valid
    if kind == "binary":
        valid = np.isin(numbers, (0, 1))
        return "" if valid.all() else BINARY, valid
    return "", valid


def _texts(values, value_format: ValueFormat):
    """Categorical values as texts, None for a missing one; values other than numbers, texts and dates are left as they are."""
    return [_text(value, value_format) for value in values.tolist()]


def _text(value, value_format: ValueFormat):
    if isinstance(value, str):
        value = value.strip()
        return None if not value or value_format.stands_for_missing(value) else value
    if is_missing(value) or value_format.stands_for_missing(value):
        return None
    return str(value) if isinstance(value, Number | date) else value


def _names_of(value, value_format: ValueFormat):
    """The names that a categorical value may have among those of a stored table; () for a missing one.

    Earlier versions did not trim texts, took an empty one outside a CSV file for a value, and decimal numbers for floats."""
    if isinstance(value, str):
        return value, value.strip()
    if _text(value, value_format) is None:
        return ()
    if isinstance(value, Decimal):
        return str(value), str(float(value))
    return (str(value),)


def in_microseconds(values, known: Iterable[str] = ()) -> np.ndarray:
    """The values as an array; times in nanoseconds become such in microseconds, whose items NumPy gives as dates, not as ints.

    known: the names of all values, if known. Earlier versions named such times by their ints; if these are known, they stay."""
    values = np.asarray(values)
    if not values.dtype.str.endswith("[ns]") or any(re.fullmatch(r"-?\d+", name) for name in known):
        return values
    return values.astype(f"{values.dtype.kind}8[us]")


def declared_kinds(names: Iterable[str], types: str | Mapping[str, str] | None) -> dict[str, str]:
    """{column: kind} from `types`: one kind for all columns, or a mapping with some. DataError for an unknown name or kind."""
    if not isinstance(types, str | Mapping | None):
        raise DataError(f"Types are one for all columns, or given by their names in a dictionary, not {types!r:.60}.")
    if isinstance(types, str):
        types = dict.fromkeys(names, types)
    types = {trimmed(name): kind for name, kind in (types or {}).items()}
    for name, kind in types.items():
        if name not in names:
            raise unknown("feature", name, names, DataError)
        if kind not in features.KINDS:
            raise unknown("type of a feature", kind, features.KINDS, DataError)
    return types


def trimmed(name):
    """The name of a column without white space round it, which is no part of it; what is no text stays as it is."""
    return name.strip() if isinstance(name, str) else name


def check_names(names: list[str]) -> None:
    """DataError unless all columns have names, which differ, can be displayed, and are no longer than LONGEST_NAME."""
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise DataError(f"Several columns have the same name: {listed(repeated)}; rename them.")
    if any(not name for name in names):
        raise DataError(
            f"Column {names.index('') + 1} has no name; give it one, or write the file without the index of its rows, and "
            "without a delimiter at the end of each line."
        )
    invalid = [name for name in names if len(name) > LONGEST_NAME or not name.isprintable()]
    if invalid:
        raise DataError(
            f"Names of columns must be printable and have at most {LONGEST_NAME} characters, not {listed(invalid)}."
        )


def default_names(count: int) -> list[str]:
    """The names of so many columns that were given none."""
    return [f"feature {i}" for i in range(count)]


def columns_by_name(X: np.ndarray, names=None) -> dict[str, np.ndarray]:
    """{name: values N} of the columns of a matrix N×F, by default "feature 0" and so on; DataError unless F names differ."""
    names = default_names(X.shape[1]) if names is None else [str(name).strip() for name in names]
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


def refuse(columns: list[Column], sentences: Mapping[str, str] | None = None) -> None:
    """DataError, which names the columns, if some were found invalid by `Column.look`. Only the first reason is given.
    sentences: {a reason, as `Column.wrong` gives it: another sentence for it}."""
    wrong = [column for column in columns if column.wrong]
    if not wrong:
        return
    what = wrong[0].wrong
    same = [column for column in wrong if column.wrong == what]
    named = ", ".join(column.name_with_example for column in same[:TOLD])
    if len(same) > TOLD:
        named += f" and {len(same) - TOLD} more"
    can_drop_rows = "--drop-missing" in same[0].source.options
    if what == AMONG_NUMBERS:
        value_format = same[0].value_format
        is_plain = value_format.decimal == "." and not value_format.thousands
        numbers = "plain numbers" if is_plain else f"numbers such as {value_format.example}"
        ways = number_texts.ways_out([column.texts for column in same], same[0].source.options)
        raise DataError(what.format(numbers, named, ways) + (ON_TRAIN if can_drop_rows else ""))
    if what == MISSING and can_drop_rows:
        raise DataError(what.format(named, " (--drop-missing)") + ON_TRAIN)
    raise DataError((sentences or {}).get(what, what).format(named, ""))


def heads_of(columns: list[Column]) -> tuple[tuple, tuple, tuple]:
    """(names, kinds, blocks) of the features that the columns become, once all values were examined; DataError, which names the
    columns, if some are invalid, constant or equal, or if there are too many features."""
    refuse(columns)
    redundant_columns.check_columns(columns)
    heads = [head for column in columns for head in column.heads()]
    check_feature_count(len(heads))
    names, kinds, blocks = zip(*heads, strict=True)
    check_names(list(names))
    return names, kinds, blocks


def of_features(known: Features, source: Source = IN_MEMORY, value_format: ValueFormat = PLAIN) -> list[Column]:
    """The columns from which the features of a table were made, to examine other rows of such a table. Their names are trimmed,
    which earlier versions did not do in every kind of table, unless that would make two of them equal."""
    names = {block or name for name, block in zip(known.names, known.blocks, strict=True)}
    may_trim = len({name.strip() for name in names}) == len(names)
    found: dict[str, Column] = {}
    for name, kind, block in zip(known.names, known.kinds, known.blocks, strict=True):
        column_name = (block or name).strip() if may_trim else block or name
        column = found.setdefault(block or name, Column(column_name, kind, source, value_format))
        if block:
            column.values.add(name.removeprefix(f"{block} = "))
    return list(found.values())


def listed(names) -> str:
    """The first TOLD names as a list in a sentence, and how many more there are."""
    names = list(names)
    text = ", ".join(plain(str(name)[:60]) for name in names[:TOLD])
    if len(names) > TOLD:
        text += f" and {len(names) - TOLD} more"
    return text
