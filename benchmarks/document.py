"""Pages of docs/ whose tables are written by a benchmark and followed by a hand-written section on how to read them."""

from pathlib import Path

READING = "## How to read it"  # the heading of the hand-written section


def rewrite(page: Path, head: str) -> None:
    """Replace the text above READING by `head`; READING and what follows stay."""
    kept = page.read_text(encoding="utf-8").partition(READING)[2] if page.exists() else "\n"
    page.write_text(f"{head}\n{READING}{kept}", encoding="utf-8")
