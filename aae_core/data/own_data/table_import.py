"""The readings of a table of the user's own while it is added. The file is read twice, in batches, so that memory use stays
constant: first to examine the columns, then to write the rows; and between them to find the medians that replace missing
numbers, if that was chosen."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from aae_core.data import columns, extreme_values, features, item_draws, redundant_columns
from aae_core.data.images import memmap_files
from aae_core.data.labels import ClassLabels, NotClassLabelsError
from aae_core.data.number_texts import MEDIAN_RULE
from aae_core.data.own_data import item_metadata, number_labels, own_sets
from aae_core.data.own_data.table_options import TableOptions
from aae_core.data.row_splits import GroupSplitter, WordSplitter
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError
from aae_core.progress import ProgressCallback
from aae_core.wording import translate


class _DroppedRows:
    """The rows that are left out because a value is missing. row_count: how many; missing_by_column: how many lack a
    value of each column, by its name; first_row: the number of the first such row."""

    def __init__(self, locate_row: Callable[[int], columns.RowPlace]):
        self.row_count, self.missing_by_column, self.first_row, self.locate_row = 0, Counter(), None, locate_row

    def add_rows(self, rows: np.ndarray, missing_by_column: dict[str, np.ndarray]) -> None:
        """Count rows by their numbers. missing_by_column: {column: a mask of the rows of the batch that lack its value}."""
        self.row_count += len(rows)
        if self.first_row is None and len(rows):
            self.first_row = int(rows[0])
        for name, mask in missing_by_column.items():
            if mask.any():
                self.missing_by_column[name] += int(mask.sum())

    @property
    def sentence(self) -> str:
        """How many rows were left out, which values are missing, and where the first of these rows is."""
        if self.row_count == 1:
            text = translate("1 row with a missing value was left out ({counts}; the first {place}).")
        else:
            text = translate("{number} rows with missing values were left out ({counts}; the first {place}).")
        counts = self._list_counts(translate(columns.MORE_NAMES))
        place = self.locate_row(self.first_row).translated()
        return text.format(number=f"{self.row_count:,}", counts=counts, place=place)

    def _list_counts(self, more_names: str = columns.MORE_NAMES) -> str:
        counts = (f"{name}: {count:,}" for name, count in self.missing_by_column.most_common())
        return columns.join_names(counts, more_names)

    def check_rows_left(self, rows_left: int) -> None:
        """DataError if no row is left."""
        if self.row_count and not rows_left:
            raise DataError(
                f"Each of the {self.row_count:,} rows lacks a value ({self._list_counts()}); leave out the columns "
                f"that are mostly empty, or have missing values replaced (--missing median,category)."
            )


class TableImport:
    """The two readings of a table, or three if missing numbers become medians.

    examined_columns: its columns that are trained on; splitter: of the column that decides which rows are for testing, None if
    no column does. After `examine_table` are known row_count: its rows, without those that are left out; classes: the names of
    its classes; number_label: the column that was named for them but holds numbers that are none, which is kept instead;
    feature_columns: the columns that become features; left_out_clauses: clauses that name those of the examined columns that
    do not; dropped_rows: the rows that are left out. After `write_rows` are known split_by_row: where each row of the table
    went, as `item_metadata.store_row_metadata` takes it; training_groups: the numbers of the groups of the training rows, in
    parts, if a column has groups.
    """

    def __init__(
        self,
        table: TableFile,
        examined_columns: list[columns.Column],
        options: TableOptions,
        splitter: WordSplitter | GroupSplitter | None,
        progress: ProgressCallback | None,
    ):
        self.table, self.examined_columns, self.splitter, self.progress = table, examined_columns, splitter, progress
        self.label, self.value_format, self.tidy = options.label, options.value_format, options.tidy
        self.number_label: number_labels.NumberLabel | None = None
        source_name = "y" if self.label is None else f"The column {self.label}"
        self.labels = ClassLabels(
            source_name, is_untyped=table.is_untyped and self.label is not None, value_format=self.value_format
        )
        self.replaces_numbers = MEDIAN_RULE in self.value_format.missing_rules
        self.row_count = 0
        self.classes: tuple[str, ...] = ()
        self.feature_columns = examined_columns
        self.left_out_clauses: list[str] = []
        self.dropped_rows = _DroppedRows(table.locate_row)
        self.split_by_row = np.empty(0, np.int8)
        self.training_groups: list[np.ndarray] = []
        self.extreme_values_sentences: list[str] = []

    def list_metadata_columns(self) -> list[str]:
        """The names of the columns that were left out of the training, and do not hold the classes; without redundant columns,
        of which there may be thousands, such as genes that are 0 in all cells."""
        examined_names = {column.name for column in self.examined_columns}
        return [name for name in self.table.names if name not in examined_names and name != self.label]

    def _iterate_batches(self, reading: int):
        """(values by column, classes, numbers of the rows) of each batch, without the rows that are left out. reading: the
        number of this reading of the table, from 0."""
        names = [column.name for column in self.examined_columns]
        exact_columns = {
            column.name
            for column in self.examined_columns
            if column.kind == "category" or self.value_format.reads_numbers_as_texts
        }
        if self.label:
            names.append(self.label)
            exact_columns.add(self.label)
        if self.splitter:
            names.append(self.splitter.name)
            exact_columns.add(self.splitter.name)
        total_before_dropping = self.row_count + self.dropped_rows.row_count
        reading_count = 3 if self.replaces_numbers else 2
        start = 0
        for share_read, batch in self.table.iterate_batches(names, exact_columns):
            end = start + len(batch[names[0]])
            if self.label:
                classes = batch[self.label]
            elif self.table.labels is not None:
                classes = self.table.labels[start:end]
            else:
                classes = np.full(end - start, -1)
            yield self._drop_rows_with_missing(batch, classes, np.arange(start, end), count_dropped=reading == 0)
            start = end
            if self.progress:
                total = total_before_dropping or round(start / max(share_read, 1e-6))
                self.progress(round(total * (reading + share_read) / reading_count), total)

    def _drop_rows_with_missing(self, batch, classes, rows, count_dropped):
        """A batch without the rows that are left out, which are counted if `count_dropped`."""
        if not self.value_format.drop_missing:
            return batch, classes, rows
        missing_by_column = {
            column.name: column.missing_mask(batch[column.name])
            for column in self.examined_columns
            if not column.replaces_missing
        }
        is_dropped = np.logical_or.reduce([np.zeros(len(rows), bool), *missing_by_column.values()])
        if count_dropped:
            self.dropped_rows.add_rows(rows[is_dropped], missing_by_column)
        return {name: values[~is_dropped] for name, values in batch.items()}, classes[~is_dropped], rows[~is_dropped]

    def examine_table(self) -> None:
        """Examine all values; DataError, which names the columns, if some cannot become features."""
        for batch, classes, rows in self._iterate_batches(0):
            for column in self.examined_columns:
                column.examine(batch[column.name], rows)
            self._examine_classes(classes)
            if self.splitter:
                self.splitter.examine(batch[self.splitter.name], rows)
        self.dropped_rows.check_rows_left(self.row_count)
        columns.check_row_count(self.row_count)
        if self.splitter:
            self.splitter.finish()
        self._name_classes()
        columns.raise_if_rejected(self.examined_columns)
        if self.tidy:
            self.feature_columns, self.left_out_clauses = redundant_columns.leave_out_redundant_columns(
                self.examined_columns
            )

    def list_changes(self) -> list[str]:
        """What was done to the table, in sentences: a column of classes that is kept as numbers, rows without a class, rows that
        were left out, and values that were replaced. Known after `measure_medians`."""
        sentences = []
        if self.number_label:
            sentences.append(self.number_label.sentence)
        has_labels = self.label is not None or self.table.labels is not None
        missing_labels_sentence = self.labels.missing_labels_sentence(self.label or "y") if has_labels else ""
        if missing_labels_sentence:
            sentences.append(missing_labels_sentence)
        if self.dropped_rows.row_count:
            sentences.append(self.dropped_rows.sentence)
        if self.value_format.missing:
            sentences.append(columns.describe_missing_texts(self.value_format.missing))
        replaced_sentence = columns.describe_replaced_missing(self.feature_columns)
        if replaced_sentence:
            sentences.append(replaced_sentence)
        return sentences + self.extreme_values_sentences

    def _examine_classes(self, classes):
        """Examine the classes of the next rows, and count these. From the first that is a number but no class, on all rows are
        without classes, if the column can be kept as numbers."""
        self.row_count += len(classes)
        try:
            self.labels.examine(classes)
        except NotClassLabelsError as error:
            self._keep_label_as_numbers(error)

    def _name_classes(self):
        """Set the names of the classes, once all were examined."""
        try:
            self.classes = self.labels.class_names
        except NotClassLabelsError as error:
            self._keep_label_as_numbers(error)

    def _keep_label_as_numbers(self, error: NotClassLabelsError):
        """Let all rows be without classes, whose column is kept as numbers; the error if it cannot be."""
        if self.label is None or self.table.labels is not None:
            raise error
        self.number_label = number_labels.read_number_label(self.table, self.label, self.value_format)
        if self.number_label is None:
            raise error
        self.label, self.labels = None, ClassLabels("y")
        self.labels.examine(np.full(self.row_count, -1, np.int8))

    def _begin_split(self) -> tuple[int, Callable[[dict, np.ndarray, np.ndarray], np.ndarray]]:
        """(the number of test rows, a function that returns which rows of a batch are for testing, bool n, from its values by
        column, its labels and the numbers of its rows), for one reading of the table from its beginning."""
        if self.splitter:
            name = self.splitter.name
            return self.splitter.test_count, lambda batch, labels, rows: self.splitter.test_mask(batch[name], rows)
        stratified_split = _StratifiedSplit(self.labels)
        test_count = sum(stratified_split.test_rows_left.values())
        return test_count, lambda batch, labels, rows: stratified_split.draw_test_mask(labels)

    def measure_medians(self) -> None:
        """Set the value that replaces missing ones in each column of numbers, if they are replaced: the median of its training
        rows, of at most `features.MAX_SAMPLE_ROWS` of them; of counts and binary columns the lower one of two. DataError if a
        column has no values in the training rows."""
        if not self.replaces_numbers:
            return
        number_columns = [column for column in self.feature_columns if column.kind != "category"]
        if not number_columns:
            return
        test_count, draw_test_mask = self._begin_split()
        train_count = self.row_count - test_count
        columns.check_training_row_count(train_count)
        step = features.row_step_for_quantiles(train_count, len(number_columns))
        sampled_values = {column.name: [] for column in number_columns}
        next_train = 0
        for batch, classes, row_numbers in self._iterate_batches(1):
            is_train = ~draw_test_mask(batch, self.labels.encode(classes), row_numbers)
            sampled_rows = np.flatnonzero(is_train)[-next_train % step :: step]
            next_train += int(is_train.sum())
            for column in number_columns:
                values = np.asarray(batch[column.name])[sampled_rows]
                sampled_values[column.name].append(column.known_numbers(values))
        for column in number_columns:
            column.fill_value = _median_of(np.concatenate(sampled_values[column.name]), column)

    def _describe_indistinct_columns(self, features_of_table, extremes) -> str:
        """The sentence about columns in which extreme values make all others indistinguishable; "" without any."""
        places = []
        for name in features_of_table.indistinct:
            i = features_of_table.names.index(name)
            value, row = extremes.farthest(i, features_of_table.medians[i])
            places.append(extreme_values.place_of_extreme(name, value, self.table.locate_row(row)))
        return extreme_values.describe_indistinct_columns(places) if places else ""

    def _describe_far_test_values(self, features_of_table, test_extremes) -> str:
        """The sentence about values of test rows that lie far from all training rows; "" without any."""
        places = []
        for i, (name, kind) in enumerate(zip(features_of_table.names, features_of_table.kinds, strict=True)):
            mean, deviation = features_of_table.means[i], features_of_table.deviations[i]
            value, row = test_extremes.farthest(i, mean)
            if kind in ("real", "count") and abs(value - mean) > features.FAR_DEVIATIONS * deviation:
                places.append(extreme_values.place_of_extreme(name, value, self.table.locate_row(row)))
        return extreme_values.describe_far_test_values(places) if places else ""

    def write_rows(self, path, feature_heads):
        """Write the rows, training set first, and return (number of training rows, Features). feature_heads: those of
        `columns.feature_heads_of` for `feature_columns`. DataError if the disk has no room,
        or if the table has changed since `examine_table`."""
        from sklearn.preprocessing import StandardScaler

        test_count, draw_test_mask = self._begin_split()
        train_count = self.row_count - test_count
        feature_count = len(feature_heads[0])
        columns.check_training_row_count(train_count)
        disk_space_reason = own_sets.disk_space_reason(path.parent, self.row_count * (4 * feature_count + 8))
        if disk_space_reason:
            raise DataError(f"The table takes {disk_space_reason}.")
        scaler = StandardScaler()
        sampled_rows = []
        extremes, test_extremes = _ExtremeRows(), _ExtremeRows()
        step = features.row_step_for_quantiles(train_count, feature_count)
        next_train, next_test = 0, train_count  # the places of the next training row and of the next test row
        self.split_by_row = np.full(self.row_count + self.dropped_rows.row_count, item_metadata.LEFT_OUT, np.int8)
        with memmap_files.MemmapWriter(path, self.row_count, "rows", (1, feature_count, 1)) as writer:
            for batch, classes, row_numbers in self._iterate_batches(2 if self.replaces_numbers else 1):
                if not len(classes):  # all of its rows are left out
                    continue
                rows = np.concatenate(
                    [column.to_features(batch[column.name]) for column in self.feature_columns], axis=1
                )
                labels = self.labels.encode(classes)
                is_test = draw_test_mask(batch, labels, row_numbers)
                train_rows, test_rows = rows[~is_test], rows[is_test]
                written_count = next_train + next_test - train_count
                if written_count + len(rows) > self.row_count or row_numbers[-1] >= len(self.split_by_row):
                    raise DataError(columns.TABLE_CHANGED_ERROR)
                self.split_by_row[row_numbers] = np.where(is_test, item_metadata.TEST, item_metadata.TRAIN)
                if isinstance(self.splitter, GroupSplitter):
                    groups = self.splitter.number_groups(batch[self.splitter.name], row_numbers)
                    self.training_groups.append(groups[~is_test])
                extremes.examine(train_rows, row_numbers[~is_test])
                test_extremes.examine(test_rows, row_numbers[is_test])
                if len(train_rows):  # a short last batch may hold test rows alone
                    scaler.partial_fit(train_rows.astype(np.float64))
                # Every `step`-th training row, counted across batches; a copy, since a view would keep all rows.
                sampled_rows.append(train_rows[-next_train % step :: step].copy())
                writer.write_rows(next_train, train_rows, labels[~is_test])
                writer.write_rows(next_test, test_rows, labels[is_test])
                next_train += len(train_rows)
                next_test += len(test_rows)
            if (next_train, next_test) != (train_count, self.row_count):
                raise DataError(columns.TABLE_CHANGED_ERROR)
            writer.write_header()
        features_of_table = features.fit_features(
            np.concatenate(sampled_rows), *feature_heads, scaler.mean_, np.sqrt(scaler.var_)
        )
        sentences = [self._describe_indistinct_columns(features_of_table, extremes)]
        if test_count:
            sentences.append(self._describe_far_test_values(features_of_table, test_extremes))
        self.extreme_values_sentences = [sentence for sentence in sentences if sentence]
        return train_count, replace(
            features_of_table,
            fill_values=_fill_values_of(self.feature_columns),
            missing_texts=self.value_format.missing,
        )


class _ExtremeRows:
    """The lowest and the highest value of each feature, and the numbers of their rows, F each, found batch by batch."""

    def __init__(self):
        self._values: np.ndarray | None = None  # 2×F, the lowest and the highest
        self._rows: np.ndarray | None = None

    def examine(self, rows: np.ndarray, row_numbers: np.ndarray) -> None:
        """Examine the next rows, N×F, with their numbers in the table."""
        if not len(rows):
            return
        places = np.stack([rows.argmin(0), rows.argmax(0)])
        values, numbers = np.take_along_axis(rows, places, 0), row_numbers[places]
        if self._values is not None:
            is_older_kept = np.stack([self._values[0] <= values[0], self._values[1] >= values[1]])
            values = np.where(is_older_kept, self._values, values)
            numbers = np.where(is_older_kept, self._rows, numbers)
        self._values, self._rows = values, numbers

    def farthest(self, feature: int, median: float) -> tuple[float, int]:
        """(the value of a feature that is farthest from its median, the number of its row)."""
        end = int(np.abs(self._values[:, feature] - median).argmax())
        return float(self._values[end, feature]), int(self._rows[end, feature])


def _fill_values_of(feature_columns: list[columns.Column]) -> tuple[float | None, ...]:
    """The `Features.fill_values` of the features that some columns become."""
    fill_values = []
    for column in feature_columns:
        if column.kind != "category":
            fill_values.append(column.fill_value)
        elif column.replaces_missing and columns.MISSING_CATEGORY in column.categories:
            fill_values += [float(value == columns.MISSING_CATEGORY) for value in sorted(column.categories)]
        else:
            fill_values += [None] * len(column.categories)
    return () if all(value is None for value in fill_values) else tuple(fill_values)


def _median_of(values: np.ndarray, column: columns.Column) -> float:
    """The median of the values N of a column, of counts and binary values the lower one of two, to nine digits."""
    if not len(values):
        raise DataError(f"There are no values in the training rows of {column.name}; leave this column out.")
    (_, kind, _), *_ = column.feature_heads()
    method = "linear" if kind == "real" else "lower"
    return features.round_to_nine_digits([np.quantile(values, 0.5, method=method)])[0]


class _StratifiedSplit:
    """Draws the test rows batch by batch: the share `item_draws.TEST_SHARE` of each class, at least one row, and each
    row of a class with the same probability. labels: the examined `ClassLabels`. test_rows_left: how many rows are
    still to be drawn, by class."""

    def __init__(self, labels: ClassLabels):
        self._rows_left_by_class = Counter()
        for value, index in labels.index_by_value.items():
            self._rows_left_by_class[index] += labels.counts[value]
        self._rows_left_by_class = +self._rows_left_by_class  # without those that have no rows
        self.test_rows_left = {k: max(1, round(item_draws.TEST_SHARE * n)) for k, n in self._rows_left_by_class.items()}
        self._rng = np.random.default_rng(item_draws.SPLIT_SEED)

    def draw_test_mask(self, labels: np.ndarray) -> np.ndarray:
        """A mask (bool N) of the test rows among the next N rows; DataError if a class has more rows than were counted."""
        is_test = np.zeros(len(labels), bool)
        for k in np.unique(labels):
            members = np.flatnonzero(labels == k)
            train_rows_left = self._rows_left_by_class[k] - self.test_rows_left[k]
            if len(members) > self._rows_left_by_class[k]:
                raise DataError(columns.TABLE_CHANGED_ERROR)
            count = self._rng.hypergeometric(self.test_rows_left[k], train_rows_left, len(members))
            is_test[self._rng.choice(members, count, replace=False)] = True
            self._rows_left_by_class[k] -= len(members)
            self.test_rows_left[k] -= count
        return is_test
