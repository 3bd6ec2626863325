"""Requests to an ASGI application, without a server or a network."""

import asyncio
import json

from starlette.applications import Starlette


def server(routes):
    """A server with some routes before one that answers everything."""

    async def anything(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the page"})

    starlette = Starlette(routes=routes)
    starlette.mount("/", anything)
    return starlette


async def visit(
    app, path, said=b"", method="GET", headers=(), gone=None, endless=False, taken=None, spec_version="2.4"
):
    """(status, headers, body) of a request by path and query, or by a URL that is relative to a page's ("./…").

    said: the body as bytes, a value for JSON, or a tuple of parts that come without any word on their size. gone: an event at
    which the visitor goes away; without it, he waits. endless: the body never ends. taken: a list that gets each part that is
    read. spec_version: of ASGI; before 2.4 Starlette stops a response as soon as the visitor is gone.
    """
    body = said if isinstance(said, bytes | tuple) else json.dumps(said).encode()
    parts, sent, taken = list(body) if isinstance(body, tuple) else [body], [], [] if taken is None else taken
    text = {} if isinstance(body, tuple) else {"content-length": str(len(body))}

    async def receive():
        if not parts:
            await (gone or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        taken.append(parts.pop(0))
        return {"type": "http.request", "body": taken[-1], "more_body": endless or bool(parts)}

    async def send(message):
        sent.append(message)

    path, _, query = path.removeprefix(".").partition("?")
    named = [(name.encode(), value.encode()) for name, value in {**text, **dict(headers)}.items()]
    scope = {"type": "http", "asgi": {"spec_version": spec_version}, "method": method, "headers": named,
             "path": path, "raw_path": path.encode(), "query_string": query.encode()}  # fmt: skip
    await app(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])
