"""Paths and arithmetic beneath the plane: made by keyboard and by pointer, seen, run and saved."""

import base64
import csv
import io
import re

import numpy as np
import pytest
from helpers.browser_app import LARGE_NETWORK, expect, shipped_revision_id
from PIL import Image
from test_pages import OVERFLOW

from aae_core.latent import exploration
from aae_core.store.revisions import Store

PLACE = f"?revision={shipped_revision_id('aae')}"  # a page without any query would begin with its opening
PNG = "canvas => canvas.toDataURL('image/png').split(',')[1]"


def open_section(tab):
    """The tool's section, unfolded."""
    tab.shown_code_count()
    tab.decoded_image()
    section = tab.page.locator("[data-tool=path]")
    if not section.evaluate("details => details.open"):
        section.locator("summary").click()
    return section


def clear_section(tab):
    """The section without the path of a test before, which the page remembers with the revision."""
    section = open_section(tab)
    tab.page.get_by_label("Kind of path").select_option("linear")
    tab.page.get_by_label("Number of images").fill("12")
    section.get_by_role("button", name="Clear").click()
    return section


def waypoints_by_keyboard(tab, *walks):
    """From where z is, press the arrows of each walk ("Right" so many times) and then W."""
    tab.page.locator(".lp-surface").focus()
    for arrow, times in walks:
        for _ in range(times):
            tab.page.keyboard.press(f"Arrow{arrow}")
        tab.page.keyboard.press("w")


