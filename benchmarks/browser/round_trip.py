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
from aae_core.runs import queue
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app, median_and_p95, p95

REVISION_COUNT = 1_000
DECODED_IMAGE = "The image decoded from the current code"
# ms from the first byte of the response to the first paint of the heading, of the decoded image and of the codes
WATCH_ARRIVALS = """(() => {
    const hosts = () => [...document.querySelectorAll('[data-testid^=stBidi]')];
    const part = selector => hosts().map(host => host.shadowRoot?.querySelector(selector)).find(Boolean);
    const wanted = {
        heading: () => document.querySelector('h1'), image: () => part('.lp-way:not(:empty)'), map: () => part('.lp-count'),
    };
    window.arrivals = {};
    const look = () => {
        const start = performance.getEntriesByType('navigation')[0].responseStart;
        for (const [name, find] of Object.entries(wanted))
            if (!(name in arrivals) && find()) {
                arrivals[name] = null;
                requestAnimationFrame(() => setTimeout(() => { arrivals[name] = performance.now() - start; }));
            }
        if (Object.keys(arrivals).length < 3) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""
# Times the ms from the next event of this kind until the watched content has changed and been painted.
WATCH_CHANGE = """([event, look, alt]) => {
    const hosts = () => [...document.querySelectorAll('[data-testid^=stBidi]')];
    const looks = {
        source: () => {
            const image = document.querySelector(`img[alt="${alt}"]`);
            return image?.complete ? image.src : lastLook;
        },
        both: () => hosts().filter(host => host.shadowRoot?.querySelector('.lp-way:not(:empty)')).length === 2,
    };
    const lastLook = looks[look](), end = performance.now() + 60000;
    let pressTime = null;
    addEventListener(event, press => { pressTime = press.timeStamp; }, {capture: true, once: true});
    window.change = new Promise((resolve, reject) => {
        const frame = () => {
            if (pressTime !== null && looks[look]() !== lastLook) setTimeout(() => resolve(performance.now() - pressTime));
            else if (performance.now() > end) reject(Error('Nothing changed within a minute.'));
            else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    });
}"""
TIME_LIST_COMMAND = """
import contextlib, io, os, sys, time
from aae_core.cli import arguments
with contextlib.redirect_stdout(io.StringIO()):
    os.environ["AAE_CHECKPOINTS"] = sys.argv[1]
    arguments.main(["list"])
    os.environ["AAE_CHECKPOINTS"] = sys.argv[2]
    start = time.perf_counter()
    arguments.main(["list"])
    seconds = time.perf_counter() - start
print(1000 * seconds)
"""


def measure_arrivals(browser, url) -> dict:
    """The arrivals, in ms, of a new visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH_ARRIVALS)
    page = context.new_page()
    page.goto(url)
    have_all_arrived = (
        "() => Object.keys(arrivals).length === 3 && Object.values(arrivals).every(v => v !== null) && arrivals"
    )
    arrivals = page.wait_for_function(have_all_arrived, timeout=browser_app.PATIENCE).json_value()
    context.close()
    return arrivals


def median_arrivals(browser, url, count) -> dict:
    """Medians of the arrivals of so many new visitors."""
    arrivals = [measure_arrivals(browser, url) for _ in range(count)]
    return {name: statistics.median(visit[name] for visit in arrivals) for name in arrivals[0]}


def unfold_plain_controls(page) -> None:
    """Show the plain sliders and their image, which the server decodes."""
    page.get_by_text("Plain controls:").click(timeout=browser_app.PATIENCE)
    page.get_by_alt_text(DECODED_IMAGE).wait_for(timeout=browser_app.PATIENCE)


def wait_for_change(page) -> float:
    """The ms that WATCH_CHANGE found, as soon as the page is idle again."""
    change_ms = page.evaluate("change")
    page.wait_for_selector(browser_app.IDLE_PAGE)
    page.wait_for_timeout(100)
    return change_ms


