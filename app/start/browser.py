"""Opening the browser once the server has started; `streamlit run` does so for a plain script, but not for an ASGI app."""

import socket
import threading
import time
import webbrowser

import streamlit as st

from app.server import routes

PATIENCE = 30.0  # seconds within which the server must answer


def begin() -> None:
    if not st.get_option("server.headless"):
        threading.Thread(target=open_when_up, name="browser", daemon=True).start()


def open_when_up(patience: float = PATIENCE) -> None:
    """Open the explorer's address once the server answers there; give up silently after `patience` seconds."""
    host, port = st.get_option("server.address") or "localhost", st.get_option("server.port")
    host = "localhost" if host in routes.EVERYWHERE else host
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(f"{routes.origin(host)}{routes.base() or '/'}")
            return
