"""Streamlit's own scripts and style sheets, compressed once for all browsers.

Streamlit (1.67) sends them as they are, two megabytes for the first page, because it could only compress them again at
each request. Their names contain hashes of their contents, so what was compressed once stays valid.
"""

import asyncio
import gzip
import re
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.cache.lru import LRUCache

FILE_PATH = re.compile(r"/static/(?:js|css)/[\w.-]+\.(?:js|css)")
MAX_KEPT_BYTES = 16 * 2**20  # bytes of compressed files in memory; all of Streamlit's take 7 MB
VALIDATORS = ("etag", "last-modified", "accept-ranges", "content-length")  # headers of the uncompressed file


@dataclass(frozen=True)
class CompressedFile:
    """A file compressed by gzip, and the headers of the response that carries it."""

    content: bytes
    headers: MutableHeaders


class StaticCompression(BaseHTTPMiddleware):
    """ASGI middleware that answers requests for Streamlit's own scripts and style sheets with compressed ones, for
    browsers that accept gzip."""

    def __init__(self, app):
        super().__init__(app)
        self.files = LRUCache(MAX_KEPT_BYTES, lambda file: len(file.content))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_compressible(scope):
            return await self.app(scope, receive, send)
        file = self.files.find(scope["path"])
        if file is not None:
            return await Response(file.content, headers=file.headers)(scope, receive, send)
        await super().__call__(scope, receive, send)

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        is_lasting = "immutable" in response.headers.get("cache-control", "")
        expected_bytes = response.headers.get("content-length")
        if (
            response.status_code != 200
            or not is_lasting
            or expected_bytes is None
            or "content-encoding" in response.headers
        ):
            return response
        body = b"".join([part async for part in response.body_iterator])
        if len(body) < int(expected_bytes):  # the visitor left, which ended the reading of the file: keep nothing
            return Response(status_code=503)
        for name in VALIDATORS:
            del response.headers[name]
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add_vary_header("accept-encoding")
        file = CompressedFile(await asyncio.to_thread(gzip.compress, body, 6, mtime=0), response.headers)
        self.files.put(request.scope["path"], file)
        return Response(file.content, headers=file.headers)


def is_compressible(scope: Scope) -> bool:
    """Whether a request is for one of Streamlit's scripts or style sheets as a whole, by a browser that accepts gzip."""
    if scope["type"] != "http" or scope["method"] != "GET" or not FILE_PATH.search(scope["path"]):
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and "range" not in headers
