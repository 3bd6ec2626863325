"""A finished training continues for more epochs, as a new revision that begins with all that the old one ended with.

Networks, optimisers and random state are those of the last step, and learning rates, orders of the items and noise follow
from seed, epoch and step. So a training of 20 epochs that is continued to 30 ends with the same bits as one of 30 epochs.
The old revision is not changed: its weights, figures and frames, and links to it, stay what they are.
"""

import time
from dataclasses import replace

from aae_core import owners
from aae_core.config.configuration import Config
from aae_core.config.derived import is_check_step, is_patience_over, steps_per_epoch, total_steps
from aae_core.config.settings import TargetConfig
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.runs import engines, queue
from aae_core.runs.launchers import Launcher
from aae_core.store.former_training import FormerTraining
from aae_core.store.revision import Revision
from aae_core.store.revision_folder import ContinuedFrom
from aae_core.store.revisions import Store
from aae_core.store.status import Status

FINISHED_STATES = ("done", "stopped")
KEPT_STATUS_FIELDS = ("step", "epoch", "seconds", "machine")  # of the old revision, with which the new one begins


def continued_config(revision: Revision, epochs: int) -> Config:
    """The configuration in which `revision` continues until it has had `epochs` epochs in all. A number of steps, a limit
    in minutes and a target, by which it may have ended, no longer count.

    Raises RevisionError if it is of the gallery, not finished, or has had so many epochs; ConfigError if `epochs` is no
    whole number from 1 to 100,000.
    """
    queue.check_not_of_gallery(revision)
    queue.check_settings_exist(revision)
    status = revision.status
    if status.state not in FINISHED_STATES:
        raise RevisionError(
            f"{revision.id} is {status.state}, and only a finished training continues as a new revision; let it end first, "
            "or resume it without a number of epochs."
        )
    config = replace(revision.config, epochs=epochs, steps=None, minutes=None, target=TargetConfig())
    if total_steps(config, revision.data.train) <= status.step:
        raise RevisionError(
            f"{revision.id} has had {status.epoch:.4g} epochs, so it cannot continue to {epochs:,}; give more epochs in all."
        )
    return config


def create_continuation(
    store: Store,
    revision: Revision,
    config: Config,
    data: sets.DataSet | None = None,
    status: Status | None = None,
    owner: owners.Owner | None = None,
    request_key: str = "",
) -> Revision:
    """Create the revision that continues `revision` in a configuration of `continued_config`, and return it, paused at the
    step at which that one ended unless `status` says otherwise.

    data: the data set, if it exists only in memory; owner: on a server that a class shares; request_key: as in
    `queue.create_revision`. Raises RevisionError if the
    data are no longer those of the revision, its resume.safetensors is gone or damaged, or the disk would be full;
    otherwise as `queue.check_startable`.
    """
    # they import torch, which takes time
    from aae_core.store import weights
    from aae_core.training.best_weights import BestWeights, without_best_weights

    dataset = sets.resolve_data_set(data, config.data)
    queue.check_same_data(revision, dataset.summary)
    queue.check_startable(config, data)
    state, former_status = weights.load_resume_state(revision), revision.status
    if state is None:
        raise RevisionError(
            f"{revision.id} cannot continue, because its resume.safetensors is gone; put the file back, or start a new training."
        )
    step = int(state["step"])
    best_weights = BestWeights.from_state(state)
    if best_weights is not None and _ended_by_patience(revision, step, best_weights.step):
        state = without_best_weights(state)
    former_training = FormerTraining(ContinuedFrom(revision.id, step), state, _rows_to_continue(revision, step))
    kept_fields = {name: getattr(former_status, name) for name in KEPT_STATUS_FIELDS}
    steps = total_steps(config, revision.data.train)
    status = replace(status or Status("paused"), **kept_fields, total_steps=steps, total_epochs=config.epochs)
    return queue.create_revision(store, config, revision.data, status, owner, former_training, request_key)


def start_continuation(
    store: Store,
    revision: Revision,
    config: Config,
    launcher: Launcher | None = None,
    owner: owners.Owner | None = None,
    request_key: str = "",
) -> Revision:
    """As `create_continuation`, and queue the new revision, and launch it if a slot is free."""
    launcher = launcher or engines.chosen_engine()
    status = Status("queued", queued=time.time(), engine=launcher.name, asks=engines.engine_options_text())
    created = create_continuation(store, revision, config, status=status, owner=owner, request_key=request_key)
    queue.launch_queued(store, launcher)
    return created


def continuation_note(revision: Revision) -> str:
    """Which revision a revision continues, in a sentence; "" if none."""
    origin = revision.continued_from
    if origin is None:
        return ""
    return f"It continues {origin.revision} from step {origin.step:,}; that revision stays as it is."


def _ended_by_patience(revision, step, best_step) -> bool:
    """Whether a training of `step` steps ended because its patience was over, which then begins anew. Where it ended between two
    checks, the next one decides, as in a training that is longer from the start."""
    epoch_steps = steps_per_epoch(revision.config, revision.data.train)
    return is_check_step(step, epoch_steps) and is_patience_over(revision.config, step, best_step, epoch_steps)


def _rows_to_continue(revision, step) -> list[dict]:
    """The rows of the metrics up to `step`. The last is without its measures, since these are of the test set."""
    rows = [row for row in revision.metrics() if row["step"] <= step]
    if rows:
        rows[-1] = {key: value for key, value in rows[-1].items() if key != "measures"}
    return rows
