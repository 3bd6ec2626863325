"""Which settings have a meaning given the others, and which combinations are refused, with a sentence that says why."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter

from aae_core.config import painting, plugin_priors
from aae_core.config.choices import COMPARABLE_METRICS, COSTS, NETWORKS, TARGETS
from aae_core.config.derived import (
    content_names,
    labels_teach_content,
    prior_cost_weights,
    trained_phases,
    uses_labels,
    uses_plugin_networks,
)
from aae_core.config.priors import PRIORS, PRIORS_WITH_REGIONS
from aae_core.config.settings import Settings
from aae_core.config.variants import VARIANTS, Variant
from aae_core.errors import ConfigError
from aae_core.wording import class_count_in_words

MAX_PAIRED_IMAGES = 4_000  # images in a mini-batch, at most, if all of its pairs are compared
MAX_SEPARATE_CODES = 100_000  # codes that a step decodes, at most, if each content is decoded separately
TABLE_COSTS = ("poisson", "multinomial", "categorical", "by-type")  # costs that are only for tables
FEATURE_KINDS_OF_COST = {  # cost -> the kinds of features that it is for; a cost that is not listed is for all kinds
    "cross-entropy": ("binary", "category"),
    "poisson": ("count", "binary"),
    "multinomial": ("count", "binary"),
    "categorical": ("category",),
}
UNLABELLED_ALTERNATIVES = {  # variant -> the variant to choose instead when no image has a label
    "supervised": "the variant aae",
    "label-informed": "the variant aae",
    "semi-supervised": "the variant clustering",
}


def _is_input_altered(get) -> bool:
    return any(get(f"input_{alteration}") for alteration in ("shift", "affine", "noise", "dropout"))


def _has_two_comparable_views(get, row):
    return row.has_comparable_views(get("prior.name")) and get("views") == 2


def _is_used_by_networks(name, get) -> bool:
    """Whether a setting of `NetworkConfig` has an effect on networks of the chosen kind."""
    return name in NETWORKS[get("network.kind")].uses


def _can_share_passes(get):
    """Whether reconstruction, discrimination and generation are computed from one pass (`machine.strict_passes_reason`)."""
    has_learning_rates = get("optimiser.reconstruction_rate") > 0 and get("optimiser.discrimination_rate") > 0
    return get("passes") == "shared" and get("second_view") == "altered" and has_learning_rates


_ADVERSARIAL = (
    "discriminator_noise", "discriminator_penalty", "discriminator_steps", "passes",
    "optimiser.discrimination_rate", "optimiser.adversarial_momentum",
)  # fmt: skip
# For each setting whether it has a meaning, as a function of get(key), the value of any setting, and the row of the variant.
# Settings that are not listed always have one.
MEANINGFUL: dict[str, Callable[[Callable, Variant], bool]] = {
    "prior.components": lambda get, row: "components" in PRIORS[get("prior.name")].uses,
    "prior.shape": lambda get, row: "shape" in PRIORS[get("prior.name")].uses,
    "prior.painting": lambda get, row: "painting" in PRIORS[get("prior.name")].uses,
    "labels": lambda get, row: row.labels != "nowhere",
    "clusters": lambda get, row: row.categorical and not row.labels_teach_content(get("labels")),
    "heads": lambda get, row: row.merge == "add",
    "separation": lambda get, row: row.merge == "add" and get("heads") == "learned",
    "posterior": lambda get, row: (
        "kl" not in row.prior_losses
    ),  # that of a VAE is always gaussian, as `configure` sets it
    "beta": lambda get, row: row.prior_losses == ("kl",),
    "prior_weight": lambda get, row: bool({"mmd", "sliced"} & set(row.prior_losses)),
    "alpha": lambda get, row: row.prior_losses == ("kl", "mmd"),
    "projections": lambda get, row: "sliced" in row.prior_losses,
    "target.value": lambda get, row: get("target.measure") != "none",
    "network.hidden": lambda get, row: _is_used_by_networks("hidden", get),
    "network.decoder_hidden": lambda get, row: _is_used_by_networks("decoder_hidden", get),
    "network.channels": lambda get, row: _is_used_by_networks("channels", get),
    "network.discriminator": lambda get, row: row.has_adversary and _is_used_by_networks("discriminator", get),
    "network.normalise": lambda get, row: _is_used_by_networks("normalise", get),
    "network.activation": lambda get, row: _is_used_by_networks("activation", get),
    "network.dropout": lambda get, row: _is_used_by_networks("dropout", get),
    "network.noise_dim": lambda get, row: get("posterior") == "universal" and "kl" not in row.prior_losses,
    **dict.fromkeys(_ADVERSARIAL, lambda get, row: row.has_adversary),
    "optimiser.generation_rate": lambda get, row: row.has_adversary and get("optimiser.generation_weight") is None,
    "optimiser.generation_weight": lambda get, row: row.has_adversary and _can_share_passes(get),
    "optimiser.classification_rate": lambda get, row: row.labels_teach_content(get("labels")),
    "views": lambda get, row: row.has_comparable_views(get("prior.name")),
    "view_agreement": _has_two_comparable_views,
    "even_until": lambda get, row: _has_two_comparable_views(get, row) and get("view_agreement") > 0,
    "second_view": lambda get, row: _has_two_comparable_views(get, row) and row.has_adversary,
    "content_decoded": lambda get, row: row.categorical,
    "content_smoothing": lambda get, row: row.categorical and get("content_decoded") == "each",
    "clean_from": lambda get, row: _is_input_altered(get),
    "discriminator_told": lambda get, row: row.merge != "none",
}
# Of the settings above, those that are refused if they have no meaning and not their default, and why; of the others posterior,
# views, second_view and view_agreement are checked below, and the rest are ignored.
REFUSED_IF_MEANINGLESS = {
    "beta": "beta weighs the KL term of a VAE; the variant {variant}{kl}.",
    "prior_weight": "prior_weight weighs MMD² or the sliced Wasserstein distance; the variant {variant} has neither.",
    "alpha": "alpha divides the weight between InfoVAE's KL term and its MMD²; the variant {variant} has only one of them or "
    "neither.",
    "optimiser.generation_weight": "optimiser.generation_weight weighs the encoder's cost against D in a pass that the phases "
    "share; choose a variant with a D, passes shared, second_view altered, and learning rates of reconstruction and "
    "discrimination above 0, or leave the weight open.",
    "projections": "projections belong to the sliced Wasserstein distance; the variant {variant} has none.",
    "labels": "The variant {variant} uses no labels, so leave the number of labels open.",
    "clean_from": "The encoder sees its inputs as they are from the beginning; leave clean_from open, or set input_shift, "
    "input_affine, input_noise or input_dropout.",
    "even_until": "even_until ends a part of the agreement of two views on an inferred content or a component of the mixture; "
    "set views to 2 and view_agreement above 0 where there is one, or leave even_until open.",
    "content_decoded": "The variant {variant} infers no content, so there are no contents to decode separately.",
    "content_smoothing": "content_smoothing spreads the weight of inferred contents that are decoded separately; leave it at 0, "
    "or set content_decoded to each with a variant that infers a content.",
    "discriminator_told": "The variant {variant} has no content, so there is none that could be D's condition beside a style.",
    "network.decoder_hidden": "The networks {network} do not use network.decoder_hidden; leave it at none.",
    "network.normalise": "The networks {network} do not use network.normalise; leave it at none.",
    "network.activation": "The networks {network} do not use network.activation; leave it at relu.",
    "network.dropout": "The networks {network} do not use network.dropout; leave it at 0.",
    "heads": "Heads belong to the variant reduction; the variant {variant} has none to fix.",
    "target.value": "target.value gives a value to stop at, but not of which metric; set target.measure to one of "
    f"{', '.join(COMPARABLE_METRICS)}.",
}


def is_setting_applicable(key: str, get: Callable) -> bool:
    """Whether a setting has a meaning given the others, whose values `get(key)` returns."""
    return key not in MEANINGFUL or MEANINGFUL[key](get, VARIANTS[get("variant")])


def check_combination(config: Settings) -> None:
    """ConfigError, with the reason, for a combination of settings that makes no sense, and for a painting that cannot be read."""
    _raise_first(_combination_refusals(config))


def check_data(config: Settings, classes: tuple[str, ...], features=None) -> None:
    """ConfigError unless labels, regions of the prior and fixed heads fit data with these classes (() without labels), and cost
    and networks fit its images or, given their `Features`, its rows."""
    _raise_first(_data_refusals(config, classes, features))


def _raise_first(refusals):
    """Raise a ConfigError with the first of some sentences, if there is one."""
    sentence = next(refusals, None)
    if sentence is not None:
        raise ConfigError(sentence)


def _combination_refusals(config) -> Iterator[str]:
    """Why a configuration is refused, the most important reason first."""
    yield from _prior_refusals(config)
    kl_remark = "'s KL term is weighed by alpha" if "kl" in VARIANTS[config.variant].prior_losses else " has none"
    for key, reason in REFUSED_IF_MEANINGLESS.items():
        is_default = attrgetter(key)(config) == attrgetter(key)(type(config))
        if not is_default and not is_setting_applicable(key, lambda setting_key: attrgetter(setting_key)(config)):
            yield reason.format(variant=config.variant, kl=kl_remark, network=config.network.kind)
    weights = prior_cost_weights(config)
    if min(weights.values(), default=0) < 0:
        yield (
            f"The weight of InfoVAE's MMD², α + λ − 1, would be {weights['mmd']:g}, which drives the codes away from the "
            f"prior; set prior_weight to {1 - config.alpha:.12g} or more."
        )
    if "mmd" in VARIANTS[config.variant].prior_losses and config.batch_size > MAX_PAIRED_IMAGES:
        yield (
            f"MMD² compares all pairs in a mini-batch, and one of {config.batch_size:,} has too many for the memory; set "
            f"batch_size to {MAX_PAIRED_IMAGES:,} or less."
        )
    yield from _view_and_content_refusals(config)
    if not trained_phases(config):
        yield (
            f"Nothing would be trained, since the learning rates of all phases of the variant {config.variant} are 0; set "
            f"optimiser.{VARIANTS[config.variant].phases[0]}_rate above 0."
        )
    if config.target.measure != "none" and config.target.value is None:
        yield f"The target {TARGETS[config.target.measure]} has no value at which to stop; set target.value."
    if config.patience is not None and "reconstruction" not in trained_phases(config):
        yield (
            "patience watches the reconstruction error, and the reconstruction phase is left out; leave patience open, or set "
            "optimiser.reconstruction_rate above 0."
        )
    if config.precision == "bf16" and uses_plugin_networks(config):
        yield f"The networks {config.network.kind} are a plug-in's, which are computed in fp32; set precision to auto or fp32."
    for reason in never_measured_reasons(config, config.target.measure):
        yield f"The {TARGETS[config.target.measure]} cannot be a target here: {reason}; choose another target.measure."


def _prior_refusals(config) -> Iterator[str]:
    """Why the prior is refused for this number of dimensions or this variant, or the variant for a lack of labels."""
    variant, prior, cells = (
        VARIANTS[config.variant],
        PRIORS[config.prior.name],
        painting.parse_painting(config.prior.painting),
    )
    dimensions_error = prior.dimensions_error(config.latent_dim)
    if dimensions_error:
        yield dimensions_error
    if prior.factory:
        reason = plugin_priors.unusable_prior_reason(config.prior, config.latent_dim)
        if reason:
            yield reason
    if config.prior.name == "painted" and not any(cells):
        yield "Nothing is painted, so there is no prior to impose on the codes; paint a shape or choose a ready one."
    if config.prior.name == "painted" and variant.labels == "discriminator" and painting.count_unclassed_cells(cells):
        yield (
            "Label information needs a class for every part of the painting, and some of it has none; on the page "
            "Train, divide the painting among the classes or paint with a class."
        )
    if "kl" in variant.prior_losses and prior.support == "none":
        yield (
            f"A VAE needs the density of its prior for the KL term, and a {prior.title} prior has none; "
            "an adversarial autoencoder needs only samples of it, so choose the variant aae."
        )
    if "kl" in variant.prior_losses and prior.support == "bounded":
        yield (
            f"A VAE's Gaussian posterior reaches beyond the edge of a {config.prior.name} prior, where the KL term is "
            "infinite; an adversarial autoencoder needs only samples of the prior, so choose the variant aae."
        )
    if "kl" in variant.prior_losses and config.posterior != "gaussian":
        yield f"A VAE's KL term needs the gaussian posterior, not the {config.posterior} one."
    if config.labels == 0 and config.variant in UNLABELLED_ALTERNATIVES:
        alternative = UNLABELLED_ALTERNATIVES[config.variant]
        yield f"The variant {config.variant} needs labels; without any, choose {alternative} and leave labels open."
    if variant.labels == "discriminator" and config.prior.name not in PRIORS_WITH_REGIONS:
        yield (
            f"Label information needs a prior with a region for each class, and the {prior.title} has none; "
            f"choose {' or '.join(PRIORS_WITH_REGIONS)}."
        )


def _view_and_content_refusals(config) -> Iterator[str]:
    """Why the settings of views, or of inferred and decoded contents, are refused."""
    variant = VARIANTS[config.variant]
    has_comparable_views = variant.has_comparable_views(config.prior.name) and (
        variant.categorical or config.view_agreement
    )
    if config.views > 1 and not has_comparable_views:
        alternative_text = ""
        if variant.has_prior:
            alternative_text = (
                ", or set prior.name to mixture, whose components stand in for contents, and view_agreement above 0"
            )
        yield (
            f"The variant {config.variant} infers no content, so two views of an input have nothing to agree on; leave views at 1"
            f"{alternative_text}."
        )
    if config.second_view == "unaltered" and not variant.has_adversary:
        yield (
            "With second_view unaltered the codes of the inputs as they are must be judged by D, which the variant "
            f"{config.variant} lacks; leave it at altered."
        )
    if config.views > 1 and config.posterior == "deterministic" and not _is_input_altered(partial(getattr, config)):
        yield (
            "Without a shift, a linear map, noise or dropped pixels, two views of an input are identical; set input_shift, "
            "input_affine, input_noise or input_dropout, or leave views at 1."
        )
    has_reconstructed_pair = config.views == 2 and "reconstruction" in trained_phases(config)
    if config.second_view == "unaltered" and not has_reconstructed_pair:
        yield (
            "second_view says how the reconstruction sees the second of two views of an input; set views to 2 and "
            "optimiser.reconstruction_rate above 0, or leave it at altered."
        )
    if config.view_agreement and not has_reconstructed_pair:
        yield (
            "view_agreement compares two views of an input beside the reconstruction; set views to 2 and "
            "optimiser.reconstruction_rate above 0, or leave it at 0."
        )
    if config.network.normalise == "level" and not variant.categorical:
        yield (
            f"The variant {config.variant} infers no content, so it has no logits to keep level; set network.normalise to "
            "batch."
        )
    if config.content_decoded == "each" and COSTS[config.cost].like == "learned-variance":
        yield (
            "The learned variance belongs to one reconstruction of each input, and separately decoded contents give "
            "several; set cost to squared-error or cross-entropy, or content_decoded to mixed."
        )


def never_measured_reasons(config: Settings, metric: str) -> Iterator[str]:
    """Why one of TARGETS is never measured during a training with this configuration, as clauses."""
    variant = VARIANTS[config.variant]
    if metric == "reconstruction" and "reconstruction" not in trained_phases(config):
        yield "the reconstruction phase is left out"
    if metric in ("mmd2", "holes") and set(variant.phases) & {"discrimination", "generation"} - set(
        trained_phases(config)
    ):
        yield "a phase that imposes the prior on the codes is left out"
    if metric == "error" and not labels_teach_content(config) and variant.labels != "discriminator":
        yield f"the variant {config.variant} with these settings has no classifier q(y|x)"
    if metric == "error" and config.labels is None:
        yield "every label is given, so nothing in the training data is left to test it on; give fewer labels"
    if metric == "cluster_error" and (not variant.categorical or labels_teach_content(config)):
        yield f"the variant {config.variant} with these settings finds no clusters"


def _data_refusals(config, classes, features) -> Iterator[str]:
    """Why a configuration is refused for data with these classes, for images, or for rows with these features."""
    by_regions, n_contents = VARIANTS[config.variant].labels == "discriminator", len(content_names(config, classes))
    if uses_labels(config) and len(classes) < 2:
        other_variant = UNLABELLED_ALTERNATIVES.get(config.variant)
        alternative_text = f"choose {other_variant} and leave labels open" if other_variant else "ask for 0 labels"
        class_count = class_count_in_words(len(classes))
        labels_text = "labels of two or more classes" if classes else "labels"
        yield (
            f"The variant {config.variant} needs {labels_text}, and the data set {config.data} has {class_count}; "
            f"{alternative_text}."
        )
    if by_regions and config.prior.name == "painted":
        yield from _painting_refusals(config, classes)
    elif by_regions and config.prior.components != len(classes):
        yield (
            f"Label information gives each class a region of the prior, so prior.components must be {len(classes)}, "
            f"the number of classes of {config.data}, not {config.prior.components}."
        )
    if config.target.measure == "cluster_error" and len(classes) < 2:
        yield (
            f"The clustering error needs classes to compare with, and {config.data} has {class_count_in_words(len(classes))}; "
            "choose another target."
        )
    if config.heads == "fixed" and config.latent_dim != n_contents:
        yield (
            f"Fixed heads lie on one axis each, so latent_dim must be {n_contents}, one for each content, not "
            f"{config.latent_dim}."
        )
    if config.content_decoded == "each" and config.batch_size * n_contents > MAX_SEPARATE_CODES:
        yield (
            f"A mini-batch of {config.batch_size:,} decoded with each of {n_contents:,} contents needs too much memory; "
            f"set batch_size to {MAX_SEPARATE_CODES // n_contents:,} or less, or content_decoded to mixed."
        )
    builtin_cost = COSTS[config.cost].like
    allowed_kinds = FEATURE_KINDS_OF_COST.get(builtin_cost)
    if features is None:
        if builtin_cost in TABLE_COSTS:
            yield (
                f"The cost {config.cost} is for the rows of a table, and {config.data} holds images; choose squared-error, "
                "cross-entropy or learned-variance."
            )
        return
    unfit_names = []
    if allowed_kinds:
        unfit_names = [
            name for name, kind in zip(features.names, features.kinds, strict=True) if kind not in allowed_kinds
        ]
    if unfit_names:
        examples = ", ".join(unfit_names[:3])
        if len(unfit_names) > 3:
            examples += ", …"
        yield (
            f"The cost {config.cost} is for {' and '.join(allowed_kinds)} features, and {config.data} has others "
            f"({examples}); choose by-type, which treats each by its type, or squared-error."
        )
    if config.network.kind in ("pyramid", "conv"):
        yield f"{config.data} is a table, in which columns have no neighbours to convolve; set network.kind to mlp."
    if config.augment == "on":
        yield f"{config.data} is a table, whose rows cannot be mirrored or moved; leave augment off."
    if config.input_shift:
        yield f"{config.data} is a table, whose rows cannot be shifted; leave input_shift at 0."
    if config.input_affine:
        yield f"{config.data} is a table, whose rows cannot be rotated or slanted; leave input_affine at 0."


def _painting_refusals(config, classes) -> Iterator[str]:
    """Why a painting is refused as a prior with a part for each class."""
    painted_classes = painting.classes_in_painting(painting.parse_painting(config.prior.painting))
    if len(classes) > painting.MAX_CLASSES:
        yield (
            f"A painting has parts for at most {painting.MAX_CLASSES} classes, and {config.data} has {len(classes)}; choose the "
            "mixture prior."
        )
    unpainted_classes = [name for k, name in enumerate(classes) if k not in painted_classes]
    if unpainted_classes:
        yield (
            f"Label information gives each class of {config.data} a part of the painting, and {', '.join(unpainted_classes)} has "
            "none; on the page Train, divide the painting among the classes or paint with that class."
        )
    if len(painted_classes) > len(classes):
        yield (
            f"The painting has parts for more classes than the {len(classes)} of {config.data}; divide it among the classes "
            "again."
        )
