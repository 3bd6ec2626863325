"""What a function of a revision gives is kept by the revision's version, by itself, and by its further arguments."""

from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from streamlit.runtime.caching import get_resource_cache_stats_provider

from app.cache.revision_cache import cache_by_revision, codes_key


@pytest.fixture(autouse=True)
def nothing_kept():
    st.cache_resource.clear()
    st.cache_data.clear()


def revision_of(version, id_="a"):
    return SimpleNamespace(id=id_, cache_key=version)


def counted(**options):
    calls = []

    @cache_by_revision(**options)
    def function(revision, number=0):
        calls.append((revision.id, revision.cache_key, number))
        return [number]

    return function, calls


def test_a_result_stays_until_the_version_changes():
    function, calls = counted()
    first = function(revision_of(1), 5)
    assert function(revision_of(1), 5) is first
    for revision, number in ((revision_of(1), 6), (revision_of(2), 5), (revision_of(1, "b"), 5), (revision_of(1), 5)):
        function(revision, number)
    assert calls == [("a", 1, 5), ("a", 1, 6), ("a", 2, 5), ("b", 1, 5)]


def test_functions_made_alike_keep_their_own_results():
    @cache_by_revision()
    def one(revision):
        return "one"

    @cache_by_revision()
    def other(revision):
        return "other"

    assert [one(revision_of(1)), other(revision_of(1)), one(revision_of(1))] == ["one", "other", "one"]


def test_functions_of_two_pages_that_differ_in_their_file_alone_keep_their_own_results():
    found = []
    for page in ("one", "other"):
        known = {"kept": cache_by_revision, "told": lambda page=page: page, "__name__": "__main__"}
        text = "@kept()\ndef function(revision):\n    return told()"
        exec(compile(text, f"{page}.py", "exec"), known)
        found.append(known["function"](revision_of(1)))
    assert found == ["one", "other"]


def test_what_streamlit_publishes_of_what_is_kept_names_no_folder():
    function, _ = counted()
    function(revision_of(1))
    names = [each.cache_name for family in get_resource_cache_stats_provider().get_stats().values() for each in family]
    (name,) = [name for name in names if "counted" in name]
    assert __name__ in name and str(Path(__file__).parent) not in name


def test_what_follows_from_codes_is_kept_by_their_moment_alone():
    @cache_by_revision(codes_key)
    def function(revision, codes):
        return codes.z

    z = function(revision_of(1), SimpleNamespace(at=("probe", 1), z=object()))
    assert function(revision_of(2), SimpleNamespace(at=("probe", 1), z=object())) is z
    assert function(revision_of(2), SimpleNamespace(at=("probe", 2), z=object())) is not z


def test_a_result_that_callers_may_change_is_given_as_a_copy():
    function, calls = counted(cache=st.cache_data)
    function(revision_of(1)).append("changed")
    assert function(revision_of(1)) == [0] and len(calls) == 1
