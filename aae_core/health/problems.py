"""The problems that a training can have, with one rule for each: the evidence, the cause, and the setting that usually
fixes it.

Each rule takes a `RecentMetrics`, which holds everything it may look at, and returns a `Finding` or None; `RULES` lists
them. The thresholds were chosen by experiment (tests/aae_core/health/test_health.py): healthy trainings stay within
them (the gallery, the presets for small images on digits, and one of these on glyphs, with small networks), and a
training that was provoked to have the problem does not. A training may cross a threshold for a while and still end
well: the preset `images`, made for larger images, needs more than its 20 epochs on digits. This module does not import
torch.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config import painting
from aae_core.config.choices import COSTS
from aae_core.config.configuration import Config
from aae_core.config.derived import evenness_weight, labels_teach_content, trained_phases
from aae_core.config.variants import VARIANTS
from aae_core.data import columns
from aae_core.evaluation.metrics import perplexity
from aae_core.health import remedies
from aae_core.health.remedies import Remedy
from aae_core.wording import join_sentences, mark, translate

# D's loss relative to guessing: below, D wins clearly; above, it is worse than guessing
D_WINS_BELOW, D_LOSES_ABOVE = 0.65, 1.3
UNANSWERED_LOSS = 1.6  # the encoder's loss relative to that against a guessing D: above, it does not respond to D
FAR_MMD2 = 0.1  # MMD² above which the codes clearly miss the prior; healthy adversarial trainings end below 0.06
REPORTED_MMD2 = 0.02  # MMD² from which a difference from the prior is reported: twice that from which it is visible
COLLAPSED_SPREAD = 0.25  # standard deviation of the codes, relative to the prior's, below which they have collapsed
OFF_CENTRE_DISTANCE = 0.75  # distance between the means of codes and prior, in standard deviations of the prior
WIDE_SPREAD = 2.0  # standard deviation of the codes, relative to the prior's, above which they are too wide
IS_STUCK = {  # by cost: whether a loss is hardly below the first one (other costs stay high because of grey pixels or counts)
    "squared-error": lambda loss, first_loss: loss > 0.9 * first_loss,
    # nats: a log-density has no zero, so differences count
    "learned-variance": lambda loss, first_loss: loss > first_loss - 3,
}
FEW_CONTENTS_SHARE = 0.5  # share of the contents in use, below which they are few
EMPTY_MODE_SHARE = 0.1  # codes of a mode, as a share of the expected number, below which it is empty
MIN_EXPECTED_CODES = 20  # expected codes of a mode, below which emptiness may be chance
# Of a painted prior: a code lies outside if no painted cell is within so many cells' widths, and so large a share of the codes
# outside is reported. On digits the preset `painted` leaves 16 % outside its thin ring, 5 % outside a letter and .5 % outside two
# blobs; default settings leave 34 % outside the ring, and 7 % outside two blobs, which is healthy.
OUTSIDE_CELLS, OUTSIDE_SHARE = 2.0, 0.25
# intrinsic dimension of the codes relative to that of the prior's samples, below which they are a sheet
SHEET_DIMENSION_SHARE = 1 / 3
MIN_LARGE_LATENT_DIM = 4  # dimensions below which a latent space is never too large
# neighbours, and least and most codes, from which a dimension is estimated
N_NEIGHBOURS, MIN_CODES, MAX_CODES = 20, 200, 600


@dataclass(frozen=True)
class Finding:
    """One problem of a training.

    title: a marked text, in English, which is translated where it is shown. The other texts are in the reader's language.
    evidence: what was observed, with the numbers. reason: the cause. setting, value: the dotted key of the setting that
    usually fixes it, and its new value; None if no setting does, but a change of the data. advice: the same in words.
    severity: "severe" if nothing useful is learned, else "mild".
    """

    key: str
    title: str
    evidence: str
    reason: str
    setting: str | None
    value: float | int | str | None
    advice: str
    severity: str


@dataclass(frozen=True)
class RecentMetrics:
    """The input of the rules.

    losses: the mean of each phase's loss over the last rows. first_losses: the losses of the first row, {} if it was
    logged late. measures: those of the last rows, at most three, oldest first. codes: z of the probe set N×d, None if
    missing or if they are not what the prior is imposed on (in a dimensionality reduction). prior_samples: samples of
    the prior, M×d or None. n_contents: the number of values of y. labels: of the probe set, −1 where unlabelled, or
    None. length_setting: the setting that ends the training, "steps", "epochs" or "minutes". has_images: False if the
    data are the rows of a table. epoch: that of the last row. indistinct_columns: as `Features.indistinct` of a table.
    """

    config: Config
    losses: dict[str, float]
    first_losses: dict[str, float]
    measures: list[dict]
    codes: np.ndarray | None
    prior_samples: np.ndarray | None
    n_contents: int
    labels: np.ndarray | None
    length_setting: str
    has_images: bool
    epoch: float
    indistinct_columns: tuple[str, ...]

    def min_of(self, key: str) -> float | None:
        """The smallest of the latest values of a metric; None if there are none."""
        return min(self._values(key), default=None)

    def max_of(self, key: str) -> float | None:
        """The largest of the latest values of a metric; None if there are none."""
        return max(self._values(key), default=None)

    def _values(self, key):
        return [metrics[key] for metrics in self.measures if isinstance(metrics.get(key), int | float)]

    @property
    def guessing_losses(self) -> tuple[float, float]:
        """The losses of D and of the encoder against a guessing D (§2), summed over D and, if there is one, D_y
        (§5)."""
        count = 2 if VARIANTS[self.config.variant].categorical else 1
        return count * 2 * math.log(2), count * math.log(2)

    @property
    def prior_loss_names(self) -> tuple[str, ...]:
        return VARIANTS[self.config.variant].prior_losses

    def prior_deviations(self) -> np.ndarray:
        """The prior's standard deviation in each dimension, d, if there are draws."""
        return self.prior_samples.std(0)

    def recent_vectors(self, key: str) -> list[np.ndarray]:
        """The latest values, d each and oldest first, of a metric with a value for each dimension of the code."""
        return [np.array(metrics[key]) for metrics in self.measures if metrics.get(key)]


