"""The page Compare in a browser: two linked planes that act together."""

import pytest
from helpers.browser_app import expect


class Planes:
    """The two planes of the page, once both have decoded an image in the page."""

    def __init__(self, tab):
        self.tab, self.page = tab, tab.page
        for title in ("AAE", "VAE"):
            self.page.locator(".lp-title").filter(has_text=f"Decoded by {title}").wait_for()
        expect(self.page.locator(".lp-way").filter(has_text="Decoded in this page")).to_have_count(2)
        self.roots = self.page.locator(".lp")

    def surface(self, side):
        return self.roots.nth(side).locator(".lp-surface")

    def screen_point(self, side, x, y):
        """A place of a plane, as shares of its width and height, on the screen."""
        box = self.surface(side).bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def images(self):
        return self.roots.locator(".lp-panel canvas.lp-image").evaluate_all(
            "all => all.map(canvas => canvas.toDataURL())"
        )

    def pictures(self):
        """What is drawn of codes and layers."""
        return self.roots.locator("canvas.lp-canvas:first-child").evaluate_all("all => all.map(c => c.toDataURL())")

    def values(self):
        return self.roots.locator(".lp-panel .lp-values:not(details *) > div:first-child dd").all_inner_texts()

    def selection_texts(self):
        return self.roots.locator(".lp-selection strong").all_inner_texts()

    def drag(self, side, start, end):
        """Drag without letting go."""
        self.page.mouse.move(*self.screen_point(side, *start))
        self.page.mouse.down()
        self.page.mouse.move(*self.screen_point(side, *end), steps=8)


@pytest.fixture
def planes(app, same_tab):
    return Planes(same_tab(app, "compare"))


def sent_messages(page):
    """A list that grows by each message from the page to the server."""
    messages = []
    listener = page.context.new_cdp_session(page)
    listener.on("Network.webSocketFrameSent", lambda frame: messages.append(frame))
    listener.send("Network.enable")
    return messages


def test_a_drag_decodes_in_both_planes_and_is_sent_on_release(planes):
    tab = planes.tab
    messages = sent_messages(tab.page)
    tab.page.wait_for_timeout(1500)
    for side, start, end in ((0, (0.5, 0.5), (0.7, 0.3)), (1, (0.6, 0.6), (0.3, 0.7))):
        before, link, n_messages = planes.images(), tab.page.url, len(messages)
        planes.drag(side, start, end)
        tab.wait_until(planes.images, lambda now, before=before: now[0] != before[0] and now[1] != before[1])
        tab.wait_until(planes.values, lambda result: result[0] == result[1])
        tab.page.wait_for_timeout(300)
        assert len(messages) == n_messages and tab.page.url == link, (
            "the server was asked before the pointer was let go"
        )
        after = planes.images()
        tab.page.mouse.up()
        tab.page.wait_for_function("link => location.href !== link", arg=link)
        tab.settle()
        tab.page.wait_for_timeout(300)
        assert planes.images() == after, "the server's answer moves a place"
        assert len(messages) > n_messages, "it was told nothing"


def test_a_selection_or_chosen_code_is_shared_by_both_planes(planes):
    tab = planes.tab
    planes.roots.nth(0).get_by_role("button", name="Lasso").click()
    planes.drag(0, (0.3, 0.3), (0.7, 0.3))
    tab.page.mouse.move(*planes.screen_point(0, 0.5, 0.8), steps=5)
    tab.page.mouse.up()
    left, right = tab.wait_until(planes.selection_texts, lambda output: len(output) == 2)
    assert left == right and left.endswith("codes selected") and left != "0 codes selected"
    planes.roots.nth(0).get_by_role("button", name="Lasso").click()
    planes.surface(1).focus()
    tab.page.keyboard.press("Escape")
    tab.wait_until(planes.selection_texts, lambda output: output == [])

    tab.page.keyboard.press("Enter")  # the code nearest to z on the right, and the same image's on the left
    names = planes.roots.locator("[data-tool=inspect] .lp-values > div:first-child dd")
    expect(names).to_have_count(2)
    assert len(set(names.all_inner_texts())) == 1
    tab.wait_until(planes.values, lambda output: output[0] != output[1])  # each has its own code of that image


def test_zoom_layers_and_classes_act_in_both(planes):
    tab = planes.tab
    tab.unfold_layers()
    changes = (
        lambda: planes.roots.nth(1).get_by_role("button", name="Zoom in").click(),
        lambda: planes.roots.nth(0).get_by_role("button", name="Prior", exact=True).click(),
        lambda: planes.roots.nth(1).locator(".lp-legend button").nth(3).click(),
    )
    for change in changes:
        before = planes.pictures()
        change()
        tab.wait_until(planes.pictures, lambda now, before=before: now[0] != before[0] and now[1] != before[1])
    for name, expected_state in (("Prior", "false"), ("Codes", "true")):
        pressed_states = [
            b.get_attribute("aria-pressed") for b in tab.page.get_by_role("button", name=name, exact=True).all()
        ]
        assert pressed_states == [expected_state, expected_state]
    numbers = [
        tuple(plane.locator(".lp-legend [aria-pressed=false]").all_inner_texts()) for plane in planes.roots.all()
    ]
    assert numbers[0] == numbers[1] and len(numbers[0]) == 1


