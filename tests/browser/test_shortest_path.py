"""The shortest path of a first visitor: look, drag, train, and open the trained revision."""

import os

import pytest
from helpers import browser_app
from helpers.browser_app import expect

DRAGGED, TRAINED = 10, 60  # seconds since the navigation, by the page's own clock
BUSY = 0.7  # running or waiting processes for each core, above which times say nothing about the page
# Collects a hash of the plane's canvas at each change, from the document's start on.
LOOKS = """(() => {
    window.looks = [];
    setInterval(() => {
        const hosts = [...document.querySelectorAll('[data-testid^=stBidi]')];
        const canvas = hosts.map(host => host.shadowRoot?.querySelector('.lp-surface canvas')).find(Boolean);
        if (!canvas?.width) return;
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let k = 0; k < data.length; k += 4) sum = (31 * sum + data[k] + 7 * data[k + 1] + 13 * data[k + 2]) | 0;
        if (looks.at(-1) !== sum) looks.push(sum);
    }, 100);
})()"""
MARKED = "name => performance.getEntriesByName(name)[0]?.startTime"


class Newcomer(browser_app.Tab):
    """A tab of a browser that has never been here; `frame_urls` are the addresses of frames that it asked for."""

    def __init__(self, page, root):
        super().__init__(page, root)
        self.frame_urls: list[str] = []
        page.add_init_script(LOOKS)
        page.on("request", lambda request: "/frames" in request.url and self.frame_urls.append(request.url))

    @property
    def surface(self):
        return self.page.locator(".lp-surface")

    @property
    def caption(self):
        return self.page.locator(".lp-caption")

    @property
    def hint(self):
        return self.page.locator(".lp-invite")

    @property
    def moment_slider(self):
        return self.page.get_by_label("Moment of the training")

    def arrive(self, query=""):
        """Go to the first page; nothing is waited for."""
        self.page.goto(f"{self.root}/{query}", wait_until="commit")
        return self

    def mark_seconds(self, name) -> float:
        """Seconds from the navigation to a mark on the page's clock, once it is there."""
        self.page.wait_for_function(MARKED, arg=name)
        return self.page.evaluate(MARKED, name) / 1000

    def seconds(self) -> float:
        """Since the navigation."""
        return self.page.evaluate("performance.now()") / 1000

    def drag(self):
        """One gesture from the plane's middle, with the button still down at its end."""
        box = self.surface.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 80, y - 50, steps=6)


@pytest.fixture
def newcomer(visitors):
    """newcomer(server, moving) -> a Newcomer; none may have complained in the end."""
    tabs = []

    def newcomer_(server, moving=True):
        tabs.append(browser_app.new_tab(visitors(0), server, moving, kind=Newcomer))
        return tabs[-1]

    yield newcomer_
    for tab in tabs:
        for page in tab.page.context.pages[1:]:
            page.close()
    assert not [complaint for tab in tabs for complaint in tab.complaints]


def load_per_core():
    """Processes a core that run or wait, over the last minute."""
    return os.getloadavg()[0] / os.cpu_count()


def check_ceiling(seconds, ceiling, subject, load):
    """Tells the seconds, and holds them to a ceiling unless the machine was busy, before (load) or meanwhile."""
    print(f"{subject}: {seconds:.1f} s since the navigation (ceiling {ceiling} s)")
    load = max(load, load_per_core())
    if load > BUSY:
        print(f"  not held to its ceiling: {load:.1f} processes a core were at work or waiting")
    else:
        assert seconds <= ceiling, f"{subject} took {seconds:.1f} s"


