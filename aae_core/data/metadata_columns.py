"""The columns of a table that are not trained on but stored with its items: what kind of values each holds, and its
values as that kind. Nothing in such a column is refused, so that it never stands in the way of training."""

from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from aae_core.data.columns import MAX_CATEGORIES
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat, is_missing_value

METADATA_KINDS = ("number", "category", "text", "date")
MAX_TEXT_LENGTH = 2000  # characters of a text that are stored
CODE_TEXT = r"^[+-]?0[0-9]"  # digits after a zero, such as 007, are a code, which a number would lose
LONG_INTEGER = r"^[+-]?[0-9]{16,}$"  # which no floating-point number holds exactly


class MetadataColumn:
    """A column whose values are examined batch by batch, as Arrow arrays, and then converted to its kind.

    name: of the column; value_format: how numbers and missing values are written. has_cut_texts: whether a text is longer
    than MAX_TEXT_LENGTH.
    """

    def __init__(self, name: str, value_format: ValueFormat = PLAIN_FORMAT):
        self.name, self.value_format = name, value_format
        self.has_cut_texts = False
        self._can_be_number = self._can_be_integer = self._can_be_date = True
        self._distinct_texts: set[str] | None = set()  # None: too many for a category
        self._hashes: list[np.ndarray] | None = []  # of all values, by batch; None once two are equal or one is missing
        self._present_count = 0  # of the values that are not missing

    def examine(self, values) -> None:
        """Examine the next values, an Arrow array of N numbers, texts, truth values or times."""
        texts = self._to_texts(values)
        present_texts = texts.drop_null()
        self._present_count += len(present_texts)
        self._note_repetitions(present_texts, has_missing=len(present_texts) < len(texts))
        distinct_texts = present_texts.unique()
        if self._distinct_texts is not None:
            self._distinct_texts.update(distinct_texts.to_pylist())
            if len(self._distinct_texts) > MAX_CATEGORIES:
                self._distinct_texts = None
        if self._can_be_number:
            self._can_be_number, is_integer = self._are_numbers(values, distinct_texts)
            self._can_be_integer &= is_integer
        if self._can_be_date:
            self._can_be_date = _are_times(distinct_texts)

    def _note_repetitions(self, present_texts, has_missing: bool) -> None:
        if self._hashes is None:
            return
        hashes = np.fromiter(map(hash, present_texts.to_pylist()), np.int64, len(present_texts))
        self._hashes.append(hashes)
        if has_missing or len(np.unique(hashes)) < len(hashes):
            self._hashes = None

    @property
    def is_unique(self) -> bool:
        """Whether no value is missing and all examined ones differ (by 64-bit hashes of their texts)."""
        if not self._present_count or self._hashes is None:
            return False
        hashes = np.concatenate(self._hashes)
        return len(np.unique(hashes)) == len(hashes)

    @property
    def kind(self) -> str:
        """One of METADATA_KINDS. Texts are a category if they are at most MAX_CATEGORIES and some occur more than once."""
        if self._present_count and self._can_be_number:
            return "number"
        if self._present_count and self._can_be_date:
            return "date"
        if self._distinct_texts is not None and len(self._distinct_texts) < self._present_count:
            return "category"
        return "text"

    @property
    def can_be_id(self) -> bool:
        """Whether its values name the items: texts or whole numbers, all different."""
        if self.kind == "date" or (self.kind == "number" and not self._can_be_integer):
            return False
        return self.is_unique

    @property
    def arrow_type(self):
        """The Arrow type of the converted values: int64 or double, string, or timestamp in microseconds (UTC)."""
        import pyarrow

        if self.kind == "number":
            return pyarrow.int64() if self._can_be_integer else pyarrow.float64()
        return pyarrow.timestamp("us") if self.kind == "date" else pyarrow.string()

    def convert(self, values):
        """Examined values, an Arrow array of N, as an Arrow array of `arrow_type`, null where missing."""
        import pyarrow
        from pyarrow import compute

        texts = self._to_texts(values)
        if self.kind == "date":
            return _to_times(texts)
        if self._has_plain_numbers(values) or self.kind != "number":
            with suppress(pyarrow.ArrowInvalid):
                return compute.cast(texts, self.arrow_type)
        numbers = (self._parse_number(text) for text in texts.to_pylist())
        return pyarrow.array(numbers, self.arrow_type)

    def _has_plain_numbers(self, values) -> bool:
        """Whether an Arrow array holds numbers by its type, or texts in which a point is the decimal sign."""
        from pyarrow import types

        is_number = types.is_integer(values.type) or types.is_floating(values.type) or types.is_decimal(values.type)
        return is_number or not self.value_format.reads_numbers_as_texts

    def _parse_number(self, text: str | None) -> float | None:
        """A text as a number; None for a missing one."""
        number = None if text is None else self.value_format.parse_number(text)
        return None if is_missing_value(number) else number

    def _to_texts(self, values):
        """Values as trimmed texts of at most MAX_TEXT_LENGTH characters, null where missing."""
        import pyarrow
        from pyarrow import compute, types

        if types.is_floating(values.type):
            values = compute.if_else(compute.is_nan(values), None, values)
            if _are_whole_numbers(values):  # such as integers beside a missing value, which pandas writes as 3.0
                values = compute.cast(values, pyarrow.int64())
        if types.is_boolean(values.type):
            values = pyarrow.array(
                [None if item is None else str(item) for item in values.to_pylist()], pyarrow.string()
            )
        elif types.is_timestamp(values.type):
            values = compute.cast(compute.cast(values, pyarrow.timestamp("us"), safe=False), pyarrow.string())
        texts = compute.utf8_trim_whitespace(compute.cast(values, pyarrow.string()))
        lengths = compute.utf8_length(texts)
        if (compute.max(lengths).as_py() or 0) > MAX_TEXT_LENGTH:
            self.has_cut_texts = True
            texts = compute.utf8_slice_codeunits(texts, 0, MAX_TEXT_LENGTH)
        missing_texts = pyarrow.array(["", *self.value_format.missing], pyarrow.string())
        return compute.if_else(compute.is_in(texts, missing_texts), None, texts)

    def _are_numbers(self, values, distinct_texts) -> tuple[bool, bool]:
        """(whether the distinct texts of the values are numbers, whether these are whole)."""
        import pyarrow
        from pyarrow import compute, types

        if types.is_boolean(values.type):
            return False, False
        if compute.any(compute.match_substring_regex(distinct_texts, CODE_TEXT)).as_py():
            return False, False
        if self._has_plain_numbers(values):
            if _can_cast(distinct_texts, pyarrow.int64()):
                return True, True
            if compute.any(compute.match_substring_regex(distinct_texts, LONG_INTEGER)).as_py():
                return False, False
            if _can_cast(distinct_texts, pyarrow.float64()):
                return True, False
        are_numbers = all(self.value_format.parse_number(text) is not None for text in distinct_texts.to_pylist())
        return are_numbers, False


