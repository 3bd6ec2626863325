"""The room on the disk: the estimate against what trainings leave, and what is said where it does not suffice."""

import itertools
from collections import namedtuple

import pytest
from helpers.toy_models import toy_config, toy_data_set

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import DataError, RevisionError
from aae_core.runs import disk_space, queue, worker
from aae_core.store.revision_folder import folder_size
from aae_core.store.status import Status

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def disk(monkeypatch):
    """A disk with as many free bytes as `disk["free"]`."""
    state = {"free": 10**12}
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda path: Disk(10**13, 0, state["free"]))
    return state


@pytest.mark.parametrize(("variant", "optimiser"), list(zip(VARIANTS, itertools.cycle(("sgd", "adam")))))
def test_a_training_takes_no_more_than_was_foreseen_and_not_much_less(store, variant, optimiser):
    sizes = {"network.hidden": (200, 200), "network.discriminator": (200,), "optimiser.kind": optimiser}
    config, data = toy_config(variant, **sizes, steps=30), toy_data_set(90)
    revision = worker.train(config, store=store, data=data)
    need = disk_space.estimate_disk_need(revision.config, data.summary)
    resume = revision.path / "resume.safetensors"
    header = files.read_tensor_header(resume)
    drawn = 4 * header.tensors["drawn"][1][0] * config.latent_dim if len(header.tensors["drawn"][1]) > 1 else 0
    names = 200 * len(header.tensors)  # bytes of the header, in which each tensor is named
    bound = 4 * 100 * 8 * config.latent_dim
    # the random state has 5 kB
    assert abs((resume.stat().st_size - drawn) - (need.replaced_bytes - bound)) < names + 6000
    assert (need.kept_bytes - disk_space.RECORDS_BYTES) / 2 < folder_size(revision.path) < need.kept_bytes


def test_a_training_that_would_fill_the_disk_does_not_begin(store, tiny_config, disk, facts):
    whole = disk_space.estimate_disk_need(tiny_config, facts).peak_bytes
    disk["free"] = whole - 1
    with pytest.raises(RevisionError, match="too little room: this training takes up to .* free some space, or"):
        queue.start_training(store, tiny_config, facts)
    with pytest.raises(RevisionError, match="too little room"):
        worker.train(tiny_config, store=store)
    assert store.list_own() == [] and not list(store.root.glob("*"))
    disk["free"] = whole
    assert queue.create_revision(store, tiny_config, facts).status.state == "paused"


def test_a_training_whose_rest_would_fill_the_disk_is_not_resumed(store, disk):
    revision = worker.train(toy_config(steps=50), lambda status: status.step >= 20, store=store, data=toy_data_set())
    need, former_status = disk_space.estimate_disk_need(revision.config, revision.data), revision.status
    remaining_bytes = need.peak_bytes - folder_size(revision.path)
    disk["free"] = remaining_bytes - 1
    for resume in (
        lambda: queue.resume_training(store, revision.id),
        lambda: worker.resume(revision, data=toy_data_set()),
    ):
        with pytest.raises(RevisionError, match="this training still takes up to .* free some space\\."):
            resume()
    assert revision.status == former_status
    disk["free"] = remaining_bytes
    assert worker.resume(revision, data=toy_data_set()).status.state == "done"


def test_what_others_will_take_and_what_the_trash_holds_is_counted(store, tiny_config, disk, facts):
    queued_revision = store.create(tiny_config, facts, Status("queued", queued=5.0))
    need = disk_space.estimate_disk_need(tiny_config, facts)
    disk["free"] = 2 * need.peak_bytes - 100_000
    message = disk_space.no_space_reason(store, need.peak_bytes)
    assert "those that are queued or in training" in message and "trash" not in message
    (queued_revision.path / "resume.safetensors").write_bytes(bytes(200_000))  # which it has already written
    assert disk_space.no_space_reason(store, need.peak_bytes) == ""
    disk["free"] = 1000
    store.delete(queued_revision.id)
    assert "the trash holds 20" in disk_space.no_space_reason(store, need.peak_bytes)


def test_the_store_is_listed_once_however_many_wait(store, tiny_config, disk, facts, monkeypatch):
    for queued in (1.0, 2.0, 3.0):
        store.create(tiny_config, facts, Status("queued", queued=queued))
    looks, real = [], type(store)._iterate_revision_paths
    monkeypatch.setattr(type(store), "_iterate_revision_paths", lambda self: looks.append(self) or real(self))
    need = disk_space.estimate_disk_need(tiny_config, facts).peak_bytes
    disk["free"] = 3 * need
    assert disk_space.no_space_reason(store, need) and len(looks) == 1


def test_what_cannot_be_reckoned_keeps_no_training(store, tiny_config, disk, facts, monkeypatch):
    def refuse(config, summary):
        raise DataError("Its data cannot be read.")

    store.create(tiny_config, facts, Status("queued", queued=5.0))
    monkeypatch.setattr(disk_space, "estimate_disk_need", refuse)
    assert disk_space.no_space_reason(store, 1) == ""


def test_a_filling_disk_is_reported_until_there_is_room_again(store, disk, monkeypatch):
    monkeypatch.setattr("aae_core.runs.recorder.AdaptiveInterval.is_due", lambda self: True)
    config, warnings = toy_config(steps=50), []

    def record_warning(status):
        warnings.append(status.warning)
        disk["free"] = 1000 if status.step in (20, 30) else 10**12

    revision = worker.train(config, record_warning, store=store, data=toy_data_set())
    assert any("disk will be full before this training ends" in text for text in warnings) and warnings[-1] == ""
    assert (revision.status.state, revision.status.warning) == ("done", "")


def test_a_disk_that_cannot_be_asked_stops_nothing(store, tiny_config, facts, monkeypatch):
    def refuse(path):
        raise OSError("no such call")

    monkeypatch.setattr(disk_space.shutil, "disk_usage", refuse)
    assert disk_space.no_space_reason(store, disk_space.estimate_disk_need(tiny_config, facts).peak_bytes) == ""


def test_the_paper_s_networks_on_mnist():
    config = configure("paper", data="mnist", epochs=1000)
    facts = sets.describe_data_set("mnist")
    hidden = 1000 * 1000 + 1000
    encoder = 784 * 1000 + 1000 + hidden + 1000 * 2 + 2
    decoder = 2 * 1000 + 1000 + hidden + 1000 * 784 + 784
    judge = 2 * 1000 + 1000 + hidden + 1000 + 1
    assert config.network.hidden == config.network.discriminator == (1000, 1000)
    moments = 2 * encoder + decoder + judge if config.optimiser.momentum else 0
    assert (
        disk_space.estimate_disk_need(config, facts).replaced_bytes
        == 4 * (encoder + decoder + judge + moments) + 4 * 100 * config.batch_size * 2
    )
