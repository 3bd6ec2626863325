"""The game's rules and setups: what is offered, and what is refused."""

import pytest

from aae_core.errors import ConfigError
from aae_core.game.rules import GameRules, GameSetup, GameView, game_config


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
        {"labels": 50},
        {"told": "everything"},
        {"posterior": "narrow"},
    ],
)
def test_setups_that_are_not_offered_are_refused(absurd):
    with pytest.raises(ConfigError, match="A game's"):
        GameSetup(**absurd)


def test_d_is_told_y_only_where_y_is_inferred():
    discriminator_inputs = {
        variant: game_config(GameSetup(variant=variant, told="content"), 10).discriminator_told
        for variant in ("semi-supervised", "clustering", "supervised", "aae")
    }
    assert discriminator_inputs == {
        "semi-supervised": "content",
        "clustering": "content",
        "supervised": "nothing",
        "aae": "nothing",
    }
    assert game_config(GameSetup(variant="semi-supervised", labels=10), 10).labels == 10


def test_a_view_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="A game's view must be one of codes, draws"):
        GameView("all")


def test_a_posterior_can_be_chosen_unless_there_is_a_kl_term():
    posterior_of = lambda variant: game_config(GameSetup(variant, posterior="universal"), 10).posterior  # noqa: E731
    assert [posterior_of(name) for name in ("aae", "clustering", "vae", "info-vae")] == 2 * ["universal"] + 2 * [
        "gaussian"
    ]
