"""What a document or a site holds of the items of its codes: nothing, except the ids and columns that were asked for."""

from collections.abc import Sequence

import numpy as np

from aae_core.data.item_files import LABEL
from aae_core.errors import DataError, unknown_name_error
from aae_core.latent.column_groups import ColumnGroups
from app.cache import item_columns
from app.messages import wire_format
from app.scenes import plane_message
from app.translation.texts import translate

FIXED_COLUMNS = (LABEL,)  # the class of an item, which every document holds, beside the columns that were asked for


def available_columns(revisions) -> list[str]:
    """The columns that a document of some revisions can hold: "id", "row", "split", "label" and what was kept of their items,
    each once; [] if nothing was kept. DataError if a file with them is damaged."""
    texts = [item_columns.item_texts_or_none(revision) or {} for revision in revisions]
    return list(dict.fromkeys(name for names in texts for name in names))


def require_available_columns(revisions, columns: Sequence[str]) -> None:
    """Raise DataError unless the items of one of the revisions have each of the columns."""
    available = available_columns(revisions) if columns else []
    if columns and not available:
        raise DataError(
            translate("Nothing was kept of the items of these revisions, or their data are not on this machine.")
        )
    for column in columns:
        if column not in available:
            raise unknown_name_error("column", column, available, DataError)


def texts_of_columns(revision, columns: Sequence[str]) -> dict[str, list[str]] | None:
    """{column: texts} of those columns that the items of a revision have, with the class beside them; None if they have none of
    them."""
    texts = item_columns.item_texts_or_none(revision) if columns else None
    if texts is None or not set(columns) & texts.keys():
        return None
    return {name: values for name, values in texts.items() if name in (*columns, *FIXED_COLUMNS)}


def held_columns_sentence(revision, columns: Sequence[str]) -> str:
    """A sentence on the ids and columns that a document holds; "" if it holds none."""
    texts = texts_of_columns(revision, columns)
    if texts is None:
        return ""
    names = ", ".join(name for name in texts if name in columns)
    return translate("It holds of each item: {columns}.", columns=names)


def describe_colourings(file_set, revisions, columns: Sequence[str], shared_aspects=None) -> list[dict]:
    """The choices of what colours the codes of a page's planes: the classes first, then those of the columns that can; [] if
    none can. The groups of each plane become a file of the file set, a `contents.FileSet`.

    revisions: those of the planes. shared_aspects(groups) -> what the planes have in common if these colour them, if they
    are linked.
    """
    can_colour = {name for revision in revisions for name in item_columns.columns_that_colour(revision)}
    chosen = [column for column in columns if column in can_colour]
    if not chosen:
        return []
    rows = [("", translate("Coloured by class"), [None] * len(revisions))]
    rows += [
        (column, translate("Coloured by {column}", column=column), item_columns.common_groups(revisions, column))
        for column in chosen
    ]
    return [
        {
            "column": column, "title": title, "files": [_add_groups(file_set, side) for side in groups],
            "count": max(0 if side is None else len(side.names) for side in groups),
            "shared": None if shared_aspects is None else shared_aspects(groups),
        }
        for column, title, groups in rows
    ]  # fmt: skip


def _add_groups(file_set, groups) -> str | None:
    """The name of the file with the groups of a plane's codes; None for no groups."""
    return None if groups is None else file_set.add(pack_groups(groups))


def pack_groups(groups: ColumnGroups) -> bytes:
    """What the message of a plane has in place of its classes if a column colours its codes."""
    header = {"v": 1, **plane_message.groups_header(groups)}
    return wire_format.pack_message(header, {"groups": groups.labels.astype(np.int16)})
