"""Step by step: the adversarial game on a small live model, played one optimiser step at a time."""

from dataclasses import fields

import streamlit as st

from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.game import rules
from aae_core.game.rules import Rules, Setup
from app.server import game_requests
from app.session import address
from app.ui import widgets

TOKEN = "game.token"  # session key: under which the server keeps this visitor's game
PREFIX = "game."  # of the settings in the link
OWN_PRIOR = (
    "To play with a prior that you painted yourself, follow the link below the painting on the page Train. The variant "
    "*dimensionality reduction* (§7) is not offered: its D judges the style alone, and the plane shows codes with a head of "
    "their class added, so D’s surface does not belong on it. Train one, and open it in Explore."
)
OFFERED = {"variant": rules.VARIANTS, "data": rules.DATA, "prior": rules.PRIORS}


def page():
    st.title("Step by step", anchor=False)
    with st.container(key="introduction"):  # a lesson leaves it out, and says itself what to do
        st.markdown("A small model that trains before your eyes: press **Play**, or make single optimiser steps.")
    with widgets.guarded():
        setup = board()
        if VARIANTS[setup.variant].has_prior:
            st.caption(OWN_PRIOR)


def board() -> Setup:
    """Draw the game; returns how it began, as far as the page has reported."""
    from app.components.game_board import game_board

    followed = any(address.is_news(PREFIX + name) for name in (*OFFERED, "begun", "seed"))
    setup = setup_of_the_link()
    token = st.session_state.get(TOKEN)
    if followed or game_requests.PLAYERS.find(token) is None:  # a link that describes a game starts a new one
        token = st.session_state[TOKEN] = game_requests.new_player()
    keep(setup)
    rules = rules_of_the_link()
    keep_rules(rules)
    game_board(game_requests.url(token), setup, rules, "game", {"setup": keep, "rules": keep_rules})
    return setup


def setup_of_the_link() -> Setup:
    """The setup of a game in the link, or else in the session."""
    usual = Setup()
    chosen = {
        name: address.recall(
            PREFIX + name, own_or(among(values)) if name == "prior" else among(values), getattr(usual, name)
        )
        for name, values in OFFERED.items()
    }
    chosen["begun"] = int(address.recall(PREFIX + "begun", among(map(str, rules.BEGUN)), str(usual.begun)))
    chosen["seed"] = int(address.recall(PREFIX + "seed", address.read_number(0, 2**31 - 1), usual.seed))
    return Setup(**chosen)


def rules_of_the_link() -> Rules:
    """The rules in the link, or else in the session."""
    return Rules(**{f.name: address.recall(PREFIX + f.name, ruled(f), f.default) for f in fields(Rules)})


def ruled(field):
    """A reader of a rule: a number in its range."""

    def read(text):
        try:
            value = field.type(text[:20])
            Rules(**{field.name: value})
        except (ValueError, ConfigError):
            return None
        return value

    return read


def keep_rules(rules: Rules) -> None:
    """Write the rules into the link, except those with default values."""
    for f in fields(Rules):
        value = getattr(rules, f.name)
        address.keep(PREFIX + f.name, None if value == f.default else f"{value:.15g}")


def among(values):
    known = set(values)
    return lambda text: text if text in known else None


def own_or(read):
    """A reader that also accepts the text of a painting."""

    def either(text):
        try:
            return text if rules.is_own(text) else read(text)
        except ConfigError:
            return None

    return either


def keep(setup: Setup) -> None:
    """Write the setup into the link, except what has its default value."""
    usual = Setup()
    for name in (*OFFERED, "begun", "seed"):
        value = getattr(setup, name)
        address.keep(PREFIX + name, None if value == getattr(usual, name) else str(value))


page()
