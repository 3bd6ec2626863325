"""Whether hours of use leak memory, handles, threads or files: a simulated person uses all pages of a server in a real Chromium.

    python -m benchmarks.browser.soak [--minutes 120] [--seed 0] [--samples FILE] [--write]
    python -m benchmarks.browser.soak --only turn --minutes 10 # one act again and again: where does memory go?
    python -m benchmarks.browser.soak --told FILE --write      # the page of docs/ from samples that were kept

The app is started with the gallery and its own store. One tab, which is reloaded only after a failure, visits every page in
rounds, with drags, lessons, comparisons and downloads; trainings are started, paused, resumed, deleted, restored and deleted for
good; other visitors come and go. About once a minute everything is measured, with the tab on Explore and after garbage
collection, and a line of JSON is appended to FILE. A run that is stopped (Ctrl+C, SIGTERM) reports what it has. `--write` writes
docs/development/soak.md. Exit status 1 if a figure grew in the second half beyond its bound, or if anything failed.
Needs playwright and Chromium.
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

import psutil

from benchmarks import document
from benchmarks.browser import bench, walk
from benchmarks.browser.bench import browser_app

MEBI = 2**20
EVERY = 60  # seconds from one sample to the next
COLLECTIONS = 4  # of garbage: what one lets go of may free more in the next
# What is measured: its name in the table, its unit, and by how much it may grow in the second half: a share (None: it has no
# bound of its own), and a number.
FIGURES = {
    "server": ("Server, resident", "MiB", 0.05, 0),
    "handles": ("Server, file handles", "", 0.05, 4),
    "threads": ("Server, threads", "", 0.05, 4),
    "children": ("Server, processes under it", "", 0.05, 1),
    "heap": ("Page, JavaScript heap", "MiB", 0.05, 0),
    "arrays": ("Page, typed arrays and WebAssembly", "MiB", 0.05, 0),
    "process": ("Page's process, resident", "MiB", 0.05, 0),
    "decoded": ("… of it decoded pictures that Chromium keeps", "MiB", None, 0),
    "buffers": ("… of it buffers, with the answers that it keeps for its driver", "MiB", None, 0),
    "nodes": ("Page, elements and texts", "", 0.05, 500),
    "listeners": ("Page, event listeners", "", 0.05, 100),
    "files": ("Files in the store, of a revision or two and those in its trash", "", None, 0),
    "bytes": ("Size of the store", "MiB", None, 0),
    "temporary": ("Files in the temporary folder", "", 0.05, 2),
    "temporary_bytes": ("Size of the temporary folder", "MiB", 0.05, 1),
}
PARTS = {"decoded": "cc/image_memory", "buffers": "partition_alloc/partitions/buffer"}  # of a memory dump of Chromium's
TRACE = {
    "includedCategories": ["disabled-by-default-memory-infra"],
    "excludedCategories": ["*"],
    "memoryDumpConfig": {"triggers": []},
}
WINDOW = 0.1  # of the samples: what a figure of the table is the median of


class Gauge:
    """What the server, the page and the folders hold."""

    def __init__(self, browser, server, walked, temporary):
        self.server, self.walk, self.temporary = server, walked, temporary
        self.wire = walked.page.context.new_cdp_session(walked.page)
        self.wire.send("Performance.enable")
        self.browser = browser.new_browser_cdp_session()
        processes = self.browser.send("SystemInfo.getProcessInfo")["processInfo"]
        outcome = [psutil.Process(row["id"]) for row in processes if row["type"] == "renderer"]
        self.process = max(outcome, key=lambda item: item.memory_info().rss)  # the others hold no page

    def look(self) -> dict:
        """What is held now, by the names of FIGURES; the page's tab is on Explore."""
        self.walk.go_home()
        for _ in range(COLLECTIONS):
            self.wire.send("HeapProfiler.collectGarbage")
            self.walk.page.wait_for_timeout(1_000)
        page = {row["name"]: row["value"] for row in self.wire.send("Performance.getMetrics")["metrics"]}
        server = psutil.Process(self.server.process.pid)
        files, size = file_count_and_bytes(self.server.store.root)
        temporary, temporary_size = file_count_and_bytes(self.temporary)
        return {
            "server": server.memory_info().rss / MEBI,
            "handles": server.num_fds(),
            "threads": server.num_threads(),
            "children": len(server.children(recursive=True)),
            "heap": page["JSHeapUsedSize"] / MEBI,
            "arrays": self.wire.send("Runtime.getHeapUsage")["backingStorageSize"] / MEBI,
            "process": self.process.memory_info().rss / MEBI,
            **self._parts(),
            "nodes": page["Nodes"],
            "listeners": page["JSEventListeners"],
            "files": files,
            "bytes": size / MEBI,
            "temporary": temporary,
            "temporary_bytes": temporary_size / MEBI,
        }

    def _parts(self):
        """MiB of the page's process by what holds them, as Chromium itself accounts for it."""
        events, over = [], []
        hear, end = (lambda news: events.extend(news["value"])), (lambda _: over.append(True))
        self.browser.on("Tracing.dataCollected", hear)
        self.browser.on("Tracing.tracingComplete", end)
        self.browser.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": TRACE})
        self.browser.send("Tracing.requestMemoryDump", {"levelOfDetail": "detailed"})
        self.browser.send("Tracing.end")
        while not over:
            self.walk.page.wait_for_timeout(100)
        self.browser.remove_listener("Tracing.dataCollected", hear)
        self.browser.remove_listener("Tracing.tracingComplete", end)
        dumps = [
            event["args"]["dumps"] for event in events if event.get("ph") == "v" and event["pid"] == self.process.pid
        ]
        attributes_by_allocator = {
            name: row.get("attrs", {}) for dump in dumps for name, row in dump.get("allocators", {}).items()
        }
        sizes = {
            name: attributes_by_allocator.get(part, {}).get("size", {"value": "0"}) for name, part in PARTS.items()
        }
        return {name: int(size["value"], 16) / MEBI for name, size in sizes.items()}


