"""Snapshots of revisions, as pages hand them down."""

from app.cache import code_sets
from app.cache.revision_snapshot import RevisionSnapshot, take_snapshot


def fresh_snapshot(revision) -> RevisionSnapshot:
    """The snapshot of a revision as it is now. revision: a stored one, or an earlier snapshot, whose selection stays."""
    return revision.renewed() if isinstance(revision, RevisionSnapshot) else take_snapshot(revision)


def hide_images(monkeypatch, reason: str = "The images are not on this machine") -> None:
    """Let no data set be on this machine, in whole or in part, as pages see it. reason: the sentence's beginning."""
    monkeypatch.setattr(code_sets, "find_originals", lambda revision: None)
    monkeypatch.setattr(code_sets, "data_unavailable_reason", lambda revision: reason)
