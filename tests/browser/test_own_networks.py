"""Networks of the user's own in a browser: the server decodes what the page cannot, and the form offers them."""

import pytest
from helpers import browser_app
from helpers.plugin_files import BLOCKS

from aae_core.config.configuration import configure
from aae_core.runs import worker

WIDE_NARROW = next(block for block in BLOCKS if "wide-narrow" in block)
SMALL_SETTINGS = {"data": "digits", "steps": 60, "threads": 1, "network.discriminator": (32,)}


@pytest.fixture
def plugin_app(chromium, plug_in, tmp_path):
    """An app with the docs' networks."""
    plug_in("my_networks", WIDE_NARROW)
    with browser_app.app_server(tmp_path) as server:
        yield server


def test_the_server_decodes_and_the_form_offers_own_networks(plugin_app, open_tab):
    revision = worker.train(configure(**SMALL_SETTINGS, **{"network.kind": "wide-narrow"}), store=plugin_app.store)
    tab = open_tab(plugin_app, f"?revision={revision.id}&z=1,1")
    before = tab.decoded_image()
    tab.page.get_by_text("Details", exact=True).click()
    reason = tab.page.get_by_text("The decoder is made by a plug-in, so the server decodes.")
    browser_app.expect(reason.first).to_be_visible()
    tab.follow(f"?revision={revision.id}&z=-1,-1")
    tab.wait_for_other_decoded_image(before)
    tab.follow("train?network.kind=wide-narrow")
    tab.page.get_by_text("All settings", exact=True).click()
    tab.page.get_by_role("tab", name="Networks").click()
    browser_app.expect(tab.page.get_by_label("Hidden layers of D", exact=True)).to_be_visible()
    browser_app.expect(tab.page.get_by_label("Hidden layers", exact=True)).to_have_count(0)
    tab.assert_no_errors()
