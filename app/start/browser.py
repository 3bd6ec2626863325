"""Opening the browser once the server has started; `streamlit run` does so for a plain script, but not for an ASGI
app."""

import socket
import threading
import time
import webbrowser

import streamlit as st

from app.server import routes

SERVER_TIMEOUT = 30.0  # seconds within which the server must answer


def open_browser_in_thread() -> None:
    if not st.get_option("server.headless"):
        threading.Thread(target=open_browser_when_up, name="browser", daemon=True).start()


def open_browser_when_up(timeout: float = SERVER_TIMEOUT) -> None:
    """Open the explorer's address once the server answers there; give up silently after `timeout` seconds."""
    host, port = st.get_option("server.address") or "localhost", st.get_option("server.port")
    host = "localhost" if host in routes.ALL_ADDRESSES else host
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(f"{routes.server_origin(host)}{routes.base_path() or '/'}")
            return