def measure_slider(page, count) -> list[float]:
    """ms from each release of the first plain slider to the image that the server decodes."""
    slider = page.get_by_test_id("stSlider").first
    slider.scroll_into_view_if_needed()
    times = []
    for i in range(count):
        track = slider.get_by_role("group").bounding_box()
        thumb = slider.get_by_test_id("stSliderThumbValue").locator("..").bounding_box()
        x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(track["x"] + track["width"] * (0.2 + 0.6 * (0.382 * (i + 1) % 1)), y, steps=3)
        page.evaluate(WATCH_CHANGE, ["pointerup", "source", DECODED_IMAGE])
        page.mouse.up()
        times.append(wait_for_change(page))
    return times


@contextmanager
def second_person(server):
    """A context in which a second person, in another browser, moves the slider again and again."""
    has_begun, shall_end, has_succeeded = threading.Event(), threading.Event(), threading.Event()

    def move_slider():
        try:
            with browser_app.sync_playwright() as playwright:
                browser = browser_app.launch_chromium(playwright)
                page = open_explore(browser, server)
                while not shall_end.is_set():
                    measure_slider(page, 2)  # a single move would always go to the same place
                    has_begun.set()
                browser.close()
                has_succeeded.set()
        finally:
            has_begun.set()

    thread = threading.Thread(target=move_slider)
    thread.start()
    has_begun.wait()
    try:
        yield
    finally:
        shall_end.set()
        thread.join()
    if not has_succeeded.is_set():
        sys.exit("The second person's browser failed, so the times with two people are not valid.")


def measure_page_turns(page, count) -> list[float]:
    """ms from a press on the link to the page Compare to the images of both its revisions."""
    times = []
    for _ in range(count):
        browser_app.page_link(page, "Compare").hover()
        page.evaluate(WATCH_CHANGE, ["pointerup", "both", ""])
        page.mouse.down()
        page.mouse.up()
        times.append(wait_for_change(page))
        browser_app.page_link(page, "Explore").click()
        page.locator(".lp-count").first.wait_for(timeout=browser_app.PATIENCE)
        page.wait_for_selector(browser_app.IDLE_PAGE)
    return times


def make_revisions(store: Store) -> None:
    """Fill the store with REVISION_COUNT finished revisions."""
    status = Status("done", step=300, total_steps=300, epoch=20.0, total_epochs=20.0, seconds=3.0)
    for _ in range(REVISION_COUNT):
        store.create(configure(data="digits"), sets.describe_data_set("digits"), status)


def start_training(server) -> object:
    """Start a training with the default networks and return its revision as soon as a worker trains it."""
    revision = queue.start_training(
        server.store, configure(data="digits", epochs=100_000), sets.describe_data_set("digits")
    )
    while (status := revision.status).step == 0:
        if status.state == "failed":
            sys.exit(status.error_text)
        time.sleep(0.2)
    return revision


def stop_training(server, revision) -> None:
    if (state := revision.status.state) != "running":
        sys.exit(f"The training beside is {state}, so the times beside it are not valid.")
    queue.stop_training(server.store, revision.id)
    while revision.status.state == "running":
        time.sleep(0.2)


def measure_list_command(store: Store) -> float:
    """ms that `list` takes after its imports, the median of five processes."""
    with tempfile.TemporaryDirectory() as empty:
        command = [sys.executable, "-c", TIME_LIST_COMMAND, empty, str(store.root)]
        processes = [
            subprocess.run(command, cwd=bench.PROJECT, capture_output=True, text=True, check=True) for _ in range(5)
        ]
    return statistics.median(float(run.stdout) for run in processes)


