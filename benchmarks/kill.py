"""kill -9 of the worker at twenty random moments of a run: is it found, does it open, are the final weights the same?

    python benchmarks/kill.py [--kills 20] [--steps 20000] [--seed 0]

Each time the worker is started as the page starts it, but with a checkpoint about every second, and killed: one time in
four while it starts, else a random while after a checkpoint. Then it is looked for as the page looks. Prints one row a
kill; exit status 1 if anything is not as it should be.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import AAEError
from aae_core.files import read_header, read_tensors
from aae_core.jobs import launchers, queue, worker
from aae_core.store.revisions import Revision, Store

FOUND_WITHIN = 15.0  # seconds, asked for by the project
POLL = 1.0  # seconds between two looks of a page
ROW = "{:>4} {:>8} {:>7} {:>10} {:>7} {:>6}  {}"


def kept_step(revision: Revision) -> int:
    file = revision.path / "resume.safetensors"
    return int(read_header(file).metadata["step"]) if file.exists() else 0


def opens(revision: Revision) -> bool:
    """Whether all that a page reads of it can be read; before the first checkpoint there are no weights to read."""
    try:
        found = Revision(revision.path)
        found.metrics()
        found.probe()
        whole = not found.frames().troubles
        return whole and found.status.state == "failed" and (kept_step(found) == 0 or found.model() is not None)
    except AAEError as error:
        print(error)
        return False


def killed_once(store: Store, revision: Revision, early: bool, wait: float) -> tuple[bool, float]:
    """Kill the worker `wait` seconds after its launch (`early`) or after its next checkpoint, and look for it.

    Returns whether it was still at work, and the seconds until it was found dead.
    """
    start = kept_step(revision)
    while not early and revision.status.pid is not None and kept_step(revision) <= start:
        time.sleep(0.01)
    time.sleep(wait)
    status = revision.status
    if status.pid is None:
        return False, 0.0
    os.kill(status.pid, signal.SIGKILL)
    begin = time.monotonic()
    while revision.status.state != "failed" and time.monotonic() - begin < 2 * FOUND_WITHIN:
        time.sleep(POLL)
        queue.reconcile(store)
    return True, time.monotonic() - begin


def same_weights(first: Revision, second: Revision) -> bool:
    a, b = (read_tensors(r.path / "weights.safetensors")[0] for r in (first, second))
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=15_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=2.0, help="seconds from launch or checkpoint to kill, at most")
    args = parser.parse_args()
    nets = {"network.hidden": (64,), "network.discriminator": (64,)}
    config = configure(data="digits", steps=args.steps, threads=1, **nets)
    draws, good = random.Random(args.seed), True
    with tempfile.TemporaryDirectory() as folder:
        store, summary = Store(folder), sets.describe("digits")
        launcher = launchers.LocalProcess("--keep-every", "1")
        revision = queue.start(store, config, summary, launcher)
        print(ROW.format("kill", "after s", "step", "checkpoint", "found s", "opens", "told"))
        for number in range(1, args.kills + 1):
            wait = draws.uniform(0, args.longest)
            killed, found = killed_once(store, revision, draws.random() < 0.25, wait)
            if not killed:
                print(f"The run ended before kill {number}; give it more --steps.")
                return 1
            ok = opens(revision) and found < FOUND_WITHIN
            status, good = revision.status, good and ok
            told = status.reason
            print(
                ROW.format(number, f"{wait:.2f}", status.step, kept_step(revision), f"{found:.2f}", str(ok), told),
                flush=True,
            )
            if number < args.kills:
                queue.resume(store, revision.id, launcher)
        worker.run(revision)
        whole = store.create(config, summary)
        worker.run(whole)
        same = same_weights(revision, whole)
    print(f"Final weights equal to those of an undisturbed run, bit for bit: {same}")
    return int(not (good and same))


if __name__ == "__main__":
    sys.exit(main())
