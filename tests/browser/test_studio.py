"""The prior studio as a person uses it: painted by mouse and by keyboard, kept by the link, trained on, and refused for a VAE."""

import re

from helpers.browser_app import IDLE_PAGE, expect
from test_pages import OVERFLOW

from aae_core.config import painting

PAINTED = "train?prior.name=painted"


def studio(tab):
    """The square that is painted on, once it is there."""
    canvas = tab.page.get_by_role("application", name="Painting of the prior")
    canvas.wait_for()
    canvas.scroll_into_view_if_needed()
    return canvas


def cells(tab):
    """What is painted, as the link has it once it has come to rest."""
    return painting.parse_painting(tab.settled_query().get("prior.painting", "ring"))


def cell_middle(canvas, x, y):
    """The middle of a cell of the square on the screen."""
    canvas.page.wait_for_selector(IDLE_PAGE)  # while the script runs it may stand beside the one before
    expect(canvas).to_have_count(1)
    box = canvas.bounding_box()
    return box["x"] + (x + 0.5) / 64 * box["width"], box["y"] + (y + 0.5) / 64 * box["height"]


def test_a_painting_is_in_the_link_and_in_the_trained_revision(app, follow):
    tab = follow(app, "train?steps=20")
    tab.pick("Prior", "Painted")
    canvas = studio(tab)
    tab.page.get_by_role("button", name="Clear").click()
    expect(tab.page.get_by_text("Nothing is painted.")).to_be_visible()
    start = tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue"))
    expect(start).to_be_disabled()
    tab.page.mouse.move(*cell_middle(canvas, 10, 50))
    tab.page.mouse.down()
    tab.page.mouse.move(*cell_middle(canvas, 50, 50), steps=6)
    tab.page.mouse.up()
    painted = cells(tab)
    assert [bool(painted[50 * 64 + x]) for x in (10, 30, 50, 60)] == [True, True, True, False]
    assert not any(painted[: 40 * 64])
    second_tab = follow(app, tab.page.url.removeprefix(app.url + "/"), visitor="somebody else")
    expect(second_tab.page.get_by_text(re.compile("% of the square is painted"))).to_be_visible()
    assert cells(second_tab) == painted
    second_tab.enter("Name of the revision", "Bar")
    expect(second_tab.page.get_by_text("as measured", exact=False)).to_be_visible()
    second_tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
    expect(second_tab.page.get_by_role("heading", name="Bar", exact=True)).to_be_visible()
    assert painting.parse_painting(app.store.open(app.newest_revision().id).config.prior.painting) == painted


def test_painting_and_undo_by_keyboard(app, follow):
    tab = follow(app, f"{PAINTED}&variant=label-informed")
    canvas, keys = studio(tab), tab.page.keyboard
    expect(tab.page.get_by_text("a class for every part of the painting", exact=False)).to_be_visible()
    canvas.focus()
    for key in (" ", "ArrowLeft", "ArrowLeft", " "):
        keys.press(key)
    painted = cells(tab)
    assert painted[32 * 64 + 26] == 15 + 16 and painting.parse_painting("ring")[32 * 64 + 26] == 0, (
        "for the first class"
    )
    keys.press("Backspace")
    assert cells(tab) == painting.parse_painting("ring")
    tab.page.get_by_role("button", name="Divide among the classes").press("Enter")
    expect(tab.page.get_by_text("a part for each class", exact=False)).to_be_visible()
    tab.settle()  # for a moment the button stands beside the one before
    expect(tab.page.get_by_role("button", name=re.compile("Start training|Add to the queue"))).to_be_enabled()
    assert painting.classes_in_painting(cells(tab)) == tuple(range(10))


def test_the_studio_fits_and_says_what_a_painted_prior_needs(app, follow):
    tab = follow(app, f"{PAINTED}&variant=vae", viewport={"width": 390, "height": 844}, color_scheme="dark")
    canvas = studio(tab)
    for width, scheme in ((390, "dark"), (1280, "light")):
        tab.resize(width, 844).page.emulate_media(color_scheme=scheme)
        the_studio_fits(tab, canvas)


def the_studio_fits(tab, canvas):
    assert canvas.bounding_box()["width"] > 250 and tab.page.evaluate(OVERFLOW) <= 0
    expect(tab.page.get_by_text("needs only samples of the painting", exact=False)).to_be_visible()
    assert tab.axe_violations() == []
