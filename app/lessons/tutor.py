"""The running lesson: its page, its settings and the learner's progress; its panel is shown beside every page of the app.

The link contains the lesson, the page, the pages whose goals were reached, and the lessons completed
("lesson=the-prior&at=2&reached=1&learnt=holes"), so that they survive a reload; answers are stored in the session only.
"""

from dataclasses import dataclass

import streamlit as st

from app.cache import loaded, predictions
from app.figures.revision_list import shipped_first
from app.lessons import reader, vocabulary
from app.session import address
from app.session import settings as table
from app.ui import config_form

# URL parameters: slug, number of the page from 1, numbers of pages, slugs
LESSON, AT, DONE, LEARNT = "lesson", "at", "reached", "learnt"
WANTED = "lessons.wanted"  # session key: where the learner asked to go: (slug, number), "leave" or "finish"
ENTERED = "lessons.entered"  # session key: slug and number of the page that was set up last
REACHED = "lessons.reached"  # session key: the (slug, number) of the pages whose goals were reached
ANSWERS = "lessons.answers"  # session key: (slug, number) -> the choice of a prediction
LISTED = "lessons.listed"  # session key: whether the page Lessons was shown last
PLACES = "lessons.places"  # session key: slug -> number of the page that was shown last
# Session keys in which pages store state outside the link; cleared when a page of a lesson is set up.
KEPT = ("compare.chosen", "game.token", config_form.FILLED)
OWN = (LESSON, AT, DONE, LEARNT)


@dataclass(frozen=True)
class Running:
    """A lesson and the number of its page, from 1."""

    lesson: reader.Lesson
    at: int

    @property
    def page(self) -> reader.Page:
        return self.lesson.pages[self.at - 1]


def run(here: str) -> None:
    """Draw the panel of the running lesson, and switch to the page that the lesson or the learner requests; called by the router
    before a page is drawn.

    here: the name of the page that is shown: its file in app/views.
    """
    request = st.session_state.pop(WANTED, None)
    listed = st.session_state.pop(LISTED, False)
    if here == "lessons":
        st.session_state[LISTED] = True
    # by a link of the list; the navigation's links have no query
    chosen = listed and here != "lessons" and LESSON in st.query_params
    if request in ("leave", "finish"):
        for name in (LESSON, AT, DONE):
            address.keep(name, None)
        st.session_state.pop(ENTERED, None)
        if request == "finish":
            st.switch_page("views/lessons.py", query_params=address.remembered(OWN))
        return
    if request is None and LESSON not in st.query_params and LESSON not in address.memory():
        return  # the usual case, for which no file is read
    shelf = reader.shelf()
    if request is not None and request[0] in shelf.lessons:
        enter(Running(shelf.lessons[request[0]], request[1]), here)
    running = now(shelf)
    if running is None:
        return
    learnt()  # reads the completed lessons from the link, which is about to change
    if chosen and request is None and running.at == 1:
        _begin_anew(running.lesson.slug)
    _know_reached(running.lesson)
    position = running.lesson.slug, running.at
    if st.session_state.get(ENTERED) != position:  # a link was followed
        query = {name: text for name, text in address.linked().items() if text is not None}
        if running.page.on != here:
            enter(running, here, query)
        _set_up(running, settings(running.page)[0] | query)
    st.session_state.setdefault(PLACES, {})[running.lesson.slug] = running.at
    from app.lessons.panel import lesson_panel

    lesson_panel(running, here, shelf, so_far(running), hear)


def now(shelf) -> Running | None:
    """The running lesson, from the link or else the session; None if there is none. Invalid values are ignored."""
    other = address.is_news(LESSON)
    numbers = {str(k + 1): slug for k, slug in enumerate(shelf.lessons)}  # as the page Lessons counts them
    slug = address.recall(LESSON, lambda text: text if text in shelf.lessons else numbers.get(text), None)
    if slug is None:
        return None
    if other and AT not in address.linked():
        address.keep(AT, None)  # the stored page belongs to the former lesson
    lesson = shelf.lessons[slug]
    return Running(lesson, address.recall(AT, address.read_number(1, len(lesson.pages)), 1))


def learnt() -> tuple[str, ...]:
    """The slugs of the completed lessons."""
    lessons = reader.shelf().lessons
    return address.recall(LEARNT, lambda text: table.read_some(text, lessons), ())


def place_of(slug: str) -> int:
    """The number of the page at which a lesson is to be resumed; 1 if it was not begun."""
    return st.session_state.get(PLACES, {}).get(slug, 1)


def is_reached(slug: str, at: int) -> bool:
    return (slug, at) in st.session_state.get(REACHED, set())


def _know_reached(lesson):
    """Make link and session agree on the goals reached; after a reload only the link contains them."""
    page_numbers = [str(n + 1) for n in range(len(lesson.pages))]
    reached = st.session_state.setdefault(REACHED, set())
    if address.is_news(DONE):
        reached |= {
            (lesson.slug, int(n)) for n in address.recall(DONE, lambda text: table.read_some(text, page_numbers), ())
        }
    address.keep(DONE, ",".join(n for n in page_numbers if (lesson.slug, int(n)) in reached) or None)


