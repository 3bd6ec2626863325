"""Every test starts from the same random state, in folders of its own, on one thread."""

import asyncio
import gc
import itertools
import os
import random
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy and torch are imported
os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent / "workers")  # of what tests start
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pytest
from helpers.environment import MODULES_AT_COLLECTION
from helpers.fake_measurement import use_full_measures, use_quick_measures
from helpers.plugin_files import plug_in  # noqa: F401

from aae_core.config.configuration import configure
from aae_core.data.built_in import standard_sets
from aae_core.store.revisions import Store

FOLDER_NUMBERS = itertools.count()  # of folders that are there only if a test writes into them
# A training waits forty times for the disk, and power fails in tests only as it is played.
os.fsync = lambda number: None
# Files that take minutes, whose tests wait for processes of their own: they come first, lest one be alone at the end.
LONG_FILES = ("test_ray_engine.py", "test_main_job.py", "test_keyboard_walk.py", "test_fuzzing.py")


def pytest_collection_modifyitems(items):
    """Files of browser tests, which often wait, stand among those that compute, so that together they use the whole machine."""
    files = dict.fromkeys(item.path for item in items)
    kinds = [[file for file in files if ("browser" in file.parts) is kind] for kind in (True, False)]
    place = {file: (number + 0.5) / len(kind) for kind in kinds for number, file in enumerate(kind)}
    items.sort(key=lambda item: (item.path.name not in LONG_FILES, place[item.path]))


def pytest_collection_finish(session):
    """What is loaded by now stays, so that no collection of garbage walks through it, which takes a seventh of a second.

    Nothing is frozen later, as the app does once its first page is drawn: in a process of tests that would keep Triton, which
    torch's own optimisers and counters load for other tests, and at the end Triton would list some sixty objects as leaked,
    where the result is to stand.
    """
    session.config.stash[MODULES_AT_COLLECTION] = frozenset(sys.modules)
    gc.freeze()
    gc.freeze = lambda: None


@pytest.fixture(autouse=True)
def isolated_state(request, tmp_path_factory, monkeypatch):
    """Own store and data folders, no data of the machine, and a fixed seed for whatever draws from a global generator.

    They lie in the test's tmp_path, if it has one: to make that for each of thousands of tests takes seconds.
    """
    has_tmp_path = "tmp_path" in request.fixturenames
    folder = (
        request.getfixturevalue("tmp_path")
        if has_tmp_path
        else tmp_path_factory.getbasetemp() / f"alone-{next(FOLDER_NUMBERS)}"
    )
    monkeypatch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))
    monkeypatch.setenv("AAE_DATA", str(folder / "data"))
    fashion = standard_sets.STANDARD_SETS["fashion-mnist"]  # Debian's package of it may be installed
    monkeypatch.setitem(standard_sets.STANDARD_SETS, "fashion-mnist", replace(fashion, debian_folder=folder / "debian"))
    for variable in ("SLOTS", "ENGINE", "ENGINE_OPTIONS", "RAY_ADDRESS", "CORES", "SHARED"):
        monkeypatch.setenv(f"AAE_{variable}", "")  # so that what a command sets is undone after the test
        monkeypatch.delenv(f"AAE_{variable}")
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        import torch  # waits where a thread of an earlier test, such as a page's, is still importing it

        # torch.manual_seed, which seeds GPUs too, takes a millisecond: where there is none, it notes the whole stack
        torch.default_generator.manual_seed(0)


@pytest.fixture
def run_in_thread():
    """Runs a coroutine to its end on a thread of its own: the browser tests keep an event loop on the main one."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda coroutine: pool.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="session")
def tiny_config():
    """An AAE on the bundled digits that trains in a moment."""
    nets = {"network.hidden": (16,), "network.discriminator": (16,)}
    return configure(data="digits", steps=60, batch_size=50, threads=1, **nets)


@pytest.fixture(scope="session")
def trained_revision(tiny_config, tmp_path_factory):
    """A revision of tiny_config that has ended, with all of its frames; nobody changes it."""
    from aae_core.runs import frame_recorder, worker

    root = tmp_path_factory.mktemp("trained-once")
    with pytest.MonkeyPatch.context() as patch:
        # time is no reason to leave a frame out
        patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
        return worker.train(tiny_config, store=Store(root, gallery=root / "none"))


@pytest.fixture
def recorded_revision(trained_revision, store):
    """A copy of that revision in the test's own store."""
    shutil.copytree(trained_revision.path, store.root / trained_revision.id)
    return store.open(trained_revision.id)


@pytest.fixture(scope="session", autouse=True)
def quick_measures():
    """Trainings in the tests' own processes end with few measures; what these start has all."""
    may_train = "aae_core.runs.recorder" in sys.modules  # otherwise it would load torch for tests that need none
    with use_quick_measures() if may_train else nullcontext():
        yield


@pytest.fixture
def full_measures(quick_measures):
    """For a test that looks at the measures."""
    with use_full_measures():
        yield


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
        layer=None,
        has_groups=None,
        checksum=None,
        tones=None,
    )
