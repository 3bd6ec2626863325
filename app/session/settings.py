"""The table of all settings that stand in links: whose each is, which pages a lesson may set it on, and what it may be.

A page gives the reader of a text itself (`address.recall`), because what is valid often depends on the revision that it shows;
`fits` holds for all of them, and is what lessons are checked with.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields

from aae_core.checks import read_whole
from aae_core.config.choices import PRIORS
from aae_core.config.configuration import FORMER, setting_keys
from aae_core.config.presets import PRESETS
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.game import rules
from app.cache import ranking, shown_codes
from app.server import messages

# Whose a setting is: the app's (the same on every page, and lasting), the learner's (which Back does not undo either), the
# session's (shared by the pages that have it), or that of what is shown, to which alone it applies (`of` in `address.recall`).
APP, LEARNER, SESSION, SHOWN = "app", "learner", "session", "shown"


@dataclass(frozen=True)
class Setting:
    """A setting in links. pages: those on which a lesson may set it; fits: whether a text is a valid value; told: the valid
    values in words."""

    pages: tuple[str, ...] = ()
    fits: Callable[[str], bool] = bool
    told: str = "a text"
    whose: str = SESSION


def _one_of(pages, values):
    return Setting(pages, lambda text: text in values, "one of " + ", ".join(values))


def _whole(low, high):
    return lambda text: read_whole(text, low, high) is not None


def read_numbers(text: str) -> tuple[float, ...] | None:
    """The numbers of "0.5,-1,2", of sensible size; None where there is anything else."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return values if all(math.isfinite(v) and abs(v) < 1e6 for v in values) else None


def read_window(text: str) -> tuple[float, ...] | None:
    """(x0, x1, y0, y1) of "-1,1,-1,1", the visible rectangle of a plane."""
    ends = read_numbers(text) or ()
    return ends if len(ends) == 4 and ends[0] < ends[1] and ends[2] < ends[3] else None


def read_classes(text: str) -> tuple[int, ...] | None:
    """The classes of "-1,3"; −1 are the codes without a class."""
    found = tuple(read_whole(part, -1, 10**5 - 1) for part in text.split(","))
    return found if len(set(found)) == len(found) and None not in found else None


def read_layers(text: str) -> list[str] | None:
    """Those of LAYERS in "codes,prior", in this order."""
    names = ",".join(filter(None, text.split(",")))
    found = read_some(names, LAYERS) if names else ()
    return None if found is None else list(found)


def read_some(text: str, known) -> tuple[str, ...] | None:
    """The names in "inspect,path", each once; None where one is not among the known ones."""
    names = tuple(text.split(","))
    return names if set(names) <= set(known) and len(set(names)) == len(names) else None


def _read(read):
    return lambda text: read(text) is not None


def _is_revision(text):
    variant, *of = text.split(" ")
    return variant in VARIANTS and all(name in PRIORS or name in sets.BUILT_IN for name in of)


def reader_of(kind, field):
    """A reader of a field of the game's Setup or Rules, as `kind` says, whose valid values that record knows."""

    def read(text):
        try:
            value = field.type(text)
            kind(**{field.name: value})
        except (ValueError, ConfigError):
            return None
        return value

    return read


def _rule_of_the_game(row):
    """A rule that may be changed while the game is played."""
    told = f"a number from {row.metadata['low']:g} to {row.metadata['high']:g}"
    return Setting(("game",), _read(reader_of(rules.Rules, row)), told)


