"""The routes under which the page requests computations from the server; `app.server.answers` does the work.

Only a page that this server sent can ask: each revision shown has a token that nobody can guess. No request names a file, bodies
are limited in size and time, and the work is done outside the event loop; work that takes seconds has a queue of its own, so
that no image waits for a film. Work that nobody waits for any more is not started.
"""

import asyncio
import hashlib
import importlib
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from aae_core.errors import AAEError, RevisionError
from app.cache import shown_codes
from app.server import assets
from app.server.guard import HEADERS, refusal

ROUTE = "/live"
LASTING = "private, max-age=3600"
PATIENCE = 30.0  # seconds within which a body must arrive
LOOK = 0.25  # seconds between two checks whether somebody still waits
BUSY = "The server is busy with animations and files for others; try again in a moment."


class Register:
    """The revisions shown on pages, each under a token; only the latest `limit` are kept."""

    def __init__(self, limit: int = 500):
        self.limit = limit
        self._lock = threading.Lock()
        # by path and the `at` of the codes shown; the latest at the end
        self._tokens: OrderedDict[tuple, str] = OrderedDict()
        self._shown: dict[str, tuple] = {}

    def token(self, revision, codes: shown_codes.Shown) -> str:
        """The token of a revision with these codes; codes of another moment get another token."""
        key = revision.path, codes.at
        with self._lock:
            if key in self._tokens:
                self._tokens.move_to_end(key)
                return self._tokens[key]
        kept = _afresh(revision), key[1]  # reads files, so outside the lock; a failure leaves nothing behind
        with self._lock:
            token = self._tokens.setdefault(key, secrets.token_urlsafe(18))
            self._shown[token] = kept
            while len(self._tokens) > self.limit:
                self._shown.pop(self._tokens.popitem(last=False)[1])
        return token

    def find(self, token: str):
        """The revision of a token and the `at` of the codes that were shown; None for an unknown token."""
        with self._lock:
            return self._shown.get(token)


def _afresh(revision):
    """The same revision without cached networks, because hundreds are kept."""
    return shown_codes.seen(revision, shown_codes.which_of(revision))


REGISTER = Register()
WORKERS = ThreadPoolExecutor(3, thread_name_prefix="asked")


class Dear:
    """Answers that take seconds: computed one after another, shared by equal requests, and cached.

    waiting: how many may wait beside the one being computed; limit: bytes of the cache.
    """

    def __init__(self, waiting: int = 6, limit: int = 64 * 2**20):
        self.waiting, self.limit = waiting, limit
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="dear")
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple, list] = (
            OrderedDict()
        )  # by key: the future and how many wait for it; the latest at the end

    def want(self, key: tuple, work, *given) -> Future | None:
        """The future of work(*given) under its key, to be released by `leave`; None if too many wait."""
        with self._lock:
            if key not in self._made or _has_failed(self._made[key][0]):
                if sum(not future.done() for future, _ in self._made.values()) > self.waiting:
                    return None
                self._made[key] = [self._pool.submit(work, *given), 0]
            self._made.move_to_end(key)
            self._made[key][1] += 1
            return self._made[key][0]

    def leave(self, key: tuple, future: Future) -> None:
        """Release a future of `want`: work that nobody waits for is cancelled if it has not started, and failures are not
        cached."""
        with self._lock:
            if key in self._made and self._made[key][0] is future:
                self._made[key][1] -= 1
                if not self._made[key][1] and (future.cancel() or _has_failed(future)):
                    del self._made[key]
            done = {key: future for key, (future, _) in self._made.items() if future.done() and not _has_failed(future)}
            size = sum(len(future.result().body) for future in done.values())
            for oldest, made in done.items():
                if size > self.limit:
                    size -= len(made.result().body)
                    del self._made[oldest]


def _has_failed(future):
    return future.done() and (
        future.cancelled() or future.exception() is not None or future.result().status_code != 200
    )


DEAR = Dear()


