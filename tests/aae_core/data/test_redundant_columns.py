"""Columns with a single value and copies of other columns: all are named, and one switch leaves them out."""

import numpy as np
import pandas
import pytest

import aae_core as aae
from aae_core.data import sets
from aae_core.data.own_data import own_sets
from aae_core.errors import DataError

RNG = np.random.default_rng(0)
N = 40
FRAME = pandas.DataFrame(
    {
        "size": RNG.normal(size=N),
        "zero": np.zeros(N),
        "rooms": RNG.poisson(3, N),
        "again": 0.0,
        "one": 1,
        "town": RNG.choice(["Bath", "York"], N),
        "city": "",
        "land": "UK",
        "class": np.arange(N) % 2,
    }
).assign(again=lambda frame: frame["size"], city=lambda frame: frame["town"])
OPTIONS = {"label": "class", "types": {"town": "category", "city": "category", "land": "category"}}


def save(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_switch_leaves_out_what_drop_duplicates_would(tmp_path, suffix):
    path, clauses = save(FRAME, tmp_path / f"x{suffix}"), []
    sets.add_data_set(path, "x", tmp_path, report_left_out=clauses.append, **OPTIONS)
    assert clauses == [
        "3 columns with the same value in every row: zero, one, land",
        "2 columns with the values of another: again (as size), city (as town)",
    ]
    features = FRAME.drop(columns="class")
    varying_columns = features.loc[:, features.nunique() > 1]
    kept_names = list(varying_columns.T.drop_duplicates().index)
    sets.add_data_set(
        path, "y", tmp_path, label="class", types={"town": "category"}, leave_out=[*set(features) - set(kept_names)]
    )
    result, expected_data = (sets.load(name, tmp_path) for name in "xy")
    assert result.features == expected_data.features and result.features.names == (
        "size",
        "rooms",
        "town = Bath",
        "town = York",
    )
    np.testing.assert_array_equal(result.train.images, expected_data.train.images)
    np.testing.assert_array_equal(result.test.labels, expected_data.test.labels)


def test_where_nothing_is_redundant_the_switch_changes_nothing(tmp_path):
    path, clauses = save(FRAME[["size", "rooms", "class"]], tmp_path / "x.csv"), []
    sets.add_data_set(path, "x", tmp_path, label="class", report_left_out=clauses.append)
    sets.add_data_set(path, "y", tmp_path, label="class")
    assert (
        clauses == []
        and sets.describe_data_set("x", tmp_path).checksum == sets.describe_data_set("y", tmp_path).checksum
    )


def test_each_of_many_constant_columns_is_named(tmp_path):
    frame = pandas.DataFrame(0, index=range(N), columns=[f"pixel{k}" for k in range(500)]).assign(size=FRAME["size"])
    path, clauses = save(frame, tmp_path / "x.csv"), []
    names = ", ".join(f"pixel{k}" for k in range(500))
    with pytest.raises(DataError) as caught:
        sets.add_data_set(path, "x", tmp_path)
    actual = "In 500 columns the same value stands in every row; leave such columns out (--tidy does it, and a switch on Train)"
    assert str(caught.value) == f"{actual}: {names}."
    sets.add_data_set(path, "x", tmp_path, report_left_out=clauses.append)
    assert clauses == [f"500 columns with the same value in every row: {names}"]


def test_each_of_many_copies_is_named_with_what_it_repeats(tmp_path):
    frame = FRAME[["size"]].assign(**{f"copy{k}": FRAME["size"] for k in range(30)})
    path = save(frame, tmp_path / "x.csv")
    with pytest.raises(DataError) as caught:
        sets.add_data_set(path, "x", tmp_path)
    assert str(caught.value).endswith(f": {', '.join(f'copy{k} (as size)' for k in range(30))}.")


def test_columns_too_fine_for_float32_are_not_left_out(tmp_path):
    fine = 1e9 + np.arange(N) / 100
    path = save(FRAME[["size", "zero"]].assign(time=fine, end=fine + 1e-3), tmp_path / "x.csv")
    with pytest.raises(
        DataError, match="^As float32 numbers, the values of 2 columns are .*another unit.*: time, end.$"
    ):
        sets.add_data_set(path, "x", tmp_path, report_left_out=lambda clause: None)
    assert own_sets.list_own_sets(tmp_path) == []


def test_a_table_of_constant_columns_alone_is_refused(tmp_path):
    path = save(FRAME[["zero", "one", "class"]], tmp_path / "x.csv")
    with pytest.raises(DataError, match="same value stands in every row of each column, so there is nothing to learn"):
        sets.add_data_set(path, "x", tmp_path, label="class", report_left_out=lambda clause: None)
    assert own_sets.list_own_sets(tmp_path) == []


def test_a_constant_column_with_a_missing_value_is_refused_first(tmp_path):
    frame = FRAME[["size", "zero"]].assign(zero=lambda frame: frame["zero"].where(frame.index != 5))
    with pytest.raises(DataError, match="missing in zero"):
        sets.add_data_set(save(frame, tmp_path / "x.csv"), "x", tmp_path, report_left_out=lambda clause: None)


def test_in_memory_no_option_of_the_command_line_is_named():
    for values, expected in (
        (
            {"size": range(N), "zero": 0},
            "In 1 column the same value stands in every row; leave such columns out: zero.",
        ),
        ({"size": range(N), "copy": range(N)}, "those of another column, too; leave such columns out: copy (as size)."),
        ({"size": ["?", *range(1, N)]}, 'in size ("?" at index 0); correct them, or leave out these rows.'),
        (
            {"size": [None, *range(1, N)]},
            "in size (the first at index 0); fill them in or leave out these rows or columns.",
        ),
    ):
        with pytest.raises(DataError) as caught:
            aae.arrays(pandas.DataFrame(values, index=range(N)))
        assert str(caught.value).endswith(expected)


def test_what_was_left_out_is_reported_before_another_column_is_refused(tmp_path):
    close_values = 1e9 + np.arange(N) / N  # equal as float32 numbers
    path, clauses = save(FRAME[["size", "zero"]].assign(close=close_values), tmp_path / "x.csv"), []
    with pytest.raises(DataError, match="close"):
        sets.add_data_set(path, "x", tmp_path, report_left_out=clauses.append)
    assert clauses == ["1 column with the same value in every row: zero"]
