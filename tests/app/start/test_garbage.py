"""Garbage is collected for the runs of all pages together, and never where nothing was allocated."""

import gc
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
from streamlit import config

from app.start import garbage


def test_it_is_collected_once_a_period_in_which_something_was_allocated(monkeypatch):
    collections = [[{"collections": count}, {"collections": 0}] for count in (1, 1, 5, 5, 5, 9, 9)]
    done = []
    monkeypatch.setattr(gc, "get_stats", lambda: collections.pop(0) if len(collections) > 1 else collections[0])
    monkeypatch.setattr(gc, "collect", lambda: done.append(len(collections)))
    garbage.collect(0.0, rounds=4)
    assert len(done) == 2


def test_streamlit_itself_leaves_it_to_that():
    toml = garbage.__file__.rpartition("start")[0] + ".streamlit/config.toml"
    assert "postScriptGC = false" in Path(toml).read_text()
    assert "runner.postScriptGC" in config._config_options_template
