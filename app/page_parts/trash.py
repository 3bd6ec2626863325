"""The trash on the page Revisions: the revision deleted last, with a button that undoes it, and all deleted revisions."""

import streamlit as st

from aae_core.progress import count_of, size
from aae_core.store.folder import folder_size
from aae_core.store.revisions import Store
from aae_core.store.trash import Full
from app.components import markdown
from app.figures import number_text, revision_list
from app.session import address
from app.ui import live_store, revision_picker, widgets
from app.visitors import acts

SHOWN = 20  # deleted revisions
LAST = "trash.last"  # session key: (id, title) of the revision that this session deleted last
SURE = "trash.sure"  # session key: (function, its argument, a name) of a permanent deletion that waits for confirmation


def delete(row, title: str) -> None:
    """A button's action: move a revision to the trash; if the disk is too full for that, offer to delete it for good."""
    if live_store.do(_put, row.id, title):
        st.session_state[LAST] = row.id, title
        address.keep("revision", None)


def _put(store, id_, title):
    try:
        return acts.delete(store, id_)
    except Full:
        _ask(_delete_for_good, id_, title)
        raise


def _delete_for_good(store, id_):
    acts.delete(store, id_, for_good=True)
    address.keep("revision", None)


def undo() -> None:
    """Draw a note on the revision deleted last, with a button that restores it, if it is still in the trash."""
    id_, title = st.session_state.get(LAST, (None, ""))
    if id_ is None or not revision_picker.is_deleted(id_):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        message = f"**{markdown.literal(title)}** is in the trash, and is kept there for a week."
        st.success(message, icon=":material/delete:")
        st.button("Undo", icon=":material/undo:", key="trash.undo", on_click=revision_picker.restore, args=(id_, id_))


def forget() -> None:
    """Stop offering to undo the last deletion."""
    st.session_state.pop(LAST, None)


def panel() -> None:
    """Draw the contents of the trash, folded (nothing if it is empty, an error box if it cannot be read), and the question before
    a permanent deletion."""
    with widgets.guarded():
        rows = _rows(Store().trash.stamp())
        if rows:
            title = (
                f"Trash: {count_of(len(rows), 'deleted revision')}, {size(sum(size_bytes for _, size_bytes in rows))}"
            )
            widgets.folded(title, "trash.open", _list, rows, icon=":material/delete:")
    if pending := st.session_state.get(SURE):
        action, argument, title = pending
        question = f"Delete **{markdown.literal(title)}** for good? This cannot be undone."
        with st.container(border=True):
            widgets.confirm(
                SURE, question, ":material/delete_forever:", "Delete for good", live_store.do, action, argument
            )


@st.cache_resource(max_entries=4, show_spinner=False)
def _rows(stamp):
    return [(row, folder_size(row.path)) for row in Store().deleted()]


def _list(rows):
    st.caption("Deleted revisions are kept for a week and not used meanwhile.")
    for row, size_bytes in rows[:SHOWN]:
        name = row.path.name
        with st.container(horizontal=True, vertical_alignment="center"):
            title = revision_list.name_of(row)
            facts = f"deleted {number_text.at(row.deleted)} · {size(size_bytes)}"
            st.markdown(f"**{markdown.literal(title)}** · {facts}  \n:small[:gray[`{row.id}`]]", width="stretch")
            if acts.may_change(row.owner):
                restore_options = {"on_click": revision_picker.restore, "args": (name, row.id)}
                st.button("Restore", icon=":material/undo:", key=f"trash.restore.{name}", **restore_options)
                delete_options = {"on_click": _ask, "args": (acts.remove, name, title)}
                st.button("Delete for good …", key=f"trash.remove.{name}", type="tertiary", **delete_options)
    if len(rows) > SHOWN:
        st.caption(f"{len(rows) - SHOWN:,} more are listed by `python -m aae_core trash`.")
    # exactly these are deleted, not what is in the trash when the question is answered
    folder_names = [row.path.name for row, _ in rows if acts.may_change(row.owner)]
    if not folder_names:
        return
    whose = "all" if len(folder_names) == len(rows) else "your"
    args = acts.empty, folder_names, f"{whose} {count_of(len(folder_names), 'revision')} in the trash"
    st.button("Empty the trash …", icon=":material/delete_forever:", key="trash.empty", on_click=_ask, args=args)


def _ask(action, argument, title):
    st.session_state[SURE] = action, argument, title
