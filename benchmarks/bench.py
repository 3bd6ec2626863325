"""What the browser's benchmarks have in common: their options, how figures and the machine are told, and how they end."""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests" / "browser")]

import serving  # noqa: E402

BEGAN = time.monotonic()
Row = tuple[str, str, str, bool]  # what was measured, the figure, its target ("" for none), and whether it is met


def p95(values) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def both(values) -> str:
    return f"{statistics.median(values):.0f} / {p95(values):.0f} ms"


def say(doing: str) -> None:
    """Report on stderr what is being measured now, and after how many seconds."""
    print(f"{time.monotonic() - BEGAN:5.0f} s  {doing}", file=sys.stderr, flush=True)


def layers(net) -> str:
    """The sizes of a network's layers: 2-400-400-784, of images C·H·W. net: as `assets.weights` gives it."""
    ends = [each if isinstance(each, list) else (each["before"], each["after"]) for each in net.layers]
    sizes = [ends[0][0], *(after for _, after in ends)]
    return "-".join("·".join(map(str, size)) if isinstance(size, list | tuple) else str(size) for size in sizes)


def nets(revision) -> str:
    """The networks of a revision that a page can run, in words."""
    from app.server import assets  # it loads Streamlit, which other benchmarks do without

    found = assets.weights(revision.model())
    each = {name: getattr(found, name) for name in ("encoder", "decoder", "discriminator")}
    return ", ".join(f"{name} {layers(net)}" for name, net in each.items() if net)


def run(doc: str, name: str, options: dict[str, int], measure: Callable, report: Callable) -> int:
    """The program `name`: measure(args) -> figures; report(figures, args, measured) -> its text and whether all is met.

    options: whole numbers by name, with what they are unless told. measured: when, how and on which machine, in a line, and the
    sentence `nets` of the figures, where there is one.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option, usual in options.items():
        parser.add_argument(f"--{option}", type=int, default=usual)
    parser.add_argument("--write", action="store_true", help=f"keep the table in docs/{name}.md")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON instead")
    args = parser.parse_args()
    if reason := serving.missing():
        sys.exit(reason)
    load = os.getloadavg()[0]
    say("Starting.")
    found = measure(args)
    command = " ".join([f"python benchmarks/{name}.py", *(f"--{option} {getattr(args, option)}" for option in options)])
    measured = f"`{command}`, {date.today():%Y-%m-%d}, {machine(found['browser'])}; load before: {load:.1f}."
    measured += f" {found['nets']}" if "nets" in found else ""
    text, met = report(found, args, measured)
    print(json.dumps(found) if args.json else text)
    if args.write:
        (PROJECT / "docs" / f"{name}.md").write_text(text)
    return int(not met)


def machine(browser: str) -> str:
    """The class of this machine, in words; browser: the version of Chromium."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, Chromium {browser} without a GPU (software rendering)"
    )


def page(title: str, measured: str, table: list[Row], *words: str) -> tuple[str, bool]:
    """A Markdown page of figures beside their targets, and whether every one is met."""
    answers = {True: "yes", False: "no"}
    rows = [
        f"| {what} | {figure} | {target} | {answers[met] if target else ''} |" for what, figure, target, met in table
    ]
    head = ["| | measured | target | met |", "|---|--:|--:|:-:|"]
    text = "\n\n".join([f"# {title}", measured, "\n".join(head + rows), *words])
    return text + "\n", all(met for *_, met in table)
