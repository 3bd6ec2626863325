"""Records from files, checked against the annotations of a dataclass.

Supported types are bool, int, float, str, dict, None, Literal, `a | b`, `list[a]`, `tuple[a, b]`, `tuple[a, ...]`, `dict[str, a]`
and dataclasses. Numbers must be finite, and within the limits in a field's metadata (`bounded_field`), if there are any. A field
with a default may be missing; unknown keys are ignored.
"""

import dataclasses
import sys
import types
import typing
from functools import cache

from aae_core import files
from aae_core.errors import AAEError, RevisionError, printable_line

MAX_INTEGER = 2**63  # largest absolute value of a whole number, as in a tensor file
MAX_FLOAT = sys.float_info.max  # largest absolute value of a number without limits
MAX_TEXT_LENGTH = 20_000  # characters of a text, at most
MAX_UNIX_TIME = 2.5e11  # seconds, latest Unix time: in a year with four digits


class FieldError(ValueError):
    """A value is not of its field's type. args: (name of the field, value)."""


def bounded_field(default=dataclasses.MISSING, low: float = 0, high: float = MAX_INTEGER):
    """A dataclass field whose numbers must lie from `low` to `high`."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high})


def read_record(
    record_type: type,
    path,
    limit: int = files.JSON_LIMIT,
    error_type: type[AAEError] = RevisionError,
    format_number: int | None = None,
):
    """The record in a JSON file of at most `limit` bytes, as an instance of the dataclass `record_type`; raises `error_type`,
    with a sentence that names the file and the field, if it is missing or invalid. format_number: the format number that the
    file must have, if any."""
    return parse_record(record_type, files.read_json(path, limit, error_type), path, error_type, format_number)


def parse_record(
    record_type: type,
    record: dict,
    source,
    error_type: type[AAEError] = RevisionError,
    format_number: int | None = None,
):
    """A JSON object as an instance of the dataclass `record_type`; otherwise as `read_record`. source: the source of the
    object, for messages."""
    if format_number is not None and record.get("format") != format_number:
        raise error_type(
            f"{source} has format {_shortened_repr(record.get('format'))}, but this version reads only format {format_number}; "
            "open it with the version that wrote it."
        )
    try:
        return validate_value(record_type, record, "record")
    except FieldError as field_error:
        name, value = field_error.args
        problem = f"lacks {name}" if value is dataclasses.MISSING else f"has {_shortened_repr(value)} for {name}"
        raise error_type(f"{source} {problem}; restore it from a copy.") from None


def parse_metadata(record_type: type, metadata: dict[str, str], source):
    """The metadata of a safetensors file as an instance of `record_type`: each text is read as JSON if possible.
    RevisionError, which names the file `source`, if it is invalid."""
    record = {}
    for key in record_type.__dataclass_fields__.keys() & metadata.keys():
        try:
            record[key] = files.parse_json(metadata[key])
        except (ValueError, RecursionError):
            record[key] = metadata[key]
    return parse_record(record_type, record, source)


def _shortened_repr(value) -> str:
    text = printable_line(repr(value)[:200])
    return text if len(text) <= 40 else text[:39] + "…"


def validate_value(hint, value, name: str, low: float = -MAX_FLOAT, high: float = MAX_FLOAT):
    """A JSON value, checked against the type `hint`, as that type: lists become tuples, and objects dataclasses, where it says
    so. name: of the field, for the error; low, high: limits of numbers. Raises FieldError."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _make_record(hint, value)
    if origin in (typing.Union, types.UnionType):
        for member in args:
            try:
                return validate_value(member, value, name, low, high)
            except FieldError as field_error:
                last_error = field_error
        raise last_error
    if origin in (list, tuple) and isinstance(value, list):
        is_of_one_kind = origin is list or args[1:] == (...,)
        item_hints = args[:1] * len(value) if is_of_one_kind else args
        if len(item_hints) == len(value):
            return origin(
                validate_value(item_hint, item, name, low, high)
                for item_hint, item in zip(item_hints, value, strict=True)
            )
    if origin is dict and isinstance(value, dict):
        return {key: validate_value(args[1], entry, f"{name}.{key[:60]}", low, high) for key, entry in value.items()}
    if origin is typing.Literal:
        fits = any(type(value) is type(choice) and value == choice for choice in args)
    elif hint is float and type(value) is float:
        fits = low <= value <= high
    elif hint in (float, int):
        fits = type(value) is int and abs(value) <= MAX_INTEGER and low <= value <= high
    elif hint is str:
        fits = isinstance(value, str) and len(value) <= MAX_TEXT_LENGTH
    else:  # bool, dict, None
        fits = origin is None and isinstance(value, hint)
    if not fits:
        raise FieldError(name, value)
    return value


def _make_record(record_type, value):
    arguments = {}
    for key, hint, limits, is_required in _field_specs(record_type):
        if key in value:
            arguments[key] = validate_value(hint, value[key], key, **limits)
        elif is_required:
            raise FieldError(key, dataclasses.MISSING)
    return record_type(**arguments)


@cache
def _field_specs(record_type):
    """(name, type, limits, whether it is required) of each field."""
    hints = typing.get_type_hints(record_type)
    missing_marker = dataclasses.MISSING
    return [
        (f.name, hints[f.name], dict(f.metadata), f.default is missing_marker and f.default_factory is missing_marker)
        for f in dataclasses.fields(record_type)
    ]
