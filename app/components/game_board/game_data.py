"""What the page plays the game with: the models, the priors and the data, as `web/src/engine` takes them."""

from functools import lru_cache

import numpy as np

from aae_core.config import painting
from aae_core.config.configuration import Config
from aae_core.config.derived import discriminator_sees_content, prior_cost_weights, trained_phases
from aae_core.config.priors import PRIORS, PriorFacts
from aae_core.config.variants import PHASES
from aae_core.config.variants import VARIANTS as ROWS
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.game import items
from aae_core.game.rules import (
    CLASS_COUNT,
    LABEL_CHOICES,
    OFFERED_DATA,
    OFFERED_VARIANTS,
    GameSetup,
    game_config,
    is_painting_text,
)
from aae_core.latent import row_charts
from app.messages import wire_format
from app.server import assets

SAMPLES = 2**14  # of a prior of the user's own, by which the page draws from it
TAIL_QUANTILES = np.array([0.00025, 1 - 0.00025])  # ends of a map; shares of the prior's mass
# where labels enter -> how the graph shows the content y
CONTENT_DISPLAY = {"decoder": "given", "discriminator": "told"}


def load_models_and_priors(prior_names: list[str]) -> tuple[dict[str, dict], dict[str, dict], dict[str, np.ndarray]]:
    """The models, the priors offered, and the arrays of those of the user's own, as `model_records` and `prior_records` have
    them."""
    return _load_models_and_priors(
        tuple(prior_names), tuple(PRIORS[name] for name in prior_names if PRIORS.registering_module_of(name))
    )


@lru_cache(maxsize=8)
def _load_models_and_priors(prior_names, _prior_facts):  # by which a plug-in that was changed is noticed
    return model_records(prior_names), *prior_records(prior_names)


def model_record(config: Config, refusals: dict[str, str] | None = None) -> dict:
    """The row of a configuration's variant; refusals: by prior, why it cannot be."""
    variant = ROWS[config.variant]
    return {
        "summary": variant.summary, "labels": variant.labels, "prior_cost_weights": prior_cost_weights(config),
        "categorical": variant.categorical, "content": variant.has_content, "prior": variant.has_prior,
        "discriminator_sees_content": discriminator_sees_content(config),
        "y": CONTENT_DISPLAY.get(variant.labels, "inferred" if variant.categorical else ""),
        "phases": list(trained_phases(config)), "posterior": config.posterior, "cost": config.cost, "refused": refusals or {},
    }  # fmt: skip


def model_records(prior_names: tuple[str, ...]) -> dict[str, dict]:
    """The models by variant, each with the reasons why it cannot be played with some of the priors offered."""
    by_variant = {}
    for name in OFFERED_VARIANTS:
        refusals = {}
        for prior in prior_names:
            try:
                game_config(GameSetup(variant=name, prior=prior), CLASS_COUNT)
            except ConfigError as error:
                refusals[prior] = str(error)
        by_variant[name] = model_record(game_config(GameSetup(variant=name), CLASS_COUNT), refusals)
    return by_variant


def network_settings(config: Config) -> dict:
    """Widths of the nets, and how they are trained."""
    optimiser = config.optimiser
    return {
        "hidden": list(config.network.hidden), "discriminator": list(config.network.discriminator), "batch": config.batch_size,
        "labels": LABEL_CHOICES[0], "noise": config.network.noise_dim, "projections": config.projections,
        "clip": optimiser.clip, "momentum": optimiser.momentum,
        "adversarial_momentum": optimiser.adversarial_momentum,
        "rates": {phase: getattr(optimiser, f"{phase}_rate") for phase in PHASES},
    }  # fmt: skip


def prior_records(prior_names: tuple[str, ...]) -> tuple[dict[str, dict], dict[str, np.ndarray]]:
    """The priors by the names under which they are offered, and of those of the user's own samples n×2 and, where one has a
    density, a table of its logarithm; one that cannot be drawn from is left out."""
    entries, arrays = {}, {}
    counts = sorted({len(sets.describe_data_set(name).classes) for name in OFFERED_DATA})
    for name in prior_names:
        is_painted = name in painting.SHAPES or is_painting_text(name)
        family = "painted" if is_painted else name
        cells = painting.parse_painting(name) if is_painted else None
        facts, own_extent = PRIORS[family], None
        if PRIORS.registering_module_of(family):
            try:
                own_arrays, own_extent = _own_prior_arrays(name)
            except ConfigError:  # `model_records` says why
                continue
            arrays |= {f"{array_name}.{name}": array for array_name, array in own_arrays.items()}
        entries[name] = {
            "name": family, "scale": 1.0, "support": facts.support, "regions": facts.regions is not None,
            "painting": painting.format_painting(cells) if is_painted else "",
            "extents": {str(k): own_extent or _prior_extent_and_centre(facts, k, cells) for k in counts},
        }  # fmt: skip
    return entries, arrays


def _prior_extent_and_centre(facts: PriorFacts, classes: int, cells: bytes | None) -> dict:
    """Half the width of a square map of a prior of the project's, and its middle, without torch, for which a page would wait.
    classes: which the data have, as many as a mixture has petals; cells: of a painting."""
    ends = facts.plane_percentiles(TAIL_QUANTILES, classes, cells)
    return {"extent": float(np.ptp(ends, axis=1).max()) / 2, "centre": ends.mean(1).tolist()}


def _own_prior_arrays(name):
    """Of a prior of the user's own, what the page draws and colours by, and how far a map of it reaches."""
    from aae_core.latent import maps
    from aae_core.models.priors import families

    prior = families.make_prior(game_config(GameSetup(prior=name), CLASS_COUNT).prior, 2)
    values_by_name = {"samples": prior.sample_with_fixed_seed(SAMPLES).numpy()}
    if prior.has_density:
        (values_by_name["x"], values_by_name["y"]), values_by_name["log"] = maps.tabulate_log_prior(prior)
    arrays = {array_name: values.astype(np.float32) for array_name, values in values_by_name.items()}
    return arrays, {"extent": prior.extent(), "centre": prior.centre().tolist()}


@lru_cache
def game_data_asset(name: str) -> assets.Asset:
    """A built-in data set of the game (`items.load_game_data`), as the page fetches it."""
    dataset = items.load_game_data(name)
    images, labels, features = dataset.train.images, dataset.train.labels, dataset.features
    header = {"v": 1, "classes": list(dataset.classes), "table": features is not None, "shape": list(images.shape[1:])}
    x, header["levels"] = images.reshape(len(images), -1), None
    if features is not None:  # real numbers, all of them: in standard units
        means, deviations = (np.array(values, np.float32) for values in (features.means, features.deviations))
        middle, half_range = row_charts.feature_centres_and_half_widths(features)
        factors, offsets = (
            row_charts.STEPS * deviations / half_range,
            row_charts.MIDDLE + row_charts.STEPS * (means - middle) / half_range,
        )
        x, header["levels"] = (x - means) / deviations, [factors.tolist(), offsets.tolist()]
    arrays = {
        "x": x,
        "labels": labels.astype("<i2"),
        "plotted": items.plotted_indices(dataset).astype("<i4"),
    }
    return assets.ASSETS.pin(assets.make_asset(wire_format.pack_message(header, arrays), "bin"))
