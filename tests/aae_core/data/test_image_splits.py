"""A column of the facts about images says which are for testing, by the rules of tables. The oracle is pandas."""

import numpy as np
import pandas
import pytest
from helpers.cli_runs import command_output
from PIL import Image

import aae_core as aae
from aae_core.data import row_splits, sets
from aae_core.errors import DataError

N = 60
RNG = np.random.default_rng(9)
FACTS = pandas.DataFrame(
    {
        "photo": [f"{('cat', 'dog')[i % 2]}/{i:02}.png" for i in range(N)],
        "fold": np.where(RNG.random(N) < 0.3, "test", " Train"),
        "patient": [f"p{k}" for k in RNG.integers(0, 9, N)],
        "visit": RNG.integers(1, 4, N),
    }
)


@pytest.fixture
def folder(tmp_path):
    for name in FACTS["photo"]:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 255, (8, 8), dtype=np.uint8)).save(path)
    return tmp_path / "photos"


def add(folder, facts=FACTS, suffix=".csv", **options):
    """(the stored set, its items with their facts); the images are where their ids say."""
    path = folder.parent / f"facts{suffix}"
    facts = facts.sample(frac=1, random_state=3)
    facts.to_csv(path, index=False) if suffix == ".csv" else facts.to_parquet(path)
    sets.add_data_set(folder, "photos", folder.parent, **{"metadata": path, **options})
    data, items = sets.load("photos", folder.parent), aae.load_item_table("photos", folder.parent)
    stored_images = np.concatenate([data.train.images, data.test.images])[..., 0]
    np.testing.assert_array_equal(stored_images, [np.asarray(Image.open(folder / name)) for name in items["id"]])
    assert items["split"].tolist() == ["train"] * len(data.train.labels) + ["test"] * len(data.test.labels)
    assert items["label"].tolist() == [name[:3] for name in items["id"]]
    return data, items


def write_blank_image(folder, number):
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / FACTS["photo"][number])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_column_says_which_images_are_for_testing(folder, suffix):
    _, items = add(folder, suffix=suffix, split_column="fold")
    test_ids = set(items["id"][items["split"] == "test"])
    assert test_ids == set(FACTS["photo"][FACTS["fold"] == "test"])
    assert items["fold"].str.strip().str.lower().tolist() == items["split"].tolist()
    assert list(items) == ["id", "row", "split", "label", "fold", "patient", "visit"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("column", ["patient", "visit"])
def test_groups_of_images_stay_whole_as_those_of_a_table(folder, suffix, column):
    _, items = add(folder, suffix=suffix, group_column=column)
    assert items.groupby(column)["split"].nunique().max() == 1
    groups = FACTS.sort_values("photo")[column].to_numpy()  # as the images of a folder are read
    expected = row_splits.draw_test_mask(row_splits.number_groups(groups), 0.15)
    assert set(items[column][items["split"] == "test"]) == set(groups[expected])


def test_the_held_out_form_divides_no_group_of_images(folder):
    for number in (1, 8, 40):
        write_blank_image(folder, number)
    add(folder, group_column="patient", report_left_out=lambda clause: None)
    items = aae.load_item_table("photos-held-out", folder.parent)
    assert items.groupby("patient")["split"].nunique().max() == 1 and items["split"].nunique() == 2
    held_out = sets.load("photos-held-out", folder.parent)
    stored_images = np.concatenate([held_out.train.images, held_out.test.images])[..., 0]
    np.testing.assert_array_equal(stored_images, [np.asarray(Image.open(folder / name)) for name in items["id"]])
    patient_by_group = dict(zip(held_out.train.groups, items["patient"], strict=False))
    assert [patient_by_group[group] for group in held_out.train.groups] == items["patient"][
        items["split"] == "train"
    ].tolist()


def test_images_that_are_left_out_do_not_count(folder):
    for number in FACTS.index[FACTS["patient"] == "p3"]:
        write_blank_image(folder, number)
    left = FACTS[FACTS["patient"] != "p3"]
    clauses = []
    _, items = add(folder, group_column="patient", report_left_out=clauses.append)
    assert len(clauses) == N - len(left) == N - len(items)
    groups = row_splits.number_groups(left.sort_values("photo")["patient"].to_numpy())
    expected = row_splits.draw_test_mask(groups, 0.15)
    assert set(items["id"][items["split"] == "test"]) == set(left.sort_values("photo")["photo"][expected])


def test_the_split_stays_when_images_are_left_out(folder):
    write_blank_image(folder, 4)
    _, items = add(folder, split_column="fold", report_left_out=lambda clause: None)
    assert len(items) == N - 1 and items["fold"].str.strip().str.lower().tolist() == items["split"].tolist()


def test_an_image_without_a_row_is_a_group_of_its_own_and_no_word(folder):
    _, items = add(folder, FACTS.drop(index=7), group_column="patient")
    assert len(items) == N and items["patient"].isna().sum() == 1
    sets.remove_data_set("photos", folder.parent)
    with pytest.raises(
        DataError, match="fold must say train or test in each row, and has nothing for the image dog/07.png"
    ):
        add(folder, FACTS.drop(index=7), split_column="fold")
    assert sets.own_sets.list_own_sets(folder.parent) == []


@pytest.mark.parametrize(
    "options, message",
    [
        (
            {"split_column": "visit"},
            "visit must say train or test in each row, and has “[123]” for the image cat/00.png",
        ),
        ({"split_column": "fould"}, "did you mean 'fold'"),
        ({"split_column": ""}, "The column '' is not known"),
        ({"group_column": " "}, "The column '' is not known"),
        ({"group_column": "", "metadata": None}, "Images have no columns; a column with the split, or with groups"),
        ({"split_column": "photo"}, "photo of facts.csv names the images"),
        ({"split_column": "fold", "group_column": "patient"}, "give the split fold or the groups patient, not both"),
        ({"group_column": "same"}, "The column same has the same group in every row"),
        ({"split_column": "all"}, "says test in no row"),
    ],
)
def test_what_a_column_cannot_decide_is_refused_as_for_a_table(folder, options, message):
    with pytest.raises(DataError, match=message):
        add(folder, FACTS.assign(same=1, all="train"), **options)
    assert sets.own_sets.list_own_sets(folder.parent) == []


def test_the_command_takes_the_column(folder, monkeypatch, capsys):
    monkeypatch.setenv("AAE_DATA", str(folder.parent))
    FACTS.to_csv(folder.parent / "facts.csv", index=False)
    options = ["--metadata", str(folder.parent / "facts.csv"), "--split", "fold", "--quiet"]
    count = (FACTS["fold"] == "test").sum()
    out = command_output(capsys, "data", "add", str(folder), "--name", "photos", *options)
    assert f"photos: {N - count} training and {count} test images" in out
