"""What a browser says: links, messages of every component, and requests to every route."""

import asyncio
import json
import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import NoneType
from typing import get_args, get_origin, get_type_hints, is_typeddict

import pytest
import streamlit
from fuzzing import cases
from fuzzing.target import Target, check_sentence
from fuzzing.watch import BrokenPromiseError
from helpers import app_pages
from helpers.asgi_client import server_with_routes, visit
from helpers.fake_measurement import FakeMeasurement
from helpers.snapshots import fresh_snapshot
from hypothesis import strategies as st
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from aae_core import places
from aae_core.config import painting
from aae_core.runs import estimate, limits
from app.cache import revision_data
from app.components import incoming_messages
from app.messages import validation
from app.server import answers, guard, message_bounds, page_tokens, routes, sharing
from app.session import address, settings
from app.streamlit_quirks import left_pages
from app.visitors import identity

SHOWN_PAGES = [  # pages, and what a link to each says of what it shows
    ("explore", {"revision": "aae", "view": "pair"}), ("explore", {"revision": "semi"}), ("explore", {"revision": "table"}),
    ("explore", {"revision": "supervised", "sorted": "error"}), ("style", {"revision": "supervised"}),
    ("compare", {"left": "aae", "right": "semi"}), ("classify", {"revision": "semi"}), ("clusters", {"revision": "semi"}),
    ("revisions", {"revision": "aae"}), ("results", {}), ("train", {"prior.name": "painted"}), ("game", {}),
    ("game", {"lesson": "holes"}), ("aggregate", {"aggregate.width": "0.5"}), ("lessons", {}), ("sweeps", {}),
    ("which_one", {}), ("classroom", {}), ("theory", {}), ("course", {"step": "exercises", "exercise": "apart"}),
]  # fmt: skip
TEXTS = (
    "0", "3", "12", "0.5,-1", "0.5,1,2", "-1,1,-1,1", "0,0,1,1,0,1", "-1,3", "codes,prior", "linear~12~0,0;1,-1",
    "spherical~9~0.5,1;-2,0.25", "A~3~12:0.5,-1~", "inspect,path,directions", "draw", "presenter", "time,link", "probe", "all",
    "mean", "error", "0~0", "1~2~0.5", "21.428571", "steps", "share", "holes", "holes,posteriors", "holes:1,holes:2",
    "wrong", "gaussian", "label-informed swiss-roll", "50:0.1,100:0.01", "1000,1000",
)  # fmt: skip
LESSON = {"lesson": "holes", "at": 1}
VALID_MESSAGES = {  # messages that can be meant
    "code": {"z": [0.5, -1]}, "picked": {"index": 3}, "frame": {"step": 10}, "layers": {"codes": True}, "view": {"home": True},
    "hidden": {"text": "-1,3"}, "lasso": {"text": "0,0,1,1,0,1"}, "open": {"text": "inspect,path"}, "feature": {"text": "3"},
    "more": {"text": "1"}, "trails": {"text": "1"}, "path": {"text": "linear~12~0,0;1,-1"},
    "directions": {"text": "A~3~12:0.5,-1~"},
    "moment": {"axis": "steps", "at": 10}, "layout": {"rows": [1], "columns": [0, 2], "blend": {"a": 0, "b": 1, "t": 0.5}},
    "image": {"pixels": "A" * 84 + "AA==", "message_number": 3},
    "painting": {"text": painting.format_painting(painting.parse_painting("ring"))},
    "setup": {"variant": "aae", "data": "digits", "prior": "gaussian", "seed": 7, "begun": 100},
    "rules": {"weight": 0.5, "d_steps": 2}, "game_view": {"view": "draws"},
    "arrangement": {"width": 0.5, "spread": 1, "images": 2},
    "hide": {"names": []}, "size": {"presenter": True}, "reconnected": {},
    "go": {**LESSON, "number": 2}, "answer": {**LESSON, "number": 1},
    "reached": LESSON, "leave": LESSON, "next": LESSON, "choose": {"name": "holes", "page": 2, "reached": [1]},
}  # fmt: skip
CODES_BODY = {"codes": [[0.5, -1.0], [2, 0]], "y": None}


# Links and messages -----------------------------------------------------------------------------------------------------


