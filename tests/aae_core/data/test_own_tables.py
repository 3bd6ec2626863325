"""Tables in files: what is stored of them is what pandas reads, and each mistake is answered as it is for arrays in memory."""

import re
import shutil
import subprocess
import sys
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pandas
import pyarrow
import pytest

import aae_core as aae
from aae_core.cli import file_commands
from aae_core.data import columns, features, sets
from aae_core.data.labels import ClassLabels
from aae_core.data.own_data import own_sets, own_tables, table_import, table_preview
from aae_core.data.tables import csv_tables, feature_rows, parquet_tables, table_base, table_files
from aae_core.errors import DataError

RNG = np.random.default_rng(0)
N = 300
FRAME = pandas.DataFrame(
    {
        "size": RNG.normal(50, 10, N).round(3),
        "price, net": RNG.lognormal(size=N),
        "rooms": RNG.poisson(3, N),
        "garden": RNG.random(N) < 0.3,
        "town": RNG.choice(["Bath", "York", "Ely"], N),
        "sold": np.where(RNG.random(N) < 0.1, None, RNG.choice(["yes", "no"], N)),
    }
)
TYPES = {"rooms": "count", "town": "category"}
OPTIONS = {"label": "sold", "types": TYPES}


def save(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".npz":
        result = {"sold": "y"} if "sold" in frame else {}
        X = frame.drop(columns=list(result)).astype(str).to_numpy().astype(str)
        np.savez(path, X=X, names=np.array([c for c in frame if c not in result]))
        if result:
            y = frame["sold"].fillna("").to_numpy().astype(str)
            np.savez(path, X=X, names=np.array([c for c in frame if c not in result]), y=y)
    else:
        frame.to_csv(path, index=False, sep={".tsv": "\t"}.get(path.suffix, ","))
    return path


def without_examples(error):
    """A message without the values that it quotes, their places, and the options that it names."""
    return re.sub(r" \((?!as )[^()]*\)|, such as [^;]*| On Train, [^.]*\.$", "", str(error))


def stored_rows(data):
    """The stored rows, each with its class, in a fixed order."""
    rows = [np.column_stack([part.images[:, 0, :, 0], part.labels]) for part in (data.train, data.test)]
    return np.array(sorted(map(tuple, np.concatenate(rows))))


@pytest.fixture(params=["whole", "in batches"])
def batches(request, monkeypatch):
    if request.param == "in batches":
        monkeypatch.setattr(table_base, "ROWS_AT_ONCE", 7)
        monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 300)
        monkeypatch.setattr(parquet_tables, "BUFFER_BYTES", 300)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_a_file_becomes_what_pandas_makes_of_it(tmp_path, suffix, batches):
    path = save(FRAME, tmp_path / f"houses{suffix}")
    reports = []
    progress = lambda done, total: reports.append((done, total))  # noqa: E731
    summary = sets.add_data_set(path, "houses", tmp_path, progress, **OPTIONS)
    assert reports[-1] == (N, N) and [done for done, _ in reports] == sorted(done for done, _ in reports)
    data = sets.load("houses", tmp_path)
    frame = (
        pandas.read_parquet(path)
        if suffix == ".parquet"
        else pandas.read_csv(path, sep="," if suffix == ".csv" else "\t")
    )
    pandas_set = aae.arrays(frame.drop(columns="sold"), frame["sold"], types=TYPES)
    np.testing.assert_array_equal(stored_rows(data), stored_rows(pandas_set))
    for attribute in ("names", "kinds", "blocks"):
        assert getattr(data.features, attribute) == getattr(pandas_set.features, attribute)
    assert data.classes == pandas_set.classes == ("no", "yes")
    assert data.features.kinds == ("real", "real", "count", "binary", *["category"] * 3)
    assert data.train.images.dtype == np.float32 and isinstance(data.train.images, np.memmap)
    assert (summary.shape, summary.features) == ((1, 1, 7), data.features) and summary in sets.data_set_summaries(
        tmp_path
    )
    assert (summary.train, summary.test) == tuple(len(part.labels) for part in (data.train, data.test))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_features_and_split_are_those_of_the_stored_rows(tmp_path, suffix, batches):
    sets.add_data_set(save(FRAME, tmp_path / f"houses{suffix}"), "houses", tmp_path, **OPTIONS)
    data = sets.load("houses", tmp_path)
    rows = data.train.images[:, 0, :, 0].astype(np.float64)
    np.testing.assert_allclose(data.features.means, rows.mean(0), rtol=1e-7)
    np.testing.assert_allclose(data.features.deviations, rows.std(0), rtol=1e-7)
    np.testing.assert_allclose(data.features.medians, np.median(rows, axis=0), rtol=1e-6)
    np.testing.assert_allclose(data.features.highs, np.quantile(rows, 0.99, axis=0), rtol=1e-6)
    labels = np.concatenate([data.train.labels, data.test.labels])
    for k in (-1, 0, 1):  # of each class its share, and of those without one
        assert (data.test.labels == k).sum() == round(0.15 * (labels == k).sum())


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_columns_of_texts_are_known_from_the_first_rows(tmp_path, suffix):
    frame = FRAME[["size", "garden", "town"]].assign(
        town=FRAME["town"].where(FRAME.index != 5, None if suffix != ".npz" else ""),
        owner=[f"Ms {i}" for i in range(N)],
        street=[f"Street {i % 250}" for i in range(N)],
        comma=[f"{i},5" for i in range(N)],
    )
    first = table_preview.preview_table(table_files.open_table(save(frame, tmp_path / f"f{suffix}")))
    assert (first.category_columns, first.other_text_columns, list(first.number_texts_by_column)) == (
        ["town"],
        ["owner", "street"],
        ["comma"],
    )


