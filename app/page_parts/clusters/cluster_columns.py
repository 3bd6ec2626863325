"""A column that was kept of the items, by cluster, and the names of the items on the cards of the clusters."""

import streamlit as st

from aae_core.data.own_data.item_files import ID
from app.cache import item_columns, text_columns
from app.cache.item_columns import ItemColumn
from app.cache.revision_view import RevisionView
from app.cache.text_columns import ItemTexts
from app.figures import cluster_columns, html_tables
from app.page_parts.clusters import cluster_cards
from app.translation.texts import translate
from app.ui import choices, item_colours


def render_column_by_cluster(revision: RevisionView, codes) -> ItemColumn | None:
    """Let the user choose a column that was kept of the items, and draw its table by cluster. Returns the column; None if none is
    chosen, or if there is none. DataError if the file with the columns is damaged."""
    columns = item_columns.metadata_columns(revision)
    if not columns:
        return None
    st.header(translate("What was kept of the items, by cluster"), anchor=False)
    options = {"": translate("none")} | {key: column.title for key, column in columns.items()}
    number_label = item_colours.number_label_of(revision)
    default = number_label if number_label in columns else ""  # as on Explore, so that the choice of none is kept
    key = choices.choose_shared_option(st.selectbox, "colour", options, default, label=translate("Column"), width=320)
    column = columns.get(key)
    if column is not None:
        st.html(table_html(revision, codes, column))
        st.caption(counted_items_sentence(revision, codes))
    return column


def table_html(revision: RevisionView, codes, column: ItemColumn) -> str:
    """The table of a metadata column by cluster: mean and spread of a number, the counts of the groups of any other column."""
    names = cluster_cards.cluster_names(revision)
    if column.kind == "number":
        values = item_columns.values_of_column(revision, column).to_numpy(float, na_value=float("nan"))
        heads, rows = cluster_columns.number_table(codes.content, values, names)
    else:
        groups = item_columns.groups_of_codes(revision, column)
        heads, rows = cluster_columns.group_table(codes.content, groups, names)
    return html_tables.text_table_html(translate("{column} by cluster", column=column.title), heads, rows)


def counted_items_sentence(revision: RevisionView, codes) -> str:
    """A sentence on which items the tables count."""
    count = f"{len(codes.z):,}"
    if codes.split == "train":
        text = translate("These count the {count} training images of the probe set.", count=count)
    else:
        text = translate("These count the {count} test images of the probe set.", count=count)
    return revision.reword_for_items(text)


def item_names(
    revision: RevisionView, clustering, texts: ItemTexts | None, column: ItemColumn | None = None
) -> cluster_cards.ItemNames:
    """The names of the items on the cards: their ids, those of the members followed by the value of a column, if one is given.

    clustering: the figures of the protocol "clustering", or None. texts: of the items of the codes; without ids, as in
    None, nothing is named.
    """
    ids = None if texts is None else texts.column(ID)
    if ids is None:
        return cluster_cards.ItemNames()
    members = ids.texts
    values = None if column is None else texts.column(column.key)
    if values is not None:
        missing_word = translate("missing")
        members = [
            f"{item_id} · {values.name}: {text or missing_word}"
            for item_id, text in zip(members, values.texts, strict=True)
        ]
    numbers = () if clustering is None else tuple(row["exemplar_image"] for row in clustering["clusters"])
    exemplars = dict(zip(numbers, text_columns.ids_of_training_items(revision, numbers), strict=True))
    return cluster_cards.ItemNames(members, exemplars)
