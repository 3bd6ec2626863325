"""Whether hours of use cost memory, handles, threads or files: a person walks over all pages of one server, in a real Chromium.

    python benchmarks/soak.py [--minutes 120] [--seed 0] [--samples FILE] [--write]
    python benchmarks/soak.py --told FILE --write      # the page of docs/ from samples that were kept

The app is started over the gallery and a store of its own. One tab, never loaded anew, is walked over in rounds: every page, with
drags, lessons, comparisons and downloads; trainings are started, paused, resumed, deleted, restored and deleted for good; other
visitors come and go. About once a minute everything is measured, with the tab on Explore and after garbage collection, and a
line of JSON is added to FILE, so that it can be looked at meanwhile. A soak that is stopped (Ctrl+C, SIGTERM) tells what it has.
`--write` keeps the table in docs/soak.md. Exit status 1 if anything grew in the second half beyond its bound, or if anything
failed. Needs playwright and Chromium.
"""

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import bench  # the folders of the app and of the browser tests are on the path by it
import psutil
import serving
import walk

MEBI = 2**20
EVERY = 60  # seconds from one sample to the next
COLLECTIONS = 4  # of garbage: what one lets go of may free more in the next
# What is measured: its name in the table, its unit, and by how much it may grow in the second half: a share, and a number.
FIGURES = {
    "server": ("Server, resident", "MiB", 0.05, 0),
    "handles": ("Server, file handles", "", 0.05, 4),
    "threads": ("Server, threads", "", 0.05, 4),
    "children": ("Server, processes under it", "", 0.05, 1),
    "heap": ("Page, JavaScript heap", "MiB", 0.05, 0),
    "arrays": ("Page, typed arrays and WebAssembly", "MiB", 0.05, 0),
    "process": ("Page's process, resident", "MiB", 0.05, 0),
    "nodes": ("Page, elements and texts", "", 0.05, 0),
    "listeners": ("Page, event listeners", "", 0.05, 0),
    "files": ("Files in the store", "", 0.05, 60),
    "bytes": ("Size of the store", "MiB", 0.05, 4),
    "temporary": ("Files in the temporary folder", "", 0.05, 2),
    "temporary_bytes": ("Size of the temporary folder", "MiB", 0.05, 1),
}
WINDOW = 0.05  # of the samples: what a figure of the table is the median of


class Gauge:
    """What the server, the page and the folders hold."""

    def __init__(self, browser, server, walked, temporary):
        self.server, self.walk, self.temporary = server, walked, temporary
        self.wire = walked.page.context.new_cdp_session(walked.page)
        self.wire.send("Performance.enable")
        processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        found = [psutil.Process(row["id"]) for row in processes if row["type"] == "renderer"]
        self.process = max(found, key=lambda each: each.memory_info().rss)  # the others hold no page

    def look(self) -> dict:
        """What is held now, by the names of FIGURES; the page's tab is on Explore."""
        self.walk.go_home()
        for _ in range(COLLECTIONS):
            self.wire.send("HeapProfiler.collectGarbage")
            self.walk.page.wait_for_timeout(1_000)
        page = {row["name"]: row["value"] for row in self.wire.send("Performance.getMetrics")["metrics"]}
        server = psutil.Process(self.server.process.pid)
        files, size = held(self.server.store.root)
        temporary, temporary_size = held(self.temporary)
        return {
            "server": server.memory_info().rss / MEBI,
            "handles": server.num_fds(),
            "threads": server.num_threads(),
            "children": len(server.children(recursive=True)),
            "heap": page["JSHeapUsedSize"] / MEBI,
            "arrays": self.wire.send("Runtime.getHeapUsage")["backingStorageSize"] / MEBI,
            "process": self.process.memory_info().rss / MEBI,
            "nodes": page["Nodes"],
            "listeners": page["JSEventListeners"],
            "files": files,
            "bytes": size / MEBI,
            "temporary": temporary,
            "temporary_bytes": temporary_size / MEBI,
        }


def held(folder: Path) -> tuple[int, int]:
    """How many files lie in a folder and all below it, and their bytes."""
    sizes = []
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # which a worker has just renamed
            if file.is_file():
                sizes.append(file.stat().st_size)
    return len(sizes), sum(sizes)


def soak(args, keep) -> None:
    """Walk for so many minutes; `keep` gets a record of what there is to know at first, and one for each sample."""
    with serving.sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser, server = serving.launch(playwright), serving.Server(Path(folder) / "app")
        temporary = Path(folder) / "temporary"
        for each in (temporary, server.folder):
            each.mkdir()
        try:
            os.environ["TMPDIR"] = str(
                temporary
            )  # of the server and its workers; this process has chosen its own by now
            server.start()
            walked = walk.Walk(browser, server, args.seed)
            keep({"minutes": args.minutes, "seed": args.seed, "date": f"{date.today():%Y-%m-%d}",
                  "machine": bench.machine(browser.version), "load": os.getloadavg()[0]})  # fmt: skip
            _walk(walked, server, Gauge(browser, server, walked, temporary), args.minutes, keep)
        finally:
            server.stop()
            browser.close()


