"""The page Style and content in a browser: the grid answers at once, rows and columns take from images, a link reopens it."""

import re

import pytest
from helpers.browser_app import expect, shipped_revision_id

PATH = f"style?revision={shipped_revision_id('supervised')}"


class Grid:
    """The grid of styles × classes on an open page; row 0 and column 0 are live."""

    def __init__(self, tab):
        self.tab, self.page = tab, tab.page
        self.wait()

    def wait(self):
        """Until every cell shows something."""
        self.page.locator(".sg-live .lp-way:not(:empty)").wait_for()
        for _ in range(600):
            if self.cells().count() and all(
                width > 1 for width in self.cells().evaluate_all("a => a.map(c => c.width)")
            ):
                return self
            self.page.wait_for_timeout(100)
        raise AssertionError("The cells stay empty.")

    def cells(self, row=None):
        rows = self.page.locator(".sg-table tbody tr")
        return (rows if row is None else rows.nth(row)).locator("td canvas")

    def images(self, row):
        """What the cells of a row show."""
        return self.cells(row).evaluate_all("all => all.map(canvas => canvas.toDataURL())")

    def wait_for_others(self, row, before):
        return self.tab.wait_for_change(lambda: self.images(row), before)

    def heads(self, kind):
        return self.page.locator(f".sg-take[data-kind={kind}]")

    def tray(self, number):
        return self.page.locator(".sg-images [role=option]").nth(number)

    def wait_for_link(self, name, value):
        self.page.wait_for_function("([n, v]) => new URLSearchParams(location.search).get(n) === v", arg=[name, value])
        self.tab.settle()

    def drag(self, source, target):
        """From the middle of an element to that of another; the pointer stays down."""
        target.scroll_into_view_if_needed()
        at, to = source.bounding_box(), target.bounding_box()
        mouse = self.page.mouse
        mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        mouse.down()
        mouse.move(to["x"] + to["width"] / 2, to["y"] + to["height"] / 2, steps=8)


@pytest.fixture
def grid(app, same_tab):
    return Grid(same_tab(app, PATH))


def image_of(option):
    return int(option.get_attribute("data-image"))


def class_of(option):
    return option.get_attribute("aria-label").split(", ")[1]


def test_a_slider_moves_the_live_row_without_the_server(grid):
    live_images, first_row_images, link = grid.images(0), grid.images(1), grid.page.url
    slider = grid.page.locator(".sg-live").get_by_role("slider", name="z₁")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    grid.page.mouse.move(x, y)
    grid.page.mouse.down()
    grid.page.mouse.move(x + 60, y, steps=10)
    moved_images = grid.wait_for_others(0, live_images)
    assert all(a != b for a, b in zip(live_images, moved_images, strict=True)) and grid.images(1) == first_row_images
    assert grid.page.url == link, "the server was asked before the slider was let go"
    grid.page.mouse.up()
    grid.page.wait_for_function("link => location.href !== link", arg=link)
    grid.tab.settle()
    assert grid.images(0) == moved_images, "the server's answer moves the style"
    assert "z" in grid.tab.query()


def test_an_image_on_a_row_gives_its_style_on_a_column_its_content(grid):
    rows = [text.split()[-1] for text in grid.heads("row").all_inner_texts()]
    image, before = image_of(grid.tray(4)), grid.images(1)
    grid.drag(grid.tray(4), grid.heads("row").first)
    held_images = grid.wait_for_others(1, before)
    grid.page.mouse.up()
    grid.wait_for_link("images", ",".join([str(image), *rows[1:]]))
    assert grid.images(1) == held_images, "what was seen while it was held over the row"
    label = class_of(grid.tray(3))
    grid.drag(grid.tray(3), grid.heads("column").nth(0))
    grid.page.mouse.up()
    expect(grid.heads("column").first).to_have_text(label)
    grid.wait_for_link("columns", f"{label},1,2,3,4,5,6,7,8,9")
    former_images = [grid.images(row) for row in range(1, 4)]
    grid.page.reload()
    grid.wait()
    assert [grid.images(row) for row in range(1, 4)] == former_images, "the link reopens it"


def test_between_two_contents_the_live_column_follows_the_slider(grid):
    before = [grid.images(row) for row in range(3)]
    slider = grid.page.get_by_role("slider", name="Share of the second content")
    slider.fill("0.5")
    for row in range(3):
        after = grid.wait_for_others(row, before[row])
        assert after[0] != before[row][0] and after[1:] == before[row][1:]
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^50 %"))
    grid.page.wait_for_function("() => new URLSearchParams(location.search).get('blend')?.endsWith('~0.5')")


def test_the_plane_and_the_live_row_have_the_same_style(grid):
    before = grid.images(0)
    grid.page.locator(".lp-surface").scroll_into_view_if_needed()
    box = grid.page.locator(".lp-surface").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    grid.page.mouse.move(x, y)
    grid.page.mouse.down()
    grid.page.mouse.move(x + 40, y - 70, steps=8)
    after = grid.wait_for_others(0, before)
    link = grid.page.url
    grid.page.mouse.up()
    grid.page.wait_for_function("link => location.href !== link", arg=link)
    grid.tab.settle()
    assert grid.images(0) == after
    mark = grid.page.locator(".lp-mark").last
    place = mark.get_attribute("style")
    grid.drag(grid.tray(1), grid.heads("live-row"))
    grid.page.mouse.up()
    grid.page.wait_for_function("([el, old]) => el.getAttribute('style') !== old", arg=[mark.element_handle(), place])


