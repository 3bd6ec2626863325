"""Disk space: how much a training will take, whether that is free, and a warning during the training if it no longer
is."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from aae_core.config.configuration import Config
from aae_core.config.derived import REPORT_STEPS, total_steps, trained_phases
from aae_core.errors import AAEError
from aae_core.models.model import Model
from aae_core.progress import format_bytes
from aae_core.store import frames
from aae_core.store.revision_folder import MAX_PROBE_CODES, folder_size
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import BUSY
from aae_core.training.training import MAX_NUMBERS_AHEAD, MAX_STEPS_AHEAD, PHASE_NETWORKS

BLOCK_BYTES = 4096  # bytes in which a file system allocates space
RECORDS_BYTES = 1_000_000  # bytes of configuration, status, curves and log
OPTIMISER_MOMENTS = {"sgd": 1, "adam": 2}  # numbers that an optimiser stores for each parameter


@dataclass(frozen=True)
class DiskNeed:
    """The bytes that a training takes. kept_bytes: of the files that it leaves; replaced_bytes: of its largest file,
    which exists twice for a moment when it is replaced."""

    kept_bytes: int
    replaced_bytes: int

    @property
    def peak_bytes(self) -> int:
        return self.kept_bytes + self.replaced_bytes


def estimate_disk_need(config: Config, summary) -> DiskNeed:
    """What a training takes at most, computed without creating its networks in memory. summary: a DataSummary of its
    data."""
    return _estimate_disk_need(config, summary.shape, len(summary.classes), summary.features, summary.train)


@lru_cache(maxsize=1024)  # whenever a training begins, this is computed for all that wait
def _estimate_disk_need(config, shape, n_classes, features, n_train):
    with torch.device("meta"):
        model = Model(config, shape, n_classes, features)
    network_bytes = sum(value.numel() * value.element_size() for value in model.state_dict().values())
    parameters_by_network = Counter()
    for name, parameter in model.named_parameters():
        parameters_by_network[name.partition(".")[0]] += parameter.numel()
    trained_networks = [network for phase in trained_phases(config) for network in PHASE_NETWORKS[phase]]
    n_trained_parameters = sum(parameters_by_network[network] for network in trained_networks)
    batch_size, latent_dim = min(config.batch_size, n_train), config.latent_dim
    n_draws = min(MAX_STEPS_AHEAD * batch_size * latent_dim, max(MAX_NUMBERS_AHEAD, batch_size * latent_dim))
    resume_bytes = network_bytes + 4 * OPTIMISER_MOMENTS[config.optimiser.kind] * n_trained_parameters + 4 * n_draws
    if config.patience is not None:
        resume_bytes += network_bytes  # the best weights
    n_probe_codes = min(MAX_PROBE_CODES, n_train)
    plan = frames.plan_frames_of_model(model, n_probe_codes)
    n_frames = min(plan.max_frames, 2 + total_steps(config, n_train) // REPORT_STEPS)
    label_bytes = 0 if config.labels is None else 8 * n_train
    sizes = [network_bytes, resume_bytes, n_probe_codes * (4 * latent_dim + 3 * 8), label_bytes]
    sizes += [plan.frame_bytes] * n_frames + [plan.key_frame_bytes] * min(plan.max_key_frames, n_frames)
    return DiskNeed(RECORDS_BYTES + sum(-(-n_bytes // BLOCK_BYTES) * BLOCK_BYTES for n_bytes in sizes), resume_bytes)


def free_bytes(path: Path) -> int:
    """The free bytes on the disk of a folder, which need not exist yet; sys.maxsize if the system does not say."""
    existing_folder = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    with suppress(OSError):
        return shutil.disk_usage(existing_folder).free
    return sys.maxsize


def no_space_reason(store: Store, needed_bytes: int, is_resumed: bool = False) -> str:
    """Why a training that needs `needed_bytes` bytes should not be added to those that are queued or running, in a
    sentence; "" if there is room. is_resumed: whether it is to be resumed, for the wording."""
    claimed_by_others, bytes_free = claimed_bytes(store, store.list_own()), free_bytes(store.root)
    if needed_bytes + claimed_by_others <= bytes_free:
        return ""
    others_note, trash_note = "", ""
    if claimed_by_others:
        others_note = f", and those that are queued or in training {format_bytes(claimed_by_others)} more"
    if trash_bytes := sum(folder_size(entry.path) for entry in store.trash.entries()):
        trash_note = f" (the trash holds {format_bytes(trash_bytes)})"
    verb, network_advice = ("still takes", "") if is_resumed else ("takes", ", or choose smaller networks")
    return (
        f"The disk has too little room: this training {verb} up to {format_bytes(needed_bytes)}{others_note}, "
        f"and {format_bytes(bytes_free)} are free; free some space{trash_note}{network_advice}."
    )


def remaining_disk_need(revision: Revision) -> int:
    """The bytes that a running or resumed training will still take."""
    return _remaining_bytes(revision.path, estimate_disk_need(revision.config, revision.data))


def disk_full_warning(path: Path, need: DiskNeed) -> str:
    """A sentence that the disk will be full before the training in the folder `path` ends; "" if there is room."""
    growth, bytes_free = _remaining_bytes(path, need), free_bytes(path)
    if growth <= bytes_free:
        return ""
    return (
        f"The disk will be full before this training ends: it still takes up to {format_bytes(growth)}, "
        f"and {format_bytes(bytes_free)} are free; free some space. If none is free, it stops, and can be resumed "
        "from its last checkpoint."
    )


def _remaining_bytes(path, need):
    return max(0, need.kept_bytes - folder_size(path)) + need.replaced_bytes


def claimed_bytes(store: Store, rows: Iterable[Summary]) -> int:
    """The bytes that the queued and running ones among these trainings will still take."""
    total = 0
    for row in rows:
        if row.state in BUSY:
            with suppress(AAEError):  # it was deleted just now, or cannot be read
                total += remaining_disk_need(Revision(store.root / row.id))
    return total
