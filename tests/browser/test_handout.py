"""The handout file, opened from the disk without a network: its plane works as the app's."""

import html
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

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
    folder, variants_by_file = tmp_path_factory.mktemp("handout"), {"one": ["supervised"], "two": ["aae", "vae"]}
    for name, variants in variants_by_file.items():
        revisions = [revision_snapshot.open_snapshot(browser_app.shipped_revision_id(variant)) for variant in variants]
        (folder / f"{name}.html").write_bytes(
            contents.make_handout([fresh_snapshot(revision) for revision in revisions]).content
        )
    return {name: (folder / f"{name}.html").as_uri() for name in variants_by_file}


@pytest.fixture
def open_page(chromium):
    """open_page(url) -> a page without a network; at the end it has requested only its own file, and its console is empty."""
    contexts, console_texts = [], []

    def open_(url):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        contexts.append(context)
        page, requested_urls = context.new_page(), []
        page.set_default_timeout(browser_app.PATIENCE)
        page.on("console", lambda message: console_texts.append(message.text))
        page.on("pageerror", lambda error: console_texts.append(str(error)))
        page.on("request", lambda request: request.url.startswith("blob:") or requested_urls.append(request.url))
        page.goto(url)
        wait_until(page, READY)
        page.requested_urls = requested_urls
        return page

    yield open_
    request_counts = [len(page.requested_urls) for context in contexts for page in context.pages]
    for context in contexts:
        context.close()
    assert not console_texts and set(request_counts) == {1}


