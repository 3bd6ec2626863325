"""How quickly the grid of styles × classes follows a slider, in a real Chromium on the page Style and content.

    python -m benchmarks.browser.style_grid [--moves 100] [--write]

Starts the app over the gallery and opens ten styles and all ten classes, with the live row and column beside them. Prints a
Markdown table; `--write` keeps it in docs/results/style_grid.md. Exit status 1 if the target is missed. Needs playwright and
Chromium, which draws by software here, and a machine that is otherwise at rest; takes about a minute.
"""

import random
import sys

from app.server import assets
from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app, median_and_p95, p95

REVISION = browser_app.shipped_revision_id("supervised")
MAX_MS = 60  # ms a slider move
REST_MS = 800  # ms after a release until the page has sent everything
# From an event's time stamp to the end of the frame in which a cell of the grid has changed. Its pixels are read after the clock.
WATCH_CELL = """([kind, number]) => {
    const hosts = [...document.querySelectorAll('[data-testid^=stBidi]')];
    const table = hosts.map(host => host.shadowRoot?.querySelector('.sg-table')).find(Boolean);
    const cell = () => [...table.querySelectorAll('td canvas')].at(number);
    const pixels = () => { const c = cell(); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.join(); };
    let lastPixels = pixels(), moveTime = null;
    window.painted = [];
    const channel = new MessageChannel();
    const next = () => requestAnimationFrame(() => channel.port2.postMessage(0));
    channel.port1.onmessage = () => {
        const now = performance.now(), newPixels = pixels();
        if (newPixels === lastPixels) return next();
        painted.push(now - moveTime);
        [lastPixels, moveTime] = [newPixels, null];
    };
    window.watching?.abort();
    window.watching = new AbortController();
    addEventListener(kind, event => {
        if (moveTime !== null) return;
        lastPixels = pixels();
        moveTime = (event.getCoalescedEvents?.()[0] ?? event).timeStamp;
        next();
    }, {capture: true, signal: watching.signal});
}"""


class StylePage:
    """The page with ten styles and ten classes, and how many messages it has sent to the server."""

    def __init__(self, browser, server):
        self.message_count = 0
        self.page = browser.new_page(viewport={"width": 1280, "height": 1200})
        self.page.set_default_timeout(browser_app.PATIENCE)
        self.page.on("websocket", lambda socket: socket.on("framesent", self._count_message))
        styles = ",".join(str(k) for k in range(0, 1000, 100))
        self.page.goto(f"{server.url}/style?revision={REVISION}&images={styles}&blend=3~8~0.2")
        self.page.locator(".sg-live .lp-way:not(:empty)").wait_for()
        self.page.wait_for_selector(browser_app.IDLE_PAGE)
        self.page.wait_for_timeout(3 * REST_MS)
        self.cells = self.page.locator(".sg-table td canvas").count()

    def _count_message(self, _):
        self.message_count += 1

    def measure_slider(self, name: str, cell: int, moves: int) -> tuple[list[float], int]:
        """ms from each move of a slider until that cell is painted, and how many messages the page sent meanwhile."""
        box = self.page.locator(".sg-live").get_by_role("slider", name=name).bounding_box()
        y, rng = box["y"] + box["height"] / 2, random.Random(0)
        positions = [box["x"] + box["width"] * (0.15 + 0.7 * (0.382 * k % 1)) for k in range(moves + 1)]
        self.page.mouse.move(positions[0], y)
        self.page.mouse.down()
        self.page.wait_for_timeout(REST_MS)
        self.page.evaluate(WATCH_CELL, ["pointermove", cell])
        first_count = self.message_count
        for x in positions[1:]:
            self.page.mouse.move(x, y)
            self.page.wait_for_timeout(rng.uniform(8, 33))  # not synchronised with the display, like a hand
        times, messages = self.page.evaluate("painted"), self.message_count - first_count
        self.page.mouse.up()
        self.page.wait_for_timeout(REST_MS)
        return times, messages

    def measure_other_styles(self, times: int) -> list[float]:
        """ms from each press of "Other styles", which replaces the style of every row, until all cells are painted."""
        self.page.evaluate(WATCH_CELL, ["click", -1])
        for _ in range(times):
            self.page.get_by_role("button", name="Other styles").click()
            self.page.wait_for_timeout(REST_MS)
        return self.page.evaluate("painted")


def measure(args) -> dict:
    """All figures by name, in ms."""
    with bench.open_browser_and_server() as (browser, server):
        server.start()
        bench.say("Sliders.")
        style_page = StylePage(browser, server)
        style_page.measure_slider("z₁", 10, 10)
        decoder = bench.describe_layers(assets.page_networks(server.store.open(REVISION).model()).decoder)
        figures = {"browser": browser.version, "cells": style_page.cells, "decoder": decoder}
        figures["style"], figures["spoken"] = style_page.measure_slider("z₁", 10, args.moves)
        figures["content"], messages = style_page.measure_slider("Share of the second content", -11, args.moves)
        figures["spoken"] += messages
        bench.say("Other styles in every row.")
        figures["all"] = style_page.measure_other_styles(args.moves // 5)
    return figures


def target_rows(value) -> list[tuple[str, str, str, bool]]:
    """What was measured, the figure, its target, and whether it is met."""
    target = f"p95 ≤ {MAX_MS} ms"
    sliders = {"style": "Style slider → the live row", "content": "Content slider → the live column"}
    other_styles = f"Another style in every row → all {value['cells'] - 11} cells of the rows painted, median / p95"
    return [
        *(
            (f"{title} painted, median / p95", median_and_p95(value[key]), target, p95(value[key]) <= MAX_MS)
            for key, title in sliders.items()
        ),
        (other_styles, median_and_p95(value["all"]), "", True),
        ("Messages to the server while a slider is dragged", str(value["spoken"]), "0", value["spoken"] == 0),
    ]


def report(results, args, conditions) -> tuple[str, bool]:
    explanation = (
        f"Ten styles × ten classes beside a live row and column, {results['cells']} cells, decoder {results['decoder']} of the "
        "shipped revision. Times are from the event's time stamp to the end of the frame in which the cell has changed; "
        f"{args.moves} moves, 8 to 33 ms apart at random. Only cells that change are decoded: eleven for each move of a slider."
    )
    return bench.report_page(
        "How quickly the grid of styles and classes follows", conditions, target_rows(results), explanation
    )


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "style_grid", {"moves": 100}, measure, report))
