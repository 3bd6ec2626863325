"""The verdict of benchmarks/browser/painted.py: how far the codes have come, and in what time."""

from argparse import Namespace

import pytest

from benchmarks.browser import painted


@pytest.mark.parametrize("seconds, last_distance, is_met", [(59.9, 0.4, True), (59.9, 0.6, False), (60.1, 0.4, False)])
def test_codes_must_follow_within_the_time(seconds, last_distance, is_met):
    distances = {"before": 0.9, "after": last_distance, "chance": 0.1}
    result = {"shapes": {"ring": {"seconds": seconds, "steps": 100, "train": distances, "test": distances}}}
    text, verdict = painted.report(result, Namespace(seconds=60), "measured")
    assert verdict is is_met and "50 % in 60 s" in text
