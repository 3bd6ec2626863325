"""Lessons: cards with promise and progress of each, the glossary, and instructions for writing a lesson."""

import streamlit as st

from app.figures import html_tables
from app.lessons import lesson_cards, markup, measures, reader, running_lesson, vocabulary
from app.translation.texts import translate
from app.ui import widgets

EXAMPLE_LESSON = """+++
title = "Drawn to a cloud"
promise = "You see how the codes come to be distributed like the prior."
minutes = 1

[[page]]
on = "game"
set = { "game.variant" = "aae", "game.d_steps" = "2" }
equation = [
  { text = "q(z)", item = "codes", says = "where the codes lie" }, "≈",
  { text = "p(z)", item = "prior", says = "the prior" },
]
reads = "Together, the codes are distributed like the prior."
do = "Press Play, and let a hundred rounds go by."
goal = { kind = "rounds", times = 100 }
[page.predict]
ask = "You play a hundred rounds. How far will the codes be from the prior then?"
choices = ["As far as now", "Much nearer", "Farther"]
right = 2
measured = "MMD² went from {mmd2.start} to {mmd2}."
because = "D finds where too many codes lie, and the encoder moves them away from there."
[[page.caption]]
figure = "mmd2"
fell = 0.02
text = "MMD² is down to {mmd2}."
[[page.caption]]
text = "MMD² is {mmd2}."
[[page.claim]]
says = "MMD² falls"
figure = "mmd2"
fell = 0.05
+++
## A heap beside a cloud

Each point is the [[code]] of one image, and the shape is the [[prior]].
[[MMD²]] measures how far **all codes together** are from it.
"""
NAME_TABLES = {"set": vocabulary.SETTINGS, "item": vocabulary.ITEMS}
PAGE_STYLE = """<style>
.glossary { columns: 24rem; column-gap: 2rem; margin: 0; }
.glossary div { break-inside: avoid; margin-bottom: 0.6rem; }
.glossary dt { font-weight: 600; }
.glossary dd { margin: 0; }
.allowed { border-collapse: collapse; font-size: 0.9rem; }
.allowed th, .allowed td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
.allowed tr { border-bottom: 1px solid rgb(128 128 128 / 30%); }
.allowed th { font-weight: 600; white-space: nowrap; }
</style>"""


def render_page():
    shelf = reader.load_lessons()
    completed = running_lesson.completed_lessons()
    st.title(translate("Lessons"), anchor=False)
    st.markdown(
        translate(
            "Each takes at most three minutes and happens on the pages of this app: it sets them up, asks what you expect, and "
            "continues when you have done something. You can leave at any time and resume where you left off."
        )
    )
    st.page_link(
        "views/course.py", label=translate("A course of 45 minutes, with exercises"), icon=":material/event_note:"
    )
    for sentence in shelf.problems:
        widgets.render_error_box(sentence)
    from app.components.cards import render_cards

    render_cards("lessons.cards", lesson_cards.lessons_html(shelf, completed), running_lesson.start_chosen_lesson)
    st.html(PAGE_STYLE)
    render_glossary = lambda: st.html(markup.glossary_html(shelf.glossary))  # noqa: E731
    widgets.render_expander(
        translate("Glossary: every term of the lessons"), "glossary", render_glossary, icon=":material/menu_book:"
    )
    widgets.render_expander(
        translate("Write a lesson of your own"), "writing", render_writing_instructions, icon=":material/edit_note:"
    )


def render_writing_instructions():
    """Draw the instructions for writing a lesson: the file's format, and the names that it may use."""
    st.markdown(
        translate(
            "A lesson is a text file `NN-name.md` in `app/lessons` or in a folder of your own that `AAE_LESSONS` names. Between "
            "two lines `+++` is TOML: title, promise, minutes, and a `[[page]]` for each page, with the page it happens **on**, "
            "the settings it **set**s (as in links; a revision is named by its variant), one **equation** whose terms each "
            "highlight an item, the same in words (**reads**), what to **do**, and the **goal**. "
            "Below, each page has a heading `## …` and its text; `[[terms]]` are those of `glossary.toml`."
        )
    )
    st.markdown(
        translate(
            "A page shows its text and **ask**s what the learner expects. After the answer come equation, task and the first "
            "**caption** that holds: one whose figure is `above` or `below` a number, or `rose` or `fell` by so much since the "
            "answer; without a figure, always. When the goal is reached, the page says which choice was right, what was "
            "**measured** and **because** of what. Captions and what was measured may hold figures: `{mmd2}`, `{mmd2.start}` "
            "(when the question was answered) and `{mmd2.change}`."
        )
    )
    st.markdown(
        translate(
            "Reload this page after a change: a file with an error is named above, with what to correct; the others still work. "
            "In a terminal `python -m app lesson check FILE --seeds 5` performs a lesson and tests what it says of figures: its "
            "tables `[[page.claim]]`, as in `docs/use/lessons.md`."
        )
    )
    st.code(EXAMPLE_LESSON, language="toml")
    for page_name, title in vocabulary.PAGES.items():
        st.markdown(f"**{translate(title)}** (`{page_name}`)")
        st.html(allowed_names_html(page_name))


def allowed_names_html(page_name) -> str:
    """An HTML table of the settings, items, goals and figures that a lesson may use on a page of the app."""
    rows = {name: ", ".join(vocabulary.rows_for_page(table, page_name)) for name, table in NAME_TABLES.items()}
    goals = []
    for name, goal in vocabulary.rows_for_page(vocabulary.GOALS, page_name).items():
        arguments = f": {', '.join(goal.parameters)}" if goal.parameters else ""
        goals.append(f"{name} ({translate(goal.words)}{arguments})")
    rows["goal"] = "; ".join(goals)
    if figures := vocabulary.rows_for_page(vocabulary.FIGURES, page_name):
        rows["figure"] = "; ".join(f"{name} ({translate(figure.words)})" for name, figure in figures.items())
    if claimed := measures.page_measures(page_name):
        rows[translate("figure of a claim")] = ", ".join(claimed)
    return html_tables.table_html('class="allowed"', (), rows.items())


render_page()
