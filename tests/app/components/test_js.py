"""The in-page modules: unit tests, the types in their comments and the WebAssembly kernels, where the tools are there."""

import base64
import re
from pathlib import Path

from helpers.environment import run_command

JS_TESTS = Path(__file__).parents[2] / "js"
PAGE = Path(__file__).parents[3] / "app" / "components" / "js"
NETWORKS = PAGE / "networks"
ANY = re.compile(r"[{<(\[,:|] *any *[}>)\[\],;|]")  # as a type, or a part of one


def test_modules_of_the_plane():
    files = sorted(str(path) for path in JS_TESTS.glob("*.test.mjs"))
    assert files
    run_command("node", "--test", "--test-concurrency=2", *files)  # by default one less than there are processors


def test_types_of_the_modules():
    run_command("tsc", "-p", str(JS_TESTS))


def test_no_type_of_the_modules_is_any():
    """`tsc` checks nothing of a value whose type is `any`."""
    untyped_files = [
        path.name
        for path in PAGE.rglob("*.[jt]s")
        if "vendor" not in path.parts and ANY.search(path.read_text(encoding="utf-8"))
    ]
    assert not untyped_files


def test_the_kernels_are_their_assembled_text(tmp_path):
    kernel_file = tmp_path / "kernels.wasm"
    run_command("wat2wasm", str(NETWORKS / "kernels.wat"), "-o", str(kernel_file))
    letters = (NETWORKS / "wasm.js").read_text(encoding="utf-8").partition("const BYTES =")[2].partition(";")[0]
    assert base64.b64decode("".join(re.findall(r'"(.*)"', letters))) == kernel_file.read_bytes()
