"""Own images from the source to the stored data set, its name, its splits, and images to encode."""

import io
import json
import os

import numpy as np
import pytest
from helpers.image_files import RNG, image_bytes, images_of_two_classes, refusal, write_folder, write_zip
from PIL import Image

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.data.own_data import image_files, own_images, own_sets
from aae_core.errors import DataError


@pytest.mark.parametrize("form", ["folder", "zip", "wrapped zip", "unnamed zip"])
def test_a_folder_per_class_becomes_a_data_set(tmp_path, form):
    left_by_systems = (
        "cat/.DS_Store", "__MACOSX/cat/._00.png", "__macosx/x.png", "cat/Thumbs.db", "dog/thumbs.db", "THUMBS.DB", "Desktop.ini",
        "dog/._01.png", "cat/ehthumbs.db",
    )  # fmt: skip
    files = images_of_two_classes() | dict.fromkeys(left_by_systems, b"x")
    wrapped_files = {f"pets/{path}": content for path, content in files.items()}
    source = {
        "folder": lambda: write_folder(tmp_path / "pets", files),
        "zip": lambda: write_zip(tmp_path / "pets.zip", files),
        "wrapped zip": lambda: write_zip(tmp_path / "pets.zip", wrapped_files),
        "unnamed zip": lambda: write_zip(tmp_path / "upload", files),
    }[form]()
    reports = []
    summary = sets.add_data_set(source, "pets", tmp_path / "root", lambda done, total: reports.append((done, total)))
    assert (summary.shape, summary.classes, summary.train, summary.test) == ((1, 16, 16), ("cat", "dog"), 20, 4)
    assert reports[-1] == (24, 24) and summary.available and summary in sets.data_set_summaries(tmp_path / "root")
    data = sets.load("pets", tmp_path / "root")
    assert np.bincount(data.train.labels).tolist() == [10, 10] and np.bincount(data.test.labels).tolist() == [2, 2]
    stored_images = {
        (i.tobytes(), k) for part in (data.train, data.test) for i, k in zip(part.images, part.labels, strict=True)
    }
    expected = {
        (np.asarray(Image.open(io.BytesIO(content))).tobytes(), int(path.startswith("dog")))
        for path, content in files.items()
        if path not in left_by_systems
    }
    assert stored_images == expected
    assert sorted(p.name for p in (tmp_path / "root" / "own").iterdir()) == ["pets"]


def test_a_flat_folder_is_a_set_without_labels(tmp_path):
    write_folder(tmp_path / "flat", {f"{i:02}.png": image_bytes(mode="RGB") for i in range(20)})
    summary = sets.add_data_set(tmp_path / "flat", "flat", tmp_path / "root")
    data = sets.load("flat", tmp_path / "root")
    assert summary.classes == () and summary.shape == (3, 16, 16) and (summary.train, summary.test) == (17, 3)
    assert (data.train.labels == -1).all() and data.test.labels.tolist() == [-1] * 3


@pytest.mark.parametrize("top", ["photos/", "a/b/"])
def test_a_zip_of_a_flat_folder_is_a_set_without_labels(tmp_path, top):
    source = write_zip(tmp_path / "in.zip", {f"{top}{i:02}.png": image_bytes() for i in range(20)})
    assert sets.add_data_set(source, "flat", tmp_path / "root").classes == ()


def test_what_cannot_be_used_is_left_out_and_named_on_request(tmp_path):
    good = images_of_two_classes(count_per_class=14)
    first, blank = good["cat/00.png"], image_bytes(mode="RGB", value=7)
    bad = {"cat/cut.png": image_bytes()[:-60], "dog/z.png": first, "dog/one.png": blank, "dog/notes.txt": b"?"}
    source = write_zip(tmp_path / "pets.zip", good | bad)
    left = []
    summary = sets.add_data_set(source, "pets", tmp_path / "root", report_left_out=left.append)
    assert sorted(clause.split(" ", 1)[0] for clause in left) == sorted(bad)
    assert "dog/z.png is the same image as cat/00.png" in left and "dog/one.png has a single colour" in left
    assert (summary.train, summary.test, summary.shape) == (24, 4, (1, 16, 16)), "of 14 each, 2 are test images"
    data = sets.load("pets", tmp_path / "root")
    pixels = lambda content: np.asarray(Image.open(io.BytesIO(content))).tobytes()  # noqa: E731
    expected = {(pixels(content), int(path.startswith("dog"))) for path, content in good.items()}
    stored_images = [
        (i.tobytes(), k) for part in (data.train, data.test) for i, k in zip(part.images, part.labels, strict=True)
    ]
    assert len(stored_images) == 28 and {*stored_images} == expected
    assert np.bincount(data.test.labels).tolist() == [2, 2]
    assert [path.name for path in (tmp_path / "root" / "own" / "pets").iterdir() if path.suffix == ".whole"] == []
    assert "notes.txt is not an image" in refusal(source, tmp_path / "other")


