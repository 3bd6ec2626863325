"""Whether image and plane learn before one's eyes, from Start to the end of a training of the digits, in a real Chromium.

    python -m benchmarks.browser.live_run [--trainings 1] [--pictures 20] [--write]

Opens the page Train in a window of 1280 × 720 with the form's default settings, presses Start training, and watches until the
training is done. Prints a Markdown table: seconds between two changes of the decoded image, the longest task of the main thread
around the first frame and around the end, and how far the plane moves on the page. The pictures of one training more, in the
order of time, are composed to one sheet, live_run.webp, in the folder for temporary files. `--write` writes the table to
docs/results/live_run.md. Exit status 1 if a target is missed. Needs playwright and Chromium, and an otherwise idle machine; takes
about a minute a training.
"""

import io
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app

WINDOW = {"width": 1280, "height": 720}
SHEET_COLUMNS, PICTURE_SIZE = 4, (640, 360)
WARM_SECONDS = 15  # in which the worker that waits has been started and is ready
TRAINING_SECONDS = 180  # that a training may take
PICTURE_SECONDS, AFTER_SECONDS = 0.5, 4.0  # seconds between two pictures, and after the end
NEAR_SECONDS = 3.0  # seconds before and after a moment whose tasks are counted
MAX_STILL_SECONDS, MAX_BLOCK_MILLISECONDS, MAX_MOVE = 1.0, 200, 1  # the targets; pixels
# Notes when the decoded image changes, which tasks are long, and where the plane lies, on the page's clock in milliseconds.
WATCH = """() => {
    const watch = window.liveRun = {images: [], tasks: [], places: []};
    const part = (selector) => [...document.querySelectorAll('[data-testid^=stBidi]')]
        .map((host) => host.shadowRoot?.querySelector(selector)).find(Boolean);
    const noteChange = (list, value) => {
        if (list.at(-1)?.value !== value) list.push({time: performance.now(), value});
    };
    new PerformanceObserver((entries) => {
        for (const {startTime, duration} of entries.getEntries()) watch.tasks.push({startTime, duration});
    }).observe({entryTypes: ['longtask']});
    const look = () => {
        const [image, plane] = [part('.lp-panel canvas'), part('.lp-surface')];
        if (image?.width) noteChange(watch.images, image.toDataURL());
        if (plane?.clientWidth) {
            const {x, y, width, height} = plane.getBoundingClientRect();
            noteChange(watch.places, [x, y, width, height].map(Math.round).join());
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def measure(args) -> dict:
    with bench.open_browser_and_server() as (browser, server):
        server.start()
        runs = []
        for _ in range(args.trainings):
            runs.append(measure_training(browser, server))
            bench.say(f"A training: {runs[-1]}")
        pictures = []
        measure_training(browser, server, pictures)  # on its own, since taking pictures delays the page
        sheet_path = Path(tempfile.gettempdir()) / "live_run.webp"
        compose_sheet(pictures, args.pictures).save(sheet_path, quality=60, method=6)
        bench.say(f"The pictures are in {sheet_path}.")
        nets = f"Trained: {bench.describe_networks(server.store.open(server.newest_revision().id))}."
        return {"browser": browser.version, "runs": runs, "nets": nets}


def measure_training(browser, server, pictures: list[bytes] | None = None) -> dict:
    """The figures of one training of the page Train. pictures: a list to which its pictures are added, as PNG."""
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(browser_app.PATIENCE)
    page.goto(f"{server.url}/train")
    page.get_by_role("button", name="Start training").wait_for()
    page.wait_for_timeout(WARM_SECONDS * 1000)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Start training").click()
    deadline, end = time.monotonic() + TRAINING_SECONDS, None
    while time.monotonic() < deadline:
        if pictures is not None:
            pictures.append(page.screenshot())
        page.wait_for_timeout(PICTURE_SECONDS * 1000)
        if end is None and "done" in page.locator(".stMarkdownBadge").first.inner_text():
            end = page.evaluate("performance.now()")
            deadline = time.monotonic() + AFTER_SECONDS
    if end is None:
        raise RuntimeError(f"The training was not done within {TRAINING_SECONDS} seconds; is the machine too busy?")
    figures = page.evaluate("liveRun")
    first_frame = page.evaluate("performance.getEntriesByName('lp-live')[0].startTime")
    page.close()
    change_times = [change["time"] for change in figures["images"] if first_frame <= change["time"] <= end]
    places = places_since(figures["places"], first_frame)
    return {
        "still": max(np.diff([first_frame, *change_times])) / 1000,
        "changes": len(change_times),
        "seconds": (end - first_frame) / 1000,
        "first block": longest_task(figures["tasks"], first_frame),
        "end block": longest_task(figures["tasks"], end),
        "moved": int(np.ptp(places, axis=0).max()),
    }


def places_since(changes, moment) -> list[list[int]]:
    """Where the plane was at this moment and afterwards: x, y, width, height. changes: each with the place from its time on."""
    earlier_changes = [change for change in changes if change["time"] <= moment]
    later_changes = [change for change in changes if change["time"] > moment]
    return [[int(side) for side in change["value"].split(",")] for change in earlier_changes[-1:] + later_changes]


def longest_task(tasks, moment) -> float:
    """The milliseconds of the longest task of the main thread near a moment; 0 if none took 50."""
    reach = 1000 * NEAR_SECONDS
    near_tasks = [task for task in tasks if abs(task["startTime"] + task["duration"] / 2 - moment) <= reach]
    return max((task["duration"] for task in near_tasks), default=0.0)


def compose_sheet(pictures: list[bytes], count: int) -> Image.Image:
    """`count` of the pictures, evenly spaced in time, in rows."""
    numbers = np.linspace(0, len(pictures) - 1, count).round().astype(int)
    width, height = PICTURE_SIZE
    sheet = Image.new("RGB", (SHEET_COLUMNS * width, -(-count // SHEET_COLUMNS) * height), "white")
    for place, number in enumerate(numbers):
        row, column = divmod(place, SHEET_COLUMNS)
        picture = Image.open(io.BytesIO(pictures[number])).convert("RGB").resize(PICTURE_SIZE, Image.Resampling.LANCZOS)
        sheet.paste(picture, (column * width, row * height))
    return sheet


def report(results, args, conditions):
    worst = lambda name: max(run[name] for run in results["runs"])  # noqa: E731

    def row(title, name, unit, target):
        digits = 1 if unit == "s" else 0
        return title, f"{worst(name):.{digits}f} {unit}", f"≤ {target:g} {unit}", worst(name) <= target

    table = [
        row("the decoded image stands still, at most", "still", "s", MAX_STILL_SECONDS),
        row("longest task around the first frame", "first block", "ms", MAX_BLOCK_MILLISECONDS),
        row("longest task around the end", "end block", "ms", MAX_BLOCK_MILLISECONDS),
        row("the plane moves or changes its size on the page", "moved", "px", MAX_MOVE),
        ("seconds from the first frame to the end", f"{worst('seconds'):.1f} s", "", True),
        ("changes of the image meanwhile", f"{min(run['changes'] for run in results['runs'])}", "", True),
    ]
    explanation = (
        "The worst of all trainings, on the page's clock. Tasks are those of the main thread within "
        f"{NEAR_SECONDS:g} seconds of the first picture in which codes follow the training (the mark `lp-live`), and of "
        "the end."
    )
    return bench.report_page("A training that is watched", conditions, table, explanation)


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "live_run", {"trainings": 1, "pictures": 20}, measure, report))