def _make_finding(key, title, evidence, reason, remedy: Remedy, severity="mild"):
    value = f"{remedy.value:g}" if isinstance(remedy.value, float) else remedy.value
    advice = translate(remedy.purpose, setting=remedy.setting, value=value)
    return Finding(key, title, evidence, reason, remedy.setting, remedy.value, advice, severity)


def find_strong_discriminator(recent: RecentMetrics) -> Finding | None:
    """D easily distinguishes codes from samples, and the encoder cannot respond."""
    if "discrimination" not in recent.losses:
        return None
    d_loss, encoder_loss = recent.losses["discrimination"], recent.losses.get("generation")
    accuracy = recent.min_of("discriminator_accuracy")
    guessing_d_loss, guessing_encoder_loss = recent.guessing_losses
    is_d_winning = d_loss < D_WINS_BELOW * guessing_d_loss and (
        encoder_loss is None or encoder_loss > UNANSWERED_LOSS * guessing_encoder_loss
    )
    if not is_d_winning or (accuracy is not None and accuracy < 0.7):
        return None
    sentences = [
        translate(
            "D's loss is {loss}; guessing would give {guessing_loss}.",
            loss=f"{d_loss:.2f}",
            guessing_loss=f"{guessing_d_loss:.2f}",
        )
    ]
    if encoder_loss is None:
        reason = translate("The encoder's learning rate against D is 0, so nothing pulls q(z) towards the prior.")
    else:
        encoder_sentence = translate(
            "The encoder's loss against D is {loss} instead of {guessing_loss}.",
            loss=f"{encoder_loss:.2f}",
            guessing_loss=f"{guessing_encoder_loss:.2f}",
        )
        sentences.append(encoder_sentence)
        reason = translate(
            "D learns faster than the encoder can answer it, so the codes do not come nearer to the prior."
        )
    if accuracy is not None:
        sentences.append(translate("D's accuracy is {percent} %.", percent=f"{100 * accuracy:.0f}"))
    return _make_finding(
        "d-too-strong",
        mark("D is too strong"),
        join_sentences(*sentences),
        reason,
        remedies.for_strong_discriminator(recent.config),
        "severe",
    )


