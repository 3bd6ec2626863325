"""Downloads that are made when they are pressed: in the language of the page, though by a thread of the server."""

import threading
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
import streamlit as st

from app.course import document
from app.course.contents import load_course
from app.translation.languages import current_language, use_language
from app.ui.deferred_downloads import render_download_button

APP = Path(__file__).parents[3] / "app"


def press(monkeypatch, language, make_content):
    """The content of a download on a page in this language, as another thread makes it."""
    content_makers, contents = [], []
    monkeypatch.setattr(st, "download_button", lambda label, data, *args, **options: content_makers.append(data))
    with use_language(language):
        render_download_button("Handout", make_content, "a.html")
    thread = threading.Thread(target=lambda: contents.append(content_makers[0]()))
    thread.start()
    thread.join()
    return contents[0]


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_a_download_is_in_the_language_of_the_page_that_offered_it(monkeypatch, language):
    assert press(monkeypatch, language, current_language) == language


def test_the_handout_of_the_course_is_in_one_language(monkeypatch):
    with use_language("ko"):
        course = load_course()
        expected = document.course_document(course, True)
    assert press(monkeypatch, "ko", lambda: document.course_document(course, True)) == expected
    assert document.course_document(course, True) != expected, "its headings would be in English"


def test_each_deferred_download_is_drawn_by_the_one_function():
    callers = [path.name for path in APP.rglob("*.py") if "st.download_button(" in path.read_text(encoding="utf-8")]
    assert callers == ["deferred_downloads.py"]
