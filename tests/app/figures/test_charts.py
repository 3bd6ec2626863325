"""Figures say what the arrays say."""

import numpy as np
import plotly.graph_objects as go
import pytest

from aae_core.config.settings import PriorConfig
from aae_core.latent import maps
from aae_core.models.priors import families
from app.figures import charts, plane


def by_name(fig):
    return {trace.name: trace for trace in fig.data}


def test_a_frame_holds_prior_and_nearly_all_codes():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 10, (4000, 2))
    frame = plane.square_around_prior_and_points(points, (0.0, 0.0), 3.0, ("a", "b"))
    assert np.mean(np.abs(points).max(axis=1) <= frame.half) > 0.97 and frame.half > 20
    assert plane.square_around_prior_and_points(points / 100, (0.0, 0.0), 3.0, ("a", "b")).half == 3.0
    assert plane.square_around_prior_and_points(np.array([[np.nan, 1.0]]), (0.0, 0.0), 3.0, ("a", "b")).half == 3.0


def test_histograms_draw_codes_and_prior_of_each_dimension():
    prior = families.make_prior(PriorConfig(), 5)
    codes = np.random.default_rng(0).normal(size=(500, 5)).astype(np.float32)
    dimension_histograms = maps.dimension_histograms(codes, prior)
    fig = charts.histogram_grid(dimension_histograms[3:], first=3)
    assert [a.text for a in fig.layout.annotations] == ["z₄", "z₅"]
    bars, lines = fig.data[::2], fig.data[1::2]
    assert np.allclose(bars[1].y, dimension_histograms[4].codes) and np.allclose(
        lines[1].y, dimension_histograms[4].prior
    )
    assert np.isclose(np.sum(np.array(bars[0].y) * np.array(bars[0].width)), 1.0)


def test_class_bars_count_the_labelled():
    bars = charts.class_count_bars(np.array([0, 1, 1, -1]), ("cat", "dog", "cow")).data[0]
    assert list(bars.y) == [1, 2, 0] and list(bars.x) == ["cat", "dog", "cow"]


def test_the_contours_of_a_gaussian_hold_the_mass_they_say():
    """In 2-D the share of N(0, I) within radius r is 1 − exp(−r²/2)."""
    frame = plane.VisibleSquare((0.0, 0.0), 3.5, ("a", "b"))
    x, y, share = plane.denser_prior_mass_grid(families.make_prior(PriorConfig(), 2), frame)
    radius = np.hypot(*np.meshgrid(x, y))
    assert np.abs(share - (1 - np.exp(-(radius**2) / 2))).max() < 0.02


def test_a_uniform_prior_has_one_contour_at_its_edge():
    frame = plane.VisibleSquare((0.0, 0.0), 2.5, ("a", "b"))
    x, y, share = plane.denser_prior_mass_grid(families.make_prior(PriorConfig("uniform"), 2), frame)
    interior = np.maximum(*np.abs(np.meshgrid(x, y))) < np.sqrt(3)
    assert np.allclose(share[interior], 0.5) and np.allclose(share[~interior], 1.0)


def test_planes_show_a_pair_a_line_and_the_principal_directions():
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(300, 4)) * [1, 5, 1, 3]
    prior, draws = families.make_prior(PriorConfig(), 4), rng.normal(size=(50, 4))
    pair_plane = plane.coordinate_plane(codes, draws, prior, 3, 1)
    assert np.array_equal(pair_plane.points, codes[:, [3, 1]]) and pair_plane.visible_square.axes == ("z₄", "z₂")
    pca_plane = plane.projection_plane(codes, draws, maps.pca_plane(codes))
    assert pca_plane.points.std(axis=0) == pytest.approx([5, 3], rel=0.15) and pca_plane.samples.shape == (50, 2)
    assert [name.partition(",")[0] for name in pca_plane.visible_square.axes] == [
        "1st principal direction",
        "2nd principal direction",
    ]
    line_plane = plane.coordinate_plane(codes[:, :1], draws[:, :1], families.make_prior(PriorConfig(), 1), 0, 0)
    assert (
        np.array_equal(line_plane.points[:, 0], codes[:, 0])
        and np.abs(line_plane.points[:, 1]).max() < line_plane.visible_square.half
    )
    assert plane.plane_of_tsne_layout(codes[:, :2]).samples is None


def test_an_enlarged_chart_is_a_copy_with_larger_letters_and_markers():
    figure = go.Figure(go.Scatter(x=[2.0, 0.0], y=[0.0, 2.0], name="dog", marker={"size": 6}))
    figure.add_annotation(text="dog", font={"size": 15})
    figure.update_layout(height=400, margin={"b": 8}, xaxis={"range": (-6, 6)})
    enlarged_figure = charts.enlarge_figure(figure, 1.5)
    axis = enlarged_figure.layout.xaxis
    assert (enlarged_figure.layout.font.size, axis.tickfont.size, axis.title.font.size) == (18, 18, 18)
    assert by_name(enlarged_figure)["dog"].marker.size == 9 and by_name(figure)["dog"].marker.size == 6
    assert [note.font.size for note in enlarged_figure.layout.annotations] == [22.5]
    assert [note.font.size for note in figure.layout.annotations] == [15]
    assert enlarged_figure.layout.height > figure.layout.height and axis.range == figure.layout.xaxis.range
    assert list(by_name(enlarged_figure)["dog"].x) == [2.0, 0.0]
