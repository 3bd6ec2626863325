"""The table of all settings in links: the scope of each, the pages on which a lesson may set it, and its valid values.

Each page passes its own parser of the text to `address.recall_setting`, because the valid values often depend on the revision
shown. `Setting.is_valid` checks what holds for every revision; lessons are checked with it.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

from aae_core.checks import parse_whole_number
from aae_core.config.choices import POSTERIORS
from aae_core.config.configuration import FORMER_SETTINGS, setting_keys
from aae_core.config.presets import PRESETS
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.game import rules
from aae_core.latent.encoded_images import Arrangement
from app.cache import code_sets, ranking
from app.messages import validation

# The scope of a setting: APP (one value on all pages, which `address.reset_settings` keeps), LEARNER (the same, and not undone
# by the browser's Back), SESSION (one value on all pages that have it), KEYED (one value for each `scope_key` in
# `address.recall_setting`).
APP, LEARNER, SESSION, KEYED = "app", "learner", "session", "keyed"


@dataclass(frozen=True)
class Setting:
    """A setting in links. pages: those on which a lesson may set it; is_valid: whether a text is a valid value;
    valid_values: these in words; scope: one of the four above."""

    pages: tuple[str, ...] = ()
    is_valid: Callable[[str], bool] = bool
    valid_values: str = "a text"
    scope: str = SESSION


def _choice_setting(pages, values):
    return Setting(pages, lambda text: text in values, "one of " + ", ".join(values))


def parse_numbers(text: str) -> tuple[float, ...] | None:
    """The numbers in a text such as "0.5,-1,2"; None unless all are numbers below 10⁶ in size."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return values if all(math.isfinite(value) and abs(value) < 1e6 for value in values) else None


def parse_window(text: str) -> tuple[float, ...] | None:
    """(x0, x1, y0, y1), the visible rectangle of a plane, from "-1,1,-1,1"; None if it is empty or anything else."""
    bounds = parse_numbers(text) or ()
    return bounds if len(bounds) == 4 and bounds[0] < bounds[1] and bounds[2] < bounds[3] else None


def parse_classes(text: str) -> tuple[int, ...] | None:
    """The class numbers in "-1,3", each once, where −1 stands for no class; None for anything else."""
    classes = tuple(parse_whole_number(part, -1, 10**5 - 1) for part in text.split(","))
    return classes if len(set(classes)) == len(classes) and None not in classes else None


def parse_layers(text: str) -> list[str] | None:
    """The names of LAYERS in "codes,prior", in the order of the text; None if one is not a layer, or is repeated."""
    names = [name for name in text.split(",") if name]
    is_valid = set(names) <= set(LAYERS) and len(set(names)) == len(names)
    return names if is_valid else None


def parse_names(text: str, valid_names) -> tuple[str, ...] | None:
    """The names in "inspect,path"; None if one is not among the known ones, or is repeated."""
    names = tuple(text.split(","))
    return names if set(names) <= set(valid_names) and len(set(names)) == len(names) else None


def _validator(parse):
    return lambda text: parse(text) is not None


def _describes_revision(text) -> bool:
    variant, *qualifiers = text.split(" ")
    return variant in VARIANTS and all(name in PRIORS or name in sets.BUILT_IN_NAMES for name in qualifiers)


def field_parser(record_type, field):
    """A parser for a field of a `record_type`, such as a GameSetup's; a value is valid if the record accepts it."""

    def parse(text):
        try:
            value = field.type(text)
            record_type(**{field.name: value})
        except (ValueError, ConfigError):
            return None
        return value

    return parse


def _game_rule_setting(field):
    """A rule that may be changed while the game is played."""
    valid_values = f"a number from {field.metadata['low']:g} to {field.metadata['high']:g}"
    return Setting(("game",), _validator(field_parser(rules.GameRules, field)), valid_values)


def _arrangement_setting(field):
    """A field of what the board of the aggregated posterior shows."""
    kind = "whole number" if field.type is int else "number"
    return Setting(
        ("aggregate",), _validator(field_parser(Arrangement, field)), f"a {kind} in the range of its control"
    )


