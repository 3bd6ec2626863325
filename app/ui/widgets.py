"""Parts that several pages share: the picker of a revision, notes on its state, choices kept in the URL, pictures, errors."""

import base64
import html
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
from app.session import address, controls
from app.ui import page_options
from app.visitors import acts, who

SHEET, SHEET_OF = "sheet", 24  # name in the link of a page of images ("page" belongs to lessons), and how many it has
FEW = 12  # options that stand side by side
PAGER = 220  # pixels, in which the field keeps its − and + at presenter size, too
DELETED = "deleted."  # session key, with a setting's name: {"id": what it named but is in the trash, "instead": what is shown}
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
    st.error(markdown.told(text), icon=":material/error:")


@contextmanager
def guarded():
    """Show any AAEError of the block as an error box; the page continues after it."""
    try:
        yield
    except AAEError as error:
        error_box(str(error))


def chart(figure, key: str, alt: str, **options):
    """A plotly figure without its buttons, larger in a presenter's size; options as `st.plotly_chart` takes them."""
    if page_options.is_large():
        from app.figures import charts

        figure = charts.enlarged(figure, page_options.LETTERS)
    return st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **options)


def say_ignored() -> None:
    """One toast for each invalid setting of the link."""
    for name in address.ignored():
        st.toast(markdown.literal(f"Ignored invalid link setting “{name}”."), icon=":material/link_off:")


def part(name: str):
    """A part of a page that a link can hide: one of the names in `page_options.PARTS`."""
    return st.container(key=f"part-{name}")


def panel(name: str, draw, *args) -> None:
    """Such a part, drawn by draw(*args), and an error box in its place where that fails."""
    with part(name), guarded():
        draw(*args)


def folded(
    label: str, key: str, draw, *args, expanded: bool = False, icon: str | None = None, on_change="rerun"
) -> bool:
    """A box that can be unfolded; `draw(*args)` runs only while it is open. Returns whether it is. on_change: a callback."""
    box = st.expander(label, expanded, key=key, icon=icon, on_change=on_change)
    if box.open:
        with box, guarded():
            draw(*args)
    return box.open


# Revisions --------------------------------------------------------------------------------------------------------------


def filled(name: str, read, default, of=None, *, fits, key: str | None = None) -> str:
    """The key of a widget for a setting; read, default, of: as `address.recall` has them.

    The widget keeps what it holds while that fits (`fits(value) -> bool`) and no link brings another value; otherwise it shows
    the link's, or what the session remembers.
    """
    key, news = key or controls.key(name), address.is_news(name, of) or (of is None and name in address.linked())
    value = address.recall(name, read, default, of)
    if key not in st.session_state or news or not fits(st.session_state[key]):
        st.session_state[key] = value
    return key


def choose(draw, name: str, options: dict[str, str], default, **kwargs):
    """A choice among `options` that is kept in the URL under `name`; `draw` is st.selectbox or st.segmented_control. options:
    with their titles, in which nothing is Markdown."""
    key = filled(name, lambda text: text if text in options else None, default, fits=lambda held: held in options)
    # the options of st.selectbox are plain text, unlike those of all other choices
    title = options.get if draw is st.selectbox else lambda option: markdown.literal(options[option])
    value = draw(options=list(options), key=key, format_func=title, **kwargs)
    value = default if value is None else value
    address.keep(name, value)
    return value


def choose_numbered(name: str, names, default: int, **kwargs) -> int:
    """The number of one of the names, all of which are seen if they are few; as `choose` keeps it."""
    draw = st.segmented_control if len(names) <= FEW else st.selectbox
    return int(choose(draw, name, {str(k): title for k, title in enumerate(names)}, str(default), **kwargs))


def choose_number(name: str, label: str, high: int, default: int, **kwargs) -> int:
    """A whole number from 0 to `high` that is kept in the URL under `name`."""
    read, fits = address.read_number(0, high), lambda held: 0 <= held <= high
    value = st.number_input(label, 0, high, step=1, key=filled(name, read, min(default, high), fits=fits), **kwargs)
    address.keep(name, str(value))
    return value


