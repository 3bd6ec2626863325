"""Texts that Streamlit would read as Markdown, as what they are."""

from app.server import guard


def error_text(text: str) -> str:
    """A message as Markdown that shows it literally, without absolute paths of the server's disk."""
    return literal(guard.public(text))


def literal(text: str) -> str:
    """Text escaped for Markdown, which Streamlit applies everywhere except in options of a selectbox and cells."""
    return "".join("\\" + c if c in "\\`*_{}[]<>#$~|:&" else c for c in text)
