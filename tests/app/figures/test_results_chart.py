"""The chart of the page Results."""

import numpy as np
import pytest

pytest.importorskip("plotly")
from helpers.tiny_experiments import EXEMPLAR, tiny

from aae_core.reproduce import experiments, results
from aae_core.reproduce.experiments import Figure
from app.figures import results_chart
from app.figures.results_chart import Comparison


def measured(experiment, *values):
    runs = [
        results.ExperimentRun(100 + k, "gone", value, 1.0, 1.0, 10, "a processor", "2026-01-01", {})
        for k, value in enumerate(values)
    ]
    return results.ResultRow(experiment, "cpu", {}, tuple(runs))


def traces(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_a_row_has_our_mean_its_interval_and_the_papers_figure():
    row = measured(tiny(paper="1.90 ± 0.10"), 2.1, 2.3, 2.6)
    unmoved = measured(tiny("still"), 3.5)
    figure = results_chart.results_figure([Comparison(row, unmoved)])
    (ours,), (still,), (paper,) = (
        traces(figure, series.name) for series in (results_chart.OWN, results_chart.UNMOVED, results_chart.PAPER)
    )
    low, high = row.confidence_interval
    assert ours.x[0] == pytest.approx(7 / 3, abs=1e-6)
    np.testing.assert_allclose(ours.x[0] - np.array(ours.error_x.arrayminus), low)
    np.testing.assert_allclose(ours.x[0] + np.array(ours.error_x.array), high)
    assert (still.x[0], still.error_x.array[0]) == (3.5, 0)
    assert paper.x[0] == 1.9 and paper.error_x.array[0] == pytest.approx(0.1)
    assert ours.y[0] < still.y[0] < paper.y[0], "the marks of a row lie apart"


def test_an_interval_that_reaches_zero_ends_where_the_axis_begins():
    figure = results_chart.results_figure([Comparison(measured(tiny(), 1.0, 9.0))])
    (ours,) = traces(figure, results_chart.OWN.name)
    assert ours.x[0] - ours.error_x.arrayminus[0] == pytest.approx(results_chart.LOWEST_ERROR)


def test_figures_of_different_kinds_have_axes_of_their_own():
    nats = Figure("log-likelihood", "likelihood", "log_likelihood", "nats")
    rows = [tiny(), tiny("clusters", figure=EXEMPLAR), tiny("likelihood", figure=nats)]
    figure = results_chart.results_figure([Comparison(measured(row, 5.0)) for row in rows])
    assert [trace.xaxis for trace in figure.data] == ["x", "x2"] and len(figure.data[0].x) == 2
    assert [trace.showlegend for trace in figure.data] == [True, False]


def test_every_experiment_has_a_place_in_the_chart():
    keys = {key for panel in results_chart.PANELS for key in panel.keys}
    assert {experiment.figure.key for experiment in experiments.EXPERIMENTS.values()} <= keys


def test_the_alternative_text_says_every_figure_or_that_there_is_none():
    row, unrun = measured(tiny(paper="1.90 ± 0.10"), 2.1), measured(tiny("other"))
    text = results_chart.alt_text([Comparison(row), Comparison(unrun)])
    assert "Title of tiny: This project 2.10 %, The paper 1.90 ± 0.10 %" in text
    assert "Title of other: not run" in text
