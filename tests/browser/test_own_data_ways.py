"""The whole way of a practitioner's file: add it, train on it, colour the plane by a column, select, download. Ids and columns of
the download are those of the file."""

import re

import numpy as np
import pandas
import pytest
from helpers import practitioner_files
from helpers.browser_app import CONV_NETWORK
from helpers.plane_selection import download_selection, legend_counts, select_by_lasso
from PIL import Image
from pyarrow import parquet

from aae_core.cli import arguments
from aae_core.data.own_data.item_tables import load_item_table

MIN_SELECTED = 12


@pytest.fixture
def data_add(app, monkeypatch):
    """data_add(path, name, options): runs the command `data add`, in the folders of the server."""
    monkeypatch.setenv("AAE_DATA", str(app.folder / "data"))

    def add(path, name, *options):
        assert arguments.main(["data", "add", str(path), "--name", name, "--quiet", *options]) == 0

    return add


def colour_by(tab, column, values):
    """Colour the codes by a column, and wait until the legend counts its values, a pandas Series of those of the codes."""
    tab.page.get_by_label("Colour of the codes").select_option(label=f"Coloured by {column}")
    expected = {str(name): int(count) for name, count in values.value_counts().items() if count}
    expected |= {"missing": int(values.isna().sum())} if values.isna().any() else {}
    tab.wait_until(lambda: legend_counts(tab.page), lambda now: now == expected)


def selected_items(tab, name):
    """Select by a lasso and download: (what was saved; for each of its rows what the data set keeps of the item)."""
    select_by_lasso(tab)
    saved = download_selection(tab)
    assert len(saved) >= MIN_SELECTED
    return saved, load_item_table(name).set_index("row").loc[saved["row"]]


def assert_columns_equal(saved, source, names):
    """Assert that columns of the download hold, row by row, the values of the file."""
    assert saved["id"].is_unique
    for name in names:
        pandas.testing.assert_series_equal(
            saved[name], source[name].reset_index(drop=True), check_dtype=False, check_names=False
        )


def assert_codes_equal(saved, codes):
    """Assert that the codes of the download are those into which the items of the file are encoded, array or frame N×d."""
    np.testing.assert_allclose(saved[["z₁", "z₂"]], np.asarray(codes), atol=1e-3)


def train_on_uploaded(app, tab, path):
    """Upload the penguins on Train, choose what becomes of their columns, add them, and train; the finished revision."""
    page = tab.page
    page.set_input_files(".st-key-own-file input[type=file]", path)
    tab.pick("Column with the classes", "species")
    chosen = page.locator("[class*=st-key-own-categories] [data-tag]")
    categories = page.get_by_role("combobox", name="Categories")
    categories.press("Backspace")
    tab.wait_until(chosen.all_inner_texts, lambda names: names == ["island"])
    categories.press("Tab")  # while its list is open, the rest of the page is hidden from roles
    for label, option in (("Columns to leave out", "sex"), ("Missing values", "Leave out their rows")):
        tab.settle().pick(label, option)
        page.get_by_role("combobox", name=label).press("Tab")
    tab.settle().page.get_by_role("button", name="Add this table").click()
    tab.wait_for_toasts("342 rows")
    before = app.newest_revision()
    tab.settle().page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    tab.wait_for_change(lambda: app.newest_revision() and app.newest_revision().id, before and before.id)
    tab.wait_until(lambda: app.newest_revision().state, lambda state: state == "done")
    return app.store.open(app.newest_revision().id)