@contextmanager
def isolated_app():
    """The app over the place's revisions alone; nothing is loaded or measured beside what is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "PROJECT", places.PROJECT / "none")
        patch.setattr(revision_data, "start_background_imports", lambda: None)
        patch.setattr(estimate, "Measurement", FakeMeasurement)
        yield patch


def resolve_revision_ids(place, query):
    return {name: place.revisions[text].id if text in place.revisions else text for name, text in query.items()}


def page_readers_and_takers(place):
    """What reads each setting, by page and name, and what hears each kind of message, by page, component and kind: of all
    pages, opened once."""
    if not hasattr(place, "readers_and_takers"):
        readers, takers = {}, {}
        recall, callbacks = address.recall_setting, incoming_messages.message_callbacks
        for page, query in SHOWN_PAGES:

            def record_reader(name, read, default=None, of=None, page=page):
                readers[page, name] = read
                return recall(name, read, default, of)

            def record_takers(key, kinds, take, page=page):
                takers.update({(page, key, kind): take for kind in kinds})
                return callbacks(key, kinds, take)

            with isolated_app() as patch, place.use_folders():
                patch.setattr(address, "recall_setting", record_reader)
                patch.setattr(incoming_messages, "message_callbacks", record_takers)
                app_pages.assert_no_exception(app_pages.run_page(page, **resolve_revision_ids(place, query)))
        place.readers_and_takers = readers, takers
    return place.readers_and_takers


near_texts = st.sampled_from(TEXTS).flatmap(cases.damaged_copies) | st.sampled_from(TEXTS)
texts = near_texts | cases.odd_texts


def setting_links(place):
    return st.tuples(st.sampled_from(sorted(page_readers_and_takers(place)[0])), texts)


def read_setting(place, case):
    (page, name), text = case
    page_readers_and_takers(place)[0][page, name](text)


def check_setting(place, case):
    name, text = case
    assert settings.SETTINGS[name].is_valid(text) in (True, False)


numbers = st.sampled_from((0, 1, -1, 0.5, 2, 3, 1e6, 1e308, -1e7, 2**53, 10**400, math.nan, math.inf)) | st.integers(
    0, 12
)
names = st.sampled_from(
    ("codes", "prior", "seed", "variant", "data", "prior", "begun", "weight", "d_steps", "__class__", "")
)
VALUE_STRATEGIES = {float: numbers, str: texts, bool: st.booleans(), NoneType: st.none()}


def values_of_type(hint):
    """A value of a type that a message or one of its fields has."""
    if is_typeddict(hint):
        fields = {name: values_of_type(part) for name, part in get_type_hints(hint).items()}
        required = {name: strategy for name, strategy in fields.items() if name in hint.__required_keys__}
        return st.fixed_dictionaries(required, optional={name: fields[name] for name in fields.keys() - required})
    if hint in VALUE_STRATEGIES:
        return VALUE_STRATEGIES[hint]
    if hint == list[float]:
        return st.lists(numbers, max_size=7) | st.lists(st.floats(-3, 3), min_size=2, max_size=3)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is list:
        return st.lists(values_of_type(arguments[0]), max_size=7)
    if origin is dict:
        return st.dictionaries(names, values_of_type(arguments[1]), max_size=4)
    return st.one_of([values_of_type(argument) for argument in arguments])


def component_messages(place):
    """A message to one of the components on the pages: of its form, or nearly."""

    def messages_of(key):
        good = st.just(VALID_MESSAGES[key[2]]) | values_of_type(validation.RECORDS[key[2]])
        return st.tuples(
            st.just(key),
            good | good.flatmap(lambda value: cases.altered_records(value)) | st.sampled_from(cases.ODD_VALUES),
        )

    return st.sampled_from(sorted(page_readers_and_takers(place)[1])).flatmap(messages_of)


def deliver_message(place, case):
    (page, key, kind), value = case
    with isolated_app() as patch:
        patch.setattr(streamlit, "session_state", {})
        patch.setattr(streamlit, "query_params", app_pages.Query())
        page_readers_and_takers(place)[1][page, key, kind](kind, validation.parse_message(kind, value))


def websocket_messages(place):
    """Messages of a websocket, as a browser sends them and as the server does, and what is said by none."""
    run = {"page_script_hash": "a", "fragment_id": "b", "query_string": "z=0", "is_auto_rerun": True}
    whole = BackMsg(rerun_script=run), BackMsg(clear_cache=True), ForwardMsg(new_session={"page_script_hash": "a"})
    content = st.sampled_from([item.SerializeToString() for item in whole]).flatmap(cases.damaged_copies)
    return st.fixed_dictionaries({}, optional={"bytes": content | st.none(), "text": cases.odd_texts})


def check_tab_message(place, message):
    page = left_pages.BrowserTab()
    with suppress(message_bounds.MessageBoundError):
        assert page.has_left(message_bounds.decode_bounded(message, None)) in (True, False)
    assert page.note_begun(message) is None


def odd_links(place):
    """A page, and a link that has odd texts for many of the settings that it asks for."""
    result = {}
    for page, name in page_readers_and_takers(place)[0]:
        result.setdefault(page, []).append(name)

    def links_of(row):
        page, query = row
        free_names = [name for name in result[page] if name not in query]
        odd_settings = st.dictionaries(
            st.sampled_from(free_names), texts.filter(lambda text: "\ud800" not in text), min_size=1, max_size=12
        )
        return st.tuples(
            st.just(page), odd_settings.map(lambda odd_query: {**odd_query, **resolve_revision_ids(place, query)})
        )

    return st.sampled_from(SHOWN_PAGES).flatmap(links_of)


def open_page_by_link(place, case):
    page, query = case
    with isolated_app():
        actual = app_pages.run_page(page, **query)
    if actual.exception:
        raise BrokenPromiseError(f"The page failed: {actual.exception[0].message}")


# Requests ---------------------------------------------------------------------------------------------------------------

METHODS = ("GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "x")
HEADERS = ("host", "origin", "content-length", "content-type", "sec-fetch-site", "sec-fetch-mode", "accept-encoding")
VALUES = (
    "127.0.0.1:8501",
    "evil.example",
    "[::1",
    "null",
    "http://[",
    "same-origin",
    "cross-site",
    "navigate",
    "gzip",
    "5",
)


def header_dicts(headers, values):
    odd = cases.odd_texts.filter(lambda text: text.isprintable() and len(text) < 8000)
    return st.dictionaries(st.sampled_from(headers), st.sampled_from(values) | odd, max_size=3)


REQUEST_HEADERS = header_dicts(HEADERS, VALUES)


def request_bodies():
    """What a page posts, nearly; JSON and bytes."""
    good = [
        {**CODES_BODY, "y": [3, 4]},
        {"codes": [[0, 0, 0]] * 2, "y": [[0.1] * 10] * 2},
        {"numbers": [0, 5]},
        CODES_BODY,
    ]
    near = (
        st.sampled_from(good).flatmap(lambda value: cases.altered_records(value) | st.just(value)).map(cases.dump_json)
    )
    return (
        near
        | near.flatmap(cases.damaged_copies)
        | st.sampled_from((b"", bytes(64), bytes(63), b"[" * 5000, bytes(2**21)))
    )


def request_addresses(place):
    """The addresses that the pages of the revisions may ask: (kind of request, revision) by URL."""
    if not hasattr(place, "request_addresses"):
        with place.use_folders(), isolated_app():
            place.request_addresses = {
                url.removeprefix("."): (kind, revision)
                for revision in place.revisions.values()
                for kind, url in page_tokens.request_urls(
                    fresh_snapshot(revision), fresh_snapshot(revision).codes
                ).items()
                if url
            }
    return place.request_addresses


def odd_requests(place):
    """A request: what is asked of which revision, or another address; with some headers and a body."""
    urls = st.sampled_from(sorted(request_addresses(place)))
    strange = ("/assets/x.js", "/assets/" + "0" * 64 + ".bin", "/assets/../answers.py", "/live//", "/live/x/decode")
    paths = urls | urls.flatmap(cases.damaged_copies) | st.sampled_from(strange)
    query = st.sampled_from(("", "?n=0", "?n=5", "?n=-1", "?n=99999", "?n=0&n=1", "?x")) | cases.odd_texts.map(
        "?n={}".format
    )
    path = st.tuples(paths, query).map("".join)
    path = path.filter(lambda text: "\ud800" not in text and text[:1] == "/" and "\n" not in text)
    return st.tuples(path, st.sampled_from(METHODS), REQUEST_HEADERS, request_bodies())


def checked_reply(asgi_app, case, statuses):
    """Status, headers and body of the answer to a request, which has one of the statuses and says why."""
    path, method, headers, body = case
    with ThreadPoolExecutor(1) as pool:  # the browser tests keep an event loop on the main thread
        output = visit(asgi_app, path, body, method, {"host": "127.0.0.1", **headers})
        status, outcome, content = pool.submit(asyncio.run, output).result()
    if status not in statuses:
        raise BrokenPromiseError(f"It answered with {status}: {content[:200]!r}")
    if status not in (200, 303) and content != b"":
        check_sentence(content.decode())
        assert outcome["content-type"].startswith("text/plain") and outcome["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in outcome
    if outcome.get("cross-origin-resource-policy") is None and content != b"the page":
        raise BrokenPromiseError("Another site's page could show it.")
    return status, outcome, content


def answer_request(place, case):
    path, method, _, body = case
    with isolated_app():
        asgi_app = guard.RequestGuard(server_with_routes(routes.make_routes()))
        status, content, _ = checked_reply(asgi_app, case, (200, 307, 400, 403, 404, 405, 408, 409, 410, 413))
    kind, revision = request_addresses(place).get(path.partition("?")[0], (None, None))
    if (
        kind
        and status == 200
        and not (method in answers.REQUEST_KINDS[kind].methods and is_valid_body(kind, revision, body))
    ):
        raise BrokenPromiseError("It answered what makes no sense.")
    if (
        kind
        and status != 403
        and method not in answers.REQUEST_KINDS[kind].methods
        and (status != 405 or "allow" not in content)
    ):
        raise BrokenPromiseError(f"It answered another method with {status}.")


def is_valid_body(kind, revision, body):
    """Whether a body is what the page may post."""
    if kind not in ("decode", "images"):
        return kind != "encode" or len(body) == math.prod(revision.data.shape)
    record, count = json.loads(body), len(revision.probe().z)
    if kind == "images":
        return 1 <= len(record["numbers"]) <= 256 and all(type(n) is int and 0 <= n < count for n in record["numbers"])
    contents, y = len(fresh_snapshot(revision).content_names), record.get("y")
    rows = record["codes"]
    is_sound = 1 <= len(rows) <= 256 and all(
        len(z) == revision.config.latent_dim and all(map(is_real, z)) for z in rows
    )
    if not contents or not is_sound:
        return is_sound and y is None
    if isinstance(y[0], list):
        return len(y) == len(rows) and all(
            len(row) == contents and all(is_real(v) and v >= 0 for v in row) for row in y
        )
    return len(y) == len(rows) and all(type(k) is int and 0 <= k < contents for k in y)


def is_real(value):
    return type(value) in (int, float) and -1e6 < value < 1e6


def class_requests(place):
    """A request to a shared server: the teacher's link, an upload, or a page, with cookies."""
    key = st.sampled_from((sharing.LEAVE_KEY, "A" * 43)) | cases.odd_texts
    path = (
        key.map("/teacher/{}".format)
        | cases.odd_texts.map("/_stcore/upload_file/s/{}".format)
        | st.sampled_from(("/", "/live/x/y"))
    )
    path = path.filter(lambda text: "\ud800" not in text and "\n" not in text)
    values = (
        *VALUES,
        "text/html",
        "no-cache",
        "chunked",
        f"{identity.VISITOR_COOKIE}={'b' * 43}; {identity.TEACHER_COOKIE}=x",
        f"{identity.VISITOR_COOKIE}=; ;=",
    )
    headers = header_dicts(
        (*HEADERS, "accept", "cache-control", "cookie", "transfer-encoding", "x-forwarded-proto"), values
    )
    return st.tuples(path, st.sampled_from(METHODS), headers, request_bodies())


