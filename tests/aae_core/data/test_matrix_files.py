"""Matrices in .npy files and sparse matrices become tables, and gzipped CSV files are read as the files within."""

import gzip
import io
import tempfile
import zipfile

import numpy as np
import pandas
import pytest
from scipy import sparse

from aae_core.data import sets
from aae_core.data.tables import feature_rows, gzip_files, table_base, table_files
from aae_core.errors import DataError

X = np.random.default_rng(0).poisson(0.7, (70, 6)).astype(np.float32)


def add(path, root, **options):
    sets.add_data_set(path, "mine", root, **options)
    return sets.load("mine", root)


def all_rows(data):
    """All rows of a data set, sorted, since the split mixes them."""
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    return rows[np.lexsort(rows.T[::-1])]


SORTED = X[np.lexsort(X.T[::-1])]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int16, np.uint8])
def test_a_matrix_in_an_npy_is_a_table(tmp_path, kind, order):
    np.save(tmp_path / "X.npy", np.asarray(X.astype(kind), order=order))
    data = add(tmp_path / "X.npy", tmp_path / "root", types="count")
    np.testing.assert_array_equal(all_rows(data), SORTED)
    assert data.features.names == tuple(f"feature {i}" for i in range(6)) and set(data.features.kinds) == {"count"}


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_matrix, sparse.coo_matrix, sparse.csr_array])
@pytest.mark.parametrize("is_compressed", [True, False])
def test_a_sparse_matrix_is_a_table(tmp_path, make, is_compressed):
    sparse.save_npz(tmp_path / "X.npz", make(X), compressed=is_compressed)
    np.testing.assert_array_equal(all_rows(add(tmp_path / "X.npz", tmp_path / "root")), SORTED)
    features = sets.load("mine", tmp_path / "root").features
    rows, labels = feature_rows.read_feature_rows(tmp_path / "X.npz", features)
    np.testing.assert_array_equal(rows, X)
    assert labels is None


def test_a_sparse_matrix_is_unpacked_a_batch_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(table_base.features, "VALUES_AT_ONCE", 60)
    sparse.save_npz(tmp_path / "X.npz", sparse.csr_matrix(X))
    table = table_files.open_table(tmp_path / "X.npz")
    batches = [batch["feature 2"] for _, batch in table.iterate_batches(["feature 2"], ())]
    assert [len(batch) for batch in batches] == [10] * 7
    np.testing.assert_array_equal(np.concatenate(batches), X[:, 2])


def npy_bytes(array, **options):
    content = io.BytesIO()
    np.lib.format.write_array(content, array, **options)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"no array", "damaged or not an .npy"),
        (npy_bytes(np.zeros((4, 3), object), allow_pickle=True), "pickled Python objects, which are never loaded"),
        (npy_bytes(np.zeros((4, 8, 8), np.uint8)), "images belong in an .npz, in an array named images"),
        (npy_bytes(np.zeros(5)), "has the shape 5; a matrix"),
        (npy_bytes(np.array([["a", "b"]])), "numbers are expected"),
        (npy_bytes(np.zeros((4, 3)))[:-1], "announces 96 bytes but holds 95"),
        (npy_bytes(np.zeros((4, 3))).replace(b"(4, 3)", b"(9, 9)"), "announces 648 bytes but holds 96"),
        (npy_bytes(np.zeros((4, 5000))), "A table has 1 to 4,096 features, and this one 5,000."),
        (npy_bytes(np.full((9, 2), np.nan)), "Values are missing"),
    ],
)
def test_a_bad_npy_is_refused_in_a_sentence(tmp_path, content, words):
    (tmp_path / "X.npy").write_bytes(content)
    with pytest.raises(DataError) as caught:
        add(tmp_path / "X.npy", tmp_path / "root")
    assert words in str(caught.value) and "\n" not in str(caught.value)


