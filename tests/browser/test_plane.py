"""The latent plane: keys and choices in quick succession, hidden classes, and planes of one or three dimensions."""

import pytest
from helpers.browser_app import TWO_FRAMES_SCRIPT, expect
from test_networks_arriving import drag, shipped_revision_and_url


def open_plane(follow, app, link):
    tab = follow(app, link)
    expect(tab.page.locator(".lp-panel .lp-way")).not_to_be_empty()
    tab.shown_code_count()
    return tab


def z_shown(tab):
    return tab.page.locator(".lp-panel .lp-values dd").first.inner_text()


def test_a_code_chosen_soon_after_an_arrow_stays_chosen(app, same_tab):
    tab = open_plane(same_tab, app, f"?revision={shipped_revision_and_url('aae')[0].id}")
    surface = tab.page.locator(".lp-surface")
    surface.focus()
    for _ in range(3):
        surface.press("ArrowRight")
    surface.press("Enter")
    number = tab.page.locator("[data-tool=inspect] .lp-values dd").first
    chosen, z = number.inner_text(), z_shown(tab)
    assert "point" in tab.settled_query()
    expect(number).to_have_text(chosen)
    assert z_shown(tab) == z


def test_z_from_arrow_keys_survives_an_immediate_change_of_page(app, same_tab):
    tab = open_plane(same_tab, app, f"?revision={shipped_revision_and_url('aae')[0].id}")
    surface = tab.page.locator(".lp-surface")
    surface.focus()
    before = z_shown(tab)
    for _ in range(4):
        surface.press("ArrowLeft")
    tab.page.evaluate(TWO_FRAMES_SCRIPT)  # the key's effect is drawn at the next frame
    z = z_shown(tab)
    assert z != before
    tab.turn_to("Revisions")
    tab.turn_to("Explore")
    expect(tab.page.locator(".lp-panel .lp-values dd").first).to_have_text(z)


def test_codes_of_a_hidden_class_are_no_longer_selected(app, same_tab):
    tab = open_plane(same_tab, app, f"?revision={shipped_revision_and_url('aae')[0].id}")
    tab.page.locator(".lp-surface").focus()
    tab.page.keyboard.press("a")
    result, bars = tab.page.locator(".lp-selection strong"), tab.page.locator(".lp-selection .lp-bars[title] li")
    expect(bars).to_have_count(10)
    count = int(result.inner_text().split()[0].replace(",", ""))
    entry = tab.page.get_by_role("group", name="Classes shown").get_by_role("button").nth(3)
    of_class = int(entry.locator(".lp-count").inner_text().replace(",", ""))
    entry.click()
    expect(bars).to_have_count(9)
    assert int(result.inner_text().split()[0].replace(",", "")) == count - of_class
    entry.click()
    expect(bars).to_have_count(9)  # showing the class again does not select its codes


@pytest.mark.parametrize(("dim", "view"), [(1, ""), (3, "&view=pair&across=1&up=3"), (3, "&view=pca")])
def test_planes_of_one_or_three_dimensions_decode_at_the_pointer(app, follow, dim, view):
    revision = app.train(latent_dim=dim)
    tab = open_plane(follow, app, f"?revision={revision.id}{view}")
    expect(tab.page.locator(".lp-panel .lp-way")).to_contain_text("in this page")
    image, z = tab.decoded_image(), z_shown(tab)
    drag(tab)
    tab.wait_for_other_decoded_image(image)
    tab.page.mouse.up()
    assert z_shown(tab) != z
    z_text, query_z = z_shown(tab), tab.settled_query()["z"].split(",")
    assert len(query_z) == dim
    assert z_shown(tab) == z_text, "the answer took z back"
    tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("Enter")
    assert "point" in tab.settled_query()
    expect(tab.page.locator("#lp-summary")).to_contain_text("Selected: code")
    tab.assert_no_errors()
