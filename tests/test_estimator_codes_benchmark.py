"""benchmarks/quality/estimator_codes.py: what its table and its sentences say of the splits, and how rows are drawn."""

import json

import numpy as np
import pandas
import pytest

from benchmarks.quality import estimator_codes

SPLITS = [
    {"PCA": [0.9, 0.001], "UMAP": [0.6, 1.0], "autoencoder": [0.7, 2.0], "AAE": [0.7, 4.0]},
    {"PCA": [0.8, 0.003], "UMAP": [0.8, 3.0], "autoencoder": [0.8, 2.0], "AAE": [0.9, 6.0]},
]


def test_a_row_has_means_the_best_in_bold_and_the_leads_with_their_standard_errors():
    # leads over PCA −0.2 and +0.1: mean −0.05, standard deviation 0.2121, divided by √2
    assert estimator_codes.format_row("iris", 2, SPLITS) == (
        "iris", "2", "**0.850**", "0.700", "0.750", "0.800", "-0.050 ± 0.150", "+0.100 ± 0.000", "+0.050 ± 0.050",
        "0.002", "2", "2", "5",
    )  # fmt: skip


def test_rows_ahead_and_behind_are_counted_and_the_clear_ones_among_them():
    worse_splits = [{**figures, "AAE": [0.2 + 0.01 * i, 1.0]} for i, figures in enumerate(SPLITS)]
    lines = estimator_codes.summarise_leads({("iris", 2): SPLITS, ("wine", 2): worse_splits}).split("\n\n")
    assert lines[0].startswith(
        "Against PCA the AAE is ahead in 0 of 2 rows, clearly (by more than 2 standard errors) in 0, "
    )
    assert lines[0].endswith("and behind in 2, clearly in 1.")
    assert (
        "UMAP the AAE is ahead in 1 of 2 rows" in lines[1]
        and "standard errors) in 1, and behind in 1, clearly in 1" in lines[1]
    )


@pytest.mark.parametrize("name", estimator_codes.DATA_LOADERS)
def test_every_table_has_classes_of_whole_numbers(name):
    X, y = estimator_codes.load_table(name)
    assert len(X) == len(y) and 2 <= len(np.unique(y)) <= 10 and y.dtype.kind == "i"


def test_rows_are_drawn_alike_and_small_classes_left_out(monkeypatch):
    monkeypatch.setattr(estimator_codes, "MAX_ROWS", 300)
    frame = pandas.DataFrame({"a": np.arange(1000.0), "kind": np.where(np.arange(1000) % 100 == 0, "rare", "usual")})
    frame.loc[::2, "kind"] = frame["kind"].replace("usual", "other")
    X, y = estimator_codes.sample_rows(frame, "kind")
    assert len(np.unique(X)) == len(X) and 280 < len(X) <= 300 and (np.diff(X[:, 0]) > 0).all()
    kinds = frame["kind"].to_numpy()[X[:, 0].astype(int)]
    assert set(kinds) == {"other", "usual"} and (y == (kinds == "usual")).all()
    np.testing.assert_array_equal(X, estimator_codes.sample_rows(frame, "kind")[0])


def test_measurements_are_listed_split_by_split_and_known_ones_are_read(tmp_path):
    measurements = estimator_codes.list_measurements(["iris", "wine"], 2, None)
    rows = [("iris", 2), ("wine", 2), ("wine", 8)]
    assert measurements == [(*row, seed) for seed in (100, 101) for row in rows]
    file = tmp_path / "figures.jsonl"
    assert estimator_codes.read_figures(file) == {} == estimator_codes.read_figures(None)
    file.write_text(json.dumps({"measurement": ["wine", 8, 0], "figures": SPLITS[0]}) + "\n")
    assert estimator_codes.read_figures(file) == {("wine", 8, 0): SPLITS[0]}
