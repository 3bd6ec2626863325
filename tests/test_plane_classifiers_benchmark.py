"""benchmarks/quality/plane_classifiers.py: what simple classifiers make of codes whose classes are known."""

import numpy as np
import pytest

from benchmarks.quality import plane_classifiers


def test_neighbours_learn_any_border_and_a_linear_classifier_only_a_straight_one():
    rng = np.random.default_rng(0)
    z = rng.uniform(-1, 1, (4000, 2)).astype(np.float32)
    is_right, is_outer = z[:, 0] > 0, np.hypot(*z.T) > 0.8
    line_errors, ring_errors = (
        plane_classifiers.plane_errors(z[:3000], labels[:3000].astype(int), z[3000:], labels[3000:].astype(int))
        for labels in (is_right, is_outer)
    )
    assert line_errors["5-NN"] == pytest.approx(1, abs=1) and line_errors["linear"] == pytest.approx(0, abs=1)
    assert ring_errors["5-NN"] < 5 and ring_errors["linear"] > 35
