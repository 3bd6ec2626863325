"""Projections, densities and D's surface against scikit-learn, SciPy and closed forms."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import pdist
from sklearn.decomposition import PCA
from torch import nn

from aae_core.config.configuration import configure
from aae_core.config.settings import PriorConfig
from aae_core.errors import ConfigError
from aae_core.latent import maps
from aae_core.models.model import Model
from aae_core.models.priors import families


def codes(n=200, dims=4, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, dims)) @ rng.normal(size=(dims, dims)) + 3).astype(np.float32)


@pytest.mark.parametrize("dims", [2, 4, 15])
def test_pca_is_scikit_learns_up_to_sign(dims):
    z = codes(dims=dims)
    plane, pca = maps.pca_plane(z), PCA(2).fit(z)
    expected = pca.transform(z)
    expected *= np.sign((expected * plane.forward(z)).sum(0))
    assert np.allclose(plane.forward(z), expected, atol=1e-4)
    assert plane.share == pytest.approx(pca.explained_variance_ratio_, abs=1e-5)
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-6)


def test_pca_does_not_flip_with_the_order_of_the_codes():
    z = codes()
    axes = maps.pca_plane(z).axes
    assert np.allclose(axes, maps.pca_plane(z[::-1].copy()).axes, atol=1e-4)
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in axes)


@pytest.mark.parametrize("count", [3, 10])
def test_the_circle_has_the_heads_evenly_round_the_origin(count):
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(count, count)))[0]
    for heads in (10 * np.eye(count), 7 * turn):
        plane = maps.head_circle_plane(heads)
        places = plane.forward(heads)
        radius = np.linalg.norm(places, axis=1)
        assert np.allclose(radius, radius[0], rtol=1e-5)
        angles = np.unwrap(np.arctan2(places[:, 1], places[:, 0]))
        assert np.allclose(angles, 2 * np.pi * np.arange(count) / count, atol=1e-5)
        assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-6)


@pytest.mark.parametrize("heads", [np.eye(2), np.zeros((0, 3)), np.zeros((3, 3)), np.diag([1, 2, 1]), np.ones((3, 3))])
def test_heads_that_lie_on_no_circle_are_refused(heads):
    with pytest.raises(ConfigError, match="circle of heads"):
        maps.head_circle_plane(heads)


@pytest.mark.parametrize(
    "make",
    [
        lambda z: maps.pca_plane(z),
        lambda z: maps.head_circle_plane(2 * np.eye(4)),
        lambda z: maps.dimension_plane(4, 3, 1),
    ],
)
def test_inverse_undoes_forward_and_keeps_the_unseen(make):
    z = codes()
    projection = make(z)
    points = np.array([[0.5, -2.0], [0.0, 0.0]])
    assert np.allclose(projection.forward(projection.inverse(points)), points, atol=1e-4)
    assert np.allclose(projection.forward(projection.inverse(points, base=z[5])), points, atol=1e-4)
    # the code itself comes back from its own point and itself as base
    assert np.allclose(projection.inverse(projection.forward(z[5:6]), base=z[5]), z[5:6], atol=1e-4)


def test_pair_keeps_the_other_dimensions():
    inverse = maps.dimension_plane(4, 2, 0).inverse([[7.0, 8.0]], base=[1.0, 2.0, 3.0, 4.0])
    assert inverse.tolist() == [[8.0, 2.0, 7.0, 4.0]]
    assert maps.dimension_plane(4, 2, 0).inverse([[7.0, 8.0]]).tolist() == [[8.0, 0.0, 7.0, 0.0]]


def test_one_dimension_is_a_line():
    for projection in (maps.dimension_plane(1, 0, 0), maps.pca_plane([[1.0], [3.0]])):
        assert projection.forward([[2.5]])[0, 1] == 0
        assert projection.inverse(projection.forward([[2.5]])).tolist() == [[2.5]]


def test_tsne_repeats_and_keeps_clusters():
    rng = np.random.default_rng(0)
    z = np.concatenate([rng.normal(0, 0.1, (30, 5)), rng.normal(10, 0.1, (30, 5))])
    laid = maps.tsne_layout(z)
    assert laid.shape == (60, 2) and np.array_equal(laid, maps.tsne_layout(z))
    nearest = np.argsort(((laid[:, None] - laid) ** 2).sum(-1), axis=1)[:, 1]
    assert ((nearest < 30) == (np.arange(60) < 30)).all()


def test_tsne_takes_equal_codes_and_few():
    assert np.isfinite(maps.tsne_layout(np.zeros((4, 3)))).all()
    assert np.isfinite(maps.tsne_layout(np.arange(8.0)[:, None])).all()


def test_square_by_hand():
    grid = maps.zero_grid(2.0, 4, centre=(10.0, 0.0))
    assert grid.x.tolist() == [8.5, 9.5, 10.5, 11.5] and grid.y.tolist() == [-1.5, -0.5, 0.5, 1.5]
    assert grid.points[1].tolist() == [9.5, -1.5], "the column moves first"


def test_density_is_scipys_kernel_density():
    rng = np.random.default_rng(1)
    points = rng.normal([0.5, -0.3], [1.0, 0.4], (3000, 2))
    grid = maps.density_grid(points, 3.0, 128)
    width, height = points.std(0) * len(points) ** (-1 / 6)
    # n×N: each point's kernel along x, and along y
    x_kernels = stats.norm.pdf(grid.x[:, None], points[:, 0], width)
    y_kernels = stats.norm.pdf(grid.y[:, None], points[:, 1], height)
    exact = y_kernels @ x_kernels.T / len(points)
    assert np.abs(grid.values - exact).max() < 0.02 * exact.max()
    full = stats.gaussian_kde(points.T)(grid.points.T).reshape(128, 128)
    assert np.abs(grid.values - full).max() < 0.05 * full.max()


def test_density_integrates_to_the_share_inside():
    rng = np.random.default_rng(2)
    points = rng.normal(size=(20_000, 2))
    grid = maps.density_grid(points, 1.0, 64)
    width = points.std(0) * len(points) ** (-1 / 6)
    inside = (stats.norm.cdf((1 - points) / width) - stats.norm.cdf((-1 - points) / width)).prod(1).mean()
    assert grid.values.sum() * (2 / 64) ** 2 == pytest.approx(inside, abs=0.001)
    corner = maps.density_grid(points, 1.0, 64, centre=(1.0, 2.0))
    assert corner.values[:, 0].sum() > corner.values[:, -1].sum() and corner.values[0].sum() > corner.values[-1].sum()


def test_density_of_odd_points():
    assert maps.density_grid(np.zeros((0, 2)), 1.0, 8).values.sum() == 0
    single = maps.density_grid([[0.3, -0.6]], 1.0, 4)
    assert np.flatnonzero(single.values).tolist() == [0 * 4 + 2]
    assert np.isfinite(maps.density_grid([[1e6, -1e6], [0.1, 0.1]], 1e-6, 512).values).all()


class Ramp(nn.Module):
    """D whose logit is 3·z₀ + z₂."""

    def forward(self, z):
        return 3 * z[:, :1] + (z[:, 2:3] if z.shape[1] > 2 else 0)


def build(variant="aae", **settings):
    config = configure(variant=variant, **{"network.hidden": (8,), "network.discriminator": (8,)} | settings)
    model = Model(config, (1, 4, 4), 3)
    model.initialise(0)
    return model


def test_judge_grid_is_the_sigmoid_of_the_logit():
    model = build(latent_dim=3)
    model.discriminator = Ramp()
    grid = maps.discriminator_grid(model, 2.0, 5, projection=maps.dimension_plane(3, 1, 0), base=[0.0, 0.0, -1.0])
    expected = 1 / (1 + np.exp(-(3 * grid.y[:, None] - 1 + 0 * grid.x)))
    assert np.allclose(grid.values, expected, atol=1e-6)


def test_judge_grid_needs_an_adversary():
    with pytest.raises(ConfigError, match="no discriminator"):
        maps.discriminator_grid(build("vae"), 2.0)


def test_histograms_are_densities_in_shared_bins():
    prior = families.make_prior(PriorConfig("gaussian"), 3)
    z = codes(dims=3)
    dimension_histograms = maps.dimension_histograms(z, prior)
    assert len(dimension_histograms) == 3
    for j, h in enumerate(dimension_histograms):
        assert h.edges[0] <= z[:, j].min() and h.edges[-1] >= z[:, j].max()
        assert (h.codes * np.diff(h.edges)).sum() == pytest.approx(1)
        exact = np.diff(stats.norm.cdf(h.edges)) / np.diff(h.edges)
        assert np.abs(h.prior - exact).max() < 0.03


@pytest.mark.parametrize("has_difference", [False, True])
@pytest.mark.parametrize("middle", [0.0, -3.0, 1e5])
@pytest.mark.filterwarnings("error")
def test_codes_that_are_all_alike_have_a_histogram_without_a_prior_too(middle, has_difference):
    z = np.full((10, 2), middle, np.float32)
    z[0] = np.nextafter(np.float32(middle), np.float32(9)) if has_difference else middle
    for h in maps.dimension_histograms(z, None):
        assert (h.codes * np.diff(h.edges)).sum() == pytest.approx(1)
        assert h.edges[0] <= z.min() <= z.max() <= h.edges[-1]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, -1e7, "a lot", None, 10**400, [1.0, 2.0]])
def test_absurd_numbers_are_one_sentence(value):
    for call in (
        lambda: maps.zero_grid(value, 8),
        lambda: maps.dimension_plane(2).forward([[value, 0.0]]),
        lambda: maps.dimension_plane(2).inverse([[value, 0.0]]),
        lambda: maps.density_grid([[0.0, 0.0]], 1.0, 8, centre=(value, 0.0)),
    ):
        with pytest.raises(ConfigError) as error:
            call()
        assert str(error.value).endswith(".") and "\n" not in str(error.value) and len(str(error.value)) < 200


@pytest.mark.parametrize(
    "call",
    [
        lambda: maps.zero_grid(0.0, 8),
        lambda: maps.zero_grid(1.0, 1),
        lambda: maps.zero_grid(1.0, 100_000),
        lambda: maps.zero_grid(1.0, 2.5),
        lambda: maps.dimension_plane(3, 1, 1),
        lambda: maps.dimension_plane(3, 0, 3),
        lambda: maps.dimension_plane(3, -1, 2),
        lambda: maps.pca_plane([[1.0, 2.0]]),
        lambda: maps.pca_plane([1.0, 2.0]),
        lambda: maps.tsne_layout(np.zeros((3, 2))),
        lambda: maps.tsne_layout(np.zeros((6000, 2))),
        lambda: maps.dimension_plane(3).forward([[1.0, 2.0]]),
        lambda: maps.dimension_plane(3).inverse([[1.0, 2.0]], base=[1.0, 2.0]),
        lambda: maps.dimension_histograms(np.zeros((0, 2)), families.make_prior(PriorConfig(), 2)),
    ],
)
def test_wrong_shapes_and_sizes_are_one_sentence(call):
    with pytest.raises(ConfigError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_distances_survive_a_full_projection():
    z = codes(dims=2)
    assert np.allclose(pdist(maps.pca_plane(z).forward(z)), pdist(z), atol=1e-4)
