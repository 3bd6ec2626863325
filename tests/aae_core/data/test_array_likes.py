"""What libraries hold in memory is read as the same arrays and columns; what cannot be read is refused in a sentence."""

import numpy as np
import pandas
import pytest
import torch
from helpers.fake_frames import LazyFrame, PolarsFrame
from scipy import sparse

import aae_core as aae
from aae_core.data import array_likes
from aae_core.errors import DataError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = np.arange(40) % 3
FRAME = pandas.DataFrame({"size": X[:, 0], "town": pandas.Categorical(["York", "Bath"] * 20), "wet": X[:, 1] > 0})


def rows_of(data):
    return sorted(map(tuple, np.concatenate([data.train.images, data.test.images])[:, 0, :, 0].tolist()))


MATRICES = {
    "list": X.tolist(),
    "list of tensors": [torch.from_numpy(row) for row in X],
    "tensor": torch.from_numpy(X),
    "tensor with gradient": torch.tensor(X, requires_grad=True),
    "conjugated": torch.complex(torch.from_numpy(X), torch.zeros(40, 3).double()).conj().real,
    "sparse tensor": torch.from_numpy(X).to_sparse(),
    "sparse matrix": sparse.csr_matrix(X),
    "sparse array": sparse.coo_array(X),
    "sparse dictionary": sparse.dok_matrix(X),
}


@pytest.mark.parametrize("case", MATRICES)
def test_a_matrix_is_the_same_table_in_any_form(case):
    assert rows_of(aae.arrays(MATRICES[case])) == rows_of(aae.arrays(X))


def test_half_precision_is_read_as_it_is():
    narrow = torch.from_numpy(X).bfloat16()
    assert rows_of(aae.arrays(narrow)) == rows_of(aae.arrays(narrow.double().numpy()))


TABLES = {
    "polars": lambda: PolarsFrame(FRAME.astype({"town": str})),
    "lazy": lambda: LazyFrame(FRAME.astype({"town": str})),
    "arrow": lambda: pytest.importorskip("pyarrow").Table.from_pandas(FRAME.set_index("wet", drop=False)),
    "dictionary": lambda: {name: FRAME[name].to_list() for name in FRAME},
    "structured array": lambda: FRAME.astype({"town": str}).to_records(index=False),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_with_names_is_the_same_in_any_form(case):
    data = aae.arrays(TABLES[case](), Y, types={"town": "category"})
    expected = aae.arrays(FRAME, Y)
    assert data.features == expected.features and rows_of(data) == rows_of(expected)


def test_dictionaries_of_arrow_are_categories_without_being_declared():
    pyarrow = pytest.importorskip("pyarrow")
    assert aae.arrays(pyarrow.Table.from_pandas(FRAME)).features == aae.arrays(FRAME).features
    arrow_backed = FRAME.astype({"town": pandas.ArrowDtype(pyarrow.dictionary(pyarrow.int32(), pyarrow.string()))})
    assert aae.arrays(arrow_backed).features == aae.arrays(FRAME).features


def test_the_index_of_a_frame_is_no_column_of_its_arrow_table():
    indexed_frame = FRAME.set_index(pandas.Index(RNG.permutation(40)))
    table = pytest.importorskip("pyarrow").Table.from_pandas(indexed_frame)
    assert "__index_level_0__" in table.column_names
    assert aae.arrays(table).features.names == aae.arrays(FRAME).features.names


@pytest.mark.parametrize("y", [torch.from_numpy(Y), Y.tolist(), torch.tensor(Y * 1.0, requires_grad=True)])
def test_classes_may_be_a_tensor(y):
    data = aae.arrays(X, y)
    assert data.classes == ("0", "1", "2")
    assert (data.train.labels == aae.arrays(X, Y).train.labels).all()


@pytest.mark.parametrize(
    "values, expected_text",
    [
        (sparse.csr_matrix((10**9, 40)), r"of 1,000,000,000 × 40 takes 298.0 GiB .* give fewer rows at a time"),
        ({"size": [1.0, 2.0], "town": 1}, "equally long lists"),
        ([[1, 2], [3]], "its parts have different lengths"),
        (None, "no array, but of the type NoneType"),
        ("table.csv", "no array, but of the type str"),
        (torch.empty(4, 3, device="meta"), "A tensor on meta cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(values, expected_text):
    with pytest.raises(DataError, match=expected_text) as caught:
        aae.arrays(values)
    assert "\n" not in str(caught.value)


def test_an_array_is_read_without_a_copy():
    tensor = torch.from_numpy(X)
    assert np.shares_memory(array_likes.as_array(tensor), X) and array_likes.as_array(X) is X


def test_masked_values_are_none():
    values = array_likes.as_array(np.ma.masked_array([1, 2, 3], mask=[False, True, False]))
    assert values.tolist() == [1, None, 3]


def test_a_missing_class_beside_texts_in_a_list_is_no_text():
    rows = np.random.default_rng(0).normal(size=(30, 2))
    assert aae.arrays(rows, [float("nan"), "a", "b"] * 10).classes == ("a", "b")
    named = aae.arrays({"x": list(range(30)), "k": ["u", "v"] * 15}, types={"k": "category"}).features.names
    assert named == ("x", "k = u", "k = v")
    with pytest.raises(DataError, match="Values are missing in k"):
        aae.arrays({"x": list(range(30)), "k": [float("nan"), "u", "v"] * 10}, types={"k": "category"})


def test_a_stream_is_read_once():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"a": np.arange(9.0), "b": np.arange(9.0) ** 2})
    stream = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches())
    data = aae.arrays(stream)
    assert data.features.names == ("a", "b") and len(data.train.images) + len(data.test.images) == 9


def test_bytes_are_neither_numbers_nor_texts():
    with pytest.raises(DataError, match="neither numbers nor texts in feature 0"):
        aae.arrays(np.arange(12).reshape(6, 2).astype("S"))
