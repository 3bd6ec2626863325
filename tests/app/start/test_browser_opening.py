"""The browser is opened where the server answers, and only there."""

import socket
import webbrowser
from types import SimpleNamespace

import pytest
import streamlit as st

from app.start import browser


@pytest.fixture
def opened_addresses(monkeypatch):
    """The addresses that a browser was asked for."""
    addresses = []
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    return addresses


def set_server_address(monkeypatch, port, certificate=None, address="127.0.0.1"):
    options = {
        "server.address": address, "server.port": port, "server.baseUrlPath": "/class/", "server.headless": True,
        "server.sslCertFile": certificate,
    }  # fmt: skip
    monkeypatch.setattr(st, "get_option", options.__getitem__)


@pytest.mark.parametrize(("certificate", "scheme"), [(None, "http"), ("own.pem", "https")])
def test_it_opens_once_the_server_answers(monkeypatch, opened_addresses, certificate, scheme):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        set_server_address(monkeypatch, port, certificate)
        browser.open_browser_when_up(5)
    assert opened_addresses == [f"{scheme}://127.0.0.1:{port}/class"]


@pytest.mark.parametrize(("address", "host"), [("::1", "[::1]"), ("::", "localhost")])
def test_an_address_of_ipv6_stands_in_brackets(monkeypatch, opened_addresses, address, host):
    set_server_address(monkeypatch, 8501, address=address)
    monkeypatch.setattr(socket, "create_connection", lambda *_: socket.socket())
    browser.open_browser_when_up(5)
    assert opened_addresses == [f"http://{host}:8501/class"]


def test_it_gives_up_where_nothing_answers(monkeypatch, opened_addresses):
    with socket.socket() as silent_socket:
        silent_socket.bind(("127.0.0.1", 0))
        set_server_address(monkeypatch, silent_socket.getsockname()[1])
        browser.open_browser_when_up(0.3)
    assert not opened_addresses


def test_a_headless_server_opens_nothing(monkeypatch):
    set_server_address(monkeypatch, 1)
    threads = []
    monkeypatch.setattr(browser, "threading", SimpleNamespace(Thread=lambda **options: threads.append(options)))
    browser.open_browser_in_thread()
    assert not threads
