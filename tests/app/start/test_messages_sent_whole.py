"""Streamlit sends every message as a whole, and so never one that the browser has dropped from its cache."""

import tomllib
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed

PROJECT = Path(__file__).resolve().parents[3]


def is_replaced_by_its_hash(size):
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * size
    populate_hash_if_needed(message)
    return message.metadata.cacheable


def test_no_message_is_replaced_by_its_hash(monkeypatch):
    options = tomllib.loads((PROJECT / "app/.streamlit/config.toml").read_text(encoding="utf-8"))["global"]
    assert is_replaced_by_its_hash(10**7)
    get_option = config.get_option
    monkeypatch.setattr(config, "get_option", lambda key: options.get(key.removeprefix("global."), get_option(key)))
    assert not is_replaced_by_its_hash(10**7)
