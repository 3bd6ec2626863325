"""Explore in a browser over the variants with named regions (§2.3) and with heads (§7)."""

import numpy as np
import pytest
from helpers.browser_app import TWO_FRAMES_SCRIPT, expect
from test_drawing import Draw, png
from test_networks_arriving import drag
from test_server_decodes import wait_for_decoded_image

from aae_core.data import sets

BASE = "canvas => canvas.toDataURL()"


def open_revision(follow, app, revision, query="", **options):
    tab = follow(app, f"?revision={revision.id}{query}", **options)
    expect(tab.page.locator(".lp-panel .lp-way")).to_contain_text("Decoded in this page")
    tab.shown_code_count()
    return tab


def plane_image(tab):
    """The plane as it is drawn, once two frames have passed."""
    tab.page.evaluate(TWO_FRAMES_SCRIPT)
    return tab.page.locator(".lp-surface canvas").first.evaluate(BASE)


@pytest.mark.parametrize("prior", ["mixture", "swiss-roll"])
def test_the_regions_are_named_on_the_plane_and_swept_beneath_it(app, follow, prior):
    tab = open_revision(follow, app, app.train(steps=120, variant="label-informed", **{"prior.name": prior}))
    tab.unfold_layers()
    switch = tab.page.get_by_role("button", name="Names of regions")
    expect(switch).to_have_attribute("aria-pressed", "true")
    named = plane_image(tab)
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert plane_image(tab) != named
    tab.page.locator(".lp-surface").focus()
    tab.page.keyboard.press("n")
    expect(switch).to_have_attribute("aria-pressed", "true")
    strip = tab.page.locator("[data-testid=stHtml] figure img")
    expect(strip).to_have_count(24)
    before = strip.first.get_attribute("src")
    tab.page.get_by_role("radiogroup", name="Region of").get_by_role("radio", name="7", exact=True).click()
    tab.page.wait_for_function(
        "([img, old]) => !img.isConnected || img.src !== old", arg=[strip.first.element_handle(), before]
    )
    assert tab.settled_query()["region"] == "7" and not tab.axe_violations()


def test_the_server_encodes_a_dropped_image_for_a_reduction_with_heads(app, follow):
    revision = app.train(steps=120, variant="reduction")
    tab = open_revision(follow, app, revision)
    draw = Draw(tab).open()
    image = sets.load("digits").test.images[3]
    draw.give("drop", "digit.png", png(np.asarray(image[:, :, 0])))
    expect(draw.status).to_contain_text("Encoded on the server. The ringed dot on the plane is this image.")
    assert np.allclose(
        draw.z(), revision.encode(image[None])[0], atol=0.05 * np.abs(revision.encode(image[None])).max() + 0.05
    )


def test_the_circle_view_of_ten_heads_decodes_at_the_pointer(app, follow):
    revision = app.train(steps=120, variant="reduction", heads="fixed", latent_dim=10)
    tab = open_revision(follow, app, revision)
    assert tab.settled_query()["view"] == "circle"
    before = tab.decoded_image()
    drag(tab)
    tab.wait_for_other_decoded_image(before)
    tab.page.mouse.up()
    z = np.array([float(v) for v in tab.settled_query()["z"].split(",")])
    assert len(z) == 10
    wait_for_decoded_image(tab, revision)
    tab.page.get_by_role("button", name="Lasso").first.wait_for()
