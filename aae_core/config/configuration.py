"""The configuration of a training run: frozen records, presets, validation, JSON in and out.

Every field carries its help text, range and choices as metadata, from which the command line, the Train page and the
validation all read; an unknown key or a value out of range raises a `ConfigError` of one sentence.
"""

import dataclasses
import math
import types
import typing
from dataclasses import dataclass, field, fields

from aae_core.config import painting
from aae_core.config.presets import PRESETS, recipe
from aae_core.config.variants import PHASES, VARIANTS
from aae_core.errors import ConfigError

POSTERIORS = ("deterministic", "gaussian", "universal")
COSTS = ("squared-error", "cross-entropy", "learned-variance")
PASSES = ("strict", "shared")
DECODED = ("mixed", "each")
MOST_APART = 100_000  # largest number of codes that a step decodes where each content is decoded separately


@dataclass(frozen=True)
class PriorFacts:
    """The facts about a prior that are known before it is built; `support` says where its density exists."""

    title: str
    support: str  # "everywhere", "bounded" or "none"


PRIORS = {
    "gaussian": PriorFacts("Gaussian", "everywhere"),
    "mixture": PriorFacts("Mixture of Gaussians", "everywhere"),
    "swiss-roll": PriorFacts("Swiss roll", "none"),
    "uniform": PriorFacts("Uniform", "bounded"),
    "gamma": PriorFacts("Gamma", "bounded"),
    "painted": PriorFacts("Painted", "bounded"),
}

TARGETS = {  # metrics that can end a training, lower is better, and their names in sentences
    "none": "",
    "reconstruction": "reconstruction error",
    "mmd2": "distance to the prior (MMD²)",
    "holes": "share of holes",
    "error": "classification error",
    "cluster_error": "clustering error",
}
FORMER = {  # setting of former versions -> its values with which a training goes on as it began, without that setting
    "compile": ("auto", "on", "off"),  # of speed alone
    "content_noise": (0,),  # standard deviation of the noise on D_y's input
}
WITH_REGIONS = ("mixture", "swiss-roll", "painted")
WITHOUT_LABELS = {  # variant -> what it is called when no image has a label
    "supervised": "the variant aae",
    "label-informed": "the variant aae",
    "semi-supervised": "the variant clustering",
}


def setting(default, help, *, low=None, high=None, choices=None, longest=200):
    """A field with the metadata that form, command line and validation share; longest: characters of a text."""
    limits = {"low": low, "high": high, "choices": choices, "longest": longest}
    return field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True)
class PriorConfig:
    """The prior p(z) that is imposed on the codes."""

    name: str = setting("gaussian", "distribution imposed on the codes", choices=tuple(PRIORS))
    scale: float = setting(1.0, "factor on the prior's size; a Gaussian's standard deviation", low=0.01, high=1000)
    components: int = setting(10, "components of the mixture, or class regions of the Swiss roll", low=2, high=1000)
    shape: float = setting(2.0, "shape parameter of the gamma prior", low=0.1, high=100)
    painting: str = setting(
        "ring",
        f"the painted shape: {', '.join(painting.SHAPES)}, or the encoded text of a painting",
        longest=painting.LONGEST,
    )


@dataclass(frozen=True)
class NetworkConfig:
    """Encoder, decoder and discriminator."""

    kind: str = setting(
        "mlp", "fully connected, or convolutional for colour and larger images", choices=("mlp", "conv")
    )
    hidden: tuple[int, ...] = setting(
        (1000, 1000), "widths of the encoder's hidden layers; the decoder mirrors them", low=1, high=8192
    )
    channels: tuple[int, ...] = setting(
        (32, 64), "channels of the convolutional layers, each halving the image", low=1, high=1024
    )
    discriminator: tuple[int, ...] = setting((1000, 1000), "widths of D's hidden layers", low=1, high=8192)
    weights: str = setting("he", "initial weights: He's rule, or the paper's N(0, 0.01²)", choices=("he", "paper"))
    normalise: str = setting(
        "none",
        "batch normalisation after each dense layer of the encoder, including its outputs; level: the same, but without a "
        "learned shift of the logits of q(y|x), so that no content falls out of use",
        choices=("none", "batch", "level"),
    )
    noise_dim: int = setting(10, "size of the noise η that a universal posterior f(x, η) takes", low=1, high=1024)


