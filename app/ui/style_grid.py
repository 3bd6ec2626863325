"""The grid of styles × contents in the page: rows take the style of an image, columns its content, and all cells decode there.

The page's part is `components/js/style/`, among the modules of the latent plane.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.cache import loaded
from app.components import loading
from app.server import messages, wire
from app.ui import plane_contents
from app.ui.style_grid_layout import USUAL

KEYS = ("code", "layout")

_component = loading.component("style_grid", "style/style_grid.js", "the grid")


@dataclass(frozen=True)
class Grid:
    """A grid of a revision whose decoder takes content. code: the live row's z, d values; layout: as `messages.layout`."""

    revision: object
    probe: object
    code: np.ndarray
    layout: dict


def style_grid(grid: Grid, key: str, hear: Callable[[str, object], None]) -> None:
    """The grid; `hear(kind, value)` receives a "code" (the live row's z) or a new "layout".

    It is called before the script runs again (`hearing.callbacks`).
    """
    _component(key, message(grid), KEYS, lambda kind, value: hear(kind, _read(grid, kind, value)))


def _read(grid, kind, value):
    count = len(grid.probe.z)
    if kind == "layout":
        return messages.layout(value, count, len(loaded.contents(grid.revision)))
    return messages.read(kind, value, len(grid.code), count, [])


def message(grid: Grid) -> bytes:
    """The bytes for the page, as `wire` packs them."""
    revision = grid.revision
    header = {
        **plane_contents.about(revision, grid.probe), "code": [float(v) for v in grid.code], "layout": grid.layout,
        "most": {"rows": messages.ROWS, "columns": messages.COLUMNS}, "usual": USUAL,
        "every": list(range(min(len(loaded.contents(revision)), messages.COLUMNS))),
        "codes": plane_contents.codes_of(revision, grid.probe),
    }  # fmt: skip
    return wire.pack(header, {"quantiles": plane_contents.quantiles(revision)})
