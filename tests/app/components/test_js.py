"""The in-page modules: unit tests, the types in their comments and the WebAssembly kernels, where the tools are there."""

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "js"
NETWORKS = Path(__file__).parents[3] / "app" / "components" / "js" / "networks"


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


def test_the_kernels_are_their_assembled_text(tmp_path):
    made = tmp_path / "kernels.wasm"
    run(
        tool("wat2wasm", "wat2wasm is not installed, so the WebAssembly kernels are not compared with its text here"),
        str(NETWORKS / "kernels.wat"),
        "-o",
        str(made),
    )
    letters = (NETWORKS / "wasm.js").read_text(encoding="utf-8").partition("const BYTES =")[2].partition(";")[0]
    assert base64.b64decode("".join(re.findall(r'"(.*)"', letters))) == made.read_bytes()