def urls(revision, codes: shown_codes.Shown) -> dict[str, str | None]:
    """The URLs of a page that shows these codes of a revision, by kind of request; None for those that do not apply."""
    from app.server.answers import ASKS

    token = REGISTER.token(revision, codes)
    root = f"{assets.base()}{ROUTE}/{token}"
    return {what: f"{root}/{what}" if ask.there(revision) else None for what, ask in ASKS.items()}


def routes() -> list[Route]:
    """The routes of the server for everything under /live."""
    return [Route(f"{assets.base()}{ROUTE}/{{rest:path}}", Asked)]


class Asked(HTTPEndpoint):
    """GET, HEAD and POST of the requests in `answers.ASKS`; anything else is refused with a status and one sentence."""

    async def get(self, request: Request) -> Response:
        return await _here().respond(request)

    async def post(self, request: Request) -> Response:
        return await _here().respond(request)


def _here():
    """The present version of this module: Streamlit reloads changed modules while the routes stay."""
    return importlib.import_module(__name__)


async def respond(request: Request) -> Response:
    """The answer to a request, whatever it holds."""
    token, _, what = request.path_params["rest"].partition("/")
    found = REGISTER.find(token)
    if found is None:
        return refusal(404, "The server does not know this page any more; reload it.")
    from app.server.answers import ASKS  # imported only after a page was drawn, because it imports the networks

    ask = ASKS.get(what)
    if ask is None:
        return refusal(404, "The server does not know this request.")
    if request.method not in ({"GET", "HEAD"} if ask.method == "GET" else {"POST"}):
        return refusal(405, f"This request must use {ask.method}.", {"Allow": ask.method})
    revision, at = found
    said = dict(request.query_params) if ask.method == "GET" else await body_of(request, ask.limit(revision))
    if isinstance(said, Response):
        return said
    if not ask.dear:
        return await heard(request, WORKERS.submit(_answer, ask, revision, at, said))
    said_shortly = hashlib.sha256(said).digest()  # keys are kept, and a request may be as long as its limit
    key = token, what, said_shortly, await asyncio.get_running_loop().run_in_executor(WORKERS, _written, revision)
    future = DEAR.want(key, _answer, ask, revision, at, said)
    if future is None:
        return refusal(503, BUSY, {"Retry-After": "5"})
    try:
        return await heard(request, future, shared=True)
    finally:
        DEAR.leave(key, future)


async def heard(request: Request, future: Future, shared: bool = False) -> Response:
    """The future's result; if the client disconnects before the work starts, it is cancelled unless others wait for it."""
    answer = asyncio.wrap_future(future)
    while not (await asyncio.wait([answer], timeout=LOOK))[0]:
        if await request.is_disconnected():
            if not shared:
                future.cancel()
            return refusal(408, "Nobody waits for this any more.")
    return await answer


async def body_of(request: Request, limit: int) -> bytes | Response:
    """The body, or a refusal if it does not end in time or is longer than `limit` bytes, announced or actual."""
    too_long = refusal(413, "The page sent more data than its request allows, which was refused.")
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 12 or int(told) > limit:
        return too_long
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    return too_long
    except (ClientDisconnect, TimeoutError):
        return refusal(408, "The request did not arrive completely in time; try again.")
    return bytes(body)


def _written(revision):
    """A key that changes whenever an answer could."""
    try:
        return _afresh(revision).version
    except RevisionError:  # the answer will report why
        return None


def _answer(ask, revision, at, said):
    try:
        revision = _afresh(revision)
        if ask.numbered and shown_codes.moment(revision) != at:
            return refusal(409, "The codes have changed since the page was drawn; select them again.")
        answer = ask.answer(revision, said)
    except RevisionError as error:
        return refusal(410, str(error))
    except AAEError as error:
        return refusal(400, str(error))
    except OSError as error:  # images and weights are read from the disk, which may fail at any time
        return refusal(503, f"The server could not read a file ({error.strerror or 'no reason was given'}); try again.")
    except MemoryError:
        return refusal(503, "The server does not have enough memory for this; request less at once.")
    if answer is None:
        return refusal(404, "The images of this data set are not on this machine.")
    kept = LASTING if answer.lasting else "no-store"
    return Response(answer.content, headers={**HEADERS, "Cache-Control": kept}, media_type=answer.media)
