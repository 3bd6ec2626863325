"""The experiment of a lesson's page: captions that read its figures while it runs, and how it is tried without a learner.

A page's table may have lists of tables `caption`, `claim` and `perform`. The first caption whose condition holds is shown beside
the experiment, with the figures of the moment. A claim must hold once the goal is reached, and what is performed leads there:
both are for tests of the lesson only.
"""

import re
from dataclasses import dataclass

from app.lessons import checking, markup, vocabulary
from app.lessons import claims as claim_tables
from app.lessons.claims import Claim
from app.lessons.markup import LessonError

KEYS = {"caption", "claim", "perform"}
MAX_ROWS = 20  # of a list
FIGURE_IN_TEXT = re.compile(r"\{(\w+)(\.\w+)?\}")


@dataclass(frozen=True)
class Condition:
    """That a figure compares in a way, one of `vocabulary.COMPARISONS`, with a number."""

    figure: str
    comparison: str
    value: float


@dataclass(frozen=True)
class Caption:
    """A sentence beside the experiment, shown while its condition holds; without a condition always."""

    blocks: list
    condition: Condition | None


@dataclass(frozen=True)
class Experiment:
    """performs: actions, each with the key "do", a key of `vocabulary.ACTIONS`, that are repeated in turn until the goal is
    reached; () if the goal itself says what to do."""

    captions: tuple[Caption, ...] = ()
    claims: tuple[Claim, ...] = ()
    performs: tuple[dict, ...] = ()


def parse_experiment(page_number: int, page_name: str, page_table: dict) -> Experiment:
    """The experiment in the table of a page; LessonError if it is invalid."""
    captions = tuple(
        _parse_caption(row, f"a caption of page {page_number}", page_name)
        for row in _rows(page_table, "caption", page_number)
    )
    claims = tuple(
        claim_tables.parse_claim(row, page_number, page_name) for row in _rows(page_table, "claim", page_number)
    )
    performs = claim_tables.parse_actions(page_table.get("perform", []), f"“perform” of page {page_number}", page_name)
    return Experiment(captions, claims, performs)


def _rows(page_table, name, page_number) -> list[dict]:
    rows = page_table.get(name, [])
    if not isinstance(rows, list) or len(rows) > MAX_ROWS or not all(isinstance(row, dict) for row in rows):
        raise LessonError(f"has on page {page_number} a “{name}” that is not a list of at most {MAX_ROWS} tables")
    return rows


def _parse_caption(row, location, page_name):
    checking.check_keys(row, {"text", "figure", *vocabulary.COMPARISONS}, location)
    blocks = blocks_with_figures(row.get("text"), f"the text of {location}", page_name)
    is_conditional = bool(set(row) - {"text"})
    return Caption(blocks, _parse_condition(row, location, page_name) if is_conditional else None)


def _parse_condition(row, location, page_name) -> Condition:
    checking.vocabulary_row(vocabulary.FIGURES, row.get("figure"), page_name, f"has in {location} the figure")
    return Condition(row["figure"], *checking.parse_comparison(row, location, vocabulary.COMPARISONS))


# Texts with figures -----------------------------------------------------------------------------------------------------


def blocks_with_figures(value, field_name: str, page_name: str, needs_figure: bool = False) -> list[dict]:
    """The blocks of a text whose figures the page has; LessonError if it is invalid."""
    blocks = markup.parse_blocks(checking.checked_text(value, field_name, checking.MAX_SENTENCE), has_figures=True)
    parts = list(markup.parts_in_blocks(blocks))
    if any("{" in part["text"] or "}" in part["text"] for part in parts):
        raise LessonError(f"has a figure within bold, italic or another brace in {field_name}; write {{name}} alone")
    figures = [part for part in parts if part["as"] == "figure"]
    for part in figures:
        checking.vocabulary_row(vocabulary.FIGURES, part["figure"], page_name, f"has in {field_name} the figure")
        if part["of"] not in markup.FIGURE_VALUES:
            raise LessonError(
                f"has in {field_name} the figure “{part['figure']}.{part['of'][:60]}”; "
                "after the point must be start or change"
            )
    if needs_figure and not figures:
        raise LessonError(f"has no figure in {field_name}; write one as {{name}}, or move the text to “because”")
    return blocks


def blocks_without_figures(text: str, field_name: str) -> list[dict]:
    """The blocks of a text that is shown where no figure may be known; LessonError if it is invalid or names a figure."""
    for match in FIGURE_IN_TEXT.finditer(text):
        if match[1] in vocabulary.FIGURES:
            raise LessonError(
                f"has the figure “{match[0]}” in {field_name}; figures belong into “measured” and captions"
            )
    return markup.parse_blocks(text)
