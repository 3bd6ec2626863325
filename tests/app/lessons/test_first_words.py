"""Every word of the glossary is explained where it first occurs in a lesson, in the order in which the panel shows its texts."""

import re

import pytest

pytest.importorskip("streamlit")
from app.lessons import markup, reader

SHIPPED = reader.load_lessons()
EVERYDAY_USES = {  # where a word is not the term of the glossary
    "round": ("round cloud", "round Gaussian", "bold and round", "A round "),
    "plane": ("on the plane", "on a plane", "above the plane"),  # where a control is
}
CONTROL_NAME = re.compile("“[^”]*”")


def word_pattern(term):
    """A term as a word, in the singular or the plural, with either apostrophe and any capitals."""
    plural = re.escape(term[:-1]) + "ies" if term.endswith("y") else re.escape(term) + "e?s"
    either_number = f"(?:{re.escape(term)}|{plural})".replace("'", "['’]")
    return re.compile(rf"(?<![\w-]){either_number}(?![\w-])", re.IGNORECASE)


PATTERNS = {term: word_pattern(term) for term in SHIPPED.glossary}


def first_words(texts):
    """The terms that occur in texts before they are explained. texts: lines of parts, in the order in which they are shown."""
    explained_terms, unexplained_terms = set(), []
    for line in texts:
        for part in line:
            if part["as"] == "term":
                explained_terms.add(part["term"])
            elif part["as"] in ("em", "strong"):
                explained_terms |= {term for term, pattern in PATTERNS.items() if pattern.fullmatch(part["text"])}
            else:
                unexplained_terms += [
                    term
                    for term in terms_in(part["text"])
                    if term not in explained_terms and term not in unexplained_terms
                ]
    return unexplained_terms


def terms_in(text):
    """The terms of the glossary in a plain text, without names of controls in “…”; those within a longer term do not count."""
    terms, text = [], CONTROL_NAME.sub(" ", text)
    for term in sorted(PATTERNS, key=len, reverse=True):
        for phrase in EVERYDAY_USES.get(term, ()):
            text = text.replace(phrase, " ")
        if PATTERNS[term].search(text):
            terms.append(term)
            text = PATTERNS[term].sub(" ", text)
    return terms


def shown_lines(page):
    """The lines of a page's texts, as lists of parts, in the order in which they are shown."""
    plain_lines = lambda text: [[{"text": text, "as": ""}]]  # noqa: E731
    block_lines = lambda blocks: [items for block in blocks for items in block["items"]]  # noqa: E731
    question = [
        text for prediction in [page.prediction] if prediction for text in (prediction.ask, *prediction.choices)
    ]
    verdict_blocks = [*page.prediction.measured, *page.prediction.because] if page.prediction else []
    captions = [items for caption in page.experiment.captions for items in block_lines(caption.blocks)]
    return [
        *block_lines(page.blocks),
        *(line for text in (*question, page.reads, page.do) for line in plain_lines(text)),
        *captions,
        *block_lines(verdict_blocks),
    ]


@pytest.mark.parametrize("slug", SHIPPED.lessons)
def test_a_word_is_explained_where_it_first_occurs(slug):
    lines = [line for page in SHIPPED.lessons[slug].pages for line in shown_lines(page)]
    assert first_words(lines) == []


def test_a_word_that_is_used_before_its_link_is_found():
    parse = lambda text: [markup.parse_line(text)]  # noqa: E731
    assert first_words(parse("The codes are [[codes|code]].")) == ["code"]
    assert first_words(parse("The [[codes|code]] are codes; an encoder is a **decoder**; D’s surface.")) == [
        "encoder",
        "D's surface",
    ]
    assert first_words(parse("Both densities, and a round cloud.")) == ["density"]