def answer_shared_request(place, case):
    with isolated_app() as patch:
        patch.setenv(limits.SHARED_VARIABLE, "1")
        patch.setenv("AAE_CHECKPOINTS", str(place.work / "class"))
        patch.setattr(config, "set_option", lambda *_: None)
        asgi_app = guard.RequestGuard(sharing.SharedServer(server_with_routes(routes.make_routes())))
        status, content, _ = checked_reply(asgi_app, case, (200, 303, 307, 400, 401, 403, 404, 405, 408, 413, 503))
    if identity.TEACHER_COOKIE in content.get("set-cookie", "") and not (
        status == 303 and "Max-Age=0" in content["set-cookie"]
    ):
        raise BrokenPromiseError("It made a teacher of a stranger.")


STREAMLIT_EVENTS = ("pickle.find_class",)  # by which Streamlit keeps what the process itself has computed
TARGETS = [
    Target(
        "settings in links", lambda place: st.tuples(st.sampled_from(sorted(settings.SETTINGS)), texts), check_setting
    ),
    Target("links, as each page reads them", setting_links, read_setting),
    Target(
        "pages opened by odd links",
        odd_links,
        open_page_by_link,
        12,
        "half a second each",
        memory=512 * 2**20,
        seconds=10,
        allowed=STREAMLIT_EVENTS,
    ),
    Target("messages of every component", component_messages, deliver_message, allowed=STREAMLIT_EVENTS),
    Target("messages of a websocket", websocket_messages, check_tab_message),
    Target(
        "requests to every route",
        odd_requests,
        answer_request,
        300,
        "the server computes what is asked",
        memory=256 * 2**20,
    ),
    Target(
        "requests to a shared server",
        class_requests,
        answer_shared_request,
        200,
        "the routes are those of others, too",
        writes=True,
    ),
]
