"""The first run of a page lets its planes appear before the charts."""

import pytest

pytest.importorskip("streamlit")
from app.session import address
from app.ui import widgets


def test_charts_wait_for_the_planes_until_a_run_of_the_page_has_ended(query, monkeypatch):
    waits = []
    monkeypatch.setattr(widgets, "time", type("clock", (), {"sleep": waits.append}))

    def run(page, broken_off=False):
        waits.clear()
        address.begin_run(page)
        widgets.delay_charts_on_first_run()
        if not broken_off:
            address.write_query()
        return bool(waits)

    assert run("compare", broken_off=True) and run("compare") and not run("compare")
    assert run("explore") and run("compare"), "the browser has turned to another page"
