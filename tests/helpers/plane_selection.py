"""What a visitor does with the codes on the plane of Explore: read the legend, draw a lasso, download the selection."""

import io

import pandas

# as shares of the plane's sides; clear of the legend at its left and the buttons at its right
RECTANGLE = ((0.85, 0.88), (0.85, 0.3), (0.3, 0.3), (0.3, 0.88), (0.85, 0.88))
LEGEND_TEXTS = """entries => entries.map(entry =>
    ['.lp-class', '.lp-count'].map(part => entry.querySelector(part).textContent))"""


def legend_counts(page) -> dict[str, int]:
    """{name: count} of the groups in the legend, which may be redrawn meanwhile."""
    texts = page.locator(".lp-legend button").evaluate_all(LEGEND_TEXTS)
    return {name.strip(): int(count.replace(",", "")) for name, count in texts}


def select_by_lasso(tab, corners=RECTANGLE) -> None:
    """Draw a lasso on the plane, and wait until the selected items are listed."""
    page = tab.page
    page.get_by_label("Lasso: draw a line around codes").click()
    box = page.locator(".lp-surface").bounding_box()
    for step, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if step == 0:
            page.mouse.down()
    page.mouse.up()
    page.locator(".lp-items tbody tr").first.wait_for()


def download_selection(tab) -> pandas.DataFrame:
    """The selected items as "Save as CSV" writes them."""
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Save as CSV").click()
    return pandas.read_csv(io.StringIO(download.value.path().read_text(encoding="utf-8")))
