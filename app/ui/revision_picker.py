"""The revision that a page is about: picked and named, found in the trash, followed while it trains, and what it lacks."""

import re
from contextlib import suppress
from functools import wraps

import streamlit as st

from aae_core.config.derived import trained_phases
from aae_core.data import sets
from aae_core.errors import AAEError
from aae_core.store.revisions import Store
from aae_core.store.status import STATES_WITHOUT_RESULTS
from aae_core.wording import join_sentences
from app.cache import revision_data, revision_snapshot
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import revision_list
from app.session import address, controls
from app.translation.texts import mark, translate
from app.ui import choices, example_gallery, store_polling, widgets
from app.visitors import actions, identity

ID_PATTERN = re.compile(r"[A-Za-z0-9-]{1,120}")
STATE_BADGES = {
    "queued": (":material/hourglass_empty:", "gray", mark("This revision is waiting in the queue.")),
    "running": (":material/autorenew:", "blue", mark("This revision is training; this page follows it.")),
    "paused": (
        ":material/pause_circle:",
        "orange",
        mark("This revision is paused; it can be resumed on the page Train."),
    ),
    "stopped": (":material/stop_circle:", "orange", mark("This revision was stopped early.")),
    "failed": (":material/error:", "red", mark("This revision failed.")),
    "broken": (":material/broken_image:", "red", mark("This revision cannot be read.")),
}
STATE_NAMES = (
    mark("queued"), mark("running"), mark("paused"), mark("stopped"), mark("failed"), mark("broken"), mark("done"),
)  # fmt: skip


def render_revision_page(
    title: str,
    render,
    preference=lambda summary: True,
    render_introduction=lambda: None,
    part_names=(),
) -> None:
    """Draw a page about one revision: title, picker, a note on its state, then `render(revision)`, again whenever it changes.

    render: draws the rest of the page; it receives the `RevisionSnapshot` of this run, and a container for each of `part_names`,
    the parts beside the picker. preference: as in `choose_revision`. render_introduction: draws below the title.
    """
    with page_head(title):
        summaries = revision_data.list_summaries()
        revision_id = choose_revision(summaries, preference=preference, label_visibility="collapsed")
        part_containers = [st.container(key=f"part-{name}", width="content") for name in part_names]
        example_gallery.render_gallery_button(summaries, switch_revision)
    render_introduction()
    render_missing_revision_note(summaries, revision_id)
    if revision_id is not None:
        with widgets.errors_in_boxes():
            revision = revision_snapshot.open_snapshot(revision_id)
            render_state_note(revision)
            rerun_on_change(revision)
            render(revision, *part_containers)


def page_head(title: str):
    """Draw the title of a page; returns the container beside it, which has all the room that its words leave of the row, since
    titles of revisions are long."""
    head = st.container(horizontal=True, vertical_alignment="center", key="page-head")
    head.title(title, anchor=False, width="content")
    return head


def render_purpose(sentence: str) -> None:
    """Say below the title, in one line, what the page is and what to try."""
    with st.container(key="purpose"):
        st.markdown(sentence)


def choose_revision(
    summaries,
    name: str = "revision",
    label: str = mark("Revision"),
    preference=lambda summary: True,
    label_visibility="visible",
) -> str | None:
    """Let the user choose one of the revisions; returns its id, or None (with a link to Train) if there is no revision at all.

    preference: a score of a summary; the highest is the default, of equal ones the first by `shipped_first_key`. Failed, broken
    and queued revisions come last.
    """
    if not summaries:
        st.info(
            translate("There is no revision yet. Train one, and its latent space appears here."), icon=":material/info:"
        )
        st.page_link("views/train.py", label=translate("Train a first revision"), icon=":material/model_training:")
        return None
    titles = revision_list.distinct_titles({summary.id: revision_list.summary_title(summary) for summary in summaries})

    def preference_order(summary):
        has_no_results = summary.state in STATES_WITHOUT_RESULTS
        return has_no_results, -preference(summary), revision_list.shipped_first_key(summary)

    default_id = min(summaries, key=preference_order).id
    note_missing_revision(name, titles)
    widget_arguments = {"label": translate(label), "label_visibility": label_visibility, "filter_mode": "contains"}
    return choices.choose_option(st.selectbox, name, titles, default_id, **widget_arguments)


