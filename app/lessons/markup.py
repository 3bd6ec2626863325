"""The text of a lesson: a small subset of Markdown, parsed into blocks from which the browser builds elements.

It has paragraphs, lists (`- `), tables (`| … | … |`, the second line of dashes), **bold**, *italic*, `code` and [[terms]] of
the glossary ([[shown words|term]] if they differ). A block is {"kind": "p", "ul" or "table", "items": lines}; of a table, items
are the cells, row by row, and the key "columns" says how many are in a row; the first row is the head. A line is a list of
parts {"text", "as"}, where "as" is "", "strong", "em", "code", "term" or "figure"; a part that is a term also has the key "term".
Texts that are shown while or after the learner works may hold figures, {name}, {name.start} or {name.change}: parts with the keys
"figure", the name, and "of", one of `FIGURE_VALUES`.
"""

import re
from collections.abc import Iterator
from html import escape

from aae_core.errors import AAEError
from app.translation.texts import translate

TAG = re.compile(r"<[A-Za-z/!?]")
TABLE_RULE = re.compile(r"\|(\s*:?-+:?\s*\|)+")  # the line below the head of a table
MAX_COLUMNS, MAX_TABLE_ROWS = 4, 12
LINK = re.compile(r"\]\(|!\[|\bhttps?://")
UNSUPPORTED_MARKDOWN = {  # parts of Markdown that a lesson must not use: name -> pattern
    "a heading within a page": re.compile(r"^\s{0,3}#", re.MULTILINE),
    "a quotation": re.compile(r"^\s{0,3}>", re.MULTILINE),
    "a numbered list": re.compile(r"^\s{0,3}\d+[.)]\s", re.MULTILINE),
    "a block of code": re.compile(r"^\s{0,3}(```|~~~)", re.MULTILINE),
}
PART = re.compile(r"\*\*(?P<strong>.+?)\*\*|\*(?P<em>.+?)\*|`(?P<code>.+?)`|\[\[(?P<term>[^\[\]]+?)\]\]", re.DOTALL)
PART_OR_FIGURE = re.compile(PART.pattern + r"|\{(?P<figure>[^{}]*)\}", re.DOTALL)
# What of a figure is shown: its value now, its value when the experiment began, or how far these two are apart.
FIGURE_VALUES = ("now", "start", "change")


class LessonError(AAEError):
    """A lesson is invalid; the error's text completes a sentence that begins with the file name."""


def check_markup(text: str) -> str:
    """Returns the text unchanged; LessonError if it contains raw HTML, a link or an image."""
    if tag := TAG.search(text):
        raise LessonError(f"holds raw HTML ({text[tag.start() :][:20]!r}); write it without tags")
    if LINK.search(text):
        raise LessonError("holds a link or an image, which a lesson cannot show; say it in words")
    return text


def parse_line(text: str, has_figures: bool = False) -> list[dict]:
    """The parts of a line. has_figures: whether {…} is a figure, instead of a text like any other."""
    parts, end = [], 0
    for match in (PART_OR_FIGURE if has_figures else PART).finditer(text):
        if match.start() > end:
            parts.append({"text": text[end : match.start()], "as": ""})
        parts.append(_matched_part(match))
        end = match.end()
    return parts + ([{"text": text[end:], "as": ""}] if end < len(text) else [])


def _matched_part(match) -> dict:
    kind = match.lastgroup
    content = match[kind]
    if kind == "term":
        label, _, term = content.partition("|")
        return {"text": label, "as": "term", "term": (term or label).strip()}
    if kind == "figure":
        name, _, value = content.partition(".")
        return {"text": "", "as": "figure", "figure": name, "of": value or "now"}
    return {"text": content, "as": kind}


def parse_blocks(text: str, has_figures: bool = False) -> list[dict]:
    """The paragraphs, lists and tables of a text; LessonError if it contains any other Markdown. has_figures: as in
    `parse_line`."""
    for words, pattern in UNSUPPORTED_MARKDOWN.items():
        if pattern.search(text):
            raise LessonError(f"holds {words}, which a lesson cannot show; write it as a paragraph or a list")
    text_blocks = []
    for paragraph in re.split(r"\n\s*\n", check_markup(text).strip()):
        lines = [source_line.strip() for source_line in paragraph.splitlines() if source_line.strip()]
        if lines and all(source_line.startswith("|") for source_line in lines):
            text_blocks.append(_parse_table(lines, has_figures))
        elif lines and all(
            source_line.startswith("- ")
            for source_line in paragraph.splitlines()
            if source_line == source_line.lstrip()
        ):
            items = re.split(r"^- ", paragraph.strip(), flags=re.MULTILINE)[1:]
            parsed_items = [parse_line(" ".join(item.split()), has_figures) for item in items]
            text_blocks.append({"kind": "ul", "items": parsed_items})
        elif lines:
            text_blocks.append({"kind": "p", "items": [parse_line(" ".join(lines), has_figures)]})
    return text_blocks


def _parse_table(lines, has_figures) -> dict:
    """A table's block; LessonError unless it has a head, a line of dashes and rows with as many cells."""
    if len(lines) < 3 or not TABLE_RULE.fullmatch(lines[1]):
        raise LessonError("has a table without a head; its second line must be dashes, as in | --- | --- |")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]
    columns = len(rows[0])
    if not 2 <= columns <= MAX_COLUMNS or len(rows) > MAX_TABLE_ROWS:
        raise LessonError(f"has a table that is not of 2 to {MAX_COLUMNS} columns and at most {MAX_TABLE_ROWS} rows")
    if any(len(row) != columns for row in rows):
        raise LessonError("has a table whose rows differ in their number of cells")
    return {
        "kind": "table",
        "items": [parse_line(cell, has_figures) for row in rows for cell in row],
        "columns": columns,
    }


def parts_in_blocks(blocks: list[dict]) -> Iterator[dict]:
    """The parts of all lines of blocks, in order."""
    for block in blocks:
        for items in block["items"]:
            yield from items


def terms_in_blocks(blocks: list[dict]) -> Iterator[str]:
    """The terms of the glossary that occur in blocks."""
    return (part["term"] for part in parts_in_blocks(blocks) if part["as"] == "term")


def glossary_html(terms: dict[str, str]) -> str:
    """HTML of the terms, in the current language, and their meanings, in alphabetical order."""
    translated_terms = [(translate(term), meaning) for term, meaning in terms.items()]
    sorted_terms = sorted(translated_terms, key=lambda item: item[0].casefold())
    rows = (f"<div><dt>{escape(term)}</dt><dd>{escape(meaning)}</dd></div>" for term, meaning in sorted_terms)
    return f'<dl class="glossary">{"".join(rows)}</dl>'
