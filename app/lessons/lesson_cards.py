"""The lessons as cards: picture, title, promise and minutes; the browser adds the progress that it has noted."""

from html import escape
from urllib.parse import urlencode

from app.figures import cards
from app.lessons import pictures, reader
from app.translation.texts import translate


def lessons_html(collection: reader.LessonCollection, completed: tuple[str, ...]) -> str:
    """The cards of the app's page Lessons. completed: the slugs of lessons that are known to be completed."""
    rows = [
        lesson_card(lesson, number, app_link(lesson), lesson.slug in completed)
        for number, lesson in enumerate(collection.lessons.values(), 1)
    ]
    return progress_html(len(rows)) + cards.cards_html(rows)


def progress_html(count: int) -> str:
    """How many of the lessons are completed, filled in by the browser."""
    label = escape(translate("Lessons completed"))
    return f'<progress max="{count}" value="0" aria-label="{label}" hidden></progress>'


def app_link(lesson) -> str:
    return f"{lesson.pages[0].on}?{urlencode({'lesson': lesson.slug, 'at': 1})}"


def lesson_card(lesson: reader.Lesson, number: int, href: str, is_completed: bool = False) -> cards.Card:
    """The card of a lesson. number: its place in the list; href: the link that begins it."""
    done_attribute = " data-done" if is_completed else ""
    extent = translate("{minutes} min · {pages} pages", minutes=lesson.minutes, pages=len(lesson.pages))
    texts = (escape(lesson.promise), f'{escape(extent)} <b class="lesson-state"></b>')
    return cards.Card(
        f"{number}. {lesson.title}", href, pictures.picture_svg(lesson.slug), texts,
        choice=lesson.slug, attributes=f' data-lesson="{escape(lesson.slug)}"{done_attribute}',
    )  # fmt: skip