def open_explore(browser, server):
    """A page on Explore, the plain controls unfolded, browser and server warmed up."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    # without a query the opening animation would play and move the controls below it
    page.goto(f"{server.url}/?layers=codes,prior")
    unfold_plain_controls(page)
    measure_slider(page, 5)
    return page


def measure(args) -> dict:
    """All figures by name, in ms."""
    figures = {}
    with bench.open_browser_and_server() as (browser, server):
        figures["browser"] = browser.version
        server.start()
        bench.say("First content.")
        figures["cold"] = measure_arrivals(browser, server.url)
        figures["warm"] = median_arrivals(browser, server.url, args.visits)
        bench.say("The plain slider, alone and beside trainings and visitors.")
        page = open_explore(browser, server)
        figures["slide"] = measure_slider(page, args.changes)
        revision = start_training(server)
        figures["slide beside"] = measure_slider(page, args.changes)
        with second_person(server):
            figures["slide of two beside"] = measure_slider(page, args.changes)
        stop_training(server, revision)
        with second_person(server):
            figures["slide of two"] = measure_slider(page, args.changes)
        figures["turn"] = measure_page_turns(page, args.changes // 4)
        page.close()
        bench.say(f"Among {REVISION_COUNT:,} revisions.")
        make_revisions(server.store)
        page = open_explore(browser, server)
        figures["slide among"] = measure_slider(page, args.changes)
        figures["turn among"] = measure_page_turns(page, args.changes // 4)
        figures["among"] = median_arrivals(browser, server.url, args.visits)
        figures["list"] = measure_list_command(server.store)
        layers_text = bench.describe_networks(server.store.open(browser_app.shipped_revision_id("aae")))
        figures["nets"] = (
            f"Explored: {layers_text}; the training beside: {bench.describe_networks(server.store.open(revision.id))}."
        )
    return figures


def first_content_row(title, arrivals) -> tuple[str, str, str, bool]:
    figure = f"{arrivals['heading']:,.0f} ms (image {arrivals['image']:,.0f}, map {arrivals['map']:,.0f})"
    return f"First content, {title}", figure, "≤ 2,500 ms", arrivals["heading"] <= 2500


def beside_training_row(title, idle_times, busy_times) -> tuple[str, str, str, bool]:
    ratio = p95(busy_times) / p95(idle_times)
    return title, f"{median_and_p95(busy_times)} (p95 {ratio:.2f} ×)", "p95 ≤ 1.5 × idle", ratio <= 1.5


def among_many_row(few_times, many_times) -> tuple[str, str, str, bool]:
    ratio = statistics.median(many_times) / statistics.median(few_times)
    title = f"… among {REVISION_COUNT:,} revisions"
    return title, f"{median_and_p95(many_times)} (median {ratio:.2f} ×)", "unchanged (≤ 1.2 ×)", ratio <= 1.2


def target_rows(value) -> list[tuple[str, str, str, bool]]:
    """What was measured, the figure, its target, and whether it is met."""
    slide, turn = value["slide"], value["turn"]
    return [
        first_content_row("server just started", value["cold"]),
        first_content_row("median", value["warm"]),
        first_content_row(f"{REVISION_COUNT:,} revisions, median", value["among"]),
        ("Plain slider, release → image, median / p95", median_and_p95(slide), "p95 ≤ 100 ms", p95(slide) <= 100),
        beside_training_row("… beside a training", slide, value["slide beside"]),
        ("… while a second person does the same", median_and_p95(value["slide of two"]), "", True),
        beside_training_row("… both beside a training", value["slide of two"], value["slide of two beside"]),
        among_many_row(slide, value["slide among"]),
        ("Explore → Compare, press → both images, median / p95", median_and_p95(turn), "", True),
        among_many_row(turn, value["turn among"]),
        (
            f"`list` of {REVISION_COUNT:,}, after its imports",
            f"{value['list']:.0f} ms",
            "≤ 1,000 ms",
            value["list"] <= 1000,
        ),
    ]


def report(results, args, conditions) -> tuple[str, bool]:
    explanation = (
        f"First content: from the first byte of the server's answer to the heading's paint, {args.visits} new visitors. "
        f"How the plane follows a drag is in in_page.md. Plain slider: {args.changes} releases; the "
        "server decodes the image. “Beside a training”: while a worker trains the default networks on digits."
    )
    return bench.report_page("How long a person waits", conditions, target_rows(results), explanation)


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "round_trip", {"changes": 50, "visits": 5}, measure, report))
