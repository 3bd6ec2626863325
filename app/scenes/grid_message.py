"""The message of the grid of styles × contents, and the plane beside it."""

import numpy as np

from aae_core.store.status import BUSY
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.cache.text_columns import ItemTexts
from app.figures import plane_views
from app.messages import incoming
from app.scenes import plane_message

RING_PARAMETER = "ring"  # URL parameter: number of the ringed code on the plane beside the grid
LAYERS_PARAMETER = "seen"  # URL parameter: layers of that plane
DEFAULT_LAYERS = ["codes", "prior"]  # its default layers
DEFAULT_ROWS = 6  # initial number of rows
DEFAULT_COLUMNS = 16  # largest initial number of columns; a wide screen shows these without scrolling
STYLE_CANDIDATES = 5000  # codes from which the initial styles are chosen


def blend_shares(blend: dict, count: int) -> np.ndarray:
    """The share of each of `count` contents in a mixture of two, float32."""
    return np.bincount((blend["a"], blend["b"]), (1 - blend["t"], blend["t"]), count).astype(np.float32)


def message_parts(
    revision: RevisionView, codes, code: np.ndarray, layout: dict, item_texts: ItemTexts | None = None
) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of the grid's message. code: the live row's z, d values; layout: as from
    `validation.parse_grid_layout`; item_texts: of the items of the codes, or None."""
    header = {
        **plane_message.revision_header(revision, codes), "code": [float(v) for v in code], "layout": layout,
        "limits": {"rows": incoming.MAX_ROWS, "columns": incoming.MAX_COLUMNS}, "default_row_count": DEFAULT_ROWS,
        "content_numbers": list(range(min(len(revision.content_names), incoming.MAX_COLUMNS))),
        "codes": plane_message.codes_file_reference(revision, codes),
        "items": plane_message.item_texts_reference(revision, codes, item_texts),
    }  # fmt: skip
    return header, plane_message.prior_arrays(revision)


def make_plane_scene(
    revision: RevisionView,
    codes,
    code: np.ndarray,
    layout: dict,
    ringed_number: int | None = None,
    layers=DEFAULT_LAYERS,
    **items,
) -> plane_message.Scene:
    """The scene of the plane beside the grid, with the same z. layout: the grid's; items: groups and item_texts, as in
    `plane_message.Scene`."""
    dimensions = 0, min(1, revision.config.latent_dim - 1)
    return plane_message.Scene(
        revision=revision, probe=codes, plane=plane_views.make_plane(revision, codes, "pair", dimensions), view="pair",
        dimensions=dimensions, code=code, content=layout["blend"]["a"], picked=ringed_number, layers=layers, tools=(),
        has_controls_beside=True, url_names={"picked": RING_PARAMETER, "layers": LAYERS_PARAMETER}, **items,
    )  # fmt: skip


def default_style_code(revision: RevisionView, codes) -> np.ndarray:
    """The live row's initial style, d values: one in which the decoder draws every content clearly."""
    return codes.z[_clear_style_indices(revision, codes)[0]].astype(float)


# not by checkpoint while a revision is training, since the rows should not keep changing
@cache_by_revision(lambda revision, codes: None if revision.status.state in BUSY else codes.cache_key, 32, copies=True)
def _clear_style_indices(revision: RevisionView, codes):
    from aae_core.latent import exploration

    first, rows = exploration.find_clear_style_indices(revision.model, codes.z[:STYLE_CANDIDATES], DEFAULT_ROWS)
    return first, rows.tolist()


def default_grid_layout(revision: RevisionView, codes, first_content: int) -> dict:
    """The initial layout: images with clear and varied styles, the first DEFAULT_COLUMNS contents, and in the live column
    `first_content`."""
    count = len(revision.content_names)
    rows, columns = list(_clear_style_indices(revision, codes)[1]), list(range(min(count, DEFAULT_COLUMNS)))
    return {"rows": rows, "columns": columns, "blend": {"a": first_content, "b": (first_content + 1) % count, "t": 0.0}}