def test_by_keyboard_an_image_is_chosen_and_a_column_takes_it(grid):
    grid.tray(0).focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        grid.page.keyboard.press(key)
    chosen = grid.page.locator(".sg-images [aria-selected=true]")
    expect(chosen).to_have_count(1)
    label = class_of(chosen)
    grid.heads("live-column").focus()
    for key in ("End", "Home", "ArrowRight", "Enter"):
        grid.page.keyboard.press(key)
    expect(grid.heads("column").first).to_have_text(label)
    grid.page.keyboard.press("Delete")
    expect(grid.heads("column")).to_have_count(9)
    grid.page.keyboard.press("Escape")
    expect(grid.page.locator(".sg-images [aria-selected=true]")).to_have_count(0)


def test_two_images_swap_and_every_class_comes_back(grid):
    grid.page.get_by_role("button", name="Swap two at random").click()
    expect(grid.heads("row")).to_have_count(2)
    expect(grid.heads("column")).to_have_count(2)
    grid.page.wait_for_function("() => new URLSearchParams(location.search).get('columns')?.split(',').length === 2")
    first_class, second_class = grid.heads("column").all_inner_texts()
    assert first_class != second_class
    grid.page.get_by_role("button", name="Every class").click()
    expect(grid.heads("column")).to_have_count(10)


def test_on_a_narrow_screen_an_image_is_given_by_two_taps_or_a_touch_drag(open_tab, app):
    grid = Grid(open_tab(app, PATH, viewport={"width": 390, "height": 844}, has_touch=True))
    image = image_of(grid.tray(2))
    grid.tray(2).tap()
    grid.heads("row").nth(1).tap()
    expect(grid.heads("row").nth(1)).to_contain_text(str(image))
    scrolls = grid.page.locator(".sg-scroll").evaluate("el => el.scrollWidth > el.clientWidth")
    assert scrolls, "the table scrolls in its own region, not the page"
    grid.tab.settle()  # Python's answer lays out the tray anew
    grid.page.wait_for_timeout(500)
    drag_by_finger(grid.tab, grid.tray(4), grid.heads("row").nth(0))
    expect(grid.heads("row").nth(0)).to_contain_text(str(image_of(grid.tray(4))))
    grid.tab.settle()
    expect(grid.heads("row").nth(2)).not_to_contain_text(str(image))
    drag_by_finger(grid.tab, grid.heads("row").nth(1), grid.heads("row").nth(2))  # a row's own image
    expect(grid.heads("row").nth(2)).to_contain_text(str(image))


def drag_by_finger(tab, source, target):
    """A finger goes down from one element and then aside to another."""
    page = tab.page
    source.scroll_into_view_if_needed()
    # an element has no box while it is laid out anew
    boxes = tab.wait_until(lambda: [source.bounding_box(), target.bounding_box()], all)
    (x, y), (left, top) = ((box["x"] + 20, box["y"] + 15) for box in boxes)
    finger = page.context.new_cdp_session(page)

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 13):
        touch("touchMove", {"x": x + (left - x) * max(0, step - 4) / 8, "y": y + (top - y) * min(1, step / 8)})
        page.wait_for_timeout(20)
    touch("touchEnd")


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_no_class_name_is_cut_off(follow, app, width, height):
    coloured = next(row.id for row in app.store.list() if (row.variant, row.data) == ("supervised", "colour-glyphs"))
    tab = follow(app, f"style?revision={coloured}", viewport={"width": width, "height": height})
    tab.page.locator(".sg-table td canvas").last.wait_for()
    tab.settle()
    for part in (".sg-take[data-kind=column]", ".sg-take[data-kind=column] span"):
        heads = tab.page.locator(part).evaluate_all(
            "all => all.map(e => [e.innerText, e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight])"
        )
        assert len(heads) == 6 and all(max(rest) <= 1 for _, *rest in heads), heads


def test_in_presenter_size_all_styles_and_contents_are_visible(follow, app):
    tab = follow(app, f"{PATH}&size=presenter", viewport={"width": 1280, "height": 720})
    cells = tab.page.locator(".sg-table td canvas")
    cells.last.wait_for()
    tab.value_at_rest(lambda: cells.last.bounding_box())
    boxes = cells.evaluate_all("all => all.map(cell => cell.getBoundingClientRect().toJSON())")
    assert len(boxes) == 7 * 11 and min(box["width"] for box in boxes) >= 36
    assert max(box["bottom"] for box in boxes) <= 720 and max(box["right"] for box in boxes) <= 1280
    holder = tab.page.locator(".sg-scroll").evaluate("all => [all.scrollWidth, all.clientWidth]")
    assert holder[0] <= holder[1], "no column is cut off"
