"""The list of sorted images beneath the plane of Explore, by keyboard alone."""

import csv
import re

import numpy as np
from helpers.browser_app import expect


def test_a_card_chosen_by_keyboard_is_the_chosen_code_of_the_plane(app, follow):
    revision = app.train()
    z = revision.probe().z
    tab = follow(app, f"?revision={revision.id}&open=inspect")
    page = tab.page
    fold = page.locator("summary").filter(has_text="Sort the images")
    fold.focus()
    page.keyboard.press("Enter")
    cards = page.get_by_role("radiogroup", name="Images").get_by_role("radio")
    expect(cards).to_have_count(24)
    page.get_by_role("button", name="CSV of").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(cards.nth(1)).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(2)).to_be_checked()
    expect(cards.nth(2)).to_be_focused()
    number = int(re.search(r"\d+$", page.locator("[data-testid=stRadioOption]").nth(2).inner_text()).group())
    assert page.get_by_role("radio", name=f"Image {number}, reconstruction:").count() == 1
    expect(page.locator("[data-tool=inspect] .lp-values dd").first).to_have_text(re.compile(rf"{number}, "))
    query = tab.settled_query()
    assert query["point"] == str(number) and query["sorted"] == "error"
    assert np.allclose([float(v) for v in query["z"].split(",")], z[number], rtol=1e-3)
    plane, card = page.get_by_role("application").bounding_box(), cards.nth(2).bounding_box()
    assert plane["y"] + 100 < card["y"] < 900, "the plane is in sight above the list"
    assert not tab.axe_violations()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of").press("Enter")
    with open(download.value.path(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() >= {"error", "log_p", "far"}
    errors = [float(row["error"]) for row in rows]
    assert len(rows) == len(z) and errors == sorted(errors, reverse=True) and rows[2]["image"] == str(number)
    second_tab = follow(app, page.url.removeprefix(app.url + "/"), visitor="somebody else")
    expect(second_tab.page.get_by_role("radio", name=f"Image {number}, reconstruction:")).to_be_checked()
    fold.press("Enter")
    expect(cards).to_have_count(0)
    assert "sorted" not in tab.settled_query()
