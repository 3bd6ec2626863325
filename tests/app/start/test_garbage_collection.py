"""Garbage is collected for the runs of all pages together, and never where nothing was allocated."""

import gc
import platform
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
from streamlit import config

from app.start import garbage_collection


def test_it_is_collected_once_a_period_in_which_something_was_allocated(monkeypatch):
    collections = iter([{"collections": count}, {"collections": 0}] for count in (1, 1, 5, 5, 5, 9, 9))
    done = []
    monkeypatch.setattr(garbage_collection, "PERIOD_SECONDS", 0.0)
    monkeypatch.setattr(gc, "get_stats", lambda: next(collections))
    monkeypatch.setattr(gc, "collect", lambda: done.append(None))
    with pytest.raises(StopIteration):  # the test's own end
        garbage_collection.run_gc_loop()
    assert len(done) == 2


def test_streamlit_itself_leaves_it_to_that():
    toml = garbage_collection.__file__.rpartition("start")[0] + ".streamlit/config.toml"
    assert "postScriptGC = false" in Path(toml).read_text()
    assert "runner.postScriptGC" in config._config_options_template


SCRIPT = """
import sys
import numpy as np
import psutil
from app.start import garbage_collection
if "give" in sys.argv: garbage_collection.return_large_blocks_to_system()
memory = lambda: psutil.Process().memory_info().rss / 2**20
del (first := [np.ones(2**20)])[:]  # from here on glibc keeps blocks of up to 8 MiB
first_memory, large_blocks, small_blocks = memory(), [], []
for _ in range(100):
    large_blocks.append(np.ones(2**17))
    small_blocks.append(np.ones(2**14))  # larger than the gaps that imports have left
del large_blocks
print(memory() - first_memory - sum(block.nbytes for block in small_blocks) / 2**20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="Only glibc keeps what was freed.")
def test_large_freed_blocks_go_back_to_the_system():
    def unreturned_memory(*arguments):
        root = Path(garbage_collection.__file__).parents[2]
        process = subprocess.run([sys.executable, "-c", SCRIPT, *arguments], cwd=root, capture_output=True, text=True)
        return float(process.stdout)

    assert unreturned_memory("give") < 10 < 90 < unreturned_memory()  # MiB of 100
