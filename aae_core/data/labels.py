"""The classes of rows: which values are the same class, how classes are named and ordered, and which rows have none."""

import math
import operator
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from numbers import Number, Real

import numpy as np

from aae_core.data.array_likes import as_array
from aae_core.data.columns import MORE_NAMES, TABLE_CHANGED_ERROR, join_names, nanosecond_dates_to_microseconds
from aae_core.data.limits import MAX_CLASSES
from aae_core.data.number_texts import (
    NO_VALUE_TEXT,
    PLAIN_FORMAT,
    TRUTH_VALUES,
    ValueFormat,
    is_missing_value,
    is_number,
    quote_value,
)
from aae_core.errors import DataError, printable_line
from aae_core.wording import adapt_image_words, translate

MAX_NAME_LENGTH = 80  # characters
MAX_LISTED_VALUES = 10  # values without a class that a sentence lists, at most
MAX_INTEGER_BITS = 10_000  # of an integer, of which Python writes down no more than 4,300 digits
WHOLE_NUMBER_TEXT = re.compile(r"[+-]?\d+")
INFINITE_NUMBER_TEXT = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
WHOLE_FLOAT_TEXT = re.compile(r"-?(0|[1-9]\d*)\.0")  # a whole number as pandas writes it beside a missing one


class NotClassLabelsError(DataError):
    """Values that may be numbers, but are no classes: not whole, or too many different ones."""


@dataclass(frozen=True)
class NumberText:
    """A whole number as a text in a file that does not tell numbers from texts. 0123 and 123 are equal numbers but differ as
    texts, and so as classes."""

    text: str
    value: Decimal

    def __str__(self):
        return self.text


