"""Data of the visitor's own on the page Train: the field for a file, what was found in it, and the form that adds it."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from aae_core.data import import_problems, sets
from aae_core.data.limits import MAX_SIDE, MIN_SIDE
from aae_core.data.own_data import image_preview
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as
from aae_core.wording import adapt_image_words, join_sentences
from app.components import markdown
from app.page_parts.train import image_options, own_data_sets, sources, table_options
from app.server import guard
from app.translation.data_titles import data_title
from app.translation.languages import current_language
from app.translation.texts import mark, translate
from app.ui import people, widgets
from app.visitors import actions, identity

INSPECTED_KEY = "own.seen"  # session key: the `_InspectedPath` of the folder or file that was chosen last
FILE_KEY, NAME_KEY, SIZE_KEY = "own.file", "own.name", "own.size"
EXTENSIONS = ["zip", "npz", "npy", "csv", "tsv", "gz", "parquet", "pq", "h5ad"]
LONG_LIST_LETTERS = 600  # characters above which names of columns are listed in a popover
SHARED_TEXT = mark(
    "Only you can train on data that you add, but everyone sees what you train on them, images included."
)
SCALED_TEXT = mark(
    "All images are scaled to squares with this side. Left empty, they keep their size, which all must then share."
)


@dataclass(frozen=True)
class _InspectedPath:
    """A folder or file that was chosen, and what has become of it. tag: its path and version; images: the preview of its
    images, None for a table; is_added: whether it has become a data set; reports: sentences about what was skipped or kept
    beside the data when it was added; left_out_clauses: about the columns of a table that were left out."""

    tag: tuple
    images: image_preview.ImagePreview | None
    is_added: bool = False
    reports: Sequence[str] = ()
    left_out_clauses: Sequence[str] = ()


def render_upload_fields():
    """Draw the fields in which a folder or a file is dropped or chosen."""
    from app.components.folder_drop import mount_folder_drop

    help_text = translate(
        "Images: a folder or a zip of one, with or without a subfolder for each class; or an .npz with `images` and optionally "
        "`labels`. A table: a CSV file (also gzipped), a Parquet, .npy or .h5ad file, a sparse matrix, or an .npz with `X` and "
        "optionally `y` and `names`."
    )
    max_megabytes = sources.max_upload_megabytes()
    upload = st.file_uploader(
        translate("Data of your own: images or a table"),
        type=EXTENSIONS,
        key=FILE_KEY,
        help=help_text,
        max_upload_size=max_megabytes,
    )
    mount_folder_drop(FILE_KEY, EXTENSIONS, max_megabytes)
    if not identity.current_visitor().is_teacher:
        st.caption(translate(SHARED_TEXT))
    with widgets.errors_in_boxes():
        sources.store_upload(upload, sources.DATA_KEY)
    stored_upload, inspected = st.session_state.get(sources.DATA_KEY), st.session_state.get(INSPECTED_KEY)
    if stored_upload and not (inspected and inspected.is_added and inspected.tag[0] == str(stored_upload.path)):
        st.caption(
            translate(
                "What was found and the button that adds it, or why it cannot be added, are at the top, beside the form."
            )
        )


def render_add_form_if_open() -> bool:
    """Draw what was found in the chosen folder or file, and the form that adds it as a data set; returns whether the form is
    shown and waits for the user."""
    upload, folder = st.session_state.get(sources.DATA_KEY), st.session_state.get(sources.FOLDER_KEY, "").strip()
    with widgets.errors_in_boxes():
        if upload:
            return _render_path_add_form_if_open(upload.path, upload.name)
        if folder and guard.is_local_visitor():
            path = Path(os.path.expanduser(folder))
            return _render_path_add_form_if_open(path, path.name)
    return False


def _render_path_add_form_if_open(path, original_name) -> bool:
    """As `render_add_form_if_open`, for a path. original_name: of the folder or file; an uploaded file has another name
    on this machine."""
    with raise_os_errors_as(import_problems.shorten_name(path), "read", DataError):
        stat = path.stat() if path.exists() else None
        title = original_name if path.is_dir() else Path(original_name).stem
    tag = (str(path), None if stat is None else (stat.st_mtime_ns, stat.st_size))
    table = table_options.inspect_table(path, tag, current_language()) if stat and path.is_file() else None
    inspected = st.session_state.get(INSPECTED_KEY)
    if inspected is None or inspected.tag != tag:
        inspected = _InspectedPath(tag, None if table else image_options.inspect_images(path))
        st.session_state[INSPECTED_KEY] = inspected
        st.session_state[NAME_KEY] = sets.unused_name(title)
        st.session_state[SIZE_KEY] = inspected.images.proposed_side if inspected.images else None
        st.session_state.update(image_options.DEFAULTS | table_options.DEFAULTS)
    if inspected.is_added:
        if inspected.reports:
            widgets.render_sentences(st.info, inspected.reports)
        _render_left_out_columns(inspected.left_out_clauses)
        return False
    with st.container(border=True):
        st.header(markdown.escape(import_problems.shorten_name(original_name)), anchor=False)
        _render_form(path, table, inspected)
    return True


def _render_form(path, table, inspected):
    """Draw what is known of a folder or file, the options, and the button that adds it. table: its `InspectedTable`, None for
    images."""
    images = inspected.images
    if images:
        st.markdown(f"**{markdown.escape(images.summary)}**")
    options = table_options.render_table_options(table) if table else {}
    name_place, size_place = st.columns(2)
    with name_place:
        valid_name = _choose_name()
    if images:
        size = size_place.number_input(
            translate("Size in pixels"),
            MIN_SIDE,
            MAX_SIDE,
            key=SIZE_KEY,
            help=translate(SCALED_TEXT),
            placeholder=translate("as they are"),
            value=None,
        )
        options = image_options.render_image_options(images, size) | image_options.choose_metadata(inspected.tag)
    refusal = actions.upload_refusal(path) if path.is_file() else ""
    if refusal:
        widgets.render_error_box(refusal)
    label = translate("Add this table") if table else translate("Add these images")
    is_disabled = not valid_name or bool(refusal) or bool(images and images.is_too_few)
    if st.button(label, icon=":material/add:", key="own.add", type="primary", disabled=is_disabled):
        _add_data_set(path, valid_name, options, inspected)


def _choose_name() -> str:
    """Let the user name the data set; returns the name that it gets, empty while no letter or digit is in it."""
    typed_name = st.text_input(translate("Name of the data set"), key=NAME_KEY, max_chars=60).strip()
    valid_name = sets.slugify_name(typed_name)
    if not valid_name:
        st.caption(translate("A name needs at least one letter from a to z or a digit."))
    elif valid_name != typed_name:
        st.caption(translate("It will be named `{name}`.", name=valid_name))
    return valid_name


def _render_left_out_columns(clauses):
    """Draw the clauses about columns that were left out of the table that was just added; many names are in a popover."""
    if not clauses:
        return
    sentences = [translate("Left out: {columns}.", columns=clause) for clause in clauses]
    if sum(map(len, sentences)) <= LONG_LIST_LETTERS:
        widgets.render_sentences(st.info, sentences)
        return
    heads = [re.split("[:：]", clause, maxsplit=1)[0] for clause in clauses]
    widgets.render_sentences(st.info, [translate("Left out: {columns}.", columns=head) for head in heads])
    with st.popover(translate("List every column that was left out")):
        for sentence in sentences:
            st.caption(markdown.escape(sentence))


def _add_data_set(path, name, options, inspected):
    left_out, reports = [], []
    options = options | {"report": reports.append}
    if options.pop("is_tidied", False):
        options["report_left_out"] = left_out.append
    template = translate("{done} of {total} images") if "size" in options else translate("{done} of {total} rows")
    progress_text = lambda done, total: template.format(done=f"{done:,}", total=f"{total:,}")  # noqa: E731

    def add(progress):
        with sources.READING_LOCK:
            return actions.add_data(path, name, people.entered_name(), progress=progress, **options)

    with widgets.errors_in_boxes():
        summary = widgets.compute_with_progress_bar(progress_text, add, translate("Checking …"))
        left_out_clauses = left_out if summary.is_table else []
        st.session_state[INSPECTED_KEY] = replace(
            inspected, is_added=True, reports=reports, left_out_clauses=left_out_clauses
        )
        st.session_state[own_data_sets.NEXT_DATA_KEY] = summary.name
        toasted_text = _added_text(summary, [] if summary.is_table else left_out)
        st.toast(markdown.escape(join_sentences(toasted_text, *reports)), icon=":material/check:")
        st.rerun()


def _added_text(summary, left_out) -> str:
    """What was added and left out, in a sentence. left_out: clauses about what was left out."""
    facts = {"data": data_title(summary), "number": f"{summary.train + summary.test:,}"}
    if not left_out:
        text = translate("{data}: {number} images added.")
    else:
        text = translate("{data}: {number} images added, {left_out} left out ({reasons}).")
        reasons = import_problems.join_clauses(left_out, 2, translate(import_problems.MORE_CLAUSES))
        facts |= {"left_out": f"{len(left_out):,}", "reasons": reasons}
    return adapt_image_words(text, summary.is_table).format(**facts)
