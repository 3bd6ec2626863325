"""Copied links show another visitor the same; parts of the page can be hidden, embedded, and in presenter size."""

import base64
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
from helpers.browser_app import expect
from PIL import Image
from test_pages import CROWDED, OVERFLOW

PLANES = """() => [...document.querySelectorAll('[data-testid^=stBidi]')].flatMap(host =>
    [...host.shadowRoot?.querySelectorAll('.lp-surface > canvas.lp-canvas, .gb-plane') ?? []]
        .map(canvas => canvas.toDataURL()))"""
BUSY = """() => [...document.querySelectorAll('[data-testid^=stBidi]')].some(host =>
    host.shadowRoot?.querySelector('[aria-busy=true]'))"""
REFUSED = "() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })"


def planes_at_rest(tab):
    """The canvases of the page's planes, once they stay as they are."""
    tab.page.wait_for_function(f"() => ({PLANES})().length > 0")
    look = f"({BUSY})() ? Math.random() : ({PLANES})()"  # a busy page never counts as unchanged
    return tab.value_at_rest(lambda: tab.page.evaluate(look))


def pixels(url):
    """A canvas as its data URL has it, H×W×4."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))))


def wait_for_planes(tab, expected_planes):
    """Wait until the page's planes show the same, pixel by pixel; else say how many differ, of each canvas."""
    for _ in range(80):
        planes = tab.page.evaluate(PLANES)
        if planes == expected_planes:
            return
        tab.page.wait_for_timeout(250)
    pairs = [[pixels(item) for item in pair] for pair in zip(planes, expected_planes, strict=True)]
    raise AssertionError([(a.shape, b.shape, a.shape == b.shape and int((a != b).any(axis=2).sum())) for a, b in pairs])


def copied_link(tab):
    """The address that the page puts into the clipboard."""
    tab.page.evaluate("navigator.clipboard.writeText('')")  # the previous copy's message may still be shown
    tab.page.get_by_role("button", name="Copy link").click()
    expect(tab.page.get_by_text("Link copied.")).to_be_visible()
    return tab.wait_for_change(lambda: tab.page.evaluate("navigator.clipboard.readText()"), "")


def open_elsewhere(app, follow, link):
    """Another visitor's tab at the same address, in a window of the same size."""
    assert link.startswith(app.url)
    tab = follow(app, link.removeprefix(app.url + "/"), visitor="somebody else")
    assert not tab.page.evaluate("[...toasts]"), "a setting of the link was ignored"
    return tab


def zoom(tab, plane=0):
    surface = tab.page.locator(".lp-surface").nth(plane)
    surface.focus()
    for key in ("+", "+", "+", "ArrowLeft", "ArrowLeft"):
        tab.page.keyboard.press(key)


def change_explore(tab):
    """Layers, a hidden class, a zoomed view, a lasso, a path, a moment and a place: sent to the server only after a pause."""
    tab.shown_code_count()
    tab.decoded_image()
    page = tab.page
    tab.unfold_layers()
    page.get_by_role("button", name="Prior samples").click()
    page.get_by_role("button", name="Push on codes").click()
    zoom(tab)
    page.keyboard.press("w")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("w")
    page.keyboard.press("a")
    moment = page.get_by_label("Moment of the training")
    if moment.count() and moment.is_visible():
        moment.focus()
        page.keyboard.press("Home")
        for _ in range(4):
            page.keyboard.press("ArrowRight")
    page.locator(".lp-legend button").nth(3).click()


@pytest.fixture(scope="module")
def history(app):
    """A small run with all of its frames."""
    from test_time import SMALL_SETTINGS

    from aae_core.config.configuration import configure
    from aae_core.runs import frame_recorder, worker

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
        return worker.train(configure(**SMALL_SETTINGS), store=app.store)


def test_a_link_shows_another_visitor_the_same_explore(app, follow, history):
    tab = follow(app, f"?revision={history.id}")
    change_explore(tab)
    link = copied_link(tab)  # at once, before all changes have been sent to the server
    query = parse_qs(urlsplit(link).query)
    assert {"z", "layers", "hidden", "window", "lasso", "path", "open", "frame"} <= query.keys()
    section = tab.page.get_by_role("region", name="Time machine")
    expect(section).to_contain_text("Losses: ")  # the frames are there
    planes = planes_at_rest(tab)
    other_tab = open_elsewhere(app, follow, link)
    other_tab.shown_code_count()
    wait_for_planes(other_tab, planes)
    other_tab.wait_until(other_tab.decoded_image, lambda image: image == tab.decoded_image())
    selection_title = ".lp-selection strong"
    expect(other_tab.page.locator(selection_title)).to_have_text(tab.page.locator(selection_title).inner_text())
    tab.settled_query()
    assert parse_qs(urlsplit(copied_link(tab)).query) == query, "once all changes are sent, the link is the same"