class ClassLabels:
    """The classes of rows, examined batch by batch: whole numbers or texts; −1, NaN, None or "" for a row without a class, and
    "-1" and "nan" likewise, whether or not the source tells numbers from texts.

    source_name: their source, such as "y", for messages. is_untyped: whether they come from a file that does not tell
    numbers from texts, such as a CSV file; a class is then named by its text, and a text that is a whole number is
    ordered as such. value_format: tells which values stand for no class. counts: {value: number of rows}, with None for
    rows without a class. counts_without_class: {value that is none of the classes, as a text: number of rows}, but for texts
    such as NA among whole numbers, which `missing_label_counts` adds.
    """

    def __init__(self, source_name: str, is_untyped: bool = False, value_format: ValueFormat = PLAIN_FORMAT):
        self.source_name = source_name
        self.is_untyped = is_untyped
        self.value_format = value_format
        self.counts = Counter()
        self.counts_without_class = Counter()

    def examine(self, values: np.ndarray) -> None:
        """Examine the next values; NotClassLabelsError for numbers that are not whole, and for more than MAX_CLASSES; DataError
        for numbers that are too large to be exact as floating-point numbers, and for other types."""
        try:
            classes, indices = self._distinct_classes(values)
        except TypeError:
            raise DataError(
                f"{self.source_name} holds neither numbers nor texts; name the class of each row."
            ) from None
        self._check_exact_floats(np.asarray(values))
        is_missing_class = np.array([value is None for value in classes], bool)
        self._count_values_without_class(values[is_missing_class[indices]])
        for value, row_count in zip(classes, np.bincount(indices, minlength=len(classes)).tolist(), strict=True):
            if isinstance(value, float):
                raise self._not_whole_error(f"{value:g}")
            self.counts[value] += row_count
        n_classes = sum(value is not None for value in self.counts)
        if n_classes > MAX_CLASSES:
            raise NotClassLabelsError(
                f"{self.source_name} holds more than {MAX_CLASSES:,} different values, too many for classes; join "
                f"some, or choose "
                "another column (label, or --label, names it)."
            )

    def _not_whole_error(self, number_text) -> NotClassLabelsError:
        return NotClassLabelsError(
            f"{self.source_name} holds numbers that are not whole, such as {number_text}; classes must be whole numbers or texts."
        )

    def _count_values_without_class(self, values):
        if values.dtype == object:
            self.counts_without_class.update(map(_text_of_missing_class, values.tolist()))
            return
        for value, row_count in zip(*(part.tolist() for part in np.unique(values, return_counts=True)), strict=True):
            self.counts_without_class[_text_of_missing_class(value)] += row_count

    def _check_exact_floats(self, values):
        """DataError for whole floating-point numbers so large that neighbours may have become equal before they were given."""
        if values.dtype.kind != "f":
            return
        limit = 2.0 ** (np.finfo(values.dtype).nmant + 1)
        inexact_values = values[np.isfinite(values) & (np.abs(values) >= limit)]
        if inexact_values.size:
            raise DataError(
                f"{self.source_name} holds floating-point numbers as large as {inexact_values[0]:.0f}, in which neighbouring "
                f"whole numbers "
                "are the same; give these classes as integers or as texts."
            )

    @property
    def class_values(self) -> list:
        """The value of each class, sorted. If all others are whole numbers, a text such as NA marks a row without a class."""
        classes = self.counts.keys() - {None} - self._placeholders()
        try:
            return sorted(classes, key=_class_sort_key)
        except TypeError:  # such as times with a zone and without one
            return sorted(classes, key=lambda value: (*_class_sort_key(value)[:3], str(value)))

    def _placeholders(self) -> set[str]:
        """The texts such as NA beside which all values are whole numbers, so that they mark a row without a class."""
        classes = self.counts.keys() - {None}
        placeholders = {value for value in classes if isinstance(value, str) and NO_VALUE_TEXT.fullmatch(value)}
        values_but_placeholders = classes - placeholders
        if values_but_placeholders and all(_is_whole_number(value) for value in values_but_placeholders):
            return placeholders
        return set()

    def _check_finite_numbers(self):
        """NotClassLabelsError if all values of a source without types are numbers, one of them infinite; among texts, "Inf" is
        one of them."""
        if not self.is_untyped:
            return
        texts = [value for value in self.class_values if isinstance(value, str)]
        has_whole_numbers = len(texts) < len(self.class_values)
        if texts and has_whole_numbers and all(INFINITE_NUMBER_TEXT.fullmatch(text) for text in texts):
            raise self._not_whole_error(texts[0])

    def missing_label_counts(self) -> Counter:
        """{text that stands for no class, "" for an empty value: number of rows}, of all examined values."""
        return self.counts_without_class + Counter({text: self.counts[text] for text in self._placeholders()})

    def missing_labels_sentence(self, column_name: str, is_table: bool = True) -> str:
        """The sentence of `describe_missing_labels` about the examined values, which stand in this column."""
        return describe_missing_labels(self.missing_label_counts(), self.counts.total(), column_name, is_table)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, once all values were examined; DataError for names that are equal, too long or not printable,
        NotClassLabelsError if an infinite number stands among whole ones."""
        self._check_finite_numbers()
        names = self._class_names()
        repeated_names = [name for name, count in Counter(names).items() if count > 1]
        if repeated_names:
            raise DataError(
                f"{self.source_name} holds the same classes as numbers and as texts: {join_names(repeated_names)}; use "
                f"either numbers or "
                "texts."
            )
        invalid = [name for name in names if len(name) > MAX_NAME_LENGTH or not name.isprintable()]
        if invalid:
            raise DataError(
                f"{self.source_name} holds classes whose names are too long or not printable: {join_names(invalid)}."
            )
        return names

    def _class_names(self):
        """The texts of the values. If all numbers end in .0, as pandas writes whole numbers beside a missing one, these are left
        out, so that the classes have the names that they have without a missing one."""
        values = self.class_values
        numbers = [value for value in values if isinstance(value, NumberText)]
        all_end_in_zero = all(WHOLE_FLOAT_TEXT.fullmatch(number.text) for number in numbers)
        names = []
        for value in values:
            name = str(value)
            if isinstance(value, NumberText) and all_end_in_zero:
                name = name.removesuffix(".0")
            names.append(name)
        return tuple(names)

    @property
    def index_by_value(self) -> dict:
        """{value: index of its class, −1 for one that stands for no class} of all examined values, None included."""
        indices = dict.fromkeys([*self.counts, None], -1)
        indices.update({value: k for k, value in enumerate(self.class_values)})
        return indices

    def encode(self, values: np.ndarray) -> np.ndarray:
        """The index of each value's class, int64 N, −1 where there is none; DataError for a value that was not examined."""
        index_by_value = self.index_by_value
        classes, indices = self._distinct_classes(values)
        if any(value not in index_by_value for value in classes):
            raise DataError(TABLE_CHANGED_ERROR)
        return np.array([index_by_value[value] for value in classes], np.int64)[indices]

    def _distinct_classes(self, values):
        """(classes among the values, with None for no class; for each value the index of its class among these, int N)."""
        values = self.value_format.set_missing_floats_to_nan(nanosecond_dates_to_microseconds(values))
        if values.dtype != object:
            distinct, indices = np.unique(values, return_inverse=True)
            return [self._parse_class(value) for value in distinct.tolist()], indices.reshape(-1)
        items = values.tolist()
        if {type(item) for item in items} <= {str, type(None)}:  # which are equal only if they are the same class
            index_by_item = {item: k for k, item in enumerate(dict.fromkeys(items))}
            return [self._parse_class(item) for item in index_by_item], np.array(
                [index_by_item[item] for item in items], np.int64
            )
        classes = [self._parse_class(item) for item in items]
        index_by_item = {value: k for k, value in enumerate(dict.fromkeys(classes))}
        return list(index_by_item), np.array([index_by_item[value] for value in classes], np.int64)

    def _parse_class(self, value):
        if self.value_format.is_missing_text(value):
            return None
        if self.is_untyped and isinstance(value, str):
            return _parse_class_text(value.strip(), self.value_format)
        return _parse_class_value(value)


