"""Plans a sweep: checks its settings and values before anything begins, and makes the configuration of each run."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from aae_core.checks import require_whole_number
from aae_core.config import schema
from aae_core.config.choices import COMPARABLE_METRICS, TARGETS
from aae_core.config.combinations import never_measured_reasons
from aae_core.config.configuration import Config, configure, setting_field, setting_keys, setting_type
from aae_core.data.recommended_settings import recommend_settings
from aae_core.data.sets import DataSet
from aae_core.errors import ConfigError, unknown_name_error
from aae_core.runs import queue, sweep_search
from aae_core.store.sweeps import MAX_TRAININGS, Point, Sweep

DEFAULT_TRIALS = 50  # points of a search by default
SETTINGS_OF_EACH_RUN = ("seed", "name")  # settings that a sweep gives to each run


def plan_sweep(
    vary: Mapping,
    settings: Mapping,
    seeds: int | Iterable[int] = 1,
    measure: str = "reconstruction",
    early_stop: str = "",
    search_by: str = "",
    trials: int | None = None,
    name: str = "",
    data: DataSet | None = None,
) -> Sweep:
    """A sweep, not yet in a store, after a check of everything that it would train.

    vary: {setting: its values}, either a list or typed text for `parse_values`. settings: the settings that all runs
    share, as `configure` takes them. seeds: a list of seeds, or a number n for the seeds 0 to n − 1. measure: one of
    COMPARABLE_METRICS. early_stop: "asha", or "" for none. search_by: "optuna" to try only `trials` points, "" to train
    every combination. data: the data set, if it exists only in memory. Raises ConfigError for settings that make no sense,
    DataError for missing data.
    """
    if reserved_keys := [key for key in SETTINGS_OF_EACH_RUN if key in {**vary, **settings}]:
        advice_by_key = {"seed": "give seeds in place of seed", "name": "its runs are named after what is varied"}
        advice = advice_by_key[reserved_keys[0]]
        raise ConfigError(f"The seeds and the name of a sweep are arguments of their own: {advice}.")
    schema.check_value("name", name, str, setting_field("name").metadata)
    if not isinstance(seeds, Iterable):
        seeds = range(require_whole_number(seeds, 1, MAX_TRAININGS, "seeds"))
    seed_list = [require_whole_number(seed, 0, 2**31 - 1, "seeds") for seed in seeds]
    if not seed_list or len(set(seed_list)) < len(seed_list):
        raise ConfigError("A sweep needs at least one seed, and each of them once.")
    for kind, choice, allowed_values in (
        ("measure of a sweep", measure, COMPARABLE_METRICS),
        ("kind of early stopping", early_stop, ("", "asha")),
        ("kind of search", search_by, ("", "optuna")),
    ):
        if choice not in allowed_values:
            raise unknown_name_error(kind, choice, filter(None, allowed_values))
    if trials is not None and not search_by:
        raise ConfigError("A number of trials belongs to a search; without one all combinations are trained.")
    if search_by:
        trials = require_whole_number(DEFAULT_TRIALS if trials is None else trials, 1, MAX_TRAININGS, "trials")
    values = {key: _parse_varied_values(key, raw_value) for key, raw_value in vary.items()}
    settings = {key: _parse_setting(key, value) for key, value in settings.items() if key not in vary}
    if "epochs" in values and ("steps" in values or settings.get("steps") is not None):
        raise ConfigError("Where the steps are given, the epochs change nothing; leave one of the two out.")
    settings |= _recommend_settings(values, settings, data)
    return _check_points(Sweep(values, settings, seed_list, measure, early_stop, search_by, trials, name), data)


def _recommend_settings(values: dict, settings: dict, data: DataSet | None) -> dict:
    """What is recommended beside the settings of a sweep, for its first point, without what it varies; {} if it varies the data.
    No learning rates are recommended where it varies the optimiser, since they would suit one only."""
    if "data" in values:
        return {}
    first_point = {
        key: _first_value(key, varied_values) for key, varied_values in values.items() if key != "optimiser.kind"
    }
    chosen_settings = {**settings, **first_point}
    recommended_settings = recommend_settings(chosen_settings.pop("preset", "default"), chosen_settings, data)
    return {key: schema.to_json_value(value) for key, value in recommended_settings.items()}


def parse_values(key: str, text: str) -> list | dict:
    """The values of a setting from typed text: a list for `a|b|c`, or {"low", "high"} for `low..high`, a range to
    search."""
    kind, (low, dots, high) = setting_type(key), text.partition("..")
    if dots and "|" not in text:
        return {"low": schema.parse_setting(key, low, float), "high": schema.parse_setting(key, high, float)}
    return [schema.to_json_value(schema.parse_setting(key, part, kind)) for part in text.split("|")]


def _parse_varied_values(key, varied_values) -> list | dict:
    """The values of a varied setting, each of them checked on its own: a list, or the ends of a range."""
    if isinstance(varied_values, str) and ("|" in varied_values or ".." in varied_values):
        varied_values = parse_values(key, varied_values)
    if isinstance(varied_values, dict) and varied_values.keys() == {"low", "high"}:
        sweep_search.check_range(key, **varied_values)
        return varied_values
    raw_values = (
        [varied_values]
        if isinstance(varied_values, str | dict) or not isinstance(varied_values, Iterable)
        else varied_values
    )
    values = [_parse_setting(key, value) for value in raw_values]
    if not values or any(value in values[:k] for k, value in enumerate(values)):
        raise ConfigError(f"{key} needs at least one value, and each of them once.")
    if key in setting_keys():
        for value in values:
            schema.check_value(key, schema.lists_to_tuples(value), setting_type(key), setting_field(key).metadata)
    return values


def _parse_setting(key, value):
    """A setting's value, parsed if it is text, as JSON holds it."""
    is_text = isinstance(value, str) and key in setting_keys()
    return schema.to_json_value(schema.parse_setting(key, value, setting_type(key)) if is_text else value)


