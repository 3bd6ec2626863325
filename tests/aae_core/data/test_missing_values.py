"""Missing values of a table that are replaced: numbers by the median of the training rows, texts by a category of their
own, in the table and in further rows alike. The oracle is pandas."""

import json
from dataclasses import replace

import numpy as np
import pandas
import pytest

import aae_core as aae
from aae_core.data import columns, features, row_matching, sets
from aae_core.data.number_texts import ValueFormat
from aae_core.data.tables import csv_tables, feature_rows, parquet_tables, table_base
from aae_core.errors import DataError

N = 61
RNG = np.random.default_rng(3)
FRAME = pandas.DataFrame(
    {
        "row": np.arange(N, dtype=float),
        "size": RNG.normal(50, 10, N).round(2),
        "rooms": RNG.integers(0, 9, N).astype(float),
        "garden": RNG.choice([True, False], N),
        "town": RNG.choice(["Bath", "York"], N),
        "sold": RNG.choice(["yes", "no"], N),
    }
)
FRAME.loc[[0, 7, 30, 52], "size"] = np.nan
FRAME.loc[RNG.choice(N, 20, replace=False), "rooms"] = np.nan
FRAME["garden"] = FRAME["garden"].astype(object)
FRAME.loc[[4, 5], "garden"] = None
FRAME.loc[[2, 30, 60], "town"] = None
OPTIONS = {"label": "sold", "types": {"town": "category", "rooms": "count"}}
BOTH_RULES = ValueFormat(missing_rules=("category", "median"))


@pytest.fixture(params=["whole", "in batches"])
def batches(request, monkeypatch):
    if request.param == "in batches":
        monkeypatch.setattr(table_base, "ROWS_AT_ONCE", 7)
        monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 100)
        monkeypatch.setattr(parquet_tables, "BUFFER_BYTES", 100)


def write_table(frame, path):
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    return path


def add_table(frame, folder, value_format, suffix=".csv", **options):
    """(the DataSet of a frame that was added as `t`, the sentences about it)."""
    reports = []
    options = {**OPTIONS, **options, "report": reports.append}
    sets.add_data_set(write_table(frame, folder / f"t{suffix}"), "t", folder, value_format=value_format, **options)
    return sets.load("t", folder), reports


def stored_frame(data):
    """The rows of a data set as a frame with the number of the row as its index; the training rows; the test rows."""
    parts = []
    for split in (data.train, data.test):
        parts.append(pandas.DataFrame(split.images[:, 0, :, 0], columns=data.features.names).set_index("row"))
    return pandas.concat(parts).sort_index(), *parts


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_missing_numbers_become_the_median_of_the_training_rows_and_missing_texts_a_category(tmp_path, suffix, batches):
    data, reports = add_table(FRAME, tmp_path, BOTH_RULES, suffix)
    rows, train, test = stored_frame(data)
    assert len(rows) == N and len(test) >= 8
    known_train = FRAME.set_index("row").loc[train.index]
    medians = {
        "size": known_train["size"].median(),
        "rooms": known_train["rooms"].quantile(interpolation="lower"),
        "garden": known_train["garden"].dropna().astype(float).quantile(interpolation="lower"),
    }
    assert medians["size"] != FRAME["size"].median(), "the test rows would change it"
    expected = FRAME.set_index("row").astype({"garden": float}).fillna(medians)
    for name in medians:
        np.testing.assert_array_equal(rows[name], expected[name].astype(np.float32), err_msg=name)
    assert [name for name in rows if name.startswith("town")] == ["town = Bath", "town = York", "town = missing"]
    np.testing.assert_array_equal(rows["town = missing"], FRAME["town"].isna())
    np.testing.assert_array_equal(rows["town = York"], FRAME["town"] == "York")
    assert data.features.kinds[:4] == ("real", "real", "count", "binary")
    fill_values = dict(zip(data.features.names, data.features.fill_values, strict=True))
    town = {"town = Bath": 0, "town = York": 0, "town = missing": 1}
    assert fill_values == pytest.approx({"row": known_train.index.to_series().median(), **medians, **town}, rel=1e-8)
    (sentence,) = [report for report in reports if "Missing" in report]
    assert sentence == (
        f"Missing values were replaced: size: 4 by the median {medians['size']:.6g}, rooms: 20 by the median "
        f"{medians['rooms']:.6g}, garden: 2 by the median {medians['garden']:.6g}, town: 3 by the category “missing”."
    )


