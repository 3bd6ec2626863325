"""What the benchmark of other priors calls established, by SciPy's Welch test, and what it says of a model."""

import pytest
from scipy import stats

from benchmarks.quality import other_priors

ERRORS = {"wae-mmd": [1.0, 1.1, 1.05], "aae-one-cost": [1.5, 1.56, 1.52], "beta-vae": [1.2, 1.9, 1.5]}


def run_line(model, seed, mmd2, error):
    return {"model": model, "seed": seed, "value": 1.0, "figures": {"mmd2": mmd2, "reconstruction": error}}


def test_a_lead_is_established_where_welchs_interval_for_all_pairs_says_so():
    expected = {}
    for first, second in [(a, b) for a in ERRORS for b in ERRORS if a != b]:
        welch = stats.ttest_ind(ERRORS[first], ERRORS[second], equal_var=False)
        if welch.confidence_interval(1 - 0.05 / 3).high < 0:  # three pairs
            expected.setdefault(first, []).append(second)
    assert (
        other_priors.rivals_with_larger_values(ERRORS | {"info-vae": [0.1]})
        == expected
        == {"wae-mmd": ["aae-one-cost"]}
    )


def test_the_error_at_a_fit_needs_every_seed_and_no_labels():
    lines = [run_line("wae-mmd", 0, 0.0001, 3.0), run_line("wae-mmd", 0, 0.01, 1.0), run_line("wae-mmd", 1, 0.001, 2.0)]
    lines += [run_line("aae-one-cost", 0, 0.001, 2.0), run_line("aae-one-cost", 1, 0.002, 2.0)]
    lines += [run_line(other_priors.LABEL_INFORMED, 0, 0.0001, 1.0)]
    errors = other_priors.values_at_fit(lines, "reconstruction", 0.001)
    assert errors == {"wae-mmd": [pytest.approx(2.0), 2.0]}, "half of the way from 0.0001 to 0.01, in log MMD²"


def test_a_table_leaves_out_figures_that_no_run_has():
    lines = [run_line("wae-mmd", 0, 0.001, 2.0)]
    assert "in the region of its class" not in other_priors.table(lines)
    lines[0]["figures"]["region_accuracy"] = 0.9
    text = other_priors.table([*lines, run_line("beta-vae", 0, 0.002, 3.0)])
    assert "in the region of its class" in text
    assert "| β-VAE | 1 | 1 | 3.00 | 0.0020 | – |" in text
