"""Who the present visitor is, on a server that a class shares (`--shared`, AAE_SHARED).

A browser is recognised by a cookie from the server: 256 random bits that no script can read, and that a request from
another site's page carries only if it follows a link to here. Where sign-in is configured in Streamlit (`[auth]` in its
secrets), the account counts instead. Only a keyed hash of either is stored.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import streamlit as st

from aae_core import places
from aae_core.errors import AAEError
from aae_core.runs import limits
from app.visitors import classroom

VISITOR_COOKIE, TEACHER_COOKIE = "aae_visitor", "aae_teacher"  # cookies
COOKIE_SECONDS = 180 * 86_400  # seconds for which the browser keeps them
KEY_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """id: the hash of her identity; None if she cannot be told from others, or if the server is not shared."""

    id: str | None
    is_teacher: bool


ONLY_VISITOR, STRANGER = Visitor(None, True), Visitor(None, False)


def current_visitor() -> Visitor:
    """The visitor whose page is being drawn or whose click is being answered."""
    try:
        shared_limits = limits.shared_server_limits()
        return ONLY_VISITOR if shared_limits is None else _identify_visitor(shared_limits, page_cookies())
    except (
        AAEError
    ):  # unreadable limits or keys give nobody any right; `sharing.print_teacher_link` has reported them at the start
        return STRANGER


def is_shared() -> bool:
    """Whether visitors share the server; also true if the limits cannot be read."""
    try:
        return limits.shared_server_limits() is not None
    except AAEError:
        return True


def page_cookies() -> Mapping[str, str]:
    """The cookies that the browser sent when it opened the page's connection."""
    return st.context.cookies


def visitor_key(cookies: Mapping[str, str]) -> str:
    """The visitor's identity among the cookies of a request or of a page's connection; "" if there is no valid one."""
    key = cookies.get(VISITOR_COOKIE, "")
    return key if KEY_PATTERN.fullmatch(key) else ""


def _identify_visitor(shared_limits, cookies):
    root, key, claims = places.checkpoints_folder(), visitor_key(cookies), current_claims()
    is_teacher = classroom.is_teacher_key(root, cookies.get(TEACHER_COOKIE, "")) or bool(
        _teacher_names(claims) & set(shared_limits.teachers)
    )
    identity_name = None
    if claims:
        identity_name = _format_account_key(claims)
    elif key and not is_sign_in_required():
        identity_name = key
    if identity_name is None:
        return Visitor(None, is_teacher)
    return Visitor(classroom.hash_identity(root, identity_name), is_teacher)


# Sign-in ----------------------------------------------------------------------------------------------------------------


def is_sign_in_required() -> bool:
    """Whether visitors sign in: the server is shared, and Streamlit's own sign-in is configured."""
    return is_shared() and bool(sign_in_providers())


@cache
def sign_in_providers() -> list[str | None]:
    """The names of the sign-in providers, as `st.login` takes them; [None] for a single one without a name. They are
    read once per process."""
    from streamlit.auth_util import get_secrets_auth_section

    section = get_secrets_auth_section()
    if "client_id" in section:
        return [None]
    return [name for name, value in section.items() if isinstance(value, Mapping) and "client_id" in value]


def current_claims() -> dict:
    """The provider's claims about the visitor; empty if she has not signed in."""
    return st.user.to_dict() if is_sign_in_required() and st.user.is_logged_in else {}


def _teacher_names(claims):
    """The names by which the limits may list a signed-in teacher: the e-mail address, if the provider has verified it,
    and "issuer subject". Anybody may have typed an unverified address."""
    address = claims.get("email") if claims.get("email_verified") in (True, "true") else None
    subject = f"{claims['iss']} {claims['sub']}" if {"iss", "sub"} <= claims.keys() else None
    return {address, subject} - {None}


def _format_account_key(claims) -> str:
    """An account's name among those of all providers."""
    return json.dumps([claims.get("iss"), claims.get("sub")])


def account_key(cookies: Mapping[str, str]) -> str:
    """The account to which the cookies of a page's connection belong, the same in all browsers; "" if nobody has signed
    in."""
    claims = _read_signed_claims(cookies)
    return _format_account_key(claims) if claims else ""


def has_signed_in(cookies: Mapping[str, str]) -> bool:
    """Whether the cookies of a request, or of a page's connection, belong to somebody who has signed in. `guard`
    refuses requests from other sites' pages."""
    return bool(_read_signed_claims(cookies))


def is_teacher_by_cookies(cookies: Mapping[str, str]) -> bool:
    """Whether the cookies of a request, or of a page's connection, belong to a teacher: by the secret link, or by
    signing in."""
    try:
        if TEACHER_COOKIE in cookies and classroom.is_teacher_key(places.checkpoints_folder(), cookies[TEACHER_COOKIE]):
            return True
        shared_limits = limits.shared_server_limits()
        if shared_limits is None or not shared_limits.teachers or not is_sign_in_required():
            return False
        return bool(_teacher_names(_read_signed_claims(cookies)) & set(shared_limits.teachers))
    except AAEError:  # as in `current_visitor`
        return False


def _read_signed_claims(cookies):
    """The provider's claims in a cookie that Streamlit has signed; empty if nobody has signed in."""
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    try:
        claims = json.loads(_get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    is_signed_in = isinstance(claims, dict) and claims.get("is_logged_in") is True
    return claims if is_signed_in else {}


# Cookies ----------------------------------------------------------------------------------------------------------------


def format_cookie(name: str, value: str, is_secure: bool, max_age: int = COOKIE_SECONDS) -> str:
    """A Set-Cookie header. No script can read the cookie, and a request from another site carries it only if it follows
    a link to this one.

    It has no Path, so the browser sends the cookie to the folder of the URL that gave it, which for a page is the base
    of all pages: only the browser knows that folder if a proxy removes a prefix, and other programs of the same host
    get no cookie.
    """
    secure_attribute = "; Secure" if is_secure else ""
    return f"{name}={value}; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure_attribute}"
