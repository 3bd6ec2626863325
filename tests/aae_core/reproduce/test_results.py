"""The table of results: what it computes, what it keeps when it is written again, and what it refuses to read."""

import json
import math
import re

import numpy as np
import pytest
from helpers.tiny_experiments import EXEMPLAR, replace_experiments, tiny_experiment
from scipy import stats

from aae_core.cli import reproduce_command
from aae_core.errors import DataError
from aae_core.evaluation.metrics import METRICS
from aae_core.reproduce import experiments, results
from aae_core.reproduce.experiments import EXPERIMENTS
from aae_core.reproduce.results import ExperimentRun

EMPTY = {"format": 1, "rows": []}


def a_run(seed=0, value=2.0, **changes):
    facts = {
        "minutes": 3.0,
        "epochs": 2.0,
        "steps": 40,
        "machine": "a processor, fp32",
        "date": f"2026-01-{seed % 50 + 1:02}",
    }
    return ExperimentRun(
        **{"seed": seed, "revision": f"r{seed}", "value": value, "measures": {"error": value / 100}, **facts, **changes}
    )


def single_run_row(record, budget="cpu"):
    (row,) = [row for row in results.result_rows(record, budget) if row.runs]
    return row


def test_mean_and_deviation_are_numpys(monkeypatch):
    row, record = replace_experiments(monkeypatch, tiny_experiment()), EMPTY
    values = np.random.default_rng(0).normal(2.2, 0.3, 5)
    for seed, value in enumerate(values):
        record = results.record_with_run(record, row, "cpu", a_run(seed, float(value), minutes=float(seed)))
    result = single_run_row(record)
    assert math.isclose(result.value, values.mean(), abs_tol=1e-6) and result.mean_minutes == 2
    assert math.isclose(result.deviation, values.std(ddof=1), abs_tol=1e-9)
    assert (result.seeds, result.date) == ([0, 1, 2, 3, 4], "2026-01-05")
    assert result.text == f"{values.mean():.2f} ± {values.std(ddof=1):.2f} %"


def record_with_runs(row, values):
    """The row with a run for each seed of `values`."""
    record = EMPTY
    for seed, value in values.items():
        record = results.record_with_run(record, row, "cpu", a_run(seed, value, minutes=float(seed)))
    return record


def test_the_figure_is_of_the_fresh_seeds_once_there_are_three(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment())
    tried_values, fresh_values = {0: 1.0, 1: 1.2, 2: 1.1}, {100: 2.0, 103: 2.4, 104: 2.5}
    five_seed_row = single_run_row(record_with_runs(row, tried_values | {100: 2.0, 103: 2.4}))
    assert (five_seed_row.value, five_seed_row.mean_minutes, five_seed_row.seeds) == (1.1, 1.0, [0, 1, 2, 100, 103])
    record = record_with_runs(row, tried_values | fresh_values)
    six_seed_row = single_run_row(record)
    assert math.isclose(six_seed_row.value, 2.3) and math.isclose(
        six_seed_row.deviation, np.std([2.0, 2.4, 2.5], ddof=1)
    )
    assert six_seed_row.command.endswith("tiny --seed 100,103,104")
    assert reproduce_command._format_local_results(six_seed_row).endswith("(seeds 100, 103, 104)")
    page = results.render_markdown(record)
    section = page.partition("### Title of tiny\n")[2].partition("\n#")[0]
    counts_by_seed = dict(re.findall(r"^\| (\d+) \|.*\| (yes|no) \|$", section, re.MULTILINE))
    assert counts_by_seed == dict.fromkeys(("0", "1", "2"), "no") | dict.fromkeys(("100", "103", "104"), "yes")
    (stored_row,) = record["rows"]
    assert (stored_row["seeds"], stored_row["counted"]) == ([0, 1, 2, 100, 103, 104], [100, 103, 104])
    assert single_run_row(record_with_runs(row, {100: 2.0})).value == 2.0, "alone they are the figure, however few"


