"""Images on disk: whatever is written in whatever order is read back, by our own reader and by safetensors' one."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from aae_core.data.images import memmap_files
from aae_core.errors import RevisionError

RNG = np.random.default_rng(0)


def write_images(path, images, labels=None, order=None):
    with memmap_files.MemmapWriter(path, len(images)) as writer:
        for row in range(len(images)) if order is None else order:
            writer.write_image(row, images[row])
        writer.write_header(np.arange(len(images)) if labels is None else labels)
    return writer


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_rows_in_any_order_read_back(tmp_path, shape):
    images = RNG.integers(0, 256, (9, *shape), np.uint8)
    labels = np.array([-1, 3, 0, 0, 1, 2, 3, -1, 5])
    writer = write_images(tmp_path / "x", images, labels, [3, 0, 8, 1, 7, 2, 6, 5, 4])
    stored_rows = images.reshape(9, 5, 7, -1)
    assert writer.item_shape == stored_rows.shape[1:]
    result, found_labels = memmap_files.open_memmap(tmp_path / "x", 9, writer.item_shape)
    assert (
        isinstance(result, np.memmap) and np.array_equal(result, stored_rows) and np.array_equal(found_labels, labels)
    )
    file_arrays = load_file(tmp_path / "x")
    assert np.array_equal(file_arrays["images"], stored_rows) and np.array_equal(file_arrays["labels"], labels)


@pytest.mark.parametrize("chunk", [1, 4, 100])
def test_the_first_colour_gives_all_three_channels(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(memmap_files, "IMAGES_AT_ONCE", chunk)
    grey = RNG.integers(0, 256, (10, 4, 4), np.uint8)
    colour = RNG.integers(0, 256, (4, 4, 3), np.uint8)
    with memmap_files.MemmapWriter(tmp_path / "x", 10) as writer:
        for row in (0, 9, 4):
            writer.write_image(row, grey[row])
        writer.write_image(5, np.repeat(grey[5, :, :, None], 3, axis=-1))  # grey, though saved as colour
        assert writer.item_shape == (4, 4, 1)
        writer.write_image(7, colour)
        for row in (1, 2, 3, 6, 8):
            writer.write_image(row, grey[row])
        writer.write_header(np.zeros(10, np.int64))
    expected = np.repeat(grey[..., None], 3, axis=-1)
    expected[7] = colour
    assert np.array_equal(memmap_files.open_memmap(tmp_path / "x", 10, (4, 4, 3))[0], expected)


def test_another_size_is_refused(tmp_path):
    with memmap_files.MemmapWriter(tmp_path / "x", 2) as writer:
        writer.write_image(0, np.zeros((4, 4), np.uint8))
        with pytest.raises(ValueError):
            writer.write_image(1, np.zeros((4, 5), np.uint8))


def test_what_is_changed_in_memory_stays_there(tmp_path):
    write_images(tmp_path / "x", np.zeros((3, 4, 4), np.uint8))
    memmap_files.open_memmap(tmp_path / "x", 3, (4, 4, 1))[0][:] = 7
    assert not memmap_files.open_memmap(tmp_path / "x", 3, (4, 4, 1))[0].any()


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"", lambda b: b"x" * len(b)])
def test_a_file_that_is_not_whole_is_told(tmp_path, change):
    write_images(tmp_path / "x", np.zeros((3, 4, 4), np.uint8))
    (tmp_path / "x").write_bytes(change((tmp_path / "x").read_bytes()))
    with pytest.raises(RevisionError, match="x"):
        memmap_files.open_memmap(tmp_path / "x", 3, (4, 4, 1))


@pytest.mark.parametrize(("count", "shape"), [(2, (4, 4, 1)), (3, (4, 4, 3)), (3, (8, 2, 1))])
def test_another_set_s_file_is_told(tmp_path, count, shape):
    write_images(tmp_path / "x", np.zeros((3, 4, 4), np.uint8))
    with pytest.raises(RevisionError, match="does not belong"):
        memmap_files.open_memmap(tmp_path / "x", count, shape)


def test_more_than_memory_can_be_mapped(tmp_path):
    count, shape = 90_000, (128, 128, 3)  # 4.4 GB, which a sparse file does not take
    with memmap_files.MemmapWriter(tmp_path / "x", count) as writer:
        writer.item_shape = shape
        writer.write_image(count - 1, np.full(shape, 9, np.uint8))
        writer.write_header(np.zeros(count, np.int64))
    images, _ = memmap_files.open_memmap(tmp_path / "x", count, shape)
    assert images[-1].min() == 9 and not images[0].any() and images.nbytes > 2**32
