"""How a training is computed follows from configuration and hardware alone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.training import machine
from aae_core.training.machine import BF16_MIN_WORK, THREADS_MIN_WORK, ComputeChoice

FREE = configure()


REALLY_HAS_BF16 = machine.has_native_bf16


@pytest.fixture(autouse=True)
def a_known_machine(monkeypatch):
    monkeypatch.setattr(machine.psutil, "cpu_count", lambda logical: 3)
    monkeypatch.setattr(machine, "has_native_bf16", lambda device="cpu": True)


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (1, "fp32, 1 thread"),
        (BF16_MIN_WORK * 0.99, "fp32, 1 thread"),
        (BF16_MIN_WORK, "bf16, 1 thread"),
        (THREADS_MIN_WORK["bf16"] * 0.99, "bf16, 1 thread"),
        (THREADS_MIN_WORK["bf16"], "bf16, 3 threads"),
    ],
)
def test_more_work_is_done_in_bf16_and_by_several_threads(work, words):
    computation = machine.choose_computation(FREE, "cpu", work)
    assert computation.summary == words and computation.machine == machine.machine_name()


def test_without_the_hardware_there_is_no_bf16_and_threads_pay_earlier(monkeypatch):
    monkeypatch.setattr(machine, "has_native_bf16", lambda device="cpu": False)
    assert machine.choose_computation(FREE, "cpu", THREADS_MIN_WORK["fp32"]).summary == "fp32, 3 threads"
    assert machine.choose_computation(FREE, "cpu", THREADS_MIN_WORK["fp32"] * 0.99).summary == "fp32, 1 thread"


@pytest.mark.parametrize(("physical", "threads"), [(1, 1), (2, 2), (64, machine.MAX_THREADS), (None, 2)])
def test_the_threads_are_the_physical_cores_up_to_a_few(monkeypatch, physical, threads):
    monkeypatch.setattr(machine.psutil, "cpu_count", lambda logical: physical)
    monkeypatch.setattr(machine, "count_machine_cores", lambda: 2)
    assert machine.choose_computation(FREE, "cpu", 1e12).threads == threads


def test_the_gpu_is_named_with_what_was_chosen_for_it(monkeypatch):
    monkeypatch.setattr("torch.cuda.get_device_name", lambda: "GPU of a cluster")
    assert (machine.choose_computation(FREE, "cuda", 1).gpu, machine.choose_computation(FREE, "cpu", 1).gpu) == (
        "GPU of a cluster",
        "",
    )


def test_what_the_configuration_names_is_taken_as_it_is():
    result = configure(precision="bf16", threads=7)
    assert machine.choose_computation(result, "cpu", 1).summary == "bf16, 7 threads"
    assert machine.choose_computation(configure(precision="fp32"), "cpu", 1e12).summary == "fp32, 3 threads"
    assert machine.choose_computation(configure(threads=2), "cpu", 1e12).summary == "bf16, 2 threads"


def test_a_worker_on_a_shared_machine_uses_its_threads_alone(monkeypatch):
    monkeypatch.setenv("AAE_CORES", "2")
    assert [machine.choose_computation(configure(threads=n), "cpu", 1e12).threads for n in (1, 2, 7, 0)] == [1, 2, 2, 2]
    for text in ("0", "-1", "x", "1.5"):
        monkeypatch.setenv("AAE_CORES", text)
        with pytest.raises(ConfigError, match="AAE_CORES"):
            machine.choose_computation(FREE, "cpu", 1.0)


def test_neither_load_nor_clock_nor_the_cores_that_are_free_have_a_say(monkeypatch):
    expected_choices = [machine.choose_computation(FREE, "cpu", 10.0**power) for power in range(12)]
    for module, name, answer in (
        (os, "getloadavg", (64.0, 64.0, 64.0)),
        (os, "sched_getaffinity", {0}),
        (time, "perf_counter", 0.0),
        (time, "monotonic", 0.0),
    ):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, lambda *args, answer=answer: answer)
    assert [machine.choose_computation(FREE, "cpu", 10.0**power) for power in range(12)] == expected_choices


def test_records_that_are_not_whole_are_not_believed():
    good = {"precision": "fp32", "threads": 1, "why": "", "machine": ""}
    assert machine.parse_choice(good) == machine.parse_choice({**good, "compile": False}) == ComputeChoice("fp32", 1)
    for change in ({"precision": "int3"}, {"threads": 0}, {"threads": 1025}, {"threads": True}, {"why": None}):
        assert machine.parse_choice({**good, **change}) is None
    assert machine.parse_choice(None) is None and machine.parse_choice({}) is None


def test_who_cannot_share_a_pass_says_why():
    assert machine.strict_passes_reason(configure(passes="shared")) == ""
    assert "paper's order" in machine.strict_passes_reason(configure(passes="strict"))
    assert "can share a pass" in machine.strict_passes_reason(configure(variant="vae", passes="shared"))
    adam = {"optimiser.kind": "adam", "passes": "shared"}
    assert (
        machine.strict_passes_reason(configure(**adam))
        == machine.strict_passes_reason(configure(variant="clustering", **adam))
        == ""
    )
    for settings in ({"variant": "semi-supervised"}, {"variant": "clustering", "views": 2, "input_shift": 1}):
        assert "Under Adam" in machine.strict_passes_reason(configure(**adam, **settings))
        weighted = configure(**adam, **settings, **{"optimiser.generation_weight": 3.0})
        assert machine.strict_passes_reason(weighted) == ""
    unaltered = configure(variant="clustering", passes="shared", views=2, second_view="unaltered", input_noise=0.1)
    assert "D judges codes of unaltered images" in machine.strict_passes_reason(unaltered)
    config_without_reconstruction = configure(passes="shared", **{"optimiser.reconstruction_rate": 0})
    assert "can share a pass" in machine.strict_passes_reason(config_without_reconstruction)
    for variant in ("semi-supervised", "clustering", "reduction"):
        assert machine.strict_passes_reason(configure(variant=variant, passes="shared")) == ""


BEGUN = """
import os
from aae_core.training import machine
machine.restart_with_environment()
print(os.environ["GLIBC_TUNABLES"], os.environ["OMP_WAIT_POLICY"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reads these")
@pytest.mark.parametrize("user_variables", [{}, {"GLIBC_TUNABLES": "glibc.malloc.perturb=0"}])
def test_a_training_program_starts_anew_with_its_environment_once(user_variables):
    base_environment = {name: value for name, value in os.environ.items() if name not in machine.ENVIRONMENT}
    process = subprocess.run(
        [sys.executable, "-c", BEGUN], env=base_environment | user_variables, capture_output=True, text=True, check=True
    )
    expected_environment = machine.ENVIRONMENT | user_variables
    assert process.stdout.split() == [expected_environment["GLIBC_TUNABLES"], expected_environment["OMP_WAIT_POLICY"]]


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="only Linux tells what its processor can do")
def test_bf16_is_there_where_the_processor_says_so():
    flags = set(
        next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")).split()
    )
    assert REALLY_HAS_BF16() == bool(flags & {"avx512_bf16", "amx_tile"})
    assert not REALLY_HAS_BF16("mps")
