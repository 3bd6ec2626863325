"""Two servers of one store behind haproxy: one is killed while a visitor watches her training, and she continues at the other.

    python -m benchmarks.browser.failover

A visitor (`visitor.py`) opens the page Train through haproxy (docs/use/haproxy.cfg), starts a training and watches it.
Her server is killed with SIGKILL, and she reconnects with the same address and cookies, as Streamlit's page does.
Prints after how many seconds the page is complete again, whether its address and the training are the same, and whether
she can still stop it. Needs haproxy. Exit status 1 if any of this fails.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from websockets.exceptions import WebSocketException

from aae_core.places import PROJECT
from benchmarks.browser.bench import browser_app, say
from benchmarks.browser.visitor import PATIENCE, Visitor, ask

LONG = 600.0  # seconds to wait for a training step: on a busy machine a worker gets hardly any processor time
CONFIGURATION = PROJECT / "docs" / "use" / "haproxy.cfg"


def balanced(stack: ExitStack, folder: Path) -> tuple[str, dict[str, browser_app.Server]]:
    """The address of haproxy in front of two servers of one store, and the servers by the value of haproxy's cookie."""
    os.environ["AAE_SHARED"] = "1"
    servers = {name: browser_app.Server(folder) for name in ("one", "two")}
    for value in servers.values():
        stack.callback(value.stop)  # before start(), which fails if the server does not answer in time
        value.start()
    port = browser_app.free_port()
    places = {f"AAE_{name.upper()}": f"127.0.0.1:{value.port}" for name, value in servers.items()}
    environment = os.environ | places | {"AAE_BIND": f"127.0.0.1:{port}"}
    balancer = subprocess.Popen(["haproxy", "-db", "-f", str(CONFIGURATION)], env=environment)
    stack.callback(balancer.wait)
    stack.callback(balancer.terminate)
    return f"http://127.0.0.1:{port}", servers


async def arrived(person: Visitor, page: str, **query) -> None:
    """Open a page as a browser does: the document, which sets cookies, and then the websocket; retry until both succeed."""
    until = time.monotonic() + PATIENCE
    while True:
        status, _ = await ask(person.root, f"/{page}", person.jar, accept="text/html")
        with suppress(OSError, WebSocketException, TimeoutError):
            if status == 200:
                await person.open(page, **query)
                if not person.errors:
                    return
                await person.close()
                person.errors.clear()  # haproxy has not noticed yet that the server is dead
        if time.monotonic() > until:
            raise TimeoutError(f"The page {page} did not open; the last status was {status}.")
        await asyncio.sleep(0.2)


async def beyond(store, id_: str, step: int):
    """The status of a training as soon as it has passed this step."""
    until = time.monotonic() + LONG
    while (status := store.open(id_).status).step <= step:
        if time.monotonic() > until:
            raise TimeoutError(f"The training stays at step {step}: {status}")
        await asyncio.sleep(0.1)
    return status


async def watched(address: str, servers: dict) -> dict:
    person = Visitor(address, {})
    await arrived(person, "train", data="digits", epochs=20_000, minutes=9)
    await person.set("train.go", trigger_value=True)
    at, store = person.jar["aae_server"], servers["one"].store
    row = servers[at].newest()
    before = await beyond(store, row.id, 0)
    await person.run("again")
    link, own = person.query, f"live.watched.Stop.{row.id}"
    assert own in person.widgets, "she cannot stop her training even before the kill"
    say(f"Step {before.step} at server {at}, which is killed now.")
    killed = time.monotonic()
    servers[at].kill()
    again = Visitor(address, dict(person.jar))
    await arrived(again, "train", **dict(part.split("=") for part in link.split("&")))
    took = time.monotonic() - killed
    after = await beyond(store, row.id, before.step)
    result = {
        "seconds": took, "another server": again.jar["aae_server"] != at, "same link": again.query == link,
        "same training": (after.state, after.pid, len(store.own())) == ("running", before.pid, 1),
        "hers": own in again.widgets, "no error": not again.errors,
    }  # fmt: skip
    for item in (person, again):
        await item.close()
    return result


def main() -> int:
    if shutil.which("haproxy") is None:
        sys.exit("This needs haproxy: apt-get install haproxy.")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        actual = asyncio.run(watched(*balanced(stack, Path(folder))))
    checks = ", ".join(f"{what}: {'yes' if met else 'NO'}" for what, met in actual.items() if what != "seconds")
    print(f"The page is complete again after {actual['seconds']:.1f} s; {checks}.")
    return 0 if all(actual.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
