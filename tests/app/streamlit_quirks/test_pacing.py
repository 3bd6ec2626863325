"""What a page requests reaches Streamlit when it is its turn, and not at all once the page is left."""

import asyncio

import pytest

pytest.importorskip("streamlit")
from helpers.visitor_sessions import ANN, BOB
from starlette.requests import HTTPConnection
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from app.server import message_bounds
from app.streamlit_quirks import pacing, run_turns
from app.streamlit_quirks.pacing import INTERRUPTIONS, InterruptionLimits, RerunPacing, visitor_identity
from app.visitors import identity

DISCONNECTION = {"type": "websocket.disconnect", "code": 1005}
RUN_BEGIN = ForwardMsg(new_session={"page_script_hash": "a"})
NEW_ELEMENT = ForwardMsg(delta={"new_element": {"empty": {}}})
RUN_END = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
EARLY_END = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)


class Tab:
    """A page's websocket through Pacing. heard_numbers: those of the messages that have reached Streamlit."""

    def __init__(self, middleware, cookie=""):
        self.sent_messages, self.heard_numbers, self.from_server = [], [], []
        self.inbox = asyncio.Queue()
        self.scope = {"type": "websocket", "path": "/", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2)}
        self.scope["headers"] = [(b"cookie", f"_streamlit_xsrf={cookie}".encode())]
        self.scope["tab"] = self
        self.task = asyncio.create_task(middleware(self.scope, self.inbox.get, self._take))

    async def _take(self, message):
        self.from_server.append(message)

    async def request(self, *messages):
        """The browser sends messages; they are numbered."""
        for message in messages:
            message = {"type": "websocket.receive", "bytes": message.SerializeToString()}
            self.sent_messages.append(message)
            self.inbox.put_nowait(message)
        await settle()

    async def answer(self, *messages):
        """Streamlit sends messages."""
        for message in messages:
            await self.send({"type": "websocket.send", "bytes": message.SerializeToString()})
        await settle()

    async def leave(self):
        self.inbox.put_nowait(DISCONNECTION)
        await settle()


async def streamlit(scope, receive, send):
    tab = scope["tab"]
    tab.send = send
    while (message := await receive()) != DISCONNECTION and message["type"] == "websocket.receive":
        tab.heard_numbers.append(
            next(number for number, sent_message in enumerate(tab.sent_messages) if sent_message is message)
        )


async def settle():
    """Let everything happen that needs no time."""
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.fixture
def clock(monkeypatch):
    """The time of the buckets: a list of one number of seconds."""
    seconds = [100.0]
    monkeypatch.setattr(message_bounds.time, "monotonic", lambda: seconds[0])
    return seconds


@pytest.fixture
def visit(run_in_thread, monkeypatch):
    """visit(scenario): run scenario(open_tab) with open_tab(cookie) -> a Tab; a run that does not begin is waited for a long
    time."""
    monkeypatch.delenv("AAE_SHARED", raising=False)
    monkeypatch.setattr(pacing, "BEGIN_TIMEOUT", 60.0)

    def visit_(scenario):
        async def run():
            middleware, tabs = RerunPacing(streamlit), []

            def open_tab(cookie=ANN):
                tabs.append(Tab(middleware, cookie))
                return tabs[-1]

            await scenario(open_tab)
            for tab in tabs:
                tab.task.cancel()

        run_in_thread(run())

    return visit_


def rerun(value=0, **fields):
    message = BackMsg(rerun_script={"page_script_hash": "a", **fields})
    message.rerun_script.widget_states.widgets.add(id="slider", int_value=value)
    return message


def press():
    message = BackMsg(rerun_script={"page_script_hash": "a"})
    message.rerun_script.widget_states.widgets.add(id="button", trigger_value=True)
    return message


def test_who_acts_one_thing_after_another_never_waits(visit):
    async def scenario(open_tab):
        tab = open_tab()
        for number in range(100):
            await tab.request(rerun(number))
            assert tab.heard_numbers == list(range(number + 1))
            await tab.answer(RUN_BEGIN, RUN_END)

    visit(scenario)


