"""Further rows of a table: found by the names of their columns, in whatever form they come, or refused in a sentence."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas
import pytest
from helpers.fake_frames import ArrowStream, LazyFrame, PolarsFrame

import aae_core as aae
from aae_core.data import row_matching
from aae_core.data.tables import csv_tables, feature_rows
from aae_core.errors import DataError

N = 40
RNG = np.random.default_rng(0)
FRAME = pandas.DataFrame(
    {
        "size": RNG.normal(size=N),
        "rooms": pandas.array(RNG.integers(0, 9, N), "Int64"),
        "town": pandas.Categorical(RNG.choice(["York", "Bath", "Ely"], N)),
        "colour": RNG.choice(["red", "blue"], N),
        "wet": RNG.random(N) > 0.5,
        "price": [Decimal(int(price)) for price in RNG.integers(0, 99, N)],
        "sold": RNG.choice(["yes", "no"], N),
    }
)
NAMES = ("size", "rooms", "town = Bath", "town = Ely", "town = York", "colour = blue", "colour = red", "wet", "price")


@pytest.fixture(scope="module")
def features():
    data = aae.arrays(
        FRAME.drop(columns="sold"), FRAME["sold"], types={"rooms": "count", "colour": "category"}, name="houses"
    )
    assert data.features.names == NAMES
    return data.features


# The features of FRAME by pandas' own one-hot columns.
EXPECTED = (
    pandas.get_dummies(FRAME, columns=["town", "colour"], prefix_sep=" = ")[[*NAMES]].astype(float).astype(np.float32)
)


def arrow_table(frame=FRAME):
    return pytest.importorskip("pyarrow").Table.from_pandas(frame)


ACCEPTED = {
    "the frame of the training": lambda: FRAME,
    "reversed": lambda: FRAME[FRAME.columns[::-1]],
    "with other columns": lambda: FRAME.assign(note=[[1]] * N, other=np.nan),
    "with another column twice": lambda: pandas.concat([FRAME, FRAME[["sold"]]], axis=1),
    "with another index": lambda: FRAME.set_index("sold"),
    "with more categories": lambda: FRAME.assign(town=FRAME["town"].cat.add_categories(["Rome"])),
    "with texts for categories": lambda: FRAME.astype({"town": str}),
    "with nullable types": lambda: FRAME.convert_dtypes(),
    "with numbers as texts": lambda: FRAME.assign(size=FRAME["size"].map(repr)),
    "with a sparse column": lambda: FRAME.assign(size=pandas.arrays.SparseArray(FRAME["size"])),
    "one-hot": lambda: EXPECTED,
    "one-hot reversed": lambda: EXPECTED[EXPECTED.columns[::-1]],
    "dictionary": lambda: {name: FRAME[name].to_list() for name in FRAME},
    "structured array": lambda: FRAME.to_records(),
    "arrow": arrow_table,
    "arrow batch": lambda: arrow_table().to_batches()[0],
    "arrow stream": lambda: ArrowStream(arrow_table()),
    "polars": lambda: PolarsFrame(FRAME[FRAME.columns[::-1]]),
    "lazy": lambda: LazyFrame(FRAME[FRAME.columns[::-1]]),
    "matrix": lambda: EXPECTED.to_numpy(),
    "matrix of float64": lambda: EXPECTED.to_numpy().astype(np.float64),
    "matrix of objects": lambda: EXPECTED.to_numpy().astype(object),
    "list": lambda: EXPECTED.to_numpy().tolist(),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_rows_are_those_of_the_training_in_any_form(features, case):
    rows = row_matching.match_memory_rows(ACCEPTED[case](), features)
    assert rows.dtype == np.float32 and rows.shape == (N, 1, len(NAMES), 1)
    np.testing.assert_array_equal(rows[:, 0, :, 0], EXPECTED)


def test_one_row_and_no_row_are_rows(features):
    np.testing.assert_array_equal(row_matching.match_memory_rows(FRAME.iloc[[3]], features)[:, 0, :, 0], EXPECTED[3:4])
    assert row_matching.match_memory_rows(FRAME.iloc[:0], features).shape == (0, 1, len(NAMES), 1)


def with_value(column, value):
    return FRAME.assign(**{column: [value, *FRAME[column][1:]]})


REFUSED = {
    "renamed": (lambda: FRAME.rename(columns={"size": "area"}), r"lacks the column size; it needs all features by"),
    "another case": (lambda: FRAME.rename(columns={"size": " Size"}), r"is it 'Size' for 'size'\?"),
    "misspelt": (lambda: FRAME.rename(columns={"colour": "color"}), r"is it 'color' for 'colour'\?"),
    "category renamed": (lambda: FRAME.drop(columns=["town", "wet"]), "lacks the columns town, wet;"),
    "one one-hot column missing": (lambda: EXPECTED.drop(columns="town = Ely"), "lacks the columns town, colour;"),
    "numbers for names": (lambda: FRAME.set_axis(range(7), axis=1), "lacks the columns size, rooms, town, colour,"),
    "two levels of names": (
        lambda: FRAME.set_axis(pandas.MultiIndex.from_product([["a"], FRAME.columns]), axis=1),
        "lacks the columns size",
    ),
    "no columns": (lambda: FRAME[[]], "lacks the columns size"),
    "needed column twice": (lambda: pandas.concat([FRAME, FRAME[["size"]]], axis=1), "same name: size;"),
    "new category": (
        lambda: with_value("colour", "green"),
        "colour holds 'green' (at index 0|in line 2|in row 1), but its values are blue, red",
    ),
    "missing category": (lambda: with_value("colour", None), "missing in colour"),
    "lists for categories": (lambda: FRAME.assign(colour=[[1]] * N), "neither numbers nor texts in colour"),
    "missing number": (lambda: with_value("size", np.nan), "missing in size"),
    "missing nullable number": (lambda: FRAME.assign(rooms=pandas.array([None] * N, "Int64")), "missing in rooms"),
    "infinite": (lambda: with_value("size", np.inf), "absurdly large values in size"),
    "text": (
        lambda: FRAME.assign(size="big"),
        r"texts in size \(.big. at index 0\), where the model was trained on numbers",
    ),
    "no count": (
        lambda: with_value("rooms", -1),
        r"whole numbers from 0 on in rooms \(-1 (at index 0|in line 2|in row 1)\).* as a matrix",
    ),
    "no truth value": (lambda: FRAME.assign(wet=2), r"other values than 0 and 1 in wet \(2 at index 0\)"),
    "complex": (lambda: FRAME.assign(size=1j), "neither numbers nor texts in size"),
    "dates": (lambda: FRAME.assign(size=pandas.Timestamp("2026-01-31")), "dates or times in size"),
    "a row as a series": (lambda: FRAME.iloc[0], r"a matrix with 9 columns, .* a matrix with one row"),
    "too few columns": (lambda: EXPECTED.to_numpy()[:, 1:], "a matrix with 9 columns"),
    "masked": (lambda: np.ma.masked_array(EXPECTED, mask=EXPECTED > 3), "Rows must hold finite numbers"),
    "complex matrix": (lambda: EXPECTED.to_numpy() * 1j, "numbers, not of the type complex"),
    "matrix of dates": (lambda: np.full((2, 9), np.datetime64("2026-01-31")), "numbers, not of the type datetime"),
    "uneven dictionary": (lambda: {"size": [1.0], "rooms": [1, 2]}, r"equally long .* size \(1,\), rooms \(2,\)"),
    "no table": (lambda: object(), "is no array, but of the type object"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rows_that_do_not_fit_are_refused_by_name(features, case):
    rows, result = REFUSED[case]
    with pytest.raises(DataError, match=result) as caught:
        row_matching.match_memory_rows(rows(), features)
    assert "\n" not in str(caught.value)


def test_a_frame_is_refused_where_no_names_were_trained_on():
    X = RNG.normal(size=(N, 3))
    features = aae.arrays(X).features
    np.testing.assert_array_equal(row_matching.match_memory_rows(X, features)[:, 0, :, 0], X.astype(np.float32))
    with pytest.raises(DataError, match=r"a matrix without names; .* frame.to_numpy\(\)"):
        row_matching.match_memory_rows(pandas.DataFrame(X), features)


def test_names_that_are_numbers_are_matched_too():
    frame = pandas.DataFrame(RNG.normal(size=(N, 3)))
    rows = row_matching.match_memory_rows(frame[[2, 0, 1]], aae.arrays(frame).features)
    np.testing.assert_array_equal(rows[:, 0, :, 0], frame.astype(np.float32))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("case", ["reversed", "one-hot reversed", "renamed", "new category", "no count", "infinite"])
def test_files_and_frames_pass_the_same_gate(features, tmp_path, case, suffix):
    frame = ACCEPTED[case]() if case in ACCEPTED else REFUSED[case][0]()
    path = tmp_path / f"x{suffix}"
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    if case in ACCEPTED:
        np.testing.assert_array_equal(feature_rows.read_feature_rows(path, features)[0], EXPECTED)
    else:
        with pytest.raises(DataError, match=REFUSED[case][1]):
            feature_rows.read_feature_rows(path, features)


NUMBERS = pandas.DataFrame({"a": RNG.normal(size=N), "b": RNG.integers(0, 2, N), "k": RNG.choice(["u", "v"], N)})


@pytest.fixture(scope="module")
def features_of_numbers():
    return aae.arrays(NUMBERS, types={"b": "binary", "k": "category"}).features


def test_a_column_that_is_not_needed_may_lack_a_name(features_of_numbers, tmp_path):
    path = tmp_path / "x.csv"
    NUMBERS.to_csv(path)  # with the index, whose column has no name
    rows, _ = feature_rows.read_feature_rows(path, features_of_numbers)
    np.testing.assert_array_equal(rows[:, 0], NUMBERS["a"].astype(np.float32))
    path.write_text(path.read_text().replace(",a,b,k", ",a,a,k", 1))
    with pytest.raises(DataError, match="lacks the column b"):
        feature_rows.read_feature_rows(path, features_of_numbers)


def with_spaces(frame):
    return frame.rename(columns=lambda name: f" {name} ")


def test_white_space_round_names_is_no_part_of_them(features_of_numbers, tmp_path):
    spaced = aae.arrays(with_spaces(NUMBERS), types={" b ": "binary", "k": "category"}).features
    assert spaced.names == features_of_numbers.names == ("a", "b", "k = u", "k = v")
    expected = row_matching.match_memory_rows(NUMBERS, features_of_numbers)
    np.testing.assert_array_equal(row_matching.match_memory_rows(with_spaces(NUMBERS), features_of_numbers), expected)
    pytest.importorskip("pyarrow")
    with_spaces(NUMBERS).to_parquet(tmp_path / "x.parquet")
    rows, classes = feature_rows.read_feature_rows(tmp_path / "x.parquet", features_of_numbers, " k ")
    np.testing.assert_array_equal(rows, expected[:, 0, :, 0])
    assert list(classes) == list(NUMBERS["k"])


def test_features_that_an_earlier_version_did_not_trim_are_matched(features_of_numbers):
    earlier = replace(features_of_numbers, names=("a ", "b ", " k = u", " k = v"), blocks=("", "", " k", " k"))
    expected = row_matching.match_memory_rows(NUMBERS, features_of_numbers)
    np.testing.assert_array_equal(row_matching.match_memory_rows(NUMBERS, earlier), expected)
    one_hot = pandas.get_dummies(NUMBERS, columns=["k"], prefix_sep=" = ")
    np.testing.assert_array_equal(row_matching.match_memory_rows(one_hot, earlier), expected)
    with pytest.raises(DataError, match="lacks the column"):  # two features must not become one
        row_matching.match_memory_rows(NUMBERS, replace(earlier, names=("a", "a ", " k = u", " k = v")))


WRONG_VALUES = {
    "a": ("1e30", r"large values in a \(1e\+30 in line 32\)"),
    "b": (3, r"than 0 and 1 in b \(3 in line 32\)"),
    "k": ("w", r"k holds 'w' in line 32, but"),
}


@pytest.mark.parametrize("column", WRONG_VALUES)
def test_a_value_far_into_a_file_is_named_with_its_line(features_of_numbers, tmp_path, column, monkeypatch):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 100)
    value, sentence = WRONG_VALUES[column]
    frame = NUMBERS.astype(object)
    frame.loc[30, column] = value
    frame.to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(DataError, match=sentence):
        feature_rows.read_feature_rows(tmp_path / "x.csv", features_of_numbers)
    frame.loc[30, column] = None
    frame.to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(
        DataError, match=rf"missing in {column} \(the first in line 32\); .* or leave out these rows\.$"
    ):
        feature_rows.read_feature_rows(tmp_path / "x.csv", features_of_numbers)


def test_an_npz_without_names_has_as_many_columns_as_the_model(features, tmp_path):
    np.savez(tmp_path / "x.npz", X=np.zeros((2, 3)))
    with pytest.raises(
        DataError, match=r"^x.npz holds a matrix without names that has 3 columns, and the model was trained on"
    ):
        feature_rows.read_feature_rows(tmp_path / "x.npz", features)
