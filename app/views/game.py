"""Step by step: the adversarial game on a small live model, played one optimiser step at a time."""

import secrets
from dataclasses import fields

import streamlit as st

from aae_core.config.variants import VARIANTS
from aae_core.game.rules import Rules, Setup
from app.session import address, settings
from app.ui import widgets

TOKEN = "game.token"  # session key: the name under which the browser stores this visitor's game
PREFIX = "game."  # of the game's URL parameters
OWN_DATA = (
    "The game uses small data sets that come with the project, so that every step is shown at once. For images of your own, or "
    "larger or coloured ones, use the page Train; the time machine in Explore then shows how the training went."
)
OWN_PRIOR = (
    "To play with a prior that you painted yourself, follow the link below the painting on the page Train. The variant "
    "*dimensionality reduction* (§7) is not offered: its D judges the style alone, while the codes on the plane are the style "
    "plus the head of a class, so D’s surface cannot be drawn there. Train one, and open it in Explore."
)


def page():
    st.title("Step by step", anchor=False)
    with st.container(key="introduction"):  # hidden during a lesson, which has its own instructions
        st.markdown("A small model that trains before your eyes: press **Play**, or make single optimiser steps.")
    with widgets.guarded():
        setup = board()
        st.caption(OWN_DATA)
        if VARIANTS[setup.variant].has_prior:
            st.caption(OWN_PRIOR)


def board() -> Setup:
    """Draw the game; returns its Setup, as last reported by the browser."""
    from app.components.game_board import game_board

    followed = any(address.is_news(PREFIX + field.name) for field in fields(Setup))
    setup = linked(Setup)
    if followed or TOKEN not in st.session_state:  # a link that describes a game starts a new one
        st.session_state[TOKEN] = secrets.token_urlsafe(9)
    keep(setup)
    rules = linked(Rules)
    keep(rules)
    game_board(st.session_state[TOKEN], setup, rules, "game", {"setup": keep, "rules": keep})
    return setup


def linked(kind):
    """The Setup or Rules (`kind`) from the link, the session or else the defaults."""
    values = {}
    for field in fields(kind):
        read = settings.reader_of(kind, field)
        values[field.name] = address.recall(PREFIX + field.name, read, field.default)
    return kind(**values)


def keep(record: Setup | Rules) -> None:
    """Write a record into the link, except values equal to their defaults."""
    for field in fields(record):
        value = getattr(record, field.name)
        text = value if isinstance(value, str) else f"{value:.15g}"
        address.keep(PREFIX + field.name, None if value == field.default else text)


page()