def pick_sheet(name: str, of: tuple[str, ...], count: int) -> int:
    """Let the user choose a page of SHEET_OF of `count` images; the number of its first one, from 0. of: the list that it
    belongs to, by which a link has it."""
    pages = max(1, -(-count // SHEET_OF))
    key, fits = f"{name}.page.{'.'.join(of)}", lambda held: 1 <= held <= pages
    key = filled(SHEET, address.read_number(1, pages), 1, of, key=key, fits=fits)
    if pages == 1:
        return 0
    number = st.number_input("Page", 1, pages, key=key, width=130, help=f"Of {pages:,} pages.")
    address.keep(SHEET, None if number == 1 else str(number), of)
    return SHEET_OF * (number - 1)


def page_now(key: str, pages: int, view: str = "", first: int = 1) -> int:
    """The page of a list: the `first` one in a new view of it, as after a search, then as `turn_pages` turns them."""
    if st.session_state.get(f"{key}.view") != view:
        st.session_state.update({f"{key}.view": view, key: first})
    st.session_state[key] = min(st.session_state.get(key, 1), pages)
    return st.session_state[key]


def turn_pages(key: str, told: str, page: int, pages: int) -> None:
    """Where one is in a list, `told`, of several pages, and the field that turns them; a key's first value is the session's."""
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{told}, page {page} of {pages}", width="stretch")
            st.number_input("Page", 1, pages, key=key, label_visibility="collapsed", width=PAGER)


def offer_again(kept, revision, told: str, label: str) -> None:
    """Where what is `kept` (a `Computed`) is that of an earlier checkpoint: `told`, and the button that has it computed again."""
    if kept.is_behind(revision):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{told} from an earlier checkpoint; the training continues.", width="content")
            st.button(label, on_click=kept.forget, args=(revision,), icon=":material/refresh:")


def confirm(asked: str, told: str, icon: str, label: str, act, *args) -> None:
    """The question before what cannot be undone, and its answers: act(*args), or nothing. asked: the session key, ending in
    ".sure", of what waits for the answer; either takes it away."""
    name = asked.removesuffix(".sure")

    def answered():
        st.session_state.pop(asked, None)
        act(*args)

    st.warning(told, icon=icon)
    with st.container(horizontal=True):
        st.button(label, type="primary", key=f"{name}.yes", on_click=answered)
        st.button("Cancel", key=f"{name}.no", on_click=st.session_state.pop, args=(asked, None))


def waited(told, compute, first: str = ""):
    """The result of compute(progress), beside a bar; told(done, total): its text, `first` before there is one."""
    bar = st.empty()
    if first:
        bar.progress(0.0, first)
    try:
        found = compute(lambda done, total: bar.progress(min(1.0, done / total) if total else 0.0, told(done, total)))
    except AAEError:
        bar.empty()
        raise
    bar.empty()
    return found


def pick_revision(
    name: str = "revision", label: str = "Revision", prefer=lambda summary: True, label_visibility="visible"
):
    """The chosen revision's id, or None (with advice) while there is no revision at all.

    prefer: if no link names one, the first summary with the largest value of it is chosen;
    shipped revisions come first.
    """
    found = loaded.summaries()
    if not found:
        st.info("There is no revision yet. Train one, and its latent space appears here.", icon=":material/info:")
        st.page_link("views/train.py", label="Train a first revision", icon=":material/model_training:")
        return None
    titles = told_apart({summary.id: title(summary) for summary in found})
    first = min(found, key=lambda s: (s.state in UNTOLD, -prefer(s), not s.gallery)).id
    note_deleted(name, titles)
    shown = {"label": label, "label_visibility": label_visibility, "filter_mode": "contains"}
    return choose(st.selectbox, name, titles, first, **shown)


def note_deleted(name, known):
    """Keep, for `say_deleted`, the id that a link or the session names but that is in the trash."""
    for wanted in (address.linked().get(name), address.memory().get(name)):
        if wanted and wanted not in known and is_deleted(wanted):
            st.session_state[DELETED + name] = {"id": wanted}
            address.keep(name, None)  # it is told below, and no invalid setting
            return


def is_deleted(id_: str) -> bool:
    """Whether a revision is in the trash; not if that cannot be read."""
    with suppress(AAEError):
        return any(each.id == id_ for each in Store().trash.entries())
    return False


def say_deleted(chosen: str | None, name: str = "revision") -> None:
    """That the revision which a link named is in the trash, and the button that restores it; until another one is chosen than the
    first that was shown instead. chosen: "" where the page shows none; None where there is nothing to choose from, which ends
    nothing."""
    held = st.session_state.get(DELETED + name, {})
    if chosen is not None and held.setdefault("instead", chosen) != chosen:
        held.clear()
    if held.get("id") is not None and is_deleted(held["id"]):
        offer_restoring(held["id"], name)


def restore(ref: str, id_: str, name: str = "revision") -> None:
    """A button's action: put a revision back, by its name in the trash, and choose it by the setting `name`."""
    try:
        acts.restore(Store(), ref)
    except AAEError as error:
        st.toast(markdown.told(str(error)), icon=":material/error:")
    else:
        st.session_state.pop(DELETED + name, None)
        address.keep(name, id_)
        controls.forget(name)  # which holds what was shown instead


def offer_restoring(id_: str, name: str, action=restore) -> None:
    """That a revision is in the trash, and, for who may, the button that restores it and lets the setting `name` of the link name
    it. action: what it calls, as `restore` is called."""
    with st.container(horizontal=True, vertical_alignment="center"), guarded():
        st.warning(f"The revision `{id_}` was deleted and is in the trash.", icon=":material/delete:")
        if acts.may_restore(Store(), id_):
            press = {"on_click": action, "args": (id_, id_, name)}
            st.button("Restore it", icon=":material/undo:", key=f"restore.{name}.{id_}", **press)


def open_other(id_: str) -> None:
    """Choose another revision on a page about one."""
    st.session_state["revision"] = id_
    address.keep("revision", id_)


def open_point(key: str, points: list) -> None:
    """Open the revision of the point that was clicked in the chart under `key`, if it is one of the points."""
    picked = [point.get("customdata") for point in st.session_state[key]["selection"]["points"]]
    wanted = [point.id for point in points if point.id in picked]
    if wanted:
        open_other(wanted[0])


def is_plain(summary) -> bool:
    """Whether it is the recommended first model: an AAE with a Gaussian prior on the plane."""
    return (summary.variant, summary.prior, summary.latent_dim) == ("aae", "gaussian", 2)


def title(summary) -> str:
    """A revision in a few words: its label or variant, its data and its date."""
    name = summary.label or summary.variant
    said = summary.data.casefold().replace("-", " ") in name.casefold().replace("-", " ")
    data = "" if said else summary.data
    words = [name, data, "shipped" if summary.gallery else when(summary.created)]
    words += [summary.state] if summary.state in STATES else []
    return " · ".join(word for word in words if word) or summary.id


def told_apart(titles: dict[str, str]) -> dict[str, str]:
    """Titles by id; where several have the same, with the end of the id, since a choice finds its option again by its title."""
    counts = Counter(titles.values())
    return {id_: title if counts[title] == 1 else f"{title} · {id_[-6:]}" for id_, title in titles.items()}


def badge(row, text: str | None = None) -> None:
    """The badge of a summary's state, with its name or another text."""
    icon, colour, _ = STATES.get(row.state, (":material/check_circle:", "green", ""))
    st.badge(text or row.state, icon=icon, color=colour)


def state_note(revision) -> None:
    """A note on a revision that is not done; for a failed one, the reason and what to do."""
    status = revision.status
    if status.state not in STATES:
        return
    icon, colour, words = STATES[status.state]
    if status.state == "failed":
        error_box(f"This revision failed. {status.reason}")
    else:
        st.markdown(f":{colour}[{icon} This revision {words}.]")


def codes_of(revision, nothing: str):
    """The codes that a page shows of a revision; None, with the note `nothing`, before its first checkpoint.

    A damaged file of either codes or weights is reported here once, not by every panel.
    """
    probe = loaded.probe(revision)
    if probe is None:
        st.info(nothing, icon=":material/info:")
    else:
        loaded.model(revision)
    return probe


def draws(revision) -> bool:
    """Whether its decoder was trained, which it is not in a plain classifier."""
    return "reconstruction" in phases(revision.config)


def decoder_note(revision) -> None:
    """A note on an untrained decoder: its images are grey, which is no fault."""
    if not draws(revision):
        st.info(
            "This model was trained without the reconstruction phase, so its decoder is untrained and its images are "
            "grey. The page Classify shows what it learned.",
            icon=":material/info:",
        )


def follow(revision) -> None:
    """Run the page again whenever a revision in training has something new; call it at the page's top level."""
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
    """One image uint8 H×W×C, its pixels kept sharp; nothing in its caption is Markdown."""
    # embedded: a file behind a URL needs another round trip, and is gone if the next image comes before it is fetched
    url = data_url(image, max(1, min(64, width // image.shape[1])))
    st.image(url, width=width, caption=caption and markdown.literal(caption), alt=alt)


def data_url(image: np.ndarray, scale: int = 1) -> str:
    """An image uint8 H×W×C itself as a URL, each pixel drawn `scale` times as wide and high."""
    from aae_core.latent import exploration

    return f"data:image/png;base64,{base64.b64encode(exploration.to_png(image, scale)).decode()}"


def image_tag(image: np.ndarray, alt: str, width: int) -> str:
    """HTML of one image uint8 H×W×C, as wide as so many pixels where letters have their usual size, larger with them."""
    scaling = "pixelated" if width >= 2 * image.shape[1] else "auto"  # pixels are squares where they become larger
    return (
        f'<img src="{data_url(image)}" alt="{html.escape(alt)}" '
        f'style="width:{width / 16:g}rem;max-width:none;image-rendering:{scaling};border-radius:3px;display:block">'
    )


def image_strip(images, captions, alts, width: int = 64) -> None:
    """Images in a row that wraps, each over its caption."""
    cells = "".join(
        f'<figure style="margin:0;text-align:center">{image_tag(image, alt, width)}'
        f'<figcaption style="font-size:0.78rem;opacity:0.75;padding-top:2px">{html.escape(caption)}</figcaption></figure>'
        for image, caption, alt in zip(images, captions, alts, strict=True)
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:10px">{cells}</div>')


def revision_page(title: str, show, prefer=lambda summary: True, beside=lambda: None, parts=()) -> None:
    """A page about one revision: title, picker, a note on its state, then `show(revision)`, run again whenever it changes.

    prefer: as in `pick_revision`. beside: draws what stands beside the title. parts: names of parts that stand
    beside the picker; `show` is given a container for each.
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
    """How a data set that is not on this machine can be had, in a sentence for who is here; "" where it cannot: it was somebody's
    own, or in memory alone."""
    if name.removesuffix(sets.HELD_OUT) not in sets.BUILT_IN:
        return ""
    if not who.present().is_teacher:
        return "The teacher can download the data."
    return f"Download the data on the page Train or with `python -m aae_core data get {name}`."


def missing(revision) -> str:
    """Why there are no originals, and what to do."""
    why = shown_codes.why_not_here(revision) or f"The {shown_codes.item(revision)}s cannot be read"
    return (
        f"{markdown.literal(why)}, so reconstructions stand in for originals. {how_to_get(revision.data.name)}".rstrip()
    )


def kind_of(revision) -> str:
    """How a sentence on a revision begins: with what kind of model it is."""
    return f"This revision, of the variant **{markdown.literal(revision.variant.title)}**,"


def name_of(revision) -> str:
    """A revision's own label, or its variant."""
    return revision.label or revision.variant.title
