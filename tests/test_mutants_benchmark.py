"""The faults that benchmarks/robustness/mutants.py makes, on modules written by hand."""

import ast

import pytest

from benchmarks.robustness.mutants import Fault, possible_faults, run_in_child


@pytest.mark.parametrize(
    ("source", "faulty_sources"),
    [
        ("a < b", {"a <= b"}),
        ("a and (not b)", {"a or not b", "a and b"}),
        ("f(2)[a ** 2]", {"f(3)[a ** 2]", "f(2)[a * 2]", "f(2)[a ** 3]"}),
        ("f(a)", {"pass"}),
        ("def f(a: int | None = 1):\n    return -a", {"def f(a: int | None=2):\n    return -a",
                                                      "def f(a: int | None=1):\n    return None",
                                                      "def f(a: int | None=1):\n    return a"}),
        ("[a for a in b if a]", {"[a for a in b if True]"}),
        ("if a:\n    raise KeyError(1 + 2)", {"if not a:\n    raise KeyError(1 + 2)", "if a:\n    pass"}),
        ("'a' + b", set()),
        ("import a\nif TYPE_CHECKING:\n    x = 1", set()),
    ],
)  # fmt: skip
def test_each_fault_changes_one_thing_and_no_text(source, faulty_sources):
    tree = ast.parse(source)
    assert {Fault(tree, number).source for number in range(len(possible_faults(tree)))} == faulty_sources
    assert ast.unparse(tree) == ast.unparse(ast.parse(source))


def test_what_fails_or_does_not_end_is_noticed():
    assert run_in_child(lambda: 0, 60) == 0
    assert run_in_child(lambda: 1, 60) == 1
    assert run_in_child(lambda: __import__("time").sleep(60), 0.2) == 124
