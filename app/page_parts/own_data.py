"""The user's own data on the page Train: images or a table are checked and added as a data set, listed and removed."""

import os
import re
import tempfile
import threading
import zlib
from contextlib import suppress
from pathlib import Path

import streamlit as st

from aae_core.config.advice import advise
from aae_core.data import found_images, image_files, own_tables, sets, table_files
from aae_core.data.own_images import MAX_SIDE, MIN_SIDE
from aae_core.data.tones import BACKDROPS, Tones, checked_range, tones_on
from aae_core.errors import AAEError, DataError
from aae_core.files import explained
from aae_core.latent import charts
from aae_core.scheduling import limits
from aae_core.store import data_removal
from app.components import markdown
from app.page_parts import value_formats
from app.server import guard
from app.ui import config_form, drawn_images, live_store, people, widgets
from app.visitors import acts, who

CHOSEN = "own.chosen"  # session key: the data set that the form chooses next, since one was just added or removed
SURE = "own.sure"  # session key: the data set whose removal waits for confirmation
# session key: (id of the upload, the temporary folder, path of the file in it, the upload's name)
UPLOADED = "own.uploaded"
SEEN = "own.seen"  # session key: (tag, `found_images` result or None, whether it was added) of the last folder or file
LEFT_OUT = "own.left_out"  # session key: clauses about the columns that were left out of the table that was added last
REDUNDANT = "own.redundant"  # session key: whether columns that say nothing are left out of a table
REPORTS = "own.reports"  # session key: sentences about what was skipped or left out of the table that was added last
FILE, FOLDER, NAME, SIZE, MARGINS, TIDY, PAGE = (
    f"own.{name}" for name in ("file", "folder", "name", "size", "margins", "tidy", "page")
)
BACKDROP, STRETCH, LOW, HIGH = (f"own.{name}" for name in ("backdrop", "stretch", "low", "high"))
FORMS = ["zip", "npz", "csv", "tsv", "parquet", "pq"]
EXAMPLES, THUMBNAIL = 6, 44  # items shown of a data set, and their width in pixels
WIDE = 56  # width in pixels of an image that is about to be added
SHOWN = 10  # data sets on a page of the list
LISTED = 500  # most oddities that are listed
LONG_LIST = 600  # characters above which names of columns are listed in a popover
READING = threading.Lock()  # one folder or file is read at a time, since its images may take a gigabyte of memory
SHARED = "Only you can train on data that you add, but everyone sees what you train on them, images included."
SCALED = "All images are scaled to squares with this side. Left empty, they keep their size, which all must then share."
WAYS = {False: "Cut to the centre", True: "Whole, with margins"}
STRETCHED = (
    "In the same way for all images, and for those that are encoded later. Values outside become black or white."
)


def drop():
    """Draw the fields in which a folder or a file is dropped or chosen."""
    from app.components.folder_drop import folder_drop

    told = (
        "Images: a folder or a zip of one, with or without a subfolder for each class; or an .npz with `images` and optionally "
        "`labels`. A table: a CSV or Parquet file, or an .npz with `X` and optionally `y` and `names`."
    )
    most = largest_upload()
    upload = st.file_uploader("Images or a table of your own", type=FORMS, key=FILE, help=told, max_upload_size=most)
    folder_drop(FILE, FORMS, most)
    if not who.present().is_teacher:
        st.caption(SHARED)
    with widgets.guarded():
        _keep(upload)
    held, seen = st.session_state.get(UPLOADED), st.session_state.get(SEEN)
    if held and not (seen and seen[2] and seen[0][0] == str(held[2])):
        st.caption(
            ":material/south_east: What was found and the button that adds it, or why it cannot be added, are above "
            "**Start training**."
        )


