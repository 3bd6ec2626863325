"""Proposes the values that a sweep tries next, by Optuna's tree-structured Parzen estimator.

Nothing is kept but the record of the sweep, from which each proposal starts anew; so a search continues after a crash
as if nothing had happened.
"""

import math

from aae_core.config import schema
from aae_core.config.configuration import setting_field, setting_type
from aae_core.errors import ConfigError
from aae_core.runs.sweep_standings import sweep_rungs
from aae_core.store import notebook
from aae_core.store.sweeps import Sweep

LOG_SCALE_RATIO = 10  # a range is searched on a logarithmic scale if its end is at least so many times its beginning


def import_optuna():
    """The module optuna; ConfigError, which says how to install it, if it is missing."""
    optuna = notebook.import_optional("optuna", "search")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def check_range(key: str, low: float, high: float) -> None:
    """ConfigError unless the setting is a number that may have all values from low to high."""
    kind = schema.without_none_type(setting_type(key))
    if kind not in (int, float):
        raise ConfigError(f"{key} is no number, so it has no range; give its values as a|b|c.")
    for end in map(schema.to_json_value, (low, high)):
        value = int(end) if isinstance(end, float) and end.is_integer() else end  # typed ends are floats
        schema.check_value(key, value, kind, setting_field(key).metadata)
    if not low < high:
        raise ConfigError(f"The range {low:g}..{high:g} of {key} is empty; give the smaller number first.")


def propose_point(sweep: Sweep, reached_values: list[list[float]]) -> dict:
    """The varied settings of the next point. reached_values: for each point so far, its value at each rung that it has
    reached; lower is better, and infinite stands for a failure."""
    optuna = import_optuna()
    space = {key: _optuna_distribution(optuna, key, values) for key, values in sweep.vary.items()}
    sampler = optuna.samplers.TPESampler(seed=sweep.seeds[0] + len(sweep.points), constant_liar=True)
    study = optuna.create_study(sampler=sampler)
    for point, values in zip(sweep.points, reached_values, strict=True):
        study.add_trial(_optuna_trial(optuna, sweep, space, point, values))
    params = study.ask(space).params
    return {key: values[params[key]] if isinstance(values, list) else params[key] for key, values in sweep.vary.items()}


def _optuna_distribution(optuna, key, values):
    kinds = optuna.distributions
    if isinstance(values, list):
        return kinds.CategoricalDistribution(range(len(values)))
    low, high = values["low"], values["high"]
    log_scale = 0 < low * LOG_SCALE_RATIO <= high
    if schema.without_none_type(setting_type(key)) is int:
        return kinds.IntDistribution(int(low), int(high), log=log_scale)
    return kinds.FloatDistribution(low, high, log=log_scale)


def _optuna_trial(optuna, sweep, space, point, values):
    """A point as Optuna's trial: complete, pruned (it rests at a rung), failed, or running."""
    states, n_rungs = optuna.trial.TrialState, len(sweep_rungs(sweep))
    params = {
        key: choices.index(point.settings[key]) if isinstance(choices, list) else point.settings[key]
        for key, choices in sweep.vary.items()
    }
    arguments = {"params": params, "distributions": space}
    if point.refusal or any(map(math.isinf, values)):
        return optuna.trial.create_trial(state=states.FAIL, **arguments)
    if not values:
        return optuna.trial.create_trial(state=states.RUNNING, **arguments)
    if len(values) == n_rungs:
        return optuna.trial.create_trial(value=values[-1], **arguments)
    return optuna.trial.create_trial(state=states.PRUNED, intermediate_values=dict(enumerate(values)), **arguments)
