"""What the benchmarks for a GPU do without one."""

import re
from types import SimpleNamespace

import pytest

from aae_core.config.configuration import Config
from aae_core.config.variants import VARIANTS
from benchmarks.speed import captured, training


def test_every_variant_is_compared_in_both_formats():
    configs = captured.case_configs()
    assert all(isinstance(config, Config) for config in configs.values())
    compared_pairs = {
        (config.variant, config.precision) for name, config in configs.items() if "bf16" in name or "fp32" in name
    }
    assert compared_pairs == {(variant, precision) for variant in VARIANTS for precision in ("fp32", "bf16")}


@pytest.mark.parametrize(
    ("distance", "repeat_distance", "refusal", "outcome"),
    [
        (0.0, 0.0, "", "alike"),
        (0.02, 0.0, "", "APART"),
        (0.02, 0.01, "", "alike"),  # where the GPU itself does not repeat more exactly
        (0.0, 0.0, "The step could not be captured.", "The step could not be captured."),
    ],
)
def test_a_row_says_whether_captured_and_plain_trainings_agree(distance, repeat_distance, refusal, outcome):
    measurement = {
        "far": distance,
        "repeated": repeat_distance,
        "plain": 6.0,
        "captured": 1.5,
        "said": refusal,
        "words": "fp32, 1 thread",
    }
    cells = [cell.strip() for cell in captured.table_row("aae", measurement).strip("|").split("|")]
    assert cells[:3] == ["aae", f"{distance:g}", f"{repeat_distance:g}"]
    assert cells[3:] == ["6.00", "1.50", "4.0", f"fp32, 1 thread: {outcome}"]


def test_a_case_that_the_gpu_refuses_has_a_row_of_its_own():
    assert captured.table_row("aae", {"failed": "out of memory"}).endswith("failed: out of memory |")


def test_the_page_of_a_gpu_leaves_out_what_only_a_processor_has(monkeypatch):
    args = SimpleNamespace(device="cuda", rounds=1, seconds=1.0, sizes=[100], batches="100", busy=False, threads=1)
    run = {"samples_per_second": 10.0, "version": "0.1.2"}
    monkeypatch.setattr(training, "measure_peer", lambda *arguments: run)
    monkeypatch.setattr(training, "measure_ours", lambda *arguments: {"samples_per_second": 200.0})
    monkeypatch.setattr(training.machine, "gpu_name", lambda device: "a GPU")
    measurements = training.measure_rounds(args)
    assert len(measurements[100]) == 6 and not any(re.search("asleep|memory", name) for name in measurements[100])
    text = training.results_page(measurements, args, 0.0)
    assert "a GPU" in text and "20.00 × pythae" in text and "GOMP" not in text
