"""Records from files, checked against the annotations of a dataclass.

Supported types are bool, int, float, str, dict, None, Literal, `a | b`, `list[a]`, `tuple[a, b]`, `tuple[a, ...]`, `dict[str, a]`
and dataclasses. Numbers must be finite, and within the limits in a field's metadata (`within`), if there are any. A field with a
default may be missing; unknown keys are ignored.
"""

import dataclasses
import sys
import types
import typing
from functools import cache

from aae_core import files
from aae_core.errors import AAEError, RevisionError, plain

WIDEST = 2**63  # largest absolute value of a whole number, as in a tensor file
LARGEST = sys.float_info.max  # largest absolute value of a number without limits
LONGEST = 20_000  # characters of a text, at most
LATEST = 2.5e11  # seconds, latest Unix time: in a year with four digits


class Wrong(ValueError):
    """A value is not of its field's type. args: (name of the field, value)."""


def within(default=dataclasses.MISSING, low: float = 0, high: float = WIDEST):
    """A dataclass field whose numbers must lie from `low` to `high`."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high})


def read(
    kind: type, path, limit: int = files.JSON_LIMIT, error: type[AAEError] = RevisionError, form: int | None = None
):
    """The record in a JSON file of at most `limit` bytes, as an instance of the dataclass `kind`; raises `error`, with a sentence
    that names the file and the field, if it is missing or invalid. form: the format number that the file must have, if any."""
    return parsed(kind, files.read_json(path, limit, error), path, error, form)


def parsed(kind: type, record: dict, where, error: type[AAEError] = RevisionError, form: int | None = None):
    """A JSON object as an instance of the dataclass `kind`; otherwise as `read`. where: the source of the object, for
    messages."""
    if form is not None and record.get("format") != form:
        raise error(
            f"{where} has format {_shown(record.get('format'))}, but this version reads only format {form}; open it with the "
            "version that wrote it."
        )
    try:
        return checked(kind, record, "record")
    except Wrong as wrong:
        name, value = wrong.args
        found = f"lacks {name}" if value is dataclasses.MISSING else f"has {_shown(value)} for {name}"
        raise error(f"{where} {found}; restore it from a copy.") from None


def from_metadata(kind: type, metadata: dict[str, str], where):
    """The metadata of a safetensors file as an instance of `kind`: each text is read as JSON if possible. RevisionError, which
    names the file `where`, if it is invalid."""
    record = {}
    for key in kind.__dataclass_fields__.keys() & metadata.keys():
        try:
            record[key] = files.parse_json(metadata[key])
        except (ValueError, RecursionError):
            record[key] = metadata[key]
    return parsed(kind, record, where)


def _shown(value):
    text = plain(repr(value)[:200])
    return text if len(text) <= 40 else text[:39] + "…"


def checked(hint, value, name: str, low: float = -LARGEST, high: float = LARGEST):
    """A JSON value, checked against the type `hint`, as that type: lists become tuples, and objects dataclasses, where it says
    so. name: of the field, for the error; low, high: limits of numbers. Raises Wrong."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _instance(hint, value)
    if origin in (typing.Union, types.UnionType):
        for member in args:
            try:
                return checked(member, value, name, low, high)
            except Wrong as wrong:
                last = wrong
        raise last
    if origin in (list, tuple) and isinstance(value, list):
        is_of_one_kind = origin is list or args[1:] == (...,)
        hints = args[:1] * len(value) if is_of_one_kind else args
        if len(hints) == len(value):
            return origin(checked(kind, item, name, low, high) for kind, item in zip(hints, value, strict=True))
    if origin is dict and isinstance(value, dict):
        return {key: checked(args[1], entry, f"{name}.{key[:60]}", low, high) for key, entry in value.items()}
    if origin is typing.Literal:
        fits = any(type(value) is type(choice) and value == choice for choice in args)
    elif hint is float and type(value) is float:
        fits = low <= value <= high
    elif hint in (float, int):
        fits = type(value) is int and abs(value) <= WIDEST and low <= value <= high
    elif hint is str:
        fits = isinstance(value, str) and len(value) <= LONGEST
    else:  # bool, dict, None
        fits = origin is None and isinstance(value, hint)
    if not fits:
        raise Wrong(name, value)
    return value


def _instance(kind, value):
    given = {}
    for key, hint, limits, required in _plan(kind):
        if key in value:
            given[key] = checked(hint, value[key], key, **limits)
        elif required:
            raise Wrong(key, dataclasses.MISSING)
    return kind(**given)


@cache
def _plan(kind):
    """(name, type, limits, whether it is required) of each field."""
    hints = typing.get_type_hints(kind)
    missing = dataclasses.MISSING
    return [
        (f.name, hints[f.name], dict(f.metadata), f.default is missing and f.default_factory is missing)
        for f in dataclasses.fields(kind)
    ]
