"""The engines on which trainings can run: processes of this machine, Ray and Slurm. `--engine` or $AAE_ENGINE chooses one."""

import os

from aae_core.errors import unknown
from aae_core.scheduling import launchers, ray_engine, slurm_engine
from aae_core.scheduling.launchers import Launcher
from aae_core.store.status import Status

VARIABLE, ASKS = "AAE_ENGINE", "AAE_ENGINE_OPTIONS"
ENGINES: dict[str, Launcher] = {row.name: row for row in (launchers.LOCAL, ray_engine.RAY, slurm_engine.SLURM)}


def is_named() -> bool:
    """Whether the user has chosen an engine."""
    return bool(os.environ.get(VARIABLE))


def chosen() -> Launcher:
    """The engine that $AAE_ENGINE names, by default processes of this machine; ConfigError if there is none of that name."""
    name = os.environ.get(VARIABLE) or launchers.LOCAL.name
    if name not in ENGINES:
        raise unknown("engine", name, ENGINES)
    return ENGINES[name]


def asks(text: str | None = None) -> str:
    """What each training asks of the engine, as a text for `launchers.options` with single blanks: `text`, by default
    $AAE_ENGINE_OPTIONS; ConfigError if it is invalid."""
    text = os.environ.get(ASKS, "") if text is None else text
    launchers.options(text)
    return " ".join(text.split())


def alive(status: Status, engine: Launcher) -> bool | None:
    """Whether the worker that a status names is alive; None if that cannot be known, as for a worker on another engine than
    `engine`, the one in use. Processes of machines, such as a training in a terminal, can be checked whichever engine is in use.
    """
    if status.engine == engine.name:
        return engine.alive(status)
    is_local = status.engine in ("", launchers.LOCAL.name)  # "": written by a version before there were engines
    return launchers.LOCAL.alive(status) if is_local else None
