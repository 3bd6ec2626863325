"""The choices of some settings: costs, networks, posteriors and targets of a training. Kinds of priors are in `priors`."""

from collections.abc import Callable
from dataclasses import dataclass

from aae_core.plugins import ExtensibleTable

POSTERIORS = ("deterministic", "gaussian", "universal")
PASSES = ("strict", "shared")
ACTIVATION_NAMES = ("relu", "leaky-relu", "gelu", "silu", "elu", "tanh")


@dataclass(frozen=True)
class CostFacts:
    """What is known about a cost of the reconstruction. value: a plug-in's function of x and logits that gives N values; None for
    a built-in cost. like: the built-in cost with which it shares the kinds of data, the encoder's input and x̂; for a built-in
    cost its own name."""

    title: str
    like: str
    value: Callable | None = None


COSTS = ExtensibleTable(
    "cost",
    {
        name: CostFacts(title, name)
        for name, title in (
            ("squared-error", "Half squared error"),
            ("cross-entropy", "Cross-entropy"),
            ("learned-variance", "Squared error with learned variance"),
            ("poisson", "Poisson, for counts"),
            ("multinomial", "Multinomial, for counts"),
            ("categorical", "Categorical"),
            ("by-type", "By the type of each column"),
        )
    },
)


@dataclass(frozen=True)
class NetworkFacts:
    """What is known about a kind of networks. encoder, decoder, discriminator: a plug-in's functions of (shape, outputs,
    settings) that make these networks; None for the package's own. uses: the settings of `NetworkConfig` that affect them."""

    title: str
    uses: tuple[str, ...]
    encoder: Callable | None = None
    decoder: Callable | None = None
    discriminator: Callable | None = None


# The settings of `NetworkConfig` that the package's own fully connected networks use.
ENCODER_SETTINGS = ("hidden", "normalise", "activation", "dropout")
DECODER_SETTINGS = ("hidden", "decoder_hidden", "activation", "dropout")
DISCRIMINATOR_SETTINGS = ("discriminator",)
_DENSE_SETTINGS = tuple(dict.fromkeys(ENCODER_SETTINGS + DECODER_SETTINGS + DISCRIMINATOR_SETTINGS))
NETWORKS = ExtensibleTable(
    "network",
    {
        "mlp": NetworkFacts("Fully connected", _DENSE_SETTINGS),
        "pyramid": NetworkFacts("Convolutional", (*_DENSE_SETTINGS, "channels")),
        "conv": NetworkFacts("Convolutional, as in earlier versions", (*_DENSE_SETTINGS, "channels")),
    },
)

TARGETS = {  # metrics that can end a training (lower is better), and their names in sentences
    "none": "",
    "reconstruction": "reconstruction error",
    "mmd2": "distance to the prior (MMD²)",
    "holes": "share of holes",
    "error": "classification error",
    "cluster_error": "clustering error",
}
COMPARABLE_METRICS = tuple(name for name in TARGETS if name != "none")  # by which a sweep can compare its points
