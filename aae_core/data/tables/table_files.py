"""Tables in files: which files hold one, its opening by a module for each format, and the reading of whole columns."""

import os
import zipfile
from pathlib import Path

from aae_core.data import columns
from aae_core.data.images import npz_files
from aae_core.data.import_problems import shorten_name
from aae_core.data.metadata_columns import MetadataColumn
from aae_core.data.tables import anndata_tables, array_tables, csv_tables, parquet_tables
from aae_core.data.tables.arrow_reading import NO_PYARROW_ERROR
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError
from aae_core.files import nonblocking_opener, raise_os_errors_as

CSV_SUFFIXES, PARQUET_SUFFIXES = (".csv", ".tsv"), (".parquet", ".pq")
TABLE_SUFFIXES = (*CSV_SUFFIXES, *(f"{suffix}.gz" for suffix in CSV_SUFFIXES), *PARQUET_SUFFIXES, ".npy", ".h5ad")


def is_table_file(path) -> bool:
    """Whether a file holds a table rather than images, judged by its suffix or by the names of the arrays in an .npz."""
    path = Path(os.path.expanduser(path))
    if path.suffix.lower() != ".npz":
        return path.name.lower().endswith(TABLE_SUFFIXES)
    try:
        with open(path, "rb", opener=nonblocking_opener) as file, zipfile.ZipFile(file) as archive:
            return "images.npy" not in archive.namelist() and bool(archive.namelist())
    except npz_files.NPZ_ERRORS:
        return False  # reading it will tell what is wrong


def open_table(path, layer: str | None = None) -> TableFile:
    """The table in a file with one of TABLE_SUFFIXES, or in an .npz; layer: of an .h5ad, in place of X. DataError if there
    is none, if pyarrow or h5py is needed and missing, or if a column has no name of its own."""
    table = open_unchecked_table(path, layer)
    columns.check_names(table.names)
    return table


def open_unchecked_table(path, layer: str | None = None) -> TableFile:
    """As `open_table`, but columns that nobody asks for may have any names, such as the index that pandas writes beside rows."""
    path = Path(os.path.expanduser(path))
    with raise_os_errors_as(shorten_name(path), "read", DataError):
        if not path.is_file():
            raise DataError(f"{shorten_name(path)} is not a file; give a .csv, .parquet or .npz file of a table.")
        if not path.stat().st_size:
            raise DataError(f"{shorten_name(path.name)} is empty.")
    suffix = path.suffix.lower()
    if suffix == ".h5ad":
        return anndata_tables.open_anndata(path, layer)
    if layer is not None:
        raise DataError(f"{shorten_name(path.name)} has no layers, which an .h5ad file may have.")
    if suffix == ".npz":
        return array_tables.open_npz(path)
    if suffix == ".npy":
        return array_tables.open_npy(path)
    if not path.name.lower().endswith(TABLE_SUFFIXES):
        raise DataError(f"{shorten_name(path.name)} is no table; give a .csv, .parquet or .npz file.")
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise DataError(NO_PYARROW_ERROR) from None
    if suffix == ".gz":
        return csv_tables.open_gzipped_csv(path)
    if suffix in CSV_SUFFIXES:
        return csv_tables.open_csv(path)
    return parquet_tables.open_parquet(path)


def read_columns(table: TableFile, names: list[str]):
    """Whole columns of a table, typed as metadata is: an Arrow table with the type of the kind of each; DataError without
    pyarrow."""
    try:
        import pyarrow
    except ImportError:
        raise DataError(NO_PYARROW_ERROR) from None

    batches = list(table.iterate_metadata(names)) if names else []
    arrays = {}
    for name in names:
        column = MetadataColumn(name)
        for batch in batches:
            column.examine(batch[name])
        arrays[name] = pyarrow.chunked_array([column.convert(batch[name]) for batch in batches], column.arrow_type)
    return pyarrow.table(arrays)