def test_a_newcomer_gets_from_the_first_page_to_an_own_training_and_back(own_app, newcomer):
    load = load_per_core()
    tab = newcomer(own_app).arrive()
    moving = tab.mark_seconds("lp-moving")
    print(f"first moving picture: {moving:.1f} s since the navigation")
    expect(tab.caption).to_contain_text("the code of a handwritten digit")
    expect(tab.hint).to_contain_text("Drag me")
    tab.page.wait_for_function("looks => window.looks.length >= looks + 3", arg=len(tab.page.evaluate("looks")))
    assert not tab.moment_slider.get_attribute("aria-valuetext").startswith("now"), (
        "it is over before anybody could see it"
    )

    before = tab.decoded_image()
    tab.drag()  # the first and only gesture
    assert tab.moment_slider.get_attribute("aria-valuetext").startswith("now"), "the press did not end it"
    after = tab.wait_for_other_decoded_image(before)
    check_ceiling(tab.mark_seconds("lp-dragged"), DRAGGED, "image of the first drag", load)
    tab.page.mouse.up()
    expect(tab.caption).to_be_hidden()
    expect(tab.hint).to_be_hidden()
    tab.settle()
    assert tab.decoded_image() == after

    tab.page.get_by_role("button", name="Train your own").click()  # the first press
    start = tab.page.get_by_role("button", name="Start training")
    expect(start).to_be_in_viewport(ratio=1)
    start.click()  # the second
    codes = tab.page.get_by_test_id("stPlotlyChart").first.locator("canvas, svg").first
    codes.wait_for(timeout=4 * browser_app.PATIENCE)
    check_ceiling(tab.seconds(), TRAINED, "codes of an own training", load)
    badge = tab.page.locator(".stMarkdownBadge").first
    expect(badge.filter(has_text="done")).to_be_visible(timeout=10 * browser_app.PATIENCE)
    tab.settle()
    own = own_app.newest_revision()
    assert (own.data, own.steps, own.state) == ("digits", own.status.total_steps, "done")

    tab.page.get_by_role("link", name="Open in Explore").click()  # the third
    expect(tab.heading("Explore")).to_be_visible()
    tab.settle()
    assert tab.query()["revision"] == own.id and tab.shown_code_count() == 1438
    assert not tab.hint.is_visible() and not tab.caption.is_visible()
    tab.assert_no_errors()


def lies_on_the_plane(tab, words):
    outer, inner = tab.surface.bounding_box(), words.bounding_box()
    assert inner["x"] >= outer["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert inner["y"] >= outer["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def stands_beneath_the_plane(tab, words):
    outer, inner = tab.surface.bounding_box(), words.bounding_box()
    assert inner["y"] >= outer["y"] + outer["height"] - 1, "it covers neither codes nor axis"
    assert inner["x"] >= outer["x"] and inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    assert not tab.page.locator(".lp-prior-note").is_visible(), "one caption of the prior at a time"


def test_with_reduced_motion_the_present_is_shown_with_captions_and_play(app, newcomer):
    tab = newcomer(app, moving=False).arrive()
    expect(tab.caption).to_contain_text("Play the training")
    expect(tab.hint).to_be_visible()
    tab.settle()
    assert not tab.frame_urls and tab.moment_slider.get_attribute("aria-valuetext").startswith("now")
    for width, scheme in ((1280, "light"), (390, "dark")):
        tab.resize(width, 900).page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        lies_on_the_plane(tab, tab.hint)
        stands_beneath_the_plane(tab, tab.caption)
        assert not tab.axe_violations()
    tab.caption.get_by_role("button", name="Play").click()
    tab.mark_seconds("lp-moving")
    tab.page.wait_for_function(
        "range => !range.ariaValueText.startsWith('now')", arg=tab.moment_slider.element_handle()
    )


@pytest.mark.parametrize("query", ["?z=0.5,0.5", "?embed=true", "?lesson=the-prior"])
def test_a_link_plays_nothing(app, newcomer, query):
    tab = newcomer(app).arrive(query)
    tab.decoded_image()
    tab.shown_code_count()
    tab.page.wait_for_selector(browser_app.IDLE_PAGE)
    tab.page.wait_for_timeout(1_500)
    assert not tab.frame_urls and tab.moment_slider.get_attribute("aria-valuetext").startswith("now")
    assert not tab.hint.is_visible() and not tab.caption.is_visible()


def test_the_hint_disappears_when_z_is_moved_and_does_not_come_back(app, newcomer):
    tab = newcomer(app).arrive()
    expect(tab.hint).to_be_visible()
    tab.surface.focus()
    tab.page.keyboard.press("ArrowRight")
    expect(tab.hint).to_be_hidden()
    tab.settle()
    second_tab = Newcomer(tab.page.context.new_page(), tab.root).arrive()
    second_tab.mark_seconds("lp-moving")  # another tab plays once more
    expect(second_tab.caption).to_be_visible()
    assert not second_tab.hint.is_visible()
    second_tab.settle()
    second_tab.arrive()  # the same tab does not
    second_tab.decoded_image()
    second_tab.settle()
    second_tab.page.wait_for_timeout(1_500)
    assert len(second_tab.frame_urls) == 1 and not second_tab.caption.is_visible() and not second_tab.hint.is_visible()
