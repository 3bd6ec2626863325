"""The metadata of the images of a new data set: their paths, and what a table says about them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath

import numpy as np

from aae_core.data.columns import trim_name
from aae_core.data.import_problems import shorten_name
from aae_core.data.metadata_columns import MetadataColumn
from aae_core.data.own_data import item_metadata
from aae_core.data.own_data.item_files import ItemFileWriter, file_checksum
from aae_core.data.tables import table_files
from aae_core.data.tables.arrow_reading import NO_PYARROW_ERROR
from aae_core.errors import DataError, unknown_name_error
from aae_core.wording import translate


def store_image_metadata(
    folder: Path,
    paths: Sequence[str],
    source_rows: np.ndarray,
    train_count: int,
    metadata: "MatchedMetadata | None",
    report: Callable[[str], None] | None = None,
) -> dict | None:
    """Write items.parquet for images, whose ids are their paths, and return its record; None without pyarrow.

    paths: of all images of the source; source_rows: the numbers, in it, of the stored images, training set first. metadata: of
    the images of the source. report: as for `item_metadata.store_row_metadata`.
    """
    report = report or (lambda sentence: None)
    if not item_metadata.has_pyarrow():
        report(translate("Only the images are kept, without their paths: pyarrow is not installed."))
        return None
    import pyarrow

    ids = [paths[i] for i in source_rows.tolist()]
    arrays = [pyarrow.array(ids, pyarrow.string()), pyarrow.array(source_rows.astype(np.int64))]
    examined_columns, metadata_arrays = [], []
    if metadata is not None:
        examined_columns, metadata_arrays = metadata.take_columns(source_rows)
        columns_by_name = {column.name: column for column in examined_columns}
        item_metadata.report_metadata_columns(columns_by_name, None, metadata.unstorable_columns, report)
        missing_count = metadata.count_images_without_row(source_rows)
        if missing_count:
            report(
                translate(
                    "Images without a row in {file}: {number}.", number=f"{missing_count:,}", file=metadata.file_name
                )
            )
        if metadata.stranger_count:
            report(
                translate(
                    "Rows of {file} that name no image: {number}.",
                    number=f"{metadata.stranger_count:,}",
                    file=metadata.file_name,
                )
            )
    record, schema = item_metadata.describe_file(examined_columns, None)
    with ItemFileWriter(folder, schema) as writer:
        writer.write_batch([*arrays, *metadata_arrays], np.arange(len(ids)) >= train_count)
    return asdict(replace(record, checksum=file_checksum(writer.path)))


class MatchedMetadata:
    """The metadata of the images of a source in a table, matched with them. file_name: of the table; unstorable_columns: the
    names of its columns that cannot be stored.

    values_by_name: {column: its values, an Arrow array}; id_column: that which names the images, and is no metadata itself;
    row_by_image: {number of an image: the row that names it}. stranger_count: how many rows name no image.
    """

    def __init__(
        self,
        file_name: str,
        unstorable_columns: tuple[str, ...],
        values_by_name: dict,
        id_column: str,
        row_by_image: dict[int, int],
    ):
        self.file_name, self.unstorable_columns = file_name, unstorable_columns
        self._values_by_name, self._id_column, self._row_by_image = values_by_name, id_column, row_by_image
        self.stranger_count = len(values_by_name[id_column]) - len(row_by_image)

    def count_images_without_row(self, images: np.ndarray) -> int:
        """How many of the images with these numbers no row names."""
        return sum(image not in self._row_by_image for image in images.tolist())

    def _take(self, name: str, images: np.ndarray):
        """The values of a column for the images with these numbers, an Arrow array, null where there is no row."""
        import pyarrow

        indices = pyarrow.array([self._row_by_image.get(image) for image in images.tolist()], pyarrow.int64())
        return self._values_by_name[name].take(indices).combine_chunks()

    def take_values(self, name: str, images: np.ndarray) -> np.ndarray:
        """The values of a column for the n images with these numbers, as objects, None where there is no row. DataError if there
        is no such column, or if it names the images."""
        if name not in self._values_by_name:
            raise unknown_name_error("column", name, list(self._values_by_name), DataError)
        if name == self._id_column:
            raise DataError(
                f"The column {name} of {self.file_name} names the images, so it can say nothing else; give another."
            )
        values = np.empty(len(images), object)
        values[:] = self._take(name, images).to_pylist()
        return values

    def take_columns(self, images: np.ndarray) -> tuple[list[MetadataColumn], list]:
        """(examined columns; for each an Arrow array of a value for each of the images with these numbers, null where the table
        has none)."""
        examined_columns, arrays = [], []
        for name in self._values_by_name:
            if name == self._id_column:
                continue
            column = MetadataColumn(name)
            values = self._take(name, images)
            column.examine(values)
            examined_columns.append(column)
            arrays.append(column.convert(values))
        return examined_columns, arrays


class ImageMetadata:
    """A table with a row for each image of a set. path: of its file; id_column: that with the paths or names of the image
    files; None: the first that names all images, or else most of them. DataError if it cannot be read or has no such
    column."""

    def __init__(self, path, id_column: str | None = None):
        if not item_metadata.has_pyarrow():
            raise DataError(NO_PYARROW_ERROR)
        self.table, self.file_name = table_files.open_table(path), shorten_name(Path(path).name)
        self.id_column = id_column = trim_name(id_column)
        self.names = [name for name in self.table.names if name not in self.table.unstorable_columns]
        if id_column is not None and id_column not in self.names:
            raise unknown_name_error("column", id_column, self.names, DataError)

    def match_images(self, paths: Sequence[str], folder_name: str = "") -> MatchedMetadata:
        """The metadata of images.

        paths: of all images of the source; folder_name: of the folder to which they are relative. A row belongs to the image of
        this path, which may begin outside the folder, or to the only image of this name, with or without its suffix. DataError if
        no column names an image, or if two rows name the same one.
        """
        import pyarrow

        batches = list(self.table.iterate_metadata(self.names)) if self.names else []
        if not batches:
            raise DataError(f"{self.file_name} holds no rows with facts about images.")
        values = {name: pyarrow.chunked_array([batch[name] for batch in batches]) for name in self.names}
        candidates = self.names if self.id_column is None else [self.id_column]
        matcher = _PathMatcher(paths, folder_name)
        rows_by_column = {name: _match_rows(values[name], matcher) for name in candidates}
        id_column = max(candidates, key=lambda name: len(rows_by_column[name]))
        row_by_image = rows_by_column[id_column]
        if not row_by_image:
            raise DataError(self._mismatch_error({name: values[name] for name in candidates}, matcher))
        return MatchedMetadata(self.file_name, self.table.unstorable_columns, values, id_column, row_by_image)

    def _mismatch_error(self, values_by_name: dict, matcher: "_PathMatcher") -> str:
        """Why no column names the images. values_by_name: {column: its values, an Arrow array}, of those that might."""
        image_path = shorten_name(matcher.paths[0])
        for name, values in values_by_name.items():
            texts = [_to_path_text(value) for value in values.to_pylist()]
            path_texts = [text for text in texts if "/" in text and matcher.has_file_name(text)]
            column = f"column {shorten_name(name)} of {self.file_name}"
            counts = Counter(matcher.find_image(text) for text in texts)
            stranger_count = counts.pop(None, 0)
            repeated_image = next((image for image, count in counts.items() if count > 1), None)
            if repeated_image is not None:
                strangers = f" ({stranger_count:,} of its {len(texts):,} rows name no image)" if stranger_count else ""
                repeated_path = shorten_name(matcher.paths[repeated_image])
                return f"The {column} names {repeated_path} in several rows; leave one of them{strangers}."
            if not path_texts:
                continue
            folder = shorten_name(matcher.folder_name)
            place = f" in the folder {folder}" if folder else ""
            return (
                f"No row can be matched: the {column} has paths such as {shorten_name(path_texts[0])}, and the "
                f"images have paths such as {image_path}{place}; write the rows' paths like these."
            )
        return f"No column of {self.file_name} names the images, as {image_path} would; name them in a column."


def _to_path_text(value) -> str:
    """A value of a table as the path or name of an image; "" for a missing one."""
    text = "" if value is None else str(value).strip().replace("\\", "/")
    return str(PurePosixPath(text)) if text else ""  # without ./ before it


class _PathMatcher:
    """Finds the image that a text names. paths: of all images, relative to the folder `folder_name`."""

    def __init__(self, paths: Sequence[str], folder_name: str):
        self.paths, self.folder_name = paths, folder_name
        self._image_by_path = {path: image for image, path in enumerate(paths)}
        self._image_by_key = _keys_of_paths(paths)
        self._file_names = {PurePosixPath(path).name for path in paths}

    def has_file_name(self, text: str) -> bool:
        """Whether an image has the file name at the end of a path."""
        return PurePosixPath(text).name in self._file_names

    def find_image(self, text: str) -> int | None:
        """The number of the image that a text names, as `ImageMetadata.match_images` says; None for none, and for several."""
        if text in self._image_by_key:
            return self._image_by_key[text]
        folders = text.split("/")[:-1]
        images = set()
        for depth, folder in enumerate(folders, 1):
            path_within = "/".join(text.split("/")[depth:])
            if folder == self.folder_name and path_within in self._image_by_path:
                images.add(self._image_by_path[path_within])
        return images.pop() if len(images) == 1 else None


def _match_rows(values, matcher: _PathMatcher) -> dict[int, int]:
    """{number of an image: number of the row that names it}; {} if two rows name the same image."""
    row_by_image = {}
    for row, value in enumerate(values.to_pylist()):
        image = matcher.find_image(_to_path_text(value))
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
