"""Shared servers that may hold few file descriptors, filled with pages, bare websockets and half-sent requests. Linux only.

    python -m benchmarks.robustness.descriptors [--limits 256:256 1024:1024 1024:4096]

For each pair of a soft and a hard limit a server starts on this machine. Twice, as many visitors as may open the page Lessons;
then one more asks for a page, and the teacher opens hers. With all of them gone, 300 websockets without a cookie connect, and a
visitor and the teacher open their pages; then, beside 1,000 connections that have sent half a request, ten visitors do. Prints a
row for each server. Exit status 1 if a page failed, or if somebody was refused who should not have been.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from app.server import descriptors
from benchmarks.browser.bench import browser_app, say
from benchmarks.browser.visitor import Visitor, ask, written

BARE, HALVES, TEN = 300, 1000, 10
HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
COLUMNS = (
    "soft limit",
    "hard limit",
    "visitors",
    "the next",
    "most held",
    "teacher",
    "bare ones",
    "beside halves",
    "health",
    "log",
)


class Round:
    """One server, and what happened to those who came."""

    def __init__(self, server: browser_app.Server):
        self.server, self.errors, self.most = server, [], 0
        self.teachers_key = re.search(r"/teacher/([\w-]{43})", server.said())[1]
        self.health = []  # seconds of each answer

    def open_descriptor_count(self) -> int:
        """How many descriptors the server holds now."""
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    async def watch(self) -> None:
        """Note the most descriptors, and how long a request for the server's health waits, until cancelled."""
        while True:
            began = time.monotonic()
            status, _ = await ask(self.server.url, "/_stcore/health", {})
            self.health.append(time.monotonic() - began)
            self.most = max(self.most, self.open_descriptor_count())
            if status != 200:
                self.errors.append(f"health: status {status}")
            await asyncio.sleep(0.1)

    async def visit(self, person: Visitor) -> bool:
        """Whether the visitor got in; what failed on her page is noted."""
        try:
            await person.open("lessons")
        except (WebSocketException, OSError, TimeoutError):
            return False
        self.errors += person.errors
        return True

    async def fill(self, count: int) -> tuple[int, int]:
        """(how many of so many visitors got in at once, the status of one more's document); all leave."""
        people = [Visitor(self.server.url) for _ in range(count)]
        entered = sum(await asyncio.gather(*map(self.visit, people)))
        status, _ = await ask(self.server.url, "/", dict(Visitor(self.server.url).jar), accept="text/html")
        if not await self.teacher_enters():
            self.errors.append("The teacher was refused while the server was full.")
        await asyncio.gather(*(person.close() for person in people))
        return entered, status

    async def teacher_enters(self) -> bool:
        teacher = Visitor(self.server.url)
        teacher.jar["aae_teacher"] = self.teachers_key
        status, _ = await ask(self.server.url, "/", dict(teacher.jar), accept="text/html")
        enters = status == 200 and await self.visit(teacher)
        await teacher.close()
        return enters

    async def bare(self) -> int:
        """How many of BARE websockets without a cookie were accepted; meanwhile a visitor and the teacher enter."""
        address = self.server.url.replace("http", "ws", 1) + "/_stcore/stream"

        async def link():
            try:
                return await connect(address, subprotocols=["streamlit"], ping_interval=None, open_timeout=60)
            except (WebSocketException, OSError, TimeoutError):
                return None

        links = [opened for opened in await asyncio.gather(*(link() for _ in range(BARE))) if opened]
        visitor = Visitor(self.server.url, {})
        await ask(self.server.url, "/", visitor.jar, accept="text/html")  # brings her cookie
        if not (written(visitor.jar) and await self.visit(visitor) and await self.teacher_enters()):
            self.errors.append("A visitor or the teacher was refused beside websockets without a cookie.")
        await asyncio.gather(*(page.close() for page in [visitor, *links]))
        return len(links)

    async def beside_halves(self) -> int:
        """How many of TEN visitors get in beside HALVES connections that have sent half a request."""

        async def begin():
            _, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            writer.write(HALF)
            return writer

        writers = await asyncio.gather(*(begin() for _ in range(HALVES)))
        people = [Visitor(self.server.url) for _ in range(TEN)]
        entered = sum(await asyncio.gather(*map(self.visit, people)))
        await asyncio.gather(*(person.close() for person in people))
        for writer in writers:
            writer.close()
        return entered

    async def run(self, visitors: int) -> tuple:
        """The figures of the row, from the number of visitors on."""
        watching = asyncio.create_task(self.watch())
        filled = [await self.fill(visitors) for _ in range(2)]
        bare, ten = await self.bare(), await self.beside_halves()
        watching.cancel()
        for entered, status in filled:
            if (entered, status) != (visitors, 503):
                self.errors.append(f"{entered} of {visitors} visitors entered, and the next one's status was {status}.")
        if ten != TEN:
            self.errors.append(f"{ten} of {TEN} visitors entered beside half-sent requests.")
        if "Traceback" in self.server.said():
            self.errors.append("There is a traceback in the log.")
        longest, log = f"{max(self.health):.1f} s", f"{len(self.server.said()):,} bytes"
        return visitors, filled[-1][1], self.most, "enters", f"{bare} of {BARE}", f"{ten} of {TEN}", longest, log


def measure(soft: int, hard: int) -> list[str]:
    """Print the row of a server with these limits; what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        server = browser_app.Server(folder, descriptors=(soft, hard))
        try:
            server.start()
            lowered = re.search(r"at most (\d+) at once instead", server.said())
            pages = int(lowered[1]) if lowered else 308
            measured_round = Round(server)
            say(f"{soft}:{hard} begins, {pages} pages")
            cells = asyncio.run(measured_round.run(min(300, pages - min(8, pages // 8))))
        finally:
            server.stop()
    print("|", " | ".join(map(str, (soft, hard, *cells))), "|", flush=True)
    return measured_round.errors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limits", nargs="+", default=["256:256", "1024:1024", "1024:4096"], help="soft:hard")
    args = parser.parse_args()
    os.environ["AAE_SHARED"] = "1"
    descriptors.raise_descriptor_limit()  # of this process, which holds the other ends
    print("|", " | ".join(COLUMNS), "|\n|" + "--:|" * len(COLUMNS))
    errors = [error for limits in args.limits for error in measure(*map(int, limits.split(":")))]
    print(*dict.fromkeys(errors), sep="\n", file=sys.stderr)
    return int(bool(errors))


if __name__ == "__main__":
    sys.exit(main())