def test_where_the_first_rows_cannot_be_read_no_column_is_known(tmp_path):
    FRAME[["size"]].assign(nested=[["a", "b"]] * N, town=FRAME["town"]).to_parquet(tmp_path / "f.parquet")
    assert table_preview.preview_table(table_files.open_table(tmp_path / "f.parquet")).category_columns == []


def test_an_npz_of_numbers_or_texts(tmp_path):
    X = RNG.normal(size=(40, 3))
    np.savez(tmp_path / "a.npz", X=X, y=np.arange(40) % 4 - 1)
    np.savez(tmp_path / "b.npz", values=X.astype(np.float32), names=np.array(["p", "q", "r"]))
    sets.add_data_set(tmp_path / "a.npz", "a", tmp_path)
    sets.add_data_set(tmp_path / "b.npz", "b", tmp_path)
    sets.add_data_set(save(FRAME, tmp_path / "c.npz"), "c", tmp_path, types=TYPES, leave_out=["garden"])
    a, b, c = (sets.load(name, tmp_path) for name in "abc")
    assert a.classes == ("0", "1", "2") and b.classes == () and c.classes == ("no", "yes")
    assert b.features.names == ("p", "q", "r") and a.features.names == ("feature 0", "feature 1", "feature 2")
    np.testing.assert_array_equal(stored_rows(a), stored_rows(aae.arrays(X, np.arange(40) % 4 - 1)))
    frame = FRAME.drop(columns=["garden", "sold"])
    np.testing.assert_array_equal(stored_rows(c), stored_rows(aae.arrays(frame, FRAME["sold"], types=TYPES)))


