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
from benchmarks.browser.visitor import Visitor, cookie_header, send_request

BARE_COUNT, HALF_COUNT, BESIDE_COUNT = 300, 1000, 10
HALF_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
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
        self.server, self.errors, self.most_descriptors = server, [], 0
        self.teachers_key = re.search(r"/teacher/([\w-]{43})", server.read_log())[1]
        self.health = []  # seconds of each answer

    def open_descriptor_count(self) -> int:
        """How many descriptors the server holds now."""
        return len(os.listdir(f"/proc/{self.server.process.pid}/fd"))

    async def watch_server(self) -> None:
        """Note the most descriptors, and how long a request for the server's health waits, until cancelled."""
        while True:
            start = time.monotonic()
            status, _ = await send_request(self.server.url, "/_stcore/health", {})
            self.health.append(time.monotonic() - start)
            self.most_descriptors = max(self.most_descriptors, self.open_descriptor_count())
            if status != 200:
                self.errors.append(f"health: status {status}")
            await asyncio.sleep(0.1)

    async def try_to_enter(self, person: Visitor) -> bool:
        """Whether the visitor got in; what failed on her page is noted."""
        try:
            await person.open("lessons")
        except (WebSocketException, OSError, TimeoutError):
            return False
        self.errors += person.errors
        return True

    async def fill_with_visitors(self, count: int) -> tuple[int, int]:
        """(how many of so many visitors got in at once, the status of one more's document); all leave."""
        people = [Visitor(self.server.url) for _ in range(count)]
        entered_count = sum(await asyncio.gather(*map(self.try_to_enter, people)))
        status, _ = await send_request(self.server.url, "/", dict(Visitor(self.server.url).jar), accept="text/html")
        if not await self.let_teacher_enter():
            self.errors.append("The teacher was refused while the server was full.")
        await asyncio.gather(*(person.close() for person in people))
        return entered_count, status

    async def let_teacher_enter(self) -> bool:
        teacher = Visitor(self.server.url)
        teacher.jar["aae_teacher"] = self.teachers_key
        status, _ = await send_request(self.server.url, "/", dict(teacher.jar), accept="text/html")
        has_entered = status == 200 and await self.try_to_enter(teacher)
        await teacher.close()
        return has_entered

    async def connect_bare(self) -> int:
        """How many of BARE_COUNT websockets without a cookie were accepted; meanwhile a visitor and the teacher enter."""
        address = self.server.url.replace("http", "ws", 1) + "/_stcore/stream"

        async def connect_page():
            try:
                return await connect(address, subprotocols=["streamlit"], ping_interval=None, open_timeout=60)
            except (WebSocketException, OSError, TimeoutError):
                return None

        links = [link for link in await asyncio.gather(*(connect_page() for _ in range(BARE_COUNT))) if link]
        visitor = Visitor(self.server.url, {})
        await send_request(self.server.url, "/", visitor.jar, accept="text/html")  # brings her cookie
        if not (cookie_header(visitor.jar) and await self.try_to_enter(visitor) and await self.let_teacher_enter()):
            self.errors.append("A visitor or the teacher was refused beside websockets without a cookie.")
        await asyncio.gather(*(page.close() for page in [visitor, *links]))
        return len(links)

    async def visit_beside_half_requests(self) -> int:
        """How many of BESIDE_COUNT visitors get in beside HALF_COUNT connections that have sent half a request."""

        async def send_half_request():
            _, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            writer.write(HALF_REQUEST)
            return writer

        writers = await asyncio.gather(*(send_half_request() for _ in range(HALF_COUNT)))
        people = [Visitor(self.server.url) for _ in range(BESIDE_COUNT)]
        entered_count = sum(await asyncio.gather(*map(self.try_to_enter, people)))
        await asyncio.gather(*(person.close() for person in people))
        for writer in writers:
            writer.close()
        return entered_count

    async def measure(self, visitors: int) -> tuple:
        """The figures of the row, from the number of visitors on."""
        watch_task = asyncio.create_task(self.watch_server())
        fillings = [await self.fill_with_visitors(visitors) for _ in range(2)]
        bare_count, beside_count = await self.connect_bare(), await self.visit_beside_half_requests()
        watch_task.cancel()
        for entered_count, status in fillings:
            if (entered_count, status) != (visitors, 503):
                self.errors.append(
                    f"{entered_count} of {visitors} visitors entered, and the next one's status was {status}."
                )
        if beside_count != BESIDE_COUNT:
            self.errors.append(f"{beside_count} of {BESIDE_COUNT} visitors entered beside half-sent requests.")
        if "Traceback" in self.server.read_log():
            self.errors.append("There is a traceback in the log.")
        longest_text, log_text = f"{max(self.health):.1f} s", f"{len(self.server.read_log()):,} bytes"
        return (
            visitors,
            fillings[-1][1],
            self.most_descriptors,
            "enters",
            f"{bare_count} of {BARE_COUNT}",
            f"{beside_count} of {BESIDE_COUNT}",
            longest_text,
            log_text,
        )


def measure(soft_limit: int, hard_limit: int) -> list[str]:
    """Print the row of a server with these limits; what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        server = browser_app.Server(folder, descriptors=(soft_limit, hard_limit))
        try:
            server.start()
            match = re.search(r"at most (\d+) at once instead", server.read_log())
            pages = int(match[1]) if match else 308
            measured_round = Round(server)
            say(f"{soft_limit}:{hard_limit} begins, {pages} pages")
            cells = asyncio.run(measured_round.measure(min(300, pages - min(8, pages // 8))))
        finally:
            server.stop()
    print("|", " | ".join(map(str, (soft_limit, hard_limit, *cells))), "|", flush=True)
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
