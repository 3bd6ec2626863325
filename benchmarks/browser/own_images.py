"""How long it takes from the drop of a zip of own images on the page Train to the first map of a training on them.

    python -m benchmarks.browser.own_images [--images 2000] [--runs 1] [--write]

The images are coloured glyphs of 64 × 64 pixels as PNG files, with a folder for each class. In a real Chromium they are dropped,
added as soon as they have been checked, and trained on with the settings that the form proposes, as soon as the start button is
enabled. Prints a Markdown table of the seconds since the drop; `--write` writes it to docs/results/own_images.md. Exit
status 1 if the first map takes more than 60 s. Needs playwright and Chromium, and an otherwise idle machine; a run
takes about two minutes.
"""

import io
import statistics
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

from aae_core.data import sets
from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app

MAX_MAP_SECONDS = 60.0  # seconds
STAGES = {
    "found": "the page shows images, classes, sizes and problems",
    "added": "the data set is stored, and the form proposes settings for it",
    "ready": "the start button is enabled",
    "map": "the first map is shown",
    "begun": "the first report of the training",
}


def write_zip(path: Path, count: int) -> Path:
    """Write a zip of so many training images, as PNG files with a folder for each class."""
    data = sets.load("colour-glyphs")
    with zipfile.ZipFile(path, "w") as archive:
        for i, (pixels, label) in enumerate(zip(data.train.images[:count], data.train.labels[:count], strict=True)):
            png = io.BytesIO()
            Image.fromarray(pixels).save(png, "PNG")
            archive.writestr(f"{data.classes[label]}/{i:05}.png", png.getvalue())
    return path


def measure_stages(browser, server, zip_path: Path) -> dict:
    """Seconds from the drop to each of STAGES, and what was trained, in words."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page, figures = context.new_page(), {}
    page.set_default_timeout(3 * browser_app.PATIENCE)
    seconds_now = lambda: page.evaluate("performance.now()") / 1000  # noqa: E731
    try:
        page.goto(f"{server.url}/train")
        page.get_by_role("button", name="Choose a folder").wait_for()
        page.wait_for_selector(browser_app.IDLE_PAGE)
        drop_time = seconds_now()
        page.set_input_files(".st-key-own-file input[type=file]", zip_path)
        page.get_by_text(" images in ").first.wait_for()
        figures["found"] = seconds_now() - drop_time
        page.get_by_role("button", name="Add these images").click()
        page.get_by_text("· 64×64, colour ·").first.wait_for()
        figures["added"] = seconds_now() - drop_time
        start = page.locator(".st-key-train-go button:enabled")
        start.wait_for()
        page.wait_for_selector(browser_app.IDLE_PAGE)
        figures["ready"] = seconds_now() - drop_time
        start.click()
        stage_checks = {
            "map": lambda: page.locator(".lp-surface").count(),
            "begun": lambda: (row := server.newest_revision()) and row.status and row.status.step,
        }
        while stage_checks:
            for stage in [stage for stage, has_reached in stage_checks.items() if has_reached()]:
                figures[stage] = seconds_now() - drop_time
                del stage_checks[stage]
            page.wait_for_timeout(100)
        config = server.store.open(server.newest_revision().id).config
        figures["trained"] = (
            f"{config.network.kind} networks, {config.latent_dim} latent dimensions, {config.epochs} epochs"
        )
    finally:
        context.close()
    return figures


def measure(args) -> dict:
    """Seconds of each run by its stages."""
    with tempfile.TemporaryDirectory() as folder, browser_app.sync_playwright() as playwright:
        zip_path, browser = write_zip(Path(folder) / "shapes.zip", args.images), browser_app.launch_chromium(playwright)
        figures = {"browser": browser.version, "bytes": zip_path.stat().st_size, "runs": []}
        for number in range(args.runs):
            bench.say(f"Run {number + 1} of {args.runs}.")
            server = browser_app.Server(Path(folder) / str(number))
            server.folder.mkdir()
            try:
                server.start()
                figures["runs"].append(measure_stages(browser, server, zip_path))
            finally:
                server.stop()
        browser.close()
    return figures


def report(value, args, conditions):
    table = []
    for stage, title in STAGES.items():
        seconds = [run[stage] for run in value["runs"]]
        target = MAX_MAP_SECONDS if stage == "map" else None
        figure = f"{statistics.median(seconds):.1f} / {max(seconds):.1f} s"
        table.append((title, figure, f"≤ {target:g} s" if target else "", target is None or max(seconds) <= target))
    last_run = value["runs"][-1]
    explanation = (
        f"Seconds since a zip of {args.images:,} images of 64 × 64 pixels in colour ({value['bytes'] / 1e6:.1f} MB) was dropped, "
        f"median / worst, on the page's clock. Trained: {last_run['trained']}."
    )
    return bench.report_page("From own images to the first map", conditions, table, explanation)


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "own_images", {"images": 2000, "runs": 1}, measure, report))
