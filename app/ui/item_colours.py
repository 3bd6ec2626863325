"""The column that colours the codes of a page's planes, chosen once for all of them, and what was kept of their items."""

from dataclasses import dataclass

import streamlit as st

from aae_core.latent.column_groups import ColumnGroups
from app.cache import item_columns
from app.translation.texts import translate
from app.ui import choices


@dataclass(frozen=True)
class ItemColours:
    """groups: of a plane's codes, None where their classes colour them; texts: of their items, as from
    `item_columns.item_texts`, None where nothing was kept of them."""

    groups: ColumnGroups | None = None
    texts: dict[str, list[str]] | None = None


def choose_colour_column(names: list[str]) -> str:
    """Let the user choose one of the columns, kept in the link; "" for the classes, which are chosen by default."""
    if not names:
        return ""
    options = {"": translate("Coloured by class")}
    options |= {name: translate("Coloured by {column}", column=name) for name in names}
    label = translate("Colour of the codes")
    return choices.choose_option(
        st.selectbox, "colour", options, "", label=label, label_visibility="collapsed", width=320
    )


def choose_item_colours(revisions) -> list[ItemColours]:
    """Let the user choose the column that colours the codes of all planes of a page, and return the colours of each. revisions:
    those of the planes, with codes. A plane whose data set lacks the column is coloured by class. DataError if the file with
    the columns is damaged."""
    names = [name for revision in revisions for name in item_columns.columns_that_colour(revision)]
    column = choose_colour_column(list(dict.fromkeys(names)))
    groups = item_columns.common_groups(revisions, column) if column else [None] * len(revisions)
    texts = map(item_columns.item_texts_or_none, revisions)
    return [ItemColours(*colours) for colours in zip(groups, texts, strict=True)]
