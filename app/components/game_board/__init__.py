"""The game of the page Step by step: buttons, graph, plane and captions. It runs in the browser (`web/src/engine`), on
the data and models that `game_data` provides."""

from collections.abc import Callable
from dataclasses import asdict, fields

from aae_core.config import painting
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.game import rules as game_rules
from aae_core.game.rules import GameRules, GameSetup, GameView, game_config
from aae_core.latent import colours
from app.components import mounting
from app.components.game_board import game_data
from app.figures import palette
from app.messages import validation, wire_format
from app.translation.texts import mark, translate

RULE_LABELS = {
    "reconstruction_rate": mark("Learning rate of R"),
    "discrimination_rate": mark("Learning rate of D"),
    "generation_rate": mark("Learning rate of G"),
    "weight": mark("λ, weight of the adversary"),
    "input_noise": mark("Noise on the input"),
    "discriminator_noise": mark("Noise on D's input"),
    "d_steps": mark("Steps of D in a round"),
}
UNCONDITIONAL_RULES = ("reconstruction_rate", "input_noise")  # the other rules have an effect only with an adversary
POSTERIOR_TITLES = {
    "deterministic": mark("Deterministic"),
    "gaussian": mark("Gaussian"),
    "universal": mark("Universal approximator"),
}
DATA_TITLES = {
    "digits": mark("Digits"),
    "glyphs": mark("Glyphs"),
    "wine": mark("Wine"),
    "breast-cancer": mark("Breast-cancer"),
}
TOLD_TITLES = {"nothing": mark("nothing"), "content": mark("the class y")}
# What a model must have, so that a choice has an effect; the others apply to all.
NEEDS = {"prior": "prior", "labels": "labels", "told": "inferred", "posterior": "free posterior"}
START_STATES = {0: mark("untrained"), 100: mark("after 100 rounds"), 500: mark("after 500 rounds")}
# steps of a slider, so that its values are round numbers
SLIDER_STEPS = {"input_noise": 50, "discriminator_noise": 50, "d_steps": 9}
DEFAULT_SLIDER_STEPS = 60
MAX_CLASSES = 20  # no data set of the game has more classes

_component = mounting.make_component("game_board", mark("the game"))


def mount_game_board(
    game_id: str,
    setup: GameSetup,
    current_rules: GameRules,
    current_view: GameView,
    key: str,
    callbacks: dict[str, Callable],
) -> None:
    """Draw the game with the name `game_id`; the browser begins it if it has no game of that name. Before the script runs
    again, `callbacks["setup"]` receives the GameSetup of a new game, `callbacks["rules"]` the GameRules in effect, and
    `callbacks["game_view"]` what is shown.

    setup: how the game begins; current_rules: its rules; current_view: what is shown of it.
    """
    record_types = {"setup": GameSetup, "rules": GameRules, "game_view": GameView}
    on_message = lambda kind, value: callbacks[kind](validation.make_game_record(record_types[kind], value))  # noqa: E731
    _component(
        key,
        wire_format.pack_message(*game_board_message(game_id, setup, current_rules, current_view)),
        tuple(record_types),
        on_message,
    )


def game_board_message(
    game_id: str, setup: GameSetup, current_rules: GameRules | None = None, current_view: GameView | None = None
) -> tuple[dict, dict]:
    """Header and arrays of the message for the browser."""
    models, prior_records, arrays = game_data.load_models_and_priors([*prior_titles(setup)])
    models = {name: model | {"summary": translate(model["summary"])} for name, model in models.items()}
    return {
        "v": 1, "game": game_id, "setup": asdict(setup), "choices": setup_choices(setup), "rules": rule_sliders(),
        "initial_rules": asdict(current_rules or GameRules()), "view": (current_view or GameView()).view, "models": models,
        "nets": game_data.network_settings(game_config(GameSetup(), 2)),
        "priors": prior_records, "data": {name: game_data.game_data_asset(name).url for name in game_rules.OFFERED_DATA},
        "colours": [colours.class_colour(k) for k in range(MAX_CLASSES)],
        "shapes": [palette.marker_shape(k) for k in range(MAX_CLASSES)],
    }, arrays  # fmt: skip


def setup_choices(setup: GameSetup | None = None) -> list[dict]:
    """The choices for a new game: name, label and options with titles of each."""
    titles = {
        "variant": (
            translate("Model"),
            {name: translate(VARIANTS[name].title) for name in game_rules.OFFERED_VARIANTS},
        ),
        "data": (translate("Data"), {name: translate(DATA_TITLES[name]) for name in game_rules.OFFERED_DATA}),
        "prior": (translate("Prior"), prior_titles(setup)),
        "posterior": (translate("Posterior"), _translate_titles(POSTERIOR_TITLES)),
        "begun": (translate("Start"), _translate_titles(START_STATES)),
        "labels": (
            translate("Labels"),
            {count: translate("{count} images", count=count) for count in game_rules.LABEL_CHOICES},
        ),
        "told": (translate("D is told"), _translate_titles(TOLD_TITLES)),
    }
    return [
        {
            "name": name,
            "label": label,
            "needs": NEEDS.get(name, ""),
            "options": [{"value": value, "title": title} for value, title in options.items()],
        }
        for name, (label, options) in titles.items()
    ]


def _translate_titles(titles: dict) -> dict:
    return {value: translate(title) for value, title in titles.items()}


def prior_titles(setup: GameSetup | None = None) -> dict[str, str]:
    """The titles of the priors by name, including the user's own painting if the setup has one."""
    painted_title = (
        {setup.prior: translate("Painted: your own")} if setup and game_rules.is_painting_text(setup.prior) else {}
    )
    titles = {
        name: translate("Painted: {shape}", shape=translate(painting.SHAPES[name].title))
        if name in painting.SHAPES
        else translate(PRIORS[name].title)
        for name in game_rules.offered_priors()
    }
    return titles | painted_title


def rule_sliders() -> list[dict]:
    """The sliders for the rules, each with its range, its default, and whether it is logarithmic."""
    return [
        {
            "name": rule.name, "label": translate(RULE_LABELS[rule.name]), "help": translate(rule.metadata["help"]),
            "low": rule.metadata["low"], "high": rule.metadata["high"], "start": rule.default, "log": rule.name.endswith("_rate"),
            "places": SLIDER_STEPS.get(rule.name, DEFAULT_SLIDER_STEPS),
            "needs": "" if rule.name in UNCONDITIONAL_RULES else "discrimination",
        }
        for rule in fields(GameRules)
    ]  # fmt: skip
