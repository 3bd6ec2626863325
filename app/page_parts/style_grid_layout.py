"""The layout of the grid and its text in the link: "images=3,1,4" (rows), "columns=0,7" and "blend=3~8~0.35" (live column)."""

from functools import partial

import numpy as np
import streamlit as st

from aae_core.checks import read_whole
from aae_core.store.status import BUSY
from app.cache import loaded
from app.cache.kept import kept
from app.figures import plane_views
from app.server import messages
from app.session import address
from app.ui import current_code, plane_contents

RING = "ring"  # URL parameter: number of the ringed code on the plane beside the grid
SEEN = "seen"  # URL parameter: layers of that plane
LAYERS = ["codes", "prior"]  # its default layers
USUAL = 6  # initial number of rows
USUAL_COLUMNS = 16  # largest initial number of columns; a wide screen shows these without scrolling
MANY = 5000  # codes from which the initial styles are chosen


def numbers_of(text: str, most: int, count: int) -> list[int] | None:
    """The 1 to `most` whole numbers, each below `count`, in a text such as "3, 1, 4"; None if it is invalid."""
    numbers = [read_whole(part, 0, count - 1) for part in map(str.strip, text.split(",")) if part]
    return numbers if 1 <= len(numbers) <= most and None not in numbers else None


def blend_of(text: str, count: int) -> dict | None:
    """The mixture of two of `count` contents in a text such as "3~8~0.35", as from `messages.blend`; None if it is invalid."""
    parts = text.split("~")
    if len(text) > 40 or len(parts) != 3:
        return None
    try:
        return messages.blend({"a": int(parts[0]), "b": int(parts[1]), "t": float(parts[2])}, count)
    except (ValueError, messages.MessageError):
        return None


def shares_of(blend: dict, count: int) -> np.ndarray:
    """The share of each of `count` contents in a mixture of two, float32."""
    return np.bincount((blend["a"], blend["b"]), (1 - blend["t"], blend["t"]), count).astype(np.float32)


def contents(revision, probe, code: np.ndarray, layout: dict) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of the grid's message. code, layout: as in `style_grid`."""
    header = {
        **plane_contents.about(revision, probe), "code": [float(v) for v in code], "layout": layout,
        "most": {"rows": messages.ROWS, "columns": messages.COLUMNS}, "usual": USUAL,
        "every": list(range(min(len(loaded.contents(revision)), messages.COLUMNS))),
        "codes": plane_contents.codes_of(revision, probe),
    }  # fmt: skip
    return header, plane_contents.prior_arrays(revision)


def scene(
    revision, probe, code: np.ndarray, held: dict, ring: int | None = None, layers=LAYERS
) -> plane_contents.Scene:
    """The scene of the plane beside the grid, with the same z. held: the grid's layout; ring: number of the ringed code."""
    dimensions = 0, min(1, revision.config.latent_dim - 1)
    return plane_contents.Scene(
        revision=revision, probe=probe, plane=plane_views.plane_of(revision, probe, "pair", dimensions), through="pair",
        dimensions=dimensions, code=code, content=held["blend"]["a"], picked=ring, layers=layers, tools=(), beside=True,
        called={"picked": RING, "layers": SEEN},
    )  # fmt: skip


def usual(revision, probe, first: int | None = None) -> dict:
    """The initial layout: images with clear and varied styles, the first USUAL_COLUMNS contents, and in the live column the
    content `first`, by default the current one."""
    count = len(loaded.contents(revision))
    if first is None:
        first = current_code.content_now(revision)
    rows, columns = list(_styles(revision, probe)[1]), list(range(min(count, USUAL_COLUMNS)))
    return {"rows": rows, "columns": columns, "blend": {"a": first, "b": (first + 1) % count, "t": 0.0}}


def first_style(revision, probe) -> np.ndarray:
    """The live row's initial style, d values: one in which the decoder draws every content clearly."""
    return probe.z[_styles(revision, probe)[0]].astype(float)


# not by checkpoint while a revision is training, since the rows should not keep changing
@kept(lambda revision, probe: None if revision.status.state in BUSY else probe.at, 32, st.cache_data)
def _styles(revision, probe):
    from aae_core.latent import exploration

    first, rows = exploration.clear_styles(loaded.model(revision), probe.z[:MANY], USUAL)
    return first, rows.tolist()


def now(revision, probe) -> dict:
    """The layout from link or session, as far as they contain it, otherwise from `usual`."""
    contents, first = len(loaded.contents(revision)), usual(revision, probe)
    rows = partial(numbers_of, most=messages.ROWS, count=len(probe.z))
    columns = partial(numbers_of, most=messages.COLUMNS, count=contents)
    return {
        "rows": address.recall("images", rows, first["rows"]),
        "columns": address.recall("columns", columns, first["columns"]),
        "blend": address.recall("blend", partial(blend_of, count=contents), first["blend"]),
    }


def keep(layout: dict, first: dict) -> None:
    """Write a layout into the link, except what equals `first`, and into the plain controls; to be called before these are
    drawn."""
    for name, key in (("images", "rows"), ("columns", "columns")):
        st.session_state[name] = ", ".join(map(str, layout[key]))
        address.keep(name, None if layout[key] == first[key] else ",".join(map(str, layout[key])))
    keep_blend(layout["blend"], first)


def keep_blend(blend: dict, first: dict) -> None:
    address.keep("blend", None if blend == first["blend"] else f"{blend['a']}~{blend['b']}~{blend['t']:.3g}")
