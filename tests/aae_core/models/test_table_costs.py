"""Costs of the rows of a table, against SciPy's distributions, and how rows come to the networks and back."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.preprocessing import StandardScaler

from aae_core.data import features
from aae_core.models import items, objectives

RNG = np.random.default_rng(0)
COUNTS = RNG.integers(0, 9, (5, 6))
NAMES = [str(i) for i in range(6)]


def table(values):
    """A matrix N×F as x N×1×1×F."""
    return torch.tensor(np.asarray(values), dtype=torch.float32)[:, None, None, :]


def make_features(kinds, blocks=None, rows=COUNTS):
    return features.fit_features(np.asarray(rows, np.float32), NAMES[: len(kinds)], kinds, blocks or [""] * len(kinds))


LOGITS = RNG.normal(size=(5, 6))


def test_the_squared_error_is_a_gaussian_s_without_its_constant():
    cost = objectives.make_cost("squared-error", make_features(["real"] * 6))
    nats = -stats.norm(LOGITS, 1).logpdf(COUNTS).sum(1) - 3 * np.log(2 * np.pi)
    np.testing.assert_allclose(cost.value(table(COUNTS), table(LOGITS)), nats, rtol=1e-5)
    np.testing.assert_allclose(cost.mean(table(LOGITS))[:, 0, 0], LOGITS, rtol=1e-6)


def test_the_poisson_cost_is_its_log_probability():
    cost = objectives.make_cost("poisson", make_features(["count"] * 6))
    nats = -stats.poisson(np.exp(LOGITS)).logpmf(COUNTS).sum(1)
    np.testing.assert_allclose(cost.value(table(COUNTS), table(LOGITS)), nats, rtol=1e-5)
    np.testing.assert_allclose(cost.mean(table(LOGITS))[:, 0, 0], np.exp(LOGITS), rtol=1e-5)
    assert cost.value(table(COUNTS), table(LOGITS * 1e6)).isfinite().all()


def test_the_multinomial_cost_is_its_log_probability_up_to_orders():
    cost = objectives.make_cost("multinomial", make_features(["count"] * 6))
    shares = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)
    item = [stats.multinomial(row.sum(), p).logpmf(row) for row, p in zip(COUNTS, shares, strict=True)]
    orders = [stats.multinomial(row.sum(), np.full(6, 1 / 6)).logpmf(row) + row.sum() * np.log(6) for row in COUNTS]
    np.testing.assert_allclose(cost.value(table(COUNTS), table(LOGITS)), np.array(orders) - item, rtol=1e-5)
    np.testing.assert_allclose(cost.mean(table(LOGITS)).sum(3)[:, 0, 0], COUNTS.sum(1).mean(), rtol=1e-5)


@pytest.mark.parametrize("cost, kind, nats", [
    ("squared-error", "real", lambda x: -stats.norm(LOGITS, 1).logpdf(x).sum(1) - 3 * np.log(2 * np.pi)),
    ("cross-entropy", "binary", lambda x: -stats.bernoulli(1 / (1 + np.exp(-LOGITS))).logpmf(x).sum(1)),
    ("poisson", "count", lambda x: -stats.poisson(np.exp(LOGITS)).logpmf(x).sum(1)),
])  # fmt: skip
def test_logits_in_float64_are_costed_in_float64(cost, kind, nats):
    x = COUNTS % 2
    result = objectives.make_cost(cost, make_features([kind] * 6, rows=x)).value(
        table(x), torch.from_numpy(LOGITS)[:, None, None, :]
    )
    np.testing.assert_allclose(result, nats(x), rtol=1e-12)


def test_each_categorical_variable_has_probabilities_of_its_own():
    blocks = ["a", "b", "a", "a", "b", "c"]
    cost = objectives.make_cost("categorical", make_features(["category"] * 6, blocks))
    mean = cost.mean(table(LOGITS))[:, 0, 0].numpy()
    for block in "abc":
        own = [i for i, name in enumerate(blocks) if name == block]
        expected = np.exp(LOGITS[:, own]) / np.exp(LOGITS[:, own]).sum(1, keepdims=True)
        np.testing.assert_allclose(mean[:, own], expected, rtol=1e-5)
    x = np.zeros((1, 6))
    x[0, [2, 1, 5]] = 1  # "a" is its second value, "b" its first, "c" has one
    np.testing.assert_allclose(cost.value(table(x), table(LOGITS[:1])), -np.log(mean[:1] * x + 1 - x).sum(), rtol=1e-5)


def test_by_type_is_the_sum_of_each_kind_s_cost():
    kinds, blocks = ["category", "real", "category", "binary", "count", "real"], ["v", "", "v", "", "", ""]
    fitted_features = make_features(kinds, blocks)
    cost, x, logits = objectives.make_cost("by-type", fitted_features), RNG.integers(0, 2, (5, 6)).astype(float), LOGITS
    p = np.exp(logits[:, [0, 2]]) / np.exp(logits[:, [0, 2]]).sum(1, keepdims=True)
    nats = -(x[:, [0, 2]] * np.log(p)).sum(1)
    nats += 0.5 * np.square(x[:, [1, 5]] - logits[:, [1, 5]]).sum(1)
    nats -= stats.bernoulli(1 / (1 + np.exp(-logits[:, 3]))).logpmf(x[:, 3].astype(int))
    nats -= stats.poisson(np.exp(logits[:, 4])).logpmf(x[:, 4])
    np.testing.assert_allclose(cost.value(table(x), table(logits)), nats, rtol=1e-4)
    mean = cost.mean(table(logits))[:, 0, 0].numpy()
    np.testing.assert_allclose(mean[:, [0, 2]], p, rtol=1e-4)
    np.testing.assert_allclose(mean[:, 5], logits[:, 5], rtol=1e-4)
    np.testing.assert_allclose(cost.encoder_input(table(x))[:, 0, 0, 4], np.log1p(x[:, 4]), rtol=1e-5)


def test_by_type_of_two_kinds_keeps_each_column_in_its_place():
    cost = objectives.make_cost("by-type", make_features(["count", "real"], rows=COUNTS[:, :2]))
    logits = LOGITS[:, :2]
    np.testing.assert_allclose(
        cost.mean(table(logits))[:, 0, 0], np.column_stack([np.exp(logits[:, 0]), logits[:, 1]]), rtol=1e-5
    )


@pytest.mark.parametrize("cost", ["squared-error", "by-type", "poisson"])
def test_rows_come_back_in_their_own_units(cost):
    rows = RNG.normal(5, 30, (40, 6)).astype(np.float32)
    form = items.make_conversion(cost, make_features(["real"] * 6, rows=rows))
    x = items.to_tensor(rows[:, None, :, None], conversion=form)
    expected = rows if cost == "poisson" else StandardScaler().fit_transform(rows)
    np.testing.assert_allclose(x[:, 0, 0], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(items.to_items(x, form)[:, 0, :, 0], rows, rtol=1e-4, atol=1e-4)


def test_nothing_is_copied_to_a_device_twice(monkeypatch):
    cost = objectives.make_cost("by-type", make_features(["real", "count", "real", "binary"], rows=COUNTS[:, :4] % 2))
    x = torch.zeros(5, 1, 1, 4, device="meta")  # which stands for a GPU
    copies, move = [], torch.Tensor.to

    def count_copy(tensor, *args, **options):
        copies.extend(arg for arg in args if isinstance(arg, torch.device) and arg != tensor.device)
        return move(tensor, *args, **options)

    monkeypatch.setattr(torch.Tensor, "to", count_copy)
    for _ in range(3):
        assert cost.value(x, x).shape == (5,) and cost.mean(x).device == cost.encoder_input(x).device == x.device
    assert len(copies) == 4  # three groups, and the order of the columns
