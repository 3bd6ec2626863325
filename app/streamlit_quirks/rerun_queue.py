"""The messages of one page that wait for Streamlit, with one request in place of several for runs that would show the
same.

Each request for a run carries the states of all the page's widgets, so of two that wait for a run of the same page, or
of the same fragment, only the later one has to run. One with a trigger, such as the press of a button, is never left
out: each counts.
"""

from dataclasses import dataclass

from google.protobuf.message import Message as ProtobufMessage
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

# The kinds of widget states that Streamlit takes for events: they hold for one run, and the browser sends them once.
TRIGGERS = {"trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"}
MAX_WAITING, MAX_BYTES = 200, 4_000_000  # messages, and bytes in all


@dataclass(frozen=True, eq=False)
class QueuedMessage:
    """message: of the websocket. run: what it requests to run, None if it requests no run. has_trigger: whether one of
    its widgets was triggered."""

    message: Message
    run: "RequestedRun | None" = None
    has_trigger: bool = False


@dataclass(frozen=True)
class RequestedRun:
    """page, page_name: which page, as Streamlit names it. fragment: the id of the only fragment that is to run, "" for
    the whole page. is_history_navigation: whether the browser went back or forward."""

    page: str
    page_name: str
    fragment: str
    is_history_navigation: bool


class RerunQueue:
    """Messages in the order of their arrival. A request replaces earlier ones for the same run that have no trigger; it
    stands at the end, since those between have older states of the widgets."""

    def __init__(self):
        self.entries: list[QueuedMessage] = []
        self.bytes = 0

    def append_and_check_limits(self, message: Message) -> bool:
        """Add a message; False if more messages, or more bytes, now wait than may."""
        new_entry = parse_queued_message(message)
        for entry in list(self.entries):
            if new_entry.run is not None and entry.run == new_entry.run and not entry.has_trigger:
                self._remove(entry)
        self.entries.append(new_entry)
        self.bytes += len(message.get("bytes") or b"")
        return len(self.entries) <= MAX_WAITING and self.bytes <= MAX_BYTES

    def first(self) -> QueuedMessage | None:
        """The message that arrived first; None if none waits."""
        return self.entries[0] if self.entries else None

    def pop(self) -> Message:
        """Take the message that arrived first."""
        entry = self.entries[0]
        self._remove(entry)
        return entry.message

    def clear(self) -> None:
        """Take all messages, and forget them."""
        self.entries, self.bytes = [], 0

    def _remove(self, entry):
        self.entries.remove(entry)
        self.bytes -= len(entry.message.get("bytes") or b"")


def parse_queued_message(message: Message) -> QueuedMessage:
    """What a message requests, which `message_bounds` has decoded once."""
    request = BackMsg.FromString(message.get("bytes") or b"")
    if request.WhichOneof("type") != "rerun_script":
        return QueuedMessage(message)
    state = request.rerun_script
    run = RequestedRun(state.page_script_hash, state.page_name, state.fragment_id, state.is_history_navigation)
    return QueuedMessage(message, run, any(is_triggered(widget) for widget in state.widget_states.widgets))


def is_triggered(widget: WidgetState) -> bool:
    """Whether a widget's state is an event, such as the press of a button."""
    kind = widget.WhichOneof("value")
    if kind not in TRIGGERS:
        return False
    value = getattr(widget, kind)
    if isinstance(value, ProtobufMessage):
        return bool(value.ListFields())
    return bool(value)
