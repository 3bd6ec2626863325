"""Two servers of one store behind haproxy: one is killed while somebody watches her training, and she goes on at the other.

    python benchmarks/failover.py [--json]

A real browser opens Train by haproxy (docs/haproxy.cfg), begins a training and watches it. The server that it was led to is
ended with SIGKILL. Told is after how many seconds the page shows the training's progress again, whether its address and the
training are the same, and whether it is still hers to stop. Needs haproxy, playwright and Chromium; takes half a minute. Exit
status 1 unless all is so.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import say, serving

CONFIGURATION = Path(__file__).resolve().parent.parent / "docs" / "haproxy.cfg"
PATIENCE = 120_000  # ms that any wait may take


def balanced(stack: ExitStack, folder: Path) -> tuple[str, dict]:
    """The address of haproxy before two servers of one store, and the servers by the value of its cookie."""
    os.environ["AAE_SHARED"] = "1"
    servers = {name: serving.Server(folder) for name in ("one", "two")}
    for each in servers.values():
        each.start()
        stack.callback(each.stop)
    port = serving.free_port()
    places = {f"AAE_{name.upper()}": f"127.0.0.1:{each.port}" for name, each in servers.items()}
    environment = os.environ | places | {"AAE_BIND": f"127.0.0.1:{port}"}
    balancer = subprocess.Popen(["haproxy", "-db", "-f", str(CONFIGURATION)], env=environment)
    stack.callback(balancer.wait)
    stack.callback(balancer.terminate)
    return f"http://127.0.0.1:{port}", servers


def step(page) -> int:
    """The step that the page's progress shows; −1 for none."""
    return page.evaluate(
        "() => Number([...document.querySelectorAll('[data-testid=stProgress]')].map(one => one.innerText)"
        ".join(' ').match(/Step ([\\d,]+)/)?.[1].replaceAll(',', '') ?? -1)"
    )


def moved(page, before: int) -> None:
    """Wait until the progress is beyond a step."""
    until = time.monotonic() + PATIENCE / 1000
    while step(page) <= before:
        if time.monotonic() > until:
            raise TimeoutError(f"The page shows no step after {before}.")
        page.wait_for_timeout(50)


def measure() -> dict:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        address, servers = balanced(stack, Path(folder))
        playwright = stack.enter_context(serving.sync_playwright())
        context = stack.enter_context(serving.launch(playwright)).new_context()
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{address}/train?data=digits&epochs=20000")
        page.get_by_role("button", name="Start training").click()
        moved(page, 0)
        at = {each["name"]: each["value"] for each in context.cookies()}["aae_server"]
        revision, link, before = servers[at].newest(), page.url, step(page)
        say(f"Step {before} at server {at}, which is killed.")
        killed = time.monotonic()
        servers[at].kill()
        moved(page, before)
        found = {"seconds": time.monotonic() - killed, "same link": page.url == link}
        found["hers"] = page.get_by_role("button", name="Stop").is_visible()
        status = revision.status
        (other,) = (each for name, each in servers.items() if name != at)
        now = other.store.open(revision.id).status
        found["same training"] = (now.state, now.pid) == ("running", status.pid or now.pid) and len(
            other.store.own()
        ) == 1
        return found


def main() -> int:
    lacks = None if shutil.which("haproxy") else "This needs haproxy: apt-get install haproxy."
    if reason := serving.missing() or lacks:
        sys.exit(reason)
    found = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(found))
    else:
        print(f"Progress again after {found['seconds']:.1f} s at the other server; " + ", ".join(
            f"{what}: {'yes' if found[what] else 'NO'}" for what in ("same link", "same training", "hers")))  # fmt: skip
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
