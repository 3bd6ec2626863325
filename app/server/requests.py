"""The routes under which the page requests computations from the server; `app.server.answers` does the work.

Only pages sent by this server can send these requests: each revision shown has a token that nobody can guess. No
request names a file, and bodies are limited in size and time. The work is done outside the event loop; slow work has a
queue of its own, so that no image waits for it. If the client disconnects before the work begins, it is cancelled.
"""

import contextvars
import gzip
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response

from aae_core.store import live_frame
from app.cache import code_sets
from app.cache.revision_view import RevisionView
from app.server import page_tokens, routes
from app.server.guard import refusal_response
from app.translation.texts import translate

PRIVATE_HOUR = "private, max-age=3600"


FAST_POOL = ThreadPoolExecutor(3, thread_name_prefix="fast")
SLOW_POOL = ThreadPoolExecutor(1, thread_name_prefix="slow")  # for work that takes seconds


async def respond_to_request(request: Request) -> Response:
    """The response to a request of one of the kinds in `answers.REQUEST_KINDS`; others are refused with a status and
    one sentence."""
    token, name = request.path_params["token"], request.path_params["kind"]
    revision_and_key = page_tokens.SHOWN_REVISIONS.find(token)
    if revision_and_key is None:
        return refusal_response(404, translate("The server does not know this page any more; reload it."))
    from app.server.answers import REQUEST_KINDS  # only after a page was drawn, because it imports the networks

    kind = REQUEST_KINDS.get(name)
    if kind is None:
        return refusal_response(404, translate("The server does not know this request."))
    if request.method not in kind.methods:
        return routes.method_not_allowed_response(kind.methods)
    revision, codes_key = revision_and_key
    if "GET" in kind.methods:
        content = dict(request.query_params)
    else:
        content = await routes.read_body(request, kind.body_limit(revision))
    if isinstance(content, Response):
        return content
    pool = SLOW_POOL if kind.is_slow else FAST_POOL
    accepts_gzip = "gzip" in request.headers.get("accept-encoding", "")
    arguments = (compute_response, kind, revision, codes_key, content, accepts_gzip)
    # in a copy of the context, which holds the language
    result = pool.submit(contextvars.copy_context().run, routes.respond_or_refuse, *arguments)
    return await routes.wait_for_result(request, result)


def compute_response(kind, revision: RevisionView, codes_key, request_content, accepts_gzip: bool = False) -> Response:
    """The response to a request of that kind about a revision, which is read anew, on a page that shows the codes of
    `codes_key`. request_content: the body, or the query of a GET as a dict."""
    revision = revision.renewed()
    if kind.is_watching and revision.is_busy:
        live_frame.note_watcher(revision.path)
    if kind.uses_code_numbers and code_sets.code_set_cache_key(revision) != codes_key:
        sentence = translate("The codes have changed since the page was drawn; select them again.")
        return refusal_response(409, sentence)
    content = kind.answer(revision, request_content)
    if content is None:
        return refusal_response(404, translate("The images of this data set are not on this machine."))
    headers = {"Cache-Control": PRIVATE_HOUR if kind.is_immutable else "no-store"}
    if kind.is_compressed:
        headers["Vary"] = "Accept-Encoding"
    if kind.is_compressed and accepts_gzip:
        headers["Content-Encoding"] = "gzip"
    if kind.is_compressed and not accepts_gzip:
        content = gzip.decompress(content)
    return Response(content, headers=headers, media_type=kind.media_type)
