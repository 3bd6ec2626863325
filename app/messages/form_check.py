"""Whether a value that the page sent has the form of a record in `incoming`: its fields, and the type of each."""

from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

VALUE_TYPES = {float: int | float, str: str, bool: bool, NoneType: NoneType}  # type of a field -> types of its values


def matches_type(value: Any, hint: Any) -> bool:
    """Whether a JSON value fits a type: a TypedDict, a key of VALUE_TYPES, or a list, a dict or a union of such types.
    A boolean is no number, and a record has no fields beside those of its TypedDict."""
    if is_typeddict(hint):
        return _is_record(value, hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(matches_type(value, argument) for argument in arguments)
    if origin is list:
        return isinstance(value, list) and all(matches_type(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(matches_type(item, arguments[1]) for item in value.values())
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, VALUE_TYPES[hint])


def _is_record(value, record) -> bool:
    if not isinstance(value, dict) or not record.__required_keys__ <= value.keys():
        return False
    hints = field_types(record)
    return all(name in hints and matches_type(item, hints[name]) for name, item in value.items())


@cache
def field_types(record: type) -> dict[str, Any]:
    """The types of a TypedDict's fields, without what `Annotated` says beside them."""
    return get_type_hints(record)


def check_type_is_supported(kind: str, hint: Any) -> None:
    """TypeError, which names the kind of message and the type, if a field has a type that `matches_type` cannot check."""
    unknown_types = sorted(_unknown_types(hint))
    if unknown_types:
        raise TypeError(
            f"A message “{kind}” has a field of the type {' and '.join(unknown_types)}, which cannot be checked."
        )


def _unknown_types(hint) -> set[str]:
    origin, arguments = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        parts = field_types(hint).values()
    elif origin in (Union, UnionType, list):
        parts = arguments
    elif origin is dict and arguments[0] is str:
        parts = arguments[1:]
    elif hint in VALUE_TYPES:
        parts = ()
    else:
        return {getattr(hint, "__name__", str(hint))}
    return {name for part in parts for name in _unknown_types(part)}