def test_statistics_of_the_features_are_those_of_the_replaced_training_rows(tmp_path):
    data, _ = add_table(FRAME, tmp_path, BOTH_RULES)
    _, train, _ = stored_frame(data)
    np.testing.assert_allclose(data.features.means[1:], train.mean(), rtol=1e-6)
    np.testing.assert_allclose(data.features.deviations[1:], train.std(ddof=0), rtol=1e-6)


def test_each_rule_replaces_its_own_kind_and_the_other_stays_refused(tmp_path):
    with pytest.raises(
        DataError, match=r"missing in town \(the first in line 4\).*--missing drop, or category for texts\)"
    ):
        add_table(FRAME, tmp_path, ValueFormat(missing_rules=("median",)))
    with pytest.raises(
        DataError, match=r"missing in size .*, rooms .*, garden .*--missing drop, or median for numbers\)"
    ):
        add_table(FRAME, tmp_path, ValueFormat(missing_rules=("category",)))
    assert not (tmp_path / "own").exists()


def test_rows_are_left_out_for_the_values_that_no_other_rule_replaces(tmp_path, batches):
    data, reports = add_table(FRAME, tmp_path, ValueFormat(missing_rules=("drop", "median")))
    rows, *_ = stored_frame(data)
    assert rows.index.tolist() == FRAME.dropna(subset="town")["row"].tolist()
    assert reports[-2].startswith("3 rows with missing values were left out (town: 3;")
    replaced_count = FRAME.dropna(subset="town")["size"].isna().sum()
    assert f"size: {replaced_count} by the median" in reports[-1] and replaced_count == 3


def test_drop_missing_is_the_rule_drop():
    assert ValueFormat(drop_missing=True) == ValueFormat(missing_rules=("drop",))
    assert ValueFormat(missing_rules=("median", "drop")).drop_missing and not BOTH_RULES.drop_missing
    with pytest.raises(DataError, match="mean"):
        ValueFormat(missing_rules=("mean",))


def test_placeholders_are_replaced_and_the_same_text_is_not_taken_for_a_missing_value_in_silence(tmp_path):
    texts = FRAME["size"].map(lambda value: "?" if np.isnan(value) else f"{value}")
    frame = FRAME.assign(size=texts, town=FRAME["town"].fillna("?").replace("Bath", "missing"))
    value_format = ValueFormat(("?",), missing_rules=("median", "category"))
    data, reports = add_table(frame, tmp_path, value_format)
    assert data.features.names[-2:] == ("town = York", "town = missing")
    assert "size: 4 by the median" in reports[-1]
    assert "town: 3 by the category “missing”, which other rows have" in reports[-1]


@pytest.mark.parametrize("column", ["size", "town"])
def test_a_column_without_any_value_is_refused(tmp_path, column):
    with pytest.raises(DataError, match=f"no values at all in {column}; leave"):
        add_table(FRAME.assign(**{column: None}), tmp_path, BOTH_RULES, types={"town": "category"})


def test_columns_that_are_equal_once_values_are_replaced_differ_by_where_these_were(tmp_path):
    shifted_sizes = FRAME["size"].shift(1, fill_value=40.0)
    frame = pandas.DataFrame({"row": FRAME["row"], "a": FRAME["size"], "b": FRAME["size"], "c": shifted_sizes})
    with pytest.raises(DataError, match=r"b \(like a\)|a.*b"):
        add_table(frame, tmp_path, BOTH_RULES, label=None, types=None)
    shifted_frame = pandas.DataFrame(
        {"row": [1.0, 2, 3, 4] * 5, "a": [1.0, None, 2, 3] * 5, "b": [1.0, 2, None, 3] * 5}
    )
    data, _ = add_table(shifted_frame.assign(row=np.arange(20.0)), tmp_path, BOTH_RULES, label=None, types=None)
    assert len(data.features) == 3