def test_that_images_were_kept_whole_is_known_to_the_set_and_its_revisions(tmp_path, store):
    images = np.full((24, 10, 20), 40, np.uint8)
    images[:, 3:7, 5:15] = np.arange(100, 124, dtype=np.uint8)[:, None, None]
    np.savez(tmp_path / "wide.npz", images=images)
    for margins in (True, False):
        name = f"margins-{margins}".lower()
        summary = sets.add_data_set(tmp_path / "wide.npz", name, size=8, margins=margins)
        revision = store.create(configure(data=name), summary)
        data_record = json.loads((revision.path / "config.json").read_text())["data"]
        assert bool(store.open(revision.id).data.margins) is margins and ("margins" in data_record) is margins
        (first, *_) = sets.load(name).train.images
        reread_images = own_images.read_images(
            tmp_path / "wide.npz", revision.data.shape, store.open(revision.id).data.margins
        )
        assert any(np.array_equal(first, image) for image in reread_images)


def test_a_class_that_loses_its_images_is_named(tmp_path):
    files = images_of_two_classes(count_per_class=14) | {f"bird/{i}.png": b"?" for i in range(3)}
    left = []
    text = refusal(write_zip(tmp_path / "in.zip", files), tmp_path / "root", report_left_out=left.append)
    assert "the class bird has fewer than two images that can be used" in text and len(left) == 3


def test_a_name_is_free_and_made_of_the_file_s(tmp_path):
    assert sets.unused_name("My Leaves (2)", tmp_path) == "my-leaves-2"
    assert [sets.unused_name(text, tmp_path) for text in ("MNIST", "con", "***")] == ["mnist-2", "con-2", "images"]
    source = write_zip(tmp_path / "in.zip", images_of_two_classes())
    for name in ("pets", "pets-2", "pets-3"):
        assert sets.unused_name("pets", tmp_path) == name
        sets.add_data_set(source, name, tmp_path)


def test_numbered_classes_are_sorted_as_numbers(tmp_path):
    write_folder(tmp_path / "n", {f"{k}/{i}.png": image_bytes() for k in (10, 9, 2) for i in range(8)})
    assert sets.add_data_set(tmp_path / "n", "numbers", tmp_path).classes == ("2", "9", "10")


def test_a_size_brings_all_to_it(tmp_path):
    files = {f"{k}/{i}.png": image_bytes(side) for k in "ab" for i, side in enumerate([20, 40, 200] * 4)}
    summary = sets.add_data_set(write_zip(tmp_path / "m.zip", files), "mixed", tmp_path, size=32)
    assert summary.shape == (1, 32, 32)
    np.savez(tmp_path / "big.npz", images=np.zeros((20, 200, 300), np.uint8))
    assert sets.add_data_set(tmp_path / "big.npz", "big", tmp_path, size=64).shape == (1, 64, 64)


def test_a_set_saved_in_colour_without_any_is_grey(tmp_path):
    grey = {f"{k}/{i}.png": image_bytes(mode="RGB", value=i) for k in "ab" for i in range(10)}
    assert sets.add_data_set(write_zip(tmp_path / "g.zip", grey), "grey", tmp_path).shape == (1, 16, 16)
    mixed_files = grey | {"a/colour.png": image_bytes(mode="RGB"), "b/grey.png": image_bytes()}
    assert sets.add_data_set(write_zip(tmp_path / "c.zip", mixed_files), "colour", tmp_path).shape == (3, 16, 16)