def _begin_anew(slug):
    """Delete a lesson's answers and reached goals, but not the fact that it was completed."""
    answers, reached = st.session_state.get(ANSWERS, {}), st.session_state.get(REACHED, set())
    st.session_state[ANSWERS] = {position: choice for position, choice in answers.items() if position[0] != slug}
    st.session_state[REACHED] = {position for position in reached if position[0] != slug}
    st.session_state.pop(ENTERED, None)


# Entering a page --------------------------------------------------------------------------------------------------------


def enter(running: Running, shown: str, given: dict | None = None) -> None:
    """Set up a page of a lesson and switch to its page of the app; does not return.

    shown: the name of the page that is shown now. given: settings of the link that was followed, which override the lesson's own
    if the page has them.
    """
    st.session_state.pop(LISTED, None)
    former_position = st.session_state.get(ENTERED)
    former = running.lesson.pages[running.at - 2]  # for the first page this is the last one, and `goes_on` is False
    same = (former.on, former.set) == (running.page.on, running.page.set)
    goes_on = former_position == (running.lesson.slug, running.at - 1) and shown == running.page.on and same
    query = {} if goes_on else settings(running.page)[0]
    setting_names = {name for name, row in vocabulary.SETTINGS.items() if running.page.on in row.pages}
    query |= {name: text for name, text in (given or {}).items() if name in setting_names}
    if goes_on:
        query |= {name: text for name, text in address.present().items() if name not in OWN}
        st.session_state[ENTERED] = running.lesson.slug, running.at
        address.keep(LESSON, running.lesson.slug)
        address.keep(AT, str(running.at))
    else:
        _set_up(running, query)
    st.switch_page(f"views/{running.page.on}.py", query_params=query | address.remembered(OWN))


def _set_up(running, query):
    """Clear all settings that pages remember, except those about lessons, so that `query` alone determines the state."""
    address.start_over({LESSON: running.lesson.slug, AT: str(running.at)}, query)
    for key in KEPT:
        st.session_state.pop(key, None)
    st.session_state[ENTERED] = running.lesson.slug, running.at


def settings(page, among: list | None = None) -> tuple[dict[str, str], str]:
    """The settings of a lesson's page for the link, with revisions by id, and a sentence on a missing revision, or "".

    among: summaries of the revisions to choose from, by default all.
    """
    query, missing = {}, ""
    for name, text in page.set.items():
        value = revision_of(text, among) if name in table.REVISIONS else text
        if value is None:
            missing = f"This page needs a trained “{text}”, and there is none here: train one on the page Train, then come back."
        else:
            query[name] = value
    return query, missing


def so_far(running: Running) -> dict:
    """The learner's progress, for the panel: settings of the page, a missing revision, answer, and whether goal and lesson are
    done."""
    slug, page_number = running.lesson.slug, running.at
    first, missing = settings(running.page)
    return {
        "first": first, "missing": missing, "answer": st.session_state.get(ANSWERS, {}).get((slug, page_number)),
        "reached": is_reached(slug, page_number), "learnt": slug in learnt(),
    }  # fmt: skip


def revision_of(text: str, among: list | None = None) -> str | None:
    """The id of the revision that a lesson shows, or None. text: the variant, possibly followed by a prior or a data set
    ("label-informed mixture", "aae colour-glyphs"). Preferred are, in this order: shipped ones, MNIST, two-dimensional codes, a
    Gaussian prior, classifiers that learned from few labels, and of shipped ones the longest trained."""
    variant, *qualifiers = text.split(" ")
    rows = [
        s
        for s in (loaded.summaries() if among is None else among)
        if s.variant == variant and s.state in ("done", "stopped") and {*qualifiers} <= {s.prior, s.data}
    ]
    rows.sort(
        key=lambda s: (
            not s.gallery, s.data != "mnist", s.latent_dim != 2, s.prior != "gaussian", -predictions.preference(s),
            shipped_first(s),
        )
    )  # fmt: skip
    return rows[0].id if rows else None


# What the learner does --------------------------------------------------------------------------------------------------


def hear(running: Running, kind: str, value) -> None:
    """Handle a message of the panel before the script runs again: "go" to a page, "reached", an "answer", or "leave"."""
    slug, last = running.lesson.slug, len(running.lesson.pages)
    if kind == "leave":
        st.session_state[WANTED] = "leave"
    elif kind == "go":
        st.session_state[WANTED] = (slug, value) if value <= last else "finish"
    elif kind == "reached":
        _reach(running)
    else:
        st.session_state.setdefault(ANSWERS, {})[slug, running.at] = value
        if running.page.goal["kind"] == "answer":
            _reach(running)


def _reach(running):
    """Record that the page's goal was reached; when all are, the lesson is completed."""
    slug = running.lesson.slug
    st.session_state.setdefault(REACHED, set()).add((slug, running.at))
    completed = learnt()
    all_reached = all(is_reached(slug, index + 1) for index in range(len(running.lesson.pages)))
    if all_reached and slug not in completed:
        address.keep(LEARNT, ",".join((*completed, slug)))
