"""A label of numbers that are no classes becomes a kept column, and nothing else changes. The oracle is pandas."""

import json

import numpy as np
import pandas
import pytest

import aae_core as aae
from aae_core.cli.arguments import main
from aae_core.data import sets
from aae_core.data.number_texts import ValueFormat
from aae_core.data.own_data import item_metadata, item_tables, number_labels
from aae_core.data.tables import csv_tables, parquet_tables, table_base
from aae_core.errors import DataError

RNG = np.random.default_rng(4)
N = 1600
FRAME = pandas.DataFrame(
    {
        "size": RNG.normal(50, 10, N).round(3),
        "rooms": RNG.poisson(3, N),
        "town": RNG.choice(["Bath", "York"], N),
        "price": RNG.lognormal(12, 1, N).round(2),
    }
)
KEPT_CLAUSE = "so it is kept as a column that colours the map"


def add(root, frame, suffix=".csv", **options):
    """(the summary of the set `houses`, the sentences that were reported)."""
    path, sentences = root / f"houses{suffix}", []
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    options = {"label": "price", "leave_out": ["town"]} | options
    return sets.add_data_set(path, "houses", root, report=sentences.append, **options), sentences


def assert_price_is_kept(root, frame, names=("size", "rooms")):
    data, table = sets.load("houses", root), aae.load_item_table("houses", root)
    assert data.classes == () and data.features.names == names
    assert (np.concatenate([data.train.labels, data.test.labels]) == -1).all()
    assert "label" not in table and item_tables.items_record("houses", root).number_label == "price"
    source = frame.loc[table["row"]].reset_index(drop=True)
    np.testing.assert_array_equal(table["price"].to_numpy(float), source["price"].to_numpy(float))
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    np.testing.assert_array_equal(rows, source[list(names)].to_numpy(np.float32))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("rows_at_once", [7, 10**6])
def test_numbers_that_are_no_classes_are_kept_and_a_sentence_says_so(tmp_path, monkeypatch, suffix, rows_at_once):
    monkeypatch.setattr(table_base, "ROWS_AT_ONCE", rows_at_once)
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 40 * rows_at_once)
    monkeypatch.setattr(parquet_tables, "BUFFER_BYTES", 40 * rows_at_once)
    summary, sentences = add(tmp_path, FRAME, suffix)
    assert (summary.train, summary.test) == (0.85 * N, 0.15 * N)
    assert f"price has {FRAME['price'].nunique():,} different numbers, {KEPT_CLAUSE}, not as classes." in sentences
    assert_price_is_kept(tmp_path, FRAME)


@pytest.mark.parametrize(
    "prices, sentence",
    [
        (RNG.permutation(N), f"price has 1,600 different numbers, {KEPT_CLAUSE}"),  # nor are they ids
        ([*range(1001)] * 2, f"price has 1,001 different numbers, {KEPT_CLAUSE}"),
        ([1.0, 2.0, 3.0, 0.5] * 400, f"price has numbers that are not whole, 4 different ones, {KEPT_CLAUSE}"),
        (
            [2.0] * (N - 1) + [1.5],
            f"price has numbers that are not whole, 2 different ones, {KEPT_CLAUSE}",
        ),  # the last row
        ([*range(N - 2), None, np.nan], f"price has 1,598 different numbers, {KEPT_CLAUSE}"),
        ([-1, -0.5] * 800, f"price has numbers that are not whole, 2 different ones, {KEPT_CLAUSE}"),
    ],
)
def test_whole_numbers_fractions_and_missing_ones(tmp_path, monkeypatch, prices, sentence):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 1000)
    frame = FRAME.assign(price=pandas.Series(prices).iloc[:N])
    _, sentences = add(tmp_path, frame)
    assert any(text.startswith(sentence) for text in sentences), sentences
    assert_price_is_kept(tmp_path, frame)
    assert item_tables.id_column_of("houses", tmp_path) == ""


def test_up_to_a_thousand_whole_numbers_stay_classes_and_texts_are_refused(tmp_path):
    whole = FRAME.assign(price=[k % 1000 for k in range(N)])
    summary, sentences = add(tmp_path, whole)
    assert len(summary.classes) == 1000 and not any(KEPT_CLAUSE in text for text in sentences)
    for prices in ([f"p{k}" for k in range(N)], [0.5, "cheap"] * 800):
        with pytest.raises(DataError, match="whole numbers or texts|too many for classes"):
            sets.add_data_set(
                save_csv(tmp_path, FRAME.assign(price=prices)), "x", tmp_path, label="price", leave_out="town"
            )


def save_csv(root, frame):
    frame.to_csv(root / "x.csv", index=False)
    return root / "x.csv"


