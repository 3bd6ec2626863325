"""A column that was kept of the items, by cluster, and the names of the items on the cards of the clusters."""

import streamlit as st

from aae_core.data import item_tables
from aae_core.data.item_files import ID
from app.cache import item_columns
from app.figures import cluster_columns, html_tables
from app.page_parts import cluster_cards
from app.translation.texts import translate
from app.ui import choices


def render_column_by_cluster(revision, codes) -> str:
    """Let the user choose a column that was kept of the items, and draw its table by cluster. Returns the column; "" if none is
    chosen, or if there is none. DataError if the file with the columns is damaged."""
    names = item_columns.columns_that_colour(revision)
    if not names:
        return ""
    st.header(translate("What was kept of the items, by cluster"), anchor=False)
    options = {"": translate("none")} | {name: name for name in names}
    column = choices.choose_option(st.selectbox, "colour", options, "", label=translate("Column"), width=320)
    if column:
        st.html(table_html(revision, codes, column))
        st.caption(counted_items_sentence(revision, codes))
    return column


def table_html(revision, codes, column: str) -> str:
    """The table of one of `item_columns.columns_that_colour` by cluster: mean and spread of a number, the counts of the groups of
    any other column."""
    names = cluster_cards.cluster_names(revision)
    if item_tables.items_record(revision.data.name).kinds[column] == "number":
        values = item_columns.load_items_of_codes(revision)[column].to_numpy(float, na_value=float("nan"))
        heads, rows = cluster_columns.number_table(codes.content, values, names)
    else:
        groups = item_columns.groups_of_codes(revision, column)
        heads, rows = cluster_columns.group_table(codes.content, groups, names)
    return html_tables.text_table_html(translate("{column} by cluster", column=column), heads, rows)


def counted_items_sentence(revision, codes) -> str:
    """A sentence on which items the tables count."""
    count = f"{len(codes.z):,}"
    if codes.split == "train":
        text = translate("These count the {count} training images of the probe set.", count=count)
    else:
        text = translate("These count the {count} test images of the probe set.", count=count)
    return revision.reword_for_items(text)


def item_names(revision, clustering, texts: dict[str, list[str]] | None, column: str = "") -> cluster_cards.ItemNames:
    """The names of the items on the cards: their ids, those of the members followed by the value of a column, if one is given.

    clustering: the figures of the protocol "clustering", or None. texts: as from `item_columns.item_texts`; without ids, as in
    None, nothing is named.
    """
    if texts is None or ID not in texts:
        return cluster_cards.ItemNames()
    members = texts[ID]
    if column:
        missing = translate("missing")
        members = [
            f"{item_id} · {column}: {text or missing}" for item_id, text in zip(texts[ID], texts[column], strict=True)
        ]
    numbers = () if clustering is None else tuple(row["exemplar_image"] for row in clustering["clusters"])
    exemplars = dict(zip(numbers, item_columns.ids_of_training_items(revision, numbers), strict=True))
    return cluster_cards.ItemNames(members, exemplars)
