"""While a revision trains, new weights and codes arrive on Explore: the view, a drag, the choice and the image stay. On Train
the image learns with the training."""

import re

import numpy as np
import pytest
from helpers.browser_app import expect
from helpers.lesson_rehearsal import Rehearsal

NETWORK_SETTINGS = {"network.hidden": (64, 64), "network.discriminator": (32,)}
# Counts the frames in which the decoded image or the plane is empty.
WATCH = """() => {
    const hosts = [...document.querySelectorAll('[data-testid^=stBidi]')];
    const part = selector => hosts.map(host => host.shadowRoot?.querySelector(selector)).find(Boolean);
    const small = new OffscreenCanvas(64, 64).getContext('2d', {willReadFrequently: true});
    const empty = canvas => {
        if (!canvas?.isConnected || !canvas.width) return true;
        small.clearRect(0, 0, 64, 64);
        small.drawImage(canvas, 0, 0, 64, 64);
        const {data} = small.getImageData(0, 0, 64, 64);
        return data.every((value, k) => value === data[k % 4]);
    };
    window.seen = {frames: 0, image: 0, plane: 0, ways: new Set(), notes: new Set()};
    const look = () => {
        seen.frames++;
        seen.image += empty(part('.lp-panel > .lp-frame > canvas'));
        seen.plane += empty(part('.lp-surface > .lp-canvas'));
        seen.ways.add(part('.lp-panel .lp-way')?.textContent ?? 'no plane');
        for (const note of part('.lp-notes')?.children ?? []) seen.notes.add(note.textContent);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
WATCH_REPORT = "() => ({...seen, ways: [...seen.ways], notes: [...seen.notes]})"


class ExploreTab:
    """Explore of a revision that trains."""

    def __init__(self, tab, training):
        self.tab, self.page, self.training = tab, tab.page, training
        self.url = "not known yet"
        expect(self.page.locator(".lp-panel .lp-way").first).to_contain_text("in this page")
        tab.shown_code_count()
        self.surface = self.page.locator(".lp-surface")
        self.page.evaluate(WATCH)

    def screen_point(self, x, y):
        """A place of the plane, as shares of its width and height, on the screen."""
        box = self.surface.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def z(self):
        return self.page.locator(".lp-panel .lp-values > div").first.locator("dd").inner_text()

    def marks(self):
        """Where z is seen on the plane, which follows from the view."""
        return self.page.locator(".lp-mark").last.get_attribute("style")

    def plane(self):
        return self.surface.locator(".lp-canvas").first.evaluate("canvas => canvas.toDataURL()")

    def learn(self):
        """Write other weights and codes, and wait until they have arrived in the page."""
        codes, image = self.plane(), self.tab.decoded_image()
        with self.page.expect_response(lambda answer: answer.url.endswith(self.url.removeprefix("."))):
            self.url = self.training.learn()
        self.tab.wait_for_other_decoded_image(image)
        self.tab.wait_for_change(self.plane, codes)


@pytest.fixture
def explore_tab(app, open_tab):
    with Rehearsal(app.store, **NETWORK_SETTINGS) as training:
        yield ExploreTab(open_tab(app, f"?revision={training.revision.id}"), training)


def test_view_selection_and_hidden_classes_stay_while_a_revision_trains(explore_tab):
    page, press = explore_tab.page, explore_tab.page.keyboard.press
    explore_tab.surface.focus()
    press("Enter")
    chosen = page.locator("[data-tool=inspect] .lp-values dd").first
    number = chosen.inner_text()
    for _ in range(4):
        press("+")
    page.wait_for_timeout(300)
    marks, z = explore_tab.marks(), explore_tab.z()
    for key in "da":
        press(key)
    page.get_by_role("group", name="Classes shown").get_by_role("button").nth(2).press("Enter")
    explore_tab.tab.unfold_layers()
    explore_tab.tab.settled_query()
    count = page.locator(".lp-selection strong").inner_text()
    explore_tab.surface.focus()
    for _ in range(3):
        explore_tab.learn()
        assert explore_tab.marks() == marks and explore_tab.z() == z, "the view or z is another one"
        expect(chosen).to_have_text(number)
        expect(page.locator(".lp-selection strong")).to_have_text(count)
        assert page.locator(".lp-legend [aria-pressed=false]").count() == 1
        expect(page.get_by_role("button", name="Density of q(z)")).to_have_attribute("aria-pressed", "true")
        expect(explore_tab.surface).to_be_focused()
    assert_no_flicker(explore_tab)


def test_a_drag_goes_on_across_updates_and_nothing_flickers(explore_tab):
    page, mouse = explore_tab.page, explore_tab.page.mouse
    explore_tab.surface.focus()
    for _ in range(3):
        page.keyboard.press("+")
    start, aim = explore_tab.screen_point(0.4, 0.5), explore_tab.screen_point(0.6, 0.4)
    mouse.move(*start)
    mouse.down()
    mouse.move(*aim, steps=4)
    page.wait_for_timeout(300)
    z_at_aim = explore_tab.z()
    mouse.move(*start, steps=4)
    page.wait_for_timeout(300)
    z_at_start, link = explore_tab.z(), page.url
    for _ in range(2):
        explore_tab.learn()
        assert explore_tab.z() == z_at_start, "what arrived moved z from under the pointer"
    mouse.move(*aim, steps=4)
    expect(page.locator(".lp-panel .lp-values > div").first.locator("dd")).to_have_text(z_at_aim)
    assert page.url == link, "the pointer was held all the time"
    mouse.up()
    page.wait_for_function("link => location.href !== link", arg=link)
    explore_tab.tab.settle()
    assert explore_tab.z() == z_at_aim
    z_in_link = [float(value) for value in explore_tab.tab.settled_query()["z"].split(",")]
    decoded = explore_tab.training.revision.decode(np.array([z_in_link]))[0, :, :, 0].astype(int)
    image_values = page.locator(".lp-panel > .lp-frame > canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, k) => k % 4 === 0)"
    )
    assert np.abs(np.reshape(image_values, decoded.shape) - decoded).max() <= 2
    assert_no_flicker(explore_tab)


def test_image_and_caption_of_a_watched_training_follow_its_steps(app, open_tab):
    tab = open_tab(app, "train?data=digits&steps=100000")
    tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    caption = tab.page.get_by_text(re.compile(r"Drawn by the decoder of step [1-9]"))
    caption.wait_for()
    training = app.store.open(app.newest_revision().id)
    try:
        z = tab.page.locator(".lp-panel .lp-values > div").first.locator("dd")
        first_z = z.inner_text()
        captions, images = [caption.inner_text()], {tab.decoded_image()}
        for _ in range(3):
            captions.append(tab.wait_for_change(caption.inner_text, captions[-1]))
            images.add(tab.decoded_image())
        steps = [int(re.sub(r"\D", "", text)) for text in captions]
        assert steps == sorted(steps) and len(images) > 1 and training.status.state == "running"
        assert z.inner_text() == first_z, "the marker has moved"
    finally:
        training.write_request("stop")
    tab.page.locator(".stMarkdownBadge").first.filter(has_text="stopped").wait_for()
    expect(tab.page.get_by_text("Drawn by the trained decoder")).to_be_visible()


def assert_no_flicker(explored):
    """In no frame was image or plane empty, and no message about loading weights was shown."""
    report = explored.page.evaluate(WATCH_REPORT)
    assert report["frames"] > 20 and (report["image"], report["plane"]) == (0, 0), report
    assert len(report["ways"]) == 1 and not report["notes"], report
