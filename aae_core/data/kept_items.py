"""What is kept of the items of a new data set beside what is trained on: their ids, their rows in the source, and the
other columns of a table. Without pyarrow nothing is kept, and a sentence says so."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath

import numpy as np

from aae_core.data import table_files
from aae_core.data.columns import MORE_NAMES, TABLE_CHANGED_ERROR, join_names, trim_name
from aae_core.data.image_files import shorten_name
from aae_core.data.item_files import ID, ROW, ItemFileWriter, ItemsRecord, file_checksum, name_stored_columns
from aae_core.data.kept_columns import MAX_KEPT_TEXT, KeptColumn, first_id_column
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.errors import DataError, unknown_name_error
from aae_core.wording import translate

LEFT_OUT, TRAIN, TEST = -1, 0, 1  # where a row of the source went


def has_pyarrow() -> bool:
    """Whether pyarrow is installed, by which items.parquet is written."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        return False
    return True


def keep_rows(
    folder: Path,
    table: table_files.TableFile,
    names: Sequence[str],
    id_column: str | None,
    file_name: str,
    split_by_row: np.ndarray,
    value_format: ValueFormat = PLAIN_FORMAT,
    report: Callable[[str], None] | None = None,
    number_label: str | None = None,
) -> dict | None:
    """Write items.parquet for the rows of a table, in two readings of the columns `names`, and return its record; None without
    pyarrow.

    id_column: that of `names` with the ids; None: the first whose values are texts or whole numbers that all differ, or else
    `file_name` and the number of the row, from 0. split_by_row: LEFT_OUT, TRAIN or TEST for each row of the source, int8.
    report: called with sentences on what was kept, and what could not be. number_label: that of `names` that was named for
    the classes but holds numbers that are none, which are no ids either. DataError for ids that are missing or repeated.
    """
    report = report or (lambda sentence: None)
    if not has_pyarrow():
        report(translate("Only the rows are kept, without their numbers in the file: pyarrow is not installed."))
        return None
    if id_column in table.unkept:
        raise DataError(
            f"The column {id_column} holds neither numbers nor short texts, so it names no rows; give another."
        )
    readable_names = [name for name in names if name not in table.unkept]
    kept = {name: KeptColumn(name, value_format) for name in readable_names}
    for _, batch in _iterate_kept(table, readable_names, split_by_row):
        for name, values in batch.items():
            kept[name].examine(values)
    if id_column is None:
        id_source = first_id_column(column for column in kept.values() if column.name != number_label)
    else:
        id_source = _named_id_column(kept[id_column])
    if id_source and id_source.name == ID:  # any other column with the ids keeps its own name, too
        del kept[ID]
    record, schema = _describe_file(list(kept.values()), id_source, number_label)
    with ItemFileWriter(folder, schema) as writer:
        for rows, batch in _iterate_kept(table, readable_names, split_by_row):
            arrays = _to_arrays(rows, batch, kept, id_source, file_name)
            writer.write_batch(arrays, split_by_row[rows] == TEST)
    _report_kept(kept, id_source, [name for name in names if name in table.unkept], report)
    return asdict(replace(record, checksum=file_checksum(writer.path)))


def _iterate_kept(table, names, split_by_row):
    """(numbers of the rows that are stored, int64 n; {name: Arrow array of n values}) for each batch of rows of a table;
    DataError if it has not as many rows as `split_by_row`."""
    import pyarrow

    if not names:
        for start in range(0, len(split_by_row), table_files.ROWS_AT_ONCE):
            yield start + np.flatnonzero(split_by_row[start : start + table_files.ROWS_AT_ONCE] != LEFT_OUT), {}
        return
    start = 0
    for batch in table.iterate_kept(names):
        row_count = len(batch[names[0]])
        split_of_batch = split_by_row[start : start + row_count]
        if len(split_of_batch) < row_count:
            raise DataError(TABLE_CHANGED_ERROR)
        is_stored = split_of_batch != LEFT_OUT
        mask = pyarrow.array(is_stored)
        yield start + np.flatnonzero(is_stored), {name: values.filter(mask) for name, values in batch.items()}
        start += row_count
    if start != len(split_by_row):
        raise DataError(TABLE_CHANGED_ERROR)


def _named_id_column(column: KeptColumn) -> KeptColumn:
    """An examined column that the user named for the ids; DataError if its values name no items."""
    if not column.can_be_id:
        raise DataError(
            f"The column {column.name} cannot give the ids, which must be texts or whole numbers, all different and none "
            f"missing; name another column, or none."
        )
    return column


def _describe_file(kept: list[KeptColumn], id_source: KeptColumn | None, number_label: str | None = None):
    """(ItemsRecord without a checksum, Arrow schema) of the file with some examined columns; the arguments are as for
    `keep_rows`."""
    import pyarrow

    stored_names = name_stored_columns([column.name for column in kept])
    kinds = {stored_names[column.name]: column.kind for column in kept}
    fields = [(ID, id_source.arrow_type if id_source else pyarrow.string()), (ROW, pyarrow.int64())]
    fields += [(stored_names[column.name], column.arrow_type) for column in kept]
    record = ItemsRecord("", kinds, id_source.name if id_source else "", stored_names.get(number_label, ""))
    return record, pyarrow.schema(fields)


def _to_arrays(rows, batch, kept, id_source, file_name):
    """The Arrow arrays of a batch in the order of the schema: ids, rows, and the other columns."""
    import pyarrow

    if id_source is None:
        ids = pyarrow.array([f"{file_name}:{row}" for row in rows.tolist()], pyarrow.string())
    else:
        ids = id_source.convert(batch[id_source.name])
    return [ids, pyarrow.array(rows), *(column.convert(batch[name]) for name, column in kept.items())]


