"""Who may open how many pages of a shared server."""

import json

import pytest

pytest.importorskip("streamlit")
from helpers import visitor_sessions
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from aae_core.store.revisions import Store
from app.server.open_pages import Opener, OpenPages, identify_opener
from app.visitors import classroom, identity

NOBODY = Opener("", is_anonymous=True, is_teacher=False)
TEACHER = Opener("t" * 43, is_anonymous=False, is_teacher=True)


def visitor(number):
    return Opener(f"{number:043d}", is_anonymous=False, is_teacher=False)


def open_as_many(pages, openers):
    """Open a page for each in turn, as long as she may; how many were opened."""
    count = 0
    for opener in openers:
        if not pages.is_full(opener):
            pages.open(opener)
            count += 1
    return count


def test_bare_connections_leave_places_for_visitors_and_the_teacher():
    pages = OpenPages(per_visitor=8, total=100, teacher_places=4)
    assert open_as_many(pages, [NOBODY] * 300) == 50
    assert open_as_many(pages, map(visitor, range(300))) == 50
    assert pages.is_full(NOBODY) and pages.is_full(visitor(300))
    assert open_as_many(pages, [TEACHER] * 300) == 4
    pages.close(NOBODY)
    assert not pages.is_full(NOBODY), "the teacher's pages take nobody's place"


def test_surplus_pages_of_teachers_take_visitors_places():
    pages = OpenPages(per_visitor=100, total=10, teacher_places=4)
    assert open_as_many(pages, [TEACHER] * 6) == 6
    assert open_as_many(pages, map(visitor, range(30))) == 8


def test_a_visitor_has_her_own_bound_and_a_closed_page_makes_room():
    pages = OpenPages(per_visitor=3, total=100, teacher_places=4)
    assert open_as_many(pages, [visitor(1)] * 5 + [visitor(2)] * 5 + [TEACHER] * 5) == 9
    pages.close(visitor(1))
    assert not pages.is_full(visitor(1)) and pages.is_full(visitor(2))
    assert pages.has_pages(visitor(1)) and not pages.has_pages(NOBODY)
    for opener in [visitor(1)] * 2 + [visitor(2)] * 3 + [TEACHER] * 3:
        pages.close(opener)
    assert not pages.pages and pages.anonymous_count == pages.teacher_count == 0, "nothing is kept of who has left"


def test_with_a_single_place_a_bare_connection_may_take_it():
    assert open_as_many(OpenPages(per_visitor=8, total=1, teacher_places=0), [NOBODY] * 3) == 1


def test_who_opens_a_page_is_known_by_the_cookies(monkeypatch):
    visitor_sessions.share_server(monkeypatch)
    secret = classroom.load_keys(Store().root).teacher
    assert identify_opener({}) == identify_opener({identity.VISITOR_COOKIE: "made up"}) == NOBODY
    assert identify_opener({identity.VISITOR_COOKIE: visitor_sessions.ANN}) == Opener(
        visitor_sessions.ANN, False, False
    )
    assert identify_opener({identity.TEACHER_COOKIE: secret}) == Opener("", False, True)
    assert identify_opener({identity.VISITOR_COOKIE: visitor_sessions.ANN, identity.TEACHER_COOKIE: secret}) == Opener(
        visitor_sessions.ANN, False, True
    )
    assert identify_opener({identity.TEACHER_COOKIE: "x"}) == NOBODY


def test_where_sign_in_is_configured_a_cookie_is_not_enough(monkeypatch, tmp_path):
    visitor_sessions.share_server(monkeypatch)
    file = tmp_path / "class.toml"
    file.write_text('teachers = ["t@school.example"]')
    monkeypatch.setenv("AAE_SHARED", str(file))
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])

    def signed_in(**claims):
        text = json.dumps({"is_logged_in": True, "iss": "https://school.example", "sub": "17", **claims})
        signed_text = create_signed_value(get_cookie_secret(), "_streamlit_user", text).decode()
        return {identity.VISITOR_COOKIE: visitor_sessions.ANN, "_streamlit_user": signed_text}

    assert identify_opener({identity.VISITOR_COOKIE: visitor_sessions.ANN}) == Opener(visitor_sessions.ANN, True, False)
    assert identify_opener(signed_in()) == Opener(visitor_sessions.ANN, False, False)
    assert identify_opener(signed_in(email="t@school.example")) == Opener(visitor_sessions.ANN, False, False)
    teacher = signed_in(email="t@school.example", email_verified=True)
    assert identify_opener(teacher) == Opener(visitor_sessions.ANN, False, True)
    forged_cookies = {**teacher, "_streamlit_user": teacher["_streamlit_user"][:-4] + "AAAA"}
    assert identify_opener(forged_cookies) == Opener(visitor_sessions.ANN, True, False)


@pytest.mark.parametrize("text", ["{}", "no JSON"])
def test_keys_that_cannot_be_read_make_no_teacher(monkeypatch, text):
    visitor_sessions.share_server(monkeypatch)
    secret = classroom.load_keys(Store().root).teacher
    (Store().root / classroom.CLASS_FOLDER / classroom.KEYS_FILE).write_text(text)
    assert not identity.is_teacher_by_cookies({identity.TEACHER_COOKIE: secret})
