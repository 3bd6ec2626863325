"""The choices of some settings: costs and posteriors, and the targets of a training. Kinds of priors are in `priors`."""

from collections.abc import Callable
from dataclasses import dataclass

from aae_core.plugins import ExtensibleTable

POSTERIORS = ("deterministic", "gaussian", "universal")
PASSES = ("strict", "shared")


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

TARGETS = {  # metrics that can end a training (lower is better), and their names in sentences
    "none": "",
    "reconstruction": "reconstruction error",
    "mmd2": "distance to the prior (MMD²)",
    "holes": "share of holes",
    "error": "classification error",
    "cluster_error": "clustering error",
}
COMPARABLE_METRICS = tuple(name for name in TARGETS if name != "none")  # by which a sweep can compare its points
