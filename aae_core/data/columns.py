"""The columns of a table, examined batch by batch: which features they become, and why one is refused. Arrays and
files share this module, so that the same rules apply to both."""

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Number, Real
from typing import NamedTuple

import numpy as np

from aae_core.data import features, number_texts, redundant_columns
from aae_core.data.features import Features
from aae_core.data.number_texts import (
    CATEGORY_RULE,
    DROP_RULE,
    MEDIAN_RULE,
    PLAIN_FORMAT,
    NumberTexts,
    ValueFormat,
    is_missing_value,
    quote_value,
)
from aae_core.errors import DataError, printable_line, unknown_name_error
from aae_core.progress import format_count
from aae_core.wording import mark, translate

MAX_LISTED_NAMES = 10  # names that a sentence lists, at most
MORE_NAMES = mark("{names} and {number} more")
MAX_QUOTED_VALUES = 2  # values of a column that a sentence quotes, at most
MAX_ABSOLUTE_VALUE = 1e15  # absolute value from which a number is taken for a mistake
MAX_CATEGORIES = 200  # of a categorical column, each of which becomes a feature
MAX_NAME_LENGTH = 200  # characters
MIN_ROWS = 3
MIN_TRAINING_ROWS = 2
MISSING_CATEGORY = "missing"  # the category of missing values
MISSING_VALUES_ERROR = "Values are missing in {}; fill them in or leave out these rows or columns{}."
NO_VALUES_ERROR = "There are no values at all in {}; leave these columns out."
INFINITE_VALUES_ERROR = "There are infinite or absurdly large values in {}; correct them or leave out these rows."
TEXTS_ERROR = (
    'There are texts in {}; declare such a column as a category (types={{"name": "category"}}, or --types name=category) or '
    "leave it out."
)
TEXTS_AMONG_NUMBERS_ERROR = "Not all values are {} in {}; {}."
TRAIN_PAGE_HINT = "On Train, this is chosen under Missing values and number formats."
UNSUPPORTED_VALUES_ERROR = "There are neither numbers nor texts in {}; leave these columns out."
DATE_TYPES = datetime.date, datetime.time, datetime.timedelta  # a datetime is a date
DATES_ERROR = "There are dates or times in {}; turn them into numbers or leave these columns out."
COUNTS_ERROR = (
    "Declared as counts, but there are other values than whole numbers from 0 on in {}; declare such a column as real."
)
BINARY_ERROR = (
    "Declared as binary, but there are other values than 0 and 1 in {}; declare such a column as real or as a category."
)
TOO_MANY_CATEGORIES_ERROR = (
    f"There are more than {MAX_CATEGORIES} different values in {{}}, too many for a category; join some, or leave it "
    "out."
)
TABLE_CHANGED_ERROR = "The table has changed while it was being read; try again."


class RowPlace(NamedTuple):
    """Where a row is in a file. text: a marked text with the braces {number}; as a string it is in English, as in errors."""

    text: str
    number: int

    def __str__(self):
        return self.text.format(number=f"{self.number:,}")

    def translated(self) -> str:
        """The place in the language of the reader."""
        return translate(self.text, number=f"{self.number:,}")


@dataclass(frozen=True)
class RowSource:
    """Where the rows of a table come from. locate_row: says where a row is, such as "in line 3", by its number, from 0;
    cli_options: those of the command line by which reading can be changed."""

    locate_row: Callable[[int], str | RowPlace]
    cli_options: frozenset[str] = frozenset()


IN_MEMORY = RowSource("at index {}".format)