@pytest.mark.parametrize("values", [[1, 2, -1], [10, 9, None], ["x", "y", ""], [True, False, True], [1.0, 2.0, None]])
def test_classes_in_a_file_are_those_of_arrays(tmp_path, values, batches):
    frame = pandas.DataFrame({"a": RNG.normal(size=60), "b": RNG.normal(size=60), "class": values * 20})
    memory_set = aae.arrays(frame[["a", "b"]], frame["class"])
    for suffix in (".csv", ".parquet"):
        name = f"set{suffix[1:4]}"
        sets.add_data_set(save(frame, tmp_path / f"x{suffix}"), name, tmp_path, label="class")
        file_set = sets.load(name, tmp_path)
        assert file_set.classes == memory_set.classes
        np.testing.assert_array_equal(stored_rows(file_set), stored_rows(memory_set))


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_dates_are_classes_and_categories_by_their_names(tmp_path, unit):
    days = np.array(["2026-01-31", "2026-02-01T10:30", "NaT"] * 20, f"datetime64[{unit}]")
    frame = pandas.DataFrame({"a": RNG.normal(size=60), "day": days, "class": days}).assign(day=days[np.arange(60) % 2])
    names = ("2026-01-31 00:00:00", "2026-02-01 10:30:00")
    frame.to_parquet(tmp_path / "x.parquet")
    sets.add_data_set(tmp_path / "x.parquet", "x", tmp_path, label="class", types={"day": "category"})
    for value in (sets.load("x", tmp_path), aae.arrays(frame[["a", "day"]], frame["class"], types={"day": "category"})):
        assert value.classes == names and value.features.names == ("a", *(f"day = {name}" for name in names))
    rows, classes = feature_rows.read_feature_rows(tmp_path / "x.parquet", value.features, "class")
    assert rows.shape == (60, 3) and [
        str(day) for day in columns.nanosecond_dates_to_microseconds(classes).tolist()[:2]
    ] == list(names)
    lengths = frame.assign(day=frame["day"] - days[0])
    lengths.to_parquet(tmp_path / "lengths.parquet")
    with pytest.raises(DataError, match="neither numbers nor texts in day"):
        sets.add_data_set(tmp_path / "lengths.parquet", "y", tmp_path, types={"day": "category"}, leave_out="class")


def test_times_are_matched_by_the_numbers_of_earlier_versions(tmp_path):
    days = np.array(["2026-01-31", "2026-02-01T10:30"] * 30, "datetime64[ns]")
    pandas.DataFrame({"day": days, "class": days}).to_parquet(tmp_path / "x.parquet")
    names = sorted({str(day) for day in days.tolist()})
    heads = tuple(f"day = {name}" for name in names), ("category",) * 2, ("day",) * 2
    known_features = features.Features(*heads, *[(0.0, 0.0)] * 5)
    rows, classes = feature_rows.read_feature_rows(tmp_path / "x.parquet", known_features, "class")
    np.testing.assert_array_equal(rows, np.eye(2)[np.arange(60) % 2])
    variant, data = SimpleNamespace(has_content=True), SimpleNamespace(classes=names)
    revision = SimpleNamespace(id="r", variant=variant, data=data)
    np.testing.assert_array_equal(file_commands._one_hot_labels(classes, "x.parquet", revision), rows)
    data.classes = ["2026-01-31 00:00:00", "2026-02-01 10:30:00"]
    np.testing.assert_array_equal(file_commands._one_hot_labels(classes, "x.parquet", revision), rows)


def test_a_thousand_classes_are_taken_beside_rows_without_one():
    labels = ClassLabels("y")
    labels.examine(np.array([*MANY[:1000], ""]))
    assert len(labels.class_names) == 1000


def test_a_number_is_the_same_class_beside_texts_and_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", 64)  # some batches hold numbers alone
    lines = [f"{i / 7:.3f},{'other' if i == 30 else i % 2}" for i in range(60)]
    (tmp_path / "x.csv").write_text("\n".join(["a,class", *lines]))
    assert sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, label="class").classes == ("0", "1", "other")


def test_a_class_or_category_is_what_stands_in_the_file(tmp_path, batches):
    """In a CSV NA is Namibia or neuraminidase, and 1_0 is not ten; only where nothing stands there is no class."""
    names = ["NA", "N/A", "null", "1_0", "10"]
    lines = [f"{i / 7:.3f},{names[i % 5]},{[*names, '', '-1'][i % 7]}" for i in range(70)]
    (tmp_path / "x.csv").write_text("\n".join(["a,place,class", *lines]))
    sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, label="class", types={"place": "category"})
    data = sets.load("x", tmp_path)
    assert data.classes == ("10", "1_0", "N/A", "NA", "null")
    labels = np.concatenate([data.train.labels, data.test.labels])
    assert np.bincount(labels + 1).tolist() == [20, 10, 10, 10, 10, 10]
    assert data.features.names == ("a", *(f"place = {name}" for name in sorted(names)))


