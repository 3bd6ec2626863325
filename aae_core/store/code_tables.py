"""Codes as tables: of all items of a data set, or of further ones, with their ids; written as CSV or Parquet, and read back."""

import io
from pathlib import Path

import numpy as np

from aae_core.config.derived import content_names, trained_phases
from aae_core.data import sets
from aae_core.data.labels import find_class_indices
from aae_core.data.own_data import item_tables
from aae_core.data.own_data.item_files import ID, LABEL, ROW, SPLIT
from aae_core.data.tables import table_files
from aae_core.errors import DataError
from aae_core.files import write_atomic
from aae_core.store.code_columns import column_names, find_code_columns
from aae_core.store.notebook import import_optional

CONTENT = "content"  # the column with the name of the likeliest content
HEAD_NAMES = (ID, ROW, SPLIT, LABEL, CONTENT)  # columns that a decoded table takes over from its codes
TABLE_SUFFIXES = (".csv", ".parquet")
NO_PYARROW_TO_WRITE_ERROR = (
    "A .parquet file is written by pyarrow, which is not installed: pip install pyarrow, or write a .csv."
)
ITEMS_AT_ONCE = 2**16  # items of a data set that are encoded at once


def encode_data_set(revision, with_scores: bool = False):
    """A pandas DataFrame with a row for each item of the data set on which a revision was trained: id, row in the source,
    split and label as of `item_tables.load_item_table`, then columns as of `tabulate_codes`. DataError if the data set is
    missing, RevisionError if it is another one."""
    pandas = import_optional("pandas")
    dataset = sets.resolve_data_set(None, revision.config.data)
    revision.check_same_data(dataset)
    items = item_tables.load_item_table(revision.config.data)
    heads = items[[name for name in HEAD_NAMES if name in items]]
    parts = []
    for part in (dataset.train, dataset.test):
        for start in range(0, len(part.labels), ITEMS_AT_ONCE):
            images, labels = part.images[start : start + ITEMS_AT_ONCE], part.labels[start : start + ITEMS_AT_ONCE]
            rows = images[:, 0, :, 0] if revision.data.is_table else images
            parts.append(tabulate_codes(revision, rows, labels, with_scores))
    codes = pandas.concat(parts, ignore_index=True)
    return pandas.concat([heads, codes], axis=1)


def tabulate_codes(revision, items, labels: np.ndarray | None = None, with_scores: bool = False):
    """A DataFrame with the codes of items, as `Revision.encode` takes them: `content`, the likeliest, where q(y|x) is
    inferred; z1 … zd; y1 … yK, q(y|x), where it is inferred; and with scores `error` and `log_p` as of `Revision.scores`.

    labels: the classes, int64 N, −1 where unknown, by which the decoder reconstructs if it takes them; an error is NaN
    where one is needed and not known.
    """
    pandas = import_optional("pandas")
    z = np.asarray(revision.encode(items))
    table = pandas.DataFrame(z, columns=column_names("z", z.shape[1]))
    if revision.variant.categorical:
        y = revision.classify(items)
        names = np.array(content_names(revision.config, revision.data.classes), object)
        table.insert(0, CONTENT, names[y.argmax(1)] if len(y) else names[:0])
        table[column_names("y", y.shape[1])] = y
    if with_scores:
        for name, values in _score_items(revision, items, labels).items():
            table[name] = values
    return table


def _score_items(revision, items, labels) -> dict[str, np.ndarray]:
    """`Revision.scores` of items, with an error of NaN for those whose class the decoder needs and that have none."""
    needs_classes = revision.variant.has_content and not revision.variant.categorical
    if not (needs_classes and "reconstruction" in trained_phases(revision.config)):
        return revision.scores(items)
    is_known = np.zeros(len(items), bool) if labels is None else np.asarray(labels) >= 0
    scores = revision.scores(items, np.where(is_known, labels, 0).astype(np.int64))
    return scores | {"error": np.where(is_known, scores["error"], np.nan)}


def format_table(table, suffix: str) -> bytes:
    """A DataFrame as the bytes of a .csv or .parquet file. Numbers have the fewest digits from which they can be restored;
    DataError if pyarrow is needed and missing."""
    if suffix == ".csv":
        return table.to_csv(index=False, lineterminator="\n").encode()
    content = io.BytesIO()
    try:
        table.to_parquet(content, index=False)
    except ImportError:
        raise DataError(NO_PYARROW_TO_WRITE_ERROR) from None
    return content.getvalue()


def write_table(path: Path, table) -> None:
    """Write a DataFrame as .csv or .parquet, atomically; DataError if it cannot be written."""
    write_atomic(path, format_table(table, path.suffix.lower()), DataError)


def read_code_table(path, revision):
    """(z float32 N×d; contents for `Revision.decode`, int64 N or float32 N×K, or None; a DataFrame with those of the columns
    HEAD_NAMES that the file has) from a CSV or Parquet file, whose other columns are ignored.

    The contents are those of y1 … yK, or the classes named by y or label, if the decoder takes them. DataError, which names
    file and column, for missing columns, values that are no finite numbers, and classes that are missing or unknown.
    """
    table = table_files.open_table(path)
    dim, names = revision.config.latent_dim, content_names(revision.config, revision.data.classes)
    code_columns = find_code_columns(table.names, dim)
    if code_columns is None:
        raise DataError(
            f"{Path(path).name} has no {dim} columns z1 to z{dim} with codes; write it with 'encode' to a .csv or .parquet file."
        )
    content_columns = _content_columns(table.names, len(names), revision)
    frame = table_files.read_columns(table, [*code_columns, *content_columns]).to_pandas()
    head_names = [name for name in HEAD_NAMES if name in table.names and name not in table.unstorable_columns]
    heads = table_files.read_columns(table, head_names).to_pandas()
    z = _to_numbers(frame, code_columns, Path(path).name)
    if not len(z):
        raise DataError(f"{Path(path).name} holds no rows.")
    return z, _read_contents(frame[content_columns], len(names), revision, Path(path).name), heads


def _content_columns(names, content_count, revision) -> list[str]:
    """The columns that tell the contents of codes; none if the decoder takes no content, or if there are none."""
    if not revision.variant.has_content:
        return []
    probabilities = column_names("y", content_count)
    if all(name in names for name in probabilities):
        return probabilities
    return [name for name in ("y", LABEL) if name in names][:1]


def _to_numbers(frame, names, file_name) -> np.ndarray:
    """Columns as float32 N×(their number); DataError, which names the column, unless all values are finite numbers."""
    for name in names:
        if frame[name].dtype.kind not in "iuf" or not np.isfinite(frame[name].to_numpy(np.float64)).all():
            raise DataError(f"The column {name} of {file_name} holds values that are no finite numbers; correct them.")
    return frame[names].to_numpy(np.float32)


def _read_contents(frame, content_count, revision, file_name):
    """The contents of codes as `Revision.decode` takes them; None if the decoder takes none or none are there."""
    names = list(frame)
    if not names:
        return None
    if names == column_names("y", content_count):
        return _to_numbers(frame, names, file_name)
    classes = content_names(revision.config, revision.data.classes)
    indices = find_class_indices(frame[names[0]].astype(object).to_numpy(), classes)
    if None in indices:
        raise DataError(
            f"The column {names[0]} of {file_name} holds values that are none of the {len(classes)} classes."
        )
    return np.array(indices, np.int64)
