"""Disentanglement: codes whose information on factors is known, and importances whose entropies are reckoned by hand."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mutual_info_score

from aae_core.errors import ConfigError
from aae_core.evaluation import disentanglement

N = 4000


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_code_that_is_the_factor_has_a_gap_near_one(rng):
    factors = rng.uniform(-3, 3, (N, 2))
    codes = np.column_stack([factors[:, 1], rng.normal(size=N), 5 * factors[:, 0] - 7])
    mutual_information_gaps = disentanglement.mutual_information_gaps(codes, factors)
    chance = 19**2 / (2 * N) / np.log(20)  # what the next best dimension has by chance
    assert mutual_information_gaps == pytest.approx([1 - chance, 1 - chance], abs=0.015)


def test_noise_has_no_gap(rng):
    assert disentanglement.mutual_information_gaps(rng.normal(size=(N, 5)), rng.uniform(size=(N, 3))) == pytest.approx(
        [0, 0, 0], abs=0.01
    )


def test_a_factor_that_two_dimensions_share_has_no_gap(rng):
    factors = rng.uniform(size=(N, 1))
    assert disentanglement.mutual_information_gaps(np.column_stack([factors, -factors]), factors) == pytest.approx([0])


def test_a_rotation_of_the_factors_has_little(rng):
    factors = rng.uniform(-1, 1, (N, 2))
    rotated_factors = factors @ np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    assert (disentanglement.mutual_information_gaps(rotated_factors, factors) < 0.05).all()


def test_only_the_order_of_a_code_s_values_matters(rng):
    factors = rng.uniform(-1, 1, (N, 2))
    codes = factors + 0.3 * rng.normal(size=(N, 2))
    assert disentanglement.mutual_information_gaps(np.exp(3 * codes), factors) == pytest.approx(
        disentanglement.mutual_information_gaps(codes, factors)
    )


def test_one_dimension_has_the_gap_of_all_it_says(rng):
    factors = rng.uniform(size=(N, 1))
    assert disentanglement.mutual_information_gaps(factors, factors) == pytest.approx([1])


def test_what_never_varies_has_no_gap_to_speak_of(rng):
    result = disentanglement.mutual_information_gaps(
        rng.normal(size=(N, 2)), np.column_stack([np.ones(N), rng.uniform(size=N)])
    )
    assert np.isnan(result[0]) and np.isfinite(result[1])
    assert disentanglement.mutual_information_gaps(np.zeros((N, 2)), rng.uniform(size=(N, 1))) == pytest.approx([0])


def test_the_information_is_scikit_learns_on_the_same_parts(rng):
    """Of whole numbers 0 … 9, equally many each, the parts of equal mass are the numbers."""
    factors = np.repeat(np.arange(10), 50)
    codes = (factors + np.tile([0, 0, 0, 1, 2], 100)) % 10
    codes = np.column_stack([codes, rng.permutation(factors)])
    shared, entropy = disentanglement.mutual_information(codes, factors[:, None], bins=10)
    assert entropy == pytest.approx([np.log(10)])
    assert shared[:, 0] == pytest.approx([mutual_info_score(factors, column) for column in codes.T])


def test_a_gaussian_channel_has_the_information_of_shannons_formula(rng):
    factor = rng.normal(size=50_000)
    noise = 0.5
    code = factor + noise * rng.normal(size=50_000)
    shared, _ = disentanglement.mutual_information(code[:, None], factor[:, None])
    assert shared[0, 0] == pytest.approx(0.5 * np.log(1 + 1 / noise**2), abs=0.05)


def test_a_factor_of_one_dimension_is_separated_by_its_line(rng):
    factors = rng.uniform(-1, 1, (N, 2))
    codes = np.column_stack([factors[:, 0] + 0.4 * rng.normal(size=N), -(factors[:, 1] ** 3), rng.normal(size=N)])
    expected = []
    for factor in factors.T:
        fits = sorted(LinearRegression().fit(z[:, None], factor).score(z[:, None], factor) for z in codes.T)
        expected.append(fits[-1] - fits[-2])
    assert disentanglement.attribute_predictability_gaps(7 * codes - 3, factors) == pytest.approx(expected, rel=1e-5)


def test_what_two_dimensions_know_alike_or_nobody_is_not_separated(rng):
    factors = rng.uniform(size=(N, 1))
    assert disentanglement.attribute_predictability_gaps(
        np.column_stack([factors, 1 - factors]), factors
    ) == pytest.approx([0], abs=1e-6)
    assert disentanglement.attribute_predictability_gaps(np.zeros((N, 2)), factors) == pytest.approx([0])
    assert np.isnan(disentanglement.attribute_predictability_gaps(factors, np.ones((N, 1)))).all()


@pytest.mark.parametrize(
    ("importance", "disentangled", "complete"),
    [
        (np.eye(3), 1, 1),
        (np.eye(3)[:, [2, 0, 1]], 1, 1),
        (np.full((4, 3), 0.25), 0, 0),
        ([[1, 0], [0, 0.5], [0, 0.5]], 1, (1 + 1 - np.log(2) / np.log(3)) / 2),  # two dimensions share a factor
        ([[0.5, 0], [0.5, 1]], 0.25 + 0.75 * (1 + (np.log(1 / 3) / 3 + 2 * np.log(2 / 3) / 3) / np.log(2)), 0.5),
        ([[1, 1], [0, 0]], 0, 1),  # one dimension for both factors; the idle one has no weight
    ],
)
def test_dci_is_one_minus_entropies_by_hand(importance, disentangled, complete):
    importance = np.array(importance, float)
    dci_scores = disentanglement.dci_scores(importance, np.linspace(0, 1, importance.shape[1]))
    assert dci_scores == pytest.approx(
        {"disentanglement": disentangled, "completeness": complete, "informativeness": 0.5}
    )


def test_what_is_not_defined_is_left_out():
    assert disentanglement.dci_scores(np.ones((1, 1)), np.array([0.7])) == {"informativeness": 0.7}
    assert disentanglement.dci_scores(np.full((2, 2), np.nan), np.full(2, np.nan)) == {}


def test_a_forest_finds_the_dimensions_that_tell_a_factor(rng):
    factors = np.column_stack([rng.uniform(-1, 1, (N, 2)), np.ones(N)])
    codes = np.column_stack([np.tanh(3 * factors[:, 1]), rng.normal(size=N), factors[:, 0] ** 3, factors[:, 0] ** 3])
    importance, output = disentanglement.fit_importances_and_r_squared(codes, factors)
    assert np.isnan(importance[:, 2]).all() and np.isnan(output[2]) and (output[:2] > 0.98).all()
    np.testing.assert_allclose(importance[:, :2].sum(0), 1)
    assert importance[2:, 0].sum() > 0.98 and importance[2:, 0].min() > 0.3 and importance[0, 1] > 0.98
    actual = disentanglement.dci_scores(importance, output)
    assert actual["disentanglement"] > 0.95 and actual["completeness"] == pytest.approx((1 + 0.5) / 2, abs=0.05)
    np.testing.assert_array_equal(disentanglement.fit_importances_and_r_squared(codes, factors)[0], importance)


def test_a_rotation_keeps_the_information_and_loses_the_rest(rng):
    factors = rng.uniform(-1, 1, (N, 2))
    rotated_factors = factors @ np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    outcome = disentanglement.dci_scores(*disentanglement.fit_importances_and_r_squared(rotated_factors, factors))
    assert outcome["informativeness"] > 0.9 and outcome["disentanglement"] < 0.1 and outcome["completeness"] < 0.1
    assert (disentanglement.attribute_predictability_gaps(rotated_factors, factors) < 0.05).all()


def test_too_few_codes_are_refused():
    with pytest.raises(ConfigError, match="at least four"):
        disentanglement.fit_importances_and_r_squared(np.ones((3, 2)), np.ones((3, 1)))


@pytest.mark.parametrize(
    "measure", ["mutual_information_gaps", "attribute_predictability_gaps", "fit_importances_and_r_squared"]
)
@pytest.mark.parametrize(
    ("codes", "factors"), [(np.ones((3, 1)), np.ones((4, 1))), ([[np.nan]], [[1.0]]), (np.ones(3), np.ones((3, 1)))]
)
def test_what_cannot_be_compared_is_refused(codes, factors, measure):
    with pytest.raises(ConfigError):
        getattr(disentanglement, measure)(codes, factors)
