"""The component of the grid of styles × contents: each row has the style of an image, each column a content; cells are decoded in
the browser."""

from collections.abc import Callable

import numpy as np

from app.cache import loaded
from app.components import loading
from app.page_parts import style_grid_layout
from app.server import messages, wire

KEYS = ("code", "layout")

_component = loading.component("style_grid", "style/style_grid.js", "the grid")


def style_grid(revision, probe, code: np.ndarray, layout: dict, hear: Callable[[str, object], None]) -> None:
    """Draw the grid of a revision whose decoder takes a content; `hear(kind, value)` receives a "code" (the live row's z) or a
    new "layout" before the script runs again (`hearing.callbacks`).

    code: the live row's z, d values; layout: as from `messages.layout`.
    """

    def take(kind, value):
        count = len(probe.z)
        if kind == "layout":
            hear(kind, messages.layout(value, count, len(loaded.contents(revision))))
        else:
            hear(kind, messages.read(kind, value, len(code), count, []))

    _component("style.grid", wire.pack(*style_grid_layout.contents(revision, probe, code, layout)), KEYS, take)
