"""A table of the user's own, read from a file, checked, and stored as a data set. The file is read twice, in
batches, so that memory use stays constant: first to examine the columns, then to write the rows; and between them to find the
medians that replace missing numbers, if that was chosen."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from aae_core.data import columns, features, item_metadata, memmap_files, number_labels, own_sets, redundant_columns
from aae_core.data.labels import ClassLabels, NotClassLabelsError
from aae_core.data.number_texts import MEDIAN_RULE, PLAIN_FORMAT, NumberTexts, ValueFormat
from aae_core.data.row_splits import NO_SPLIT_COLUMNS, GroupSplitter, SplitColumns, WordSplitter
from aae_core.data.tables import table_files
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError, unknown_name_error
from aae_core.files import raise_os_errors_as
from aae_core.owners import Owner
from aae_core.progress import ProgressCallback
from aae_core.wording import translate

# options of the command that adds a table
ADD_TABLE_OPTIONS = frozenset(
    {"--missing", "--drop-missing", "--decimal", "--thousands", "--units", redundant_columns.TIDY_OPTION}
)


def add_table_set(
    root: Path,
    name: str,
    path,
    label: str | None = None,
    types: str | Mapping[str, str] | None = None,
    leave_out: Collection[str] = (),
    *,
    id_column: str | None = None,
    split_columns: SplitColumns = NO_SPLIT_COLUMNS,
    layer: str | None = None,
    value_format: ValueFormat = PLAIN_FORMAT,
    progress: ProgressCallback | None = None,
    report_left_out: Callable[[str], None] | None = None,
    report: Callable[[str], None] | None = None,
    owner: Owner | None = None,
) -> None:
    """Store the table at `path` as the data set `own/<name>/` under `root`: completely or, if anything goes wrong, not at all.

    The other arguments are those of `sets.add_data_set`. Raises one DataError that names the columns, by the rules of
    `arrays.arrays`, and for a `label`, an `id_column`, `split_columns` or a column in `leave_out` that the table lacks.
    """
    table = table_files.open_table(path, layer)
    label, id_column = columns.trim_name(label), columns.trim_name(id_column)
    split_columns.check(label)
    if split_columns.name is not None:
        leave_out = [*leave_out, split_columns.name]
    feature_names = _choose_feature_names(table, label, id_column, leave_out, types)
    columns.check_feature_count(len(feature_names))
    kinds = {column: table.kinds[column] for column in feature_names if column in table.kinds}
    kinds |= columns.parse_declared_kinds(feature_names, types)
    source = columns.RowSource(table.locate_row, ADD_TABLE_OPTIONS)
    examined_columns = [columns.Column(column, kinds.get(column), source, value_format) for column in feature_names]
    if report is not None:
        for sentence in (*table.type_notes, *table.notes):
            report(sentence)
    splitter = split_columns.make_splitter(table.locate_row, value_format)
    import_of_table = _TableImport(table, examined_columns, label, progress, value_format, report_left_out, splitter)
    set_folder = root / own_sets.OWN_SETS_FOLDER / name
    with raise_os_errors_as(set_folder, error_type=DataError):
        feature_heads = import_of_table.examine_table()
        import_of_table.measure_medians()
        with own_sets.store_new_set(set_folder, owner) as (new_folder, meta):
            train_count, features_of_table = import_of_table.write_rows(new_folder / "rows.safetensors", feature_heads)
            meta |= {
                "format": own_sets.TABLE_FORMAT,
                "shape": [1, len(features_of_table), 1],
                "classes": list(import_of_table.classes),
                "train": train_count,
                "test": import_of_table.row_count - train_count,
                "features": asdict(features_of_table),
            }
            if table.layer is not None:
                meta["layer"] = table.layer
            if split_columns.groups is not None:
                meta["groups"] = split_columns.groups
                own_sets.write_groups(new_folder, np.concatenate(import_of_table.training_groups))
            number_label = import_of_table.number_label
            meta["items"] = item_metadata.store_row_metadata(
                new_folder,
                table,
                import_of_table.list_metadata_columns(),
                id_column=id_column,
                file_name=Path(path).name,
                split_by_row=import_of_table.split_by_row,
                value_format=value_format,
                report=report,
                number_label=number_label.name if number_label else None,
            )
    if report is None:
        return
    if number_label:
        report(number_label.sentence)
    if import_of_table.dropped_rows.row_count:
        report(import_of_table.dropped_rows.sentence)
    if value_format.missing:
        report(columns.describe_missing_texts(value_format.missing))
    replaced_sentence = columns.describe_replaced_missing(import_of_table.feature_columns)
    if replaced_sentence:
        report(replaced_sentence)


def _choose_feature_names(table: TableFile, label, id_column, leave_out, types) -> list[str]:
    """The columns of a table that are trained on; the arguments are those of `add_table_set`.

    DataError if `label`, `id_column` or a column in `leave_out` is not there, or if label and ids are the same column.
    """
    leave_out = table.expand_lists(columns.trim_name(column) for column in leave_out)
    if id_column is not None and id_column == label:
        raise DataError(f"The column {label} cannot give both the classes and the ids; name another for one of them.")
    if id_column is not None:
        leave_out.append(id_column)
    required_columns = list(leave_out)
    if label is not None:
        required_columns.insert(0, label)
    for column in required_columns:
        if column not in table.names:
            raise unknown_name_error("column", column, table.names, DataError)
    declared_names = types if isinstance(types, Mapping) else ()
    leave_out += table.metadata_names - {columns.trim_name(name) for name in declared_names}
    return [column for column in table.names if column != label and column not in leave_out]


@dataclass(frozen=True)
class TablePreview:
    """What the first rows of a table say about its columns. category_columns: columns of texts that can be categories;
    other_text_columns: those with too many different texts for that, or a different one in each row, such as names;
    number_texts_by_column: {column: what stands there beside plain numbers} of the columns of numbers that hold texts,
    too; example_by_column: {column: its name with some of these texts and their places} of the first of them;
    columns_with_missing: the columns of numbers or categories in which values are missing."""

    category_columns: list[str] = field(default_factory=list)
    other_text_columns: list[str] = field(default_factory=list)
    number_texts_by_column: dict[str, NumberTexts] = field(default_factory=dict)
    example_by_column: dict[str, str] = field(default_factory=dict)
    columns_with_missing: list[str] = field(default_factory=list)


def preview_table(table: TableFile) -> TablePreview:
    """What the first rows of a table say about its columns; nothing if these rows cannot be read, for which
    `add_table_set` gives the reason."""
    preview = TablePreview()
    with suppress(DataError):
        for name, values in table.first_batch.items():
            _preview_column(preview, columns.Column(name, None, columns.RowSource(table.locate_row)), values)
    return preview


def _preview_column(preview: TablePreview, column: columns.Column, values: np.ndarray) -> None:
    """Add what the first values of a column say to a TablePreview."""
    column.examine(values)
    if column.rejection_reason == columns.TEXTS_AMONG_NUMBERS_ERROR:
        preview.number_texts_by_column[column.name] = column.number_texts
        if len(preview.example_by_column) < columns.MAX_LISTED_NAMES:  # finding their lines takes time
            preview.example_by_column[column.name] = column.name_with_example
    elif column.rejection_reason == columns.MISSING_VALUES_ERROR:
        preview.columns_with_missing.append(column.name)
    elif column.rejection_reason == columns.TEXTS_ERROR:
        category = columns.Column(column.name, "category")
        category.examine(values)
        fits = category.rejection_reason != columns.TOO_MANY_CATEGORIES_ERROR and len(category.categories) < len(values)
        if fits:
            preview.category_columns.append(column.name)
            if category.number_texts.missing_count:
                preview.columns_with_missing.append(column.name)
        else:
            preview.other_text_columns.append(column.name)


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


class _TableImport:
    """The two readings of a table, or three if missing numbers become medians.

    examined_columns: its columns; report_left_out: as that of `sets.add_data_set`. row_count: its rows, without those
    that are left out; classes: the names of its classes; number_label: the column that was named for them but holds
    numbers that are none, which is kept instead; feature_columns: the columns that become features; dropped_rows: the
    rows that are left out. All of these are known after `examine_table`. split_by_row: where each row of the table
    went, as `item_metadata.store_row_metadata` takes it; training_groups: the numbers of the groups of the training rows,
    in parts, if a column has groups; both are known after `write_rows`.
    """

    def __init__(
        self,
        table: TableFile,
        examined_columns: list[columns.Column],
        label: str | None,
        progress: ProgressCallback | None,
        value_format: ValueFormat,
        report_left_out: Callable[[str], None] | None = None,
        splitter: WordSplitter | GroupSplitter | None = None,
    ):
        self.splitter = splitter  # of the column that decides which rows are for testing, None if no column does
        self.table, self.examined_columns, self.label = table, examined_columns, label
        self.number_label: number_labels.NumberLabel | None = None
        self.progress, self.value_format, self.report_left_out = progress, value_format, report_left_out
        source_name = "y" if label is None else f"The column {label}"
        self.labels = ClassLabels(
            source_name, is_untyped=table.is_untyped and label is not None, value_format=value_format
        )
        self.replaces_numbers = MEDIAN_RULE in value_format.missing_rules
        self.row_count, self.classes = 0, ()
        self.feature_columns = examined_columns
        self.dropped_rows = _DroppedRows(table.locate_row)
        self.split_by_row = np.empty(0, np.int8)
        self.training_groups: list[np.ndarray] = []

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

    def examine_table(self):
        """Examine all values, and return (names, kinds, blocks) of the features that the columns become."""
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
        self.classes = self.labels.class_names
        columns.raise_if_rejected(self.examined_columns)
        if self.report_left_out is not None:
            self.feature_columns = redundant_columns.leave_out_redundant_columns(
                self.examined_columns, self.report_left_out
            )
        return columns.feature_heads_of(self.feature_columns)

    def _examine_classes(self, classes):
        """Examine the classes of the next rows, and count these. From the first that is a number but no class, on all rows are
        without classes, if the column can be kept as numbers."""
        self.row_count += len(classes)
        try:
            self.labels.examine(classes)
        except NotClassLabelsError:
            if self.label is None or self.table.labels is not None:
                raise
            self.number_label = number_labels.read_number_label(self.table, self.label, self.value_format)
            if self.number_label is None:
                raise
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
        columns.check_has_training_rows(train_count)
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

    def write_rows(self, path, feature_heads):
        """Write the rows, training set first, and return (number of training rows, Features). DataError if the disk has no room,
        or if the table has changed since `examine_table`."""
        from sklearn.preprocessing import StandardScaler

        test_count, draw_test_mask = self._begin_split()
        train_count = self.row_count - test_count
        feature_count = len(feature_heads[0])
        columns.check_has_training_rows(train_count)
        disk_space_reason = own_sets.disk_space_reason(path.parent, self.row_count * (4 * feature_count + 8))
        if disk_space_reason:
            raise DataError(f"The table takes {disk_space_reason}.")
        scaler = StandardScaler()
        sampled_rows = []
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
        return train_count, replace(
            features_of_table,
            fill_values=_fill_values_of(self.feature_columns),
            missing_texts=self.value_format.missing,
        )


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
    """Draws the test rows batch by batch: the share `own_sets.TEST_SHARE` of each class, at least one row, and each
    row of a class with the same probability. labels: the examined `ClassLabels`. test_rows_left: how many rows are
    still to be drawn, by class."""

    def __init__(self, labels: ClassLabels):
        self._rows_left_by_class = Counter()
        for value, index in labels.index_by_value.items():
            self._rows_left_by_class[index] += labels.counts[value]
        self._rows_left_by_class = +self._rows_left_by_class  # without those that have no rows
        self.test_rows_left = {k: max(1, round(own_sets.TEST_SHARE * n)) for k, n in self._rows_left_by_class.items()}
        self._rng = np.random.default_rng(own_sets.SPLIT_SEED)

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
