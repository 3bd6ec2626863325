"""What is found of images before they are added."""

import io
from collections import Counter

import numpy as np
import pytest
from helpers.image_files import animation_bytes, image_bytes, images_of_two_classes, write_folder, write_zip
from PIL import Image

from aae_core.data.images.tones import Tones
from aae_core.data.own_data import image_preview, own_images
from aae_core.errors import DataError


def test_numbers_classes_sizes_and_colour_are_those_of_the_files(tmp_path):
    files = {f"cat/{i:02}.png": image_bytes() for i in range(30)} | {
        f"dog/{i}.png": image_bytes(20, "RGB") for i in range(10)
    }
    for source in (write_folder(tmp_path / "in", files), write_zip(tmp_path / "in.zip", files)):
        images = image_preview.preview_images(source)
        assert (images.image_count, images.opened_count, images.colour_count) == (40, 40, 10)
        assert images.class_counts == (("cat", 30), ("dog", 10)) and images.size_counts == {(16, 16): 30, (20, 20): 10}
        assert images.proposed_side == 16 and images.is_square
        assert "40 images in 2 classes (cat 30, dog 10), from 16×16 to 20×20 pixels, in colour" in images.summary
        (result,) = images.oddity_sentences(Tones())
        assert "cat has 30 images and dog has 10" in result
        samples = image_preview.render_samples(images, Tones())
        assert len(samples) == image_preview.MAX_SAMPLES == len(images.sample_classes) and {*images.sample_classes} == {
            "cat",
            "dog",
        }
    np.savez(tmp_path / "in.npz", images=np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), np.uint8))
    images = image_preview.preview_images(tmp_path / "in.npz")
    assert (images.image_count, images.class_counts, images.size_counts, images.colour_count) == (
        24,
        (),
        Counter({(8, 8): 24}),
        24,
    )
    assert images.proposed_side is None and images.oddity_sentences(Tones()) == [] and not images.is_too_few
    np.savez(tmp_path / "in.npz", images=np.random.default_rng(0).integers(0, 256, (19, 8, 8, 3), np.uint8))
    images = image_preview.preview_images(tmp_path / "in.npz")
    assert images.is_too_few and "at least 20" in images.oddity_sentences(Tones())[0]


@pytest.mark.parametrize("top", ["", "pets/all of them/"])
def test_copies_blank_images_and_unusable_files_are_named(tmp_path, top):
    files = images_of_two_classes() | {
        "cat/twin.png": image_bytes(value=9),
        "dog/blank.png": image_bytes(value=9),
        "dog/a.gif": animation_bytes(),
    }
    files |= {
        "dog/copy.png": files["cat/03.png"],
        "cat/cut.jpg": image_bytes(64, "RGB", "JPEG")[:-500],
        "readme.txt": b"?",
    }
    files = {f"{top}{path}": content for path, content in files.items()}
    actual = image_preview.preview_images(write_zip(tmp_path / "in.zip", files))
    assert sorted(actual.appearance_on(Tones()).copy_clauses) == [
        "dog/blank.png is the same as cat/twin.png",
        "dog/copy.png is the same as cat/03.png",
    ]
    assert actual.appearance_on(Tones()).blank_names == ["cat/twin.png"]
    assert [clause.split(" ", 1)[0] for clause in sorted(actual.unusable_clauses)] == [
        "cat/cut.jpg",
        "dog/a.gif",
        f"{top}readme.txt".split(" ")[0],
    ]
    message = " ".join(actual.oddity_sentences(Tones()))
    for words in (
        "2 images repeat another one",
        "1 image has a single colour: cat/twin.png.",
        "3 files cannot be used",
    ):
        assert words in message


def test_what_only_has_the_name_of_an_image_is_not_counted_as_one(tmp_path):
    text = {"dog/text.png": b"hello, I am text"}
    output = image_preview.preview_images(write_zip(tmp_path / "in.zip", images_of_two_classes() | text))
    good = image_preview.preview_images(write_zip(tmp_path / "good.zip", images_of_two_classes()))
    assert (
        output.class_counts == good.class_counts
        and output.image_count == output.opened_count == good.image_count
        and output.summary == good.summary
    )
    single_preview = image_preview.preview_images(write_zip(tmp_path / "alone.zip", {"text.png": b"hello, I am text"}))
    assert (
        single_preview.summary == "0 images."
        and single_preview.is_too_few
        and "is not a readable image" in single_preview.oddity_sentences(Tones())[-1]
    )


