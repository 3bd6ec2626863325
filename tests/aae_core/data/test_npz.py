"""Own images in an .npz: what is taken, and every way an array can be wrong."""

import io
import re
import struct
import zipfile

import numpy as np
import pytest
from helpers.image_files import RNG, refusal, write_zip

from aae_core.cli import code_files
from aae_core.data import sets
from aae_core.data.images import npz_files
from aae_core.errors import DataError


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("words", [False, True])
def test_an_npz_with_labels(tmp_path, colour, words):
    images = RNG.integers(0, 256, (40, 10, 12, 3) if colour else (40, 10, 12), np.uint8)
    labels = np.arange(40) % 4
    np.savez_compressed(tmp_path / "a.npz", images=images, labels=np.array(list("abcd"))[labels] if words else labels)
    summary = sets.add_data_set(tmp_path / "a.npz", "a", tmp_path)
    assert summary.shape == (3 if colour else 1, 10, 12)
    assert summary.classes == (("a", "b", "c", "d") if words else ("0", "1", "2", "3"))
    data = sets.load("a", tmp_path)
    order = [
        int(np.flatnonzero((images.reshape(40, 10, 12, -1) == i).all(axis=(1, 2, 3)))[0]) for i in data.test.images
    ]
    assert np.array_equal(labels[order], data.test.labels)


def test_an_npz_without_labels_or_with_some(tmp_path):
    images = RNG.integers(0, 256, (40, 8, 8), np.uint8)
    np.savez(tmp_path / "none.npz", images=images)
    assert sets.add_data_set(tmp_path / "none.npz", "none", tmp_path).classes == ()
    np.savez(tmp_path / "some.npz", images=np.asfortranarray(images), labels=np.repeat([-1, 3, 7], [20, 10, 10]))
    sets.add_data_set(tmp_path / "some.npz", "some", tmp_path)
    data = sets.load("some", tmp_path)
    assert data.classes == ("3", "7") and np.bincount(data.train.labels + 1).tolist() == [17, 8, 8]


