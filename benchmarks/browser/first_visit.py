"""How long it takes, in a real Chromium, from a first visit to the animation of the codes, and from Start to codes that move.

    python -m benchmarks.browser.first_visit [--starts 3] [--visits 5] [--trainings 5] [--write]

Each visit is by a browser with an empty cache, to the address without a query. For --starts of the visits the server has just
been started and is visited as soon as it answers, as `streamlit run` does; for --visits it has been visited before. Prints a
Markdown table; `--write` writes it to docs/results/first_visit.md. Exit status 1 if a target is missed. Needs
playwright and Chromium, and an otherwise idle machine; takes about three minutes.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app

MOVING_SECONDS, DRAG_SECONDS, TRAINING_SECONDS = 3.0, 10.0, 60.0  # seconds
START_SECONDS, FRAMES_PER_SECOND = 2.0, 5.0  # seconds from Start to codes that move; new frames a second
WARM_SECONDS = 15  # in which the worker that waits has been started and is ready
MAX_MEGABYTES = 5.0  # received by the first frame, over a slow connection
# a connection of 20 Mbit/s
CONNECTION = {"offline": False, "latency": 30, "downloadThroughput": 20e6 / 8, "uploadThroughput": 5e6 / 8}
MARK_TIME = "name => performance.getEntriesByName(name)[0]?.startTime"
BYTES_SENT = """() => performance.getEntries().filter(({entryType}) => ['resource', 'navigation'].includes(entryType))
    .reduce((sum, {transferSize}) => sum + transferSize, 0)"""
FRAMES_REQUEST_TIMES = """() => performance.getEntriesByType('resource').filter(({name}) => name.includes('/frames'))
    .map(({startTime, responseEnd}) => [startTime, responseEnd])[0]"""


class Visit:
    """A first visit. line: the connection to emulate, None for that of the machine itself."""

    def __init__(self, browser, server, line=None):
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(browser_app.PATIENCE)
        if line:
            self.context.new_cdp_session(self.page).send("Network.emulateNetworkConditions", line)
        self.page.goto(server.url, wait_until="commit")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def seconds_to_mark(self, mark: str) -> float:
        """Seconds from the navigation to a mark on the page's clock."""
        self.page.wait_for_function(MARK_TIME, arg=mark)
        return self.page.evaluate(MARK_TIME, mark) / 1000

    def measure_animation(self) -> dict:
        """Seconds to the first frame of the animation, to the request for the frames and to their arrival; bytes received by
        the first frame."""
        figures = {"moving": self.seconds_to_mark("lp-moving"), "bytes": self.page.evaluate(BYTES_SENT)}
        figures["asked"], figures["there"] = (value / 1000 for value in self.page.evaluate(FRAMES_REQUEST_TIMES))
        return figures

    def measure_drag(self) -> float:
        """Seconds to the image of the first drag, which begins while the codes move."""
        box = self.page.locator(".lp-surface").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 60, y - 40, steps=5)
        self.page.mouse.up()
        return self.seconds_to_mark("lp-dragged")

    def measure_training(self) -> dict:
        """Seconds from Start to the first moving codes and to the end of a training of digits with the form's other default
        settings, and the new frames of the codes a second in between."""
        frames, arrivals = set(), []

        def note_frame(request):
            if "/now?step=" in request.url and request.url not in frames:  # the page has another frame than before
                frames.add(request.url)
                arrivals.append(time.monotonic())

        self.page.on("request", note_frame)
        self.page.get_by_text("Train your own").first.click()
        start_button = self.page.get_by_role("button", name="Start training")
        start_button.wait_for()
        self.page.get_by_text("as measured", exact=False).wait_for()
        self.page.wait_for_timeout(WARM_SECONDS * 1000)
        press_time = self.page.evaluate("performance.now()")
        start_button.click()
        first_frame = self.seconds_to_mark("lp-live") * 1000
        self.page.locator(".stMarkdownBadge").first.filter(has_text="done").wait_for(timeout=4 * browser_app.PATIENCE)
        end = self.page.evaluate("performance.now()")
        pace = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0]) if len(arrivals) > 1 else 0.0
        return {
            "moving": (first_frame - press_time) / 1000,
            "done": (end - press_time) / 1000,
            "all": first_frame / 1000,
            "pace": pace,
        }


