"""Requests to an ASGI application, without a server or a network."""

import asyncio
import json

from starlette.applications import Starlette


def server_with_routes(routes):
    """A server with some routes before one that answers everything."""

    async def answer_everything(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the page"})

    starlette = Starlette(routes=routes)
    starlette.mount("/", answer_everything)
    return starlette


async def visit(
    app, path, body=b"", method="GET", headers=(), departure=None, endless=False, read_parts=None, spec_version="2.4"
):
    """(status, headers, body) of a request by path and query, or by a URL that is relative to a page's ("./…").

    body: as bytes, a value for JSON, or a tuple of parts that come without any word on their size. departure: an event at
    which the visitor goes away; without it, he waits. endless: the body never ends. read_parts: a list that gets each part that
    is read. spec_version: of ASGI; before 2.4 Starlette stops a response as soon as the visitor is gone.
    """
    content = body if isinstance(body, bytes | tuple) else json.dumps(body).encode()
    parts = list(content) if isinstance(content, tuple) else [content]
    messages = []
    read_parts = [] if read_parts is None else read_parts
    length_header = {} if isinstance(content, tuple) else {"content-length": str(len(content))}

    async def receive():
        if not parts:
            await (departure or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        read_parts.append(parts.pop(0))
        return {"type": "http.request", "body": read_parts[-1], "more_body": endless or bool(parts)}

    async def send(message):
        messages.append(message)

    path, _, query = path.removeprefix(".").partition("?")
    raw_headers = [(name.encode(), value.encode()) for name, value in {**length_header, **dict(headers)}.items()]
    scope = {"type": "http", "asgi": {"spec_version": spec_version}, "method": method, "headers": raw_headers,
             "path": path, "raw_path": path.encode(), "query_string": query.encode()}  # fmt: skip
    await app(scope, receive, send)
    response_headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    return messages[0]["status"], response_headers, b"".join(message.get("body", b"") for message in messages[1:])
