"""The user's own data on the page Train: images or a table are checked and added as a data set, listed and removed."""

import os
import re
import tempfile
import threading
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aae_core.config.advice import recommend
from aae_core.data import import_problems, item_draws, sets
from aae_core.data.limits import MAX_SIDE, MIN_SIDE
from aae_core.data.own_data import column_summaries, image_metadata, image_preview, table_preview
from aae_core.data.tables import table_files
from aae_core.data.tones import BACKDROPS, Tones, parse_value_range, tones_for_scale
from aae_core.errors import AAEError, DataError
from aae_core.files import raise_os_errors_as
from aae_core.latent import row_charts
from aae_core.scheduling import limits
from aae_core.store import data_removal
from aae_core.wording import adapt_image_words, join_sentences
from app.components import markdown
from app.page_parts import value_formats
from app.server import guard
from app.translation.data_titles import data_title
from app.translation.languages import current_language
from app.translation.texts import mark, translate
from app.ui import config_form, data_tables, image_html, people, store_polling, widgets
from app.visitors import actions, identity

# session key: the data set that the form chooses next, since one was just added or removed
NEXT_DATA_KEY = "own.chosen"
CONFIRM_KEY = "own.sure"  # session key: the data set whose removal waits for confirmation
# session key: (id of the upload, the temporary folder, path of the file in it, the upload's name)
UPLOAD_KEY = "own.uploaded"
METADATA_KEY = "own.metadata"  # session key: as UPLOAD_KEY, of a table with facts about the images
# session key: (tag, `_inspect_images` result or None, whether it was added) of the last folder or file
INSPECTED_KEY = "own.seen"
# session key: clauses about the columns that were left out of the table that was added last
LEFT_OUT_KEY = "own.left_out"
REDUNDANT_KEY = "own.redundant"  # session key: whether columns that say nothing are left out of a table
# session key: sentences about what was skipped, left out or kept beside the data that were added last
REPORTS_KEY = "own.reports"
FILE_KEY, FOLDER_KEY, NAME_KEY, SIZE_KEY, MARGINS_KEY, TIDY_KEY, PAGE_KEY = (
    f"own.{name}" for name in ("file", "folder", "name", "size", "margins", "tidy", "page")
)
BACKDROP_KEY, STRETCH_KEY, LOW_KEY, HIGH_KEY = (f"own.{name}" for name in ("backdrop", "stretch", "low", "high"))
EXTENSIONS = ["zip", "npz", "npy", "csv", "tsv", "gz", "parquet", "pq", "h5ad"]
METADATA_EXTENSIONS = ["csv", "tsv", "gz", "parquet", "pq"]
EXAMPLE_COUNT, THUMBNAIL_WIDTH = 6, 44  # items shown of a data set, and their width in pixels
PREVIEW_WIDTH = 56  # width in pixels of an image that is about to be added
PAGE_SIZE = 10  # data sets on a page of the list
MAX_LISTED = 500  # most oddities that are listed
LONG_LIST_LETTERS = 600  # characters above which names of columns are listed in a popover
READING_LOCK = threading.Lock()  # one folder or file is read at a time, since its images may take a gigabyte of memory
SHARED_TEXT = mark(
    "Only you can train on data that you add, but everyone sees what you train on them, images included."
)
SCALED_TEXT = mark(
    "All images are scaled to squares with this side. Left empty, they keep their size, which all must then share."
)
LABEL_HELP = mark(
    "A row whose class is empty or −1 is unlabelled. A column of numbers that are no classes, such as prices, is kept and "
    "colours the map."
)
LIST_TITLE = mark("From a path, and data added before")
PROPORTION_TITLES = {False: mark("Cut to the centre"), True: mark("Whole, with margins")}
BACKDROP_TITLES = {"white": mark("white"), "black": mark("black")}
STRETCHED_TEXT = mark(
    "In the same way for all images, and for those that are encoded later. Values outside become black or white."
)