def _walk(walked, server, gauge, minutes, keep):
    began = time.monotonic()
    looked = -EVERY

    def sample():
        counts = {"steps": walked.steps, "trainings": walked.trainings, "reloads": walked.reloads}
        told = {"acts": dict(walked.acts), "failed": dict(walked.failed), "said": dict(walked.said)}
        traces = {"tracebacks": server.said().count("Traceback")}
        keep({"seconds": looked, "load": os.getloadavg()[0]} | gauge.look() | counts | told | traces)

    while True:
        for act in walked.round():
            now = time.monotonic() - began
            if now - looked >= EVERY or now >= 60 * minutes:
                looked = now
                walked.do(sample)
            if now >= 60 * minutes:
                return
            walked.do(act)


def growth(before, after) -> float:
    """By which share a figure grew; of nothing: by none or by all."""
    return after / before - 1 if before else float(after > 0)


def rows(samples) -> list[tuple[str, ...]]:
    """Of each figure: before, in the middle, after, the second half's growth, its bound, and whether it is flat."""
    width = max(1, round(WINDOW * len(samples)))
    starts = 0, (len(samples) - width) // 2, len(samples) - width
    table = []
    for name, (figure, unit, share, number) in FIGURES.items():
        before, middle, after = (statistics.median(row[name] for row in samples[at : at + width]) for at in starts)
        shown = [f"{value:,.1f} {unit}" if unit else f"{value:,.0f}" for value in (before, middle, after)]
        flat = after <= middle + max(share * middle, number)
        bound = f"{share:.0%}" + (f" or {number} {unit}".rstrip() if number else "")
        table.append((figure, *shown, f"{growth(middle, after):+.1%}", bound, "yes" if flat else "no"))
    return table


def report(records) -> tuple[str, bool]:
    """The page of docs/, and whether everything is flat and nothing failed; records: as `soak` keeps them."""
    head, samples = records[0], records[1:]
    last, minutes = samples[-1], samples[-1]["seconds"] / 60
    table = rows(samples)
    lines = [
        "| | before | middle | after | second half | bound | flat |",
        "|---|--:|--:|--:|--:|--:|:-:|",
        *("| " + " | ".join(row) + " |" for row in table),
    ]
    loads = statistics.median(row["load"] for row in samples)
    command = f"python benchmarks/soak.py --minutes {head['minutes']:g} --seed {head['seed']}"
    ended = "" if minutes >= head["minutes"] else f" It was stopped after {minutes:.0f} of {head['minutes']:g} minutes."
    measured = f"`{command}`, {head['date']}, {head['machine']}; load in the middle of all samples: {loads:.1f}.{ended}"
    said = sum(last["said"].values())
    done = (
        f"{minutes:.0f} minutes, {last['steps']:,} steps, {sum(last['acts'].values()):,} acts, {last['trainings']} trainings "
        f"started, {len(samples)} samples; acts that failed: {sum(last['failed'].values())}; the tab was loaded anew "
        f"{last['reloads']} times; server's tracebacks: {last['tracebacks']}; messages in the browser's console: {said}."
    )
    parts = ["# Memory in long use", measured, "\n".join(lines), done]
    for title, found in (("Failed", last["failed"]), ("Said by the console", last["said"])):
        if found:
            parts.append(f"{title}:\n\n" + "\n".join(f"- {count} × `{text}`" for text, count in found.items()))
    sound = not last["failed"] and not last["tracebacks"]
    return "\n\n".join([*parts, HOW]) + "\n", sound and all(row[-1] == "yes" for row in table)


HOW = (
    f"Each figure is the median of {WINDOW:.0%} of the samples: the first, those in the middle, the last. *Flat*: in the second "
    "half it grew by no more than its bound, a share or, where that is more, a number. One person in one tab and one session "
    "walks over all pages in rounds, each in another order, as [benchmarks/walk.py](../benchmarks/walk.py) says: drags, other "
    "revisions, lessons, comparisons, the game, downloads, a training that is started, paused and resumed, revisions that are "
    "deleted, restored and deleted for good; another visitor comes and goes. The page is measured on Explore, with the same "
    "revision, after garbage collection; the server as it is."
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--samples", type=Path, default=Path(tempfile.gettempdir()) / "soak.jsonl", help="kept there, a line each"
    )
    parser.add_argument("--told", type=Path, metavar="FILE", help="tell of these samples, without a soak")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/soak.md")
    args = parser.parse_args()
    if args.told is None:
        if reason := serving.missing():
            sys.exit(reason)
        args.samples.unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            soak(args, lambda record: _keep(args.samples, record))
    records = [json.loads(line) for line in (args.told or args.samples).read_text().splitlines()]
    if len(records) < 2:
        sys.exit("No sample was taken.")
    text, flat = report(records)
    print(text)
    if args.write:
        (bench.PROJECT / "docs" / "soak.md").write_text(text)
    return int(not flat)


def _keep(file, record):
    with open(file, "a") as kept:
        kept.write(json.dumps(record) + "\n")
    names = ("server", "handles", "threads", "heap", "process", "nodes", "files", "steps")
    shown = ", ".join(f"{name} {record[name]:,.0f}" for name in names if name in record)
    bench.say(f"{shown or 'Walking.'}; failed: {sum(record.get('failed', {}).values())}")


if __name__ == "__main__":
    sys.exit(main())
