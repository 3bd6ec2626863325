"""Which combinations of settings are refused, as rows: the condition, and the sentence that teaches why."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aae_core.config import painting
from aae_core.config.choices import PRIORS, TARGETS, WITH_REGIONS
from aae_core.config.derived import contents, phases, taught, tells_content, uses_labels
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError

if TYPE_CHECKING:  # which calls `check`
    from aae_core.config.configuration import Config

MOST_APART = 100_000  # largest number of codes that a step decodes where each content is decoded separately
WITHOUT_LABELS = {  # variant -> what it is called when no image has a label
    "supervised": "the variant aae",
    "label-informed": "the variant aae",
    "semi-supervised": "the variant clustering",
}


def _variant(c):
    return VARIANTS[c.variant]


def _vae_on(c, support):
    return _variant(c).imposes == "kl" and PRIORS[c.prior.name].support == support


def _by_regions(c):
    return _variant(c).labels == "discriminator"


def _cells(c):
    return painting.cells(c.prior.painting)


# In the order in which they are looked at. Sentences may name {c}, the configuration, and {prior}, its prior's title.
REFUSED: tuple[tuple[Callable[["Config"], object], str], ...] = (
    (
        lambda c: c.prior.name == "mixture" and c.latent_dim % 2,
        "The mixture prior is built of 2-D petals, so latent_dim must be even, not {c.latent_dim}.",
    ),
    (
        lambda c: c.prior.name == "swiss-roll" and c.latent_dim != 2,
        "The Swiss roll is a curve in the plane, so latent_dim must be 2, not {c.latent_dim}.",
    ),
    (
        lambda c: c.prior.name == "painted" and c.latent_dim != 2,
        "A painting lies in the plane, so latent_dim must be 2, not {c.latent_dim}.",
    ),
    (
        lambda c: c.prior.name == "painted" and not any(_cells(c)),
        "Nothing is painted, so there is no prior to impose on the codes; paint a shape or choose a ready one.",
    ),
    (
        lambda c: c.prior.name == "painted" and _by_regions(c) and painting.without_class(_cells(c)),
        "Label information needs a class for every part of the painting, and some of it has none; on the page "
        "Train, divide the painting among the classes or paint with a class.",
    ),
    (
        lambda c: _vae_on(c, "none"),
        "A VAE needs the density of its prior for the KL term, and a {prior} prior has none; "
        "an adversarial autoencoder needs only samples of it, so choose the variant aae.",
    ),
    (
        lambda c: _vae_on(c, "bounded"),
        "A VAE's Gaussian posterior reaches beyond the edge of a {c.prior.name} prior, where the KL term is "
        "infinite; an adversarial autoencoder needs only samples of the prior, so choose the variant aae.",
    ),
    (
        lambda c: _variant(c).imposes == "kl" and c.posterior != "gaussian",
        "A VAE's KL term needs the gaussian posterior, not the {c.posterior} one.",
    ),
    (
        lambda c: _variant(c).imposes != "kl" and c.beta != 1.0,
        "beta weighs the KL term of a VAE; the variant {c.variant} has none.",
    ),
    (
        lambda c: c.labels is not None and _variant(c).labels == "nowhere",
        "The variant {c.variant} uses no labels, so leave the number of labels open.",
    ),
    (
        lambda c: c.labels == 0 and c.variant in WITHOUT_LABELS,
        "The variant {c.variant} needs labels; without any, choose {instead}.",
    ),
    (
        lambda c: _by_regions(c) and c.prior.name not in WITH_REGIONS,
        f"Label information needs a prior with a region for each class, and the {{prior}} has none; choose "
        f"{' or '.join(WITH_REGIONS)}.",
    ),
    (
        lambda c: c.views > 1 and not _variant(c).categorical,
        "The variant {c.variant} infers no content, so a second view of an image would have no use.",
    ),
    (
        lambda c: (
            c.views > 1 and c.posterior == "deterministic" and not (c.input_shift or c.input_noise or c.input_dropout)
        ),
        "Without a shift, noise or dropped pixels, two views of an image are identical; set input_shift, input_noise or "
        "input_dropout, or leave views at 1.",
    ),
    (
        lambda c: c.network.normalise == "level" and not _variant(c).categorical,
        "The variant {c.variant} infers no content, so it has no logits to keep level; set network.normalise to batch.",
    ),
    (
        lambda c: c.content_decoded == "each" and not _variant(c).categorical,
        "The variant {c.variant} infers no content, so there are no contents to decode separately.",
    ),
    (
        lambda c: c.content_decoded == "each" and c.cost == "learned-variance",
        "The learned variance belongs to one reconstruction of each image, and separately decoded contents give several; "
        "set cost to squared-error or cross-entropy, or content_decoded to mixed.",
    ),
    (
        lambda c: c.content_smoothing and c.content_decoded != "each",
        "content_smoothing spreads the weight of contents that are decoded separately; set content_decoded to each, or "
        "leave it at 0.",
    ),
    (
        lambda c: tells_content(c) and _variant(c).merge == "none",
        "The variant {c.variant} has no content, so there is none that could be D's condition beside a style.",
    ),
    (
        lambda c: c.heads == "fixed" and _variant(c).merge != "add",
        "Heads belong to the variant reduction; the variant {c.variant} has none to fix.",
    ),
    (
        lambda c: not phases(c),
        "All learning rates are 0, so nothing would be trained; give one of them a value above 0.",
    ),
    (
        lambda c: c.target.measure == "none" and c.target.value is not None,
        "target.value gives a value to stop at, but not of which metric; set target.measure to one of "
        f"{', '.join(name for name in TARGETS if name != 'none')}.",
    ),
    (
        lambda c: c.target.measure != "none" and c.target.value is None,
        "The target {target} has no value at which to stop; set target.value.",
    ),
)

# Targets that are not measured during a training: the metrics, the condition, and why.
NEVER_MEASURED: tuple[tuple[tuple[str, ...], Callable[["Config"], object], str], ...] = (
    (
        ("reconstruction",),
        lambda c: "reconstruction" not in phases(c),
        "the reconstruction phase is left out",
    ),
    (
        ("mmd2", "holes"),
        lambda c: set(_variant(c).phases) & {"discrimination", "generation"} - set(phases(c)),
        "a phase that imposes the prior on the codes is left out",
    ),
    (
        ("error",),
        lambda c: not (taught(c) or _by_regions(c)),
        "the variant {c.variant} with these settings infers no class",
    ),
    (
        ("error",),
        lambda c: c.labels is None,
        "every label is given, so no training image is left to test it on; give fewer labels",
    ),
    (
        ("cluster_error",),
        lambda c: not _variant(c).categorical or taught(c),
        "the variant {c.variant} with these settings finds no clusters",
    ),
)


def check(c: "Config") -> None:
    """Refuse what cannot be meant, with a ConfigError that says why; a painting that cannot be read is refused as well."""
    _cells(c)
    words = {"c": c, "prior": PRIORS[c.prior.name].title, "target": TARGETS[c.target.measure]}
    words["instead"] = WITHOUT_LABELS.get(c.variant)
    for applies, sentence in REFUSED:
        if applies(c):
            raise ConfigError(sentence.format(**words))
    for metrics, applies, why in NEVER_MEASURED:
        if c.target.measure in metrics and applies(c):
            why = why.format(c=c)
            raise ConfigError(f"The {words['target']} cannot be a target here: {why}; choose another target.measure.")


def check_classes(c: "Config", classes: tuple[str, ...]) -> None:
    """ConfigError unless labels, regions of the prior and fixed heads fit data of those classes (none: no labels)."""
    if uses_labels(c) and len(classes) < 2:
        instead = f"choose {WITHOUT_LABELS[c.variant]}" if c.variant in WITHOUT_LABELS else "ask for 0 labels"
        raise ConfigError(f"The variant {c.variant} needs labels, and the data set {c.data} has no classes; {instead}.")
    if _by_regions(c) and c.prior.name == "painted":
        _check_parts(c, classes)
    elif _by_regions(c) and c.prior.components != len(classes):
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


def _check_parts(c, classes):
    """ConfigError unless each class has a part of the painting of its own."""
    if len(classes) > painting.CLASSES:
        raise ConfigError(
            f"A painting has parts for at most {painting.CLASSES} classes, and {c.data} has {len(classes)}; choose the "
            "mixture prior."
        )
    found = painting.parts(_cells(c))
    missing = [name for k, name in enumerate(classes) if k not in found]
    if missing:
        raise ConfigError(
            f"Label information gives each class of {c.data} a part of the painting, and {', '.join(missing)} has none; on "
            "the page Train, divide the painting among the classes or paint with that class."
        )
    if len(found) > len(classes):
        raise ConfigError(
            f"The painting has parts for more classes than the {len(classes)} of {c.data}; divide it among the classes again."
        )
