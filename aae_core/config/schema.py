"""Settings as fields of frozen records. Each field carries its help text, range and choices as metadata for the command line, the
form and the validation. This module does not know which settings there are."""

import dataclasses
import math
import types
import typing
from dataclasses import field
from functools import cache

import numpy as np

from aae_core.errors import ConfigError, unknown_name_error
from aae_core.plugins import ExtensibleTable

MAX_ENTRIES = 16  # of a list, at most
EPOCH_LIMITS, FACTOR_LIMITS = {"low": 0, "high": 1e6}, {"low": 0, "high": 1000}  # limits of a pair epoch:factor


def setting(default, help, *, low=0, high=None, choices=None, longest=200, added="", is_compared=True):
    """A field with the metadata of a setting. low, high, choices: the allowed values; `low` counts with `high` only. longest:
    the characters that a text may have. added: the version that added the setting, "" for the first. is_compared: whether
    configurations that differ in it alone are unequal."""
    limits = {"low": None if high is None else low, "high": high, "choices": choices, "longest": longest}
    return field(default=default, compare=is_compared, metadata={"help": help, "added": added, **limits})


def is_group(f: dataclasses.Field) -> bool:
    """Whether a field is a group of settings, a record of its own, rather than one setting."""
    return dataclasses.is_dataclass(f.default)


@cache
def field_types(record_type: type) -> dict[str, object]:
    """The annotated type of each field of a record."""
    return typing.get_type_hints(record_type)


def without_none_type(hint):
    """The type of a setting without its `| None`."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


# Validation -------------------------------------------------------------------------------------------------------------


def check_record(record, prefix: str = "") -> None:
    """ConfigError, in one sentence, unless every field of a record and of its groups has the right type and is in its range."""
    for f in dataclasses.fields(record):
        key, value = prefix + f.name, getattr(record, f.name)
        if not is_group(f):
            check_value(key, value, field_types(type(record))[f.name], f.metadata)
        elif not isinstance(value, type(f.default)):
            raise ConfigError(f"{key} must be a group of settings, not {value!r}.")
        else:
            check_record(value, f"{key}.")


def check_value(key: str, value, hint, limits) -> None:
    """ConfigError unless the value of the setting `key` has the type `hint` and is within the limits of its metadata."""
    if value is None and type(None) in typing.get_args(hint):
        return
    kind = without_none_type(hint)
    if typing.get_origin(kind) is tuple:
        _check_tuple(key, value, typing.get_args(kind)[0], limits)
    elif kind is not str:
        _check_number(key, value, kind, limits)
    elif not isinstance(value, str) or len(value) > limits["longest"] or not value.isprintable():
        expected = f"a text of at most {limits['longest']:,} printable characters"
        raise ConfigError(f"{key} must be {expected}, not {str(value)[:40]!r}.")
    else:
        _check_choice(key, value, limits["choices"])


def _check_choice(key, value, choices):
    if not choices or value in choices:
        return
    if isinstance(choices, ExtensibleTable):
        raise choices.unknown_name_error(key, value)
    raise unknown_name_error(key, value, choices)


def _check_tuple(key, value, item, limits):
    if not isinstance(value, tuple) or len(value) > MAX_ENTRIES:
        raise ConfigError(f"{key} must be a list of at most {MAX_ENTRIES} entries, not {str(value)[:60]!r}.")
    has_pairs = typing.get_origin(item) is tuple
    if not value and not has_pairs:
        raise ConfigError(f"{key} must name at least one size, such as 1000,1000.")
    for entry in value:
        if not has_pairs:
            _check_number(key, entry, item, limits)
            continue
        if not isinstance(entry, tuple) or len(entry) != 2:
            raise _pair_error(key, entry)
        _check_number(f"{key}'s epoch", entry[0], float, EPOCH_LIMITS)
        _check_number(f"{key}'s factor", entry[1], float, FACTOR_LIMITS)


def _pair_error(key, entry):
    return ConfigError(f"{key} must hold pairs epoch:factor, such as 50:0.1, not {str(entry)[:40]!r}.")


def _check_number(key, value, number_type, limits):
    expected, (low, high) = _number_in_words(number_type), (limits["low"], limits["high"])
    fits = isinstance(value, int) or (number_type is float and isinstance(value, float))
    if isinstance(value, bool) or not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise ConfigError(f"{key} must be {expected}, not {str(value)[:40]!r}.")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ConfigError(f"{key} must be {expected} from {low:,.10g} to {high:,.10g}, not {str(value)[:40]}.")


def _number_in_words(number_type) -> str:
    return "a whole number" if number_type is int else "a number"


# Plain values and typed text --------------------------------------------------------------------------------------------


def to_dict(record) -> dict:
    """The record as plain values for JSON (which writes tuples as lists). A setting that was `added` later is left out if it has
    its default, so that earlier versions of the same MAJOR can still open a record that does not use it."""
    values = {}
    for f in dataclasses.fields(record):
        value = getattr(record, f.name)
        if value != f.default or not f.metadata.get("added"):
            values[f.name] = to_dict(value) if is_group(f) else value
    return values


def from_dict(values: dict, record_type: type):
    """The inverse of `to_dict`; raises ConfigError for an unknown key or a value that does not fit."""
    if not isinstance(values, dict):
        raise ConfigError(f"The configuration must be a group of settings, not {str(values)[:40]!r}.")
    fields = {f.name: f for f in dataclasses.fields(record_type)}
    arguments = {}
    for key, value in values.items():
        if key not in fields:
            raise unknown_name_error("setting", key, fields)
        is_setting_group = is_group(fields[key])
        arguments[key] = from_dict(value, type(fields[key].default)) if is_setting_group else lists_to_tuples(value)
    return record_type(**arguments)


def lists_to_tuples(value):
    """A plain value with tuples in place of lists."""
    if not isinstance(value, list):
        return value
    return tuple(lists_to_tuples(item) for item in value)


def to_json_value(value):
    """A value as JSON holds it: with lists in place of tuples, and Python's numbers in place of NumPy's."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [to_json_value(item) for item in value]
    return value


