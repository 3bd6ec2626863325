"""A message from the page has the form of its record, or is refused."""

from typing import NotRequired, TypedDict

import pytest

from app.messages import form_check, incoming


class Example(TypedDict):
    number: float
    texts: NotRequired[list[str | None]]
    switches: NotRequired[dict[str, bool]]


@pytest.mark.parametrize(
    "value", [{"number": 1}, {"number": 0.5, "texts": ["a", None]}, {"number": 1, "switches": {"a": True}}]
)
def test_a_value_fits_its_record(value):
    assert form_check.matches_type(value, Example)


@pytest.mark.parametrize(
    "value",
    [
        None, [], {}, {"number": True}, {"number": "1"}, {"number": None}, {"number": 1, "other": 2},
        {"number": 1, "texts": "a"}, {"number": 1, "texts": [1]}, {"number": 1, "switches": {"a": 1}},
    ],
)  # fmt: skip
def test_a_value_of_another_form_does_not_fit(value):
    assert not form_check.matches_type(value, Example)


def test_a_field_of_a_type_that_cannot_be_checked_is_reported():
    class Unsupported(TypedDict):
        z: list[float]
        n: complex | None

    with pytest.raises(TypeError, match="“code”.*complex"):
        form_check.check_type_is_supported("code", Unsupported)


def test_bounds_are_those_of_the_annotation():
    assert incoming.bounds_of(incoming.VisibleSquare, "step") == incoming.Bounds(0, incoming.MAX_STEP)
    assert incoming.bounds_of(incoming.Code, "z").contain(-999_999.9)
    assert not incoming.bounds_of(incoming.Code, "z").contain(-1e6)
    assert not incoming.bounds_of(incoming.Blend, "t").contain(1.5)