def test_seeds_that_an_earlier_recipe_had_been_run_with_do_not_count(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment())
    monkeypatch.setitem(experiments.FIRST_FRESH_SEEDS, "tiny", 102)
    output = single_run_row(record_with_runs(row, {100: 9.0, 101: 9.0, 102: 2.0, 103: 2.4, 104: 2.5}))
    assert math.isclose(output.value, 2.3) and [run.seed for run in output.counted_runs] == [102, 103, 104]
    assert output.command.endswith("tiny --seed 102-104")
    few = single_run_row(record_with_runs(row, {100: 9.0, 101: 8.0, 102: 2.0, 103: 2.4}))
    assert few.value == 8.5, "two are too few"
    assert set(experiments.FIRST_FRESH_SEEDS) <= {"tiny", *EXPERIMENTS}


def test_the_least_training_objective_chooses_a_run_without_labels(monkeypatch):
    row, record = replace_experiments(monkeypatch, tiny_experiment()), EMPTY
    for seed, value, objective in ((0, 0.5, -9.0), (100, 3.0, 1.5), (101, 4.0, -2.5), (102, 1.0, 2.0)):
        record = results.record_with_run(
            record, row, "cpu", a_run(seed, value, measures={"training_objective": objective})
        )
    outcome = single_run_row(record)
    assert outcome.least_objective_run.seed == 101, "neither the run with the least error nor one that does not count"
    assert "seed 101 has the least" in results.least_objective_run_sentence(
        outcome
    ) and "4.00 %" in results.least_objective_run_sentence(outcome)
    assert record["rows"][0]["restart"] == 101
    assert results.least_objective_run_sentence(outcome) in " ".join(results.render_markdown(record).split())
    assert outcome.objective_correlation is None and "correlation" not in results.least_objective_run_sentence(
        outcome
    ), "of three runs"
    unknown = single_run_row(record_with_runs(row, {0: 1.0, 1: 2.0}))
    assert unknown.least_objective_run is None and results.least_objective_run_sentence(unknown) == ""


def test_what_the_choice_by_the_objective_is_worth_is_told(monkeypatch):
    row, record = replace_experiments(monkeypatch, tiny_experiment()), EMPTY
    errors, objectives = (3.0, 4.0, 1.0, 4.0, 2.0, 9.0), (1.5, -2.5, 2.0, 0.5, 0.5, 3.0)
    for seed, value, objective in zip(range(100, 106), errors, objectives, strict=True):
        record = results.record_with_run(
            record, row, "cpu", a_run(seed, value, measures={"training_objective": objective})
        )
    correlation = stats.spearmanr(errors, objectives).statistic
    assert single_run_row(record).objective_correlation == pytest.approx(correlation)
    assert (
        f"Over these 6 runs the rank correlation of objective and error is {correlation:.2f}."
        in results.least_objective_run_sentence(single_run_row(record))
    )
    for seed in range(100, 106):
        record = results.record_with_run(record, row, "cpu", a_run(seed, seed, measures={"training_objective": 1.0}))
    assert single_run_row(record).objective_correlation is None, "where no objective is the least it tells nothing"


def test_machines_and_date_are_those_of_the_runs_that_count(monkeypatch):
    row, record = replace_experiments(monkeypatch, tiny_experiment()), EMPTY
    for seed, machine, date in ((0, "another", "2026-12-01"), *((s, "mine", "2026-11-02") for s in (100, 101, 102))):
        record = results.record_with_run(record, row, "cpu", a_run(seed, 1.0, machine=machine, date=date))
    assert (single_run_row(record).machines, single_run_row(record).date) == (["mine"], "2026-11-02")


