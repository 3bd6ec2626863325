"""What a worker that is started inherits, and what the engines tell it."""

import json
import os
import subprocess

import pytest

from aae_core import owners
from aae_core.runs import launchers, limits, ray_engine


@pytest.fixture
def popen_calls(monkeypatch):
    """What `subprocess.Popen` was given, each time; nothing is started."""
    calls = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: calls.append((command, options)))
    return calls


def test_a_worker_reads_the_limits_relative_to_the_servers_folder(tmp_path, monkeypatch, popen_calls):
    (tmp_path / "class.toml").write_text("[each]\nmemory = 3")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AAE_SHARED", "class.toml")
    launchers.start_module("aae_core")
    ((_, options),) = popen_calls
    monkeypatch.chdir(options["cwd"])
    monkeypatch.setenv("AAE_SHARED", options["env"]["AAE_SHARED"])
    assert limits.shared_server_limits().each.memory == 3
    monkeypatch.setenv("AAE_SHARED", "on")
    launchers.start_module("aae_core")
    assert popen_calls[-1][1]["env"]["AAE_SHARED"] == "on"


@pytest.mark.parametrize(
    "before, after", [(None, "1"), ("", "1"), (" Off", "1"), ("0", "1"), ("yes", "yes"), ("a.toml", "a.toml")]
)
def test_who_asks_for_sharing_gets_it(monkeypatch, before, after):
    monkeypatch.setenv("AAE_SHARED", before) if before is not None else monkeypatch.delenv("AAE_SHARED", raising=False)
    limits.enable_sharing()
    assert os.environ["AAE_SHARED"] == after


def test_a_ray_actor_is_told_how_much_memory_a_visitors_training_may_have(store, tiny_config, facts, monkeypatch):
    monkeypatch.setenv("AAE_SHARED", "1")
    revision, calls = store.create(tiny_config, facts, owner=owners.Owner("a" * 64)), []
    engine = ray_engine.RayActors()
    view = {"names": [], "session": "s", "machines": [], "free": {}}
    monkeypatch.setattr(engine._bridge, "ask", lambda **question: calls.append(question) or view)
    engine.launch(revision)
    assert calls[-1]["options"][-2:] == ["--memory", "4"] and json.dumps(calls[-1])
