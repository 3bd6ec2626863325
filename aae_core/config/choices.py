"""What some settings can be, as rows: kinds of priors, targets of a training, and names."""

from dataclasses import dataclass

POSTERIORS = ("deterministic", "gaussian", "universal")
PASSES = ("strict", "shared")


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
WITH_REGIONS = ("mixture", "swiss-roll", "painted")

TARGETS = {  # metrics that can end a training, lower is better, and their names in sentences
    "none": "",
    "reconstruction": "reconstruction error",
    "mmd2": "distance to the prior (MMD²)",
    "holes": "share of holes",
    "error": "classification error",
    "cluster_error": "clustering error",
}
