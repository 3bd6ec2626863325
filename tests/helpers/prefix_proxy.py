"""A reverse proxy that removes a prefix from every path, as code-server's and JupyterHub's do."""

import asyncio
import threading
from contextlib import contextmanager

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class PrefixProxy:
    """It forwards requests, websockets too, to a port of this machine. keeps_host: whether it passes on the header Host.

    outside: the paths without the prefix that were requested, which it refuses.
    """

    def __init__(self, port: int, prefix: str, *, keeps_host: bool):
        self.port, self.prefix, self.keeps_host = port, prefix, keeps_host
        self.outside: list[str] = []

    def forwarded_head(self, head: bytes) -> bytes | None:
        """The request line and headers as they are passed on; None if the path lacks the prefix."""
        request, *headers = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        method, path, version = request.split(" ")
        if not path.startswith(self.prefix):
            self.outside.append(path)
            return None
        names = [header.partition(":")[0].lower() for header in headers]
        is_websocket = "upgrade" in names
        passed_headers = []
        for name, header in zip(names, headers, strict=True):
            if name == "host" and not self.keeps_host:
                header = f"Host: 127.0.0.1:{self.port}"
            if name != "connection" or is_websocket:
                passed_headers.append(header)
        if not is_websocket:
            passed_headers.append("Connection: close")
        path = path.removeprefix(self.prefix) or "/"
        return "\r\n".join([f"{method} {path} {version}", *passed_headers, "", ""]).encode("latin-1")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = self.forwarded_head(await reader.readuntil(b"\r\n\r\n"))
            if head is None:
                writer.write(NOT_FOUND)
                await writer.drain()
                return
            answers, requests = await asyncio.open_connection("127.0.0.1", self.port)
            requests.write(head)
            await asyncio.gather(pump(reader, requests), pump(answers, writer))
        except (OSError, asyncio.IncompleteReadError):  # the browser or the server has gone
            return
        finally:
            writer.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on all bytes until the sender ends."""
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()


async def end_connections(server: asyncio.Server) -> None:
    """Accept no more connections, and end those that are open: tasks that a closed loop leaves behind fail at any later time."""
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def running_prefix_proxy(port: int, prefix: str = "/lab", *, keeps_host: bool = True):
    """(proxy, its URL with the prefix and a slash), while the block runs."""
    proxy = PrefixProxy(port, prefix, keeps_host=keeps_host)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)  # Playwright has the main thread's loop
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(proxy.serve, "127.0.0.1", 0), loop).result(10)
    try:
        yield proxy, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{prefix}/"
    finally:
        asyncio.run_coroutine_threadsafe(end_connections(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
