"""The rules of the step-by-step game (`game`): how it starts, and which settings may change during play."""

from dataclasses import dataclass

from aae_core import plugins
from aae_core.checks import require_whole_number
from aae_core.config import painting, schema
from aae_core.config.choices import POSTERIORS
from aae_core.config.configuration import Config, configure
from aae_core.config.priors import PRIORS as KINDS
from aae_core.config.priors import PRIORS_WITH_REGIONS
from aae_core.config.schema import setting
from aae_core.config.variants import VARIANTS as ALL
from aae_core.errors import ConfigError

TABLE_DATA = ("wine", "breast-cancer")
OFFERED_DATA = ("digits", "glyphs", *TABLE_DATA)
# Without the dimensionality reduction (§7), whose D judges the style alone, which the plane of codes does not show.
OFFERED_VARIANTS = (
    "aae",
    "label-informed",
    "supervised",
    "semi-supervised",
    "clustering",
    "ae",
    "vae",
    "wae-mmd",
    "sliced-wasserstein",
    "info-vae",
)
# Painted priors by their shapes' names.
BUILTIN_PRIORS = (
    *(name for name, facts in KINDS.builtin_rows.items() if facts.plane_percentiles and name != "painted"),
    *painting.SHAPES,
)
CLASS_COUNT = 10  # classes of the data by which combinations are refused: whichever are played with, the same is
LABEL_CHOICES = (100, 10)  # labelled images of a semi-supervised game
TOLD_CHOICES = ("nothing", "content")  # what the D of the style is told where y is inferred
BEGUN_CHOICES = (0, 100, 500)  # rounds that can be played before a game begins
# in place of the variant's own recipe, because the learning rates that a game offers suit gradient descent
GAME_SETTINGS = {
    "network.hidden": (128, 128),
    "network.discriminator": (64, 64),
    "optimiser.kind": "sgd",
    "optimiser.clip": 5.0,
}


@dataclass(frozen=True)
class GameRules:
    """The settings that may change during play. A change takes effect at the next step, that of the input noise at the next
    mini-batch. Raises ConfigError for a value outside its range."""

    reconstruction_rate: float = setting(0.01, "learning rate of step R", low=0.0001, high=0.1)
    discrimination_rate: float = setting(0.1, "learning rate of step D", low=0.001, high=1)
    generation_rate: float = setting(0.1, "learning rate of step G", low=0.001, high=1)
    weight: float = setting(1.0, "λ, the weight of the adversary; at 0, step G changes nothing", high=3)
    input_noise: float = setting(0.0, "standard deviation of the noise on the encoder's input", high=0.5)
    discriminator_noise: float = setting(0.0, "standard deviation of the noise on D's input", high=1)
    d_steps: int = setting(1, "steps of D in a round", low=1, high=10)

    def __post_init__(self):
        schema.check_record(self)


VIEWS = ("codes", "draws")  # the codes of all images, or many codes of one


@dataclass(frozen=True)
class GameView:
    """What the page shows of a game, which does not depend on it. view: one of VIEWS. Raises ConfigError for another."""

    view: str = VIEWS[0]

    def __post_init__(self):
        if self.view not in VIEWS:
            raise ConfigError(f"A game's view must be one of {', '.join(VIEWS)}, not {str(self.view)[:40]!r}.")


@dataclass(frozen=True)
class GameSetup:
    """How a game begins. prior: one of `offered_priors()`, or the text of the user's own painting; begun: rounds that are
    played before; posterior: one of POSTERIORS, without effect on a variant with a KL term, whose posterior is gaussian; labels:
    labelled images, where labels teach y; told: what D is told of a code beside z, where y is inferred. Raises ConfigError for a
    value that is not offered."""

    variant: str = "aae"
    data: str = "digits"
    prior: str = "gaussian"
    seed: int = 0
    begun: int = 0
    posterior: str = "deterministic"
    labels: int = LABEL_CHOICES[0]
    told: str = TOLD_CHOICES[0]

    def __post_init__(self):
        offered_values = {
            "variant": OFFERED_VARIANTS,
            "data": OFFERED_DATA,
            "prior": offered_priors(),
            "begun": BEGUN_CHOICES,
            "posterior": POSTERIORS,
            "labels": LABEL_CHOICES,
            "told": TOLD_CHOICES,
        }
        for name, values in offered_values.items():
            value = getattr(self, name)
            if name == "prior" and is_painting_text(value):
                continue
            # types are compared because 100.0 and False are equal to offered values
            if type(value) is not type(values[0]) or value not in values:
                choices = ", ".join(map(str, values))
                raise ConfigError(f"A game's {name} must be one of {choices}, not {str(value)[:40]!r}.")
        require_whole_number(self.seed, 0, 2**31 - 1, "A game's seed")


def offered_priors() -> tuple[str, ...]:
    """The names of the priors that are offered: BUILTIN_PRIORS, and those of plug-ins."""
    plugins.load_plugins()
    return (*BUILTIN_PRIORS, *(prior_name for prior_name in KINDS if KINDS.registering_module_of(prior_name)))


def is_painting_text(prior) -> bool:
    """Whether a prior is the text of a painting; ConfigError if it begins like one but is invalid, or if nothing is painted."""
    if not isinstance(prior, str) or not prior.startswith(painting.PREFIX):
        return False
    if not any(painting.parse_painting(prior)):
        raise ConfigError(
            "Nothing is painted, so there is no prior to impose on the codes; paint a shape on the page Train."
        )
    return True


def game_config(setup: GameSetup, classes: int) -> Config:
    """The configuration of a game on data with this number of classes; ConfigError if variant and prior do not go together.

    If each class has a region of the prior (§2.3), a painting is divided among the classes, unless it has a part for each, and a
    prior without regions is replaced by the mixture.
    """
    settings = {"variant": setup.variant, "data": setup.data, "seed": setup.seed, "device": "cpu", **GAME_SETTINGS}
    prior = setup.prior
    if prior in painting.SHAPES or is_painting_text(prior):
        painting_cells = painting.parse_painting(prior)
        is_divided = painting.classes_in_painting(painting_cells) == tuple(
            range(classes)
        ) and not painting.count_unclassed_cells(painting_cells)
        if ALL[setup.variant].labels == "discriminator" and not is_divided:
            painting_cells = painting.assign_equal_mass_sectors(painting_cells, classes)
        settings["prior.painting"] = painting.format_painting(painting_cells)
        prior = "painted"
    if setup.variant == "label-informed" and prior not in PRIORS_WITH_REGIONS:
        prior = "mixture"
    settings |= {"prior.name": prior, "prior.components": classes, "clusters": classes}
    if "kl" not in ALL[setup.variant].prior_losses:
        settings["posterior"] = setup.posterior
    if setup.variant == "semi-supervised":
        settings["labels"] = setup.labels
    if ALL[setup.variant].categorical:
        settings["discriminator_told"] = setup.told
    if setup.data in TABLE_DATA:
        settings["cost"] = "by-type"
    return configure(**settings)
