"""Whether hours of use leak memory, handles, threads or files: a simulated person uses all pages of a server in a real Chromium.

    python -m benchmarks.browser.soak [--minutes 120] [--seed 0] [--samples FILE] [--write]
    python -m benchmarks.browser.soak --only turn --minutes 10 # one act again and again: where does memory go?
    python -m benchmarks.browser.soak --report FILE --write      # the page of docs/ from samples that were kept

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
SAMPLE_SECONDS = 60  # seconds from one sample to the next
COLLECTION_COUNT = 4  # of garbage: what one lets go of may free more in the next
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
ALLOCATORS = {
    "decoded": "cc/image_memory",
    "buffers": "partition_alloc/partitions/buffer",
}  # of a memory dump of Chromium's
TRACE_CONFIGURATION = {
    "includedCategories": ["disabled-by-default-memory-infra"],
    "excludedCategories": ["*"],
    "memoryDumpConfig": {"triggers": []},
}
WINDOW_SHARE = 0.1  # of the samples: what a figure of the table is the median of


class Gauge:
    """What the server, the page and the folders hold."""

    def __init__(self, browser, server, walk, temporary):
        self.server, self.walk, self.temporary = server, walk, temporary
        self.wire = walk.page.context.new_cdp_session(walk.page)
        self.wire.send("Performance.enable")
        self.browser = browser.new_browser_cdp_session()
        processes = self.browser.send("SystemInfo.getProcessInfo")["processInfo"]
        renderers = [psutil.Process(row["id"]) for row in processes if row["type"] == "renderer"]
        self.process = max(renderers, key=lambda item: item.memory_info().rss)  # the others hold no page

    def take_sample(self) -> dict:
        """What is held now, by the names of FIGURES; the page's tab is on Explore."""
        self.walk.go_home()
        for _ in range(COLLECTION_COUNT):
            self.wire.send("HeapProfiler.collectGarbage")
            self.walk.page.wait_for_timeout(1_000)
        page_metrics = {row["name"]: row["value"] for row in self.wire.send("Performance.getMetrics")["metrics"]}
        server = psutil.Process(self.server.process.pid)
        files, size = file_count_and_bytes(self.server.store.root)
        temporary, temporary_size = file_count_and_bytes(self.temporary)
        return {
            "server": server.memory_info().rss / MEBI,
            "handles": server.num_fds(),
            "threads": server.num_threads(),
            "children": len(server.children(recursive=True)),
            "heap": page_metrics["JSHeapUsedSize"] / MEBI,
            "arrays": self.wire.send("Runtime.getHeapUsage")["backingStorageSize"] / MEBI,
            "process": self.process.memory_info().rss / MEBI,
            **self._memory_by_allocator(),
            "nodes": page_metrics["Nodes"],
            "listeners": page_metrics["JSEventListeners"],
            "files": files,
            "bytes": size / MEBI,
            "temporary": temporary,
            "temporary_bytes": temporary_size / MEBI,
        }

    def _memory_by_allocator(self):
        """MiB of the page's process by what holds them, as Chromium itself accounts for it."""
        events, completions = [], []

        def add_events(message):
            events.extend(message["value"])

        note_completion = completions.append
        self.browser.on("Tracing.dataCollected", add_events)
        self.browser.on("Tracing.tracingComplete", note_completion)
        self.browser.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": TRACE_CONFIGURATION})
        self.browser.send("Tracing.requestMemoryDump", {"levelOfDetail": "detailed"})
        self.browser.send("Tracing.end")
        while not completions:
            self.walk.page.wait_for_timeout(100)
        self.browser.remove_listener("Tracing.dataCollected", add_events)
        self.browser.remove_listener("Tracing.tracingComplete", note_completion)
        dumps = [
            event["args"]["dumps"] for event in events if event.get("ph") == "v" and event["pid"] == self.process.pid
        ]
        attributes_by_allocator = {
            name: row.get("attrs", {}) for dump in dumps for name, row in dump.get("allocators", {}).items()
        }
        sizes = {
            name: attributes_by_allocator.get(part, {}).get("size", {"value": "0"}) for name, part in ALLOCATORS.items()
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


def run_soak(args, keep_record) -> None:
    """Walk for so many minutes; `keep_record` gets a record of what there is to know at first, and one for each sample."""
    with browser_app.sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser, server = browser_app.launch_chromium(playwright), browser_app.Server(Path(folder) / "app")
        temporary = Path(folder) / "temporary"
        for subfolder in (temporary, server.folder):
            subfolder.mkdir()
        try:
            # of the server and its workers; this process has chosen its own by now
            os.environ["TMPDIR"] = str(temporary)
            server.start()
            person = walk.Walk(browser, server, args.seed)
            keep_record({"minutes": args.minutes, "seed": args.seed, "only": args.only, "date": f"{date.today():%Y-%m-%d}",
                  "machine": bench.describe_machine(browser.version), "load": os.getloadavg()[0]})  # fmt: skip
            walk_and_sample(person, server, Gauge(browser, server, person, temporary), args, keep_record)
        finally:
            server.stop()
            browser.close()
        keep_record({"left": leftover_files(server.store)})


def leftover_files(store) -> list[str]:
    """What is in a store once all its revisions were deleted for good: files that belong to none."""
    for row in store.list_own():
        store.delete(row.id, for_good=True)
    store.trash.remove_all()
    return sorted(str(file.relative_to(store.root)) for file in store.root.rglob("*") if file.is_file())


def walk_and_sample(person, server, gauge, args, keep_record):
    start = time.monotonic()
    sample_time = -SAMPLE_SECONDS

    def sample():
        counts = {"steps": person.steps, "trainings": person.trainings, "reloads": person.reloads}
        act_counts = {
            "acts": dict(person.act_counts),
            "failed": dict(person.failure_counts),
            "said": dict(person.console_counts),
        }
        traces = {"tracebacks": server.read_log().count("Traceback")}
        keep_record(
            {"seconds": sample_time, "load": os.getloadavg()[0]} | gauge.take_sample() | counts | act_counts | traces
        )

    while True:
        for act in [getattr(person, args.only)] if args.only else person.shuffled_acts():
            elapsed = time.monotonic() - start
            if elapsed - sample_time >= SAMPLE_SECONDS or elapsed >= 60 * args.minutes:
                sample_time = elapsed
                person.perform(sample)
            if elapsed >= 60 * args.minutes:
                return
            person.perform(act)


def relative_growth(old_value, new_value) -> float:
    """By which share a figure grew; of nothing: by none or by all."""
    return new_value / old_value - 1 if old_value else float(new_value > 0)


def samples_since_reload(samples) -> list[dict]:
    """The samples since the tab was last loaded."""
    return [row for row in samples if row["reloads"] == samples[-1]["reloads"]]


def figure_rows(samples) -> list[tuple[str, ...]]:
    """Of each figure: before, in the middle, after, the second half's growth, its bound, and whether it is flat; of the page as
    it was last loaded."""
    table, since_reload = [], samples_since_reload(samples)
    for name, (figure, unit, share, number) in FIGURES.items():
        if name not in samples[0]:  # kept by an earlier version
            continue
        compared_samples = since_reload if figure.startswith(("Page", "…")) else samples
        width = max(1, round(WINDOW_SHARE * len(compared_samples)))
        starts = 0, (len(compared_samples) - width) // 2, len(compared_samples) - width
        first_median, middle_median, last_median = (
            statistics.median(row[name] for row in compared_samples[start : start + width]) for start in starts
        )
        cells = [
            f"{value:,.1f} {unit}" if unit else f"{value:,.0f}" for value in (first_median, middle_median, last_median)
        ]
        bound, verdict = "", ""
        if share is not None:
            bound = f"{share:.0%}" + (f" or {number} {unit}".rstrip() if number else "")
            verdict = "yes" if last_median <= middle_median + max(share * middle_median, number) else "no"
        table.append((figure, *cells, f"{relative_growth(middle_median, last_median):+.1%}", bound, verdict))
    return table


def report(records) -> tuple[str, bool]:
    """The tables of docs/development/soak.md, and whether everything is flat and nothing failed; records: as `run_soak`
    keeps them."""
    start_record, samples = records[0], [record for record in records[1:] if "seconds" in record]
    leftovers = next((", ".join(record["left"]) or "none" for record in records if "left" in record), "not looked at")
    last_sample, minutes = samples[-1], samples[-1]["seconds"] / 60
    table = figure_rows(samples)
    lines = [
        "| | before | middle | after | second half | bound | flat |",
        "|---|--:|--:|--:|--:|--:|:-:|",
        *("| " + " | ".join(row) + " |" for row in table),
    ]
    median_load = statistics.median(row["load"] for row in samples)
    minutes_since_reload = minutes - samples_since_reload(samples)[0]["seconds"] / 60
    command = f"python -m benchmarks.browser.soak --minutes {start_record['minutes']:g} --seed {start_record['seed']}"
    command += f" --only {start_record['only']}" if start_record.get("only") else ""
    conditions = (
        f"`{command}`, {start_record['date']}, {start_record['machine']}; "
        f"load in the middle of all samples: {median_load:.1f}."
    )
    if minutes < start_record["minutes"]:
        conditions += f" It was stopped after {minutes:.0f} of {start_record['minutes']:g} minutes."
    message_count = sum(last_sample["said"].values())
    summary = (
        f"{minutes:.0f} minutes, {last_sample['steps']:,} steps, "
        f"{sum(last_sample['acts'].values()):,} acts (the samples among them), "
        f"{last_sample['trainings']} trainings started, {len(samples)} samples; "
        f"acts that failed: {sum(last_sample['failed'].values())}; the tab was loaded anew {last_sample['reloads']} times "
        f"(the page's figures are of the {minutes_since_reload:.0f} minutes since); "
        f"server's tracebacks: {last_sample['tracebacks']}; messages in the browser's console: {message_count}; "
        f"files left in the store once all its revisions were deleted for good: {leftovers}."
    )
    parts = ["# Memory in long use", conditions, "\n".join(lines), summary]
    for title, counts in (("Failed", last_sample["failed"]), ("Said by the console", last_sample["said"])):
        if counts:
            parts.append(f"{title}:\n\n" + "\n".join(f"- {count} × `{text}`" for text, count in counts.items()))
    is_sound = not last_sample["failed"] and not last_sample["tracebacks"]
    return "\n\n".join(parts) + "\n", is_sound and not any(row[-1] == "no" for row in table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="ACT", help="a method of walk.py: that act alone")
    parser.add_argument(
        "--samples", type=Path, default=Path(tempfile.gettempdir()) / "soak.jsonl", help="kept there, a line each"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="report on these samples, without a soak")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/development/soak.md")
    args = parser.parse_args()
    if args.report is None:
        if reason := browser_app.missing_browser_reason():
            sys.exit(reason)
        args.samples.unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            run_soak(args, lambda record: append_record(args.samples, record))
    records = [json.loads(line) for line in (args.report or args.samples).read_text().splitlines()]
    if not any("seconds" in record for record in records):
        sys.exit("No sample was taken.")
    text, is_flat = report(records)
    document.print_and_write("soak", text, args.write)
    return int(not is_flat)


def append_record(file, record):
    with open(file, "a") as stream:
        stream.write(json.dumps(record) + "\n")
    names = ("server", "handles", "threads", "heap", "process", "nodes", "files", "steps")
    summary = ", ".join(f"{name} {record[name]:,.0f}" for name in names if name in record)
    bench.say(f"{summary or 'Walking.'}; failed: {sum(record.get('failed', {}).values())}")


if __name__ == "__main__":
    sys.exit(main())
