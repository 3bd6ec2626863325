"""Behind a proxy that removes a prefix every page works by its own addresses; if the proxy replaces Host, the page says so."""

import re

import pytest
from helpers.browser_app import PAGES, expect
from helpers.prefix_proxy import running_prefix_proxy

HAS_PLANE = ("", "compare", "style")


@pytest.fixture
def lab(app, open_tab):
    """(tab, proxy) of a visitor behind a proxy at /lab/."""
    with running_prefix_proxy(app.port) as (proxy, url):
        tab = open_tab(app, None)
        tab.root = url.rstrip("/")
        yield tab, proxy


def test_every_page_loads_its_parts_behind_a_prefix(lab):
    tab, proxy = lab
    failed = []
    tab.page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    for path, title in PAGES.items():
        tab.open(path)
        is_first_visit = path == ""
        expect(tab.heading("Adversarial autoencoder" if is_first_visit else title)).to_be_visible()
        if path in HAS_PLANE:
            tab.page.locator(".lp-surface, .sg-grid").first.wait_for()
        expect(tab.page.locator(".lp-unavailable")).to_have_count(0)
    assert proxy.outside == []
    assert failed == [], "nothing is looked for where it is not"


def test_a_plane_decodes_and_its_link_keeps_the_prefix(lab):
    tab, proxy = lab
    tab.open("?layers=codes")
    tab.shown_code_count()
    before = tab.decoded_image()
    tab.page.locator(".lp-surface").press("ArrowRight")
    tab.wait_for_other_decoded_image(before)
    tab.page.get_by_role("button", name="Copy link").click()
    expect(tab.page.locator(".lb-note")).to_have_text(re.compile("copied|select"))
    link = tab.page.evaluate("() => navigator.clipboard.readText()")
    assert link.startswith(f"{tab.root}/?")
    tab.turn_to("Compare")
    assert tab.page.url.startswith(f"{tab.root}/compare")
    tab.shown_code_count()
    assert proxy.outside == []


def test_addresses_that_people_type_lead_to_the_page_behind_the_prefix(lab):
    tab, proxy = lab
    for typed, path in (("explore", "/"), ("compare/", "/compare"), ("explore/", "/")):
        tab.open(typed)
        tab.shown_code_count()
        assert tab.page.url.partition("?")[0] == tab.root + path
    assert proxy.outside == []


def test_a_page_that_a_proxy_cuts_off_says_what_to_set(app, chromium):
    with running_prefix_proxy(app.port, keeps_host=False) as (_, url):
        page = chromium.new_page()
        page.goto(url)
        note = page.locator("body > [role=alert]")
        note.wait_for()
        origin = url.removesuffix("/lab/")
        message = note.inner_text()
        assert f"“{origin.removeprefix('http://')}”" in message and f"“127.0.0.1:{app.port}”" in message
        assert (
            f"--server.corsAllowedOrigins {origin}." in message and "Let the proxy pass on the header Host" in message
        )
        page.close()
