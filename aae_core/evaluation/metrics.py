"""The metrics by name, and how each is to be read; other modules of `evaluation` compute them. This one does not import
torch."""

from dataclasses import dataclass, replace

import numpy as np

from aae_core.wording import adapt_image_words

# The protocols that `protocols.evaluate` accepts.
PROTOCOLS = (
    "reconstruction", "prior-fit", "swap-agreement", "classification", "clustering", "style-content",
    "disentanglement", "sample-quality", "iw-bound", "likelihood", "all",
)  # fmt: skip


@dataclass(frozen=True)
class Metric:
    """How to read one metric.

    better: which value is better: "lower", "higher", "0.5" (the nearest to 0.5), "prior" (the nearest to the prior's own), or ""
    if neither is. range: the lowest and highest possible value, None where there is no bound. noise: a pair (a, b) if the metric
    varies with the seed of the training by a standard deviation of a + b · value, measured with three seeds on MNIST's 10,000
    test images (docs/results/prior_fit.md); None if that was not measured. row_reading: how to read it of a table, if
    not as of images.
    """

    title: str
    better: str
    reading: str
    range: tuple[float | None, float | None] = (0.0, 1.0)
    noise: tuple[float, float] | None = None
    row_reading: str = ""

    @property
    def short_title(self) -> str:
        """The title without what stands in parentheses."""
        return self.title.partition(" (")[0]

    def worded_for(self, is_table: bool) -> "Metric":
        """The same with title and reading for data of this kind, images or the rows of a table."""
        if not is_table:
            return self
        reading = self.row_reading or adapt_image_words(self.reading, is_table)
        return replace(self, title=adapt_image_words(self.title, is_table), reading=reading)


# the end of each reading that compares codes with the prior
WITHOUT_PRIOR = "An autoencoder has no prior: its codes are compared with the one in its settings, for reference only."

