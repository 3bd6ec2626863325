"""A refused table is added with the options that are found for it, and none are given that do not suffice."""

from argparse import Namespace

import numpy as np
import pandas
import pytest

from aae_core.cli.table_options import format_table_options, value_format_from_args
from aae_core.data import sets
from aae_core.data.number_texts import ValueFormat
from aae_core.data.own_data.table_options import TableOptions
from aae_core.data.own_data.table_remedies import find_working_options
from aae_core.errors import DataError

N = 40
RNG = np.random.default_rng(0)
CLEAN = pandas.DataFrame({"size": RNG.normal(size=N).round(3), "price": RNG.normal(size=N).round(3)})
TOWNS = RNG.choice(["Bath", "York"], N)


def replace_first(values, *first):
    """Values whose first are replaced by others."""
    return [*first, *values[len(first) :]]


CASES = {
    "texts": (CLEAN.assign(town=TOWNS), {}, TableOptions(types={"town": "category"})),
    "names": (CLEAN.assign(name=[f"n {i}" for i in range(N)]), {}, TableOptions(leave_out=("name",))),
    "missing": (CLEAN.assign(size=replace_first(CLEAN["size"], None)), {}, ValueFormat(drop_missing=True)),
    "mostly empty": (CLEAN.assign(other=[1.0, 2.0, *[None] * (N - 2)]), {}, TableOptions(leave_out=("other",))),
    "placeholder": (CLEAN.assign(size=replace_first(CLEAN["size"], "?")), {}, ValueFormat(("?",), True)),
    "unit": (CLEAN.assign(power=[f"{i} kW" for i in range(N)]), {}, ValueFormat(units=("kW",))),
    "decimal comma": (CLEAN.assign(power=[f"{i},25" for i in range(N)]), {}, ValueFormat(decimal=",")),
    "dates": (
        CLEAN.assign(sold=[f"2026-01-{i % 28 + 1:02d}" for i in range(N)]),
        {},
        TableOptions(leave_out=("sold",)),
    ),
    "constant": (CLEAN.assign(country=1), {}, TableOptions(tidy=True)),
    "copy": (CLEAN.assign(cost=CLEAN["price"]), {}, TableOptions(tidy=True)),
    "no counts": (CLEAN, {"types": {"size": "count"}}, TableOptions(types={"size": "real"})),
}


@pytest.mark.parametrize("case", CASES)
def test_each_cause_of_a_refusal_is_avoided(case, tmp_path):
    frame, option_values, expected = CASES[case]
    frame.to_csv(tmp_path / "t.csv", index=False)
    if isinstance(expected, ValueFormat):
        expected = TableOptions(value_format=expected)
    if case == "decimal comma":  # where the other columns have points
        assert find_working_options(tmp_path / "t.csv", TableOptions())[0] is None
        frame[["power"]].assign(size=[f"{i},5" for i in range(N, 0, -1)]).to_csv(tmp_path / "t.csv", index=False)
    options, refusals = find_working_options(tmp_path / "t.csv", TableOptions(**option_values))
    assert options == expected and len(refusals) == 1


def test_the_column_of_the_ids_and_the_layer_stay_as_they_were_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    CLEAN.assign(town=TOWNS, number=range(N)).to_csv(tmp_path / "t.csv", index=False)
    options, refusals = find_working_options("~/t.csv", TableOptions(id_column="number"))
    assert options == TableOptions(types={"town": "category"}, id_column="number") and "number" not in refusals[0]
    assert format_table_options(options) == ["--types", "town=category", "--id", "number"]
    options, refusals = find_working_options(tmp_path / "t.csv", TableOptions(layer="raw"))
    assert options is None and "no layers" in refusals[0]
    assert format_table_options(TableOptions(layer="raw")) == ["--layer", "raw"]


@pytest.mark.parametrize(
    "frame",
    [
        CLEAN.assign(size=replace_first(CLEAN["size"], np.inf)),  # has to be corrected
        CLEAN.assign(power=replace_first([f"{i}" for i in range(N)], "1,234")),  # 1.234, or 1234: nobody knows
        CLEAN.assign(size=replace_first(CLEAN["size"], *"abcdefgh")),  # too many different texts for placeholders
        CLEAN.head(2),
    ],
)
def test_no_options_are_given_where_none_can_be_known(frame, tmp_path):
    frame.to_csv(tmp_path / "t.csv", index=False)
    options, refusals = find_working_options(tmp_path / "t.csv", TableOptions())
    assert options is None and len(refusals) == 1


def test_all_problems_of_a_file_are_named_at_once(tmp_path):
    frame = CLEAN.assign(
        town=TOWNS, size=replace_first(CLEAN["size"], None), price=replace_first(CLEAN["price"], "?"), country=1
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(DataError) as caught:
        sets.add_data_set(tmp_path / "t.csv", "t", tmp_path)
    for part in ("texts in town", "missing in size (the first in line 2)", 'in price ("?" in line 2)'):
        assert part in str(caught.value)
    options, refusals = find_working_options(tmp_path / "t.csv", TableOptions())
    assert options == TableOptions(
        types={"town": "category"}, value_format=ValueFormat(("?",), drop_missing=True), tidy=True
    )
    assert refusals[0] == str(caught.value) and "country" in refusals[1]
    assert not (tmp_path / "own").exists(), "nothing is stored"


def test_values_of_the_other_kind_are_replaced_where_some_are(tmp_path):
    frame = CLEAN.assign(
        town=TOWNS, size=replace_first(CLEAN["size"], None), price=replace_first(CLEAN["price"], 1.0, "?")
    )
    frame.loc[3, "town"] = None
    frame.to_csv(tmp_path / "t.csv", index=False)
    for rule, working_rules in (
        ("median", ("median", "category")),
        ("category", ("median", "category")),
        ("drop", ("drop",)),
    ):
        options = TableOptions(types={"town": "category"}, value_format=ValueFormat(missing_rules=(rule,)))
        working_options, refusals = find_working_options(tmp_path / "t.csv", options)
        assert working_options.value_format == ValueFormat(("?",), missing_rules=working_rules) and refusals
        assert format_table_options(working_options)[-2:] == ["--missing", ",".join([*working_rules, "?"])]


def test_options_as_arguments_read_back_as_the_same_options():
    value_format = ValueFormat(("-", "a,b"), missing_rules=("drop", "median"))
    (option,) = [text for text in format_table_options(TableOptions(value_format=value_format)) if "drop" in text]
    args = Namespace(missing=option, drop_missing=False, units=None, decimal=".", thousands="")
    assert value_format_from_args(args) == value_format
