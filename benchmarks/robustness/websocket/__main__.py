"""How long a second visitor waits, and what memory the server takes, while the first does her worst by the websocket, or by
connections.

    python -m benchmarks.robustness.websocket [--seconds 10] [--attack NAME]… [--proxy | --no-proxy] [--write]

A shared server runs on this machine. The second visitor opens Explore again and again, each time as a new browser: she
connects, requests the page, and waits until it is drawn. First nobody else is there, then the first visitor attacks
(`attacks.py`), from a process of her own. It does so twice: without a proxy, and behind the haproxy whose configuration ships,
where the first visitor has an address of her own (127.0.0.2); attacks by connections are made only there. --proxy,
--no-proxy: only the one or the other. --write: write the head of docs/development/websocket.md. Exit status 1 if
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
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
from websockets.exceptions import WebSocketException

from aae_core.places import PROJECT
from benchmarks import document
from benchmarks.browser.bench import browser_app, haproxy
from benchmarks.browser.visitor import Visitor
from benchmarks.processes import say
from benchmarks.robustness.websocket.attacks import ATTACKS, CONNECTION_ATTACKS

PROGRAM = "benchmarks.robustness.websocket"
USUAL_VISITS, VISITS_BESIDE = 9, 9  # visits without and, at least, with an attack
ATTACKER_ADDRESS = "127.0.0.2"  # behind a proxy, which counts by address
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
    """(seconds, errors) of a new browser's visit of Explore, from connecting until its page is drawn. A refusal is an error."""

    async def open_page():
        visitor = Visitor(url)
        start = time.monotonic()
        try:
            await visitor.open("")
        except (OSError, WebSocketException) as error:
            visitor.errors.append(str(error))
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
    proxy_url: str = "",
) -> Outcome:
    """Attack a server for some seconds while another visitor comes, at least `visits_beside` times. proxy_url: the address of
    a proxy by which both reach it; "" without one."""
    url = proxy_url or server.url
    process = psutil.Process(server.process.pid)
    memory_before, log = process.memory_info().rss / 1e6, server.log.stat().st_size
    usual_results = [measure_visit(url) for _ in range(usual_visits)]
    command = [sys.executable, "-m", f"{PROGRAM}.attacks", url, attack, str(seconds)]
    command += [ATTACKER_ADDRESS] if proxy_url else []
    attacker = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE)
    try:
        attacker.stdout.readline()  # its first message is about to be sent
        deadline = time.monotonic() + seconds
        visits, peak_memory = [], memory_before
        while len(visits) < visits_beside or time.monotonic() < deadline:
            visits.append(measure_visit(url))
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


def outcome_table(outcomes: list[Outcome]) -> str:
    """The outcomes as a Markdown table."""
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
    return "\n".join(rows)


def websocket_page(outcomes_by_way: dict[str, list[Outcome]], args) -> str:
    """The head of docs/development/websocket.md. outcomes_by_way: how the visitors reach the server -> the outcomes."""
    tables = "\n\n".join(f"**{way}**:\n\n{outcome_table(outcomes)}" for way, outcomes in outcomes_by_way.items())
    return f"""# One visitor's websocket and the others

`python -m {PROGRAM} --seconds {args.seconds:.0f}`, {date.today()}, {os.cpu_count()} cores with a load of
{os.getloadavg()[0]:.0f} from all programs: a second visitor opens Explore while the first attacks.

{tables}
"""


def measure_attacks(args, is_behind_proxy: bool) -> tuple[list[Outcome], bool]:
    """The outcome of each attack on a shared server, and whether a traceback is in the server's log."""
    attacks = args.attack or (list(ATTACKS | CONNECTION_ATTACKS) if is_behind_proxy else list(ATTACKS))
    with tempfile.TemporaryDirectory() as folder:
        server = browser_app.Server(Path(folder))
        try:
            server.start()
            measure_visit(server.url)
            outcomes = []
            proxy = haproxy.running_haproxy(browser_app.free_port(), [server.port])
            with proxy if is_behind_proxy else nullcontext("") as proxy_url:
                for attack in attacks:
                    outcomes.append(measure_attack(server, attack, args.seconds, proxy_url=proxy_url))
                    say(
                        f"{attack}: {'bounded' if outcomes[-1].is_bounded() else 'too long'} {' '.join(outcomes[-1].errors[:1])}"
                    )
            return outcomes, "Traceback" in server.read_log()
        finally:
            server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(PROGRAM, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--attack", action="append", choices=list(ATTACKS | CONNECTION_ATTACKS), metavar="NAME")
    parser.add_argument("--proxy", action=argparse.BooleanOptionalAction)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    os.environ["AAE_SHARED"] = "1"
    outcomes_by_way, has_traceback = {}, False
    for way, is_behind_proxy in (("Without a proxy", False), ("Behind HAProxy", True)):
        if args.proxy in (None, is_behind_proxy):
            outcomes_by_way[way], logs_traceback = measure_attacks(args, is_behind_proxy)
            has_traceback = has_traceback or logs_traceback
    document.print_and_write("websocket", websocket_page(outcomes_by_way, args), args.write)
    outcomes = [outcome for way_outcomes in outcomes_by_way.values() for outcome in way_outcomes]
    is_bounded = all(outcome.is_bounded() and not outcome.errors for outcome in outcomes)
    return 0 if is_bounded and not has_traceback else 1


if __name__ == "__main__":
    sys.exit(main())
