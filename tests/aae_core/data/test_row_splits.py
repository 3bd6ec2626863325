"""Own splits: a column that says train or test, or groups that stay whole; in files and in memory."""

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from helpers.cli_runs import command_output, run_command
from helpers.plugin_files import assert_one_sentence
from sklearn.model_selection import GroupShuffleSplit

import aae_core as aae
from aae_core.data import row_splits, sets
from aae_core.data.number_texts import ValueFormat
from aae_core.errors import DataError

N = 200


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    patients = np.array([f"p{k}" for k in rng.integers(0, 23, N)])
    folds = np.where(rng.random(N) < 0.3, " Test", "train")
    values = rng.normal(size=(N, 3))
    return pd.DataFrame({"a": values[:, 0], "b": values[:, 1], "c": values[:, 2], "patient": patients, "fold": folds,
                         "kind": np.where(rng.random(N) < 0.5, "x", "y"), "number": np.arange(N)})  # fmt: skip


def store_table(frame, tmp_path, suffix=".csv", **options):
    """(the data set that a file with this frame becomes, the numbers of its test rows in the file)."""
    path = tmp_path / f"table{suffix}"
    write = {".csv": frame.to_csv, ".parquet": frame.to_parquet}[suffix]
    write(path, index=False)
    options = {"label": "kind", "leave_out": ["number"]} | options
    if "leave_out" in options and options["leave_out"] == ["number"]:
        options["leave_out"] = [name for name in ("number", "patient", "fold") if name in frame]
    name = f"mine-{len(sets.own_sets.list_own_sets(sets.data_root()))}"
    sets.add_data_set(path, name, **options)
    items = aae.load_item_table(name)
    return sets.load(name), items["number"][items["split"] == "test"].to_numpy()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_column_says_which_rows_are_for_testing(frame, tmp_path, suffix):
    data, test_numbers = store_table(frame, tmp_path, suffix, split_column="fold")
    expected = frame[frame.fold == " Test"]
    assert sorted(test_numbers) == expected.number.tolist()
    np.testing.assert_allclose(data.test.images[:, 0, :, 0], expected[["a", "b", "c"]], rtol=1e-6)
    assert (
        data.features.names == ("a", "b", "c") and [data.classes[k] for k in data.test.labels] == expected.kind.tolist()
    )
    train = frame[frame.fold == "train"][["a", "b", "c"]]
    np.testing.assert_allclose(data.features.means, train.mean(), atol=1e-6)  # of the training rows alone
    assert (
        aae.load_item_table(data.name)["fold"].str.strip().str.lower().tolist()
        == aae.load_item_table(data.name)["split"].tolist()
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("kind", ["texts", "whole numbers"])
def test_no_group_is_divided(frame, tmp_path, suffix, kind):
    if kind == "whole numbers":
        frame["patient"] = frame.patient.str[1:].astype(int)
    data, test_numbers = store_table(frame, tmp_path, suffix, group_column="patient")
    is_test = frame.number.isin(test_numbers)
    assert not set(frame.patient[is_test]) & set(frame.patient[~is_test])
    counts = Counter(frame.patient)
    assert 0.15 * N - min(counts.values()) < is_test.sum() <= 0.15 * N and data.features.names == ("a", "b", "c")
    repeated_data, same_numbers = store_table(frame, tmp_path, suffix, group_column="patient")
    assert sorted(same_numbers) == sorted(test_numbers) and repeated_data.summary.train == data.summary.train


@pytest.mark.parametrize("text", [None, "?"])
def test_rows_without_a_group_are_their_own(frame, tmp_path, text):
    has_none = frame.index % 2 == 0
    frame.loc[has_none, "patient"] = text
    _, test_numbers = store_table(frame, tmp_path, group_column="patient", value_format=ValueFormat(("?",)))
    is_test = frame.number.isin(test_numbers)
    assert 0 < is_test[has_none].sum() < has_none.sum()
    grouped_rows = frame[~has_none]
    assert not set(grouped_rows.patient[is_test]) & set(grouped_rows.patient[~is_test])


@pytest.mark.parametrize("dtype", ["Int64", "string", "category"])
def test_items_without_a_group_in_memory_are_their_own(dtype):
    groups = pd.Series([1, 2, 3, 4, None, None] * 20, dtype="Int64").astype(dtype)
    data = aae.arrays(np.random.default_rng(0).normal(size=(120, 3)), groups=groups, test=0.3)
    assert data.summary.test == 36  # at most one group of 20 rows fits, and single rows fill up


@pytest.mark.parametrize("groups", [np.arange(120) // 4, [None if i < 60 else i // 4 for i in range(120)]])
@pytest.mark.parametrize("is_mask", [False, True])
def test_test_items_that_are_given_may_be_whole_groups(groups, is_mask):
    rows = np.random.default_rng(0).normal(size=(120, 3))
    test = np.arange(100, 120)
    data = aae.arrays(rows, groups=groups, test=np.isin(np.arange(120), test) if is_mask else test)
    np.testing.assert_array_equal(data.test.images[:, 0, :, 0], rows[100:].astype(np.float32))
    assert data.summary.has_groups and not set(data.train.groups) & set(data.test.groups)
    assert len(set(data.train.groups)) == len(set(groups[:100]) - {None}) + list(groups[:100]).count(None)


def test_rows_that_are_left_out_count_for_no_group(frame, tmp_path):
    frame.loc[3:30, "a"] = None
    value_format = sets.ValueFormat(drop_missing=True)
    for options in ({"group_column": "patient"}, {"split_column": "fold"}):
        data, test_numbers = store_table(frame, tmp_path, value_format=value_format, **options)
        left = frame[frame.a.notna()]
        assert data.summary.train + data.summary.test == len(left) and set(test_numbers) <= set(left.number)
    assert sorted(test_numbers) == left[left.fold == " Test"].number.tolist()


@pytest.mark.parametrize("has_pyarrow", [True, False])
def test_the_held_out_form_divides_no_group(has_pyarrow, tmp_path, monkeypatch):
    monkeypatch.setattr("aae_core.data.own_data.item_metadata.has_pyarrow", lambda: has_pyarrow)
    visits = pd.DataFrame(
        {"patient": np.repeat(np.arange(30), 4), "value": np.arange(120.0), "other": np.sin(np.arange(120))}
    )
    visits.to_csv(tmp_path / "visits.csv", index=False)
    sets.add_data_set(tmp_path / "visits.csv", "visits", group_column="patient")
    data, held_out = sets.load("visits"), sets.load("visits-held-out")
    patients = visits.set_index("value")["patient"]
    parts = [held_out.train, held_out.test, data.test]
    patients_by_part = [set(patients[part.images[:, 0, 0, 0]]) for part in parts]
    assert not any(a & b for k, a in enumerate(patients_by_part) for b in patients_by_part[:k])
    assert [len(part.images) for part in parts] == [88, 16, 16]  # of 104 training rows a sixth is 17.3: four patients
    summary = sets.describe_data_set("visits-held-out")
    assert (summary.train, summary.test, summary.has_groups) == (88, 16, True)
    assert (
        set(patients[held_out.train.images[:, 0, 0, 0]])
        == set(np.arange(30)) - patients_by_part[1] - patients_by_part[2]
    )


def test_a_set_of_an_older_version_keeps_its_held_out_rows(frame, tmp_path):
    data, _ = store_table(frame, tmp_path, group_column="patient")
    record_path = sets.data_root() / "own" / data.name / "meta.json"
    record = json.loads(record_path.read_text())
    assert record.pop("groups") == "patient"
    record_path.write_text(json.dumps(record))
    (record_path.parent / "groups.safetensors").unlink()
    labels = data.train.labels
    n = len(labels) // 6
    order = np.random.default_rng(1).permutation(len(labels))  # by class, in equal steps, as 1.12.0 drew them
    order = order[np.argsort(labels[order], kind="stable")]
    expected = np.sort(order[((np.arange(n) + 0.5) * (len(labels) / n)).astype(int)])
    older = sets.load(data.name)
    assert np.flatnonzero(sets.held_out_mask(older)).tolist() == expected.tolist() and older.summary.has_groups is None
    assert sets.describe_data_set(f"{data.name}-held-out").test == n


def test_groups_that_are_missing_or_damaged_are_named(frame, tmp_path):
    data, _ = store_table(frame, tmp_path, group_column="patient")
    path = sets.data_root() / "own" / data.name / "groups.safetensors"
    content = path.read_bytes()
    for damage in (path.unlink, lambda: path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))):
        damage()
        sets._load_cached.cache_clear()
        with pytest.raises(DataError, match=f"The data set {data.name} is damaged; remove"):
            sets.load(data.name)


def test_one_group_of_training_rows_cannot_be_held_out(frame, tmp_path):
    frame["patient"] = ["a", *["b"] * (N - 1)]
    data, _ = store_table(frame, tmp_path, group_column="patient")
    assert (data.summary.train, data.summary.test) == (N - 1, 1)
    with pytest.raises(DataError, match=f"All training rows of {data.name} are of one group, so none can be held out"):
        sets.describe_data_set(f"{data.name}-held-out")


def test_the_properties_of_scikit_learns_split_hold_in_memory():
    rng = np.random.default_rng(1)
    for share in (0.1, 0.3, 0.5):
        groups = rng.integers(0, 30, 400)
        data = aae.arrays(rng.normal(size=(400, 4)), groups % 3, groups=groups, test=share)
        is_test = row_splits.draw_test_mask(row_splits.number_groups(groups), share)
        assert data.summary.test == is_test.sum()
        expected_splits = GroupShuffleSplit(5, test_size=share).split(groups, groups=groups)
        for mask in (is_test, *(np.isin(np.arange(400), test) for _, test in expected_splits)):
            assert not set(groups[mask]) & set(groups[~mask]) and mask.any() and not mask.all()
        assert share - 0.05 < is_test.mean() <= share


def test_test_items_are_given_in_memory():
    rows = np.random.default_rng(2).normal(size=(40, 3))
    mask = np.arange(40) % 3 == 0
    for test in (mask, np.flatnonzero(mask), mask.tolist(), np.flatnonzero(mask).tolist()[::-1]):
        data = aae.arrays(rows, test=test)
        np.testing.assert_allclose(data.test.images[:, 0, :, 0], rows[mask], rtol=1e-6)
        assert data.summary.train == 40 - mask.sum()
    images = np.random.default_rng(3).integers(0, 256, (40, 8, 8), dtype=np.uint8)
    assert np.array_equal(aae.arrays(images, test=mask).test.images[..., 0], images[mask])


BAD = {
    "another word": ({"fold": ["train", "valid"] * 100}, {"split_column": "fold"}, "has “valid” in line 3."),
    "nothing": ({"fold": ["test", None] * 100}, {"split_column": "fold"}, "has nothing in line 3."),
    "no test row": ({"fold": ["train"] * N}, {"split_column": "fold"}, "says test in no row"),
    "no training row": ({"fold": ["test"] * N}, {"split_column": "fold"}, "says train in no row"),
    "one group": ({"patient": ["p"] * N}, {"group_column": "patient"}, "has the same group in every row"),
    "both": ({}, {"split_column": "fold", "group_column": "patient"}, "give the split fold or the groups patient, not both"),
    "the classes": ({}, {"group_column": "kind"}, "cannot give both the classes and which rows are for testing"),
    "an empty name": ({}, {"split_column": " "}, "The column '' is not known"),
    "an empty name of groups": ({}, {"group_column": ""}, "The column '' is not known"),
    "no column": ({}, {"split_column": "folds"}, "The column 'folds' is not known; did you mean 'fold'"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_divide_the_rows_is_refused(frame, tmp_path, kind):
    columns, options, cause = BAD[kind]
    with pytest.raises(DataError) as error:
        store_table(frame.assign(**columns), tmp_path, **options)
    assert cause in assert_one_sentence(str(error.value).replace("?", ".")) and not sets.own_sets.list_own_sets(
        sets.data_root()
    )


@pytest.mark.parametrize(("options", "cause"), [
    ({"test": [0, 40]}, "the indices of items, from 0 to 39, or 40 truth values"),
    ({"test": [True] * 39}, "or 40 truth values"),
    ({"test": [0.5, 0.2]}, "test must be a share"),
    ({"test": [True] * 40}, "some of the items, but not all"),
    ({"test": [1, 2, 9], "groups": ["a", "b", "b", "c", "d", "c"] + ["d"] * 34}, "The group “d” has items"),
    ({"groups": range(39)}, "a group for each of the 40 items"),
    ({"groups": [1] * 40}, "the same group in every row"),
    ({"test": "a third"}, "must lie between 0 and 1, not 'a third'"),
    ({"test": None}, "must lie between 0 and 1, not None"),
])  # fmt: skip
def test_what_cannot_divide_arrays_is_refused(options, cause):
    with pytest.raises(DataError) as error:
        aae.arrays(np.random.default_rng(0).normal(size=(40, 3)), **options)
    assert cause in assert_one_sentence(str(error.value))


def test_images_have_no_such_columns(tmp_path):
    np.savez(tmp_path / "images.npz", images=np.arange(40 * 16, dtype=np.uint8).reshape(40, 4, 4))
    with pytest.raises(DataError, match="Images have no columns; a column with the split") as error:
        sets.add_data_set(tmp_path / "images.npz", "mine", split_column="fold")
    assert assert_one_sentence(str(error.value))


def test_the_command_divides_by_a_column(frame, tmp_path, capsys):
    frame.to_csv(tmp_path / "table.csv", index=False)
    path, common = tmp_path / "table.csv", ["--label", "kind", "--leave-out", "number,patient,fold"]
    n_test = (frame.fold == " Test").sum()
    out = command_output(capsys, "data", "add", path, "--name", "by-fold", "--split", "fold", *common)
    assert f"{N - n_test:,} training and {n_test:,} test rows" in out
    command_output(capsys, "data", "add", path, "--name", "by-patient", "--groups", "patient", *common)
    items = aae.load_item_table("by-patient")
    assert not set(items.patient[items.split == "test"]) & set(items.patient[items.split == "train"])
    status, _, err = run_command(
        capsys, "data", "add", path, "--name", "refused", "--groups", "patient", "--label", "kind"
    )
    assert status == 1 and "--groups patient" in err  # the command that adds it keeps the option
