"""The bar, and times in words."""

import os
import sys
from types import SimpleNamespace

import pytest

from aae_core import progress, wording


def test_progress_tells_share_and_time_left(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 21.0, 41.0, 50.0, 60.0, 61.0, 62.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.ProgressBar("training") as bar:
        for done in (10, 20, 30):
            bar.show(done, 100, "steps")
    lines = capsys.readouterr().err.splitlines()
    # from second 1 to 41 twenty steps were done, so the seventy left take about 140 seconds
    assert lines[-1].startswith("training [#######...") and "30% steps, about 2 min left" in lines[-1]
    with progress.ProgressBar("training", quiet=True) as bar:
        bar.print_line("hello")
    with progress.ProgressBar("sweep") as bar:
        for done in (0, 0):  # of nobody knows how many
            bar.show(done, 0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("terminal", [False, True])
def test_that_all_is_done_is_said_once(terminal, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    with progress.ProgressBar("training") as bar:
        for number in range(3):
            bar.show(20, 20, f"report {number}")
        bar.show(10, 40, "other work")  # too early for another line, as 100 % was just shown
        bar.show(40, 40, "other work")
        bar.show(40, 40, "other work")
    error_text = capsys.readouterr().err
    assert error_text.count("100%") == 1 and "report 0" in error_text
    with progress.ProgressBar("sweep") as bar:
        monkeypatch.setattr(progress, "LINE_INTERVALS", {True: 0.0, False: 0.0})
        for done in (20, 10, 20):
            bar.show(done, 20)
    assert capsys.readouterr().err.count("100%") == 2, "again once there was more to do"


def test_what_is_not_yet_done_is_not_shown_as_done(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LINE_INTERVALS", {True: 0.0, False: 0.0})
    with progress.ProgressBar("training") as bar:
        bar.show(9_999, 10_000)
    error_text = capsys.readouterr().err
    assert "99%" in error_text and "100%" not in error_text and "#.]" in error_text


def test_work_goes_on_where_nobody_reads_its_progress_any_more(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    stream = open(writer, "w", closefd=False)  # noqa: SIM115  (its last text can never be written)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "LINE_INTERVALS", {True: 0.0, False: 0.0})
    with progress.ProgressBar("training") as bar:
        bar.print_line("hello")
        bar.show(1, 2)
        bar.finish_line()
    os.close(writer)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"), (0, "0 s"), (8.24, "8.2 s"), (59.4, "59 s"), (60, "1 min"), (185, "3 min 5 s"), (3600, "1 h"),
        (7800, "2 h 10 min"), (86_400, "1 d"), (273_600, "3 d 4 h"),
    ],
)  # fmt: skip
def test_durations(seconds, text):
    assert progress.format_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "about 1 s"), (8.4, "about 8 s"), (43, "about 45 s"), (446, "about 7 min"), (7620, "about 2 h 10 min")],
)
def test_times_to_come_are_no_finer_than_can_be_known(seconds, text):
    assert progress.format_remaining_time(seconds) == text
    assert progress.format_rounded_duration(seconds) == text.removeprefix("about ")


TEXTS = {
    "about {duration}": "약 {duration}",
    "{count} s": "{count}초",
    "{count} ms": "{count}밀리초",
    "{count} min": "{count}분",
    "{count} min {rest} s": "{count}분 {rest}초",
    "{count} h": "{count}시간",
    "{count} h {rest} min": "{count}시간 {rest}분",
    "{count} d": "{count}일",
    "{count} d {rest} h": "{count}일 {rest}시간",
    "Step {step} of {total}": "스텝 {step}/{total}",
    "Step {step} of {total}, about {duration} left": "스텝 {step}/{total}, 약 {duration} 남음",
    "Loading the data": "데이터 읽기",
}


@pytest.fixture
def korean_texts(monkeypatch):
    monkeypatch.setattr(wording, "_writer", wording.Writer(TEXTS.__getitem__))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0초"), (8.24, "8.2초"), (59.4, "59초"), (60, "1분"), (185, "3분 5초"), (3600, "1시간"), (7800, "2시간 10분"),
        (86_400, "1일"), (273_600, "3일 4시간"),
    ],
)  # fmt: skip
def test_durations_are_in_the_language_of_the_reader(korean_texts, seconds, text):
    assert progress.format_duration(seconds) == text


def test_times_to_come_and_of_steps_are_in_the_language_of_the_reader(korean_texts):
    assert [progress.format_remaining_time(seconds) for seconds in (8.4, 43, 7620)] == [
        "약 8초",
        "약 45초",
        "약 2시간 10분",
    ]
    assert progress.format_rounded_duration(8.4) == "8초" and progress.format_rounded_duration(446) == "7분"
    assert [progress.format_step_time(seconds) for seconds in (0.0152, 2.48, 185)] == ["15밀리초", "2.5초", "3분 5초"]


@pytest.mark.parametrize(("doing", "left"), [("Loading the data", 446), ("", None), ("", 446)])
def test_the_progress_of_a_training_is_in_the_language_of_the_reader(korean_texts, monkeypatch, doing, left):
    status = SimpleNamespace(doing=doing, step=1200, total_steps=2000, left=left)
    expected = "데이터 읽기 …" if doing else "스텝 1,200/2,000" + (", 약 7분 남음" if left else "")
    assert progress.training_progress(status) == expected
    monkeypatch.setattr(wording, "_writer", wording.Writer())
    expected = "Loading the data …" if doing else "Step 1,200 of 2,000" + (", about 7 min left" if left else "")
    assert progress.training_progress(status) == expected


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0008, "0.8 ms"), (0.0152, "15 ms"), (0.48, "480 ms"), (2.48, "2.5 s")]
)
def test_the_time_of_a_step_has_a_unit_that_suits_it(seconds, text):
    assert progress.format_step_time(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (4096, "4.1 kB"),
        (999_960, "1.0 MB"),
        (12_000_000, "12.0 MB"),
        (5 * 10**12, "5000.0 GB"),
    ],
)
def test_sizes(count, text):
    assert progress.format_bytes(count) == text
