"""The page Classify in a browser: a drawing and a file are classified at once, a point opens its revision, nothing is cut."""

import io
import re

import pytest
from helpers.browser_app import expect
from PIL import Image
from test_pages import BACKGROUND, OVERFLOW

from aae_core.data import sets

SCREENS = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def revision_by_labels(app):
    """Two semi-supervised revisions, by their number of labels."""
    return {n: app.train(variant="semi-supervised", labels=n, steps=300) for n in (100, 700)}


@pytest.fixture
def link(revision_by_labels):
    """The link to the revision with 100 labels."""
    return f"classify?revision={revision_by_labels[100].id}"


@pytest.fixture
def tab(app, link, same_tab):
    """The page, with nothing drawn on it."""
    tab = same_tab(app, link)
    pad(tab).wait_for()
    if status_line(tab).inner_text():
        tab.page.get_by_role("button", name="Clear").click()
    expect(status_line(tab)).to_be_empty()
    expect_empty_bars(tab)
    return tab


def pad(tab):
    return tab.page.get_by_role("application", name="Drawing pad")


def status_line(tab):
    return tab.page.locator(".dp").get_by_role("status")


def percentages(tab):
    """What stands behind the bars, class by class."""
    return tab.page.locator(".table-block table.bars td:last-child")


def expect_empty_bars(tab):
    expect(percentages(tab)).to_have_text(["–"] * 10)


def bars(tab):
    """The probabilities in per cent, class by class, as the page writes them."""
    expect(percentages(tab)).to_have_text([re.compile("%")] * 10)
    return percentages(tab).all_inner_texts()


def digit(number):
    """A test image of the digits, uint8 8×8×1, and the PNG of it."""
    image = sets.load("digits").test.images[number]
    file = io.BytesIO()
    Image.fromarray(image[:, :, 0]).save(file, "PNG")
    return image, file.getvalue()


def percent_texts(q):
    from app.figures.number_text import percent

    return [percent(float(p)) for p in q]


def test_a_drawing_is_classified_after_each_stroke(tab):
    box = pad(tab).bounding_box()
    x, mouse = box["x"] + 0.5 * box["width"], tab.page.mouse
    mouse.move(x, box["y"] + 30)
    mouse.down()
    mouse.move(x + 4, box["y"] + 0.8 * box["height"], steps=12)
    expect(status_line(tab)).to_be_empty()
    mouse.up()
    expect(status_line(tab)).to_contain_text("Predicted:")
    first = bars(tab)
    expect(tab.image("Input of the network")).to_be_visible()
    mouse.move(x - 60, box["y"] + 40)
    mouse.down()
    mouse.move(x + 60, box["y"] + 40, steps=8)
    mouse.up()
    tab.wait_for_change(lambda: bars(tab), first)
    tab.page.get_by_role("button", name="Clear").click()
    expect(status_line(tab)).to_be_empty()
    expect_empty_bars(tab)
    tab.assert_no_errors()


def test_a_drawing_is_made_and_undone_by_keyboard(tab):
    pad(tab).focus()
    for key in (*["ArrowUp"] * 7, "Space", *["ArrowDown"] * 14, "Space"):
        tab.page.keyboard.press(key)
    expect(status_line(tab)).to_contain_text("Predicted:")
    tab.page.keyboard.press("Backspace")
    expect(status_line(tab)).to_be_empty()


def test_a_file_is_classified_as_python_classifies_it(app, link, follow, revision_by_labels, tmp_path):
    tab = follow(app, link)
    image, png = digit(11)
    (probabilities,) = revision_by_labels[100].classify(image[None])
    (tmp_path / "digit.png").write_bytes(png)
    tab.page.locator(".dp input[type=file]").set_input_files(tmp_path / "digit.png")
    expect(status_line(tab)).to_contain_text(
        f"Predicted: {probabilities.argmax()} ({percent_texts(probabilities)[probabilities.argmax()]})"
    )
    assert bars(tab) == percent_texts(probabilities)
    (tmp_path / "notes.png").write_bytes(b"hello")
    tab.page.locator(".dp input[type=file]").set_input_files(tmp_path / "notes.png")
    expect(status_line(tab)).to_contain_text("“notes.png” is not an image that this browser can read")
    assert bars(tab) == percent_texts(probabilities), "what was there stays"


