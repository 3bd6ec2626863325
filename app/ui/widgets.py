"""Widgets that several pages share: the picker of a revision, notes on its state, choices kept in the URL, pictures, errors."""

import base64
import html
import time
from collections import Counter
from contextlib import contextmanager, suppress

import numpy as np
import streamlit as st

from aae_core.config.derived import phases
from aae_core.data import sets
from aae_core.errors import AAEError
from aae_core.store.revisions import Store
from aae_core.store.status import BUSY, UNTOLD
from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures.number_text import when
from app.figures.revision_list import shipped_first
from app.session import address, controls
from app.ui import page_options
from app.visitors import acts, who

SHEET, SHEET_OF = "sheet", 24  # URL parameter for the page of a list of images, and the number of images on a page
FEW = 12  # largest number of options that are shown side by side
PAGER = 220  # pixels: wide enough for the buttons − and + at presenter size, too
PLANES = 0.1  # seconds in which a browser usually shows two planes
DELETED = "deleted."  # session key, with a setting's name: {"id": the revision named, now in the trash, "instead": the one shown}
STATES = {
    "queued": (":material/hourglass_empty:", "gray", "is waiting in the queue"),
    "running": (":material/autorenew:", "blue", "is training; this page follows it"),
    "paused": (":material/pause_circle:", "orange", "is paused; it can be resumed on the page Train"),
    "stopped": (":material/stop_circle:", "orange", "was stopped early"),
    "failed": (":material/error:", "red", "failed"),
    "broken": (":material/broken_image:", "red", "cannot be read"),
}


def error_box(text: str) -> None:
    """The box in which every page reports an error."""
    st.error(markdown.error_text(text), icon=":material/error:")


@contextmanager
def guarded():
    """Show an AAEError of the block as an error box; the page continues after the block."""
    try:
        yield
    except AAEError as error:
        error_box(str(error))


def let_planes_appear() -> None:
    """Wait for PLANES seconds on the first run of a page, so that the browser can show the planes above. The charts below keep it
    busy for a fifth of a second while they are drawn; without the wait, the planes' images often come after that."""
    if address.is_first_run():
        time.sleep(PLANES)


def chart(figure, key: str, alt: str, **options):
    """Draw a plotly figure without its buttons, enlarged at presenter size. options: as in `st.plotly_chart`."""
    if page_options.is_large():
        from app.figures import charts

        figure = charts.enlarged(figure, page_options.LETTERS)
    return st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **options)


def say_ignored() -> None:
    """Show a toast for each invalid setting of the link."""
    for name in address.ignored():
        st.toast(markdown.literal(f"Ignored invalid link setting “{name}”."), icon=":material/link_off:")


def part(name: str):
    """A container for a part of the page that a link can hide. name: a key of `page_options.PARTS`."""
    return st.container(key=f"part-{name}")


def panel(name: str, draw, *args) -> None:
    """Draw a `part` by draw(*args); an AAEError is shown in its place."""
    with part(name), guarded():
        draw(*args)


def folded(
    label: str, key: str, draw, *args, expanded: bool = False, icon: str | None = None, on_change="rerun"
) -> bool:
    """Draw a box that can be unfolded; `draw(*args)` runs only while it is open. Returns whether it is open. on_change: as in
    `st.expander`."""
    box = st.expander(label, expanded, key=key, icon=icon, on_change=on_change)
    if box.open:
        with box, guarded():
            draw(*args)
    return box.open


# Choices kept in the URL ------------------------------------------------------------------------------------------------


def filled_key(name: str, read, default, of=None, *, fits, key: str | None = None) -> str:
    """The key of a widget for a setting, with a value stored under it. read, default, of: as in `address.recall`.

    The widget keeps its value while this is valid (`fits(value) -> bool`) and no link brings another; otherwise it takes that of
    the link, the session or the default.
    """
    key, news = key or controls.key(name), address.is_news(name, of) or (of is None and name in address.linked())
    value = address.recall(name, read, default, of)
    if key not in st.session_state or news or not fits(st.session_state[key]):
        st.session_state[key] = value
    return key


def choose(draw, name: str, options: dict[str, str], default, **kwargs):
    """Draw a choice that is kept in the URL under `name`; returns the chosen option. draw: st.selectbox or st.segmented_control.
    options: titles by option, as plain text."""
    key = filled_key(name, lambda text: text if text in options else None, default, fits=lambda held: held in options)
    # the options of st.selectbox are plain text, unlike those of all other choices
    title = options.get if draw is st.selectbox else lambda option: markdown.literal(options[option])
    value = draw(options=list(options), key=key, format_func=title, **kwargs)
    value = default if value is None else value
    address.keep(name, value)
    return value


