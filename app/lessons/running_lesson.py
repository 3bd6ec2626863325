"""The running lesson: its page, its settings and the learner's progress; its panel is shown beside every page of the app.

The link contains the lesson, the page, the pages whose goals were reached, and the lessons completed
("lesson=the-prior&at=2&reached=1&learnt=holes"), so that they survive a reload; answers are stored in the session only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from app.cache import predictions, revision_data
from app.figures.revision_list import shipped_first_key
from app.lessons import reader, vocabulary
from app.session import address, parsing
from app.session import settings as table
from app.translation.texts import translate
from app.ui import config_form

# URL parameters: slug, number of the page from 1, numbers of pages, slugs
LESSON, AT, DONE, LEARNT = "lesson", "at", "reached", "learnt"
REQUEST_KEY = "lessons.wanted"  # session key: where the learner asked to go: (slug, number), "leave" or "finish"
ENTERED_KEY = "lessons.entered"  # session key: slug and number of the page that was set up last
REACHED_KEY = "lessons.reached"  # session key: the (slug, number) of the pages whose goals were reached
ANSWERS_KEY = "lessons.answers"  # session key: (slug, number) -> the choice of a prediction
LISTED_KEY = "lessons.listed"  # session key: whether the page Lessons was shown last
# Session keys in which pages store state outside the link; cleared when a page of a lesson is set up.
CLEARED_KEYS = ("compare.chosen", "game.token", config_form.FILLED_KEY)
LESSON_PARAMETERS = (LESSON, AT, DONE, LEARNT)


@dataclass(frozen=True)
class RunningLesson:
    """A lesson and the number of its page, from 1."""

    lesson: reader.Lesson
    page_number: int

    @property
    def page(self) -> reader.Page:
        return self.lesson.pages[self.page_number - 1]


def run_lesson(page_name: str) -> None:
    """Draw the panel of the running lesson, and switch to the page that the lesson or the learner requests; called by the
    router before a page is drawn.

    page_name: the name of the page that is shown: its file in app/views.
    """
    request = st.session_state.pop(REQUEST_KEY, None)
    was_list_shown = st.session_state.pop(LISTED_KEY, False)
    if page_name == "lessons":
        st.session_state[LISTED_KEY] = True
    # by a link of the list; the navigation's links have no query
    came_from_list = was_list_shown and page_name != "lessons" and LESSON in st.query_params
    if request in ("leave", "finish"):
        for name in (LESSON, AT, DONE):
            address.store_setting(name, None)
        st.session_state.pop(ENTERED_KEY, None)
        if request == "finish":
            st.switch_page("views/lessons.py", query_params=address.select_stored_texts(LESSON_PARAMETERS))
        return
    if request is None and LESSON not in st.query_params and LESSON not in address.stored_texts():
        return  # the usual case, for which no file is read
    lessons = reader.load_lessons()
    if request is not None and request[0] in lessons.lessons:
        enter_page(RunningLesson(lessons.lessons[request[0]], request[1]), page_name)
    lesson_position = current_lesson(lessons)
    if lesson_position is None:
        return
    completed_lessons()  # reads the completed lessons from the link, which is about to change
    if came_from_list and request is None and lesson_position.page_number == 1:
        _reset_lesson(lesson_position.lesson.slug)
    _sync_reached_goals(lesson_position.lesson)
    position = lesson_position.lesson.slug, lesson_position.page_number
    if st.session_state.get(ENTERED_KEY) != position:  # a link was followed
        query = {name: text for name, text in address.pending_link_texts().items() if text is not None}
        if lesson_position.page.on != page_name:
            enter_page(lesson_position, page_name, query)
        _apply_settings(lesson_position, page_settings_and_missing_note(lesson_position.page)[0] | query)
    from app.lessons.lesson_panel import mount_lesson_panel

    mount_lesson_panel(lesson_position, page_name, lessons, lesson_progress(lesson_position), handle_message)


def current_lesson(collection) -> RunningLesson | None:
    """The running lesson, from the link or else the session; None if there is none. Invalid values are ignored."""
    is_new_link = address.is_changed_by_link(LESSON)
    numbers = {str(k + 1): slug for k, slug in enumerate(collection.lessons)}  # as the page Lessons counts them
    slug = address.recall_setting(LESSON, lambda text: text if text in collection.lessons else numbers.get(text), None)
    if slug is None:
        return None
    if is_new_link and AT not in address.pending_link_texts():
        address.store_setting(AT, None)  # the stored page belongs to the former lesson
    lesson = collection.lessons[slug]
    return RunningLesson(lesson, address.recall_setting(AT, parsing.number_parser(1, len(lesson.pages)), 1))


def completed_lessons() -> tuple[str, ...]:
    """The slugs of the completed lessons."""
    lessons = reader.load_lessons().lessons
    return address.recall_setting(LEARNT, lambda text: table.parse_names(text, lessons), ())


def is_goal_reached(slug: str, page_number: int) -> bool:
    return (slug, page_number) in st.session_state.get(REACHED_KEY, set())


def _sync_reached_goals(lesson):
    """Make link and session agree on the goals reached; after a reload only the link contains them."""
    page_numbers = [str(n + 1) for n in range(len(lesson.pages))]
    reached_positions = st.session_state.setdefault(REACHED_KEY, set())
    if address.is_changed_by_link(DONE):
        reached_positions |= {
            (lesson.slug, int(n))
            for n in address.recall_setting(DONE, lambda text: table.parse_names(text, page_numbers), ())
        }
    address.store_setting(DONE, ",".join(n for n in page_numbers if (lesson.slug, int(n)) in reached_positions) or None)


def _reset_lesson(slug):
    """Delete a lesson's answers and reached goals, but not the fact that it was completed."""
    answers, reached_positions = st.session_state.get(ANSWERS_KEY, {}), st.session_state.get(REACHED_KEY, set())
    st.session_state[ANSWERS_KEY] = {position: choice for position, choice in answers.items() if position[0] != slug}
    st.session_state[REACHED_KEY] = {position for position in reached_positions if position[0] != slug}
    st.session_state.pop(ENTERED_KEY, None)


