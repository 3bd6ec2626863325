"""Plans a sweep: checks its settings and values before anything begins, and makes the configuration of each run."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from aae_core.checks import whole_number
from aae_core.config import schema
from aae_core.config.choices import MEASURES, TARGETS
from aae_core.config.combinations import never_measured
from aae_core.config.configuration import Config, configure, setting_keys, setting_of, type_of
from aae_core.data.sets import DataSet
from aae_core.errors import ConfigError, unknown
from aae_core.scheduling import queue
from aae_core.store.sweeps import MOST, Point, Sweep
from aae_core.sweeps import search

TRIALS = 50  # points of a search by default
OWN = ("seed", "name")  # settings that a sweep gives to each run


def plan(
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

    vary: {setting: its values}, either a list or typed text for `parse_values`. settings: the settings that all runs share, as
    `configure` takes them. seeds: a list of seeds, or a number n for the seeds 0 to n − 1. measure: one of MEASURES. early_stop:
    "asha", or "" for none. search_by: "optuna" to try only `trials` points, "" to train every combination. data: the data set,
    if it exists only in memory. Raises ConfigError for settings that make no sense, DataError for missing data.
    """
    if own := [key for key in OWN if key in {**vary, **settings}]:
        advice = {"seed": "give seeds in place of seed", "name": "its runs are named after what is varied"}[own[0]]
        raise ConfigError(f"The seeds and the name of a sweep are arguments of their own: {advice}.")
    schema.check_value("name", name, str, setting_of("name").metadata)
    seed_list = list(seeds) if isinstance(seeds, Iterable) else list(range(whole_number(seeds, 1, MOST, "seeds")))
    seed_list = [whole_number(seed, 0, 2**31 - 1, "seeds") for seed in seed_list]
    if not seed_list or len(set(seed_list)) < len(seed_list):
        raise ConfigError("A sweep needs at least one seed, and each of them once.")
    for kind, choice, allowed in (
        ("measure of a sweep", measure, MEASURES),
        ("kind of early stopping", early_stop, ("", "asha")),
        ("kind of search", search_by, ("", "optuna")),
    ):
        if choice not in allowed:
            raise unknown(kind, choice, filter(None, allowed))
    if trials is not None and not search_by:
        raise ConfigError("A number of trials belongs to a search; without one all combinations are trained.")
    trials = whole_number(TRIALS if trials is None else trials, 1, MOST, "trials") if search_by else None
    values = {key: _several(key, raw) for key, raw in vary.items()}
    settings = {key: _typed(key, value) for key, value in settings.items() if key not in vary}
    if "epochs" in values and ("steps" in values or settings.get("steps") is not None):
        raise ConfigError("Where the steps are given, the epochs change nothing; leave one of the two out.")
    return _checked(Sweep(values, settings, seed_list, measure, early_stop, search_by, trials, name), data)


def parse_values(key: str, text: str) -> list | dict:
    """The values of a setting from typed text: a list for `a|b|c`, or {"low", "high"} for `low..high`, a range to search."""
    kind, (low, dots, high) = type_of(key), text.partition("..")
    if dots and "|" not in text:
        return {"low": schema.parse(key, low, float), "high": schema.parse(key, high, float)}
    return [schema.plain(schema.parse(key, part, kind)) for part in text.split("|")]


def _several(key, raw) -> list | dict:
    """The values of a varied setting, each of them checked on its own: a list, or the ends of a range."""
    if isinstance(raw, str) and ("|" in raw or ".." in raw):
        raw = parse_values(key, raw)
    if isinstance(raw, dict) and raw.keys() == {"low", "high"}:
        search.check_range(key, **raw)
        return raw
    raw_values = [raw] if isinstance(raw, str | dict) or not isinstance(raw, Iterable) else raw
    values = [_typed(key, value) for value in raw_values]
    if not values or any(value in values[:k] for k, value in enumerate(values)):
        raise ConfigError(f"{key} needs at least one value, and each of them once.")
    if key in setting_keys():
        for value in values:
            schema.check_value(key, schema.tuples(value), type_of(key), setting_of(key).metadata)
    return values


def _typed(key, value):
    """A setting's value, parsed if it is text, as JSON holds it."""
    is_text = isinstance(value, str) and key in setting_keys()
    return schema.plain(schema.parse(key, value, type_of(key)) if is_text else value)


def _checked(sweep: Sweep, data: DataSet | None) -> Sweep:
    """The sweep with the points of its grid; ConfigError or DataError if a point is refused (in a search, the first point)."""
    ranges = [key for key, values in sweep.vary.items() if isinstance(values, dict)]
    if ranges and not sweep.search:
        raise ConfigError(
            f"{ranges[0]} has a range, from which only a search draws values; list them as a|b|c, or search."
        )
    if sweep.search:
        search.require_optuna()
        points, count = [Point({key: _first(key, values) for key, values in sweep.vary.items()})], sweep.trials
    else:
        points = [Point(dict(zip(sweep.vary, values, strict=True))) for values in product(*sweep.vary.values())]
        count = len(points)
    if count * len(sweep.seeds) > MOST:
        raise ConfigError(
            f"This sweep would be {count * len(sweep.seeds):,} trainings, and at most {MOST:,} are allowed; vary less, or search."
        )
    for point in points:
        config = configuration(sweep, point.settings, sweep.seeds[0])
        reason = next(iter(never_measured(config, sweep.measure)), None)
        if reason is not None:
            raise ConfigError(
                f"A sweep cannot compare by the {TARGETS[sweep.measure]} here: {reason}; choose another measure."
            )
        if sweep.early_stop and config.minutes:
            raise ConfigError(
                "Early stopping compares trainings at equal steps, so give epochs or steps in place of minutes."
            )
        queue.check(config, data)
    return sweep if sweep.search else replace(sweep, points=points)


def _first(key, values):
    return values[0] if isinstance(values, list) else schema.base_type(type_of(key))(values["low"])


def configuration(sweep: Sweep, settings: dict, seed: int) -> Config:
    """The configuration of one run: that of a point with the varied `settings`, for one seed."""
    settings_text = ", ".join(value_words(value) for value in settings.values())
    name = " · ".join(part for part in (sweep.name or "sweep", settings_text, f"seed {seed}") if part)
    own = {"seed": seed, "name": name[: setting_of("name").metadata["longest"]]}
    return configure(**{**sweep.settings, **settings, **own})


def value_words(value) -> str:
    """A setting's value in a few characters, such as "0.03", "1000,1000" or "mixture"."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={value_words(item)}" for key, item in value.items())
    return ",".join(map(value_words, value)) if isinstance(value, list) else str(value)
