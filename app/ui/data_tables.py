"""Tables of data, which a visitor can download as CSV from their toolbar."""

import streamlit as st

from app.translation.texts import translate


def render_table(
    columns: dict[str, list], heads: dict[str, str] | None = None, column_config: dict | None = None, **options
) -> None:
    """Draw a table whose heads are in the language of the page, and whose columns have the same names in every language in the
    file that is downloaded.

    columns: the cells by the column's name in English; heads: the heads of columns whose head is not the translated name;
    column_config, options: as in `st.dataframe`.
    """
    shown_heads = {name: translate(name) for name in columns} | (heads or {})
    head_config = {name: st.column_config.Column(head) for name, head in shown_heads.items()}
    st.dataframe(columns, hide_index=True, column_config=head_config | (column_config or {}), **options)
