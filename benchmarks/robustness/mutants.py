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

from benchmarks.document import wrap_prose

PROJECT = Path(__file__).resolve().parents[2]
MODULES = (
    "files.py",
    *("config/[!p]*.py", "config/painting.py", "models/objectives.py", "models/posteriors.py", "models/priors/*.py"),
    *("training/phases.py", "evaluation/distances.py", "store/*.py"),
)
DOCUMENT = PROJECT / "docs" / "development" / "mutants.md"
FIRST_TESTS = 40  # number of tests that execute the line, quickest first, to run before all others
FAULTY_OPERATORS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.MatMult: ast.Add,
}  # fmt: skip


def possible_faults(tree: ast.Module):
    """[(node, field, index or None, replacement)] of every fault that can be made in the tree."""

    def faults_below(node: ast.AST):
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
                    yield from ((node, field, index, faulty_node) for faulty_node in faulty_nodes(node, field, item))
                    if not isinstance(item, ast.Raise):  # its message is text
                        yield from faults_below(item)
        if isinstance(node, ast.comprehension):
            yield from ((node, "ifs", index, ast.Constant(True)) for index in range(len(node.ifs)))

    return list(faults_below(tree))


def faulty_nodes(parent: ast.AST, field: str, node: ast.AST):
    """The faulty nodes that can replace a node."""
    if type(node) in FAULTY_OPERATORS and not (isinstance(node, (ast.Add, ast.Mod)) and has_text(parent)):
        yield FAULTY_OPERATORS[type(node)]()
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


def has_text(node: ast.AST) -> bool:
    return any(isinstance(entry, ast.JoinedStr) or isinstance(entry, ast.Constant) and isinstance(entry.value, str)
               for entry in ast.walk(node))  # fmt: skip


class Fault:
    """One fault: the faulty source, the lines that it changes, and the change in words."""

    def __init__(self, tree: ast.Module, number: int):
        mutant = copy.deepcopy(tree)
        node, field, index, faulty_node = possible_faults(mutant)[number]
        place = getattr(node, field)
        old_node = place if index is None else place[index]
        numbered_node = old_node if hasattr(old_node, "lineno") else node
        self.lines = range(getattr(numbered_node, "lineno", 0), getattr(numbered_node, "end_lineno", 0) + 1)
        printed_node = old_node if isinstance(old_node, ast.stmt) else node  # an operator has no text of its own
        old_text = ast.unparse(printed_node)
        if index is None:
            setattr(node, field, faulty_node)
        else:
            place[index] = faulty_node
        self.source = ast.unparse(ast.fix_missing_locations(mutant))
        new_text = ast.unparse(printed_node if printed_node is node else faulty_node)
        self.description = f"line {self.lines.start}: {' '.join(old_text.split())} -> {' '.join(new_text.split())}"


class LineRecorder:
    """A pytest plugin that notes which lines of the files of a folder each test executes, and how long it takes."""

    def __init__(self, folder: Path):
        self.folder, self.tests, self.executed_lines, self.fixture_lines = str(folder), {}, set(), {}

    def trace(self, frame, event, arg):
        if not frame.f_code.co_filename.startswith(self.folder):
            return None
        self.executed_lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self.trace

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        start, self.executed_lines = time.monotonic(), set()
        sys.settrace(self.trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            fixture_lines = set().union(*(self.fixture_lines.get(name, ()) for name in item.fixturenames))
            self.tests[item.nodeid] = (time.monotonic() - start, sorted(self.executed_lines | fixture_lines))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        outer_lines, self.executed_lines = self.executed_lines, set()
        try:
            return (yield)
        finally:
            self.fixture_lines.setdefault(fixturedef.argname, set()).update(self.executed_lines)
            self.executed_lines |= outer_lines


def run_in_child(function, seconds: float) -> int:
    """The exit status of function() in a forked process group; 124 if it took more than so many seconds and was
    killed."""
    child = os.fork()
    if not child:
        os.setsid()
        null_device = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null_device, stream)
        status = 3
        try:
            status = int(function())
        finally:
            os._exit(status)
    deadline, status = time.monotonic() + seconds, None
    while status is None and time.monotonic() < deadline:
        waited_pid, status = os.waitpid(child, os.WNOHANG)
        if not waited_pid:
            status = None
            time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # including processes that a test may have left
    if status is None:
        os.waitpid(child, 0)
        return 124
    return os.waitstatus_to_exitcode(status)


def run_tests(project: Path, tests: list[str], plugins=()) -> int:
    """pytest's exit status for the tests in a copy of the project."""
    os.chdir(project)
    sys.path[:] = [str(project), *(element for element in sys.path if element not in ("", str(PROJECT)))]
    return pytest.main(["-x", "-n0", "-p", "no:cacheprovider", *tests], plugins=list(plugins))


def run_without_fault(project: Path, tests: str) -> tuple[list, float]:
    """[(seconds, name, executed lines of aae_core)] of each test, quickest first, and the seconds of all tests."""
    lines_file = project / "lines.json"

    def record_lines():
        sys.dont_write_bytecode = False  # later runs reuse this bytecode
        recorder = LineRecorder(project / "aae_core")
        status = run_tests(project, [tests], [recorder])
        lines_file.write_text(json.dumps(recorder.tests))
        return status

    start = time.monotonic()
    status = run_in_child(record_lines, 3600)
    if status:
        sys.exit(f"{tests} do not pass without a fault (exit status {status})")
    result = json.loads(lines_file.read_text())
    executed_tests = sorted(
        (seconds, name, {tuple(line) for line in lines}) for name, (seconds, lines) in result.items()
    )
    return executed_tests, time.monotonic() - start


