"""Mutation testing: which small faults, inserted into aae_core one at a time, are detected by its tests.

    python -m benchmarks.robustness.mutants [MODULE ...] [--sample 25] [--seed 0] [--write]

A MODULE is a path within aae_core, such as models/objectives.py; without one, all of MODULES are tested. The faults are made on
the syntax tree: another operator or comparison, `and` for `or`, another number, True for False, a negated condition, a filter
removed, a statement removed, None returned. Texts, annotations, decorators and zip's `strict` are not changed. Each fault is
written into a temporary copy of the project, where the tests of the module's package run (tests/aae_core/<package>): first those
that execute the line, and if they pass, all in the same files. A fault that no test detects survives, and is printed. Tests that
take several times as long as without the fault have detected it. --write writes the table to
docs/development/mutants.md and keeps the rows of other modules.
"""

import argparse
import ast
import contextlib
import copy
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MODULES = (
    "files.py",
    *("config/[!p]*.py", "config/painting.py", "models/objectives.py", "models/posteriors.py", "models/priors/*.py"),
    *("training/phases.py", "evaluation/distances.py", "store/*.py"),
)
DOCUMENT = PROJECT / "docs" / "development" / "mutants.md"
FIRST = 40  # number of tests that execute the line, quickest first, to run before all others
OTHERS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.MatMult: ast.Add,
}  # fmt: skip


def faults(tree: ast.Module):
    """[(node, field, index or None, replacement)] of every fault that can be made in the tree."""

    def walk(node: ast.AST):
        if isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
            return
        # zip's check fails only on errors that should never happen
        if isinstance(node, ast.keyword) and node.arg == "strict":
            return
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for index, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(item, ast.AST):
                    yield from ((node, field, index, other) for other in instead(node, field, item))
                    if not isinstance(item, ast.Raise):  # its message is text
                        yield from walk(item)
        if isinstance(node, ast.comprehension):
            yield from ((node, "ifs", index, ast.Constant(True)) for index in range(len(node.ifs)))

    return list(walk(tree))


def instead(parent: ast.AST, field: str, node: ast.AST):
    """The faulty nodes that can replace a node."""
    if type(node) in OTHERS and not (isinstance(node, (ast.Add, ast.Mod)) and text_in(parent)):
        yield OTHERS[type(node)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Return) and node.value and ast.unparse(node.value) != "None":
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Raise) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    elif field == "test" and not isinstance(node, (ast.Compare, ast.UnaryOp)):
        yield ast.UnaryOp(ast.Not(), node)


def text_in(node: ast.AST) -> bool:
    return any(isinstance(entry, ast.JoinedStr) or isinstance(entry, ast.Constant) and isinstance(entry.value, str)
               for entry in ast.walk(node))  # fmt: skip


class Fault:
    """One fault: the faulty source, the lines that it changes, and the change in words."""

    def __init__(self, tree: ast.Module, number: int):
        mutant = copy.deepcopy(tree)
        node, field, index, other = faults(mutant)[number]
        place = getattr(node, field)
        old = place if index is None else place[index]
        seen = old if hasattr(old, "lineno") else node
        self.lines = range(getattr(seen, "lineno", 0), getattr(seen, "end_lineno", 0) + 1)
        shown = old if isinstance(old, ast.stmt) else node  # an operator has no text of its own
        before = ast.unparse(shown)
        if index is None:
            setattr(node, field, other)
        else:
            place[index] = other
        self.source = ast.unparse(ast.fix_missing_locations(mutant))
        after = ast.unparse(shown if shown is node else other)
        self.words = f"line {self.lines.start}: {' '.join(before.split())} -> {' '.join(after.split())}"


