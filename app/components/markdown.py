"""Escaping of texts that Streamlit would interpret as Markdown."""

import re

from app.server import private_paths

SPECIAL = re.compile(r"(?P<sign>[\\`*_{}\[\]<>#$~|:&])|@|w(?=ww\.)|h(?=ttps?://)", re.IGNORECASE)


def error_text(text: str) -> str:
    """The text of an error, escaped for Markdown and without absolute paths of the server's disk."""
    return escape(private_paths.remove_private_paths(text))


def escape(text: str) -> str:
    """Text escaped for Markdown, which Streamlit interprets everywhere except in a selectbox's options and in table cells.

    No escape keeps Streamlit from making links of addresses, but an address is not recognised if one of its characters is in an
    element of its own: `:color[…]` without a colour, which changes neither what is seen nor what is copied.
    """
    return SPECIAL.sub(lambda match: f"\\{match[0]}" if match["sign"] else f":color[{match[0]}]", text)
