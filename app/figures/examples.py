"""The examples, the revisions in `checkpoints/gallery`, as pages name them: title, data, and what there is to see."""

from dataclasses import dataclass, replace

from app.translation.texts import mark, translate

FRONTIER_LINE = mark("Nets, data and number of steps as the others of Which one? Compare it with them there.")


@dataclass(frozen=True)
class Example:
    """title, data: in words that need no explanation; line: what there is to see; is_frontier: whether it is one of the models
    of the page Which one?"""

    title: str
    data: str
    line: str
    is_frontier: bool = False


def _digits(title, line):
    return Example(title, mark("MNIST digits"), line)


def _frontier_model(title):
    return Example(title, mark("MNIST digits, 5 epochs"), FRONTIER_LINE, is_frontier=True)


# By the end of a revision's id, the part behind its variant and data; in the order of the gallery.
EXAMPLES = {
    "dca989": _digits(
        mark("Adversarial autoencoder, ten petals"),
        mark("A petal for each digit: drag along one, and the handwriting changes while the digit stays."),
    ),
    "b9032e": _digits(
        mark("Adversarial autoencoder, Swiss roll"),
        mark("All digits on one spiral: drag along it, from 0 to 9 without a gap."),
    ),
    "5686f2": _digits(
        mark("Adversarial autoencoder"),
        mark("One round cloud without holes: between any two digits there is something that looks like a digit."),
    ),
    "319b77": _digits(
        mark("Map of the classes, 1,000 labels"),
        mark("An island for each digit, although only 1,000 images had a label."),
    ),
    "2b2cc9": _digits(
        mark("Supervised adversarial autoencoder"),
        mark("The decoder is told the digit, so the plane holds the handwriting alone: slant and thickness."),
    ),
    "4e9a0f": _digits(
        mark("Semi-supervised adversarial autoencoder, 100 labels"),
        mark("A classifier from 100 labels. Swap style and content on the page Style and content."),
    ),
    "03ca91": _digits(
        mark("Clustering adversarial autoencoder, 16 clusters"),
        mark("Trained without any label. Look on the page Clusters at the groups that it found."),
    ),
    "f39ce1": _digits(
        mark("Variational autoencoder"),
        mark("A KL term takes the place of D. Compare how its codes fill the same prior."),
    ),
    "f8def0": _digits(
        mark("Variational autoencoder, learned variance"),
        mark("The squared error is its cost, as for the adversarial autoencoder beside it."),
    ),
    "4efb17": _digits(
        mark("Plain autoencoder"),
        mark("No prior: nothing determines where the codes lie. Find the holes between them."),
    ),
    "3f9bf0": Example(
        mark("Adversarial autoencoder"),
        mark("Fashion-MNIST"),
        mark("Clothes, shoes and bags on one plane. Which kinds lie side by side, and which overlap?"),
    ),
    "91ba6c": Example(
        mark("Variational autoencoder"),
        mark("Fashion-MNIST"),
        mark("The same clothes with a KL term in place of D. Compare how its codes fill the same prior."),
    ),
    "42954e": Example(
        mark("Adversarial autoencoder"),
        mark("colour glyphs"),
        mark("Drawn shapes whose size, place and colour are known. Follow a direction, and one of them changes."),
    ),
    "b98c91": Example(
        mark("Supervised adversarial autoencoder"),
        mark("colour glyphs"),
        mark("The decoder is told the shape. Which of the other factors can be read from the code?"),
    ),
    "cd90f3": _digits(
        mark("Semi-supervised adversarial autoencoder, 1,000 labels"),
        mark("Ten times as many labels as its neighbour with 100. See on the page Classify what they add."),
    ),
    "3b1f28": _digits(
        mark("Semi-supervised adversarial autoencoder, 1,000 labels, D told nothing"),
        mark("D is not told the content, as in the paper, and the style keeps the class."),
    ),
    "cc2acb": _digits(
        mark("Plain classifier, 100 labels"),
        mark("The same encoder, from its labels alone: what do the unlabelled images add?"),
    ),
    "2587d1": _digits(
        mark("Plain classifier, 1,000 labels"),
        mark("The same encoder, from its labels alone: what do the unlabelled images add?"),
    ),
    "fb915d": _frontier_model(mark("Adversarial autoencoder")),
    "d5b961": _frontier_model(mark("Adversarial autoencoder, Gaussian posterior")),
    "e3674c": _frontier_model(mark("Adversarial autoencoder, gradient descent")),
    "4b1812": _frontier_model(mark("Variational autoencoder")),
    "9a7062": _frontier_model(mark("Variational autoencoder, learned σ")),
    "88d72f": _frontier_model(mark("β-VAE")),
    "4fc12b": _frontier_model(mark("WAE-MMD")),
    "2e0372": _frontier_model(mark("Sliced Wasserstein")),
    "24377c": _frontier_model(mark("InfoVAE")),
    "5b4fbc": _frontier_model(mark("Plain autoencoder")),
}


def find_example(summary) -> Example | None:
    """The description of a summary's revision, in the current language; None if it is none of the examples above."""
    example = EXAMPLES.get(summary.id.rpartition("-")[2]) if summary.gallery else None
    if example is None:
        return None
    return replace(example, title=translate(example.title), data=translate(example.data), line=translate(example.line))


def sort_examples(summaries: list) -> list:
    """The summaries of the examples in the order of the gallery; those without a description come last."""
    places = {end: place for place, end in enumerate(EXAMPLES)}
    return sorted(
        (summary for summary in summaries if summary.gallery),
        key=lambda summary: places.get(summary.id.rpartition("-")[2], len(places)),
    )


def is_frontier_model(summary) -> bool:
    """Whether a summary is of one of the models of the page Which one?"""
    example = find_example(summary)
    return example is not None and example.is_frontier
