"""The measures by name, and how each is read; `evaluation` takes them. Needs no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """How to read one figure.

    better: "lower", "higher", "0.5" (nearest to it), "prior" (nearest to the prior's own) or "" (neither is better).
    range: lowest and highest possible value, None where there is no bound. noise: by what a training with another seed changes
    it, as a standard deviation a + b · value of the pair (a, b): of three seeds on MNIST, its 10,000 test images
    (docs/prior_fit.md, docs/results.md); None where that was not measured.
    """

    title: str
    better: str
    reading: str
    range: tuple[float | None, float | None]
    noise: tuple[float, float] | None = None


# fmt: off
MEASURES = {
    "reconstruction": Measure(
        "Reconstruction error", "lower",
        "Half the squared difference between an image and its reconstruction, summed over pixels: 0 is a perfect copy.",
        (0.0, None), noise=(0.0, 0.013),
    ),
    "reconstruction_bce": Measure(
        "Reconstruction cross-entropy", "lower",
        "The cost this revision was trained on, in nats an image; grey pixels keep it above 0 even for a perfect copy.",
        (0.0, None), noise=(0.0, 0.009),
    ),
    "error": Measure(
        "Classification error", "lower",
        "Share of the test images whose likeliest class is wrong: 0.02 is two in a hundred. Before the training is over, of "
        "training images whose labels it was not given.",
        (0.0, 1.0), noise=(0.0, 0.13),
    ),
    "calibration_error": Measure(
        "Calibration error", "lower",
        "How far the classifier's certainty and its share of right answers are apart: at 0, of images called 90 % sure, "
        "90 % are right.",
        (0.0, 1.0),
    ),
    "region_accuracy": Measure(
        "Codes in their class's region", "higher",
        "Share of the codes that lie nearest the component, or on the piece of the roll, that belongs to their class.",
        (0.0, 1.0),
    ),
    "cluster_error": Measure(
        "Clustering error", "lower",
        "Each cluster is named by the one image it is surest of, as in the paper; the share of other images then named wrongly: "
        "of test images, once the training is over.",
        (0.0, 1.0), noise=(0.0, 0.37),
    ),
    "cluster_error_majority": Measure(
        "Clustering error, by majority", "lower",
        "The same, each cluster named by the commonest class in it; the paper counts otherwise.",
        (0.0, 1.0),
    ),
    "cluster_error_matching": Measure(
        "Clustering error, one to one", "lower",
        "The same, each class given to one cluster at most (Hungarian matching): more clusters than classes then cost.",
        (0.0, 1.0),
    ),
    "nmi": Measure(
        "Clusters and classes, NMI", "higher",
        "How much the cluster tells of the class and the class of the cluster: 0 nothing, 1 all. No cluster needs a name.",
        (0.0, 1.0),
    ),
    "ari": Measure(
        "Clusters and classes, ARI", "higher",
        "How often pairs of images are together, or apart, in both clusters and classes: 0 as by chance, 1 always.",
        (-0.5, 1.0),
    ),
    "contents_in_use": Measure(
        "Contents in use", "",
        "How many classes or clusters the images are spread over; fewer than there are, and some have gone out of use.",
        (1.0, None),
    ),
    "discriminator_accuracy": Measure(
        "D's accuracy", "0.5",
        "How often D tells codes from prior samples: at 0.5 it can only guess, which is the aim; at 1 it never errs.",
        (0.0, 1.0), noise=(0.016, 0.0),
    ),
    "fresh_accuracy": Measure(
        "Codes told from prior samples, by a fresh classifier", "0.5",
        "How often a classifier that was not D, taught on half of the codes and as many prior samples, tells the others apart: "
        "at 0.5 it cannot, which is the aim. D judges by what it last learnt; this one by what there is to see.",
        (0.0, 1.0),
    ),
    "mmd2": Measure(
        "Distance to the prior (MMD²)", "lower",
        "0.000: no difference from the prior beyond what chance leaves in a sample, which is estimated as slightly above or "
        "below 0 and shown as 0; 0.001 is very close, and above 0.01 the eye sees the difference.",
        (0.0, 2.0), noise=(0.0004, 0.25),
    ),
    "js": Measure(
        "Distance to the prior (Jensen–Shannon)", "lower",
        "0: both fill the plane alike; 1: they never meet. Chance alone gives 0.01 at 10,000 codes and 0.15 at 400.",
        (0.0, 1.0), noise=(0.004, 0.18),
    ),
    "holes": Measure(
        "Holes", "lower",
        "Share of the prior with no code near, where the decoder has never practised; chance alone leaves 0.01.",
        (0.0, 1.0), noise=(0.0, 0.25),
    ),
    "code_mean": Measure(
        "Mean of the codes", "prior",
        "The middle of the codes, one number a dimension; it should be near the prior's, for a Gaussian 0.",
        (None, None), noise=(0.08, 0.0),
    ),
    "code_std": Measure(
        "Spread of the codes", "prior",
        "Standard deviation of the codes, one number a dimension; it should be the prior's, for a Gaussian its scale.",
        (0.0, None), noise=(0.06, 0.0),
    ),
    "knn_accuracy": Measure(
        "5-NN accuracy in z", "higher",
        "How often the five nearest training codes vote for the right class: high means that classes lie apart in z.",
        (0.0, 1.0), noise=(0.012, 0.0),
    ),
    "swap_agreement": Measure(
        "Agreement after a swap", "higher",
        "How often a classifier that never saw the model reads the intended class from a decoded image.",
        (0.0, 1.0),
    ),
    "judge_error": Measure(
        "Error of the classifier that judges swaps", "",
        "Share of real test images that this classifier gets wrong: no swap can be expected to agree with it more often.",
        (0.0, 1.0),
    ),
    "content_from_style": Measure(
        "Class read from the style", "lower",
        "How often a classifier guesses the class from the style z alone: best at chance, one in as many as there are classes.",
        (0.0, 1.0),
    ),
    "chance": Measure(
        "Class guessed by chance", "",
        "How often naming the commonest class would be right: the class read from the style is to come down to this.",
        (0.0, 1.0),
    ),
    "mig": Measure(
        "Mutual-information gap", "higher",
        "How far each true factor has one dimension of z to itself: 1, each has; 0, several share each, or none holds any.",
        (0.0, 1.0),
    ),
    "kl": Measure(
        "KL of the posterior", "",
        "What a code tells of its image beyond the prior, in nats: at 0 all images would share one cloud of codes.",
        (0.0, None),
    ),
    "active_units": Measure(
        "Active units", "",
        "Dimensions of z whose mean changes with the image (variance above 0.01 of the prior's); the others carry nothing.",
        (0.0, None),
    ),
    "log_likelihood": Measure(
        "Parzen log-likelihood", "higher",
        "In nats, as the paper tabulates it. It says little of a model in many dimensions; compare it with real images' own.",
        (None, None),
    ),
    "standard_error": Measure("Standard error", "", "Of the mean over the test images, in nats.", (0.0, None)),
    "sigma": Measure(
        "Width σ of the Parzen window", "",
        "Chosen on training images held back for this: the width at which they are likeliest under the samples. The model "
        "learnt from them too; no test image had a say.",
        (0.0, None),
    ),
    "grid": Measure(
        "Widths tried", "", "The smallest and the largest width among which σ was chosen: it lies between them.", (0.0, None)
    ),
    "samples": Measure("Samples of the model", "", "How many stand for it in the Parzen window.", (2.0, None)),
    "training_images": Measure(
        "Parzen log-likelihood of real images", "",
        "The same with real training images in the samples' place: a model beyond it has not thereby understood more.",
        (None, None),
    ),
    "real_images": Measure(
        "Real images in the samples' place", "",
        "How many: fewer of them than samples of the model flatter the model.",
        (2.0, None),
    ),
    "k_means": Measure(
        "Parzen log-likelihood of centroids", "",
        "The same with k-means centroids of training images in the samples' place: blurred averages, and yet they score well.",
        (None, None),
    ),
    "centroids": Measure(
        "Centroids in the samples' place", "",
        "How many: fewer of them than samples of the model flatter the model.",
        (1.0, None),
    ),
}
# fmt: on


def as_shown(key: str, value):
    """A figure as pages and commands show it: an unbiased estimate of what cannot be negative may come out slightly below 0,
    and is shown as 0. Lists, None and figures that are no measure stay as they are."""
    low = MEASURES[key].range[0] if key in MEASURES else None
    return low if low is not None and isinstance(value, float) and value < low else value
