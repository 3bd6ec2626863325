"""The handout file, opened from the disk without a network: its plane works as the app's."""

import re

import pytest
from helpers import browser_app, browser_engines
from helpers.snapshots import fresh_snapshot

from app.cache import revision_snapshot
from app.handout import contents

INSIDE = """(selector => [...document.querySelectorAll("[data-part]")]
    .flatMap(part => [...part.shadowRoot.querySelectorAll(selector)]))"""
IMAGES = f"{INSIDE}('.lp-panel canvas.lp-image').map(canvas => canvas.toDataURL()).join()"
DECODED = f"{INSIDE}('.lp-way').filter(way => way.textContent.includes('Decoded in')).length"
READY = f"{DECODED} && {DECODED} >= {INSIDE}('.lp-surface').length"
CELLS = f"{INSIDE}('.sg-table td canvas').map(canvas => canvas.toDataURL())"
PRESSED = f"{INSIDE}('.lp-left > .lp-switches [aria-pressed=true]').map(each => each.textContent).join()"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The file of a shipped revision with contents, and that of the comparison of two: their addresses."""
    folder, wanted = tmp_path_factory.mktemp("handout"), {"one": ["supervised"], "two": ["aae", "vae"]}
    for name, variants in wanted.items():
        revisions = [revision_snapshot.open_snapshot(browser_app.shipped(variant)) for variant in variants]
        (folder / f"{name}.html").write_bytes(
            contents.make_handout([fresh_snapshot(revision) for revision in revisions]).content
        )
    return {name: (folder / f"{name}.html").as_uri() for name in wanted}


@pytest.fixture
def opened(chromium):
    """opened(url) -> a page without a network; at the end it has requested only its own file, and its console is empty."""
    contexts, heard = [], []

    def open_(url):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        contexts.append(context)
        page, collected = context.new_page(), []
        page.set_default_timeout(browser_app.PATIENCE)
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: request.url.startswith("blob:") or collected.append(request.url))
        page.goto(url)
        until(page, READY)
        page.asked = collected
        return page

    yield open_
    calls = [len(page.asked) for context in contexts for page in context.pages]
    for context in contexts:
        context.close()
    assert not heard and set(calls) == {1}


def until(page, expression):
    """Wait until an expression is true by polling from outside, because the page's policy forbids `eval`."""
    for _ in range(browser_app.PATIENCE // 50):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never true: {expression[-200:]}")


def drag(page, plane=0, by=(120, -60)):
    """Drag on a plane; return the images before, after the press and after the move."""
    seen = [page.evaluate(IMAGES)]
    box = page.locator(".lp-surface").nth(plane).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for place in ((x, y), (x + by[0], y + by[1])):
        page.mouse.move(*place)
        until(page, f"{IMAGES} !== {seen[-1]!r}")
        seen.append(page.evaluate(IMAGES))
    page.mouse.up()
    until(page, "location.hash.includes('z=')")
    return seen


def test_a_file_decodes_under_the_pointer_and_restores_its_view(files, opened):
    page = opened(files["one"])
    drag(page)
    page.get_by_role("button", name="Prior", exact=True).click()
    page.get_by_label("Content y").select_option("3")
    until(page, "location.hash.includes('y=3') && location.hash.includes('layers=codes')")
    page.get_by_role("slider", name="Moment of the training").press("Home")
    until(page, "location.hash.includes('frame=')")
    page.wait_for_timeout(300)
    seen = [page.evaluate(what) for what in (IMAGES, PRESSED)]
    other = opened(page.url)
    until(other, f"{IMAGES} === {seen[0]!r}")
    assert [other.evaluate(what) for what in (IMAGES, PRESSED)] == seen and other.url == page.url
    assert not other.locator("main > .lp-notes p").count()


def test_invalid_settings_in_the_address_are_ignored_and_named(files, opened):
    usual, hostile = (
        opened(files["one"]),
        "#z=1e9,0&layers=<img src=x>&point=-4&zz=1&y=2&y=3&frame=1e99&path=linear~9~x",
    )
    page = opened(files["one"] + hostile)
    [said] = page.locator("main > .lp-notes p").all_inner_texts()
    assert all(f"“{name}”" in said for name in ("z", "layers", "point", "zz", "y", "frame")) and "…" in said
    assert page.evaluate(IMAGES) == usual.evaluate(IMAGES) and page.evaluate(PRESSED) == usual.evaluate(PRESSED)


def test_the_grid_follows_the_plane_and_is_accessible(files, opened):
    page = opened(files["one"])
    assert not axe_violations(page)
    page.get_by_role("button", name="Style and content").click()
    until(page, f"{CELLS}.length > 60")
    page.wait_for_timeout(500)
    before = page.evaluate(CELLS)
    box = page.locator(".lp-surface").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    until(page, "location.hash.includes('z=')")
    until(page, f"{CELLS}[1] !== {before[1]!r}")
    page.wait_for_timeout(300)
    after = page.evaluate(CELLS)
    changed = [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed and max(changed) < len(before) / 5, changed  # the live row alone
    assert not axe_violations(page)


def test_a_drag_moves_both_linked_planes(files, opened):
    page = opened(files["two"])
    before, _, after = (images.split(",data:") for images in drag(page, 1))
    assert len(before) == 2 and all(a != b for a, b in zip(before, after, strict=True))
    assert re.search(r"#z=[-\d.,]+$", page.url)
    page.get_by_role("slider", name="Moment of both trainings").press("Home")
    until(page, "location.hash.includes('moment=')")
    assert not axe_violations(page)


def axe_violations(page):
    return browser_app.Tab(page, "").axe_violations()


@pytest.mark.parametrize("name", list(browser_engines.ENGINES))
def test_other_engines_open_it_from_the_disk(name, files, tmp_path):
    browser_app.need(browser_engines.missing(name))
    browser = browser_engines.ENGINES[name](tmp_path)
    try:
        browser.go(files["one"])
        browser.wait('all(".lp-way").some(way => way.textContent.includes("Decoded in"))')
        images = 'all(".lp-panel canvas.lp-image").map(canvas => canvas.toDataURL()).join()'
        before, (x, y) = browser.look(images), browser.middle(".lp-surface")
        browser.point(
            browser_engines.move(x, y), browser_engines.DOWN, browser_engines.move(x + 100, y - 60), browser_engines.UP
        )
        browser.wait(f'{images} !== {before!r} && location.hash.includes("z=")')
        browser.assert_no_errors()
    finally:
        browser.close()
