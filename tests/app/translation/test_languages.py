"""Languages: which one a visitor reads."""

import threading

import pytest

from app.translation import languages


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ko-KR", "ko"), ("ko", "ko"), ("zh-CN", "zh"), ("zh-Hans-SG", "zh"), ("zh-Hans-HK", "zh"), ("zh", "zh"), ("zh_CN", "zh"),
        ("zh-TW", "en"), ("zh-Hant-HK", "en"), ("en-GB", "en"), ("de-DE", "en"), ("", "en"), (None, "en"),
    ],
)  # fmt: skip
def test_a_locale_has_a_language(locale, language):
    assert languages.match_language(locale) == language


def test_a_language_holds_within_its_block():
    with languages.use_language("ko"):
        with languages.use_language("zh"):
            assert languages.current_language() == "zh"
        assert languages.current_language() == "ko"
    assert languages.current_language() == "en"


def test_a_language_of_one_thread_is_not_that_of_another():
    read = []
    with languages.use_language("ko"):
        thread = threading.Thread(target=lambda: read.append(languages.current_language()))
        thread.start()
        thread.join()
    assert read == ["en"]


def test_a_thread_without_a_language_has_that_of_its_session(monkeypatch):
    monkeypatch.setattr(languages, "_read_session_language", lambda: None)
    assert languages.current_language() == "en"
    for language in ("ko", "zh"):
        languages.register_session_language(lambda language=language: language)
        assert languages.current_language() == language, "the last one that was registered counts"


def test_an_unknown_language_is_an_error():
    with pytest.raises(ValueError, match="'xx' is not one of en, ko, zh"):
        languages.set_language("xx")
