"""The problems that a training can have, with one rule for each: the evidence, the cause, and the setting that usually fixes it.

Each rule takes a `Seen`, which holds everything it may look at, and returns a `Finding` or None; `RULES` lists them. The
thresholds were chosen by experiment (tests/aae_core/health/test_health.py): healthy trainings stay within them (the gallery, the
presets for small images on digits, and one of these on glyphs, with small networks), and a training that was provoked to have
the problem does not. A training may cross a threshold for a while and still end well: the preset `images`, made for larger
images, needs more than its 20 epochs on digits. This module does not import torch.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config.choices import COSTS
from aae_core.config.configuration import Config
from aae_core.config.derived import evenness, taught
from aae_core.config.variants import VARIANTS
from aae_core.evaluation.metrics import perplexity
from aae_core.health import remedies
from aae_core.health.remedies import Remedy

D_WINS, D_LOSES = 0.65, 1.3  # D's loss relative to guessing: below, D wins clearly; above, it is worse than guessing
UNANSWERED = 1.6  # the encoder's loss relative to that against a guessing D: above, it does not respond to D
FAR = 0.1  # MMD² above which the codes clearly miss the prior; healthy adversarial trainings end below 0.06
APART = 0.02  # MMD² above which a difference from the prior is visible
COLLAPSED = 0.25  # standard deviation of the codes, relative to the prior's, below which they have collapsed
AWAY = 0.75  # distance between the means of codes and prior, in standard deviations of the prior
WIDE = 2.0  # standard deviation of the codes, relative to the prior's, above which they are too wide
STUCK = {  # by cost: whether a loss is hardly below the first one (other costs stay high because of grey pixels or counts)
    "squared-error": lambda now, then: now > 0.9 * then,
    "learned-variance": lambda now, then: now > then - 3,  # nats: a log-density has no zero, so differences count
}
FEW = 0.5  # share of the contents in use, below which they are few
EMPTY = 0.1  # codes of a mode, as a share of the expected number, below which it is empty
EXPECTED = 20  # expected codes of a mode, below which emptiness may be chance
FLAT = 1 / 3  # intrinsic dimension of the codes relative to that of the prior's samples, below which they are a sheet
ROOMY = 4  # dimensions below which a latent space is never too large
NEIGHBOURS, CODES, SHEET = 20, 200, 600  # neighbours, and least and most codes, from which a dimension is estimated


@dataclass(frozen=True)
class Finding:
    """One problem of a training.

    evidence: what was observed, with the numbers. reason: the cause. setting, value: the dotted key of the setting that usually
    fixes it, and its new value. advice: the same in words. severity: "severe" if nothing useful is learned, else "mild".
    """

    key: str
    title: str
    evidence: str
    reason: str
    setting: str
    value: float | int | str
    advice: str
    severity: str


@dataclass(frozen=True)
class Seen:
    """The input of the rules.

    losses: the mean of each phase's loss over the last rows. first: the losses of the first row, {} if it was logged late.
    measures: those of the last rows, at most three, oldest first. codes: z of the probe set N×d, None if missing or if they are
    not what the prior is imposed on (in a dimensionality reduction). draws: samples of the prior, M×d or None. contents: the
    number of values of y. labels: of the probe set, −1 where unlabelled, or None. ends: the setting that ends the training,
    "steps", "epochs" or "minutes". images: False if the data are the rows of a table. epoch: that of the last row.
    """

    config: Config
    losses: dict[str, float]
    first: dict[str, float]
    measures: list[dict]
    codes: np.ndarray | None
    draws: np.ndarray | None
    contents: int
    labels: np.ndarray | None
    ends: str
    images: bool
    epoch: float

    def always(self, key: str) -> float | None:
        """The smallest of the latest values of a metric; None if there are none."""
        return min(self._values(key), default=None)

    def max_of(self, key: str) -> float | None:
        """The largest of the latest values of a metric; None if there are none."""
        return max(self._values(key), default=None)

    def _values(self, key):
        return [m[key] for m in self.measures if isinstance(m.get(key), int | float)]

    @property
    def guesses(self) -> tuple[float, float]:
        """The losses of D and of the encoder against a guessing D (§2), summed over D and, if there is one, D_y (§5)."""
        count = 2 if VARIANTS[self.config.variant].categorical else 1
        return count * 2 * math.log(2), count * math.log(2)

    @property
    def imposes(self) -> tuple[str, ...]:
        return VARIANTS[self.config.variant].imposes

    def deviations(self) -> np.ndarray:
        """The prior's standard deviation in each dimension, d, if there are draws."""
        return self.draws.std(0)

    def vectors(self, key: str) -> list[np.ndarray]:
        """The latest values, d each and oldest first, of a metric with a value for each dimension of the code."""
        return [np.array(m[key]) for m in self.measures if m.get(key)]


