"""How many pages of a shared server may be open, for each visitor and for all together.

Anybody can open connections, and a cookie costs one request, so visitors without an identity may take only a part of
the places, and some places are kept for the teacher, who must be able to end a lesson in which nobody else gets in.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.visitors import identity

TEACHER_PLACES = 8  # places that only teachers may take
ANONYMOUS_SHARE = 0.5  # of the visitors' places, which those may take who have no cookie or have not signed in


@dataclass(frozen=True)
class Opener:
    """Who opens a page. key: the visitor's cookie, "" without a valid one. is_anonymous: whether she has no cookie or,
    where sign-in is configured, has not signed in."""

    key: str
    is_anonymous: bool
    is_teacher: bool


def identify_opener(cookies: Mapping[str, str]) -> Opener:
    """Who opens a page with these cookies."""
    key = identity.visitor_key(cookies)
    is_teacher = identity.is_teacher_by_cookies(cookies)
    is_known = identity.has_signed_in(cookies) if identity.is_sign_in_required() else bool(key)
    return Opener(key, not is_known and not is_teacher, is_teacher)


class OpenPages:
    """The open pages of a server. per_visitor: pages of one visitor, at most; total: of all visitors together;
    teacher_places: further ones of teachers."""

    def __init__(self, per_visitor: int, total: int, teacher_places: int):
        self.per_visitor, self.total, self.teacher_places = per_visitor, total, teacher_places
        self.anonymous_total = max(1, int(ANONYMOUS_SHARE * total))
        self.pages = Counter()  # visitor's cookie -> her open pages
        self.anonymous_count, self.teacher_count = 0, 0  # open pages of anonymous visitors, and of teachers

    def has_pages(self, opener: Opener) -> bool:
        """Whether the visitor has pages open; False if she has no cookie to know her by."""
        return opener.key != "" and self.pages[opener.key] > 0

    def is_full(self, opener: Opener) -> bool:
        """Whether the visitor may open no further page."""
        if opener.key != "" and self.pages[opener.key] >= self.per_visitor:
            return True
        if opener.is_anonymous and self.anonymous_count >= self.anonymous_total:
            return True
        if opener.is_teacher:
            return self.pages.total() >= self.total + self.teacher_places
        in_teacher_places = min(self.teacher_count, self.teacher_places)
        return self.pages.total() - in_teacher_places >= self.total

    def open(self, opener: Opener) -> None:
        self.pages[opener.key] += 1
        self.anonymous_count += int(opener.is_anonymous)
        self.teacher_count += int(opener.is_teacher)

    def close(self, opener: Opener) -> None:
        self.pages[opener.key] -= 1
        if self.pages[opener.key] == 0:
            del self.pages[opener.key]
        self.anonymous_count -= int(opener.is_anonymous)
        self.teacher_count -= int(opener.is_teacher)
