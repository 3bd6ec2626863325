"""A table of the user's own, read from a file, checked, and stored as a data set.

The file is read twice, in batches, so that memory use stays constant: first to examine the columns, then to write the rows.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from aae_core.data import columns, features, mapped_images, own_sets, redundant_columns, table_files
from aae_core.errors import DataError, unknown
from aae_core.files import explained
from aae_core.owners import Owner
from aae_core.progress import Progress


def add(
    root: Path,
    name: str,
    path,
    label: str | None = None,
    types: str | Mapping[str, str] | None = None,
    leave_out: Collection[str] = (),
    progress: Progress | None = None,
    owner: Owner | None = None,
    leave: Callable[[str], None] | None = None,
    report: Callable[[str], None] | None = None,
) -> None:
    """Store the table at `path` as the data set `own/<name>/` under `root`: completely or, if anything goes wrong, not at all.

    The other arguments are those of `sets.add`. Raises one DataError that names the columns, by the rules of `arrays.arrays`, and
    for a `label` or a column in `leave_out` that the table lacks.
    """
    table = table_files.opened(path)
    for each in [*([] if label is None else [label]), *leave_out]:
        if each not in table.names:
            raise unknown("column", each, table.names, DataError)
    kept = [each for each in table.names if each != label and each not in leave_out]
    columns.check_feature_count(len(kept))
    kinds = {each: kind for each, kind in table.kinds.items() if each in kept} | columns.declared_kinds(kept, types)
    if report is not None:
        for sentence in table.notes:
            report(sentence)
    reading = _Reading(table, [columns.Column(each, kinds.get(each)) for each in kept], label, progress, leave)
    place = root / own_sets.FOLDER / name
    with explained(place, kind=DataError):
        heads = reading.look()
        with own_sets.stored(place, owner) as (new, meta):
            train, known = reading.write(new / "rows.safetensors", heads)
            meta |= {"format": own_sets.TABLE_FORMAT, "shape": [1, len(known), 1], "classes": list(reading.classes)}
            meta |= {"train": train, "test": reading.count - train, "features": asdict(known)}


def text_columns(table: table_files.Table) -> tuple[list[str], list[str]]:
    """The columns whose first rows hold texts that stand for no numbers: those that can be categories, and those with too many
    values for that, or a different one in each row, such as names. None of both if these rows cannot be read; `add` says why."""
    categories, others = [], []
    with suppress(DataError):
        _, batch = next(table.batches(table.names, ()), (0.0, {}))
        for name, values in batch.items():
            column, again = columns.Column(name), columns.Column(name, "category")
            column.look(values)
            if column.wrong == columns.TEXTS:
                again.look(values)
                fits = again.wrong != columns.VALUES and len(again.values) < len(values)
                (categories if fits else others).append(name)
    return categories, others


class _Reading:
    """The two readings of a table. leave: as that of `sets.add`. count: its rows; classes: the names of its classes; kept: the
    columns that become features. These three are known after `look`."""

    def __init__(self, table, found, label, progress, leave=None):
        self.table, self.columns, self.label, self.progress, self.leave = table, found, label, progress, leave
        self.labels = columns.Labels("y" if label is None else f"The column {label}")
        self.count, self.classes, self.kept = 0, (), found

    def _batches(self, begun: float):
        """(values by column, classes) of each batch. begun: the share of the work that is done before, 0 or 0.5."""
        names = [column.name for column in self.columns] + ([self.label] if self.label else [])
        texts = {column.name for column in self.columns if column.kind == "category"}
        start = 0
        for share, batch in self.table.batches(names, texts):
            end = start + len(batch[names[0]])
            known = np.full(end - start, -1) if self.table.labels is None else self.table.labels[start:end]
            yield batch, batch[self.label] if self.label else known
            start = end
            if self.progress:
                total = self.count or round(start / max(share, 1e-6))
                self.progress(round(total * (begun + share / 2)), total)

    def look(self):
        """Examine all values, and return (names, kinds, blocks) of the features that the columns become."""
        for batch, given in self._batches(0):
            for column in self.columns:
                column.look(batch[column.name])
            self.labels.look(given)
        self.count = sum(self.labels.counts.values())
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
        train, width = self.count - sum(split.left.values()), len(heads[0])
        columns.check_split(train)
        if lacking := own_sets.lacking_room(path.parent, self.count * (4 * width + 8)):
            raise DataError(f"The table takes {lacking}.")
        moments, typical, step = StandardScaler(), [], features.every(train, width)
        places = [0, train]  # of the next training row, and of the next test row
        with mapped_images.Writer(path, self.count, "rows", (1, width, 1)) as writer:
            for batch, given in self._batches(0.5):
                rows = np.concatenate([column.expanded(batch[column.name]) for column in self.kept], axis=1)
                labels = self.labels.numbers(given)
                held = split.draw(labels)
                if places[0] + places[1] - train + len(rows) > self.count:
                    raise DataError(columns.CHANGED)
                if not held.all():  # a short last batch may hold test rows alone
                    moments.partial_fit(rows[~held].astype(np.float64))
                typical.append(rows[~held][-places[0] % step :: step].copy())  # a view would keep all rows
                for side, mask in enumerate((~held, held)):
                    writer.put_rows(places[side], rows[mask], labels[mask])
                    places[side] += int(mask.sum())
            if places != [train, self.count]:
                raise DataError(columns.CHANGED)
            writer.finish()
        return train, features.of_rows(np.concatenate(typical), *heads, moments.mean_, np.sqrt(moments.var_))


class _Split:
    """Draws the test rows batch by batch: the share TEST of each class, at least one row, and each row of a class with the same
    probability. labels: the examined `columns.Labels`. left: how many rows are still to be drawn, by class."""

    def __init__(self, labels):
        self._rows = Counter()
        for value, n in labels.counts.items():
            self._rows[int(labels.numbers(np.array([value], object))[0])] += n
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
