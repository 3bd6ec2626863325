"""The first screen of Explore and of the game holds its parts, by their boxes, and does not shift while loading."""

import pytest
from helpers.browser_app import expect

SIZES = ((1280, 720), (1400, 900))
# Boxes of what a selector finds in the page and its components: [left, top, right, bottom] each.
BOXES = """selector => {
    const shadows = [...document.querySelectorAll('[data-testid^=stBidi]')].map(host => host.shadowRoot).filter(Boolean);
    const roots = [document, ...shadows];
    const visibleElements = roots.flatMap(root => [...root.querySelectorAll(selector)]).filter(one => one.checkVisibility());
    return visibleElements.map(one => one.getBoundingClientRect()).map(box => [box.left, box.top, box.right, box.bottom]);
}"""
SCREEN_PARTS = {
    "title": "[data-testid=stHeading] h1",
    "revision": ".st-key-revision [data-testid=stSelectbox]",
    "copy and view": ".lb-row button",
    "switches": ".lp-switches [data-id]",
    "plane": ".lp-surface",
    "legend": ".lp-legend button",
    "image": ".lp-panel > .lp-frame > canvas",
    "sliders": ".lp-sliders label",
}
FIRST_VISIT = {name: selector for name, selector in SCREEN_PARTS.items() if name != "sliders"} | {
    "diagram": ".lp-story svg"
}


def boxes(tab, selector):
    return tab.page.evaluate(BOXES, selector)


def is_inside(inner, outer):
    return all(a >= b - 1 for a, b in zip(inner[:2], outer[:2], strict=True)) and all(
        a <= b + 1 for a, b in zip(inner[2:], outer[2:], strict=True)
    )


@pytest.mark.parametrize("query", ["", "?layers=codes,prior", "?size=presenter"])
def test_the_first_screen_holds_plane_controls_and_image(app, open_tab, query):
    (first, second) = SIZES
    tab = open_tab(app, query, viewport={"width": 390, "height": 844})
    tab.shown_code_count()
    tab.decoded_image()
    expect(tab.page.get_by_role("button", name="Copy link")).to_be_visible()
    if not query:
        the_hint_lies_over_no_button(tab)
    parts = SCREEN_PARTS if query else FIRST_VISIT
    holds_what_belongs_together(tab.resize(*first), parts, *first)
    tab.page.get_by_role("button", name="D’s surface").click()
    holds_what_belongs_together(tab.resize(*second), parts, *second)


def the_hint_lies_over_no_button(tab):
    tab.page.locator(".lp-invite:not([hidden])").wait_for()
    (hint,) = boxes(tab, ".lp-invite")
    for left, top, right, bottom in boxes(tab, ".lp-plane button, .lp-legend button"):
        assert right <= hint[0] or left >= hint[2] or bottom <= hint[1] or top >= hint[3]


def holds_what_belongs_together(tab, parts, width, height):
    screen = [0, 0, width, height]
    for name, selector in parts.items():
        result = boxes(tab, selector)
        assert result and all(is_inside(box, screen) for box in result), (name, result)
    (plane,) = boxes(tab, SCREEN_PARTS["plane"])
    assert len(boxes(tab, SCREEN_PARTS["switches"])) == 4 and len(boxes(tab, SCREEN_PARTS["legend"])) == 10
    assert all(is_inside(box, plane) for box in boxes(tab, SCREEN_PARTS["legend"])), "the legend stands on the plane"
    assert max(plane[2] - plane[0], plane[3] - plane[1]) >= 0.5 * min(width, height)
    (title,) = boxes(tab, SCREEN_PARTS["title"])
    assert all(box[3] <= title[1] for box in boxes(tab, SCREEN_PARTS["copy and view"])), "they take no row of the page"
    tab.page.get_by_role("button", name="D’s surface").click()
    tab.page.locator(".lp-key .lp-scale").wait_for()
    (key,) = boxes(tab, ".lp-key")
    assert is_inside(key, screen) and plane[3] <= key[1] + 1, (
        "the key of D's surface stands beneath the plane, covering nothing"
    )


