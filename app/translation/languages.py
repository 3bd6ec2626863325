"""The languages of the app, and the one in which texts are written at the moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SOURCE_LANGUAGE = "en"
LANGUAGE_SETTING = "lang"  # name of the setting in links
LANGUAGES = {"en": "English", "ko": "한국어", "zh": "简体中文"}  # code: the language's name in the language itself
# Parts of locales whose readers the simplified characters do not serve, unless the locale names these
TRADITIONAL_CHINESE, SIMPLIFIED_CHINESE = frozenset({"hant", "tw", "hk", "mo"}), "hans"

_language: ContextVar[str | None] = ContextVar("language", default=None)
_read_session_language: Callable[[], str | None] = lambda: None  # noqa: E731 (`register_session_language` replaces it)


def current_language() -> str:
    """The code in LANGUAGES of the language in which texts are written: the one of `use_language` or `set_language`, otherwise
    the one of the visitor's session, otherwise English."""
    language = _language.get()
    if language is not None:
        return language
    return _read_session_language() or SOURCE_LANGUAGE


def set_language(language: str) -> None:
    """Write texts in this language from now on, in this thread. Raises ValueError if it is not in LANGUAGES."""
    _language.set(_check_language(language))


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Write texts in this language within the block. Raises ValueError if it is not in LANGUAGES."""
    token = _language.set(_check_language(language))
    try:
        yield
    finally:
        _language.reset(token)


def register_session_language(read_session_language: Callable[[], str | None]) -> None:
    """Let a function say in which language the session of the present thread is, where `set_language` has not been called: in
    callbacks and fragments, which run in threads of their own. It returns None outside a session, and takes the place of one
    that was registered before."""
    global _read_session_language
    _read_session_language = read_session_language


def match_language(locale: str | None) -> str:
    """The language in LANGUAGES for a browser's locale, such as "ko-KR"; English if there is none for it."""
    language, *other_parts = (locale or "").lower().replace("_", "-").split("-")
    is_traditional = SIMPLIFIED_CHINESE not in other_parts and not TRADITIONAL_CHINESE.isdisjoint(other_parts)
    if language not in LANGUAGES or (language == "zh" and is_traditional):
        return SOURCE_LANGUAGE
    return language


def _check_language(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"The language {language!r} is not one of {', '.join(LANGUAGES)}.")
    return language