def _are_whole_numbers(values) -> bool:
    """Whether all values of an Arrow array of floating-point numbers are whole and exact as integers."""
    numbers = values.drop_null().to_numpy(zero_copy_only=False).astype(np.float64)
    return bool(len(numbers)) and bool((np.abs(numbers) < 2**53).all()) and bool((numbers == np.rint(numbers)).all())


def _can_cast(texts, arrow_type) -> bool:
    """Whether all texts of an Arrow array are values of a type."""
    import pyarrow
    from pyarrow import compute

    try:
        compute.cast(texts, arrow_type)
    except pyarrow.ArrowInvalid:
        return False
    return True


def _are_times(texts) -> bool:
    """Whether all texts of an Arrow array are times by ISO 8601, such as 2024-01-31 or 2024-01-31 12:00, all with a time zone or
    all without."""
    import pyarrow

    try:
        _to_times(texts)
    except pyarrow.ArrowInvalid:
        return False
    return True


def _to_times(texts):
    """The times that `_are_times` finds in texts, as an Arrow array in microseconds, in UTC where they have a time zone."""
    import pyarrow
    from pyarrow import compute

    try:
        return compute.cast(texts, pyarrow.timestamp("us"))
    except pyarrow.ArrowInvalid:
        return compute.cast(compute.cast(texts, pyarrow.timestamp("us", "UTC")), pyarrow.timestamp("us"))


def first_id_column(columns: Iterable[MetadataColumn]) -> MetadataColumn | None:
    """The first of some examined columns whose values name the items; None if there is none."""
    return next((column for column in columns if column.can_be_id), None)


def to_valid_texts(raw):
    """Bytes of a file, an Arrow binary array, as texts; what is not UTF-8 is replaced by the sign for that."""
    import pyarrow
    from pyarrow import compute

    try:
        return compute.cast(raw, pyarrow.string())
    except pyarrow.ArrowInvalid:
        texts = [None if item is None else item.decode(errors="replace") for item in raw.to_pylist()]
        return pyarrow.array(texts, pyarrow.string())
