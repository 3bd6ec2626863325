"""Texts of documents: tables with texts under known keys, and bodies of paragraphs. A function visits each text and returns what
takes its place; `translate` makes a document in another language, and `app.catalogue` collects the texts with one of its own.
"""

import re
from collections.abc import Callable, Collection

EQUATION_START = "$$"
HEADING = re.compile(r"#{2,3}[ \t]+")
PARAGRAPH_END = re.compile(r"(\n[ \t]*\n\s*)")


def map_table_texts(
    value,
    text_keys: Collection[str],
    change_text: Callable[[str], str],
    ignored_keys: Collection[str] = (),
    key: str = "",
):
    """A copy of a table (dicts, lists and plain values) in which each text under one of `text_keys`, alone or in a list, is
    changed. ignored_keys: keys whose values stay whole; key: the key under which `value` stands."""
    if key in ignored_keys:
        return value
    if isinstance(value, dict):
        return {name: map_table_texts(part, text_keys, change_text, ignored_keys, name) for name, part in value.items()}
    if isinstance(value, list):
        return [map_table_texts(part, text_keys, change_text, ignored_keys, key) for part in value]
    if isinstance(value, str) and key in text_keys and value.strip():
        return change_text(value)
    return value


def map_paragraphs(body: str, change_text: Callable[[str], str]) -> str:
    """A body in which each heading's text (`## …`, `### …`) and each paragraph is changed; blank lines and equations on
    lines of their own stay as they are."""
    return "".join(
        part if not part.strip() or n % 2 else _map_paragraph(part, change_text)
        for n, part in enumerate(PARAGRAPH_END.split(body))
    )


def _map_paragraph(paragraph: str, change_text) -> str:
    """A paragraph with a changed text. The line of a heading is a text of its own."""
    text = paragraph.strip()
    if text.startswith(EQUATION_START):
        return paragraph
    start, end = paragraph.split(text)
    heading = HEADING.match(text)
    if heading is None:
        return f"{start}{change_text(text)}{end}"
    title, line_end, body = text[heading.end() :].partition("\n")
    translated_text = heading[0] + change_text(title.strip()) + line_end
    if body.strip():
        translated_text += _map_paragraph(body, change_text)
    return f"{start}{translated_text}{end}"