def _finding(key, title, evidence, reason, remedy: Remedy, severity="mild"):
    value = f"{remedy.value:g}" if isinstance(remedy.value, float) else remedy.value
    advice = f"Set {remedy.setting} to {value}, {remedy.why}."
    return Finding(key, title, evidence, reason, remedy.setting, remedy.value, advice, severity)


def d_too_strong(s: Seen) -> Finding | None:
    """D easily distinguishes codes from samples, and the encoder cannot respond."""
    if "discrimination" not in s.losses:
        return None
    d, answer = s.losses["discrimination"], s.losses.get("generation")
    accuracy = s.always("discriminator_accuracy")
    guess, unmoved = s.guesses
    wins = d < D_WINS * guess and (answer is None or answer > UNANSWERED * unmoved)
    if not wins or (accuracy is not None and accuracy < 0.7):
        return None
    evidence = f"D's loss is {d:.2f}; guessing would give {guess:.2f}"
    if answer is None:
        reason = "The encoder's learning rate against D is 0, so nothing pulls q(z) towards the prior."
    else:
        evidence += f". The encoder's loss against D is {answer:.2f} instead of {unmoved:.2f}"
        reason = "D learns faster than the encoder can answer it, so the codes do not come nearer to the prior."
    if accuracy is not None:
        evidence += f". D's accuracy is {100 * accuracy:.0f} %"
    return _finding(
        "d-too-strong", "D is too strong", evidence + ".", reason, remedies.weaker_discriminator(s.config), "severe"
    )


def d_too_weak(s: Seen) -> Finding | None:
    """The codes are far from the prior, and D does not notice."""
    d, mmd2 = s.losses.get("discrimination"), s.always("mmd2")
    guess, _ = s.guesses
    if d is None or mmd2 is None or d < D_LOSES * guess or mmd2 < FAR:
        return None
    evidence = f"The codes are far from the prior (MMD² {mmd2:.2g}), but D's loss is {d:.2f}, above the {guess:.2f} of guessing."
    reason = "D lags behind the codes: it judges where they were, so it pushes the encoder in the wrong direction."
    return _finding(
        "d-too-weak", "D is too weak", evidence, reason, remedies.stronger_discriminator(s.config), "severe"
    )


def collapsed(s: Seen) -> Finding | None:
    """All images have nearly the same code."""
    if s.draws is None:
        return None
    spreads = _spreads(s)
    if spreads is None or spreads.max() >= COLLAPSED:
        return None
    widest = 100 * spreads.max()
    evidence = (
        f"In every dimension, the codes of different images spread over at most {widest:.2g} % of the prior's width."
    )
    if "kl" in s.imposes:
        reason = "The KL term outweighs the reconstruction, so the posterior of every image equals the prior."
    elif s.config.prior.scale > remedies.SCALES[1]:
        reason = "The prior is so wide that the encoder reaches only a small part of it at these learning rates."
    elif "adversary" in s.imposes and not s.config.optimiser.generation_rate:
        reason = "The encoder's learning rate against D is 0, so nothing spreads the codes."
    else:
        reason = "The encoder gives every image nearly the same code, so the decoder learns only the mean image."
    return _finding(
        "collapsed", "The codes collapsed", evidence, reason, remedies.spread_codes(s.config, s.images), "severe"
    )


def _spreads(s):
    """The standard deviation of the codes in each dimension relative to the prior's, d; of the representative codes if known,
    else the widest of those measured lately, None if there are none."""
    if s.codes is not None:
        return s.codes.std(0) / s.deviations()
    spreads = [std / s.deviations() for std in s.vectors("code_std")]
    return max(spreads, key=np.max, default=None)


