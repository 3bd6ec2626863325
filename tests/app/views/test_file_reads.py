"""In one run, a page reads each file of a revision at most once."""

import builtins
import collections
import os
from pathlib import Path

import pytest
from helpers import app_pages

from aae_core import files
from aae_core.store.revisions import Store

REVISION_COUNTS = {"explore": 1, "compare": 2}  # page -> the number of revisions on it
# of one file: a film is looked for by the opening, twice, and by the time machine, and compared with the caches
MAX_STATS = 5


@pytest.fixture
def count_reads(monkeypatch):
    """count_reads(action) -> how often the action opened, and asked for the state of, each file in a folder of a revision."""
    open_counts, stat_counts = collections.Counter(), collections.Counter()

    def count_path(counter, path):
        if isinstance(path, str | os.PathLike) and Store().gallery in Path(path).parents:
            counter[Path(path).relative_to(Store().gallery).as_posix()] += 1

    def count_calls(counter, function):
        def call(path, *args, **options):
            count_path(counter, path)
            return function(path, *args, **options)

        return call

    def count(action):
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", count_calls(open_counts, builtins.open))
            patch.setattr(files, "safe_open", count_calls(open_counts, files.safe_open))
            patch.setattr(os, "stat", count_calls(stat_counts, os.stat))
            open_counts.clear()
            stat_counts.clear()
            action()
        return open_counts, stat_counts

    return count


@pytest.mark.parametrize("page", list(REVISION_COUNTS))
def test_a_warm_run_reads_each_file_of_a_revision_once(count_reads, page):
    app = app_pages.assert_no_exception(app_pages.run_page(page)).run()  # the second run finds everything in the caches
    open_counts, stat_counts = count_reads(lambda: app_pages.assert_no_exception(app.run()))
    statuses = [path for path in open_counts if path.endswith("/status.json")]
    assert len(statuses) == REVISION_COUNTS[page]
    tensors = {path: count for path, count in open_counts.items() if path.endswith(".safetensors")}
    assert all(count == 1 for path, count in open_counts.items() if path not in tensors), open_counts
    assert all(count <= 2 for count in tensors.values()), "opened for its size, then for its header"
    assert max(stat_counts.values()) <= MAX_STATS, stat_counts.most_common(5)
