"""How the codes of a page's plane are coloured: the names, colours and shapes of their classes or groups, and the file with
the group of each code."""

import numpy as np

from aae_core.latent import colours
from aae_core.latent.column_groups import ColumnGroups
from app.cache import item_columns
from app.figures import palette
from app.messages import wire_format
from app.server import assets


def colouring_header(classes: tuple[str, ...], groups: ColumnGroups | None) -> dict:
    """The parts of a plane's header on what colours its codes: the groups, or the classes where there are none."""
    without_groups = {"missing": None, "ranges_of": None, "groups": None, "colour": ""}
    return {**classes_header(classes), **(without_groups if groups is None else groups_header(groups))}


def classes_header(classes: tuple[str, ...]) -> dict:
    """The parts of a header that name and colour the classes."""
    return {
        "classes": list(classes),
        "colours": [colours.class_colour(class_number) for class_number in range(len(classes))],
        "shapes": [palette.marker_shape(class_number) for class_number in range(len(classes))],
    }


def groups_header(groups: ColumnGroups) -> dict:
    """The parts of a header that name and colour groups, in place of those of the classes."""
    return {
        "classes": list(groups.names),
        "colours": list(groups.colours),
        "shapes": [palette.marker_shape(k) for k in range(len(groups.names))],
        "missing": item_columns.missing_values_title(groups.names),
        "ranges_of": groups.column if groups.are_ranges else None,
        "groups": groupings_reference(**groups_array(groups)),
        "colour": groups.column,
    }


def groups_array(groups: ColumnGroups | None) -> dict[str, np.ndarray]:
    """The array of a message "groupings" with the group of each code, int16 N; none where the classes colour the codes."""
    return {} if groups is None else {"groups": groups.labels.astype(np.int16, copy=False)}


def groupings_reference(**arrays) -> dict:
    """The file of a message "groupings" with these arrays."""
    return assets.ASSETS.put(assets.make_asset(wire_format.pack_message({"v": 1}, arrays), "bin")).reference