def test_penguins_that_are_uploaded(app, follow, tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_DATA", str(app.folder / "data"))
    penguins = practitioner_files.make_penguins()
    penguins.to_csv(tmp_path / "birds.csv", index=False)
    tab = follow(app, "train?steps=40&threads=1")
    revision = train_on_uploaded(app, tab, tmp_path / "birds.csv")
    assert revision.data.classes == ("Adelie", "Chinstrap", "Gentoo")
    islands = [f"island = {name}" for name in ("Biscoe", "Dream", "Torgersen")]
    assert sorted(revision.data.features.names) == sorted([*islands, *practitioner_files.MEASUREMENTS, "year"])
    tab.follow(f"?revision={revision.id}&of=all")
    colour_by(tab, "sex", penguins.dropna(subset="bill_length_mm")["sex"])
    saved, items = selected_items(tab, "birds")
    source = penguins.loc[saved["row"]]
    assert saved["id"].tolist() == [f"birds.csv:{row}" for row in saved["row"]] == items["id"].tolist()
    assert_columns_equal(saved, source.rename(columns={"species": "class"}), ["class", "sex"])
    assert_codes_equal(saved, revision.encode(source))


def test_a_folder_of_photographs_with_a_table_of_facts(app, follow, tmp_path, data_add):
    facts = practitioner_files.write_photographs(tmp_path / "trip")
    facts.to_csv(tmp_path / "facts.csv", index=False)
    data_add(tmp_path / "trip", "trip", "--metadata", str(tmp_path / "facts.csv"), "--id", "file")
    revision = app.train(data="trip", steps=10, **CONV_NETWORK)
    tab = follow(app, f"?revision={revision.id}&of=all")
    items = load_item_table("trip")
    colour_by(tab, "camera", items["camera"])
    saved, _ = selected_items(tab, "trip")
    paths = {path.relative_to(tmp_path / "trip").as_posix() for path in (tmp_path / "trip").rglob("*.png")}
    assert set(saved["id"]) <= paths and [path.split("/")[0] for path in saved["id"]] == saved["class"].tolist()
    source = facts.set_index("file").reindex([path.split("/")[1] for path in saved["id"]])
    assert_columns_equal(saved, source, ["camera", "iso", "day", "note"])
    images = np.stack([np.asarray(Image.open(tmp_path / "trip" / path)) for path in saved["id"]])
    assert_codes_equal(saved, revision.encode(images))


def test_cells_of_an_h5ad_with_counts(app, follow, tmp_path, data_add):
    pytest.importorskip("h5py", reason=".h5ad files need h5py")
    counts, obs = practitioner_files.make_cells()
    practitioner_files.write_h5ad(tmp_path / "cells.h5ad", counts, obs)
    data_add(tmp_path / "cells.h5ad", "cells", "--label", "cell type", "--id", "obs_names")
    revision = app.train(data="cells", steps=40)
    assert set(revision.data.features.kinds) == {"count"}
    tab = follow(app, f"?revision={revision.id}&of=all")
    colour_by(tab, "batch", obs["batch"])
    saved, _ = selected_items(tab, "cells")
    source = obs.loc[saved["id"]]
    assert obs.index.get_indexer(saved["id"]).tolist() == saved["row"].tolist()
    columns = source.rename(columns={"cell type": "class"}).astype({"class": str, "batch": str})
    assert_columns_equal(saved, columns, ["class", "batch", "n_counts", "percent_mito"])
    assert_codes_equal(saved, revision.encode(counts[saved["row"]]))


def test_documents_with_embeddings(app, follow, tmp_path, data_add):
    documents = practitioner_files.make_documents()
    parquet.write_table(documents, tmp_path / "documents.parquet")
    left_out = ("--leave-out", "text,source,published", "--id", "doc")
    data_add(tmp_path / "documents.parquet", "documents", "--label", "topic", *left_out)
    revision = app.train(data="documents", steps=10)
    assert len(revision.data.features) == 768
    tab = follow(app, f"?revision={revision.id}&of=all")
    frame = documents.drop_columns(["embedding"]).to_pandas()
    colour_by(tab, "source", frame["source"])
    saved, items = selected_items(tab, "documents")
    source = frame.loc[saved["row"]]
    assert saved["id"].tolist() == source["doc"].tolist() == items["id"].tolist()
    source["published"] = source["published"].astype(str)
    assert_columns_equal(saved, source.rename(columns={"topic": "class"}), ["class", "text", "source", "published"])
    embeddings = np.stack(documents.column("embedding").to_numpy(zero_copy_only=False))
    assert_codes_equal(saved, revision.encode(embeddings[saved["row"]]))
