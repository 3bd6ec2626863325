"""The page Train without a browser: no worker is launched, and a step's time is made up."""

import os

import psutil
import pytest
import streamlit as st

from aae_core.runs import estimate, launchers
from app.cache import lru
from app.server import guard
from helpers import app_pages


@pytest.fixture(autouse=True)
def without_workers(monkeypatch):
    """No process is started: a launched worker is this very process, which lives but does nothing."""
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    process_fields = {"pid": os.getpid(), "started": psutil.Process().create_time()}
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, revision: process_fields)
    monkeypatch.setattr(guard, "is_local_visitor", lambda: True)
    monkeypatch.setattr("app.ui.step_time.MEASUREMENTS", estimate.MeasurementCache())


def open_train_page(**query):
    return app_pages.run_page("train", ["train.all", "train.own"], **query)


def start_button(app):
    """The button that starts a training, whose key has that of the request at its end."""
    return next(button for button in app.button if button.key.startswith("train.go."))


def error_texts(app):
    return [error.value for error in app.error]
