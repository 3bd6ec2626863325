"""The revision that a page is about: picked and named, found in the trash, followed while it trains, and what it lacks."""

import re
from contextlib import suppress

import streamlit as st

from aae_core.config.derived import phases
from aae_core.data import sets
from aae_core.errors import AAEError
from aae_core.store.revisions import Store
from aae_core.store.status import BUSY, UNTOLD
from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures import revision_list
from app.session import address, controls
from app.ui import choices, live_store, widgets
from app.visitors import acts, who

ID = re.compile(r"[A-Za-z0-9-]{1,120}")
STATES = {
    "queued": (":material/hourglass_empty:", "gray", "is waiting in the queue"),
    "running": (":material/autorenew:", "blue", "is training; this page follows it"),
    "paused": (":material/pause_circle:", "orange", "is paused; it can be resumed on the page Train"),
    "stopped": (":material/stop_circle:", "orange", "was stopped early"),
    "failed": (":material/error:", "red", "failed"),
    "broken": (":material/broken_image:", "red", "cannot be read"),
}


def page(title: str, show, prefer=lambda summary: True, beside=lambda: None, parts=()) -> None:
    """Draw a page about one revision: title, picker, a note on its state, then `show(revision)`, again whenever it changes.

    prefer: as in `pick`. beside: a function that draws beside the title. parts: names of parts beside the picker; `show`
    gets a container for each.
    """
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left, st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        beside()
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        places = [st.container(key=f"part-{name}", width="content") for name in parts]
        chosen = pick(prefer=prefer, label_visibility="collapsed")
    say_missed(chosen)
    if chosen is not None:
        with widgets.guarded():
            revision = loaded.open_revision(chosen)
            state_note(revision)
            follow(revision)
            show(revision, *places)


def pick(name: str = "revision", label: str = "Revision", prefer=lambda summary: True, label_visibility="visible"):
    """Let the user choose a revision; returns its id, or None (with a link to Train) if there is no revision at all.

    prefer: a score of a summary; the highest is the default, of equal ones the first by `shipped_first`. Failed, broken and
    queued revisions come last.
    """
    found = loaded.summaries()
    if not found:
        st.info("There is no revision yet. Train one, and its latent space appears here.", icon=":material/info:")
        st.page_link("views/train.py", label="Train a first revision", icon=":material/model_training:")
        return None
    titles = revision_list.distinct_titles({summary.id: revision_list.title(summary) for summary in found})
    order = lambda summary: (summary.state in UNTOLD, -prefer(summary), revision_list.shipped_first(summary))  # noqa: E731
    first = min(found, key=order).id
    note_missed(name, titles)
    shown = {"label": label, "label_visibility": label_visibility, "filter_mode": "contains"}
    return choices.choose(st.selectbox, name, titles, first, **shown)


def note_missed(name, known):
    """If the link or the session names a revision that does not exist, note its id for `say_missed`. known: existing ids."""
    missed = address.visit().missed
    id_ = missed.get(name, {}).get("id")
    if id_ in known:  # restored, or begun after the list was read
        show_again(name, id_)
    wanted = address.linked().get(name) or address.memory().get(name)
    if wanted and wanted not in known:
        missed[name] = {"id": wanted}
        address.drop(name)  # `say_missed` reports it, so it must not be reported as an invalid setting


def show_again(name: str, id_: str) -> None:
    """Set the setting `name` to a revision that was missed."""
    address.visit().missed.pop(name, None)
    address.keep(name, id_)
    controls.forget(name)  # the widget holds the revision shown instead


def is_deleted(id_: str) -> bool:
    """Whether a revision is in the trash; False if the trash cannot be read."""
    with suppress(AAEError):
        return any(each.id == id_ for each in Store().trash.entries())
    return False


def say_missed(chosen: str | None, name: str = "revision") -> None:
    """Say that the revision named by the link or the session does not exist or is in the trash, until the user leaves the page or
    chooses a revision other than the one first shown instead. chosen: the id shown, "" if the page shows none, None if there is
    none to choose."""
    held = address.visit().missed.get(name, {})
    if chosen is not None and held.setdefault("instead", chosen) != chosen:
        held.clear()
    id_ = held.get("id")
    if id_ is None:
        return
    if is_deleted(id_):
        offer_restoring(id_, name)
    else:
        named = f"`{id_}`" if ID.fullmatch(id_) else "of that name"  # whatever else a link holds is not repeated
        titles = [markdown.literal(revision_list.title(each)) for each in loaded.summaries() if each.id == chosen]
        told = f"There is no revision {named} here"
        if titles:
            told += f"; “{titles[0]}” is shown instead"
        st.warning(f"{told}. A link to it may belong to another server or store.", icon=":material/link_off:")


def restore(ref: str, id_: str, name: str = "revision") -> None:
    """A button's action: restore a revision by `ref`, its name in the trash, and set the setting `name` to its id."""
    try:
        acts.restore(Store(), ref)
    except AAEError as error:
        st.toast(markdown.error_text(str(error)), icon=":material/error:")
    else:
        show_again(name, id_)
    live_store.board().forget()


def offer_restoring(id_: str, name: str) -> None:
    """Say that a revision is in the trash, with a button that restores it for visitors who may."""
    with st.container(horizontal=True, vertical_alignment="center"), widgets.guarded():
        st.warning(
            f"The revision `{id_}` was deleted and is in the trash, which keeps it for a week.",
            icon=":material/delete:",
        )
        if acts.may_restore(Store(), id_):
            press = {"on_click": restore, "args": (id_, id_, name)}
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


def name_of(revision) -> str:
    """A revision's label, or the title of its variant if it has none."""
    return revision.label or revision.variant.title


def kind_of(revision) -> str:
    """The beginning of a sentence on a revision: its variant, in Markdown."""
    return f"This revision, of the variant **{markdown.literal(revision.variant.title)}**,"


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
        widgets.error_box(f"This revision failed. {status.reason}")
    else:
        st.markdown(f":{colour}[{icon} This revision {words}.]")


def follow(revision) -> None:
    """Run the page again whenever a revision in training has changed; to be called at the page's top level."""
    if revision.status.state in BUSY:
        _tick(revision.id, revision.version)


@st.fragment(run_every=2)
def _tick(id_, version):
    with widgets.guarded():
        loaded.reconcile()  # a worker that died cannot report it, so the page checks
        if loaded.open_revision(id_).version != version:
            st.rerun()


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


def missing(revision) -> str:
    """Sentences on why there are no original images, and how to get them."""
    why = shown_codes.why_not_here(revision) or f"The {shown_codes.item(revision)}s cannot be read"
    return (
        f"{markdown.literal(why)}, so reconstructions stand in for originals. {how_to_get(revision.data.name)}".rstrip()
    )


def how_to_get(name: str) -> str:
    """A sentence on how to get a data set that is not on this machine, which depends on whether the visitor is the teacher; ""
    for one that cannot be downloaded."""
    if name.removesuffix(sets.HELD_OUT) not in sets.BUILT_IN:
        return ""
    if not who.present().is_teacher:
        return "The teacher can download the data."
    return f"Download the data on the page Train or with `python -m aae_core data get {name}`."
