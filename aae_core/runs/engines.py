"""The engines on which trainings can run: processes of this machine, and Ray. `--engine` or $AAE_ENGINE chooses one."""

import os

from aae_core.errors import unknown_name_error
from aae_core.runs import launchers, ray_engine
from aae_core.runs.launchers import Launcher
from aae_core.store.status import Status

ENGINE_VARIABLE, OPTIONS_VARIABLE = "AAE_ENGINE", "AAE_ENGINE_OPTIONS"
ENGINES: dict[str, Launcher] = {row.name: row for row in (launchers.LOCAL, ray_engine.RAY)}


def is_engine_set() -> bool:
    """Whether the user has chosen an engine."""
    return bool(os.environ.get(ENGINE_VARIABLE))


def chosen_engine() -> Launcher:
    """The engine that $AAE_ENGINE names, by default processes of this machine; ConfigError if there is none of that
    name."""
    name = os.environ.get(ENGINE_VARIABLE) or launchers.LOCAL.name
    if name not in ENGINES:
        raise unknown_name_error("engine", name, ENGINES)
    return ENGINES[name]


def engine_options_text(text: str | None = None) -> str:
    """What each training asks of the engine, as a text for `launchers.parse_engine_options` with single blanks: `text`,
    by default $AAE_ENGINE_OPTIONS; ConfigError if it is invalid."""
    text = os.environ.get(OPTIONS_VARIABLE, "") if text is None else text
    launchers.parse_engine_options(text)
    return " ".join(text.split())


def is_worker_alive(status: Status, engine: Launcher) -> bool | None:
    """Whether the worker that a status names is alive; None if that cannot be known, as for a worker on another engine
    than `engine`, the one in use. Processes of machines, such as a training in a terminal, can be checked whichever
    engine is in use. What an engine that no longer exists was given counts as dead."""
    if status.engine == engine.name:
        return engine.is_alive(status)
    if status.engine in ("", launchers.LOCAL.name):  # "": it runs in a terminal
        return launchers.LOCAL.is_alive(status)
    return None if status.engine in ENGINES else False
