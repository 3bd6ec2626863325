"""Reads the article and its table of equations (`article.md`, `equations.toml`) and checks them.

The article is TOML between two lines `+++`, with a table [[section]] for each section, and then the sections: a heading `## …`,
the text, and folded derivations, each under `### Derivation: …`. Texts are those of `markup`, with equations between dollar
signs besides. An equation on lines of its own ends with its name in `equations.toml`; `(eq:NAME)` refers to the first of
that name.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from aae_core.errors import AAEError
from app.lessons import vocabulary
from app.translation.documents import map_paragraphs, map_table_texts
from app.translation.languages import current_language
from app.translation.texts import mark, translate

FOLDER = Path(__file__).parent
TEXT_KEYS = frozenset({"title", "lead", "try", "alt"})  # keys of the front matter whose values are texts for readers
SOURCE_KEYS = frozenset({"short", "source"})  # keys of the table of equations whose values are texts
DISPLAY = re.compile(r"\$\$(?P<tex>.+?)\$\$ \((?P<name>[a-z0-9-]+)\)", re.DOTALL)
DERIVATION_TITLE = mark("Derivation:")
# Pages of the app that a figure comes from: a plane, the game, the board of ellipses, and the chart of latent models.
PLANE_FIGURE, GAME_FIGURE, BOARD_FIGURE, CHART_FIGURE = "explore", "game", "aggregate", "which_one"
FIGURE_PAGES = (PLANE_FIGURE, GAME_FIGURE, BOARD_FIGURE, CHART_FIGURE)


class ArticleError(AAEError):
    """The article or its table of equations is not as this module reads it."""


@dataclass(frozen=True)
class Source:
    """Where an equation comes from: in short, as it stands beside the equation, and in full."""

    short: str
    source: str


@dataclass(frozen=True)
class Equation:
    """An equation on a line of its own. number: of the section and within it, such as "4.2"."""

    tex: str
    name: str
    number: str


@dataclass(frozen=True)
class Figure:
    """A figure that can be made live. on: one of FIGURE_PAGES; set: settings of that page, as in a lesson; picture: the name of
    the drawing (`pictures`) that stands for it, "" for a map of its model or a chart; alt: what its still picture shows."""

    on: str
    set: dict[str, str]
    alt: str
    picture: str = ""


@dataclass(frozen=True)
class Part:
    """A text: paragraphs as Markdown and equations, in order."""

    title: str
    blocks: tuple[str | Equation, ...]


@dataclass(frozen=True)
class Section:
    """A section. lessons: slugs of the lessons in which the reader can do it; attempt: what to try with the figure."""

    number: int
    anchor: str
    text: Part
    derivations: tuple[Part, ...]
    figure: Figure
    attempt: str
    lessons: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.text.title

    @property
    def equations(self) -> list[Equation]:
        parts = (self.text, *self.derivations)
        return [block for part in parts for block in part.blocks if isinstance(block, Equation)]


@dataclass(frozen=True)
class Article:
    title: str
    lead: str
    sections: tuple[Section, ...]
    sources: dict[str, Source] = field(default_factory=dict)

    def equation_number(self, name: str) -> str:
        """The number of the first equation of a name; ArticleError if there is none."""
        for section in self.sections:
            for equation in section.equations:
                if equation.name == name:
                    return equation.number
        raise ArticleError(f"The article refers to an equation {name!r}, which it does not have.")


def read_article() -> Article:
    """The article in the current language, read once."""
    return _read_article(current_language())


@cache
def _read_article(language: str) -> Article:
    """The article in the current language, which is `language`."""
    sources = read_sources((FOLDER / "equations.toml").read_text(encoding="utf-8"))
    return parse_article((FOLDER / "article.md").read_text(encoding="utf-8"), sources)


def read_sources(text: str) -> dict[str, Source]:
    """The sources of equations by name, from the table of equations."""
    rows = map_table_texts(tomllib.loads(text)["equations"], SOURCE_KEYS, translate)
    return {name: Source(**row) for name, row in rows.items()}


def parse_article(text: str, sources: dict[str, Source]) -> Article:
    """The article in a text; ArticleError if a section, an anchor or the source of an equation is missing."""
    _, front_matter, source_body = text.split("+++\n", 2)
    table, body = map_article_texts(front_matter, source_body, translate)
    bodies = re.split(r"^## ", body, flags=re.MULTILINE)[1:]
    rows = table["section"]
    if len(rows) != len(bodies):
        raise ArticleError(f"The article has {len(rows)} tables [[section]] and {len(bodies)} headings.")
    sections = tuple(
        _parse_section(number, row, section_body)
        for number, (row, section_body) in enumerate(zip(rows, bodies, strict=True), 1)
    )
    anchors = [section.anchor for section in sections]
    if len(set(anchors)) < len(anchors):
        raise ArticleError(f"Two sections have the same anchor: {', '.join(anchors)}.")
    for equation in (equation for section in sections for equation in section.equations):
        if equation.name not in sources:
            raise ArticleError(f"Equation {equation.number}, {equation.name!r}, is not in the table of equations.")
    return Article(table["title"], table["lead"], sections, sources)


def map_article_texts(front_matter: str, body: str, change_text: Callable[[str], str]) -> tuple[dict, str]:
    """The table of the article's front matter, and its body, with every text for readers changed."""
    return map_table_texts(tomllib.loads(front_matter), TEXT_KEYS, change_text), map_paragraphs(body, change_text)


def _parse_section(number: int, row: dict, body: str) -> Section:
    figure = Figure(**row["figure"])
    if figure.on not in FIGURE_PAGES:
        raise ArticleError(f"Section {number} has a figure of {figure.on!r}, not of {', '.join(FIGURE_PAGES)}.")
    unknown_names = set(figure.set) - set(vocabulary.SETTINGS) - {"data", "dim"}
    if unknown_names:
        raise ArticleError(
            f"The figure of section {number} sets {', '.join(sorted(unknown_names))}, which no page has."
        )
    text, *derivations = re.split(r"^### ", body, flags=re.MULTILINE)
    counter = iter(range(1, 1000))
    parts = [_parse_part(number, part, counter) for part in (text, *derivations)]
    for part in parts[1:]:
        if not part.title.startswith(translate(DERIVATION_TITLE)):
            raise ArticleError(
                f"A fold of section {number} is called {part.title!r}, not “{translate(DERIVATION_TITLE)} …”."
            )
    return Section(number, row["anchor"], parts[0], tuple(parts[1:]), figure, row["try"], tuple(row["lessons"]))


def _parse_part(number: int, text: str, counter) -> Part:
    """A heading's text. counter: gives the numbers of its equations."""
    title, _, content = text.partition("\n")
    blocks, end = [], 0
    for match in DISPLAY.finditer(content):
        blocks += _paragraphs(content[end : match.start()])
        blocks.append(Equation(match["tex"].strip(), match["name"], f"{number}.{next(counter)}"))
        end = match.end()
    blocks += _paragraphs(content[end:])
    return Part(title.strip(), tuple(blocks))


def _paragraphs(text: str) -> list[str]:
    if "$$" in text:
        raise ArticleError(f"An equation ends without its name: {text[text.index('$$') :][:60]!r}.")
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]
