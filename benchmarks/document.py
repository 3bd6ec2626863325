"""Pages of docs/ whose tables are written by a benchmark and followed by a hand-written section on how to read them."""

import statistics
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
    """Replace the text above READING by `head`; READING and what follows stay."""
    kept = page.read_text(encoding="utf-8").partition(READING)[2] if page.exists() else "\n"
    page.write_text(f"{head}\n{READING}{kept}", encoding="utf-8")
