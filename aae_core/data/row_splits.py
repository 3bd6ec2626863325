"""Which rows of a table are kept for testing, where a column decides it: one that says train or test in each row, or one
with groups, such as patients, whose rows are never divided between training and test.

Groups become test rows in a random order, as long as their rows fit into the share of test rows. (scikit-learn's
GroupShuffleSplit takes a share of the groups, however many rows they have.)
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from aae_core.data import item_draws
from aae_core.data.columns import TABLE_CHANGED_ERROR
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat, is_missing_value
from aae_core.errors import DataError

WORDS = {"train": False, "training": False, "test": True, "testing": True}  # in a column that says it, in small letters
MAX_SHOWN_LETTERS = 40  # of a text in a sentence


@dataclass(frozen=True)
class SplitColumns:
    """The names of the columns that decide which rows are kept for testing, at most one of them. split: it says train or
    test; groups: its rows with the same value stay together."""

    split: str | None = None
    groups: str | None = None

    @property
    def name(self) -> str | None:
        """The column that decides; None if none does. An empty name is that of no column, and refused as such."""
        return self.groups if self.split is None else self.split

    def check(self, label: str | None) -> None:
        """DataError if two columns would decide, or that of the classes, `label`."""
        if self.split is not None and self.groups is not None:
            raise DataError(
                f"Which rows are for testing is said by one column: give the split {self.split} or the groups {self.groups}, not "
                "both."
            )
        if self.name is not None and self.name == label:
            raise DataError(
                f"The column {label} cannot give both the classes and which rows are for testing; name another for one of them."
            )

    def make_splitter(
        self, locate_row: Callable, value_format: ValueFormat = PLAIN_FORMAT
    ) -> "WordSplitter | GroupSplitter | None":
        """What draws the test rows by the column; None if no column decides. locate_row: the place of a row, for sentences;
        value_format: how missing groups are written."""
        if self.split is not None:
            return WordSplitter(self.split, locate_row)
        return None if self.groups is None else GroupSplitter(self.groups, value_format)


NO_SPLIT_COLUMNS = SplitColumns()


class WordSplitter:
    """The test rows by a column that says train or test. test_count: how many there are, known once all rows were
    examined."""

    def __init__(self, name: str, locate_row: Callable):
        self.name, self._locate_row = name, locate_row
        self.test_count = self._train_count = 0

    def examine(self, values: np.ndarray, rows: np.ndarray) -> None:
        """Count the values of some rows with these numbers; DataError for one that says neither."""
        is_test = self.test_mask(values, rows)
        self.test_count += int(is_test.sum())
        self._train_count += int((~is_test).sum())

    def finish(self) -> None:
        """DataError if no row is for training, or none for testing."""
        for count, word in ((self._train_count, "train"), (self.test_count, "test")):
            if not count:
                raise DataError(f"The column {self.name} says {word} in no row; some rows of each kind are needed.")

    def test_mask(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """A mask (bool N) of the test rows among rows with these values and numbers; DataError as `examine`."""
        is_test = np.zeros(len(values), bool)
        for place, value in enumerate(values):
            text = _text_of(value)
            if text.lower() not in WORDS:
                value_text = f"“{text[:MAX_SHOWN_LETTERS]}”" if text else "nothing"
                raise DataError(
                    f"The column {self.name} must say train or test in each row, and has {value_text} "
                    f"{self._locate_row(rows[place])}."
                )
            is_test[place] = WORDS[text.lower()]
        return is_test


class GroupSplitter:
    """The test rows by a column with groups; rows whose group is missing are each a group of their own. test_count: how many
    there are, known once all rows were examined."""

    def __init__(self, name: str, value_format: ValueFormat):
        self.name, self.test_count, self._value_format = name, 0, value_format
        self._row_counts: Counter = Counter()
        self._test_groups: set = set()
        self._number_by_group: dict = {}

    def examine(self, values: np.ndarray, rows: np.ndarray) -> None:
        """Count the groups of some rows with these numbers."""
        self._row_counts.update(_groups_of(values, rows, self._value_format))

    def finish(self) -> None:
        """Draw the groups of the test rows; DataError if there is only one group."""
        self._test_groups = draw_test_groups(self._row_counts, item_draws.TEST_SHARE, f"The column {self.name}")
        self.test_count = sum(self._row_counts[group] for group in self._test_groups)
        self._number_by_group = _number_by_key(self._row_counts)

    def test_mask(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """A mask (bool N) of the test rows among rows with these values and numbers."""
        return np.array([group in self._test_groups for group in _groups_of(values, rows, self._value_format)], bool)

    def number_groups(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The number of the group of each of the rows with these values and numbers, int64 N. DataError for a group that no
        examined row has."""
        keys = _groups_of(values, rows, self._value_format)
        if any(key not in self._number_by_group for key in keys):
            raise DataError(TABLE_CHANGED_ERROR)
        return np.array([self._number_by_group[key] for key in keys], np.int64)


