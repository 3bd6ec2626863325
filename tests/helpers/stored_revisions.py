"""Revisions that are written as a worker leaves them, without training."""

import numpy as np

from aae_core.models.model import Model
from aae_core.store import weights
from aae_core.store.revision_folder import ProbeCodes
from aae_core.store.status import Status


def write_trained_revision(store, config, facts, seed=0, step=60):
    """A revision with weights, probe codes and metrics, as a worker leaves it, without training."""
    revision = store.create(config, facts, Status("done", step=step, total_steps=step, measures={"mmd2": 0.01}))
    model = Model(revision.config, revision.data.shape, len(revision.data.classes))
    model.initialise(seed)
    weights.save_weights(revision, model, step)
    rng = np.random.default_rng(seed)
    z, labels = rng.normal(size=(20, 2)).astype(np.float32), np.arange(20) % 10
    revision.write_probe(ProbeCodes(z, labels, np.arange(20) * 3, labels, "train"))
    revision.write_metrics(
        [{"step": 10 * i, "epoch": 0.1 * i, "losses": {"reconstruction": 1 / i}} for i in range(1, 301)]
    )
    return revision
