"""In which language the server answers where no page runs."""

import pytest

pytest.importorskip("streamlit")
from starlette.requests import HTTPConnection

from app.server import request_language


def connection(query="", **headers):
    raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "path": "/", "query_string": query.encode(), "headers": raw_headers})


def test_a_document_comes_in_the_link_s_language_or_the_browser_s():
    document = {"accept": "text/html", "accept-language": "ko-KR,en;q=0.8"}
    assert request_language.answer_language(connection(**document)) == "ko"
    assert request_language.answer_language(connection("lang=zh&z=0,1", **document)) == "zh"
    assert request_language.answer_language(connection("lang=xx", **document)) == "ko"
    assert request_language.answer_language(connection("lang=zh&lang=en", **document)) == "ko", (
        "ignored by the page, too"
    )
    from_a_page = {**document, "referer": "https://lab.example/style?lang=zh"}
    assert request_language.answer_language(connection(**from_a_page)) == "ko", "a new page has the browser's language"


def test_what_a_page_asks_for_comes_in_the_page_s_language():
    page = "http://127.0.0.1:8501/style?z=0,1&lang=zh#top"
    assert request_language.answer_language(connection(referer=page)) == "zh"
    headers = {"referer": "http://127.0.0.1:8501/", "accept-language": "ko"}
    assert request_language.answer_language(connection(**headers)) == "ko"


@pytest.mark.parametrize(
    "referer", ["", "?", "http://[::1", "?lang=", "?lang=xx", "?" + "&".join("a=1" for _ in range(2000))]
)
def test_any_header_is_answered(referer):
    assert request_language.answer_language(connection(referer=referer)) == "en"
