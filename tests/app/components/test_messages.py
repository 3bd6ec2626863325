"""What Python hears of a page: one description, to which the page's types and Python's check belong."""

import json
import math

import pytest

pytest.importorskip("streamlit")
from app.components import hearing, loading
from app.server.messages import MessageError


def typescript(form):
    return (
        form
        if isinstance(form, str)
        else f"{{{', '.join(f'{name}: {typescript(part)}' for name, part in form.items())}}}"
    )


def test_the_types_of_the_page_are_those_that_python_checks():
    rows = [f" *   {kind}: {typescript(form)}," for kind, form in hearing.FORMS.items()]
    told = (
        (loading.MODULES / "host" / "host.js")
        .read_text(encoding="utf-8")
        .partition("@typedef {{")[2]
        .partition(" * }} Messages")[0]
    )
    assert told.split("\n")[1:-1] == rows


GOOD = {
    "code": {"z": [0, 1.5], "turn": 3}, "picked": {"index": -1}, "frame": {"step": None}, "layers": {"codes": True},
    "view": {"home": True},
    "layout": {"rows": [1], "columns": [0, 2], "blend": {"a": 0, "b": 1, "t": 0.5}}, "setup": {"seed": 7, "prior": "gaussian"},
    "hide": {"names": []}, "go": {"lesson": "a", "at": 1, "number": 2}, "moment": {"axis": "steps", "at": 0.25},
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_message_of_its_form_is_handed_on_as_it_is(kind):
    assert hearing.formed(kind, GOOD[kind]) is GOOD[kind]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("code", None), ("code", [1, 2]), ("code", {}), ("code", {"z": "1"}), ("code", {"z": [1, "2"]}), ("code", {"z": [True]}),
        ("code", {"z": [1], "y": 2}), ("picked", {"index": None}), ("frame", {"step": "10"}), ("layers", {"codes": 1}),
        ("layout", {"rows": [1], "columns": [0], "blend": {"a": 0, "b": 1}}),
        ("layout", {"rows": [1], "columns": [0], "blend": [0, 1, 0.5]}),
        ("image", {"pixels": 7}), ("rules", {"weight": "1"}), ("hide", {"names": "time"}),
        ("no kind", {}), ("size", {"presenter": math.inf}),
    ],
)  # fmt: skip
def test_any_other_form_is_refused_in_a_sentence(kind, value):
    with pytest.raises(MessageError, match=f"“{kind}” of an unknown form, which was refused"):
        hearing.formed(kind, value)


def test_what_is_of_no_form_reaches_nobody(monkeypatch):
    state = {"plane": {"code": json.loads('{"z": [1, null], "turn": 1}')}}
    monkeypatch.setattr(hearing.st, "session_state", state)
    hearing.callbacks("plane", ("code",), lambda *said: pytest.fail("it was heard"))["on_code_change"]()
    assert "unknown form" in state["plane.refused"]
