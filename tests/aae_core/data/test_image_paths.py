"""The rows of facts about images find them by paths that begin within or outside the folder, and never by a wrong one."""

import shutil

import numpy as np
import pandas
import pytest
from PIL import Image

import aae_core as aae
from aae_core.data import sets
from aae_core.data.own_data import image_metadata
from aae_core.errors import DataError

RNG = np.random.default_rng(12)
NAMES = [f"{kind}/{i:02}.png" for kind in ("cat", "dog") for i in range(20)]  # each file name occurs twice
FACTS = pandas.DataFrame({"photo": NAMES, "lux": RNG.normal(size=len(NAMES))})


@pytest.fixture
def photos(tmp_path):
    for name in NAMES:
        path = tmp_path / "home" / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 255, (8, 8), dtype=np.uint8)).save(path)
    return tmp_path / "home" / "photos"


def as_source(photos, form):
    """The folder itself, or a zip of it: with the folder within, or with what is in it under this name or another."""
    if form == "folder":
        return photos
    if form == "zip of the folder":
        return shutil.make_archive(photos.parent.parent / "upload", "zip", photos.parent, "photos")
    name = {"zip of its files": "photos", "zip of another name": "upload"}[form]
    return shutil.make_archive(photos.parent.parent / name, "zip", photos)


def add(source, root, texts, **facts):
    FACTS.assign(photo=texts, **facts).sample(frac=1, random_state=2).to_csv(root / "facts.csv", index=False)
    sets.add_data_set(source, "photos", root, metadata=root / "facts.csv")
    return aae.load_item_table("photos", root)


FORMS = ["folder", "zip of the folder", "zip of its files"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "prefix", ["", "./", "photos/", "./photos/", "/data/2024/photos/", "C:\\pictures\\photos\\", "photos/photos/"]
)
def test_paths_may_begin_outside_the_folder(photos, tmp_path, form, prefix):
    texts = [prefix + name for name in NAMES]
    if "\\" in prefix:
        texts = [text.replace("/", "\\") for text in texts]
    items = add(as_source(photos, form), tmp_path, texts)
    assert items["lux"].tolist() == FACTS.set_index("photo")["lux"].loc[items["id"]].tolist()


@pytest.mark.parametrize(
    "form, prefix", [("folder", "images/"), ("zip of another name", "photos/"), ("zip of the folder", "photos/old/")]
)
def test_paths_in_another_folder_are_refused_and_both_sides_named(photos, tmp_path, form, prefix):
    folder = "upload" if form == "zip of another name" else "photos"
    message = (
        f"column photo of facts.csv has paths such as {prefix}.*, and the images .* cat/00.png in the folder {folder};"
    )
    with pytest.raises(DataError, match=message):
        add(as_source(photos, form), tmp_path, [prefix + name for name in NAMES])
    assert sets.own_sets.list_own_sets(tmp_path) == []


def test_rows_of_another_folder_are_no_rows_of_this_one(photos, tmp_path):
    texts = [f"{'photos' if i % 3 else 'images'}/{name}" for i, name in enumerate(NAMES)]
    items = add(photos, tmp_path, texts)
    expected = FACTS.assign(lux=FACTS["lux"].where(FACTS.index % 3 > 0)).set_index("photo")["lux"].loc[items["id"]]
    np.testing.assert_array_equal(items["lux"], expected)


def test_a_name_without_a_folder_that_two_images_have_is_refused(photos, tmp_path):
    with pytest.raises(DataError, match="No column of facts.csv names the images, as cat/00.png would"):
        add(photos, tmp_path, [name.rpartition("/")[2] for name in NAMES])


def test_rows_that_name_the_same_image_are_refused_by_its_path(photos, tmp_path):
    texts = [f"a/photos/{NAMES[0]}", f"b/photos/{NAMES[0]}", *NAMES[2:]]
    FACTS.assign(photo=texts).rename(columns={"photo": "Photo"}).to_csv(tmp_path / "facts.csv", index=False)
    with pytest.raises(
        DataError, match="^The column Photo of facts.csv names cat/00.png in several rows; leave one of them"
    ):
        sets.add_data_set(photos, "photos", tmp_path, metadata=tmp_path / "facts.csv")


def test_images_in_one_folder_without_classes(photos, tmp_path):
    archive = shutil.make_archive(tmp_path / "upload", "zip", photos, "cat")
    names = [name for name in NAMES if name.startswith("cat")]
    for texts in (names, [f"photos/{name}" for name in names], [name[4:] for name in names]):
        pandas.DataFrame({"photo": texts, "lux": FACTS["lux"][:20]}).to_csv(tmp_path / "facts.csv", index=False)
        sets.add_data_set(archive, "flat", tmp_path, metadata=tmp_path / "facts.csv")
        items = aae.load_item_table("flat", tmp_path)
        assert items["lux"].tolist() == [FACTS["lux"][int(name[:2])] for name in items["id"]]
        sets.remove_data_set("flat", tmp_path)


def test_a_folder_with_the_name_of_a_class_matches_only_where_one_image_fits():
    matcher = image_metadata._PathMatcher(["a.png", "photos/a.png", "photos/b.png"], "photos")
    assert matcher.find_image("photos/a.png") == 1  # the path itself
    assert matcher.find_image("x/photos/photos/b.png") == 2
    assert matcher.find_image("x/photos/photos/a.png") is None  # a.png or photos/a.png


def test_images_of_an_npz_are_found_as_before(tmp_path):
    np.savez(tmp_path / "x.npz", images=RNG.integers(0, 255, (30, 8, 8), dtype=np.uint8))
    pandas.DataFrame({"photo": [f"x.npz:{i}" for i in range(30)], "lux": range(30)}).to_csv(tmp_path / "facts.csv")
    facts = pandas.read_csv(tmp_path / "facts.csv", index_col=0)
    facts.to_csv(tmp_path / "facts.csv", index=False)
    sets.add_data_set(tmp_path / "x.npz", "x", tmp_path, metadata=tmp_path / "facts.csv")
    items = aae.load_item_table("x", tmp_path)
    assert items["lux"].tolist() == items["row"].tolist()