def measure_module(project: Path, module: str, sample: int, seed: int, baselines: dict) -> tuple[int, int, list[str]]:
    """The numbers of possible and of tried faults in a module, and those that survived, in words. `baselines`: cache of
    `run_without_fault` by folder of tests."""
    file = project / "aae_core" / module
    source = file.read_text()
    tree = ast.parse(source)
    fault_count = len(possible_faults(tree))
    numbers = sorted(random.Random(f"{seed} {module}").sample(range(fault_count), min(sample, fault_count)))
    test_path = Path("tests/aae_core") / module
    own_tests = test_path.with_name(f"test_{test_path.name}")
    tests = str(test_path.parent if len(test_path.parts) > 3 else own_tests)
    print(f"{module}: {fault_count} faults, {tests} ...", flush=True)
    if tests not in baselines:
        baselines[tests] = run_without_fault(project, tests)
    executed_tests, usual_seconds = baselines[tests]
    print(f"  {len(executed_tests)} tests, {usual_seconds:.0f} s without a fault", flush=True)
    survivors = []
    for count, number in enumerate(numbers, 1):
        fault = Fault(tree, number)
        fault_lines = {(str(file), line) for line in fault.lines}
        line_tests = [(seconds, name) for seconds, name, lines in executed_tests if lines & fault_lines]
        if line_tests:
            first = (
                [name for _, name in line_tests[:FIRST_TESTS]],
                sum(seconds for seconds, _ in line_tests[:FIRST_TESTS]),
            )
            stages = first, (sorted({name.split("::")[0] for _, name in line_tests}), usual_seconds)
        else:  # the line is executed only at import
            first_tests = [str(own_tests)] if (project / own_tests).exists() else []
            stages = (first_tests, usual_seconds), ([tests], usual_seconds)
        file.write_text(fault.source)
        start = time.monotonic()
        for stage_tests, expected_seconds in stages:
            is_detected = (
                bool(stage_tests)
                and run_in_child(
                    lambda stage_tests=stage_tests: run_tests(project, stage_tests), 60 + 4 * expected_seconds
                )
                != 0
            )
            if is_detected:
                break
        if not is_detected:
            survivors.append(fault.description)
        seconds = time.monotonic() - start
        print(
            f"  {count}/{len(numbers)} {'killed' if is_detected else 'SURVIVED'} {seconds:.1f} s {fault.description}",
            flush=True,
        )
    file.write_text(source)
    return fault_count, len(numbers), survivors


def table_rows() -> dict[str, list[str]]:
    """The rows of the current table by module."""
    lines = DOCUMENT.read_text().splitlines() if DOCUMENT.exists() else []
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0]: row for row in cells}


def write_row(module: str, fault_count: int, tried_count: int, killed_count: int, args) -> None:
    """Insert or replace a module's row in the document; its share at the first measurement stays, and so do the
    sections below the table."""
    table = table_rows()
    share = f"{killed_count / tried_count:.0%}"
    first = table[module][-1] if module in table else share
    table[module] = [
        module,
        str(fault_count),
        str(tried_count),
        str(killed_count),
        share,
        date.today().isoformat(),
        first,
    ]
    body = "\n".join("| " + " | ".join([f"`{row[0]}`", *row[1:]]) + " |" for row in map(table.get, sorted(table)))
    page_text = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    sections = page_text[page_text.index("\n## ") :] if "\n## " in page_text else ""
    head = f"""# Faults that the tests notice

`python -m benchmarks.robustness.mutants --write` inserts one small fault at a time into a
module of `aae_core` and runs the tests of the same package (mutation testing); its docstring lists the faults. *Possible*: all
faults that can be made in the module; *tried*: a random sample of them; *killed*: those that made a test fail. *First*: the share
at the first measurement. If a test was written for a fault that had survived, the fault was tried again by hand. In
`config/choices.py`, which contains only names, no fault can be made.

| module | possible | tried | killed | share | measured | first |
|---|--:|--:|--:|--:|---|--:|
{body}
"""
    DOCUMENT.write_text(wrap_prose(head) + sections)


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
        project = Path(folder).resolve() / "project"
        ignored_names = shutil.ignore_patterns(".git", "__pycache__", "checkpoints", "data", "runs", "shared")
        print(f"copying the project to {project}", flush=True)
        project.mkdir()
        for name in ("aae_core", "app", "benchmarks", "docs", "tests"):
            shutil.copytree(PROJECT / name, project / name, ignore=ignored_names if name == "benchmarks" else None)
        for name in ("pytest.ini", "pyproject.toml"):  # `aae_core.places` recognises a checkout by the latter
            shutil.copy(PROJECT / name, project)
        (project / "checkpoints").symlink_to(PROJECT / "checkpoints")
        os.environ["CI"] = "true"  # the tests that run there
        os.environ["OMP_NUM_THREADS"] = "1"
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # bytecode of a fault, the next one would find it
        sys.dont_write_bytecode = True
        import scipy.stats  # noqa: F401 (once here, not in each of the processes)
        import sklearn.metrics  # noqa: F401
        import torch  # noqa: F401

        baselines = {}
        for module in modules:
            if not possible_faults(ast.parse((core / module).read_text())):
                continue
            fault_count, tried_count, survivors = measure_module(project, module, args.sample, args.seed, baselines)
            print(
                f"{module}: {tried_count - len(survivors)} of {tried_count} killed",
                *survivors,
                sep="\n    ",
                flush=True,
            )
            if args.write:
                write_row(module, fault_count, tried_count, tried_count - len(survivors), args)


if __name__ == "__main__":
    main()
