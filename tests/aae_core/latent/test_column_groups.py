"""Groups of items by a kept column; pandas is the oracle."""

import numpy as np
import pandas
import pytest

from aae_core.latent import column_groups
from aae_core.latent.column_groups import group_by_column

RNG = np.random.default_rng(5)


def test_the_values_of_a_category_are_its_groups():
    values = pandas.Series(RNG.choice(["b", "a", None, "10"], 200), name="kind")
    groups = group_by_column(values, "category")
    codes, names = pandas.factorize(values, sort=True)
    assert groups.names == tuple(names) and groups.labels.tolist() == codes.tolist()
    assert groups.column == "kind" and not groups.are_ranges and len(set(groups.colours)) == 3


@pytest.mark.parametrize("scale, shift", [(1, 0), (1e-6, 5e-6), (1e7, -3e7), (3, 0.1)])
def test_ranges_of_a_number_are_those_that_their_names_say(scale, shift):
    values = pandas.Series(RNG.normal(size=500) * scale + shift, name="size")
    values[::9] = np.nan
    groups = group_by_column(values, "number")
    texts = [name.replace("\N{MINUS SIGN}", "-") for name in groups.names]
    limits = [float(texts[0].removeprefix("< ")), *(float(text.split(" – ")[1]) for text in texts[1:-1])]
    assert texts[-1] == f"≥ {limits[-1]:.8g}" and 4 <= len(texts) <= 9
    np.testing.assert_allclose(np.diff(limits), np.diff(limits)[0], rtol=1e-6)
    expected = pandas.cut(values, [-np.inf, *limits, np.inf], right=False, labels=False)
    assert groups.labels.tolist() == expected.fillna(-1).astype(int).tolist()
    assert groups.are_ranges and len(groups.colours) == len(groups.names)


def test_few_numbers_are_groups_of_their_own():
    groups = group_by_column(pandas.Series([2007, 2009, 2007, 2008], name="year"), "number")
    assert groups.names == ("2007", "2008", "2009") and groups.labels.tolist() == [0, 2, 0, 1]
    assert groups.colours[0] == column_groups.RANGE_COLOURS[0] and groups.colours[-1] == column_groups.RANGE_COLOURS[-1]


def test_numbers_that_lie_close_together_are_grouped_by_rank():
    values = pandas.Series(np.concatenate([RNG.lognormal(sigma=3, size=900), [1e9] * 20]), name="price")
    groups = group_by_column(values, "number")
    assert np.bincount(groups.labels).max() < 0.2 * len(values)


def test_infinite_numbers_are_in_the_outer_ranges():
    values = pandas.Series([*RNG.normal(size=50), *[np.inf] * 30, -np.inf], name="ratio")
    groups = group_by_column(values, "number")
    last = len(groups.names) - 1
    assert last >= 3 and groups.labels[-1] == 0 and set(groups.labels[50:80]) == {last}
    assert "inf" not in " ".join(groups.names)


def test_dates_are_ranges_of_days():
    values = pandas.Series(pandas.date_range("2020-01-01", periods=300).astype("datetime64[us]"), name="day")
    values[5] = pandas.NaT
    groups = group_by_column(values, "date")
    assert groups.labels[5] == -1 and groups.labels[0] == 0 and groups.labels[-1] == len(groups.names) - 1
    assert groups.names[0].startswith("< 2020-02") and (np.diff(groups.labels[6:]) >= 0).all()


@pytest.mark.parametrize("kind, values", [("number", [np.nan] * 4), ("number", [1.5] * 4), ("category", [None] * 4)])
def test_columns_without_differences_have_at_most_one_group(kind, values):
    groups = group_by_column(pandas.Series(values, name="x"), kind)
    assert len(groups.names) == int(kind == "number" and values[0] == 1.5)
    assert set(groups.labels) == ({0} if groups.names else {-1})