def find_weak_discriminator(recent: RecentMetrics) -> Finding | None:
    """The codes are far from the prior, and D does not notice."""
    d_loss, mmd2 = recent.losses.get("discrimination"), recent.min_of("mmd2")
    guessing_d_loss, _ = recent.guessing_losses
    if d_loss is None or mmd2 is None or d_loss < D_LOSES_ABOVE * guessing_d_loss or mmd2 < FAR_MMD2:
        return None
    evidence = translate(
        "The codes are far from the prior (MMD² {mmd2}), but D's loss is {loss}, above the {guessing_loss} of guessing.",
        mmd2=f"{mmd2:.2g}",
        loss=f"{d_loss:.2f}",
        guessing_loss=f"{guessing_d_loss:.2f}",
    )
    reason = translate(
        "D lags behind the codes: it judges where they were, so it pushes the encoder in the wrong direction."
    )
    return _make_finding(
        "d-too-weak", mark("D is too weak"), evidence, reason, remedies.for_weak_discriminator(recent.config), "severe"
    )


def find_collapsed_codes(recent: RecentMetrics) -> Finding | None:
    """All images have nearly the same code."""
    if recent.prior_samples is None:
        return None
    spreads = _code_deviations_relative_to_prior(recent)
    if spreads is None or spreads.max() >= COLLAPSED_SPREAD:
        return None
    evidence = translate(
        "In every dimension, the codes of different images spread over at most {percent} % of the prior's width.",
        percent=f"{100 * spreads.max():.2g}",
    )
    if "kl" in recent.prior_loss_names:
        reason = translate(
            "The KL term outweighs the reconstruction, so the posterior of every image equals the prior."
        )
    elif recent.config.prior.scale > remedies.REACHABLE_SCALES[1]:
        reason = translate(
            "The prior is so wide that the encoder reaches only a small part of it at these learning rates."
        )
    elif VARIANTS[recent.config.variant].has_adversary and "generation" not in trained_phases(recent.config):
        reason = translate("The encoder's learning rate against D is 0, so nothing spreads the codes.")
    else:
        reason = translate(
            "The encoder gives every image nearly the same code, so the decoder learns only the mean image."
        )
    return _make_finding(
        "collapsed",
        mark("The codes collapsed"),
        evidence,
        reason,
        remedies.for_collapsed_codes(recent.config, recent.has_images),
        "severe",
    )


def _code_deviations_relative_to_prior(recent):
    """The standard deviation of the codes in each dimension relative to the prior's, d; of the representative codes if
    known, else the widest of those measured lately, None if there are none."""
    if recent.codes is not None:
        return recent.codes.std(0) / recent.prior_deviations()
    spreads = [std / recent.prior_deviations() for std in recent.recent_vectors("code_std")]
    return max(spreads, key=np.max, default=None)


def find_unused_dimensions(recent: RecentMetrics) -> Finding | None:
    """In some dimensions, but not all, the KL term keeps the posterior equal to the prior."""
    if (
        "kl" not in recent.prior_loss_names or recent.prior_samples is None or recent.codes is None
    ):  # drawn codes would spread as the prior does
        return None
    n_unused = int((_code_deviations_relative_to_prior(recent) < COLLAPSED_SPREAD).sum())
    latent_dim = recent.config.latent_dim
    if not 0 < n_unused < latent_dim:
        return None
    evidence = translate(
        "In {n_unused} of {n_dimensions} dimensions, the means of q(z|x) of different images spread over less than {percent} % "
        "of the prior's width.",
        n_unused=n_unused,
        n_dimensions=latent_dim,
        percent=f"{100 * COLLAPSED_SPREAD:.0f}",
    )
    reason = translate(
        "In these dimensions the KL term costs more than the reconstruction gains, so the posterior equals the prior."
    )
    remedy = remedies.for_unused_dimensions(recent.config, latent_dim - n_unused, recent.has_images)
    return _make_finding("dimensions-unused", mark("Some latent dimensions are unused"), evidence, reason, remedy)


def find_off_centre_codes(recent: RecentMetrics) -> Finding | None:
    """The mean of the codes stays away from the prior's."""
    means = recent.recent_vectors("code_mean")
    if recent.prior_samples is None or not means:
        return None
    distances = [np.abs(mean - recent.prior_samples.mean(0)) / recent.prior_deviations() for mean in means]
    if min(distance.max() for distance in distances) < OFF_CENTRE_DISTANCE:
        return None
    j = int(distances[-1].argmax())
    evidence = translate(
        "In dimension {number} of z, the mean of the codes is {codes_mean} and that of the prior {prior_mean}, {distance} "
        "standard deviations of the prior apart.",
        number=j + 1,
        codes_mean=f"{means[-1][j]:.2f}",
        prior_mean=f"{recent.prior_samples.mean(0)[j]:.2f}",
        distance=f"{distances[-1][j]:.1f}",
    )
    reason = translate(
        "The pull towards the prior is too weak beside the reconstruction, which does not depend on where the codes lie."
    )
    return _make_finding(
        "off-centre",
        mark("The codes are off-centre"),
        evidence,
        reason,
        remedies.for_distant_codes(recent.config, recent.length_setting),
    )


