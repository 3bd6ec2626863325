"""Theory: what an adversarial autoencoder is and why it works, as an article with figures to try and folded derivations."""

import streamlit as st

from app.components.article import render_article_part
from app.lessons import lesson_cards, reader, running_lesson
from app.theory import figures
from app.theory.article import read_article
from app.theory.article_html import ArticleHtml, LessonLink
from app.ui import widgets

PAGE_STYLE = """<style>
.st-key-theory { display: grid; grid-template-columns: minmax(0, 52rem); justify-content: center; }
.st-key-theory-contents { font-size: 0.9375rem; }
.st-key-theory-contents a { color: var(--st-text-color, inherit); text-decoration: none; }
.st-key-theory-contents a:hover { text-decoration: underline; }
.st-key-theory-contents ol { margin: 0; padding-left: 1.4rem; }
.st-key-theory-contents li { margin-bottom: 0.3rem; }
@media (min-width: 1200px) {
  .st-key-theory { grid-template-columns: 14rem minmax(0, 52rem); column-gap: 3rem; }
  .st-key-theory > div:has(.st-key-theory-contents) { position: sticky; top: 4.5rem; align-self: start; }
}
@media print {
  .st-key-theory-contents, .st-key-theory button, [data-testid=stPageLink] { display: none; }
}
</style>"""


def render_page():
    article, shelf = read_article(), reader.load_lessons()
    article_html = ArticleHtml(article, shelf.glossary)
    st.html(PAGE_STYLE)
    with st.container(key="theory"):
        with st.container(key="theory-contents"):
            st.html(article_html.contents())
        with st.container(key="theory-article"):
            st.title(article.title, anchor=False)
            st.markdown(article.lead)
            for section in article.sections:
                render_section(section, article_html, shelf.lessons)
            render_article_part("theory.sources", article_html.sources(), running_lesson.start_chosen_lesson)


def render_section(section, article_html, lessons):
    st.header(section.title, anchor=section.anchor)
    links = [lesson_link(slug, lessons) for slug in section.lessons if slug in lessons]
    render_article_part(
        f"theory.{section.anchor}.text", article_html.text(section, links), running_lesson.start_chosen_lesson
    )
    with widgets.errors_in_boxes():
        figures.render_figure(section, article_html, running_lesson.start_chosen_lesson)
    derivations = article_html.derivations(section)
    render_article_part(f"theory.{section.anchor}.derivations", derivations, running_lesson.start_chosen_lesson)


def lesson_link(slug, lessons) -> LessonLink:
    number = list(lessons).index(slug) + 1
    return LessonLink(lessons[slug].title, number, lesson_cards.app_link(lessons[slug]), slug)


render_page()