# fmt: off
METRICS = {
    "reconstruction": Metric(
        "Reconstruction error", "lower",
        "Half the squared difference between an image and its reconstruction, summed over pixels: 0 is a perfect copy.",
        (0.0, None), noise=(0.0, 0.013),
        row_reading="Half the squared difference between a row and its reconstruction, summed over the features, each in its "
        "standard deviations: 0 is a perfect copy.",
    ),
    "reconstruction_bce": Metric(
        "Reconstruction cross-entropy", "lower",
        "The cost this revision was trained on, in nats per image; grey pixels keep it above 0 even for a perfect copy.",
        (0.0, None), noise=(0.0, 0.009), row_reading="The cost this revision was trained on, in nats per row.",
    ),
    "reconstruction_nats": Metric(
        "Reconstruction cost", "lower",
        "The cost this revision was trained on, per image; of counts and categories, the nats of −log p(x|z).",
        (None, None),
    ),
    "error": Metric(
        "Classification error", "lower",
        "Share of the test images that are misclassified: 0.02 is two in a hundred. Until the training ends, it is measured on "
        "training images whose labels were not given.",
        noise=(0.0, 0.13),
    ),
    "calibration_error": Metric(
        "Calibration error", "lower",
        "How far the classifier's confidence differs from its accuracy: at 0, of the images predicted with 90 % confidence, "
        "90 % are correct.",
    ),
    "region_accuracy": Metric(
        "Codes in their class's region", "higher",
        "Share of the codes whose most probable component, or nearest piece of the roll or the painting, is that of their class.",
    ),
    "cluster_error": Metric(
        "Clustering error", "lower",
        "Each cluster gets the label of one image, the most confident of all training images, as in the paper; the error is "
        "the share of the test images that are then labelled wrongly. A single image can decide about a whole cluster: read it "
        "beside the error by majority. Up to version 1.5, 10,000 drawn training images named the clusters.",
        noise=(0.0, 0.37),
    ),
    "cluster_error_majority": Metric(
        "Clustering error, by majority", "lower",
        "The same, but each cluster gets the most common class of its training images, which no single image decides; the paper "
        "does not count this way.",
    ),
    "cluster_error_matching": Metric(
        "Clustering error, one to one", "lower",
        "The same, but each class is given to at most one cluster (Hungarian matching), so clusters beyond the number of classes "
        "count as errors.",
    ),
    "nmi": Metric(
        "Clusters and classes, NMI", "higher",
        "How much the cluster and the class say about each other: 0 nothing, 1 everything. No cluster needs a label.",
    ),
    "ari": Metric(
        "Clusters and classes, ARI", "higher",
        "How often two images are together, or apart, in both clusters and classes: 0 as often as by chance, 1 always.",
        (-0.5, 1.0),
    ),
    "contents_in_use": Metric(
        "Contents in use", "",
        "The effective number of classes or clusters that the images are spread over: their number if all are equally frequent, "
        "less if some are rare or unused.",
        (1.0, None),
    ),
    "discriminator_accuracy": Metric(
        "D's accuracy", "0.5",
        "How often D tells codes from prior samples: at 0.5 it can only guess, which is the aim; at 1 it never errs.",
        noise=(0.016, 0.0),
    ),
    "fresh_accuracy": Metric(
        "Accuracy of a fresh classifier in D's place", "0.5",
        "How often a new classifier, trained on half of the codes and as many prior samples, tells the other half apart: at 0.5 "
        "it can only guess, which is the aim. D may lag behind the codes; this classifier is trained on the present ones. "
        + WITHOUT_PRIOR,
        noise=(0.011, 0.0),
    ),
    "mmd2": Metric(
        "Distance to the prior (MMD²)", "lower",
        "0: no difference that its kernels see beyond sampling error (an estimate slightly below 0 is shown as 0); 0.001: very "
        "close, unless the prior is as thin as the Swiss roll, for which see the fresh classifier and the holes; "
        "above 0.01: a difference that is visible in two dimensions (in eight, a shift or a gap has about a fifth of that). "
        + WITHOUT_PRIOR,
        (0.0, 2.0), noise=(0.0004, 0.25),
    ),
    "js": Metric(
        "Distance to the prior (Jensen–Shannon)", "lower",
        "0: both fill the plane alike; 1: they do not overlap. Chance alone gives 0.01 at 10,000 codes and 0.15 at 400. "
        + WITHOUT_PRIOR,
        noise=(0.004, 0.18),
    ),
    "holes": Metric(
        "Holes", "lower",
        "Share of the prior with no code nearby, where the decoder was never trained; 0.01 is expected by chance. "
        + WITHOUT_PRIOR,
        noise=(0.0, 0.25),
    ),
    "code_mean": Metric(
        "Mean of the codes", "prior",
        "The mean of the codes in each dimension; it should be near the prior's, which is 0 for a Gaussian.",
        (None, None), noise=(0.08, 0.0),
    ),
    "code_std": Metric(
        "Spread of the codes", "prior",
        "The standard deviation of the codes in each dimension; it should be near the prior's, which is the scale of a Gaussian.",
        (0.0, None), noise=(0.06, 0.0),
    ),
    "knn_accuracy": Metric(
        "5-NN accuracy in z", "higher",
        "How often the five nearest training codes vote for the right class; high means that classes are separated in z.",
        noise=(0.012, 0.0),
    ),
    "swap_agreement": Metric(
        "Agreement after a swap", "higher",
        "How often a classifier that never saw the model reads the intended class from a decoded image.",
    ),
    "judge_error": Metric(
        "Error of the classifier that judges swaps", "",
        "Share of real test images that this classifier gets wrong. Decoded images are often clearer than real ones, so the "
        "agreement after a swap can be above 1 minus this error.",
    ),
    "content_from_style": Metric(
        "Class read from the style", "lower",
        "How often a classifier predicts the class from the style z alone; it is best at the level of chance.",
    ),
    "chance": Metric(
        "Class guessed by chance", "",
        "How often always predicting the most common class would be right; the class should be read from the style no "
        "better than this.",
    ),
    "mig": Metric(
        "Mutual-information gap", "higher",
        "How far each true factor is encoded in one dimension of z alone: 1, every factor is; 0, several dimensions share each "
        "factor, or none encodes it.",
    ),
    "sap": Metric(
        "Separated attribute predictability", "higher",
        "How much better the best dimension of z alone predicts each true factor, by a line, than the next best: 1, it is "
        "the factor and no other knows of it; 0, two know as much.",
    ),
    "disentanglement": Metric(
        "Disentanglement (DCI)", "higher",
        "How far each dimension of z serves to tell one true factor alone: 1, one; 0, all of them alike.",
    ),
    "completeness": Metric(
        "Completeness (DCI)", "higher",
        "How far each true factor is told by one dimension of z alone: 1, by one; 0, by all of them alike.",
    ),
    "informativeness": Metric(
        "Informativeness (DCI)", "higher",
        "How well a forest of regression trees tells the true factors from the whole of z: the mean R², 1 without error.",
    ),
    "precision": Metric(
        "Precision of the samples", "higher",
        "Share of the model's samples that look like real images: to a classifier they lie as near to one as its third nearest "
        "neighbour does. Low: many look like none.",
    ),
    "recall": Metric(
        "Recall of the samples", "higher",
        "Share of the real images that look like samples, likewise. Low: kinds of images are missing; but samples that scatter "
        "widely raise it, so read it beside the coverage.",
    ),
    "density": Metric(
        "Density of the samples", "higher",
        "How many real images a sample looks like, as a multiple of what a real image does: near 0, like none; 1, like real "
        "ones; above 1, the samples crowd round typical images.",
        (0.0, None),
    ),
    "coverage": Metric(
        "Coverage of the samples", "higher",
        "Share of the real images that have a sample nearer to them than their fifth nearest neighbour. Other real images "
        "reach about 0.95; low: kinds of images are missing.",
    ),
    "frechet": Metric(
        "Fréchet distance of the samples", "lower",
        "How far the samples are from real images in mean and spread, to a classifier: 0, alike; 1, as far as if all had the "
        "mean of their features. It compares models of one data set, and is not the usual FID.",
        (0.0, None),
    ),
    "kl": Metric(
        "KL of the posterior", "",
        "The mean of KL(q(z|x) ‖ p(z)), in nats: what a code says about its image, plus how far q(z) is from the prior; at 0 the "
        "posterior of every image is the prior.",
        (0.0, None),
    ),
    "active_units": Metric(
        "Active units", "",
        "Dimensions of z whose mean varies with the image (variance above 0.01 of the prior's); the others are unused.",
        (0.0, None),
    ),
    "iw_bound": Metric(
        "Importance-weighted bound", "higher",
        "In nats: log p(x) of the test images is at least this, on average; the more draws of the posterior, the closer. Compare "
        "it only between models with the same cost.",
        (None, None),
    ),
    "elbo": Metric(
        "Evidence lower bound", "higher",
        "The bound with a single draw, all constants included: what a VAE with β = 1 raises.", (None, None)
    ),
    "draws": Metric("Draws of the posterior", "", "The number of them, k, for each image.", (1.0, None)),
    "log_likelihood": Metric(
        "Parzen log-likelihood", "higher",
        "In nats, as in the paper's table. It says little about a model in many dimensions; compare it with that of real images.",
        (None, None),
    ),
    "standard_error": Metric("Standard error", "", "The standard error of the mean over the test images, in nats.", (0.0, None)),
    "sigma": Metric(
        "Width σ of the Parzen window", "",
        "The width at which training images held back for this are most likely under the samples. The model was trained on them, "
        "too; no test image was used.",
        (0.0, None),
    ),
    "grid": Metric(
        "Widths tried", "", "The smallest and the largest width among which σ was chosen.", (0.0, None)
    ),
    "samples": Metric("Samples of the model", "", "The number of samples in the Parzen window.", (2.0, None)),
    "training_images": Metric(
        "Parzen log-likelihood of real images", "",
        "The same with real training images in the samples' place: a model that exceeds it is not better for that.",
        (None, None),
    ),
    "real_images": Metric(
        "Real images in the samples' place", "",
        "The number of them; if it is smaller than the number of samples of the model, the comparison favours the model.",
        (2.0, None),
    ),
    "k_means": Metric(
        "Parzen log-likelihood of centroids", "",
        "The same with k-means centroids of training images in the samples' place: blurred averages that still score well.",
        (None, None),
    ),
    "centroids": Metric(
        "Centroids in the samples' place", "",
        "The number of them; if it is smaller than the number of samples of the model, the comparison favours the model.",
        (1.0, None),
    ),
}
# fmt: on


