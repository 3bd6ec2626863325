import math

import pytest

from app.figures import curves


def rows(n, losses=None, measures=None):
    def part(columns, i):
        return {key: f(i) for key, f in (columns or {}).items()}

    return [
        {"step": 10 * (i + 1), "epoch": (i + 1) / 10, "losses": part(losses, i), "measures": part(measures, i)}
        for i in range(n)
    ]


def single_run(rows, n_discriminators=1):
    return [curves.RunMetrics("A", rows, n_discriminators)]


def panel(title):
    return next(p for p in curves.PANELS if p.title == title)


def test_only_panels_with_values_are_shown():
    titles = [p.title for p in curves.visible_panels(single_run(rows(3, {"reconstruction": float}, {"holes": float})))]
    assert titles == ["Reconstruction loss", "Holes"]
    assert (
        curves.visible_panels(single_run([])) == []
        and curves.visible_panels(single_run([{"step": 1, "epoch": 0.1, "losses": {}}])) == []
    )


def test_a_phase_and_a_measure_of_one_name_are_not_confused():
    data = rows(2, {"reconstruction": lambda i: 5.0}, {"reconstruction": lambda i: 9.0})
    assert curves.curve_points(data, panel("Reconstruction loss").lines[0])[1] == [5.0, 5.0]


def test_points_are_epochs_and_values_without_gaps_and_nans():
    data = rows(6, measures={"mmd2": lambda i: [0.5, math.nan, None, 10**400, True, 0.25][i]})
    assert curves.curve_points(data, curves.Line("measures", "mmd2", "MMD²")) == ([0.1, 0.6], [0.5, 0.25])


@pytest.mark.parametrize("n", [1, 399, 400, 401, 12345])
def test_thinning_keeps_order_first_and_last(n):
    row_numbers = curves.thin_out_rows(list(range(n)), curves.MOST_POINTS)
    assert len(row_numbers) == min(n, curves.MOST_POINTS)
    assert row_numbers[0] == 0 and row_numbers[-1] == n - 1
    assert row_numbers == sorted(set(row_numbers))


def test_the_adversary_is_drawn_with_its_equilibrium():
    data = rows(20, {"discrimination": lambda i: 1.2, "generation": lambda i: 0.8})
    figure = curves.panel_figure(single_run(data), panel("Adversary's losses"), ["#111111", "#222222"])
    assert [trace.name for trace in figure.data] == ["D", "encoder against D"]
    # Jensen–Shannon game (Goodfellow et al. 2014): at D = 1/2 the value is −log 4
    assert sorted(shape.y0 for shape in figure.layout.shapes) == pytest.approx([math.log(2), math.log(4)])
    low, high = figure.layout.yaxis.range
    assert low <= 0 and high > math.log(4)


def test_the_losses_of_two_judges_have_twice_the_equilibrium():
    data = rows(20, {"discrimination": lambda i: 2.6, "generation": lambda i: 1.5, "classification": lambda i: 0.1})
    panels = {p.title: p for p in curves.visible_panels(single_run(data, n_discriminators=2))}
    assert list(panels) == ["Adversary's losses", "Classification loss"]
    figure = curves.panel_figure(
        single_run(data, n_discriminators=2), panels["Adversary's losses"], ["#111111", "#222222"]
    )
    assert sorted(shape.y0 for shape in figure.layout.shapes) == pytest.approx([math.log(4), math.log(16)])
    assert figure.layout.yaxis.range[1] >= 4


def test_the_error_is_that_of_classes_or_of_clusters():
    for key, title in (("error", "classes"), ("cluster_error", "clusters")):
        data = rows(4, measures={key: lambda i: 0.3 - 0.05 * i})
        (error_panel,) = curves.visible_panels(single_run(data))
        figure = curves.panel_figure(single_run(data), error_panel, ["#111111", "#222222"])
        assert error_panel.title == "Error on held-out labels" and [trace.name for trace in figure.data] == [title]
        assert list(figure.data[0].y) == pytest.approx([0.3, 0.25, 0.2, 0.15])


def test_the_axis_gives_way_to_values_beyond_its_limits():
    data = rows(3, measures={"discriminator_accuracy": lambda i: [0.1, 0.5, 0.9][i]})
    low, high = curves.panel_figure(single_run(data), panel("D's accuracy"), ["#111111"]).layout.yaxis.range
    assert low < 0.1 and high >= 1.0


def test_an_estimate_below_zero_is_zero_on_the_chart():
    data = rows(3, measures={"mmd2": lambda i: [-0.002, 0.0, 0.001][i]})
    figure = curves.panel_figure(single_run(data), panel("MMD², codes to prior"), ["#111111"])
    assert list(figure.data[0].y) == [0.0, 0.0, 0.001]


def test_a_wild_start_does_not_flatten_the_rest():
    data = rows(100, {"discrimination": lambda i: 900.0 if i < 2 else 1.4, "generation": lambda i: 0.7})
    _, high = curves.panel_figure(
        single_run(data), panel("Adversary's losses"), ["#111111", "#222222"]
    ).layout.yaxis.range
    assert 1.4 < high < 3


def test_a_distance_to_the_prior_stands_beside_the_losses():
    data = rows(4, dict.fromkeys(("reconstruction", "discrimination", "generation"), float), {"mmd2": float})
    titles = [p.title for p in curves.visible_panels(single_run(data))]
    assert titles == ["Adversary's losses", "MMD², codes to prior", "Reconstruction loss"], "drawn two in a row"


def test_curves_of_two_runs_stand_on_one_axis_each_in_its_colour():
    adversarial_rows = rows(
        20,
        {"reconstruction": lambda i: 9.0, "discrimination": lambda i: 1.2, "generation": lambda i: 0.8},
        {"reconstruction": lambda i: 8.0},
    )
    plain_rows = rows(20, {"reconstruction": lambda i: -100.0}, {"reconstruction": lambda i: 6.0})
    runs = [curves.RunMetrics('<b>"A"</b>', adversarial_rows, 1), curves.RunMetrics("V", plain_rows, 1)]
    adversary, error = curves.visible_panels(runs)
    figure = curves.panel_figure(runs, error, ["#111111", "#222222"])
    assert [(t.name, t.line.color, set(t.y)) for t in figure.data] == [
        ('&lt;b&gt;"A"&lt;/b&gt;', "#111111", {8.0}),
        ("V", "#222222", {6.0}),
    ]
    figure = curves.panel_figure(runs, adversary, ["#111111", "#222222"])
    assert [(t.line.color, t.line.dash) for t in figure.data] == [("#111111", "solid"), ("#111111", "dash")]
    assert len(figure.layout.shapes) == 2, "the goals of the one that has them"


def test_runs_of_one_and_of_two_judges_have_no_goal_in_common():
    data = rows(20, {"discrimination": lambda i: 2.6, "generation": lambda i: 1.5})
    (adversary_panel,) = curves.visible_panels([curves.RunMetrics("A", data, 1), curves.RunMetrics("B", data, 2)])
    assert not curves.panel_figure(
        [curves.RunMetrics("A", data, 1), curves.RunMetrics("B", data, 2)], adversary_panel, ["#111111", "#222222"]
    ).layout.shapes
