"""Who the present visitor is, on a server that a class shares (`--shared`, AAE_SHARED).

A browser is recognised by a cookie from the server: 256 random bits that no script can read, and that a request from another
site's page carries only if it follows a link to here. Where sign-in is configured in Streamlit (`[auth]` in its secrets), the
account counts instead. Only a keyed hash of either is stored.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import streamlit as st

from aae_core import places
from aae_core.errors import AAEError
from aae_core.scheduling import limits
from app.visitors import classroom

VISITOR, TEACHER = "aae_visitor", "aae_teacher"  # cookies
LASTING = 180 * 86_400  # seconds for which the browser keeps them
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """id: the hash of her identity; None if she cannot be told from others, or if the server is not shared."""

    id: str | None
    is_teacher: bool


ALONE, STRANGER = Visitor(None, True), Visitor(None, False)


def present() -> Visitor:
    """The visitor whose page is being drawn or whose click is being answered."""
    try:
        rules = limits.shared()
        return ALONE if rules is None else _known(rules, cookies())
    except AAEError:  # unreadable limits or keys give nobody any right; `sharing.begin` has reported them at the start
        return STRANGER


def is_shared() -> bool:
    """Whether visitors share the server; also true if the limits cannot be read."""
    try:
        return limits.shared() is not None
    except AAEError:
        return True


def cookies() -> Mapping[str, str]:
    """The cookies that the browser sent when it opened the page's connection."""
    return st.context.cookies


def visitor_key(given: Mapping[str, str]) -> str:
    """The visitor's identity among the cookies of a request or of a page's connection; "" if there is no valid one."""
    key = given.get(VISITOR, "")
    return key if KEY.fullmatch(key) else ""


def _known(rules, given):
    root, key, account = places.checkpoints(), visitor_key(given), signed_in()
    teacher = classroom.is_teacher(root, given.get(TEACHER, "")) or bool(_names(account) & set(rules.teachers))
    name = None
    if account:
        name = _account_name(account)
    elif key and not asks_for_sign_in():
        name = key
    if name is None:
        return Visitor(None, teacher)
    return Visitor(classroom.hashed(root, name), teacher)


# Sign-in ----------------------------------------------------------------------------------------------------------------


def asks_for_sign_in() -> bool:
    """Whether visitors sign in: the server is shared, and Streamlit's own sign-in is configured."""
    return is_shared() and bool(providers())


@cache
def providers() -> list[str | None]:
    """The names of the sign-in providers, as `st.login` takes them; [None] for a single one without a name. They are read once
    per process."""
    from streamlit.auth_util import get_secrets_auth_section

    section = get_secrets_auth_section()
    if "client_id" in section:
        return [None]
    return [name for name, value in section.items() if isinstance(value, Mapping) and "client_id" in value]


def signed_in() -> dict:
    """The provider's claims about the visitor; empty if she has not signed in."""
    return st.user.to_dict() if asks_for_sign_in() and st.user.is_logged_in else {}


def _names(account):
    """The names by which the limits may list a signed-in teacher: the e-mail address, if the provider has verified it, and
    "issuer subject". Anybody may have typed an unverified address."""
    address = account.get("email") if account.get("email_verified") in (True, "true") else None
    subject = f"{account['iss']} {account['sub']}" if {"iss", "sub"} <= account.keys() else None
    return {address, subject} - {None}


def _account_name(claims):
    """An account's name among those of all providers."""
    return json.dumps([claims.get("iss"), claims.get("sub")])


def account_name(given: Mapping[str, str]) -> str:
    """The account to which the cookies of a page's connection belong, the same in all browsers; "" if nobody has signed in."""
    claims = _signed_claims(given)
    return _account_name(claims) if claims else ""


def has_signed_in(given: Mapping[str, str]) -> bool:
    """Whether the cookies of a request, or of a page's connection, belong to somebody who has signed in. `guard` refuses requests
    from other sites' pages."""
    return bool(_signed_claims(given))


def is_teachers(given: Mapping[str, str]) -> bool:
    """Whether the cookies of a request, or of a page's connection, belong to a teacher: by the secret link, or by signing in."""
    try:
        if TEACHER in given and classroom.is_teacher(places.checkpoints(), given[TEACHER]):
            return True
        rules = limits.shared()
        if rules is None or not rules.teachers or not asks_for_sign_in():
            return False
        return bool(_names(_signed_claims(given)) & set(rules.teachers))
    except AAEError:  # as in `present`
        return False


def _signed_claims(given):
    """The provider's claims in a cookie that Streamlit has signed; empty if nobody has signed in."""
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    try:
        claims = json.loads(_get_signed_cookie_with_chunks(dict(given), USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    is_signed_in = isinstance(claims, dict) and claims.get("is_logged_in") is True
    return claims if is_signed_in else {}


# Cookies ----------------------------------------------------------------------------------------------------------------


def cookie(name: str, value: str, secure: bool, lasting: int = LASTING) -> str:
    """A Set-Cookie header. No script can read the cookie, and a request from another site carries it only if it follows a link
    to this one.

    It has no Path, so the browser sends the cookie to the folder of the URL that gave it, which for a page is the base of all
    pages: only the browser knows that folder if a proxy removes a prefix, and other programs of the same host get no cookie.
    """
    safe = "; Secure" if secure else ""
    return f"{name}={value}; Max-Age={lasting}; HttpOnly; SameSite=Lax{safe}"