@dataclass(frozen=True)
class OptimiserConfig:
    """One optimiser per phase; the learning rates are multiplied by the factors of `schedule`."""

    kind: str = setting(
        "sgd", "stochastic gradient descent with momentum (the paper's), or Adam", choices=("sgd", "adam")
    )
    reconstruction_rate: float = setting(0.01, "learning rate of the reconstruction phase", low=0, high=10)
    discrimination_rate: float = setting(0.1, "learning rate of D", low=0, high=10)
    generation_rate: float = setting(0.1, "learning rate of the encoder against D", low=0, high=10)
    classification_rate: float = setting(0.1, "learning rate of q(y|x) on the labelled images", low=0, high=10)
    momentum: float = setting(
        0.9, "momentum of the reconstruction and the classification; β₁ under Adam", low=0, high=0.999
    )
    adversarial_momentum: float = setting(
        0.1, "momentum of D and of the encoder against D; β₁ under Adam", low=0, high=0.999
    )
    clip: float = setting(
        5.0, "maximum gradient norm of each phase, of D and D_y separately; 0 disables clipping", low=0, high=1e6
    )
    schedule: tuple[tuple[float, float], ...] = setting(
        ((50, 0.1), (1000, 0.01)),
        "pairs epoch:factor; from that epoch on, the learning rates are multiplied by the factor",
    )


@dataclass(frozen=True)
class TargetConfig:
    """When to stop, whatever the epochs say."""

    measure: str = setting(
        "none", "stop once this metric, on training images, reaches the target value", choices=tuple(TARGETS)
    )
    value: float | None = setting(None, "value of the target metric at which to stop", low=0, high=1e6)


