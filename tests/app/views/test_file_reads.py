"""In one run, a page reads each file of a revision at most once."""

import builtins
import collections
import os
from pathlib import Path

import pytest
from helpers import app_pages

from aae_core import files
from aae_core.store.revisions import Store

SHOWN = {"explore": 1, "compare": 2}  # page -> the number of revisions on it
# of one file: a film is looked for by the opening, twice, and by the time machine, and compared with the caches
MAX_STATS = 5


@pytest.fixture
def count_reads(monkeypatch):
    """count_reads(action) -> how often the action opened, and asked for the state of, each file in a folder of a revision."""
    opened, result = collections.Counter(), collections.Counter()

    def note(counter, path):
        if isinstance(path, str | os.PathLike) and Store().gallery in Path(path).parents:
            counter[Path(path).relative_to(Store().gallery).as_posix()] += 1

    def counted(counter, function):
        def call(path, *args, **options):
            note(counter, path)
            return function(path, *args, **options)

        return call

    def count(action):
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", counted(opened, builtins.open))
            patch.setattr(files, "safe_open", counted(opened, files.safe_open))
            patch.setattr(os, "stat", counted(result, os.stat))
            opened.clear()
            result.clear()
            action()
        return opened, result

    return count


@pytest.mark.parametrize("page", list(SHOWN))
def test_a_warm_run_reads_each_file_of_a_revision_once(count_reads, page):
    app = app_pages.sound(app_pages.run(page)).run()  # the second run finds everything in the caches
    opened, actual = count_reads(lambda: app_pages.sound(app.run()))
    statuses = [path for path in opened if path.endswith("/status.json")]
    assert len(statuses) == SHOWN[page]
    tensors = {path: count for path, count in opened.items() if path.endswith(".safetensors")}
    assert all(count == 1 for path, count in opened.items() if path not in tensors), opened
    assert all(count <= 2 for count in tensors.values()), "opened for its size, then for its header"
    assert max(actual.values()) <= MAX_STATS, actual.most_common(5)
