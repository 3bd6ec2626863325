"""The visitors' own data sets on the page Train: the list, where each can be removed, and some examples of one."""

import streamlit as st

from aae_core.data import item_draws, sets
from aae_core.latent import row_charts
from aae_core.store import data_removal
from aae_core.wording import adapt_image_words
from app.components import markdown
from app.page_parts.train import sources
from app.server import guard
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate
from app.ui import config_form, image_html, people, store_polling, widgets
from app.visitors import actions

# session key: the data set that the form chooses next, since one was just added or removed
NEXT_DATA_KEY = "own.chosen"
CONFIRM_KEY = "own.sure"  # session key: the data set whose removal waits for confirmation
PAGE_KEY = "own.page"
EXAMPLE_COUNT, THUMBNAIL_WIDTH = 6, 44  # items shown of a data set, and their width in pixels
PAGE_SIZE = 10  # data sets on a page of the list
LIST_TITLE = mark("From a path, and data added before")


def render_data_sets():
    """Draw the field for a folder or file on this machine, and the list of data sets that were added."""
    if guard.is_local_visitor():  # visitors from elsewhere must not read its disk
        st.text_input(
            translate("A folder or file on this machine"), key=sources.FOLDER_KEY, placeholder="/home/me/leaves"
        )
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
