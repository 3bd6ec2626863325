"""The main job without a mouse: the plane, its tools, a training and its place, styles, two planes; and where the focus is."""

import re

import pytest
from helpers import browser_app
from helpers.browser_app import expect

STATE = re.compile("done")
# The innermost element that has the focus: its name (without the icon's), whether it is in sight, and whether by keyboard.
FOCUS = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    if (!at || at.matches('body, main, html')) return null;
    const box = (at.closest('canvas') ?? at).getBoundingClientRect();  // a table's cells are painted
    const name = at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText || at.id || at.tagName;
    const seen = box.bottom > 0 && box.right > 0 && box.y < innerHeight && box.x < innerWidth;
    return {name: name.replace(/^\\s*[a-z]+(_[a-z]+)*\\n+/, '').trim(), seen, keyboard: at.matches(':focus-visible')};
}"""
DEEPEST = """() => {
    let at = document.activeElement;
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at.closest('canvas') ?? at;
}"""


class Walk:
    """A person at a keyboard."""

    def __init__(self, tab):
        self.tab, self.page = tab, tab.page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def focused_name(self) -> str:
        """The name of what has the focus, which must be in sight and look focused."""
        result = self.page.evaluate(FOCUS)
        assert result, "the focus is lost"
        assert result["seen"] and result["keyboard"], result
        return result["name"]

    def tab_to(self, name, key="Tab", max_presses=150):
        """Press Tab until something of that name (or its beginning) has the focus."""
        names = []
        for _ in range(max_presses):
            self.press(key)
            if self.page.evaluate(FOCUS) is None:  # the browser's own controls, between the page's end and its begin
                continue
            names.append(self.focused_name())
            if names[-1].startswith(name):
                return self
        raise AssertionError(f"{name} is not among {names}")

    def turn_to(self, title):
        """Go to a page by the sections at the top, which stand before everything else."""
        self.tab_to(browser_app.SECTIONS[title], "Shift+Tab").press("Enter")
        link = self.page.get_by_test_id("stTopNavDropdownLink").filter(has_text=title)
        link.wait_for()
        for _ in range(6):
            if link.evaluate("link => link.matches(':focus, :focus-within') || link.contains(document.activeElement)"):
                break
            self.press("ArrowDown")
        self.press("Enter")
        expect(self.tab.heading(title)).to_be_visible()
        self.tab.settle()
        return self

    def type(self, label, text):
        self.tab_to(label).press("Control+a")
        self.page.keyboard.type(text)
        return self


def test_the_main_job_by_keyboard_alone(app, open_tab):
    tab = open_tab(app)
    tab.shown_code_count()
    walk = Walk(tab)
    on_the_plane(walk)
    with_its_tools(walk)
    id_ = train(walk, app)
    open_in_explore(walk, id_)
    give_a_style(walk)
    compare(walk)
    tab.assert_no_errors()


def on_the_plane(walk):
    tab, page = walk.tab, walk.page
    before = tab.decoded_image()
    walk.tab_to("Latent plane").press("ArrowRight", "ArrowRight", "ArrowUp")
    tab.wait_for_other_decoded_image(before)
    z = page.locator(".lp-panel .lp-values dd").first

    def current_z():
        return [float(v) for v in re.findall(r"[\d.]+|−[\d.]+", z.inner_text().replace("−", "-"))]

    coarse = z1_change(walk, current_z, "ArrowLeft")
    assert 0 < z1_change(walk, current_z, "Shift+ArrowLeft") < coarse / 4
    tab.unfold_layers()
    page.locator(".lp-surface").focus()
    for key, title in {"d": "Density of q(z)", "c": "Codes", "m": "Manifold"}.items():
        switch = page.get_by_role("button", name=title, exact=True)
        pressed = switch.get_attribute("aria-pressed")
        walk.press(key)
        expect(switch).not_to_have_attribute("aria-pressed", pressed)
        walk.press(key)
        expect(switch).to_have_attribute("aria-pressed", pressed)
    walk.press("Enter")
    chosen = page.locator("[data-tool=inspect]")
    expect(
        chosen.get_by_text("original", exact=True).or_(chosen.get_by_text("reconstruction", exact=True)).first
    ).to_be_visible()
    assert walk.focused_name().startswith("Latent plane")
    walk.press("?")
    keys = page.get_by_role("dialog", name="Keys of the latent plane")
    expect(keys).to_be_visible()
    assert walk.focused_name() == "Keys of the latent plane"
    expect(keys.get_by_text("Arrows", exact=True)).to_be_in_viewport()
    walk.press("Escape")
    expect(keys).to_be_hidden()
    for key, name in {"l": "Lasso", "b": "Box"}.items():
        walk.press(key)
        expect(page.get_by_role("button", name=re.compile(name))).to_have_attribute("aria-pressed", "true")
        walk.press("Escape")
        expect(page.get_by_role("button", name=re.compile(name))).to_have_attribute("aria-pressed", "false")
    walk.press("+", "+", "a")
    some = int(page.locator(".lp-selection strong").inner_text().split()[0].replace(",", ""))
    assert 0 < some < tab.shown_code_count()
    walk.press("Escape")
    expect(page.locator(".lp-selection strong")).to_have_count(0)
    walk.press("Escape", "0")
    expect(chosen.get_by_text("Click a code on the plane")).to_be_visible()
    assert walk.focused_name().startswith("Latent plane")


def z1_change(walk, current_z, key):
    """How far a key moves z₁."""
    before = current_z()
    walk.press(key)
    return abs(walk.tab.wait_for_change(current_z, before)[0] - before[0])


def with_its_tools(walk):
    page = walk.page
    walk.press("w", *["ArrowRight"] * 6, "w")
    expect(page.get_by_role("list", name="Waypoints").get_by_role("listitem")).to_have_count(2)
    assert walk.focused_name().startswith("Latent plane")
    walk.press("x")
    assert walk.focused_name() == "Drawing pad"
    walk.press(*["ArrowUp"] * 5, "Space", *["ArrowDown"] * 10, "Space")
    drawn = page.locator("[data-tool=draw]")
    expect(drawn.get_by_text("reconstruction", exact=True)).to_be_visible()
    assert walk.focused_name() == "Drawing pad"
    walk.tab_to("Latent plane", "Shift+Tab")


def train(walk, server):
    """A short training by the form; its revision's id, once it is done."""
    walk.tab.wait_until(server.training_process_ids, lambda ids: not ids)  # one of a former try would fold the form
    walk.turn_to("Train")
    walk.tab_to("Data")
    walk.page.keyboard.type("Digits")
    walk.press("Enter")
    walk.type("Epochs", "3").type("Name of the revision", "By keyboard").press("Tab")
    start = walk.page.get_by_role("button", name="Start training")
    expect(walk.page.get_by_text("as measured", exact=False)).to_be_visible()
    expect(start).to_be_enabled()
    if walk.focused_name() != "Start training":
        walk.tab_to("Start training")
    walk.press("Enter")
    expect(walk.page.get_by_role("heading", name="By keyboard", exact=True)).to_be_visible()
    walk.focused_name()
    badge = walk.page.locator(".stMarkdownBadge").first
    expect(badge.filter(has_text=STATE)).to_be_visible()
    walk.focused_name()
    return server.newest_revision().id


