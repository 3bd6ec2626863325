"""The bar “Link and view” of every page: copies the page's address, hides controls, and sets the size for projection."""

from collections.abc import Callable

from app.components import mounting
from app.messages import wire_format
from app.messages.validation import require_valid
from app.translation.languages import LANGUAGES, current_language
from app.translation.texts import mark

_component = mounting.make_component("link_bar", mark("the link"))


def mount_link_bar(
    hideable_parts: list[dict],
    presenter: bool,
    is_embedded: bool,
    left_out_note: str,
    on_message: Callable[[str, object], None],
) -> None:
    """Draw the bar. `on_message(kind, value)` receives "hide" (a list of names), "size" (whether it is presenter size) and
    "reconnected" (None; the run that follows is all that is wanted) before the script runs again
    (`incoming_messages.message_callbacks`). A language that is chosen comes with the address, in
    which the bar loads the page anew.

    hideable_parts: {"id", "title", "on": whether it is hidden} of each part that can be hidden; left_out_note: a sentence on
    what the page's link does not contain, or "".
    """
    ids = [part["id"] for part in hideable_parts]
    header = {
        "v": 1,
        "names": hideable_parts,
        "presenter": presenter,
        "embedded": is_embedded,
        "left_out": left_out_note,
    }
    header |= {
        "languages": [{"code": code, "name": name} for code, name in LANGUAGES.items()],
        "language": current_language(),
    }
    _component(
        "page.link",
        wire_format.pack_message(header),
        ("hide", "size", "reconnected"),
        lambda kind, value: on_message(kind, parse_link_bar_message(kind, value, ids)),
    )


def parse_link_bar_message(kind: str, value: dict, valid_names: list[str]):
    """The checked value of a message: for "hide" names in `valid_names`, for "size" a bool, for "reconnected" None;
    MessageError if a name is unknown."""
    if kind == "reconnected":
        return None
    if kind == "size":
        return value["presenter"]
    require_valid(
        set(value["names"]) <= set(valid_names), mark("The page sent an invalid view setting, which was refused.")
    )
    return [name for name in valid_names if name in value["names"]]
