"""The names that a lesson may use: pages, settings in their links, items that can be highlighted, and goals; one row each.

`reader` refuses whatever is not listed here. In the browser, `web/src/lessons/` finds items by their CSS selectors
and goals by their names.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from aae_core.config.configuration import setting_field, setting_keys
from aae_core.config.variants import PHASES
from aae_core.files import is_finite_number
from app.session import controls, settings
from app.session.settings import GAME_RULES, LAYERS, PLANE_PAGES
from app.translation.texts import mark
from app.ui import form_settings

PAGES = {  # of the app, by the name of their file in app/views
    "explore": mark("Explore"),
    "game": mark("Step by step"),
    "train": mark("Train"),
    "style": mark("Style and content"),
    "clusters": mark("Clusters"),
    "classify": mark("Classify"),
    "compare": mark("Compare"),
    "aggregate": mark("The aggregated posterior"),
}
MAX_SETTING_LENGTH = 400  # characters of a setting


def _form_setting(key):
    """A setting of the form on the page Train."""
    choices = setting_field(key).metadata["choices"]
    description = "one of " + ", ".join(map(str, choices)) if choices else "what the page Train takes"
    return settings.Setting(
        ("train",), lambda text: bool(text) and not form_settings.invalid_query_names({key: text}), description
    )


SETTINGS = {name: row for name, row in settings.SETTINGS.items() if row.pages}
SETTINGS |= {key: _form_setting(key) for key in setting_keys()}


@dataclass(frozen=True)
class Location:
    """Where an item is on a page: a CSS selector (also inside components), and the part of the plane's drawing, if any."""

    css: str
    drawn: str = ""


@dataclass(frozen=True)
class Item:
    """Something that a term of an equation can highlight. words: its description; on: its location on each page."""

    words: str
    on: dict[str, Location]

    @property
    def pages(self) -> tuple[str, ...]:
        return tuple(self.on)


def _same_location(pages, css, plane_part=""):
    return dict.fromkeys(pages, Location(css, plane_part))


def _layer_location(layer, plane_part=""):
    """The location of a layer: its switch on a plane, and its part of the plane's drawing."""
    return _same_location(PLANE_PAGES, f'.lp-switches [data-id="{layer}"]', plane_part)


def _game_location(name, plane_part=""):
    """The location of a part of the game: in its graph, and its part of the plane's drawing."""
    return {"game": Location(f'.gb-graph [data-part="{name}"]', plane_part)}


def _board_location(selector, plane_part=""):
    """The location of a part of the board of the aggregated posterior, and its part of the plane's drawing."""
    return {"aggregate": Location(f".ag {selector}", plane_part)}