def test_the_difference_is_told_only_where_the_papers_runs_are_counted(monkeypatch):
    unknown = replace_experiments(monkeypatch, tiny_experiment(paper="1.90 ± 0.10"))
    values = {0: 1.30, 1: 1.68, 2: 1.44}
    row = single_run_row(record_with_runs(unknown, values))
    assert row.paper_difference_interval is None and results.difference_sentence(row) == ""
    ours = stats.t.interval(0.95, 2, np.mean([*values.values()]), stats.sem([*values.values()]))
    assert row.confidence_interval == pytest.approx(ours, abs=1e-5)
    counted = replace_experiments(monkeypatch, tiny_experiment(paper="1.90 ± 0.10", paper_runs=2))
    record = record_with_runs(counted, values)
    theirs = [1.9 - 0.1 / math.sqrt(2), 1.9 + 0.1 / math.sqrt(2)]  # two values of that mean and deviation
    welch = stats.ttest_ind([*values.values()], theirs, equal_var=False).confidence_interval(0.95)
    assert single_run_row(record).paper_difference_interval == pytest.approx((welch.low, welch.high), abs=1e-5)
    interval_text = f"{welch.low:.2f} to {welch.high:.2f}".replace("-", "−")
    assert interval_text.startswith("−") and f"| 1.90 ± 0.10 | {interval_text} | 3 |" in results.render_markdown(record)
    assert f"runs): {interval_text}." in results.difference_sentence(single_run_row(record))
    assert (
        single_run_row(record_with_runs(counted, {0: 1.3})).paper_difference_interval is None
        and single_run_row(record_with_runs(counted, {0: 1.3})).confidence_interval is None
    )
    assert (
        single_run_row(
            record_with_runs(replace_experiments(monkeypatch, tiny_experiment(paper="4.2", paper_runs=2)), values)
        ).paper_difference_interval
        is None
    )


def test_one_run_has_no_deviation_and_none_no_figure(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment())
    (before,) = results.result_rows(EMPTY, "cpu")
    assert (before.value, before.deviation, before.mean_minutes, before.text) == (None, None, None, "not run")
    after = single_run_row(results.record_with_run(EMPTY, row, "cpu", a_run(value=2.346)))
    assert (after.deviation, after.text) == (None, "2.35 %")


def test_a_run_takes_the_place_of_its_seed_and_leaves_other_rows_alone(monkeypatch):
    first_row, second_row = tiny_experiment("first"), tiny_experiment("second")
    replace_experiments(monkeypatch, first_row, second_row)
    unknown_row = {"experiment": "of another version", "budget": "cpu", "settings": {}, "runs": [], "kept": [1, 2]}
    record = {"format": 1, "rows": [unknown_row]}
    for experiment, budget, run in (
        (second_row, "cpu", a_run(0, 5.0)),
        (first_row, "cpu", a_run(1, 3.0)),
        (first_row, "paper", a_run(0, 1.0)),
        (first_row, "cpu", a_run(0, 2.0)),
        (first_row, "cpu", a_run(1, 4.0)),
    ):
        record = results.record_with_run(record, experiment, budget, run)
    assert unknown_row in record["rows"] and len(record["rows"]) == 4
    values = {
        (r.experiment.name, b): [run.value for run in r.runs]
        for b in ("cpu", "paper")
        for r in results.result_rows(record, b)
    }
    assert values == {
        ("first", "cpu"): [2.0, 4.0],
        ("second", "cpu"): [5.0],
        ("first", "paper"): [1.0],
        ("second", "paper"): [],
    }


def test_runs_of_a_former_recipe_are_marked_until_a_new_one(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment(steps=40))
    record = results.record_with_run(results.record_with_run(EMPTY, row, "cpu", a_run(0)), row, "cpu", a_run(1))
    assert single_run_row(record).is_current
    changed = replace_experiments(monkeypatch, tiny_experiment(steps=41))
    assert not single_run_row(record).is_current and "recipe has changed" in results.recipe_sentence(
        single_run_row(record)
    )
    assert "**2.00 ± 0.00 %** (former recipe)" in results.render_markdown(record)
    after = single_run_row(results.record_with_run(record, changed, "cpu", a_run(0, 9.0)))
    assert after.is_current and [run.value for run in after.runs] == [9.0]