def sparse_npz(path, **changes):
    """An .npz like that of `save_npz`, with some arrays replaced, or left out if None."""
    matrix = sparse.csr_matrix(X)
    arrays = {
        "format": np.array(b"csr"),
        "shape": np.array(matrix.shape),
        "data": matrix.data,
        "indices": matrix.indices,
        "indptr": matrix.indptr,
    }
    np.savez(path, **{name: array for name, array in (arrays | changes).items() if array is not None})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": np.array("bsr")}, "of the format bsr; write matrix.tocsr()"),
        ({"indices": None}, "lacks the array indices"),
        ({"indices": np.full(sparse.csr_matrix(X).nnz, 6)}, "make no matrix"),
        ({"indptr": np.arange(3)}, "make no matrix"),
        ({"shape": np.array([70, -1])}, "make no matrix"),
        ({"shape": np.array([70, 6, 1])}, "make no matrix"),
        ({"data": np.array(["a"] * sparse.csr_matrix(X).nnz)}, "type <U1"),
        ({"data": np.zeros((2, 2))}, "has the shape 2×2"),
        ({"shape": np.array([70, 5000])}, "4,096 features"),
    ],
)
def test_a_bad_sparse_matrix_is_refused_in_a_sentence(tmp_path, changes, words):
    sparse_npz(tmp_path / "X.npz", **changes)
    with pytest.raises(DataError) as caught:
        add(tmp_path / "X.npz", tmp_path / "root")
    assert words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("rows", [10**11, 2**62])
def test_a_sparse_matrix_that_announces_far_too_many_rows_is_refused_unread(tmp_path, rows):
    arrays = {"format": np.array(b"coo"), "shape": np.array([rows, 3]), "data": np.ones(1)}
    np.savez(tmp_path / "m.npz", **arrays, row=np.zeros(1, int), col=np.zeros(1, int))
    with pytest.raises(DataError, match=f"announces a matrix of {rows}×3"):
        table_files.open_table(tmp_path / "m.npz")


def test_pickled_objects_in_a_sparse_matrix_are_not_loaded(tmp_path):
    sparse_npz(tmp_path / "X.npz")
    with zipfile.ZipFile(tmp_path / "X.npz") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["data.npy"] = npy_bytes(np.array([print], object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "X.npz", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(DataError, match="never loaded"):
        add(tmp_path / "X.npz", tmp_path / "root")


FRAME = pandas.DataFrame(X, columns=list("abcdef")).assign(town=["York", "Bath"] * 35)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".CSV"])
def test_a_gzipped_csv_is_read_as_the_file_within(tmp_path, suffix):
    path = tmp_path / f"rows{suffix}.gz"
    FRAME.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",", compression="gzip")
    data = add(path, tmp_path / "root", label="town")
    np.testing.assert_array_equal(all_rows(data), SORTED)
    assert data.classes == ("Bath", "York")


def test_the_unpacked_file_is_removed_and_errors_name_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    content = FRAME.to_csv(index=False).replace("Bath", "York").replace("York", "x", 1).splitlines()
    content[7] = content[7].replace("0", "no number", 1)
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress("\n".join(content).encode()))
    with pytest.raises(DataError, match="in line 8"):
        add(tmp_path / "rows.csv.gz", tmp_path / "root", label="town")
    (tmp_path / "blank.csv.gz").write_bytes(gzip.compress(b"\n\n"))
    with pytest.raises(DataError, match="begins with blank lines"):
        add(tmp_path / "blank.csv.gz", tmp_path / "root")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_gzip_file_that_unpacks_to_far_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gzip_files, "BASE_BYTES_ALLOWED", 2**20)
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 2**22))
    with pytest.raises(DataError, match="unpacks to more than"):
        add(tmp_path / "rows.csv.gz", tmp_path / "root")
    assert not list(tmp_path.glob("aae-*"))


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], gzip.compress(b"a,b\n1", mtime=0)[:12]]
)
def test_a_damaged_gzip_file_is_refused(tmp_path, content):
    (tmp_path / "rows.csv.gz").write_bytes(content)
    with pytest.raises(DataError, match="rows.csv.gz is damaged or not a gzip file"):
        add(tmp_path / "rows.csv.gz", tmp_path / "root")
