"""What the reading of CSV and Parquet files with pyarrow has in common."""

from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aae_core.data import columns
from aae_core.data.import_problems import shorten_name
from aae_core.errors import DataError, printable_line
from aae_core.files import os_error_message

NO_PYARROW_ERROR = (
    "CSV and Parquet files are read by pyarrow, which is not installed: pip install pyarrow, or give an .npz."
)


@contextmanager
def explain_pyarrow_errors(path, explain_damage=lambda message: None):
    """A context that turns pyarrow's errors about a file, and a lack of memory for it, into a DataError of one sentence.

    explain_damage(message): returns the DataError for a message of pyarrow, or None to quote the message."""
    import pyarrow

    try:
        yield
    except (MemoryError, OSError, pyarrow.ArrowException, UnicodeDecodeError) as error:
        if getattr(error, "errno", None):  # the system refuses it
            raise DataError(os_error_message(error, path, "read")) from None
        explained_error = None if isinstance(error, MemoryError) else explain_damage(str(error))
        raise explained_error or DataError(_unreadable_file_error(path, error)) from None


def _unreadable_file_error(path: Path, error: Exception) -> str:
    if isinstance(error, MemoryError):  # or because a damaged file announces far more than it holds
        return (
            f"{shorten_name(path.name)} takes more memory than there is; free some, or give fewer rows (if the file "
            f"is small, it is "
            "damaged)."
        )
    message = " ".join(printable_line(error).replace("\N{REPLACEMENT CHARACTER}", "").split())[:120].rstrip(".")
    return f"{shorten_name(path.name)} is damaged or not a {path.suffix[1:]} file ({columns.join_names([message])})."


def dictionary_to_objects(dictionary_array) -> np.ndarray:
    """A dictionary array of pyarrow as an array of Python objects, with None for a missing value."""
    values = np.array([*dictionary_array.dictionary.to_pylist(), None], object)
    return values[dictionary_array.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)]