def _check_points(sweep: Sweep, data: DataSet | None) -> Sweep:
    """The sweep with the points of its grid; ConfigError or DataError if a point is refused (in a search, the first
    point)."""
    ranges = [key for key, values in sweep.vary.items() if isinstance(values, dict)]
    if ranges and not sweep.search:
        raise ConfigError(
            f"{ranges[0]} has a range, from which only a search draws values; list them as a|b|c, or search."
        )
    if sweep.search:
        sweep_search.import_optuna()
        points, count = [Point({key: _first_value(key, values) for key, values in sweep.vary.items()})], sweep.trials
    else:
        points = [Point(dict(zip(sweep.vary, values, strict=True))) for values in product(*sweep.vary.values())]
        count = len(points)
    if count * len(sweep.seeds) > MAX_TRAININGS:
        raise ConfigError(
            f"This sweep would be {count * len(sweep.seeds):,} trainings, and at most {MAX_TRAININGS:,} are allowed; "
            "vary less, or search."
        )
    for point in points:
        config = run_configuration(sweep, point.settings, sweep.seeds[0])
        reason = next(iter(never_measured_reasons(config, sweep.measure)), None)
        if reason is not None:
            raise ConfigError(
                f"A sweep cannot compare by the {TARGETS[sweep.measure]} here: {reason}; choose another measure."
            )
        if sweep.early_stop and config.minutes:
            raise ConfigError(
                "Early stopping compares trainings at equal steps, so give epochs or steps in place of minutes."
            )
        queue.check_startable(config, data)
    return sweep if sweep.search else replace(sweep, points=points)


def _first_value(key, values):
    return values[0] if isinstance(values, list) else schema.without_none_type(setting_type(key))(values["low"])


def run_configuration(sweep: Sweep, settings: dict, seed: int) -> Config:
    """The configuration of one run: that of a point with the varied `settings`, for one seed."""
    settings_text = ", ".join(format_value(value) for value in settings.values())
    name = " · ".join(part for part in (sweep.name or "sweep", settings_text, f"seed {seed}") if part)
    run_settings = {"seed": seed, "name": name[: setting_field("name").metadata["longest"]]}
    return configure(**{**sweep.settings, **settings, **run_settings})


def format_value(value) -> str:
    """A setting's value in a few characters, such as "0.03", "1000,1000" or "mixture"."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={format_value(item)}" for key, item in value.items())
    return ",".join(map(format_value, value)) if isinstance(value, list) else str(value)
