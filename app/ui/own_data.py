"""Data of one's own on the page Train: images or a table from a file, checked and added, and what those added look like."""

import re
import tempfile
import zlib
from pathlib import Path

import streamlit as st

from aae_core.data import image_files, sets
from aae_core.errors import AAEError, DataError
from aae_core.files import explained
from aae_core.latent import charts
from app.server import guard
from app.ui import widgets

CHOSEN = "own.chosen"  # session key: the data set that was just added
UPLOADED = "own.uploaded"  # session key: (an upload's id, the folder that holds its file, the file)
FORMS = ["zip", "npz", "csv", "tsv", "parquet", "pq"]
EXAMPLES, THUMBNAIL = 8, 44  # items shown of a data set, and their width in pixels
SHOWN = 10  # data sets


def form():
    """The file, its columns where it is a table, the name, and the data sets that were added."""
    st.caption(
        "Images: a zip of a folder with one subfolder per class, such a folder, or an .npz with `images` and optionally "
        "`labels`. A table: a CSV or Parquet file, or an .npz with `X` and optionally `y` and `names`."
    )
    upload = st.file_uploader("A .zip, .npz, .csv or .parquet file", type=FORMS, key="own.file")
    folder = ""
    if guard.at_this_machine():  # what its disk holds is no business of anybody else
        folder = st.text_input(
            "Or a folder or file on this machine", key="own.folder", placeholder="/home/me/leaves"
        ).strip()
    path, columns, readable = None, {}, False
    with widgets.guarded():
        path = _place(upload, folder)
        columns = _columns(path)
        readable = True
    typed = st.text_input("Name of the data set", key="own.name", max_chars=60, placeholder="leaves").strip()
    name = sets.valid_name(typed)
    if name != typed:
        st.caption(
            f"It will be named `{name}`." if name else "A name needs at least one letter from a to z or a digit."
        )
    if st.button("Check and add", icon=":material/fact_check:", key="own.add"):
        data = "a file or a folder" if guard.at_this_machine() else "a file"
        lacking = [data] * (upload is None and not folder) + ["a name"] * (not name)
        if lacking:
            widgets.error_box(f"Give {' and '.join(lacking)} first.")
        elif readable:  # else it has been said why not
            _add(path, name, columns)
    own = [name for name in sets.names() if name not in sets.REGISTERED]
    for name in own[:SHOWN]:
        with widgets.guarded():
            summary = sets.describe(name)
            st.caption(f"**{name}**: {summary.train:,} training, {summary.test:,} test {summary.items}")
            thumbnails(summary)


def _place(upload, folder) -> Path | None:
    """Where the chosen data lie. An upload is written once, into a folder that goes with the session or with the next upload."""
    if upload is None:
        st.session_state.pop(UPLOADED, None)
        return Path(folder).expanduser() if folder else None
    held = st.session_state.get(UPLOADED)
    if held is None or held[0] != upload.file_id:
        place = tempfile.TemporaryDirectory()
        path = Path(place.name) / re.sub(r"[^\w.-]", "_", upload.name)[-100:]
        with explained(path, kind=DataError):
            path.write_bytes(upload.getbuffer())
        st.session_state[UPLOADED] = held = upload.file_id, place, path
    return held[2]


def _columns(path) -> dict:
    """What the columns of a table are, as chosen, as `sets.add` takes it; nothing for images."""
    if path is None:
        return {}
    with explained(image_files.shown(path), "read", DataError):
        stat = path.stat() if path.is_file() else None
    names = stat and _names(path, (stat.st_mtime_ns, stat.st_size))
    if names is None:
        return {}
    key = zlib.crc32("\0".join(names).encode())  # other columns, other widgets
    label = st.selectbox(
        "Column with the classes",
        ["", *names],
        format_func=lambda name: name or "none",
        key=f"own.label.{key}",
        help="A row whose class is empty or −1 is unlabelled.",
    )
    left = [name for name in names if name != label]
    told = "Texts, or numbers that stand for kinds: each value becomes a column of 0 and 1."
    categories = st.multiselect("Categories", left, key=f"own.categories.{key}", help=told)
    left = [name for name in left if name not in categories]
    counts = st.multiselect("Counts", left, key=f"own.counts.{key}", help="Whole numbers from 0 on.")
    left = [name for name in left if name not in counts]
    out = st.multiselect("Columns to leave out", left, key=f"own.out.{key}", help="Such as an identifier.")
    types = dict.fromkeys(categories, "category") | dict.fromkeys(counts, "count")
    return {"label": label or None, "types": types, "leave_out": out}


@st.cache_data(max_entries=8, show_spinner=False)
def _names(path, stamp):
    return sets.columns_of(path)


def thumbnails(summary):
    """Some training images or rows of a data set, of each class the same share."""
    images, titles = _examples(summary.name, sets.stamp(summary.name))
    alts = [f"{summary.title}, training {summary.items.removesuffix('s')}: {title}" for title in titles]
    widgets.image_strip(images, titles, alts, THUMBNAIL)


@st.cache_data(max_entries=32, show_spinner=False)
def _examples(name, stamp):
    found = sets.load(name)
    rows = sets.proportional(found.train.labels, EXAMPLES)
    labels = found.train.labels[rows]
    seen = charts.pictures(found.train.images[rows], found.features)
    return seen, [found.classes[k] if k >= 0 else "no class" for k in labels]


def _add(path, name, columns):
    bar = st.progress(0.0, text="Checking …")

    def progress(done, total):
        items = "rows" if columns else "images"
        bar.progress(min(1.0, done / total) if total else 0.0, text=f"{done:,} of {total:,} {items}")

    try:
        summary = sets.add(path, name, progress=progress, **columns)
    except AAEError as error:
        bar.empty()
        widgets.error_box(str(error))
    else:
        st.session_state.pop(UPLOADED, None)
        st.session_state[CHOSEN] = summary.name
        st.toast(f"{summary.title}: {summary.train + summary.test:,} {summary.items} added.", icon=":material/check:")
        st.rerun()
