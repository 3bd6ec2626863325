"""A user's own prior in a browser: what the plane says of places inside and outside it, and without a density."""

import pytest
from helpers import browser_app
from helpers.plugin_files import EXAMPLE, HEAVY_PRIOR_SOURCE

from aae_core.config.configuration import configure
from aae_core.runs import worker

SMALL_SETTINGS = {"data": "digits", "steps": 60, "threads": 1, "network.hidden": (32,), "network.discriminator": (32,)}


@pytest.fixture
def plugin_app(chromium, plug_in, tmp_path):
    """An app with plug-ins."""
    plug_in("mine", EXAMPLE + HEAVY_PRIOR_SOURCE)
    with browser_app.app_server(tmp_path) as server:
        yield server


def test_the_plane_names_the_region_of_an_own_prior(plugin_app, open_tab):
    ring, loose = (
        worker.train(configure(**SMALL_SETTINGS, prior=name), store=plugin_app.store) for name in ("my-ring", "loose")
    )

    def panel(revision, z):
        """The sentence on the place z, and the values there by name."""
        tab.follow(f"?revision={revision.id}&z={z}")
        tab.decoded_image()
        names, values = (tab.page.locator(f".lp-values {part}").all_text_contents() for part in ("dt", "dd"))
        return tab.page.locator(".lp-where").inner_text(), dict(zip(names, values, strict=True))

    tab = open_tab(plugin_app, browser_app.ASIDE_PAGE)
    sentence, values = panel(ring, "2,0")
    # −ln(0.2 · (2π)^1.5 · 2)
    assert sentence.startswith("A likely sample of the prior") and values["log p(z)"] == "−1.84"
    assert tab.page.get_by_role("button", name="Prior", exact=True).get_attribute("aria-pressed") == "true"
    tab.page.get_by_text("Paths and arithmetic", exact=True).click()
    tab.page.get_by_role("button", name="Two random").click()
    browser_app.expect(tab.page.get_by_text("A path through 2 waypoints")).to_be_visible()
    assert panel(ring, "0.5,0.5")[0].startswith("Hardly ever drawn from the prior")
    sentence, values = panel(loose, "3,0")
    assert sentence == "Drawn by the trained decoder" and not values["log p(z)"].strip("–")
    tab.assert_no_errors()
