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
from aae_core.store.revisions import Store
from benchmarks.browser.bench import browser_app, p95, say
from benchmarks.browser.visitor import Visitor

PAGES = ("", "style", "compare", "classify", "clusters", "lessons", "which_one", "train", "revisions", "results")
PAUSE, ASKING = 20.0, 5.0  # seconds between two runs, and between two requests, of one person, on average
WATCHING = 3  # of so many people one stays on Train
ARRIVING = 0.12  # of the time, in which people arrive
RUN, ANSWER, MEMORY = 1.0, 0.5, 15.0  # targets: seconds at the 95th percentile, and MB a person
FLAT = 2.0  # MB a minute by which the memory may grow in the last half
LIMITS = """[each]\nrunning = 9\nwaiting = 9\nminutes = 100\n[all]\nrunning = {trainings}\npages = 1000\n"""
DOC = PROJECT / "docs" / "results" / "serving.json"


class Machine:
    """What the servers take while it is sampled: resident memory in MB, and processor seconds, of each."""

    def __init__(self, servers):
        self.processes = [psutil.Process(entry.process.pid) for entry in servers]
        self.samples: list[tuple[float, list[float]]] = []

    def memory(self) -> list[float]:
        return [process.memory_info().rss / 1e6 for process in self.processes]

    def seconds(self) -> float:
        return sum(sum(element.cpu_times()[:2]) for element in self.processes)

    async def watch(self):
        while True:
            self.samples.append((time.monotonic(), self.memory()))
            await asyncio.sleep(1)


def shared(stack, folder: Path, count: int, trainings: int) -> list[browser_app.Server]:
    """So many servers of one store that a class shares."""
    limits = folder / "limits.toml"
    limits.write_text(LIMITS.format(trainings=trainings))
    os.environ["AAE_SHARED"] = str(limits)
    calls = []
    for _ in range(count):
        server = browser_app.Server(folder)
        stack.callback(server.stop)  # also of one that does not answer in time
        server.start()
        calls.append(server)
    return calls


# What a person does -----------------------------------------------------------------------------------------------------


async def live(person: Visitor, number: int, until: float, ids: list[str], seed: random.Random):
    """A person, from arriving to leaving."""
    watches = number % WATCHING == 0
    page = "train" if watches else seed.choice(PAGES)
    await person.open(page)
    planes = set()
    asking = asyncio.create_task(asks(person, planes, until, seed))
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, seed.expovariate(1 / PAUSE)))
        if time.monotonic() < until:
            planes |= await act(person, watches, ids, seed)
    await asking


async def act(person, watches, ids, seed):
    """One act; the planes of two dimensions that it shows."""
    kind = seed.random()
    if watches:
        await person.run("widget on train")
    elif kind < 0.5:
        await person.go(seed.choice(PAGES))
    elif kind < 0.8:
        await person.go("", "another revision", revision=seed.choice(ids))
        return person.lives
    else:
        await person.go("revisions")
        await person.set("revisions.search", string_value=seed.choice(["aae", "mnist", "digits", "style"]))
    return set()


async def asks(person, planes, until, seed):
    """Requests that are answered without a run: images of codes of the planes that were shown, and files."""
    while (left := until - time.monotonic()) > 0:
        await asyncio.sleep(min(left, seed.expovariate(1 / ASKING)))
        if time.monotonic() >= until:
            return
        if person.files and seed.random() < 0.3:
            await person.request("asset", seed.choice(sorted(person.files)))
        elif planes:
            body = json.dumps({"codes": [[seed.gauss(0, 1), seed.gauss(0, 1)]]}).encode()
            await person.request("decode", f"{seed.choice(sorted(planes))}/decode", body)


async def train(person: Visitor, number: int):
    """Start a training that lasts."""
    await person.open("train", data="digits", epochs=100_000, minutes=100, name=f"training {number}")
    await person.set("train.go", trigger_value=True)


# Measuring --------------------------------------------------------------------------------------------------------------


async def class_(args, folder, servers) -> dict:
    rows, plain = Store(folder / "checkpoints").list(), ("aae", "vae", "ae")
    # as `asks` makes codes
    ids = [row.id for row in rows if row.gallery and row.variant in plain and row.latent_dim == 2]
    machine = Machine(servers)
    first = [Visitor(item.url) for item in servers]
    for item in first:  # loads what all share
        await item.open("")
        for page in PAGES:
            await item.go(page)
        await item.close()
    base = machine.memory()
    people = [Visitor(servers[number % len(servers)].url) for number in range(args.people)]
    say(f"Alone: {', '.join(f'{item:.0f} MB' for item in base)}. {args.trainings} begin to train.")
    teachers = [Visitor(servers[0].url) for _ in range(args.trainings)]
    for number, item in enumerate(teachers):
        await train(item, number)
    begins = time.monotonic()
    until = begins + 60 * args.minutes
    watch, spent = asyncio.create_task(machine.watch()), machine.seconds()

    async def arrive(number, person):
        await asyncio.sleep(60 * args.minutes * ARRIVING * number / len(people))
        try:
            await live(person, number, until, ids, random.Random(number))
        except OSError as error:
            person.errors.append(f"left: {error}")

    lives = [asyncio.create_task(arrive(number, person)) for number, person in enumerate(people)]
    while time.monotonic() < until:
        await asyncio.sleep(min(30, max(0, until - time.monotonic())))
        counts_ = {"runs": sum(len(p.runs) for p in people), "refreshes": sum(p.ticks for p in people),
                   "errors": sum(len(p.errors) for p in people)}  # fmt: skip
        memory = ", ".join(f"{item:.0f} MB" for item in machine.memory())
        say(f"{', '.join(f'{count} {what}' for what, count in counts_.items())}, {memory}")
    await asyncio.gather(*lives)
    watch.cancel()
    spent = machine.seconds() - spent
    training = sum(row.state == "running" for row in Store(folder / "checkpoints").own())
    for item in (*people, *teachers):
        await item.close()
    result = figures(args, machine, base, people + teachers, spent, begins)
    if training != args.trainings:
        result["errors"][f"{training} trainings run at the end, not {args.trainings}"] = 1
        result["error count"] += 1
    return result


