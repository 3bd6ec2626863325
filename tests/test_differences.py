"""The table of differences as HTML: every figure is there, and nothing of a name is markup."""

from html.parser import HTMLParser

import pytest

pytest.importorskip("streamlit")
from aae_core.comparison import differences
from app.differences import table


class Cells(HTMLParser):
    """The texts of a table's cells, row by row, and the roles of its elements."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.roles = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        if tag in ("table", "thead", "tbody", "tr", "th", "td"):
            self.roles.append(dict(attrs).get("role"))
        assert tag not in ("script", "img")

    def handle_data(self, data):
        if self.rows:
            self.rows[-1][-1] += data


def test_a_row_holds_both_values_the_difference_and_the_better():
    found = differences({"reconstruction": 14.5, "kl": 6.5}, {"reconstruction": 15.25, "holes": 0.125})
    head, *rows = Cells(table(("AAE", "VAE"), found)).rows
    assert head == ["Measure", "AAE", "VAE", "Difference", "Better"]
    assert [row[1:] for row in rows] == [
        ["14.5", "15.25", "+0.75", "AAE"], ["–", "0.125", "–", "–"], ["6.5", "–", "–", "–"],
    ]  # fmt: skip
    assert rows[0][0].startswith("Reconstruction error") and "perfect copy" in rows[0][0]


def test_a_name_is_text_and_a_row_laid_out_as_a_grid_still_is_a_row():
    cells = Cells(table(("<script>x</script>", "a & <img src=x>"), differences({"holes": 0.0}, {"holes": 0.5})))
    assert cells.rows[0][1:3] == ["<script>x</script>", "a & <img src=x>"] and cells.rows[1][4] == "<script>x</script>"
    assert None not in cells.roles and cells.roles.count("row") == 2 and cells.roles.count("cell") == 4
