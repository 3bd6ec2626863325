"""Step by step: the adversarial game on a small live model, played one optimiser step at a time."""

import secrets
from dataclasses import fields
from functools import partial

import streamlit as st

from aae_core.config.variants import VARIANTS
from aae_core.game.rules import GameRules, GameSetup, GameView
from app.session import address
from app.session.record_settings import recall_record, store_record
from app.translation.texts import mark, translate
from app.ui import widgets

TOKEN_KEY = "game.token"  # session key: the name under which the browser stores this visitor's game
SETTING_PREFIX = "game."  # of the game's URL parameters
OWN_DATA_NOTE = mark(
    "The game uses small data sets that come with the project, so that every step is shown at once. For images of your own, or "
    "larger or coloured ones, use the page Train; the time machine in Explore then shows how the training went."
)
OWN_PRIOR_NOTE = mark(
    "To play with a prior that you painted yourself, follow the link below the painting on the page Train. The variant "
    "*dimensionality reduction* (§7) is not offered: its D judges the style alone, while the codes on the plane are the style "
    "plus the head of a class, so D’s surface cannot be drawn there. Train one, and open it in Explore."
)


def render_page():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(translate("Step by step"), anchor=False, width="content")
        with st.container(
            key="introduction", width="content"
        ):  # hidden during a lesson, which has its own instructions
            st.markdown(translate("A small model that trains before your eyes: press **Play**, or make single steps."))
    with widgets.errors_in_boxes():
        setup = render_game_board()
        st.caption(translate(OWN_DATA_NOTE))
        if VARIANTS[setup.variant].has_prior:
            st.caption(translate(OWN_PRIOR_NOTE))


def render_game_board() -> GameSetup:
    """Draw the game; returns its GameSetup, as last reported by the browser."""
    from app.components.game_board import mount_game_board

    is_changed_by_link = any(address.is_changed_by_link(SETTING_PREFIX + field.name) for field in fields(GameSetup))
    setup = recall_record(GameSetup, SETTING_PREFIX)
    if is_changed_by_link or TOKEN_KEY not in st.session_state:  # a link that describes a game starts a new one
        st.session_state[TOKEN_KEY] = secrets.token_urlsafe(9)
    store_record(setup, SETTING_PREFIX)
    rules = recall_record(GameRules, SETTING_PREFIX)
    store_record(rules, SETTING_PREFIX)
    view = recall_record(GameView, SETTING_PREFIX)
    store_record(view, SETTING_PREFIX)
    callbacks = dict.fromkeys(("setup", "rules", "game_view"), partial(store_record, prefix=SETTING_PREFIX))
    mount_game_board(st.session_state[TOKEN_KEY], setup, rules, view, "game", callbacks)
    return setup


render_page()