def file_count_and_bytes(folder: Path) -> tuple[int, int]:
    """How many files lie in a folder and all below it, and their bytes."""
    sizes = []
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # which a worker has just renamed
            if file.is_file():
                sizes.append(file.stat().st_size)
    return len(sizes), sum(sizes)


def soak(args, keep) -> None:
    """Walk for so many minutes; `keep` gets a record of what there is to know at first, and one for each sample."""
    with browser_app.sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser, server = browser_app.launch(playwright), browser_app.Server(Path(folder) / "app")
        temporary = Path(folder) / "temporary"
        for value in (temporary, server.folder):
            value.mkdir()
        try:
            # of the server and its workers; this process has chosen its own by now
            os.environ["TMPDIR"] = str(temporary)
            server.start()
            walked = walk.Walk(browser, server, args.seed)
            keep({"minutes": args.minutes, "seed": args.seed, "only": args.only, "date": f"{date.today():%Y-%m-%d}",
                  "machine": bench.machine(browser.version), "load": os.getloadavg()[0]})  # fmt: skip
            _walk(walked, server, Gauge(browser, server, walked, temporary), args, keep)
        finally:
            server.stop()
            browser.close()
        keep({"left": left(server.store)})


def left(store) -> list[str]:
    """What is in a store once all its revisions were deleted for good: files that belong to none."""
    for row in store.own():
        store.delete(row.id, for_good=True)
    store.trash.remove_all()
    return sorted(str(file.relative_to(store.root)) for file in store.root.rglob("*") if file.is_file())


def _walk(walked, server, gauge, args, keep):
    began = time.monotonic()
    looked = -EVERY

    def sample():
        counts = {"steps": walked.steps, "trainings": walked.trainings, "reloads": walked.reloads}
        result = {"acts": dict(walked.acts), "failed": dict(walked.failed), "said": dict(walked.said)}
        traces = {"tracebacks": server.said().count("Traceback")}
        keep({"seconds": looked, "load": os.getloadavg()[0]} | gauge.look() | counts | result | traces)

    while True:
        for act in [getattr(walked, args.only)] if args.only else walked.round():
            now = time.monotonic() - began
            if now - looked >= EVERY or now >= 60 * args.minutes:
                looked = now
                walked.do(sample)
            if now >= 60 * args.minutes:
                return
            walked.do(act)


def growth(before, after) -> float:
    """By which share a figure grew; of nothing: by none or by all."""
    return after / before - 1 if before else float(after > 0)


def since(samples) -> list[dict]:
    """The samples since the tab was last loaded."""
    return [row for row in samples if row["reloads"] == samples[-1]["reloads"]]