ITEMS = {
    "x": Item(mark("the images"), _game_location("x") | {"explore": Location('[data-tool="inspect"]')}),
    "encoder": Item(mark("the encoder"), _game_location("encoder")),
    "codes": Item(mark("the codes"), _layer_location("codes", "codes") | _game_location("z", "codes")),
    "z": Item(
        mark("the code z"),
        _same_location(PLANE_PAGES, ".lp-values > div:first-child, .sg-live .lp-where", "z")
        | _game_location("z", "items"),
    ),
    "decoder": Item(
        mark("the decoder"), _game_location("decoder") | _same_location(("explore", "compare"), ".lp-panel .lp-decoder")
    ),
    "image": Item(
        mark("the decoded image"),
        _game_location("xhat")
        | _same_location(("explore", "compare"), ".lp-frame")
        | _same_location(("style",), ".sg-live canvas"),
    ),
    "cost": Item(mark("the cost of reconstruction"), _game_location("cost")),
    "prior": Item(
        mark("the prior"),
        _layer_location("prior", "prior")
        | _game_location("p", "prior")
        | _board_location('.ag-key [data-part="prior"]', "prior"),
    ),
    "samples": Item(mark("samples of the prior"), _layer_location("samples", "prior") | _game_location("p", "prior")),
    "density": Item(mark("the density of q(z)"), _layer_location("density")),
    "D": Item(mark("the discriminator D"), _layer_location("judge", "surface") | _game_location("D", "surface")),
    "surface": Item(
        mark("D’s surface"), _layer_location("judge", "surface") | {"game": Location(".gb-plane", "surface")}
    ),
    "D(z)": Item(
        mark("D’s output for a code"),
        _same_location(PLANE_PAGES, ".lp-panel > .lp-values > div:last-child", "z") | _game_location("dOfZ", "items"),
    ),
    "push": Item(mark("D’s push on codes"), _layer_location("push")),
    "regions": Item(mark("the regions of the prior"), _layer_location("regions", "regions")),
    "sliders": Item(mark("the sliders of z"), _same_location(("explore", "compare"), ".lp-sliders")),
    "factors": Item(mark("the directions of known factors"), {"explore": Location(".lp-directed fieldset:last-child")}),
    "class": Item(
        mark("the class y"),
        _same_location(("explore", "compare"), controls.css_selector("y"))
        | {"style": Location(".sg-table thead .sg-take")},
    ),
    "styles": Item(mark("the rows of styles"), {"style": Location(".sg-table tbody th .sg-take")}),
    "time": Item(mark("the time machine"), _same_location(("explore",), ".lp-time")),
    "R": Item(mark("the button “Step R”"), {"game": Location('.gb-controls [data-key="r"]')}),
    "step D": Item(mark("the button “Step D”"), {"game": Location('.gb-controls [data-key="d"]')}),
    "G": Item(mark("the button “Step G”"), {"game": Location('.gb-controls [data-key="g"]')}),
    "play": Item(mark("the button “Play”"), {"game": Location('.gb-controls [data-key="p"]')}),
    "lambda": Item(
        mark("λ, the weight of the adversary"), {"game": Location('.gb-rules label:has([data-rule="weight"])')}
    ),
    "steps of D": Item(
        mark("the steps of D in a round"), {"game": Location('.gb-rules label:has([data-rule="d_steps"])')}
    ),
    "distance": Item(mark("the distance of q(z) from p(z)"), {"game": Location(".gb-trace")}),
    "costs": Item(mark("the costs of the phases"), {"game": Location(".gb-score")}),
    "fifty codes": Item(mark("the fifty codes of one image"), {"game": Location(".gb-many-head", "draws")}),
    "posteriors": Item(mark("the buttons of the posteriors"), {"game": Location(".gb-many-posteriors")}),
    "by draw": Item(
        mark("the gradient estimated through the draw"), {"game": Location('.gb-many [data-part="by-draw"]')}
    ),
    "by score": Item(
        mark("the gradient estimated by the score function"), {"game": Location('.gb-many [data-part="by-score"]')}
    ),
    "measures": Item(mark("the table of metrics"), {"compare": Location("table.differences")}),
    "error": Item(mark("the test error"), {"classify": Location("[data-testid=stMetric]")}),
    "drawing": Item(mark("the drawing pad"), {"classify": Location(".lp-pad")}),
    "heads": Item(mark("the heads of the clusters"), {"clusters": Location(".clusters figure > img")}),
    "clusters": Item(mark("the clusters"), {"clusters": Location(".clusters figcaption")}),
    "worth": Item(mark("the quality of the clusters"), {"clusters": Location("[data-testid=stMetric]")}),
    "painting": Item(mark("the painting"), {"train": Location(".ps-canvas")}),
    "shapes": Item(mark("the ready shapes"), {"train": Location('.ps-controls [aria-label="Ready shapes"]')}),
    "variant": Item(mark("the variant"), {"train": Location(".st-key-train-variant")}),
    "ellipses": Item(
        mark("the ellipses, q(z|x) of each image"), _board_location('.ag-key [data-part="ellipses"]', "codes")
    ),
    "mixture": Item(mark("q(z), the mean of the ellipses"), _board_location('.ag-key [data-part="mixture"]')),
    "mean KL": Item(mark("the bar of the mean KL"), _board_location('[data-bar="mean_kl"]')),
    "information": Item(mark("the bar of I(x; z)"), _board_location('[data-bar="information"]')),
    "KL of q(z)": Item(mark("the bar of KL(q(z)‖p)"), _board_location('[data-bar="aggregate_kl"]')),
    "width": Item(mark("the slider of the width"), _board_location('[data-slider="width"]')),
    "spread": Item(mark("the slider of the spread"), _board_location('[data-slider="spread"]')),
    "start": Item(mark("the button “Start training”"), {"train": Location(".st-key-train-go")}),
}