@dataclass(frozen=True)
class Config:
    """All that determines a training run, together with the data."""

    variant: str = setting("aae", "model of the paper", choices=tuple(VARIANTS))
    data: str = setting("digits", "data set")
    prior: PriorConfig = PriorConfig()
    posterior: str = setting("deterministic", "kind of q(z|x)", choices=POSTERIORS)
    latent_dim: int = setting(2, "dimensions of the code z", low=1, high=512)
    clusters: int = setting(16, "number of contents y where labels do not define them", low=2, high=1000)
    heads: str = setting(
        "learned",
        "heads of a dimensionality reduction: learned, or fixed at 10 on one axis each",
        choices=("learned", "fixed"),
    )
    separation: float = setting(6.0, "distance η below which two learned heads repel each other", low=0, high=1000)
    network: NetworkConfig = NetworkConfig()
    cost: str = setting(
        "squared-error",
        "½‖x − x̂‖² summed over pixels (the paper's); binary cross-entropy on logits; or squared error with a learned variance, "
        "a Gaussian likelihood whose one σ² for all pixels is fitted by maximum likelihood",
        choices=COSTS,
    )
    beta: float = setting(1.0, "weight of the VAE's KL term", low=0, high=1000)
    optimiser: OptimiserConfig = OptimiserConfig()
    labels: int | None = setting(
        None, "labelled training images, balanced over the classes; none means all", low=0, high=10**8
    )
    input_shift: int = setting(
        0,
        "largest shift in pixels, vertical and horizontal, of each image that the encoder sees in training",
        low=0,
        high=64,
    )
    input_noise: float = setting(0.0, "standard deviation of the noise on the input while training", low=0, high=10)
    input_dropout: float = setting(0.0, "share of the input pixels set to zero while training", low=0, high=0.9)
    views: int = setting(
        1,
        "copies of each image that the encoder sees, each with its own shift, noise and dropped pixels; with 2, the decoder "
        "takes the content from one and the style from the other",
        low=1,
        high=2,
    )
    content_decoded: str = setting(
        "mixed",
        "how an inferred content is decoded: as a mixture weighted by probability (the paper's), or each content separately, "
        "its cost weighted by its probability",
        choices=DECODED,
    )
    content_smoothing: float = setting(
        0.0,
        "with content_decoded=each, the share of each image's weight that is spread evenly over all contents, so that none is "
        "forgotten",
        low=0,
        high=0.9,
    )
    discriminator_noise: float = setting(
        0.0, "standard deviation of the noise on D's input while training", low=0, high=10
    )
    discriminator_told: str = setting(
        "nothing",
        "the condition that D is given beside a style: nothing (the paper's), or its content, which makes style and content "
        "independent",
        choices=("nothing", "content"),
    )
    batch_size: int = setting(100, "images in a mini-batch", low=2, high=65536)
    epochs: int = setting(20, "passes over the training set", low=1, high=100_000)
    steps: int | None = setting(None, "stop after this number of steps, even before the last epoch", low=1, high=10**9)
    minutes: float | None = setting(
        None, "stop after this many minutes of training, even before the last epoch", low=0.01, high=10**5
    )
    target: TargetConfig = TargetConfig()
    seed: int = setting(0, "seed of weights, shuffling and noise", low=0, high=2**31 - 1)
    device: str = setting("auto", "where to train", choices=("auto", "cpu", "cuda", "mps"))
    passes: str = setting(
        "strict", "fresh codes for each phase (the paper's order), or one pass shared by the phases", choices=PASSES
    )
    precision: str = setting(
        "auto",
        "number format of the matrix products; auto: bf16 where the hardware supports it and a step is large enough to benefit",
        choices=("auto", "fp32", "bf16"),
    )
    threads: int = setting(0, "processor threads; 0: one, or several when a step is large", low=0, high=1024)
    capture: str = setting(
        "off", "on a CUDA GPU, capture the whole step as one graph (not yet run on a GPU)", choices=("off", "on")
    )
    name: str = setting("", "your label for the revision")

    def __post_init__(self):
        _check_fields(self)
        _check_combination(self)


def _check_fields(record, prefix=""):
    hints = typing.get_type_hints(type(record))
    for f in fields(record):
        value = getattr(record, f.name)
        if dataclasses.is_dataclass(f.default):
            if not isinstance(value, type(f.default)):
                raise ConfigError(f"{prefix}{f.name} must be a group of settings, not {value!r}.")
            _check_fields(value, f"{f.name}.")
        else:
            _check_value(prefix + f.name, value, hints[f.name], f.metadata)


def _check_value(key, value, hint, limits):
    """Raise ConfigError unless `value` has the type of `hint` and lies within `limits`."""
    if value is None and type(None) in typing.get_args(hint):
        return
    kind = base_type(hint)
    if typing.get_origin(kind) is tuple:
        _check_tuple(key, value, kind, limits)
    elif kind is str:
        longest = limits["longest"]
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise ConfigError(
                f"{key} must be a text of at most {longest:,} printable characters, not {str(value)[:40]!r}."
            )
        if limits["choices"] and value not in limits["choices"]:
            raise ConfigError(f"{key} {value!r} is not known; choose one of {', '.join(limits['choices'])}.")
    else:
        _check_number(key, value, kind, limits)


def _check_tuple(key, value, kind, limits):
    if not isinstance(value, tuple) or len(value) > 16:
        raise ConfigError(f"{key} must be a list of at most 16 entries, not {str(value)[:60]!r}.")
    item = typing.get_args(kind)[0]
    if typing.get_origin(item) is tuple:
        for pair in value:
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise ConfigError(f"{key} must hold pairs epoch:factor, such as 50:0.1, not {str(pair)[:40]!r}.")
            _check_number(f"{key}'s epoch", pair[0], float, {"low": 0, "high": 1e6})
            _check_number(f"{key}'s factor", pair[1], float, {"low": 0, "high": 1000})
        return
    if not value:
        raise ConfigError(f"{key} must name at least one size, such as 1000,1000.")
    for entry in value:
        _check_number(key, entry, item, limits)