def test_a_text_that_says_that_nothing_is_there_is_no_class_among_numbers(tmp_path, batches):
    lines = [f"{i / 7:.3f},{[0, 'NA', 1, '#N/A', 2, ''][i % 6]}" for i in range(90)]
    (tmp_path / "x.csv").write_text("\n".join(["a,class", *lines]))
    sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, label="class")
    data = sets.load("x", tmp_path)
    assert data.classes == ("0", "1", "2")
    assert np.bincount(np.concatenate([data.train.labels, data.test.labels]) + 1).tolist() == [45, 15, 15, 15]


@pytest.mark.parametrize("first", ['"price, net, in EUR";"a, b"', '"said ""a, b, c""";size'])
def test_a_comma_in_a_quoted_name_is_no_delimiter(tmp_path, first):
    (tmp_path / "x.csv").write_text("\n".join([first, *(f"{i};{i * i}" for i in range(40))]))
    assert len(sets.add_data_set(tmp_path / "x.csv", "x", tmp_path).features) == 2


@pytest.mark.parametrize(
    ("values", "expected_text"),
    [
        (["0,34", "-1,2e3", "7"], "plain numbers in a; correct them, or "),
        (["0,34", "NA", ""], "plain numbers in a;"),
        (["2026-01-31", "2026-02-01 10:30", "NA"], "dates or times in a; turn them into numbers"),
        (["NA", "#N/A", "3.5"], "missing in a;"),
        (["0,34", "2026-01-31", "x"], "texts in a; declare"),
        (["1_0", "2_0", "3_0"], "texts in a; declare"),  # Python reads 10, 20 and 30
        (["1_0", "2", "NA"], "texts in a; declare"),
    ],
)
def test_texts_where_numbers_belong_are_told_by_their_form(tmp_path, values, expected_text):
    (tmp_path / "x.csv").write_text("\n".join(["a;b", *(f"{values[i % 3]};{i}" for i in range(42))]))
    with pytest.raises(DataError) as caught:
        sets.add_data_set(tmp_path / "x.csv", "x", tmp_path)
    assert re.search(expected_text, without_examples(caught.value))
    with pytest.raises(DataError) as caught:
        aae.arrays(pandas.DataFrame({"a": values, "b": [1, 2, 4]}))
    assert re.search(expected_text, without_examples(caught.value))


def test_the_held_out_variant_of_an_own_table(tmp_path):
    sets.add_data_set(save(FRAME, tmp_path / "houses.csv"), "houses", tmp_path, **OPTIONS)
    whole, held_out = sets.load("houses", tmp_path), sets.load("houses-held-out", tmp_path)
    assert len(held_out.test.labels) == len(whole.train.labels) // 6
    rows = np.concatenate([held_out.train.images, held_out.test.images])
    assert sorted(map(bytes, rows)) == sorted(map(bytes, whole.train.images))
    np.testing.assert_allclose(held_out.features.means, held_out.train.images.mean((0, 1, 3), dtype=float), rtol=1e-6)
    assert held_out.features.names == whole.features.names


def frame_with_value(column, value, dtype=object):
    frame = FRAME.astype({column: dtype})
    frame.loc[200, column] = value
    return frame