def largest_upload() -> int:
    """Megabytes that an uploaded file may have, as large as the limit allows and the field can say.

    Streamlit's field (1.67) says its limit without decimals, in gigabytes from 501 MB on: it would call 512 MB "1GB".
    """
    limit = st.get_option("server.maxUploadSize")
    with suppress(AAEError):  # limits that cannot be read; then nobody may add anything
        if rules := limits.shared():
            limit = min(limit, rules.each.upload)  # which may have been lowered since the server started
    if limit <= 500:
        return limit
    return max(500, limit // 1000 * 1000)


def others():
    """Draw the field for a folder or file on this machine, and the list of data sets that were added."""
    if guard.at_this_machine():  # visitors from elsewhere must not read its disk
        st.text_input("A folder or file on this machine", key=FOLDER, placeholder="/home/me/leaves")
    own = [name for name in acts.data_names() if name not in sets.REGISTERED]
    if not own:
        st.caption("Data sets that you add are listed here.")
    first, pages = 0, -(-len(own) // SHOWN)
    if pages > 1:
        st.session_state[PAGE] = min(st.session_state.get(PAGE, 1), pages)
        first = SHOWN * (st.number_input(f"Page of {pages}", 1, pages, key=PAGE, persist_state="session") - 1)
    for name in own[first : first + SHOWN]:
        _one_of(name)


def _one_of(name):
    """Draw an entry of the list: size and owner of a data set, examples, and the button that removes it."""
    with widgets.guarded():
        summary, whose = sets.describe(name), people.owner_words(sets.owner_of(name))
        caption = f"**{name}**: {summary.train:,} training, {summary.test:,} test {summary.items}"
        if whose:
            caption += f" · {markdown.literal(whose)}"
        st.caption(caption)
        thumbnails(summary)
    if not acts.may_remove_data(name):
        return
    if st.session_state.get(SURE) != name:
        ask = {"on_click": st.session_state.update, "args": ({SURE: name},), "help": f"Remove {name}"}
        st.button("Remove …", icon=":material/delete:", key=f"own.remove.{name}", type="tertiary", **ask)
        return
    with st.container(border=True), widgets.guarded():
        depends = data_removal.consequences(live_store.board().store, name)
        question = f"Remove **{name}** for good? {depends} This cannot be undone."
        widgets.confirm(SURE, question, ":material/delete_forever:", "Remove it", _remove, name)


def _remove(name):
    live_store.do(acts.remove_data, name)
    if st.session_state.get(config_form.PREFIX + "data") == name and name not in acts.data_names():
        st.session_state[CHOSEN] = sets.BUILT_IN[0]


def offer() -> bool:
    """Draw what was found in the chosen folder or file, and the form that adds it as a data set; returns whether the form is
    shown and waits for the user."""
    upload, folder = st.session_state.get(UPLOADED), st.session_state.get(FOLDER, "").strip()
    with widgets.guarded():
        if upload:
            return _offer(upload[2], upload[3])
        if folder and guard.at_this_machine():
            path = Path(os.path.expanduser(folder))
            return _offer(path, path.name)
    return False


def _offer(path, name) -> bool:
    """As `offer`, for a path. name: the name of the folder or file; an uploaded file has another name on this machine."""
    with explained(image_files.brief(path), "read", DataError):
        stat = path.stat() if path.exists() else None
        title = name if path.is_dir() else Path(name).stem
    tag = (str(path), None if stat is None else (stat.st_mtime_ns, stat.st_size))
    table = _table(path, tag) if stat and path.is_file() else None
    if st.session_state.get(SEEN, (None,))[0] != tag:
        found = None if table else _looked(path)
        st.session_state[SEEN] = tag, found, False
        st.session_state.update({NAME: sets.free_name(title), MARGINS: False, TIDY: True, SIZE: found and found.size})
        st.session_state.update({BACKDROP: BACKDROPS[0], STRETCH: False, REDUNDANT: False, LEFT_OUT: [], REPORTS: []})
    _, found, added = st.session_state[SEEN]
    if added:
        if reports := st.session_state[REPORTS]:
            _show_sentences(st.info, reports)
        _show_left_out(st.session_state[LEFT_OUT])
        return False
    with st.container(border=True):
        st.header(markdown.literal(image_files.brief(name)), anchor=False)
        if found:
            st.markdown(f"**{markdown.literal(found.facts)}**")
        options = _table_options(table) if table else {}
        first, second = st.columns(2)
        typed = first.text_input("Name of the data set", key=NAME, max_chars=60).strip()
        if (valid := sets.valid_name(typed)) != typed:
            empty = "A name needs at least one letter from a to z or a digit."
            first.caption(f"It will be named `{valid}`." if valid else empty)
        if found:
            size = second.number_input(
                "Size in pixels", MIN_SIDE, MAX_SIDE, key=SIZE, help=SCALED, placeholder="as they are", value=None
            )
            options = _ways(found, size)
        if refused := acts.data_refusal(path) if stat and path.is_file() else "":
            widgets.error_box(refused)
        label = "Add this table" if table else "Add these images"
        barred = not valid or bool(refused) or bool(found and found.is_too_few)
        if st.button(label, icon=":material/add:", key="own.add", type="primary", disabled=barred):
            _add(path, valid, options)
    return True


def _looked(path):
    def look(progress):
        with READING:
            return found_images.look(path, progress)

    return widgets.with_progress_bar("Looked at {:,} of {:,} images".format, look, "Looking …")


def _ways(found, size) -> dict:
    """Draw a few images at the chosen size, oddities and advice; returns the chosen options (size, proportions, tones, whether
    odd images are left out) for `acts.add_data`."""
    margins = False
    strips, below = st.container(), st.container()  # the images are drawn with what is chosen beneath them
    with below:
        chosen_tones = _choose_tones(found)
    tones = tones_on(found.scale, **chosen_tones)
    with strips:
        if not size or found.is_square:
            _strip(found_images.samples(found, tones, size), found.titles)
        else:
            for way, title in WAYS.items():
                st.caption(title)
                _strip(found_images.samples(found, tones, size, way), found.titles, title)
            margins = st.radio("Proportions", list(WAYS), format_func=WAYS.get, key=MARGINS, horizontal=True)
    contrast, oddities, odd = found.contrast(tones), found.oddities(tones), found.odd_items(tones)
    if contrast.sentence and not contrast.is_low:
        st.caption(contrast.sentence)
    if oddities:
        _show_sentences(st.warning, oddities)
    if len(odd) > found_images.NAMED:
        with st.popover("List everything odd"):
            rest = f"\nand {len(odd) - LISTED:,} more" if len(odd) > LISTED else ""
            st.text("\n".join(odd[:LISTED]) + rest)
    tidy = False
    if odd or found.looked < found.count:
        tidy = st.toggle("Leave out copies, blank images and files that cannot be used", key=TIDY)
    if found.sizes:
        sides = (size, size) if size else next(iter(found.sizes))
        advice = advise((3 if found.colour else 1, *sides), round(0.85 * found.count))
        st.caption(f":material/lightbulb: {markdown.literal(advice.sentence)} Each can be changed.")
    return {"size": size, "margins": margins, "leave": tidy} | chosen_tones


def _choose_tones(found) -> dict:
    """Let the user choose the colour behind transparent pixels and, if the images have little contrast, the range of the values;
    returns both as arguments of `acts.add_data`."""
    backdrop = BACKDROPS[0]
    if found.has_transparency:
        backdrop = st.radio("Behind transparent pixels", BACKDROPS, key=BACKDROP, horizontal=True)
    proposed = found.contrast(Tones(backdrop=backdrop))
    if proposed.value_range is None or proposed.backdrop:  # the other backdrop comes first
        return {"value_range": None, "backdrop": backdrop}
    low, high = proposed.value_range
    label = f"Stretch the values {low:,} to {high:,} to black and white"
    if not st.toggle(label, key=STRETCH, help=STRETCHED):
        return {"value_range": None, "backdrop": backdrop}
    first, second = st.columns(2)
    black = first.number_input("Value that becomes black", 0, found.scale - 1, low, key=f"{LOW}.{backdrop}.{low}")
    white = second.number_input("Value that becomes white", 1, found.scale, high, key=f"{HIGH}.{backdrop}.{high}")
    return {"value_range": checked_range((black, white)), "backdrop": backdrop}


def _show_left_out(clauses):
    """Draw the clauses about columns that were left out of the table that was just added; many names are in a popover."""
    if not clauses:
        return
    sentences = [f"Left out: {clause}." for clause in clauses]
    if sum(map(len, sentences)) <= LONG_LIST:
        _show_sentences(st.info, sentences)
        return
    _show_sentences(st.info, [f"Left out: {clause.partition(':')[0]}." for clause in clauses])
    with st.popover("List every column that was left out"):
        for sentence in sentences:
            st.caption(markdown.literal(sentence))


def _show_sentences(box, sentences):
    """Draw sentences as paragraphs of a box, such as `st.warning`."""
    box("  \n".join(markdown.literal(sentence) for sentence in sentences), icon=":material/info:")


def _strip(images, titles, way=""):
    images = [image[..., None] if image.ndim == 2 else image for image in images]
    titles = [image_files.brief(title) for title in titles[: len(images)]]
    alts = [f"{way or 'Image'}: {title or 'no class'}" for title in titles]
    drawn_images.image_strip(images, [title[:12] for title in titles], alts, WIDE)


def _keep(upload):
    """Write an upload, once, to a file in a temporary folder, which is deleted with the session or at the next upload."""
    if upload is None:
        st.session_state.pop(UPLOADED, None)
        return
    held = st.session_state.get(UPLOADED)
    if held is None or held[0] != upload.file_id:
        place = tempfile.TemporaryDirectory()
        path = Path(place.name) / re.sub(r"[/\\\0]", "_", upload.name)[-60:]  # error messages mention this name
        with explained(path, kind=DataError):
            path.write_bytes(upload.getbuffer())
        st.session_state[UPLOADED] = upload.file_id, place, path, upload.name


def _table_options(table) -> dict:
    """Draw what is peculiar about a table's file, and let the user choose what becomes of its columns and how its values are
    written; returns the arguments of `acts.add_data`. table: as `_table` returns it."""
    names, first, notes = table
    if notes:
        _show_sentences(st.warning, notes)
    options = _columns(names, first)
    label = "Leave out columns with the same value in every row, and copies of other columns"
    return options | {"leave": st.toggle(label, key=REDUNDANT)}


def _columns(names, first) -> dict:
    """Let the user choose the types of a table's columns and how their values are written; returns both as arguments of
    `sets.add`. first: an `own_tables.FirstRows`, which says which columns of texts are at first categories, or left out."""
    key = zlib.crc32("\0".join(names).encode())  # tables with other columns get new widgets
    label = st.selectbox(
        "Column with the classes", ["", *names], format_func=lambda name: name or "none", key=f"own.label.{key}",
        help="A row whose class is empty or −1 is unlabelled.",
    )  # fmt: skip
    if label in (*first.categories, *first.others):
        key = f"{key}.{label}"  # otherwise it would stay out of the categories when it is no longer the class
    left = [name for name in names if name != label]
    help_text = "Text, or numbers that stand for categories: each value becomes a column of zeros and ones."
    preset = [name for name in first.categories if name in left]
    categories = st.multiselect("Categories", left, preset, key=f"own.categories.{key}", help=help_text)
    left = [name for name in left if name not in categories]
    counts = st.multiselect("Counts", left, key=f"own.counts.{key}", help="Whole numbers, 0 or more.")
    left = [name for name in left if name not in counts]
    preset = [name for name in first.others if name in left]
    out = st.multiselect("Columns to leave out", left, preset, key=f"own.out.{key}", help="For example an identifier.")
    types = dict.fromkeys(categories, "category") | dict.fromkeys(counts, "count")
    numbers = [name for name in names if name not in (label, *categories, *out)]
    value_format = value_formats.choose(first, numbers, key)
    return {"label": label or None, "types": types, "leave_out": out, "value_format": value_format}


@st.cache_data(max_entries=8, show_spinner=False)
def _table(path, stamp):
    """The names, the `own_tables.FirstRows` and the notes of the table in a file; None for a file of images."""
    if not table_files.is_table(path):
        return None
    table = table_files.opened(path)
    return table.names, own_tables.look_at_first_rows(table), table.notes


def thumbnails(summary):
    """Draw some training images or rows of a data set, with classes in proportion to their frequency."""
    images, titles = _examples(summary.name, sets.stamp(summary.name))
    alts = [f"{summary.title}, training {summary.items.removesuffix('s')}: {title}" for title in titles]
    drawn_images.image_strip(images, titles if summary.classes else [""] * len(titles), alts, THUMBNAIL)


@st.cache_data(max_entries=32, show_spinner=False)
def _examples(name, stamp):
    found = sets.load(name)
    rows = sets.proportional(found.train.labels, EXAMPLES)
    labels = found.train.labels[rows]
    seen = charts.pictures(found.train.images[rows], found.features)
    return seen, [found.classes[k] if k >= 0 else "no class" for k in labels]


def _add(path, name, options):
    left, reports = [], []
    if "leave" in options:
        options |= {"leave": left.append if options["leave"] else None}
    options |= {"report": reports.append}
    counted = "{:,} of {:,} images" if "size" in options else "{:,} of {:,} rows"

    def add(progress):
        with READING:
            return acts.add_data(path, name, people.own_name(), progress=progress, **options)

    with widgets.guarded():
        summary = widgets.with_progress_bar(counted.format, add, "Checking …")
        st.session_state[SEEN] = *st.session_state[SEEN][:2], True
        st.session_state[CHOSEN] = summary.name
        if summary.is_table:
            st.session_state.update({LEFT_OUT: left, REPORTS: reports})
            left = []
        told = f"{summary.title}: {summary.train + summary.test:,} {summary.items} added"
        if left:
            told += f", {len(left):,} left out ({image_files.first_of(left, 2)})"
        st.toast(markdown.literal(" ".join([f"{told}.", *reports])), icon=":material/check:")
        st.rerun()