def measure(args) -> dict:
    """The figures of each visit, in seconds, by the kind of visit."""
    result = {"cold": [], "warm": [], "line": [], "drag": [], "train": [], "all": []}
    with browser_app.sync_playwright() as playwright:
        browser = browser_app.launch_chromium(playwright)
        result["browser"] = browser.version
        for number in range(args.starts):
            bench.say(f"Start {number + 1} of {args.starts}.")
            with tempfile.TemporaryDirectory() as folder:
                server = browser_app.Server(Path(folder))
                try:
                    start = time.perf_counter()
                    server.start()
                    seconds_to_answer = time.perf_counter() - start
                    with Visit(browser, server) as visit:
                        result["cold"].append(visit.measure_animation())
                    result["all"].append(seconds_to_answer + result["cold"][-1]["moving"])
                    if number == args.starts - 1:
                        measure_visits(browser, server, args.visits, args.trainings, result)
                finally:
                    server.stop()
        browser.close()
    return result


def measure_visits(browser, server, count, trainings, visits_by_kind):
    """First visits to a server that has been visited before."""
    for number in range(count):
        bench.say(f"Visit {number + 1} of {count}.")
        with Visit(browser, server) as visit:
            visits_by_kind["warm"].append(visit.measure_animation())
            visits_by_kind["drag"].append(visit.measure_drag())
        with Visit(browser, server, CONNECTION) as visit:
            visits_by_kind["line"].append(visit.measure_animation())
    for number in range(trainings):
        bench.say(f"Training {number + 1} of {trainings}.")
        with Visit(browser, server) as visit:
            visit.measure_animation()
            visit.measure_drag()
            visits_by_kind["train"].append(visit.measure_training())
    played_revision, trained_revision = (
        server.store.open(id_) for id_ in (browser_app.shipped_revision_id("aae"), server.newest_revision().id)
    )
    visits_by_kind["nets"] = (
        f"Played: {bench.describe_networks(played_revision)}; own training: {bench.describe_networks(trained_revision)}."
    )


def target_row(title, values, target=None):
    """A row of the table: the median and the worst of values in seconds, and whether the worst is within the target."""
    figure = f"{statistics.median(values):.1f} / {max(values):.1f} s"
    return title, figure, "" if target is None else f"≤ {target:g} s", target is None or max(values) <= target


def report(results, args, conditions):
    values_of = lambda kind, key: [visit[key] for visit in results[kind]]  # noqa: E731
    is_prompt = statistics.median(values_of("train", "moving")) <= START_SECONDS
    pace = statistics.median(values_of("train", "pace"))
    megabytes = [byte_count / 1e6 for byte_count in values_of("line", "bytes")]
    table = [
        target_row(
            "first frame of the animation, server just started; median / worst",
            values_of("cold", "moving"),
            MOVING_SECONDS,
        ),
        target_row("… from the command that starts the server", results["all"]),
        target_row("… server visited before", values_of("warm", "moving"), MOVING_SECONDS),
        target_row("… frames requested", values_of("warm", "asked")),
        target_row("… frames received", values_of("warm", "there")),
        target_row("… over a connection of 20 Mbit/s and 30 ms", values_of("line", "moving"), MOVING_SECONDS),
        (
            "… received by then; median / worst",
            f"{statistics.median(megabytes):.1f} / {max(megabytes):.1f} MB",
            f"≤ {MAX_MEGABYTES:g} MB",
            max(megabytes) <= MAX_MEGABYTES,
        ),
        target_row("image of the first drag, started while the codes move", results["drag"], DRAG_SECONDS),
        (
            *target_row("own training, Start → first moving codes", values_of("train", "moving"))[:2],
            f"median ≤ {START_SECONDS:g} s",
            is_prompt,
        ),
        target_row("… navigation → first moving codes, including a drag", values_of("train", "all"), TRAINING_SECONDS),
        target_row("… Start → done, 20 epochs of digits", values_of("train", "done")),
        (
            "… new frames a second meanwhile, median",
            f"{pace:.1f}",
            f"≥ {FRAMES_PER_SECOND:g}",
            pace >= FRAMES_PER_SECOND,
        ),
    ]
    explanation = (
        "Seconds on the page's clock, from the navigation to the first frame in which the codes move (the mark "
        "`lp-moving`), to the frame that shows the image of a drag (`lp-dragged`), or to the element named. Every "
        "visit is by a browser with an empty cache and a window of 1280 × 900."
    )
    return bench.report_page("A first visit", conditions, table, explanation)


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "first_visit", {"starts": 3, "visits": 5, "trainings": 5}, measure, report))
