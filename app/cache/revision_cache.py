"""Caches of results for a revision: by its version, or, if they take long to compute, until its weights or images change."""

from collections.abc import Callable

from aae_core.data import sets
from aae_core.store.revisions import Revision
from aae_core.store.status import BUSY
from app.cache import lru
from app.cache.lru import KeyedLocks, LRUCache
from app.cache.revision_view import RevisionView


def revision_version_key(revision: RevisionView, *extra) -> tuple:
    """The cache key of a result that depends on the revision's weights and status; extra: further, hashable arguments."""
    return revision.cache_key, *extra


def codes_key(revision: RevisionView, codes, *extra) -> tuple:
    """The cache key of a result that depends on the codes that a page shows of the revision."""
    return codes.cache_key, *extra


def cache_by_revision(key: Callable = revision_version_key, max_entries: int = 16, copies: bool = False) -> Callable:
    """A decorator that caches the latest results of function(revision, …) by the revision's id and key(revision, …).

    max_entries, copies: as in `lru.cache_results`.
    """
    return lru.cache_results(max_entries, lambda revision, *args: (revision.id, key(revision, *args)), copies)


def read_consistently(revision: Revision, read: Callable) -> tuple:
    """The result of `read()`, and the revision's `codes_cache_key`, which did not change meanwhile."""
    while True:
        codes_cache_key = revision.codes_cache_key
        value = read()
        if revision.codes_cache_key == codes_cache_key:
            return value, codes_cache_key


class RevisionResultCache:
    """A cache of results computed from revisions and their images.

    A result is valid as long as the images and weights are unchanged; while the revision is queued or training, new
    weights do not invalidate it. The `cache_key` of each result ends in the revision's `codes_cache_key` and the
    images' stamp. limit, weight_of: as in `LRUCache`. subkey(revision): a further part of the key, where one revision
    has several results.
    """

    def __init__(self, limit: int, weight_of: Callable = lambda value: 1, subkey: Callable = lambda revision: ""):
        self.lru, self.subkey = LRUCache(limit, weight_of), subkey
        self._computing = KeyedLocks()

    def _key(self, revision: RevisionView):
        return revision.path, self.subkey(revision)

    def find(self, revision: RevisionView):
        """The valid result; None if there is none."""
        result = self.lru.find(self._key(revision))
        if result is None or result.cache_key[-1] != sets.files_cache_key(revision.data.name):
            return None
        return result if result.cache_key[-2] == revision.codes_cache_key or revision.status.state in BUSY else None

    def is_from_earlier_checkpoint(self, revision: RevisionView) -> bool:
        """Whether the valid result was computed from an earlier checkpoint of a revision that is queued or training."""
        result = self.find(revision)
        return result is not None and result.cache_key[-2] != revision.codes_cache_key

    def discard(self, revision: RevisionView) -> None:
        """Drop the result, so that the next `get_or_compute` computes it from the present weights."""
        self.lru.discard(self._key(revision))

    def get_or_compute(self, revision: RevisionView, compute: Callable):
        """The valid result, or else that of compute(); concurrent callers for the same revision wait for it."""
        result = self.find(revision)
        if result is None:
            with self._computing.lock_of(self._key(revision)):
                result = self.find(revision)  # another caller may have computed it meanwhile
                if result is None:
                    result = compute()
                    self.lru.put(self._key(revision), result)
        return result
