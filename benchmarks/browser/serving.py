"""A class on one server or several: waiting times, memory and processor time per person, and errors.

    python -m benchmarks.browser.serving [--people 50] [--minutes 10] [--servers 1] [--trainings 5] [--write]
    python -m benchmarks.browser.serving --costs 8        # processor time of eight runs of each page, of one person alone

People are clients that speak Streamlit's protocol (`visitor.py`), each with its own cookie. Every twenty seconds on average, each
turns to another page, opens another revision or searches; every five seconds it requests a file or a decoded image, as a page
does that cannot decode itself. A third of them stay on Train and follow the trainings by the refreshes that the server requests.
The clients also run on this machine and take processor time from the server; the load before is recorded. Prints JSON; `--write`
adds it to docs/results/serving.json. Exit status 1 if a target is missed.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import psutil

from aae_core.places import PROJECT
from aae_core.progress import format_count
from aae_core.store.revisions import Store
from benchmarks.browser.bench import browser_app, p95, say
from benchmarks.browser.visitor import Visitor

PAGES = ("", "style", "compare", "classify", "clusters", "lessons", "which_one", "train", "revisions", "results")
RUN_INTERVAL, REQUEST_INTERVAL = (
    20.0,
    5.0,
)  # seconds between two runs, and between two requests, of one person, on average
WATCHER_SHARE = 3  # of so many people one stays on Train
ARRIVAL_SHARE = 0.12  # of the time, in which people arrive
MAX_RUN_SECONDS, MAX_ANSWER_SECONDS, MAX_MEGABYTES_PER_PERSON = (
    1.0,
    0.5,
    15.0,
)  # targets: seconds at the 95th percentile, and MB a person
MAX_GROWTH = 2.0  # MB a minute by which the memory may grow in the last half
LIMITS = """[each]\nrunning = 9\nwaiting = 9\nminutes = 100\n[all]\nrunning = {trainings}\npages = 1000\n"""
RESULTS_FILE = PROJECT / "docs" / "results" / "serving.json"


class ServerLoad:
    """What the servers take while it is sampled: resident memory in MB, and processor seconds, of each."""

    def __init__(self, servers):
        self.processes = [psutil.Process(entry.process.pid) for entry in servers]
        self.samples: list[tuple[float, list[float]]] = []

    def memory(self) -> list[float]:
        return [process.memory_info().rss / 1e6 for process in self.processes]

    def processor_seconds(self) -> float:
        return sum(sum(element.cpu_times()[:2]) for element in self.processes)

    async def sample_memory(self):
        while True:
            self.samples.append((time.monotonic(), self.memory()))
            await asyncio.sleep(1)


def start_shared_servers(stack, folder: Path, count: int, trainings: int) -> list[browser_app.Server]:
    """So many servers of one store that a class shares."""
    limits = folder / "limits.toml"
    limits.write_text(LIMITS.format(trainings=trainings))
    os.environ["AAE_SHARED"] = str(limits)
    servers = []
    for _ in range(count):
        server = browser_app.Server(folder)
        stack.callback(server.stop)  # also of one that does not answer in time
        server.start()
        servers.append(server)
    return servers


# What a person does -----------------------------------------------------------------------------------------------------


async def live_as_person(person: Visitor, number: int, end: float, ids: list[str], rng: random.Random):
    """A person, from arriving to leaving."""
    is_watcher = number % WATCHER_SHARE == 0
    page = "train" if is_watcher else rng.choice(PAGES)
    await person.open(page)
    planes = set()
    requests = asyncio.create_task(send_requests(person, planes, end, rng))
    while (seconds_left := end - time.monotonic()) > 0:
        await asyncio.sleep(min(seconds_left, rng.expovariate(1 / RUN_INTERVAL)))
        if time.monotonic() < end:
            planes |= await perform_act(person, is_watcher, ids, rng)
    await requests


async def perform_act(person, is_watcher, ids, rng):
    """One act; the planes of two dimensions that it shows."""
    choice = rng.random()
    if is_watcher:
        await person.run_page("widget on train")
    elif choice < 0.5:
        await person.turn_to(rng.choice(PAGES))
    elif choice < 0.8:
        await person.turn_to("", "another revision", revision=rng.choice(ids))
        return person.live_paths
    else:
        await person.turn_to("revisions")
        await person.set_widget("revisions.search", string_value=rng.choice(["aae", "mnist", "digits", "style"]))
    return set()


async def send_requests(person, planes, end, rng):
    """Requests that are answered without a run: images of codes of the planes that were shown, and files."""
    while (seconds_left := end - time.monotonic()) > 0:
        await asyncio.sleep(min(seconds_left, rng.expovariate(1 / REQUEST_INTERVAL)))
        if time.monotonic() >= end:
            return
        if person.asset_paths and rng.random() < 0.3:
            await person.request_route("asset", rng.choice(sorted(person.asset_paths)))
        elif planes:
            body = json.dumps({"codes": [[rng.gauss(0, 1), rng.gauss(0, 1)]]}).encode()
            await person.request_route("decode", f"{rng.choice(sorted(planes))}/decode", body)


async def start_training(person: Visitor, number: int):
    """Start a training that lasts."""
    await person.open("train", data="digits", epochs=100_000, minutes=100, name=f"training {number}")
    await person.set_widget("train.go", trigger_value=True)


# Measuring --------------------------------------------------------------------------------------------------------------


async def measure_class(args, folder, servers) -> dict:
    rows, plain = Store(folder / "checkpoints").list(), ("aae", "vae", "ae")
    # as `send_requests` makes codes
    ids = [row.id for row in rows if row.gallery and row.variant in plain and row.latent_dim == 2]
    load = ServerLoad(servers)
    first_visitors = [Visitor(server.url) for server in servers]
    for visitor in first_visitors:  # loads what all share
        await visitor.open("")
        for page in PAGES:
            await visitor.turn_to(page)
        await visitor.close()
    memory_alone = load.memory()
    people = [Visitor(servers[number % len(servers)].url) for number in range(args.people)]
    say(f"Alone: {', '.join(f'{megabytes:.0f} MB' for megabytes in memory_alone)}. {args.trainings} begin to train.")
    teachers = [Visitor(servers[0].url) for _ in range(args.trainings)]
    for number, visitor in enumerate(teachers):
        await start_training(visitor, number)
    start = time.monotonic()
    end = start + 60 * args.minutes
    sampling, processor_seconds = asyncio.create_task(load.sample_memory()), load.processor_seconds()

    async def arrive(number, person):
        await asyncio.sleep(60 * args.minutes * ARRIVAL_SHARE * number / len(people))
        try:
            await live_as_person(person, number, end, ids, random.Random(number))
        except OSError as error:
            person.errors.append(f"left: {error}")

    tasks = [asyncio.create_task(arrive(number, person)) for number, person in enumerate(people)]
    while time.monotonic() < end:
        await asyncio.sleep(min(30, max(0, end - time.monotonic())))
        counts = {"runs": sum(len(p.runs) for p in people), "refreshes": sum(p.refreshes for p in people),
                   "errors": sum(len(p.errors) for p in people)}  # fmt: skip
        memory = ", ".join(f"{megabytes:.0f} MB" for megabytes in load.memory())
        say(f"{', '.join(f'{count} {title}' for title, count in counts.items())}, {memory}")
    await asyncio.gather(*tasks)
    sampling.cancel()
    processor_seconds = load.processor_seconds() - processor_seconds
    training = sum(row.state == "running" for row in Store(folder / "checkpoints").list_own())
    for visitor in (*people, *teachers):
        await visitor.close()
    class_figures = summarise(args, load, memory_alone, people + teachers, processor_seconds, start)
    if training != args.trainings:
        class_figures["errors"][f"{training} trainings run at the end, not {args.trainings}"] = 1
        class_figures["error count"] += 1
    return class_figures


def summarise(args, load, memory_alone, people, processor_seconds, start):
    """All that was measured, as plain numbers."""
    runs, answers, errors = defaultdict(list), defaultdict(list), Counter()
    for person in people:
        for kind, seconds in person.runs:
            runs[kind].append(seconds)
        for kind, seconds in person.answers:
            answers[kind].append(seconds)
        errors.update(person.errors)
    run_seconds, answer_seconds = sum(runs.values(), []), sum(answers.values(), [])
    second_half = [
        (moment, sum(memory)) for moment, memory in load.samples if moment > (start + load.samples[-1][0]) / 2
    ]
    slope = statistics.linear_regression(*zip(*second_half, strict=True)).slope if len(second_half) > 2 else 0.0
    most_memory = max(sum(memory) for _, memory in load.samples)
    return {
        "date": f"{date.today():%Y-%m-%d}",
        "people": args.people,
        "minutes": args.minutes,
        "servers": args.servers,
        "trainings": args.trainings,
        "load before": round(args.load, 1),
        "runs": len(run_seconds),
        "requests": len(answer_seconds),
        "refreshes": sum(p.refreshes for p in people),
        "refreshes late": sum(p.late_refreshes for p in people),
        "run median": statistics.median(run_seconds),
        "run p95": p95(run_seconds),
        "run max": max(run_seconds),
        "answer median": statistics.median(answer_seconds),
        "answer p95": p95(answer_seconds),
        "answer max": max(answer_seconds),
        "errors": dict(errors.most_common(12)),
        "error count": errors.total(),
        "MB alone": memory_alone,
        "MB a person": (most_memory - sum(memory_alone)) / args.people,
        "MB a minute in the last half": 60 * slope,
        "processor seconds": processor_seconds,
        "processors": processor_seconds / (60 * args.minutes),
        "MB sent": sum(p.received_bytes for p in people) / 1e6,
        "by kind": {
            kind: [len(seconds), statistics.median(seconds), p95(seconds) if len(seconds) > 1 else seconds[0]]
            for kind, seconds in sorted({**runs, **answers}.items())
        },
    }


async def measure_page_costs(args, servers) -> dict:
    """Processor milliseconds of the server for a run of each page, alone, and of a refresh of Train while one trains."""
    load, person, milliseconds = ServerLoad(servers), Visitor(servers[0].url), {}
    await person.open("")
    for page in PAGES:
        for _ in range(2):
            await person.turn_to(page)
        start_seconds = load.processor_seconds()
        for _ in range(args.costs):
            await person.run_page("again")
        milliseconds[page or "explore"] = 1000 * (load.processor_seconds() - start_seconds) / args.costs
    await start_training(person, 0)
    await asyncio.sleep(20)
    for seconds in (30, 0):
        if seconds == 0:
            await person.close()
            await asyncio.sleep(5)
        start_seconds, start_refreshes, start_bytes = load.processor_seconds(), person.refreshes, person.received_bytes
        await asyncio.sleep(30)
        busy_milliseconds = 1000 * (load.processor_seconds() - start_seconds)
        if seconds:
            milliseconds["train, a refresh"] = busy_milliseconds / max(1, person.refreshes - start_refreshes)
            milliseconds["train, refreshes in 30 s"] = person.refreshes - start_refreshes
            milliseconds["train, kB of a refresh"] = (
                (person.received_bytes - start_bytes) / 1000 / max(1, person.refreshes - start_refreshes)
            )
        else:
            milliseconds["nobody, 30 s"] = busy_milliseconds
    return milliseconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in (("people", 50), ("servers", 1), ("trainings", 5), ("costs", 0)):
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--write", action="store_true", help=f"add the figures to {RESULTS_FILE.name}")
    args = parser.parse_args()
    args.load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        folder = Path(folder)
        servers = start_shared_servers(stack, folder, args.servers, max(1, args.trainings))
        say(f"{format_count(args.servers, 'server')} at {', '.join(server.url for server in servers)}.")
        if args.costs:
            print(json.dumps(asyncio.run(measure_page_costs(args, servers)), indent=1))
            return 0
        class_figures = asyncio.run(measure_class(args, folder, servers))
        for server in servers:
            if "Traceback" in server.read_log():
                class_figures["errors"]["a traceback in the log"] = server.read_log().count("Traceback")
                class_figures["error count"] += 1
                print(server.read_log()[-3000:], file=sys.stderr)
    print(json.dumps(class_figures, indent=1))
    if args.write:
        results = json.loads(RESULTS_FILE.read_text()) if RESULTS_FILE.exists() else []
        RESULTS_FILE.write_text(json.dumps([*results, class_figures], indent=1) + "\n")
    is_reached = (
        class_figures["run p95"] <= MAX_RUN_SECONDS
        and class_figures["answer p95"] <= MAX_ANSWER_SECONDS
        and class_figures["MB a person"] <= MAX_MEGABYTES_PER_PERSON
    )
    is_reached = is_reached and class_figures["MB a minute in the last half"] <= MAX_GROWTH
    return 0 if is_reached and not class_figures["error count"] else 1


if __name__ == "__main__":
    sys.exit(main())
