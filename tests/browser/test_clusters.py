"""The page Clusters in a browser: heads and members, other images, how many to ask for, and clusters as contents of the grid."""

import numpy as np
import pytest
from serving import expect
from test_style import class_of, image_of

from aae_core.config.configuration import configure
from aae_core.jobs import worker

TINY = {"network.hidden": (32,), "network.discriminator": (32,), "data": "digits", "steps": 120, "threads": 1}
FIGURES = "figure:has(figcaption)"


@pytest.fixture
def found(own_app):
    """A revision with 6 clusters and one with 20, in the app's store."""
    made = [configure(variant="clustering", clusters=k, latent_dim=3, name=f"{k} of them", **TINY) for k in (6, 20)]
    return [worker.train(config, store=own_app.store) for config in made]


def overflow(tab):
    return tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("screen", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_each_cluster_stands_with_its_head_and_images_and_leads_to_another_count(own_app, open_tab, found, screen):
    tab = open_tab(own_app, f"clusters?revision={found[0].id}", viewport=screen)
    cards = tab.page.locator(FIGURES)
    expect(cards).to_have_count(6)
    assert not tab.grave() and overflow(tab) <= 0
    probe = found[0].probe()
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


def test_before_a_class_clusters_stand_in_two_columns_and_their_images_grow_with_the_letters(own_app, open_tab, found):
    heads = {}
    for size in ("usual", "presenter"):
        tab = open_tab(own_app, f"clusters?revision={found[0].id}&size={size}", viewport={"width": 1280, "height": 720})
        cards = tab.page.locator(FIGURES)
        expect(cards).to_have_count(6)
        boxes = [card.bounding_box() for card in cards.all()]
        assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"] and overflow(tab) <= 0
        heads[size] = tab.image("Head of cluster 0").bounding_box()["width"]
    assert heads["presenter"] == pytest.approx(heads["usual"] * 22 / 16, rel=0.01)


def test_the_grid_has_clusters_for_columns_and_takes_an_image_s_own(own_app, open_tab, found):
    tab = open_tab(own_app, f"style?revision={found[1].id}")
    columns = tab.page.locator(".sg-take[data-kind=column]")
    expect(columns).to_have_count(16)
    tab.page.get_by_role("button", name="Every cluster").click()
    expect(columns).to_have_count(20)
    expect(columns.nth(19)).to_have_text("19")
    probe = found[1].probe()
    tray = tab.page.locator(".sg-images [role=option]")
    others = [
        k for k in range(tray.count()) if probe.content[image_of(tray.nth(k))] != probe.labels[image_of(tray.nth(k))]
    ]
    chosen = tray.nth(others[0])
    image = image_of(chosen)
    assert class_of(chosen) == str(probe.labels[image])
    chosen.click()
    columns.nth(7).click()
    expect(columns.nth(7)).to_have_text(str(probe.content[image]))
    assert not tab.grave() and overflow(tab) <= 0
