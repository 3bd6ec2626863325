"""The roofline of benchmarks/training.py counts the matrix products of a step by hand; torch's own counter is the oracle."""

import numpy as np
import pytest
from torch.utils.flop_counter import FlopCounterMode

from aae_core.data import DataSet, Split
from aae_core.training import Training, step
from benchmarks import training as benchmark

BATCH = 8


@pytest.mark.parametrize("name", benchmark.OURS)
def test_the_products_of_a_step_are_those_that_torch_makes(name):
    pixels = np.random.default_rng(0).integers(0, 256, (2 * BATCH, 28, 28, 1), dtype=np.uint8)
    split = Split(pixels, np.arange(2 * BATCH) % 10)
    data = DataSet("toy", "Toy", split, split, tuple("0123456789"))
    t = Training(benchmark._config(name, BATCH, 1), data, "cpu")
    with FlopCounterMode(display=False) as counted:
        step(t, t.batch())
    assert sum(2 * a * b * c for a, b, c in benchmark.products(name, BATCH)) == counted.get_total_flops()


@pytest.mark.parametrize("name", benchmark.OURS)
def test_the_parameters_of_a_step_are_those_that_its_optimisers_move(name):
    pixels = np.zeros((2 * BATCH, 28, 28, 1), np.uint8)
    split = Split(pixels, np.arange(2 * BATCH) % 10)
    t = Training(benchmark._config(name, BATCH, 1), DataSet("toy", "Toy", split, split, tuple("0123456789")), "cpu")
    step(t, t.batch())
    moved = sum(p.numel() for optimiser in t.optimisers.values() for p in optimiser.masters if optimiser.buffers)
    assert benchmark._updated(name) == pytest.approx(moved, rel=0.01)