class Column:
    """One column, whose values are examined in batches, and the features that it becomes.

    kind: as declared, or None to infer "binary" from truth values and "real" otherwise. source: where its rows come from.
    value_format: how its values are written, and whether missing ones are replaced. rejection_reason: why the column is refused,
    or "". number_texts: what stands among its numbers. replaces_missing: whether a missing value becomes `fill_value`, which
    has to be set before `to_features`, or in a category MISSING_CATEGORY; replaced_count: how many were.
    is_constant: whether all values are the same; is_constant_as_float32: when they are rounded. value_hash: of the values as
    float32 numbers or texts, by which equal columns are found.
    """

    def __init__(
        self,
        name: str,
        kind: str | None = None,
        source: RowSource = IN_MEMORY,
        value_format: ValueFormat = PLAIN_FORMAT,
    ):
        self.name, self.kind, self.source, self.value_format = name, kind, source, value_format
        self.replaces_missing, self.replaced_count = value_format.replaces_missing(kind), 0
        self.fill_value: float | None = None
        self.categories: set[str] = set()  # of a category
        self.holds_missing_text = False  # whether a category has the text MISSING_CATEGORY as a value
        self.number_texts = NumberTexts(value_format.decimal)
        self._invalid_reason = ""  # other than texts and missing values
        self._example = ""  # the value that shows it
        self._row_count = 0  # the number of the row behind the last that was examined
        self._first_value = None
        self._is_boolean = self.is_constant = self.is_constant_as_float32 = True
        self.value_hash = hashlib.blake2b(digest_size=16)

    @property
    def rejection_reason(self) -> str:
        """Why the column is refused, as the sentence that `raise_if_rejected` completes; "" if it is not."""
        if self._invalid_reason:
            return self._invalid_reason
        if self.number_texts.first_row_by_text:
            if self.number_texts.are_all_dates:
                return DATES_ERROR
            return TEXTS_AMONG_NUMBERS_ERROR if self.number_texts.are_mostly_numbers else TEXTS_ERROR
        if self.replaced_count and not self._has_values:
            return NO_VALUES_ERROR
        return MISSING_VALUES_ERROR if self.number_texts.missing_count else ""

    @property
    def _has_values(self) -> bool:
        """Whether there is a value to examine, or one that replaces missing ones, apart from the category of these."""
        if self.kind == "category":
            return self.holds_missing_text or bool(self.categories - {MISSING_CATEGORY})
        return self.fill_value is not None or self._first_value is not None or self.number_texts.number_count > 0

    @property
    def name_with_example(self) -> str:
        """The name and, in parentheses, the value for which the column is refused and where it stands, if that is known."""
        name, example = printable_line(self.name[:60]), self._example
        if not self._invalid_reason and self.number_texts.first_row_by_text:
            first = list(self.number_texts.first_row_by_text.items())[:MAX_QUOTED_VALUES]
            example = ", ".join(f"{quote_value(text)} {self.source.locate_row(row)}" for text, row in first)
        elif not self._invalid_reason and self.number_texts.missing_count:
            example = f"the first {self.source.locate_row(self.number_texts.first_missing_row)}"
        return f"{name} ({printable_line(example)})" if example else name

    def examine(self, values: np.ndarray, rows: np.ndarray | None = None) -> None:
        """Examine the next values: numbers, truth values, or an object array of texts with None for a missing one. rows: their
        numbers in the table, counted from 0, by default those after the rows that were examined before."""
        values = np.asarray(values)
        if not len(values):
            return
        rows = np.arange(self._row_count, self._row_count + len(values)) if rows is None else rows
        self._row_count = int(rows[-1]) + 1
        if self._invalid_reason:
            return
        if self.replaces_missing:
            values, rows = self._set_missing_aside(values, rows)
        if self.kind == "category":
            self._examine_texts(self.parse_values(values), rows)
        elif len(values):
            self._examine_numbers(self.parse_values(values), rows)

    def _set_missing_aside(self, values, rows):
        """(the values that are not missing, their rows); the others are counted, and in a category they are one of its values."""
        is_missing = self.missing_mask(values)
        self.replaced_count += int(is_missing.sum())
        self.value_hash.update(is_missing.tobytes())
        if self.kind == "category" and is_missing.any():
            self.categories.add(MISSING_CATEGORY)
        return values[~is_missing], rows[~is_missing]

    def parse_values(self, values: np.ndarray):
        """The values as they are understood: of a category a list of texts, with None for a missing value; otherwise numbers or
        truth values with NaN for a missing one, or an object array if some values are neither."""
        if self.kind == "category":
            return _category_texts(nanosecond_dates_to_microseconds(values), self.value_format)
        return self.value_format.parse_column(np.asarray(values))

    def known_numbers(self, values: np.ndarray) -> np.ndarray:
        """Those of N values that are not missing, float64. DataError for other values than numbers."""
        numbers = self.parse_values(values[~self.missing_mask(values)])
        if numbers.dtype.kind not in "biuf":
            raise DataError(TABLE_CHANGED_ERROR)
        return numbers.astype(np.float64)

    def missing_mask(self, values: np.ndarray) -> np.ndarray:
        """A mask (bool N) of the missing ones among N values."""
        parsed_values = self.parse_values(values)
        if isinstance(parsed_values, list):
            return np.array([text is None for text in parsed_values], bool)
        if parsed_values.dtype == object:
            return np.array([is_missing_value(item) for item in parsed_values.tolist()], bool)
        return np.isnan(parsed_values) if parsed_values.dtype.kind == "f" else np.zeros(len(parsed_values), bool)

    def _examine_texts(self, texts, rows):
        self.number_texts.add_missing(rows[[text is None for text in texts]])
        texts = [text for text in texts if text is not None]
        if not all(isinstance(text, str) for text in texts):
            self._invalid_reason = UNSUPPORTED_VALUES_ERROR
            return
        self.holds_missing_text |= MISSING_CATEGORY in texts
        self.categories.update(texts)
        if len(self.categories) > MAX_CATEGORIES:
            self._invalid_reason = TOO_MANY_CATEGORIES_ERROR
        self.is_constant = self.is_constant_as_float32 = len(self.categories) < 2
        # `feature_heads_of` will refuse them
        self.value_hash.update("\0".join([*texts, ""]).encode(errors="surrogatepass"))

    def _examine_numbers(self, values, rows):
        if values.dtype.kind in "mM":
            self._invalid_reason = DATES_ERROR
        elif values.dtype == object:
            self._examine_mixed_values(values, rows)
        else:
            self._examine_parsed_numbers(values, rows)

    def _examine_mixed_values(self, values, rows):
        """Examine an object array in which some values are no numbers."""
        items = values.tolist()
        rows_by_text = [(item, row) for item, row in zip(items, rows.tolist(), strict=True) if isinstance(item, str)]
        if not rows_by_text:
            are_dates = any(isinstance(item, DATE_TYPES) for item in items)
            self._invalid_reason = DATES_ERROR if are_dates else UNSUPPORTED_VALUES_ERROR
            return
        counts = Counter(text for text, _ in rows_by_text)
        first_rows = dict(reversed(rows_by_text))
        for text, count in counts.items():
            self.number_texts.add_text(text, first_rows[text], count)
        self.number_texts.add_missing(rows[[is_missing_value(item) for item in items]])
        numbers = [float(item) for item in items if isinstance(item, Real | Decimal) and not is_missing_value(item)]
        self.number_texts.add_numbers(np.array(numbers, np.float64))

    def _examine_parsed_numbers(self, values, rows):
        try:
            numbers = values.astype(np.float64) if values.dtype.kind in "biuf" else None
        except (TypeError, ValueError):
            numbers = None
        if numbers is None:
            self._invalid_reason = UNSUPPORTED_VALUES_ERROR
            return
        is_missing_number = np.isnan(numbers)
        self.number_texts.add_missing(rows[is_missing_number])
        self.number_texts.add_numbers(numbers[~is_missing_number])
        if self.rejection_reason:
            return
        self._invalid_reason, is_valid = _find_invalid_numbers(numbers, self.kind)
        if self._invalid_reason:
            first_invalid = int(np.argmin(is_valid))
            self._example = f"{numbers[first_invalid]:g} {self.source.locate_row(int(rows[first_invalid]))}"
            return
        self._is_boolean &= values.dtype == bool
        self._first_value = numbers[0] if self._first_value is None else self._first_value
        as_float32 = numbers.astype(np.float32)
        self.is_constant &= bool((numbers == self._first_value).all())
        self.is_constant_as_float32 &= bool((as_float32 == np.float32(self._first_value)).all())
        self.value_hash.update(as_float32.tobytes())

    def feature_heads(self) -> list[tuple[str, str, str]]:
        """(name, kind, block) of each feature that the column becomes."""
        if self.kind == "category":
            return [(f"{self.name} = {value}", "category", self.name) for value in sorted(self.categories)]
        return [(self.name, self.kind or ("binary" if self._is_boolean else "real"), "")]

    def to_features(self, values: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """The k features of N values, float32 N×k; DataError for a category that was not among the examined values, and for a
        value that is no number. rows: their numbers in the table, counted from 0, if the error should say where it is. Missing
        values are replaced, if `replaces_missing`."""
        if self.kind != "category":
            numbers = self.parse_values(values)
            if self.replaces_missing:
                numbers = self._replace_missing_numbers(numbers)
            if numbers.dtype == object or not np.isfinite(numbers).all():
                raise DataError(TABLE_CHANGED_ERROR)
            return numbers.astype(np.float32)[:, None]
        names = sorted(self.categories)
        index_by_name = {name.strip(): k for k, name in enumerate(names)}  # earlier versions did not trim names
        index_by_name |= {name: k for k, name in enumerate(names)}
        indices = []
        values = self.value_format.set_missing_floats_to_nan(nanosecond_dates_to_microseconds(values, self.categories))
        for i, value in enumerate(values.tolist()):
            if self.replaces_missing and _category_text(value, self.value_format) is None:
                value = MISSING_CATEGORY
            index = index_by_name.get(value) if isinstance(value, str) else None
            if index is None:
                stored_names = _stored_names_for(value, self.value_format)
                index = next((index_by_name[name] for name in stored_names if name in index_by_name), None)
            if index is None:
                row_position = "" if rows is None else f" {self.source.locate_row(int(rows[i]))}"
                self._raise_unknown_category(value, names, row_position)
            indices.append(index)
        return np.eye(len(names), dtype=np.float32)[indices]

    def _replace_missing_numbers(self, numbers):
        """Parsed numbers with `fill_value` in place of missing ones."""
        is_missing = self.missing_mask(numbers)
        if not is_missing.any():
            return numbers
        try:
            return np.where(is_missing, self.fill_value, numbers).astype(np.float64)
        except (TypeError, ValueError):  # the table has changed
            return numbers

    def _raise_unknown_category(self, value, names, row_position):
        """DataError for a value that is not among the `names` of the column's values. row_position: " in line 3", or ""
        if unknown."""
        if _category_text(value, self.value_format) is None:
            raise DataError(MISSING_VALUES_ERROR.format(self.name, ""))
        raise DataError(
            f"The column {self.name} holds {str(value).strip()[:60]!r}{row_position}, but its values are "
            f"{join_names(names)}; correct it."
        )


def _find_invalid_numbers(numbers, kind):
    """(why the first of some numbers are refused, a sentence with {} for the column, or ""; a mask of those that are not)."""
    is_valid = np.abs(numbers) < MAX_ABSOLUTE_VALUE
    if not is_valid.all():
        return INFINITE_VALUES_ERROR, is_valid
    if kind == "count":
        is_valid = (numbers >= 0) & (numbers == np.round(numbers))
        return "" if is_valid.all() else COUNTS_ERROR, is_valid
    if kind == "binary":
        is_valid = np.isin(numbers, (0, 1))
        return "" if is_valid.all() else BINARY_ERROR, is_valid
    return "", is_valid


def _category_texts(values, value_format: ValueFormat):
    """Categorical values as texts, None for a missing one; values other than numbers, texts and dates are left as they are."""
    return [_category_text(value, value_format) for value in value_format.set_missing_floats_to_nan(values).tolist()]


def _category_text(value, value_format: ValueFormat):
    if isinstance(value, str):
        value = value.strip()
        return None if not value or value_format.is_missing_text(value) else value
    if is_missing_value(value) or value_format.is_missing_text(value):
        return None
    return str(value) if isinstance(value, Number | date) else value


def _stored_names_for(value, value_format: ValueFormat) -> tuple[str, ...]:
    """The names that a categorical value may have among those of a stored table; () for a missing one.

    Earlier versions did not trim texts, took an empty one outside a CSV file for a value, and decimal numbers for floats."""
    if isinstance(value, str):
        return value, value.strip()
    if _category_text(value, value_format) is None:
        return ()
    if isinstance(value, Decimal):
        return str(value), str(float(value))
    return (str(value),)


def nanosecond_dates_to_microseconds(values, known_names: Iterable[str] = ()) -> np.ndarray:
    """The values as an array; times in nanoseconds become such in microseconds, whose items NumPy gives as dates, not as ints.

    known_names: the names of all values, if known. Earlier versions named such times by their ints; if these are known,
    they stay."""
    values = np.asarray(values)
    if not values.dtype.str.endswith("[ns]") or any(re.fullmatch(r"-?\d+", name) for name in known_names):
        return values
    return values.astype(f"{values.dtype.kind}8[us]")


def parse_declared_kinds(names: Iterable[str], types: str | Mapping[str, str] | None) -> dict[str, str]:
    """{column: kind} from `types`: one kind for all columns, or a mapping with some. DataError for an unknown name or kind."""
    if not isinstance(types, str | Mapping | None):
        raise DataError(f"Types are one for all columns, or given by their names in a dictionary, not {types!r:.60}.")
    if isinstance(types, str):
        types = dict.fromkeys(names, types)
    types = {trim_name(name): kind for name, kind in (types or {}).items()}
    for name, kind in types.items():
        if name not in names:
            raise unknown_name_error("feature", name, names, DataError)
        if kind not in features.KINDS:
            raise unknown_name_error("type of a feature", kind, features.KINDS, DataError)
    return types


def trim_name(name):
    """The name of a column without white space round it, which is no part of it; what is no text stays as it is."""
    return name.strip() if isinstance(name, str) else name


def check_names(names: list[str]) -> None:
    """DataError unless all columns have names, which differ, can be displayed, and are no longer than MAX_NAME_LENGTH."""
    repeated_names = [name for name, count in Counter(names).items() if count > 1]
    if repeated_names:
        raise DataError(f"Several columns have the same name: {join_names(repeated_names)}; rename them.")
    if any(not name for name in names):
        raise DataError(
            f"Column {names.index('') + 1} has no name; give it one, or write the file without the index of its rows, and "
            "without a delimiter at the end of each line."
        )
    invalid = [name for name in names if len(name) > MAX_NAME_LENGTH or not name.isprintable()]
    if invalid:
        raise DataError(
            f"Names of columns must be printable and have at most {MAX_NAME_LENGTH} characters, not {join_names(invalid)}."
        )


def default_feature_names(count: int) -> list[str]:
    """The names of so many columns that were given none."""
    return [f"feature {i}" for i in range(count)]


def values_by_column_name(X: np.ndarray, names=None) -> dict[str, np.ndarray]:
    """{name: values N} of the columns of a matrix N×F, by default "feature 0" and so on; DataError unless F names differ."""
    names = default_feature_names(X.shape[1]) if names is None else [str(name).strip() for name in names]
    if len(names) != X.shape[1] or len(set(names)) != len(names):
        raise DataError(
            f"The {X.shape[1]} columns need as many different names, not {len(names)} ({join_names(names)})."
        )
    check_names(names)
    return {name: X[:, i] for i, name in enumerate(names)}


def check_label_count(y: np.ndarray, row_count: int) -> None:
    """DataError unless there is a class for each row."""
    if y.shape != (row_count,):
        raise DataError(f"y must hold one class for each of the {row_count:,} rows, not an array of shape {y.shape}.")


def check_feature_count(count: int) -> None:
    """DataError unless a table may have this number of features."""
    if not 1 <= count <= features.MAX_FEATURES:
        raise DataError(f"A table has 1 to {features.MAX_FEATURES:,} features, and this one {count:,}.")


def check_training_row_count(train_count: int) -> None:
    """DataError unless a split leaves the two rows, or images, without which no training starts."""
    if train_count < MIN_TRAINING_ROWS:
        rows_text = "no row is" if train_count == 0 else "a single row is"
        raise DataError(
            f"Of each class a row or more is kept for testing, and {rows_text} left to train on; give more rows of each."
        )


def check_row_count(count: int) -> None:
    """DataError unless a table may have this number of rows."""
    if count < MIN_ROWS:
        verb = "is" if count == 1 else "are"
        raise DataError(
            f"{format_count(count, 'row')} {verb} too few to train on and to test; give at least {MIN_ROWS}."
        )


class ColumnsRefusedError(DataError):
    """Columns of a table that cannot be read as they are. columns: those that were found invalid by `Column.examine`."""

    def __init__(self, text: str, columns: "list[Column]"):
        super().__init__(text)
        self.columns = columns

    def __reduce__(self):  # to another process, such as one of a grid search, only the sentence goes
        return type(self), (str(self), [])


def raise_if_rejected(columns: list[Column], sentence_by_reason: Mapping[str, str] | None = None) -> None:
    """ColumnsRefusedError, which names the columns, if some were found invalid by `Column.examine`; with a sentence for each
    reason. sentence_by_reason: {a reason, as `Column.rejection_reason` gives it: another sentence for it}."""
    columns_by_reason: dict[str, list[Column]] = {}
    for column in columns:
        if column.rejection_reason:
            columns_by_reason.setdefault(column.rejection_reason, []).append(column)
    if not columns_by_reason:
        return
    sentences = [
        _rejection_sentence(reason, same_reason, sentence_by_reason or {})
        for reason, same_reason in columns_by_reason.items()
    ]
    have_missing_rules = any("--drop-missing" in column.source.cli_options for column in columns)
    if have_missing_rules and not {MISSING_VALUES_ERROR, TEXTS_AMONG_NUMBERS_ERROR}.isdisjoint(columns_by_reason):
        sentences.append(TRAIN_PAGE_HINT)
    raise ColumnsRefusedError(" ".join(sentences), [column for group in columns_by_reason.values() for column in group])


def _rejection_sentence(reason: str, same_reason: list[Column], sentence_by_reason: Mapping[str, str]) -> str:
    """Why columns are refused, all of them for the same reason, and what to do."""
    listed_columns = ", ".join(column.name_with_example for column in same_reason[:MAX_LISTED_NAMES])
    if len(same_reason) > MAX_LISTED_NAMES:
        listed_columns += f" and {len(same_reason) - MAX_LISTED_NAMES} more"
    cli_options = same_reason[0].source.cli_options
    if reason == TEXTS_AMONG_NUMBERS_ERROR:
        value_format = same_reason[0].value_format
        is_plain = value_format.decimal == "." and not value_format.thousands
        number_description = "plain numbers" if is_plain else f"numbers such as {value_format.example_number}"
        replace_missing = all(column.replaces_missing for column in same_reason)
        remedies = number_texts.suggest_remedies(
            [column.number_texts for column in same_reason], cli_options, value_format.missing_rules, replace_missing
        )
        return reason.format(number_description, listed_columns, remedies)
    if reason == MISSING_VALUES_ERROR and "--drop-missing" in cli_options:
        return reason.format(listed_columns, _describe_missing_rules(same_reason))
    return sentence_by_reason.get(reason, reason).format(listed_columns, "")


def _describe_missing_rules(columns: list[Column]) -> str:
    """The rules of the command line that suit columns in which values are missing, in parentheses."""
    are_categories = [column.kind == "category" for column in columns]
    options = [f"--missing {DROP_RULE}"]
    if not all(are_categories):
        options.append(f"{MEDIAN_RULE} for numbers")
    if any(are_categories):
        options.append(f"{CATEGORY_RULE} for texts")
    return f" ({', or '.join(options)})"


def describe_replaced_missing(columns: Iterable[Column]) -> str:
    """A sentence that says how many missing values of which columns were replaced, and by what; "" if none were."""
    clauses = [_describe_replacement(column) for column in columns if column.replaced_count]
    if not clauses:
        return ""
    clauses_text = ", ".join(clauses[:MAX_LISTED_NAMES])
    if len(clauses) > MAX_LISTED_NAMES:
        clauses_text = translate(MORE_NAMES, names=clauses_text, number=f"{len(clauses) - MAX_LISTED_NAMES:,}")
    return translate("Missing values were replaced: {columns}.", columns=clauses_text)


def describe_missing_texts(texts: Iterable[str], are_recorded: bool = False) -> str:
    """A sentence that says which texts stand for a missing value in a table. are_recorded: whether they were recorded with the
    training data, and the table holds further rows."""
    texts_clause = join_names(texts, translate(MORE_NAMES))
    if are_recorded:
        return translate("As in the training data, these stand for a missing value: {texts}.", texts=texts_clause)
    return translate("These stand for a missing value, in further rows, too: {texts}.", texts=texts_clause)


def _describe_replacement(column: Column) -> str:
    name, number = printable_line(column.name[:60]), f"{column.replaced_count:,}"
    if column.kind != "category":
        return translate(
            "{name}: {number} by the median {value}", name=name, number=number, value=f"{column.fill_value:.6g}"
        )
    if column.holds_missing_text:
        return translate("{name}: {number} by the category “missing”, which other rows have", name=name, number=number)
    return translate("{name}: {number} by the category “missing”", name=name, number=number)


def feature_heads_of(columns: list[Column]) -> tuple[tuple, tuple, tuple]:
    """(names, kinds, blocks) of the features that the columns become, once all values were examined; DataError, which names the
    columns, if some are invalid, constant or equal, or if there are too many features."""
    raise_if_rejected(columns)
    redundant_columns.check_no_redundant_columns(columns)
    heads = [head for column in columns for head in column.feature_heads()]
    check_feature_count(len(heads))
    names, kinds, blocks = zip(*heads, strict=True)
    check_names(list(names))
    return names, kinds, blocks


def columns_of_features(
    trained_features: Features, source: RowSource = IN_MEMORY, value_format: ValueFormat = PLAIN_FORMAT
) -> list[Column]:
    """The columns from which the features of a table were made, to examine other rows of such a table. Their names are trimmed,
    which earlier versions did not do in every kind of table, unless that would make two of them equal."""
    names = {block or name for name, block in zip(trained_features.names, trained_features.blocks, strict=True)}
    may_trim = len({name.strip() for name in names}) == len(names)
    columns_by_block: dict[str, Column] = {}
    fill_values = trained_features.fill_values or [None] * len(trained_features)
    for i, (name, kind, block) in enumerate(zip(*trained_features.columns, strict=True)):
        column_name = (block or name).strip() if may_trim else block or name
        column = columns_by_block.setdefault(block or name, Column(column_name, kind, source, value_format))
        column.replaces_missing, column.fill_value = fill_values[i] is not None, fill_values[i]
        if block:
            column.categories.add(name.removeprefix(f"{block} = "))
    return list(columns_by_block.values())


def join_names(names, template: str = MORE_NAMES) -> str:
    """The first MAX_LISTED_NAMES names as a list in a sentence, and how many more there are. template: MORE_NAMES, translated
    where the names stand in a text for the reader; an error is in English."""
    names = list(names)
    text = ", ".join(printable_line(str(name)[:60]) for name in names[:MAX_LISTED_NAMES])
    if len(names) > MAX_LISTED_NAMES:
        text = template.format(names=text, number=len(names) - MAX_LISTED_NAMES)
    return text