def _report_kept(kept, id_source, unkept, report):
    """Report what was kept of the columns of a table, and what was not."""
    more_names = translate(MORE_NAMES)
    if kept:
        report(translate("Kept beside what is trained on: {columns}.", columns=join_names(kept, more_names)))
    if id_source:
        report(translate("The ids of the rows are those of the column {column}.", column=id_source.name))
    cut = [column.name for column in kept.values() if column.has_cut_texts]
    if cut:
        report(
            translate(
                "Texts were cut after {number} characters in {columns}.",
                number=f"{MAX_KEPT_TEXT:,}",
                columns=join_names(cut, more_names),
            )
        )
    if unkept:
        report(
            translate(
                "Not kept, since their values are lists or far too long: {columns}.",
                columns=join_names(unkept, more_names),
            )
        )


def keep_images(
    folder: Path,
    paths: Sequence[str],
    source_rows: np.ndarray,
    train_count: int,
    metadata: "ImageMetadata | None",
    report: Callable[[str], None] | None = None,
) -> dict | None:
    """Write items.parquet for images, whose ids are their paths, and return its record; None without pyarrow.

    paths: of all images of the source; source_rows: the numbers, in it, of the stored images, training set first. metadata:
    a table with further facts about them. report: as for `keep_rows`.
    """
    report = report or (lambda sentence: None)
    if not has_pyarrow():
        report(translate("Only the images are kept, without their paths: pyarrow is not installed."))
        return None
    import pyarrow

    ids = [paths[i] for i in source_rows.tolist()]
    arrays = [pyarrow.array(ids, pyarrow.string()), pyarrow.array(source_rows.astype(np.int64))]
    kept, kept_arrays = [], []
    if metadata is not None:
        kept, kept_arrays = metadata.match_images(ids, report)
    record, schema = _describe_file(kept, None)
    with ItemFileWriter(folder, schema) as writer:
        writer.write_batch([*arrays, *kept_arrays], np.arange(len(ids)) >= train_count)
    return asdict(replace(record, checksum=file_checksum(writer.path)))


class ImageMetadata:
    """A table with a row for each image of a set. path: of its file; id_column: that with the paths or names of the image
    files; None: the first that names all images, or else most of them. DataError if it cannot be read or has no such
    column."""

    def __init__(self, path, id_column: str | None = None):
        if not has_pyarrow():
            raise DataError(table_files.NO_PYARROW_ERROR)
        self.table, self.file_name = table_files.open_table(path), shorten_name(Path(path).name)
        self.id_column = id_column = trim_name(id_column)
        self.names = [name for name in self.table.names if name not in self.table.unkept]
        if id_column is not None and id_column not in self.names:
            raise unknown_name_error("column", id_column, self.names, DataError)

    def match_images(self, paths: Sequence[str], report: Callable[[str], None]) -> tuple[list[KeptColumn], list]:
        """(examined columns; for each an Arrow array of a value for each of N images, null where the table has none).

        paths: of the images. A row belongs to the image of this path, or to the only image of this name, with or without its
        suffix. DataError if a column was named and names no image, or if two rows name the same one.
        """
        import pyarrow

        batches = list(self.table.iterate_kept(self.names)) if self.names else []
        if not batches:
            raise DataError(f"{self.file_name} holds no rows with facts about images.")
        values = {name: pyarrow.chunked_array([batch[name] for batch in batches]) for name in self.names}
        candidates = self.names if self.id_column is None else [self.id_column]
        image_by_key = _keys_of_paths(paths)
        rows_by_column = {name: self._match_rows(values[name], image_by_key) for name in candidates}
        id_column = max(candidates, key=lambda name: len(rows_by_column[name]))
        row_by_image = rows_by_column[id_column]
        if not row_by_image:
            raise DataError(
                f"No column of {self.file_name} names the images, as {shorten_name(min(paths))} would; name them in a column."
            )
        indices = pyarrow.array([row_by_image.get(i) for i in range(len(paths))], pyarrow.int64())
        kept, arrays = [], []
        for name in self.names:
            if name != id_column:
                column = KeptColumn(name)
                taken = values[name].take(indices).combine_chunks()
                column.examine(taken)
                kept.append(column)
                arrays.append(column.convert(taken))
        _report_kept({column.name: column for column in kept}, None, self.table.unkept, report)
        if len(row_by_image) < len(paths):
            report(
                translate(
                    "Images without a row in {file}: {number}.",
                    number=f"{len(paths) - len(row_by_image):,}",
                    file=self.file_name,
                )
            )
        return kept, arrays

    def _match_rows(self, values, image_by_key) -> dict[int, int]:
        """{number of an image: number of the row that names it}; {} if two rows name the same image."""
        row_by_image = {}
        for row, value in enumerate(values.to_pylist()):
            image = image_by_key.get(str(value).strip().replace("\\", "/"))
            if image is None:
                continue
            if image in row_by_image:
                return {}
            row_by_image[image] = row
        return row_by_image


def _keys_of_paths(paths: Sequence[str]) -> dict[str, int]:
    """{text that names an image: its number}: its path, and its name and this without a suffix where no other has it."""
    names = [PurePosixPath(path).name for path in paths]
    stems = [PurePosixPath(path).stem for path in paths]
    image_by_key = {}
    for texts in (stems, names, paths):
        counts = Counter(texts)
        image_by_key |= {text: i for i, text in enumerate(texts) if counts[text] == 1}
    return image_by_key
