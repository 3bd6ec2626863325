"""The column that colours the codes of a page's planes, chosen once for all of them, and what was kept of their items."""

from contextlib import nullcontext
from dataclasses import dataclass

import streamlit as st

from aae_core.data.own_data import item_tables
from aae_core.latent.column_groups import ColumnGroups
from app.cache import item_columns, ranking, text_columns
from app.cache.item_columns import ItemColumn
from app.cache.revision_view import RevisionView
from app.cache.text_columns import ItemTexts
from app.session import address
from app.translation.texts import translate

MAX_LIKELY = 12  # columns whose groups the page fetches before one is chosen, about 100 kB each
SELECT_WIDTH = 280  # pixels of the choice of a column


@dataclass(frozen=True)
class ItemColours:
    """groups: of a plane's codes, None where their classes colour them; texts: of their items, None where nothing was kept of
    them; lacks_column: whether a column was chosen that the items do not have."""

    groups: ColumnGroups | None = None
    texts: ItemTexts | None = None
    lacks_column: bool = False


def number_label_of(revision: RevisionView) -> str:
    """The key of the column that was named for the classes of a revision's data but holds numbers that are none; "" if none
    does."""
    record = item_tables.items_record(revision.data.name) if revision.has_data else None
    return "" if record is None else record.number_label


def choose_colour_column(columns: dict[str, ItemColumn], revisions) -> ItemColumn | None:
    """Let the user choose one of the columns, by key, kept in the link; None for the classes. By default these, or the class as a
    number, if it is one; or the column that was named for the classes of the first of the revisions but holds numbers."""
    if not columns:
        return None
    options = {"": item_columns.unchosen_colour_title(revisions)}
    number_label = number_label_of(revisions[0])
    default = number_label if number_label in columns else ""
    titles = item_columns.distinct_titles(columns)
    for key, column in columns.items():
        if column.source != "class":
            options[key] = translate("Coloured by {column}", column=titles[key])
        elif column.kind == "number":
            options[key] = translate("Coloured by class as a number")
            default = key
    if len(options) == 1:
        return None
    from app.components.colour_select import mount_colour_select

    address.exchange_unoffered_text("colour", options, default)
    key = address.recall_setting("colour", lambda text: text if text in options else None, default)
    _store_colour(key, default)
    likely_keys = ["", *(key for key, column in columns.items() if column.source == "metadata")][:MAX_LIKELY]
    with st.container(key="colour", width=SELECT_WIDTH):
        mount_colour_select(
            options, likely_keys, key, default, "colour.select", lambda key: _store_colour(key, default)
        )
    return columns.get(key)


def _store_colour(key, default) -> None:
    if key == default:
        address.store_setting("colour", None)
    else:
        address.store_setting("colour", key)
        address.forget_unoffered_text("colour")


def spinner_if_slow(revision: RevisionView, column: ItemColumn):
    """A context with a spinner, if the values of a column of a revision take long."""
    if item_columns.is_computed(revision, column):
        return nullcontext()
    return st.spinner(translate(ranking.PROGRESS_TEXT), show_time=True)


def choose_item_colours(revisions) -> list[ItemColours]:
    """Let the user choose by which metadata column the codes of all planes of a page are coloured, and return those of each.
    revisions: those of the planes, with codes. A plane whose data set lacks the column is coloured by class. DataError if the
    file with the columns is damaged."""
    columns: dict[tuple, ItemColumn] = {}  # by source and name
    for revision in revisions:
        for column in item_columns.columns_of_items(revision).values():
            if column.source == "metadata" or (column.source, column.kind) == ("class", "number"):
                columns.setdefault((column.source, column.name), column)
    column = choose_colour_column(item_columns.columns_by_key(list(columns.values())), revisions)
    groups = [None] * len(revisions) if column is None else item_columns.common_groups(revisions, column)
    can_lack = column is not None and column.source == "metadata"
    return [
        ItemColours(side_groups, text_columns.item_texts_or_none(revision), can_lack and side_groups is None)
        for revision, side_groups in zip(revisions, groups, strict=True)
    ]
