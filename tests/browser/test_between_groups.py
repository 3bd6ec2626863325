"""Directions beneath the plane: two groups by lasso, z moved between them by the slider, and principal directions in order."""

import re
from urllib.parse import urlencode

import numpy as np
import pytest
from helpers.browser_app import expect
from test_pages import OVERFLOW
from test_paths import pixels

from aae_core.config.derived import trained_phases
from aae_core.latent import exploration


def draw_lasso(tab, left, top, right, bottom):
    """A lasso round a part of the plane, in shares of its sides."""
    tab.page.locator(".lp-surface").evaluate("surface => surface.scrollIntoView({block: 'center'})")
    lasso = tab.page.get_by_role("button", name="Lasso: draw a line around codes")
    if lasso.get_attribute("aria-pressed") != "true":
        lasso.click()
    box = tab.page.locator(".lp-surface").bounding_box()
    for k, (x, y) in enumerate([(left, top), (right, top), (right, bottom), (left, bottom)]):
        tab.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
        if not k:
            tab.page.mouse.down()
    tab.page.mouse.up()


def on_slider(tab, slider, share):
    """Move the pointer to a share of a slider's length."""
    box = slider.bounding_box()
    tab.page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=4)


def image_canvas(tab):
    return tab.page.locator(".lp-directed > .lp-frame > canvas")


def decoding_revision(app, dim):
    """A shipped revision of so many dimensions whose decoder was trained."""
    result = (app.store.open(row.id) for row in app.store.list() if row.gallery and row.latent_dim == dim)
    return next(revision for revision in result if "reconstruction" in trained_phases(revision.config))


@pytest.mark.parametrize("dim, scheme, width", [(2, "light", 1400), (10, "dark", 390)])
def test_two_groups_by_lasso_and_z_between_them(app, follow, dim, scheme, width):
    revision = decoding_revision(app, dim)
    screen = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    tab = follow(app, f"?revision={revision.id}", **screen)
    tab.shown_code_count()
    tab.decoded_image()
    draw_lasso(tab, 0.35, 0.2, 0.6, 0.45)
    tab.page.get_by_role("button", name="Mark as group A").click()
    draw_lasso(tab, 0.5, 0.55, 0.75, 0.8)
    tab.page.get_by_role("button", name="Mark as group B").click()
    section = tab.page.locator("[data-tool=directions]")
    expect(section).to_have_attribute("open", "")
    slider = section.get_by_label("z along From A to B")
    slider.scroll_into_view_if_needed()
    on_slider(tab, slider, 0.3)
    tab.settled_query()
    link, before = tab.page.url, pixels(image_canvas(tab))
    tab.page.mouse.down()
    pictures = [before]
    for share in (0.4, 0.6, 0.8):
        on_slider(tab, slider, share)
        pictures.append(tab.wait_until(lambda: pixels(image_canvas(tab)), lambda now: (now != pictures[-1]).any()))
    assert tab.page.url == link, "the server was told before the slider was let go"
    tab.page.mouse.up()
    query = tab.settled_query()
    ends, groups = query["directions"].split("~")[:2], query["directions"].split("~")[2:]
    counts, means = zip(*(group.split(":") for group in groups), strict=True)
    a, b = (np.array([float(value) for value in mean.split(",")]) for mean in means)
    polygon = np.reshape([float(value) for value in query["lasso"].split(",")], (-1, 2))
    z = revision.probe().z
    angles = np.arctan2(*np.moveaxis(polygon - z[:, None, :2], 2, 0))
    turning_angles = (np.roll(angles, -1, axis=1) - angles + np.pi) % (2 * np.pi) - np.pi
    inside_codes = z[np.abs(turning_angles.sum(axis=1)) > np.pi]  # the lasso winds round these codes once
    assert ends == ["", ""] and int(counts[1]) == len(inside_codes) > 20
    np.testing.assert_allclose(b, inside_codes.mean(0), atol=1e-4)
    place = np.array([float(value) for value in query["z"].split(",")])
    actual = float(re.search(r"[\d.]+", slider.get_attribute("aria-valuetext"))[0]) / 100
    assert (place - a) @ (b - a) / ((b - a) @ (b - a)) == pytest.approx(actual, abs=0.01)
    model, content = revision.model(), int(query["y"]) if "y" in query else None
    if model.variant.has_content and content is None:
        content = int(revision.probe().content[0])
    decoded = exploration.decode_images(model, place[None], content)[0, :, :, 0].astype(int)
    assert np.abs(pixels(image_canvas(tab)) - decoded).mean() < 2
    strip = np.stack([pixels(canvas) for canvas in section.locator(".lp-strip").first.locator("canvas").all()])
    places = place + (np.array([-0.5, 0, 0.5, 1, 1.5]) - (place - a) @ (b - a) / ((b - a) @ (b - a)))[:, None] * (b - a)
    expected = exploration.decode_images(model, places, content)[:, :, :, 0].astype(int)
    assert np.abs(strip - expected).mean() < 2 and np.abs(strip[0] - expected[4]).mean() > 5
    second_tab = follow(app, "?" + urlencode(query), **screen, visitor="somebody else")
    selects = second_tab.page.locator("[data-tool=directions] select")
    expect(selects.nth(0)).to_have_value("A")
    expect(selects.nth(1)).to_have_value("B")
    rows = second_tab.page.locator("[data-tool=directions] .lp-directions").first.locator(".lp-direction")
    expect(rows).to_have_count(dim)
    changes = [float(re.search(r"changes by ([\d.]+)", text)[1]) for text in rows.locator("p span").all_inner_texts()]
    assert changes == sorted(changes, reverse=True) and changes[0] > 0
    first_slider = rows.first.locator("input")
    first_slider.focus()
    before = first_slider.get_attribute("aria-valuetext")
    second_tab.page.keyboard.press("ArrowRight")
    expect(first_slider).not_to_have_attribute("aria-valuetext", before)
    assert second_tab.page.evaluate(OVERFLOW) <= 0 and not second_tab.axe_violations()
