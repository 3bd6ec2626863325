"""The in-page modules: their unit tests, where node is there to run them, and the types in their comments, where tsc is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "js"


def tool(name, told):
    """The path of a command; without it the test is skipped with a notice, in CI it fails."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(told)
    if found is None:
        pytest.skip(told)
    return found


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_of_the_plane():
    node = tool("node", "node is not installed, so the JavaScript of the plane is not tested here")
    files = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    assert files
    run(node, "--test", *files)


def test_types_of_the_modules():
    run(tool("tsc", "tsc is not installed, so the types of the JavaScript are not checked here"), "-p", str(HERE))