def metric_name_and_value(key: str, value) -> tuple:
    """The name in METRICS, and the value under that name, of a protocol's figure `key`; only two figures of the
    protocol swap-agreement are renamed, and of these the accuracy of the classifier becomes its error."""
    if key == "classifier_accuracy":
        return "judge_error", None if value is None else 1 - value
    if key == "agreement":
        return "swap_agreement", value
    return key, value


def displayed_value(key: str, value):
    """A figure as pages and commands show it. An unbiased estimate of a metric that cannot be negative may be slightly
    below 0 and is shown as 0; lists, None and figures that are not metrics stay as they are."""
    lowest_value = METRICS[key].range[0] if key in METRICS else None
    if lowest_value is not None and isinstance(value, float) and value < lowest_value:
        return lowest_value
    return value


def distance_to_aim(value, aim: str, prior_value=None) -> float:
    """How far a value is from the aim that `Metric.better` names, and for "prior" from the prior's value `prior_value`.
    Only the order of two such numbers has a meaning."""
    if aim == "prior":
        return float(np.linalg.norm(np.subtract(value, prior_value)))
    if aim == "0.5":
        return abs(value - 0.5)
    return value if aim == "lower" else -value


def perplexity(counts) -> float:
    """The perplexity of K counts or probabilities, exp of their entropy, from 1 to K: the effective number of parts in
    use."""
    from scipy.special import entr

    return float(np.exp(entr(np.asarray(counts) / np.sum(counts)).sum()))