@pytest.mark.parametrize(
    "name", ["", "a b", "../x", "/x", "Cats", "con", "com1", "-x", "ä", "x" * 41, "x.y", ".x", 5, "a\n"]
)
def test_a_name_no_folder_can_have(tmp_path, name):
    with pytest.raises(DataError, match="not a valid name"):
        sets.add_data_set(write_zip(tmp_path / "in.zip", images_of_two_classes()), name, tmp_path / "root")
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My shapes", "my-shapes"),
        ("  Blätter (2)! ", "blatter-2"),
        ("ok_1", "ok_1"),
        ("../x", "x"),
        ("***", ""),
        ("a" * 39 + " b", "a" * 39),
    ],
)
def test_a_name_is_made_valid(tmp_path, text, name):
    assert sets.slugify_name(text) == name == sets.slugify_name(name)
    if name:
        own_sets.check_new_name(name, tmp_path, ())


def test_a_name_that_is_taken(tmp_path):
    source = write_zip(tmp_path / "in.zip", images_of_two_classes())
    with pytest.raises(DataError, match="mnist belongs to a built-in data set"):
        sets.add_data_set(source, "mnist", tmp_path)
    sets.add_data_set(source, "pets", tmp_path)
    with pytest.raises(DataError, match="pets already exists"):
        sets.add_data_set(source, "pets", tmp_path)


@pytest.mark.parametrize("step", [(own_images, "_write_images"), (own_sets, "write_json")])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, step, failure):
    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr(*step, fail)
    with pytest.raises((KeyboardInterrupt, DataError)) as result:
        sets.add_data_set(write_zip(tmp_path / "in.zip", images_of_two_classes()), "pets", tmp_path / "root")
    assert result.type is KeyboardInterrupt or "the disk is full" in str(result.value)
    assert not list((tmp_path / "root" / "own").iterdir())
    monkeypatch.undo()
    sets.add_data_set(tmp_path / "in.zip", "pets", tmp_path / "root")


def test_what_a_killed_import_left_is_swept(tmp_path):
    old, new = tmp_path / "own" / ".part-old", tmp_path / "own" / ".part-new"
    for part in (old, new):
        part.mkdir(parents=True)
    os.utime(old, (0, 0))
    sets.add_data_set(write_zip(tmp_path / "in.zip", images_of_two_classes()), "pets", tmp_path)
    assert not old.exists() and new.exists() and own_sets.list_own_sets(tmp_path) == ["pets"]


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("images.safetensors", lambda b: b[:-50], "pets is damaged"),
        ("images.safetensors", lambda b: b"", "pets is damaged"),
        ("meta.json", lambda b: b[: len(b) // 2], "meta.json"),
        ("meta.json", lambda b: b.replace(b'"format": 2', b'"format": 9'), "has format 9"),
        ("meta.json", lambda b: b.replace(b'"train": 20', b'"train": 19'), "pets is damaged"),
        ("meta.json", lambda b: b.replace(b'"train": 20', b'"train": "x"'), " at train;"),
    ],
)
def test_a_damaged_store_is_one_sentence(tmp_path, file, change, words):
    sets.add_data_set(write_zip(tmp_path / "in.zip", images_of_two_classes()), "pets", tmp_path)
    path = tmp_path / "own" / "pets" / file
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match=words) as actual:
        sets.load("pets", tmp_path)
    assert "\n" not in str(actual.value)
    assert "pets" in [summary.name for summary in sets.data_set_summaries(tmp_path)]


def test_images_to_encode_from_each_form(tmp_path):
    files = {f"{name}.png": image_bytes() for name in "cab"}
    ordered_images = np.stack([np.asarray(Image.open(io.BytesIO(files[f"{name}.png"]))) for name in "abc"])[..., None]
    assert np.array_equal(own_images.read_images(write_folder(tmp_path / "in", files)), ordered_images)
    assert np.array_equal(own_images.read_images(write_zip(tmp_path / "in.zip", files)), ordered_images)
    assert np.array_equal(own_images.read_images(tmp_path / "in" / "b.png"), ordered_images[1:2])
    np.savez(tmp_path / "in.npz", images=ordered_images[..., 0])
    assert np.array_equal(own_images.read_images(tmp_path / "in.npz"), ordered_images)


