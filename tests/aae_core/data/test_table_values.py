"""What becomes of the values of a file: labels keep their texts, texts among numbers are named and read as asked, texts are
trimmed, and categories of numbers are recognised in Parquet files."""

import base64
import json
from decimal import Decimal

import numpy as np
import pandas
import pyarrow
import pytest
from pyarrow import parquet

import aae_core as aae
from aae_core.data import columns, features, sets
from aae_core.data.number_texts import ValueFormat
from aae_core.data.own_data import table_preview
from aae_core.data.tables import (
    csv_records,
    csv_tables,
    feature_rows,
    parquet_tables,
    parquet_types,
    table_base,
    table_files,
)
from aae_core.errors import DataError

RNG = np.random.default_rng(0)
EXACT_LIMIT = 2**53
DROP = ValueFormat(missing=("?", "-"), drop_missing=True)


@pytest.fixture(params=["whole", "in batches"])
def batches(request, monkeypatch):
    if request.param == "in batches":
        monkeypatch.setattr(table_base, "ROWS_AT_ONCE", 7)
        monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 100)
        monkeypatch.setattr(parquet_tables, "BUFFER_BYTES", 100)


def write_csv(path, values, header="size,rooms,other"):
    """A CSV of 24 rows whose last column holds `values`, and then whole numbers."""
    values = [*values, *(3 * i for i in range(len(values), 24))]
    lines = [f"{1.5 * i},{7 * i % 5},{value}" for i, value in enumerate(values)]
    path.write_text("\n".join([header, *lines]))
    return path


def all_rows(data):
    """The rows of a data set, in the order of their first column."""
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    return rows[np.argsort(rows[:, 0])]


def label_counts(data):
    """{name of a class: number of its rows}, with None for rows without one."""
    indices = np.concatenate([data.train.labels, data.test.labels]).tolist()
    names = [data.classes[index] if index >= 0 else None for index in indices]
    return {name: names.count(name) for name in set(names)}


@pytest.mark.parametrize(
    "texts",
    [
        ("0123", "123"),
        ("1E2", "10E1"),
        (str(EXACT_LIMIT), str(EXACT_LIMIT + 1)),
        (str(EXACT_LIMIT), str(EXACT_LIMIT + 1), ""),
        ("007", "7", "7.0", "+7"),
    ],
)
def test_labels_of_a_csv_are_the_texts_that_stand_there(tmp_path, texts, batches):
    path = write_csv(tmp_path / "x.csv", [texts[i % len(texts)] for i in range(24)])
    sets.add_data_set(path, "x", tmp_path, label="other")
    pandas_counts = pandas.read_csv(path, dtype=str, keep_default_na=False)["other"].value_counts()
    expected = {text or None: count for text, count in pandas_counts.items()}
    assert label_counts(sets.load("x", tmp_path)) == expected


@pytest.mark.parametrize(
    "values",
    [
        pyarrow.array([EXACT_LIMIT, EXACT_LIMIT + 1, None] * 8),
        pyarrow.array([EXACT_LIMIT, EXACT_LIMIT + 1, None] * 8, pyarrow.uint64()),
        pyarrow.array([Decimal(EXACT_LIMIT), Decimal(EXACT_LIMIT + 1), None] * 8, pyarrow.decimal128(38, 0)),
        pyarrow.array([EXACT_LIMIT, EXACT_LIMIT + 1, None] * 8).dictionary_encode(),
        pyarrow.array([str(EXACT_LIMIT), f"{EXACT_LIMIT + 1} ", ""] * 8),
    ],
    ids=lambda values: str(values.type).partition("<")[0],
)
def test_integers_beside_missing_ones_stay_exact_in_parquet(tmp_path, values, batches):
    table = pyarrow.table({"size": RNG.normal(size=24), "subject": values})
    parquet.write_table(table, tmp_path / "x.parquet")
    sets.add_data_set(tmp_path / "x.parquet", "x", tmp_path, label="subject")
    assert label_counts(sets.load("x", tmp_path)) == {str(EXACT_LIMIT): 8, str(EXACT_LIMIT + 1): 8, None: 8}


