"""The lessons of a site: those that use only pages which the site has, with the messages for the panel beside each page."""

from dataclasses import replace
from html import escape
from urllib.parse import urlencode

from app.figures import cards
from app.lessons import lesson_cards, lesson_panel, markup, reader, running_lesson, vocabulary
from app.session import settings
from app.translation.texts import translate
from app.website import aggregate, game
from app.website.site_entries import SiteEntry, comparison_file

FILE = "lessons.html"
# Pages of the app that a site has, as `vocabulary.PAGES` names them.
AVAILABLE_PAGES = ("explore", "style", "compare", "clusters", "game", "aggregate")


def playable_lessons(entries: list[SiteEntry], collection: reader.LessonCollection) -> dict[str, dict]:
    """The lessons that the site can offer, by slug: title, promise, minutes, and for each page the file and settings of its
    link and the header for the panel (`panel.panel_message`)."""
    routes = {slug: _lesson_route(lesson, entries) for slug, lesson in collection.lessons.items()}
    lessons = {slug: lesson for slug, lesson in collection.lessons.items() if routes[slug]}
    playable_collection = replace(collection, lessons=lessons)
    return {
        slug: {
            "title": lesson.title, "promise": lesson.promise, "minutes": lesson.minutes,
            "pages": [
                {
                    "file": file, "set": settings,
                    "panel": _panel_message(running_lesson.RunningLesson(lesson, n), playable_collection, settings),
                }
                for n, (file, settings) in enumerate(routes[slug], 1)
            ],
        }
        for slug, lesson in lessons.items()
    }  # fmt: skip


def _panel_message(lesson_position, collection, settings):
    progress = {"first": settings, "missing": "", "answer": None, "reached": False, "learnt": False}
    return lesson_panel.panel_message(lesson_position, lesson_position.page.on, collection, progress)


def _lesson_route(lesson, entries):
    """The file and the settings of each page of a lesson; [] if the site lacks any of these pages."""
    route = [page_file_and_settings(page, entries) for page in lesson.pages]
    return [] if None in route else route


def page_file_and_settings(page, entries: list[SiteEntry]) -> tuple[str, dict[str, str]] | None:
    """The file and the settings of a page of a lesson (what it is `on`, and what it `set`s); None if the site lacks it."""
    if page.on not in AVAILABLE_PAGES:
        return None
    rows = {entry.revision.id: entry for entry in entries}
    query, missing_note = running_lesson.page_settings_and_missing_note(page, [entry.summary for entry in entries])
    revisions = [rows[query[name]] for name in settings.REVISION_SETTINGS if name in query]
    file = None if missing_note else _page_file(page.on, revisions)
    if file is None:
        return None
    return file, {name: value for name, value in query.items() if name not in settings.REVISION_SETTINGS}


def _page_file(page_name, revisions):
    if page_name == "game":
        return game.FILE
    if page_name == "aggregate":
        return aggregate.FILE
    if page_name == "compare":
        return comparison_file(*revisions) if len(set(revisions)) == 2 else None
    return getattr(revisions[0], f"{page_name}_page_file") if len(revisions) == 1 else None


def page_html(lessons: dict[str, dict], collection: reader.LessonCollection) -> str:
    """The content of the page Lessons. lessons: as from the function `playable_lessons`."""
    rows = [
        lesson_cards.lesson_card(collection.lessons[slug], number, first_link(slug, lesson["pages"][0]))
        for number, (slug, lesson) in enumerate(lessons.items(), 1)
    ]
    playable_rows = lesson_cards.progress_html(len(rows)) + cards.cards_html(rows)
    other_rows = "".join(_unavailable_row(lesson) for slug, lesson in collection.lessons.items() if slug not in lessons)
    other_title = escape(translate("In the app"))
    unavailable_html = f'<h2>{other_title}</h2><ul class="lessons">{other_rows}</ul>' if other_rows else ""
    glossary = markup.glossary_html(collection.glossary)
    lead = translate(
        "Each takes at most three minutes and happens on the pages of this site: it sets them up, asks what you expect, and "
        "continues when you have done something."
    )
    title, playable_title = escape(translate("Lessons")), escape(translate("On this site"))
    glossary_title = escape(translate("Glossary: every term of the lessons"))
    return f"""<h1>{title}</h1>
<p class="lead">{escape(lead)}</p>
<h2>{playable_title}</h2>
{playable_rows}
{unavailable_html}
<details class="more"><summary>{glossary_title}</summary>{glossary}</details>"""


def first_link(slug: str, first_page: dict) -> str:
    """The link that begins a lesson. first_page: as in `playable_lessons`."""
    settings = {**first_page["set"], "lesson": slug, "at": 1}
    return f"{first_page['file']}#{urlencode(settings, safe=',')}"


def _unavailable_row(lesson) -> str:
    pages = dict.fromkeys(page.on for page in lesson.pages if page.on not in AVAILABLE_PAGES)
    needs = ", ".join(translate(vocabulary.PAGES[page_name]) for page_name in pages)
    reason = translate("Needs a revision that this site does not have.")
    if needs:
        reason = translate("Needs {pages}.", pages=needs)
    return (
        f'<li class="away"><h2>{escape(lesson.title)}</h2><p>{escape(lesson.promise)}</p>'
        f'<p class="small">{escape(reason)}</p></li>'
    )
