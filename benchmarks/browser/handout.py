"""How large a handout (a revision as one HTML file) is, how soon it shows its plane, and how quickly its image follows a drag.

    python -m benchmarks.browser.handout [--visits 9] [--moves 300] [--write]

Makes the handout of each shipped revision, and opens that of the first one from the disk, offline, in a real Chromium. Prints a
Markdown table; `--write` writes it to docs/results/handout.md. Exit status 1 if a target is missed. Needs playwright,
Chromium, the images of the shipped revisions (`python -m aae_core data get mnist`) and an otherwise idle machine; takes
about two minutes.
"""

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from aae_core.store.revisions import Store
from app.cache import revision_data
from app.handout import contents
from benchmarks.browser import bench
from benchmarks.browser.bench import both, browser_app, p95
from benchmarks.browser.in_page import SINGLE, WATCH

PICTURE, IMAGE = 300, 20  # ms
PLAIN, FILM = 4.0, 6.0  # MB with two latent dimensions, without and with the frames of the training
# ms from the navigation to the frame with the codes, and to the frame in which the decoder has been loaded
SEEN = """window.seen = {};
const look = () => {
    const roots = [...document.querySelectorAll('[data-part]')].map(part => part.shadowRoot);
    const has = test => roots.some(root => [...root.querySelectorAll('.lp-count, .lp-way')].some(test));
    if (has(each => each.className === 'lp-count')) seen.codes ??= performance.now();
    if (has(each => each.textContent.includes('Decoded in'))) seen.decoder ??= performance.now();
    if (!seen.decoder) requestAnimationFrame(look);
};
requestAnimationFrame(look);"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def measure(args) -> dict:
    rows = [row for row in Store("no revisions of one's own").list() if row.gallery]
    result = {"visits": [], "sizes": []}
    with tempfile.TemporaryDirectory() as folder, browser_app.sync_playwright() as playwright:
        browser = browser_app.launch(playwright)
        result["browser"] = browser.version
        for number, row in enumerate(sorted(rows, key=lambda row: row.created), 1):
            bench.say(f"File {number} of {len(rows)}: {row.id}.")
            revision, began = revision_data.open_revision(row.id), time.perf_counter()
            created, frames = contents.make_handout([revision]), len(revision.frames())
            seconds, size = time.perf_counter() - began, len(created.content) / 1e6
            film = sum(len(text) for name, text in created.files.items() if name.startswith("frames")) / 1e6
            shown = {"title": created.title, "dim": row.latent_dim, "frames": frames, "nets": bench.nets(revision)}
            result["sizes"].append({**shown, "size": size, "plain": size - film, "seconds": seconds})
            (Path(folder) / f"{row.id}.html").write_bytes(created.content)
        first = min(Path(folder).iterdir()).as_uri()
        for number in range(args.visits):
            bench.say(f"Visit {number + 1} of {args.visits}.")
            with browser.new_context(viewport={"width": 1280, "height": 900}, offline=True) as context:
                page = context.new_page()
                page.add_init_script(SEEN)
                page.goto(first)
                for _ in range(200):  # the file's content security policy forbids playwright's own wait_for_function
                    page.wait_for_timeout(50)
                    if page.evaluate("seen.decoder"):
                        break
                result["visits"].append({**page.evaluate("seen"), "painted": page.evaluate(PAINTED)})
                if number == args.visits - 1:
                    result["painted"] = drag(page, args.moves)
        browser.close()
    return result


def drag(page, moves):
    """ms from each move of a drag to its image."""
    bench.say("A drag.")
    page.evaluate(WATCH.replace("[data-testid^=stBidi]", "[data-part]"))
    box, chance = page.locator(".lp-surface").bounding_box(), random.Random(0)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for _ in range(moves):
        page.wait_for_timeout(chance.uniform(*SINGLE))
        page.mouse.move(x + chance.uniform(-0.4, 0.4) * box["width"], y + chance.uniform(-0.4, 0.4) * box["height"])
    page.wait_for_timeout(200)
    page.mouse.up()
    return page.evaluate("painted")


def report(value, args, measured):
    of = {name: [visit[name] for visit in value["visits"]] for name in ("painted", "codes", "decoder")}
    flat = [item for item in value["sizes"] if item["dim"] == 2]
    plain, film = max(item["plain"] for item in flat), max(item["size"] for item in flat)
    table = [
        ("file opened → first paint; median / 95th percentile", both(of["painted"]), "", True),
        ("… → codes on the plane", both(of["codes"]), f"≤ {PICTURE} ms", statistics.median(of["codes"]) <= PICTURE),
        ("… → decoder loaded", both(of["decoder"]), "", True),
        ("drag: pointer → image", both(value["painted"]), f"95 % ≤ {IMAGE} ms", p95(value["painted"]) <= IMAGE),
        ("largest file, 2 dimensions, without the training's frames", f"{plain:.1f} MB", f"≤ {PLAIN:g} MB", plain <= PLAIN),
        ("… with the frames", f"{film:.1f} MB", f"≤ {FILM:g} MB", film <= FILM),
    ]  # fmt: skip
    rows = [
        f"| {item['title']} | {item['dim']} | {item['frames']} | {item['size']:.1f} MB | {item['seconds']:.1f} s "
        f"| {item['nets']} |"
        for item in value["sizes"]
    ]
    head = ["| shipped revision | d | frames | file | made in | networks |", "|---|--:|--:|--:|--:|---|"]
    words = (
        "The times are for the handout of the first shipped revision, opened from the disk, offline, in a window of 1280 × 900. "
        "They are milliseconds on the page's clock since the navigation, and in the drag "
        f"from each of {args.moves} moves to the end of the frame with its image. "
        "In the table below, d is the number of dimensions of z, frames are the kept moments of the revision's training, "
        "“made in” is the time in which the file was made, and networks are those that a page runs, with the sizes of their "
        "layers."
    )
    return bench.page("The handout: a revision as one HTML file", measured, table, words, "\n".join(head + rows))


if __name__ == "__main__":
    sys.exit(bench.run(__doc__, "handout", {"visits": 9, "moves": 300}, measure, report))
