"""What the page plays the game with: the models, the priors and the data, as `components/js/engine` takes them."""

from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from aae_core.config import painting
from aae_core.config.choices import PRIORS, WITH_REGIONS
from aae_core.config.configuration import Config
from aae_core.config.derived import phases, pulls
from aae_core.config.variants import PHASES
from aae_core.config.variants import VARIANTS as ROWS
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.game.rules import DATA, LABELS, VARIANTS, Setup, config_of, is_own
from aae_core.latent import charts
from app.server import assets, wire

IMAGES = 2_000  # of a data set that a game is played on
PLOTTED = 500  # of these whose codes are on the plane
SAMPLES = 2**14  # of a prior of the user's own, by which the page draws from it
TAILS = np.array([0.00025, 1 - 0.00025])  # ends of a map; all numbers of `tails` are those of `models/priors`
CLASSES = 10  # whichever data are played with, the same is refused
CONTENT = {"decoder": "given", "discriminator": "told"}  # where labels enter -> how the graph shows the content y


def known(offered: list[str]) -> tuple[dict[str, dict], dict[str, dict], dict[str, np.ndarray]]:
    """The models, the priors offered, and the arrays of those of the user's own, as `models` and `priors` have them."""
    return _known(tuple(offered), tuple(PRIORS[name] for name in offered if PRIORS.home(name)))


@lru_cache(maxsize=8)
def _known(offered, _facts):  # by which a plug-in that was changed is noticed
    return models(offered), *priors(offered)


def model(config: Config, refused: dict[str, str] | None = None) -> dict:
    """The row of a configuration's variant; refused: by prior, why it cannot be."""
    variant = ROWS[config.variant]
    return {
        "summary": variant.summary, "labels": variant.labels, "pulls": pulls(config), "categorical": variant.categorical,
        "content": variant.has_content, "prior": variant.has_prior,
        "y": CONTENT.get(variant.labels, "inferred" if variant.categorical else ""), "phases": list(phases(config)),
        "posterior": config.posterior, "cost": config.cost, "refused": refused or {},
    }  # fmt: skip


def models(offered: tuple[str, ...]) -> dict[str, dict]:
    """The models by variant, each with the reasons why it cannot be played with some of the priors offered."""
    by_variant = {}
    for name in VARIANTS:
        refused = {}
        for prior in offered:
            try:
                config_of(Setup(variant=name, prior=prior), CLASSES)
            except ConfigError as error:
                refused[prior] = str(error)
        by_variant[name] = model(config_of(Setup(variant=name), CLASSES), refused)
    return by_variant


def nets(config: Config) -> dict:
    """Widths of the nets, and how they are trained."""
    o = config.optimiser
    return {
        "hidden": list(config.network.hidden), "discriminator": list(config.network.discriminator), "batch": config.batch_size,
        "labels": LABELS, "projections": config.projections, "clip": o.clip, "momentum": o.momentum,
        "adversarial_momentum": o.adversarial_momentum, "rates": {phase: getattr(o, f"{phase}_rate") for phase in PHASES},
    }  # fmt: skip


def priors(offered: tuple[str, ...]) -> tuple[dict[str, dict], dict[str, np.ndarray]]:
    """The priors by the names under which they are offered, and of those of the user's own samples n×2 and, where one has a
    density, a table of its logarithm; one that cannot be drawn from is left out."""
    entries, arrays = {}, {}
    counts = sorted({len(sets.describe(name).classes) for name in DATA})
    for name in offered:
        painted = name in painting.SHAPES or is_own(name)
        family = "painted" if painted else name
        cells = painting.cells(name) if painted else None
        if PRIORS.home(family):
            try:
                own, whole = _own(name)
            except ConfigError:  # `models` says why
                continue
            arrays |= {f"{part}.{name}": array for part, array in own.items()}
        else:  # a mixture's petals are as many as the classes
            whole = None if family == "mixture" else extent(tails(family, cells))
        entries[name] = {
            "name": family, "scale": 1.0, "support": PRIORS[family].support, "regions": family in WITH_REGIONS,
            "painting": painting.text(cells) if painted else "",
            "extents": {str(k): whole or extent(tails(family, cells, k)) for k in counts},
        }  # fmt: skip
    return entries, arrays


