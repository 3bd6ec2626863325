"""The component of the grid of styles × contents: each row has the style of an image, each column a content; cells are decoded
in the browser."""

from collections.abc import Callable

import numpy as np

from app.cache.revision_view import RevisionView
from app.cache.text_columns import ItemTexts
from app.components import mounting
from app.messages import validation, wire_format
from app.scenes import grid_message
from app.translation.texts import mark

MESSAGE_KINDS = ("code", "layout")

_component = mounting.make_component("style_grid", mark("the grid"))


def mount_style_grid(
    revision: RevisionView,
    codes,
    code: np.ndarray,
    layout: dict,
    item_texts: ItemTexts | None,
    on_message: Callable[[str, object], None],
) -> None:
    """Draw the grid of a revision whose decoder takes a content; `on_message(kind, value)` receives a "code" (the live row's z)
    or a new "layout" before the script runs again (`incoming_messages.message_callbacks`).

    code: the live row's z, d values; layout: as from `validation.parse_grid_layout`; item_texts: of the items of the codes,
    or None.
    """

    def receive(kind, value):
        count = len(codes.z)
        if kind == "layout":
            on_message(kind, validation.parse_grid_layout(value, count, len(revision.content_names)))
        else:
            on_message(kind, validation.parse_plane_value(kind, value, len(code), count, []))

    _component(
        "style.grid",
        wire_format.pack_message(*grid_message.message_parts(revision, codes, code, layout, item_texts)),
        MESSAGE_KINDS,
        receive,
    )