def _check_number(key, value, kind, limits):
    wanted = "a whole number" if kind is int else "a number"
    fits = isinstance(value, int) or (kind is float and isinstance(value, float))
    if isinstance(value, bool) or not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise ConfigError(f"{key} must be {wanted}, not {str(value)[:40]!r}.")
    if (limits["low"] is not None and value < limits["low"]) or (limits["high"] is not None and value > limits["high"]):
        raise ConfigError(
            f"{key} must be {wanted} from {limits['low']:,.10g} to {limits['high']:,.10g}, not {str(value)[:40]}."
        )


def _check_combination(c: Config):
    """Refuse what cannot be meant, and say why: each refusal teaches the reason."""
    variant, facts = VARIANTS[c.variant], PRIORS[c.prior.name]
    if c.prior.name == "mixture" and c.latent_dim % 2:
        raise ConfigError(f"The mixture prior is built of 2-D petals, so latent_dim must be even, not {c.latent_dim}.")
    if c.prior.name == "swiss-roll" and c.latent_dim != 2:
        raise ConfigError(f"The Swiss roll is a curve in the plane, so latent_dim must be 2, not {c.latent_dim}.")
    _check_painting(c)
    if variant.imposes == "kl":
        if facts.support == "none":
            raise ConfigError(
                f"A VAE needs the density of its prior for the KL term, and a {facts.title} prior has none; "
                "an adversarial autoencoder needs only samples of it, so choose the variant aae."
            )
        if facts.support == "bounded":
            raise ConfigError(
                f"A VAE's Gaussian posterior reaches beyond the edge of a {facts.title.lower()} prior, where the KL term is "
                "infinite; an adversarial autoencoder needs only samples of the prior, so choose the variant aae."
            )
        if c.posterior != "gaussian":
            raise ConfigError(f"A VAE's KL term needs the gaussian posterior, not the {c.posterior} one.")
    elif c.beta != 1.0:
        raise ConfigError(f"beta weighs the KL term of a VAE; the variant {c.variant} has none.")
    if c.labels is not None and variant.labels == "nowhere":
        raise ConfigError(f"The variant {c.variant} uses no labels, so leave the number of labels open.")
    if c.labels == 0 and c.variant in WITHOUT_LABELS:
        raise ConfigError(f"The variant {c.variant} needs labels; without any, choose {WITHOUT_LABELS[c.variant]}.")
    if variant.labels == "discriminator" and c.prior.name not in WITH_REGIONS:
        raise ConfigError(
            f"Label information needs a prior with a region for each class, and the {facts.title} has none; choose "
            f"{' or '.join(WITH_REGIONS)}."
        )
    if c.views > 1 and not variant.categorical:
        raise ConfigError(f"The variant {c.variant} infers no content, so a second view of an image would have no use.")
    if c.views > 1 and c.posterior == "deterministic" and not (c.input_shift or c.input_noise or c.input_dropout):
        raise ConfigError(
            "Without a shift, noise or dropped pixels, two views of an image are identical; set input_shift, input_noise or "
            "input_dropout, or leave views at 1."
        )
    if c.network.normalise == "level" and not variant.categorical:
        raise ConfigError(
            f"The variant {c.variant} infers no content, so it has no logits to keep level; set network.normalise to batch."
        )
    if c.content_decoded == "each" and not variant.categorical:
        raise ConfigError(f"The variant {c.variant} infers no content, so there are no contents to decode separately.")
    if c.content_decoded == "each" and c.cost == "learned-variance":
        raise ConfigError(
            "The learned variance belongs to one reconstruction of each image, and separately decoded contents give several; "
            "set cost to squared-error or cross-entropy, or content_decoded to mixed."
        )
    if c.content_smoothing and c.content_decoded != "each":
        raise ConfigError(
            "content_smoothing spreads the weight of contents that are decoded separately; set content_decoded to each, or "
            "leave it at 0."
        )
    if tells_content(c) and variant.merge == "none":
        raise ConfigError(
            f"The variant {c.variant} has no content, so there is none that could be D's condition beside a style."
        )
    if c.heads == "fixed" and variant.merge != "add":
        raise ConfigError(f"Heads belong to the variant reduction; the variant {c.variant} has none to fix.")
    if not phases(c):
        raise ConfigError("All learning rates are 0, so nothing would be trained; give one of them a value above 0.")
    _check_target(c)


