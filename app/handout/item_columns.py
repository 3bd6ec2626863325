"""What a document or a site holds of the items of its codes: nothing, except the ids and columns that were asked for."""

from collections.abc import Sequence

from aae_core.data.own_data.item_files import LABEL
from aae_core.errors import DataError, unknown_name_error
from aae_core.latent.column_groups import ColumnGroups
from app.cache import item_columns, text_columns
from app.cache.item_columns import ItemColumn
from app.cache.revision_view import RevisionView
from app.cache.text_columns import ItemTexts
from app.server import colourings
from app.translation.texts import translate

FIXED_COLUMNS = (LABEL,)  # the class of an item, which every document holds, beside the columns that were asked for


def available_columns(revisions) -> list[str]:
    """The columns that a document of some revisions can hold: "id", "row", "split", "label" and what was kept of their items,
    each once, though some may be too large for a page; [] if nothing was kept. DataError if a file with them is damaged."""
    items = [item_columns.load_items_of_codes(revision) for revision in revisions]
    names = [name for side_items in items if side_items is not None for name in side_items.columns]
    return list(dict.fromkeys(names))


def require_available_columns(revisions, columns: Sequence[str]) -> None:
    """Raise DataError unless the items of one of the revisions have each of the columns, small enough for a page."""
    if not columns:
        return
    available = available_columns(revisions)
    if not available:
        raise DataError(
            translate("Nothing was kept of the items of these revisions, or their data are not on this machine.")
        )
    texts = [text_columns.item_texts_or_none(revision) for revision in revisions]
    fitting = {column.name for side_texts in texts if side_texts is not None for column in side_texts.columns}
    for column in columns:
        if column not in available:
            raise unknown_name_error("column", column, available, DataError)
        if column not in fitting:
            raise DataError(translate("The column {column} is too large for a page.", column=column))


def texts_of_columns(revision: RevisionView, columns: Sequence[str]) -> ItemTexts | None:
    """The texts of those columns that the items of a revision have, with the class beside them; None if they have none of
    them."""
    texts = text_columns.item_texts_or_none(revision) if columns else None
    if texts is None or all(texts.column(name) is None for name in columns):
        return None
    names = {*columns, *FIXED_COLUMNS}
    included_columns = [column for column in texts.columns if column.name in names]
    return ItemTexts(included_columns, [name for name in texts.left_out if name in names])


def included_columns_sentence(revision: RevisionView, columns: Sequence[str]) -> str:
    """A sentence on the ids and columns that a document holds; "" if it holds none."""
    texts = texts_of_columns(revision, columns)
    if texts is None:
        return ""
    names = ", ".join(column.name for column in texts.columns if column.name in columns)
    return translate("It holds of each item: {columns}.", columns=names)


def describe_colourings(file_set, revisions, columns: Sequence[str], shared_aspects=None) -> list[dict]:
    """The choices of what colours the codes of a page's planes: the classes first, then those of the columns that can; [] if
    none can. Each has the changes of the header of each plane, None for the classes; the files with the groups that they name
    are added to the file set, a `contents.FileSet`.

    revisions: those of the planes. shared_aspects(groups) -> what the planes have in common if these colour them, if they
    are linked.
    """
    if not columns:  # then what was kept of the items, which may be damaged, is not read
        return []
    columns_by_name: dict[str, ItemColumn] = {}
    for revision in revisions:
        columns_by_name = item_columns.metadata_columns(revision) | columns_by_name
    chosen = [columns_by_name[name] for name in columns if name in columns_by_name]
    if not chosen:
        return []
    titles = item_columns.distinct_titles(columns_by_name)
    rows = [("", item_columns.unchosen_colour_title(revisions), [None] * len(revisions))]
    rows += [
        (
            column.key,
            translate("Coloured by {column}", column=titles[column.key]),
            item_columns.common_groups(revisions, column),
        )
        for column in chosen
    ]
    return [
        {
            "column": key, "title": title, "changes": [_header_changes(file_set, side) for side in groups],
            "count": max(0 if side is None else len(side.names) for side in groups),
            "shared": None if shared_aspects is None else shared_aspects(groups),
        }
        for key, title, groups in rows
    ]  # fmt: skip


def _header_changes(file_set, groups: ColumnGroups | None) -> dict | None:
    """What the header of a plane has in place of its classes, if groups colour its codes; None for no groups."""
    return None if groups is None else file_set.embed_assets(colourings.groups_header(groups))
