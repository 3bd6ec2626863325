"""The article as HTML: its contents, the text of a section and its folded derivations, with equations as MathML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from app.lessons import markup
from app.theory import mathml
from app.theory.article import Article, Equation, Part, Section
from app.translation.texts import translate

INLINE = re.compile(r"\$(?P<tex>[^$]+)\$|\(eq:(?P<name>[a-z0-9-]+)\)")
# Of the parts of a line (`markup.parse_line`), those that an element of HTML marks.
MARKED = ("strong", "em", "code")


@dataclass(frozen=True)
class LessonLink:
    """A link to a lesson. slug: its name, which the app's page sends when the link is chosen; "" where links are followed.
    href: "" if the lesson cannot be opened from here."""

    title: str
    number: int
    href: str
    slug: str = ""


class ArticleHtml:
    """Makes the HTML of an article. glossary: meanings of terms."""

    def __init__(self, article: Article, glossary: dict[str, str]):
        self.article = article
        self.glossary = glossary

    def contents(self) -> str:
        """The table of contents, as links to the sections' anchors."""
        rows = "".join(
            f'<li><a href="#{escape(section.anchor)}">{escape(section.title)}</a></li>'
            for section in self.article.sections
        )
        label = escape(translate("Contents"))
        return f'<nav class="theory-contents" aria-label="{label}"><ol>{rows}</ol></nav>'

    def text(self, section: Section, lesson_links: list[LessonLink]) -> str:
        """A section's text, and the links to its lessons."""
        links = ", ".join(map(_lesson_link, lesson_links))
        sentence = translate("Do it: {lessons}", lessons=links)
        return f'{self._part(section.text, section.anchor)}<p class="theory-lessons">{sentence}</p>'

    def derivations(self, section: Section) -> str:
        """A section's derivations, each in a fold of its own."""
        folds = ""
        for number, part in enumerate(section.derivations, 1):
            content = self._part(part, f"{section.anchor}-{number}")
            folds += f"<details><summary>{escape(part.title)}</summary><div>{content}</div></details>"
        return folds

    def attempt(self, section: Section) -> str:
        """The sentences on what to try with a section's figure."""
        return "".join(self._inline(section.attempt, f"{section.anchor}-try"))

    def sources(self) -> str:
        """The sources of all equations, in a fold."""
        rows = "".join(
            f"<div><dt>{escape(source.short)}</dt><dd>{escape(source.source)} "
            f"{escape(', '.join(self._equation_numbers(name)))}</dd></div>"
            for name, source in self.article.sources.items()
        )
        title = escape(translate("Where the equations come from"))
        return f'<details><summary>{title}</summary><dl class="theory-sources">{rows}</dl></details>'

    def _equation_numbers(self, name: str) -> list[str]:
        equations = [equation for section in self.article.sections for equation in section.equations]
        return [f"({equation.number})" for equation in equations if equation.name == name]

    def _part(self, part: Part, place: str) -> str:
        """A text. place: a name of it, from which the ids of its terms are made."""
        html = ""
        for number, block in enumerate(part.blocks):
            if isinstance(block, Equation):
                html += self._equation(block)
            else:
                html += self._paragraph(block, f"{place}-{number}")
        return html

    def _paragraph(self, text: str, place: str) -> str:
        """A paragraph, or a list if its lines begin with a dash."""
        if not text.startswith("- "):
            return f"<p>{''.join(self._inline(' '.join(text.split()), place))}</p>"
        items = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
        rows = "".join(
            f"<li>{''.join(self._inline(' '.join(item.split()), f'{place}-{number}'))}</li>"
            for number, item in enumerate(items)
        )
        return f"<ul>{rows}</ul>"

    def _equation(self, equation: Equation) -> str:
        """An equation with its number and, beside it, where it comes from."""
        source = self.article.sources[equation.name]
        label = escape(translate("Equation {number}, {source}", number=equation.number, source=source.short))
        return (
            f'<div class="theory-equation" id="eq-{equation.number}">'
            f'<div class="theory-formula" role="group" tabindex="0" aria-label="{label}">'
            f"{mathml.to_mathml(equation.tex, is_display=True)}</div>"
            f'<span class="theory-source" title="{escape(source.source)}">'
            f"({equation.number})<br> {escape(source.short)}</span></div>"
        )

    def _inline(self, text: str, place: str) -> Iterator[str]:
        """The HTML of a line of text, part by part."""
        end = 0
        for match in INLINE.finditer(text):
            yield from self._words(text[end : match.start()], f"{place}-{end}")
            end = match.end()
            if match["tex"]:
                yield mathml.to_mathml(match["tex"])
            else:
                yield f"({self.article.equation_number(match['name'])})"
        yield from self._words(text[end:], f"{place}-{end}")

    def _words(self, text: str, place: str) -> Iterator[str]:
        for number, part in enumerate(markup.parse_line(text)):
            words, kind = escape(part["text"]), part["as"]
            if kind == "term":
                yield self._term(words, part["term"], f"term-{place}-{number}")
            elif kind in MARKED:
                yield f"<{kind}>{words}</{kind}>"
            else:
                yield words

    def _term(self, words: str, term: str, name: str) -> str:
        """A word of the glossary with its meaning, which shows while the word is pointed at or focused."""
        title, meaning = escape(translate(term)), escape(self.glossary[term])
        return (
            f'<button type="button" class="theory-word" aria-describedby="{name}">{words}</button>'
            f'<span class="theory-tip" role="tooltip" id="{name}"><b>{title}:</b> {meaning}</span>'
        )


def _lesson_link(link: LessonLink) -> str:
    values = {"number": link.number, "title": link.title}
    if not link.href:
        return escape(translate("lesson {number}, {title} (in the app)", **values))
    title = escape(translate("lesson {number}, {title}", **values))
    choice = f' data-choose="{escape(link.slug)}"' if link.slug else ""
    return f'<a href="{escape(link.href)}"{choice}>{title}</a>'