def dimensions_unused(s: Seen) -> Finding | None:
    """In some dimensions, but not all, the KL term keeps the posterior equal to the prior."""
    if "kl" not in s.imposes or s.draws is None or s.codes is None:  # drawn codes would spread as the prior does
        return None
    flat = int((_spreads(s) < COLLAPSED).sum())
    d = s.config.latent_dim
    if not 0 < flat < d:
        return None
    evidence = (
        f"In {flat} of {d} dimensions, the means of q(z|x) of different images spread over less than "
        f"{100 * COLLAPSED:.0f} % of the prior's width."
    )
    reason = (
        "In these dimensions the KL term costs more than the reconstruction gains, so the posterior equals the prior."
    )
    remedy = remedies.fewer_dimensions(s.config, d - flat, s.images)
    return _finding("dimensions-unused", "Some latent dimensions are unused", evidence, reason, remedy)


def off_centre(s: Seen) -> Finding | None:
    """The mean of the codes stays away from the prior's."""
    means = s.vectors("code_mean")
    if s.draws is None or not means:
        return None
    away = [np.abs(mean - s.draws.mean(0)) / s.deviations() for mean in means]
    if min(distance.max() for distance in away) < AWAY:
        return None
    j = int(away[-1].argmax())
    evidence = (
        f"In dimension {j + 1} of z, the mean of the codes is {means[-1][j]:.2f} and that of the prior "
        f"{s.draws.mean(0)[j]:.2f}, {away[-1][j]:.1f} standard deviations of the prior apart."
    )
    reason = "The pull towards the prior is too weak beside the reconstruction, which does not depend on where the codes lie."
    return _finding(
        "off-centre", "The codes are off-centre", evidence, reason, remedies.stronger_pull(s.config, s.ends)
    )


def scale_runs_away(s: Seen) -> Finding | None:
    """The codes spread far beyond the prior, and the spread does not shrink."""
    stds = s.vectors("code_std")
    if s.draws is None or not stds:
        return None
    spreads = [float((std / s.deviations()).max()) for std in stds]
    if min(spreads) < WIDE or spreads[-1] < 0.9 * spreads[0]:
        return None
    evidence = f"The codes spread {spreads[-1]:.1f} times as wide as the prior, and their spread does not shrink."
    reason = "Codes far from each other are easier to decode, and the pull towards the prior is too weak."
    return _finding(
        "scale", "The scale of the codes diverges", evidence, reason, remedies.stronger_pull(s.config, s.ends)
    )


def stalled(s: Seen) -> Finding | None:
    """The reconstruction is hardly better than at the start."""
    now, then = s.losses.get("reconstruction"), s.first.get("reconstruction")
    stuck = STUCK.get(COSTS[s.config.cost].like, lambda now, then: now > 0.97 * then)
    if now is None or not then or not stuck(now, then):
        return None
    evidence = f"The reconstruction loss started at {then:.4g} and is now {now:.4g}."
    if remedies.too_fast(s.config):
        reason = "The steps are so large that they overshoot the minimum, so nothing learned is kept."
    else:
        reason = "The steps are too small, or too little of the gradient reaches the first layers."
    return _finding("stalled", "The training has stalled", evidence, reason, remedies.faster(s.config), "severe")


def latent_too_large(s: Seen) -> Finding | None:
    """The codes of a deterministic encoder form a thin sheet in a space of many dimensions."""
    c, apart = s.config, s.always("mmd2")
    fits = c.posterior == "deterministic" and s.imposes and c.latent_dim >= ROOMY
    if not fits or s.codes is None or s.draws is None or apart is None or apart < APART or len(s.codes) < CODES:
        return None
    count = min(len(s.codes), len(s.draws), SHEET)
    sheet, full = (dimensions(points[:count]) for points in (s.codes, s.draws))
    if sheet >= FLAT * full:
        return None
    evidence = (
        f"Neighbouring codes differ in about {sheet:.0f} directions, neighbouring samples of the prior in {full:.0f}. The "
        f"distance to the prior stays at MMD² {apart:.2g}."
    )
    reason = (
        f"A deterministic encoder maps each image to one point. Together these points form a thin sheet in {c.latent_dim} "
        "dimensions, which cannot fill the prior."
    )
    remedy = remedies.smaller_latent(c, sheet)
    return _finding(
        "latent-too-large", "The latent space is too large for a deterministic posterior", evidence, reason, remedy
    )


