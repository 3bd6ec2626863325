"""A connection between browser and server that a test can break and restore, as a laptop's Wi-Fi does."""

import contextlib
import socket
import threading


class BreakableLink:
    """Forwards TCP connections from a free port of this machine to `target_port`, unless it is broken. `url`: its address."""

    def __init__(self, target_port: int):
        self.target_port, self.is_broken, self._sockets = target_port, False, set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept_connections, daemon=True).start()

    def break_off(self) -> None:
        """End all connections, and refuse new ones."""
        self.is_broken = True
        for end in list(self._sockets):
            _close(end)

    def restore(self) -> None:
        """Accept connections again."""
        self.is_broken = False

    def close(self) -> None:
        self.break_off()
        _close(self._listener)

    def _accept_connections(self):
        while True:
            try:
                browser_end, _ = self._listener.accept()
            except OSError:  # closed
                return
            try:
                if self.is_broken:
                    raise ConnectionRefusedError
                server_end = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                _close(browser_end)
                continue
            self._sockets |= {browser_end, server_end}
            for source, sink in ((browser_end, server_end), (server_end, browser_end)):
                threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source, sink):
        with contextlib.suppress(OSError):
            while content := source.recv(65_536):
                sink.sendall(content)
        for end in (source, sink):
            _close(end)
            self._sockets.discard(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
