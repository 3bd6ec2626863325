"""AnnData files, as the package anndata wrote them (tests/data/anndata), become tables with metadata."""

import json
import os
import shutil
import sys

import numpy as np
import pandas
import pytest

from aae_core.cli import arguments
from aae_core.data import sets
from aae_core.data.own_data.item_tables import load_item_table
from aae_core.data.tables import anndata_files, feature_rows, table_base, table_files
from aae_core.errors import DataError
from aae_core.places import PROJECT

FOLDER = PROJECT / "tests" / "data" / "anndata"
COUNTS = np.load(FOLDER / "counts.npy")
OBS = pandas.read_csv(FOLDER / "obs.csv", index_col=0)
GENES = tuple(f"gene{j}" for j in range(6))


@pytest.fixture
def h5py():
    return pytest.importorskip("h5py", reason=".h5ad files need h5py")


def rows_of(data):
    return np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]


def sort_rows(rows):
    return rows[np.lexsort(rows.T[::-1])]


@pytest.mark.parametrize("kind", ["csr", "csc", "dense"])
def test_a_file_of_anndata_is_a_table_of_counts(h5py, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(table_base.features, "VALUES_AT_ONCE", 60)  # ten rows at once
    reports = []
    sets.add_data_set(FOLDER / f"{kind}.h5ad", "cells", tmp_path, label="cell type", report=reports.append)
    data = sets.load("cells", tmp_path)
    assert data.features.names == GENES and set(data.features.kinds) == {"count"}
    np.testing.assert_array_equal(sort_rows(rows_of(data)), sort_rows(COUNTS))
    assert data.classes == ("B", "NK", "T")
    for split in (data.train, data.test):
        for row, label in zip(split.images[:, 0, :, 0], split.labels, strict=True):
            assert data.classes[label] in set(OBS["cell type"][(row == COUNTS).all(1)])
    assert reports == [
        "The values of X are whole numbers, and its columns of the type count.",
        "X is read unless a layer is chosen (log).",
        "Kept beside what is trained on: obs_names, n, note, doublet, age, batch.",
        "The ids of the rows are those of the column obs_names.",
    ]
    items = load_item_table("cells", tmp_path)
    source = OBS.loc[items["id"]]
    assert source.index.tolist() == OBS.index[items["row"]].tolist() and sorted(items["row"]) == [*range(len(OBS))]
    np.testing.assert_array_equal(rows_of(data), COUNTS[items["row"]])
    for name in ("n", "note", "age"):
        pandas.testing.assert_series_equal(
            items[name], source[name].reset_index(drop=True), check_dtype=False, check_names=False
        )
    reports.clear()
    rows, classes = feature_rows.read_feature_rows(
        FOLDER / f"{kind}.h5ad", data.features, "cell type", report=reports.append
    )
    assert reports == ["X is read unless a layer is chosen (log)."]
    for layer in ("X", "log"):
        assert table_files.open_table(FOLDER / f"{kind}.h5ad", layer).notes == ()
    np.testing.assert_array_equal(rows, COUNTS)
    assert classes.tolist() == OBS["cell type"].tolist()


@pytest.mark.parametrize("kind", ["csr", "csc", "dense"])
def test_a_layer_is_read_in_place_of_x(h5py, tmp_path, kind):
    sets.add_data_set(FOLDER / f"{kind}.h5ad", "cells", tmp_path, layer="log")
    data = sets.load("cells", tmp_path)
    np.testing.assert_array_equal(sort_rows(rows_of(data)), sort_rows(np.log1p(COUNTS)))
    assert set(data.features.kinds) == {"real"} and data.classes == ()
    rows, _ = feature_rows.read_feature_rows(FOLDER / f"{kind}.h5ad", data.features, layer="log")
    np.testing.assert_array_equal(rows, np.log1p(COUNTS))


def test_a_data_set_and_its_revisions_know_their_layer_and_older_records_name_none(h5py, tmp_path):
    for name, layer, expected in (("logs", "log", "log"), ("counts", None, None), ("named", "X", None)):
        summary = sets.add_data_set(FOLDER / "csr.h5ad", name, tmp_path, layer=layer)
        assert summary.layer == sets.load(name, tmp_path).layer == sets.load(name, tmp_path).summary.layer == expected
        record = json.loads((tmp_path / "own" / name / "meta.json").read_text())
        assert ("layer" in record) == (expected is not None)
    assert sets.describe_data_set("logs-held-out", tmp_path).layer == "log"
    assert sets.load("logs-held-out", tmp_path).layer == "log"


def test_a_layer_that_is_not_there_is_refused_with_those_that_are(h5py):
    with pytest.raises(DataError, match="choose one of log, X"):
        table_files.open_table(FOLDER / "csr.h5ad", "spliced")


def test_all_columns_of_obs_can_be_read(h5py):
    table = table_files.open_table(FOLDER / "csr.h5ad")
    names = ["obs_names", *OBS.columns]
    assert table.metadata_names == set(names) and table.names == [*GENES, *names]
    ((_, values),) = table.iterate_batches(names, ())
    assert values["obs_names"].tolist() == OBS.index.tolist()
    for name in OBS.columns:
        expected = [None if pandas.isna(value) else value for value in OBS[name]]
        assert values[name].tolist() == expected, name


def test_a_column_of_obs_with_a_type_is_a_feature(h5py, tmp_path):
    sets.add_data_set(FOLDER / "csr.h5ad", "cells", tmp_path, types={"n": "count", "cell type": "category"})
    data = sets.load("cells", tmp_path)
    types = ("cell type = B", "cell type = NK", "cell type = T")
    assert data.features.names == (*GENES, *types, "n")
    rows = rows_of(data)
    np.testing.assert_array_equal(rows[:, 9], rows[:, :6].sum(1))


def test_the_command_has_an_option_for_the_layer(h5py, tmp_path, capsys):
    argv = ["data", "add", str(FOLDER / "csr.h5ad"), "--name", "cells", "--data-root", str(tmp_path)]
    assert arguments.main([*argv, "--layer", "raw"]) == 1
    message = capsys.readouterr().err
    assert "layer 'raw'" in message and "log" in message and message.count("\n") == 1
    assert arguments.main([*argv, "--layer", "log", "--quiet"]) == 0
    assert set(sets.load("cells", tmp_path).features.kinds) == {"real"}
    with pytest.raises(DataError, match="has no layers"):
        sets.add_data_set(FOLDER / "counts.npy", "other", tmp_path, layer="log")


def edited_copy(h5py, tmp_path, edit, kind="csr"):
    path = tmp_path / "cells.h5ad"
    shutil.copy(FOLDER / f"{kind}.h5ad", path)
    with h5py.File(path, "r+") as file:
        edit(h5py, file)
    return path


def replace(name, make):
    def edit(h5py, file):
        del file[name]
        make(h5py, file)

    return edit


def link_elsewhere(h5py, file):
    file["X"] = h5py.ExternalLink(str(FOLDER / "dense.h5ad"), "X")


def store_elsewhere(h5py, file):
    file.create_dataset("X", (40, 6), "f4", external=[(str(FOLDER / "counts.npy"), 128, 960)])


def map_elsewhere(h5py, file):
    layout = h5py.VirtualLayout((40, 6), "f4")
    layout[:] = h5py.VirtualSource(str(FOLDER / "dense.h5ad"), "X", (40, 6))
    file.create_virtual_dataset("X", layout)


def make_huge_chunks(h5py, file):
    file.create_dataset("X", (12_000_000, 6), "f4", chunks=(12_000_000, 6))  # of which nothing is stored


def set_value(name, index, value):
    def edit(h5py, file):
        file[name][index] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (replace("X", link_elsewhere), "refers to another file"),
        (replace("X", store_elsewhere), "refers to another file"),
        (replace("X", map_elsewhere), "refers to another file"),
        (replace("X", lambda h5py, file: file.create_dataset("X", data=[[b"a"] * 6] * 40)), "numbers are expected"),
        (replace("X", lambda h5py, file: file.create_dataset("X", data=np.zeros(6))), "no matrix of cells"),
        (replace("X", lambda h5py, file: file.create_dataset("X", (40, 5000), "f4")), "4,096 features"),
        (replace("X", make_huge_chunks), "pieces that are far too large"),
        (
            replace("obs/cell type", lambda h5py, file: file.create_dataset("obs/cell type", data=np.arange(39) % 3)),
            "damaged",
        ),
        (lambda h5py, file: file.attrs.__delitem__("encoding-type"), "version 0.8 or later"),
        (lambda h5py, file: file.__delitem__("var"), "version 0.8 or later"),
        (lambda h5py, file: file.__delitem__("X/data"), "damaged"),
        (set_value("X/indices", 0, 6), "damaged"),
        (set_value("X/indptr", 3, 10**6), "damaged"),
        (set_value("obs/cell type/codes", 3, 7), "categories without a name"),
        (
            replace("X/indices", lambda h5py, file: file.create_dataset("X/indices", data=np.zeros((3, 2)))),
            "X/indices does not",
        ),
        (
            replace(
                "obs/age/mask", lambda h5py, file: file.create_dataset("obs/age/mask", data=np.ones((40, 6), bool))
            ),
            "age/mask",
        ),
        (
            replace("obs/n", lambda h5py, file: file.create_dataset("obs/n", data=np.ones((40, 2)))),
            "obs/n does not hold",
        ),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(h5py, tmp_path, edit, words):
    path = edited_copy(h5py, tmp_path, edit)
    with pytest.raises(DataError, match=words) as caught:
        sets.add_data_set(path, "cells", tmp_path / "root", label="cell type")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [0, 10, 2000, 40_000])
def test_a_file_that_is_cut_is_refused_in_a_sentence(h5py, tmp_path, size):
    (tmp_path / "cells.h5ad").write_bytes((FOLDER / "csr.h5ad").read_bytes()[:size])
    with pytest.raises(DataError, match="cells.h5ad is (empty|damaged)"):
        sets.add_data_set(tmp_path / "cells.h5ad", "cells", tmp_path / "root")


def test_a_column_named_as_a_gene_is_told_apart(h5py, tmp_path):
    def edit(h5py, file):
        file["obs"].move("n", "gene2")
        order = [name if name != "n" else "gene2" for name in file["obs"].attrs["column-order"]]
        file["obs"].attrs["column-order"] = order

    table = table_files.open_table(edited_copy(h5py, tmp_path, edit))
    assert "gene2 (obs)" in table.metadata_names and table.names.count("gene2") == 1


def test_without_h5py_a_sentence_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(DataError, match="pip install h5py"):
        sets.add_data_set(FOLDER / "csr.h5ad", "cells", tmp_path)
    assert not os.listdir(tmp_path) and anndata_files.NO_H5PY_ERROR.count(".") >= 2
