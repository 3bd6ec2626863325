"""The roofline of benchmarks/training.py counts the products that a step is seen to make; the oracle is torch's own counter."""

from argparse import Namespace

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from aae_core.data.sets import DataSet, Split
from aae_core.training.phases import step
from aae_core.training.training import Training
from benchmarks import training as benchmark

BATCH = 8


def training(name, batch=BATCH):
    pixels = np.random.default_rng(0).integers(0, 256, (1000, 28, 28, 1), dtype=np.uint8)
    split = Split(pixels, np.arange(1000) % 10)
    args = Namespace(threads=1, device="cpu")
    return Training(
        benchmark._config(name, batch, args), DataSet("toy", "Toy", split, split, tuple("0123456789")), "cpu"
    )


@pytest.mark.parametrize("name", benchmark.ARMS)
def test_the_products_of_a_step_are_those_that_torch_makes(name):
    t = training(name)
    found = benchmark.products(t)
    with FlopCounterMode(display=False) as counted:
        step(t, t.batch())
    assert sum(2 * rows * inner * columns for (rows, inner), _, (_, columns), _ in found) == counted.get_total_flops()


def test_the_products_of_an_autoencoder_are_those_of_a_hand_count():
    nets = [(784, 1000), (1000, 1000), (1000, 2), (2, 1000), (1000, 1000), (1000, 784)]
    forward = sum(BATCH * i * o for i, o in nets)
    found = sum(rows * inner * columns for (rows, inner), _, (_, columns), _ in benchmark.products(training("ae")))
    assert found == 3 * forward - BATCH * 784 * 1000, "forward, weights and inputs, but for the images' own gradient"


def test_a_product_is_timed_in_its_own_layout(monkeypatch):
    seen = []
    monkeypatch.setattr(benchmark, "_usual", lambda work, now: seen.append(work()) or 1.0)
    across = ((3, 4), (1, 3), (4, 5), (5, 1))
    assert benchmark._product_seconds(across, torch.float32, None, torch) == 1.0
    assert seen[0].shape == (3, 5) and seen[0].dtype == torch.float32


def test_the_table_of_variants_says_what_a_step_costs_beside_an_aae():
    arms = {name: [{"samples_per_second": 100.0, "roofline": 200.0}] for name in benchmark.ARMS}
    arms["clustering, shared"] = [{"samples_per_second": 40.0, "roofline": 50.0}]
    row = next(line for line in benchmark._costs(100, arms) if line.startswith("| clustering, shared"))
    assert row == "| clustering, shared | 40 | 2.50 | 50 | 80% |"


def test_the_parts_of_a_profile_sum_to_its_step():
    t = training("AAE shared fp32")
    found = benchmark._profile(lambda: step(t, t.batch()), steps=2)
    parts = [value for name, value in found.items() if name not in (benchmark.WHOLE, benchmark.UNPROFILED)]
    assert sum(parts) == pytest.approx(found[benchmark.WHOLE]) and found["matrix products"] > 0


def test_a_column_of_the_profile_is_one_rounds_own():
    runs = [{"profile": {"a": a, benchmark.WHOLE: whole}} for a, whole in ((1, 30), (9, 10), (5, 20))]
    assert benchmark.middle_profile(runs) == {"a": 5, benchmark.WHOLE: 20}


def test_the_roofline_of_threads_asleep_is_that_of_the_same_step_awake(monkeypatch):
    asleep = f"AAE shared bf16, {benchmark.ASLEEP}"
    monkeypatch.setattr(benchmark, "peer", lambda *_: {})
    monkeypatch.setattr(benchmark, "ours", lambda name, *_: {} if name == asleep else {"roofline": name})
    found = benchmark.measure(Namespace(device="cpu", sizes=[1000, 100], rounds=2))
    assert [run["roofline"] for run in found[100][asleep]] == ["AAE shared bf16"] * 2
