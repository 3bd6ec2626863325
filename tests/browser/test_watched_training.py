"""A training that is watched: image and codes learn together, and at its end nothing jumps."""

import re

import pytest
from helpers.browser_app import PATIENCE, expect

LONG_TRAINING = "epochs=100000&network.discriminator=16"
CAPTION = re.compile(r"by the decoder of step [\d,]+")
# Where the plane and its marker lie on the page.
PLACES = """() => {
    const surface = [...document.querySelectorAll('[data-testid^=stBidi]')]
        .map(host => host.shadowRoot?.querySelector('.lp-surface')).find(Boolean);
    const {x, y, width, height} = surface.getBoundingClientRect();
    const marker = [...surface.querySelectorAll('.lp-mark')].at(-1).getAttribute('style');
    return [Math.round(x), Math.round(y), Math.round(width), Math.round(height), marker];
}"""


@pytest.mark.parametrize("hidden", ["64,64", "2100,2000"], ids=["decoded in the page", "decoded by the server"])
def test_the_image_learns_with_the_codes_and_the_plane_stays_at_the_end(app, open_tab, hidden):
    tab = open_tab(app, f"train?network.hidden={hidden}&{LONG_TRAINING}", viewport={"width": 1280, "height": 720})
    tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    tab.page.locator(".lp-decoder").wait_for(timeout=3 * PATIENCE)  # the worker first imports PyTorch
    caption = tab.page.locator(".lp-decoder")
    seen = []
    for _ in range(3):
        expect(caption).to_have_text(CAPTION)
        image = tab.wait_for_other_decoded_image(seen[-1][1] if seen else "")
        seen.append((caption.inner_text(), image))
    assert len({text for text, _ in seen}) > 1, "the caption names the step of the image"
    places = tab.page.evaluate(PLACES)
    tab.page.get_by_role("button", name="Stop", exact=False).first.click()
    expect(caption).to_have_text("Drawn by the trained decoder")
    expect(tab.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    tab.settle()
    assert tab.page.evaluate(PLACES) == places, "plane, axes or marker moved at the end"
