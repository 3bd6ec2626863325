"""Messages from a component in the browser to Python: checked, ordered, and delivered once."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from aae_core.errors import AAEError
from app.components import markdown
from app.server.messages import require

ANY = "[name: string]"
KINDS = {"number": int | float, "string": str, "boolean": bool, "null": type(None)}
NAME, TYPE = re.compile(r"(\[name: string\]|\w+\??): "), re.compile(r"(?<=[ {])([a-z][a-z \[\]|]*[a-z\]])(?=[,;}])")


def _forms(description):
    """The interface `Heard` of a TypeScript declaration as a dict: kind of message -> {field: type}, possibly nested."""
    rows = description.partition("interface Heard {\n")[2].partition("\n}")[0]
    forms = json.loads("{" + TYPE.sub(r'"\1"', NAME.sub(r'"\1": ', rows)).replace(";", ",").rstrip(",") + "}")
    for kind, form in forms.items():
        types = {name.replace("[]", "") for union in _leaves(form) for name in union.split(" | ")}
        unknown = types - KINDS.keys()
        if unknown:
            raise TypeError(
                f"A message “{kind}” has a field of the type {' and '.join(unknown)}, which cannot be checked."
            )
    return forms


def _leaves(form):
    return [form] if isinstance(form, str) else [leaf for part in form.values() for leaf in _leaves(part)]


FORMS = _forms((Path(__file__).parent / "messages.d.ts").read_text(encoding="utf-8"))


def callbacks(key: str, kinds: tuple[str, ...], take: Callable[[str, object], None]) -> dict[str, Callable]:
    """The callbacks of a component: `take(kind, value)` receives each message before the script runs again.

    Messages that arrive together are delivered once and in the order in which they were sent (each value has a number, `turn`,
    see `mounting.js`), although Streamlit calls the callbacks in any order and repeats a component's last messages when its page
    is opened again. An AAEError (an invalid message, or a revision that no longer exists) is shown as a toast in the next run.
    """
    refused = f"{key}.refused"  # session key: the error, until the toast has been shown
    heard = f"{key}.heard"  # session key: kind -> the turn of the last message delivered
    if refused in st.session_state:
        st.toast(markdown.error_text(st.session_state.pop(refused)), icon=":material/block:")

    def listen(kind):
        messages, delivered_turns = st.session_state.get(key), st.session_state.setdefault(heard, {})
        if messages is None:  # the message came too late: another page is open
            return
        # a page may withdraw a message
        turns = {message_kind: turn_of(messages[message_kind]) for message_kind in kinds if message_kind in messages}
        news = [
            message_kind
            for message_kind, turn in turns.items()
            if (delivered_turns.get(message_kind) != turn if turn else message_kind == kind)
        ]
        for message_kind in sorted(news, key=turns.get):
            delivered_turns[message_kind] = turns[message_kind]
            try:
                take(message_kind, formed(message_kind, messages[message_kind]))
            except AAEError as error:
                st.session_state[refused] = str(error)

    return {f"on_{kind}_change": partial(listen, kind) for kind in kinds}


def turn_of(value) -> float:
    """The number that the browser gave a message; 0 if it has none."""
    turn = value.get("turn") if isinstance(value, dict) else None
    return turn if _is(turn, "number") else 0


def formed(kind: str, value) -> dict:
    """A message without `turn`, unless its kind declares that field; MessageError if it does not have the form of its kind."""
    form, message = FORMS.get(kind), value
    if isinstance(value, dict) and form is not None and "turn?" not in form:
        message = {name: part for name, part in value.items() if name != "turn"}
    require(form is not None and _fits(message, form), f"The page sent a message “{kind}” of an unknown form")
    return message


def _fits(value, form):
    if isinstance(form, str):
        return any(_is(value, expected) for expected in form.split(" | "))
    needed = {name for name in form if name != ANY and not name.endswith("?")}
    if not isinstance(value, dict) or not needed <= value.keys():
        return False
    parts = [(part, form.get(name) or form.get(f"{name}?") or form.get(ANY)) for name, part in value.items()]
    return all(expected is not None and _fits(part, expected) for part, expected in parts)


def _is(value, kind):
    if kind.endswith("[]"):
        return isinstance(value, list) and all(_is(item, kind[:-2]) for item in value)
    return isinstance(value, KINDS[kind]) and not (kind == "number" and isinstance(value, bool))
