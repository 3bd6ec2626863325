"""What some settings can be, as rows: kinds of priors and costs, targets of a training, and names."""

from collections.abc import Callable
from dataclasses import dataclass

from aae_core.plugins import Rows

POSTERIORS = ("deterministic", "gaussian", "universal")
PASSES = ("strict", "shared")


@dataclass(frozen=True)
class PriorFacts:
    """The facts about a prior that are known before it is built; `support` says where its density exists.

    uses: its settings beside the scale. factory: what makes a prior of the user's own; None for the package's.
    """

    title: str
    support: str  # "everywhere", "bounded" or "none"
    uses: tuple[str, ...] = ()
    factory: Callable | None = None


PRIORS = Rows(
    "prior",
    {
        "gaussian": PriorFacts("Gaussian", "everywhere"),
        "mixture": PriorFacts("Mixture of Gaussians", "everywhere", ("components",)),
        "swiss-roll": PriorFacts("Swiss roll", "none", ("components",)),
        "uniform": PriorFacts("Uniform", "bounded"),
        "gamma": PriorFacts("Gamma", "bounded", ("shape",)),
        "painted": PriorFacts("Painted", "bounded", ("painting",)),
    },
)


@dataclass(frozen=True)
class CostFacts:
    """A cost of the reconstruction. value: of one of the user's own, N values of x and logits; None for a built-in one. like: the
    built-in cost whose kinds of data, encoder input and x̂ this one shares; a built-in cost names itself."""

    title: str
    like: str
    value: Callable | None = None


COSTS = Rows(
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
WITH_REGIONS = ("mixture", "swiss-roll", "painted")

TARGETS = {  # metrics that can end a training, lower is better, and their names in sentences
    "none": "",
    "reconstruction": "reconstruction error",
    "mmd2": "distance to the prior (MMD²)",
    "holes": "share of holes",
    "error": "classification error",
    "cluster_error": "clustering error",
}
MEASURES = tuple(name for name in TARGETS if name != "none")  # by which a sweep can compare
