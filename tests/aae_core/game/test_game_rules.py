"""The game's rules and setups: what is offered, and what is refused."""

import pytest

from aae_core.errors import ConfigError
from aae_core.game.rules import GameRules, GameSetup


@pytest.mark.parametrize(
    "absurd",
    [
        {"weight": -1},
        {"weight": float("nan")},
        {"d_steps": 2.0},
        {"d_steps": 0},
        {"input_noise": True},
        {"weight": "1"},
    ],
)
def test_rules_that_make_no_sense_are_refused(absurd):
    with pytest.raises(ConfigError, match=f"{next(iter(absurd))} must be a "):
        GameRules(**absurd)


@pytest.mark.parametrize(
    "absurd",
    [
        {"variant": "reduction"},
        {"data": "../x"},
        {"seed": -1},
        {"seed": 1.5},
        {"begun": 7},
        {"begun": 100.0},
        {"prior": []},
    ],
)
def test_setups_that_are_not_offered_are_refused(absurd):
    with pytest.raises(ConfigError, match="A game's"):
        GameSetup(**absurd)