def note_missing_revision(name, known_ids):
    """If the link or the session names a revision that does not exist, note its id for `render_missing_revision_note`.
    known_ids: existing ids."""
    missing_revisions = address.get_visit().missing_revisions
    missing_id = missing_revisions.get(name, {}).get("id")
    if missing_id in known_ids:  # restored, or begun after the list was read
        choose_missed_revision(name, missing_id)
    requested_id = address.pending_link_texts().get(name) or address.stored_texts().get(name)
    if requested_id and requested_id not in known_ids:
        missing_revisions[name] = {"id": requested_id}
        # `render_missing_revision_note` reports it, so it must not be reported as an invalid setting
        address.discard_text(name)


def choose_missed_revision(name: str, revision_id: str) -> None:
    """Set the setting `name` to a revision that was missed."""
    address.get_visit().missing_revisions.pop(name, None)
    address.store_setting(name, revision_id)
    controls.forget_moved_value(name)  # the widget holds the revision shown instead


def is_in_trash(revision_id: str) -> bool:
    """Whether a revision is in the trash; False if the trash cannot be read."""
    with suppress(AAEError):
        return any(entry.id == revision_id for entry in Store().trash.entries())
    return False


def render_missing_revision_note(summaries, shown_id: str | None, name: str = "revision") -> None:
    """Say that the revision named by the link or the session does not exist or is in the trash, until the user leaves the page or
    chooses a revision other than the one first shown instead. shown_id: the id shown, "" if the page shows none, None if there
    is none to choose."""
    missing_revision = address.get_visit().missing_revisions.get(name, {})
    if shown_id is not None and missing_revision.setdefault("instead", shown_id) != shown_id:
        missing_revision.clear()
    missing_id = missing_revision.get("id")
    if missing_id is None:
        return
    if is_in_trash(missing_id):
        render_restore_button(missing_id, name)
    else:
        titles = [
            markdown.escape(revision_list.summary_title(summary)) for summary in summaries if summary.id == shown_id
        ]
        st.warning(_missing_revision_text(missing_id, titles), icon=":material/link_off:")


def _missing_revision_text(missing_id, titles) -> str:
    """titles: that of the revision shown instead, if there is one."""
    if not ID_PATTERN.fullmatch(missing_id):  # whatever else a link holds is not repeated
        if not titles:
            return translate(
                "There is no revision of that name here. A link to it may belong to another server or store."
            )
        return translate(
            "There is no revision of that name here; “{title}” is shown instead. A link to it may belong to another server or "
            "store.",
            title=titles[0],
        )
    if not titles:
        return translate(
            "There is no revision `{revision}` here. A link to it may belong to another server or store.",
            revision=missing_id,
        )
    return translate(
        "There is no revision `{revision}` here; “{title}” is shown instead. A link to it may belong to another server or store.",
        revision=missing_id, title=titles[0],
    )  # fmt: skip


def restore_revision(trash_name: str, revision_id: str, name: str = "revision") -> None:
    """A button's action: restore a revision by its name in the trash, and set the setting `name` to its id."""
    try:
        actions.restore_revision(Store(), trash_name)
    except AAEError as error:
        st.toast(markdown.error_text(str(error)), icon=":material/error:")
    else:
        choose_missed_revision(name, revision_id)
    store_polling.store_poller().invalidate()


def render_restore_button(revision_id: str, name: str) -> None:
    """Say that a revision is in the trash, with a button that restores it for visitors who may."""
    with st.container(horizontal=True, vertical_alignment="center"), widgets.errors_in_boxes():
        st.warning(
            translate(
                "The revision `{revision}` was deleted and is in the trash, which keeps it for a week.",
                revision=revision_id,
            ),
            icon=":material/delete:",
        )
        if actions.may_restore_revision(Store(), revision_id):
            button_arguments = {"on_click": restore_revision, "args": (revision_id, revision_id, name)}
            st.button(
                translate("Restore it"), icon=":material/undo:", key=f"restore.{name}.{revision_id}", **button_arguments
            )


def switch_revision(revision_id: str) -> None:
    """Choose another revision on a page about a single revision."""
    st.session_state["revision"] = revision_id
    address.store_setting("revision", revision_id)


def switch_to_clicked_revision(key: str, points: list) -> None:
    """Open the revision of the point that was clicked in the chart under `key`, if it is in `points`."""
    clicked_ids = [point.get("customdata") for point in st.session_state[key]["selection"]["points"]]
    matching_ids = [point.id for point in points if point.id in clicked_ids]
    if matching_ids:
        switch_revision(matching_ids[0])


