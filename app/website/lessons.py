"""The lessons of a site: those that use only pages which the site has, with the messages for the panel beside each page."""

from dataclasses import replace
from html import escape as text
from urllib.parse import urlencode

from app.lessons import markup, panel, reader, tutor, vocabulary
from app.session import settings
from app.website import game
from app.website.titles import Shown, comparison

FILE = "lessons.html"
# Pages of the app that a site has, as `vocabulary.PAGES` names them.
PLAYED = ("explore", "style", "compare", "clusters", "game")


def playable(all_: list[Shown], shelf: reader.Shelf) -> dict[str, dict]:
    """The lessons that the site can offer, by slug: title, promise, minutes, and for each page the file and settings of its link
    and the header for the panel (`panel.header`)."""
    routes = {slug: _route(lesson, all_) for slug, lesson in shelf.lessons.items()}
    lessons = {slug: lesson for slug, lesson in shelf.lessons.items() if routes[slug]}
    played = replace(shelf, lessons=lessons)
    return {
        slug: {
            "title": lesson.title, "promise": lesson.promise, "minutes": lesson.minutes,
            "pages": [
                {"file": file, "set": set_, "panel": _panel(tutor.Running(lesson, n), played, set_)}
                for n, (file, set_) in enumerate(routes[slug], 1)
            ],
        }
        for slug, lesson in lessons.items()
    }  # fmt: skip


def _panel(running, shelf, set_):
    so_far = {"first": set_, "missing": "", "answer": None, "reached": False, "learnt": False}
    return panel.header(running, running.page.on, shelf, so_far)


def _route(lesson, all_):
    """The file and the settings of each page of a lesson; [] if the site lacks any of these pages."""
    rows = {entry.revision.id: entry for entry in all_}
    route = []
    for page in lesson.pages:
        if page.on not in PLAYED:
            return []
        query, missing = tutor.settings(page, [entry.summary for entry in all_])
        revisions = [rows[query[name]] for name in settings.REVISIONS if name in query]
        file = None if missing else _file(page.on, revisions)
        if file is None:
            return []
        route.append((file, {name: value for name, value in query.items() if name not in settings.REVISIONS}))
    return route


def _file(page_name, revisions):
    if page_name == "game":
        return game.FILE
    if page_name == "compare":
        return comparison(*revisions) if len(set(revisions)) == 2 else None
    return getattr(revisions[0], page_name) if len(revisions) == 1 else None


def main(playable: dict[str, dict], shelf: reader.Shelf) -> str:
    """The content of the page Lessons. playable: as from the function `playable`."""
    playable_rows = "".join(_row(slug, lesson) for slug, lesson in playable.items())
    other_rows = "".join(_away(lesson) for slug, lesson in shelf.lessons.items() if slug not in playable)
    others = f'<h2>In the app</h2><ul class="lessons">{other_rows}</ul>' if other_rows else ""
    return f"""<h1>Lessons</h1>
<p class="lead">Each takes at most three minutes and happens on the pages of this site: it sets them up, asks what you expect, and
continues when you have done something.</p>
<ul class="lessons">{playable_rows}</ul>
{others}
<details class="more"><summary>Glossary: every term of the lessons</summary>{markup.glossary(shelf.glossary)}</details>"""


def _row(slug, lesson):
    first = lesson["pages"][0]
    link = f"{first['file']}#{urlencode({**first['set'], 'lesson': slug, 'at': 1}, safe=',')}"
    begin = text(f"Begin: {lesson['title']}")
    return (
        f'<li data-lesson="{slug}"><h2>{text(lesson["title"])}</h2><p>{text(lesson["promise"])}</p>'
        f'<p class="small">{lesson["minutes"]} min · {len(lesson["pages"])} pages</p>'
        f'<p class="links"><a href="{text(link)}" aria-label="{begin}">Begin</a></p></li>'
    )


def _away(lesson):
    pages = dict.fromkeys(page.on for page in lesson.pages if page.on not in PLAYED)
    needs = " and ".join(vocabulary.PAGES[page_name] for page_name in pages)
    reason = f"Needs {needs}." if needs else "Needs a revision that this site does not have."
    return f'<li class="away"><h2>{text(lesson.title)}</h2><p>{text(lesson.promise)}</p><p class="small">{text(reason)}</p></li>'
