"""Where trainings run, chosen in one place: a row for each engine; `--engine` or $AAE_ENGINE names the one in use."""

import os

from aae_core.errors import unknown
from aae_core.scheduling import launchers, ray_engine, slurm_engine
from aae_core.scheduling.launchers import Launcher
from aae_core.store.status import Status

VARIABLE, ASKS = "AAE_ENGINE", "AAE_ENGINE_OPTIONS"
ENGINES: dict[str, Launcher] = {row.name: row for row in (launchers.LOCAL, ray_engine.RAY, slurm_engine.SLURM)}


def is_named() -> bool:
    """Whether somebody has said on which engine trainings run."""
    return bool(os.environ.get(VARIABLE))


def chosen() -> Launcher:
    """The engine that $AAE_ENGINE names, or the processes of this machine; ConfigError if there is none of that name."""
    name = os.environ.get(VARIABLE) or launchers.LOCAL.name
    if name not in ENGINES:
        raise unknown("engine", name, ENGINES)
    return ENGINES[name]


def asks(text: str | None = None) -> str:
    """What a text, by default $AAE_ENGINE_OPTIONS, says that each training asks of the engine; ConfigError if it cannot be
    understood."""
    text = os.environ.get(ASKS, "") if text is None else text
    launchers.options(text)
    return " ".join(text.split())


def alive(status: Status, engine: Launcher) -> bool | None:
    """Whether the worker that a status names lives; None where that cannot be known, as of one on an engine that is not in use.

    engine: the one in use. Of processes of this machine, such as a training in a terminal, every engine knows.
    """
    if status.engine == engine.name:
        return engine.alive(status)
    here = status.engine in ("", launchers.LOCAL.name)  # or of a version that knew no engines
    return launchers.LOCAL.alive(status) if here else None
