"""Findings in a real browser: opened by keyboard, and mended by a link that fills the form."""

import pytest
from helpers.browser_app import expect, shipped_revision_id

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.health import diagnosis
from aae_core.store.status import Status

WON = {"reconstruction": 1.0, "discrimination": 0.1, "generation": 5.0}


@pytest.fixture(scope="module")
def ill_revision(app):
    """A revision whose rows say that D won, as a training of its settings leaves them."""
    settings = {"optimiser.generation_rate": 0.01, "network.hidden": (60, 40), "name": "D wins"}
    created = app.store.create(configure(data="digits", **settings), sets.describe_data_set("digits"))
    created.write_status(Status("done", step=400, total_steps=400, epoch=28.0, total_epochs=28.0))
    rows = [{"step": step, "epoch": step / 14, "losses": {**WON, "reconstruction": 40 / step}} for step in (10, 400)]
    created.write_metrics(rows)
    yield created
    app.store.delete(created.id, for_good=True)


@pytest.mark.parametrize(("page", "name"), [("revisions", "revision"), ("train", "watch")])
def test_a_finding_opens_by_keyboard_and_its_link_fills_the_form(app, ill_revision, follow, page, name):
    former_ids = {row.id for row in app.store.list_own()}  # the other files of tests leave theirs
    tab = follow(app, f"{page}?{name}={ill_revision.id}")
    box = tab.page.get_by_test_id("stExpander").filter(has_text="D is too strong (severe)")
    expect(box).to_have_count(1)
    fix_link = box.get_by_role("link", name="Train again with this fix")
    expect(fix_link).to_be_hidden()
    box.locator("summary").press("Enter")
    expect(fix_link).to_be_visible()
    expect(box).to_contain_text("Learning rate, generation")
    assert not tab.axe_violations()
    fix_link.press("Enter")
    expect(tab.heading("Train")).to_be_visible()
    tab.settle()
    tab.page.get_by_text("All settings", exact=True).click()
    tab.page.get_by_role("tab", name="Networks").click()
    expect(tab.page.get_by_label("Hidden layers", exact=True)).to_have_value("60, 40")
    tab.page.get_by_role("tab", name="Optimiser").click()
    expect(tab.page.get_by_label("Learning rate, generation", exact=True)).to_have_value("0.1")
    assert {row.id for row in app.store.list_own()} == former_ids, "nothing starts by itself"


def test_a_shipped_revision_is_called_healthy_in_one_line(app, follow):
    tab = follow(app, f"revisions?revision={shipped_revision_id('aae')}")
    expect(tab.page.get_by_text(diagnosis.HEALTHY)).to_have_count(1)
    expect(tab.page.get_by_test_id("stExpander").filter(has_text="(severe)")).to_have_count(0)
