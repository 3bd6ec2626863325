"""The article of the page Theory: what it is built of; it agrees with the table of equations and the figures measured."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

pytest.importorskip("streamlit")
from aae_core.game.rules import GameRules, GameSetup, GameView
from aae_core.latent.encoded_images import Arrangement
from aae_core.reproduce import curve_rows, frontier
from app.cache import revision_data
from app.figures import frontier_svg
from app.lessons import markup, pictures, reader, running_lesson
from app.session import settings
from app.theory import article, article_html, figures
from app.theory.article import ArticleError

ARTICLE = article.read_article()
LESSONS = reader.load_lessons()
HTML = article_html.ArticleHtml(ARTICLE, LESSONS.glossary)
SECTIONS = pytest.mark.parametrize("section", ARTICLE.sections, ids=lambda section: section.anchor)
MAX_WORDS = 150  # of a section, beside its folds
FRONT = """+++
title = "T"
lead = "L"
[[section]]
anchor = "a"
lessons = []
figure = { on = "explore", set = { revision = "ae", z = "0,0", layers = "codes" }, alt = "A map." }
try = "Look."
+++
"""
SOURCES = article.read_sources('[equations]\n"ours" = { short = "ours", source = "Own." }')


class Elements(HTMLParser):
    """The elements of a piece of HTML, and whether each is closed."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.open, self.tags = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in ("br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parts_html(section):
    return HTML.text(section, []) + HTML.derivations(section)


def test_every_equation_has_a_source_and_every_source_is_used():
    used_names = {equation.name for section in ARTICLE.sections for equation in section.equations}
    assert used_names == set(ARTICLE.sources)
    assert all(source.short and source.source.endswith(".") for source in ARTICLE.sources.values())
    numbers = [equation.number for section in ARTICLE.sections for equation in section.equations]
    assert len(numbers) == len(set(numbers))


def test_the_html_is_well_formed_and_ids_are_unique():
    html = HTML.contents() + HTML.sources() + "".join(map(parts_html, ARTICLE.sections))
    elements = Elements(html)
    ids = [*elements.ids, *(section.anchor for section in ARTICLE.sections)]
    assert not elements.open and len(ids) == len(set(ids))
    assert elements.tags.count("math") > 100
    assert not re.search(r"\$|\*\*|\[\[|\(eq:", re.sub("<math.*?</math>", "", html)), "markup that was not read"


def test_the_contents_lead_to_every_section():
    assert re.findall('href="#([^"]+)"', HTML.contents()) == [section.anchor for section in ARTICLE.sections]


@SECTIONS
def test_a_section_is_short_and_has_a_derivation(section):
    words = [word for block in section.text.blocks if isinstance(block, str) for word in block.split()]
    assert len(words) <= MAX_WORDS
    assert section.derivations and section.lessons


@SECTIONS
def test_a_term_is_marked_once_in_a_text(section):
    for part in (section.text, *section.derivations):
        terms = re.findall(r"<b>(.+?):</b>", HTML._part(part, "x"))
        assert len(terms) == len(set(terms))


def test_a_term_is_explained_where_it_first_occurs():
    lines = [block for section in ARTICLE.sections for block in section.text.blocks if isinstance(block, str)]
    parts = [part for line in lines for part in markup.parse_line(re.sub(r"\$[^$]*\$", "", line))]
    marked_terms = [part["term"] for part in parts if part["as"] == "term"]
    assert len(marked_terms) == len(set(marked_terms))
    explained_terms = set()
    for part in parts:
        if part["as"] == "term":
            explained_terms.add(part["term"])
        early_terms = [term for term in set(marked_terms) - explained_terms if is_word_in(term, part["text"])]
        assert not early_terms, (early_terms, part["text"])


def is_word_in(term, text):
    """Whether a term occurs in a text; a round cloud is not a round."""
    return re.search(rf"\b{re.escape(term)}s?\b", text.replace("round cloud", ""), re.IGNORECASE) is not None


@SECTIONS
def test_what_a_section_names_exists(section):
    assert set(section.lessons) <= set(LESSONS.lessons)
    figure = section.figure
    if figure.on == article.PLANE_FIGURE:
        query, missing_note = running_lesson.page_settings_and_missing_note(figure)
        assert not missing_note and query["revision"] in {summary.id for summary in revision_data.list_summaries()}
        assert len(settings.parse_numbers(query["z"])) == 2 and settings.parse_layers(query["layers"])
    elif figure.on in (article.GAME_FIGURE, article.BOARD_FIGURE):
        records = (GameSetup, GameRules, GameView) if figure.on == article.GAME_FIGURE else (Arrangement,)
        field_names = {name for record in records for name in vars(figures.parse_record(record, section))}
        assert {name.partition(".")[2] for name in figure.set} <= field_names
        assert figure.picture == "code" or figure.picture in pictures.DRAWINGS
    else:
        place = figure.set["data"], int(figure.set["dim"])
        assert frontier_svg.chart_html(frontier.read_frontier().model_rows(*place))
    assert figure.alt or figure.on == article.CHART_FIGURE


def test_the_figures_of_the_rivals_are_those_measured():
    text = " ".join(block for block in ARTICLE.sections[-1].text.blocks if isinstance(block, str))
    frontier_data = frontier.read_frontier()
    curves = {curve.model.title: curve for curve in curve_rows.model_curves(frontier_data, "mnist", 2)}
    for title in ("WAE-MMD", "AAE, gradient descent", "AAE, one cost, three steps"):
        curve = curves[title]
        assert len(curve.runs_by_seed) == 3
        errors = [curve.figure_at_fit(seed, "reconstruction", 0.002) for seed in curve.runs_by_seed]
        assert f"{np.mean(errors):.2f}" in text, title
    curves = {curve.model.title: curve for curve in curve_rows.model_curves(frontier_data, "glyphs", 10)}
    for title in ("AAE, gradient descent", "Sliced Wasserstein", "AAE, one cost"):
        curve = curves[title]
        assert len(curve.runs_by_seed) == 3
        for key in ("reconstruction", "frechet"):
            figures = [curve.figure_at_fit(seed, key, 0.002) for seed in curve.runs_by_seed]
            assert f"{np.mean(figures):.2f}" in text, (title, key)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("## A\n\n$$ x $$ (paper)\n", "'paper', is not in the table"),
        ("## A\n\n$$ x $$\n", "ends without its name"),
        ("## A\n\n## B\n", "1 tables"),
        ("## A\n\n### Proof\n\nText.\n", "is called 'Proof'"),
    ],
)
def test_a_broken_article_is_refused(body, words):
    with pytest.raises(ArticleError, match=re.escape(words)):
        article.parse_article(FRONT + body, SOURCES)


def test_a_reference_to_no_equation_is_refused():
    broken_article = article.parse_article(FRONT + "## A\n\nSee (eq:nothing).\n", SOURCES)
    with pytest.raises(ArticleError, match="'nothing'"):
        article_html.ArticleHtml(broken_article, {}).text(broken_article.sections[0], [])