def render_upload_fields():
    """Draw the fields in which a folder or a file is dropped or chosen."""
    from app.components.folder_drop import mount_folder_drop

    help_text = translate(
        "Images: a folder or a zip of one, with or without a subfolder for each class; or an .npz with `images` and optionally "
        "`labels`. A table: a CSV file (also gzipped), a Parquet, .npy or .h5ad file, a sparse matrix, or an .npz with `X` and "
        "optionally `y` and `names`."
    )
    max_megabytes = max_upload_megabytes()
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
        _store_upload(upload, UPLOAD_KEY)
    stored_upload, inspected = st.session_state.get(UPLOAD_KEY), st.session_state.get(INSPECTED_KEY)
    if stored_upload and not (inspected and inspected[2] and inspected[0][0] == str(stored_upload[2])):
        st.caption(
            translate(
                "What was found and the button that adds it, or why it cannot be added, are at the top, beside the form."
            )
        )


def max_upload_megabytes() -> int:
    """Megabytes that an uploaded file may have, as large as the limit allows and the field can say.

    Streamlit's field (1.67) says its limit without decimals, in gigabytes from 501 MB on: it would call 512 MB "1GB".
    """
    limit = st.get_option("server.maxUploadSize")
    with suppress(AAEError):  # limits that cannot be read; then nobody may add anything
        if rules := limits.shared_server_limits():
            limit = min(limit, rules.each.upload)  # which may have been lowered since the server started
    if limit <= 500:
        return limit
    return max(500, limit // 1000 * 1000)


def render_data_sets():
    """Draw the field for a folder or file on this machine, and the list of data sets that were added."""
    if guard.is_local_visitor():  # visitors from elsewhere must not read its disk
        st.text_input(translate("A folder or file on this machine"), key=FOLDER_KEY, placeholder="/home/me/leaves")
    names = [name for name in actions.visible_data_names() if name not in sets.REGISTERED_SETS]
    if not names:
        st.caption(translate("Data sets that you add are listed here."))
    first, pages = 0, -(-len(names) // PAGE_SIZE)
    if pages > 1:
        st.session_state[PAGE_KEY] = min(st.session_state.get(PAGE_KEY, 1), pages)
        label = translate("Page of {pages}", pages=pages)
        first = PAGE_SIZE * (st.number_input(label, 1, pages, key=PAGE_KEY, persist_state="session") - 1)
    for name in names[first : first + PAGE_SIZE]:
        _render_data_set(name)


def _render_data_set(name):
    """Draw an entry of the list: size and owner of a data set, examples, and the button that removes it."""
    with widgets.errors_in_boxes():
        summary, owner = sets.describe_data_set(name), people.owner_text(sets.owner_of_data_set(name))
        caption = adapt_image_words(translate("**{name}**: {train} training, {test} test images"), summary.is_table)
        caption = caption.format(name=name, train=f"{summary.train:,}", test=f"{summary.test:,}")
        if owner:
            caption += f" · {markdown.escape(owner)}"
        st.caption(caption)
        render_thumbnails(summary)
    if not actions.may_remove_data(name):
        return
    if st.session_state.get(CONFIRM_KEY) != name:
        help_text = translate("Remove {name}", name=name)
        ask_options = {"on_click": st.session_state.update, "args": ({CONFIRM_KEY: name},), "help": help_text}
        st.button(
            translate("Remove …"), icon=":material/delete:", key=f"own.remove.{name}", type="tertiary", **ask_options
        )
        return
    with st.container(border=True), widgets.errors_in_boxes():
        consequences = data_removal.removal_consequences(store_polling.store_poller().store, name)
        question = translate(
            "Remove **{name}** for good? {consequences} This cannot be undone.", name=name, consequences=consequences
        )
        widgets.render_confirmation(
            CONFIRM_KEY, question, ":material/delete_forever:", translate("Remove it"), _remove_data_set, name
        )


def _remove_data_set(name):
    store_polling.run_action(actions.remove_data, name)
    if st.session_state.get(config_form.KEY_PREFIX + "data") == name and name not in actions.visible_data_names():
        st.session_state[NEXT_DATA_KEY] = sets.BUILT_IN_NAMES[0]


def render_add_form_if_open() -> bool:
    """Draw what was found in the chosen folder or file, and the form that adds it as a data set; returns whether the form is
    shown and waits for the user."""
    upload, folder = st.session_state.get(UPLOAD_KEY), st.session_state.get(FOLDER_KEY, "").strip()
    with widgets.errors_in_boxes():
        if upload:
            return _render_path_add_form_if_open(upload[2], upload[3])
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
    table = _inspect_table(path, tag, current_language()) if stat and path.is_file() else None
    if st.session_state.get(INSPECTED_KEY, (None,))[0] != tag:
        images = None if table else _inspect_images(path)
        st.session_state[INSPECTED_KEY] = tag, images, False
        st.session_state.update(
            {
                NAME_KEY: sets.unused_name(title),
                MARGINS_KEY: False,
                TIDY_KEY: True,
                SIZE_KEY: images and images.proposed_side,
            }
        )
        st.session_state.update(
            {BACKDROP_KEY: BACKDROPS[0], STRETCH_KEY: False, REDUNDANT_KEY: False, LEFT_OUT_KEY: [], REPORTS_KEY: []}
        )
    _, images, is_added = st.session_state[INSPECTED_KEY]
    if is_added:
        if reports := st.session_state[REPORTS_KEY]:
            _render_sentences(st.info, reports)
        _render_left_out_columns(st.session_state[LEFT_OUT_KEY])
        return False
    with st.container(border=True):
        st.header(markdown.escape(import_problems.shorten_name(original_name)), anchor=False)
        if images:
            st.markdown(f"**{markdown.escape(images.summary)}**")
        options = _render_table_options(table) if table else {}
        first, second = st.columns(2)
        typed_name = first.text_input(translate("Name of the data set"), key=NAME_KEY, max_chars=60).strip()
        if (valid_name := sets.slugify_name(typed_name)) != typed_name:
            if valid_name:
                first.caption(translate("It will be named `{name}`.", name=valid_name))
            else:
                first.caption(translate("A name needs at least one letter from a to z or a digit."))
        if images:
            size = second.number_input(
                translate("Size in pixels"),
                MIN_SIDE,
                MAX_SIDE,
                key=SIZE_KEY,
                help=translate(SCALED_TEXT),
                placeholder=translate("as they are"),
                value=None,
            )
            options = _render_image_options(images, size) | _choose_metadata(tag)
        if refusal := actions.upload_refusal(path) if stat and path.is_file() else "":
            widgets.render_error_box(refusal)
        label = translate("Add this table") if table else translate("Add these images")
        is_disabled = not valid_name or bool(refusal) or bool(images and images.is_too_few)
        if st.button(label, icon=":material/add:", key="own.add", type="primary", disabled=is_disabled):
            _add_data_set(path, valid_name, options)
    return True


def _inspect_images(path):
    def inspect(progress):
        with READING_LOCK:
            return image_preview.preview_images(path, progress)

    template = translate("Looked at {done} of {total} images")
    progress_text = lambda done, total: template.format(done=f"{done:,}", total=f"{total:,}")  # noqa: E731
    return widgets.compute_with_progress_bar(progress_text, inspect, translate("Looking …"))


def _render_image_options(images, size) -> dict:
    """Draw a few images at the chosen size, oddities and advice; returns the chosen options (size, proportions, tones, whether
    odd images are left out) for `actions.add_data`."""
    margins = False
    # the images are drawn with what is chosen beneath them
    preview_place, options_place = st.container(), st.container()
    with options_place:
        chosen_tones = _render_tone_options(images)
    tones = tones_for_scale(images.value_scale, **chosen_tones)
    with preview_place:
        if not size or images.is_square:
            _render_image_strip(image_preview.render_samples(images, tones, size), images.sample_classes)
        else:
            for proportions, title in PROPORTION_TITLES.items():
                title = translate(title)
                st.caption(title)
                _render_image_strip(
                    image_preview.render_samples(images, tones, size, proportions), images.sample_classes, title
                )
            margins = st.radio(
                translate("Proportions"),
                list(PROPORTION_TITLES),
                format_func=lambda proportions: translate(PROPORTION_TITLES[proportions]),
                key=MARGINS_KEY,
                horizontal=True,
            )
    contrast, oddities, odd_item_texts = (
        images.assess_contrast(tones),
        images.oddity_sentences(tones),
        images.odd_item_texts(tones),
    )
    if contrast.sentence and not contrast.is_low:
        st.caption(contrast.sentence)
    if oddities:
        _render_sentences(st.warning, oddities)
    if len(odd_item_texts) > image_preview.MAX_EXAMPLES:
        with st.popover(translate("List everything odd")):
            lines = odd_item_texts[:MAX_LISTED]
            if len(odd_item_texts) > MAX_LISTED:
                lines = [*lines, translate("and {number} more", number=f"{len(odd_item_texts) - MAX_LISTED:,}")]
            st.text("\n".join(lines))
    leave_out = False
    if odd_item_texts or images.opened_count < images.image_count:
        label = translate("Leave out copies, blank images and files that cannot be used")
        leave_out = st.toggle(label, key=TIDY_KEY)
    if images.size_counts:
        sides = (size, size) if size else next(iter(images.size_counts))
        advice = recommend((3 if images.colour_count else 1, *sides), round(0.85 * images.image_count))
        note = translate("Each can be changed.")
        st.caption(f":material/lightbulb: {markdown.escape(advice.sentence)} {note}")
    return {"size": size, "margins": margins, "is_tidied": leave_out} | chosen_tones


def _choose_metadata(tag) -> dict:
    """Let the user upload a table with further facts about the images, and choose its column that names them, and one that says
    which are for testing; returns these as arguments of `actions.add_data`. tag: of the images: others get a new field."""
    upload = st.file_uploader(
        translate("A table with facts about the images (optional)"),
        type=METADATA_EXTENSIONS,
        key=f"{METADATA_KEY}.{zlib.crc32(repr(tag).encode())}",
        help=translate(
            "A CSV or Parquet file with a row for each image, which names its file by the path or the name. The other columns "
            "are kept beside the images: Explore shows them and colours the codes by them."
        ),
        max_upload_size=max_upload_megabytes(),
    )
    _store_upload(upload, METADATA_KEY)
    if upload is None:
        return {}
    path = st.session_state[METADATA_KEY][2]
    names = image_metadata.ImageMetadata(path).names
    key = zlib.crc32(chr(0).join(names).encode())
    id_column = st.selectbox(
        translate("Column with the paths or names of the images"),
        ["", *names],
        format_func=lambda name: name or translate("the one that names the most images"),
        key=f"{METADATA_KEY}.id.{key}",
    )
    split_column, group_column = _choose_split_columns(names, id_column, f"{METADATA_KEY}.{key}")
    return {
        "metadata": path,
        "id_column": id_column or None,
        "split_column": split_column,
        "group_column": group_column,
    }


def _render_tone_options(images) -> dict:
    """Let the user choose the colour behind transparent pixels and, if the images have little contrast, the range of the
    values; returns both as arguments of `actions.add_data`."""
    backdrop = BACKDROPS[0]
    if images.has_transparency:
        backdrop = st.radio(
            translate("Behind transparent pixels"),
            BACKDROPS,
            format_func=lambda name: translate(BACKDROP_TITLES[name]),
            key=BACKDROP_KEY,
            horizontal=True,
        )
    contrast = images.assess_contrast(Tones(backdrop=backdrop))
    if contrast.value_range is None or contrast.backdrop:  # the other backdrop comes first
        return {"value_range": None, "backdrop": backdrop}
    low, high = contrast.value_range
    label = translate("Stretch the values {low} to {high} to black and white", low=f"{low:,}", high=f"{high:,}")
    if not st.toggle(label, key=STRETCH_KEY, help=translate(STRETCHED_TEXT)):
        return {"value_range": None, "backdrop": backdrop}
    first, second = st.columns(2)
    black_value = first.number_input(
        translate("Value that becomes black"), 0, images.value_scale - 1, low, key=f"{LOW_KEY}.{backdrop}.{low}"
    )
    white_value = second.number_input(
        translate("Value that becomes white"), 1, images.value_scale, high, key=f"{HIGH_KEY}.{backdrop}.{high}"
    )
    return {"value_range": parse_value_range((black_value, white_value)), "backdrop": backdrop}


def _render_left_out_columns(clauses):
    """Draw the clauses about columns that were left out of the table that was just added; many names are in a popover."""
    if not clauses:
        return
    sentences = [translate("Left out: {columns}.", columns=clause) for clause in clauses]
    if sum(map(len, sentences)) <= LONG_LIST_LETTERS:
        _render_sentences(st.info, sentences)
        return
    heads = [re.split("[:：]", clause, maxsplit=1)[0] for clause in clauses]
    _render_sentences(st.info, [translate("Left out: {columns}.", columns=head) for head in heads])
    with st.popover(translate("List every column that was left out")):
        for sentence in sentences:
            st.caption(markdown.escape(sentence))


def _render_sentences(box, sentences):
    """Draw sentences as paragraphs of a box, such as `st.warning`."""
    box("  \n".join(markdown.escape(sentence) for sentence in sentences), icon=":material/info:")


def _render_image_strip(images, titles, proportions=""):
    images = [image[..., None] if image.ndim == 2 else image for image in images]
    titles = [import_problems.shorten_name(title) for title in titles[: len(images)]]
    subject, no_class = proportions or translate("Image"), translate("no class")
    alts = [f"{subject}: {title or no_class}" for title in titles]
    image_html.render_image_strip(images, [title[:12] for title in titles], alts, PREVIEW_WIDTH)


def _store_upload(upload, session_key):
    """Write an upload, once, to a file in a temporary folder, which is deleted with the session or at the next upload of the same
    field. session_key: UPLOAD_KEY or METADATA_KEY."""
    if upload is None:
        st.session_state.pop(session_key, None)
        return
    stored_upload = st.session_state.get(session_key)
    if stored_upload is None or stored_upload[0] != upload.file_id:
        folder = tempfile.TemporaryDirectory()
        path = Path(folder.name) / re.sub(r"[/\\\0]", "_", upload.name)[-60:]  # error messages mention this name
        with raise_os_errors_as(path, error_type=DataError):
            path.write_bytes(upload.getbuffer())
        st.session_state[session_key] = upload.file_id, folder, path, upload.name


@dataclass(frozen=True)
class _InspectedTable:
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


def _render_table_options(table) -> dict:
    """Draw what is peculiar about a table's file, and let the user choose what becomes of its columns and how its values are
    written; returns the arguments of `actions.add_data`. table: an `_InspectedTable`."""
    if table.notes:
        _render_sentences(st.warning, table.notes)
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
    """Draw what the first rows of an `_InspectedTable` hold, one line a column."""
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
    """Let the user choose the types of an `_InspectedTable`'s columns and how their values are written; returns both as
    arguments of `sets.add_data_set`. Of the columns of texts some are at first categories, and others left out."""
    names, first_rows = table.names, table.first_rows
    # tables with other columns, or with other texts in them, get new widgets
    table_texts = [*names, "", *first_rows.category_columns, "", *first_rows.other_text_columns]
    key = zlib.crc32("\0".join(table_texts).encode())
    label = st.selectbox(
        translate("Column with the classes"), ["", *names], format_func=lambda name: name or translate("none"),
        key=f"own.label.{key}", help=translate(LABEL_HELP),
    )  # fmt: skip
    available = [name for name in names if name != label and name not in table.metadata_names]
    split_column, group_column = _choose_split_columns(names, label, key)
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
    id_column = _choose_id_column(left_out, key) if left_out else None
    types = dict.fromkeys(categories, "category") | dict.fromkeys(counts, "count")
    numbers = [name for name in available if name not in left_out]
    value_format = value_formats.render_value_format(first_rows, numbers, categories, key)
    return {
        "label": label or None,
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


def _choose_split_columns(names, other_column, key) -> tuple[str | None, str | None]:
    """Let the user choose the column that says which rows are for testing, or the one with groups that stay whole; returns the
    names of both, of which one at most is chosen. names: of the table's columns, among which `other_column` has another purpose;
    key: of the widgets of this table."""
    split_place, group_place = st.columns(2, vertical_alignment="bottom")
    candidates = ["", *(name for name in names if name != other_column)]
    with split_place:
        split_column = st.selectbox(
            translate("Column with train and test"),
            candidates,
            format_func=lambda name: name or translate("none"),
            key=f"own.split.{key}",
            help=translate("It says train or test in each row. Without it, 15 % of each class are kept for testing."),
        )
    with group_place:
        group_column = st.selectbox(
            translate("Column with groups"),
            candidates,
            format_func=lambda name: name or translate("none"),
            key=f"own.groups.{key}",
            disabled=bool(split_column),
            help=translate("Such as patients: the rows of a group are all for training or all for testing."),
        )
    return split_column or None, None if split_column else group_column or None


def _choose_id_column(left_out, key) -> str | None:
    """Let the user choose which of the columns that are left out holds the ids of the rows; None for the first that can. key: of
    the widgets of this table."""
    id_column = st.selectbox(
        translate("Column with the ids"),
        ["", *left_out],
        format_func=lambda name: name or translate("the first whose values all differ"),
        key=f"own.ids.{key}",
        help=translate("Explore shows the id beside each code, and the other columns that are left out."),
    )
    return id_column or None


@st.cache_data(max_entries=8, show_spinner=False)
def _inspect_table(path, stamp, language):
    """The `_InspectedTable` in a file; None for a file of images. language: that of its notes."""
    if not table_files.is_table_file(path):
        return None
    table = table_files.open_table(path)
    row_count, summaries = column_summaries.summarise_columns(table)
    return _InspectedTable(
        table.names,
        table_preview.preview_table(table),
        (*table.type_notes, *table.notes),
        table.metadata_names,
        table.layers,
        row_count,
        summaries,
    )


def render_thumbnails(summary):
    """Draw some training images or rows of a data set, with classes in proportion to their frequency."""
    images, classes = _load_examples(summary.name, sets.files_cache_key(summary.name))
    titles = [translate("no class") if name is None else name for name in classes]
    alt = adapt_image_words(translate("{data}, training image: {label}"), summary.is_table)
    alts = [alt.format(data=data_title(summary), label=title) for title in titles]
    image_html.render_image_strip(images, titles if summary.classes else [""] * len(titles), alts, THUMBNAIL_WIDTH)


@st.cache_data(max_entries=32, show_spinner=False)
def _load_examples(name, stamp):
    data_set = sets.load(name)
    rows = item_draws.draw_stratified_indices(data_set.train.labels, EXAMPLE_COUNT)
    labels = data_set.train.labels[rows]
    pictures = row_charts.draw_row_charts(data_set.train.images[rows], data_set.features)
    return pictures, [data_set.classes[k] if k >= 0 else None for k in labels]


def _add_data_set(path, name, options):
    left_out, reports = [], []
    options = options | {"report": reports.append}
    if options.pop("is_tidied", False):
        options["report_left_out"] = left_out.append
    template = translate("{done} of {total} images") if "size" in options else translate("{done} of {total} rows")
    progress_text = lambda done, total: template.format(done=f"{done:,}", total=f"{total:,}")  # noqa: E731

    def add(progress):
        with READING_LOCK:
            return actions.add_data(path, name, people.entered_name(), progress=progress, **options)

    with widgets.errors_in_boxes():
        summary = widgets.compute_with_progress_bar(progress_text, add, translate("Checking …"))
        st.session_state[INSPECTED_KEY] = *st.session_state[INSPECTED_KEY][:2], True
        st.session_state[NEXT_DATA_KEY] = summary.name
        st.session_state[REPORTS_KEY] = reports
        if summary.is_table:
            st.session_state[LEFT_OUT_KEY] = left_out
            left_out = []
        st.toast(markdown.escape(join_sentences(_added_text(summary, left_out), *reports)), icon=":material/check:")
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
