"""The panel of the running lesson: text, equation, prediction and goal, beside the page of the app on which it happens.

Its browser part is `web/src/lessons/`: it observes what the learner does, and highlights what a term stands for.
"""

from collections.abc import Callable
from dataclasses import asdict

import streamlit as st

from app.components import mounting
from app.lessons import vocabulary
from app.messages import validation, wire_format
from app.translation.texts import mark, translate

MESSAGE_KINDS = ("go", "reached", "answer", "leave", "next")
COMPONENT_KEY = "lesson.panel"
# The panel is to the left of the page if there is room, else at the bottom; a focused element must not be hidden beneath it.
# `data-lit` marks what a term of the equation highlights.
PLACEMENT_STYLE = """<style>
.st-key-lesson { position: fixed; z-index: 90; inset: 3.75rem auto 0 0; width: 21.5rem; overflow-y: auto; }
@media (min-width: 62.01rem) { :root { --page-left: 23rem; } }
.stApp .st-key-planes [data-testid=stColumn] { min-width: min(100%, 23rem); }
[data-testid=stLayoutWrapper]:has(> .st-key-introduction) { display: none; }
[data-lit] { outline: 3px solid var(--colour-term); outline-offset: 3px; border-radius: 0.2rem; }
@media (max-width: 62rem) {
  .st-key-lesson { inset: auto 0 0 0; width: auto; max-height: 46vh; }
  [data-asking] .st-key-lesson { max-height: 75vh; }
  [data-testid=stMainBlockContainer] { padding-bottom: 50vh; }
  [data-testid=stMain] { scroll-padding-bottom: 48vh; }
}
@media (max-width: 62rem) and (max-height: 36rem) { .st-key-lesson { max-height: 60vh; } }
</style>"""

_component = mounting.make_component("lesson_panel", mark("the lesson"))


def mount_lesson_panel(lesson_position, page_name: str, lessons, progress: dict, on_message: Callable) -> None:
    """Draw the panel of a `running_lesson.RunningLesson` on the page `page_name`; `on_message(lesson_position, kind, value)`
    receives the learner's actions before the script runs again (`incoming_messages.message_callbacks`). progress: as from
    `running_lesson.lesson_progress`.
    """
    st.html(PLACEMENT_STYLE)
    with st.container(key="lesson"):
        data = wire_format.pack_message(panel_message(lesson_position, page_name, lessons, progress))
        _component(
            COMPONENT_KEY,
            data,
            MESSAGE_KINDS,
            lambda kind, value: on_message(lesson_position, kind, parse_lesson_message(lesson_position, kind, value)),
        )


def parse_lesson_message(lesson_position, kind: str, value: dict) -> int | None:
    """The checked value of a message: for "go" the number of a page (one more than the last means the end), for "answer" that
    of a choice, otherwise None. MessageError if it is invalid or about another page."""
    if (value["lesson"], value["page_number"]) != (lesson_position.lesson.slug, lesson_position.page_number):
        raise validation.MessageError(
            translate("The panel sent a message about a lesson that has ended, which was ignored.")
        )
    if kind not in ("go", "answer"):
        return None
    if kind == "go":
        return validation.checked_whole_number(
            value.get("number"), 1, len(lesson_position.lesson.pages) + 1, mark("a page")
        )
    prediction = lesson_position.page.prediction
    return validation.checked_whole_number(
        value.get("number"), 0, len(prediction.choices) - 1 if prediction else -1, mark("a choice")
    )


def panel_message(lesson_position, page_name: str, lessons, progress: dict) -> dict:
    """The message for the panel: the lesson's present page and the learner's progress."""
    lesson, page, page_number = lesson_position.lesson, lesson_position.page, lesson_position.page_number
    next_lesson = lessons.lesson_after(lesson.slug)
    return {
        "v": 1, "lesson": lesson.slug, "title": lesson.title, "page_number": page_number, "page_count": len(lesson.pages),
        "heading": page.heading, "place": translate(vocabulary.PAGES[page.on]), "is_on_this_page": page_name == page.on,
        "equation": [_term_record(part, page.on) for part in page.equation], "reads": page.reads, "blocks": page.blocks,
        "prediction": asdict(page.prediction) if page.prediction else None,
        "captions": [asdict(caption) for caption in page.experiment.captions],
        "figures": {name: vocabulary.FIGURES[name].digits for name in sorted(page.figures)},
        "goal": page.goal, "performs": list(page.experiment.performs), "do": page.do, **progress,
        "following": None if next_lesson is None else next_lesson.title,
        "terms": {term: lessons.glossary.get(term, "") for term in sorted(page.terms)},
    }  # fmt: skip


def _term_record(part, page_name):
    if not part.item:
        return {"text": part.text}
    row = vocabulary.ITEMS[part.item]
    return {
        "text": part.text,
        "says": part.says,
        "item": part.item,
        "lights": translate(row.words),
        **asdict(row.on[page_name]),
    }
