"""A revision as one run of a page shows it: renewed when a fragment runs alone."""

import shutil

import pytest

pytest.importorskip("streamlit")
from aae_core.errors import RevisionError
from aae_core.store.revisions import Revision
from aae_core.store.status import Status
from app.cache.revision_snapshot import take_snapshot

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
