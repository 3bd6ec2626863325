"""The course of a site: for students, without answers, with links to those of its lessons that the site can offer."""

from app.course import document
from app.course.contents import load_course
from app.lessons import reader
from app.website import lessons

FILE = "course.html"


def page_html(playable_lessons: dict[str, dict], collection: reader.LessonCollection) -> str:
    """The content of the page Course. playable_lessons: as from that function of `lessons`."""
    links = {slug: lessons.first_link(slug, lesson["pages"][0]) for slug, lesson in playable_lessons.items()}
    return document.course_html(load_course(), collection, False, links)