def test_a_link_shows_another_visitor_the_same_pair_of_dimensions(app, follow):
    wide_id = next(row.id for row in app.store.list() if row.latent_dim > 2 and row.variant == "semi-supervised")
    tab = follow(app, f"?revision={wide_id}&view=pair&across=2&up=3")
    tab.shown_code_count()
    tab.decoded_image()
    tab.page.get_by_role("button", name="D’s surface").click()
    zoom(tab)
    link, planes = copied_link(tab), planes_at_rest(tab)
    other_tab = open_elsewhere(app, follow, link)
    other_tab.shown_code_count()
    wait_for_planes(other_tab, planes)
    other_tab.wait_until(other_tab.decoded_image, lambda image: image == tab.decoded_image())


def test_a_link_shows_another_visitor_the_same_compare(app, follow):
    tab = follow(app, "compare")
    tab.shown_code_count()
    tab.page.locator(".lp-panel .lp-way:not(:empty)").nth(1).wait_for(state="attached")
    zoom(tab, 1)
    tab.page.keyboard.press("Enter")  # the code nearest to z, and the same image's on the other plane
    tab.page.locator(".lp-legend").nth(0).locator("button").nth(2).click()
    link, planes = copied_link(tab), planes_at_rest(tab)
    assert {"window", "hidden", "chosen", "left", "right"} <= parse_qs(urlsplit(link).query).keys()
    other_tab = open_elsewhere(app, follow, link)
    other_tab.shown_code_count()
    wait_for_planes(other_tab, planes)
    tab.settled_query()
    tab.turn_to("Results").turn_to("Compare")
    tab.shown_code_count()
    wait_for_planes(tab, planes)
    second_query, first_query = (parse_qs(urlsplit(value).query) for value in (copied_link(tab), link))
    assert second_query | {"z": first_query["z"]} == first_query, "but for the digits of z"


def test_a_link_shows_another_visitor_the_same_style_page(app, follow):
    tab = follow(app, "style")
    tab.shown_code_count()
    tab.unfold_layers()
    tab.page.get_by_role("button", name="Density of q(z)").click()
    zoom(tab)
    tab.page.keyboard.press("Enter")
    link, planes = copied_link(tab), planes_at_rest(tab)
    other_tab = open_elsewhere(app, follow, link)
    other_tab.shown_code_count()
    wait_for_planes(other_tab, planes)


def test_a_link_to_a_game_begins_the_same_for_another_visitor(app, follow):
    tab = follow(app, "game?game.prior=mixture&game.seed=4")
    expect(tab.page.get_by_role("button", name="Item 1")).to_be_visible()
    planes = planes_at_rest(tab)
    tab.page.get_by_text("Rates, λ, noise and steps of D").click()
    slider = tab.page.get_by_label("λ, weight of the adversary")
    slider.focus()
    slider.press("ArrowLeft")
    link, weight = copied_link(tab), slider.input_value()
    assert "game.weight" in parse_qs(urlsplit(link).query)
    other_tab = open_elsewhere(app, follow, link)
    expect(other_tab.page.get_by_role("button", name="Item 1")).to_be_visible()
    wait_for_planes(other_tab, planes)
    expect(other_tab.page.get_by_label("λ, weight of the adversary")).to_have_value(weight)


def test_without_a_clipboard_the_address_is_selected_in_a_field(app, follow):
    tab = follow(app, "results")
    tab.page.evaluate(REFUSED)
    button = tab.page.get_by_role("button", name="Copy link")
    button.focus()
    tab.page.keyboard.press("Enter")
    field = tab.page.get_by_label("Address of this page")
    expect(field).to_be_focused()
    expect(field).to_have_value(tab.page.url)
    assert field.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)") == tab.page.url
    expect(tab.page.get_by_text("press Ctrl + C")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(button).to_be_focused()
    tab.page.evaluate("delete navigator.clipboard")
    tab.page.emulate_media(media="print")
    expect(button).to_be_hidden()
    tab.page.emulate_media(media="screen")


def test_hidden_parts_are_gone_on_every_page_and_in_the_link(app, follow):
    tab = follow(app, "")
    tab.shown_code_count()
    layers, legend = tab.page.get_by_role("group", name="Layers"), tab.page.get_by_role("group", name="Classes shown")
    picker, title = tab.page.get_by_role("combobox", name="Revision"), tab.heading("Explore")
    tab.page.get_by_role("button", name="View", exact=True).click()
    for name in ("layers", "picker", "manifold"):
        tab.page.locator(f".lb input[value={name}]").check()
        tab.page.wait_for_function("name => location.search.includes(name)", arg=name)
    tab.settle()
    expect(layers).to_be_hidden()
    expect(picker).to_be_hidden()
    expect(tab.page.get_by_role("heading", name="The prior, decoded")).to_be_hidden()
    expect(legend).to_be_visible()
    expect(title).to_be_visible()
    assert not tab.axe_violations()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("button", name="View", exact=True)).to_be_focused()
    assert "hide=picker,layers,manifold" in copied_link(tab)
    tab.turn_to("Compare")
    tab.shown_code_count()
    expect(layers.first).to_be_hidden()
    expect(tab.page.get_by_role("combobox", name="Left")).to_be_hidden()
    assert parse_qs(urlsplit(copied_link(tab)).query)["hide"] == ["picker,layers,manifold"]


