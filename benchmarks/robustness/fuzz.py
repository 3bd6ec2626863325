"""Fuzzing: damaged files, links, messages, requests and commands for everything in the project that reads them.

    python -m benchmarks.robustness.fuzz [--cases 10000] [--target NAME]… [--seed 0] [--thorough] [--list]

Each target (tests/fuzzing) gets --cases cases, made by Hypothesis: valid files, records, texts and messages in which something is
wrong. It must answer, or refuse in one sentence: no traceback, at most two seconds of processor time, no more memory than its
limit, no access to other files, no program started, no connection made. Prints a row for each target. If a case breaks a target,
the smallest such case is printed and the exit status is 1. The same seed gives the same cases.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from aae_core.places import PROJECT

os.environ.setdefault("OMP_NUM_THREADS", "1")
MAX_PRINTED = 6000  # characters of a failure that are printed
sys.path.insert(0, str(PROJECT / "tests"))

from fuzzing import places, target, targets  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000, help="cases of each target")
    parser.add_argument("--target", action="append", help="a target's name, or its beginning; repeatable")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--thorough", action="store_true", help="exactly the cases of pytest -m ''")
    parser.add_argument("--list", action="store_true", help="list the targets")
    args = parser.parse_args()
    chosen_targets = [
        case_target
        for case_target in targets.TARGETS
        if not args.target or case_target.name.startswith(tuple(args.target))
    ]
    if args.list:
        print(
            *(
                f"{case_target.name} ({case_target.thorough} cases in the thorough tests)"
                for case_target in chosen_targets
            ),
            sep="\n",
        )
        return 0
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)  # Streamlit's, on pages without a browser
    broken_count = 0
    print("| target | cases | refused | seconds | slowest |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        place = places.Place(Path(folder) / "place")
        for number, case_target in enumerate(chosen_targets, 1):
            cases, seed = (case_target.thorough, None) if args.thorough else (args.cases, args.seed)
            try:
                result = target.check_target(
                    case_target,
                    place,
                    cases,
                    seed,
                    progress_printer(case_target.name, number, len(chosen_targets), cases),
                )
                cells = f"{result.cases:,} | {100 * result.refused / max(1, result.cases):.0f} % | {result.seconds:.1f}"
                print(f"| {case_target.name} | {cells} | {result.slowest:.2f} |", flush=True)
            except Exception as error:  # whatever it is, the other targets are tried
                broken_count += 1
                print(f"| {case_target.name} | broken | | | |", flush=True)
                text = "".join(traceback.format_exception(error))
                print(
                    text if len(text) < MAX_PRINTED else f"{text[: MAX_PRINTED // 2]}\n…\n{text[-MAX_PRINTED // 2 :]}",
                    file=sys.stderr,
                )
    return int(broken_count > 0)


def progress_printer(name, number, count, cases):
    """A callback that shows the progress of a target on stderr, at most once a second."""
    last_print = [time.monotonic()]

    def print_progress(count):
        if time.monotonic() - last_print[0] > 1 and sys.stderr.isatty():
            last_print[0] = time.monotonic()
            print(f"{number} of {count}: {name}, {count.cases:,} of {cases:,}".ljust(90), end="\r", file=sys.stderr)

    return print_progress


if __name__ == "__main__":
    sys.exit(main())
