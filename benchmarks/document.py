"""Pages of docs/ whose tables a benchmark writes, above a text by hand on how to read them."""

from pathlib import Path

READING = "## How to read it"  # where the text by hand begins


def rewrite(page: Path, head: str) -> None:
    """Put another text above READING; what stands from there on stays."""
    before = page.read_text(encoding="utf-8") if page.exists() else f"{READING}\n"
    page.write_text(f"{head}\n{before[before.index(READING) :]}", encoding="utf-8")
