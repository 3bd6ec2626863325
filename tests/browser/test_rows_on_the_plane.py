"""A table in a browser: the chart of the decoded row follows the pointer, and one feature colours the plane."""

import numpy as np

from aae_core.latent import row_charts

WINE = {"data": "wine", "cost": "by-type", "variant": "aae", "steps": 300, "batch_size": 50}


def values(page, place=".lp-panel .lp-chart"):
    """The numbers of a chart, in the order of its features; of one beyond the chart, the end of its scale."""
    texts = page.locator(f"{place} b").all_inner_texts()
    return np.array([float(text.lstrip("≤≥ ").replace("−", "-") or "nan") for text in texts])


def z_of(page):
    text = page.locator(".lp-values dd").first.inner_text()
    return np.array([[float(part.replace("−", "-")) for part in text.strip("()").split(",")]])


def colour_count(page):
    """How many different colours the plane has."""
    return page.locator(".lp-canvas").first.evaluate(
        """canvas => new Set(new Uint32Array(canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


def plane_image(page):
    return page.locator(".lp-canvas").first.evaluate("canvas => canvas.toDataURL()")


def test_the_chart_follows_a_drag_in_the_features_own_units(app, follow):
    revision = app.train(**WINE)
    tab = follow(app, f"?revision={revision.id}")
    page = tab.page
    page.locator(".lp-panel .lp-way:not(:empty)").wait_for(state="attached")
    assert (
        tuple(page.locator(".lp-panel .lp-chart li > span:first-child").all_inner_texts())
        == revision.data.features.names
    )
    assert not page.locator(".lp-panel .lp-image").is_visible() and not page.locator('[data-tool="draw"]').is_visible()
    before = values(page)
    box = page.locator(".lp-surface").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.62 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
    tab.wait_until(lambda: values(page), lambda now: not np.array_equal(now, before))
    now = tab.value_at_rest(lambda: values(page).tolist())
    page.mouse.up()
    (expected_values,) = revision.decode(z_of(page))  # z is read to two places
    nearby_values = revision.decode(
        z_of(page) + np.array([[0.006, 0.006], [-0.006, 0.006], [0.006, -0.006], [-0.006, -0.006]])
    )
    features = revision.data.features
    reach = 1.15 * np.maximum(np.array(features.highs) - features.medians, np.array(features.medians) - features.lows)
    assert (np.abs(now - expected_values) <= np.abs(nearby_values - expected_values).max(0) + reach / 100).all()


def test_one_feature_colours_the_plane_and_is_in_the_link(app, open_tab, follow):
    revision = app.train(**WINE)
    tab = open_tab(app, f"?revision={revision.id}&layers=codes,manifold")
    page = tab.page
    tab.wait_until(lambda: colour_count(page), lambda count: count > 100)
    first = tab.value_at_rest(lambda: plane_image(page))
    page.get_by_label("Feature on the heat map").select_option("proline")
    tab.wait_for_change(lambda: plane_image(page), first)
    page.wait_for_function("() => new URLSearchParams(location.search).get('feature') === '12'")
    tab.settle()
    chosen = tab.value_at_rest(lambda: plane_image(page))
    second_tab = follow(app, page.url.removeprefix(app.url + "/"), visitor="somebody else")
    second_tab.wait_until(
        lambda: second_tab.page.get_by_label("Feature on the heat map").input_value(), lambda now: now == "12"
    )
    second_tab.wait_until(lambda: plane_image(second_tab.page), lambda now: now == chosen)


def test_a_chosen_row_has_its_reconstruction_and_a_path_its_rows(app, follow):
    revision = app.train(**WINE)
    tab = follow(app, f"?revision={revision.id}&point=3&open=inspect,path&path=linear~8~-1,0;1,0")
    page = tab.page
    page.locator('[data-tool="inspect"] .lp-chart-ring:not([hidden])').first.wait_for()
    (expected_values,) = revision.decode(revision.probe().z[[3]])
    chart_values, features = values(page, '[data-tool="inspect"] .lp-chart'), revision.data.features
    reach = 1.15 * np.maximum(np.array(features.highs) - features.medians, np.array(features.medians) - features.lows)
    assert (np.abs(chart_values - expected_values) <= reach / 100).all()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save codes (CSV)").last.click()
    head, *rows = download.value.path().read_text().splitlines()
    assert head.split(",")[4:] == list(features.names) and len(rows) == 8
    written = np.array([row.split(",")[2:] for row in rows], float)
    assert (np.abs(written[:, 2:] - revision.decode(written[:, :2])) <= reach / 100).all()


def test_the_time_machine_decodes_rows_with_the_decoder_of_the_step(app, follow):
    revision = app.train(**WINE | {"steps": 1000, "optimiser.schedule": ()})
    step = revision.frames().keys[0]
    tab = follow(app, f"?revision={revision.id}&frame={step}&z=1.5,-1.5")
    (middle, reach), z = row_charts.feature_centres_and_half_widths(revision.data.features), np.array([[1.5, -1.5]])
    decoded = np.concatenate([revision.decode(z, step=step), revision.decode(z)])
    early_values, final_values = decoded.clip(middle - reach * 128 / 127, middle + reach)
    assert (np.abs(early_values - final_values) > reach / 10).any(), "the early decoder is another"
    tab.page.locator(".lp-panel .lp-chart b").last.wait_for()
    tab.wait_until(lambda: values(tab.page), lambda now: (np.abs(now - early_values) <= reach / 100).all())
    signs = [
        text[:1] if text[:1] in "≤≥" else "" for text in tab.page.locator(".lp-panel .lp-chart b").all_inner_texts()
    ]
    assert signs == ["≥" if far > 1 else "≤" if far < -128 / 127 else "" for far in (decoded[0] - middle) / reach]
