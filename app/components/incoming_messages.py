"""Messages from a component in the browser to Python: checked, ordered, and delivered once."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from aae_core.errors import AAEError
from app.components import markdown
from app.server.messages import require_valid

ANY_FIELD = "[name: string]"
PYTHON_TYPES = {"number": int | float, "string": str, "boolean": bool, "null": type(None)}
FIELD_PATTERN, TYPE_PATTERN = (
    re.compile(r"(\[name: string\]|\w+\??): "),
    re.compile(r"(?<=[ {])([a-z][a-z \[\]|]*[a-z\]])(?=[,;}])"),
)


def _parse_message_types(declaration):
    """The interface `Heard` of a TypeScript declaration as a dict: kind of message -> {field: type}, possibly nested."""
    body = declaration.partition("interface Heard {\n")[2].partition("\n}")[0]
    message_types = json.loads(
        "{" + TYPE_PATTERN.sub(r'"\1"', FIELD_PATTERN.sub(r'"\1": ', body)).replace(";", ",").rstrip(",") + "}"
    )
    for kind, fields in message_types.items():
        types = {name.replace("[]", "") for union in _leaf_types(fields) for name in union.split(" | ")}
        unknown = types - PYTHON_TYPES.keys()
        if unknown:
            raise TypeError(
                f"A message “{kind}” has a field of the type {' and '.join(unknown)}, which cannot be checked."
            )
    return message_types


def _leaf_types(fields):
    return [fields] if isinstance(fields, str) else [leaf for part in fields.values() for leaf in _leaf_types(part)]


MESSAGE_TYPES = _parse_message_types((Path(__file__).parent / "messages.d.ts").read_text(encoding="utf-8"))


def message_callbacks(
    key: str, kinds: tuple[str, ...], on_message: Callable[[str, object], None]
) -> dict[str, Callable]:
    """The callbacks of a component: `take(kind, value)` receives each message before the script runs again.

    Messages that arrive together are delivered once and in the order in which they were sent (each value has a number, `turn`,
    see `mounting.js`), although Streamlit calls the callbacks in any order and repeats a component's last messages when its
    page is opened again. An AAEError (an invalid message, or a revision that no longer exists) is shown as a toast in the next
    run.
    """
    error_key = f"{key}.refused"  # session key: the error, until the toast has been shown
    delivered_key = f"{key}.heard"  # session key: kind -> the turn of the last message delivered
    if error_key in st.session_state:
        st.toast(markdown.error_text(st.session_state.pop(error_key)), icon=":material/block:")

    def deliver(kind):
        messages, delivered_turns = st.session_state.get(key), st.session_state.setdefault(delivered_key, {})
        if messages is None:  # the message came too late: another page is open
            return
        # a page may withdraw a message
        turns = {
            message_kind: message_number(messages[message_kind]) for message_kind in kinds if message_kind in messages
        }
        new_kinds = [
            message_kind
            for message_kind, turn in turns.items()
            if (delivered_turns.get(message_kind) != turn if turn else message_kind == kind)
        ]
        for message_kind in sorted(new_kinds, key=turns.get):
            delivered_turns[message_kind] = turns[message_kind]
            try:
                on_message(message_kind, validate_message(message_kind, messages[message_kind]))
            except AAEError as error:
                st.session_state[error_key] = str(error)

    return {f"on_{kind}_change": partial(deliver, kind) for kind in kinds}


def message_number(value) -> float:
    """The number that the browser gave a message; 0 if it has none."""
    number = value.get("turn") if isinstance(value, dict) else None
    return number if _is_of_type(number, "number") else 0


def validate_message(kind: str, value) -> dict:
    """A message without `turn`, unless its kind declares that field; MessageError if it does not have the form of its kind."""
    fields, message = MESSAGE_TYPES.get(kind), value
    if isinstance(value, dict) and fields is not None and "turn?" not in fields:
        message = {name: part for name, part in value.items() if name != "turn"}
    require_valid(
        fields is not None and _matches_type(message, fields), f"The page sent a message “{kind}” of an unknown form"
    )
    return message


def _matches_type(value, type_):
    if isinstance(type_, str):
        return any(_is_of_type(value, expected) for expected in type_.split(" | "))
    required = {name for name in type_ if name != ANY_FIELD and not name.endswith("?")}
    if not isinstance(value, dict) or not required <= value.keys():
        return False
    parts = [(part, type_.get(name) or type_.get(f"{name}?") or type_.get(ANY_FIELD)) for name, part in value.items()]
    return all(expected is not None and _matches_type(part, expected) for part, expected in parts)


def _is_of_type(value, type_name):
    if type_name.endswith("[]"):
        return isinstance(value, list) and all(_is_of_type(item, type_name[:-2]) for item in value)
    return isinstance(value, PYTHON_TYPES[type_name]) and not (type_name == "number" and isinstance(value, bool))
