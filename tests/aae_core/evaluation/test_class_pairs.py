"""How well two classes are apart among codes."""

import numpy as np
import pytest

pytest.importorskip("sklearn")
from aae_core.evaluation.class_pairs import class_pair_accuracy

GENERATOR = np.random.default_rng(0)
CLOUD = GENERATOR.normal(size=(400, 2))
LABELS = np.repeat([3, 8], 200)


def test_clouds_far_apart_are_told_apart_whatever_lies_between():
    codes = np.concatenate([CLOUD - [5, 0] * (LABELS == 3)[:, None] + [5, 0] * (LABELS == 8)[:, None], CLOUD])
    labels = np.concatenate([LABELS, np.full(400, 5)])
    assert class_pair_accuracy(codes, labels, 3, 8) == 1


def test_one_cloud_of_two_classes_is_not_told_apart():
    assert class_pair_accuracy(CLOUD, GENERATOR.permutation(LABELS), 3, 8) == pytest.approx(0.5, abs=0.1)


def test_no_code_votes_for_itself():
    """Every 3 lies among 8s, and every 8 among 3s, on a line."""
    codes = np.arange(40.0)[:, None]
    assert class_pair_accuracy(codes, np.tile([3, 8], 20), 3, 8, k=1) == 0


def test_too_few_codes_of_a_class_say_nothing():
    assert class_pair_accuracy(CLOUD[:205], LABELS[:205], 3, 8) is None
    assert class_pair_accuracy(CLOUD, LABELS, 3, 7) is None