def parse_setting(key: str, text: str, hint):
    """The value of a setting of type `hint` from text as typed at a terminal; ConfigError where a number is expected and the text
    is none."""
    text = text.strip()
    if type(None) in typing.get_args(hint) and text.lower() in ("none", "all", ""):
        return None
    kind = without_none_type(hint)
    if kind is str:
        return text
    if typing.get_origin(kind) is not tuple:
        return _parse_number(key, text, kind)
    item_hint = typing.get_args(kind)[0]
    text = text.strip("()[] ")
    entries = [entry.strip() for entry in text.split(",")] if text else []
    if len(entries) > 1 and not entries[-1]:  # as in Python's tuple of one
        entries.pop()
    if not all(entries):
        raise ConfigError(f"{key} has an empty place in its list {text[:40]!r}.")
    if typing.get_origin(item_hint) is tuple:
        return tuple(_parse_pair(key, entry) for entry in entries)
    return tuple(_parse_number(key, entry, item_hint) for entry in entries)


def _parse_pair(key, text) -> tuple[float, ...]:
    try:
        return tuple(float(n) for n in text.split(":"))
    except ValueError:
        raise _pair_error(key, text) from None


def _parse_number(key, text, number_type):
    try:
        return number_type(text)
    except ValueError:
        raise ConfigError(f"{key} must be {_number_in_words(number_type)}, not {text[:40]!r}.") from None


def format_setting(value, separator: str = ",") -> str:
    """A setting's plain value as text, as it would be typed; "all" for None, which leaves the number of labels open."""
    if value is None:
        return "all"
    if not isinstance(value, list | tuple):
        return str(value)
    return separator.join(_entry_text(entry) for entry in value)


def _entry_text(entry) -> str:
    """An entry of a list of settings as typed text: a number, or a pair epoch:factor."""
    if not isinstance(entry, list | tuple):
        return str(entry)
    return ":".join(repr(number).removesuffix(".0") for number in entry)