def test_exact_integers_are_the_names_of_categories(tmp_path, batches):
    values = pyarrow.array([Decimal(EXACT_LIMIT), Decimal(EXACT_LIMIT + 1), None] * 8, pyarrow.decimal128(38, 0))
    for name, column in {"decimals": values, "integers": values.cast(pyarrow.int64())}.items():
        table = pyarrow.table({"size": RNG.normal(size=24), "code": column})
        parquet.write_table(table, tmp_path / f"{name}.parquet")
        options = {"types": {"code": "category"}, "value_format": ValueFormat(drop_missing=True)}
        summary = sets.add_data_set(tmp_path / f"{name}.parquet", name, tmp_path, **options)
        assert summary.features.names == ("size", f"code = {EXACT_LIMIT}", f"code = {EXACT_LIMIT + 1}")
        assert summary.train + summary.test == 16


@pytest.mark.parametrize(
    "values, expected_text, way",
    [
        (["?"], '"?" in line 2', '(--missing "drop,?")'),
        ([1, "-", "-"], '"-" in line 3', '(--missing "drop,-")'),
        (["#DIV/0!"], '"#DIV/0!" in line 2', '(--missing "drop,#DIV/0!")'),
        (["12 %"], '"12 %" in line 2', '(--units "%")'),
        (["$ 3"], '"$ 3" in line 2', '(--units "$")'),
        (['"1,234.50"'], '"1,234.50" in line 2', '(--thousands ",")'),
        ([f"{i} kg" for i in range(24)], '"0 kg" in line 2, "1 kg" in line 3', '(--units "kg")'),
        (['"1.234,5"', "7"], '"1.234,5" in line 2', '(--decimal "," --thousands ".")'),
        (["x" * 60], f'"{"x" * 40}…" in line 2', '(--missing "drop,TEXT")'),
        (["True", 5], '"True" in line 2', '(--missing "drop,True")'),
    ],
)
def test_a_text_among_numbers_is_named_with_its_line_and_a_way_out(tmp_path, values, expected_text, way, batches):
    path = write_csv(tmp_path / "x.csv", values)
    with pytest.raises(DataError) as caught:
        sets.add_data_set(path, "x", tmp_path)
    assert str(caught.value).startswith(f"Not all values are plain numbers in other ({expected_text}); ")
    assert way in str(caught.value) and "category" not in str(caught.value)
    first = table_preview.preview_table(table_files.open_table(path))
    if len(path.read_bytes()) < csv_tables.BLOCK_BYTES:
        assert (first.category_columns, first.other_text_columns, list(first.number_texts_by_column)) == (
            [],
            [],
            ["other"],
        )
        assert first.example_by_column == {"other": f"other ({expected_text})"}


def test_several_columns_with_texts_are_named_together(tmp_path):
    rows = [f"{i},{i * i},{i**3}" for i in range(9)]
    (tmp_path / "x.csv").write_text("\n".join(["a,b,c", *rows, "?,-,5", "5,6,1.000"]))
    with pytest.raises(DataError) as caught:
        sets.add_data_set(tmp_path / "x.csv", "x", tmp_path)
    assert 'a ("?" in line 11), b ("-" in line 11); ' in str(caught.value)
    assert '--missing "drop,?,-"' in str(caught.value)


