"""The page of the aggregated posterior without a browser."""

import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.app_pages import query_settings, send_message, sent_header

from app.cache import revision_data


@pytest.fixture(autouse=True)
def skip_background_imports(monkeypatch):
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)


def open_aggregate_page(**query):
    return app_pages.assert_no_exception(app_pages.run_page("aggregate", **query))


def test_a_link_says_how_the_ellipses_are_arranged():
    app = open_aggregate_page(**{"aggregate.width": "0.5", "aggregate.images": "3"})
    assert app.title[0].value == "The aggregated posterior" and not app.toast
    assert sent_header(app, 0)["arrangement"] == {"width": 0.5, "spread": 1, "images": 3}


def test_nonsense_in_a_link_is_left_out_with_a_word():
    app = open_aggregate_page(**{"aggregate.width": "0.3", "aggregate.images": "2.5"})
    assert sent_header(app, 0)["arrangement"] == {"width": 0.3, "spread": 1, "images": 1}
    assert "aggregate.images" in app.toast[0].value


def test_what_the_user_arranges_is_kept_in_the_link():
    app = send_message(open_aggregate_page(), arrangement={"width": 0.25, "spread": 1, "images": 2})
    assert query_settings(app) == {"aggregate.width": "0.25", "aggregate.images": "2"}
    assert sent_header(app, 0)["arrangement"] == {"width": 0.25, "spread": 1, "images": 2}
