"""Images in memory: which number formats and axes are taken, and the sentence that says how to convert the others."""

import re
import warnings

import numpy as np
import pytest
import torch

import aae_core as aae
from aae_core.data.images import image_arrays
from aae_core.errors import DataError

RNG = np.random.default_rng(0)
GREY = RNG.integers(0, 256, (30, 8, 8), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (30, 8, 8, 3), dtype=np.uint8)


def images_of(data):
    return sorted(image.tobytes() for part in (data.train, data.test) for image in part.images)


def sorted_image_bytes(images):
    return sorted(image.tobytes() for image in images)


ACCEPTED = {
    "uint8": GREY,
    "one channel": GREY[..., None],
    "int64": GREY.astype(np.int64),
    "uint16": GREY.astype(np.uint16),
    "float32 in 0..255": GREY.astype(np.float32),
    "float16 in 0..255": GREY.astype(np.float16),
    "float64 in 0..1": GREY / 255,
    "float32 in 0..1": GREY / np.float32(255),
    "lists of numbers": GREY.tolist(),
    "list of arrays": list(GREY),
    "list of tensors": [torch.from_numpy(image) for image in GREY],
    "tensor": torch.from_numpy(GREY),
    "tensor of torchvision's ToTensor": torch.from_numpy(GREY).float().div(255),
    "tensor with gradient": torch.tensor(GREY / 255, requires_grad=True),
    "tensor of bf16 in 0..255": torch.from_numpy(GREY).bfloat16(),
    "sparse tensor": torch.from_numpy(GREY).to_sparse(),
    "turned tensor": torch.from_numpy(np.ascontiguousarray(GREY.transpose(2, 1, 0))).permute(2, 1, 0),
    "turned array": np.asfortranarray(GREY),
    "read-only array": np.frombuffer(GREY.tobytes(), np.uint8).reshape(GREY.shape),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_levels_are_the_same_in_every_form(case):
    data = aae.arrays(ACCEPTED[case], np.arange(30) % 3)
    assert data.shape == (1, 8, 8) and data.train.images.dtype == np.uint8
    assert images_of(data) == sorted_image_bytes(GREY)


def test_images_in_colour_are_taken_as_tensors():
    assert images_of(aae.arrays(torch.from_numpy(COLOUR))) == sorted_image_bytes(COLOUR)


def test_bf16_of_jax_is_read():
    kinds = pytest.importorskip("ml_dtypes")
    narrow = (GREY // 2).astype(np.float32).astype(kinds.bfloat16)  # 0..127 are exact
    assert images_of(aae.arrays(narrow)) == sorted_image_bytes(GREY // 2)


def test_truth_values_are_black_and_white():
    assert images_of(aae.arrays(GREY > 99)) == sorted_image_bytes(np.where(GREY > 99, 255, 0).astype(np.uint8))


def test_many_images_are_converted_part_by_part(monkeypatch):
    monkeypatch.setattr(image_arrays, "NUMBERS_AT_ONCE", 100)
    np.testing.assert_array_equal(image_arrays.convert_to_levels(GREY / 255), GREY)


WHOLE = RNG.integers(0, 4096, (30, 8, 8), dtype=np.uint16)
WHOLE[0, 0, :2] = 0, 4095
SIGNED = RNG.uniform(-1, 1, (30, 8, 8))
SIGNED[0, 0, :2] = -1, 1
FRACTIONS = RNG.random((30, 8, 8))


@pytest.mark.parametrize(
    "X, levels",
    [
        (WHOLE, np.round(WHOLE / 4095 * 255)),
        (SIGNED, np.round((SIGNED + 1) / 2 * 255)),
        (FRACTIONS, np.round(FRACTIONS * 255)),
        (FRACTIONS * 255, np.round(FRACTIONS * 255)),
        (torch.from_numpy(FRACTIONS), np.round(FRACTIONS * 255)),
    ],
)
def test_what_would_be_rounded_is_refused_with_how_to_round_it(X, levels):
    with pytest.raises(DataError) as error:
        aae.arrays(X)
    expression = re.search(r"(\(.*\.astype\('uint8'\))(; or name .*)?\.$", str(error.value)).group(1)
    converted_images = eval(expression, {"np": np, "X": X})
    assert converted_images.dtype == np.uint8 and np.abs(converted_images - levels).max() <= 1
    assert images_of(aae.arrays(converted_images)) == sorted_image_bytes(converted_images)


def test_floats_of_0_and_1_could_mean_either_and_are_refused():
    X = (GREY > 99).astype(np.float32)
    with pytest.raises(DataError, match="all 0 or 1; give truth values .*, X == 1, or uint8"):
        aae.arrays(X)
    assert images_of(aae.arrays(X == 1)) == sorted_image_bytes(np.where(GREY > 99, 255, 0).astype(np.uint8))
    assert images_of(aae.arrays(np.zeros((3, 8, 8)))) == [bytes(64)] * 3


@pytest.mark.parametrize(
    "X, expected_text",
    [
        (np.moveaxis(COLOUR, -1, 1), r"axes are N×C×H×W: give X.permute\(0, 2, 3, 1\)"),
        (torch.from_numpy(GREY)[:, None], "axes are N×C×H×W"),
        (np.concatenate([COLOUR, COLOUR[..., :1]], -1), r"X\[..., :3\]"),
        (COLOUR[..., :2], r"X\[..., :1\]"),
        (np.where(GREY > 9, np.nan, 0), "not finite"),
        (np.where(GREY > 9, np.inf, 0), "not finite"),
        (GREY * 1j, "not of the type complex"),
        (GREY.astype(str), "not of the type <U"),
        ([GREY[0], GREY[1][:4]], "its parts have different lengths"),
        (np.ma.masked_array(GREY, mask=GREY > 99), "not of the type object"),
        (GREY[None, ..., None], "matrix of rows and columns"),
        (torch.empty(30, 8, 8, device="meta"), "A tensor on meta cannot be read"),
        ((image for image in GREY), "no array, but of the type generator"),
    ],
)
def test_other_arrays_are_refused_in_a_sentence(X, expected_text):
    with pytest.raises(DataError, match=expected_text) as caught:
        aae.arrays(X)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def revision(tmp_path_factory):
    from helpers.toy_models import toy_config

    from aae_core.store.revisions import Store

    place = tmp_path_factory.mktemp("store")
    return aae.train(toy_config(), store=Store(place, gallery=place / "none"), data=aae.arrays(GREY, name="grey"))


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_revision_encodes_every_form_alike(revision, case, recwarn):
    np.testing.assert_array_equal(revision.encode(ACCEPTED[case]), revision.encode(GREY))
    assert not recwarn.list


@pytest.mark.parametrize(
    "X, message",
    [
        (GREY[:, None], r"\(N, 8, 8, 1\), not uint8 of shape \(30, 1, 8, 8\); their axes are N×C×H×W"),
        (GREY[0], r"give a single image as X\[None\]"),
        (GREY[0][..., None], r"give a single image as X\[None\]"),
        (GREY[:, :6], "convert or resize them"),
        (COLOUR, "convert or resize them"),
        (GREY.reshape(30, -1), r"takes uint8 images of shape \(N, 8, 8, 1\), not uint8 of shape \(30, 64\)"),
        (RNG.random((2, 8, 8)), "round them yourself"),
        ((GREY > 99) * 1.0, "all 0 or 1"),
    ],
)
def test_a_revision_refuses_other_images_in_a_sentence(revision, X, message):
    with pytest.raises(DataError, match=message) as caught:
        revision.encode(X)
    assert "\n" not in str(caught.value)


def test_no_images_have_no_codes(revision):
    assert revision.encode(np.zeros((0, 8, 8))).shape == (0, 2)


@pytest.mark.parametrize("dtype", [np.uint16, ">u2", np.int64, np.float32])
def test_a_range_stretches_whole_numbers_of_every_format(dtype):
    """Values of 12 bits, of which one lies outside the range."""
    X = np.zeros((3, 8, 8), dtype)
    X[:, 0, :4] = 0, 4095, 8190, 16380
    images = aae.arrays(X, value_range=(0, 8190)).train.images
    np.testing.assert_array_equal(np.asarray(images)[0, 0, :4, 0], [0, 128, 255, 255])


def test_a_range_of_truth_values_is_that_of_0_and_1():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images = aae.arrays(GREY > 99, value_range=(0, 1)).train.images
    assert set(np.unique(np.asarray(images))) == {0, 255}


def test_whole_numbers_above_255_are_told_the_range_to_give():
    X = np.zeros((3, 8, 8), np.uint16)
    X[:, 0, 0] = 1023
    with pytest.raises(DataError, match=r"value_range=\(0, 1023\)"):
        aae.arrays(X)
