"""A sweep of four priors with three seeds each on a Ray cluster of two machines: its duration, and how they share the work.

    python -m benchmarks.speed.ray_sweep [--epochs 100] [--processors 1] [--keep FOLDER]

Prints the figures of docs/use/sweeps.md. The cluster is that of ray_queue.py. --keep: a folder in which its revisions are kept.
"""

import argparse
import json
import os
import sys
import tempfile
import time

from aae_core.runs import sweep_control, sweep_plans, sweep_standings
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Store
from benchmarks.processes import say
from benchmarks.speed import ray_queue

PRIORS, SEEDS = ["gaussian", "mixture", "swiss-roll", "uniform"], 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--processors", type=int, default=1, help="of each of the two machines")
    parser.add_argument("--keep", metavar="FOLDER")
    args = parser.parse_args()
    ray_queue.run_in_own_network()
    say("The cluster starts.")
    with tempfile.TemporaryDirectory() as place, ray_queue.start_cluster(args.keep or place, args.processors) as nodes:
        print(json.dumps(measure_sweep(args, nodes), indent=1))
    return 0


def measure_sweep(args, nodes) -> dict:
    settings = {"data": "digits", "epochs": args.epochs}
    store, start = Store(), time.monotonic()
    sweep = sweep_control.start_sweep(
        store, sweep_plans.plan_sweep({"prior.name": PRIORS}, settings, SEEDS, "mmd2", name="Four priors on Ray")
    )
    machine_by_id, max_training_count = {}, 0
    while sweep.state == "running":
        sweep_control.advance_sweeps(store)
        training_rows = [row for row in store.list_own() if row.state == "running"]
        max_training_count = max(max_training_count, len(training_rows))
        machines = [
            (row.id, n) for row in training_rows for n in (0, 1) if ray_queue.is_training_on(row.status, nodes[n])
        ]
        for id_, n in machines:
            if id_ not in machine_by_id:
                say(f"Training {len(machine_by_id) + 1} of {len(PRIORS) * SEEDS} begins, on machine {n + 1}.")
            machine_by_id[id_] = n
        time.sleep(0.2)
        sweep = sweep_records.read_sweep(store, sweep.id)
    rows = store.list_own()
    return {
        "trainings": len(rows),
        "states": sorted({row.state for row in rows}),
        "seconds": round(time.monotonic() - start, 1),
        "seconds in steps, of all": round(sum(row.status.seconds for row in rows), 1),
        "on each machine": [list(machine_by_id.values()).count(number) for number in range(len(nodes))],
        "at once, at most": max_training_count,
        "processors of this machine, load": [os.cpu_count(), round(os.getloadavg()[0], 1)],
        "points": [
            (row.point.settings["prior.name"], round(row.mean, 5), round(row.deviation, 5))
            for row in sweep_standings.rank_points(sweep, rows)
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