def wait_until(page, expression):
    """Wait until an expression is true by polling from outside, because the page's policy forbids `eval`."""
    for _ in range(browser_app.PATIENCE // 50):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never true: {expression[-200:]}")


def drag(page, plane=0, offset=(120, -60)):
    """Drag on a plane; return the images before, after the press and after the move."""
    images = [page.evaluate(IMAGES)]
    box = page.locator(".lp-surface").nth(plane).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for point in ((x, y), (x + offset[0], y + offset[1])):
        page.mouse.move(*point)
        wait_until(page, f"{IMAGES} !== {images[-1]!r}")
        images.append(page.evaluate(IMAGES))
    page.mouse.up()
    wait_until(page, "location.hash.includes('z=')")
    return images


def test_a_file_decodes_under_the_pointer_and_restores_its_view(files, open_page):
    page = open_page(files["one"])
    drag(page)
    page.get_by_role("button", name="Prior", exact=True).click()
    page.get_by_label("Content y").select_option("3")
    wait_until(page, "location.hash.includes('y=3') && location.hash.includes('layers=codes')")
    page.get_by_role("slider", name="Moment of the training").press("Home")
    wait_until(page, "location.hash.includes('frame=')")
    page.wait_for_timeout(300)
    view = [page.evaluate(expression) for expression in (IMAGES, PRESSED)]
    second_page = open_page(page.url)
    wait_until(second_page, f"{IMAGES} === {view[0]!r}")
    assert [
        second_page.evaluate(expression) for expression in (IMAGES, PRESSED)
    ] == view and second_page.url == page.url
    assert not second_page.locator("main > .lp-notes p").count()


def test_invalid_settings_in_the_address_are_ignored_and_named(files, open_page):
    normal_page, hostile_fragment = (
        open_page(files["one"]),
        "#z=1e9,0&layers=<img src=x>&point=-4&zz=1&y=2&y=3&frame=1e99&path=linear~9~x",
    )
    page = open_page(files["one"] + hostile_fragment)
    [note] = page.locator("main > .lp-notes p").all_inner_texts()
    assert all(f"“{name}”" in note for name in ("z", "layers", "point", "zz", "y", "frame")) and "…" in note
    assert page.evaluate(IMAGES) == normal_page.evaluate(IMAGES) and page.evaluate(PRESSED) == normal_page.evaluate(
        PRESSED
    )


def test_the_grid_follows_the_plane_and_is_accessible(files, open_page):
    page = open_page(files["one"])
    assert not axe_violations(page)
    page.get_by_role("button", name="Style and content").click()
    wait_until(page, f"{CELLS}.length > 60")
    page.wait_for_timeout(500)
    before = page.evaluate(CELLS)
    box = page.locator(".lp-surface").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    wait_until(page, "location.hash.includes('z=')")
    wait_until(page, f"{CELLS}[1] !== {before[1]!r}")
    page.wait_for_timeout(300)
    after = page.evaluate(CELLS)
    changed = [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed and max(changed) < len(before) / 5, changed  # the live row alone
    assert not axe_violations(page)


def test_a_drag_moves_both_linked_planes(files, open_page):
    page = open_page(files["two"])
    before, _, after = (images.split(",data:") for images in drag(page, 1))
    assert len(before) == 2 and all(a != b for a, b in zip(before, after, strict=True))
    assert re.search(r"#z=[-\d.,]+$", page.url)
    page.get_by_role("slider", name="Moment of both trainings").press("Home")
    wait_until(page, "location.hash.includes('moment=')")
    assert not axe_violations(page)


def test_a_copy_that_the_browser_saved_after_it_ran_is_the_same_page(files, open_page, tmp_path):
    page = open_page(files["one"])
    drag(page)
    parts = "['[data-part]', '.ho-bar', '.ho-foot', '.lp-notes'].map(each => document.querySelectorAll(each).length)"
    images, counts = page.evaluate(IMAGES), page.evaluate(parts)
    for k in range(2):  # a copy of a copy, too
        copy = tmp_path / f"copy {k} #1.html"
        copy.write_text(f"<!DOCTYPE html>\n{page.evaluate('document.documentElement.outerHTML')}", encoding="utf-8")
        page = open_page(copy.as_uri() + page.evaluate("location.hash"))
        wait_until(page, f"{IMAGES} === {images!r}")
        assert page.evaluate(parts) == counts
        drag(page)
        images = page.evaluate(IMAGES)


@pytest.mark.parametrize("attribute", ["src", "srcdoc"])
def test_a_sandboxed_frame_shows_it_and_says_how_to_copy_the_link(attribute, files, chromium, tmp_path):
    place = Path(url2pathname(urlsplit(files["one"]).path))
    values = {"src": files["one"], "srcdoc": html.escape(place.read_text(encoding="utf-8"))}
    frame_page = tmp_path / "frame.html"
    frame_page.write_text(
        f'<!doctype html><meta charset="utf-8"><iframe style="width: 1200px; height: 800px" sandbox="allow-scripts" '
        f'{attribute}="{values[attribute]}"></iframe>',
        encoding="utf-8",
    )
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page, errors = context.new_page(), []
    page.set_default_timeout(browser_app.PATIENCE)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(frame_page.as_uri())
    frame = page.frame_locator("iframe")
    browser_app.expect(frame.locator(".lp-way").first).to_contain_text("Decoded in")
    values_before = frame.locator(".lp-panel .lp-values").first.inner_text()
    frame.locator(".lp-surface").click(position={"x": 200, "y": 150})
    browser_app.expect(frame.locator(".lp-panel .lp-values").first).not_to_have_text(values_before)
    frame.get_by_role("button", name="Copy link").click()
    browser_app.expect(frame.locator(".ho-bar")).to_contain_text("The browser does not allow copying")
    assert not errors
    context.close()


def axe_violations(page):
    return browser_app.Tab(page, "").axe_violations()


@pytest.mark.parametrize("name", list(browser_engines.ENGINES))
def test_other_engines_open_it_from_the_disk(name, files, tmp_path):
    browser_app.skip_or_fail(browser_engines.missing_programs_reason(name))
    browser = browser_engines.ENGINES[name](tmp_path)
    try:
        browser.load_page(files["one"])
        browser.wait_for('all(".lp-way").some(way => way.textContent.includes("Decoded in"))')
        images = 'all(".lp-panel canvas.lp-image").map(canvas => canvas.toDataURL()).join()'
        before, (x, y) = browser.evaluate(images), browser.element_middle(".lp-surface")
        browser.perform_mouse_actions(
            browser_engines.pointer_move(x, y),
            browser_engines.DOWN,
            browser_engines.pointer_move(x + 100, y - 60),
            browser_engines.UP,
        )
        browser.wait_for(f'{images} !== {before!r} && location.hash.includes("z=")')
        browser.assert_no_errors()
    finally:
        browser.close()
