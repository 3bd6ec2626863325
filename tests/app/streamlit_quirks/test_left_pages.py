"""Turning pages: what a browser still asks of a page that it has left does not reach Streamlit, and all else does."""

import pytest

pytest.importorskip("streamlit")
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.server.message_bounds import MessageBounds
from app.streamlit_quirks.left_pages import LeftPages

END = {"type": "websocket.disconnect"}


def run_request(page, part="", **fields):
    """The browser, which is on that page, asks for a run of it, or of a part of it alone."""
    run = {"page_script_hash": page, "fragment_id": part, "is_auto_rerun": bool(part), **fields}
    return {"type": "websocket.receive", "bytes": BackMsg(rerun_script=run).SerializeToString()}


def run_notice(kind, page):
    """The server begins a run of a page, or leads the browser to it."""
    return {"type": "websocket.send", "bytes": ForwardMsg(**{kind: {"page_script_hash": page}}).SerializeToString()}


@pytest.fixture
def heard_numbers(run_in_thread):
    """heard_numbers(*messages) -> which of the browser's among them Streamlit hears, by number; they go their way in that
    order."""

    def pass_messages(*messages):
        queue, numbers, sent_messages, senders = list(messages), [], [], []

        async def receive():
            while queue and queue[0]["type"] == "websocket.send":
                await senders[0](queue.pop(0))
            return queue.pop(0) if queue else END

        async def send(message):
            sent_messages.append(message)

        async def streamlit(scope, receive, send):
            senders.append(send)
            while (message := await receive()) is not END:
                numbers.append(next(n for n, entry in enumerate(messages) if entry.get("bytes") is message["bytes"]))

        run_in_thread(MessageBounds(LeftPages(streamlit))({"type": "websocket"}, receive, send))
        assert sent_messages == [item for item in messages if item["type"] == "websocket.send"]
        return numbers

    return pass_messages


FIRST_RUN = [run_request("", page_name="train"), run_notice("new_session", "main"), run_notice("navigation", "train")]


def test_a_part_of_the_page_that_is_shown_runs_alone(heard_numbers):
    assert heard_numbers(
        *FIRST_RUN, run_request("train", "watch"), run_notice("new_session", "train"), run_request("train", "watch")
    ) == [0, 3, 5]


def test_so_does_one_of_a_page_that_is_not_told(heard_numbers):
    assert heard_numbers(*FIRST_RUN, run_request("", "watch")) == [0, 3]


def test_a_part_of_a_page_that_was_left_does_not(heard_numbers):
    messages = [*FIRST_RUN, run_request("explore"), run_request("train", "watch")]
    assert heard_numbers(*messages) == [0, 3]
    longer_messages = [
        *messages,
        run_notice("new_session", "explore"),
        run_request("train", "watch"),
        run_request("explore", "plane"),
    ]
    assert heard_numbers(*longer_messages) == [0, 3, 7]


def test_what_the_server_still_says_of_the_page_before_leads_nowhere(heard_numbers):
    late_messages = [
        run_notice("new_session", "train"),
        run_notice("navigation", "train"),
        run_request("train", "watch"),
    ]
    assert heard_numbers(
        *FIRST_RUN,
        run_request("explore"),
        *late_messages,
        run_notice("new_session", "explore"),
        run_request("explore", "plane"),
    ) == [
        0,
        3,
        8,
    ]


def test_the_server_itself_may_turn_the_page(heard_numbers):
    later_messages = [
        run_notice("new_session", "lessons"),
        run_notice("new_session", "train"),
        run_request("train", "watch"),
    ]
    assert heard_numbers(*FIRST_RUN, run_request("lessons"), *later_messages, run_request("lessons", "panel")) == [
        0,
        3,
        6,
    ]


def test_a_page_that_does_not_exist_is_the_first_one(heard_numbers):
    assert heard_numbers(
        run_request("gone"),
        run_notice("new_session", "gone"),
        run_notice("navigation", "explore"),
        run_request("explore", "plane"),
    ) == [0, 3]


def test_what_is_no_run_passes(heard_numbers):
    stop_message = {"type": "websocket.receive", "bytes": BackMsg(stop_script=True).SerializeToString()}
    delta = {"type": "websocket.send", "bytes": ForwardMsg(delta={"fragment_id": "a"}).SerializeToString()}
    unreadable_message = {"type": "websocket.send", "bytes": b"\xff\xff"}
    messages = [*FIRST_RUN, delta, unreadable_message, stop_message, run_request("train", "watch")]
    assert heard_numbers(*messages) == [0, 5, 6]
    assert heard_numbers(run_request("any", "part")) == [0]
