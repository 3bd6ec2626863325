"""The routes under which the page requests computations from the server; `app.server.answers` does the work.

Only pages sent by this server can send these requests: each revision shown has a token that nobody can guess. No request names a
file, and bodies are limited in size and time. The work is done outside the event loop; slow work has a queue of its own, so that
no image waits for it. If the client disconnects before the work begins, it is cancelled.
"""

import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response

from app.cache import shown_codes
from app.cache.latest import Latest
from app.server import routes
from app.server.guard import refusal

LASTING = "private, max-age=3600"

SHOWN = Latest(500)  # token -> a revision shown on a page, and the `at` of the codes shown
SECRET = secrets.token_bytes(32)  # the key of the tokens


def token(revision, codes: shown_codes.Shown) -> str:
    """The token of a revision with these codes; other codes of it, or later ones, get another token."""
    made = hmac.new(SECRET, repr((revision.path, codes.at)).encode(), "sha256").hexdigest()[:32]
    if SHOWN.find(made) is None:
        SHOWN.put(made, (_afresh(revision), codes.at))
    return made


def _afresh(revision):
    """The same revision without its cached networks, because SHOWN keeps hundreds of revisions."""
    return shown_codes.seen(revision, shown_codes.which_of(revision))


WORKERS = ThreadPoolExecutor(3, thread_name_prefix="asked")
SLOW = ThreadPoolExecutor(1, thread_name_prefix="slow")  # for work that takes seconds


def urls(revision, codes: shown_codes.Shown) -> dict[str, str | None]:
    """The URLs for a page that shows these codes of a revision, by kind of request; None for kinds that do not apply."""
    from app.server.answers import ASKS

    root = routes.page_relative(f"/live/{token(revision, codes)}")
    return {what: f"{root}/{what}" if ask.there(revision) else None for what, ask in ASKS.items()}


async def respond(request: Request) -> Response:
    """The response to a request of one of the kinds in `answers.ASKS`; others are refused with a status and one sentence."""
    token, what = request.path_params["token"], request.path_params["what"]
    found = SHOWN.find(token)
    if found is None:
        return refusal(404, "The server does not know this page any more; reload it.")
    from app.server.answers import ASKS  # only after a page was drawn, because it imports the networks

    ask = ASKS.get(what)
    if ask is None:
        return refusal(404, "The server does not know this request.")
    if request.method not in ask.methods:
        return routes.wrong_method(ask.methods)
    revision, at = found
    said = dict(request.query_params) if "GET" in ask.methods else await routes.body_of(request, ask.limit(revision))
    if isinstance(said, Response):
        return said
    pool = SLOW if ask.slow else WORKERS
    return await routes.result_of(request, pool.submit(routes.attempt, _answer, ask, revision, at, said))


def _answer(ask, revision, at, said):
    revision = _afresh(revision)
    if ask.numbered and shown_codes.moment(revision) != at:
        return refusal(409, "The codes have changed since the page was drawn; select them again.")
    content = ask.answer(revision, said)
    if content is None:
        return refusal(404, "The images of this data set are not on this machine.")
    kept = LASTING if ask.lasting else "no-store"
    return Response(content, headers={"Cache-Control": kept}, media_type=ask.media)
