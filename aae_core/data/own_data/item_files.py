"""The file items.parquet of a data set of the user's own: of each item, in the order in which the items are stored,
its id, its row in the source, and the values of the columns that were kept beside what is trained on."""

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from aae_core.data.metadata_columns import METADATA_KINDS
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as
from aae_core.records import Text

ITEMS_FILE = "items.parquet"
ID, ROW, SPLIT, LABEL = "id", "row", "split", "label"  # columns of a table of items beside those that were kept
RESERVED_NAMES = (ID, ROW, SPLIT, LABEL)
MAX_FILE_BYTES = 2**33  # of items.parquet
MAX_GROUP_BYTES = 2**32  # of a group of its rows, unpacked


@dataclass(frozen=True)
class ItemsRecord:
    """What the record of a data set says of its items.parquet. checksum: SHA-256 of the file; kinds: {name of a metadata
    column: its kind}; id_column: the column of the source that the ids are from, "" for the file's name and row, or for
    the paths of images; number_label: the metadata column that was named for the classes but holds numbers that are none, ""
    if there is none, and in older records."""

    checksum: Text
    kinds: dict[str, Literal[METADATA_KINDS]] = field(default_factory=dict)
    id_column: Text = ""
    number_label: Text = ""


def name_stored_columns(names: Sequence[str]) -> dict[str, str]:
    """{name of a metadata column: its name in a table of items}, where no other column has that name."""
    taken_names = {*RESERVED_NAMES, *names}
    stored_names = {}
    for name in names:
        stored_name = name
        while name in RESERVED_NAMES and stored_name in taken_names:
            stored_name = f"{stored_name} (file)"
        taken_names.add(stored_name)
        stored_names[name] = stored_name
    return stored_names


class ItemFileWriter:
    """A context manager that writes the items of a new data set in batches, and those of the training set first, as the
    items themselves are stored. folder: of the data set; schema: the Arrow schema of the batches."""

    def __init__(self, folder: Path, schema):
        self.path, self._schema = folder / ITEMS_FILE, schema
        self._test_path = folder / f".test-{ITEMS_FILE}"
        self._stack = ExitStack()

    def __enter__(self):
        from pyarrow import parquet

        self._train = self._stack.enter_context(parquet.ParquetWriter(self.path, self._schema))
        self._test = self._stack.enter_context(parquet.ParquetWriter(self._test_path, self._schema))
        return self

    def __exit__(self, error_type, *_):
        from pyarrow import parquet

        with self._stack:
            self._stack.callback(self._test_path.unlink, missing_ok=True)
            self._test.close()
            if error_type is None:
                with parquet.ParquetFile(self._test_path) as test_file:
                    for k in range(test_file.num_row_groups):
                        self._train.write_table(test_file.read_row_group(k))

    def write_batch(self, arrays: list, is_test: np.ndarray) -> None:
        """Write the next N items, as Arrow arrays by the schema. is_test: a mask (bool N) of those in the test set."""
        import pyarrow

        batch = pyarrow.Table.from_arrays(arrays, schema=self._schema)
        for writer, mask in ((self._train, ~is_test), (self._test, is_test)):
            if mask.any():
                writer.write_table(batch.filter(pyarrow.array(mask)))


def file_checksum(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_item_file(folder: Path, record: ItemsRecord, item_count: int):
    """The items.parquet of a data set as an Arrow table with the columns id, row and those that were kept; DataError if it
    is missing, too large, or not the file that was written, or if pyarrow is missing."""
    path = folder / ITEMS_FILE
    try:
        from pyarrow import parquet
    except ImportError:
        raise DataError(f"{path} is read by pyarrow, which is not installed: pip install pyarrow.") from None
    with raise_os_errors_as(path, "read", DataError):
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(f"{path} has more than {MAX_FILE_BYTES / 2**30:g} GiB; restore it from a copy.")
        # pyarrow sees no file that was changed, since a damaged one can end the process
        if file_checksum(path) != record.checksum:
            raise DataError(f"{path} was changed or is damaged; restore it from a copy, or add the data set again.")
        with parquet.ParquetFile(path) as item_file:
            metadata = item_file.metadata
            group_bytes = [metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups)]
            fits = metadata.num_rows == item_count and max(group_bytes, default=0) <= MAX_GROUP_BYTES
            if not fits or item_file.schema_arrow.names != [ID, ROW, *record.kinds]:
                raise DataError(f"{path} does not match its meta.json; restore both from a copy.")
            return item_file.read()