def test_further_rows_follow_the_recorded_rule(tmp_path):
    data, _ = add_table(FRAME, tmp_path, BOTH_RULES)
    rows, *_ = stored_frame(data)
    names = list(data.features.names)
    frame = FRAME.drop(columns="sold")
    with pytest.warns(UserWarning, match=r"^Missing values were replaced: size: 4 by the median .*town: 3 by the cat"):
        matched_rows = row_matching.match_memory_rows(frame, data.features)[:, 0, :, 0]
    np.testing.assert_array_equal(matched_rows, rows.reset_index()[names].to_numpy())
    sentences = []
    file_rows, _ = feature_rows.read_feature_rows(
        write_table(frame, tmp_path / "more.csv"), data.features, report=sentences.append
    )
    np.testing.assert_array_equal(file_rows, matched_rows)
    assert sentences and sentences[-1].startswith("Missing values were replaced: size: 4")
    one_row = frame.iloc[[0]].assign(rooms=np.nan)
    with pytest.warns(UserWarning, match="rooms: 1 by the median"):
        row_values = row_matching.match_memory_rows(one_row, data.features)[0, 0, :, 0]
    assert row_values[names.index("rooms")] == data.features.fill_values[names.index("rooms")]
    matrix = rows.reset_index()[names].to_numpy()
    matrix[5, 1] = np.nan
    with pytest.warns(UserWarning, match="size: 1 by the median"):
        fill_value = row_matching.match_memory_rows(matrix, data.features)[5, 0, 1, 0]
    assert fill_value == np.float32(data.features.fill_values[1])
    matrix[6, names.index("town = York")] = np.nan
    with pytest.raises(DataError, match="missing in town = York"):
        row_matching.match_memory_rows(matrix, data.features)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_further_rows_with_one_hot_columns_by_name_follow_the_recorded_rule(tmp_path, suffix):
    data, _ = add_table(FRAME, tmp_path, BOTH_RULES)
    stored_rows, *_ = stored_frame(data)
    one_hot = FRAME.drop(columns=["town", "sold"]).astype({"garden": float})
    for value in ("missing", "York", "Bath"):
        one_hot[f"town = {value}"] = (FRAME["town"].fillna("missing") == value).astype(float)
    expected = stored_rows.reset_index()[list(data.features.names)].to_numpy()
    with pytest.warns(UserWarning, match="^Missing values were replaced: size: 4 by .*rooms: 20 by .*garden: 2 by"):
        matched_rows = row_matching.match_memory_rows(one_hot, data.features)[:, 0, :, 0]
    np.testing.assert_array_equal(matched_rows, expected)
    sentences = []
    path = write_table(one_hot, tmp_path / f"more{suffix}")
    from_file, _ = feature_rows.read_feature_rows(path, data.features, report=sentences.append)
    np.testing.assert_array_equal(from_file, expected)
    assert sentences[-1].startswith("Missing values were replaced: size: 4")
    one_hot.loc[2, "town = York"] = np.nan
    with pytest.raises(DataError, match=r"missing in town = York \(the first at index 2\)"):
        row_matching.match_memory_rows(one_hot, data.features)


def test_further_rows_of_a_table_without_such_a_rule_are_refused_as_before(tmp_path):
    data, _ = add_table(FRAME.dropna(), tmp_path, ValueFormat(missing_rules=("category",)))
    assert data.features.fill_values == ()
    complete_frame = FRAME.dropna()
    for name in ("size", "rooms", "garden", "town"):
        incomplete_frame = complete_frame.assign(**{name: complete_frame[name].where(complete_frame.index > 20)})
        with pytest.raises(
            DataError, match=rf"^Values are missing in {name} \(the first at index \d+\); fill them in or"
        ):
            row_matching.match_memory_rows(incomplete_frame, data.features)