def draw_test_groups(row_counts: Counter, share: float, source: str) -> set:
    """The groups whose rows are kept for testing: in a random order that is always the same, each whose rows still fit
    into the share of all rows; if none fits, the smallest. row_counts: the number of rows by group; source: what has the
    groups, at the beginning of a sentence. DataError if there is only one group."""
    if len(row_counts) < 2:
        raise DataError(
            f"{source} has the same group in every row, so none can be kept for testing; give other groups."
        )
    groups, sizes = list(row_counts), list(row_counts.values())
    numbers = _draw_fitting_groups(sizes, share * sum(sizes), np.random.default_rng(item_draws.SPLIT_SEED))
    return {groups[number] for number in numbers}


def _draw_fitting_groups(sizes: list[int], limit: float, rng: np.random.Generator) -> list[int]:
    """The numbers of some groups, in a random order: each that still fits into `limit` items; if none fits, the smallest.
    sizes: the number of items of each group."""
    items_left, drawn_numbers = limit, []
    for number in rng.permutation(len(sizes)):
        if sizes[number] <= items_left:
            drawn_numbers.append(number)
            items_left -= sizes[number]
    return drawn_numbers or [sizes.index(min(sizes))]


def draw_whole_groups(groups: np.ndarray, limit: int, rng: np.random.Generator) -> np.ndarray | None:
    """A mask (bool N) of items in whole groups, drawn in a random order as long as they fit into `limit` items; if none fits,
    those of the smallest. None if all items are of one group. groups: the number of the group of each item, int64 N."""
    _, group_indices, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        return None
    return np.isin(group_indices, _draw_fitting_groups(sizes.tolist(), limit, rng))


def number_groups(groups: np.ndarray) -> np.ndarray:
    """The number of the group of each item, int64 N, from 0, in the order in which the groups first occur; an item without a
    group is its own."""
    keys = _groups_of(groups, np.arange(len(groups)), PLAIN_FORMAT)
    number_by_group = _number_by_key(keys)
    return np.array([number_by_group[key] for key in keys], np.int64)


def check_groups_whole(groups: np.ndarray, group_numbers: np.ndarray, is_test: np.ndarray) -> None:
    """DataError, which names the first group of which some items are for testing and others are not. groups: of each item, N;
    group_numbers: those of `number_groups`, int64 N; is_test: bool N."""
    sizes = np.bincount(group_numbers)
    test_counts = np.bincount(group_numbers[is_test], minlength=len(sizes))
    divided_numbers = np.flatnonzero((test_counts > 0) & (test_counts < sizes))
    if len(divided_numbers):
        text = _text_of(groups[np.argmax(group_numbers == divided_numbers[0])])
        raise DataError(
            f"The group “{text[:MAX_SHOWN_LETTERS]}” has items for training and for testing; name all of its items in test, or "
            "none of them."
        )


def _number_by_key(keys: Iterable) -> dict:
    """{group: its number}, from 0, in the order in which the groups first occur."""
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


def draw_test_mask(group_numbers: np.ndarray, share: float) -> np.ndarray:
    """A mask (bool N) of the test items of `draw_test_groups`, for the number of the group of each item."""
    test_groups = draw_test_groups(Counter(group_numbers.tolist()), share, "groups")
    return np.isin(group_numbers, list(test_groups))


def _groups_of(values, rows, value_format) -> list[tuple]:
    """The group of each row as a key: its text, or the number of the row if it is missing."""
    texts = ["" if value_format.is_missing_text(value) else _text_of(value) for value in values]
    return [("group", text) if text else ("row", int(row)) for text, row in zip(texts, rows, strict=True)]


def _text_of(value) -> str:
    """A cell as text, without white space around it; "" for a missing value. A whole number reads the same from a column
    of whole numbers and from one of other numbers."""
    if is_missing_value(value):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip()