def test_a_column_whose_texts_are_not_mostly_numbers_can_be_a_category(tmp_path):
    path = write_csv(tmp_path / "x.csv", [["small", "large", 3][i % 3] for i in range(24)])
    with pytest.raises(DataError, match='texts in other .*"small" in line 2.*declare such a column as a category'):
        sets.add_data_set(path, "x", tmp_path)
    assert table_preview.preview_table(table_files.open_table(path)).category_columns == ["other"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_rows_with_missing_values_are_left_out_on_request(tmp_path, suffix, batches):
    values = [str(value) for value in RNG.normal(size=40).round(3)]
    values[4], values[11], values[30] = "?", "", " - "
    frame = pandas.DataFrame({"size": np.arange(40.0), "power": values, "town": ["Bath", "York"] * 20})
    frame.loc[20, "town"] = "?"
    frame.loc[21, "town"] = " York "
    path = tmp_path / f"x{suffix}"
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    elif suffix == ".parquet":
        frame.to_parquet(path)
    else:
        np.savez(path, X=frame.to_numpy().astype(str), names=np.array(list(frame)))
    reports = []
    options = {"types": {"town": "category"}, "value_format": DROP, "report": reports.append}
    summary = sets.add_data_set(path, "x", tmp_path, **options)
    kept_rows = frame.drop(index=[4, 11, 20, 30])
    rows = all_rows(sets.load("x", tmp_path))
    assert summary.features.names == ("size", "power", "town = Bath", "town = York")
    np.testing.assert_array_equal(rows[:, 0], kept_rows["size"])
    np.testing.assert_array_equal(rows[:, 1], kept_rows["power"].astype(float).astype(np.float32))
    np.testing.assert_array_equal(rows[:, 3], kept_rows["town"].str.strip() == "York")
    place = "line 6" if suffix == ".csv" else "row 5"
    assert reports == [
        f"4 rows with missing values were left out (power: 3, town: 1; the first in {place}).",
        f"These stand for a missing value, in further rows, too: {', '.join(DROP.missing)}.",
    ]
    rules = r"columns \(--missing drop, or median for numbers, or category for texts\)"
    with pytest.raises(DataError, match=rf"missing in power \(the first in {place}\).*{rules}"):
        sets.add_data_set(path, "y", tmp_path, value_format=ValueFormat(missing=("?", "-")), types=options["types"])


def test_rows_are_not_left_out_for_a_missing_class(tmp_path):
    path = write_csv(tmp_path / "x.csv", ["?", "", *[0, 1] * 11])
    data_format = ValueFormat(missing="?", drop_missing=True)
    reports = []
    sets.add_data_set(path, "x", tmp_path, label="other", value_format=data_format, report=reports.append)
    assert label_counts(sets.load("x", tmp_path)) == {None: 2, "0": 11, "1": 11}
    assert reports == [
        '2 of 24 rows have no label, since these values of other name no class: "?" (1), "" (1).',
        "These stand for a missing value, in further rows, too: ?.",
    ]


def test_where_each_row_lacks_a_value_the_column_is_named(tmp_path):
    (tmp_path / "x.csv").write_text("\n".join(["size,empty", *(f"{i},?" for i in range(9))]))
    with pytest.raises(DataError, match=r"Each of the 9 rows lacks a value \(empty: 9\); leave out the columns"):
        sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, value_format=DROP)


def test_truth_values_stay_binary_where_rows_are_left_out(tmp_path, batches):
    path = write_csv(tmp_path / "x.csv", [["TRUE", "False", "?", ""][i % 4] for i in range(24)])
    summary = sets.add_data_set(path, "x", tmp_path, value_format=DROP)
    assert summary.features.kinds == ("real", "real", "binary") and summary.train + summary.test == 12
    frame = pandas.DataFrame({"size": RNG.normal(size=24), "other": [True, False, None] * 8})
    frame.to_parquet(tmp_path / "x.parquet")
    assert sets.add_data_set(tmp_path / "x.parquet", "y", tmp_path, value_format=DROP).features.kinds == (
        "real",
        "binary",
    )