def _check_target(c: Config):
    """ConfigError unless target and value come together, and the measure is taken while such a model trains."""
    measure, value = c.target.measure, c.target.value
    if measure == "none":
        if value is not None:
            known = ", ".join(name for name in TARGETS if name != "none")
            raise ConfigError(
                f"target.value gives a value to stop at, but not of which metric; set target.measure to one of {known}."
            )
        return
    if value is None:
        raise ConfigError(f"The target {TARGETS[measure]} has no value at which to stop; set target.value.")
    why = _never_measured(c, measure)
    if why:
        raise ConfigError(f"The {TARGETS[measure]} cannot be a target here: {why}; choose another target.measure.")


def _never_measured(c, measure):
    """Why a metric is not measured during the training; "" if it is."""
    variant, taken = VARIANTS[c.variant], phases(c)
    if measure == "reconstruction" and "reconstruction" not in taken:
        return "the reconstruction phase is left out"
    if measure in ("mmd2", "holes") and set(variant.phases) & {"discrimination", "generation"} - set(taken):
        return "a phase that imposes the prior on the codes is left out"
    if measure == "error" and not (taught(c) or variant.labels == "discriminator"):
        return f"the variant {c.variant} with these settings infers no class"
    if measure == "error" and c.labels is None:
        return "every label is given, so no training image is left to test it on; give fewer labels"
    if measure == "cluster_error" and (not variant.categorical or taught(c)):
        return f"the variant {c.variant} with these settings finds no clusters"
    return ""


def _check_painting(c: Config):
    cells = painting.cells(c.prior.painting)
    if c.prior.name != "painted":
        return
    if c.latent_dim != 2:
        raise ConfigError(f"A painting lies in the plane, so latent_dim must be 2, not {c.latent_dim}.")
    if not any(cells):
        raise ConfigError(
            "Nothing is painted, so there is no prior to impose on the codes; paint a shape or choose a ready one."
        )
    if VARIANTS[c.variant].labels == "discriminator" and painting.without_class(cells):
        raise ConfigError(
            "Label information needs a class for every part of the painting, and some of it has none; on the page "
            "Train, divide the painting among the classes or paint with a class."
        )


def _check_parts(c: Config, classes: tuple[str, ...]):
    """ConfigError unless each class has a part of the painting of its own."""
    if len(classes) > painting.CLASSES:
        raise ConfigError(
            f"A painting has parts for at most {painting.CLASSES} classes, and {c.data} has {len(classes)}; choose the "
            "mixture prior."
        )
    found = painting.parts(painting.cells(c.prior.painting))
    missing = [classes[k] for k in range(len(classes)) if k not in found]
    if missing:
        raise ConfigError(
            f"Label information gives each class of {c.data} a part of the painting, and {', '.join(missing)} has none; on "
            "the page Train, divide the painting among the classes or paint with that class."
        )
    if len(found) > len(classes):
        raise ConfigError(
            f"The painting has parts for more classes than the {len(classes)} of {c.data}; divide it among the classes again."
        )


