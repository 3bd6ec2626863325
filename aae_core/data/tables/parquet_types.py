"""What the metadata of a Parquet file says about the types of its columns, beyond the types in which they are stored."""

import base64
import json
from contextlib import suppress

MAX_METADATA_BYTES = 2**24  # of metadata that are read


def find_category_columns(schema, metadata: dict[bytes, bytes]) -> set[str]:
    """The names of the columns that are categories: pandas' categorical columns, and dictionaries of Arrow. Categories of numbers
    are stored as plain numbers, so that only the metadata tells. schema: as pyarrow reads it; metadata: of the file. What is
    missing, damaged or too large says nothing."""
    return _pandas_categorical_columns(schema.metadata or {}) | _arrow_dictionary_columns(metadata)


def _pandas_categorical_columns(metadata):
    text = metadata.get(b"pandas", b"")
    if len(text) > MAX_METADATA_BYTES:
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


def _arrow_dictionary_columns(metadata):
    import pyarrow
    from pyarrow import ipc, types

    encoded_schema = metadata.get(b"ARROW:schema", b"")
    if len(encoded_schema) > MAX_METADATA_BYTES:
        return set()
    with suppress(pyarrow.ArrowException, ValueError, OSError):
        schema = ipc.read_schema(pyarrow.py_buffer(base64.b64decode(encoded_schema)))
        return {name for name, kind in zip(schema.names, schema.types, strict=True) if types.is_dictionary(kind)}
    return set()
