"""The state of a training: what a status.json may hold, and whether the process that it names lives."""

import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.store import status as statuses
from aae_core.store.status import Status

YEAR_9892 = 2.5e11  # Unix time


@pytest.fixture
def write_status(tmp_path):
    """Writes a status.json with these values beside the format and the state; returns its path."""

    def write(**values):
        (tmp_path / "status.json").write_text(json.dumps({"format": 1, "state": "running", **values}))
        return tmp_path / "status.json"

    return write


def test_what_is_not_said_is_nothing(write_status):
    status = statuses.read_status(write_status())
    assert status == Status("running")
    assert (status.pid, status.started, status.heartbeat, status.queued, status.finished, status.left) == (None,) * 6
    assert (status.step, status.total_steps, status.epoch, status.total_epochs) == (0, 0, 0, 0)
    assert (status.seconds, status.samples_per_second, status.error, status.ended, status.doing) == (0, 0, None, "", "")
    assert status.measures == {} == status.machine and status.error_text == ""
    assert statuses.to_record(status)["format"] == 1


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("pid", 1, 4_294_967_296),
        *((key, 0, YEAR_9892) for key in ("started", "heartbeat", "queued", "finished")),
        *((key, 0, 2**63 - 1) for key in ("step", "total_steps")),
        *((key, 0, 2.0**63) for key in ("epoch", "total_epochs", "seconds", "samples_per_second")),
    ],
)
def test_numbers_lie_within_their_limits(write_status, key, low, high):
    for value in (low, high):
        assert getattr(statuses.read_status(write_status(**{key: value})), key) == value
    for value in (low - 1, high + 1 if isinstance(high, int) else high * 1.001):
        with pytest.raises(RevisionError, match=f" at {key};"):
            statuses.read_status(write_status(**{key: value}))


def test_a_file_is_parsed_again_only_once_it_has_changed(write_status):
    file = write_status(step=3)
    first = statuses.read_status(file)
    assert statuses.read_status(file) is first
    files.write_checksummed_json(file, statuses.to_record(Status("running", step=4)))
    assert statuses.read_status(file) == Status("running", step=4)


def test_a_file_of_one_mebibyte_is_read_and_no_longer_one(write_status):
    file = write_status(step=3)
    text = file.read_text()
    file.write_text(text + " " * (1024 * 1024 - len(text)))
    assert statuses.read_status(file).step == 3
    file.write_text(text + " " * (1024 * 1024 + 1 - len(text)))
    with pytest.raises(RevisionError, match="is 1,048,577 bytes long, but at most 1,048,576 are allowed"):
        statuses.read_status(file)


def test_a_status_is_launched_between_queue_and_first_report():
    launched = [Status(state, pid=pid).awaits_worker_report for state in ("queued", "running") for pid in (None, 7)]
    assert launched == [False, True, False, False]


def test_what_failed_has_no_process_and_says_why_and_when():
    before = time.time()
    result = Status("running", pid=7, started=1.0, step=5).as_failed("It broke.", "Mend it.")
    assert (result.state, result.pid, result.started, result.step) == ("failed", None, None, 5)
    assert result.error_text == "It broke. Mend it." and before <= result.finished <= time.time()
    assert Status("failed", error={"what": "It broke.", "do": None}).error_text == "It broke."


def test_numbers_that_are_not_finite_become_none_however_deep():
    nan, inf = float("nan"), float("inf")
    values = {"a": [1, nan, {"b": (-inf, 0.5)}], "c": "nan", "d": True}
    assert statuses.finite_or_none(values) == {"a": [1, None, {"b": [None, 0.5]}], "c": "nan", "d": True}


def test_this_process_lives_under_its_number_and_start():
    fields = statuses.this_process_fields()
    assert fields.pop("host") == files.HOST
    assert fields == {"pid": os.getpid(), "started": pytest.approx(psutil.Process(os.getpid()).create_time())}
    pid, started = fields["pid"], fields["started"]
    # up to five seconds apart where the clock was set meanwhile, else another process that has got the number
    actual = [statuses.is_process_alive(pid, started + seconds) for seconds in (0, 4.9, -4.9, 5.1, -5.1)]
    assert actual == [True, True, True, False, False]
    nobody = ((None, started), (pid, None), (2**40, started), (-1, started))
    assert [statuses.is_process_alive(*item) for item in nobody] == [False] * 4


def test_an_ended_process_is_not_alive_even_before_it_is_waited_for():
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    started = psutil.Process(child.pid).create_time()
    assert statuses.is_process_alive(child.pid, started)
    child.stdin.close()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert not statuses.is_process_alive(child.pid, started)
    child.wait()
    assert not statuses.is_process_alive(child.pid, started)
