"""The page Theory: the article with still figures, each with a link to the page on which it is live."""

from html import escape
from urllib.parse import urlencode

from app.lessons import reader
from app.theory import figures
from app.theory.article import CHART_FIGURE, Article, Section
from app.theory.article_html import ArticleHtml, LessonLink
from app.translation.texts import translate
from app.website import lessons, which_one
from app.website.site_entries import SiteEntry

FILE = "theory.html"
PAGE_TITLES = figures.PAGE_TITLES


def page_html(
    article: Article, entries: list[SiteEntry], playable_lessons: dict[str, dict], collection: reader.LessonCollection
) -> str:
    """The content of the page. playable_lessons: as from that function of `lessons`."""
    article_html = ArticleHtml(article, collection.glossary)
    sections = ""
    for section in article.sections:
        links = [
            _lesson_link(slug, playable_lessons, collection) for slug in section.lessons if slug in collection.lessons
        ]
        sections += (
            f'<section id="{escape(section.anchor)}"><h2>{escape(section.title)}</h2>{article_html.text(section, links)}'
            f"{_figure_html(section, article_html, entries)}{article_html.derivations(section)}</section>"
        )
    return f"""<div class="theory-page">{article_html.contents()}
<article class="theory"><h1>{escape(article.title)}</h1>
<p class="lead">{escape(article.lead)}</p>
{sections}
{article_html.sources()}</article></div>"""


def _lesson_link(slug, playable_lessons, collection) -> LessonLink:
    title = collection.lessons[slug].title
    number = list(collection.lessons).index(slug) + 1
    if slug not in playable_lessons:
        return LessonLink(title, number, "")
    return LessonLink(title, number, lessons.first_link(slug, playable_lessons[slug]["pages"][0]))


def _figure_html(section: Section, article_html, entries) -> str:
    """A section's still figure and a link to its page; only the text if the site lacks that page."""
    attempt = article_html.attempt(section)
    if section.figure.on == CHART_FIGURE:
        chart = figures.chart_html(section, attempt)
        return f"{chart}{_page_link(section, which_one.FILE)}" if chart else ""
    route = lessons.page_file_and_settings(section.figure, entries)
    if route is None:
        place = escape(translate("In the app:"))
        return f"<p>{place} {attempt}</p>"
    file, settings = route
    maps = {entry.explore_page_file: entry.map_file for entry in entries}
    picture_html = figures.still_html(figures.still_picture(section, maps.get(file, "")), attempt)
    return picture_html + _page_link(section, f"{file}#{urlencode(settings, safe=',')}")


def _page_link(section, href) -> str:
    title = translate(PAGE_TITLES[section.figure.on])
    label = translate("Try it: open {page} for “{section}”", page=title, section=section.title)
    text = translate("Try it: open {page}", page=title)
    return f'<p class="theory-try"><a href="{escape(href)}" aria-label="{escape(label)}">{escape(text)}</a></p>'