def figures(args, machine, base, people, spent, begins):
    """All that was measured, as plain numbers."""
    runs, answers, errors = defaultdict(list), defaultdict(list), Counter()
    for person in people:
        for what, took in person.runs:
            runs[what].append(took)
        for what, took in person.answers:
            answers[what].append(took)
        errors.update(person.errors)
    every, actual = sum(runs.values(), []), sum(answers.values(), [])
    half = [(at, sum(memory)) for at, memory in machine.samples if at > (begins + machine.samples[-1][0]) / 2]
    slope = statistics.linear_regression(*zip(*half, strict=True)).slope if len(half) > 2 else 0.0
    whole = max(sum(memory) for _, memory in machine.samples)
    return {
        "date": f"{date.today():%Y-%m-%d}", "people": args.people, "minutes": args.minutes, "servers": args.servers,
        "trainings": args.trainings, "load before": round(args.load, 1), "runs": len(every), "requests": len(actual),
        "refreshes": sum(p.ticks for p in people), "refreshes late": sum(p.late for p in people),
        "run median": statistics.median(every), "run p95": p95(every), "run max": max(every),
        "answer median": statistics.median(actual), "answer p95": p95(actual), "answer max": max(actual),
        "errors": dict(errors.most_common(12)), "error count": errors.total(),
        "MB alone": base, "MB a person": (whole - sum(base)) / args.people, "MB a minute in the last half": 60 * slope,
        "processor seconds": spent, "processors": spent / (60 * args.minutes),
        "MB sent": sum(p.received for p in people) / 1e6,
        "by kind": {what: [len(took), statistics.median(took), p95(took) if len(took) > 1 else took[0]]
                    for what, took in sorted({**runs, **answers}.items())},
    }  # fmt: skip


async def costs(args, servers) -> dict:
    """Processor milliseconds of the server for a run of each page, alone, and of a refresh of Train while one trains."""
    machine, person, output = Machine(servers), Visitor(servers[0].url), {}
    await person.open("")
    for page in PAGES:
        for _ in range(2):
            await person.go(page)
        before = machine.seconds()
        for _ in range(args.costs):
            await person.run("again")
        output[page or "explore"] = 1000 * (machine.seconds() - before) / args.costs
    await train(person, 0)
    await asyncio.sleep(20)
    for seconds in (30, 0):
        if seconds == 0:
            await person.close()
            await asyncio.sleep(5)
        before, ticks, bytes_ = machine.seconds(), person.ticks, person.received
        await asyncio.sleep(30)
        took = 1000 * (machine.seconds() - before)
        if seconds:
            output["train, a refresh"] = took / max(1, person.ticks - ticks)
            output["train, refreshes in 30 s"] = person.ticks - ticks
            output["train, kB of a refresh"] = (person.received - bytes_) / 1000 / max(1, person.ticks - ticks)
        else:
            output["nobody, 30 s"] = took
    return output


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, usual in (("people", 50), ("servers", 1), ("trainings", 5), ("costs", 0)):
        parser.add_argument(f"--{option}", type=int, default=usual)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--write", action="store_true", help=f"add the figures to {DOC.name}")
    args = parser.parse_args()
    args.load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        folder = Path(folder)
        servers = shared(stack, folder, args.servers, max(1, args.trainings))
        say(f"{args.servers} server{'s' * (args.servers > 1)} at {', '.join(server.url for server in servers)}.")
        if args.costs:
            print(json.dumps(asyncio.run(costs(args, servers)), indent=1))
            return 0
        outcome = asyncio.run(class_(args, folder, servers))
        for server in servers:
            if "Traceback" in server.said():
                outcome["errors"]["a traceback in the log"] = server.said().count("Traceback")
                outcome["error count"] += 1
                print(server.said()[-3000:], file=sys.stderr)
    print(json.dumps(outcome, indent=1))
    if args.write:
        kept = json.loads(DOC.read_text()) if DOC.exists() else []
        DOC.write_text(json.dumps([*kept, outcome], indent=1) + "\n")
    met = outcome["run p95"] <= RUN and outcome["answer p95"] <= ANSWER and outcome["MB a person"] <= MEMORY
    met = met and outcome["MB a minute in the last half"] <= FLAT
    return 0 if met and not outcome["error count"] else 1


if __name__ == "__main__":
    sys.exit(main())