def test_a_frame_shows_the_plane_alone(app, follow, open_tab):
    tab = follow(app, "?hide=picker,panel,plain,manifold,histograms,time")
    tab.shown_code_count()
    tab.page.get_by_role("button", name="View", exact=True).click()
    tab.page.get_by_role("button", name="Copy embed code").click()
    expect(tab.page.get_by_text("Embed code copied.")).to_be_visible()
    html = tab.page.evaluate("navigator.clipboard.readText()")
    source = unescape(re.search(r'^<iframe src="([^"]*)" title="[^"]*" [^<>]*></iframe>$', html)[1])
    tab = open_tab(app, None)
    tab.page.goto(f"{app.url}/_stcore/health")  # a page of this machine: others may not reach into it
    tab.page.set_content(html)
    frame = tab.page.frame_locator("iframe")
    surface = frame.locator(".lp-surface")
    surface.wait_for()
    assert parse_qs(urlsplit(source).query)["embed"] == ["1"]
    hidden_parts = (frame.get_by_role("button", name="Copy link"), frame.get_by_test_id("stTopNavSection").first)
    for part in (frame.get_by_test_id("stHeader"), *hidden_parts):
        expect(part).to_be_hidden()
    box, outer = surface.bounding_box(), tab.page.locator("iframe").bounding_box()
    assert box["x"] - outer["x"] < 20 and box["y"] - outer["y"] < 260 and box["width"] > 600
    expect(frame.get_by_role("slider").first).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_presenter_size_is_larger_and_still_fits(app, follow, scheme, width):
    tab = follow(app, "", viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.shown_code_count()
    size_code = "() => ['html', 'h1'].map(css => parseFloat(getComputedStyle(document.querySelector(css)).fontSize))"
    normal_sizes, normal_plane = tab.page.evaluate(size_code), tab.page.locator(".lp-surface").bounding_box()
    tab.page.get_by_role("button", name="View", exact=True).click()
    tab.page.get_by_label("Presenter size").check()
    tab.page.wait_for_function("() => location.search.includes('size=presenter')")
    tab.page.keyboard.press("Escape")
    tab.settle()
    planes_at_rest(tab)
    presenter_sizes = tab.page.evaluate(size_code)
    assert all(after >= 1.2 * before for before, after in zip(normal_sizes, presenter_sizes, strict=True))
    presenter_plane = tab.page.locator(
        ".lp-surface"
    ).bounding_box()  # flatter, since the controls are higher, but no smaller
    assert (
        presenter_plane["width"] * presenter_plane["height"]
        > (0.8 if width < 640 else 1) * normal_plane["width"] * normal_plane["height"]
    )
    assert tab.page.evaluate(OVERFLOW) <= 0 and not tab.page.evaluate(CROWDED) and not tab.axe_violations()


def test_a_link_with_invalid_settings_opens_and_names_them(app, follow):
    absurd = {
        "hide": "layers,<b>", "size": "9" * 20_000, "embed": "maybe", "window": "0,0,0,0", "hidden": "99", "lasso": "x",
        "path": "linear~12~NaN,1", "open": "../../etc", "trails": "yes", "frame": "-1", "layers": "💥", "z": "1e999,0",
        "revision": "<img src=x onerror=alert(1)>", "point": "nan",
    }  # fmt: skip
    tab = follow(app, f"?{urlencode(absurd)}&of=all&of=probe")
    tab.wait_for_toasts(*(f"“{name}”" for name in absurd if name != "revision"))
    expect(tab.page.get_by_text("There is no revision of that name here")).to_be_visible()
    assert tab.shown_code_count() > 300
    assert not absurd.keys() - {"embed", "revision"} & tab.query().keys()
    tab.assert_no_errors()
