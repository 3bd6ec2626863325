"""Costs of the user's own: trained with, and refused in a sentence where something is wrong with them."""

import json
import math
import sys
import threading

import numpy as np
import pytest
import torch
from helpers.plugin_files import BLOCKS, SMALL_SETTINGS, assert_one_sentence, prior_source

import aae_core as aae
from aae_core import plugins
from aae_core.config.choices import COSTS
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import ConfigError, RevisionError
from aae_core.runs import queue, worker
from aae_core.store.revisions import Store

ABSOLUTE = next(block for block in BLOCKS if "register_cost" in block)


def test_the_cost_of_the_docs_trains_a_table_in_standard_units(plug_in):
    plug_in("my_costs", ABSOLUTE)
    config = configure(cost="absolute", **{**SMALL_SETTINGS, "data": "wine", "steps": 60})
    revision = worker.train(config)
    model, wine = revision.model(), sets.load("wine")
    rows = wine.test.images[:, 0, :, 0]
    x = (rows - np.array(wine.features.means)) / wine.features.deviations
    x_hat = (revision.decode(revision.encode(rows)) - np.array(wine.features.means)) / wine.features.deviations
    figures = revision.evaluate("reconstruction")["reconstruction"]
    assert figures["reconstruction_nats"] == pytest.approx(np.abs(x - x_hat).sum(1).mean(), rel=1e-4)
    assert model.cost.mean(torch.ones(1, 1, 1, 13)).tolist() == [[[[1.0] * 13]]]
    record = json.loads((revision.path / "config.json").read_text())
    assert record["plugins"] == {"my_costs": ""}
    assert revision.history().loss_reconstruction.iloc[-1] < revision.history().loss_reconstruction.iloc[0]
    plug_in.forget()
    with pytest.raises(RevisionError, match="needs my_costs"):
        aae.open(revision.id)


def test_an_own_cost_takes_all_else_from_the_one_it_is_like(plug_in):
    plug_in(
        "my_costs",
        "import aae_core as aae\n"
        "aae.register_cost('far', lambda x, logits: (x - logits.sigmoid()).pow(4).sum((1, 2, 3)), like='cross-entropy')\n"
        "aae.register_cost('rough', lambda x, logits: (x - logits.exp()).abs().sum((1, 2, 3)), like='poisson')\n",
    )
    assert worker.train(configure(cost="far", **SMALL_SETTINGS)).decode(np.zeros((1, 2))).dtype == np.uint8
    counts = aae.arrays(np.random.default_rng(0).poisson(4, (40, 5)), types="count")
    model = worker.train(configure(cost="rough", **{**SMALL_SETTINGS, "data": "arrays"}), data=counts).model()
    assert model.cost.mean(torch.zeros(1, 1, 1, 5)).tolist() == [[[[1.0] * 5]]]
    assert torch.allclose(model.cost.encoder_input(torch.full((1, 1, 1, 5), 2.0)), torch.tensor(math.log(3)))
    with pytest.raises(ConfigError, match="for count and binary features"):
        queue.check_startable(configure(cost="rough", data="wine"))
    with pytest.raises(ConfigError, match="digits holds images"):
        queue.check_startable(configure(cost="rough", data="digits"))


COST = "import aae_core as aae\naae.register_cost({})"
BROKEN = "BROKEN = []\n"
FAILS = {
    "cost": BROKEN
    + COST.format(
        "'mine', lambda x, logits: {False: x - logits}[bool(BROKEN)].square().sum((1, 2, 3)), like='squared-error'"
    ),
    "density": BROKEN
    + prior_source(
        more="\n    def log_density(self, z):\n        return {False: -z.square().sum(1) / 2}[bool(BROKEN)]",
        register=", support='everywhere'",
    ),
    "prior": BROKEN + prior_source("torch.randn({False: n}[bool(BROKEN)], self.dim, generator=generator)"),
}


@pytest.mark.parametrize("kind", FAILS)
def test_what_fails_in_a_plug_in_while_it_trains_is_told_as_its_own(plug_in, kind):
    plug_in("my_own", FAILS[kind])
    component, variant = "cost" if kind == "cost" else "prior", "vae" if kind == "density" else "aae"
    config = configure(**{**SMALL_SETTINGS, "steps": 60, "variant": variant, component: "mine"})
    revision = Store().create(config, queue.check_startable(config))
    status = worker.run_training(revision, lambda status: sys.modules["my_own"].BROKEN.append(status.step))
    message = f"The {component} mine of the plug-in my_own failed: KeyError: True."
    assert status.state == "failed" and message in assert_one_sentence(status.error_text)
    assert "my_own.py" in (revision.path / "worker.log").read_text()


def test_a_plug_in_without_memory_is_reported_and_blocks_nothing(plug_in):
    plug_in(
        "my_own", COST.format("'mine', lambda x, logits: (x - logits).square().sum((1, 2, 3)), like='squared-error'")
    )
    aae.configure(cost="mine")
    with pytest.raises(MemoryError), COSTS.blame_plugin_for_errors("mine"):
        raise MemoryError
    before = sys.stdout
    with COSTS.blame_plugin_for_errors("mine"):
        thread = threading.Thread(target=plugins.load_plugins, daemon=True)
        thread.start()
        thread.join(10)
        assert not thread.is_alive() and sys.stdout is before


BAD_COSTS = {
    "of a bad like": (COST.format("'mine', print, like='absolute'"), "cost that mine is like"),
    "takes a cost": (COST.format("'poisson', print, like='poisson'"), "'poisson' is taken by the package"),
    "no function": (COST.format("'mine', 3, like='poisson'"), "needs a function of x and the logits"),
    "raises always": (COST.format("'mine', lambda x, logits: 1 / 0, like='squared-error'"), "ZeroDivisionError"),
    "of one value": (COST.format("'mine', lambda x, logits: logits.sum(), like='squared-error'"), r"the shape \(5,\), not the"),
    "infinite": (COST.format("'mine', lambda x, logits: logits.sum((1, 2, 3)) / 0, like='squared-error'"), "not finite"),
    "flat": (COST.format("'mine', lambda x, logits: x.sum((1, 2, 3)), like='squared-error'"), "no gradient"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_COSTS)
def test_a_bad_cost_is_refused_in_a_sentence(plug_in, kind):
    text, cause = BAD_COSTS[kind]
    plug_in(kind.replace(" ", "_"), text)
    with pytest.raises(ConfigError, match=cause) as error:
        worker.train(configure(cost="mine", **SMALL_SETTINGS))
    assert assert_one_sentence(str(error.value)) and kind.replace(" ", "_") in str(error.value)
    assert Store().list_own() == [] and configure(cost="poisson", data="wine").cost == "poisson"
