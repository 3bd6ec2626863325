"""Images that stay on the disk train like those in memory."""

import os

import numpy as np
import pytest
import torch

from aae_core.data import sets
from aae_core.data.images import disk_images, memmap_files
from aae_core.data.sets import DataSet, Split
from aae_core.errors import TrainingError
from aae_core.training.loop import fit
from aae_core.training.training import Training

CPU = torch.device("cpu")


@pytest.fixture
def mapped_images(tmp_path):
    """The training images of the digits in a mapped file, and the set they came from."""
    digits = sets.load("digits")
    images = digits.train.images
    with memmap_files.MemmapWriter(tmp_path / "images", len(images)) as writer:
        for row, image in enumerate(images):
            writer.write_image(row, image)
        writer.write_header(digits.train.labels)
    return memmap_files.open_memmap(tmp_path / "images", len(images), images.shape[1:])[0], digits


@pytest.mark.parametrize("first", [0, 300])
def test_rows_are_those_of_the_array(mapped_images, first):
    images, digits = mapped_images
    stored_images = disk_images.DiskImages(images[first:], CPU)
    assert len(stored_images) == len(images) - first
    for seed in range(5):
        index = torch.randperm(len(stored_images), generator=torch.Generator().manual_seed(seed))[:50]
        expected = digits.train.images[first:][index.numpy()].transpose(0, 3, 1, 2)
        assert stored_images[index].shape == (50, 1, 8, 8) and np.array_equal(stored_images[index].numpy(), expected)


def test_a_file_that_is_cut_meanwhile_ends_the_training_with_a_sentence(mapped_images, tmp_path):
    images, _ = mapped_images
    stored_images = disk_images.DiskImages(images, CPU)
    os.truncate(tmp_path / "images", 5000)
    assert stored_images[torch.tensor([0, 1])].shape == (2, 1, 8, 8)
    with pytest.raises(TrainingError, match="was truncated during the training"):
        stored_images[torch.tensor([len(stored_images) - 1])]


def test_a_training_ends_with_the_same_weights_bit_for_bit(mapped_images, tiny_config, monkeypatch):
    images, digits = mapped_images
    monkeypatch.setattr(disk_images, "MAX_RESIDENT_BYTES", 1000)
    from_disk = DataSet("digits", "Digits", Split(images, digits.train.labels), digits.test, digits.classes)
    trainings = [Training(tiny_config, dataset) for dataset in (digits, from_disk)]
    assert [isinstance(t.images, disk_images.DiskImages) for t in trainings] == [False, True]
    for training in trainings:
        list(fit(training))
    memory_weights, disk_weights = (training.model.state_dict() for training in trainings)
    assert all(torch.equal(memory_weights[name], disk_weights[name]) for name in memory_weights)


def test_what_is_small_or_in_memory_is_copied(mapped_images):
    images, digits = mapped_images
    assert not disk_images.is_read_from_disk(images, CPU) and not disk_images.is_read_from_disk(
        digits.train.images, CPU
    )
