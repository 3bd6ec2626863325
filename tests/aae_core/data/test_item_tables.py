"""What is kept of items beside what is trained on: ids, rows in the source, and other columns. The oracle is pandas."""

import json
import zipfile

import numpy as np
import pandas
import pytest
from PIL import Image

import aae_core as aae
from aae_core.data import metadata_columns, sets
from aae_core.data.own_data import item_files, item_metadata
from aae_core.errors import DataError

RNG = np.random.default_rng(63)
N = 120


def make_penguins():
    """A frame as penguins have it: numbers, texts, dates, and missing values of each."""
    frame = pandas.DataFrame(
        {
            "sample": [f"N{i:03}" for i in RNG.permutation(N)],
            "species": RNG.choice(["Adelie", "Gentoo", "Chinstrap"], N),
            "island": RNG.choice(["Torgersen", "Biscoe"], N),
            "bill": RNG.normal(40, 5, N).round(1),
            "depth": RNG.normal(17, 2, N).round(1),
            "sex": RNG.choice(["male", "female", None], N),
            "seen": pandas.date_range("2007-11-11", periods=N).astype("datetime64[us]"),
            "year": RNG.integers(2007, 2010, N),
            "age": np.where(RNG.random(N) < 0.2, np.nan, RNG.normal(3, 1, N)),
            "note": [f'a text {i}, with "quotes" — é' if i % 7 else None for i in range(N)],
            "code": [f"{i % 40:03}" for i in range(N)],
        }
    )
    frame.loc[[3, 50, 77], "bill"] = np.nan
    return frame


PENGUINS = make_penguins()
LEFT_OUT = ["sample", "island", "sex", "seen", "year", "age", "note", "code"]


def save(frame, path):
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(path)
    return path


def add_penguins(root, suffix=".csv", **options):
    path = save(PENGUINS, root / f"penguins{suffix}")
    options = {"label": "species", "leave_out": LEFT_OUT, "value_format": sets.ValueFormat(drop_missing=True)} | options
    return sets.add_data_set(path, "penguins", root, **options)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_every_row_keeps_its_id_its_number_and_its_other_columns(tmp_path, suffix):
    add_penguins(tmp_path, suffix)
    table, data = aae.load_item_table("penguins", tmp_path), sets.load("penguins", tmp_path)
    assert list(table) == ["id", "row", "split", "label", *LEFT_OUT]
    assert sorted(table["row"]) == sorted(PENGUINS.dropna(subset="bill").index)
    source = PENGUINS.loc[table["row"]].reset_index(drop=True)
    assert table["id"].tolist() == source["sample"].tolist()
    assert table["label"].tolist() == source["species"].tolist()
    assert table["split"].tolist() == ["train"] * len(data.train.labels) + ["test"] * len(data.test.labels)
    for name in ("sample", "island", "sex", "seen", "note", "code", "year", "age"):
        pandas.testing.assert_series_equal(table[name], source[name], check_dtype=False)
    assert table["seen"].dtype == source["seen"].dtype and table["year"].dtype == np.int64
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    np.testing.assert_array_equal(rows, source[["bill", "depth"]].to_numpy(np.float32))


def test_a_named_column_gives_the_ids_and_is_not_trained_on(tmp_path):
    frame = PENGUINS.assign(number=RNG.permutation(N) + 5000)
    path = save(frame, tmp_path / "p.csv")
    left_out = ["sample", "species", "island", "sex", "seen", "year", "age", "note", "code", "bill"]
    sets.add_data_set(path, "p", tmp_path, leave_out=left_out, id_column="number", types="real")
    table = aae.load_item_table("p", tmp_path)
    assert sets.describe_data_set("p", tmp_path).features.names == ("depth",)
    assert table["id"].tolist() == frame["number"].loc[table["row"]].tolist()
    pandas.testing.assert_frame_equal(
        table.merge(frame, left_on="id", right_on="number")[["row"]], table[["row"]]
    )  # of the type that the file has, by which tables are joined


