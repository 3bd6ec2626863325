"""What a function of a revision gives is kept by the revision's version, by itself, and by its further arguments."""

from types import SimpleNamespace

from aae_core.data import sets
from app.cache.revision_cache import RevisionResultCache, cache_by_revision, codes_key


def revision_of(version, id_="a"):
    return SimpleNamespace(id=id_, cache_key=version)


def cached_function(**options):
    calls = []

    @cache_by_revision(**options)
    def function(revision, number=0):
        calls.append((revision.id, revision.cache_key, number))
        return [number]

    return function, calls


def test_a_result_stays_until_the_version_changes():
    function, calls = cached_function()
    first = function(revision_of(1), 5)
    assert function(revision_of(1), 5) is first
    for revision, number in ((revision_of(1), 6), (revision_of(2), 5), (revision_of(1, "b"), 5), (revision_of(1), 5)):
        function(revision, number)
    assert calls == [("a", 1, 5), ("a", 1, 6), ("a", 2, 5), ("b", 1, 5)]


def test_functions_made_alike_keep_their_own_results():
    first_function, second_function = cached_function()[0], cached_function()[0]
    assert first_function(revision_of(1)) is first_function(revision_of(1)) is not second_function(revision_of(1))


def test_what_follows_from_codes_is_kept_by_their_key_alone():
    @cache_by_revision(codes_key)
    def function(revision, codes):
        return codes.z

    z = function(revision_of(1), SimpleNamespace(cache_key=("probe", 1), z=object()))
    assert function(revision_of(2), SimpleNamespace(cache_key=("probe", 1), z=object())) is z
    assert function(revision_of(2), SimpleNamespace(cache_key=("probe", 2), z=object())) is not z


def test_a_result_that_callers_may_change_is_given_as_a_copy():
    function, calls = cached_function(copies=True)
    function(revision_of(1)).append("changed")
    assert function(revision_of(1)) == [0] and len(calls) == 1


def test_no_lock_is_kept_of_a_result_that_was_computed(monkeypatch):
    monkeypatch.setattr(sets, "files_cache_key", lambda name: "files")
    revision = SimpleNamespace(
        path="a", codes_cache_key=1, data=SimpleNamespace(name="x"), status=SimpleNamespace(state="done")
    )
    results = RevisionResultCache(2)
    computed = SimpleNamespace(cache_key=(1, "files"))
    assert results.get_or_compute(revision, lambda: computed) is computed
    assert results.get_or_compute(revision, lambda: None) is computed and not len(results._computing._locks)
