"""The grid of styles × classes in the page: rows take the style of an image, columns its content, and all cells decode there.

The page's part is `style_grid.js` and what it imports, among the modules of the latent plane.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aae_core.errors import AAEError
from app import state
from app.components import loading
from app.components.latent_canvas import contents, messages, wire
from app.components.style_grid.layout import USUAL

KEYS = ("code", "layout")
REFUSED = "grid.refused"  # session key: a word on a message that nothing came of, until it has been said
HERE = Path(__file__).parent
STYLES = (HERE.parent / "latent_canvas" / "style.css", HERE / "style.css")

_component = st.components.v2.component(
    "style_grid", css="\n".join(path.read_text(encoding="utf-8") for path in STYLES),
    js=loading.loader("style/style_grid.js", "the grid"),
)  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """A grid of a revision whose decoder takes content. code: the live row's z, d values; layout: as `messages.layout`."""

    revision: object
    probe: object
    code: np.ndarray
    layout: dict


def style_grid(grid: Grid, key: str, hear: Callable[[str, object], None]) -> None:
    """The grid; `hear(kind, value)` is told of a "code" (the live row's z) and of another "layout".

    It is called before the script runs again. A message that makes no sense, or is about a revision that is gone,
    changes nothing, and a toast says so.
    """
    if REFUSED in st.session_state:
        st.toast(st.session_state.pop(REFUSED), icon=":material/block:")

    def listen(kind):
        def callback():
            said = st.session_state[key]
            if kind in said:
                try:
                    hear(kind, _read(grid, kind, said[kind]))
                except AAEError as error:
                    st.session_state[REFUSED] = str(error)

        return callback

    _component(key=key, data=message(grid), **{f"on_{kind}_change": listen(kind) for kind in KEYS})


def _read(grid, kind, value):
    count = len(grid.probe.z)
    if kind == "layout":
        return messages.layout(value, count, len(grid.revision.data.classes))
    return messages.read(kind, value, len(grid.code), count, [])


def message(grid: Grid) -> bytes:
    """The bytes for the page, as `wire` packs them."""
    revision = grid.revision
    header = {
        **contents.about(revision, grid.probe), "code": [float(v) for v in grid.code], "layout": grid.layout,
        "most": {"rows": messages.ROWS, "columns": messages.COLUMNS}, "usual": USUAL,
        "every": list(range(min(len(revision.data.classes), messages.COLUMNS))),
        "extent": state.prior(revision.config).extent(), "codes": contents.codes_of(revision, grid.probe),
    }  # fmt: skip
    quantiles = state.percentiles(revision.config)[:2].astype(np.float32)
    return wire.pack(header, {"quantiles": quantiles})
