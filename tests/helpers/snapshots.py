"""Snapshots of revisions, as pages hand them down."""

from app.cache.revision_snapshot import RevisionSnapshot, take_snapshot


def fresh_snapshot(revision) -> RevisionSnapshot:
    """The snapshot of a revision as it is now. revision: a stored one, or an earlier snapshot, whose selection stays."""
    return revision.renewed() if isinstance(revision, RevisionSnapshot) else take_snapshot(revision)