MANY = [f"n{i}" for i in range(1001)]
MISTAKES = {
    "missing": (frame_with_value("size", None), {}, "missing in size;"),
    "infinite": (frame_with_value("size", np.inf), {}, "absurdly large values in size;"),
    "texts": (FRAME, {"types": None}, "texts in town; declare"),
    "some texts": (frame_with_value("size", "large"), {}, "Not all values are plain numbers in size; correct them, or"),
    "missing category": (frame_with_value("town", None), {}, "missing in town;"),
    "constant": (FRAME.assign(one=1), {}, "In 1 column the same value stands in every row; .*: one\\."),
    "constant category": (FRAME.assign(one="x"), {"types": TYPES | {"one": "category"}}, "every row; .*: one\\."),
    "same": (FRAME.assign(again=FRAME["size"]), {}, "1 column are those of another column, too; .*: again .as size.\\."),
    "same category": (FRAME.assign(city=FRAME["town"]), {"types": TYPES | {"city": "category"}}, ": city .as town.\\."),
    "no counts": (FRAME.assign(rooms=-FRAME["rooms"]), {}, "whole numbers from 0 on in rooms"),
    "unknown type": (FRAME, {"types": {"size": "counts"}}, "did you mean 'count'"),
    "unknown column": (FRAME, {"types": {"sise": "real"}}, "did you mean 'size'"),
    "many values": (FRAME.assign(id=[f"n{i}" for i in range(N)]), {"types": TYPES | {"id": "category"}}, "more than 200 .*id"),
    "few rows": (FRAME[:2], {}, "2 rows are too few"),
    "a row each": (FRAME.assign(sold=[f"n{i}" for i in range(N)])[:4], {}, "no row is left to train on"),
    "a row to train on": (FRAME.assign(sold=["a", "a", *"bcd" * N][:N])[:5], {}, "a single row is left to train on"),
    "too many": (pandas.DataFrame(RNG.normal(size=(9, 4097))).rename(columns=str).assign(sold="x"), {"types": None}, "4,097"),
    "many classes": (pandas.DataFrame({"size": RNG.normal(size=1001), "sold": MANY}), {"types": None}, "choose another column"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_answered_as_for_arrays_and_nothing_is_stored(tmp_path, case, suffix, batches):
    frame, options, output = MISTAKES[case]
    if suffix == ".parquet" and case in ("some texts", "infinite"):
        frame = frame.astype({"size": str if case == "some texts" else float})
    options = OPTIONS | options
    path = save(frame, tmp_path / f"x{suffix}")
    with pytest.raises(DataError) as caught:
        sets.add_data_set(path, "houses", tmp_path, **options)
    message = without_examples(caught.value)
    assert re.search(output, message) and "\n" not in str(caught.value) and own_sets.list_own_sets(tmp_path) == []
    with pytest.raises(DataError) as memory_error:
        aae.arrays(frame.drop(columns="sold"), frame["sold"], types=options["types"])
    message, in_memory = message.replace("The column sold holds", "y holds"), without_examples(memory_error.value)
    if case == "some texts":  # which can be read as missing only from a file
        message, in_memory = (text.partition(", or")[0] for text in (message, in_memory))
    assert message == in_memory


def test_names_with_an_underscore_are_no_numbers(tmp_path):
    values = "".join(f"{i},{i * i % 17}\n" for i in range(40))
    (tmp_path / "x.csv").write_text("2_0,1_0\n" + values)  # Python reads 20 and 10, which do not ascend
    sets.add_data_set(tmp_path / "x.csv", "sizes", tmp_path)
    assert sets.load("sizes", tmp_path).features.names == ("2_0", "1_0")


TEXT = "a,b,c\n" + "".join(f"{i},{i * i % 17},{i % 3}.5\n" for i in range(40))
DAMAGED = {
    "no header": ("5.1,3.5,1.4,0.2\n4.9,3.0,1.4,0.2\n", "Line 1 of x.csv holds numbers .5.1"),
    "no header of whole numbers": (
        "5,3,1,cat\n4,3,1,dog\n",
        "Line 1 of x.csv holds numbers .5, 3, 1.*letter before each .x5.",
    ),
    "ragged": (TEXT.replace("\n7,", "\n7,7,"), "line 9 has 4 values where there are 3 columns"),
    "names alone": ("a,b,c\n", "0 rows are too few"),
    "empty": ("", "x.csv is empty"),
    "no name": (
        "," + TEXT,
        "Line 1 of x.csv ..,a,b,c.. does not name the columns: it holds 4 values, and the lines below it hold 3;",
    ),
    "names twice": (TEXT.replace("b", "a", 1), "same name: a; rename"),
    "not text": (b"\xff\xfe\x00a,b\n1,2\n", "not a text in UTF-8"),
    "not text where a value is missing": (TEXT.encode().replace(b"\n7,", b"\n\xf4\x00"), "line 9 has 2 values"),
    "not text further on": (
        TEXT.encode() + b"\xff\xfe,1,2\n",
        "not a text in UTF-8: line 42 ..\\?\\?,1,2.. is not; save",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_csv_is_answered_in_a_sentence(tmp_path, case, capfd):
    content, outcome = DAMAGED[case]
    (tmp_path / "x.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=outcome) as caught:
        sets.add_data_set(tmp_path / "x.csv", "x", tmp_path)
    assert "\n" not in str(caught.value) and own_sets.list_own_sets(tmp_path) == []
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("block", [csv_tables.BLOCK_BYTES, 64])
@pytest.mark.parametrize("leave_out", ["c", ()])
def test_a_quote_that_stays_open_takes_no_rows_with_it(tmp_path, monkeypatch, leave_out, block):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", block)
    (tmp_path / "x.csv").write_text(TEXT.replace("\n7,15,1.5", '\n7,15,"1.5'))
    with pytest.raises(DataError, match="^In x.csv a quote that is opened is never closed; close it, or take it out.$"):
        sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, leave_out=leave_out)
    assert own_sets.list_own_sets(tmp_path) == []


@pytest.mark.parametrize("block", [csv_tables.BLOCK_BYTES, 64])
@pytest.mark.parametrize(
    "value", ['5" pipe', 'a 5"', '"a, ""5"""', '"a, ""b, c"', '"a,""b"" c"', '"he\n""hi"" then"', '"b" ']
)
def test_a_quote_within_a_value_is_a_character_of_it(tmp_path, monkeypatch, value, block):
    monkeypatch.setattr(csv_tables, "BLOCK_BYTES", block)
    values = {9: value, 5: '6" pipe'}
    rows = "".join(f"{i},{i % 7},{values.get(i, 'pipe')}\n" for i in range(40))
    (tmp_path / "x.csv").write_text(f'"a",b,c\n{rows}')
    summary = sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, leave_out=["c"])
    assert summary.train + summary.test == 40


def test_other_damage_is_answered_in_a_sentence(tmp_path):
    good = save(FRAME, tmp_path / "good.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(good[: len(good) // 2])
    (tmp_path / "noise.parquet").write_bytes(RNG.bytes(5000))
    np.savez(tmp_path / "two.npz", a=np.zeros((9, 2)), b=np.zeros((9, 2)))
    np.savez(tmp_path / "objects.npz", X=np.array([[{}, 1]], object))
    np.savez(tmp_path / "flat.npz", X=np.zeros(9))
    np.savez(tmp_path / "pictures.npz", x=np.zeros((9, 8, 8), np.uint8))
    np.savez(tmp_path / "short.npz", X=RNG.normal(size=(9, 2)), y=np.zeros(8))
    np.savez(tmp_path / "names.npz", X=RNG.normal(size=(9, 2)), names=np.array(["a"]))
    sentence_by_damage = {
        "cut.parquet": "damaged", "noise.parquet": "damaged", "two.npz": "no matrix of rows named X",
        "objects.npz": "pickled", "flat.npz": r"shape 9; a matrix N×F is expected\.", "short.npz": "each of the 9 rows",
        "pictures.npz": r"shape 9×8×8; a matrix N×F is expected; images belong in an array named images\.",
        "names.npz": "2 columns need as many", "none.csv": "is not a file",
    }  # fmt: skip
    for name, words in sentence_by_damage.items():
        with pytest.raises(DataError, match=words) as caught:
            sets.add_data_set(tmp_path / name, "x", tmp_path / "root")
        assert "\n" not in str(caught.value) and own_sets.list_own_sets(tmp_path / "root") == []


@pytest.mark.parametrize("kind", [MemoryError, pyarrow.ArrowMemoryError])
@pytest.mark.parametrize(
    ("name", "function_path"), [("x.csv", "csv.open_csv"), ("x.parquet", "parquet.ParquetFile.iter_batches")]
)
def test_a_lack_of_memory_is_no_damage(tmp_path, monkeypatch, name, function_path, kind):
    table = table_files.open_table(save(FRAME, tmp_path / name))
    monkeypatch.setattr(
        f"pyarrow.{function_path}", lambda *_, **__: (_ for _ in ()).throw(kind("malloc of size 64 failed"))
    )
    with pytest.raises(DataError, match=f"^{name} takes more memory than there is"):
        list(table.iterate_batches(["size"], ()))


def test_a_file_of_a_user_whom_nobody_knows_is_none(tmp_path):
    for name in ("x.csv", "x.npz"):
        with pytest.raises(DataError, match="is not a file|does not exist"):
            sets.add_data_set(f"~nobody-of-this-name/{name}", "x", tmp_path)


def test_a_label_that_is_not_there_and_options_of_the_other_kind(tmp_path):
    path = save(FRAME, tmp_path / "x.csv")
    for options, message in (
        ({"label": "sould"}, "did you mean 'sold'"),
        ({"leave_out": ["towns"]}, "did you mean 'town'"),
        ({"size": 28}, "no size in pixels"),
    ):
        with pytest.raises(DataError, match=message):
            sets.add_data_set(path, "x", tmp_path, **options)
    np.savez(tmp_path / "x.npz", images=np.zeros((20, 8, 8), np.uint8))
    with pytest.raises(DataError, match="Images have no columns"):
        sets.add_data_set(tmp_path / "x.npz", "x", tmp_path, label="a")


def test_without_pyarrow_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match="pip install pyarrow"):
        sets.add_data_set(save(FRAME[["size"]], tmp_path / "x.csv"), "x", tmp_path)


def test_a_full_disk_is_noticed_before_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100))
    with pytest.raises(DataError, match="disk has 0.0 GiB free"):
        sets.add_data_set(save(FRAME, tmp_path / "x.csv"), "x", tmp_path, **OPTIONS)
    assert own_sets.list_own_sets(tmp_path) == []


def test_a_file_that_changes_meanwhile_is_not_stored(tmp_path, monkeypatch):
    path = save(FRAME, tmp_path / "x.csv")
    examine = table_import.TableImport.examine_table
    for changed_frame in (FRAME[:-5], pandas.concat([FRAME, FRAME[:5]])):
        monkeypatch.setattr(
            table_import.TableImport, "examine_table", lambda self, o=changed_frame: (examine(self), save(o, path))[0]
        )
        with pytest.raises(DataError, match="changed while"):
            sets.add_data_set(path, "x", tmp_path, **OPTIONS)
        assert own_sets.list_own_sets(tmp_path) == []
        save(FRAME, path)


def test_a_stored_table_that_was_damaged_is_not_opened(tmp_path):
    sets.add_data_set(save(FRAME, tmp_path / "x.csv"), "x", tmp_path, **OPTIONS)
    file, meta = (tmp_path / "own" / "x" / name for name in ("rows.safetensors", "meta.json"))
    content, record = file.read_bytes(), meta.read_text()
    file.write_bytes(content[:-8])
    with pytest.raises(DataError, match="damaged; remove"):
        sets.load("x", tmp_path)
    file.write_bytes(content)
    meta.write_text(record.replace('"garden"', '"garden", "again"', 1))
    with pytest.raises(DataError, match="features that do not fit"):
        sets.describe_data_set("x", tmp_path)


def test_listing_it_loads_nothing_heavy(tmp_path):
    sets.add_data_set(save(FRAME, tmp_path / "x.csv"), "x", tmp_path, **OPTIONS)
    check = (
        f"import sys; from aae_core.data import sets; print(sets.describe_data_set('x', {str(tmp_path)!r}).test,"
        "[m for m in ('torch', 'sklearn', 'pyarrow', 'pandas') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "45 []"


def test_a_batch_of_test_rows_alone_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(table_base, "ROWS_AT_ONCE", 1)
    X = RNG.normal(size=(60, 3)).astype(np.float32)
    np.savez(tmp_path / "x.npz", X=X, names=np.array(["a", "b", "c"]))
    sets.add_data_set(tmp_path / "x.npz", "x", tmp_path)
    data = sets.load("x", tmp_path)
    rows = data.train.images[:, 0, :, 0]
    np.testing.assert_allclose(data.features.means, rows.mean(0, dtype=np.float64), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(data.features.deviations, rows.std(0, dtype=np.float64), rtol=1e-6)


def test_memory_holds_a_few_batches_and_never_all_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(table_base, "ROWS_AT_ONCE", 500)
    monkeypatch.setattr(features, "MAX_SAMPLE_ROWS", 500)
    frame = pandas.DataFrame(RNG.normal(size=(50_000, 20))).rename(columns=str)
    path = save(frame, tmp_path / "x.parquet")
    own_tables.add_table_set(tmp_path, "before", path)  # what is imported and set up once is no part of it
    tracemalloc.start()
    own_tables.add_table_set(tmp_path, "x", path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < frame.size * 4 / 4  # bytes; a batch has a hundredth of the stored rows


@pytest.mark.parametrize(
    "values, message",
    [
        ([["a", "b"]] * 40, "neither numbers nor texts in other"),
        (pandas.date_range("2026-01-01", periods=40), "dates or times in other"),
        (pandas.array([None, *range(39)], dtype="Int64"), "missing in other"),
        ([None] * 40, "missing in other"),
    ],
)
def test_other_columns_of_parquet_are_told_by_what_they_hold(tmp_path, values, message):
    pandas.DataFrame({"size": RNG.normal(size=40), "other": values}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(DataError, match=message):
        sets.add_data_set(tmp_path / "x.parquet", "x", tmp_path)


def test_columns_of_parquet_with_one_name_are_refused(tmp_path):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table([np.arange(40), np.arange(40) ** 2], ["a", "a"]), tmp_path / "x.parquet")
    with pytest.raises(DataError, match="same name: a;"):
        sets.add_data_set(tmp_path / "x.parquet", "x", tmp_path)


def test_a_small_parquet_file_takes_no_large_memory(tmp_path, monkeypatch):
    """Packed texts, one text that a million rows repeat, lists whose values are not written down, and rows without number."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")

    def write_parquet(values, **options):
        parquet.write_table(
            arrow.table({"a": values, "size": np.arange(len(values))}), tmp_path / "x.parquet", **options
        )
        assert (tmp_path / "x.parquet").stat().st_size < 5e6

    def assert_refused(message, **options):
        with pytest.raises(DataError, match=message):
            sets.add_data_set(tmp_path / "x.parquet", "x", tmp_path, **options)

    monkeypatch.setattr(parquet_tables, "MAX_COLUMN_TEXT_BYTES", 2**24)
    write_parquet(["x" * 2**20] * 40, use_dictionary=False, compression="zstd")  # 40 MiB
    with monkeypatch.context() as patch:
        patch.setattr(parquet_tables, "_convert_column", lambda *_: pytest.fail("it was read"))
        assert_refused("texts of more than 1,000 bytes, or far too many, in a;")
        write_parquet([[1] * 2**16] * 40)
        assert_refused("lists in a must be equally long, with 1 to 4,096 numbers")
    rows = np.zeros(20_000, np.int32)
    write_parquet(arrow.DictionaryArray.from_arrays(rows, ["x" * 2**16]), store_schema=False)  # 1.2 GiB
    for kind in ({}, {"types": {"a": "category"}}):
        assert_refused("texts of more than 1,000 bytes", **kind)
    assert arrow.default_memory_pool().max_memory() < 2**29
    write_parquet(np.arange(40))
    monkeypatch.setattr(parquet_tables, "MAX_ROWS", 39)
    assert_refused("announces 40 rows, more than the 39 allowed")


def test_texts_of_parquet_are_those_of_the_data_frame_in_any_encoding(tmp_path):
    words = np.array(["red", "green", None, "blue"], object)[RNG.integers(0, 4, 5_000)]
    frame = pandas.DataFrame({"size": RNG.normal(size=5_000), "colour": words})
    for dictionary in (True, False):
        frame.to_parquet(tmp_path / "x.parquet", use_dictionary=dictionary, row_group_size=700)
        read = [
            batch["colour"]
            for _, batch in table_files.open_table(tmp_path / "x.parquet").iterate_batches(["colour", "size"], ())
        ]
        assert np.concatenate(read).tolist() == words.tolist()


def test_a_single_column_is_left_out_by_its_name(tmp_path):
    pandas.DataFrame(RNG.normal(size=(40, 2)), columns=["size", "id"]).to_csv(tmp_path / "x.csv", index=False)
    assert sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, leave_out="id").features.names == ("size",)