def variant_title(revision: RevisionView) -> str:
    """The name of a revision's variant, in Markdown."""
    return markdown.escape(translate(revision.variant.title))


def render_state_badge(summary, text: str | None = None) -> None:
    """Draw the badge of a summary's state, with the state's name or another text."""
    icon, colour, _ = STATE_BADGES.get(summary.state, (":material/check_circle:", "green", ""))
    st.badge(text or translate(summary.state), icon=icon, color=colour)


def render_state_note(revision: RevisionView) -> None:
    """Draw a note on a revision that is not done; for a failed one, an error box with the reason and the remedy."""
    status = revision.status
    if status.state not in STATE_BADGES:
        return
    icon, colour, sentence = STATE_BADGES[status.state]
    if status.state == "failed":
        widgets.render_error_box(translate("This revision failed. {reason}", reason=status.error_text))
    else:
        st.markdown(f":{colour}[{icon} {translate(sentence)}]")


def renew_in_fragment(revision: RevisionView) -> RevisionView:
    """The snapshot of this run, for the argument of a fragment: if only fragments run, it is from an earlier run."""
    return revision.renewed() if address.is_fragment_run() else revision


def with_renewed_revision(render):
    """A decorator of the function of a fragment: its first argument becomes the snapshot of this run, and errors are shown in
    boxes."""

    @wraps(render)
    def render_renewed(revision: RevisionView, *args):
        with widgets.errors_in_boxes():
            render(renew_in_fragment(revision), *args)

    return render_renewed


def rerun_on_change(revision: RevisionView) -> None:
    """Run the page again whenever a revision in training has changed; to be called at the page's top level."""
    if revision.is_busy:
        _rerun_if_changed(revision.id, revision.cache_key)


@st.fragment(run_every=2)
def _rerun_if_changed(revision_id, cache_key):
    with widgets.errors_in_boxes():
        revision_data.reconcile_queue()  # a worker that died cannot report it, so the page checks
        if revision_snapshot.open_snapshot(revision_id).cache_key != cache_key:
            st.rerun()


def load_codes_or_render_note(revision: RevisionView, note: str):
    """The codes of a revision; before the first checkpoint None, and the note is drawn.

    Raises an AAEError if the file of the codes or of the weights is damaged, so that not every panel reports it.
    """
    probe = revision.codes
    if probe is None:
        st.info(note, icon=":material/info:")
    else:
        revision.check_model()
    return probe


def is_decoder_trained(revision: RevisionView) -> bool:
    """Whether a revision's decoder was trained; in a plain classifier it was not."""
    return "reconstruction" in trained_phases(revision.config)


def render_untrained_decoder_note(revision: RevisionView) -> None:
    """Draw a note if the decoder was not trained, as its images are grey then."""
    if not is_decoder_trained(revision):
        st.info(
            translate(
                "This model was trained without the reconstruction phase, so its decoder is untrained and its images are "
                "grey. The page Classify shows what it learned."
            ),
            icon=":material/info:",
        )


def missing_images_text(revision: RevisionView) -> str:
    """Sentences on why there are no original images, and how to get them."""
    reason = revision.missing_data_reason or revision.reword_for_items(translate("The images cannot be read"))
    advice = how_to_get_data_text(revision.data.name)
    sentence = translate("{reason}, so reconstructions stand in for originals.", reason=markdown.escape(reason))
    return join_sentences(sentence, advice)


def missing_data_text(revision: RevisionView) -> str:
    """Sentences on why nothing can be measured on the whole data set of a revision, and how to get it."""
    reason = markdown.escape(revision.missing_data_reason)
    sentence = translate("{reason}, so this cannot be measured.", reason=reason)
    return join_sentences(sentence, how_to_get_data_text(revision.data.name))


def how_to_get_data_text(name: str) -> str:
    """A sentence on how to get a data set that is not on this machine, which depends on whether the visitor is the teacher; ""
    for one that cannot be downloaded."""
    if name.removesuffix(sets.HELD_OUT_SUFFIX) not in sets.BUILT_IN_NAMES:
        return ""
    if not identity.current_visitor().is_teacher:
        return translate("The teacher can download the data.")
    command = f"python -m aae_core data get {name}"
    return translate("Download the data on the page Train or with `{command}`.", command=command)
