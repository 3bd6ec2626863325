import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from aae_core import machine
from aae_core.config import configure
from aae_core.machine import Choice

FREE = configure()


REALLY_HAS_BF16 = machine.has_bf16


@pytest.fixture(autouse=True)
def a_known_machine(monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 4)
    monkeypatch.setattr(machine, "has_bf16", lambda device="cpu": True)
    monkeypatch.setattr(machine.os, "getloadavg", lambda: (0.5, 9.0, 9.0))


def timed(**seconds):
    """A measure that knows the seconds of each way, and which ways it was asked for."""
    asked = []

    def measure(way):
        asked.append(way)
        return seconds[f"{way.precision}_{way.threads}"]

    return measure, asked


def test_the_quickest_way_is_taken_and_said(tmp_path):
    measure, asked = timed(fp32_4=0.02, bf16_4=0.01, bf16_1=0.019)
    found = machine.choose(FREE, "cpu", measure, tmp_path, "pace")
    assert (found.precision, found.threads, len(asked)) == ("bf16", 4, 3)
    assert "bf16, 4 threads is the quickest" in found.why and "20 ms" in found.why
    assert found.machine == machine.name()


def test_what_hardly_pays_is_left_alone(tmp_path):
    measure, _ = timed(fp32_4=0.020, bf16_4=0.0185, fp32_1=0.021)
    found = machine.choose(FREE, "cpu", measure, tmp_path, "pace")
    assert (found.precision, found.threads) == ("fp32", 1), "four threads that are 5 % quicker than one do not pay"


def test_a_little_work_is_not_worth_a_measurement(tmp_path):
    found = machine.choose(FREE, "cpu", None, tmp_path, "pace", work=machine.SMALL - 1)
    assert found.words == "fp32, 1 thread" and "little work" in found.why
    assert machine.choose(configure(threads=3), "cpu", None, tmp_path, "pace", work=0).threads == 3


def test_without_the_hardware_bf16_is_not_even_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "has_bf16", lambda device="cpu": False)
    measure, asked = timed(fp32_4=0.1)
    assert machine.choose(FREE, "cpu", measure, tmp_path, "pace").precision == "fp32"
    assert [way.precision for way in asked] == ["fp32"]


def test_what_the_configuration_says_is_not_measured(tmp_path):
    def never(way):
        raise AssertionError

    config = configure(precision="bf16", threads=3)
    assert machine.choose(config, "cpu", never, tmp_path, "pace").words == "bf16, 3 threads"
    measure, asked = timed(fp32_2=0.02, bf16_2=0.01)
    machine.choose(configure(threads=2), "cpu", measure, tmp_path, "pace")
    assert {way.threads for way in asked} == {2}


def test_the_answer_is_kept_for_this_machine_and_this_pace(tmp_path, monkeypatch):
    measure, asked = timed(fp32_4=0.02, bf16_4=0.01, bf16_1=0.019)
    first = machine.choose(FREE, "cpu", measure, tmp_path, "pace")
    assert machine.choose(FREE, "cpu", measure, tmp_path, "pace") == first
    assert len(asked) == 3
    machine.choose(FREE, "cpu", measure, tmp_path, "another pace")
    assert len(asked) == 6
    monkeypatch.setattr(machine, "name", lambda: "another machine")
    machine.choose(FREE, "cpu", measure, tmp_path, "pace")
    assert len(asked) == 9


def test_beside_other_work_the_answer_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(machine.os, "getloadavg", lambda: (2.0, 0.0, 0.0))
    measure, asked = timed(fp32_4=0.02, bf16_4=0.01, bf16_1=0.019)
    assert "had other work" in machine.choose(FREE, "cpu", measure, tmp_path, "pace").why
    assert not (tmp_path / ".machine.json").exists()
    monkeypatch.setattr(machine.os, "getloadavg", lambda: (1.9, 0.0, 0.0))
    assert "other work" not in machine.choose(FREE, "cpu", measure, tmp_path, "pace").why
    assert len(asked) == 6 and (tmp_path / ".machine.json").exists()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"k": 3}', " " * (machine.LIMIT + 1)])
