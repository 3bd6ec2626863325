"""Two servers of one store behind haproxy: one is killed while a visitor watches her training, and she continues at the other.

    python -m benchmarks.browser.failover

A visitor (`visitor.py`) opens the page Train through haproxy (app/server/haproxy.cfg), starts a training and watches it.
Her server is killed with SIGKILL, and she reconnects with the same address and cookies, as Streamlit's page does.
Prints after how many seconds the page is complete again, whether its address and the training are the same, and whether
she can still stop it. Needs haproxy. Exit status 1 if any of this fails.
"""

import asyncio
import os
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from websockets.exceptions import WebSocketException

from benchmarks.browser.bench import browser_app, haproxy, say
from benchmarks.browser.visitor import PATIENCE, Visitor, send_request

STEP_PATIENCE = 600.0  # seconds to wait for a training step: on a busy machine a worker gets hardly any processor time


def start_balanced_servers(stack: ExitStack, folder: Path) -> tuple[str, dict[str, browser_app.Server]]:
    """The address of haproxy in front of two servers of one store, and the servers by the value of haproxy's cookie."""
    os.environ["AAE_SHARED"] = "1"
    servers = {name: browser_app.Server(folder) for name in ("one", "two")}
    for server in servers.values():
        stack.callback(server.stop)  # before start(), which fails if the server does not answer in time
        server.start()
    balancer = haproxy.running_haproxy(browser_app.free_port(), [server.port for server in servers.values()])
    return stack.enter_context(balancer), servers


async def open_page(visitor: Visitor, page: str, **query) -> None:
    """Open a page as a browser does: the document, which sets cookies, and then the websocket; retry until both succeed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status, _ = await send_request(visitor.root, f"/{page}", visitor.jar, accept="text/html")
        with suppress(OSError, WebSocketException, TimeoutError):
            if status == 200:
                await visitor.open(page, **query)
                if not visitor.errors:
                    return
                await visitor.close()
                visitor.errors.clear()  # haproxy has not noticed yet that the server is dead
        if time.monotonic() > deadline:
            raise TimeoutError(f"The page {page} did not open; the last status was {status}.")
        await asyncio.sleep(0.2)


async def wait_for_step(store, revision_id: str, step: int):
    """The status of a training as soon as it has passed this step."""
    deadline = time.monotonic() + STEP_PATIENCE
    while (status := store.open(revision_id).status).step <= step:
        if time.monotonic() > deadline:
            raise TimeoutError(f"The training stays at step {step}: {status}")
        await asyncio.sleep(0.1)
    return status


async def measure_failover(address: str, servers: dict) -> dict:
    visitor = Visitor(address, {})
    await open_page(visitor, "train", data="digits", epochs=20_000, minutes=9)
    await visitor.set_widget("train.go", trigger_value=True)
    server_name, store = visitor.jar["aae_server"], servers["one"].store
    trained_row = servers[server_name].newest_revision()
    status_before = await wait_for_step(store, trained_row.id, 0)
    await visitor.run_page("again")
    link, stop_button = visitor.query, f"live.watched.Stop.{trained_row.id}"
    assert stop_button in visitor.widgets, "she cannot stop her training even before the kill"
    say(f"Step {status_before.step} at server {server_name}, which is killed now.")
    kill_time = time.monotonic()
    servers[server_name].kill()
    second_visitor = Visitor(address, dict(visitor.jar))
    await open_page(second_visitor, "train", **dict(part.split("=") for part in link.split("&")))
    seconds = time.monotonic() - kill_time
    status_after = await wait_for_step(store, trained_row.id, status_before.step)
    result = {
        "seconds": seconds,
        "another server": second_visitor.jar["aae_server"] != server_name,
        "same link": second_visitor.query == link,
        "same training": (status_after.state, status_after.pid, len(store.list_own()))
        == ("running", status_before.pid, 1),
        "hers": stop_button in second_visitor.widgets,
        "no error": not second_visitor.errors,
    }
    for open_visitor in (visitor, second_visitor):
        await open_visitor.close()
    return result


def main() -> int:
    if reason := haproxy.missing_haproxy_reason():
        sys.exit(reason)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        outcome = asyncio.run(measure_failover(*start_balanced_servers(stack, Path(folder))))
    checks = ", ".join(
        f"{title}: {'yes' if is_met else 'NO'}" for title, is_met in outcome.items() if title != "seconds"
    )
    print(f"The page is complete again after {outcome['seconds']:.1f} s; {checks}.")
    return 0 if all(outcome.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