def test_what_is_written_is_read_again_and_the_page_is_made_from_it(monkeypatch, tmp_path):
    row = replace_experiments(monkeypatch, tiny_experiment("ran", paper="1.60 ± 0.08"), tiny_experiment("did-not"))
    record = EMPTY
    for seed, value in enumerate((2.1, 2.3)):
        record = results.record_with_run(record, row, "cpu", a_run(seed, value))
    results.write_results(record, tmp_path)
    reread_record = results.read_results(tmp_path)
    assert single_run_row(reread_record) == single_run_row(record)
    stored_row = reread_record["rows"][0]
    assert math.isclose(stored_row["value"], 2.2) and math.isclose(stored_row["deviation"], np.std([2.1, 2.3], ddof=1))
    assert (stored_row["paper"], stored_row["seeds"]) == ("1.60 ± 0.08", [0, 1])
    text = (tmp_path / results.MARKDOWN_FILE).read_text()
    assert text == results.render_markdown(reread_record)
    line = next(line for line in text.splitlines() if line.startswith("| Title of ran"))
    low, high = stats.t.interval(0.95, 1, 2.2, stats.sem([2.1, 2.3]))
    assert f"| **2.20 ± 0.14 %** | {low:.2f} to {high:.2f} | 1.60 ± 0.08 | – | 2 | 3 |" in line
    assert "`python -m aae_core reproduce ran --seeds 2`" in line
    (line,) = [line for line in text.splitlines() if line.startswith("| Title of did-not") and "paper`" not in line]
    assert "not run" in line
    assert "| 1 | 2.30 | `r1` | yes |" in text and "a processor, fp32" in text


def test_a_row_says_where_its_recipe_departs_from_the_papers(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment(steps=40))
    assert "steps 40 (paper 80)" in results.recipe_sentence(
        single_run_row(results.record_with_run(EMPTY, row, "cpu", a_run()))
    )


def test_measures_beside_the_figure_are_means_over_the_seeds(monkeypatch):
    row, record = replace_experiments(monkeypatch, tiny_experiment()), EMPTY
    for seed, nmi in enumerate((0.5, 0.75)):
        extra_measures = {"nmi": nmi, "calibration_error": nmi / 10, "of_no_measure": 3.0}
        extra_measures |= {"chance": 0.1143, "agreement": 0.9855, "classifier_accuracy": 0.9927}
        record = results.record_with_run(record, row, "cpu", a_run(seed, measures={"error": 0.02, **extra_measures}))
    words = [f"{METRICS['nmi'].title} 0.625", f"{METRICS['calibration_error'].title} 6.25 %", "of no measure 3"]
    words += ["Class guessed by chance 11.43 %", "Agreement after a swap 98.55 %"]
    words += ["Error of the classifier that judges swaps 0.73 %"]
    assert results.other_metrics_sentence(single_run_row(record)).rstrip(".").partition(": ")[2].split("; ") == words


def test_a_clustering_error_has_the_error_by_majority_beside_it(monkeypatch):
    row, record = replace_experiments(monkeypatch, tiny_experiment(figure=EXEMPLAR)), EMPTY
    for seed, majority in enumerate((0.02, 0.04)):
        measures = {"cluster_error": 0.05, "cluster_error_majority": majority, "nmi": 0.9}
        record = results.record_with_run(record, row, "cpu", a_run(seed, measures=measures))
    assert results.other_rule_texts(single_run_row(record)) == ["by majority 3.00 ± 1.41 %"]
    assert "majority" not in results.other_metrics_sentence(single_run_row(record))
    assert "**, by majority 3.00 ± 1.41 % |" in results.render_markdown(record)
    assert (
        results.other_rule_texts(
            single_run_row(
                results.record_with_run(EMPTY, replace_experiments(monkeypatch, tiny_experiment()), "cpu", a_run())
            )
        )
        == []
    )


def test_runs_say_whether_a_draw_of_images_named_their_clusters(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment(figure=EXEMPLAR))
    old_run, new_run = (
        a_run(0, measures={"cluster_error": 0.05, **naming}) for naming in ({}, {"validation": 60000.0})
    )
    assert "10,000" in results.naming_note(single_run_row(results.record_with_run(EMPTY, row, "cpu", old_run)))
    assert results.naming_note(single_run_row(results.record_with_run(EMPTY, row, "cpu", new_run))) == ""
    assert "validation" not in results.other_metrics_sentence(
        single_run_row(results.record_with_run(EMPTY, row, "cpu", new_run))
    )