# Entering a page --------------------------------------------------------------------------------------------------------


def enter_page(lesson_position: RunningLesson, page_name: str, link_settings: dict | None = None) -> None:
    """Set up a page of a lesson and switch to its page of the app; does not return.

    page_name: the name of the page that is shown now. link_settings: settings of the link that was followed, which override the
    lesson's own if the page has them.
    """
    st.session_state.pop(LISTED_KEY, None)
    former_position = st.session_state.get(ENTERED_KEY)
    # for the first page this is the last one, and `continues` is False
    former_page = lesson_position.lesson.pages[lesson_position.page_number - 2]
    has_same_setting = (former_page.on, former_page.set) == (lesson_position.page.on, lesson_position.page.set)
    continues = (
        former_position == (lesson_position.lesson.slug, lesson_position.page_number - 1)
        and page_name == lesson_position.page.on
        and has_same_setting
    )
    query = {} if continues else page_settings_and_missing_note(lesson_position.page)[0]
    setting_names = {name for name, row in vocabulary.SETTINGS.items() if lesson_position.page.on in row.pages}
    query |= {name: text for name, text in (link_settings or {}).items() if name in setting_names}
    if continues:
        query |= {name: text for name, text in address.query_to_write().items() if name not in LESSON_PARAMETERS}
        st.session_state[ENTERED_KEY] = lesson_position.lesson.slug, lesson_position.page_number
        address.store_setting(LESSON, lesson_position.lesson.slug)
        address.store_setting(AT, str(lesson_position.page_number))
    else:
        _apply_settings(lesson_position, query)
    st.switch_page(
        f"views/{lesson_position.page.on}.py", query_params=query | address.select_stored_texts(LESSON_PARAMETERS)
    )


def _apply_settings(lesson_position, query):
    """Clear all settings that pages remember, except those about lessons, so that `query` alone determines the state."""
    address.reset_settings({LESSON: lesson_position.lesson.slug, AT: str(lesson_position.page_number)}, query)
    for key in CLEARED_KEYS:
        st.session_state.pop(key, None)
    st.session_state[ENTERED_KEY] = lesson_position.lesson.slug, lesson_position.page_number


def page_settings_and_missing_note(page, summaries: list | None = None) -> tuple[dict[str, str], str]:
    """The settings of a lesson's page for the link, with revisions by id, and a sentence on a missing revision, or "".

    summaries: summaries of the revisions to choose from, by default all.
    """
    query, missing_note = {}, ""
    for name, text in page.set.items():
        value = find_revision_id(text, summaries) if name in table.REVISION_SETTINGS else text
        if value is None:
            missing_note = translate(
                "This page needs a trained “{model}”, and there is none here: train one on the page Train, then come back.",
                model=text,
            )
        else:
            query[name] = value
    return query, missing_note