def find_diverging_scale(recent: RecentMetrics) -> Finding | None:
    """The codes spread far beyond the prior, and the spread does not shrink."""
    stds = recent.recent_vectors("code_std")
    if recent.prior_samples is None or not stds:
        return None
    spreads = [float((std / recent.prior_deviations()).max()) for std in stds]
    if min(spreads) < WIDE_SPREAD or spreads[-1] < 0.9 * spreads[0]:
        return None
    evidence = translate(
        "The codes spread {factor} times as wide as the prior, and their spread does not shrink.",
        factor=f"{spreads[-1]:.1f}",
    )
    reason = translate("Codes far from each other are easier to decode, and the pull towards the prior is too weak.")
    return _make_finding(
        "scale",
        mark("The scale of the codes diverges"),
        evidence,
        reason,
        remedies.for_distant_codes(recent.config, recent.length_setting),
    )


def find_stalled_reconstruction(recent: RecentMetrics) -> Finding | None:
    """The reconstruction is hardly better than at the start."""
    last_loss, first_loss = recent.losses.get("reconstruction"), recent.first_losses.get("reconstruction")
    is_stuck = IS_STUCK.get(COSTS[recent.config.cost].like, lambda last_loss, first_loss: last_loss > 0.97 * first_loss)
    if last_loss is None or not first_loss or not is_stuck(last_loss, first_loss):
        return None
    evidence = translate(
        "The reconstruction loss started at {first_loss} and is now {last_loss}.",
        first_loss=f"{first_loss:.4g}",
        last_loss=f"{last_loss:.4g}",
    )
    if remedies.is_reconstruction_rate_too_high(recent.config):
        reason = translate("The steps are so large that they overshoot the minimum, so nothing learned is kept.")
    else:
        reason = translate("The steps are too small, or too little of the gradient reaches the first layers.")
    return _make_finding(
        "stalled",
        mark("The training has stalled"),
        evidence,
        reason,
        remedies.for_stalled_reconstruction(recent.config),
        "severe",
    )


def find_large_latent_space(recent: RecentMetrics) -> Finding | None:
    """The codes of a deterministic encoder form a thin sheet in a space of many dimensions."""
    config, mmd2 = recent.config, recent.min_of("mmd2")
    is_candidate = (
        config.posterior == "deterministic" and recent.prior_loss_names and config.latent_dim >= MIN_LARGE_LATENT_DIM
    )
    if (
        not is_candidate
        or recent.codes is None
        or recent.prior_samples is None
        or mmd2 is None
        or mmd2 < REPORTED_MMD2
        or len(recent.codes) < MIN_CODES
    ):
        return None
    count = min(len(recent.codes), len(recent.prior_samples), MAX_CODES)
    codes_dimension, prior_dimension = (
        estimate_intrinsic_dimension(points[:count]) for points in (recent.codes, recent.prior_samples)
    )
    if codes_dimension >= SHEET_DIMENSION_SHARE * prior_dimension:
        return None
    evidence = translate(
        "Neighbouring codes differ in about {codes_dimension} directions, neighbouring samples of the prior in "
        "{prior_dimension}. The distance to the prior stays at MMD² {mmd2}.",
        codes_dimension=f"{codes_dimension:.0f}",
        prior_dimension=f"{prior_dimension:.0f}",
        mmd2=f"{mmd2:.2g}",
    )
    reason = translate(
        "A deterministic encoder maps each image to one point. Together these points form a thin sheet in {n_dimensions} "
        "dimensions, which cannot fill the prior.",
        n_dimensions=config.latent_dim,
    )
    remedy = remedies.for_large_latent_space(config, codes_dimension)
    return _make_finding(
        "latent-too-large",
        mark("The latent space is too large for a deterministic posterior"),
        evidence,
        reason,
        remedy,
    )