GAME_RULES = {field.name: field for field in fields(rules.GameRules)}  # of the game
PLANE_PAGES = ("explore", "compare", "style")  # pages with a latent plane on which z can be moved
PLANE_TOOLS = ("find", "inspect", "draw", "path", "directions")  # sections of a plane that open
LAYERS = ("codes", "thumbs", "density", "prior", "samples", "judge", "push", "manifold", "regions", "shapes")
# Settings whose value in a lesson is a variant, optionally with a prior and a data set; a revision of that kind is opened.
REVISION_SETTINGS = ("revision", "left", "right")
MOMENT_PATTERN = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_NUMBER = _validator(partial(parse_whole_number, low=0, high=10**9)), "a whole number"
_NUMBERS = _validator(parse_numbers), "numbers separated by commas"
_DIMENSION = _validator(partial(parse_whole_number, low=1, high=10**4)), "the number of a dimension, from 1"
_LAYERS = _validator(parse_layers), "some of " + ", ".join(LAYERS)
_VARIANT = (
    _describes_revision,
    f"a variant, optionally followed by a prior and a data set, of which a trained revision is opened: {', '.join(VARIANTS)}",
)
SETTINGS = {
    **dict.fromkeys(("hide", "size", "lang", "lesson", "at"), Setting(scope=APP)),
    **dict.fromkeys(("reached", "learnt"), Setting(scope=LEARNER)),
    "revision": Setting(("explore", "style", "clusters", "classify"), *_VARIANT),
    **dict.fromkeys(("left", "right"), Setting(("compare",), *_VARIANT)),
    "z": Setting(PLANE_PAGES, *_NUMBERS),
    "y": Setting(PLANE_PAGES, *_NUMBER),
    "layers": Setting(("explore", "compare"), *_LAYERS),
    "view": _choice_setting(("explore",), ("pair", "pca", "circle", "tsne", "columns")),
    **dict.fromkeys(("across", "up"), Setting(("explore",), *_DIMENSION)),
    "window": Setting(
        ("explore",), _validator(parse_window), "the visible part of the plane: left, right, bottom, top", KEYED
    ),
    "hidden": Setting(
        ("explore",),
        _validator(parse_classes),
        "class numbers separated by commas, −1 for images without a class",
        KEYED,
    ),
    "of": _choice_setting(("explore",), code_sets.IMAGE_SETS),
    **dict.fromkeys(("colour", "filter", "x_column", "y_column"), Setting()),
    "keep": Setting(scope=KEYED),
    "codes": _choice_setting(("explore", "compare"), code_sets.CODE_KINDS),
    "frame": Setting(("explore",), *_NUMBER, KEYED),
    **dict.fromkeys(("point", "region"), Setting(("explore",), *_NUMBER)),
    "sorted": _choice_setting(("explore",), ranking.ORDERS),
    **dict.fromkeys(("images", "columns"), Setting(("style",), *_NUMBERS)),
    "seen": Setting(("style",), *_LAYERS),
    "ring": Setting(("style",), *_NUMBER, KEYED),
    "axis": _choice_setting(("compare",), validation.TIME_AXES),
    "moment": Setting(("compare",), lambda text: bool(MOMENT_PATTERN.fullmatch(text)), "a number on that axis", KEYED),
    **dict.fromkeys(("from", "to"), Setting(("compare",), *_NUMBER)),
    "k": Setting(("clusters",), *_NUMBER, KEYED),
    "game.variant": _choice_setting(("game",), rules.OFFERED_VARIANTS),
    "game.data": _choice_setting(("game",), rules.OFFERED_DATA),
    "game.prior": _choice_setting(("game",), rules.BUILTIN_PRIORS),
    "game.begun": _choice_setting(("game",), [str(n) for n in rules.BEGUN_CHOICES]),
    "game.labels": _choice_setting(("game",), [str(n) for n in rules.LABEL_CHOICES]),
    "game.told": _choice_setting(("game",), rules.TOLD_CHOICES),
    "game.posterior": _choice_setting(("game",), POSTERIORS),
    "game.view": _choice_setting(("game",), rules.VIEWS),
    "game.seed": Setting(("game",), *_NUMBER),
    **{f"game.{name}": _game_rule_setting(row) for name, row in GAME_RULES.items()},
    **{f"aggregate.{row.name}": _arrangement_setting(row) for row in fields(Arrangement)},
    "preset": _choice_setting(("train",), PRESETS),
    **dict.fromkeys((*FORMER_SETTINGS, *setting_keys()), Setting()),
    "open": Setting(
        ("explore",), _validator(lambda text: parse_names(text, PLANE_TOOLS)), "some of " + ", ".join(PLANE_TOOLS)
    ),
    **dict.fromkeys(("yr", "zr", "openr", "trails", "more", "morer", "trailsr", "blend"), Setting()),
    **{f"frontier.{name}": Setting() for name in ("data", "dim", "fit", "distance", "needs", "known", "labels")},
    **dict.fromkeys(("cases", "class", "true", "said", "sweep", "watch", "beside", "budget", "block"), Setting()),
    **dict.fromkeys(("step", "exercise"), Setting()),
    **dict.fromkeys(("windowr", "hiddenr", "lasso", "lassor", "path", "directions"), Setting(scope=KEYED)),
    **dict.fromkeys(("feature", "featurer", "chosen", "sheet", "shuffle"), Setting(scope=KEYED)),
}
RENAMED_SETTINGS = {("clusters", "clusters"): "block"}  # (page, name in older links) -> present name
LASTING_SETTINGS = tuple(name for name, row in SETTINGS.items() if row.scope in (APP, LEARNER))
PROGRESS_SETTINGS = tuple(name for name, row in SETTINGS.items() if row.scope == LEARNER)
# What going back or forward in the browser's history leaves as it is: what a learner has done, and the language, since the
# modules that the page has loaded speak one language only
HISTORY_INDEPENDENT_SETTINGS = (*PROGRESS_SETTINGS, "lang")


def check_scope(name: str, scope_key) -> None:
    """Raise KeyError for a setting that is not in the table, and ValueError unless `scope_key` is given exactly if its
    scope is KEYED."""
    if (SETTINGS[name].scope == KEYED) != (scope_key is not None):
        raise ValueError(
            f"The setting {name!r} has the scope {SETTINGS[name].scope!r}, but `scope_key` is {scope_key!r}."
        )