@pytest.mark.parametrize("column, message", [("sex", "ids"), ("age", "ids"), ("nobody", "nobody"), ("species", "both")])
def test_ids_that_name_no_rows_are_refused(tmp_path, column, message):
    with pytest.raises(DataError, match=message):
        add_penguins(tmp_path, id_column=column)
    assert not (tmp_path / "own" / "penguins").exists()


def test_without_an_id_the_file_and_the_row_name_it(tmp_path):
    sets.add_data_set(save(PENGUINS[["bill", "depth"]].dropna(), tmp_path / "plain.csv"), "plain", tmp_path)
    table = aae.load_item_table("plain", tmp_path)
    assert table["id"].tolist() == [f"plain.csv:{row}" for row in table["row"]]
    assert sorted(table["row"]) == list(range(N - 3)) and list(table) == ["id", "row", "split"]


def test_the_held_out_form_has_the_same_items_in_its_own_order(tmp_path):
    add_penguins(tmp_path)
    table, data = aae.load_item_table("penguins-held-out", tmp_path), sets.load("penguins-held-out", tmp_path)
    assert (table["split"] == "test").sum() == len(data.test.labels)
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    np.testing.assert_array_equal(rows, PENGUINS.loc[table["row"], ["bill", "depth"]].to_numpy(np.float32))


def test_kinds_are_those_of_the_values(tmp_path):
    add_penguins(tmp_path)
    kinds = json.loads((tmp_path / "own" / "penguins" / "meta.json").read_text())["items"]["kinds"]
    assert kinds == {
        "sample": "text", "island": "category", "sex": "category", "seen": "date", "year": "number", "age": "number",
        "note": "text", "code": "category",
    }  # fmt: skip


