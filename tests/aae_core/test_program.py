"""Sentences name the command line as it was started."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SCRIPT = """import sys
from aae_core.__main__ import run
run()
"""  # as pip writes it for [project.scripts]


def command_output(*command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT)})
    return done.stdout + done.stderr


@pytest.mark.parametrize(("name", "program_name"), [("aae", "aae"), ("other.py", "python -m aae_core")])
def test_a_script_is_named_as_it_was_started(tmp_path, name, program_name):
    (tmp_path / name).write_text(SCRIPT)
    usage = command_output(sys.executable, str(tmp_path / name), "nothing")
    assert f"See '{program_name} --help'" in usage
    assert f"usage: {program_name} " in command_output(sys.executable, str(tmp_path / name), "--help")


def test_a_module_is_named_as_it_was_started():
    assert "See 'python -m aae_core --help'" in command_output(sys.executable, "-m", "aae_core", "nothing")
    assert "usage: python -m aae_core train " in command_output(sys.executable, "-m", "aae_core", "train", "--help")


def test_sentences_name_commands_by_the_name_of_the_program(tmp_path, monkeypatch):
    from aae_core.data.built_in import standard_sets
    from aae_core.errors import RevisionError
    from aae_core.store import sweeps
    from aae_core.store.revisions import Store

    monkeypatch.setattr(sys, "argv", ["/usr/bin/aae"])
    assert "`aae data get mnist`" in standard_sets.missing_files_error("mnist", tmp_path)
    with pytest.raises(RevisionError, match="; 'aae sweep' lists them"):
        sweeps.resolve_sweep_id(Store(), "none")
