"""Images at codes in a browser: colour images too large for one sheet are shown in full resolution, and a click on an image
chooses its code."""

import numpy as np
import pytest
from helpers.browser_app import ASIDE_PAGE, expect

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import worker

SIDE, COUNT = 64, 1700  # more than 16 MiB of pixels
PIXEL = """(canvas, [x, y]) => {
    const ratio = canvas.width / canvas.getBoundingClientRect().width;
    return [...canvas.getContext('2d').getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data];
}"""


def painted_images():
    """COUNT images, each in a colour of its own from top to bottom, with a line of one white pixel through the middle."""
    rng = np.random.default_rng(0)
    images = np.broadcast_to(rng.integers(20, 220, (COUNT, 1, 1, 3)), (COUNT, SIDE, SIDE, 3)).astype(np.uint8)
    images[:, SIDE // 2] = 255
    return images


@pytest.fixture
def coloured_revision(app, monkeypatch):
    """A revision on such images in that app's store; the codes lie anywhere, since the nets are hardly trained."""
    root = app.folder / "data"
    np.savez(app.folder / "painted.npz", images=painted_images(), labels=np.arange(COUNT) % 2)
    sets.add_data_set(app.folder / "painted.npz", "painted", root)
    monkeypatch.setenv("AAE_DATA", str(root))
    settings = {"network.hidden": (8,), "network.discriminator": (8,), "steps": 30, "threads": 1, "data": "painted"}
    return worker.train(configure(**settings), store=app.store)


def test_images_at_codes_belong_to_their_codes_and_a_click_chooses_one(app, follow, coloured_revision):
    tab = follow(app, ASIDE_PAGE)
    page = tab.page
    with page.expect_response("**/live/*/images") as response:
        tab.follow(f"?revision={coloured_revision.id}&layers=thumbs&open=inspect")
    assert response.value.ok
    plane, base = page.get_by_role("application"), page.locator(".lp-canvas").first
    box = plane.bounding_box()
    probe = coloured_revision.probe()
    images = sets.load("painted").train.images[probe.index]

    def pixel_at(x, y):
        return base.evaluate(PIXEL, [x, y])

    codes = []
    for x in np.linspace(0.15, 0.8, 14) * box["width"]:
        for y in np.linspace(0.3, 0.85, 14) * box["height"]:
            plane.hover(position={"x": x, "y": y})
            card = page.locator(".lp-card")
            if not card.is_visible():
                continue
            colour = np.array(pixel_at(x, y))
            far = np.abs(images[:, 5, 5].astype(int) - colour[:3]).max(1)
            if colour[3] == 255 and far.min() <= 1:
                codes.append((x, y, int(far.argmin())))
        if codes:
            break
    x, y, number = codes[0]
    plane.click(position={"x": x, "y": y})
    expect(page.locator("[data-tool=inspect] .lp-figures figcaption").first).to_have_text("original")
    assert tab.settled_query()["point"] == str(number)
    original = page.locator("[data-tool=inspect] .lp-figures canvas").first
    assert original.evaluate("canvas => [canvas.width, canvas.height]") == [SIDE, SIDE], "in all its pixels"
    assert original.evaluate(PIXEL, [3, 3])[:3] == images[number, 5, 5].tolist()
    tab.assert_no_errors()