def test_revision_and_drawing_are_kept_over_a_visit_to_another_page(revision_by_labels, tab):
    pad(tab).focus()
    for key in ("Space", *["ArrowDown"] * 6, "Space"):
        tab.page.keyboard.press(key)
    expect(status_line(tab)).to_contain_text("Predicted:")
    result, before = status_line(tab).inner_text(), bars(tab)
    tab.turn_to("Explore")
    assert tab.query()["revision"] == revision_by_labels[100].id
    tab.turn_to("Classify")
    expect(status_line(tab)).to_have_text(result)
    assert tab.query()["revision"] == revision_by_labels[100].id and bars(tab) == before


def test_the_plain_controls_classify_a_file_the_same(app, link, follow, revision_by_labels, tmp_path):
    tab = follow(app, link, visitor="who has drawn nothing")
    image, png = digit(3)
    (probabilities,) = revision_by_labels[100].classify(image[None])
    (tmp_path / "digit.png").write_bytes(png)
    tab.page.get_by_text("Plain controls").click()
    tab.page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(tmp_path / "digit.png")
    file_percentages = percentages(tab).filter(has_text="%")  # behind the empty bars beside the pad
    expect(file_percentages).to_have_count(10)
    assert file_percentages.all_inner_texts() == percent_texts(probabilities)


def test_a_point_of_the_chart_opens_its_revision(revision_by_labels, tab):
    chart = tab.page.get_by_test_id("stPlotlyChart").last
    chart.scroll_into_view_if_needed()
    points = chart.locator(".scatterlayer .point")
    expect(points).to_have_count(2)
    points.last.click(force=True)
    tab.page.wait_for_url(f"**revision={revision_by_labels[700].id}**")
    expect(tab.page.get_by_text("700 of the 1,438")).to_be_visible()


def test_a_link_reopens_the_images_of_a_cell(app, link, follow):
    tab = follow(app, f"{link}&cases=unsure&true=4&said=4")
    images = tab.page.locator(".table-block ul img")
    images.first.wait_for()
    assert all(": 4, predicted 4 (" in image.get_attribute("alt") for image in images.all())


@pytest.mark.thorough
def test_the_confusion_matrix_is_visible_whole_in_presenter_size(app, link, follow):
    tab = follow(app, f"{link}&size=presenter", viewport={"width": 1280, "height": 720})
    confusion_is_seen_whole(tab, 1280)


def confusion_is_seen_whole(tab, width):
    matrix = tab.page.locator(".table-scroll:has(.confusion)")
    matrix.wait_for()
    assert matrix.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    row = matrix.locator("tbody tr").first.locator(":is(th, td):visible")
    assert row.count() == (12 if width < 640 else 13), "on a phone without the number of images"


def test_page_is_sound(app, link, follow):
    tab = follow(app, link, viewport=SCREENS["phone"], color_scheme="dark")
    pad(tab).wait_for()
    expect(tab.page.locator(".table-block table.confusion")).to_be_visible()
    expect(tab.page.get_by_test_id("stPlotlyChart")).to_have_count(2)
    for scheme, screen in (("dark", "phone"), ("light", "wide")):
        tab.resize(**SCREENS[screen]).page.emulate_media(color_scheme=scheme)
        expect(tab.page.get_by_test_id("stApp")).to_have_css("background-color", BACKGROUND[scheme])
        tab.page.wait_for_timeout(500)
        assert tab.page.evaluate(OVERFLOW) <= 0
        confusion_is_seen_whole(tab, SCREENS[screen]["width"])
        assert not tab.axe_violations()
    tab.assert_no_errors()
