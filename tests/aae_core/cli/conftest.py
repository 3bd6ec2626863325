"""A store of one tiny revision, trained once for each file of tests, and a copy of it for each test."""

import shutil

import pytest
from helpers.cli_runs import enter_folder, make_store


@pytest.fixture(scope="module")
def trained_store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("trained"))


@pytest.fixture
def place(trained_store, tmp_path, monkeypatch):
    """A folder of its own, with a copy of that store in it, as the current one."""
    shutil.copytree(trained_store, tmp_path / "checkpoints")
    return enter_folder(tmp_path, monkeypatch)
