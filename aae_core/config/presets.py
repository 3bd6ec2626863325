"""The named starting points of a configuration, as rows of data."""

from collections.abc import Collection
from dataclasses import dataclass

from aae_core.config.variants import PHASES


@dataclass(frozen=True)
class Preset:
    """A named starting point: the settings in which it differs from the defaults."""

    title: str
    summary: str
    settings: dict


ADAM_RATES = {  # what a choice of Adam brings with it, unless a preset or the user gives another value
    "optimiser.reconstruction_rate": 1e-3,
    "optimiser.discrimination_rate": 2e-4,
    "optimiser.generation_rate": 2e-4,
    "optimiser.classification_rate": 1e-3,
    "optimiser.adversarial_momentum": 0.5,
}
# The settings, by dotted key, in which a variant starts differently from the defaults; chosen on held-out training images
# (docs/results/prior_fit.md, docs/results/frontier.md).
_ADAM = {"optimiser.kind": "adam", "optimiser.reconstruction_rate": 1e-3, "optimiser.clip": 0.0}
_VAE = {"posterior": "gaussian", "cost": "cross-entropy", **_ADAM}
VARIANT_SETTINGS = {
    "vae": _VAE,
    "wae-mmd": {"prior_weight": 10.0, **_ADAM},
    "sliced-wasserstein": {"prior_weight": 1.0, **_ADAM},
    "info-vae": {"prior_weight": 10.0, **_VAE},
    "ae": _ADAM,
}

_FEW_LABELS = {"variant": "semi-supervised", "labels": 100, "latent_dim": 5, "epochs": 50}
_PAPER = {"data": "mnist", "network.weights": "paper", "optimiser.clip": 0.0, "precision": "fp32"}

PRESETS = {
    "default": Preset(
        "Recommended start", "An AAE with a Gaussian prior in two dimensions: robust, and quick to train.", {}
    ),
    "mixture": Preset(
        "Ten petals",
        "A mixture of ten Gaussians as the prior; an adversary needs no KL term in closed form.",
        {"prior.name": "mixture"},
    ),
    "style": Preset(
        "Style and content",
        "The decoder is given the class, so the latent code keeps the style.",
        {"variant": "supervised"},
    ),
    "label-informed": Preset(
        "A region for each class",
        "D sees the label beside the code, so each class is pulled into its own petal.",
        {"variant": "label-informed", "prior.name": "mixture"},
    ),
    "semi-supervised": Preset(
        "Few labels",
        "A classifier that also infers the style: it learns the classes from a hundred labels, the rest from all images.",
        _FEW_LABELS,
    ),
    "plain-classifier": Preset(
        "Plain classifier",
        "The same hundred labels and networks, trained on the classification alone: the baseline for the adversaries.",
        {**_FEW_LABELS, **{f"optimiser.{phase}_rate": 0.0 for phase in PHASES if phase != "classification"}},
    ),
    "clusters": Preset(
        "Clusters without labels",
        "Sixteen contents without labels: the model finds the clusters by itself.",
        # without batch norm, only a few clusters come into use on the digits
        {"variant": "clustering", "latent_dim": 5, "network.normalise": "batch", "input_dropout": 0.2, "epochs": 30},
    ),
    "reduction": Preset(
        "Dimensionality reduction",
        "One head per class, learned from a hundred labels, and a small style around it: a map that shows the classes.",
        {"variant": "reduction", "labels": 100, "epochs": 50},
    ),
    "painted": Preset(
        "A shape of your own",
        "A painted prior: the codes take any shape that you paint on the plane, because D needs only samples of it.",
        # with gradient descent, or with wider networks, one of two blobs stays almost empty on the digits
        {
            "prior.name": "painted",
            "network.hidden": (400, 400),
            "network.discriminator": (400, 400),
            "optimiser.kind": "adam",
            "optimiser.reconstruction_rate": 1e-3,
            "optimiser.discrimination_rate": 2e-3,
            "optimiser.generation_rate": 5e-4,
            "optimiser.adversarial_momentum": 0.5,
            "epochs": 120,
        },
    ),
    "vae": Preset("VAE", "The same networks with a KL term instead of the adversary.", {"variant": "vae"}),
    "vae-learned-variance": Preset(
        "VAE with a learned variance",
        "Squared error with a learned variance, shared by all pixels, so that the KL term does not outweigh it.",
        {"variant": "vae", "cost": "learned-variance"},
    ),
    "images": Preset(
        "Colour and larger images",
        "Convolutional networks, and a latent code of many dimensions.",
        # without batch norm, the codes start far from the prior, and the adversary drives them into one point
        {
            "network.kind": "pyramid",
            "network.channels": (16, 32, 64, 128),
            "network.normalise": "batch",
            "network.hidden": (256,),
            "network.discriminator": (256, 256),
            "latent_dim": 16,
            "optimiser.kind": "adam",
            "optimiser.reconstruction_rate": 1e-3,
            "optimiser.discrimination_rate": 2e-4,
            "optimiser.generation_rate": 2e-4,
            "optimiser.adversarial_momentum": 0.5,
            "discriminator_noise": 0.3,
            "passes": "shared",
        },
    ),
    "paper": Preset("The paper's recipe", "MNIST in two dimensions with N(0, 0.01²) weights and no clipping.", _PAPER),
    "paper-likelihood": Preset(
        "The paper's likelihood model (§3)",
        "MNIST in eight dimensions under N(0, 5²), for a day of training.",
        {**_PAPER, "latent_dim": 8, "prior.scale": 5.0, "epochs": 2000},
    ),
}


def starting_settings(preset: str, variant: str | None = None, optimiser: str | None = None) -> dict:
    """The settings of a preset by dotted key, together with those of its variant, or of another `variant` if one is given; those
    of the preset take precedence. optimiser: its kind, if another one is chosen, which brings `recommend_rates`."""
    settings = PRESETS[preset].settings | ({"variant": variant} if variant else {})
    settings = VARIANT_SETTINGS.get(settings.get("variant"), {}) | settings
    if optimiser == "adam":
        settings = recommend_rates(preset, variant, ()) | settings
    return settings | ({"optimiser.kind": optimiser} if optimiser else {})


def recommend_rates(preset: str, variant: str | None, chosen_keys: Collection[str]) -> dict:
    """The ADAM_RATES that a choice of Adam brings, without those that the user chose or the preset names; {} where the preset or
    its variant has Adam itself."""
    settings = starting_settings(preset, variant)
    if settings.get("optimiser.kind") == "adam":
        return {}
    return {key: rate for key, rate in ADAM_RATES.items() if key not in chosen_keys and key not in settings}