def test_numbers_with_commas_are_read_as_asked(tmp_path, batches):
    values = RNG.normal(scale=1e5, size=40).round(2)
    german = [f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in values]
    lines = [f"{i},5;{text}" for i, text in enumerate(german)]
    (tmp_path / "x.csv").write_text("\n".join(["size;price", *lines]))
    sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, value_format=ValueFormat(decimal=",", thousands="."))
    expected = pandas.read_csv(tmp_path / "x.csv", sep=";", decimal=",", thousands=".")
    rows = all_rows(sets.load("x", tmp_path))
    np.testing.assert_array_equal(rows, expected.to_numpy().astype(np.float32))
    path = write_csv(tmp_path / "y.csv", ['"1,234.50"', '"12,345"', "12 %", "$ 3"])
    sets.add_data_set(path, "y", tmp_path, value_format=ValueFormat(thousands=",", units=("%", "$")))
    assert all_rows(sets.load("y", tmp_path))[:5, 2].tolist() == [1234.5, 12345, 12, 3, 12]


def test_a_number_in_another_format_than_declared_is_refused(tmp_path):
    path = write_csv(tmp_path / "x.csv", ['"1,5"'])
    with pytest.raises(DataError, match=r'numbers such as 1,234.5 in other \("1,5" in line 2\)'):
        sets.add_data_set(path, "x", tmp_path, value_format=ValueFormat(thousands=","))
    with pytest.raises(DataError, match=r'numbers such as 1234,5 in size \("0.0" in line 2, "1.5" in line 3\)'):
        sets.add_data_set(path, "x", tmp_path, value_format=ValueFormat(decimal=","))


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz", "in memory"])
def test_categories_are_trimmed_in_all_ways_in(tmp_path, suffix):
    values = [" Private", "Private ", "State\N{NO-BREAK SPACE}", "State"] * 6
    frame = pandas.DataFrame({"age": np.arange(24.0), "work": values})
    types, path = {"work": "category"}, tmp_path / f"x{suffix}"
    if suffix == "in memory":
        data = aae.arrays(frame, types=types)
    else:
        if suffix == ".csv":
            frame.to_csv(path, index=False)
        elif suffix == ".parquet":
            frame.to_parquet(path)
        else:
            np.savez(path, X=frame.to_numpy().astype(str), names=np.array(list(frame)))
        sets.add_data_set(path, "x", tmp_path, types=types)
        data = sets.load("x", tmp_path)
        rows, _ = feature_rows.read_feature_rows(path, data.features)
        np.testing.assert_array_equal(rows, all_rows(data))
    assert data.features.names == ("age", "work = Private", "work = State")
    assert all_rows(data)[:, 1].tolist() == [1, 1, 0, 0] * 6


def test_an_empty_category_is_a_missing_value_in_all_ways_in(tmp_path):
    X = np.array([["1", "a"], ["2", ""], ["3", "b"], ["4", "a"]])
    np.savez(tmp_path / "x.npz", X=X, names=np.array(["size", "town"]))
    for add in (
        lambda: sets.add_data_set(tmp_path / "x.npz", "x", tmp_path, types={"town": "category"}),
        lambda: aae.arrays(X, names=["size", "town"], types={"town": "category"}),
    ):
        with pytest.raises(DataError, match="missing in town .the first (in row 2|at index 1)"):
            add()


def test_names_that_earlier_versions_did_not_trim_match_their_rows(tmp_path):
    """Also an empty one, which was a category outside CSV files."""
    names = ("", " Private", "Private", "State ")
    heads = tuple(f"work = {name}" for name in names), ("category",) * 4, ("work",) * 4
    known_features = features.Features(*heads, *[(0.0,) * 4] * 5)
    (column,) = columns.columns_of_features(known_features)
    values = np.array([" Private", "Private", "State ", "State", " State", "Private ", ""], object)
    assert column.to_features(values).argmax(1).tolist() == [1, 2, 3, 3, 3, 2, 0]
    with pytest.raises(DataError, match="holds 'other', but its values are"):
        column.to_features(np.array(["other"], object))
    decimal = features.Features(("a = 1.0", "a = 2.0"), ("category",) * 2, ("a",) * 2, *[(0.0,) * 2] * 5)
    (column,) = columns.columns_of_features(decimal)
    assert column.to_features(np.array([Decimal("2.00"), Decimal(1)], object)).argmax(1).tolist() == [1, 0]


