"""What the browser benchmarks have in common: their options, the format of figures and machine, and their exit status."""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np

from aae_core.places import PROJECT
from benchmarks import document
from benchmarks.processes import say

sys.path.insert(0, str(PROJECT / "tests"))

from helpers import browser_app, haproxy, page_modules  # noqa: E402, F401 (of the tests, for the other benchmarks, too)

# what was measured, the figure, its target ("" for none), and whether the target is met
Row = tuple[str, str, str, bool]


def p95(values) -> float:
    return float(np.percentile(values, 95))


def median_and_p95(values) -> str:
    return f"{statistics.median(values):.0f} / {p95(values):.0f} ms"


def describe_layers(net) -> str:
    """The sizes of a network's layers, such as 2-400-400-784; those of images as C·H·W. net: one of `assets.page_networks`."""
    layer_ends = [layer if isinstance(layer, list) else (layer["before"], layer["after"]) for layer in net.layers]
    sizes = [layer_ends[0][0], *(out_size for _, out_size in layer_ends)]
    return "-".join("·".join(map(str, size)) if isinstance(size, list | tuple) else str(size) for size in sizes)


def describe_networks(revision) -> str:
    """The networks of a revision that a page can run, in words."""
    from app.server import assets  # imports Streamlit, which other benchmarks do not need

    page_networks = assets.page_networks(revision.model())
    networks = {name: getattr(page_networks, name) for name in ("encoder", "decoder", "discriminator")}
    return ", ".join(f"{name} {describe_layers(net)}" for name, net in networks.items() if net)


def run_benchmark(description: str, name: str, options: dict[str, int], measure: Callable, report: Callable) -> int:
    """Run the benchmark `name` as a program; returns its exit status, 1 if a target is missed.

    measure(args) -> figures; report(figures, args, conditions) -> the page, and whether all targets are met. options:
    the default of each option, a whole number, by name. conditions: one line with the command, the date, the machine
    and, if there is one, the sentence `describe_networks` of the figures.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, default in options.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--write", action="store_true", help=f"keep the table in {document.page_path(name)}")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON instead")
    args = parser.parse_args()
    if reason := browser_app.missing_browser_reason():
        sys.exit(reason)
    load = os.getloadavg()[0]
    say("Starting.")
    result = measure(args)
    option_words = [f"--{option} {getattr(args, option)}" for option in options]
    command = " ".join([f"python -m benchmarks.browser.{name}", *option_words])
    conditions = (
        f"`{command}`, {date.today():%Y-%m-%d}, {describe_machine(result['browser'])}; load before: {load:.1f}."
    )
    conditions += f" {result['nets']}" if "nets" in result else ""
    page_text, is_reached = report(result, args, conditions)
    print(json.dumps(result) if args.json else page_text)
    if args.write:
        document.write_page(name, page_text)
    return int(not is_reached)


@contextmanager
def open_browser_and_server() -> Iterator[tuple]:
    """A context with a browser and a server over the gallery and a store of its own, which is not started yet."""
    with tempfile.TemporaryDirectory() as folder, browser_app.sync_playwright() as playwright:
        browser, server = browser_app.launch_chromium(playwright), browser_app.Server(Path(folder))
        try:
            yield browser, server
        finally:
            server.stop()
            browser.close()


def describe_machine(browser_version: str) -> str:
    """This machine in words: cores, memory, system, Python and Chromium. browser_version: that of Chromium."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, Chromium {browser_version} without a GPU (software rendering)"
    )


def report_page(title: str, conditions: str, table: list[Row], *words: str) -> tuple[str, bool]:
    """A Markdown page with a table of figures and targets and then the paragraphs `words`; and whether all targets are met."""
    answers = {True: "yes", False: "no"}
    rows = [
        f"| {row_title} | {figure} | {target} | {answers[is_met] if target else ''} |"
        for row_title, figure, target, is_met in table
    ]
    head = ["| | measured | target | met |", "|---|--:|--:|:-:|"]
    text = "\n\n".join([f"# {title}", conditions, "\n".join(head + rows), *words])
    return text + "\n", all(is_met for *_, is_met in table)
