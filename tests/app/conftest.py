"""The small revisions with which pages and requests are tested, trained once for each file of tests.

A file gives the settings that they share as TINY and, for `revision_ids`, what is each one's own as MODEL_SETTINGS:
{kind: settings}; MEASURED if they are to be measured in full.
"""

import shutil
from contextlib import nullcontext

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers.app_pages import Query
from helpers.fake_measurement import FakeMeasurement, use_full_measures

from aae_core import places
from aae_core.config.configuration import configure
from aae_core.runs import estimate, worker
from aae_core.store.revisions import Store
from app.cache import lru, revision_data


@pytest.fixture(autouse=True)
def no_measurement(monkeypatch):
    """The form knows a step's time at once: to measure it takes a process and some seconds for each of the settings."""
    monkeypatch.setattr(estimate, "Measurement", FakeMeasurement)


@pytest.fixture
def no_gallery(monkeypatch, tmp_path):
    """The shipped revisions are left out, so that tests know what there is; nothing heavy is loaded beside them."""
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)


@pytest.fixture(scope="module")
def train_revision(request, tmp_path_factory):
    """trained(**settings) -> the revision with these settings beside TINY, trained when it is first asked for."""
    root, revisions = tmp_path_factory.mktemp("trained"), {}

    def train(**settings):
        key = repr(sorted(settings.items()))
        if key not in revisions:
            config = configure(**{**request.module.TINY, **settings})
            with use_full_measures() if getattr(request.module, "MEASURED", False) else nullcontext():
                revisions[key] = worker.train(config, store=Store(root, gallery=root / "none"))
        return revisions[key]

    train.root = root
    return train


@pytest.fixture(scope="module")
def trained_kinds(request, train_revision):
    """A folder of finished revisions, one of each of MODEL_SETTINGS: path and {kind: id}."""
    return train_revision.root, {
        kind: train_revision(**settings).id for kind, settings in request.module.MODEL_SETTINGS.items()
    }


@pytest.fixture
def revision_ids(trained_kinds, tmp_path, monkeypatch):
    """A store of its own with the revisions of MODEL_SETTINGS: {kind: id}."""
    shutil.copytree(trained_kinds[0], tmp_path / "copied")
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "copied"))
    return trained_kinds[1]


@pytest.fixture
def query(monkeypatch):
    """The settings of an address, in a session without pages: `begin_run` reads them, `write_query` writes them."""
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", Query())
    return st.query_params