def test_a_damaged_file_of_answers_costs_a_measurement_only(tmp_path, damage):
    (tmp_path / ".machine.json").write_text(damage)
    measure, asked = timed(fp32_4=0.02, bf16_4=0.01, bf16_1=0.019)
    assert machine.choose(FREE, "cpu", measure, tmp_path, "pace").precision == "bf16"
    assert len(asked) == 3


def test_answers_that_are_not_whole_are_not_believed(tmp_path):
    good = {"precision": "fp32", "threads": 1, "compile": False, "why": "", "machine": ""}
    assert machine.from_record(good) == Choice("fp32", 1)
    for change in ({"precision": "int3"}, {"threads": 0}, {"threads": True}, {"compile": 1}, {"more": 1}):
        assert machine.from_record({**good, **change}) is None
    assert machine.from_record(None) is None and machine.from_record({}) is None


def test_a_folder_that_is_not_there_costs_nothing_but_the_answer(tmp_path):
    measure, _ = timed(fp32_4=0.02, bf16_4=0.01, bf16_1=0.019)
    assert machine.choose(FREE, "cpu", measure, tmp_path / "gone", "pace").precision == "bf16"


def test_only_the_latest_answers_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "ANSWERS", 2)
    measure, _ = timed(fp32_4=0.02, bf16_4=0.01, bf16_1=0.019)
    for pace in "abc":
        machine.choose(FREE, "cpu", measure, tmp_path, pace)
    assert len(json.loads((tmp_path / ".machine.json").read_text())) == 2


def test_a_gpu_is_asked_not_measured(tmp_path):
    found = machine.choose(FREE, "cuda", None, tmp_path, "pace")
    assert (found.precision, found.compile) == ("bf16", True)
    off = machine.choose(replace(FREE, compile="off", precision="fp32"), "cuda", None, tmp_path, "pace")
    assert (off.precision, off.compile) == ("fp32", False)


def test_who_cannot_share_a_pass_says_why():
    assert machine.why_strict(configure(passes="shared")) == ""
    assert "paper's order" in machine.why_strict(configure(passes="strict"))
    assert "can share a pass" in machine.why_strict(configure(variant="vae", passes="shared"))
    assert "Adam" in machine.why_strict(configure(passes="shared", **{"optimiser.kind": "adam"}))
    still = configure(passes="shared", **{"optimiser.reconstruction_rate": 0})
    assert "can share a pass" in machine.why_strict(still)
    for variant in ("semi-supervised", "clustering", "reduction"):
        assert machine.why_strict(configure(variant=variant, passes="shared")) == ""


BEGUN = """
import os
from aae_core import machine
machine.begin_anew()
print(os.environ["GLIBC_TUNABLES"], os.environ["OMP_WAIT_POLICY"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reads these")
@pytest.mark.parametrize("own", [{}, {"GLIBC_TUNABLES": "glibc.malloc.perturb=0"}])
def test_a_training_program_starts_anew_with_its_environment_once(own):
    bare = {name: value for name, value in os.environ.items() if name not in machine.ENVIRONMENT}
    done = subprocess.run([sys.executable, "-c", BEGUN], env=bare | own, capture_output=True, text=True, check=True)
    wanted = machine.ENVIRONMENT | own
    assert done.stdout.split() == [wanted["GLIBC_TUNABLES"], wanted["OMP_WAIT_POLICY"]]


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="only Linux tells what its processor can do")
def test_bf16_is_there_where_the_processor_says_so():
    flags = set(
        next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")).split()
    )
    assert REALLY_HAS_BF16() == bool(flags & {"avx512_bf16", "amx_tile"})
    assert not REALLY_HAS_BF16("mps")
