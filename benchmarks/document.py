"""Pages of docs/ whose tables are written by a benchmark and followed by a hand-written section on how to read them."""

import statistics
import sys
import textwrap
from pathlib import Path

from aae_core.places import PROJECT

DOCS_FOLDER = PROJECT / "docs"
READING_HEADING = "## How to read it"  # the heading of the hand-written section
LINE_LENGTH = 100  # of prose in docs/


def spread(values: list[float], places: int) -> str:
    """Mean ± standard deviation over the seeds; of one seed its value."""
    deviation = f" ± {statistics.stdev(values):,.{places}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):,.{places}f}{deviation}"


def page_path(name: str) -> Path:
    """The page of this name in one of the folders of docs/; a new page belongs to the results."""
    return next(DOCS_FOLDER.glob(f"*/{name}.md"), DOCS_FOLDER / "results" / f"{name}.md")


def print_and_write(name: str, head: str, write: bool = True) -> None:
    """Print `head` and, if it is to be written, `rewrite` the page of this name."""
    print(head)
    if write:
        rewrite(page_path(name), head)


def write_page(name: str, text: str) -> None:
    """Write a whole page that has no hand-written section."""
    page_path(name).write_text(wrap_prose(text), encoding="utf-8")


def wrap_prose(text: str) -> str:
    """Markdown whose paragraphs have lines of at most LINE_LENGTH columns; tables, lists, headings and code stay as they are."""
    blocks = []
    is_code = False
    for block in text.split("\n\n"):
        is_prose = not is_code and not block.lstrip().startswith(("|", "#", "-", "`" * 3))
        if block.count("`" * 3) % 2:
            is_code = not is_code
            is_prose = False
        if is_prose and block.strip():
            wrapped_text = textwrap.fill(block, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
            block = f"{wrapped_text}\n" if block.endswith("\n") else wrapped_text
        blocks.append(block)
    return "\n\n".join(blocks)


def wrap_command(command: str) -> str:
    """A shell command on lines of at most LINE_LENGTH characters, of which all but the last end with a backslash."""
    lines = textwrap.wrap(
        command, LINE_LENGTH - 2, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return " \\\n".join(lines)


def rewrite(path: Path, head: str) -> None:
    """Replace the text above READING_HEADING by `head`; READING_HEADING and what follows stay. A page without
    READING_HEADING ends the benchmark."""
    _, heading, hand_written = (
        path.read_text(encoding="utf-8").partition(READING_HEADING) if path.exists() else ("", READING_HEADING, "\n")
    )
    if not heading:
        sys.exit(f"{path} was not changed: it lacks the heading {READING_HEADING!r} of its hand-written end; add it.")
    path.write_text(f"{wrap_prose(head)}\n{READING_HEADING}{hand_written}", encoding="utf-8")
