"""A table with ids and further columns on Explore: colour and filter by a column, find, select, see what differs,
save; the ids are those of the file."""

import io

import numpy as np
import pandas

from aae_core.data import sets
from aae_core.data.number_texts import ValueFormat
from aae_core.data.own_data.item_tables import load_item_table

N = 150
RNG = np.random.default_rng(11)
PENGUINS = pandas.DataFrame(
    {
        "sample": [f"N{i:03}" for i in RNG.permutation(N)],
        "species": RNG.choice(["Adelie", "Gentoo"], N),
        "bill": RNG.normal(40, 5, N).round(1),
        "depth": RNG.normal(17, 2, N).round(1),
        "sex": RNG.choice(["male", "female", None], N),
        "age": RNG.normal(3, 1, N).round(2),
    }
)
PENGUINS.loc[[4, 9], "bill"] = np.nan


def legend(page):
    """{name: count} of the groups in the legend."""
    entries = page.locator(".lp-legend button").all()
    return {
        entry.locator(".lp-class").inner_text().strip(): int(entry.locator(".lp-count").inner_text())
        for entry in entries
    }


def find_items(tab, items):
    """Find the items whose id contains N00, and the first of them by a click; all of them are selected."""
    page = tab.page
    page.locator("[data-tool=find] summary").click()
    page.get_by_label("Find items").fill("n00")
    expected = int(items["id"].str.contains("N00").sum())
    page.get_by_role("button", name=f"Select all {expected}").click()
    tab.wait_until(
        page.locator(".lp-selection strong").first.inner_text, lambda now: now == f"{expected} codes selected"
    )
    page.get_by_role("button", name="Clear selection").click()


def test_a_filter_leaves_other_codes_grey_and_out_of_the_lasso(app, follow, monkeypatch):
    revision = app.train(data="digits", variant="aae", steps=50)
    labels = revision.probe().labels
    tab = follow(app, f"?revision={revision.id}&filter=class&keep=%5B%223%22%5D")
    page, count = tab.page, int((labels == 3).sum())
    page.get_by_text(f"{count:,} of {len(labels):,} in colour").wait_for()
    tab.wait_until(lambda: legend(page), lambda now: now.get("3") == count and sum(now.values()) == count)
    widths = lambda: [page.locator(f".st-key-{name}").bounding_box()["width"] for name in ("colour", "filter")]  # noqa: E731
    assert widths() == [280, 240]
    follow(app, f"?revision={revision.id}&size=presenter")
    tab.wait_until(widths, lambda now: now[0] > 300 and now[1] > 260)


def test_a_column_colours_the_plane_and_a_selection_goes_back_to_the_file(app, follow, monkeypatch):
    root = app.folder / "data"
    monkeypatch.setenv("AAE_DATA", str(root))
    PENGUINS.to_csv(app.folder / "penguins.csv", index=False)
    options = {"leave_out": ["sample", "sex", "age"], "value_format": ValueFormat(drop_missing=True)}
    sets.add_data_set(app.folder / "penguins.csv", "penguins", root, label="species", **options)
    revision = app.train(data="penguins", variant="aae", steps=50)
    probe = revision.probe()
    tab = follow(app, f"?revision={revision.id}&colour=sex")
    page = tab.page
    page.locator(".lp-legend button").first.wait_for()
    source = PENGUINS.dropna(subset="bill")
    items = load_item_table("penguins").iloc[probe.index]
    expected = items["sex"].value_counts().to_dict() | {"missing": int(items["sex"].isna().sum())}
    tab.wait_until(lambda: legend(page), lambda now: now == expected)

    find_items(tab, items)
    page.get_by_label("Lasso: draw a line around codes").click()
    box = page.locator(".lp-surface").bounding_box()
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]
    for step, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if step == 0:
            page.mouse.down()
    page.mouse.up()
    page.locator(".lp-items tbody tr").first.wait_for()
    page.locator(".lp-differences li[data-name=bill] svg").wait_for()
    page.locator(".lp-differences li[data-name=sex]").wait_for()
    assert "standard deviations of all items" in page.locator(".lp-differing [role=status]").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    saved = pandas.read_csv(io.StringIO(download.value.path().read_text()))
    assert len(saved) > 10
    rows = source.loc[saved["row"]]
    assert saved["id"].tolist() == rows["sample"].tolist() and saved["class"].tolist() == rows["species"].tolist()
    pandas.testing.assert_series_equal(
        saved["age"], rows["age"].reset_index(drop=True), check_names=False, check_dtype=False
    )
    assert saved["sex"].fillna("").tolist() == rows["sex"].fillna("").tolist()
    np.testing.assert_allclose(saved[["z₁", "z₂"]], probe.z[saved["number"]], atol=1e-4)
    first = page.locator(".lp-items tbody tr").first.locator("td").all_inner_texts()
    assert first[0] == saved["id"][0] and first[1] == str(saved["row"][0])
    colour_without_a_run(tab, items)


def colour_without_a_run(tab, items):
    """Colour the codes by other columns although Python is told of nothing any more."""
    page = tab.page
    page.evaluate("() => { window.send_ = WebSocket.prototype.send; WebSocket.prototype.send = () => {}; }")
    choice = page.get_by_role("combobox", name="Colour of the codes")
    assert choice.input_value() == choice.locator("option", has_text="Coloured by sex").get_attribute("value")
    for label, values in (("class", items["label"]), ("sex", items["sex"])):
        choice.select_option(label=f"Coloured by {label}")
        counts = values.value_counts().to_dict()
        expected = counts | ({"missing": int(values.isna().sum())} if values.isna().any() else {})
        tab.wait_until(lambda: legend(page), lambda now, expected=expected: now == expected)
    choice.focus()
    choice.press("ArrowDown")
    tab.wait_until(lambda: legend(page), lambda now: sum(now.values()) == len(items) and "missing" not in now)
    page.evaluate("() => { WebSocket.prototype.send = window.send_; }")
