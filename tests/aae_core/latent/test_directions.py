"""Directions of the latent space against scikit-learn and closed forms."""

import math

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_config
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from aae_core.errors import ConfigError
from aae_core.latent import directions
from aae_core.models.model import Model

WIDTHS = np.array([0.5, 3.0, 1.0], np.float32)  # standard deviations of an axis-aligned Gaussian


def gaussian(n=20_000, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 3)).astype(np.float32) * WIDTHS + np.float32([1, -2, 0])


def linear(weight):
    """A model whose decoder is x̂ = sigmoid(W z), W P×d, with so small a W that it is ½ + W z / 4."""
    model = Model(toy_config(latent_dim=weight.shape[1]), (1, 2, len(weight) // 2), 0)
    model.decoder_logits = lambda z, y=None: (z.double() @ torch.from_numpy(weight).T).reshape(len(z), 1, 2, -1)
    return model


def test_the_principal_directions_of_an_axis_aligned_gaussian_are_its_axes():
    principal_directions = directions.principal_directions(gaussian())
    assert [item.name for item in principal_directions] == [f"Principal direction {k}" for k in (1, 2, 3)]
    for item, axis in zip(principal_directions, (1, 2, 0), strict=True):
        np.testing.assert_allclose(item.centre, [1, -2, 0], atol=0.05)
        np.testing.assert_allclose(item.step, WIDTHS[axis] * np.eye(3)[axis], atol=0.05)
        assert item.share == pytest.approx(WIDTHS[axis] ** 2 / np.square(WIDTHS).sum(), abs=0.01)


@pytest.mark.parametrize("dims", [1, 5, 20])
def test_principal_directions_are_scikit_learns(dims):
    rng = np.random.default_rng(1)
    z = (rng.normal(size=(300, dims)) @ rng.normal(size=(dims, dims))).astype(np.float32)
    result, pca = directions.principal_directions(z), PCA().fit(z)
    assert len(result) == min(dims, directions.MAX_PRINCIPAL)
    for k, entry in enumerate(result):
        expected = pca.components_[k] * math.sqrt(pca.explained_variance_[k])
        np.testing.assert_allclose(np.abs(entry.step), np.abs(expected), rtol=1e-3, atol=1e-4)
        assert entry.share == pytest.approx(pca.explained_variance_ratio_[k], rel=1e-4)


def test_a_dimension_without_any_spread_is_no_direction():
    z = gaussian(50)
    z[:, 2] = 7
    assert len(directions.principal_directions(z)) == 2 and not directions.principal_directions(np.ones((4, 2)))


def test_a_linear_decoder_is_ordered_by_the_length_of_its_columns():
    weight = 1e-3 * np.random.default_rng(0).normal(size=(8, 3)) @ np.diag([1.0, 0.1, 5.0])
    z = gaussian(500)
    actual = directions.find_directions(linear(weight), z)
    for element in actual:
        assert element.change == pytest.approx(np.linalg.norm(weight @ element.step) / 4 / math.sqrt(8), rel=1e-3)
    assert [element.name[-1] for element in actual] == ["2", "3", "1"]  # the largest variance changes least
    assert directions.measure_changes(linear(weight), [scale_direction(actual[0], 2.0)], z)[0].change == pytest.approx(
        2 * actual[0].change, rel=1e-3
    )


def scale_direction(direction, factor):
    return directions.Direction(direction.name, direction.centre, np.float32(factor) * direction.step)


def test_from_one_group_to_another_is_the_difference_of_their_means():
    a, b = gaussian(7, seed=1), gaussian(30, seed=2) + 2
    direction = directions.direction_between(a, b)
    codes = direction.codes_at([0, 1, 0.5])
    np.testing.assert_allclose(codes, [a.mean(0), b.mean(0), (a.mean(0) + b.mean(0)) / 2], atol=1e-5)
    codes = direction.codes_at([-1, 0.25, 3])
    np.testing.assert_allclose(direction.coordinate_of_codes(codes), [-1, 0.25, 3], atol=1e-5)
    z = gaussian(1, seed=5)[0]
    coordinate = direction.coordinate_of_codes(z)
    moved_code = direction.codes_at(coordinate + 1, base=z)[0]  # from where it is, along the direction alone
    np.testing.assert_allclose(moved_code - z, direction.step, atol=1e-5)
    np.testing.assert_allclose(direction.codes_at(coordinate, base=z)[0], z, atol=1e-5)


@pytest.mark.parametrize(
    "a, b", [(np.zeros((0, 2)), [[1, 2]]), ([[1, 2]], [[1, 2]]), ([[1, 2]], [[1, 2, 3]]), ([[np.nan, 1]], [[1, 2]])]
)
def test_groups_between_which_there_is_no_direction_are_refused(a, b):
    with pytest.raises(ConfigError):
        directions.direction_between(a, b)


def test_a_factors_direction_moves_it_alone_with_a_held_out_fit():
    rng = np.random.default_rng(3)
    v = rng.uniform(size=(4000, 3)) * [4, 1, 1]
    columns = rng.normal(size=(2, 5))  # of the first two factors; the third is nowhere in the codes
    z = v[:, :2] @ columns + 0.05 * rng.normal(size=(4000, 5))
    size, hue, no_direction = directions.factor_directions(z, v, ("size", "hue", "none"))
    for value, column in ((size, columns[0]), (hue, columns[1])):
        axis = column / np.linalg.norm(column)
        np.testing.assert_allclose(value.step, axis * (z @ axis).std(), atol=0.01)
        coordinates = value.coordinate_of_codes(z)
        assert coordinates.std() == pytest.approx(1, rel=1e-3) and coordinates.mean() == pytest.approx(0, abs=1e-4)
    order = np.random.default_rng(0).permutation(4000)
    for k, value in enumerate((size, hue, no_direction)):
        reader = LinearRegression().fit(z[order[:2000]], v[order[:2000], k])
        expected = r2_score(v[order[2000:], k], reader.predict(z[order[2000:]]))
        assert value.fit == pytest.approx(expected, abs=1e-4)
    assert size.fit > 0.99 and no_direction.fit < 0.01


def test_factors_that_tell_nothing_are_left_out():
    z = gaussian(100)
    assert not directions.factor_directions(z, np.ones((100, 1)), ["same"])
    assert not directions.factor_directions(z[:8], z[:8, :1], ["few"]), "four codes meet any fit of three dimensions"


def test_a_decoder_with_content_decodes_each_code_with_its_own():
    model = Model(toy_config("supervised", latent_dim=2), (1, 4, 4), 3)
    model.initialise(0)
    z, y = gaussian(40)[:, :2], np.arange(40) % 4 - 1  # one in four without a class
    (output,) = directions.measure_changes(model, directions.principal_directions(z, 1), z, y)
    indices = np.linspace(0, 39, 32).round().astype(int)
    step, outcome = output.step / 2, torch.eye(4, 3)[y[indices]]
    with torch.no_grad():
        ends = [model.decode(torch.from_numpy(z[indices] + sign * step), outcome) for sign in (1, -1)]
    assert output.change == pytest.approx(float((ends[0] - ends[1]).square().mean().sqrt()), rel=1e-4)