def test_the_held_out_set_and_a_revision_keep_the_rule(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_DATA", str(tmp_path))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    data, _ = add_table(FRAME, tmp_path, BOTH_RULES)
    assert sets.load("t-held-out").features.fill_values == data.features.fill_values
    settings = {"network.hidden": (8,), "network.discriminator": (8,)}
    revision = aae.train(aae.configure(data="t", steps=5, threads=1, **settings))
    record = json.loads((revision.path / "config.json").read_text())
    assert record["data"]["features"]["fill_values"] == list(data.features.fill_values)
    with pytest.warns(UserWarning, match="size: 4 by the median") as warned:
        codes = aae.open(revision.id).encode(FRAME)
    assert [warning.filename for warning in warned] == [__file__]
    rows, *_ = stored_frame(data)
    np.testing.assert_array_equal(
        codes.to_numpy(), revision.encode(rows.reset_index()[list(data.features.names)].to_numpy())
    )


def test_texts_that_stand_for_a_missing_value_do_so_in_further_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_DATA", str(tmp_path))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    written_frame = FRAME.assign(
        size=FRAME["size"].fillna(-999), rooms=FRAME["rooms"].fillna(-999.0), town=FRAME["town"].fillna("?")
    )
    data, reports = add_table(written_frame, tmp_path, ValueFormat(("?", "-999"), missing_rules=("median", "category")))
    assert "These stand for a missing value, in further rows, too: ?, -999." in reports
    assert data.features.missing_texts == ("?", "-999") == sets.load("t-held-out").features.missing_texts
    revision = aae.train(
        aae.configure(data="t", steps=5, threads=1, **{"network.hidden": (8,), "network.discriminator": (8,)})
    )
    opened_revision = aae.open(revision.id)
    rows, *_ = stored_frame(data)
    expected = revision.encode(rows.reset_index()[list(data.features.names)].to_numpy())
    for frame in (written_frame, FRAME):
        with pytest.warns(UserWarning, match="size: 4 by the median .*rooms: 20 by .*town: 3 by the cat"):
            np.testing.assert_array_equal(opened_revision.encode(frame).to_numpy(), expected)
    sentences = []
    path = write_table(written_frame, tmp_path / "more.csv")
    file_rows, _ = feature_rows.read_feature_rows(path, opened_revision.data.features, report=sentences.append)
    np.testing.assert_array_equal(file_rows, rows.reset_index()[list(data.features.names)].to_numpy())
    assert sentences[0] == "As in the training data, these stand for a missing value: ?, -999."
    older = replace(data.features, missing_texts=())  # as revisions of 1.11 have it: -999 is a number, and "?" a value
    numbers = written_frame.assign(town="York", garden=True, rooms=2)
    assert row_matching.match_memory_rows(numbers, older)[0, 0, 1, 0] == -999


def test_a_missing_number_with_a_fraction_is_found_among_float32_numbers(tmp_path):
    known_frame = FRAME[["row", "size"]].assign(level=RNG.choice([0.5, 1.5], N), sold=RNG.choice([0.0, 1.0], N))
    known_frame.loc[[1, 2], "level"], known_frame.loc[[8, 9, 10], "sold"] = np.nan, np.nan
    written_frame = known_frame.fillna(-99.9).astype(np.float32)
    options = {"types": {"level": "category"}}
    data, reports = add_table(
        written_frame, tmp_path, ValueFormat(("-99.9",), missing_rules=("median", "category")), ".parquet", **options
    )
    rows, train, _ = stored_frame(data)
    median = known_frame.set_index("row").loc[train.index, "size"].median()
    np.testing.assert_allclose(rows["size"], known_frame["size"].fillna(median), rtol=1e-6)
    assert list(rows) == ["size", "level = 0.5", "level = 1.5", "level = missing"]
    np.testing.assert_array_equal(rows["level = missing"], known_frame["level"].isna())
    labels = np.concatenate([data.train.labels, data.test.labels])
    assert data.classes == ("0", "1") and (labels == -1).sum() == known_frame["sold"].isna().sum()
    further = pandas.concat([written_frame, written_frame.iloc[[1]]])
    with pytest.warns(UserWarning, match="size: 4 by the median .*level: 3 by the category"):
        matched_rows = row_matching.match_memory_rows(further, data.features)[:N, 0, 1:, 0]
    np.testing.assert_array_equal(matched_rows, rows)
    matrix = rows.reset_index()[list(data.features.names)].to_numpy(np.float32)
    matrix[3, 1] = -99.9
    with pytest.warns(UserWarning, match="size: 1 by the median"):
        fill_value = row_matching.match_memory_rows(matrix, data.features)[3, 0, 1, 0]
    assert fill_value == np.float32(data.features.fill_values[1])


