"""The trash on the page Revisions: the revision deleted last, with a button that undoes it, and all deleted revisions."""

import streamlit as st

from aae_core.progress import format_bytes
from aae_core.store.revision_folder import folder_size
from aae_core.store.revisions import Store
from aae_core.store.trash import DiskFullError
from app.components import markdown
from app.figures import number_text, revision_list
from app.session import address
from app.translation.texts import translate, translate_plural
from app.ui import revision_picker, store_polling, widgets
from app.visitors import actions

MAX_SHOWN = 20  # deleted revisions
LAST_DELETED_KEY = "trash.last"  # session key: (id, title) of the revision that this session deleted last
# session key: (function, its argument, a name) of a permanent deletion that waits for confirmation
CONFIRM_KEY = "trash.sure"


def delete_revision(row, title: str) -> None:
    """A button's action: move a revision to the trash; if the disk is too full for that, offer to delete it for good."""
    if store_polling.run_action(_move_to_trash, row.id, title):
        st.session_state[LAST_DELETED_KEY] = row.id, title
        address.store_setting("revision", None)


def _move_to_trash(store, id_, title) -> str:
    try:
        return actions.delete_revision(store, id_)
    except DiskFullError:
        _request_confirmation(_delete_for_good, id_, title)
        raise


def _delete_for_good(store, id_):
    actions.delete_revision(store, id_, for_good=True)
    address.store_setting("revision", None)


def render_undo_deletion() -> None:
    """Draw a note on the revision deleted last, with a button that restores it, if it is still in the trash."""
    id_, title = st.session_state.get(LAST_DELETED_KEY, (None, ""))
    if id_ is None or not revision_picker.is_in_trash(id_):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        message = translate("**{title}** is in the trash, and is kept there for a week.", title=markdown.escape(title))
        st.success(message, icon=":material/delete:")
        st.button(
            translate("Undo"), icon=":material/undo:", key="trash.undo", on_click=revision_picker.restore_revision,
            args=(id_, id_),
        )  # fmt: skip


def forget_last_deletion() -> None:
    """Stop offering to undo the last deletion."""
    st.session_state.pop(LAST_DELETED_KEY, None)


def render_trash() -> None:
    """Draw the contents of the trash, folded (nothing if it is empty, an error box if it cannot be read), and the question
    before a permanent deletion."""
    with widgets.errors_in_boxes():
        rows = _deleted_revisions(Store().trash.cache_key())
        if rows:
            total_bytes = sum(size_bytes for _, size_bytes in rows)
            title = translate_plural(
                "Trash: {number} deleted revision, {size}", "Trash: {number} deleted revisions, {size}", len(rows),
                number=f"{len(rows):,}", size=format_bytes(total_bytes),
            )  # fmt: skip
            widgets.render_expander(title, "trash.open", _render_list, rows, icon=":material/delete:")
    if pending_deletion := st.session_state.get(CONFIRM_KEY):
        action, argument, title = pending_deletion
        question = translate("Delete **{title}** for good? This cannot be undone.", title=markdown.escape(title))
        with st.container(border=True):
            widgets.render_confirmation(
                CONFIRM_KEY,
                question,
                ":material/delete_forever:",
                translate("Delete for good"),
                store_polling.run_action,
                action,
                argument,
            )


@st.cache_resource(max_entries=4, show_spinner=False)
def _deleted_revisions(stamp):
    return [(row, folder_size(row.path)) for row in Store().list_deleted()]


def _render_list(rows):
    st.caption(translate("Deleted revisions are kept for a week and not used meanwhile."))
    for row, size_bytes in rows[:MAX_SHOWN]:
        name = row.path.name
        with st.container(horizontal=True, vertical_alignment="center"):
            title = revision_list.display_name(row)
            deleted = translate("deleted {time}", time=number_text.unix_time_text(row.deleted))
            facts = f"{deleted} · {format_bytes(size_bytes)}"
            st.markdown(f"**{markdown.escape(title)}** · {facts}  \n:small[:gray[`{row.id}`]]", width="stretch")
            if actions.may_change(row.owner):
                restore_options = {"on_click": revision_picker.restore_revision, "args": (name, row.id)}
                st.button(translate("Restore"), icon=":material/undo:", key=f"trash.restore.{name}", **restore_options)
                delete_options = {"on_click": _request_confirmation, "args": (actions.remove_revision, name, title)}
                label = translate("Delete for good …")
                st.button(label, key=f"trash.remove.{name}", type="tertiary", **delete_options)
    if len(rows) > MAX_SHOWN:
        count = f"{len(rows) - MAX_SHOWN:,}"
        st.caption(
            translate("{count} more are listed by `{command}`.", count=count, command="python -m aae_core trash")
        )
    # exactly these are deleted, not what is in the trash when the question is answered
    folder_names = [row.path.name for row, _ in rows if actions.may_change(row.owner)]
    if not folder_names:
        return
    count = len(folder_names)
    number = f"{count:,}"
    if count == len(rows):
        title = translate_plural(
            "all {number} revision in the trash", "all {number} revisions in the trash", count, number=number
        )
    else:
        title = translate_plural(
            "your {number} revision in the trash", "your {number} revisions in the trash", count, number=number
        )
    args = actions.empty_trash, folder_names, title
    st.button(
        translate("Empty the trash …"),
        icon=":material/delete_forever:",
        key="trash.empty",
        on_click=_request_confirmation,
        args=args,
    )


def _request_confirmation(action, argument, title):
    st.session_state[CONFIRM_KEY] = action, argument, title
