"""Where the page cannot decode, the server decodes under the pointer; and selected codes are saved with their images."""

import base64
import io
import re

import numpy as np
import pytest
from helpers.browser_app import CONV_NETWORK, LARGE_NETWORK, expect
from PIL import Image

from aae_core.data import sets

PNG = "canvas => canvas.toDataURL('image/png').split(',')[1]"


def middle(tab):
    """The middle of the plane and half its smaller side, in pixels of the window."""
    surface = tab.page.locator(".lp-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, min(box["width"], box["height"]) / 2


def drag_until_decoded(tab):
    """Press in the plane's middle and drag until the image has changed; the button stays down."""
    x, y, half = middle(tab)
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    before = tab.decoded_image()
    tab.page.mouse.move(x + half / 2, y - half / 3, steps=10)
    return tab.wait_for_other_decoded_image(before)


def image_of(tab):
    """The decoded image as bytes H×W, as the page painted it."""
    data = tab.page.locator(".lp-panel > .lp-frame > canvas").evaluate(PNG)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L")).astype(int)


def wait_for_decoded_image(tab, revision):
    """Wait until the page shows what torch decodes from the place in the address."""
    for _ in range(200):
        z = np.array([[float(v) for v in tab.query()["z"].split(",")]])
        if np.abs(image_of(tab) - revision.decode(z)[0, :, :, 0]).max() <= 2:  # the address has four digits
            return
        tab.page.wait_for_timeout(50)
    raise AssertionError("The page does not show what torch decodes.")


@pytest.mark.parametrize(
    ("networks", "way"),
    [
        (CONV_NETWORK, "Decoded in this page (WebAssembly)."),
        (LARGE_NETWORK, "The decoder is larger than 8 MB, so the server decodes."),
    ],
    ids=["conv", "large"],
)
def test_the_image_follows_the_pointer_in_the_page_or_by_the_server(app, follow, networks, way):
    revision = app.train(**networks)
    tab = follow(app, f"?revision={revision.id}")
    assert tab.shown_code_count() > 300
    panel = tab.page.locator(".lp-panel")
    expect(panel.locator(".lp-way").first).to_contain_text(way)
    link = tab.page.url
    drag_until_decoded(tab)
    assert tab.page.url == link, "the script ran before the pointer was let go"
    expect(panel.get_by_text("D(z)", exact=True)).to_be_visible()
    tab.page.mouse.up()
    tab.page.wait_for_function("link => location.href !== link", arg=link)
    wait_for_decoded_image(tab.settle(), revision)
    tab.page.locator(".lp-surface").press("Enter")  # chooses the nearest code
    expect(tab.page.locator(".lp-figures figcaption")).to_have_text(["original", "reconstruction", "error map"])
    tab.assert_no_errors()


def test_chosen_codes_are_saved_with_their_images(app, follow):
    shipped = next(row for row in app.store.list() if row.gallery and row.data == "colour-glyphs")
    tab = follow(app, f"?revision={shipped.id}")
    tab.shown_code_count()
    x, y, half = middle(tab)
    tab.page.get_by_role("button", name="Lasso: draw a line around codes").click()
    tab.page.mouse.move(x + half / 2, y)
    tab.page.mouse.down()
    for angle in np.linspace(0, 2 * np.pi, 120):
        tab.page.mouse.move(x + half / 2 * np.cos(angle), y + half / 2 * np.sin(angle), steps=3)
    tab.page.mouse.up()
    message = tab.page.locator(".lp-selection strong").first.inner_text()
    count = int(re.match(r"([\d,]+) codes selected", message)[1].replace(",", ""))
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Save as NPZ").click()
    assert download.value.suggested_filename == "codes.npz"
    probe = app.store.open(shipped.id).probe()
    with np.load(download.value.path(), allow_pickle=False) as file:
        at = np.searchsorted(probe.index, file["index"])
        assert 20 < len(at) == len(set(at)) == count < len(probe.z)
        assert np.array_equal(file["z"], probe.z[at]) and np.array_equal(file["labels"], probe.labels[at])
        assert np.array_equal(probe.index[at], file["index"]) and file["split"] == probe.split
        originals = getattr(sets.load(shipped.data), probe.split).images
        assert np.array_equal(file["images"], originals[file["index"]])
    tab.assert_no_errors()


def test_with_incomplete_weights_the_server_decodes_and_says_so(app, open_tab):
    tab = open_tab(app, None)

    def cut_weights(route):
        answer = route.fetch()
        body = answer.body()
        codes = body[4:8] == bytes(4)  # a message of wire.py, not a net
        route.fulfill(response=answer, body=body if codes else body[:-2])

    tab.page.route(re.compile(r"/assets/\w+\.bin$"), cut_weights)
    tab.open()
    tab.shown_code_count()
    expect(tab.page.locator(".lp-notes")).to_contain_text("The server decodes instead.")
    drag_until_decoded(tab)
    tab.page.mouse.up()
    expect(tab.page.locator(".lp-panel .lp-way")).to_have_text("Decoded on the server.")
    tab.page.unroute_all(behavior="wait")  # what is still being cut would find its tab closed
    tab.assert_no_errors()
