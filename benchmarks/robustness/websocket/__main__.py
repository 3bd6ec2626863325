"""How long a second visitor waits, and what memory the server takes, while the first sends her worst by the websocket.

    python -m benchmarks.robustness.websocket [--seconds 10] [--attack NAME]… [--write]

A shared server runs on this machine. The second visitor opens Explore again and again, each time as a new browser: she
connects, requests the page, and waits until it is drawn. First nobody else is there, then the first visitor attacks
(`attacks.py`), from a process of her own. --write: write the head of docs/development/websocket.md. Exit status 1 if
the median of the waiting times beside an attack is more than twice the usual one, beyond NOISE_SECONDS.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

from aae_core.places import PROJECT
from benchmarks import document
from benchmarks.browser.bench import browser_app
from benchmarks.browser.visitor import Visitor
from benchmarks.processes import say
from benchmarks.robustness.websocket.attacks import ATTACKS

PROGRAM = "benchmarks.robustness.websocket"
USUAL_VISITS, VISITS_BESIDE = 9, 9  # visits without and, at least, with an attack
NOISE_SECONDS = 0.25  # seconds that other programs on the machine may take


@dataclass(frozen=True)
class Outcome:
    """usual_seconds, attack_seconds: of each visit, without and with the attack. memory_before, peak_memory: MB of the server's
    memory, the latter the most during the attack. log: bytes that the server wrote into its log. errors: of the visits."""

    attack: str
    usual_seconds: list[float]
    attack_seconds: list[float]
    memory_before: float
    peak_memory: float
    log: int
    errors: list[str]

    def is_bounded(self, noise: float = NOISE_SECONDS) -> bool:
        """Whether a visit beside the attack took at most twice as long as usual, at the median, beyond `noise` in seconds."""
        return statistics.median(self.attack_seconds) <= 2 * statistics.median(self.usual_seconds) + noise


def measure_visit(url: str) -> tuple[float, list[str]]:
    """(seconds, errors) of a new browser's visit of Explore, from connecting until its page is drawn."""

    async def open_page():
        visitor = Visitor(url)
        start = time.monotonic()
        await visitor.open("")
        seconds = time.monotonic() - start
        await visitor.close()
        return seconds, visitor.errors

    return asyncio.run(open_page())


def measure_attack(
    server: "browser_app.Server",
    attack: str,
    seconds: float,
    usual_visits: int = USUAL_VISITS,
    visits_beside: int = VISITS_BESIDE,
) -> Outcome:
    """Attack a server for some seconds while another visitor comes, at least `visits_beside` times."""
    process = psutil.Process(server.process.pid)
    memory_before, log = process.memory_info().rss / 1e6, server.log.stat().st_size
    usual_results = [measure_visit(server.url) for _ in range(usual_visits)]
    command = [sys.executable, "-m", f"{PROGRAM}.attacks", server.url, attack, str(seconds)]
    attacker = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
    try:
        attacker.stdout.readline()  # its first message is about to be sent
        deadline = time.monotonic() + seconds
        visits, peak_memory = [], memory_before
        while len(visits) < visits_beside or time.monotonic() < deadline:
            visits.append(measure_visit(server.url))
            peak_memory = max(peak_memory, process.memory_info().rss / 1e6)
    finally:
        attacker.kill()
        attacker.wait()
    errors = [error for _, errors in usual_results + visits for error in errors]
    log = server.log.stat().st_size - log
    return Outcome(
        attack,
        [visit_seconds for visit_seconds, _ in usual_results],
        [visit_seconds for visit_seconds, _ in visits],
        memory_before,
        peak_memory,
        log,
        errors,
    )


def websocket_page(outcomes: list[Outcome], args) -> str:
    """The head of docs/development/websocket.md."""
    rows = [
        "| the first visitor | second visitor, usual, s | beside it, median | longest | memory, MB | most | log, kB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for outcome in outcomes:
        usual_median = statistics.median(outcome.usual_seconds)
        attack_median = statistics.median(outcome.attack_seconds)
        seconds = f"{usual_median:.2f} | {attack_median:.2f} | {max(outcome.attack_seconds):.2f}"
        rows.append(
            f"| {outcome.attack} | {seconds} | {outcome.memory_before:.0f} | {outcome.peak_memory:.0f} "
            f"| {outcome.log / 1e3:.1f} |"
        )
    return f"""# One visitor's websocket and the others

`python -m {PROGRAM} --seconds {args.seconds:.0f}`, {date.today()}, {os.cpu_count()} cores with a load of
{os.getloadavg()[0]:.0f} from all programs: a second visitor opens Explore while the first attacks.

{chr(10).join(rows)}
"""


def main() -> int:
    parser = argparse.ArgumentParser(PROGRAM, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--attack", action="append", choices=list(ATTACKS), metavar="NAME")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    os.environ["AAE_SHARED"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        server = browser_app.Server(Path(folder))
        try:
            server.start()
            measure_visit(server.url)
            outcomes = []
            for attack in args.attack or ATTACKS:
                outcomes.append(measure_attack(server, attack, args.seconds))
                say(f"{attack}: {'bounded' if outcomes[-1].is_bounded() else 'too long'}")
            traceback = "Traceback" in server.read_log()
        finally:
            server.stop()
    document.print_and_write("websocket", websocket_page(outcomes, args), args.write)
    is_bounded = all(outcome.is_bounded() and not outcome.errors for outcome in outcomes)
    return 0 if is_bounded and not traceback else 1


if __name__ == "__main__":
    sys.exit(main())