def test_the_choice_of_images_takes_no_row_above_the_plane(app, follow):
    created = app.train()  # of images that are on this machine, all of which can be chosen
    tab = follow(app, f"?revision={created.id}&size=presenter", viewport={"width": 1280, "height": 720})
    tab.shown_code_count()
    (plane,), (picker,) = boxes(tab, SCREEN_PARTS["plane"]), boxes(tab, SCREEN_PARTS["revision"])
    assert is_inside(plane, [0, 0, 1280, 720])
    choice = tab.page.get_by_role("button", name="Which images")
    box = choice.bounding_box()
    assert picker[2] <= box["x"] and picker[1] <= box["y"] + box["height"] / 2 <= picker[3]
    choice.click()
    tab.page.get_by_role("radio", name="Whole test set").click()
    tab.page.wait_for_function("() => location.search.includes('of=test')")


@pytest.mark.parametrize("query", ["game", "game?size=presenter&lesson=the-discriminator"])
def test_the_first_screen_of_the_game_holds_its_buttons_graph_and_plane(app, follow, query):
    tab = follow(app, query, viewport={"width": 1280, "height": 720})
    tab.page.locator(".gb-body:not(.gb-waiting)").wait_for()
    for selector in (".gb-controls button:not([hidden])", ".gb-graph", ".gb-plane"):
        actual = boxes(tab, selector)
        assert actual and all(is_inside(box, [0, 0, 1280, 720]) for box in actual), (selector, actual)
    (plane,) = boxes(tab, ".gb-plane")
    assert plane[2] - plane[0] >= 0.4 * 720


def test_compare_holds_two_large_planes_their_images_layers_and_axis(app, open_tab):
    tab = open_tab(app, "compare", viewport={"width": 1280, "height": 720})
    tab.page.locator(".lp-lane").nth(1).wait_for()
    tab.shown_code_count()
    tab.wait_until(
        lambda: [box[3] - box[1] for box in boxes(tab, SCREEN_PARTS["plane"])], lambda sides: min(sides) >= 480
    )
    (axis,) = boxes(tab, ".lp-two-controls")
    assert is_inside(axis, [0, 0, 1280, 720])
    for name in ("plane", "image", "switches"):
        actual = boxes(tab, SCREEN_PARTS[name])
        assert len(actual) >= 2 and all(is_inside(box, [0, 0, 1280, axis[1]]) for box in actual), (name, actual)
    assert all(box[2] - box[0] >= 480 for box in boxes(tab, SCREEN_PARTS["plane"]))


@pytest.mark.parametrize("size", [(1400, 900), (390, 844)], ids=str)
def test_content_below_the_plane_does_not_shift_while_loading(app, open_tab, size):
    tab = open_tab(app, "", viewport={"width": size[0], "height": size[1]}, moving=True)
    room = tab.page.locator(".st-key-plane-room")
    room.wait_for()

    def end():
        box = room.bounding_box()
        return box["y"] + box["height"]

    before = end()
    tab.shown_code_count()
    tab.page.locator(".lp-time p:not(:empty)").first.wait_for()  # the history is here
    tab.decoded_image()
    assert abs(tab.value_at_rest(end) - before) <= 2


def test_a_lesson_s_sheet_hides_none_of_its_answers(app, follow):
    tab = follow(app, "?lesson=fooling-d", viewport={"width": 640, "height": 360})  # 1280 × 720, enlarged to 200 %
    answers = tab.page.locator(".ls-choices button")
    answers.first.wait_for()
    assert answers.count() > 1
    no_answer_is_hidden(answers)
    tab.resize(390, 844)
    (foot,) = boxes(tab, ".ls-foot")
    assert all(box[3] <= foot[1] for box in boxes(tab, ".ls-choices button")), "without scrolling the sheet"
    no_answer_is_hidden(answers)


def no_answer_is_hidden(answers):
    for answer in answers.all():
        answer.focus()
        hit = (
            "one => { const box = one.getBoundingClientRect(); return one.contains(one.getRootNode().elementFromPoint("
        )
        hit += "box.left + box.width / 2, box.top + box.height / 2)) && box.top >= 0 && box.bottom <= innerHeight; }"
        assert answer.evaluate(hit), answer.inner_text()


def test_the_image_on_a_plane_beside_a_lesson_covers_no_caption(app, follow):
    tab = follow(app, "?lesson=where-the-kl-went", viewport={"width": 1280, "height": 860})
    tab.page.locator(".lp-prior-note:visible").nth(1).wait_for()
    expect(tab.page.locator(".lp-way").filter(has_text="Decoded in this page")).to_have_count(2)
    images, planes, captions = (
        boxes(tab, f".lp-linked {part}") for part in (".lp-frame", ".lp-surface", ".lp-prior-note")
    )
    for image, plane, caption in zip(images, planes, captions, strict=True):
        assert is_inside(image, plane) and image[3] < caption[1]
