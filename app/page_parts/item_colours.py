"""The column that colours the codes of a page's planes."""

import streamlit as st

from app.translation.texts import translate
from app.ui import choices


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
