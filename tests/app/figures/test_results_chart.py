"""The chart of the page Results, of the app and of a site."""

import re

import pytest
from helpers.tiny_experiments import EXEMPLAR, tiny_experiment

from aae_core.reproduce import experiments, results
from aae_core.reproduce.experiments import Figure
from app.figures import results_chart
from app.figures.results_chart import OWN, PAPER, UNMOVED, Axis, Comparison


def result_row(experiment, *values):
    runs = [
        results.ExperimentRun(100 + k, "gone", value, 1.0, 1.0, 10, "a processor", "2026-01-01", {})
        for k, value in enumerate(values)
    ]
    return results.ResultRow(experiment, "cpu", {}, tuple(runs))


def marks(html, series):
    """Where the marks of a kind stand, in per cent of the axis."""
    return [
        float(position) for position in re.findall(rf'class="rc-mark {series.css_class}" style="left:([\d.]+)%', html)
    ]


def lines(html, series):
    """Where the intervals of a kind begin and end, in per cent of the axis."""
    matches = re.findall(rf'class="rc-line {series.css_class}" style="left:([\d.]+)%;width:([\d.]+)%', html)
    return [(float(position), float(position) + float(width)) for position, width in matches]


def test_a_row_has_our_mean_its_interval_and_the_papers_figure():
    row = result_row(tiny_experiment(paper="1.90 ± 0.10"), 2.1, 2.3, 2.6)
    html = results_chart.chart_html([Comparison(row, result_row(tiny_experiment("still"), 3.5))])
    low, high = row.confidence_interval
    axis = Axis(low, 3.5, True)
    assert marks(html, OWN) == pytest.approx([axis.place(row.value)], abs=0.1)
    assert lines(html, OWN) == [pytest.approx((axis.place(low), axis.place(high)), abs=0.1)]
    assert lines(html, PAPER) == [pytest.approx((axis.place(1.8), axis.place(2.0)), abs=0.1)]
    assert marks(html, PAPER) == pytest.approx([axis.place(1.9)], abs=0.1)
    assert marks(html, UNMOVED) == [97]
    assert 'title="The paper: 1.90 ± 0.10 %"' in html


def test_an_axis_has_round_numbers_and_room_at_its_ends():
    assert Axis(0.4, 25, True).ticks() == [0.5, 1, 2, 5, 10, 20]
    assert Axis(337.8, 343.6, False).ticks() == [338, 339, 340, 341, 342, 343]
    assert [Axis(2, 6, False).place(value) for value in (2, 4, 6)] == [3, 50, 97]


def test_an_interval_that_reaches_zero_ends_where_the_axis_begins():
    html = results_chart.chart_html(
        [Comparison(result_row(tiny_experiment(), 1.0, 9.0)), Comparison(result_row(tiny_experiment("b"), 0.5))]
    )
    (start, _), _ = lines(html, OWN)
    assert start == 3, "the lowest of all figures is where an error's axis begins"


@pytest.mark.parametrize("value", [0.0, 5.0])
@pytest.mark.parametrize("key", ["error", "region_accuracy"])
def test_a_single_figure_has_an_axis_even_if_it_is_zero(key, value):
    figure = Figure("a figure", "in words", key, "%")
    html = results_chart.chart_html([Comparison(result_row(tiny_experiment("one", figure=figure, paper=""), value))])
    (place,) = marks(html, OWN)
    assert 0 < place < 100


def test_figures_of_different_kinds_have_axes_of_their_own():
    nats = Figure("log-likelihood", "likelihood", "log_likelihood", "nats")
    rows = [tiny_experiment(), tiny_experiment("clusters", figure=EXEMPLAR), tiny_experiment("likelihood", figure=nats)]
    html = results_chart.chart_html([Comparison(result_row(row, 5.0)) for row in rows])
    assert [panel.count("rc-track") for panel in html.split('<div class="rc-panel">')[1:]] == [2, 1]
    assert html.count("rc-ticks") == 2


def test_the_legend_names_only_the_kinds_that_are_there():
    html = results_chart.chart_html([Comparison(result_row(tiny_experiment(), 5.0))])
    assert OWN.name in html and f"</i>{PAPER.name}" not in html and UNMOVED.name not in html


def test_without_any_run_the_names_of_the_experiments_remain():
    html = results_chart.chart_html([Comparison(result_row(tiny_experiment()))])
    assert "Title of tiny" in html and "rc-ticks" not in html


def test_a_title_cannot_become_markup():
    row = result_row(tiny_experiment("<b>bold"), 5.0)
    assert "<b>bold" not in results_chart.chart_html([Comparison(row)])


def test_every_experiment_has_a_place_in_the_chart():
    keys = {key for panel in results_chart.PANELS for key in panel.keys}
    assert {experiment.figure.key for experiment in experiments.EXPERIMENTS.values()} <= keys


def test_the_alternative_text_says_every_figure_or_that_there_is_none():
    row, row_without_runs = result_row(tiny_experiment(paper="1.90 ± 0.10"), 2.1), result_row(tiny_experiment("other"))
    text = results_chart.alt_text([Comparison(row), Comparison(row_without_runs)])
    assert "Title of tiny: This project 2.10 %, The paper 1.90 ± 0.10 %" in text
    assert "Title of other: not run" in text