def open_in_explore(walk, id_):
    walk.tab_to("Open in Explore").press("Enter")
    expect(walk.tab.heading("Explore")).to_be_visible()
    walk.tab.settle()
    assert walk.tab.query()["revision"] == id_
    assert walk.tab.shown_code_count() == 1438
    before = walk.tab.decoded_image()
    walk.tab_to("Latent plane").press(*["ArrowUp"] * 4)
    walk.tab.wait_for_other_decoded_image(before)
    walk.focused_name()


def give_a_style(walk):
    """On Style and content: an image is chosen, and a row takes its style."""
    page = walk.page
    walk.turn_to("Style and content")
    walk.tab_to("Open").press("Enter")  # this revision has no content, and the page leads to one that has
    expect(page.locator(".sg-table td canvas").first).to_be_visible()
    walk.tab.settle()
    walk.tab_to("Image ").press("ArrowRight", "Enter")
    chosen = page.locator(".sg-images [aria-selected=true]")
    expect(chosen).to_have_count(1)
    number = chosen.get_attribute("data-image")
    walk.focused_name()
    walk.tab_to("Live style", "Shift+Tab").press("ArrowDown", "Enter")
    expect(page.locator(".sg-take[data-kind=row]").first).to_contain_text(number)
    page.wait_for_function("n => new URLSearchParams(location.search).get('images')?.split(',')[0] === n", arg=number)
    walk.tab.settle()
    walk.focused_name()


def compare(walk):
    """On Compare: one plane is moved, and both decode."""
    page = walk.page
    walk.turn_to("Compare")
    expect(page.locator(".lp-way").filter(has_text="Decoded in this page")).to_have_count(2)

    def images():
        return page.locator(".lp-panel canvas.lp-image").evaluate_all("all => all.map(one => one.toDataURL())")

    before = images()
    walk.tab_to("Latent plane of").press(*["ArrowRight"] * 4)
    for side in range(2):
        walk.tab.wait_for_change(lambda side=side: images()[side], before[side])
    walk.focused_name()


def picture(page, stop):
    """What is seen of an element and 6 px around it, and its size."""
    box = stop.as_element().bounding_box()
    size = page.viewport_size
    left, top = max(0, box["x"] - 6), max(0, box["y"] - 6)
    right, bottom = min(size["width"], box["x"] + box["width"] + 6), min(size["height"], box["y"] + box["height"] + 6)
    if right - left < 1 or bottom - top < 1:
        return b"", None
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return page.screenshot(clip=clip), (clip["width"], clip["height"])


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        ("", "light"),
        ("train", "dark"),
        ("style", "light"),
        ("compare", "dark"),
        ("revisions", "light"),
        pytest.param("", "dark", marks=pytest.mark.thorough),
    ],
)
def test_every_stop_of_the_tab_key_looks_focused(app, follow, path, scheme):
    """A picture of each stop, once with the focus and once without: they differ."""
    tab = follow(app, path, color_scheme=scheme)
    if path in ("", "style", "compare"):
        tab.page.locator(".lp-panel .lp-way:not(:empty), .sg-live .lp-way:not(:empty)").first.wait_for(state="attached")
    if path == "train":  # the page runs anew once a step's time is known
        tab.page.get_by_text("as measured").wait_for()
    walk, n_stops, unmarked_names = Walk(tab), 0, []
    tab.page.wait_for_timeout(1000)
    for _ in range(45):
        walk.press("Tab")
        if not tab.page.evaluate(FOCUS):  # the page as a whole, which can be scrolled
            continue
        name, n_stops = walk.focused_name(), n_stops + 1
        stop = tab.page.evaluate_handle(DEEPEST)
        focused_picture, focused_place = picture(tab.page, stop)
        walk.press("Tab")
        unfocused_picture, unfocused_place = picture(tab.page, stop)
        walk.press("Shift+Tab")
        if focused_place == unfocused_place and focused_picture == unfocused_picture:
            unmarked_names.append(name)
    assert n_stops > 12 and not unmarked_names, (n_stops, unmarked_names)
