"""A table of the user's own, read from a file, checked, and stored as a data set.

The file is read twice, in batches, so that memory use stays constant: first to examine the columns, then to write the rows.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from aae_core.data import columns, features, mapped_images, own_sets, redundant_columns, table_files
from aae_core.data.labels import Labels
from aae_core.data.number_texts import PLAIN, NumberTexts, ValueFormat
from aae_core.errors import DataError, unknown
from aae_core.files import explained
from aae_core.owners import Owner
from aae_core.progress import Progress

# options of the command that adds a table
OPTIONS = frozenset({"--missing", "--drop-missing", "--decimal", "--thousands", "--units", redundant_columns.TIDY})


def add(
    root: Path,
    name: str,
    path,
    label: str | None = None,
    types: str | Mapping[str, str] | None = None,
    leave_out: Collection[str] = (),
    *,
    value_format: ValueFormat = PLAIN,
    progress: Progress | None = None,
    leave: Callable[[str], None] | None = None,
    report: Callable[[str], None] | None = None,
    owner: Owner | None = None,
) -> None:
    """Store the table at `path` as the data set `own/<name>/` under `root`: completely or, if anything goes wrong, not at all.

    The other arguments are those of `sets.add`. Raises one DataError that names the columns, by the rules of `arrays.arrays`, and
    for a `label` or a column in `leave_out` that the table lacks.
    """
    table = table_files.opened(path)
    label = columns.trimmed(label)
    leave_out = [columns.trimmed(column) for column in leave_out]
    required = list(leave_out)
    if label is not None:
        required.insert(0, label)
    for column in required:
        if column not in table.names:
            raise unknown("column", column, table.names, DataError)
    feature_names = [column for column in table.names if column != label and column not in leave_out]
    columns.check_feature_count(len(feature_names))
    kinds = {column: kind for column, kind in table.kinds.items() if column in feature_names}
    kinds |= columns.declared_kinds(feature_names, types)
    source = columns.Source(table.locate, OPTIONS)
    examined = [columns.Column(column, kinds.get(column), source, value_format) for column in feature_names]
    if report is not None:
        for sentence in table.notes:
            report(sentence)
    reading = _Reading(table, examined, label, progress, value_format, leave)
    place = root / own_sets.FOLDER / name
    with explained(place, kind=DataError):
        heads = reading.look()
        with own_sets.stored(place, owner) as (new, meta):
            train, known = reading.write(new / "rows.safetensors", heads)
            meta |= {"format": own_sets.TABLE_FORMAT, "shape": [1, len(known), 1], "classes": list(reading.classes)}
            meta |= {"train": train, "test": reading.count - train, "features": asdict(known)}
    if report and reading.dropped.rows:
        report(reading.dropped.sentence)


@dataclass(frozen=True)
class FirstRows:
    """What the first rows of a table say about its columns. categories: columns of texts that can be categories; others: those
    with too many different texts for that, or a different one in each row, such as names; among_numbers: {column: what stands
    there beside plain numbers} of the columns of numbers that hold texts, too; examples: {column: its name with some of these
    texts and their places} of the first of them; missing: the columns of numbers in which values are missing."""

    categories: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    among_numbers: dict[str, NumberTexts] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def look_at_first_rows(table: table_files.Table) -> FirstRows:
    """What the first rows of a table say about its columns; nothing if these rows cannot be read, for which `add` gives the
    reason."""
    first = FirstRows()
    with suppress(DataError):
        _, batch = next(table.batches(table.names, ()), (0.0, {}))
        for name, values in batch.items():
            _look_at_first_values(first, columns.Column(name, None, columns.Source(table.locate)), values)
    return first


def _look_at_first_values(first: FirstRows, column: columns.Column, values: np.ndarray) -> None:
    """Add what the first values of a column say to a FirstRows."""
    column.look(values)
    if column.wrong == columns.AMONG_NUMBERS:
        first.among_numbers[column.name] = column.texts
        if len(first.examples) < columns.TOLD:  # finding their lines takes time
            first.examples[column.name] = column.name_with_example
    elif column.wrong == columns.MISSING:
        first.missing.append(column.name)
    elif column.wrong == columns.TEXTS:
        category = columns.Column(column.name, "category")
        category.look(values)
        fits = category.wrong != columns.VALUES and len(category.values) < len(values)
        if fits:
            first.categories.append(column.name)
        else:
            first.others.append(column.name)


class _Dropped:
    """The rows that are left out because a value is missing. rows: how many; by_column: how many lack a value of each column, by
    its name; first: the number of the first such row."""

    def __init__(self, locate: Callable[[int], str]):
        self.rows, self.by_column, self.first, self.locate = 0, Counter(), None, locate

    def add(self, rows: np.ndarray, missing: dict[str, np.ndarray]) -> None:
        """Count rows by their numbers. missing: {column: a mask of the rows of the batch that lack its value}."""
        self.rows += len(rows)
        if self.first is None and len(rows):
            self.first = int(rows[0])
        for name, mask in missing.items():
            if mask.any():
                self.by_column[name] += int(mask.sum())

    @property
    def sentence(self) -> str:
        """How many rows were left out, which values are missing, and where the first of these rows is."""
        rows = "1 row with a missing value was" if self.rows == 1 else f"{self.rows:,} rows with missing values were"
        return f"{rows} left out ({self._counts()}; the first {self.locate(self.first)})."

    def _counts(self):
        return columns.listed(f"{name}: {count:,}" for name, count in self.by_column.most_common())

    def check(self, left: int) -> None:
        """DataError if no row is left."""
        if self.rows and not left:
            raise DataError(
                f"Each of the {self.rows:,} rows lacks a value ({self._counts()}); leave out the columns that are mostly empty."
            )


class _Reading:
    """The two readings of a table. examined: its columns; leave: as that of `sets.add`. count: its rows, without those that are
    left out; classes: the names of its classes; kept: the columns that become features; dropped: the rows that are left out. All
    of these are known after `look`."""

    def __init__(
        self,
        table: table_files.Table,
        examined: list[columns.Column],
        label: str | None,
        progress: Progress | None,
        value_format: ValueFormat,
        leave: Callable[[str], None] | None = None,
    ):
        self.table, self.columns, self.label = table, examined, label
        self.progress, self.value_format, self.leave = progress, value_format, leave
        where = "y" if label is None else f"The column {label}"
        self.labels = Labels(where, untyped=table.untyped and label is not None, value_format=value_format)
        self.count, self.classes, self.kept, self.dropped = 0, (), examined, _Dropped(table.locate)

    def _batches(self, begun: float):
        """(values by column, classes, numbers of the rows) of each batch, without the rows that are left out. begun: the share of
        the work that is done before, 0 or 0.5."""
        names = [column.name for column in self.columns]
        exact = {column.name for column in self.columns if column.kind == "category" or self.value_format.needs_texts}
        if self.label:
            names.append(self.label)
            exact.add(self.label)
        all_rows = self.count + self.dropped.rows
        start = 0
        for share, batch in self.table.batches(names, exact):
            end = start + len(batch[names[0]])
            if self.label:
                classes = batch[self.label]
            elif self.table.labels is not None:
                classes = self.table.labels[start:end]
            else:
                classes = np.full(end - start, -1)
            yield self._without_dropped(batch, classes, np.arange(start, end), counting=not begun)
            start = end
            if self.progress:
                total = all_rows or round(start / max(share, 1e-6))
                self.progress(round(total * (begun + share / 2)), total)

    def _without_dropped(self, batch, classes, rows, counting):
        """A batch without the rows that are left out, which are counted if `counting`."""
        if not self.value_format.drop_missing:
            return batch, classes, rows
        missing = {column.name: column.missing(batch[column.name]) for column in self.columns}
        drop = np.logical_or.reduce(list(missing.values()))
        if counting:
            self.dropped.add(rows[drop], missing)
        return {name: values[~drop] for name, values in batch.items()}, classes[~drop], rows[~drop]

    def look(self):
        """Examine all values, and return (names, kinds, blocks) of the features that the columns become."""
        for batch, classes, rows in self._batches(0):
            for column in self.columns:
                column.look(batch[column.name], rows)
            self.labels.look(classes)
        self.count = sum(self.labels.counts.values())
        self.dropped.check(self.count)
        columns.check_row_count(self.count)
        self.classes = self.labels.classes
        columns.refuse(self.columns)
        if self.leave is not None:
            self.kept = redundant_columns.leave_out_columns(self.columns, self.leave)
        return columns.heads_of(self.kept)

    def write(self, path, heads):
        """Write the rows, training set first, and return (number of training rows, Features). DataError if the disk has no room,
        or if the table has changed since `look`."""
        from sklearn.preprocessing import StandardScaler

        split = _Split(self.labels)
        train = self.count - sum(split.left.values())
        width = len(heads[0])
        columns.check_split(train)
        lacking = own_sets.lacking_room(path.parent, self.count * (4 * width + 8))
        if lacking:
            raise DataError(f"The table takes {lacking}.")
        moments = StandardScaler()
        typical = []
        step = features.every(train, width)
        next_train, next_test = 0, train  # the places of the next training row and of the next test row
        with mapped_images.Writer(path, self.count, "rows", (1, width, 1)) as writer:
            for batch, classes, _ in self._batches(0.5):
                if not len(classes):  # all of its rows are left out
                    continue
                rows = np.concatenate([column.expanded(batch[column.name]) for column in self.kept], axis=1)
                labels = self.labels.numbers(classes)
                is_test = split.draw(labels)
                train_rows, test_rows = rows[~is_test], rows[is_test]
                if next_train + next_test - train + len(rows) > self.count:
                    raise DataError(columns.CHANGED)
                if len(train_rows):  # a short last batch may hold test rows alone
                    moments.partial_fit(train_rows.astype(np.float64))
                typical.append(train_rows[-next_train % step :: step].copy())  # a view would keep all rows
                writer.put_rows(next_train, train_rows, labels[~is_test])
                writer.put_rows(next_test, test_rows, labels[is_test])
                next_train += len(train_rows)
                next_test += len(test_rows)
            if (next_train, next_test) != (train, self.count):
                raise DataError(columns.CHANGED)
            writer.finish()
        return train, features.of_rows(np.concatenate(typical), *heads, moments.mean_, np.sqrt(moments.var_))


class _Split:
    """Draws the test rows batch by batch: the share TEST of each class, at least one row, and each row of a class with the same
    probability. labels: the examined `Labels`. left: how many rows are still to be drawn, by class."""

    def __init__(self, labels: Labels):
        self._rows = Counter()
        for value, index in labels.index_by_value.items():
            self._rows[index] += labels.counts[value]
        self._rows = +self._rows  # without those that have no rows
        self.left = {k: max(1, round(own_sets.TEST * n)) for k, n in self._rows.items()}
        self._rng = np.random.default_rng(own_sets.SPLIT_SEED)

    def draw(self, labels: np.ndarray) -> np.ndarray:
        """A mask (bool N) of the test rows among the next N rows; DataError if a class has more rows than were counted."""
        test = np.zeros(len(labels), bool)
        for k in np.unique(labels):
            members = np.flatnonzero(labels == k)
            others = self._rows[k] - self.left[k]
            if len(members) > self._rows[k]:
                raise DataError(columns.CHANGED)
            count = self._rng.hypergeometric(self.left[k], others, len(members))
            test[self._rng.choice(members, count, replace=False)] = True
            self._rows[k] -= len(members)
            self.left[k] -= count
        return test
