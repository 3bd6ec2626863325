"""Whatever the cells of a Markdown table hold, a parser of Markdown reads as many rows and columns as were written."""

import pytest

from aae_core.evaluation.metrics import METRICS
from aae_core.markdown_tables import markdown_table

markdown_it = pytest.importorskip("markdown_it", reason="pip-audit brings it: pip install -r requirements-dev.txt")
PARSER = markdown_it.MarkdownIt("commonmark").enable("table")


def table_cells(text):
    """The texts of the cells that a parser finds, row by row."""
    tokens = PARSER.parse(text)
    assert tokens[0].type == "table_open" and tokens[-1].type == "table_close", text
    rows = []
    for before, token in zip(tokens, tokens[1:], strict=False):
        if token.type == "tr_open":
            rows.append([])
        if before.type in ("th_open", "td_open"):
            rows[-1].append("".join(part.content for part in token.children))
    return rows


def test_every_reading_of_a_metric_is_one_cell():
    rows = [(metric.title, "1", metric.reading) for metric in METRICS.values()]
    assert any("|" in reading for _, _, reading in rows)
    assert table_cells(markdown_table(("metric", "value", "reading"), rows)) == [
        ["metric", "value", "reading"],
        *map(list, rows),
    ]


@pytest.mark.parametrize(
    ("cell", "parsed_cell"),
    [
        ("a|b", "a|b"),
        ("|", "|"),
        ("||", "||"),
        (r"a\|b", "a|b"),  # already escaped
        (r"a\\|b", r"a\|b"),  # an escaped backslash, which does not escape the bar
        ("end\\", "end\\"),
        ("two\nlines\r\n| x | y |", "two lines | x | y |"),
        ("`p(x|z)`", "p(x|z)"),
        ("", ""),
    ],
)
def test_no_text_ends_its_cell_or_its_line(cell, parsed_cell):
    assert table_cells(markdown_table(("one", "two"), [(cell, "last")])) == [["one", "two"], [parsed_cell, "last"]]


def test_a_column_of_numbers_is_aligned_to_the_right():
    tokens = PARSER.parse(markdown_table(("a", "b"), [("x", "1")], ("---", "--:")))
    styles = [token.attrGet("style") for token in tokens if token.type == "td_open"]
    assert styles == [None, "text-align:right"]


@pytest.mark.parametrize("arguments", [{"rows": [("x",)]}, {"rows": [], "rule": ("---",)}])
def test_a_row_of_another_length_is_refused(arguments):
    with pytest.raises(ValueError, match="cells in a table of 2 columns"):
        markdown_table(("a", "b"), **arguments)
