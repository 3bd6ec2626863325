"""A revision as one run of a page shows it: renewed when a fragment runs alone."""

import shutil

import numpy as np
import pytest

pytest.importorskip("streamlit")
from aae_core.errors import RevisionError
from aae_core.store.revisions import Revision
from aae_core.store.status import Status
from app.cache import revision_data
from app.cache.revision_snapshot import take_snapshot
from app.handout import contents
from app.page_parts.revisions import revision_files

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 5, "threads": 1}


@pytest.fixture
def revision_copy(train_revision, tmp_path):
    shutil.copytree(train_revision().path, path := tmp_path / "copied")
    return Revision(path)


def test_a_renewed_snapshot_has_the_present_status(revision_copy):
    snapshot = take_snapshot(revision_copy).with_code_set("test")
    revision_copy.write_status(Status("queued"))
    assert snapshot.status.state == "done"
    assert (snapshot.renewed().status.state, snapshot.renewed().code_set_name) == ("queued", "test")


def test_a_deleted_revision_cannot_be_renewed(revision_copy):
    snapshot = take_snapshot(revision_copy)
    shutil.rmtree(revision_copy.path)
    with pytest.raises(RevisionError, match="missing"):
        snapshot.renewed()


@pytest.mark.parametrize("settings", [{}, {"variant": "supervised"}, {"data": "wine"}])
def test_a_snapshot_that_is_kept_holds_no_networks(train_revision, settings):
    """Samples, maps and codes for downloads come from the networks in the cache, or from a revision that is dropped."""
    stored = train_revision(**settings)
    snapshot = take_snapshot(Revision(stored.path))
    items = revision_data.sample_items(snapshot, 12)
    expected_items = stored.sample(12, seed=0)
    np.testing.assert_array_equal(items.reshape(expected_items.shape), expected_items)
    assert len(revision_data.sample_pictures(snapshot, 12)) == 12
    for title, (_, content) in revision_files._download_functions_by_title(snapshot).items():
        if "ONNX" not in title:
            assert content()
    assert contents.body_html("Title", "", [snapshot])
    _, networks = snapshot.stored._shared
    assert networks is None
