"""Requests of one page that wait: of several for the same run the last one is left, and no press of a button is lost."""

import pytest

pytest.importorskip("streamlit")
from streamlit.proto.BackMsg_pb2 import BackMsg

from app.streamlit_quirks.rerun_queue import MAX_BYTES, MAX_WAITING, RerunQueue


def request(page="a", fragment="", widgets=(), **fields):
    """A request for a run; widgets: the values of widget states, by their kind."""
    message = BackMsg(rerun_script={"page_script_hash": page, "fragment_id": fragment, **fields})
    for number, (kind, value) in enumerate(widgets):
        message.rerun_script.widget_states.widgets.add(**{"id": f"w{number}", kind: value})
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def remaining_messages(*messages):
    """What is left of messages that arrived before Streamlit took any."""
    queue = RerunQueue()
    for message in messages:
        assert queue.append_and_check_limits(message)
    popped_messages = []
    while queue.first() is not None:
        popped_messages.append(queue.pop())
    assert queue.bytes == 0
    return popped_messages


SLIDER = [request(widgets=[("int_value", value)]) for value in range(30)]
PRESS = request(widgets=[("trigger_value", True)])
STOP = {"type": "websocket.receive", "bytes": BackMsg(stop_script=True).SerializeToString()}


def test_of_many_values_of_a_slider_the_last_one_runs():
    assert remaining_messages(*SLIDER) == [SLIDER[-1]]


@pytest.mark.parametrize(
    "trigger",
    [
        ("trigger_value", True),
        ("string_trigger_value", {"data": ""}),
        ("chat_input_value", {"data": "x"}),
        ("json_trigger_value", "[]"),
    ],
)
def test_no_press_is_left_out(trigger):
    press = [request(widgets=[trigger]) for _ in range(3)]
    assert remaining_messages(*press) == press
    assert remaining_messages(*press, SLIDER[0], SLIDER[1]) == [*press, SLIDER[1]]
    assert remaining_messages(SLIDER[0], *press, SLIDER[1], *press) == [*press, *press]


@pytest.mark.parametrize("widget", [("trigger_value", False), ("json_trigger_value", ""), ("json_value", "[]")])
def test_a_button_that_was_not_pressed_is_no_press(widget):
    requests = [request(widgets=[widget]) for _ in range(2)]
    assert remaining_messages(*requests) == requests[1:]


def test_fragments_and_pages_are_told_apart_and_the_last_is_the_newest():
    first_fragment = request(fragment="1")
    second_fragment = request(fragment="2")
    page_run = request()
    other_page_run = request(page="b")
    assert remaining_messages(first_fragment, second_fragment, page_run, other_page_run) == [
        first_fragment,
        second_fragment,
        page_run,
        other_page_run,
    ]
    newer_fragment = request(fragment="1", widgets=[("int_value", 1)])
    assert remaining_messages(first_fragment, second_fragment, newer_fragment) == [second_fragment, newer_fragment]


def test_going_back_is_not_taken_for_another_change():
    back_request = request(is_history_navigation=True)
    assert remaining_messages(SLIDER[0], back_request, SLIDER[1]) == [back_request, SLIDER[1]]


def test_other_messages_keep_their_place():
    assert remaining_messages(SLIDER[0], STOP, STOP, SLIDER[1]) == [STOP, STOP, SLIDER[1]]


def test_no_more_than_may_wait():
    queue = RerunQueue()
    assert all(queue.append_and_check_limits(PRESS) for _ in range(MAX_WAITING)) and not queue.append_and_check_limits(
        PRESS
    )
    large_request = request(widgets=[("string_value", "x" * 900_000), ("trigger_value", True)])
    queue = RerunQueue()
    assert [queue.append_and_check_limits(large_request) for _ in range(5)] == [True] * 4 + [
        False
    ] and queue.bytes > MAX_BYTES
    queue.clear()
    assert queue.first() is None and queue.append_and_check_limits(PRESS)
