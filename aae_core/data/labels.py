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

from aae_core.data.array_likes import to_array
from aae_core.data.columns import CHANGED, in_microseconds, listed
from aae_core.data.image_files import MAX_CLASSES
from aae_core.data.number_texts import NOTHING, PLAIN, TRUTH_VALUES, ValueFormat, is_missing, is_number
from aae_core.errors import DataError

LONGEST_NAME = 80  # characters
MOST_BITS = 10_000  # of an integer, of which Python writes down no more than 4,300 digits
FLOAT_NAME = re.compile(r"-?(0|[1-9]\d*)\.0")  # a whole number as pandas writes it beside a missing one


@dataclass(frozen=True)
class WrittenNumber:
    """A whole number as a text in a file that does not tell numbers from texts. 0123 and 123 are equal numbers but differ as
    texts, and so as classes."""

    text: str
    value: Decimal

    def __str__(self):
        return self.text


class Labels:
    """The classes of rows, examined batch by batch: whole numbers or texts; −1, NaN, None or "" for a row without a class.

    where: their source, such as "y", for messages. untyped: whether they come from a file that does not tell numbers from texts,
    such as a CSV file; a class is then named by its text, and a text that is a whole number is ordered as such. value_format:
    tells which values stand for no class. counts: {value: number of rows}, with None for rows without a class.
    """

    def __init__(self, where: str, untyped: bool = False, value_format: ValueFormat = PLAIN):
        self.where, self.untyped, self.value_format, self.counts = where, untyped, value_format, Counter()

    def look(self, values: np.ndarray) -> None:
        """Examine the next values; DataError for numbers that are not whole, or too large to be exact as floating-point numbers,
        for other types, and for more than MAX_CLASSES."""
        try:
            classes, indices = self._distinct(values)
        except TypeError:
            raise DataError(f"{self.where} holds neither numbers nor texts; name the class of each row.") from None
        self._check_exact(np.asarray(values))
        for value, rows in zip(classes, np.bincount(indices, minlength=len(classes)).tolist(), strict=True):
            if isinstance(value, float):
                raise DataError(
                    f"{self.where} holds numbers that are not whole, such as {value:g}; classes must be whole numbers or texts."
                )
            self.counts[value] += rows
        if len(self.counts) - (None in self.counts) > MAX_CLASSES:
            raise DataError(
                f"{self.where} holds more than {MAX_CLASSES:,} different values, too many for classes; join some, or choose "
                "another column (label, or --label, names it)."
            )

    def _check_exact(self, values):
        """DataError for whole floating-point numbers so large that neighbours may have become equal before they were given."""
        if values.dtype.kind != "f":
            return
        limit = 2.0 ** (np.finfo(values.dtype).nmant + 1)
        large = values[np.isfinite(values) & (np.abs(values) >= limit)]
        if large.size:
            raise DataError(
                f"{self.where} holds floating-point numbers as large as {large[0]:.0f}, in which neighbouring whole numbers "
                "are the same; give these classes as integers or as texts."
            )

    @property
    def values(self) -> list:
        """The value of each class, sorted. If all others are whole numbers, a text such as NA marks a row without a class."""
        classes = self.counts.keys() - {None}
        others = {value for value in classes if not (isinstance(value, str) and NOTHING.fullmatch(value))}
        if others and all(_is_whole(value) for value in others):
            classes = others
        try:
            return sorted(classes, key=_order)
        except TypeError:  # such as times with a zone and without one
            return sorted(classes, key=lambda value: (*_order(value)[:3], str(value)))

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class; DataError for names that are equal, too long or not printable."""
        names = self._names()
        repeated = [name for name, count in Counter(names).items() if count > 1]
        if repeated:
            raise DataError(
                f"{self.where} holds the same classes as numbers and as texts: {listed(repeated)}; use either numbers or "
                "texts."
            )
        invalid = [name for name in names if len(name) > LONGEST_NAME or not name.isprintable()]
        if invalid:
            raise DataError(f"{self.where} holds classes whose names are too long or not printable: {listed(invalid)}.")
        return names

    def _names(self):
        """The texts of the values. If all numbers end in .0, as pandas writes whole numbers beside a missing one, these are left
        out, so that the classes have the names that they have without a missing one."""
        values = self.values
        numbers = [value for value in values if isinstance(value, WrittenNumber)]
        all_end_in_zero = all(FLOAT_NAME.fullmatch(number.text) for number in numbers)
        names = []
        for value in values:
            name = str(value)
            if isinstance(value, WrittenNumber) and all_end_in_zero:
                name = name.removesuffix(".0")
            names.append(name)
        return tuple(names)

    @property
    def index_by_value(self) -> dict:
        """{value: index of its class, −1 for one that stands for no class} of all examined values, None included."""
        indices = dict.fromkeys([*self.counts, None], -1)
        indices.update({value: k for k, value in enumerate(self.values)})
        return indices

    def numbers(self, values: np.ndarray) -> np.ndarray:
        """The index of each value's class, int64 N, −1 where there is none; DataError for a value that was not examined."""
        index_by_value = self.index_by_value
        classes, indices = self._distinct(values)
        if any(value not in index_by_value for value in classes):
            raise DataError(CHANGED)
        return np.array([index_by_value[value] for value in classes], np.int64)[indices]

    def _distinct(self, values):
        """(classes among the values, with None for no class; for each value the index of its class among these, int N)."""
        values = in_microseconds(values)
        if values.dtype != object:
            distinct, indices = np.unique(values, return_inverse=True)
            return [self._class(value) for value in distinct.tolist()], indices.reshape(-1)
        items = values.tolist()
        if {type(item) for item in items} <= {str, type(None)}:  # which are equal only if they are the same class
            place = {item: k for k, item in enumerate(dict.fromkeys(items))}
            return [self._class(item) for item in place], np.array([place[item] for item in items], np.int64)
        classes = [self._class(item) for item in items]
        place = {value: k for k, value in enumerate(dict.fromkeys(classes))}
        return list(place), np.array([place[value] for value in classes], np.int64)

    def _class(self, value):
        if self.value_format.stands_for_missing(value):
            return None
        if self.untyped and isinstance(value, str):
            return _class_of_written(value.strip())
        return _class(value)


