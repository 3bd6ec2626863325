"""benchmarks/quality/estimators.py: how tables are split, and what its page says of the splits."""

import json
import math
from argparse import Namespace

import numpy as np
import pytest

from benchmarks.quality import estimators

OURS = "SemiSupervisedAAE"
RIVAL = "LabelSpreading (kernel knn)"


def make_splits(our_figures, rival_figures):
    return [{RIVAL: rival, OURS: ours} for ours, rival in zip(our_figures, rival_figures, strict=True)]


def test_splits_of_a_small_table_are_drawn_anew_and_those_of_a_dealt_one_share_no_row():
    y = np.arange(3000) % 3
    first, second = (estimators.split_rows(y, seed, is_dealt=False) for seed in (100, 101))
    for training_rows, test_rows, rare_rows in (first, second):
        assert len(training_rows) == 2000 and len(test_rows) == 1000 and not len(rare_rows)
        assert len(np.union1d(training_rows, test_rows)) == 3000
        assert np.ptp(np.bincount(y[test_rows])) <= 1
    assert len(np.intersect1d(first[1], second[1])) < 500
    dealt_rows = [np.concatenate(estimators.split_rows(y, seed, is_dealt=True)) for seed in range(100, 105)]
    assert sorted(np.concatenate(dealt_rows)) == list(range(3000))


def test_rows_to_train_on_are_capped_and_rare_classes_belong_to_neither_side():
    y = np.arange(30_000) % 3
    y[:100] = 3
    training_rows, test_rows, rare_rows = estimators.split_rows(y, 100, is_dealt=True)
    assert len(training_rows) == estimators.MAX_TRAINING_ROWS and len(test_rows) == 5980 - 2000
    assert len(rare_rows) == 20 and (y[rare_rows] == 3).all()
    assert 3 not in y[training_rows] and 3 not in y[test_rows]


def test_a_third_of_the_rows_is_in_no_split_by_which_defaults_are_chosen():
    y = np.arange(90) % 3
    splits = [estimators.split_rows(y, seed, is_dealt=False, validation=True) for seed in range(5)]
    assert len({row for split in splits for rows in split for row in rows.tolist()}) == 60


def test_a_lead_has_the_interval_of_students_t_for_pairs_wider_where_splits_share_rows():
    # differences 0.1, 0.2, 0.3: standard deviation 0.1, t with 2 degrees of freedom at 95 %: 4.3027
    lead, half_width = estimators.lead_interval([0.1, 0.2, 0.3], 0.95, 0)
    assert lead == pytest.approx(0.2) and half_width == pytest.approx(4.3027 * 0.1 / math.sqrt(3), rel=1e-4)
    _, wider = estimators.lead_interval([0.1, 0.2, 0.3], 0.95, 0.5)
    assert wider == pytest.approx(4.3027 * 0.1 * math.sqrt(1 / 3 + 0.5), rel=1e-4)
    assert estimators.lead_interval([0.1], 0.95, 0) == (0.1, math.inf)


def test_leads_are_corrected_for_all_pairs_of_a_column():
    splits = [{"a": 0.0, "b": 0.0, "c": 0.0, OURS: value} for value in (0.1, 0.2, 0.3)]
    half_width = estimators.leads({"letters": splits}, OURS)["a"]["letters"][1]
    expected = estimators.lead_interval([0.1, 0.2, 0.3], 1 - 0.05 / 6, 0)[1]  # six pairs of four estimators
    assert half_width == pytest.approx(expected)
    assert estimators.leads({"wine": splits}, OURS)["a"]["wine"][1] > half_width  # its splits share rows


def test_only_a_lead_whose_interval_leaves_out_zero_is_bold_or_called_ahead():
    assert estimators.format_lead(0.02, 0.01) == "**+0.020 ± 0.010**"
    assert estimators.format_lead(-0.02, 0.03) == "-0.020 ± 0.030"
    assert estimators.format_lead(0.02, math.inf) == "+0.020"
    text = estimators.describe_leads("PCA", {"iris": (0.2, 0.1), "wine": (-0.2, 0.1), "digits": (0.1, 0.1)})
    assert text == "- PCA: ahead on iris; behind on wine; not told apart on digits."


def test_the_page_says_figures_leads_minutes_and_what_was_not_run():
    splits = make_splits([0.9, 0.91, 0.92, 0.93, 0.94], [0.7, 0.71, 0.72, 0.73, 0.74])
    records = {
        ("5 labels", "letters", 100 + i): {"figures": figures, "seconds": 24} for i, figures in enumerate(splits)
    }
    text = estimators.describe_measurements(records, [("detector", "iris", 100)], " --mlbench m")
    assert "python -m benchmarks.quality.estimators --mlbench m --write" in text
    assert "seeds 100 to 104" in text and "2 minutes of processor time" in text
    assert "Not run, for want of time: detector, iris (1 of 1 splits)." in text
    assert "| splits | 5 |" in text and f"| {OURS} | 0.920 ± 0.016 |" in text
    assert f"| {RIVAL} | **+0.200 ± 0.000**, 5 of 5 |" in text and f"- {RIVAL}: ahead on letters." in text


def test_measurements_of_the_file_are_not_repeated_and_new_ones_are_added_until_the_time_is_over(tmp_path, monkeypatch):
    measurements = estimators.list_measurements(["iris", "letters"], ["detector"], 6, False)
    assert measurements[:3] == [("detector", "iris", 100), ("detector", "letters", 100), ("detector", "iris", 101)]
    assert len(measurements) == 11  # letters is dealt into five parts
    path = tmp_path / "figures.jsonl"
    path.write_text(json.dumps({"measurement": measurements[1], "figures": {OURS: 0.5}, "seconds": 1}) + "\n")
    monkeypatch.setattr(estimators, "measure", lambda *_: {OURS: 1.0})
    args = Namespace(figures=path, minutes=None, mlbench=None, validation=False)
    records = estimators.measure_all(measurements[:2], args)
    assert list(records) == measurements[:2]
    assert [record["figures"][OURS] for record in records.values()] == [1.0, 0.5]
    assert list(estimators.read_records(path)) == [measurements[1], measurements[0]]
    args.minutes = 0
    assert list(estimators.measure_all(measurements, args)) == measurements[:2]


def test_a_classifier_and_a_detector_are_measured_beside_their_rivals(monkeypatch):
    short = {"max_epochs": 1, "hidden_layer_sizes": 4}
    monkeypatch.setattr(
        estimators, "our_parameters", lambda name, seed: {"random_state": seed, "standardize": True, **short}
    )
    figures = estimators.measure("5 labels", "iris", 100, None, False)
    assert list(figures)[-1] == OURS and len(figures) == 4
    figures = estimators.measure("detector", "iris", 100, None, False)
    assert estimators.OUR_ESTIMATORS["detector"] in figures and len(figures) == 7
    assert all(0 <= figure <= 1 for figure in figures.values())