def rows(samples) -> list[tuple[str, ...]]:
    """Of each figure: before, in the middle, after, the second half's growth, its bound, and whether it is flat; of the page as
    it was last loaded."""
    table, lasting = [], since(samples)
    for name, (figure, unit, share, number) in FIGURES.items():
        if name not in samples[0]:  # kept by an earlier version
            continue
        actual = lasting if figure.startswith(("Page", "…")) else samples
        width = max(1, round(WINDOW * len(actual)))
        starts = 0, (len(actual) - width) // 2, len(actual) - width
        before, middle, after = (statistics.median(row[name] for row in actual[at : at + width]) for at in starts)
        shown = [f"{value:,.1f} {unit}" if unit else f"{value:,.0f}" for value in (before, middle, after)]
        bound, flat = "", ""
        if share is not None:
            bound = f"{share:.0%}" + (f" or {number} {unit}".rstrip() if number else "")
            flat = "yes" if after <= middle + max(share * middle, number) else "no"
        table.append((figure, *shown, f"{growth(middle, after):+.1%}", bound, flat))
    return table


def report(records) -> tuple[str, bool]:
    """The tables of docs/development/soak.md, and whether everything is flat and nothing failed; records: as `soak`
    keeps them."""
    head, samples = records[0], [record for record in records[1:] if "seconds" in record]
    files = next((", ".join(record["left"]) or "none" for record in records if "left" in record), "not looked at")
    last, minutes = samples[-1], samples[-1]["seconds"] / 60
    table = rows(samples)
    lines = [
        "| | before | middle | after | second half | bound | flat |",
        "|---|--:|--:|--:|--:|--:|:-:|",
        *("| " + " | ".join(row) + " |" for row in table),
    ]
    loads = statistics.median(row["load"] for row in samples)
    lasted = minutes - since(samples)[0]["seconds"] / 60
    command = f"python -m benchmarks.browser.soak --minutes {head['minutes']:g} --seed {head['seed']}"
    command += f" --only {head['only']}" if head.get("only") else ""
    ended = "" if minutes >= head["minutes"] else f" It was stopped after {minutes:.0f} of {head['minutes']:g} minutes."
    measured = f"`{command}`, {head['date']}, {head['machine']}; load in the middle of all samples: {loads:.1f}.{ended}"
    said = sum(last["said"].values())
    done = (
        f"{minutes:.0f} minutes, {last['steps']:,} steps, {sum(last['acts'].values()):,} acts (the samples among them), "
        f"{last['trainings']} trainings started, {len(samples)} samples; acts that failed: {sum(last['failed'].values())}; "
        f"the tab was loaded anew {last['reloads']} times (the page's figures are of the {lasted:.0f} minutes since); "
        f"server's tracebacks: {last['tracebacks']}; messages in the browser's console: {said}; "
        f"files left in the store once all its revisions were deleted for good: {files}."
    )
    parts = ["# Memory in long use", measured, "\n".join(lines), done]
    for title, output in (("Failed", last["failed"]), ("Said by the console", last["said"])):
        if output:
            parts.append(f"{title}:\n\n" + "\n".join(f"- {count} × `{text}`" for text, count in output.items()))
    sound = not last["failed"] and not last["tracebacks"]
    return "\n\n".join(parts) + "\n", sound and not any(row[-1] == "no" for row in table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="ACT", help="a method of walk.py: that act alone")
    parser.add_argument(
        "--samples", type=Path, default=Path(tempfile.gettempdir()) / "soak.jsonl", help="kept there, a line each"
    )
    parser.add_argument("--told", type=Path, metavar="FILE", help="tell of these samples, without a soak")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/development/soak.md")
    args = parser.parse_args()
    if args.told is None:
        if reason := browser_app.missing():
            sys.exit(reason)
        args.samples.unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            soak(args, lambda record: _keep(args.samples, record))
    records = [json.loads(line) for line in (args.told or args.samples).read_text().splitlines()]
    if not any("seconds" in record for record in records):
        sys.exit("No sample was taken.")
    text, flat = report(records)
    document.tell("soak", text, args.write)
    return int(not flat)


def _keep(file, record):
    with open(file, "a") as kept:
        kept.write(json.dumps(record) + "\n")
    names = ("server", "handles", "threads", "heap", "process", "nodes", "files", "steps")
    shown = ", ".join(f"{name} {record[name]:,.0f}" for name in names if name in record)
    bench.say(f"{shown or 'Walking.'}; failed: {sum(record.get('failed', {}).values())}")


if __name__ == "__main__":
    sys.exit(main())
