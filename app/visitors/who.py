"""Who the present visitor is, on a server that a class shares (`--shared`, AAE_SHARED).

A browser is known by a cookie that the server gave it, 256 random bits that scripts cannot read and other sites' pages cannot
send, or, where sign-in is configured for Streamlit (`[auth]` in its secrets), by the account. Of neither more than a keyed hash
is kept.
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
LASTING = 180 * 86_400  # seconds that the browser keeps them
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """id: the hash of who she is, None where nothing tells her from others, or where nobody shares the server."""

    id: str | None
    is_teacher: bool


ALONE, STRANGER = Visitor(None, True), Visitor(None, False)


def present() -> Visitor:
    """The visitor whose page is drawn, or whose click is answered."""
    try:
        rules = limits.shared()
        return ALONE if rules is None else _known(rules, cookies())
    except AAEError:  # what cannot be read gives nobody any right; the start has told why
        return STRANGER


def is_shared() -> bool:
    """Whether visitors share the server; so, too, where the limits cannot be read."""
    try:
        return limits.shared() is not None
    except AAEError:
        return True


def cookies() -> Mapping[str, str]:
    """Those that the browser sent as it opened the page's connection."""
    return st.context.cookies


def _known(rules, given):
    root, key, account = places.checkpoints(), given.get(VISITOR, ""), signed_in()
    teacher = classroom.is_teacher(root, given.get(TEACHER, "")) or bool(_names(account) & set(rules.teachers))
    if account:
        name = json.dumps([account.get("iss"), account.get("sub")])
    else:
        name = key if KEY.fullmatch(key) and not asks_for_sign_in() else None
    return Visitor(name and classroom.hashed(root, name), teacher)


# Sign-in ----------------------------------------------------------------------------------------------------------------


def asks_for_sign_in() -> bool:
    """Whether visitors sign in: the server is shared, and Streamlit's own sign-in is configured."""
    return is_shared() and bool(providers())


@cache
def providers() -> list[str | None]:
    """The names of those with whom one can sign in, as `st.login` takes them; None: the only one, which has no name. They hold
    from the start."""
    from streamlit.auth_util import get_secrets_auth_section

    section = get_secrets_auth_section()
    if "client_id" in section:
        return [None]
    return [name for name, value in section.items() if isinstance(value, Mapping) and "client_id" in value]


def signed_in() -> dict:
    """What the provider says of the visitor; empty where she has not signed in."""
    return st.user.to_dict() if asks_for_sign_in() and st.user.is_logged_in else {}


def _names(account):
    """By what the limits may name who has signed in: the address, if the provider vouches for it, and provider and subject. An
    address of which nothing is said may be one that she wrote there herself."""
    address = account.get("email") if account.get("email_verified") in (True, "true") else None
    subject = f"{account['iss']} {account['sub']}" if {"iss", "sub"} <= account.keys() else None
    return {address, subject} - {None}


def has_signed_in(given: Mapping[str, str]) -> bool:
    """Whether the cookies of a request to a route are those of somebody who has signed in. Another site's page cannot send them:
    `guard` refuses it."""
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    try:
        found = json.loads(_get_signed_cookie_with_chunks(dict(given), USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("is_logged_in") is True


# Cookies ----------------------------------------------------------------------------------------------------------------


def cookie(name: str, value: str, path: str, secure: bool, lasting: int = LASTING) -> str:
    """The header that gives a browser a cookie: no script reads it, and from other sites' pages only links here bring it."""
    safe = "; Secure" if secure else ""
    return f"{name}={value}; Path={path or '/'}; Max-Age={lasting}; HttpOnly; SameSite=Lax{safe}"
