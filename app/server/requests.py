"""The routes under which the page requests computations from the server; `app.server.answers` does the work.

Only a page that this server sent can ask: each revision shown has a token that nobody can guess. No request names a file, bodies
are limited in size and time, and the work is done outside the event loop; work that takes seconds has a queue of its own, so
that no image waits for a film. Work that nobody waits for any more is not started.
"""

import asyncio
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response

from aae_core.errors import RevisionError
from app.cache import shown_codes
from app.cache.latest import Latest
from app.server import routes
from app.server.guard import HEADERS, refusal

LASTING = "private, max-age=3600"
BUSY = "The server is busy with animations and files for others; try again in a moment."


SHOWN = Latest(500)  # by token: a revision shown on a page, and the `at` of the codes that were shown
SECRET = secrets.token_bytes(32)  # makes tokens that nobody can guess


def token(revision, codes: shown_codes.Shown) -> str:
    """The token of a revision with these codes; codes of another moment get another token."""
    made = hmac.new(SECRET, repr((revision.path, codes.at)).encode(), "sha256").hexdigest()[:32]
    if SHOWN.find(made) is None:
        SHOWN.put(made, (_afresh(revision), codes.at))
    return made


def _afresh(revision):
    """The same revision without cached networks, because hundreds are kept."""
    return shown_codes.seen(revision, shown_codes.which_of(revision))


WORKERS = ThreadPoolExecutor(3, thread_name_prefix="asked")


class Dear:
    """Answers that take seconds: computed one after another, shared by equal requests, and cached.

    waiting: how many may wait beside the one being computed; limit: bytes of the cache.
    """

    def __init__(self, waiting: int = 6, limit: int = 64 * 2**20):
        self.waiting, self.limit = waiting, limit
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="dear")
        self._lock = threading.Lock()
        # by key: the future and how many wait for it; the latest at the end
        self._made: OrderedDict[tuple, list] = OrderedDict()

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

    root = f"{routes.base()}/live/{token(revision, codes)}"
    return {what: f"{root}/{what}" if ask.there(revision) else None for what, ask in ASKS.items()}


async def respond(request: Request) -> Response:
    """The answer to one of the requests in `answers.ASKS`; anything else is refused with a status and one sentence."""
    token, what = request.path_params["token"], request.path_params["what"]
    found = SHOWN.find(token)
    if found is None:
        return refusal(404, "The server does not know this page any more; reload it.")
    from app.server.answers import ASKS  # imported only after a page was drawn, because it imports the networks

    ask = ASKS.get(what)
    if ask is None:
        return refusal(404, "The server does not know this request.")
    if request.method not in ask.methods:
        return routes.wrong_method(ask.methods)
    revision, at = found
    said = dict(request.query_params) if "GET" in ask.methods else await routes.body_of(request, ask.limit(revision))
    if isinstance(said, Response):
        return said
    if not ask.dear:
        return await routes.heard(request, WORKERS.submit(routes.attempt, _answer, ask, revision, at, said))
    said_shortly = hashlib.sha256(said).digest()  # keys are kept, and a request may be as long as its limit
    key = token, what, said_shortly, await asyncio.get_running_loop().run_in_executor(WORKERS, _written, revision)
    future = DEAR.want(key, routes.attempt, _answer, ask, revision, at, said)
    if future is None:
        return refusal(503, BUSY, {"Retry-After": "5"})
    try:
        answer = await routes.heard(request, future, shared=True)
        return Response(
            answer.body, answer.status_code, dict(answer.headers)
        )  # what compresses it writes into its headers
    finally:
        DEAR.leave(key, future)


def _written(revision):
    """A key that changes whenever an answer could."""
    try:
        return _afresh(revision).version
    except RevisionError:  # the answer will report why
        return None


def _answer(ask, revision, at, said):
    revision = _afresh(revision)
    if ask.numbered and shown_codes.moment(revision) != at:
        return refusal(409, "The codes have changed since the page was drawn; select them again.")
    answer = ask.answer(revision, said)
    if answer is None:
        return refusal(404, "The images of this data set are not on this machine.")
    kept = LASTING if answer.lasting else "no-store"
    return Response(answer.content, headers={**HEADERS, "Cache-Control": kept}, media_type=answer.media)
