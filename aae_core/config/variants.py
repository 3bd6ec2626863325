"""The models of the paper, and those they are compared with, as rows of data.

A variant states only what distinguishes one model from another; prior, posterior, networks, cost and optimiser are independent
fields of the configuration. A new variant is a new row; nothing is subclassed.
"""

from dataclasses import dataclass

PHASES = ("reconstruction", "discrimination", "generation", "classification")


@dataclass(frozen=True)
class Variant:
    """One model. section: where the paper describes it, or else the publication that proposed it.

    labels: where labels enter, "nowhere", "decoder", "discriminator" or "classifier".
    merge: how the decoder combines content y and style z, "none", "concatenate" ([y, z]) or "add" (y·W_C + z, §7).
    prior_losses: what imposes the prior p(z) on q(z): "adversary", or the costs on the codes "kl", "mmd" and "sliced"
        (`derived.prior_cost_weights`), or nothing.
    categorical: whether the encoder also infers the content, q(y|x) = softmax (§5), which a D of its own matches to Cat(1/K).
    """

    name: str
    title: str
    section: str
    summary: str
    labels: str = "nowhere"
    merge: str = "none"
    prior_losses: tuple[str, ...] = ("adversary",)
    categorical: bool = False

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases of one step, in the paper's order (§2; §5 adds the classification)."""
        phases = ["reconstruction"]
        if self.has_adversary:
            phases += ["discrimination", "generation"]
        if self.labels == "classifier":
            phases.append("classification")
        return tuple(phases)

    @property
    def has_prior(self) -> bool:
        """Whether a prior is imposed on the codes; otherwise the settings of the prior have no effect on the model."""
        return bool(self.prior_losses)

    @property
    def has_adversary(self) -> bool:
        """Whether a discriminator D imposes the prior on the codes."""
        return "adversary" in self.prior_losses

    @property
    def required_of_prior(self) -> tuple[str, ...]:
        """What the training requires of the prior: "samples", "density", both or nothing."""
        requirements = []
        if set(self.prior_losses) - {"kl"}:
            requirements.append("samples")
        if "kl" in self.prior_losses:
            requirements.append("density")
        return tuple(requirements)

    def labels_teach_content(self, n_labels: int | None) -> bool:
        """Whether this number of labels (None: all) teaches the inferred content (§5). With 0 labels, a dimensionality reduction
        finds clusters instead (§7)."""
        return self.labels == "classifier" and n_labels != 0

    def has_comparable_views(self, prior: str) -> bool:
        """Whether two views of an image have something to agree on: an inferred content, or a component of the mixture prior."""
        return self.categorical or (self.has_prior and prior == "mixture")

    @property
    def has_content(self) -> bool:
        """Whether the decoder takes a content y besides the style z."""
        return self.merge == "concatenate"


VARIANTS = {
    row.name: row
    for row in (
        Variant(
            "aae",
            "Adversarial autoencoder",
            "§2",
            "A discriminator on the codes pulls q(z) towards the prior; it needs only samples of the prior.",
        ),
        Variant(
            "label-informed",
            "Label-informed adversarial autoencoder",
            "§2.3",
            "D sees each code beside its label, so every class is pulled into its own region of the prior.",
            labels="discriminator",
        ),
        Variant(
            "supervised",
            "Supervised adversarial autoencoder",
            "§4",
            "The decoder is given the class as a condition, so the code z need not carry it and can keep the rest: the style.",
            labels="decoder",
            merge="concatenate",
        ),
        Variant(
            "semi-supervised",
            "Semi-supervised adversarial autoencoder",
            "§5",
            "The encoder infers class y and style z; few labels teach it the classes, all images teach it the rest.",
            labels="classifier",
            merge="concatenate",
            categorical=True,
        ),
        Variant(
            "clustering",
            "Clustering adversarial autoencoder",
            "§6",
            "Like the semi-supervised variant, but without labels: y is the number of a cluster that the model finds.",
            merge="concatenate",
            categorical=True,
        ),
        Variant(
            "reduction",
            "Adversarial autoencoder for reduction",
            "§7",
            "A head for each class or cluster, plus a small style: together they are the low-dimensional code that is plotted.",
            labels="classifier",
            merge="add",
            categorical=True,
        ),
        Variant(
            "vae",
            "Variational autoencoder",
            "§2.1",
            "A Gaussian posterior and a KL term pull q(z|x) towards the prior; the prior's density must be known.",
            prior_losses=("kl",),
        ),
        Variant(
            "wae-mmd",
            "WAE with MMD",
            "Tolstikhin et al. 2018",
            "The kernel distance MMD² between the codes of a mini-batch and as many samples of the prior pulls q(z) towards it.",
            prior_losses=("mmd",),
        ),
        Variant(
            "sliced-wasserstein",
            "Sliced Wasserstein autoencoder",
            "Kolouri et al. 2018",
            "Along random directions, the codes of a mini-batch are sorted and pulled to as many sorted samples of the prior.",
            prior_losses=("sliced",),
        ),
        Variant(
            "info-vae",
            "InfoVAE",
            "Zhao et al. 2019",
            "A VAE with the kernel distance MMD² beside, or in place of, its KL term, so that codes say more about their images.",
            prior_losses=("kl", "mmd"),
        ),
        Variant(
            "ae",
            "Autoencoder",
            "§2",
            "Reconstruction alone: nothing imposes a prior, so the codes can lie anywhere and leave holes.",
            prior_losses=(),
        ),
    )
}
