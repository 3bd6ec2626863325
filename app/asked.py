"""What the page asks the server for while it is used, by URL: the way in. `app.answers` does the work.

Only a page that this server sent can ask: each revision shown has a token that nobody can guess. Nothing of a request names
a file, bodies are measured before they are read, and the work is done beside the event loop.
"""

import asyncio
import importlib
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from aae_core.errors import AAEError, RevisionError
from app import assets, shown
from app.guard import HEADERS, refusal

ROUTE = "/live"
LASTING = "private, max-age=3600"


class Register:
    """The revisions that pages were sent, each under a token; the `limit` that were shown last."""

    def __init__(self, limit: int = 500):
        self.limit = limit
        self._lock = threading.Lock()
        # by path and the `at` of the codes shown; the one shown last at the end
        self._tokens: OrderedDict[tuple, str] = OrderedDict()
        self._shown: dict[str, tuple] = {}

    def token(self, revision, codes: shown.Shown) -> str:
        """The token of a revision of which these codes are shown: another one for codes of another moment."""
        key = revision.path, codes.at
        with self._lock:
            if key in self._tokens:
                self._tokens.move_to_end(key)
                return self._tokens[key]
        kept = _afresh(revision), key[1]  # reads files: nobody waits for that, and what fails leaves nothing behind
        with self._lock:
            token = self._tokens.setdefault(key, secrets.token_urlsafe(18))
            self._shown[token] = kept
            while len(self._tokens) > self.limit:
                self._shown.pop(self._tokens.popitem(last=False)[1])
        return token

    def find(self, token: str):
        """The revision of a token and the `at` of the codes that were shown; None for a token that was never given."""
        with self._lock:
            return self._shown.get(token)


def _afresh(revision):
    """The same revision without the networks that one may carry: hundreds are kept."""
    return shown.seen(revision, shown.which_of(revision))


REGISTER = Register()
WORKERS = ThreadPoolExecutor(3, thread_name_prefix="asked")


def urls(revision, codes: shown.Shown) -> dict[str, str | None]:
    """Where a page that shows these codes of a revision asks, by what it asks for; None for what is not there."""
    from app.answers import ASKS

    token = REGISTER.token(revision, codes)
    root = f"{assets.base()}{ROUTE}/{token}"
    return {what: f"{root}/{what}" if ask.there(revision) else None for what, ask in ASKS.items()}


def routes() -> list[Route]:
    """The routes of the server for everything under /live."""
    return [Route(f"{assets.base()}{ROUTE}/{{rest:path}}", Asked)]


class Asked(HTTPEndpoint):
    """GET, HEAD and POST of what `answers.ASKS` has; 404, 405, 413, 400, 410 and 503 with one sentence for all else."""

    async def get(self, request: Request) -> Response:
        return await _here().respond(request)

    async def post(self, request: Request) -> Response:
        return await _here().respond(request)


def _here():
    """This module as it is now: Streamlit loads changed modules anew while the routes stay."""
    return importlib.import_module(__name__)


async def respond(request: Request) -> Response:
    """The answer to a request, whatever it holds."""
    token, _, what = request.path_params["rest"].partition("/")
    found = REGISTER.find(token)
    if found is None:
        return refusal(404, "The server does not know this page any more; reload it.")
    from app.answers import ASKS  # not before a page was drawn, since this imports the networks

    ask = ASKS.get(what)
    if ask is None:
        return refusal(404, "This cannot be asked of the server.")
    if request.method not in ({"GET", "HEAD"} if ask.method == "GET" else {"POST"}):
        return refusal(405, f"This is asked by {ask.method}.", {"Allow": ask.method})
    revision, at = found
    said = dict(request.query_params) if ask.method == "GET" else await body_of(request, ask.limit(revision))
    if said is None:
        return refusal(413, "The page sent more than belongs to its request, which was refused.")
    return await asyncio.get_running_loop().run_in_executor(WORKERS, _answer, ask, revision, at, said)


async def body_of(request: Request, limit: int) -> bytes | None:
    """The body, or None if it is longer than `limit` bytes: as it says itself, or as it turns out to be."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 12 or int(told) > limit:
        return None
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


def _answer(ask, revision, at, said):
    try:
        revision = _afresh(revision)
        if ask.numbered and shown.moment(revision) != at:
            return refusal(409, "The codes have moved since the page was drawn; choose again.")
        answer = ask.answer(revision, said)
    except RevisionError as error:
        return refusal(410, str(error))
    except AAEError as error:
        return refusal(400, str(error))
    except OSError as error:  # images and weights are read where they lie, so a disk may fail at any time
        return refusal(503, f"The server could not read a file ({error.strerror or 'no reason was given'}); try again.")
    except MemoryError:
        return refusal(503, "The server has not enough memory for this; ask for less at once.")
    if answer is None:
        return refusal(404, "The images of this data set are not on this machine.")
    kept = LASTING if answer.lasting else "no-store"
    return Response(answer.content, headers={**HEADERS, "Cache-Control": kept}, media_type=answer.media)