IMAGES = np.zeros((24, 8, 8), np.uint8)
BAD_ARRAYS = {
    "pickled images": ({"images": np.array([{}] * 24)}, "images holds pickled Python objects"),
    "pickled labels": ({"images": IMAGES, "labels": np.array([None] * 24)}, "labels holds pickled Python objects"),
    "fractions": ({"images": IMAGES.astype(np.float32)}, r"images holds floating-point numbers.*\(images \* 255\)"),
    "wide integers": ({"images": IMAGES.astype(np.int64)}, "images is of type int64; uint8"),
    "flat": ({"images": IMAGES.reshape(24, 64)}, "images has the shape 24×64"),
    "one number": ({"images": np.uint8(3)}, "images has the shape of a single number"),
    "four channels": ({"images": np.zeros((24, 8, 8, 4), np.uint8)}, "images has the shape 24×8×8×4"),
    "none": ({"images": IMAGES[:0]}, "images is empty"),
    "no pixels": ({"images": IMAGES[:, :, :0]}, "images is empty"),
    "few": ({"images": IMAGES[:5]}, "only 5 images"),
    "other names": ({"x_train": IMAGES, "y_train": IMAGES}, "holds x_train, y_train but no array named images"),
    "other count": ({"images": IMAGES, "labels": np.arange(20) % 2}, "24 images but 20 labels"),
    "table of labels": ({"images": IMAGES, "labels": np.zeros((24, 2), int)}, "labels has the shape 24×2"),
    "fractional labels": ({"images": IMAGES, "labels": np.zeros(24)}, "labels is of type float64"),
    "one class": ({"images": IMAGES, "labels": np.zeros(24, int)}, r"only one class \(0\)"),
    "lone class": ({"images": IMAGES, "labels": np.repeat([0, 1], [1, 23])}, "class 0 has a single image"),
    "negative": ({"images": IMAGES, "labels": np.repeat([-2, 1], 12)}, "labels holds -2"),
    "large": ({"images": np.zeros((24, 8, 130), np.uint8)}, "8×130 pixels"),
    "both": ({"images": IMAGES.astype(float), "labels": np.zeros(24)}, "images holds floating.*; labels is of type"),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_a_bad_npz_is_refused(tmp_path, case):
    arrays, words = BAD_ARRAYS[case]
    np.savez(tmp_path / "in.npz", **arrays)
    assert re.search(words, refusal(tmp_path / "in.npz", tmp_path / "root"))


def test_too_many_labels(tmp_path):
    np.savez(tmp_path / "in.npz", images=np.zeros((3000, 4, 4), np.uint8), labels=np.arange(3000) % 1500)
    assert "1,500 classes" in refusal(tmp_path / "in.npz", tmp_path / "root")


@pytest.mark.parametrize("name", ["images", "labels"])
def test_texts_that_take_too_much_memory_are_not_read(tmp_path, monkeypatch, name):
    arrays = {"images": IMAGES, "labels": np.arange(24) % 2} | {name: np.array(["a", "b"] * 12, dtype="<U1000")}
    np.savez_compressed(tmp_path / "in.npz", **arrays)
    monkeypatch.setattr(npz_files, "MAX_TEXT_BYTES", 24 * 4000 - 1)
    read_array = npz_files.npy.read_array
    monkeypatch.setattr(npz_files.npy, "read_array", lambda *args, **kwargs: check_kind(read_array(*args, **kwargs)))
    text = refusal(tmp_path / "in.npz", tmp_path / "root")
    assert f"{name} holds texts of up to 1,000 characters, which take 0 MiB where" in text


def check_kind(array):
    assert array.dtype.kind != "U", "the texts were read"
    return array


def test_an_npz_whose_header_lies(tmp_path):
    head = b"\x93NUMPY\x01\x00"
    for shape, words in (
        ("(4000000000, 8, 8)", "GiB, more than"),
        ("(24, 8, 9)", "announces 1,728 bytes but holds 1,536"),
    ):
        text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
        member = head + struct.pack("<H", len(text)) + text.encode() + bytes(1536)
        assert words in refusal(write_zip(tmp_path / "in.npz", {"images.npy": member}), tmp_path / "root")
    hostile = {"images.npy": head + struct.pack("<H", 30) + b"__import__('os').getcwd()".ljust(30) + bytes(99)}
    assert "damaged" in refusal(write_zip(tmp_path / "in.npz", hostile), tmp_path / "root")


def member(header: str, version: bytes = b"\x01\x00") -> bytes:
    text = header.ljust(117) + "\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode() + bytes(64)


HEADERS = ["{'descr': (", "{[]: 1}", "'''", "\n  x\n y", "(" * 100, "{'descr': 'S9', 'shape': (3,)}", "1+"]


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_is_none_is_one_sentence(tmp_path, header):
    path = write_zip(tmp_path / "in.npz", {"images.npy": member(header), "z.npy": member(header)})
    assert "damaged" in refusal(path, tmp_path / "root")
    with pytest.raises(DataError, match="damaged"):
        code_files.read_codes(path, 2, 0)


def test_an_unknown_version_is_one_sentence(tmp_path):
    array = member("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }", b"\x09\x00")
    path = write_zip(tmp_path / "in.npz", {"images.npy": array, "z.npy": array})
    assert "damaged" in refusal(path, tmp_path / "root")
    with pytest.raises(DataError, match="damaged"):
        code_files.read_codes(path, 2, 0)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_within_a_compressed_array_is_one_sentence(tmp_path, method):
    content = io.BytesIO()
    np.save(content, RNG.integers(0, 256, (40, 8, 8), np.uint8))
    with zipfile.ZipFile(tmp_path / "in.npz", "w", method) as archive:
        for name in ("images.npy", "z.npy"):
            archive.writestr(name, content.getvalue())
    whole = (tmp_path / "in.npz").read_bytes()
    for place in range(60, 1500, 180):
        (tmp_path / "in.npz").write_bytes(whole[:place] + bytes(64) + whole[place + 64 :])
        assert re.search("damaged|Invalid data", refusal(tmp_path / "in.npz", tmp_path / "root"))


def test_texts_that_name_no_class_are_counted_as_in_tables(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "in.npz", images=images, labels=np.array(["NaN", "-1", "", "Inf", "a"] * 4))
    reports = []
    sets.add_data_set(tmp_path / "in.npz", "x", tmp_path, report=reports.append)
    assert sets.load("x", tmp_path).classes == ("Inf", "a")
    sentence = '12 of 20 images have no label, since these values of labels name no class: "NaN" (4), "-1" (4), "" (4).'
    assert reports == [sentence]


def test_an_npz_without_labels_lacks_none(tmp_path):
    np.savez(tmp_path / "in.npz", images=np.random.default_rng(0).integers(0, 256, (20, 8, 8), dtype=np.uint8))
    reports = []
    sets.add_data_set(tmp_path / "in.npz", "x", tmp_path, report=reports.append)
    assert reports == []