def lesson_progress(lesson_position: RunningLesson) -> dict:
    """The learner's progress, for the panel: settings of the page, a missing revision, answer, and whether goal and lesson are
    done."""
    slug, page_number = lesson_position.lesson.slug, lesson_position.page_number
    settings_query, missing_note = page_settings_and_missing_note(lesson_position.page)
    return {
        "first": settings_query, "missing": missing_note,
        "answer": st.session_state.get(ANSWERS_KEY, {}).get((slug, page_number)),
        "reached": is_goal_reached(slug, page_number), "learnt": slug in completed_lessons(),
    }  # fmt: skip


def find_revision_id(text: str, summaries: list | None = None) -> str | None:
    """The id of the revision that a lesson shows, or None. text: the variant, possibly followed by a prior or a data set
    ("label-informed mixture", "aae colour-glyphs"). Preferred are, in this order: shipped ones, MNIST, two-dimensional codes, a
    Gaussian prior, classifiers that learned from few labels, and of shipped ones the longest trained."""
    variant, *qualifiers = text.split(" ")
    rows = [
        summary
        for summary in (revision_data.list_summaries() if summaries is None else summaries)
        if summary.variant == variant
        and summary.state in ("done", "stopped")
        and {*qualifiers} <= {summary.prior, summary.data}
    ]
    rows.sort(
        key=lambda summary: (
            not summary.gallery, summary.data != "mnist", summary.latent_dim != 2, summary.prior != "gaussian",
            -predictions.demonstration_rank(summary), shipped_first_key(summary),
        )
    )  # fmt: skip
    return rows[0].id if rows else None


# What the learner does --------------------------------------------------------------------------------------------------


def start_lesson(slug: str, page: float | None = None, reached_pages: Iterable[float] = ()) -> None:
    """Ask for a lesson, which the next run then sets up: from its beginning, or at a page with the goals of some pages reached,
    as the browser has noted. Unknown lessons and pages are ignored."""
    lesson = reader.load_lessons().lessons.get(slug)
    if lesson is None:
        return
    page_numbers = range(1, len(lesson.pages) + 1)
    _reset_lesson(slug)
    if page in page_numbers:
        st.session_state[REACHED_KEY] |= {(slug, int(number)) for number in reached_pages if number in page_numbers}
    st.session_state[REQUEST_KEY] = (slug, int(page) if page in page_numbers else 1)


def start_chosen_lesson(choice: dict) -> None:
    """`start_lesson` with the lesson of a card or of a link that was chosen, an `incoming.CardChoice`."""
    start_lesson(choice["name"], choice["page"], choice["reached"])


def handle_message(lesson_position: RunningLesson, kind: str, value) -> None:
    """Handle a message of the panel before the script runs again: "go" to a page, "reached", an "answer", "leave", or the
    "next" lesson."""
    slug, last_page = lesson_position.lesson.slug, len(lesson_position.lesson.pages)
    if kind == "leave":
        st.session_state[REQUEST_KEY] = "leave"
    elif kind == "next":
        next_lesson = reader.load_lessons().lesson_after(slug)
        if next_lesson is not None:
            start_lesson(next_lesson.slug)
    elif kind == "go":
        st.session_state[REQUEST_KEY] = (slug, value) if value <= last_page else "finish"
    elif kind == "reached":
        _mark_goal_reached(lesson_position)
    else:
        st.session_state.setdefault(ANSWERS_KEY, {})[slug, lesson_position.page_number] = value
        if lesson_position.page.goal["kind"] == "answer":
            _mark_goal_reached(lesson_position)


def _mark_goal_reached(lesson_position):
    """Record that the page's goal was reached; when all are, the lesson is completed."""
    slug = lesson_position.lesson.slug
    st.session_state.setdefault(REACHED_KEY, set()).add((slug, lesson_position.page_number))
    completed = completed_lessons()
    all_reached = all(is_goal_reached(slug, index + 1) for index in range(len(lesson_position.lesson.pages)))
    if all_reached and slug not in completed:
        address.store_setting(LEARNT, ",".join((*completed, slug)))
