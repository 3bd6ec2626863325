"""Who a visitor is: by the cookie that the server gave, by the teacher's link, by sign-in."""

import json
import threading
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages, visitor_sessions
from helpers.visitor_sessions import ANN, BOB
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from aae_core.errors import RevisionError
from aae_core.store.revisions import Store
from app.visitors import classroom, identity

SUBJECT = {"iss": "https://school.example", "sub": "17"}


@pytest.fixture
def visit(monkeypatch):
    return visitor_sessions.share_server(monkeypatch)


@pytest.fixture
def sign_in(monkeypatch, visit):
    """sign_in(email=…) is what the provider says of the visitor; by nothing she has not signed in."""
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])
    user = SimpleNamespace(is_logged_in=False, to_dict=lambda: dict(user.claims))
    monkeypatch.setattr(st, "user", user)

    def sign_in_(**claims):
        user.is_logged_in, user.claims = bool(claims), SUBJECT | claims

    return sign_in_


def test_where_nobody_shares_everybody_is_alone(monkeypatch):
    monkeypatch.delenv("AAE_SHARED", raising=False)
    monkeypatch.setattr(identity, "page_cookies", lambda: pytest.fail("no cookie is looked at"))
    assert identity.current_visitor() == identity.ONLY_VISITOR


def test_a_cookie_tells_one_visitor_from_others_again_and_again(visit):
    id_by_key = {}
    for key in (ANN, BOB, None, "short", ANN + "x", "ä" * 43, "a" * 42 + ";"):
        visit(key)
        assert identity.current_visitor() == identity.current_visitor()
        id_by_key[key] = identity.current_visitor().id
    assert len({id_by_key[ANN], id_by_key[BOB]}) == 2 and [key for key in id_by_key if id_by_key[key]] == [ANN, BOB]
    assert not any(identity.current_visitor().is_teacher for key in id_by_key if visit(key) is None)


def test_another_store_knows_the_same_cookie_by_another_hash(visit, monkeypatch, tmp_path):
    visit(ANN)
    first_id = identity.current_visitor().id
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "other"))
    assert identity.current_visitor().id not in (first_id, None)


def test_the_teachers_secret_alone_makes_a_teacher(visit, monkeypatch):
    visit(ANN, teacher=True)
    assert identity.current_visitor().is_teacher and identity.current_visitor().id == visitor_sessions.owner(ANN).id
    for secret in ("", ANN, "ä", classroom.load_keys(Store().root).salt):
        monkeypatch.setattr(identity, "page_cookies", lambda secret=secret: {identity.TEACHER_COOKIE: secret})
        assert not identity.current_visitor().is_teacher


def test_keys_that_cannot_be_read_give_nobody_any_right(visit):
    visit(ANN, teacher=True)
    (Store().root / classroom.CLASS_FOLDER / classroom.KEYS_FILE).write_text("{}")
    assert identity.current_visitor() == identity.STRANGER
    with pytest.raises(RevisionError, match="missing required field salt"):
        classroom.load_keys(Store().root)


def test_servers_that_begin_at_once_make_the_same_keys(tmp_path):
    calls = []
    threads = [threading.Thread(target=lambda: calls.append(classroom.load_keys(tmp_path / "store"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 8 and len(set(calls)) == 1


def test_who_signs_in_is_known_by_the_account_and_not_by_the_browser(visit, sign_in):
    visit(ANN)
    sign_in()
    assert identity.current_visitor() == identity.STRANGER and identity.is_sign_in_required()
    sign_in(email="ann@school.example")
    ann = identity.current_visitor()
    visit(BOB)
    assert identity.current_visitor() == ann and ann.id and not ann.is_teacher
    sign_in(sub="18")
    assert identity.current_visitor().id not in (ann.id, None)


def test_a_page_asks_to_sign_in_first_and_then_offers_the_way_out(sign_in, no_gallery):
    sign_in()
    app = app_pages.assert_no_exception(app_pages.run_page("train"))
    assert [button.key for button in app.button] == ["people.None"] and not app.selectbox
    sign_in(email="ann@school.example")
    app = app_pages.assert_no_exception(app_pages.run_page("train"))
    assert "people.out" in [button.key for button in app.button] and app.selectbox


@pytest.mark.parametrize(
    "claims, is_teacher",
    [
        ({"email": "t@school.example", "email_verified": True}, True),
        ({"email": "t@school.example", "email_verified": False}, False),
        ({"email": "t@school.example"}, False),
        ({"sub": "18"}, True),
        ({"sub": "18", "iss": "https://other.example"}, False),
        ({}, False),
    ],
)
def test_a_teacher_signs_in_as_somebody_whom_the_limits_name(visit, sign_in, monkeypatch, tmp_path, claims, is_teacher):
    file = tmp_path / "class.toml"
    file.write_text('teachers = ["t@school.example", "https://school.example 18"]')
    monkeypatch.setenv("AAE_SHARED", str(file))
    sign_in(name="T", **claims)
    assert identity.current_visitor().is_teacher == is_teacher


def test_a_route_believes_only_a_cookie_that_streamlit_has_signed(monkeypatch):
    def signed_cookie(secret, claims):
        return {"_streamlit_user": create_signed_value(secret, "_streamlit_user", json.dumps(claims)).decode()}

    secret = get_cookie_secret()
    assert identity.has_signed_in(signed_cookie(secret, {"is_logged_in": True, **SUBJECT}))
    assert not identity.has_signed_in(signed_cookie("another" * 8, {"is_logged_in": True, **SUBJECT}))
    assert not identity.has_signed_in(signed_cookie(secret, {"is_logged_in": False}))
    for cookies in ({}, {"_streamlit_user": json.dumps({"is_logged_in": True})}, signed_cookie(secret, [1])):
        assert not identity.has_signed_in(cookies)


@pytest.mark.parametrize(
    "section, provider_names",
    [({}, []), ({"client_id": "x"}, [None]), ({"redirect_uri": "x", "lab": {"client_id": "x"}, "x": {}}, ["lab"])],
)
def test_with_whom_one_can_sign_in_stands_in_the_secrets_of_streamlit(monkeypatch, section, provider_names):
    identity.sign_in_providers.cache_clear()
    monkeypatch.setattr("streamlit.auth_util.get_secrets_auth_section", lambda: section)
    assert identity.sign_in_providers() == provider_names
    identity.sign_in_providers.cache_clear()