RULES = {row.name: row for row in fields(rules.Rules)}  # of the game
PLANES = ("explore", "compare", "style")  # pages with a latent plane on which z can be moved
TOOLS = ("inspect", "draw", "path", "directions")  # sections of a plane that open
LAYERS = ("codes", "thumbs", "density", "prior", "samples", "judge", "push", "manifold", "regions")
# Settings whose value is, in a lesson, a variant, of which it opens a revision.
REVISIONS = ("revision", "left", "right")
MOMENT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_NUMBER = _whole(0, 10**9), "a whole number"
_NUMBERS = _read(read_numbers), "numbers separated by commas"
_DIMENSION = _whole(1, 10**4), "the number of a dimension, from 1"
_LAYERS = _read(read_layers), "some of " + ", ".join(LAYERS)
_VARIANT = (
    _is_revision,
    f"a variant, optionally followed by a prior and a data set, of which a trained revision is opened: {', '.join(VARIANTS)}",
)
SETTINGS = {
    **dict.fromkeys(("hide", "size", "lesson", "at"), Setting(whose=APP)),
    **dict.fromkeys(("reached", "learnt"), Setting(whose=LEARNER)),
    "revision": Setting(("explore", "style", "clusters", "classify"), *_VARIANT),
    **dict.fromkeys(("left", "right"), Setting(("compare",), *_VARIANT)),
    "z": Setting(PLANES, *_NUMBERS),
    "y": Setting(PLANES, *_NUMBER),
    "layers": Setting(("explore", "compare"), *_LAYERS),
    "view": _one_of(("explore",), ("pair", "pca", "circle", "tsne")),
    **dict.fromkeys(("across", "up"), Setting(("explore",), *_DIMENSION)),
    "window": Setting(
        ("explore",), _read(read_window), "the visible part of the plane: left, right, bottom, top", SHOWN
    ),
    "hidden": Setting(
        ("explore",), _read(read_classes), "class numbers separated by commas, −1 for images without a class", SHOWN
    ),
    "of": _one_of(("explore",), shown_codes.CHOICES),
    "codes": _one_of(("explore", "compare"), shown_codes.CODES),
    "frame": Setting(("explore",), *_NUMBER, SHOWN),
    **dict.fromkeys(("point", "region"), Setting(("explore",), *_NUMBER)),
    "sorted": _one_of(("explore",), ranking.ORDERS),
    **dict.fromkeys(("images", "columns"), Setting(("style",), *_NUMBERS)),
    "seen": Setting(("style",), *_LAYERS),
    "ring": Setting(("style",), *_NUMBER, SHOWN),
    "axis": _one_of(("compare",), messages.AXES),
    "moment": Setting(("compare",), lambda text: bool(MOMENT.fullmatch(text)), "a number on that axis", SHOWN),
    **dict.fromkeys(("from", "to"), Setting(("compare",), *_NUMBER)),
    "k": Setting(("clusters",), *_NUMBER, SHOWN),
    "game.variant": _one_of(("game",), rules.VARIANTS),
    "game.data": _one_of(("game",), rules.DATA),
    "game.prior": _one_of(("game",), rules.PRIORS),
    "game.begun": _one_of(("game",), [str(n) for n in rules.BEGUN]),
    "game.seed": Setting(("game",), *_NUMBER),
    **{f"game.{name}": _rule_of_the_game(row) for name, row in RULES.items()},
    "preset": _one_of(("train",), PRESETS),
    **dict.fromkeys((*FORMER, *setting_keys()), Setting()),
    "open": Setting(("explore",), lambda text: read_some(text, TOOLS) is not None, "some of " + ", ".join(TOOLS)),
    **dict.fromkeys(("yr", "zr", "openr", "trails", "more", "morer", "trailsr", "blend"), Setting()),
    **dict.fromkeys(
        (f"frontier.{name}" for name in ("data", "dim", "distance", "needs", "known", "labels")), Setting()
    ),
    **dict.fromkeys(("cases", "class", "true", "said", "sweep", "watch", "beside", "budget", "block"), Setting()),
    **dict.fromkeys(("windowr", "hiddenr", "lasso", "lassor", "path", "directions"), Setting(whose=SHOWN)),
    **dict.fromkeys(("feature", "featurer", "chosen", "sheet", "shuffle"), Setting(whose=SHOWN)),
}
RENAMED = {("clusters", "clusters"): "block"}  # (page, name in links made before) -> name
LASTING = tuple(name for name, row in SETTINGS.items() if row.whose in (APP, LEARNER))
PROGRESS = tuple(name for name, row in SETTINGS.items() if row.whose == LEARNER)


def check(name: str, of) -> None:
    """Raise KeyError for a setting that is not in the table, and ValueError unless `of` is given exactly where it must be."""
    if (SETTINGS[name].whose == SHOWN) != (of is not None):
        raise ValueError(f"The setting {name!r} is {SETTINGS[name].whose}'s, but `of` is {of!r}.")
