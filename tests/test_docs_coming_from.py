"""The page for those who come from other packages: its code runs in its order."""

import re
import shutil
from importlib.util import find_spec

import numpy as np
import pandas
import pytest

import aae_core as aae
from aae_core.cli import arguments
from aae_core.data import sets
from aae_core.places import PROJECT

PAGE = PROJECT / "docs" / "use" / "coming_from.md"
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
SHORT_SETTINGS = {"epochs=20": "steps=3", "random_state=0)": "random_state=0, max_epochs=1)"}


def code_blocks(language):
    """{section: its blocks of code in a language}."""
    parts = SECTION.split(PAGE.read_text(encoding="utf-8"))[1:]
    pattern = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return {title: pattern.findall(text) for title, text in zip(parts[::2], parts[1::2], strict=True)}


@pytest.fixture
def page_names(store, tmp_path, monkeypatch):
    """The names that the page takes for granted, in a folder with its files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    shutil.copy(PROJECT / "tests" / "data" / "anndata" / "csr.h5ad", "cells.h5ad")
    vectors = np.random.default_rng(0).normal(size=(60, 12))
    texts = [f"text {i}" for i in range(60)]
    pandas.DataFrame({"text": texts, "embedding": list(vectors)}).to_parquet("texts.parquet")
    return {"aae": aae, "images": np.random.default_rng(0).integers(0, 256, (60, 8, 8), np.uint8)}


def run_section(title, page_names):
    for block in code_blocks("python")[title]:
        for setting, short_setting in SHORT_SETTINGS.items():
            block = block.replace(setting, short_setting)
        exec(compile(block, f"{PAGE.name}, {title}", "exec"), page_names)


def test_each_section_has_code():
    assert {title: len(code) for title, code in code_blocks("python").items()} == {
        "pythae": 1,
        "scvi-tools": 1,
        "embedding-atlas": 1,
        "umap-learn": 1,
    }


def test_the_code_beside_pythae_runs(page_names):
    run_section("pythae", page_names)
    assert page_names["z"].shape == (60, 8) and page_names["images_again"].shape == (60, 8, 8, 1)
    assert page_names["new_images"].shape == (64, 8, 8, 1)
    path_images = page_names["rev"].decode(
        page_names["rev"].direction(page_names["z"][:30], page_names["z"][30:]).codes_at([0, 0.5, 1])
    )
    assert path_images.shape == (3, 8, 8, 1) and "mmd2" in str(page_names["results"]) and len(page_names["log"])


def test_the_code_beside_scvi_tools_runs(page_names, capsys):
    if find_spec("h5py") is None:
        pytest.skip(".h5ad files need h5py")
    run_section("scvi-tools", page_names)
    (command,) = re.findall(r"^python -m aae_core (encode .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert arguments.main(command.split()) == 0, capsys.readouterr().err
    with np.load("codes.npz") as codes:
        assert codes["z"].shape == (40, 10)
    rates = page_names["rev"].sample(7)
    assert rates.shape == (7, 6) and (rates > 0).all()


def test_the_code_beside_embedding_atlas_runs(page_names):
    run_section("embedding-atlas", page_names | {"sets": sets})
    assert aae.open().data.features.names == tuple(f"embedding_{i}" for i in range(12))


def test_the_code_beside_umap_learn_runs(page_names):
    run_section("umap-learn", page_names)
    assert page_names["plane"].shape == (178, 2) and page_names["rows"].shape == (10, 13)
    assert aae.open().id == page_names["rev"].id
