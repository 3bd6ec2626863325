"""A request in the middle of a page's run is heard by that run, and no second thread begins beside it."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
from streamlit import config
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState

PROJECT = Path(__file__).resolve().parents[3]


class NotedRunner:
    """A script runner whose run goes on; it notes what it is asked."""

    def __init__(self):
        self.calls = []

    def request_stop(self):
        self.calls.append("stop")

    def request_rerun(self, rerun_data):
        self.calls.append("rerun")
        return True


def calls_of_a_second_request() -> list[str]:
    """What a run in progress, and Streamlit's session, are asked when the page requests another run."""
    runner = NotedRunner()
    session = SimpleNamespace(
        _state=AppSessionState.APP_IS_RUNNING,
        _scriptrunner=runner,
        _create_scriptrunner=lambda data: runner.calls.append("another thread"),
    )
    AppSession.request_rerun(session, ClientState())
    return runner.calls


def test_a_request_in_the_midst_of_a_run_begins_no_other_thread(monkeypatch):
    assert calls_of_a_second_request() == ["stop", "another thread"], "Streamlit's default"
    options = tomllib.loads((PROJECT / "app/.streamlit/config.toml").read_text(encoding="utf-8"))["runner"]
    get_option = config.get_option
    monkeypatch.setattr(config, "get_option", lambda key: options.get(key.removeprefix("runner."), get_option(key)))
    assert calls_of_a_second_request() == ["rerun"]
