"""A bug report holds what helps, and nothing of whose machine and data it is about."""

import json
import os
import re
import subprocess
import sys

import pytest
from helpers.cli_runs import REVISION, command_output, run_command

from aae_core import __version__
from aae_core.cli import report, streams
from aae_core.places import CODE_FOLDER
from aae_core.store.revisions import Store

OWN = ("Mary", "Smith", "Oncology", "janedoe", "4711", "0815", "ward7", "lymphoma", "secretpriors", "Bergstrom")
TRACE = f"""Traceback (most recent call last):
  File "{CODE_FOLDER}/aae_core/runs/worker.py", line 55, in run
    status = _train(revision, status, heard, on_report, device, keep_every, data)
  File "/home/janedoe/priors/secretpriors.py", line 7, in Bergstrom
    raise ValueError("Mary")
ValueError: Mary Smith: expected 3 values, not 12
/home/janedoe/Oncology 0815/scan 4711.png is damaged; restore it from a copy.
The class lymphoma of ward7 has 12 images.
"""


@pytest.fixture
def planted_folder(place, monkeypatch):
    """A revision full of names: of its user, data, classes, files; the planted ones are OWN."""
    monkeypatch.setenv("LOGNAME", "janedoe")
    monkeypatch.setenv("HOME", "/home/janedoe")
    monkeypatch.setattr("socket.gethostname", lambda: "ward7-pc")
    monkeypatch.setenv("AAE_PLUGINS", "secretpriors")
    folder = place / "checkpoints" / REVISION
    config = json.loads((folder / "config.json").read_text())
    config["data"] |= {"name": "ward7", "title": "Ward7 of Oncology", "classes": ["lymphoma", *map(str, range(9))]}
    config["config"] |= {"data": "ward7", "name": "Mary Smith 4711"}
    config["versions"]["Bergstrom"] = "0815"
    (folder / "config.json").write_text(json.dumps(config))
    status = json.loads((folder / "status.json").read_text())
    status["error"] = {
        "what": "The training failed (OSError: /home/janedoe/Mary.png).",
        "do": "Resume it to try again.",
    }
    (folder / "status.json").write_text(json.dumps(status | {"ended": "ward7"}))
    (folder / "notes.json").write_text(json.dumps({"label": "Bergstrom", "notes": "Oncology\nlymphoma"}))
    (folder / "Mary 0815.txt").write_text("x")
    (folder / "worker.log").write_text(TRACE)
    return place


def test_a_report_names_nobody_and_nothing_of_ones_own(planted_folder, capsys):
    text = command_output(capsys, "report", REVISION)
    assert not [name for name in OWN if re.search(name, text, re.IGNORECASE)]
    assert f"aae            {__version__}" in text and "one's own" in text
    assert "aae_core/runs/worker.py, line 55, in run" in text and "a file of the user's, line 7" in text
    assert "ValueError: …: expected 3 values, not 12" in text and "is damaged; restore it from a copy." in text
    assert "weights.safetensors" in text and "20 of 20" in text and "Resume it to try again." in text


def test_numbers_and_names_alone_are_hidden_too(planted_folder, capsys):
    """Beside no other name that would hide them."""
    folder = planted_folder / "checkpoints" / REVISION
    config = json.loads((folder / "config.json").read_text())
    config["data"]["classes"] = ["20131", *map(str, range(9))]
    config["created"] = "2026 Mary"
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "worker.log").write_text("step 20131 of 8\n20131\n")
    text = command_output(capsys, "report", REVISION)
    assert "20131" not in text and "Mary" not in text and "step … of 8" in text and REVISION[-6:] in text
    folder.rename(folder.with_name("20260101T000000Z-smith1"))
    text = command_output(capsys, "report", "20260101T000000Z-smith1")
    assert "smith" not in text and "revision" in text


def test_a_broken_revision_is_reported_too(planted_folder, capsys):
    (planted_folder / "checkpoints" / REVISION / "config.json").write_text("{")
    text = command_output(capsys, "report", REVISION[:12])
    assert "is damaged or cut short: it is not valid JSON" in text and "worker.py, line 55" in text
    assert not [name for name in OWN if re.search(name, text, re.IGNORECASE)]


def test_a_report_of_the_machine_alone_has_its_versions(place, capsys):
    text = command_output(capsys, "report")
    assert "torch 2." in text and "1 done" in text and "end of the log" not in text


def test_what_is_written_is_what_was_shown(place, capsys, monkeypatch):
    status, out, err = run_command(capsys, "report", REVISION, "-o", "bug.txt")
    assert (status, (place / "bug.txt").read_text()) == (0, out) and "bug.txt written" in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda: "n\n", raising=False)
    status, out, err = run_command(capsys, "report", "-o", "refused.txt")
    assert (status, (place / "refused.txt").exists()) == (1, False) and "program" in out
    assert run_command(capsys, "report", "nosuch")[0] == run_command(capsys, "report", "-o", "bug.exe")[0] - 1 == 1


def test_words_of_a_shipped_set_stay(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path))
    text = command_output(
        capsys, "report", next(row.id for row in Store(tmp_path).list() if row.data == "colour-glyphs")
    )
    assert "-glyphs-" in text and "variant" in text
    assert report.Redactor(["step"])("step 3 of 12") == "… of 12", "a number beside a name may belong to it"


def test_version_is_told_by_both_programs(capsys):
    assert command_output(capsys, "--version") == f"aae {__version__}\n"
    from app import __main__ as pages

    assert pages.run_app_command(["--version"]) == 0 and capsys.readouterr().out == f"aae {__version__}\n"


def test_a_terminal_obeys_nothing_that_a_foreign_file_says(place):
    """A label of a revision from elsewhere may hold what makes a terminal change its title or hide a line."""
    label = "\x1b]0;owned\x07\x9b2Jname\rhidden"
    (place / "checkpoints" / REVISION / "notes.json").write_text(json.dumps({"label": label}))
    command = [sys.executable, "-m", "aae_core", "list"]
    environment = os.environ | {"PYTHONPATH": str(CODE_FOLDER), "PYTHONIOENCODING": "utf-8"}
    list_text = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout
    assert "�]0;owned��2Jname�hidden" in list_text and not streams.CONTROL_CHARACTERS.search(list_text)
    json_text = subprocess.run(
        [*command, "--json"], env=environment, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    assert label in [row["label"] for row in json.loads(json_text)] and not streams.CONTROL_CHARACTERS.search(json_text)