def extent(ends: np.ndarray) -> dict:
    """Half the width of a square map with these ends in each dimension, 2×2, and its middle."""
    return {"extent": float(np.ptp(ends, axis=1).max()) / 2, "centre": ends.mean(1).tolist()}


def tails(family: str, cells: bytes | None, classes: int = 0) -> np.ndarray:
    """The percentiles TAILS of both dimensions of a prior of the project's, 2×2, without torch, for which a page would wait.
    cells: of a painting; classes: which a mixture needs."""
    if family == "gaussian":
        return ndtri([TAILS, TAILS])
    if family == "uniform":
        return np.sqrt(3) * (2 * np.array([TAILS, TAILS]) - 1)
    if family == "mixture":
        angle, x = 2 * np.pi * np.arange(classes) / classes, np.linspace(-4, 4, 2**14)
        axes = np.array([np.cos(angle), np.sin(angle)])[..., None]
        cdf = ndtr((x - 1.4 * axes) / np.hypot(0.5 * axes, 0.1 * axes[::-1])).mean(1)
        return np.array([np.interp(TAILS, shares, x) for shares in cdf])
    if family == "painted":
        strength = np.frombuffer(cells, np.uint8).reshape(painting.SIDE, painting.SIDE)[::-1] % 16
        shares = [np.append(0, np.cumsum(strength.sum(j)) / strength.sum()) for j in (0, 1)]
        return np.array([np.interp(TAILS, cumulative, np.linspace(-3, 3, painting.SIDE + 1)) for cumulative in shares])
    if family == "swiss-roll":
        t = np.sqrt((np.arange(2**16) + 0.5) / 2**16)
        arc = 3 * t * np.cos(4 * np.pi * t), 3 * t * np.sin(4 * np.pi * t)
        return np.quantile(arc, TAILS, axis=1, method="hazen").T
    raise KeyError(family)  # a new prior needs its percentiles here, too


def _own(name):
    """Of a prior of the user's own, what the page draws and colours by, and how far a map of it reaches."""
    from aae_core.latent import maps
    from aae_core.models.priors import families

    prior = families.make(config_of(Setup(prior=name), CLASSES).prior, 2)
    parts = {"samples": prior.fixed(SAMPLES).numpy()}
    if prior.has_density:
        (parts["x"], parts["y"]), parts["log"] = maps.prior_table(prior)
    arrays = {part: values.astype(np.float32) for part, values in parts.items()}
    return arrays, {"extent": prior.extent(), "centre": prior.centre().tolist()}


@lru_cache
def data(name: str) -> assets.Asset:
    """A built-in data set of at most IMAGES training images, the same share of each class, as the page fetches it."""
    dataset = sets.load(name)
    split, features = dataset.train, dataset.features
    chosen = sets.proportional(split.labels, IMAGES)
    items, labels = split.images[chosen], split.labels[chosen]
    header = {"v": 1, "classes": list(dataset.classes), "table": features is not None, "shape": list(items.shape[1:])}
    x, header["levels"] = items.reshape(len(items), -1), None
    if features is not None:  # real numbers, all of them: in standard units
        means, deviations = (np.array(values, np.float32) for values in (features.means, features.deviations))
        middle, reach = charts.scales(features)
        factors, offsets = charts.STEPS * deviations / reach, charts.MIDDLE + charts.STEPS * (means - middle) / reach
        x, header["levels"] = (x - means) / deviations, [factors.tolist(), offsets.tolist()]
    arrays = {"x": x, "labels": labels.astype("<i2"), "plotted": sets.proportional(labels, PLOTTED).astype("<i4")}
    return assets.SHELF.pin(assets.asset(wire.pack(header, arrays), "bin"))
