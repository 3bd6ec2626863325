"""Pages of docs/ whose tables are written by a benchmark and followed by a hand-written section on how to read them."""

import statistics
import sys
from pathlib import Path

from aae_core.places import PROJECT

DOCS = PROJECT / "docs"
READING = "## How to read it"  # the heading of the hand-written section


def spread(values: list[float], places: int) -> str:
    """Mean ± standard deviation over the seeds; of one seed its value."""
    deviation = f" ± {statistics.stdev(values):,.{places}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):,.{places}f}{deviation}"


def tell(name: str, head: str, write: bool = True) -> None:
    """Print `head` and, if it is to be written, `rewrite` docs/<name>.md."""
    print(head)
    if write:
        rewrite(DOCS / f"{name}.md", head)


def rewrite(page: Path, head: str) -> None:
    """Replace the text above READING by `head`; READING and what follows stay. A page without READING ends the benchmark."""
    _, heading, kept = page.read_text(encoding="utf-8").partition(READING) if page.exists() else ("", READING, "\n")
    if not heading:
        sys.exit(f"{page} was not changed: it lacks the heading {READING!r} of its hand-written end; add it.")
    page.write_text(f"{head}\n{READING}{kept}", encoding="utf-8")
