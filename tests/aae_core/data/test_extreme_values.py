"""Columns in which extreme values make all others one and the same to a model: those that are, and those that are not."""

import json
import warnings

import numpy as np
import pytest
from helpers.cli_runs import TINY, command_output, enter_folder

import aae_core as aae
from aae_core.data import sets
from aae_core.data.features import find_indistinct_columns
from aae_core.data.own_data import table_preview
from aae_core.data.tables import table_files

RNG = np.random.default_rng(0)
ERASED = {
    "one": [*RNG.normal(size=59), 1e12],
    "negative": [-1e6, *RNG.normal(size=199)],
    "three": [*RNG.normal(size=57), 1e9, 1e9, -1e9],
    "counts": [*RNG.integers(0, 5, 59), 10**9],
    "few": [1, 2, 3, 4, 5, 1e9],
    "sentinel in 6 %": [*RNG.normal(size=1880), *np.full(120, -999999)],
    "sentinel in 10 %": [*RNG.normal(size=54), *np.full(6, 99999999)],
}
FINE = {
    "normal": RNG.normal(size=1000),
    "log-normal": RNG.lognormal(sigma=3, size=1000),
    "Cauchy": RNG.standard_cauchy(1000),
    "Pareto": RNG.pareto(1.0, 1000),
    "rare": [*np.zeros(998), 1, 1],
    "mostly zero": [*np.zeros(920), *RNG.lognormal(2, 2, 80)],
    "constant": np.ones(50),
    "two values": [0, 1e9] * 30,
    "large": 1e9 + RNG.normal(size=100),
    "outlier within reach": [*RNG.normal(size=59), 50],
}


@pytest.mark.parametrize("name", ERASED)
def test_a_column_that_extreme_values_erase_is_found(name):
    rows = np.array(ERASED[name], float)[:, None]
    assert find_indistinct_columns(rows, rows.std(0)).tolist() == [0]


@pytest.mark.parametrize("name", FINE)
def test_a_fine_column_is_not(name):
    rows = np.array(FINE[name], float)[:, None]
    assert find_indistinct_columns(rows, rows.std(0)).tolist() == []


def test_a_file_names_column_value_and_line(tmp_path):
    lines = [f"{value},{i % 7}" for i, value in enumerate(ERASED["one"])]
    (tmp_path / "x.csv").write_text("\n".join(["a,b", lines[-1], *lines[:-1]]))
    reports = []
    sets.add_data_set(tmp_path / "x.csv", "x", tmp_path, report=reports.append)
    first_rows = table_preview.preview_table(table_files.open_table(tmp_path / "x.csv"))
    assert first_rows.indistinct_places == {"a": "a (1e+12 in line 2)"}
    assert len(reports) == 1 and "in a (1e+12 in line 2); leave these rows out, or take a logarithm" in reports[0]


def test_a_test_row_that_outweighs_all_others_is_told_and_other_rows_are_not(tmp_path):
    values = [f"{value:.4f}" for value in RNG.normal(size=60)]
    said = {}
    for place in range(60):
        lines = list(values)
        lines[place] = "1e12"
        (tmp_path / "x.csv").write_text("\n".join(["a,b", *(f"{text},{i % 7}" for i, text in enumerate(lines))]))
        reports = []
        sets.add_data_set(tmp_path / "x.csv", f"x{place}", tmp_path, report=reports.append)
        (report,) = reports
        assert f"a (1e+12 in line {place + 2})" in report, "whether it is a training row or a test row"
        said[place] = report.startswith("Test rows hold values")
    assert 1 <= sum(said.values()) <= 20
    (tmp_path / "x.csv").write_text("\n".join(["a,b", *(f"{text},{i % 7}" for i, text in enumerate(values))]))
    sets.add_data_set(tmp_path / "x.csv", "fine", tmp_path, report=reports.append)
    assert len(reports) == 1


def test_the_diagnosis_names_the_columns_that_a_model_cannot_tell(tmp_path, monkeypatch, capsys):
    enter_folder(tmp_path, monkeypatch)
    lines = [f"{value},{i % 7}" for i, value in enumerate(ERASED["one"])]
    (tmp_path / "x.csv").write_text("\n".join(["a,b", lines[-1], *lines[:-1]]))
    command_output(capsys, "data", "add", tmp_path / "x.csv", "--name", "x")
    command_output(capsys, "train", "--data", "x", "--set", "cost=squared-error", "--steps", 300, "--quiet", *TINY)
    text = " ".join(command_output(capsys, "show", "latest").split())
    assert "Columns that the model cannot tell from a constant" in text and "standard deviation in a." in text
    assert "add the table again." in text and "--set None" not in text
    findings = json.loads(command_output(capsys, "show", "latest", "--json"))["health"]
    assert [finding["setting"] for finding in findings if finding["key"] == "indistinct-columns"] == [None]


def test_arrays_and_estimators_warn():
    from aae_core.sklearn import AdversarialAutoencoder

    rows = np.stack([ERASED["one"], np.arange(60) % 7], 1)
    with pytest.warns(UserWarning, match=r"in feature 0 \(1e\+12 at index 59\)"):
        aae.arrays(rows)
    with pytest.warns(UserWarning, match=r"in feature 0 \(1e\+12 at index 59\)"):
        AdversarialAutoencoder(max_epochs=1, random_state=0).fit(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        aae.arrays(rows[:59])
