"""The bounds of numbers in messages from the page."""

from app.messages import incoming


def test_bounds_are_those_of_the_annotation():
    assert incoming.bounds_of(incoming.FrameStep, "step") == incoming.Bounds(0, incoming.MAX_STEP)
    assert incoming.bounds_of(incoming.Code, "z").contain(-999_999.9)
    assert not incoming.bounds_of(incoming.Code, "z").contain(-1e6)
    assert not incoming.bounds_of(incoming.Blend, "t").contain(1.5)
