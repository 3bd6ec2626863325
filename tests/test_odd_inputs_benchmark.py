"""benchmarks/robustness/odd_inputs.py: each input gets what is right, and the page shows them all."""

import pytest

pytest.importorskip("pyarrow")
from aae_core.places import PROJECT
from benchmarks.robustness import odd_inputs

ODD_INPUTS = odd_inputs.odd_inputs()


@pytest.mark.parametrize("odd_input", ODD_INPUTS, ids=lambda odd_input: f"{odd_input.kind} {odd_input.name}")
def test_an_odd_input_gets_what_is_right(odd_input):
    outcome = odd_inputs.read_odd_input(odd_input)
    assert all(text in outcome for text in odd_input.expected_texts), outcome


def test_the_page_has_a_row_for_each_odd_input():
    page = (PROJECT / "docs" / "development" / "odd_inputs.md").read_text(encoding="utf-8")
    assert len(ODD_INPUTS) >= 50 and {odd_input.kind for odd_input in ODD_INPUTS} == {f"A{k}" for k in range(1, 10)}
    assert page.count("\n- **A") == len(ODD_INPUTS)


def test_an_outcome_that_is_not_right_ends_the_benchmark(monkeypatch, capsys):
    wrong_input = odd_inputs.OddInput("A1", "a wrong one", lambda folder: "Read.", ("refused",))
    monkeypatch.setattr(odd_inputs, "odd_inputs", lambda: [wrong_input])
    assert odd_inputs.main(["--check"]) == 1
    assert "A1 a wrong one: ['refused'] is right, and this came: Read." in capsys.readouterr().err