def estimate_intrinsic_dimension(points: np.ndarray) -> float:
    """The intrinsic dimension of points N×d: the maximum-likelihood estimate of Levina and Bickel (NIPS 2004), as
    corrected by MacKay and Ghahramani, from the distances to the N_NEIGHBOURS nearest points. Equal points count once;
    0 for too few points."""
    from scipy.spatial import KDTree

    points = np.unique(np.asarray(points, np.float64), axis=0)
    if len(points) <= N_NEIGHBOURS:
        return 0.0
    distances = KDTree(points).query(points, N_NEIGHBOURS + 1)[0][:, 1:]  # the nearest of each is itself
    return float(1 / np.mean(np.log(distances[:, -1:] / distances[:, :-1]).mean(1)))


def find_few_contents(recent: RecentMetrics) -> Finding | None:
    """Most clusters (or classes) are not in use."""
    in_use, required_count = recent.max_of("contents_in_use"), _expected_content_count(recent)
    if in_use is None or recent.n_contents < 2 or in_use >= FEW_CONTENTS_SHARE * required_count:
        return None
    numbers = {"in_use": f"{in_use:.1f}", "total": recent.n_contents}
    if labels_teach_content(recent.config):
        title = mark("Few classes are in use")
        evidence = translate("Effectively {in_use} of {total} classes are in use.", **numbers)
        reason = translate(
            "A few classes took all images early in the training, and one without images gets no gradient to win any back."
        )
    else:
        title = mark("Few clusters are in use")
        evidence = translate("Effectively {in_use} of {total} clusters are in use.", **numbers)
        reason = translate(
            "A few clusters took all images early in the training, and one without images gets no gradient to win any back."
        )
    return _make_finding(
        "few-contents",
        title,
        evidence,
        reason,
        remedies.for_few_contents(recent.config, in_use, recent.length_setting),
    )


def _expected_content_count(recent):
    """How many contents a correct model would use at least. Since classes that labels teach may differ in size, this is
    the perplexity of the labels, to compare with `contents_in_use`; all contents if there are no labels or the contents
    are clusters, and at most three once clusters may fall out of use (`even_until`)."""
    if not labels_teach_content(recent.config):
        return recent.n_contents if evenness_weight(recent.config, recent.epoch) == 1 else min(recent.n_contents, 3)
    if recent.labels is None or not (recent.labels >= 0).any():
        return recent.n_contents
    _, counts = np.unique(recent.labels[recent.labels >= 0], return_counts=True)
    return perplexity(counts)


def find_empty_mode(recent: RecentMetrics) -> Finding | None:
    """A component of a mixture prior has almost no codes; not checked if each component belongs to a class."""
    k = recent.config.prior.components
    if VARIANTS[recent.config.variant].labels == "discriminator":
        return None
    if (
        recent.config.prior.name != "mixture"
        or not recent.prior_loss_names
        or recent.codes is None
        or len(recent.codes) < MIN_EXPECTED_CODES * k
    ):
        return None
    counts = np.bincount(nearest_components(recent.codes, k), minlength=k)
    empty_modes = np.flatnonzero(counts < EMPTY_MODE_SHARE * len(recent.codes) / k)
    if not len(empty_modes):
        return None
    return _make_finding(
        "mode-empty",
        mark("A mode of the prior is empty"),
        _empty_mode_evidence(counts, empty_modes),
        _empty_mode_reason(recent.prior_loss_names[0]),
        remedies.for_distant_codes(recent.config, recent.length_setting),
    )


def _empty_mode_evidence(counts, empty_modes) -> str:
    """What was observed, from the numbers of codes of all components, and the numbers of the empty ones."""
    k, n_codes = len(counts), counts.sum()
    empty_numbers = ", ".join(map(str, empty_modes[:6])) + (" …" if len(empty_modes) > 6 else "")
    values = {
        "total": k,
        "numbers": empty_numbers,
        "most": counts[empty_modes].max(),
        "n_codes": f"{n_codes:,}",
        "equal_share": f"{n_codes / k:.0f}",
    }
    if len(empty_modes) == 1:
        return translate(
            "1 of {total} components of the prior has almost no codes (number {numbers}): at most {most} of {n_codes}, where an "
            "equal share is {equal_share}.",
            **values,
        )
    return translate(
        "{n_empty} of {total} components of the prior have almost no codes (number {numbers}): at most {most} of {n_codes}, "
        "where an equal share is {equal_share}.",
        n_empty=len(empty_modes),
        **values,
    )


