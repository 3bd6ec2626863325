"""The text of a lesson: a small subset of Markdown, parsed into blocks from which the browser builds elements.

It has paragraphs, lists (`- `), **bold**, *italic*, `code` and [[terms]] of the glossary ([[shown words|term]] if they differ).
A block is {"kind": "p" or "ul", "items": lines}, a line a list of parts {"text", "as"}, where "as" is "", "strong", "em",
"code" or "term"; a part that is a term also has the key "term".
"""

import re
from collections.abc import Iterator
from html import escape

from aae_core.errors import AAEError

TAG = re.compile(r"<[A-Za-z/!?]")
LINK = re.compile(r"\]\(|!\[|\bhttps?://")
UNSUPPORTED_MARKDOWN = {  # parts of Markdown that a lesson must not use: name -> pattern
    "a heading within a page": re.compile(r"^\s{0,3}#", re.MULTILINE),
    "a quotation": re.compile(r"^\s{0,3}>", re.MULTILINE),
    "a numbered list": re.compile(r"^\s{0,3}\d+[.)]\s", re.MULTILINE),
    "a table or a block of code": re.compile(r"^\s{0,3}(\||```|~~~)", re.MULTILINE),
}
PART = re.compile(r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>.+?)\*|`(?P<code>.+?)`|\[\[(?P<term>[^\[\]]+?)\]\]", re.DOTALL)


class LessonError(AAEError):
    """A lesson is invalid; the error's text completes a sentence that begins with the file name."""


def check_markup(text: str) -> str:
    """Returns the text unchanged; LessonError if it contains raw HTML, a link or an image."""
    if tag := TAG.search(text):
        raise LessonError(f"holds raw HTML ({text[tag.start() :][:20]!r}); write it without tags")
    if LINK.search(text):
        raise LessonError("holds a link or an image, which a lesson cannot show; say it in words")
    return text


def parse_line(text: str) -> list[dict]:
    parts, end = [], 0
    for match in PART.finditer(text):
        if match.start() > end:
            parts.append({"text": text[end : match.start()], "as": ""})
        kind = match.lastgroup
        label, _, term = match[kind].partition("|") if kind == "term" else (match[kind], "", "")
        parts.append({"text": label, "as": kind} | ({"term": (term or label).strip()} if kind == "term" else {}))
        end = match.end()
    return parts + ([{"text": text[end:], "as": ""}] if end < len(text) else [])


def parse_blocks(text: str) -> list[dict]:
    """The paragraphs and lists of a text; LessonError if it contains any other Markdown."""
    for words, pattern in UNSUPPORTED_MARKDOWN.items():
        if pattern.search(text):
            raise LessonError(f"holds {words}, which a lesson cannot show; write it as a paragraph or a list")
    text_blocks = []
    for paragraph in re.split(r"\n\s*\n", check_markup(text).strip()):
        lines = [source_line.strip() for source_line in paragraph.splitlines() if source_line.strip()]
        if lines and all(
            source_line.startswith("- ")
            for source_line in paragraph.splitlines()
            if source_line == source_line.lstrip()
        ):
            items = re.split(r"^- ", paragraph.strip(), flags=re.MULTILINE)[1:]
            text_blocks.append({"kind": "ul", "items": [parse_line(" ".join(item.split())) for item in items]})
        elif lines:
            text_blocks.append({"kind": "p", "items": [parse_line(" ".join(lines))]})
    return text_blocks


def terms_in_blocks(blocks: list[dict]) -> Iterator[str]:
    """The terms of the glossary that occur in blocks."""
    for block in blocks:
        for items in block["items"]:
            yield from (part["term"] for part in items if part["as"] == "term")


def glossary_html(terms: dict[str, str]) -> str:
    """HTML of the terms and their meanings, in alphabetical order."""
    ordered = sorted(terms.items(), key=lambda item: item[0].casefold())
    rows = (f"<div><dt>{escape(term)}</dt><dd>{escape(meaning)}</dd></div>" for term, meaning in ordered)
    return f'<dl class="glossary">{"".join(rows)}</dl>'
