"""Tables in Markdown, whose cells may hold any text."""

import re
from collections.abc import Iterable, Sequence

# A backslash with the character that it escapes, or a bar that nothing escapes.
_ESCAPED_OR_BAR = re.compile(r"\\.|\|")


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], rule: Sequence[str] | None = None) -> str:
    """A table in Markdown (GitHub's, which Streamlit shows, too) with a line for the head and for each row.

    Cells are Markdown themselves: no text ends its cell or its line, but other marks keep their meaning. rule: for each column
    what stands under its head, "---", or "--:" for numbers; by default "---" for all. ValueError if a row or the rule has not as
    many cells as the head.
    """
    rule = ["---"] * len(head) if rule is None else list(rule)
    body = [list(row) for row in rows]
    for cells in (rule, *body):
        if len(cells) != len(head):
            raise ValueError(f"a row of {len(cells)} cells in a table of {len(head)} columns: {cells}")
    lines = [_format_row(head), f"|{'|'.join(rule)}|"]
    lines += [_format_row(row) for row in body]
    return "\n".join(lines)


def _format_row(cells) -> str:
    return f"| {' | '.join(_escape_cell(text) for text in cells)} |"


def _escape_cell(text) -> str:
    """A text in one line, in which each bar is escaped, once."""
    return _ESCAPED_OR_BAR.sub(_with_escape, " ".join(text.split()))


def _with_escape(match):
    return r"\|" if match[0] == "|" else match[0]