def test_nothing_in_a_kept_column_stands_in_the_way(tmp_path):
    """Lists, long texts, bytes that are not UTF-8, blanks before quotes: such columns were ignored before, too."""
    frame = PENGUINS[["depth"]].assign(lists=[[1.0, 2.0]] * N, long=["x" * 5000] * N, truth=[True, None] * (N // 2))
    frame["row"] = np.arange(N) * 2
    reports = []
    path = save(frame, tmp_path / "odd.parquet")
    left_out = ["lists", "long", "truth", "row"]
    sets.add_data_set(path, "odd", tmp_path, leave_out=left_out, report=reports.append)
    table = aae.load_item_table("odd", tmp_path)
    assert list(table) == ["id", "row", "split", "long", "truth", "row (file)"]
    assert set(table["long"]) == {"x" * metadata_columns.MAX_TEXT_LENGTH} and table["truth"].isna().sum() == N // 2
    assert table["row (file)"].tolist() == (2 * table["row"]).tolist() == table["id"].tolist()
    assert any("lists" in text for text in reports) and any("cut after 2,000" in text for text in reports)
    lines = [
        b"size,town",
        *(f'{i % 9},  "a"'.encode() for i in range(20)),
        *(b"%d,M\xfcnchen" % (i % 7) for i in range(20)),
    ]
    (tmp_path / "latin.csv").write_bytes(b"\n".join(lines))
    sets.add_data_set(tmp_path / "latin.csv", "latin", tmp_path, leave_out=["town"])
    assert set(aae.load_item_table("latin", tmp_path)["town"]) == {'"a"', "M\N{REPLACEMENT CHARACTER}nchen"}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_kept_numbers_have_the_format_of_the_table(tmp_path, suffix):
    prices = np.arange(1000, 1000 + N) * 1.0
    frame = PENGUINS[["bill", "depth"]].ffill().assign(share=prices / 8)
    if suffix == ".csv":  # 1.000 is a thousand, and all prices look like decimal numbers
        frame = frame.map(lambda value: f"{value:.3f}".replace(".", ","))
    frame["price"] = [f"{value:,.0f}".replace(",", ".") for value in prices]
    path = save(frame, tmp_path / f"p{suffix}")
    value_format = sets.ValueFormat(decimal=",", thousands=".")
    sets.add_data_set(path, "p", tmp_path, leave_out=["price", "share"], value_format=value_format)
    table = aae.load_item_table("p", tmp_path)
    assert table["price"].tolist() == prices[table["row"]].tolist()
    assert table["share"].tolist() == (prices / 8)[table["row"]].tolist()


def test_redundant_columns_are_not_kept(tmp_path):
    frame = PENGUINS[["sample", "bill", "depth"]].ffill().assign(zero=0)
    path = save(frame.assign(copy=frame["bill"]), tmp_path / "p.csv")
    left_out = []
    sets.add_data_set(path, "p", tmp_path, leave_out=["sample"], report_left_out=left_out.append)
    assert len(left_out) == 2 and list(aae.load_item_table("p", tmp_path)) == ["id", "row", "split", "sample"]


def test_times_with_a_zone_are_in_utc(tmp_path):
    texts = [f"2024-01-{i % 28 + 1:02}T01:30:00+02:00" for i in range(N)]
    path = save(PENGUINS[["bill", "depth"]].ffill().assign(seen=texts), tmp_path / "p.csv")
    sets.add_data_set(path, "p", tmp_path, leave_out=["seen"])
    table = aae.load_item_table("p", tmp_path)
    expected = pandas.to_datetime(pandas.Series(texts)).dt.tz_convert("UTC").dt.tz_localize(None)
    assert table["seen"].tolist() == expected[table["row"]].tolist()


@pytest.mark.parametrize("kind", [">f8", "longdouble", "float16", ">i4"])
def test_columns_of_a_matrix_are_kept_whatever_their_numbers(tmp_path, kind):
    matrix = np.rint(RNG.normal(size=(N, 3)) * 50).astype(kind)
    np.save(tmp_path / "m.npy", matrix)
    sets.add_data_set(tmp_path / "m.npy", "m", tmp_path, leave_out=["feature 1"])
    table = aae.load_item_table("m", tmp_path)
    assert table["feature 1"].tolist() == matrix[table["row"], 1].astype(float).tolist()


def test_numbers_that_a_float_would_lose_stay_texts(tmp_path):
    frame = PENGUINS[["depth"]].assign(
        long=[f"{10**20 + i // 2}" for i in range(N)], zip=[f"0{i // 2}" for i in range(N)]
    )
    sets.add_data_set(save(frame, tmp_path / "x.csv"), "x", tmp_path, leave_out=["long", "zip"])
    table = aae.load_item_table("x", tmp_path)
    for name in ("long", "zip"):
        assert table[name].tolist() == frame[name].loc[table["row"]].tolist()


def test_columns_with_the_names_of_the_table_itself_are_kept_under_free_ones(tmp_path):
    frame = pandas.DataFrame(
        {
            "x": [1.0, 2, 3, 4],
            "w": [2.0, 1, 4, 3],
            "row": list("abca"),
            "row (file)": list("bcda"),
            "split": list("ddee"),
        }
    )
    sets.add_data_set(save(frame, tmp_path / "p.csv"), "p", tmp_path, leave_out=["row", "row (file)", "split"])
    table = aae.load_item_table("p", tmp_path)
    source = frame.iloc[table["row"]]
    for name, stored_name in {"row": "row (file) (file)", "row (file)": "row (file)", "split": "split (file)"}.items():
        assert table[stored_name].tolist() == source[name].tolist()


def test_a_set_without_kept_items_opens_with_row_numbers(tmp_path):
    add_penguins(tmp_path)
    folder = tmp_path / "own" / "penguins"
    meta = json.loads((folder / "meta.json").read_text())
    del meta["items"]
    (folder / "meta.json").write_text(json.dumps(meta))
    (folder / "items.parquet").unlink()
    table = aae.load_item_table("penguins", tmp_path)
    assert table["id"].tolist() == list(range(N - 3)) == table["row"].tolist()
    assert list(aae.load_item_table("digits")) == ["id", "row", "split", "label"]


def test_a_damaged_file_is_refused_by_its_name(tmp_path):
    add_penguins(tmp_path)
    path = tmp_path / "own" / "penguins" / item_files.ITEMS_FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="items.parquet was changed or is damaged"):
        aae.load_item_table("penguins", tmp_path)
    path.unlink()
    with pytest.raises(DataError, match="items.parquet"):
        aae.load_item_table("penguins", tmp_path)
    assert len(sets.load("penguins", tmp_path).train.labels)  # which needs no such file


def test_without_pyarrow_images_are_added_and_their_paths_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(item_metadata, "has_pyarrow", lambda: False)
    reports = []
    sets.add_data_set(make_photos(tmp_path), "photos", tmp_path, report=reports.append)
    assert "pyarrow is not installed" in reports[0]
    assert aae.load_item_table("photos", tmp_path)["id"].tolist() == list(range(40))


def make_photos(folder):
    for i in range(40):
        path = folder / "photos" / ("cat", "dog")[i % 2] / f"{i:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RNG.integers(0, 255, (8, 8), dtype=np.uint8)).save(path)
    return folder / "photos"


def levels_of(folder, ids):
    return np.array([np.asarray(Image.open(folder / path)) for path in ids])[..., None]


@pytest.mark.parametrize("column", ["{kind}/{number:02}.png", "{number:02}.png", "{number:02}"])
def test_images_have_their_paths_and_the_facts_of_a_table(tmp_path, column):
    folder = make_photos(tmp_path)
    photo = [column.format(kind=("cat", "dog")[i % 2], number=i) for i in range(40)]
    facts = pandas.DataFrame({"lux": RNG.normal(size=40), "photo": photo, "place": ["home", "park"] * 20})
    reports = []
    strangers = pandas.DataFrame({"lux": [0.0, 1.0], "photo": ["nowhere.png", None], "place": ["home", "park"]})
    rows = facts.sample(frac=1, random_state=1).drop(index=7)
    path = save(pandas.concat([rows, strangers]), tmp_path / "facts.csv")
    sets.add_data_set(folder, "photos", tmp_path, metadata=path, report=reports.append)
    table, data = aae.load_item_table("photos", tmp_path), sets.load("photos", tmp_path)
    images = np.concatenate([data.train.images, data.test.images])
    np.testing.assert_array_equal(images, levels_of(folder, table["id"]))
    number = table["id"].str[4:6].astype(int)
    expected = facts.drop(index=7).reindex(number).reset_index(drop=True)
    pandas.testing.assert_frame_equal(table[["lux", "place"]], expected[["lux", "place"]], check_dtype=False)
    assert table["row"].tolist() == [sorted(table["id"]).index(path) for path in table["id"]]
    assert "Images without a row in facts.csv: 1." in reports
    assert "Rows of facts.csv that name no image: 2." in reports


def test_images_that_are_left_out_take_no_id_with_them(tmp_path):
    folder = make_photos(tmp_path)
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / "cat" / "00.png")  # blank
    (folder / "dog" / "01.png").write_bytes((folder / "cat" / "02.png").read_bytes())  # a copy of an earlier one
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for path in sorted(folder.rglob("*.png")):
            archive.write(path, path.relative_to(tmp_path))
    sets.add_data_set(tmp_path / "photos.zip", "photos", tmp_path, report_left_out=lambda clause: None)
    table, data = aae.load_item_table("photos", tmp_path), sets.load("photos", tmp_path)
    assert len(table) == 38 and not {"cat/00.png", "dog/01.png"} & set(table["id"])
    images = np.concatenate([data.train.images, data.test.images])
    np.testing.assert_array_equal(images, levels_of(folder, table["id"]))


def test_facts_without_rows_are_refused(tmp_path):
    path = save(pandas.DataFrame({"file": pandas.Series([], dtype=str)}), tmp_path / "facts.parquet")
    with pytest.raises(DataError, match="holds no rows"):
        sets.add_data_set(make_photos(tmp_path), "photos", tmp_path, metadata=path)


def test_facts_that_name_no_image_are_refused(tmp_path):
    path = save(pandas.DataFrame({"photo": ["a.png"] * 3, "lux": [1, 2, 3]}), tmp_path / "facts.csv")
    with pytest.raises(DataError, match="No column of facts.csv names the images, as cat/00.png would"):
        sets.add_data_set(make_photos(tmp_path), "photos", tmp_path, metadata=path)
    with pytest.raises(DataError, match="columns that are left out"):
        sets.add_data_set(path, "x", tmp_path, metadata=path)