class Lines:
    """A pytest plugin that notes which lines of the files of a folder each test executes, and how long it takes."""

    def __init__(self, folder: Path):
        self.folder, self.tests, self.now, self.shared = str(folder), {}, set(), {}

    def trace(self, frame, event, arg):
        if not frame.f_code.co_filename.startswith(self.folder):
            return None
        self.now.add((frame.f_code.co_filename, frame.f_lineno))
        return self.trace

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        began, self.now = time.monotonic(), set()
        sys.settrace(self.trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            shared = set().union(*(self.shared.get(name, ()) for name in item.fixturenames))
            self.tests[item.nodeid] = (time.monotonic() - began, sorted(self.now | shared))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        before, self.now = self.now, set()
        try:
            return (yield)
        finally:
            self.shared.setdefault(fixturedef.argname, set()).update(self.now)
            self.now |= before


def in_child(work, seconds: float) -> int:
    """The exit status of work() in a forked process group; 124 if it took more than so many seconds and was killed."""
    child = os.fork()
    if not child:
        os.setsid()
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        status = 3
        try:
            status = int(work())
        finally:
            os._exit(status)
    end, status = time.monotonic() + seconds, None
    while status is None and time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if not done:
            status = None
            time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # including processes that a test may have left
    if status is None:
        os.waitpid(child, 0)
        return 124
    return os.waitstatus_to_exitcode(status)


def run(place: Path, tests: list[str], plugins=()) -> int:
    """pytest's exit status for the tests in a copy of the project."""
    os.chdir(place)
    sys.path[:] = [str(place), *(element for element in sys.path if element not in ("", str(PROJECT)))]
    return pytest.main(["-x", "-n0", "-p", "no:cacheprovider", *tests], plugins=list(plugins))


def without_a_fault(place: Path, tests: str) -> tuple[list, float]:
    """[(seconds, name, executed lines of aae_core)] of each test, quickest first, and the seconds of all tests."""
    notes = place / "lines.json"

    def work():
        sys.dont_write_bytecode = False  # later runs reuse this bytecode
        lines = Lines(place / "aae_core")
        status = run(place, [tests], [lines])
        notes.write_text(json.dumps(lines.tests))
        return status

    began = time.monotonic()
    status = in_child(work, 3600)
    if status:
        sys.exit(f"{tests} do not pass without a fault (exit status {status})")
    result = json.loads(notes.read_text())
    executed = sorted((seconds, name, {tuple(line) for line in lines}) for name, (seconds, lines) in result.items())
    return executed, time.monotonic() - began


def measure(place: Path, module: str, sample: int, seed: int, known: dict) -> tuple[int, int, list[str]]:
    """The numbers of possible and of tried faults in a module, and those that survived, in words. `known`: cache of
    `without_a_fault` by folder of tests."""
    file = place / "aae_core" / module
    source = file.read_text()
    tree = ast.parse(source)
    possible = len(faults(tree))
    numbers = sorted(random.Random(f"{seed} {module}").sample(range(possible), min(sample, possible)))
    mirror = Path("tests/aae_core") / module
    own = mirror.with_name(f"test_{mirror.name}")
    tests = str(mirror.parent if len(mirror.parts) > 3 else own)
    print(f"{module}: {possible} faults, {tests} ...", flush=True)
    if tests not in known:
        known[tests] = without_a_fault(place, tests)
    executed, usual = known[tests]
    print(f"  {len(executed)} tests, {usual:.0f} s without a fault", flush=True)
    survived = []
    for count, number in enumerate(numbers, 1):
        fault = Fault(tree, number)
        here = {(str(file), line) for line in fault.lines}
        near = [(seconds, name) for seconds, name, lines in executed if lines & here]
        if near:
            first = [name for _, name in near[:FIRST]], sum(seconds for seconds, _ in near[:FIRST])
            stages = first, (sorted({name.split("::")[0] for _, name in near}), usual)
        else:  # the line is executed only at import
            stages = ([str(own)] * (place / own).exists(), usual), ([tests], usual)
        file.write_text(fault.source)
        began = time.monotonic()
        for some, expected in stages:
            noticed = bool(some) and in_child(lambda some=some: run(place, some), 60 + 4 * expected) != 0
            if noticed:
                break
        if not noticed:
            survived.append(fault.words)
        seconds = time.monotonic() - began
        print(
            f"  {count}/{len(numbers)} {'killed' if noticed else 'SURVIVED'} {seconds:.1f} s {fault.words}", flush=True
        )
    file.write_text(source)
    return possible, len(numbers), survived


def rows() -> dict[str, list[str]]:
    """The rows of the current table by module."""
    lines = DOCUMENT.read_text().splitlines() if DOCUMENT.exists() else []
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0]: row for row in cells}


def write(module: str, possible: int, tried: int, killed: int, args) -> None:
    """Insert or replace a module's row in the document; its share at the first measurement stays."""
    table = rows()
    share = f"{killed / tried:.0%}"
    first = table[module][-1] if module in table else share
    table[module] = [module, str(possible), str(tried), str(killed), share, date.today().isoformat(), first]
    body = "\n".join("| " + " | ".join([f"`{row[0]}`", *row[1:]]) + " |" for row in map(table.get, sorted(table)))
    DOCUMENT.write_text(f"""# Faults that the tests notice

`python -m benchmarks.robustness.mutants --write` inserts one small fault at a time into a
module of `aae_core` and runs the tests of the same package (mutation testing); its docstring lists the faults. *Possible*: all
faults that can be made in the module; *tried*: a random sample of them; *killed*: those that made a test fail. *First*: the share
at the first measurement. If a test was written for a fault that had survived, the fault was tried again by hand. In
`config/choices.py`, which contains only names, no fault can be made.

| module | possible | tried | killed | share | measured | first |
|---|--:|--:|--:|--:|---|--:|
{body}
""")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", nargs="*", help="within aae_core, such as models/objectives.py")
    parser.add_argument("--sample", type=int, default=25, help="faults tried in each module")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="keep the table in docs/development/mutants.md")
    args = parser.parse_args()
    core = PROJECT / "aae_core"
    modules = args.module or [str(path.relative_to(core)) for value in MODULES for path in sorted(core.glob(value))]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve() / "project"
        left_out = shutil.ignore_patterns(".git", "__pycache__", "checkpoints", "data", "runs", "shared")
        print(f"copying the project to {place}", flush=True)
        place.mkdir()
        for name in ("aae_core", "app", "benchmarks", "docs", "tests"):
            shutil.copytree(PROJECT / name, place / name, ignore=left_out if name == "benchmarks" else None)
        for name in ("pytest.ini", "pyproject.toml"):  # `aae_core.places` recognises a checkout by the latter
            shutil.copy(PROJECT / name, place)
        (place / "checkpoints").symlink_to(PROJECT / "checkpoints")
        os.environ["CI"] = "true"  # the tests that run there
        os.environ["OMP_NUM_THREADS"] = "1"
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # bytecode of a fault, the next one would find it
        sys.dont_write_bytecode = True
        import scipy.stats  # noqa: F401 (once here, not in each of the processes)
        import sklearn.metrics  # noqa: F401
        import torch  # noqa: F401

        known = {}
        for module in modules:
            if not faults(ast.parse((core / module).read_text())):
                continue
            possible, tried, survived = measure(place, module, args.sample, args.seed, known)
            print(f"{module}: {tried - len(survived)} of {tried} killed", *survived, sep="\n    ", flush=True)
            if args.write:
                write(module, possible, tried, tried - len(survived), args)


if __name__ == "__main__":
    main()
