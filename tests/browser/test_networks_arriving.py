"""The networks in the page are fetched once; if they arrive incomplete, the server decodes."""

import re

from helpers import browser_app
from helpers.browser_app import expect

from aae_core.store.revisions import Store
from app.server import assets


def shipped_revision_and_url(variant):
    """A shipped revision on MNIST, and the address of its decoder's weights."""
    revision = Store("no revisions of one's own").open(browser_app.shipped_revision_id(variant))
    return revision, assets.page_networks(revision.model()).decoder.file.url.removeprefix(".")


def drag(tab):
    box = tab.page.locator(".lp-surface").first.bounding_box()
    tab.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"], steps=3)


def test_with_incomplete_weights_the_server_decodes_and_a_message_says_so(app, open_tab):
    revision, url = shipped_revision_and_url("aae")
    tab = open_tab(app, None)
    tab.page.route(f"**{url}", lambda route: route.fulfill(body=b"\0" * 1000))
    tab.open(f"?revision={revision.id}")
    expect(tab.page.locator(".lp-notes")).to_contain_text(
        re.compile(r"incomplete: 1000 of \d{6,} bytes\. The server decodes")
    )
    expect(tab.page.locator(".lp-panel .lp-way")).to_contain_text("server")
    before = tab.decoded_image()
    drag(tab)
    tab.wait_for_other_decoded_image(before)
    tab.page.mouse.up()
    tab.settle()


def test_weights_are_fetched_once_for_pages_and_revisions(app, open_tab):
    (aae, aae_url), (supervised, supervised_url) = (
        shipped_revision_and_url("aae"),
        shipped_revision_and_url("supervised"),
    )
    tab = open_tab(app, None)
    urls = []
    tab.page.on("request", lambda request: urls.append(request.url.removeprefix(tab.root)))
    for navigate, revision in ((tab.open, aae), (tab.follow, supervised), (tab.follow, aae), (tab.open, supervised)):
        navigate(f"?revision={revision.id}")
        expect(tab.page.locator(".lp-panel .lp-way")).to_contain_text("in this page")
    size_code = (
        "url => performance.getEntriesByType('resource').filter(e => e.name.endsWith(url)).map(e => e.transferSize)"
    )
    # each `open` loads a new page, which asks the browser's cache; `follow` stays in one page, which has the weights
    assert urls.count(aae_url) == 1 and urls.count(supervised_url) == 2
    assert tab.page.evaluate(size_code, supervised_url) == [0]
