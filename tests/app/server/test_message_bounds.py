"""Which messages of a page's websocket reach Streamlit, and which close it."""

import time

import pytest

pytest.importorskip("streamlit")
from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg

from app.server import message_bounds
from app.server.message_bounds import (
    BURST,
    MAX_BYTES,
    MAX_FIELDS,
    MAX_FILES,
    MAX_WIDGETS,
    MessageBounds,
    TokenBucket,
    count_fields,
)


def rerun(states=0, **fields):
    """A request for a run, with so many widget states."""
    message = BackMsg(rerun_script=fields)
    message.rerun_script.SetInParent()
    for number in range(states):
        message.rerun_script.widget_states.widgets.add(id=f"$$ID-{number}", bool_value=True)
    return message.SerializeToString()


@pytest.fixture
def pass_messages(run_in_thread):
    """pass_messages(*messages) -> (the bytes that reach Streamlit, the code with which the websocket is closed or None)."""

    def run_bounds(*messages):
        queue = [{"type": "websocket.receive", **message} for message in messages]
        arrivals, close_codes = [], []

        async def receive():
            return queue.pop(0) if queue else {"type": "websocket.disconnect", "code": 1005}

        async def send(message):
            close_codes.append(message["code"])

        async def streamlit(scope, receive, send):
            while (message := await receive())["type"] == "websocket.receive":
                arrivals.append(message["bytes"])

        run_in_thread(MessageBounds(streamlit)({"type": "websocket"}, receive, send))
        assert len(close_codes) <= 1
        return arrivals, next(iter(close_codes), None)

    return run_bounds


def binary_messages(*data):
    return [{"bytes": item} for item in data]


def test_what_pages_send_reaches_streamlit_in_its_order(pass_messages):
    messages = [
        rerun(12, query_string="a=1", page_script_hash="0" * 32, fragment_id="1" * 32, is_auto_rerun=True),
        BackMsg(stop_script=True).SerializeToString(),
        BackMsg(app_heartbeat=True).SerializeToString(),
        BackMsg(file_urls_request={"request_id": "1", "file_names": ["a.zip"] * MAX_FILES}).SerializeToString(),
        BackMsg(backend_operation_request={"deferred_file": {"file_id": "x"}}).SerializeToString(),
        BackMsg(backend_operation_request={"dataframe_chunk": {"source_id": "x"}}).SerializeToString(),
        rerun(MAX_WIDGETS),
    ]
    assert pass_messages(*binary_messages(*messages)) == (messages, None)


def test_a_large_text_of_a_widget_reaches_streamlit(pass_messages):
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="$$ID-pad-pad", json_value="x" * (MAX_BYTES - 1_000))
    data = message.SerializeToString()
    assert pass_messages(*binary_messages(data)) == ([data], None)


@pytest.mark.parametrize(
    "data, code",
    [
        (rerun(MAX_WIDGETS + 1), 1009),
        (rerun(50_000), 1009),
        (rerun(400_000), 1009),
        (rerun(query_string="x" * (MAX_BYTES + 1)), 1009),
        (rerun(cached_message_hashes=[""] * (MAX_FIELDS + 10_000)), 1009),
        (BackMsg(file_urls_request={"file_names": [""] * 400_000}).SerializeToString(), 1009),
        (BackMsg(file_urls_request={"file_names": ["a"] * (MAX_FILES + 1)}).SerializeToString(), 1009),
        (rerun(widget_states={"widgets": [{"id": "w", "bool_value": True}]}), 1008),
        (rerun(fragment_id="x" * 1_000), 1008),
        (rerun(page_script_hash="x" * 1_000), 1008),
        (b"\xff\xff", 1002),
        (b"\xff" * 20_000, 1002),
    ],
    ids=[
        "states",
        "many",
        "most",
        "size",
        "hashes",
        "names",
        "files",
        "id",
        "fragment",
        "page",
        "broken",
        "long-broken",
    ],
)
def test_a_message_beyond_a_bound_closes_the_websocket(pass_messages, data, code):
    assert pass_messages(*binary_messages(rerun(), data, rerun())) == ([rerun()], code)


def test_a_text_frame_closes_the_websocket(pass_messages):
    assert pass_messages({"text": "x"}) == ([], 1002)


