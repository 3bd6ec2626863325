"""The gallery: the examples as cards to choose from, in a dialog beside the picker of a page."""

from html import escape

import streamlit as st

from app.figures import cards, examples, revision_list
from app.translation.texts import translate
from app.ui import small_map

CHOSEN_KEY = "gallery.chosen"  # session key: whether an example was chosen, so that the dialog closes


def render_gallery_button(summaries, on_choice) -> None:
    """The button that opens the gallery, if there are examples. `on_choice(id)`: called with the id of the one chosen."""
    if not any(summary.gallery for summary in summaries):
        return
    if st.button(
        translate("Examples"),
        icon=":material/grid_view:",
        key="gallery.open",
        help=translate("All example models, as pictures"),
    ):
        open_dialog = st.dialog(translate("Examples"), width="large", icon=":material/grid_view:")
        open_dialog(_render_gallery)(summaries, on_choice)


def _render_gallery(summaries, on_choice):
    from app.components.cards import render_cards

    if st.session_state.pop(CHOSEN_KEY, False):
        st.rerun()
    ids = {summary.id for summary in summaries if summary.gallery}

    def choose(choice):
        if choice["name"] in ids:
            st.session_state[CHOSEN_KEY] = True
            on_choice(choice["name"])

    render_cards("gallery.cards", gallery_html(summaries), choose)


def gallery_html(summaries) -> str:
    """The cards of the examples; the models of the page Which one? are folded."""
    rows = examples.sort_examples(summaries)
    own_cards = [_example_card(summary) for summary in rows if not examples.is_frontier_model(summary)]
    frontier_cards = [_example_card(summary) for summary in rows if examples.is_frontier_model(summary)]
    return cards.cards_html(own_cards) + cards.folded_cards_html(
        translate("The models of “Which one?”"), frontier_cards
    )


def _example_card(summary):
    example = examples.find_example(summary)
    title = revision_list.display_name(summary) if example is None else example.title
    texts = () if example is None else (escape(example.line), escape(example.data))
    picture = cards.picture_html(small_map.map_url(summary), "", "map")
    return cards.Card(title, f"?revision={summary.id}", picture, texts, choice=summary.id)
