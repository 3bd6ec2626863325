"""Every test starts from the same random state, in folders of its own, on one thread."""

import asyncio
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy and torch are imported
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pytest
from plugged import plug_in  # noqa: F401

from aae_core.config.configuration import configure
from aae_core.store.revisions import Store

# A training waits forty times for the disk, and power fails in tests only as it is played.
os.fsync = lambda number: None
# Files that take minutes, whose tests wait for processes of their own: they come first, lest one be alone at the end.
LONG = ("test_ray_engine.py", "test_main_job.py", "test_keyboard_walk.py", "test_shortest_path.py", "test_fuzzing.py")


def pytest_collection_modifyitems(items):
    """Files of browser tests, which often wait, stand among those that compute, so that together they use the whole machine."""
    files = dict.fromkeys(item.path for item in items)
    kinds = [[file for file in files if ("browser" in file.parts) is kind] for kind in (True, False)]
    place = {file: (number + 0.5) / len(kind) for kind in kinds for number, file in enumerate(kind)}
    items.sort(key=lambda item: (item.path.name not in LONG, place[item.path]))


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """Own store and data folders, and a fixed seed for whatever draws from a global generator."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    for variable in ("SLOTS", "ENGINE", "ENGINE_OPTIONS", "RAY_ADDRESS", "CORES", "SHARED"):
        monkeypatch.setenv(f"AAE_{variable}", "")  # so that what a command sets is undone after the test
        monkeypatch.delenv(f"AAE_{variable}")
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        import torch  # waits where a thread of an earlier test, such as a page's, is still importing it

        torch.manual_seed(0)


@pytest.fixture
def run_apart():
    """Runs a coroutine to its end on a thread of its own: the browser tests keep an event loop on the main one."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda coroutine: pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def tiny_config():
    """An AAE on the bundled digits that trains in a moment."""
    nets = {"network.hidden": (16,), "network.discriminator": (16,)}
    return configure(data="digits", steps=60, batch_size=50, threads=1, **nets)


@pytest.fixture
def store(tmp_path):
    """An empty store with an empty gallery."""
    return Store(tmp_path / "checkpoints", gallery=tmp_path / "gallery")


@pytest.fixture
def facts():
    """What a revision remembers of its data, for tests that read no images."""
    return SimpleNamespace(
        name="digits",
        title="Digits",
        shape=(1, 8, 8),
        classes=tuple("0123456789"),
        train=1438,
        test=359,
        features=None,
        margins=None,
    )
