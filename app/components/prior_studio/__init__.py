"""The prior studio: a canvas on which a prior is painted, or which shows samples of any other prior."""

from collections.abc import Callable
from functools import lru_cache

from aae_core.config import painting
from aae_core.config.priors import PRIORS
from aae_core.config.settings import PriorConfig
from aae_core.errors import ConfigError
from aae_core.latent import colours
from app.components import mounting
from app.messages import validation, wire_format

NO_SAMPLES_TEXT = "The prior has no samples with these settings."
SAMPLE_COUNT = 700  # samples of a plug-in's prior
HALF_WIDTH = 3.0  # half-width of the square at scale 1, as in `aae_core.models.priors.painted`, which imports torch

_component = mounting.make_component("prior_studio", "painting/studio.js", "the prior studio")


def mount_prior_studio(values: dict, classes: tuple[str, ...], key: str, on_painting: Callable[[str], None]) -> None:
    """Draw the studio for the prior in a form's values (by dotted key); `on_painting(text)` receives each change of the
    painting.

    classes: the classes to which parts of the painting can belong; () if classes are not needed.
    """
    _component(
        key,
        wire_format.pack_message(*studio_message(values, classes)),
        ("painting",),
        lambda kind, value: on_painting(parse_painting_message(value)),
    )


def studio_message(values: dict, classes: tuple[str, ...]) -> tuple[dict, dict]:
    """Header and arrays for the browser: the prior; for a painted one also the painting, ready shapes and classes; for one of a
    plug-in also samples."""
    name = values["prior.name"]
    prior_settings = {setting: values[f"prior.{setting}"] for setting in ("name", "scale", "components", "shape")}
    common = {"v": 1, "prior": prior_settings, "dim": values["latent_dim"], "title": PRIORS[name].title}
    if plug_in := PRIORS.registering_module_of(name):
        try:
            samples = _draw_samples(PriorConfig(**prior_settings), values["latent_dim"])
        except ConfigError:  # the form shows it beside its button
            return common | {"prior": None, "painting": None, "told": NO_SAMPLES_TEXT}, {}
        return common | {"painting": None, "told": f"A prior of your own, from {plug_in}."}, {"prior_samples": samples}
    if name != "painted":
        return common | {"painting": None, "told": PRIORS[name].summary.format(**prior_settings)}, {}
    return common | {
        "painting": _painting_text(values["prior.painting"]), "half": HALF_WIDTH * values["prior.scale"],
        "shapes": [{"title": shape.title, "text": _painting_text(name)} for name, shape in painting.SHAPES.items()],
        "classes": list(classes), "colours": list(colours.CLASS_COLOURS[: painting.MAX_CLASSES]),
    }, {}  # fmt: skip


@lru_cache(maxsize=8)
def _draw_samples(config, dim):
    """SAMPLE_COUNT samples with a fixed seed, n×d; ConfigError if the settings of the prior are invalid."""
    from aae_core.models.priors import families

    return families.make_prior(config, dim).fixed(SAMPLE_COUNT).numpy()


def _painting_text(name) -> str:
    """The text of a painting's cells, even if it is stored by name, because the browser does not know the names."""
    return painting.format_painting(painting.parse_painting(name))


def parse_painting_message(value: dict) -> str:
    """The text of the painting in a message; ConfigError or MessageError, with one sentence, if it is invalid."""
    text = value["text"]
    validation.require_valid(text.startswith(painting.PREFIX), "The prior studio sent a message of an unknown form")
    painting.parse_painting(text)
    return text