@pytest.mark.parametrize(
    "options, missing_text, write",
    [
        ({"decimal": ","}, "-9999,9", lambda value: f"{value:.2f}".replace(".", ",")),
        ({"thousands": ","}, "-9,999.9", lambda value: f"{value:,.2f}"),
        (
            {"decimal": ",", "thousands": "."},
            "-9.999,9",
            lambda value: f"{value:_.2f}".replace(".", ",").replace("_", "."),
        ),
    ],
)
def test_a_missing_number_is_written_as_the_other_numbers_of_the_file(tmp_path, options, missing_text, write):
    known_frame = FRAME[["row", "size"]]
    written_frame = known_frame.fillna(-9999.9).map(write)
    value_format = ValueFormat(missing_text, missing_rules=("median",), **options)
    data, reports = add_table(written_frame, tmp_path, value_format, label=None, types=None)
    rows, train, _ = stored_frame(data)
    sizes = known_frame.set_index("row")["size"]
    np.testing.assert_array_equal(rows["size"], sizes.fillna(sizes[train.index].median()).astype(np.float32))
    assert f"These stand for a missing value, in further rows, too: {missing_text}." in reports
    read, _ = feature_rows.read_feature_rows(
        write_table(written_frame, tmp_path / "more.csv"), data.features, value_format=ValueFormat(**options)
    )
    np.testing.assert_array_equal(read, rows.reset_index()[list(data.features.names)])


def test_numbers_of_a_matrix_that_stand_for_a_missing_value_do_so_outside_categories(tmp_path):
    frame = pandas.DataFrame(
        {"row": FRAME["row"] + 1, "size": FRAME["size"].fillna(0), "town": FRAME["town"].fillna("Ely")}
    )
    zero = ValueFormat(("0",), missing_rules=("median",))
    data, _ = add_table(frame, tmp_path, zero, label=None, types={"town": "category"})
    stored_rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    rows, place = stored_rows.copy(), list(data.features.names).index("size")
    np.testing.assert_array_equal(row_matching.match_memory_rows(rows, data.features)[:, 0, :, 0], stored_rows)
    rows[3, place] = 0
    with pytest.warns(UserWarning, match="^Missing values were replaced: size: 1 by the median"):
        matched_rows = row_matching.match_memory_rows(rows, data.features)[:, 0, :, 0]
    stored_rows[3, place] = data.features.fill_values[place]
    np.testing.assert_array_equal(matched_rows, stored_rows)
    dropped_data, _ = add_other(
        frame.assign(size=FRAME["size"]), tmp_path, ValueFormat(("0",), missing_rules=("drop",))
    )
    with pytest.raises(DataError, match="missing in size"):
        row_matching.match_memory_rows(rows, dropped_data.features)


def add_other(frame, folder, value_format):
    (folder / "other").mkdir()
    return add_table(frame, folder / "other", value_format, label=None, types={"town": "category"})


def test_a_record_with_invalid_values_is_refused(tmp_path):
    rows = RNG.normal(size=(9, 2))
    fitted = features.fit_features(rows, ("a", "b"), ("real", "real"), ("", ""))
    assert features.are_consistent_features(fitted, 2)
    for fill_values in ((1.0,), (1.0, 1e39)):
        assert not features.are_consistent_features(
            features.Features(**{**fitted.__dict__, "fill_values": fill_values}), 2
        )


def test_medians_of_many_rows_are_those_of_a_sample(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "MAX_SAMPLE_ROWS", 20)
    data, _ = add_table(FRAME, tmp_path, BOTH_RULES)
    _, train, _ = stored_frame(data)
    step = -(-len(train) // 20)
    known_frame = FRAME.set_index("row").loc[train.index].iloc[::step]
    assert data.features.fill_values[1] == pytest.approx(known_frame["size"].median(), rel=1e-8)
    assert columns.MISSING_CATEGORY == "missing"


def test_medians_are_of_the_training_rows_that_a_column_names(tmp_path):
    table = tmp_path / "rows.csv"
    rows = [("1", "train"), ("2", "train"), ("9", "train"), ("", "train"), ("100", "test"), ("200", "test")]
    lines = [f"{value},{k},{word}" for k, (value, word) in enumerate(rows)]
    table.write_text("\n".join(["a,b,part", *lines]) + "\n")
    sets.add_data_set(
        table, "named-split", root=tmp_path, split_column="part", value_format=ValueFormat(missing_rules=("median",))
    )
    train = sets.load("named-split", root=tmp_path).train
    np.testing.assert_array_equal(train.images[:, 0, 0, 0], [1, 2, 9, 2])