def test_too_many_messages_at_once_close_the_websocket(pass_messages):
    arrivals, code = pass_messages(*binary_messages(*[rerun()] * (BURST + 200)))
    assert code == 1008 and BURST <= len(arrivals) < BURST + 200


def test_messages_with_many_values_count_as_several(pass_messages):
    large_message = rerun(query_string="x" * 16_000, cached_message_hashes=[""] * (MAX_FIELDS - 100))
    arrivals, code = pass_messages(*binary_messages(*[large_message] * 100))
    assert code == 1008 and len(arrivals) <= 100 * BURST // (MAX_FIELDS - 100) + 5


@pytest.mark.parametrize("kind", ["clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime"])
def test_what_only_developers_send_does_not_reach_streamlit(pass_messages, kind):
    developer_message = BackMsg(**{kind: True}).SerializeToString()
    assert pass_messages(*binary_messages(developer_message, rerun(), developer_message)) == ([rerun()], None)


def test_no_visitor_installs_files_or_sends_nothing(pass_messages):
    install_request = BackMsg(backend_operation_request={"install_skills": {}}).SerializeToString()
    empty_request = BackMsg(backend_operation_request={}).SerializeToString()
    assert pass_messages(*binary_messages(install_request, empty_request, b"", rerun())) == ([rerun()], None)


def test_the_log_says_once_why_a_websocket_was_closed(pass_messages, monkeypatch):
    lines = []
    monkeypatch.setattr(message_bounds.LOGGER, "warning", lambda text, *values: lines.append(text % values))
    pass_messages(*binary_messages(b"\xff\xff"))
    assert lines == ["A websocket was closed: The page sent a message that cannot be decoded."]


def fields_of(message: Message) -> int:
    """The number of fields in a decoded message and the messages inside it."""
    count = 0
    for _, value in message.ListFields():
        values = value if isinstance(value, list) or hasattr(value, "append") else [value]
        count += sum(1 + (fields_of(entry) if isinstance(entry, Message) else 0) for entry in values)
    return count


def test_fields_are_counted_as_protobuf_decodes_them():
    message = BackMsg()
    for number in range(7):
        message.rerun_script.widget_states.widgets.add(id=f"w{number}", int_value=-number)
    message.rerun_script.widget_states.widgets.add(id="list").string_array_value.data.extend(["", "ä", "x" * 300])
    message.rerun_script.cached_message_hashes.extend(["a", "b"])
    message.rerun_script.context_info.timezone_offset = 300
    data = message.SerializeToString()
    assert count_fields(data, BackMsg.DESCRIPTOR, 1_000) == fields_of(message)
    for end in range(len(data)):  # cut messages are counted without an error, too
        assert count_fields(data[:end], BackMsg.DESCRIPTOR, 1_000) <= fields_of(message)


def test_a_list_of_numbers_counts_by_its_size():
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add().double_array_value.data.extend([0.5] * 800)
    assert 800 <= count_fields(message.SerializeToString(), BackMsg.DESCRIPTOR, 10_000) <= 810


def test_counting_ends_soon_after_the_limit():
    data = rerun(80_000)
    start_time = time.perf_counter()
    assert 100 < count_fields(data, BackMsg.DESCRIPTOR, 100) < 110
    assert time.perf_counter() - start_time < 0.1


def test_a_bucket_refills_with_time(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(message_bounds.time, "monotonic", lambda: clock[0])
    bucket = TokenBucket(3, 2.0)
    assert [bucket.try_take() for _ in range(4)] == [True, True, True, False]
    assert bucket.seconds_until() == pytest.approx(0.5)
    clock[0] += 0.5
    assert bucket.try_take() and not bucket.try_take()
    clock[0] += 60
    assert [bucket.try_take() for _ in range(4)] == [True, True, True, False]


def test_a_message_to_a_browser_that_has_left_is_dropped(run_in_thread):
    """Else Streamlit takes the failed write for a message that it cannot read, and logs a traceback."""

    async def receive():
        return {"type": "websocket.disconnect", "code": 1006}

    async def send(message):
        raise BrokenPipeError

    async def streamlit(scope, receive, send):
        await send({"type": "websocket.send", "bytes": b""})
        assert (await receive())["type"] == "websocket.disconnect"

    run_in_thread(MessageBounds(streamlit)({"type": "websocket"}, receive, send))