def test_a_run_is_interrupted_at_once_but_not_again_and_again(visit):
    async def scenario(open_tab):
        tab = open_tab()
        for number in range(60):  # as a key is held down
            await tab.request(rerun(number))
            await tab.answer(RUN_BEGIN, NEW_ELEMENT)
        assert (
            tab.heard_numbers[: INTERRUPTIONS + 1] == list(range(INTERRUPTIONS + 1))
            and len(tab.heard_numbers) < INTERRUPTIONS + 5
        )
        await tab.answer(RUN_END)
        assert tab.heard_numbers[-1] == 59  # the last value, and none between
        assert len(tab.heard_numbers) < INTERRUPTIONS + 6

    visit(scenario)


def test_a_run_is_not_interrupted_while_it_may_call_callbacks(visit):
    """Streamlit's next run would call them, too: one press would act twice."""

    async def scenario(open_tab):
        tab = open_tab()
        await tab.request(rerun(1))
        await tab.request(press())
        assert tab.heard_numbers == [0]
        await tab.answer(RUN_BEGIN)
        assert tab.heard_numbers == [0]
        await tab.answer(NEW_ELEMENT)
        assert tab.heard_numbers == [0, 1]
        await tab.answer(NEW_ELEMENT)  # still of the run before
        await tab.request(rerun(2))
        assert tab.heard_numbers == [0, 1]
        await tab.answer(RUN_BEGIN, NEW_ELEMENT)
        assert tab.heard_numbers == [0, 1, 2]

    visit(scenario)


def test_a_long_callback_does_not_keep_the_page_for_ever(visit, monkeypatch):
    monkeypatch.setattr(pacing, "CALLBACKS_TIMEOUT", 0.2)

    async def scenario(open_tab):
        tab = open_tab()
        await tab.request(press())
        await tab.answer(RUN_BEGIN)
        await tab.request(rerun(1))
        assert tab.heard_numbers == [0]
        await asyncio.sleep(0.3)
        await settle()
        assert tab.heard_numbers == [0, 1]

    visit(scenario)


def test_each_press_is_heard_in_its_order(visit):
    async def scenario(open_tab):
        tab = open_tab()
        await tab.request(*[press() for _ in range(INTERRUPTIONS + 6)], rerun(1), rerun(2), press(), rerun(3))
        for _ in range(INTERRUPTIONS + 12):
            await tab.answer(RUN_BEGIN, RUN_END)
        presses = INTERRUPTIONS + 6
        assert tab.heard_numbers == [*range(presses), presses + 2, presses + 3]

    visit(scenario)


def test_a_run_that_goes_on_by_itself_has_not_ended(visit):
    async def scenario(open_tab):
        tab, other_tab = open_tab(), open_tab()
        await tab.request(rerun())
        await other_tab.request(rerun())
        await tab.answer(RUN_BEGIN, EARLY_END, RUN_BEGIN)
        assert tab.heard_numbers == [0] and other_tab.heard_numbers == []
        await tab.answer(RUN_END)
        assert other_tab.heard_numbers == [0]

    visit(scenario)


def test_pages_of_one_browser_take_turns_and_another_browser_does_not_wait(visit):
    async def scenario(open_tab):
        pages = [open_tab() for _ in range(5)]
        other_tab = open_tab(BOB)
        for tab in pages:
            await tab.request(rerun())
            await tab.answer(*[RUN_BEGIN] * len(tab.heard_numbers))
        await other_tab.request(rerun())
        assert [tab.heard_numbers for tab in pages] == [[0], [], [], [], []] and other_tab.heard_numbers == [0]
        await pages[0].answer(RUN_END)
        assert [tab.heard_numbers for tab in pages] == [[0], [0], [], [], []]
        await pages[2].leave()
        await pages[1].answer(RUN_END)
        assert [tab.heard_numbers for tab in pages] == [[0], [0], [], [0], []]

    visit(scenario)


def test_what_a_page_that_was_left_has_requested_is_dropped(visit):
    async def scenario(open_tab):
        tab = open_tab()
        await tab.request(rerun())
        await tab.answer(RUN_BEGIN, NEW_ELEMENT)
        await tab.request(*[press() for _ in range(100)])
        numbers = list(tab.heard_numbers)
        assert len(numbers) <= INTERRUPTIONS + 2
        await tab.leave()
        await asyncio.wait_for(tab.task, 10)
        assert tab.heard_numbers == numbers

    visit(scenario)


