"""What the metadata of a Parquet file says about the types of its columns, beyond the types in which they are stored."""

import base64
import json
from contextlib import suppress

MOST_BYTES = 2**24  # of metadata that are read


def categories(schema, metadata: dict[bytes, bytes]) -> set[str]:
    """The names of the columns that are categories: pandas' categorical columns, and dictionaries of Arrow. Categories of numbers
    are stored as plain numbers, so that only the metadata tells. schema: as pyarrow reads it; metadata: of the file. What is
    missing, damaged or too large says nothing."""
    return _categorical_in_pandas(schema.metadata or {}) | _dictionaries_in_arrow(metadata)


def _categorical_in_pandas(metadata):
    text = metadata.get(b"pandas", b"")
    if len(text) > MOST_BYTES:
        return set()
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return set()
    columns = record.get("columns") if isinstance(record, dict) else None
    if not isinstance(columns, list):
        return set()
    names = set()
    for column in columns:
        if isinstance(column, dict) and column.get("pandas_type") == "categorical":
            candidates = (column.get("field_name"), column.get("name"))
            names.update(name for name in candidates if isinstance(name, str))
    return names


def _dictionaries_in_arrow(metadata):
    import pyarrow
    from pyarrow import ipc, types

    packed = metadata.get(b"ARROW:schema", b"")
    if len(packed) > MOST_BYTES:
        return set()
    with suppress(pyarrow.ArrowException, ValueError, OSError):
        schema = ipc.read_schema(pyarrow.py_buffer(base64.b64decode(packed)))
        return {name for name, kind in zip(schema.names, schema.types, strict=True) if types.is_dictionary(kind)}
    return set()
