"""The choice of the column that colours the codes of the page's planes: they are drawn at once, and Python learns of it."""

from collections.abc import Callable

from app.components import mounting
from app.messages import validation, wire_format
from app.translation.texts import mark

_component = mounting.make_component("colour_select", mark("the choice of the colour"))


def mount_colour_select(
    options: dict[str, str],
    likely_options: list[str],
    chosen: str,
    default: str,
    key: str,
    on_choice: Callable[[str], None],
) -> None:
    """Draw the choice; `on_choice(option)` receives another option before the script runs again.

    options: titles by the key of the column, "" for the classes; likely_options: those whose groups are fetched before one is
    chosen. chosen: the one in use; default: the one that a link omits.
    """
    header = {
        "v": 1,
        "options": [{"value": value, "title": title} for value, title in options.items()],
        "likely": likely_options,
        "chosen": chosen,
        "default": default,
    }
    _component(
        key,
        wire_format.pack_message(header),
        ("colour",),
        lambda kind, value: on_choice(parse_colour_message(value, options)),
    )


def parse_colour_message(value: dict, options: dict[str, str]) -> str:
    """The option in a message; MessageError, with one sentence, if there is none such."""
    complaint = mark("The page chose a column for the colours that does not exist, which was refused.")
    validation.require_valid(value["text"] in options, complaint)
    return value["text"]