def dimensions(points: np.ndarray) -> float:
    """The intrinsic dimension of points N×d: the maximum-likelihood estimate of Levina and Bickel (NIPS 2004), as corrected by
    MacKay and Ghahramani, from the distances to the NEIGHBOURS nearest points. Equal points count once; 0 for too few points."""
    from scipy.spatial import KDTree

    points = np.unique(np.asarray(points, np.float64), axis=0)
    if len(points) <= NEIGHBOURS:
        return 0.0
    near = KDTree(points).query(points, NEIGHBOURS + 1)[0][:, 1:]  # the nearest of each is itself
    return float(1 / np.mean(np.log(near[:, -1:] / near[:, :-1]).mean(1)))


def few_contents(s: Seen) -> Finding | None:
    """Most clusters (or classes) are not in use."""
    used, required = s.max_of("contents_in_use"), _contents_due(s)
    if used is None or s.contents < 2 or used >= FEW * required:
        return None
    word = "classes" if taught(s.config) else "clusters"
    evidence = f"Effectively {used:.1f} of {s.contents} {word} are in use."
    reason = (
        f"A few {word} took all images early in the training, and one without images gets no gradient to win any back."
    )
    return _finding(
        "few-contents", f"Few {word} are in use", evidence, reason, remedies.more_contents(s.config, used, s.ends)
    )


def _contents_due(s):
    """How many contents a correct model would use at least. Since classes that labels teach may differ in size, this is the
    perplexity of the labels, to compare with `contents_in_use`; all contents if there are no labels or the contents are clusters,
    and at most three once clusters may fall out of use (`even_until`)."""
    if not taught(s.config):
        return s.contents if evenness(s.config, s.epoch) == 1 else min(s.contents, 3)
    if s.labels is None or not (s.labels >= 0).any():
        return s.contents
    _, counts = np.unique(s.labels[s.labels >= 0], return_counts=True)
    return perplexity(counts)


def mode_empty(s: Seen) -> Finding | None:
    """A component of a mixture prior has almost no codes; not checked if each component belongs to a class."""
    k = s.config.prior.components
    if VARIANTS[s.config.variant].labels == "discriminator":
        return None
    if s.config.prior.name != "mixture" or not s.imposes or s.codes is None or len(s.codes) < EXPECTED * k:
        return None
    counts = np.bincount(nearest_component(s.codes, k), minlength=k)
    empty = np.flatnonzero(counts < EMPTY * len(s.codes) / k)
    if not len(empty):
        return None
    named = ", ".join(map(str, empty[:6])) + (" …" if len(empty) > 6 else "")
    evidence = (
        f"{len(empty)} of {k} components of the prior {'has' if len(empty) == 1 else 'have'} almost no codes (number {named}): "
        f"at most {counts[empty].max()} of {len(s.codes):,}, where an equal share is {len(s.codes) / k:.0f}."
    )
    pull = {"adversary": "D pulls", "kl": "The KL term pulls"}.get(s.imposes[0], "The distance to the prior pulls")
    reason = f"{pull} each code from where it lies, so an empty component draws codes near it, but none from other components."
    return _finding(
        "mode-empty", "A mode of the prior is empty", evidence, reason, remedies.stronger_pull(s.config, s.ends)
    )


def nearest_component(z: np.ndarray, k: int) -> np.ndarray:
    """The component of the mixture whose centre is nearest to each code z (N×d), int64 N. In every pair of dimensions, the
    centres lie on one circle, centre i at the angle 2πi/k (§2.3), so the angle of the sum over all pairs decides."""
    x, y = (z[:, first::2].sum(1, keepdims=True) for first in (0, 1))
    angles = 2 * np.pi * np.arange(k) / k
    return (x * np.cos(angles) + y * np.sin(angles)).argmax(1)


RULES: tuple[Callable[[Seen], Finding | None], ...] = (
    stalled,
    collapsed,
    d_too_strong,
    d_too_weak,
    latent_too_large,
    dimensions_unused,
    scale_runs_away,
    off_centre,
    mode_empty,
    few_contents,
)
# What another finding causes is not reported beside it, because its own fix would mislead.
EXPLAINS = {
    "stalled": ("off-centre", "mode-empty", "few-contents", "latent-too-large"),
    "collapsed": ("d-too-strong", "d-too-weak", "off-centre", "mode-empty", "latent-too-large"),
    "latent-too-large": ("d-too-strong", "off-centre"),
    "d-too-strong": ("off-centre",),
    "few-contents": ("off-centre",),
    "d-too-weak": ("off-centre", "scale", "mode-empty"),
}