def pixels(canvas):
    """What a canvas shows, uint8 H×W (grey)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(canvas.evaluate(PNG)))).convert("L")).astype(int)


def strip(section, count):
    """The images of the strip, n×H×W."""
    canvases = section.locator(".lp-strip canvas")
    expect(canvases).to_have_count(count)
    return np.stack([pixels(canvas) for canvas in canvases.all()])


def saved_file(tab, button):
    """The file that a button gives: its name and bytes."""
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def table(tab):
    """The codes of the strip, n×d, and their classes, from the CSV file."""
    name, content = saved_file(tab, "Save codes (CSV)")
    head, *rows = csv.reader(io.StringIO(content.decode()))
    assert name == "path.csv" and head[:2] == ["number", "class"] and head[2] == "z₁"
    assert [row[0] for row in rows] == [str(k) for k in range(len(rows))]
    return np.array([[float(value) for value in row[2:]] for row in rows]), [row[1] for row in rows]


def address_code(tab):
    """z in the address, to four digits."""
    return np.array([float(value) for value in tab.settled_query()["z"].split(",")])


def revision_of(tab, app):
    return Store(app.store.root).open(tab.query()["revision"])


def test_two_waypoints_by_keyboard_make_a_strip_and_files(app, follow):
    tab = follow(app, PLACE)
    section = clear_section(tab)
    waypoints_by_keyboard(tab, ("Left", 4), ("Right", 13))
    end = address_code(tab)
    images = strip(section, 12)
    codes, classes = table(tab)
    np.testing.assert_allclose(codes, np.linspace(codes[0], codes[-1], 12), atol=1e-6)
    np.testing.assert_allclose(codes[-1], end, rtol=1e-3)
    assert codes[-1][0] - codes[0][0] > 0.5 and set(classes) == {""}
    decoded = exploration.decode_images(revision_of(tab, app).model(), codes)[:, :, :, 0].astype(int)
    assert np.abs(images - decoded).max() <= 2
    expect(section.locator("p[role=status]").first).to_contain_text("A path through 2 waypoints, 12 images")
    tab.page.get_by_label("Number of images").fill("8")
    assert strip(section, 8).shape[0] == 8
    name, content = saved_file(tab, "Save strip (PNG)")
    sheet = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    grown = sheet.shape[0] // images.shape[1]
    assert name == "path.png" and sheet.shape == (images.shape[1] * grown, images.shape[2] * grown * 8)
    np.testing.assert_array_equal(sheet[grown // 2 :: grown, grown // 2 : images.shape[2] * grown : grown], images[0])
    tab.page.get_by_label("Kind of path").select_option("geodesic")
    result = section.locator("p[role=status]").first
    expect(result).to_contain_text("on the straight line by")
    geodesic_change, straight_change = map(
        float, re.search(r"change by ([\d.]+), on the straight line by ([\d.]+) ", result.text_content()).groups()
    )
    curve, _ = table(tab)
    line = exploration.decode_images(revision_of(tab, app).model(), np.linspace(codes[0], codes[-1], 25)) / 255
    # these are images of 256 levels
    assert geodesic_change < straight_change == pytest.approx(length_of(line), rel=0.02)
    np.testing.assert_allclose(curve[[0, -1]], codes[[0, -1]])
    assert tab.settled_query()["path"].startswith("geodesic~8~")


def length_of(images):
    """How much images in 0..1 change from each to the next, in all."""
    return np.sqrt(((images[1:] - images[:-1]) ** 2).sum((1, 2, 3))).sum()


def test_the_running_image_is_decoded_at_the_dot_on_the_path(app, follow):
    tab = follow(app, PLACE, moving=True)
    section = clear_section(tab)
    waypoints_by_keyboard(tab, ("Left", 8), ("Right", 16), ("Up", 9))
    tab.page.get_by_label("Kind of path").select_option("spherical")
    expect(section.get_by_role("button", name="Pause")).to_be_visible()  # it runs by itself
    strip(section, 12)
    scrubber = tab.page.get_by_label("Place on the path")
    scrubber.fill("20")
    expect(section.get_by_role("button", name="Play")).to_be_visible()
    player_pixels, dot = pixels(section.locator(".lp-player canvas")), section_dot(tab)
    assert np.abs(player_pixels - strip(section, 12)[5]).max() <= 1
    section.locator(".lp-strip button").nth(5).click()
    np.testing.assert_allclose(table(tab)[0][5], address_code(tab), rtol=1e-3)
    tab.settle()
    assert np.abs(pixels(tab.page.locator(".lp-panel > .lp-frame > canvas")) - player_pixels).max() <= 1
    cross = tab.page.locator(".lp-mark").last.bounding_box()
    assert np.abs(np.subtract(dot, (cross["x"] + cross["width"] / 2, cross["y"] + cross["height"] / 2))).max() < 2
    scrubber.fill("22")  # between two images of the strip
    assert np.abs(pixels(section.locator(".lp-player canvas")) - player_pixels).max() > 5


def section_dot(tab):
    box = tab.page.locator(".lp-runner").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_waypoints_are_listed_moved_and_removed(app, follow):
    tab = follow(app, PLACE)
    section = clear_section(tab)
    waypoints_by_keyboard(tab, ("Left", 3), ("Right", 9), ("Up", 5))
    rows = section.get_by_role("list", name="Waypoints").get_by_role("listitem")
    expect(rows).to_have_count(3)
    first, second, third = rows.locator("span").all_inner_texts()
    tab.page.get_by_role("button", name="Waypoint 2: move one earlier").press("Enter")
    expect(rows.locator("span")).to_have_text([second, first, third])
    expect(tab.page.get_by_role("button", name="Waypoint 1: move here")).to_be_focused()
    tab.page.get_by_role("button", name="Waypoint 2: move here").press("Enter")
    expect(rows.locator("span")).to_have_text([second, third, third])
    tab.page.get_by_role("button", name="Waypoint 3: remove it").press("Enter")
    expect(rows.locator("span")).to_have_text([second, third])
    expect(tab.page.get_by_role("button", name="Waypoint 2: remove it")).to_be_focused()
    before, image = address_code(tab), tab.decoded_image()
    tab.page.locator(".lp-waypoint").first.scroll_into_view_if_needed()
    handle = tab.page.locator(".lp-waypoint").first.bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 60, y + 40, steps=6)
    tab.page.mouse.up()
    expect(rows.locator("span").first).not_to_have_text(second)
    expect(rows.locator("span").last).to_have_text(third)
    assert np.array_equal(address_code(tab), before) and tab.decoded_image() == image, "a dragged waypoint moves z"
    tab.turn_to("Revisions")
    tab.turn_to("Explore")
    open_section(tab)
    expect(rows).to_have_count(2)
    for _ in range(5):
        tab.page.get_by_role("button", name="Add a waypoint here").click()
    expect(section.locator("p[role=status]").first).to_have_text("A path has at most 6 waypoints; remove one first.")
    expect(rows).to_have_count(6)


def test_class_means_are_added_and_subtracted(app, follow):
    tab = follow(app, PLACE)
    section = clear_section(tab)
    for term, class_ in zip("ABC", ("3", "1", "0"), strict=True):
        section.get_by_label(term, exact=True).select_option(label=f"mean of {class_}")
    tab.page.get_by_role("button", name="Move z to the sum").click()
    revision = revision_of(tab, app)
    probe = revision.probe()
    means = {k: probe.z[probe.labels == k].mean(axis=0) for k in (0, 1, 3)}
    np.testing.assert_allclose(address_code(tab), means[3] - means[1] + means[0], rtol=2e-3, atol=1e-4)
    sum_images = [pixels(canvas) for canvas in section.locator(".lp-sum canvas").all()]
    z = np.stack([means[3], means[1], means[0], means[3] - means[1] + means[0]])
    decoded = exploration.decode_images(revision.model(), z)[:, :, :, 0].astype(int)
    assert np.abs(np.stack(sum_images) - decoded).max() <= 2
    section.get_by_label("B", exact=True).select_option(label="the selected code")
    expect(section.get_by_text("No code is selected")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Move z to the sum")).to_be_disabled()
    section.get_by_label("B", exact=True).select_option(label="the current z")
    for term in ("A", "the sum"):
        tab.page.get_by_role("button", name=f"Add to path: {term}").click()
    codes, _ = table(tab)
    np.testing.assert_allclose(codes[0], means[3], rtol=1e-4)
    np.testing.assert_allclose(codes[-1], means[1], rtol=5e-3)  # 3 − (3 − 1 + 0) + 0


def test_with_reduced_motion_the_animation_starts_by_hand(app, follow):
    tab = follow(app, PLACE)
    section = clear_section(tab)
    tab.page.get_by_role("button", name="Two random samples of the prior").click()
    strip(section, 12)
    place = tab.page.get_by_label("Place on the path")
    tab.page.wait_for_timeout(700)
    expect(place).to_have_value("0")
    section.get_by_role("button", name="Play").click()
    expect(place).not_to_have_value("0")
    tab.page.get_by_label("Kind of path").select_option("density")
    for width, scheme in ((1280, "light"), (390, "dark")):
        tab.resize(width, 900).page.emulate_media(color_scheme=scheme)
        strip(section, 12)
        assert tab.page.evaluate(OVERFLOW) <= 0
        assert not tab.axe_violations()


def test_the_server_decodes_strip_and_animation_of_a_large_decoder(app, follow):
    revision = app.train(**LARGE_NETWORK)
    tab = follow(app, f"?revision={revision.id}", moving=True)
    section = clear_section(tab)
    tab.page.get_by_role("button", name="Two random samples of the prior").click()
    tab.page.get_by_label("Number of images").fill("8")
    expect(section.locator(".lp-strip canvas")).to_have_count(8)
    expect(section.locator(".lp-way")).to_have_text("")  # all have been decoded
    images = strip(section, 8)
    codes, _ = table(tab)
    decoded = revision.decode(codes)[:, :, :, 0].astype(int)
    assert np.abs(images - decoded).max() <= 1
    name, content = saved_file(tab, "Save animation (GIF)")
    film = Image.open(io.BytesIO(content))
    assert name == "path.gif" and film.n_frames > 8
    film.seek(28)  # four frames from one image of the strip to the next: the path's other end
    end = np.asarray(film.convert("L").resize(decoded.shape[:0:-1], Image.NEAREST)).astype(int)
    assert np.abs(end - decoded[-1]).max() <= 3