def test_codes_travel_to_their_places_on_the_other_plane_and_back(planes):
    tab = planes.tab
    tab.page.emulate_media(reduced_motion="no-preference")
    tab.page.wait_for_timeout(1000)
    home_pictures = planes.pictures()
    button = planes.roots.nth(0).get_by_role("button", name="Move codes to the other plane")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(planes.roots.nth(0).locator(".lp-badge")).to_contain_text("where VAE")
    tab.page.wait_for_timeout(1500)
    moved_pictures = tab.wait_until(planes.pictures, lambda now: now[0] != home_pictures[0])
    assert moved_pictures[1] == home_pictures[1]
    planes.surface(0).focus()
    tab.page.keyboard.press("v")
    tab.wait_until(planes.pictures, lambda now: now == home_pictures)
    expect(button).to_have_attribute("aria-pressed", "false")


def test_without_motion_the_codes_move_at_once(planes):
    tab = planes.tab
    tab.page.wait_for_timeout(1000)
    planes.surface(1).focus()
    n_pictures = tab.page.evaluate(
        """() => { const drawn = new Set(); window.drawn = drawn;
            const canvas = [...document.querySelectorAll('[data-testid^=stBidi]')].map(h => h.shadowRoot)
                .filter(root => root?.querySelector('.lp'))[1].querySelector('canvas.lp-canvas');
            const look = () => {
                drawn.add(canvas.toDataURL());
                if (canvas.isConnected) requestAnimationFrame(look);  // tests share the tab
            };
            look(); return drawn.size; }"""
    )
    assert n_pictures == 1
    tab.page.keyboard.press("v")
    tab.page.wait_for_function("() => window.drawn.size > 1")
    tab.page.wait_for_timeout(500)
    assert tab.page.evaluate("window.drawn.size") == 2, "nothing was drawn on the way"


WHOLE = """table => [...table.querySelectorAll('th, td')].flatMap(cell => {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), broken = [];
    while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\\w.]+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (range.getClientRects().length > 1) broken.push(word[0]);
    }
    return broken;
})"""  # words in a table's cells that are broken over two lines


# How many pixels the content below moves up while the planes and their axis are missing.
MOVED = """() => {
    const heading = [...document.querySelectorAll('h2')].find(one => one.innerText.startsWith('From one image'));
    const before = heading.getBoundingClientRect().top;
    const coming = document.querySelectorAll('.st-key-planes [data-testid^=stBidi], .st-key-moments [data-testid^=stBidi]');
    for (const host of coming) host.style.display = 'none';
    const moved = before - heading.getBoundingClientRect().top;
    for (const host of coming) host.style.display = '';
    return moved;
}"""


def test_compare_fits_screens_and_phones(app, follow):
    """On a screen both planes are visible whole. On a phone the content below hardly shifts as they load, and no word of the
    tables is broken, in presenter size too."""
    planes = Planes(tab := follow(app, "compare", viewport={"width": 1280, "height": 720}))
    are_seen_at_once(tab.settle(), planes, 1280, 720)
    are_seen_at_once(tab.resize(1400, 900), planes, 1400, 900)
    tab.resize(390, 844)
    tables = tab.page.locator("table.differences")
    expect(tables).to_have_count(2)
    assert [table.evaluate(WHOLE) for table in tables.all()] == [[], []]
    assert tab.page.evaluate(MOVED) <= 844 / 8
    tab.page.get_by_role("button", name="View", exact=True).click()
    tab.page.get_by_label("Presenter size").check()
    tab.page.wait_for_function("() => location.search.includes('size=presenter')")
    tab.settle()
    assert [table.evaluate(WHOLE) for table in tables.all()] == [[], []]


@pytest.mark.thorough
def test_compare_fits_a_screen_in_presenter_size(app, follow):
    planes = Planes(tab := follow(app, "compare?size=presenter", viewport={"width": 1280, "height": 720}))
    are_seen_at_once(tab.settle(), planes, 1280, 720)
    assert tab.page.evaluate(MOVED) <= 720 / 8


def are_seen_at_once(tab, planes, width, height):
    axis = tab.page.locator(".lp-two")
    axis.get_by_role("button", name="Play").wait_for()
    tab.page.wait_for_timeout(500)
    top = axis.bounding_box()["y"]
    assert top < height, "the axis is not in sight itself"
    lefts = []
    for locator in (planes.roots.locator(".lp-surface"), planes.roots.locator(".lp-panel canvas.lp-image")):
        assert locator.count() == 2
        for box in (element.bounding_box() for element in locator.all()):
            assert box["y"] > 0 and box["y"] + box["height"] <= top, "beneath the axis, or below the fold"
            assert box["x"] >= 0 and box["x"] + box["width"] <= width and min(box["width"], box["height"]) >= 90
            lefts.append(box["x"])
    assert lefts[0] < lefts[2] < lefts[1] < lefts[3], "each image stands beside its own plane"
