"""The page Clusters in a browser: heads and members, other images, how many to ask for, and clusters as contents of the grid."""

import numpy as np
import pytest
from helpers.browser_app import expect
from test_style import class_of, image_of

FIGURES = "figure:has(figcaption)"


@pytest.fixture
def clusterings(app):
    """A revision with 6 clusters and one with 20."""
    return [app.train(variant="clustering", clusters=k, latent_dim=3, steps=120) for k in (6, 20)]


def overflow(tab):
    return tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def head_width_in_two_columns(tab, cards):
    """The width of the first cluster's head."""
    boxes = [card.bounding_box() for card in cards.all()]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"] and overflow(tab) <= 0
    return tab.image("Head of cluster 0").bounding_box()["width"]


def set_presenter_size(tab, is_on):
    tab.page.get_by_role("button", name="View", exact=True).click()
    tab.page.get_by_label("Presenter size").set_checked(is_on)
    tab.page.wait_for_function("on => location.search.includes('size=presenter') === on", arg=is_on)
    tab.page.keyboard.press("Escape")
    tab.settle().page.wait_for_timeout(300)


def test_each_cluster_is_shown_with_its_head_and_images(app, follow, clusterings):
    tab = follow(app, f"clusters?revision={clusterings[0].id}", viewport={"width": 1280, "height": 720})
    cards = tab.page.locator(FIGURES)
    expect(cards).to_have_count(6)
    normal_width = head_width_in_two_columns(tab, cards)
    set_presenter_size(tab, True)
    assert head_width_in_two_columns(tab, cards) == pytest.approx(normal_width * 22 / 16, rel=0.01), (
        "images grow with the letters"
    )
    set_presenter_size(tab, False)
    tab.resize(390, 844)
    expect(cards).to_have_count(6)
    assert not tab.axe_violations() and overflow(tab) <= 0
    probe = clusterings[0].probe()
    largest = int(np.bincount(probe.content).argmax())
    sheet = f"Images of cluster {largest}"
    before = tab.pixels(sheet)
    tab.page.get_by_role("button", name="Show other images").click()
    tab.wait_for_other_pixels(sheet, before)
    tab.enter("Clusters K", 1)
    expect(tab.page.get_by_test_id("stAlert")).to_contain_text("from 2 to 1,000")
    tab.enter("Clusters K", 12)
    tab.page.get_by_role("link", name="Train with 12 clusters").click()
    expect(tab.heading("Train")).to_be_visible()
    assert tab.settled_query()["clusters"] == "12" and tab.query()["variant"] == "clustering"


def test_the_grid_has_clusters_as_columns_and_takes_an_image_s_cluster(app, follow, clusterings):
    tab = follow(app, f"style?revision={clusterings[1].id}")
    columns = tab.page.locator(".sg-take[data-kind=column]")
    expect(columns).to_have_count(16)
    tab.page.get_by_role("button", name="Every cluster").click()
    expect(columns).to_have_count(20)
    expect(columns.nth(19)).to_have_text("19")
    probe = clusterings[1].probe()
    tray = tab.page.locator(".sg-images [role=option]")
    misassigned_positions = [
        k for k in range(tray.count()) if probe.content[image_of(tray.nth(k))] != probe.labels[image_of(tray.nth(k))]
    ]
    chosen_image = tray.nth(misassigned_positions[0])
    image = image_of(chosen_image)
    assert class_of(chosen_image) == str(probe.labels[image])
    chosen_image.click()
    columns.nth(7).click()
    expect(columns.nth(7)).to_have_text(str(probe.content[image]))
    assert not tab.axe_violations() and overflow(tab) <= 0
