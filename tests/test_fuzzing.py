"""What strangers say: every reader, link, message, route and command answers or refuses in a sentence, and does nothing else.

The targets are in `fuzzing/`; `python -m benchmarks.robustness.fuzz` gives them as many cases as one likes
(docs/development/fuzzing.md).
"""

from pathlib import Path

import pytest

pytest.importorskip("hypothesis", reason="it makes the cases: pip install -r requirements-dev.txt")
pytest.importorskip("streamlit")
from fuzzing import pages, target, targets
from fuzzing.places import Place

import app.views
from app.messages import validation
from app.server import answers


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("fuzzing") / "place")


@pytest.mark.parametrize("case", targets.TARGETS, ids=lambda fuzz_target: fuzz_target.name)
def test_whatever_it_is_given_it_answers_or_refuses_in_a_sentence(place, case, request):
    """In the thorough run as many cases as the table says, else a tenth of them."""
    is_thorough = not request.config.option.markexpr
    target.check_target(case, place, case.thorough if is_thorough else -(-case.thorough // 10))


def test_every_page_message_and_request_is_among_them(place):
    message_kinds = {kind for *_, kind in pages.page_readers_and_takers(place)[1]}
    assert {page for page, _ in pages.SHOWN_PAGES} == {
        file.stem for file in Path(app.views.__path__[0]).glob("[a-z]*.py")
    }
    assert message_kinds == validation.RECORDS.keys()
    live_kinds = {"now"}  # asked only while a revision is trained; see tests/app/server/test_live_codes.py
    request_kinds = {kind for kind, _ in pages.request_addresses(place).values()}
    assert request_kinds == answers.REQUEST_KINDS.keys() - live_kinds