def test_an_empty_label_in_an_npz_is_none(tmp_path):
    y = np.array(["high", "high ", "", "low"] * 6)
    np.savez(tmp_path / "table.npz", X=RNG.normal(size=(24, 2)), y=y)
    np.savez(tmp_path / "images.npz", images=RNG.integers(0, 256, (24, 8, 8), dtype=np.uint8), labels=y)
    for name in ("table", "images"):
        sets.add_data_set(tmp_path / f"{name}.npz", name, tmp_path)
        data = sets.load(name, tmp_path)
        assert label_counts(data) == {"high": 12, "low": 6, None: 6} and data.classes == ("high", "low")


def test_pandas_categorical_of_numbers_is_a_category_in_parquet(tmp_path, batches):
    stores = pandas.Categorical([10, 2, 1] * 8)
    frame = pandas.DataFrame({"size": RNG.normal(size=24), "store": stores, "year": [2020, 2021] * 12})
    frame.to_parquet(tmp_path / "x.parquet")
    summary = sets.add_data_set(tmp_path / "x.parquet", "x", tmp_path)
    assert summary.features.names == ("size", "store = 1", "store = 10", "store = 2", "year")
    rows, _ = feature_rows.read_feature_rows(tmp_path / "x.parquet", summary.features)
    np.testing.assert_array_equal(rows[:, 1:4], np.eye(3)[[1, 2, 0] * 8])
    memory_set = aae.arrays(frame)  # in memory the data frame says so itself
    assert memory_set.features.names == summary.features.names
    as_numbers = sets.add_data_set(tmp_path / "x.parquet", "y", tmp_path, types={"store": "real"})
    assert as_numbers.features.names == ("size", "store", "year")


def test_metadata_that_are_damaged_say_nothing_about_categories():
    schema = pyarrow.schema([("a", pyarrow.int64())])
    good = {"columns": [{"name": "a", "field_name": "a", "pandas_type": "categorical"}]}
    assert parquet_types.find_category_columns(schema.with_metadata({"pandas": json.dumps(good)}), {}) == {"a"}
    for text in (
        b"{",
        b"[]",
        b"\xff",
        b"1",
        b'{"columns": 3}',
        b'{"columns": [3, {"pandas_type": []}]}',
        b"[" * 100_000,
    ):
        assert parquet_types.find_category_columns(schema.with_metadata({"pandas": text}), {}) == set()
    arrow = pyarrow.schema([("b", pyarrow.dictionary(pyarrow.int8(), pyarrow.int64()))]).serialize().to_pybytes()
    assert parquet_types.find_category_columns(schema, {b"ARROW:schema": base64.b64encode(arrow)}) == {"b"}
    for text in (b"", b"xyz", base64.b64encode(arrow[:40]), b"\xff\xfe", base64.b64encode(b"\0" * 100)):
        assert parquet_types.find_category_columns(schema, {b"ARROW:schema": text}) == set()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_of_a_row_is_the_one_that_an_editor_shows(tmp_path, end):
    lines = ["a,b", "1,x", "", '"2', '3",y', "4,5\N{LATIN SMALL LETTER E WITH ACUTE}", "", "", '6,"7""8"', "9,10"]
    (tmp_path / "x.csv").write_bytes(end.join(lines).encode())
    rows = [csv_records.find_line_of_row(tmp_path / "x.csv", ",", 0, 1, row) for row in range(6)]
    assert rows == [2, 4, 6, 9, 10, None]
    texts = [cells.split(",")[0].strip('"') for cells in (lines[1], lines[3], lines[5], lines[8], lines[9])]
    assert texts == ["1", "2", "4", "6", "9"]


def test_far_rows_are_named_by_their_number(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_records, "MAX_ROWS_SEARCHED", 5)
    path = write_csv(tmp_path / "x.csv", [*range(10), "?"])
    with pytest.raises(DataError, match='"." in row 11'):
        sets.add_data_set(path, "x", tmp_path)