def test_a_page_that_was_left_makes_room_for_the_next(visit, monkeypatch):
    monkeypatch.setattr(pacing, "LEAVING_SECONDS", 0.01)

    async def scenario(open_tab):
        first, second = open_tab(), open_tab()
        await first.request(rerun())
        await second.request(rerun())
        await first.answer(RUN_BEGIN, NEW_ELEMENT)
        await first.leave()
        await asyncio.sleep(0.1)
        assert second.heard_numbers == [0]

    visit(scenario)


def test_a_request_that_begins_no_run_makes_room(visit, monkeypatch):
    monkeypatch.setattr(pacing, "BEGIN_TIMEOUT", 0.5)
    monkeypatch.setattr(run_turns, "HOLD_SECONDS", 60.0)

    async def scenario(open_tab):
        first, second = open_tab(), open_tab()
        await first.request(rerun(fragment_id="gone"))
        await second.request(rerun())
        assert second.heard_numbers == []
        await asyncio.sleep(0.6)
        assert second.heard_numbers == [0]

    visit(scenario)


def test_a_page_whose_run_begins_late_keeps_its_turn(visit, monkeypatch):
    monkeypatch.setattr(pacing, "BEGIN_TIMEOUT", 0.01)
    monkeypatch.setattr(run_turns, "HOLD_SECONDS", 60.0)

    async def scenario(open_tab):
        first, second = open_tab(), open_tab()
        await first.request(rerun())
        await second.request(rerun())
        await asyncio.sleep(0.1)
        assert first.heard_numbers == [0] and second.heard_numbers == []

    visit(scenario)


def test_a_run_in_place_of_another_keeps_its_turn(visit):
    async def scenario(open_tab):
        first, second = open_tab(), open_tab()
        await first.request(rerun(0))
        await second.request(rerun(0))
        await first.answer(RUN_BEGIN, NEW_ELEMENT)
        await first.request(rerun(1))
        assert first.heard_numbers == [0, 1] and second.heard_numbers == []
        await first.answer(RUN_BEGIN, RUN_END)
        assert second.heard_numbers == [0]

    visit(scenario)


def test_who_interrupts_a_long_run_gives_way_to_her_other_page(visit, monkeypatch):
    monkeypatch.setattr(run_turns, "HOLD_SECONDS", 0.05)

    async def scenario(open_tab):
        first, second = open_tab(), open_tab()
        await first.request(rerun(0))
        await first.answer(RUN_BEGIN, NEW_ELEMENT)
        monkeypatch.setattr(run_turns, "HOLD_SECONDS", 60.0)
        await second.request(rerun(0))
        await asyncio.sleep(0.2)
        assert second.heard_numbers == [0]
        await second.answer(RUN_BEGIN)
        await first.request(rerun(1))
        assert first.heard_numbers == [0]
        await second.answer(RUN_END)
        assert first.heard_numbers == [0, 1]

    visit(scenario)


def test_what_is_no_request_for_a_run_passes_in_its_place(visit):
    async def scenario(open_tab):
        tab = open_tab()
        await tab.request(BackMsg(app_heartbeat=True), rerun(), BackMsg(stop_script=True))
        assert tab.heard_numbers == [0, 1, 2]

    visit(scenario)


def test_a_page_for_which_too_much_waits_is_closed(visit):
    async def scenario(open_tab):
        tab = open_tab()
        await tab.request(rerun())
        await tab.answer(RUN_BEGIN, NEW_ELEMENT)
        await tab.request(*[press() for _ in range(400)])
        await settle()
        await asyncio.wait_for(tab.task, 10)
        assert [message.get("code") for message in tab.from_server if message["type"] == "websocket.close"] == [1008]
        assert len(tab.heard_numbers) < INTERRUPTIONS + 5

    visit(scenario)