def test_only_finite_measures_are_kept():
    figures = {
        "error": 0.02,
        "n": 359,
        "classes": ["0"],
        "caveat": "words",
        "worst": math.nan,
        "there": True,
        "gone": None,
    }
    assert results.numeric_figures(figures) == {"error": 0.02}
    assert results.numeric_figures({"cluster_error": 0.5, "n": 9, "validation": 60_000}) == {
        "cluster_error": 0.5,
        "validation": 60_000.0,
    }


def write_results(tmp_path, text):
    (tmp_path / results.JSON_FILE).write_text(text)
    return tmp_path


GOOD = {"experiment": "tiny", "budget": "cpu", "settings": {}, "runs": []}


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "[]",
        json.dumps({"format": 1, "rows": {}}),
        json.dumps({"format": 1, "rows": [None]}),
        json.dumps({"format": 1, "rows": [GOOD | {"experiment": 3}]}),
        json.dumps({"format": 1, "rows": [GOOD | {"settings": None}]}),
        json.dumps({"format": 1, "rows": [GOOD | {"runs": [{"seed": 0}]}]}),
        json.dumps({"format": 1, "rows": [GOOD | {"runs": [{**a_run().__dict__, "value": "2.0"}]}]}),
        json.dumps({"format": 1, "rows": [GOOD | {"runs": [{**a_run().__dict__, "measures": []}]}]}),
    ],
)
def test_a_damaged_table_is_told_in_a_sentence(tmp_path, record):
    with pytest.raises(DataError, match=f"{results.JSON_FILE}.*restore it from a copy"):
        results.read_results(write_results(tmp_path, record))


def test_no_table_is_an_empty_one(tmp_path):
    assert results.read_results(tmp_path) == EMPTY
    assert all(row.text == "not run" for row in results.result_rows(results.read_results(tmp_path), "cpu"))


def test_the_projects_own_table_can_be_read_and_its_page_is_made_from_it():
    record = results.read_results()
    page = (results.RESULTS_FOLDER / results.MARKDOWN_FILE).read_text()
    assert results.render_markdown(record) == page, (
        "write it again: from aae_core.reproduce import results; results.write_results(results.read_results())"
    )
    assert {row["experiment"] for row in record["rows"]} <= set(EXPERIMENTS)


def test_the_summary_holds_the_short_table_of_what_was_run():
    def result_text(row):
        words = f"{row.text} ({len(row.counted_runs)}){'' if row.is_current else ' (former recipe)'}"
        if row.experiment.figure.key == "cluster_error":
            majority_error = np.mean([100 * run.measures["cluster_error_majority"] for run in row.counted_runs])
            words += f"; by majority {majority_error:.2f}"
        return words

    lines = ["| experiment | ours | images not moved | the paper's | minutes a run |", "|---|--:|--:|--:|--:|"]
    rows_with_runs = [row for row in results.result_rows(results.read_results(), "cpu") if row.runs]
    unmoved_texts = {row.experiment.augmented_experiment: result_text(row) for row in rows_with_runs}
    for row in (row for row in rows_with_runs if not row.experiment.augmented_experiment):
        name = row.experiment.name
        unmoved_text = (
            unmoved_texts.get(name, "–") if f"{name}-unmoved" in EXPERIMENTS else result_text(row)
        )  # it moves none
        cells = row.experiment.title, result_text(row), unmoved_text, row.experiment.paper or "–"
        lines.append(f"| {' | '.join(cells)} | {row.mean_minutes:.0f} |")
    assert "\n".join(lines) + "\n" in (results.RESULTS_FOLDER / "summary.md").read_text(encoding="utf-8")


def test_the_readme_holds_ours_and_the_paper_s():
    """The experiments of the paper's models, without those that compare with them."""
    rows = [
        row
        for row in results.result_rows(results.read_results(), "cpu")
        if row.runs
        and not row.experiment.augmented_experiment
        and not row.experiment.name.startswith(("plain", "swap"))
    ]
    lines = ["| experiment | ours | the paper's |", "|---|--:|--:|"]
    lines += [f"| {row.experiment.title} | {row.text} | {row.experiment.paper or '–'} |" for row in rows]
    assert len(rows) == 10
    assert "\n".join(lines) + "\n" in (results.RESULTS_FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
