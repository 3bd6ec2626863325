"""The game of the page Step by step: buttons, graph, plane and captions. It runs in the browser (`components/js/engine`), on the
data and models that `played` provides."""

from collections.abc import Callable
from dataclasses import asdict, fields

from aae_core.config.choices import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.game import rules as game_rules
from aae_core.game.rules import Rules, Setup, config_of
from aae_core.latent import colours
from app.components import loading
from app.components.game_board import played
from app.components.prior_studio import TITLES
from app.figures import palette
from app.server import messages, wire

LABELS = {
    "reconstruction_rate": "Learning rate of R",
    "discrimination_rate": "Learning rate of D",
    "generation_rate": "Learning rate of G",
    "weight": "λ, weight of the adversary",
    "input_noise": "Noise on the input",
    "discriminator_noise": "Noise on D's input",
    "d_steps": "Steps of D in a round",
}
ALWAYS = ("reconstruction_rate", "input_noise")  # the other rules have an effect only with an adversary
BEGUN = {0: "untrained", 100: "after 100 rounds", 500: "after 500 rounds"}
# steps of a slider, so that its values are round numbers
PLACES = {"input_noise": 50, "discriminator_noise": 50, "d_steps": 9}
USUAL_PLACES = 60
COLOURS = 20  # no data set of the game has more classes

_component = loading.component("game_board", "game/game.js", "the game")


def game_board(game: str, setup: Setup, ruled: Rules, key: str, hear: dict[str, Callable]) -> None:
    """Draw the game with the name `game`; the browser begins it if it has no game of that name. Before the script runs again,
    `hear["setup"]` receives the Setup of a new game and `hear["rules"]` the Rules in effect.

    setup: how the game begins; ruled: its rules.
    """
    kinds = {"setup": Setup, "rules": Rules}
    take = lambda kind, value: hear[kind](messages.record(kinds[kind], value))  # noqa: E731
    _component(key, wire.pack(*contents(game, setup, ruled)), tuple(kinds), take)


def contents(game: str, setup: Setup, ruled: Rules | None = None) -> tuple[dict, dict]:
    """Header and arrays of the message for the browser."""
    models, prior_records, arrays = played.known([*priors(setup)])
    return {
        "v": 1, "game": game, "setup": asdict(setup), "choices": choices(setup), "rules": rules(),
        "ruled": asdict(ruled or Rules()), "models": models, "nets": played.nets(config_of(Setup(), 2)),
        "priors": prior_records, "data": {name: played.data(name).url for name in game_rules.DATA},
        "colours": [colours.colour(k) for k in range(COLOURS)], "shapes": [palette.shape(k) for k in range(COLOURS)],
    }, arrays  # fmt: skip


def choices(setup: Setup | None = None) -> list[dict]:
    """The choices for a new game: name, label and options with titles of each."""
    titles = {
        "variant": ("Model", {name: VARIANTS[name].title for name in game_rules.VARIANTS}),
        "data": ("Data", {name: name.capitalize() for name in game_rules.DATA}),
        "prior": ("Prior", priors(setup)),
        "begun": ("Start", BEGUN),
    }
    return [
        {
            "name": name,
            "label": label,
            "options": [{"value": value, "title": title} for value, title in options.items()],
        }
        for name, (label, options) in titles.items()
    ]


def priors(setup: Setup | None = None) -> dict[str, str]:
    """The titles of the priors by name, including the user's own painting if the setup has one."""
    own = {setup.prior: "Painted: your own"} if setup and game_rules.is_own(setup.prior) else {}
    titles = {
        name: f"Painted: {TITLES[name]}" if name in TITLES else PRIORS[name].title for name in game_rules.priors()
    }
    return titles | own


def rules() -> list[dict]:
    """The sliders for the rules, each with its range, its default, and whether it is logarithmic."""
    return [
        {
            "name": f.name, "label": LABELS[f.name], "help": f.metadata["help"], "low": f.metadata["low"],
            "high": f.metadata["high"], "start": f.default, "log": f.name.endswith("_rate"),
            "places": PLACES.get(f.name, USUAL_PLACES),
            "needs": "" if f.name in ALWAYS else "discrimination",
        }
        for f in fields(Rules)
    ]  # fmt: skip
