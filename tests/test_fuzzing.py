"""What strangers say: every reader, link, message, route and command answers or refuses in a sentence, and does nothing else.

The targets are in `fuzzing/`; `python -m benchmarks.fuzz` gives them as many cases as one likes (docs/fuzzing.md).
"""

import pytest

pytest.importorskip("hypothesis", reason="it makes the cases: pip install -r requirements-dev.txt")
pytest.importorskip("streamlit")
from fuzzing import target, targets
from fuzzing.places import Place
from tools import IN_CI


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("fuzzing") / "place")


@pytest.mark.parametrize("each", targets.TARGETS, ids=lambda each: each.name)
def test_whatever_it_is_given_it_answers_or_refuses_in_a_sentence(place, each, request):
    """In CI and in the thorough run as many cases as the table says, else a fifth of them."""
    whole = IN_CI or not request.config.option.markexpr
    target.check(each, place, each.usual if whole else -(-each.usual // 5))
