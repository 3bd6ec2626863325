"""The prior studio: a canvas on which a prior is painted, or which shows samples of any other prior."""

from collections.abc import Callable
from functools import lru_cache

from aae_core.config import painting
from aae_core.config.choices import PRIORS
from aae_core.config.configuration import PriorConfig
from aae_core.errors import ConfigError
from aae_core.latent import colours
from app.components import loading
from app.server import messages, wire

UNSEEN = "The prior has no samples with these settings."
DRAWN = 700  # samples of a plug-in's prior
HALF = 3.0  # half-width of the square at scale 1, as in `aae_core.models.priors.painted`, which imports torch
TITLES = {"ring": "Ring", "two-blobs": "Two blobs", "letter": "Letter A"}
SEEN = {
    "gaussian": "A round cloud, densest in the middle.",
    "mixture": "{components} petals round the middle; with label information, each class gets its own.",
    "swiss-roll": "A curve that winds outwards: all samples lie on it, so there is no density.",
    "uniform": "A square, equally dense everywhere, with sharp edges.",
    "gamma": "Positive numbers only; the larger the shape, the farther from 0.",
}

_component = loading.component("prior_studio", "painting/studio.js", "the prior studio")


def prior_studio(values: dict, classes: tuple[str, ...], key: str, hear: Callable[[str], None]) -> None:
    """Draw the studio for the prior in a form's values (by dotted key); `hear(text)` receives each change of the painting.

    classes: the classes to which parts of the painting can belong; () if classes are not needed.
    """
    _component(key, wire.pack(*message(values, classes)), ("painting",), lambda kind, value: hear(read(value)))


def message(values: dict, classes: tuple[str, ...]) -> tuple[dict, dict]:
    """Header and arrays for the browser: the prior; for a painted one also the painting, ready shapes and classes; for one of a
    plug-in also samples."""
    name = values["prior.name"]
    about = {part: values[f"prior.{part}"] for part in ("name", "scale", "components", "shape")}
    common = {"v": 1, "prior": about, "dim": values["latent_dim"], "title": PRIORS[name].title}
    if home := PRIORS.home(name):
        try:
            samples = _samples(PriorConfig(**about), values["latent_dim"])
        except ConfigError:  # the form shows it beside its button
            return common | {"prior": None, "painting": None, "told": UNSEEN}, {}
        return common | {"painting": None, "told": f"A prior of your own, from {home}."}, {"prior_samples": samples}
    if name != "painted":
        return common | {"painting": None, "told": SEEN[name].format(**about)}, {}
    return common | {
        "painting": _text(values["prior.painting"]), "half": HALF * values["prior.scale"],
        "shapes": [{"title": TITLES[shape], "text": _text(shape)} for shape in painting.SHAPES],
        "classes": list(classes), "colours": list(colours.COLOURS[: painting.CLASSES]),
    }, {}  # fmt: skip


@lru_cache(maxsize=8)
def _samples(config, dim):
    """DRAWN samples with a fixed seed, n×d; ConfigError if the settings of the prior are invalid."""
    from aae_core.models.priors import families

    return families.make(config, dim).fixed(DRAWN).numpy()


def _text(name):
    """The text of a painting's cells, even if it is stored by name, because the browser does not know the names."""
    return painting.text(painting.cells(name))


def read(value: dict) -> str:
    """The text of the painting in a message; ConfigError or MessageError, with one sentence, if it is invalid."""
    text = value["text"]
    messages.require(text.startswith(painting.PREFIX), "The prior studio sent a message of an unknown form")
    painting.cells(text)
    return text