def _is_whole(value):
    return isinstance(value, int | WrittenNumber)


def _order(value):
    """The key by which classes are sorted: whole numbers before dates and the like, and these before texts."""
    if isinstance(value, WrittenNumber):
        return (False, False, "", value.value, value.text)
    if isinstance(value, int):
        return (False, False, "", value)
    return (isinstance(value, str), True, type(value).__name__, value)


def _class_of_written(text):
    """A trimmed text of a file without types as a class: a WrittenNumber for a whole number, a float for another number, None for
    no class, and other texts as they are."""
    if not is_number(text) or len(text) > LONGEST_NAME:
        return text or None
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent of more than eighteen digits
        return text
    if number.is_nan() or number == -1:
        return None
    if number.is_infinite() or number != number.to_integral_value():
        return float(text)
    return WrittenNumber(text, number)


def _class(value):
    """A value as a class: a text, also for a truth value; an int for a whole number, a float for another number; a value of
    another type that can be sorted, such as a date; or None for no class. TypeError for anything else."""
    if isinstance(value, str):
        return value.strip() or None
    if is_missing(value):
        return None
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise TypeError
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > LONGEST_NAME:
        return str(value)
    if isinstance(value, Real | Decimal):
        is_whole = math.isfinite(value) and value == int(value)
        number = int(value) if is_whole else float(value)
        return None if number == -1 else number
    if isinstance(value, Number | bytes | tuple):
        raise TypeError
    operator.lt(value, value)  # a TypeError if values of this type cannot be sorted
    return value


def labels_array(values) -> np.ndarray:
    """The classes of rows in memory as an array, with None for a missing one. Integers stay exact where NumPy's own conversion
    takes floats for a missing one: in pandas' nullable and categorical series, in arrays of pyarrow, and in series of polars."""
    array = to_array(values)
    to_list = getattr(values, "to_list", None) or getattr(values, "to_pylist", None)
    if array.dtype.kind != "f" or to_list is None:
        return array
    items = to_list()
    if not any(isinstance(item, int) for item in items):
        return array
    exact = np.empty(len(items), object)
    exact[:] = items
    return exact


def class_indices(values: np.ndarray, classes: Sequence[str]) -> list[int | None]:
    """The index among the names `classes` of each value, which is such a name or an index; None for a value that is neither.

    A value is found by its text, and by the name that earlier versions gave it: they read the texts of a CSV file as numbers and
    truth values where they could, and did not trim them."""
    places = {name.strip(): k for k, name in enumerate(classes)}
    places |= {name: k for k, name in enumerate(classes)}
    return [_index_of(value, places, len(classes)) for value in in_microseconds(values, classes).tolist()]


def _index_of(value, places, count):
    texts = [value, value.strip()] if isinstance(value, str) else [str(value)]
    number = _whole_number(value)
    if number is not None:
        texts.append(str(number))
    elif isinstance(value, str) and value.strip().lower() in TRUTH_VALUES:
        texts.append(value.strip().capitalize())
    for text in texts:
        if text in places:
            return places[text]
    if number is not None and 0 <= number < count:
        return number
    return None


def _whole_number(value):
    """A number, or a text that is one, as an int if it is whole and not too long; None otherwise."""
    if isinstance(value, str) and not is_number(value):
        return None
    with suppress(ArithmeticError, TypeError, ValueError):
        number = Decimal(value.strip() if isinstance(value, str) else str(value))
        if number.is_finite() and number.adjusted() < LONGEST_NAME and number == number.to_integral_value():
            return int(number)
    return None
