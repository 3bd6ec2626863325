"""Escaping of texts that Streamlit would interpret as Markdown."""

from app.server import guard


def error_text(text: str) -> str:
    """The text of an error, escaped for Markdown and without absolute paths of the server's disk."""
    return literal(guard.public(text))


def literal(text: str) -> str:
    """Text escaped for Markdown, which Streamlit interprets everywhere except in a selectbox's options and in table cells."""
    return "".join("\\" + c if c in "\\`*_{}[]<>#$~|:&" else c for c in text)
