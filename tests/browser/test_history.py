"""Back and Forward in the browser: between pages, between settings of a page, and between pages of a lesson."""

from helpers.browser_app import expect, shipped_revision_id

from aae_core.config.configuration import configure


def wait_for_setting(tab, name: str, text: str | None):
    """Wait until the address has this text, and the page is drawn with it."""
    tab.page.wait_for_function(
        "([name, text]) => new URLSearchParams(location.search).get(name) === text", arg=[name, text]
    )
    return tab.settle()


def go_back(tab):
    tab.page.evaluate("history.back()")


def forward(tab):
    tab.page.evaluate("history.forward()")


def test_back_and_forward_between_pages(app, follow):
    tab = follow(app, f"clusters?revision={shipped_revision_id('clustering')}")
    tab.turn_to("Classify")
    tab.turn_to("Results")
    go_back(tab)
    expect(tab.heading("Classify")).to_be_visible()
    tab.settle()
    go_back(tab)
    expect(tab.heading("Clusters")).to_be_visible()
    wait_for_setting(tab, "revision", shipped_revision_id("clustering"))
    forward(tab)
    expect(tab.heading("Classify")).to_be_visible()
    forward(tab)
    expect(tab.heading("Results")).to_be_visible()
    tab.settle()


def test_back_and_forward_between_settings(app, follow):
    tab = follow(app, "train")
    epochs = tab.page.get_by_label("Epochs", exact=True)
    default_epochs = str(configure().epochs)
    expect(epochs).to_have_value(default_epochs)
    tab.enter("Epochs", 7)
    wait_for_setting(tab, "epochs", "7")
    tab.enter("Epochs", 9)
    wait_for_setting(tab, "epochs", "9")
    go_back(tab)
    expect(epochs).to_have_value("7")
    wait_for_setting(tab, "epochs", "7")
    go_back(tab)
    expect(epochs).to_have_value(default_epochs)
    wait_for_setting(tab, "epochs", None)
    forward(tab)
    expect(epochs).to_have_value("7")
    tab.enter("Epochs", 11)  # what is done after Back goes on from there
    wait_for_setting(tab, "epochs", "11")
    expect(epochs).to_have_value("11")


def test_back_between_places_of_the_plane(app, follow):
    tab = follow(app, f"?revision={shipped_revision_id('aae')}&z=0.5,0.5")
    tab.shown_code_count()
    tab.page.locator(".lp-surface").press("ArrowRight")
    tab.page.wait_for_function("() => new URLSearchParams(location.search).get('z') !== '0.5,0.5'")
    moved_z = tab.settled_query()["z"]
    go_back(tab)
    wait_for_setting(tab, "z", "0.5,0.5")
    forward(tab)
    wait_for_setting(tab, "z", moved_z)


def test_a_link_to_the_current_page_leaves_its_plane_working(app, follow):
    tab = follow(app, f"?revision={shipped_revision_id('aae')}&z=0.5,0.5")
    tab.shown_code_count()
    tab.turn_to("Explore")
    tab.page.locator(".lp-surface").press("ArrowRight")
    tab.page.wait_for_function("() => new URLSearchParams(location.search).get('z') !== '0.5,0.5'")
