"""The widget of `rev.explore()` in a real Jupyter: z is dragged, codes are selected, and the selection comes back to a cell.

    python -m benchmarks.browser.jupyter [--write]

Starts JupyterLab (`pip install jupyterlab`, which no requirement names) on this machine with a notebook of three cells, and runs
them in Chromium. Prints what came back; `--write` keeps the picture docs/pictures/jupyter.webp. Exit status 1 if nothing did.
"""

import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from aae_core.places import PROJECT

REVISION = "20261122T072654Z-aae-mnist-5686f2"
PICTURE = PROJECT / "docs" / "pictures" / "jupyter.webp"
CELLS = (
    f'import aae_core as aae\nrev = aae.open("{REVISION}")\nwidget = rev.explore()\nwidget',
    'print("selected", len(widget.selection), widget.selection[:5])',
)
PATIENCE = 120  # seconds to wait for the server, and for a cell


def notebook_json() -> str:
    """A notebook with CELLS."""
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "id": f"cell-{k}",
        }
        for k, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def start_jupyter(folder: Path) -> tuple[subprocess.Popen, str]:
    """JupyterLab over a folder, once it answers, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free_socket:
        port = free_socket.getsockname()[1]
    options = [
        "--no-browser",
        f"--port={port}",
        "--IdentityProvider.token=",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(PATIENCE):
        try:
            urllib.request.urlopen(f"{url}/api").close()
            return process, url
        except OSError:
            time.sleep(1)
    process.kill()
    raise TimeoutError("JupyterLab did not answer.")


def run_cell(page, number: int) -> None:
    """Run one of the notebook's cells."""
    page.locator(".jp-CodeCell").nth(number).locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")


def select_codes(page) -> None:
    """Draw a lasso round the middle of the plane."""
    page.get_by_role("button", name="Lasso: draw a line around codes").click()
    box = page.locator(".lp-surface").bounding_box()
    corners = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.35)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def explore_in_jupyter(url: str) -> tuple[str, bytes]:
    """The output of the cell that prints the selection, and a picture of the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        page = browser.new_page(viewport={"width": 1500, "height": 1100})
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(f"{url}/lab/tree/explore.ipynb")
        run_cell(page, 0)
        page.locator(".lp-surface").wait_for()
        page.locator(".lp-way", has_text="Decoded in").wait_for(state="attached")
        select_codes(page)
        page.wait_for_timeout(2000)  # the selection goes to the kernel
        run_cell(page, 1)
        output = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
        output.filter(has_text="selected").wait_for()
        text = output.inner_text()
        page.locator(".lp-surface").scroll_into_view_if_needed()
        picture = page.screenshot()
        browser.close()
    return text, picture


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "explore.ipynb").write_text(notebook_json(), encoding="utf-8")
        process, url = start_jupyter(Path(folder))
        try:
            text, picture = explore_in_jupyter(url)
        finally:
            process.terminate()
            process.wait()
    print(text)
    if "--write" in sys.argv:
        Image.open(io.BytesIO(picture)).save(PICTURE, "WEBP", quality=80)
    return 0 if re.match(r"selected [1-9]", text) else 1


if __name__ == "__main__":
    sys.exit(main())