def test_a_single_image_is_not_read_if_it_is_too_large(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(image_bytes())
    monkeypatch.setattr(image_files, "MAX_FILE_BYTES", 20)
    with pytest.raises(DataError, match="^a.png is larger than"):
        own_images.read_images(tmp_path / "a.png")


def test_images_to_encode_of_several_sizes_need_the_models_shape(tmp_path):
    folder = write_folder(tmp_path / "in", {"a.png": image_bytes(20), "b.png": image_bytes(40, "RGB")})
    with pytest.raises(DataError, match="2 sizes"):
        own_images.read_images(folder)
    assert own_images.read_images(folder, (1, 28, 28)).shape == (2, 28, 28, 1)


@pytest.mark.parametrize("name", ["missing", "x.txt", "x.png", "x.npz", "empty", "n" * 300, "\0"])
def test_images_that_cannot_be_encoded(tmp_path, name):
    (tmp_path / "empty").mkdir()
    for file in ("x.txt", "x.png", "x.npz"):
        (tmp_path / file).write_bytes(b"?")
    with pytest.raises(DataError) as output:
        own_images.read_images(tmp_path / name)
    assert name[:20].strip("\0") in str(output.value) and "\n" not in str(output.value)


def test_fitting_to_a_model():
    images = RNG.integers(0, 256, (3, 8, 8, 3), np.uint8)
    assert np.array_equal(own_images.resize_for_model(images, (3, 8, 8)), images)
    grey = own_images.resize_for_model(images, (1, 8, 8))[..., 0]
    assert np.abs(grey - images @ np.array([0.299, 0.587, 0.114])).max() <= 1
    assert np.array_equal(
        own_images.resize_for_model(grey[..., None], (3, 8, 8)), np.repeat(grey[..., None], 3, axis=-1)
    )
    wide = np.zeros((1, 10, 30, 1), np.uint8)
    wide[:, :, 10:20] = 200  # the middle is kept
    assert own_images.resize_for_model(wide, (1, 10, 10)).min() == 200
    assert own_images.resize_for_model(wide, (1, 5, 5)).shape == (1, 5, 5, 1)
    assert own_images.resize_for_model(images[:0], (1, 4, 4)).shape == (0, 4, 4, 1)


def test_the_present_folder_is_told_by_its_name_and_nothing_is_no_folder(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("x")
    monkeypatch.chdir(tmp_path / "mine")
    for read in (own_images.read_images, lambda path: sets.add_data_set(path, "new")):
        with pytest.raises(DataError, match="^mine cannot be used: a.txt is not an image"):
            read(".")
        with pytest.raises(DataError, match="^An empty path does not exist"):
            read("")


def test_a_set_that_is_removed_is_gone_and_of_a_link_the_link_alone(tmp_path):
    root, source = tmp_path / "root", write_folder(tmp_path / "pets", images_of_two_classes())
    for name in ("pets", "linked"):
        sets.add_data_set(source, name, root)
    elsewhere = (root / "own" / "linked").rename(tmp_path / "elsewhere")
    (root / "own" / "linked").symlink_to(elsewhere)
    for name in ("pets", "linked"):
        sets.remove_data_set(name, root)
    assert not set(sets.data_set_names(root)) & {"pets", "linked"} and not list((root / "own").iterdir())
    assert (elsewhere / "images.safetensors").exists()
    for name in ("pets", "digits", "..", "../elsewhere"):
        with pytest.raises(DataError, match="only those that were added"):
            sets.remove_data_set(name, root)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.random.default_rng(0).random((60, 8, 8), np.float32), "floating-point"),
        (np.zeros((40, 8, 8), np.uint8), "60"),
    ],
)
def test_an_npz_whose_labels_do_not_fit_its_images_is_refused(images, message, tmp_path):
    """Floating-point images with labels, and fewer images than labels."""
    np.savez(tmp_path / "in.npz", images=images, labels=np.arange(60) % 2)
    with pytest.raises(DataError, match=message):
        sets.add_data_set(tmp_path / "in.npz", "mine", tmp_path)
