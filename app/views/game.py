"""Step by step: the adversarial game on a small live model, played one optimiser step at a time."""

from dataclasses import fields

import streamlit as st

from aae_core import game_rules
from aae_core.errors import ConfigError
from aae_core.game_rules import Rules, Setup
from app import playing, state, widgets

TOKEN = "game.token"  # session key: under which the server keeps this visitor's game
PREFIX = "game."  # of the settings in the link
NOT_HERE = (
    "A prior that you painted yourself comes here by the link beneath it on the page Train. The model *reduction* (§7) is not "
    "played: its D judges the style alone, and the plane shows the style with a head of its class added to it, so no surface "
    "of D belongs on this plane. Train one, and look at it on Explore."
)
RULES = tuple(f.name for f in fields(Rules))
OFFERED = {"variant": game_rules.VARIANTS, "data": game_rules.DATA, "prior": game_rules.PRIORS}


def page():
    st.title("Step by step", anchor=False)
    st.markdown(
        "A small live model, which begins with nothing learnt. Press **Play** and watch the codes being pulled onto the "
        "prior, or press **Step R**, **Step D** and **Step G** one at a time: each is a single step of a real training."
    )
    with widgets.guarded():
        board()
    st.caption(NOT_HERE)


def board():
    from app.components.game_board import game_board

    followed = any(state.is_news(PREFIX + name) for name in (*OFFERED, "begun", "seed", *RULES))
    setup = setup_of_the_link()
    token = st.session_state.get(TOKEN)
    if followed or token is None or not playing.PLAYERS.known(token):  # a link that says how a game begins, begins one
        token = st.session_state[TOKEN] = playing.PLAYERS.token()
    keep(setup)
    rules = rules_of_the_link()
    keep_rules(rules)
    game_board(token, setup, rules, "game", {"setup": keep, "rules": keep_rules})


def setup_of_the_link() -> Setup:
    """How the link, or the session, says that a game begins."""
    usual = Setup()
    chosen = {
        name: state.recall(
            PREFIX + name, own_or(among(values)) if name == "prior" else among(values), getattr(usual, name)
        )
        for name, values in OFFERED.items()
    }
    chosen["begun"] = int(state.recall(PREFIX + "begun", among(map(str, game_rules.BEGUN)), str(usual.begun)))
    chosen["seed"] = int(state.recall(PREFIX + "seed", state.read_number(0, 2**31 - 1), usual.seed))
    return Setup(**chosen)


def rules_of_the_link() -> Rules:
    """The rules that the link, or the session, says."""
    return Rules(**{f.name: state.recall(PREFIX + f.name, ruled(f), f.default) for f in fields(Rules)})


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
    """The rules into the link; what is usual stays out of it."""
    for f in fields(Rules):
        value = getattr(rules, f.name)
        state.keep(PREFIX + f.name, None if value == f.default else f"{value:.15g}")


def among(values):
    known = set(values)
    return lambda text: text if text in known else None


def own_or(read):
    """Reads the text of a painting too."""

    def either(text):
        try:
            return text if game_rules.is_own(text) else read(text)
        except ConfigError:
            return None

    return either


def keep(setup: Setup) -> None:
    """The setup into the link; what is usual stays out of it."""
    usual = Setup()
    for name in (*OFFERED, "begun", "seed"):
        value = getattr(setup, name)
        state.keep(PREFIX + name, None if value == getattr(usual, name) else str(value))


page()
