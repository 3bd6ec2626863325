"""Whether long use costs memory: moves on the plane, turns from page to page, and live updates, in a real Chromium.

    python benchmarks/steady.py [--moves 1000] [--turns 200] [--updates 100] [--write]

Starts the app over the gallery and a store of its own. Prints a Markdown table of the server's memory and the page's heap
before, in the middle and after; `--write` keeps it in docs/steady.md. Exit status 1 if the second half of anything
grew by more than 5 %. Needs playwright and Chromium; takes about ten minutes.
"""

import sys
import tempfile
from pathlib import Path

import bench  # the folders of the app and of the browser tests are on the path by it
import psutil
import serving
from rehearsal import Rehearsal

PAGES = ("Train", "Style and content", "Compare", "Revisions", "Explore")
# What shows that all parts of a page are there, and how many of it.
PARTS = {
    "Explore": (".lp-panel .lp-way:not(:empty)", 1), "Compare": (".lp-panel .lp-way:not(:empty)", 2),
    "Style and content": (".sg-live .lp-way:not(:empty)", 1),
}  # fmt: skip
FLAT = 0.05
MEBI = 2**20
REST = 3_000  # ms after which what was left behind can be collected, so many times
AGAIN = 6
# What is measured: its name in the table, and whether it has to be flat.
FIGURES = {
    "server": ("Server, resident", "MiB", True),
    "heap": ("Page, JavaScript heap", "MiB", True),
    "arrays": ("Page, typed arrays and WebAssembly", "MiB", True),
    "renderer": ("Page's process, resident", "MiB", False),
    "nodes": ("Elements and texts in the page", "", False),
    "listeners": ("Event listeners", "", False),
}