def _is_whole_number(value) -> bool:
    if isinstance(value, str):  # of a source that tells numbers from texts
        return WHOLE_NUMBER_TEXT.fullmatch(value) is not None
    return isinstance(value, int | NumberText)


def describe_missing_labels(counts: Counter, item_count: int, column_name: str, is_table: bool) -> str:
    """How many of the images, or of the rows of a table, have no class, and which values of the column stand for none; "" if all
    have one. counts: {such a value: number of items}."""
    if not counts:
        return ""
    values = [f"{quote_value(printable_line(text))} ({count:,})" for text, count in counts.most_common()]
    values_text = ", ".join(values[:MAX_LISTED_VALUES])
    if len(values) > MAX_LISTED_VALUES:
        values_text = translate(MORE_NAMES, names=values_text, number=f"{len(values) - MAX_LISTED_VALUES:,}")
    text = translate(
        "{missing} of {number} images have no label, since these values of {column} name no class: {values}."
    )
    return adapt_image_words(text, is_table).format(
        missing=f"{counts.total():,}",
        number=f"{item_count:,}",
        column=printable_line(column_name[:60]),
        values=values_text,
    )


def names_no_class(text: str) -> bool:
    """Whether a text marks a row without a class, in any source: nothing, −1, or NaN in any case."""
    text = text.strip()
    if not text or not is_number(text):
        return not text
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent of more than eighteen digits
        return False
    return number.is_nan() or number == -1


