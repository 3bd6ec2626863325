"""The documentation: every link leads somewhere, lines have at most 100 columns, and paragraphs and cells are short."""

import re

import pytest

from aae_core.places import PROJECT

DOCS = PROJECT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), PROJECT / "README.md", PROJECT / "ARCHITECTURE.md"]
LINKING_PAGES = [*PAGES, PROJECT / "THREATS.md"]
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
CELL_BORDER = re.compile(r"(?<!\\)\|")
LIST_ITEM = re.compile(r"\s*([-*]|\d+\.) ")
LONGEST_LINE, LONGEST_PARAGRAPH, LONGEST_CELL = 100, 6, 25  # columns, lines, words


def page_name(page):
    return str(page.relative_to(PROJECT))


def broken_links(page):
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if ":" not in target]
    return [target for target in targets if not (page.parent / target).exists()]


def long_parts(text):
    """What is too long in a page: (line number, what)."""
    places, paragraph_length, is_code = [], 0, False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
            paragraph_length = 0
        is_table = line.startswith("|") and not is_code
        if is_table:
            cells = CELL_BORDER.split(line.strip().strip("|"))
            places += [(number, "cell") for cell in cells if len(cell.split()) > LONGEST_CELL]
        elif len(line) > LONGEST_LINE and len(max(line.split(), key=len)) <= LONGEST_LINE // 2:
            places.append((number, "line"))  # a word of half a line may stand out
        ends_paragraph = not line.strip() or line.startswith("#") or is_table or is_code
        if ends_paragraph:
            paragraph_length = 0
        elif LIST_ITEM.match(line):
            paragraph_length = 1
        else:
            paragraph_length += 1
        if paragraph_length == LONGEST_PARAGRAPH + 1:
            places.append((number, "paragraph"))
    return places


@pytest.mark.parametrize("page", LINKING_PAGES, ids=page_name)
def test_every_link_leads_to_a_file(page):
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_lines_paragraphs_and_cells_are_short(page):
    assert long_parts(page.read_text(encoding="utf-8")) == []


def test_what_is_too_long_is_found():
    words = " ".join(["word"] * 26)
    paragraph = "\n".join(["line"] * 7)
    text = f"{words}\n\n| {words} |\n\n{paragraph}\n\n```\n{paragraph}\n```\n"
    assert long_parts(text) == [(1, "line"), (3, "cell"), (11, "paragraph")]


def test_the_index_names_every_page():
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked_pages = {(DOCS / target).resolve() for target in LINK.findall(index) if ":" not in target}
    pages = {page.resolve() for page in DOCS.rglob("*.md")} - {DOCS / "README.md"}
    assert pages <= linked_pages
