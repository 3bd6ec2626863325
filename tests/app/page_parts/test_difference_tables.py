"""The table of differences as HTML: every figure is there, and nothing of a name is markup."""

from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser

import pytest

pytest.importorskip("streamlit")
from aae_core.config.configuration import configure, is_compared_setting, setting_field, setting_keys, with_settings
from aae_core.errors import ConfigError
from aae_core.evaluation.comparison import compare_metrics
from app.page_parts.compare.difference_tables import differences_table_html, settings_table_html
from app.ui import form_settings


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
    result = compare_metrics(
        {"reconstruction": 14.5, "kl": 6.5, "knn_accuracy": 0.75, "swap_agreement": 0.5},
        {"reconstruction": 15.25, "holes": 0.125, "knn_accuracy": 0.76, "swap_agreement": 0.75},
    )
    result = [replace(difference, noise=difference.noise and 0.2) for difference in result]
    head, *rows = Cells(differences_table_html(("AAE", "VAE"), result)).rows
    assert head == ["Metric", "AAE", "VAE", "Difference", "Seed noise", "Better"]
    assert [row[1:] for row in rows] == [
        ["14.5", "15.25", "+0.75", "± 0.2", "AAE"], ["–", "0.125", "–", "", ""], ["0.75", "0.76", "+0.01", "± 0.2", ""],
        ["0.5", "0.75", "+0.25", "not measured", ""], ["6.5", "–", "–", "", ""],
    ]  # fmt: skip
    assert rows[0][0].startswith("Reconstruction error") and "perfect copy" in rows[0][0]


def test_a_name_is_text_and_a_row_laid_out_as_a_grid_still_is_a_row():
    cells = Cells(
        differences_table_html(
            ("<script>x</script>", "a & <img src=x>"), compare_metrics({"holes": 0.0}, {"holes": 0.5})
        )
    )
    assert cells.rows[0][1:3] == ["<script>x</script>", "a & <img src=x>"] and cells.rows[1][5] == "<script>x</script>"
    assert None not in cells.roles and cells.roles.count("row") == 2 and cells.roles.count("cell") == 5


def rows_of(left, right):
    text = settings_table_html(("<b>L</b>", "R"), [left, right])
    return {title: values for title, *values in Cells(text).rows[1:]} if text else {}


def test_every_setting_in_which_two_differ_is_told_in_words():
    assert rows_of(configure(name="one"), configure(name="other")) == {}
    assert rows_of(configure(capture="off"), configure()) == {}, "its speed alone"
    actual = rows_of(configure(), configure(variant="vae", seed=3))
    assert actual["Cost"] == ["Half squared error", "Cross-entropy"] and actual["Seed"] == ["0", "3"]
    assert actual["Optimiser"] == ["Gradient descent with momentum", "Adam"] and actual["Gradient clipping"] == [
        "5",
        "0",
    ]
    assert actual["Posterior"] == ["Deterministic", "Gaussian"], "a form does not ask for a VAE's"
    assert actual["Learning rate, discrimination"] == ["0.1", "–"] and actual["Weight β of the KL term"] == ["–", "1"]
    assert "Clusters" not in actual, "it has no meaning for either"


BASES = [
    ("default", {}), ("vae", {}), ("semi-supervised", {}), ("clusters", {"views": 2, "content_decoded": "each"}),
    ("reduction", {}), ("painted", {}), ("mixture", {}), ("default", {"target.measure": "mmd2", "target.value": 0.1}),
    ("default", {"prior.name": "gamma"}), ("images", {}), ("default", {"posterior": "universal"}),
    ("default", {"variant": "info-vae"}), ("default", {"variant": "sliced-wasserstein"}),
    ("clusters", {"views": 2, "view_agreement": 1.0}),
]  # fmt: skip


@pytest.mark.parametrize(
    "key", [key for key in setting_keys() if key not in ("name", "target.measure") and is_compared_setting(key)]
)
def test_no_setting_that_has_a_meaning_is_forgotten(key):
    """Two configurations that differ in that one alone."""
    for base in (configure(preset, **settings) for preset, settings in BASES):
        for value in candidate_values(key):
            with suppress(ConfigError):
                changed_config = with_settings(base, {key: value})
                if key in form_settings.effective_config_values(base) and changed_config != base:
                    assert form_settings.TITLES[key] in rows_of(base, changed_config) or key == "variant"
                    return
    raise AssertionError("never compared")


def candidate_values(key):
    limits = setting_field(key).metadata
    return limits["choices"] or [limits["low"] and 2 * limits["low"], 1, 3, 0.25, "letter", "7", "0.5", "3:0.5"]
