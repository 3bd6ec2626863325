"""The order of the images in a pass: a permutation whatever their number, like a random one."""

import itertools

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set
from scipy import stats

from aae_core.data import item_draws, sets
from aae_core.data.images import disk_images, memmap_files
from aae_core.errors import TrainingError
from aae_core.training import epoch_order
from aae_core.training.loop import fit
from aae_core.training.training import Training


@pytest.mark.parametrize("window", [1, 3])
def test_every_image_comes_once_in_a_pass_and_the_order_begins_anywhere(window, monkeypatch):
    monkeypatch.setattr(epoch_order, "WINDOW_BLOCKS", window)
    for n, block in itertools.product((1, 2, 3, 7, 20, 41), (1, 2, 3, 8)):
        blockwise_order = epoch_order.BlockwiseOrder(n, n + block, "cpu", block)
        whole = blockwise_order[0:n].tolist()
        assert sorted(whole) == list(range(n))
        for place in reversed(range(n)):
            assert (
                epoch_order.BlockwiseOrder(n, n + block, "cpu", block)[place : place + 5].tolist()
                == whole[place : place + 5]
            )


def test_blocks_and_their_images_are_shuffled(monkeypatch):
    """Correlations between an image's number and its place, in its pass, in its window and in its block, are those of chance."""
    monkeypatch.setattr(epoch_order, "WINDOW_BLOCKS", 16)
    n, block = 20_003, 10
    whole = epoch_order.BlockwiseOrder(n, 3, "cpu", block)[0:n].numpy()
    for numbers in (whole, whole % block):
        assert stats.spearmanr(numbers, np.arange(n)).pvalue > 1e-3
    heads = np.array([epoch_order.BlockwiseOrder(n, seed, "cpu", block)[0:1].item() for seed in range(1000)])
    assert stats.chisquare(np.bincount(heads * 20 // n, minlength=20)).pvalue > 1e-3
    assert stats.chisquare(np.bincount(heads % block, minlength=block)).pvalue > 1e-3


def test_the_order_of_existing_trainings_stays():
    listed = epoch_order.make_epoch_order(1000, 5, "cpu")[0:1000]
    assert torch.equal(listed, torch.randperm(1000, generator=torch.Generator().manual_seed(5)))
    assert isinstance(epoch_order.make_epoch_order(epoch_order.MAX_LISTED, 5, "cpu"), torch.Tensor)
    many = epoch_order.make_epoch_order(10**8, 5, "cpu", 83)
    assert isinstance(many, epoch_order.BlockwiseOrder) and len(set(many[10**8 - 50 : 10**8].tolist())) == 50


@pytest.fixture
def memory_and_disk_sets(tmp_path, monkeypatch):
    """A toy set that is read from a file in blocks of three images, in a computed order, of which five blocks are kept."""
    monkeypatch.setattr(epoch_order, "MAX_LISTED", 10)
    monkeypatch.setattr(epoch_order, "BLOCK_BYTES", 50)
    monkeypatch.setattr(epoch_order, "WINDOW_BLOCKS", 5)
    monkeypatch.setattr(disk_images, "MAX_RESIDENT_BYTES", 0)
    monkeypatch.setattr(disk_images, "MAX_CACHED_BLOCKS", 5)
    plain = toy_data_set(41)
    with memmap_files.MemmapWriter(tmp_path / "images.safetensors", 41) as writer:
        for row, image in enumerate(plain.train.images[..., 0]):
            writer.write_image(row, image)
        writer.write_header(plain.train.labels)
    images, labels = memmap_files.open_memmap(tmp_path / "images.safetensors", 41, (4, 4, 1))
    split = sets.Split(images, labels)
    return plain, sets.DataSet("toy", "Toy", split, split, plain.classes)


def test_blocks_read_from_the_disk_are_the_images(memory_and_disk_sets):
    plain, mapped = memory_and_disk_sets
    (memory, disk), states = (
        (Training(toy_config("semi-supervised", labels=6, steps=12), data) for data in memory_and_disk_sets),
        [],
    )
    for t in (memory, disk):
        assert [1 for _ in fit(t)]
        states.append(t.state_tensors())
    del states[0]["seconds"], states[1]["seconds"]
    assert all(torch.equal(a, b) for a, b in zip(states[0].values(), states[1].values(), strict=True))
    assert len(disk.images._cached_blocks) <= 5
    resumed_training = Training(toy_config("semi-supervised", labels=6, steps=12), mapped)
    resumed_training.step = 7
    memory.step = 7
    assert torch.equal(resumed_training.current_batch().x, memory.current_batch().x), "resumed in the middle of a pass"


def test_a_file_that_was_cut_is_told(memory_and_disk_sets):
    t = Training(toy_config(steps=5), memory_and_disk_sets[1])
    with open(memory_and_disk_sets[1].train.images.filename, "r+b") as file:
        file.truncate(4096 + 100)
    with pytest.raises(TrainingError, match="truncated"):
        t.images[torch.arange(41)]


def test_a_few_of_very_many_are_drawn_without_a_list_of_all(monkeypatch):
    labels = np.repeat(np.arange(4), [50_000, 30_000, 15_000, 5_000])
    whole = item_draws.draw_stratified_indices(labels, 200)
    monkeypatch.setattr(item_draws, "LARGE_ITEM_COUNT", 80_000)
    few = item_draws.draw_stratified_indices(labels, 200)
    assert np.bincount(labels[whole]).tolist() == [100, 60, 30, 10]
    np.testing.assert_allclose(np.bincount(labels[few]), [100, 60, 30, 10], atol=4)
    assert (np.diff(few) > 0).all()
    assert len(np.unique(item_draws.draw_random_indices(100_000, 500, 1))) == 500