def test_what_is_sent_to_a_browser_that_has_left_is_no_error(visit):
    async def scenario(open_tab):
        tab = open_tab()

        async def fail(message):
            raise OSError("gone")

        tab._take = fail
        pacing_app = RerunPacing(streamlit)
        tab.task = asyncio.create_task(pacing_app(tab.scope, tab.inbox.get, fail))
        await tab.request(rerun())
        await tab.answer(RUN_BEGIN, NEW_ELEMENT)
        await tab.leave()
        await tab.answer(RUN_END)
        await asyncio.wait_for(tab.task, 10)

    visit(scenario)


def visitor(host, **cookies):
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
    return visitor_identity(
        HTTPConnection({"type": "websocket", "client": (host, 1), "headers": [(b"cookie", cookie)]})
    )


def account_cookies(subject, picture=""):
    """What a browser is given when somebody signs in."""
    claims = {"is_logged_in": True, "iss": "https://school.example", "sub": subject, "picture": picture}
    cookies = {}
    set_cookie_with_chunks(
        lambda name, value: cookies.update({name: create_signed_value(get_cookie_secret(), name, value).decode()}),
        lambda name, value: create_signed_value(get_cookie_secret(), name, value),
        "_streamlit_user",
        claims,
        cookie_attr_size=100,
    )
    return cookies


def test_a_visitor_is_a_browser_at_an_address(monkeypatch):
    monkeypatch.setenv("AAE_SHARED", "1")
    monkeypatch.setattr(identity, "sign_in_providers", list)
    assert visitor("::1", aae_visitor=ANN) == visitor("::1", aae_visitor=ANN, _streamlit_xsrf="1")
    visitors = [visitor("::1", aae_visitor=ANN), visitor("::1", aae_visitor=BOB), visitor("::2", aae_visitor=ANN)]
    assert len({*visitors, visitor("::1"), visitor("::1", aae_visitor="forged")}) == 4
    monkeypatch.delenv("AAE_SHARED")
    assert visitor("::1", _streamlit_xsrf="1") != visitor("::1", _streamlit_xsrf="2")


@pytest.mark.parametrize("picture", ["", "x" * 9_000], ids=["one-cookie", "several-cookies"])
def test_a_visitor_who_has_signed_in_is_an_account(monkeypatch, picture):
    monkeypatch.setenv("AAE_SHARED", "1")
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])
    account = visitor("::1", aae_visitor=ANN, **account_cookies("1", picture))
    assert account == visitor("::1", aae_visitor=BOB, **account_cookies("1", picture))
    assert account != visitor("::1", aae_visitor=ANN, **account_cookies("2", picture))


def test_pages_of_one_visitor_share_her_interruptions(visit):
    async def scenario(open_tab):
        tabs, other_tab = [open_tab() for _ in range(5)], open_tab(BOB)
        for number in range(60):
            for tab in [*tabs, other_tab]:
                await tab.request(rerun(number))
                await tab.answer(RUN_BEGIN, NEW_ELEMENT)
        # the first of her pages has her turn, and the first request to it begins a run without an interruption
        interruptions = sum(max(0, len(tab.heard_numbers) - 1) for tab in tabs)
        assert INTERRUPTIONS <= interruptions < INTERRUPTIONS + 5
        assert INTERRUPTIONS < len(other_tab.heard_numbers) < INTERRUPTIONS + 6

    visit(scenario)


def test_who_comes_back_has_no_new_interruptions(clock):
    interruptions = InterruptionLimits()
    assert [interruptions.try_interrupt(ANN) for _ in range(INTERRUPTIONS + 1)] == [True] * INTERRUPTIONS + [False]
    assert interruptions.try_interrupt(BOB) and not interruptions.try_interrupt(ANN)
    assert interruptions.seconds_until_next(ANN) == pytest.approx(1 / pacing.INTERRUPTION_RATE)
    clock[0] += 2 / pacing.INTERRUPTION_RATE
    assert [interruptions.try_interrupt(ANN) for _ in range(3)] == [True, True, False]


def test_visitors_who_have_interrupted_nothing_for_a_while_are_forgotten(clock):
    interruptions = InterruptionLimits()
    for number in range(100):
        interruptions.try_interrupt(f"visitor {number}")
    clock[0] += 60
    assert interruptions.try_interrupt(ANN) and list(interruptions.buckets) == [ANN]
