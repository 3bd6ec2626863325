"""Disk space: how much a training will take, whether that is free, and a warning during the training if it no longer is."""

import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from aae_core.config.configuration import Config
from aae_core.config.derived import phases, total_steps
from aae_core.errors import AAEError
from aae_core.models.model import Model
from aae_core.progress import size
from aae_core.store import frames
from aae_core.store.folder import PROBE_LIMIT, folder_size
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import BUSY
from aae_core.training.phases import MOVES
from aae_core.training.training import DRAWN_AHEAD, MOST_DRAWN, REPORT_EVERY

BLOCK = 4096  # bytes in which a file system allocates space
RECORDS = 1_000_000  # bytes of configuration, status, curves and log
MOMENTS = {"sgd": 1, "adam": 2}  # numbers that an optimiser stores for each parameter


@dataclass(frozen=True)
class Need:
    """The bytes that a training takes. left: of the files that it leaves; twice: of its largest file, which exists twice for a
    moment when it is replaced."""

    left: int
    twice: int

    @property
    def peak(self) -> int:
        return self.left + self.twice


def needed(config: Config, summary) -> Need:
    """What a training takes at most, computed without creating its networks in memory. summary: a DataSummary of its data."""
    return _needed(config, summary.shape, len(summary.classes), summary.features, summary.train)


@lru_cache(maxsize=1024)  # whenever a training begins, this is computed for all that wait
def _needed(config, shape, classes, features, train):
    with torch.device("meta"):
        model = Model(config, shape, classes, features)
    networks = sum(value.numel() * value.element_size() for value in model.state_dict().values())
    moved = [parts for phase in phases(config) for parts in MOVES[phase]]
    own = [(name.partition(".")[0], p.numel()) for name, p in model.named_parameters()]
    learned = sum(count for parts in moved for name, count in own if name == parts)
    batch, dim = min(config.batch_size, train), config.latent_dim
    n_draws = min(DRAWN_AHEAD * batch * dim, max(MOST_DRAWN, batch * dim))
    resume = networks + 4 * MOMENTS[config.optimiser.kind] * learned + 4 * n_draws
    count = min(PROBE_LIMIT, train)
    plan = frames.plan_of(model, count)
    n_frames = min(plan.frames, 2 + total_steps(config, train) // REPORT_EVERY)
    sizes = [networks, resume, count * (4 * dim + 3 * 8), train * 8 * (config.labels is not None)]
    sizes += [plan.frame] * n_frames + [plan.key] * min(plan.keys, n_frames)
    return Need(RECORDS + sum(-(-n_bytes // BLOCK) * BLOCK for n_bytes in sizes), resume)


def free(path: Path) -> int:
    """The free bytes on the disk of a folder, which need not exist yet; sys.maxsize if the system does not say."""
    existing = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    with suppress(OSError):
        return shutil.disk_usage(existing).free
    return sys.maxsize


def refusal(store: Store, n_bytes: int, begun: bool = False) -> str:
    """Why a training that needs `n_bytes` bytes should not be added to those that are queued or running, in a sentence; "" if
    there is room. begun: whether it is to be resumed, for the wording."""
    others, free_bytes = claimed(store, store.own()), free(store.root)
    if n_bytes + others <= free_bytes:
        return ""
    beside = f", and those that are queued or in training {size(others)} more" if others else ""
    trash = sum(folder_size(entry.path) for entry in store.trash.entries())
    empty = f" (the trash holds {size(trash)})" if trash else ""
    takes, smaller = ("still takes", "") if begun else ("takes", ", or choose smaller networks")
    return (
        f"The disk has too little room: this training {takes} up to {size(n_bytes)}{beside}, and {size(free_bytes)} are free; "
        f"free some space{empty}{smaller}."
    )


def rest(revision: Revision) -> int:
    """The bytes that a running or resumed training will still take."""
    return _still(revision.path, needed(revision.config, revision.data))


def warning(path: Path, need: Need) -> str:
    """A sentence that the disk will be full before the training in the folder `path` ends; "" if there is room."""
    growth, free_bytes = _still(path, need), free(path)
    if growth <= free_bytes:
        return ""
    return (
        f"The disk will be full before this training ends: it still takes up to {size(growth)}, and {size(free_bytes)} are free; "
        "free some space. If none is free, it stops, and can be resumed from its last checkpoint."
    )


def _still(path, need):
    return max(0, need.left - folder_size(path)) + need.twice


def claimed(store: Store, rows: Iterable[Summary]) -> int:
    """The bytes that the queued and running ones among these trainings will still take."""
    total = 0
    for row in rows:
        if row.state in BUSY:
            with suppress(AAEError):  # it was deleted just now, or cannot be read
                total += rest(Revision(store.root / row.id))
    return total