def _empty_mode_reason(prior_loss_name) -> str:
    """The cause, by what imposes the prior."""
    if prior_loss_name == "adversary":
        return translate(
            "D pulls each code from where it lies, so an empty component draws codes near it, but none from other components."
        )
    if prior_loss_name == "kl":
        return translate(
            "The KL term pulls each code from where it lies, so an empty component draws codes near it, but none from other "
            "components."
        )
    return translate(
        "The distance to the prior pulls each code from where it lies, so an empty component draws codes near it, but none "
        "from other components."
    )


def nearest_components(z: np.ndarray, k: int) -> np.ndarray:
    """The component of the mixture whose centre is nearest to each code z (N×d), int64 N. In every pair of dimensions,
    the centres lie on one circle, centre i at the angle 2πi/k (§2.3), so the angle of the sum over all pairs
    decides."""
    x, y = (z[:, first::2].sum(1, keepdims=True) for first in (0, 1))
    angles = 2 * np.pi * np.arange(k) / k
    return (x * np.cos(angles) + y * np.sin(angles)).argmax(1)


def find_indistinct_columns(recent: RecentMetrics) -> Finding | None:
    """In some columns of a table, extreme values make all others indistinguishable, whatever the settings."""
    if not recent.indistinct_columns:
        return None
    return Finding(
        "indistinct-columns",
        mark("Columns that the model cannot tell from a constant"),
        translate(
            "Almost all values lie within a hundredth of a standard deviation in {columns}.",
            columns=columns.join_names(recent.indistinct_columns, translate(columns.MORE_NAMES)),
        ),
        translate("A model sees each column in its standard deviations, and a few extreme values make these large."),
        None,
        None,
        translate(
            "Leave out the rows with the extreme values, or take a logarithm of these columns; add the table again."
        ),
        "mild",
    )


def find_codes_outside_painting(recent: RecentMetrics) -> Finding | None:
    """Many codes lie beside a painted prior's shape, where it has no samples."""
    prior = recent.config.prior
    if prior.name != "painted" or not recent.prior_loss_names or recent.codes is None:
        return None
    share = share_outside_painting(recent.codes, painting.parse_painting(prior.painting), prior.scale)
    if share < OUTSIDE_SHARE:
        return None
    evidence = translate(
        "{percent} % of the codes lie outside the painted shape, where the prior has no samples.",
        percent=f"{100 * share:.0f}",
    )
    reason = translate(
        "The pull towards the prior is too weak for the shape: the codes have not followed its edges, or fill its gaps."
    )
    return _make_finding(
        "codes-outside-painting",
        mark("Codes lie outside the painted shape"),
        evidence,
        reason,
        remedies.for_distant_codes(recent.config, recent.length_setting),
    )


def share_outside_painting(codes: np.ndarray, cells: bytes, scale: float) -> float:
    """The share of the codes N×2 that lie more than OUTSIDE_CELLS widths of a cell from each painted cell. cells: as from
    `painting.parse_painting`. scale: of the prior."""
    from scipy.spatial import KDTree

    row, column = np.divmod(np.flatnonzero(np.frombuffer(cells, np.uint8)), painting.SIDE)
    # in cells, from the middle of the square, to the right and upwards
    painted_middles = np.stack([column + 0.5, painting.SIDE - row - 0.5], axis=1) - painting.SIDE / 2
    cell_width = 2 * painting.HALF_WIDTH * scale / painting.SIDE
    distances = KDTree(painted_middles).query(codes / cell_width, p=np.inf)[0]
    return float((distances - 0.5 > OUTSIDE_CELLS).mean())


RULES: tuple[Callable[[RecentMetrics], Finding | None], ...] = (
    find_stalled_reconstruction,
    find_collapsed_codes,
    find_strong_discriminator,
    find_weak_discriminator,
    find_large_latent_space,
    find_unused_dimensions,
    find_diverging_scale,
    find_off_centre_codes,
    find_empty_mode,
    find_codes_outside_painting,
    find_few_contents,
    find_indistinct_columns,
)
# What another finding causes is not reported beside it, because its own fix would mislead.
EXPLAINS = {
    "stalled": ("off-centre", "mode-empty", "codes-outside-painting", "few-contents", "latent-too-large"),
    "collapsed": (
        "d-too-strong",
        "d-too-weak",
        "off-centre",
        "mode-empty",
        "codes-outside-painting",
        "latent-too-large",
    ),
    "latent-too-large": ("d-too-strong", "off-centre"),
    "d-too-strong": ("off-centre", "codes-outside-painting"),
    "few-contents": ("off-centre",),
    "d-too-weak": ("off-centre", "scale", "mode-empty", "codes-outside-painting"),
}