def test_rows_that_are_dropped_and_other_options_go_on_working(tmp_path):
    frame = FRAME.assign(size=FRAME["size"].where(FRAME.index % 9 > 0))
    value_format = ValueFormat(missing_rules=("drop",))
    add(tmp_path, frame, value_format=value_format, group_column="town", id_column=None)
    assert_price_is_kept(tmp_path, frame)
    table = aae.load_item_table("houses", tmp_path)
    assert sorted(table["row"]) == frame.dropna().index.tolist() and table.groupby("town")["split"].nunique().max() == 1
    medians = ValueFormat(missing_rules=("median",), decimal=",", thousands=".")
    texts = frame.assign(
        **{
            name: frame[name].map("{:.3f}".format).str.replace(".", ",").replace("nan", None)
            for name in ("size", "price")
        }
    )
    sets.add_data_set(save_csv(tmp_path, texts), "x", tmp_path, label="price", leave_out="town", value_format=medians)
    table = aae.load_item_table("x", tmp_path)
    np.testing.assert_allclose(table["price"], frame["price"].loc[table["row"]])


@pytest.mark.parametrize(
    "options, write",
    [
        ({"decimal": ","}, lambda price: f"{price:.2f}".replace(".", ",")),
        ({"thousands": ","}, lambda price: f"{price:,.2f}"),
        ({"units": "$"}, lambda price: f"$ {price:.2f}"),
    ],
)
@pytest.mark.parametrize("prices", [[0.5, 10.5, 2000.25], [1000, 2000, 1234.5]])
def test_numbers_of_a_label_are_read_in_the_notation_of_the_table(tmp_path, prices, options, write):
    frame = FRAME[["rooms", "town"]].assign(size=FRAME["size"].map(write), price=(prices * N)[:N])
    written_frame = frame.assign(price=frame["price"].map(write))
    _, sentences = add(tmp_path, written_frame, value_format=ValueFormat(**options))
    assert f"price has numbers that are not whole, 3 different ones, {KEPT_CLAUSE}, not as classes." in sentences
    data, table = sets.load("houses", tmp_path), aae.load_item_table("houses", tmp_path)
    assert data.classes == () and data.features.names == ("rooms", "size")
    np.testing.assert_array_equal(table["price"], frame["price"].loc[table["row"]])


def test_whole_numbers_in_a_notation_stay_classes_under_their_names_in_the_file(tmp_path):
    value_format = ValueFormat(decimal=",", thousands=".", units=("EUR", "kg"), missing="?")
    names = ["10 EUR", "2 EUR", "1.000.000", "3,0", "cheap", "?"]
    summary, sentences = add(tmp_path, FRAME.assign(price=(names * N)[:N], size=FRAME.index), value_format=value_format)
    assert set(summary.classes) == {*names} - {"?"} and not any(KEPT_CLAUSE in text for text in sentences)
    mixed_frame = FRAME.assign(price=["0,5 kg", "cheap"] * (N // 2), size=FRAME.index)
    with pytest.raises(DataError, match="price holds numbers that are not whole, such as 0.5; classes must be whole"):
        sets.add_data_set(
            save_csv(tmp_path, mixed_frame), "x", tmp_path, label="price", leave_out="town", value_format=value_format
        )


def test_classes_with_points_between_their_thousands_are_whole_numbers(tmp_path):
    value_format = ValueFormat(decimal=",", thousands=".")
    names = ("500", "2.000", "10.234", "1.000.000")  # 500, 2,000, 10,234 and a million
    frame = FRAME[["rooms"]].assign(price=([*names, "-1"] * N)[:N])
    summary, sentences = add(tmp_path, frame, leave_out=(), value_format=value_format)
    assert summary.classes == names and not any(KEPT_CLAUSE in text for text in sentences)
    with pytest.raises(DataError, match="price holds numbers that are not whole, such as 1.5"):
        sets.add_data_set(
            save_csv(tmp_path, frame.assign(price=["1.5", "2.000"] * (N // 2))), "x", tmp_path, label="price",
            value_format=value_format,
        )  # fmt: skip


def test_without_a_way_to_keep_it_the_label_is_refused_as_before(tmp_path, monkeypatch):
    np.savez(
        tmp_path / "x.npz",
        X=FRAME[["size", "rooms", "price"]].to_numpy(),
        y=np.arange(N),
        names=["size", "rooms", "price"],
    )
    with pytest.raises(DataError, match="price holds numbers that are not whole"):
        sets.add_data_set(tmp_path / "x.npz", "x", tmp_path, label="price")  # its y holds classes, too
    monkeypatch.setattr(item_metadata, "has_pyarrow", lambda: False)
    with pytest.raises(DataError, match="price holds numbers that are not whole"):
        add(tmp_path, FRAME)


def test_very_many_numbers_are_not_all_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(number_labels, "MAX_COUNTED", 1200)
    _, sentences = add(tmp_path, FRAME)
    assert f"price has more than 1,200 different numbers, {KEPT_CLAUSE}, not as classes." in sentences


def test_the_command_says_it_and_writes_it_as_json(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    path = save_csv(tmp_path, FRAME)
    options = ["--label", "price", "--leave-out", "town", "--quiet"]
    assert main(["data", "add", str(path), "--name", "houses", *options]) == 0
    out, err = capsys.readouterr()
    assert out == "houses: 1,360 training and 240 test rows of 2 features, no classes\n" and KEPT_CLAUSE in err
    assert main(["data", "add", str(path), "--name", "again", *options, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["name"], record["train"], record["classes"], record["left_out"]) == ("again", 1360, [], [])
    assert any(KEPT_CLAUSE in text for text in record["reports"])