class Used:
    """The app in one tab, used for long."""

    def __init__(self, browser, server, revision):
        self.server = server
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(serving.PATIENCE)
        self.wire = self.page.context.new_cdp_session(self.page)
        self.wire.send("Performance.enable")
        self.browser = browser.new_browser_cdp_session()
        self.arrived = set()
        self.page.on("requestfinished", lambda request: self.arrived.add(request.url))
        self.page.goto(f"{server.url}/?revision={revision.id}")
        self.settle("Explore")

    def settle(self, title):
        self.page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
        selector, count = PARTS.get(title, ("h1", 1))
        self.page.locator(selector).nth(count - 1).wait_for(state="attached")
        self.page.wait_for_selector(serving.IDLE)

    def look(self) -> dict:
        """What is held now, once garbage was collected: MiB, or numbers, by the names of FIGURES."""
        self.page.wait_for_timeout(REST)
        looks = []
        for _ in range(AGAIN):  # what one collection lets go of may free more in the next
            self.wire.send("HeapProfiler.collectGarbage")
            self.page.wait_for_timeout(1000)
            looks.append({row["name"]: row["value"] for row in self.wire.send("Performance.getMetrics")["metrics"]})
        found = min(looks, key=lambda look: look["JSHeapUsedSize"])
        usage = self.wire.send("Runtime.getHeapUsage")
        processes = self.browser.send("SystemInfo.getProcessInfo")["processInfo"]
        renderers = [psutil.Process(row["id"]).memory_info().rss for row in processes if row["type"] == "renderer"]
        return {
            "server": psutil.Process(self.server.process.pid).memory_info().rss / MEBI,
            "heap": found["JSHeapUsedSize"] / MEBI,
            "arrays": usage["backingStorageSize"] / MEBI,
            "renderer": max(renderers) / MEBI,
            "nodes": found["Nodes"],
            "listeners": found["JSEventListeners"],
        }

    def halves(self, count, act) -> list[dict]:
        """What is held before, after half and after all of so many acts."""
        bench.say(f"{act.__name__.capitalize()}: {count} times.")
        looks = [self.look()]
        for k in range(count):
            act(k)
            if k + 1 in (count // 2, count):
                looks.append(self.look())
                bench.say(f"{k + 1} done.")
        return looks

    def moves(self, count) -> list[dict]:
        """z moved all over the plane, released every twentieth time."""
        box = self.page.locator(".lp-surface").bounding_box()

        def move(k):
            if k % 20 == 0:
                self.page.mouse.down()
            x, y = 0.1 + 0.7 * (0.382 * k % 1), 0.1 + 0.8 * (0.618 * k % 1)
            self.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            self.page.wait_for_timeout(16)
            if k % 20 == 19:
                self.page.mouse.up()

        self.page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"])
        looks = self.halves(count, move)
        self.page.mouse.up()
        return looks

    def turns(self, count) -> list[dict]:
        """All pages in turn, within one session."""

        def turn(k):
            title = PAGES[k % len(PAGES)]
            serving.page_link(self.page, title).click()
            self.settle(title)

        return self.halves(count, turn)

    def updates(self, count, learn) -> list[dict]:
        """Other weights and codes of the revision that is shown, each once the page has the ones before."""

        def update(_):
            url = learn()
            while f"{self.server.url}{url}" not in self.arrived:
                self.page.wait_for_timeout(50)
            self.page.wait_for_selector(serving.IDLE)

        return self.halves(count, update)


def measure(args) -> dict:
    """What was held, by what was done."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, serving.sync_playwright() as playwright:
        browser, server = serving.launch(playwright), serving.Server(Path(folder))
        found["browser"] = browser.version
        try:
            server.start()
            with Rehearsal(server.store, variant="supervised") as training:  # every page has all its parts
                used = Used(browser, server, training.revision)
                found["moves"] = used.moves(args.moves)
                found["turns"] = used.turns(args.turns)
                found["updates"] = used.updates(args.updates, training.learn)
        finally:
            server.stop()
            browser.close()
    return found


def growth(looks, name) -> float:
    """By which share the second half grew."""
    return looks[2][name] / looks[1][name] - 1


def rows(found, args) -> list[tuple[str, ...]]:
    """What was done, what was measured, the three figures, the second half's growth, and whether it is flat as it must be."""
    done = {
        "moves": f"{args.moves:,} moves on the plane", "turns": f"{args.turns} turns to another page",
        "updates": f"{args.updates} live updates",
    }  # fmt: skip
    table = []
    for what, title in done.items():
        for name, (figure, unit, wanted) in FIGURES.items():
            shown = [f"{look[name]:,.1f} {unit}" if unit else f"{look[name]:,.0f}" for look in found[what]]
            more = growth(found[what], name)
            table.append((title, figure, *shown, f"{more:+.1%}", "" if not wanted else "yes" if more < FLAT else "no"))
            title = "…"
    return table


def report(found, args, measured) -> tuple[str, bool]:
    table = rows(found, args)
    lines = [
        "| | | before | middle | after | second half | flat |",
        "|---|---|--:|--:|--:|--:|:-:|",
        *("| " + " | ".join(row) + " |" for row in table),
    ]
    flat = (
        f"Flat: growth in the second half is less than {FLAT:.0%}; the first half may fill caches, all of which are "
        "limited (the server's cache of weights to 96 MiB; models, codes and figures to the last few revisions). In "
        "one tab and one session: moves with the pointer held down, released at every twentieth; all five pages in "
        "turn; and, on Explore, new weights and probe codes of the revision shown (digits, `supervised`, default "
        "networks), each as soon as the page has the previous ones. The page is always measured on Explore after "
        "garbage collection, the server as it is. The page's process also holds the browser's own caches (images, "
        "tiles, code), so it is reported but has no target."
    )
    text = "\n\n".join(["# Memory in long use", measured, "\n".join(lines), flat]) + "\n"
    return text, not any(row[-1] == "no" for row in table)


if __name__ == "__main__":
    sys.exit(bench.run(__doc__, "steady", {"moves": 1000, "turns": 200, "updates": 100}, measure, report))
