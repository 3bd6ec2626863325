"""The page's TypeScript: its tests, its types, and the built files that are committed."""

import re
from pathlib import Path

from helpers.environment import PAGE_MODULES, run_npm

PROJECT = Path(__file__).parents[3]
BUILT = ("app/components/built", "web/src/networks/kernels.wasm")
ANY = re.compile(r"[{<(\[,:|] *any *[}>)\[\],;|=]")  # as a type, or a part of one


def test_modules_of_the_page():
    run_npm("test")


def test_types_of_the_modules():
    run_npm("check")


def test_no_type_of_the_modules_is_any():
    """`tsc` checks nothing of a value whose type is `any`."""
    untyped_files = [path.name for path in PAGE_MODULES.rglob("*.ts") if ANY.search(path.read_text(encoding="utf-8"))]
    assert not untyped_files


def test_the_committed_files_are_those_that_the_build_writes():
    files = [path for name in BUILT for path in (sorted((PROJECT / name).rglob("*")) or [PROJECT / name])]
    committed_contents = {path: path.read_bytes() for path in files}
    run_npm("build")
    changed = [path.name for path, content in committed_contents.items() if path.read_bytes() != content]
    assert files and changed == []
