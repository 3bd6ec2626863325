"""What is known of a table before it is added on the page Train, and the fields that say what becomes of its columns."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from aae_core.data import extreme_values
from aae_core.data.own_data import column_summaries, table_preview
from aae_core.data.tables import table_files
from app.page_parts.train import value_formats
from app.page_parts.train.column_fields import choose_column, choose_split_columns
from app.translation.texts import mark, translate
from app.ui import data_tables, widgets

REDUNDANT_KEY = "own.redundant"  # session key: whether columns that say nothing are left out of a table
DEFAULTS = {REDUNDANT_KEY: False}  # the values of these options, by session key, when another table is chosen
LABEL_HELP = mark(
    "A row whose class is empty or −1 is unlabelled. A column of numbers that are no classes, such as prices, is kept and "
    "colours the map."
)


@dataclass(frozen=True)
class InspectedTable:
    """What is known of a table's file before it is added. names, notes, metadata_names, layers: as of `table_base.TableFile`;
    first_rows: what the first rows say about the columns; row_count: the number of these rows; summaries: what they hold in
    each column."""

    names: list[str]
    first_rows: table_preview.TablePreview
    notes: tuple[str, ...]
    metadata_names: frozenset[str]
    layers: tuple[str, ...]
    row_count: int
    summaries: Sequence[column_summaries.ColumnSummary]


@st.cache_data(max_entries=8, show_spinner=False)
def inspect_table(path, stamp, language):
    """The `InspectedTable` in a file; None for a file of images. language: that of its notes."""
    if not table_files.is_table_file(path):
        return None
    table = table_files.open_table(path)
    row_count, summaries = column_summaries.summarise_columns(table)
    return InspectedTable(
        table.names,
        table_preview.preview_table(table),
        (*table.type_notes, *table.notes),
        table.metadata_names,
        table.layers,
        row_count,
        summaries,
    )


def render_table_options(table) -> dict:
    """Draw what is peculiar about a table's file, and let the user choose what becomes of its columns and how its values are
    written; returns the arguments of `actions.add_data`. table: an `InspectedTable`."""
    if table.notes:
        widgets.render_sentences(st.warning, table.notes)
    chosen_layer = {}
    if table.layers:
        key = f"own.layer.{zlib.crc32(chr(0).join(table.layers).encode())}"
        title = lambda layer: "X" if layer is None else layer  # noqa: E731
        chosen_layer["layer"] = st.selectbox(translate("Matrix"), [None, *table.layers], format_func=title, key=key)
    _render_column_summaries(table)
    options = _render_column_options(table) | chosen_layer
    label = translate("Leave out columns with the same value in every row, and copies of other columns")
    return options | {"is_tidied": st.toggle(label, key=REDUNDANT_KEY)}


def _render_column_summaries(table):
    """Draw what the first rows of an `InspectedTable` hold, one line a column."""
    if not table.summaries:
        return
    columns = {
        mark("Column"): [summary.name for summary in table.summaries],
        mark("Type"): [translate(summary.kind) for summary in table.summaries],
        mark("Missing"): [summary.missing_count for summary in table.summaries],
        mark("First values"): [" · ".join(text or "–" for text in summary.first_values) for summary in table.summaries],
    }
    if any(summary.is_constant for summary in table.summaries):
        remark = translate("the same value in every row")
        columns[mark("Remark")] = [remark if summary.is_constant else "" for summary in table.summaries]
    title = translate("What the first {number} rows hold", number=f"{table.row_count:,}")
    st.caption(title)
    data_tables.render_table(columns, alt=title)


def _render_column_options(table) -> dict:
    """Let the user choose the types of an `InspectedTable`'s columns and how their values are written; returns both as
    arguments of `sets.add_data_set`. Of the columns of texts some are at first categories, and others left out."""
    names, first_rows = table.names, table.first_rows
    # tables with other columns, or with other texts in them, get new widgets
    table_texts = [*names, "", *first_rows.category_columns, "", *first_rows.other_text_columns]
    key = zlib.crc32("\0".join(table_texts).encode())
    label = choose_column(translate("Column with the classes"), names, f"own.label.{key}", translate(LABEL_HELP))
    available = [name for name in names if name != label and name not in table.metadata_names]
    split_column, group_column = choose_split_columns(names, label, key)
    available = [name for name in available if name not in (split_column, group_column)]
    help_text = translate("Text, or numbers that stand for categories: each value becomes a column of zeros and ones.")
    categories = _choose_columns(
        translate("Categories"), available, first_rows.category_columns, f"own.categories.{key}", help_text
    )
    available = [name for name in available if name not in categories]
    help_text = translate("Whole numbers, 0 or more.")
    counts = _choose_columns(translate("Counts"), available, [], f"own.counts.{key}", help_text)
    available = [name for name in available if name not in counts]
    help_text = translate("For example an identifier.")
    left_out = _choose_columns(
        translate("Columns to leave out"), available, first_rows.other_text_columns, f"own.out.{key}", help_text
    )
    id_column = None
    if left_out:
        id_column = choose_column(
            translate("Column with the ids"),
            left_out,
            f"own.ids.{key}",
            translate("Explore shows the id beside each code, and the other columns that are left out."),
            none_title=translate("the first whose values all differ"),
        )
    types = dict.fromkeys(categories, "category") | dict.fromkeys(counts, "count")
    numbers = [name for name in available if name not in left_out]
    indistinct_places = [first_rows.indistinct_places[name] for name in numbers if name in first_rows.indistinct_places]
    if indistinct_places:
        widgets.render_sentences(st.warning, [extreme_values.describe_indistinct_columns(indistinct_places)])
    value_format = value_formats.render_value_format(first_rows, numbers, categories, key)
    return {
        "label": label,
        "types": types,
        "leave_out": left_out,
        "id_column": id_column,
        "split_column": split_column,
        "group_column": group_column,
        "value_format": value_format,
    }


def _choose_columns(label, available, preset, key, help_text) -> list[str]:
    """Let the user choose some of the available columns, at first those of `preset`. A chosen column that is not available,
    since it has another purpose meanwhile, is chosen again when it is; the field stays the same one, in which no key is lost."""
    aside_key = f"{key}.aside"  # session key: the chosen columns that are not available
    chosen = preset
    if key in st.session_state:
        chosen = dict.fromkeys([*st.session_state[key], *st.session_state.get(aside_key, [])])
    offered = [name for name in chosen if name in available]
    st.session_state[aside_key] = [name for name in chosen if name not in available]
    if offered != st.session_state.get(key):  # else what the browser has since sent would be overwritten
        st.session_state[key] = offered
    return st.multiselect(label, available, key=key, help=help_text)