def check_classes(c: Config, classes: tuple[str, ...]) -> None:
    """ConfigError unless labels, regions of the prior and fixed heads fit data of those classes (none: no labels)."""
    if uses_labels(c) and len(classes) < 2:
        instead = f"choose {WITHOUT_LABELS[c.variant]}" if c.variant in WITHOUT_LABELS else "ask for 0 labels"
        raise ConfigError(f"The variant {c.variant} needs labels, and the data set {c.data} has no classes; {instead}.")
    by_regions = VARIANTS[c.variant].labels == "discriminator"
    if by_regions and c.prior.name == "painted":
        _check_parts(c, classes)
    elif by_regions and c.prior.components != len(classes):
        raise ConfigError(
            f"Label information gives each class a region of the prior, so prior.components must be {len(classes)}, "
            f"the number of classes of {c.data}, not {c.prior.components}."
        )
    if c.target.measure == "cluster_error" and len(classes) < 2:
        raise ConfigError(
            f"The clustering error needs classes to compare with, and {c.data} has none; choose another target."
        )
    k = len(contents(c, classes))
    if c.heads == "fixed" and c.latent_dim != k:
        raise ConfigError(
            f"Fixed heads lie on one axis each, so latent_dim must be {k}, one for each content, not {c.latent_dim}."
        )
    if c.content_decoded == "each" and c.batch_size * k > MOST_APART:
        raise ConfigError(
            f"A mini-batch of {c.batch_size:,} images decoded with each of {k:,} contents needs too much memory; "
            f"set batch_size to {MOST_APART // k:,} or less, or content_decoded to mixed."
        )


def taught(c: Config) -> bool:
    """Whether labels teach an inferred content (§5); a reduction with 0 labels finds clusters of its own (§7)."""
    return VARIANTS[c.variant].labels == "classifier" and c.labels != 0


def uses_labels(c: Config) -> bool:
    """Whether any network is given labels as a condition or is trained on them."""
    return VARIANTS[c.variant].labels in ("decoder", "discriminator") or taught(c)


def judges_by_region(c: Config) -> bool:
    """Whether D judges an unlabelled code as one of the class in whose region it lies (§2.3): where all labels were given, D was
    never trained on unlabelled codes."""
    return VARIANTS[c.variant].labels == "discriminator" and c.labels is None


def tells_content(c: Config) -> bool:
    """Whether D is given the content of each style, so that p(z) is imposed on q(z|y) for every y. The paper's D sees the style
    alone: then the styles of all contents together follow the prior, and each content may fill only a part of it."""
    return c.discriminator_told == "content"


def judges_codes(c: Config) -> bool:
    """Whether D judges the codes that are plotted and decoded without any condition: in a reduction it judges the style alone,
    and where it is given the content, it cannot judge a code without one."""
    return VARIANTS[c.variant].imposes == "adversary" and VARIANTS[c.variant].merge != "add" and not tells_content(c)


def phases(c: Config) -> tuple[str, ...]:
    """The phases of one step in the paper's order; one whose learning rate is 0 is left out."""
    there = [phase for phase in VARIANTS[c.variant].phases if phase != "classification" or taught(c)]
    return tuple(phase for phase in PHASES if phase in there and getattr(c.optimiser, f"{phase}_rate"))


