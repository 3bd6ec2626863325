"""Runs the unit tests of the in-page modules, where node is there to run them."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is not installed, so the JavaScript of the plane is not tested here")
def test_modules_of_the_plane():
    files = sorted(str(path) for path in (HERE / "js").glob("*.test.mjs"))
    assert files
    done = subprocess.run([NODE, "--test", *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
