import numpy as np
import pytest

import aae_core as aae
from aae_core.errors import ConfigError
from aae_core.runs import launchers, queue, sweep_control, worker
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Store

TINY = {"data": "digits", "steps": 3, "network.hidden": (8,), "network.discriminator": (8,), "threads": 1}


def test_a_sweep_trains_each_combination_with_each_seed_and_tables_them():
    table = aae.sweep({"latent_dim": [1, 2], "prior": ["gaussian", "uniform"]}, seeds=2, **TINY)
    assert len(table) == 8 and set(table.state) == {"done"} and table.reconstruction.notna().all()
    for row in table.itertuples():
        config = Store().open(row.revision).config
        assert (config.latent_dim, config.prior.name, config.seed) == (row.latent_dim, row.prior, row.seed)
    assert table[["code_std_0"]].notna().all().all() and table.code_std_1.notna().sum() == 4


def test_a_sweep_takes_data_in_memory():
    rows = np.random.default_rng(0).normal(size=(60, 4))
    table = aae.sweep({"latent_dim": [1, 2]}, **{**TINY, "steps": 2, "data": aae.arrays(rows)})
    assert [Store().open(row.revision).data.shape for row in table.itertuples()] == [(1, 1, 4)] * 2


def test_a_stop_that_comes_just_before_a_training_begins_pauses_it(monkeypatch):
    claim_revision = worker._claim_revision

    def stop_and_claim(revision, *args):
        sweep_control.stop_sweep(Store(), sweep_records.sweep_ids(Store())[0])
        return claim_revision(revision, *args)

    with monkeypatch.context() as patch:
        patch.setattr(worker, "_claim_revision", stop_and_claim)
        table = aae.sweep({"latent_dim": [1, 2]}, **TINY)
    assert list(table.state) == ["paused"] and sweep_records.read_all_sweeps(Store())[0][0].state == "stopped"
    assert list(aae.sweep({"latent_dim": [1, 2]}, **TINY).state) == ["done", "done"]


def test_a_named_engine_trains_all_but_what_is_in_memory_alone(monkeypatch):
    launched = []

    def launch(self, revision):
        launched.append(revision.id)
        value = {"reconstruction": float(revision.config.latent_dim)}
        return {"engine": "local", "state": "done", "step": 3, "total_steps": 3, "training_measures": value}

    monkeypatch.setenv("AAE_ENGINE", "local")
    monkeypatch.setattr(launchers.LocalProcess, "launch", launch)
    monkeypatch.setattr(sweep_control, "MIN_POLL_SECONDS", 0)
    monkeypatch.setattr(sweep_control, "MAX_POLLING_SHARE", 1e9)
    table = aae.sweep({"latent_dim": [1, 2]}, **TINY)
    assert list(table.revision) == launched and list(table.training_reconstruction) == [1.0, 2.0]
    rows = np.random.default_rng(0).normal(size=(60, 4))
    assert list(aae.sweep({"latent_dim": [1]}, **TINY | {"data": aae.arrays(rows)}).state) == ["done"]
    assert len(launched) == 2


def test_a_refused_combination_stops_a_sweep_before_it_trains():
    with pytest.raises(ConfigError, match="must be 2, not 3"):
        aae.sweep({"latent_dim": [2, 3]}, prior="swiss-roll", **TINY)
    assert Store().list_own() == []


def test_a_run_that_fails_leaves_the_others():
    rates = {"optimiser.reconstruction_rate": [0.01, 10.0]}
    table = aae.sweep(rates, **TINY | {"steps": 400, "optimiser.clip": 0})
    assert list(table.state) == ["done", "failed"]


def test_a_sweep_has_the_seeds_given_and_a_single_value_is_one():
    table = aae.sweep({"latent_dim": np.arange(1, 3), "prior": "uniform"}, seeds=[3, 4], **TINY | {"steps": 1})
    assert list(table.seed) == [3, 4, 3, 4] and list(table.latent_dim) == [1, 1, 2, 2]
    assert [Store().open(row.revision).config.seed for row in table.itertuples()] == [3, 4, 3, 4]
    sizes = {"network.hidden": [(16,), (8, 8)]}  # of different lengths
    assert list(aae.sweep(sizes, seeds=np.int64(1), **TINY | {"steps": 1}).state) == ["done", "done"]
    for grid, settings in (({"seed": [3, 4]}, {}), ({}, {"seed": 3})):
        with pytest.raises(ConfigError, match="give seeds in place of seed"):
            aae.sweep(grid, **TINY | settings)


def test_a_sweep_keeps_the_data_of_its_preset_unless_data_is_given(monkeypatch):
    def check(config, dataset):
        raise LookupError(config.data)

    monkeypatch.setattr(queue, "check_startable", check)
    for settings, expected_name in (({}, "mnist"), ({"data": "glyphs"}, "glyphs")):
        with pytest.raises(LookupError, match=expected_name):
            aae.sweep({"latent_dim": [2]}, preset="paper", **settings)
