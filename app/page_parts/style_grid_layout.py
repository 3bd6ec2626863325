"""The layout of the grid and its text in the link: "images=3,1,4" (rows), "columns=0,7" and "blend=3~8~0.35" (live column)."""

from functools import partial

import numpy as np
import streamlit as st

from aae_core.checks import parse_whole_number
from aae_core.store.status import BUSY
from app.cache.revision_cache import cache_by_revision
from app.figures import plane_views
from app.server import messages
from app.session import address
from app.ui import current_code, plane_contents

RING_PARAMETER = "ring"  # URL parameter: number of the ringed code on the plane beside the grid
LAYERS_PARAMETER = "seen"  # URL parameter: layers of that plane
DEFAULT_LAYERS = ["codes", "prior"]  # its default layers
DEFAULT_ROWS = 6  # initial number of rows
DEFAULT_COLUMNS = 16  # largest initial number of columns; a wide screen shows these without scrolling
STYLE_CANDIDATES = 5000  # codes from which the initial styles are chosen


def parse_numbers(text: str, max_count: int, limit: int) -> list[int] | None:
    """The 1 to `most` whole numbers, each below `count`, in a text such as "3, 1, 4"; None if it is invalid."""
    numbers = [parse_whole_number(part, 0, limit - 1) for part in map(str.strip, text.split(",")) if part]
    return numbers if 1 <= len(numbers) <= max_count and None not in numbers else None


def parse_blend(text: str, count: int) -> dict | None:
    """The mixture of two of `count` contents in a text such as "3~8~0.35", as from `messages.parse_blend`; None if it is invalid."""
    parts = text.split("~")
    if len(text) > 40 or len(parts) != 3:
        return None
    try:
        return messages.parse_blend({"a": int(parts[0]), "b": int(parts[1]), "t": float(parts[2])}, count)
    except (ValueError, messages.MessageError):
        return None


def blend_shares(blend: dict, count: int) -> np.ndarray:
    """The share of each of `count` contents in a mixture of two, float32."""
    return np.bincount((blend["a"], blend["b"]), (1 - blend["t"], blend["t"]), count).astype(np.float32)


def grid_message(revision, codes, code: np.ndarray, layout: dict) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of the grid's message. code, layout: as in `style_grid`."""
    header = {
        **plane_contents.revision_header(revision, codes), "code": [float(v) for v in code], "layout": layout,
        "most": {"rows": messages.MAX_ROWS, "columns": messages.MAX_COLUMNS}, "usual": DEFAULT_ROWS,
        "every": list(range(min(len(revision.content_names), messages.MAX_COLUMNS))),
        "codes": plane_contents.codes_file_reference(revision, codes),
    }  # fmt: skip
    return header, plane_contents.prior_arrays(revision)


def make_plane_scene(
    revision, codes, code: np.ndarray, layout: dict, ringed_number: int | None = None, layers=DEFAULT_LAYERS
) -> plane_contents.Scene:
    """The scene of the plane beside the grid, with the same z. held: the grid's layout; ring: number of the ringed code."""
    dimensions = 0, min(1, revision.config.latent_dim - 1)
    return plane_contents.Scene(
        revision=revision, probe=codes, plane=plane_views.make_plane(revision, codes, "pair", dimensions), through="pair",
        dimensions=dimensions, code=code, content=layout["blend"]["a"], picked=ringed_number, layers=layers, tools=(), has_controls_beside=True,
        url_names={"picked": RING_PARAMETER, "layers": LAYERS_PARAMETER},
    )  # fmt: skip


def default_layout(revision, codes, first_content: int | None = None) -> dict:
    """The initial layout: images with clear and varied styles, the first USUAL_COLUMNS contents, and in the live column the
    content `first`, by default the current one."""
    count = len(revision.content_names)
    if first_content is None:
        first_content = current_code.current_content(revision)
    rows, columns = list(_clear_styles(revision, codes)[1]), list(range(min(count, DEFAULT_COLUMNS)))
    return {"rows": rows, "columns": columns, "blend": {"a": first_content, "b": (first_content + 1) % count, "t": 0.0}}


def default_style(revision, codes) -> np.ndarray:
    """The live row's initial style, d values: one in which the decoder draws every content clearly."""
    return codes.z[_clear_styles(revision, codes)[0]].astype(float)


# not by checkpoint while a revision is training, since the rows should not keep changing
@cache_by_revision(lambda revision, probe: None if revision.status.state in BUSY else probe.at, 32, st.cache_data)
def _clear_styles(revision, codes):
    from aae_core.latent import exploration

    first, rows = exploration.find_clear_styles(
        revision.model, codes.z[:STYLE_CANDIDATES], DEFAULT_ROWS
    )
    return first, rows.tolist()


def current_layout(revision, codes) -> dict:
    """The layout from link or session, as far as they contain it, otherwise from `default_layout`."""
    content_count, default = len(revision.content_names), default_layout(revision, codes)
    rows = partial(parse_numbers, max_count=messages.MAX_ROWS, limit=len(codes.z))
    columns = partial(parse_numbers, max_count=messages.MAX_COLUMNS, limit=content_count)
    return {
        "rows": address.recall_setting("images", rows, default["rows"]),
        "columns": address.recall_setting("columns", columns, default["columns"]),
        "blend": address.recall_setting("blend", partial(parse_blend, count=content_count), default["blend"]),
    }


def store_layout(layout: dict, default: dict) -> None:
    """Write a layout into the link, except what equals `first`, and into the plain controls; to be called before these are
    drawn."""
    for name, key in (("images", "rows"), ("columns", "columns")):
        st.session_state[name] = ", ".join(map(str, layout[key]))
        address.store_setting(name, None if layout[key] == default[key] else ",".join(map(str, layout[key])))
    store_blend(layout["blend"], default)


def store_blend(blend: dict, default: dict) -> None:
    address.store_setting("blend", None if blend == default["blend"] else f"{blend['a']}~{blend['b']}~{blend['t']:.3g}")
