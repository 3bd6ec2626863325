"""Link and view on every page: the page's address to copy, hidden controls, and a size for projection."""

from collections.abc import Callable

from app.components import loading
from app.server import wire
from app.server.messages import MessageError

KEYS = ("hide", "size")

_component = loading.component("link_bar", "bar/bar.js", "the link")


def link_bar(
    names: list[dict], presenter: bool, embedded: bool, left_out: str, hear: Callable[[str, object], None]
) -> None:
    """The bar; `hear(kind, value)` receives "hide" (a list of names) and "size" (whether it is presenter size).

    names: {"id", "title", "on": whether it is hidden} of each control that can be hidden; left_out: a sentence on what the
    page's link cannot store, "" if it stores everything. It is called before the script runs again (`hearing.callbacks`).
    """
    known = [name["id"] for name in names]
    header = {"v": 1, "names": names, "presenter": presenter, "embedded": embedded, "left_out": left_out}
    _component("page.link", wire.pack(header), KEYS, lambda kind, value: hear(kind, read(kind, value, known)))


def read(kind: str, value: dict, known: list[str]):
    """The checked value: for "hide" the named ones of `known`, for "size" a bool; MessageError if it is invalid."""
    if kind == "size":
        return value["presenter"]
    if not set(value["names"]) <= set(known):
        raise MessageError("The page sent an invalid view setting, which was refused.")
    return [name for name in known if name in value["names"]]
