"""Faults of twelve kinds, one in each round, and power failures at any moment: what survives, and is every loss reported?

    python -m benchmarks.robustness.faults [--rounds 200] [--power-loss 1000] [--seed 0] [--write]

A round runs a small scenario in its own store (two trainings, a pause, a label, a deletion that is undone) with one fault: the
process is killed before an operation on a file or in the middle of writing one; the disk is full, broken or refuses access; the
clock jumps; another process interferes; or a file or folder is deleted. Other rounds damage a file after the scenario, or kill a
real process. Then the store is opened as at the next start, everything is read, and each training continues to its end. Each
revision must read as if nothing had happened and end with the weights of an undisturbed run, bit for bit. Only damage and
deletion may lose something, and a message of one sentence must report it. No temporary file, held lock, process or traceback may
remain.

A power failure, at a random moment of a recorded scenario, loses what was not synced, or any part of it. Everything that was
reported as done must be there. A seed gives the same faults at the same places, except when real processes are killed.
--write: write the head of docs/development/faults.md.
"""

import argparse
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from benchmarks import document
from benchmarks.robustness.faults.real_processes import PROGRAM, run_server, run_worker
from benchmarks.robustness.faults.rounds import KINDS, Outcome, run_rounds, simulate_power_losses

COMMAND = f"python -m {PROGRAM}"
LOSS_REPORTS = ("as if undisturbed", "loss reported", "loss not reported")


def outcome_table(outcomes: list[Outcome]) -> str:
    rows = [f"| fault | rounds | {' | '.join(LOSS_REPORTS)} |", "|---|--:|--:|--:|--:|"]
    for kind in [*KINDS, ""]:
        outcomes_of_kind = [outcome for outcome in outcomes if kind in (outcome.kind, "")]
        counts = Counter(map(loss_report, outcomes_of_kind))
        cells = [kind or "all", len(outcomes_of_kind), *(counts[report] for report in LOSS_REPORTS)]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def loss_report(outcome: Outcome) -> str:
    """Which of LOSS_REPORTS an outcome is."""
    if outcome.fault:
        return "loss not reported"
    return "loss reported" if outcome.messages else "as if undisturbed"


def faults_page(outcomes, losses, args, seconds) -> str:
    """The head of docs/development/faults.md; seconds: how long the rounds and the power failures took."""
    command = f"{COMMAND} --rounds {args.rounds} --power-loss {args.power_loss} --seed {args.seed}"
    return f"""# Faults and power failures

`{command}`, {date.today()}: {len(outcomes)} rounds in {seconds[0] / 60:.0f} minutes, and {args.power_loss:,} power failures in
{seconds[1] / 60:.0f} minutes.

{outcome_table(outcomes)}

After **{args.power_loss - len(losses):,} of {args.power_loss:,}** power failures everything was there that had been reported as
done.
"""


def main() -> int:
    parser = argparse.ArgumentParser(COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--power-loss", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="KIND", help="only rounds of kinds whose names contain this")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kill-at", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--server", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return run_worker(args.worker, args.kill_at)
    if args.server:
        return run_server(args.server)
    start = time.monotonic()
    outcomes = run_rounds(args.rounds, args.seed, args.only)
    middle_time = time.monotonic()
    losses = simulate_power_losses(args.power_loss, args.seed, finish_interval=5) if args.power_loss else []
    text = faults_page(outcomes, losses, args, (middle_time - start, time.monotonic() - middle_time))
    document.print_and_write("faults", text, args.write)
    return int(bool(losses) or any(item.fault for item in outcomes))


if __name__ == "__main__":
    sys.exit(main())