@pytest.mark.parametrize(
    ("sizes", "proposed_size"),
    [
        ({(28, 28): 9}, None), ({(48, 32): 9}, None), ({(200, 200): 9}, 64), ({(3, 3): 9}, 8),
        ({(40, 60): 5, (100, 35): 4}, 32), ({(640, 480): 3, (50, 50): 1}, 64), ({(20, 21): 3, (30, 30): 2}, 16), ({}, 8),
    ],
)  # fmt: skip
def test_the_proposed_size_is_no_larger_than_most_images(sizes, proposed_size):
    outcome = image_preview.ImagePreview(9, 9, (), Counter(sizes), 0, (), (), {})
    assert outcome.proposed_side == proposed_size


def test_of_many_images_an_equal_share_of_each_class_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(image_preview, "MAX_OPENED_IMAGES", 10)
    files = {f"{name}/{i:02}.png": image_bytes() for name, n in (("a", 60), ("b", 30)) for i in range(n)}
    preview = image_preview.preview_images(write_zip(tmp_path / "in.zip", files))
    assert (preview.image_count, preview.opened_count, preview.class_counts) == (90, 10, (("a", 60), ("b", 30)))
    assert (
        Counter(preview.sample_classes) in ({"a": 5, "b": 3}, {"a": 6, "b": 2})
        and "10 of them were opened" in preview.summary
    )


def test_samples_are_shown_as_they_would_be_stored(tmp_path):
    for i in range(2):
        Image.fromarray(np.tile(np.repeat(np.array([0, 200, 0], np.uint8), 10), (10, 1))).save(tmp_path / f"{i}.png")
    preview = image_preview.preview_images(tmp_path)
    cut, whole = (image_preview.render_samples(preview, Tones(), 10, margins)[0] for margins in (False, True))
    assert cut.shape == whole.shape == (10, 10, 1)
    assert cut[:, 2:-2].min() >= 199 and (whole[[0, 1, 2, -1, -2, -3]] == 0).all() and whole[4:6, 4:6].min() > 150


def test_far_too_many_pixels_are_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(own_images, "BASE_PIXELS_ALLOWED", 10 * 500**2)
    blank = io.BytesIO()
    Image.new("1", (500, 500)).save(blank, "PNG")
    source = write_zip(tmp_path / "in.zip", {f"{i}.png": blank.getvalue() for i in range(100)})
    with pytest.raises(DataError, match="far more pixels"):
        image_preview.preview_images(source)


@pytest.mark.parametrize("turned", [False, True])
def test_a_photograph_on_its_side_has_the_size_that_is_seen(tmp_path, turned):
    exif = Image.Exif()
    exif[0x0112] = 8 if turned else 1
    Image.fromarray(np.zeros((300, 900), np.uint8)).save(tmp_path / "a.jpg", exif=exif)
    preview = image_preview.preview_images(tmp_path)
    assert preview.size_counts == ({(900, 300): 1} if turned else {(300, 900): 1})
    assert preview.summary.startswith("1 image, ")
    (sample,) = image_preview.render_samples(preview, Tones())
    assert sample.shape == ((256, 85, 1) if turned else (85, 256, 1)) and not preview.is_square


@pytest.mark.parametrize("case", ["missing", "layout", "nothing", "unusable"])
def test_what_cannot_be_added_is_refused_at_once(tmp_path, case):
    files = {
        "missing": None,
        "layout": images_of_two_classes() | {"loose.png": image_bytes()},
        "nothing": {".a": b"?"},
        "unusable": {"a.txt": b"?"},
    }[case]
    words = {
        "missing": "does not exist",
        "layout": "loose.png lies beside",
        "nothing": r"holds no images\.",
        "unusable": "holds no images that can be used: a.txt is not an image",
    }[case]
    with pytest.raises(DataError, match=words):
        image_preview.preview_images(write_zip(tmp_path / "in.zip", files) if files else tmp_path / "x")
