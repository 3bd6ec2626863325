"""The table of all settings in links: the scope of each, the pages on which a lesson may set it, and its valid values.

Each page passes its own reader of the text to `address.recall`, because the valid values often depend on the revision shown.
`fits` checks what holds for every revision; lessons are checked with it.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial

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

# The scope of a setting: APP (one value on all pages, which `address.start_over` keeps), LEARNER (the same, and not undone by the
# browser's Back), SESSION (one value on all pages that have it), SHOWN (one value for each `of` in `address.recall`).
APP, LEARNER, SESSION, SHOWN = "app", "learner", "session", "shown"


@dataclass(frozen=True)
class Setting:
    """A setting in links. pages: those on which a lesson may set it; fits: whether a text is a valid value; valid: the valid
    values in words; scope: one of the four above."""

    pages: tuple[str, ...] = ()
    fits: Callable[[str], bool] = bool
    valid: str = "a text"
    scope: str = SESSION


def _one_of(pages, values):
    return Setting(pages, lambda text: text in values, "one of " + ", ".join(values))


def read_numbers(text: str) -> tuple[float, ...] | None:
    """The numbers in a text such as "0.5,-1,2"; None unless all are numbers below 10⁶ in size."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    return values if all(math.isfinite(v) and abs(v) < 1e6 for v in values) else None


def read_window(text: str) -> tuple[float, ...] | None:
    """(x0, x1, y0, y1), the visible rectangle of a plane, from "-1,1,-1,1"; None if it is empty or anything else."""
    ends = read_numbers(text) or ()
    return ends if len(ends) == 4 and ends[0] < ends[1] and ends[2] < ends[3] else None


def read_classes(text: str) -> tuple[int, ...] | None:
    """The class numbers in "-1,3", each once, where −1 stands for no class; None for anything else."""
    classes = tuple(read_whole(part, -1, 10**5 - 1) for part in text.split(","))
    return classes if len(set(classes)) == len(classes) and None not in classes else None


def read_layers(text: str) -> list[str] | None:
    """The names of LAYERS in "codes,prior", in the order of the text; None if one is not a layer, or is repeated."""
    names = [name for name in text.split(",") if name]
    is_valid = set(names) <= set(LAYERS) and len(set(names)) == len(names)
    return names if is_valid else None


def read_some(text: str, known) -> tuple[str, ...] | None:
    """The names in "inspect,path"; None if one is not among the known ones, or is repeated."""
    names = tuple(text.split(","))
    return names if set(names) <= set(known) and len(set(names)) == len(names) else None


def _read(read):
    return lambda text: read(text) is not None


def _is_revision(text):
    variant, *qualifiers = text.split(" ")
    return variant in VARIANTS and all(name in PRIORS or name in sets.BUILT_IN for name in qualifiers)


def reader_of(kind, field):
    """A reader of a field of the game's record `kind`, Setup or Rules; a value is valid if the record accepts it."""

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
    valid = f"a number from {row.metadata['low']:g} to {row.metadata['high']:g}"
    return Setting(("game",), _read(reader_of(rules.Rules, row)), valid)


RULES = {field.name: field for field in fields(rules.Rules)}  # of the game
PLANES = ("explore", "compare", "style")  # pages with a latent plane on which z can be moved
TOOLS = ("inspect", "draw", "path", "directions")  # sections of a plane that open
LAYERS = ("codes", "thumbs", "density", "prior", "samples", "judge", "push", "manifold", "regions")
# Settings whose value in a lesson is a variant, optionally with a prior and a data set; a revision of that kind is opened.
REVISIONS = ("revision", "left", "right")
MOMENT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_NUMBER = _read(partial(read_whole, low=0, high=10**9)), "a whole number"
_NUMBERS = _read(read_numbers), "numbers separated by commas"
_DIMENSION = _read(partial(read_whole, low=1, high=10**4)), "the number of a dimension, from 1"
_LAYERS = _read(read_layers), "some of " + ", ".join(LAYERS)
_VARIANT = (
    _is_revision,
    f"a variant, optionally followed by a prior and a data set, of which a trained revision is opened: {', '.join(VARIANTS)}",
)
SETTINGS = {
    **dict.fromkeys(("hide", "size", "lesson", "at"), Setting(scope=APP)),
    **dict.fromkeys(("reached", "learnt"), Setting(scope=LEARNER)),
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
    "open": Setting(("explore",), _read(lambda text: read_some(text, TOOLS)), "some of " + ", ".join(TOOLS)),
    **dict.fromkeys(("yr", "zr", "openr", "trails", "more", "morer", "trailsr", "blend"), Setting()),
    **{f"frontier.{name}": Setting() for name in ("data", "dim", "distance", "needs", "known", "labels")},
    **dict.fromkeys(("cases", "class", "true", "said", "sweep", "watch", "beside", "budget", "block"), Setting()),
    **dict.fromkeys(("windowr", "hiddenr", "lasso", "lassor", "path", "directions"), Setting(scope=SHOWN)),
    **dict.fromkeys(("feature", "featurer", "chosen", "sheet", "shuffle"), Setting(scope=SHOWN)),
}
RENAMED = {("clusters", "clusters"): "block"}  # (page, name in older links) -> present name
LASTING = tuple(name for name, row in SETTINGS.items() if row.scope in (APP, LEARNER))
PROGRESS = tuple(name for name, row in SETTINGS.items() if row.scope == LEARNER)


def check(name: str, of) -> None:
    """Raise KeyError for a setting that is not in the table, and ValueError unless `of` is given exactly if its scope is
    SHOWN."""
    if (SETTINGS[name].scope == SHOWN) != (of is not None):
        raise ValueError(f"The setting {name!r} has the scope {SETTINGS[name].scope!r}, but `of` is {of!r}.")
