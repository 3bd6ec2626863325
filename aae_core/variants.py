"""The paper's models as rows of data.

A variant says only what distinguishes one model from the next; prior, posterior, networks, cost and optimiser are
orthogonal fields of the configuration. A new variant is a new row: nothing here is subclassed.

On paper, the rows still to come fit the same columns:
`label-informed` (§2.3) labels="discriminator"; `semi-supervised` (§5) categorical, labels="classifier",
merge="concatenate"; `clustering` (§6) categorical, merge="concatenate"; `reduction` (§7) categorical, merge="add".
"""

from dataclasses import dataclass

PHASES = ("reconstruction", "discrimination", "generation")


@dataclass(frozen=True)
class Variant:
    """One model of the paper.

    labels: where the labels enter, "nowhere" or "decoder".
    merge:  how content y and style z meet in the decoder, "none" or "concatenate".
    imposes: what draws q(z) onto the prior p(z): "nothing", "adversary" or "kl".
    """

    name: str
    title: str
    section: str
    summary: str
    labels: str
    merge: str
    imposes: str

    @property
    def phases(self) -> tuple[str, ...]:
        """The phases of one step, in the paper's order."""
        return PHASES if self.imposes == "adversary" else PHASES[:1]

    @property
    def has_content(self) -> bool:
        """Whether the decoder takes a content part y beside the style z."""
        return self.merge != "none"


VARIANTS = {
    row.name: row
    for row in (
        Variant(
            "aae",
            "Adversarial autoencoder",
            "§2",
            "A discriminator on the codes draws q(z) onto the prior; samples of the prior are all it needs.",
            labels="nowhere",
            merge="none",
            imposes="adversary",
        ),
        Variant(
            "supervised",
            "Supervised adversarial autoencoder",
            "§4",
            "The decoder is told the class, so the code z keeps only what the class does not say: the style.",
            labels="decoder",
            merge="concatenate",
            imposes="adversary",
        ),
        Variant(
            "vae",
            "Variational autoencoder",
            "§2.1",
            "A Gaussian posterior and a KL term draw q(z|x) towards the prior; the prior's density must be known.",
            labels="nowhere",
            merge="none",
            imposes="kl",
        ),
        Variant(
            "ae",
            "Autoencoder",
            "§2",
            "Reconstruction alone: nothing imposes a prior, so the codes go where they like and leave holes.",
            labels="nowhere",
            merge="none",
            imposes="nothing",
        ),
    )
}