def contents(c: Config, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the K values of the content y: the data's classes, or clusters where no labels name them; none without y."""
    variant = VARIANTS[c.variant]
    if variant.categorical and not taught(c):
        return tuple(f"cluster {k}" for k in range(c.clusters))
    return tuple(classes) if variant.merge != "none" else ()


def to_dict(record) -> dict:
    """The record as plain JSON values; tuples become lists."""
    return dataclasses.asdict(record)


def from_dict(values: dict, kind=Config):
    """The inverse of `to_dict`; raises ConfigError for an unknown key or a value that does not fit."""
    if not isinstance(values, dict):
        raise ConfigError(f"The configuration must be a group of settings, not {str(values)[:40]!r}.")
    known = {f.name: f for f in fields(kind)}
    given = {}
    for key, value in values.items():
        if key not in known:
            raise ConfigError(f"The setting {str(key)[:60]!r} is not known; choose among {', '.join(known)}.")
        default = known[key].default
        given[key] = from_dict(value, type(default)) if dataclasses.is_dataclass(default) else _tuples(value)
    return kind(**given)


def without_former(values: dict) -> tuple[dict, str]:
    """Stored settings without those of former versions (FORMER), and why their training cannot continue; "" if it can."""
    lost = [
        f"{key}={str(values[key])[:40]}" for key, same in FORMER.items() if key in values and values[key] not in same
    ]
    why = f"It was trained with {' and '.join(lost)}, a setting that no longer exists" if lost else ""
    return {key: value for key, value in values.items() if key not in FORMER}, why


def _tuples(value):
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


def with_settings(config: Config, settings: dict) -> Config:
    """A copy with settings changed; keys may be dotted (`prior.scale`), values plain or as typed at a terminal.

    The result is validated after all changes, so that settings which depend on each other can change together.
    """
    values = to_dict(config)
    for key, value in settings.items():
        group, _, name = key.rpartition(".")
        default = type_of(key)
        target = values[group] if group else values
        target[name] = _parse(key, value, default) if isinstance(value, str) else value
    return from_dict(values)


def setting_of(key: str) -> dataclasses.Field:
    """The field behind a dotted key, with its metadata; ConfigError if there is none."""
    group, _, name = key.rpartition(".")
    kinds = {f.name: type(f.default) for f in fields(Config) if dataclasses.is_dataclass(f.default)}
    record = Config if not group else kinds.get(group)
    for f in fields(record) if record else ():
        if f.name == name and not dataclasses.is_dataclass(f.default):
            return f
    raise ConfigError(f"The setting {key[:60]!r} is not known; choose among {', '.join(setting_keys())}.")


def setting_keys() -> list[str]:
    """Every dotted key, in the order of the records."""
    keys = []
    for f in fields(Config):
        keys += [f"{f.name}.{g.name}" for g in fields(f.default)] if dataclasses.is_dataclass(f.default) else [f.name]
    return keys


def type_of(key: str):
    """The type of the setting behind a dotted key, as it is annotated."""
    f = setting_of(key)
    owner = Config if "." not in key else type(getattr(Config(), key.split(".")[0]))
    return typing.get_type_hints(owner)[f.name]


def base_type(hint):
    """The type of a setting without its `| None`."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def _parse(key, text, hint):
    """The value that `text`, as typed, means for a setting of type `hint`."""
    text = text.strip()
    if type(None) in typing.get_args(hint) and text.lower() in ("none", "all", ""):
        return None
    kind = base_type(hint)
    if kind is str:
        return text
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        parts = [part for part in text.strip("()[]").split(",") if part.strip()]
        if typing.get_origin(item) is tuple:
            return tuple(tuple(_number(key, n, float) for n in part.split(":")) for part in parts)
        return tuple(_number(key, part, item) for part in parts)
    return _number(key, text, kind)


def _number(key, text, kind):
    try:
        return kind(text)
    except ValueError:
        raise ConfigError(
            f"{key} must be {'a whole number' if kind is int else 'a number'}, not {text[:40]!r}."
        ) from None


def configure(preset: str = "default", **settings) -> Config:
    """A configuration from a preset and settings by dotted key (`**{"prior.scale": 5}`).

    What neither names comes from the variant's own recipe (`presets.RECIPES`), else from the defaults. Raises ConfigError for
    an unknown preset, key or value.
    """
    if preset not in PRESETS:
        raise ConfigError(f"The preset {preset[:60]!r} is not known; choose one of {', '.join(PRESETS)}.")
    return with_settings(Config(), {**recipe(preset, settings.get("variant")), **settings})


def total_steps(config: Config, images: int) -> int:
    """Steps of a complete training on so many training images: `steps`, or full mini-batches only in each of the epochs."""
    batch = max(1, min(config.batch_size, images))
    return config.steps or config.epochs * max(1, images // batch)


def rate_factor(config: Config, epoch: float) -> float:
    """The factor on every learning rate at `epoch` (passes done so far): a pure function of the schedule."""
    factor = 1.0
    for start, value in sorted(config.optimiser.schedule):
        if epoch >= start:
            factor = value
    return factor
