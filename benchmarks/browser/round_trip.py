"""How long a person waits for the server, in a real Chromium: first content, the release of a slider, among 1,000 revisions.

    python -m benchmarks.browser.round_trip [--changes 50] [--visits 5] [--write]

Starts the app over the gallery and a store of its own. Prints a Markdown table; `--write` keeps it in
docs/results/round_trip.md. Exit status 1 if a target is missed. Needs playwright and Chromium, and a machine that is otherwise
at rest; takes about three minutes.
"""

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.scheduling import queue
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from benchmarks.browser import bench
from benchmarks.browser.bench import both, browser_app, p95

MANY = 1_000
DECODED = "The image decoded from the current code"
# ms from the first byte of the response to the first paint of the heading, of the decoded image and of the codes
ARRIVALS = """(() => {
    const hosts = () => [...document.querySelectorAll('[data-testid^=stBidi]')];
    const part = selector => hosts().map(host => host.shadowRoot?.querySelector(selector)).find(Boolean);
    const wanted = {
        heading: () => document.querySelector('h1'), image: () => part('.lp-way:not(:empty)'), map: () => part('.lp-count'),
    };
    window.arrivals = {};
    const look = () => {
        const begin = performance.getEntriesByType('navigation')[0].responseStart;
        for (const [name, find] of Object.entries(wanted))
            if (!(name in arrivals) && find()) {
                arrivals[name] = null;
                requestAnimationFrame(() => setTimeout(() => { arrivals[name] = performance.now() - begin; }));
            }
        if (Object.keys(arrivals).length < 3) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""
# Times the ms from the next event of this kind until the watched content has changed and been painted.
WATCH = """([event, look, alt]) => {
    const hosts = () => [...document.querySelectorAll('[data-testid^=stBidi]')];
    const looks = {
        source: () => { const one = document.querySelector(`img[alt="${alt}"]`); return one?.complete ? one.src : before; },
        both: () => hosts().filter(host => host.shadowRoot?.querySelector('.lp-way:not(:empty)')).length === 2,
    };
    const before = looks[look](), end = performance.now() + 60000;
    let begin = null;
    addEventListener(event, one => { begin = one.timeStamp; }, {capture: true, once: true});
    window.change = new Promise((resolve, reject) => {
        const frame = () => {
            if (begin !== null && looks[look]() !== before) setTimeout(() => resolve(performance.now() - begin));
            else if (performance.now() > end) reject(Error('Nothing changed within a minute.'));
            else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    });
}"""
LIST = """
import contextlib, io, os, sys, time
from aae_core.cli import arguments
with contextlib.redirect_stdout(io.StringIO()):
    os.environ["AAE_CHECKPOINTS"] = sys.argv[1]
    arguments.main(["list"])
    os.environ["AAE_CHECKPOINTS"] = sys.argv[2]
    begin = time.perf_counter()
    arguments.main(["list"])
    took = time.perf_counter() - begin
print(1000 * took)
"""


def visit(browser, url) -> dict:
    """The arrivals, in ms, of a new visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(ARRIVALS)
    page = context.new_page()
    page.goto(url)
    done = "() => Object.keys(arrivals).length === 3 && Object.values(arrivals).every(v => v !== null) && arrivals"
    json_value = page.wait_for_function(done, timeout=browser_app.PATIENCE).json_value()
    context.close()
    return json_value


def visits(browser, url, count) -> dict:
    """Medians of the arrivals of so many new visitors."""
    result = [visit(browser, url) for _ in range(count)]
    return {name: statistics.median(one[name] for one in result) for name in result[0]}


def unfold(page) -> None:
    """Show the plain sliders and their image, which the server decodes."""
    page.get_by_text("Plain controls:").click(timeout=browser_app.PATIENCE)
    page.get_by_alt_text(DECODED).wait_for(timeout=browser_app.PATIENCE)


def settled(page) -> float:
    """The ms that WATCH found, as soon as the page is idle again."""
    took = page.evaluate("change")
    page.wait_for_selector(browser_app.IDLE)
    page.wait_for_timeout(100)
    return took


def slides(page, count) -> list[float]:
    """ms from each release of the first plain slider to the image that the server decodes."""
    slider = page.get_by_test_id("stSlider").first
    slider.scroll_into_view_if_needed()
    calls = []
    for i in range(count):
        track = slider.get_by_role("group").bounding_box()
        thumb = slider.get_by_test_id("stSliderThumbValue").locator("..").bounding_box()
        x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(track["x"] + track["width"] * (0.2 + 0.6 * (0.382 * (i + 1) % 1)), y, steps=3)
        page.evaluate(WATCH, ["pointerup", "source", DECODED])
        page.mouse.up()
        calls.append(settled(page))
    return calls


@contextmanager
def company(server):
    """A context in which a second person, in another browser, moves the slider again and again."""
    ready, done, whole = threading.Event(), threading.Event(), threading.Event()

    def person():
        try:
            with browser_app.sync_playwright() as playwright:
                browser = browser_app.launch(playwright)
                page = explored(browser, server)
                while not done.is_set():
                    slides(page, 2)  # a single move would always go to the same place
                    ready.set()
                browser.close()
                whole.set()
        finally:
            ready.set()

    other = threading.Thread(target=person)
    other.start()
    ready.wait()
    try:
        yield
    finally:
        done.set()
        other.join()
    if not whole.is_set():
        sys.exit("The second person's browser failed, so the times with two people are not valid.")


def turns(page, count) -> list[float]:
    """ms from a press on the link to the page Compare to the images of both its revisions."""
    collected = []
    for _ in range(count):
        browser_app.page_link(page, "Compare").hover()
        page.evaluate(WATCH, ["pointerup", "both", ""])
        page.mouse.down()
        page.mouse.up()
        collected.append(settled(page))
        browser_app.page_link(page, "Explore").click()
        page.locator(".lp-count").first.wait_for(timeout=browser_app.PATIENCE)
        page.wait_for_selector(browser_app.IDLE)
    return collected


def fill(store: Store) -> None:
    """Fill the store with MANY finished revisions."""
    status = Status("done", step=300, total_steps=300, epoch=20.0, total_epochs=20.0, seconds=3.0)
    for _ in range(MANY):
        store.create(configure(data="digits"), sets.describe_data_set("digits"), status)


def train(server) -> object:
    """Start a training with the default networks and return its revision as soon as a worker trains it."""
    revision = queue.start_training(
        server.store, configure(data="digits", epochs=100_000), sets.describe_data_set("digits")
    )
    while (status := revision.status).step == 0:
        if status.state == "failed":
            sys.exit(status.error_text)
        time.sleep(0.2)
    return revision


def end(server, revision) -> None:
    if (state := revision.status.state) != "running":
        sys.exit(f"The training beside is {state}, so the times beside it are not valid.")
    queue.stop_training(server.store, revision.id)
    while revision.status.state == "running":
        time.sleep(0.2)


def listing(store: Store) -> float:
    """ms that `list` takes after its imports, the median of five processes."""
    with tempfile.TemporaryDirectory() as empty:
        command = [sys.executable, "-c", LIST, empty, str(store.root)]
        runs = [
            subprocess.run(command, cwd=bench.PROJECT, capture_output=True, text=True, check=True) for _ in range(5)
        ]
    return statistics.median(float(run.stdout) for run in runs)


def explored(browser, server):
    """A page on Explore, the plain controls unfolded, browser and server warmed up."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    # without a query the opening animation would play and move the controls below it
    page.goto(f"{server.url}/?layers=codes,prior")
    unfold(page)
    slides(page, 5)
    return page


def measure(args) -> dict:
    """All figures by name, in ms."""
    actual = {}
    with bench.opened() as (browser, server):
        actual["browser"] = browser.version
        server.start()
        bench.say("First content.")
        actual["cold"] = visit(browser, server.url)
        actual["warm"] = visits(browser, server.url, args.visits)
        bench.say("The plain slider, alone and beside trainings and visitors.")
        page = explored(browser, server)
        actual["slide"] = slides(page, args.changes)
        revision = train(server)
        actual["slide beside"] = slides(page, args.changes)
        with company(server):
            actual["slide of two beside"] = slides(page, args.changes)
        end(server, revision)
        with company(server):
            actual["slide of two"] = slides(page, args.changes)
        actual["turn"] = turns(page, args.changes // 4)
        page.close()
        bench.say(f"Among {MANY:,} revisions.")
        fill(server.store)
        page = explored(browser, server)
        actual["slide among"] = slides(page, args.changes)
        actual["turn among"] = turns(page, args.changes // 4)
        actual["among"] = visits(browser, server.url, args.visits)
        actual["list"] = listing(server.store)
        shown = bench.nets(server.store.open(browser_app.shipped("aae")))
        actual["nets"] = f"Explored: {shown}; the training beside: {bench.nets(server.store.open(revision.id))}."
    return actual


def content(what, one) -> tuple[str, str, str, bool]:
    figure = f"{one['heading']:,.0f} ms (image {one['image']:,.0f}, map {one['map']:,.0f})"
    return f"First content, {what}", figure, "≤ 2,500 ms", one["heading"] <= 2500


def beside(title, idle, training) -> tuple[str, str, str, bool]:
    ratio = p95(training) / p95(idle)
    return title, f"{both(training)} (p95 {ratio:.2f} ×)", "p95 ≤ 1.5 × idle", ratio <= 1.5


def among(idle, many) -> tuple[str, str, str, bool]:
    ratio = statistics.median(many) / statistics.median(idle)
    title = f"… among {MANY:,} revisions"
    return title, f"{both(many)} (median {ratio:.2f} ×)", "unchanged (≤ 1.2 ×)", ratio <= 1.2


def rows(value) -> list[tuple[str, str, str, bool]]:
    """What was measured, the figure, its target, and whether it is met."""
    slide, turn = value["slide"], value["turn"]
    return [
        content("server just started", value["cold"]),
        content("median", value["warm"]),
        content(f"{MANY:,} revisions, median", value["among"]),
        ("Plain slider, release → image, median / p95", both(slide), "p95 ≤ 100 ms", p95(slide) <= 100),
        beside("… beside a training", slide, value["slide beside"]),
        ("… while a second person does the same", both(value["slide of two"]), "", True),
        beside("… both beside a training", value["slide of two"], value["slide of two beside"]),
        among(slide, value["slide among"]),
        ("Explore → Compare, press → both images, median / p95", both(turn), "", True),
        among(turn, value["turn among"]),
        (f"`list` of {MANY:,}, after its imports", f"{value['list']:.0f} ms", "≤ 1,000 ms", value["list"] <= 1000),
    ]


def report(results, args, measured) -> tuple[str, bool]:
    words = (
        f"First content: from the first byte of the server's answer to the heading's paint, {args.visits} new visitors. "
        f"How the plane follows a drag is in in_page.md. Plain slider: {args.changes} releases; the "
        "server decodes the image. “Beside a training”: while a worker trains the default networks on digits."
    )
    return bench.page("How long a person waits", measured, rows(results), words)


if __name__ == "__main__":
    sys.exit(bench.run(__doc__, "round_trip", {"changes": 50, "visits": 5}, measure, report))
