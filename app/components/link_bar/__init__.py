"""The bar “Link and view” of every page: copies the page's address, hides controls, and sets the size for projection."""

from collections.abc import Callable

from app.components import loading
from app.server import wire
from app.server.messages import require

_component = loading.component("link_bar", "bar/bar.js", "the link")


def link_bar(
    names: list[dict], presenter: bool, embedded: bool, left_out: str, hear: Callable[[str, object], None]
) -> None:
    """Draw the bar. `hear(kind, value)` receives "hide" (a list of names) and "size" (whether it is presenter size) before the
    script runs again (`hearing.callbacks`).

    names: {"id", "title", "on": whether it is hidden} of each part that can be hidden; left_out: a sentence on what the page's
    link does not contain, or "".
    """
    ids = [name["id"] for name in names]
    header = {"v": 1, "names": names, "presenter": presenter, "embedded": embedded, "left_out": left_out}
    _component("page.link", wire.pack(header), ("hide", "size"), lambda kind, value: hear(kind, read(kind, value, ids)))


def read(kind: str, value: dict, known: list[str]):
    """The checked value of a message: for "hide" names in `known`, for "size" a bool; MessageError if a name is unknown."""
    if kind == "size":
        return value["presenter"]
    require(set(value["names"]) <= set(known), "The page sent an invalid view setting")
    return [name for name in known if name in value["names"]]