@dataclass(frozen=True)
class Goal:
    """A kind of task for the learner, or of action of a test in her place. words: its description; parameters: for each key a
    check of its value and the valid values in words."""

    pages: tuple[str, ...]
    words: str
    parameters: dict[str, tuple[Callable, str]] = field(default_factory=dict)
    needs: tuple[tuple[str, ...], ...] = ()  # exactly one key of each group must be given


def _integer_check(high):
    return lambda v: type(v) is int and 1 <= v <= high, f"an integer from 1 to {high}"


def _choice_check(values):
    return lambda v: isinstance(v, str) and v in values, "one of " + ", ".join(values)


def _is_point(value) -> bool:
    numbers = isinstance(value, list) and 1 <= len(value) <= 64
    return numbers and all(is_finite_number(v) and abs(v) < 1e6 for v in value)


_NUMBER = (lambda v: is_finite_number(v) and 0 <= v <= 1000), "from 0 to 1000"
_SIGNED_NUMBER = (lambda v: is_finite_number(v) and abs(v) <= 10**9), "a number"
_TRUTH = (lambda v: isinstance(v, bool)), "true or false"
_TEXT = (lambda v: isinstance(v, str) and 0 < len(v) <= MAX_SETTING_LENGTH), "a text"
GOALS = {
    "answer": Goal(tuple(PAGES), mark("answer the prediction")),
    "z": Goal(
        PLANE_PAGES, mark("move z beyond a distance from the origin, or within a distance of a point"),
        {"beyond": _NUMBER, "within": _NUMBER, "near": (_is_point, "a list of numbers")},
        (("beyond", "within"),),
    ),
    "layer": Goal(
        ("explore", "compare"), mark("switch a layer on, or off"), {"layer": _choice_check(LAYERS), "on": _TRUTH}, (("layer",),)
    ),
    "pick": Goal(PLANE_PAGES, mark("choose a code on the plane")),
    "moment": Goal(
        ("explore",), mark("go back in the training to this step or before it"), {"before": _integer_check(10**9)}, (("before",),)
    ),
    "step": Goal(
        ("game",), mark("take a number of steps of a phase"), {"phase": _choice_check(PHASES), "times": _integer_check(500)},
        (("phase",), ("times",)),
    ),
    "rounds": Goal(("game",), mark("play a number of rounds"), {"times": _integer_check(500)}, (("times",),)),
    "rule": Goal(
        ("game",), mark("set a rule of the game to at least or at most a value"),
        {"rule": _choice_check(tuple(GAME_RULES)), "least": _NUMBER, "most": _NUMBER},
        (("rule",), ("least", "most")),
    ),
    "setting": Goal(
        tuple(PAGES), mark("change a setting of the page, a number of times, or set it to a given value"),
        {"setting": _TEXT, "is": _TEXT, "times": _integer_check(100)}, (("setting",),),
    ),
    "samples": Goal(
        ("explore", "compare"), mark("draw a number of codes from the prior"), {"times": _integer_check(100)}, (("times",),)
    ),
    "figure": Goal(
        ("game", "explore", "aggregate"), mark("bring a figure above or below a number"),
        {"figure": _TEXT, "above": _SIGNED_NUMBER, "below": _SIGNED_NUMBER}, (("figure",), ("above", "below")),
    ),
    "paint": Goal(("train",), mark("change the painting of the prior")),
    "draw": Goal(("classify",), mark("draw on the pad, or load an image")),
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A figure that a page tells the lesson while the learner works. words: what it is; digits: shown after the decimal point."""

    pages: tuple[str, ...]
    words: str
    digits: int = 2


FIGURES = {
    "mmd2": Figure(("game",), mark("MMD², the distance of q(z) from p(z)"), 3),
    "spread": Figure(("game",), mark("root mean square distance of the codes from their middle; √2 for the prior N(0, I)")),
    "d_codes": Figure(("game",), mark("mean D(z) of the codes")),
    "d_samples": Figure(("game",), mark("mean D(z) of samples of the prior")),
    "cost_r": Figure(("game",), mark("cost of the last step R: the error of reconstruction of an image")),
    "cost_d": Figure(("game",), mark("cost of the last step D")),
    "cost_g": Figure(("game",), mark("cost of the last step G")),
    "cost_c": Figure(("game",), mark("cost of the last step C")),
    "steps_r": Figure(("game",), mark("steps R taken, and so the rounds played"), 0),
    "steps_d": Figure(("game",), mark("steps D taken"), 0),
    "steps_g": Figure(("game",), mark("steps G taken"), 0),
    "codes_spread": Figure(
        ("game",),
        mark("root mean square distance of fifty codes of one image from their mean; with game.view = draws"),
    ),
    "scatter_draw": Figure(
        ("game",), mark("standard deviation of a gradient estimated through each draw; with game.view = draws")
    ),
    "scatter_score": Figure(("game",), mark("the same by the score function, for a Gaussian posterior; with game.view = draws")),
    "means_apart": Figure(("game",), mark("distance of the means of both; with game.view = draws")),
    "means_chance": Figure(("game",), mark("three standard errors of that distance; with game.view = draws")),
    "y_error": Figure(("game",), mark("share of the images with a wrong y, or in a cluster mostly of another class")),
    "z_guess": Figure(
        ("game",),
        mark("share of the images whose class is told by z alone: by the commonest class among the five nearest codes"),
    ),
    "change": Figure(
        ("explore",), mark("how much of the decoded image has changed since the experiment began: 0 the same, 1 all")
    ),
    "row_change": Figure(("style",), mark("the same of all images in the live row")),
    "z_norm": Figure(("explore", "style"), mark("distance of z from the middle of the plane, (0, 0)"), 1),
    "nearest": Figure(("explore",), mark("distance of z from the nearest code"), 1),
    "d_z": Figure(("explore",), mark("D(z) at z")),
    "log_p": Figure(("explore",), mark("log p(z) at z")),
    "moment": Figure(("explore",), mark("the step of the training that the time machine shows; unknown at its end"), 0),
    "mean_kl": Figure(("aggregate",), mark("E KL(q(z|x)‖p), what a VAE pays for an image, in nats")),
    "information": Figure(("aggregate",), mark("I(x; z), in nats")),
    "aggregate_kl": Figure(("aggregate",), mark("KL(q(z)‖p), in nats")),
}  # fmt: skip
# How a figure may be compared with a number: above or below it, or by at least so much above its lowest or below its
# highest value since the experiment began.
COMPARISONS = ("above", "below", "rose", "fell")
SETTINGS_OF_ACTIONS = (
    "z", "y", "frame", "game.variant", "game.data", "game.prior", "game.begun", "game.posterior", "game.labels", "game.told",
    "aggregate.width", "aggregate.spread", "aggregate.images",
)  # fmt: skip
# What a test of a lesson does in the learner's place, and what each takes.
ACTIONS = {
    "step": GOALS["step"],
    "rounds": GOALS["rounds"],
    "rule": Goal(
        ("game",), "sets a rule of the game", {"rule": _choice_check(tuple(GAME_RULES)), "value": _NUMBER},
        (("rule",), ("value",)),
    ),
    "z": Goal(PLANE_PAGES, "moves z", {"to": (_is_point, "a list of numbers")}, (("to",),)),
    "setting": Goal(
        ("game", "explore", "compare", "style", "aggregate"), "changes a setting",
        {"setting": _choice_check(SETTINGS_OF_ACTIONS), "is": _TEXT}, (("setting",), ("is",)),
    ),
}  # fmt: skip


def rows_for_page(table: dict, page: str) -> dict:
    """The rows of SETTINGS, ITEMS, GOALS, FIGURES or ACTIONS that apply to a page of the app, by name."""
    return {name: row for name, row in table.items() if page in row.pages}


def is_rule_goal_met(goal: dict, settings: dict[str, str]) -> bool:
    """Whether a goal of the kind "rule" is already met by the settings of a page, or by the defaults where it has none."""
    row = GAME_RULES[goal["rule"]]
    value = row.type(settings.get(f"game.{row.name}", row.default))
    return goal.get("least", -math.inf) <= value <= goal.get("most", math.inf)
