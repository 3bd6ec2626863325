"""A simulated training whose updates a test triggers: this process writes weights and codes by the store's own writers."""

import contextlib
import time
from dataclasses import replace

import torch

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import worker
from aae_core.store import status, weights
from app.server import assets


class Rehearsal:
    """A revision of digits, trained for some steps, that counts as running: this process holds its lock.

    Leave it by `with` before the server is stopped, which ends every worker.
    """

    def __init__(self, store, **settings):
        self.revision = worker.train(configure(data="digits", steps=60, threads=1, **settings), store=store)
        self.model = self.revision.model()
        self.probe = self.revision.probe()
        self.images = getattr(sets.load("digits"), self.probe.split).images[self.probe.index]
        self.generator = torch.Generator().manual_seed(0)
        self.lock_stack = contextlib.ExitStack()

    def __enter__(self):
        self.lock_stack.enter_context(self.revision.lock())
        self._write_status("running", **status.this_process_fields())
        return self

    def __exit__(self, *_):
        self._write_status("done", pid=None, started=None)
        self.lock_stack.close()

    def _write_status(self, state, **changes):
        new_status = replace(self.revision.status, state=state, heartbeat=time.time(), **changes)
        self.revision.write_status(new_status)

    def learn(self) -> str:
        """Perturb weights and codes and write them in a worker's order; return the address of the decoder's weights."""
        with torch.no_grad():
            for value in self.model.parameters():
                noise = torch.randn(value.shape, generator=self.generator)
                value += 0.02 * value.std(correction=0) * noise
        weights.save_weights(self.revision, self.model, self.revision.status.step + 1)
        self.revision.write_probe(replace(self.probe, z=self.revision.encode(self.images)))
        self._write_status("running", step=self.revision.status.step + 1)
        return assets.page_networks(self.model).decoder.file.url