def _text_of_missing_class(value) -> str:
    """A value that stands for no class as a sentence quotes it: "" for a missing one, -1 for every number of this value."""
    if isinstance(value, str):
        return value.strip()
    if is_missing_value(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _class_sort_key(value):
    """The key by which classes are sorted: whole numbers before dates and the like, and these before texts."""
    if isinstance(value, NumberText):
        return (False, False, "", value.value, value.text)
    if isinstance(value, int):
        return (False, False, "", value)
    return (isinstance(value, str), True, type(value).__name__, value)


def _parse_class_text(text, value_format):
    """A trimmed text of a file without types as a class: a NumberText for a plain whole number, and for one with points between
    its thousands in this format; a float for a number that is not whole, also in this format; None for no class, and other
    texts as they are."""
    if len(text) > MAX_NAME_LENGTH:
        return text
    number = value_format.parse_number(text)
    is_finite = number is not None and math.isfinite(number)
    if not is_number(text):
        return number if is_finite and not number.is_integer() else text or None
    if is_finite and number.is_integer() and "." in text and value_format.thousands == ".":
        return NumberText(text, Decimal(number))
    return _parse_plain_number_class(text)


def _parse_plain_number_class(text):
    """A text that Python reads as a number as a class, as `_parse_class_text` gives it; −1 and NaN are none, and an infinite
    number is a text, unless `ClassLabels.class_names` finds that all others are numbers."""
    if names_no_class(text):
        return None
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent of more than eighteen digits
        return text
    if number.is_infinite():
        return text
    if number != number.to_integral_value():
        return float(text)
    return NumberText(text, number)


def _parse_class_value(value):
    """A value as a class: a text, also for a truth value; an int for a whole number, a float for another number; a value of
    another type that can be sorted, such as a date; or None for no class. TypeError for anything else."""
    if isinstance(value, str):
        return None if names_no_class(value) else value.strip()
    if is_missing_value(value):
        return None
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
        raise TypeError
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > MAX_NAME_LENGTH:
        return str(value)
    if isinstance(value, Real | Decimal):
        is_whole = math.isfinite(value) and value == int(value)
        number = int(value) if is_whole else float(value)
        return None if number == -1 else number
    if isinstance(value, Number | bytes | tuple):
        raise TypeError
    operator.lt(value, value)  # a TypeError if values of this type cannot be sorted
    return value


def labels_to_array(values) -> np.ndarray:
    """The classes of rows in memory as an array, with None for a missing one. Integers stay exact where NumPy's own conversion
    takes floats for a missing one: in pandas' nullable and categorical series, in arrays of pyarrow, and in series of polars."""
    array = as_array(values)
    to_list = getattr(values, "to_list", None) or getattr(values, "to_pylist", None)
    if array.dtype.kind != "f" or to_list is None:
        return array
    items = to_list()
    if not any(isinstance(item, int) for item in items):
        return array
    exact = np.empty(len(items), object)
    exact[:] = items
    return exact


def set_missing_classes_to_none(values: np.ndarray, value_format: ValueFormat) -> np.ndarray:
    """The classes of N rows, with None or NaN in place of those that stand for a missing value in this format."""
    if not value_format.missing:
        return values
    values = value_format.set_missing_floats_to_nan(values)
    is_missing = [value_format.is_missing_text(value) for value in values.tolist()]
    if not any(is_missing):
        return values
    known_classes = values.astype(object)
    known_classes[is_missing] = None
    return known_classes


def find_class_indices(values: np.ndarray, classes: Sequence[str]) -> list[int | None]:
    """The index among the names `classes` of each value, which is such a name or an index; None for a value that is neither.

    A value is found by its text, and by the name that earlier versions gave it: they read the texts of a CSV file as numbers and
    truth values where they could, and did not trim them."""
    index_by_name = {name.strip(): k for k, name in enumerate(classes)}
    index_by_name |= {name: k for k, name in enumerate(classes)}
    return [
        _find_class_index(value, index_by_name, len(classes))
        for value in nanosecond_dates_to_microseconds(values, classes).tolist()
    ]


def _find_class_index(value, index_by_name, class_count):
    if value is None:
        return None
    texts = [value, value.strip()] if isinstance(value, str) else [str(value)]
    number = _parse_whole_number(value)
    if number is not None:
        texts.append(str(number))
    elif isinstance(value, str) and value.strip().lower() in TRUTH_VALUES:
        texts.append(value.strip().capitalize())
    for text in texts:
        if text in index_by_name:
            return index_by_name[text]
    if number is not None and 0 <= number < class_count:
        return number
    return None


def _parse_whole_number(value) -> int | None:
    """A number, or a text that is one, as an int if it is whole and not too long; None otherwise."""
    if isinstance(value, str) and not is_number(value):
        return None
    with suppress(ArithmeticError, TypeError, ValueError):
        number = Decimal(value.strip() if isinstance(value, str) else str(value))
        if number.is_finite() and number.adjusted() < MAX_NAME_LENGTH and number == number.to_integral_value():
            return int(number)
    return None
