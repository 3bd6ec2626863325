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
from benchmarks.browser.bench import both, browser_app, p95

REVISION = browser_app.shipped("supervised")
LIMIT = 60  # ms a slider move
REST = 800  # ms after a release until the page has sent everything
# From an event's time stamp to the end of the frame in which a cell of the grid has changed. Its pixels are read after the clock.
WATCH = """([kind, number]) => {
    const hosts = [...document.querySelectorAll('[data-testid^=stBidi]')];
    const table = hosts.map(host => host.shadowRoot?.querySelector('.sg-table')).find(Boolean);
    const cell = () => [...table.querySelectorAll('td canvas')].at(number);
    const pixels = () => { const c = cell(); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.join(); };
    let before = pixels(), began = null;
    window.painted = [];
    const channel = new MessageChannel();
    const next = () => requestAnimationFrame(() => channel.port2.postMessage(0));
    channel.port1.onmessage = () => {
        const now = performance.now(), shown = pixels();
        if (shown === before) return next();
        painted.push(now - began);
        [before, began] = [shown, null];
    };
    window.watching?.abort();
    window.watching = new AbortController();
    addEventListener(kind, event => {
        if (began !== null) return;
        before = pixels();
        began = (event.getCoalescedEvents?.()[0] ?? event).timeStamp;
        next();
    }, {capture: true, signal: watching.signal});
}"""


class Styled:
    """The page with ten styles and ten classes, and how many messages it has sent to the server."""

    def __init__(self, browser, server):
        self.sent = 0
        self.page = browser.new_page(viewport={"width": 1280, "height": 1200})
        self.page.set_default_timeout(browser_app.PATIENCE)
        self.page.on("websocket", lambda socket: socket.on("framesent", self._count))
        styles = ",".join(str(k) for k in range(0, 1000, 100))
        self.page.goto(f"{server.url}/style?revision={REVISION}&images={styles}&blend=3~8~0.2")
        self.page.locator(".sg-live .lp-way:not(:empty)").wait_for()
        self.page.wait_for_selector(browser_app.IDLE)
        self.page.wait_for_timeout(3 * REST)
        self.cells = self.page.locator(".sg-table td canvas").count()

    def _count(self, _):
        self.sent += 1

    def slide(self, name: str, cell: int, moves: int) -> tuple[list[float], int]:
        """ms from each move of a slider until that cell is painted, and how many messages the page sent meanwhile."""
        box = self.page.locator(".sg-live").get_by_role("slider", name=name).bounding_box()
        y, rng = box["y"] + box["height"] / 2, random.Random(0)
        places = [box["x"] + box["width"] * (0.15 + 0.7 * (0.382 * k % 1)) for k in range(moves + 1)]
        self.page.mouse.move(places[0], y)
        self.page.mouse.down()
        self.page.wait_for_timeout(REST)
        self.page.evaluate(WATCH, ["pointermove", cell])
        before = self.sent
        for x in places[1:]:
            self.page.mouse.move(x, y)
            self.page.wait_for_timeout(rng.uniform(8, 33))  # not synchronised with the display, like a hand
        actual, spoken = self.page.evaluate("painted"), self.sent - before
        self.page.mouse.up()
        self.page.wait_for_timeout(REST)
        return actual, spoken

    def all_anew(self, times: int) -> list[float]:
        """ms from each press of "Other styles", which replaces the style of every row, until all cells are painted."""
        self.page.evaluate(WATCH, ["click", -1])
        for _ in range(times):
            self.page.get_by_role("button", name="Other styles").click()
            self.page.wait_for_timeout(REST)
        return self.page.evaluate("painted")


def measure(args) -> dict:
    """All figures by name, in ms."""
    with bench.opened() as (browser, server):
        server.start()
        bench.say("Sliders.")
        styled = Styled(browser, server)
        styled.slide("z₁", 10, 10)
        decoder = bench.layers(assets.page_networks(server.store.open(REVISION).model()).decoder)
        result = {"browser": browser.version, "cells": styled.cells, "decoder": decoder}
        result["style"], result["spoken"] = styled.slide("z₁", 10, args.moves)
        result["content"], spoken = styled.slide("Share of the second content", -11, args.moves)
        result["spoken"] += spoken
        bench.say("Other styles in every row.")
        result["all"] = styled.all_anew(args.moves // 5)
    return result


def rows(value) -> list[tuple[str, str, str, bool]]:
    """What was measured, the figure, its target, and whether it is met."""
    target = f"p95 ≤ {LIMIT} ms"
    sliders = {"style": "Style slider → the live row", "content": "Content slider → the live column"}
    every = f"Another style in every row → all {value['cells'] - 11} cells of the rows painted, median / p95"
    return [
        *((f"{what} painted, median / p95", both(value[key]), target, p95(value[key]) <= LIMIT) for key, what in sliders.items()),
        (every, both(value["all"]), "", True),
        ("Messages to the server while a slider is dragged", str(value["spoken"]), "0", value["spoken"] == 0),
    ]  # fmt: skip


def report(results, args, measured) -> tuple[str, bool]:
    words = (
        f"Ten styles × ten classes beside a live row and column, {results['cells']} cells, decoder {results['decoder']} of the "
        "shipped revision. Times are from the event's time stamp to the end of the frame in which the cell has changed; "
        f"{args.moves} moves, 8 to 33 ms apart at random. Only cells that change are decoded: eleven for each move of a slider."
    )
    return bench.page("How quickly the grid of styles and classes follows", measured, rows(results), words)


if __name__ == "__main__":
    sys.exit(bench.run(__doc__, "style_grid", {"moves": 100}, measure, report))