def choose_numbered(name: str, names, default: int, **kwargs) -> int:
    """Draw a choice among names, side by side if they are few, kept in the URL as in `choose`; returns the number of the name."""
    draw = st.segmented_control if len(names) <= FEW else st.selectbox
    return int(choose(draw, name, {str(k): title for k, title in enumerate(names)}, str(default), **kwargs))


def choose_number(name: str, label: str, high: int, default: int, **kwargs) -> int:
    """Draw a field for a whole number from 0 to `high` that is kept in the URL under `name`; returns the number."""
    read, fits = address.read_number(0, high), lambda held: 0 <= held <= high
    value = st.number_input(label, 0, high, step=1, key=filled_key(name, read, min(default, high), fits=fits), **kwargs)
    address.keep(name, str(value))
    return value


def pick_sheet(name: str, of: tuple[str, ...], count: int) -> int:
    """Let the user choose a page of a list of `count` images, SHEET_OF a page; returns the position of its first image, from 0.
    of: identifies the list, since a page number in the link applies to this list only."""
    pages = max(1, -(-count // SHEET_OF))
    key, fits = f"{name}.page.{'.'.join(of)}", lambda held: 1 <= held <= pages
    key = filled_key(SHEET, address.read_number(1, pages), 1, of, key=key, fits=fits)
    if pages == 1:
        return 0
    number = st.number_input("Page", 1, pages, key=key, width=130, help=f"Of {pages:,} pages.")
    address.keep(SHEET, None if number == 1 else str(number), of)
    return SHEET_OF * (number - 1)


def page_now(key: str, pages: int, view: str = "", first: int = 1) -> int:
    """The number of the current page of a list: `first` when the view changes (after a search), then as set by `turn_pages`."""
    if st.session_state.get(f"{key}.view") != view:
        st.session_state.update({f"{key}.view": view, key: first})
    st.session_state[key] = min(st.session_state.get(key, 1), pages)
    return st.session_state[key]


def turn_pages(key: str, length: str, page: int, pages: int) -> None:
    """Draw the length of a list in words and the field for its page number, if it has several pages. key: as in `page_now`."""
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{length}, page {page} of {pages}", width="stretch")
            st.number_input("Page", 1, pages, key=key, label_visibility="collapsed", width=PAGER)


def offer_again(kept, revision, subject: str, label: str) -> None:
    """If a result in `kept` (a `Computed`) is from an earlier checkpoint, say so and draw the button that computes it again.
    subject: the beginning of the sentence, as in "These codes are"."""
    if kept.is_behind(revision):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{subject} from an earlier checkpoint; the training continues.", width="content")
            st.button(label, on_click=kept.forget, args=(revision,), icon=":material/refresh:")


def confirm(asked: str, question: str, icon: str, label: str, act, *args) -> None:
    """Ask for a confirmation: one button runs act(*args), the other cancels. asked: the session key, ending in ".sure", that is
    set while the question waits; both answers delete it."""
    name = asked.removesuffix(".sure")

    def answered():
        st.session_state.pop(asked, None)
        act(*args)

    st.warning(question, icon=icon)
    with st.container(horizontal=True):
        st.button(label, type="primary", key=f"{name}.yes", on_click=answered)
        st.button("Cancel", key=f"{name}.no", on_click=st.session_state.pop, args=(asked, None))


def with_progress_bar(words, compute, first: str = ""):
    """The result of compute(progress), with a progress bar meanwhile. words(done, total): the bar's text; first: its text until
    progress is reported."""
    bar = st.empty()
    if first:
        bar.progress(0.0, first)
    try:
        found = compute(lambda done, total: bar.progress(min(1.0, done / total) if total else 0.0, words(done, total)))
    except AAEError:
        bar.empty()
        raise
    bar.empty()
    return found


# Revisions --------------------------------------------------------------------------------------------------------------


def pick_revision(
    name: str = "revision", label: str = "Revision", prefer=lambda summary: True, label_visibility="visible"
):
    """Let the user choose a revision; returns its id, or None (with a link to Train) if there is no revision at all.

    prefer: a score of a summary; the highest is the default, of equal ones the first by `shipped_first`. Failed, broken and
    queued revisions come last.
    """
    found = loaded.summaries()
    if not found:
        st.info("There is no revision yet. Train one, and its latent space appears here.", icon=":material/info:")
        st.page_link("views/train.py", label="Train a first revision", icon=":material/model_training:")
        return None
    titles = distinct_titles({summary.id: title(summary) for summary in found})
    first = min(found, key=lambda s: (s.state in UNTOLD, -prefer(s), shipped_first(s))).id
    note_deleted(name, titles)
    shown = {"label": label, "label_visibility": label_visibility, "filter_mode": "contains"}
    return choose(st.selectbox, name, titles, first, **shown)


def note_deleted(name, known):
    """If the link or the session names a revision that is in the trash, store its id for `say_deleted`. known: existing ids."""
    for wanted in (address.linked().get(name), address.memory().get(name)):
        if wanted and wanted not in known and is_deleted(wanted):
            st.session_state[DELETED + name] = {"id": wanted}
            address.keep(name, None)  # `say_deleted` reports it, so it must not be reported as an invalid setting
            return


def is_deleted(id_: str) -> bool:
    """Whether a revision is in the trash; False if the trash cannot be read."""
    with suppress(AAEError):
        return any(each.id == id_ for each in Store().trash.entries())
    return False


def say_deleted(chosen: str | None, name: str = "revision") -> None:
    """Say that the revision named by a link is in the trash, with a button that restores it, until the user chooses a revision
    other than the one first shown instead. chosen: the id shown, "" if the page shows none, None if there is none to choose."""
    held = st.session_state.get(DELETED + name, {})
    if chosen is not None and held.setdefault("instead", chosen) != chosen:
        held.clear()
    if held.get("id") is not None and is_deleted(held["id"]):
        offer_restoring(held["id"], name)


def restore(ref: str, id_: str, name: str = "revision") -> None:
    """A button's action: restore a revision by `ref`, its name in the trash, and set the setting `name` to its id."""
    try:
        acts.restore(Store(), ref)
    except AAEError as error:
        st.toast(markdown.error_text(str(error)), icon=":material/error:")
    else:
        st.session_state.pop(DELETED + name, None)
        address.keep(name, id_)
        controls.forget(name)  # the widget holds the revision shown instead


def offer_restoring(id_: str, name: str, action=restore) -> None:
    """Say that a revision is in the trash, with a button that restores it for visitors who may. action: the button's action, with
    the parameters of `restore`."""
    with st.container(horizontal=True, vertical_alignment="center"), guarded():
        st.warning(f"The revision `{id_}` was deleted and is in the trash.", icon=":material/delete:")
        if acts.may_restore(Store(), id_):
            press = {"on_click": action, "args": (id_, id_, name)}
            st.button("Restore it", icon=":material/undo:", key=f"restore.{name}.{id_}", **press)


def open_other(id_: str) -> None:
    """Choose another revision on a page about a single revision."""
    st.session_state["revision"] = id_
    address.keep("revision", id_)


def open_point(key: str, points: list) -> None:
    """Open the revision of the point that was clicked in the chart under `key`, if it is in `points`."""
    picked = [point.get("customdata") for point in st.session_state[key]["selection"]["points"]]
    wanted = [point.id for point in points if point.id in picked]
    if wanted:
        open_other(wanted[0])


def is_plain(summary) -> bool:
    """Whether it is the recommended first model: an AAE with a Gaussian prior on the plane."""
    return (summary.variant, summary.prior, summary.latent_dim) == ("aae", "gaussian", 2)


def title(summary) -> str:
    """A revision in a few words: label or variant, data (unless in the label), "shipped" or the date, and any state but done."""
    name = summary.label or summary.variant
    said = summary.data.casefold().replace("-", " ") in name.casefold().replace("-", " ")
    data = "" if said else summary.data
    words = [name, data, "shipped" if summary.gallery else when(summary.created)]
    words += [summary.state] if summary.state in STATES else []
    return " · ".join(word for word in words if word) or summary.id


def distinct_titles(titles: dict[str, str]) -> dict[str, str]:
    """Titles by id, with the end of the id appended to equal titles, since Streamlit identifies an option by its title."""
    counts = Counter(titles.values())
    return {id_: title if counts[title] == 1 else f"{title} · {id_[-6:]}" for id_, title in titles.items()}


def badge(row, text: str | None = None) -> None:
    """Draw the badge of a summary's state, with the state's name or another text."""
    icon, colour, _ = STATES.get(row.state, (":material/check_circle:", "green", ""))
    st.badge(text or row.state, icon=icon, color=colour)


def state_note(revision) -> None:
    """Draw a note on a revision that is not done; for a failed one, an error box with the reason and the remedy."""
    status = revision.status
    if status.state not in STATES:
        return
    icon, colour, words = STATES[status.state]
    if status.state == "failed":
        error_box(f"This revision failed. {status.reason}")
    else:
        st.markdown(f":{colour}[{icon} This revision {words}.]")


def codes_of(revision, nothing: str):
    """The codes of a revision; before the first checkpoint None, with the note `nothing`.

    Raises an AAEError if the file of the codes or of the weights is damaged, so that not every panel reports it.
    """
    probe = loaded.probe(revision)
    if probe is None:
        st.info(nothing, icon=":material/info:")
    else:
        loaded.model(revision)
    return probe


def decoder_trained(revision) -> bool:
    """Whether a revision's decoder was trained; in a plain classifier it was not."""
    return "reconstruction" in phases(revision.config)


def decoder_note(revision) -> None:
    """Draw a note if the decoder was not trained, as its images are grey then."""
    if not decoder_trained(revision):
        st.info(
            "This model was trained without the reconstruction phase, so its decoder is untrained and its images are "
            "grey. The page Classify shows what it learned.",
            icon=":material/info:",
        )


def follow(revision) -> None:
    """Run the page again whenever a revision in training has changed; to be called at the page's top level."""
    if revision.status.state in BUSY:
        _tick(revision.id, revision.version)


@st.fragment(run_every=2)
def _tick(id_, version):
    with guarded():
        loaded.reconcile()  # a worker that died cannot report it, so the page checks
        if loaded.open_revision(id_).version != version:
            st.rerun()


# Pictures ---------------------------------------------------------------------------------------------------------------


def picture(image: np.ndarray, alt: str, width: int = 224, caption: str | None = None) -> None:
    """Draw one image uint8 H×W×C with sharp pixels. width: in pixels; caption: plain text."""
    # embedded, since a file behind a URL needs another round trip, and is gone if the next image comes before it is fetched
    url = data_url(image, max(1, min(64, width // image.shape[1])))
    st.image(url, width=width, caption=caption and markdown.literal(caption), alt=alt)


def data_url(image: np.ndarray, scale: int = 1) -> str:
    """A data URL with the PNG of an image uint8 H×W×C, enlarged by the whole number `scale`."""
    from aae_core.latent import exploration

    return f"data:image/png;base64,{base64.b64encode(exploration.to_png(image, scale)).decode()}"


def image_tag(image: np.ndarray, alt: str, width: int) -> str:
    """HTML of one image uint8 H×W×C. width: in pixels at the usual text size; it grows with the text."""
    scaling = "pixelated" if width >= 2 * image.shape[1] else "auto"  # pixels of an enlarged image are drawn as squares
    return (
        f'<img src="{data_url(image)}" alt="{html.escape(alt)}" '
        f'style="width:{width / 16:g}rem;max-width:none;image-rendering:{scaling};border-radius:3px;display:block">'
    )


def image_strip(images, captions, alts, width: int = 64) -> None:
    """Draw images in a row that wraps, each above its caption."""
    cells = "".join(
        f'<figure style="margin:0;text-align:center">{image_tag(image, alt, width)}'
        f'<figcaption style="font-size:0.78rem;opacity:0.75;padding-top:2px">{html.escape(caption)}</figcaption></figure>'
        for image, caption, alt in zip(images, captions, alts, strict=True)
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:10px">{cells}</div>')


def revision_page(title: str, show, prefer=lambda summary: True, beside=lambda: None, parts=()) -> None:
    """Draw a page about one revision: title, picker, a note on its state, then `show(revision)`, again whenever it changes.

    prefer: as in `pick_revision`. beside: a function that draws beside the title. parts: names of parts beside the picker; `show`
    gets a container for each.
    """
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left, st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        beside()
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        places = [st.container(key=f"part-{name}", width="content") for name in parts]
        chosen = pick_revision(prefer=prefer, label_visibility="collapsed")
    say_deleted(chosen)
    if chosen is not None:
        with guarded():
            revision = loaded.open_revision(chosen)
            state_note(revision)
            follow(revision)
            show(revision, *places)


def how_to_get(name: str) -> str:
    """A sentence on how to get a data set that is not on this machine, which depends on whether the visitor is the teacher; ""
    for one that cannot be downloaded."""
    if name.removesuffix(sets.HELD_OUT) not in sets.BUILT_IN:
        return ""
    if not who.present().is_teacher:
        return "The teacher can download the data."
    return f"Download the data on the page Train or with `python -m aae_core data get {name}`."


def missing(revision) -> str:
    """Sentences on why there are no original images, and how to get them."""
    why = shown_codes.why_not_here(revision) or f"The {shown_codes.item(revision)}s cannot be read"
    return (
        f"{markdown.literal(why)}, so reconstructions stand in for originals. {how_to_get(revision.data.name)}".rstrip()
    )


def kind_of(revision) -> str:
    """The beginning of a sentence on a revision: its variant, in Markdown."""
    return f"This revision, of the variant **{markdown.literal(revision.variant.title)}**,"


def name_of(revision) -> str:
    """A revision's label, or the title of its variant if it has none."""
    return revision.label or revision.variant.title
