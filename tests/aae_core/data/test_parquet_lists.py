"""Columns of lists in Parquet files, such as embeddings, become features."""

import numpy as np
import pandas
import pyarrow
import pytest
from pyarrow import parquet

from aae_core.data import sets
from aae_core.data.tables import feature_rows, parquet_lists, table_base, table_files
from aae_core.errors import DataError

VECTORS = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
TEXTS = [f"text {i}" for i in range(60)]
LISTS = {
    "list": pyarrow.array(VECTORS.tolist(), pyarrow.list_(pyarrow.float32())),
    "large list": pyarrow.array(VECTORS.tolist(), pyarrow.large_list(pyarrow.float64())),
    "fixed": pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(VECTORS.ravel()), 5),
}


def write(path, vectors, **columns):
    table = pyarrow.table({"vector": vectors, **columns})
    parquet.write_table(table, path, row_group_size=17)
    return path


@pytest.mark.parametrize("kind", LISTS)
def test_a_column_of_lists_becomes_features(tmp_path, kind):
    size = np.arange(60.0)
    path = write(tmp_path / "rows.parquet", LISTS[kind], text=TEXTS, size=size)
    sets.add_data_set(path, "mine", tmp_path / "root", leave_out=["text"])
    data = sets.load("mine", tmp_path / "root")
    assert data.features.names == ("vector_0", "vector_1", "vector_2", "vector_3", "vector_4", "size")
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    expected = np.column_stack([VECTORS, size]).astype(np.float32)
    np.testing.assert_array_equal(rows[rows[:, 5].argsort()], expected)
    file_rows, _ = feature_rows.read_feature_rows(path, data.features)
    np.testing.assert_array_equal(file_rows, expected)


def test_pandas_writes_such_lists_of_arrays(tmp_path):
    pandas.DataFrame({"e.v": list(VECTORS), "t": TEXTS}).to_parquet(tmp_path / "x.parquet")
    table = table_files.open_table(tmp_path / "x.parquet")
    assert table.names == [*(f"e.v_{i}" for i in range(5)), "t"]
    ((_, batch),) = table.iterate_batches(["e.v_3", "t", "e.v_1"], ())
    np.testing.assert_array_equal(batch["e.v_3"], VECTORS[:, 3])
    np.testing.assert_array_equal(batch["e.v_1"], VECTORS[:, 1])
    assert list(batch) == ["t", "e.v_3", "e.v_1"] and batch["t"].tolist() == TEXTS


def test_a_column_of_lists_is_left_out_by_its_name(tmp_path):
    path = write(tmp_path / "rows.parquet", LISTS["list"], size=np.arange(60.0), other=np.arange(60.0) ** 2)
    sets.add_data_set(path, "mine", tmp_path / "root", leave_out=["vector"])
    assert sets.load("mine", tmp_path / "root").features.names == ("size", "other")
    with pytest.raises(DataError, match="column 'vektor'"):
        sets.add_data_set(path, "other", tmp_path / "root", leave_out=["vektor"])


MISSING = [*VECTORS.tolist()]
MISSING[20] = None
SHORT = [*VECTORS.tolist()]
SHORT[20] = SHORT[20][:4]
SHIFTED = [*SHORT]  # as many numbers as lists of five have
SHIFTED[21] = [*SHIFTED[21], 0.0]
HOLE = [*VECTORS.tolist()]
HOLE[20] = [1.0, None, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        (MISSING, "lists in vector must be equally long, with 1 to 4,096 numbers, and none may be missing; make"),
        (SHORT, "lists in vector must be equally long, with 1 to 4,096 numbers, and none may be missing; make"),
        (SHIFTED, r"none may be missing \(row 21 has 4 numbers, not 5\)"),
        (HOLE, r"Values are missing in vector_1 \(the first in row 21\)"),
        ([["a", "b"]] * 60, "neither numbers nor texts in vector"),
        ([[[1.0]]] * 60, "neither numbers nor texts in vector"),
        (np.zeros((60, 5000)).tolist(), "1 to 4,096 numbers"),
    ],
)
def test_other_lists_are_refused_in_a_sentence(tmp_path, vectors, words):
    path = write(tmp_path / "rows.parquet", vectors, size=np.arange(60.0), other=np.arange(60.0) ** 2)
    with pytest.raises(DataError, match=words) as caught:
        sets.add_data_set(path, "mine", tmp_path / "root")
    assert "\n" not in str(caught.value)
    sets.add_data_set(path, "without", tmp_path / "root", leave_out=["vector"])
    assert sets.load("without", tmp_path / "root").features.names == ("size", "other")


def test_few_rows_of_wide_lists_are_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(table_base.features, "VALUES_AT_ONCE", 5)
    path = write(tmp_path / "rows.parquet", LISTS["list"])
    lengths = [len(batch["vector_2"]) for _, batch in table_files.open_table(path).iterate_batches(["vector_2"], ())]
    assert sum(lengths) == 60 and max(lengths) == 4


def test_a_list_of_which_no_value_is_written_down_is_not_read(tmp_path):
    """A few kilobytes, which would take half a gigabyte."""
    ones = pyarrow.array(np.ones(2**26))
    path = write(tmp_path / "rows.parquet", pyarrow.ListArray.from_arrays([0, len(ones)], ones), size=[1.0])
    assert path.stat().st_size < 2**17
    del ones
    before = pyarrow.default_memory_pool().bytes_allocated()
    table = table_files.open_table(path)
    with pytest.raises(DataError, match="1 to 4,096 numbers"):
        next(table.iterate_batches(table.names, ()))
    assert table.names == ["vector", "size"] and pyarrow.default_memory_pool().bytes_allocated() < before + 2**20


def test_a_file_that_ends_the_process_which_looks_at_it_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_lists, "COUNT_CODE", "import os; os.abort()")
    path = write(tmp_path / "rows.parquet", LISTS["list"])
    with pytest.raises(DataError, match="rows.parquet is damaged or not a parquet file"):
        table_files.open_table(path)
