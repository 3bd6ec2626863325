"""Removing a data set of one's own: what was trained on it is told, and it stays while a training or a sweep needs it."""

from dataclasses import replace

import numpy as np
import pytest

from aae_core.data import sets
from aae_core.errors import DataError, RevisionError
from aae_core.store import data_removal, sweeps
from aae_core.store.status import Status


@pytest.fixture
def own_data_set(tmp_path):
    """A data set of one's own by the name "mine"."""
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "mine.npz", images=images, labels=np.arange(40) % 2)
    sets.add_data_set(tmp_path / "mine.npz", "mine")
    return "mine"


def is_listed(name):
    return name in {summary.name for summary in sets.data_set_summaries()}


def create_trained(store, config, data, state="done"):
    return store.create(
        replace(config, data=data), sets.describe_data_set(data), Status(state, step=20, total_steps=20)
    )


def test_what_was_trained_on_it_is_told(store, tiny_config, own_data_set):
    create_trained(store, tiny_config, "digits")
    assert data_removal.revisions_trained_on(store, own_data_set) == []
    assert data_removal.removal_consequences(store, own_data_set) == "Nothing here was trained on it."
    first = create_trained(store, tiny_config, own_data_set)
    assert data_removal.removal_consequences(store, own_data_set).startswith(
        "1 revision was trained on it: it will stay, but shows what it decoded"
    )
    second = create_trained(store, tiny_config, own_data_set + sets.HELD_OUT_SUFFIX)
    assert {row.id for row in data_removal.revisions_trained_on(store, own_data_set)} == {first.id, second.id}
    assert data_removal.removal_consequences(store, own_data_set).startswith(
        "2 revisions were trained on it: they will stay, but show what they"
    )
    store.delete(second.id)
    assert [row.id for row in data_removal.revisions_trained_on(store, own_data_set)] == [first.id]


def test_it_goes_while_nothing_needs_it(store, tiny_config, own_data_set):
    create_trained(store, tiny_config, own_data_set)
    create_trained(store, tiny_config, "digits", "queued")
    data_removal.remove_data_set(store, own_data_set)
    assert not is_listed(own_data_set)


@pytest.mark.parametrize(("name", "cause"), [("digits", "built in"), ("nothing", "not known")])
def test_only_ones_own_can_go(store, name, cause):
    with pytest.raises(DataError, match=cause):
        data_removal.remove_data_set(store, name)


@pytest.mark.parametrize("suffix", ["", sets.HELD_OUT_SUFFIX])
def test_it_stays_while_a_training_runs_or_waits(store, tiny_config, own_data_set, suffix):
    create_trained(store, tiny_config, own_data_set + suffix, "queued")
    with pytest.raises(RevisionError, match="1 training on mine runs or waits; stop it first"):
        data_removal.remove_data_set(store, own_data_set)
    assert is_listed(own_data_set)


@pytest.mark.parametrize("varied", [False, True])
@pytest.mark.parametrize("state", ["running", "stopped", "done"])
def test_it_stays_while_a_sweep_runs_on_it(store, own_data_set, varied, state):
    on_it = (
        {"vary": {"data": ["digits", own_data_set]}, "settings": {}}
        if varied
        else {"vary": {"seed": [1]}, "settings": {"data": own_data_set}}
    )
    sweeps.write_sweep(store, sweeps.Sweep(**on_it, seeds=[0], measure="reconstruction", state=state))
    sweeps.write_sweep(store, sweeps.Sweep({"latent_dim": [2]}, {"data": "digits"}, [0], "reconstruction"))
    if state == "running":
        with pytest.raises(RevisionError, match=r"The sweep .* trains on mine; stop it first"):
            data_removal.remove_data_set(store, own_data_set)
    else:
        data_removal.remove_data_set(store, own_data_set)
    assert is_listed(own_data_set) == (state == "running")
