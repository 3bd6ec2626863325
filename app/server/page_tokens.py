"""The tokens by which pages may request computations, and the URLs that contain them.

Each revision shown has a token that nobody can guess; `app.server.requests` answers only requests that carry one."""

import hmac
import secrets

from app.cache import code_sets
from app.cache.lru import LRUCache
from app.cache.revision_view import RevisionView
from app.server import page_urls

SHOWN_REVISIONS = LRUCache(500)  # token -> a revision shown on a page, and the `cache_key` of the codes shown
SECRET = secrets.token_bytes(32)  # the key of the tokens


def register_page_token(revision: RevisionView, codes: code_sets.CodeSet) -> str:
    """The token of a revision with these codes; other codes of it, or later ones, get another token."""
    token = hmac.new(SECRET, repr((revision.path, codes.cache_key)).encode(), "sha256").hexdigest()[:32]
    if SHOWN_REVISIONS.find(token) is None:
        SHOWN_REVISIONS.put(token, (revision.without_cached_results(), codes.cache_key))
    return token


def request_urls(revision: RevisionView, codes: code_sets.CodeSet) -> dict[str, str | None]:
    """The URLs for a page that shows these codes of a revision, by kind of request; None for kinds that do not apply."""
    from app.server.answers import REQUEST_KINDS

    root = page_urls.page_relative_url(f"/live/{register_page_token(revision, codes)}")
    return {name: f"{root}/{name}" if kind.is_available(revision) else None for name, kind in REQUEST_KINDS.items()}
