"""The tab of Revisions that checks a revision against an exercise of the course."""

import streamlit as st

from aae_core.markdown_tables import markdown_table
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.course import exercise_check
from app.course.contents import load_course
from app.session import address
from app.translation.texts import mark, translate
from app.ui import choices

EXERCISE_SETTING = "exercise"  # URL parameter: the slug of an exercise
TAB_TITLE = mark("Exercises")
TABLE_HEAD = (mark("What"), mark("Asked"), mark("This revision"), mark("Fulfilled"))


def exercise_titles() -> dict[str, str]:
    """The titles of the exercises, with their numbers, by slug."""
    return {row.slug: f"{n}. {row.title}" for n, row in enumerate(load_course().exercises, 1)}


def choose_exercise():
    """Draw the choice among the exercises, which the link keeps; returns the chosen one."""
    titles = exercise_titles()
    slug = choices.choose_option(
        st.segmented_control,
        EXERCISE_SETTING,
        titles,
        next(iter(titles)),
        label=translate("Exercise"),
        label_visibility="collapsed",
    )
    return load_course().exercise(slug)


def is_opened_by_link() -> bool:
    """Whether a link leads to the check of an exercise, also of one that was chosen before; to be called before it is drawn."""
    return EXERCISE_SETTING in address.pending_link_texts()


def render_exercise_check(revision: RevisionView) -> None:
    """Draw the choice of an exercise, the sentence on what the revision fulfils and lacks, and the table of its checks."""
    exercise = choose_exercise()
    st.markdown(markdown.escape(exercise.task))
    verdict = exercise_check.check_exercise(exercise, revision)
    if verdict.is_fulfilled:
        st.success(markdown.escape(verdict.sentence), icon=":material/check_circle:")
    else:
        st.info(markdown.escape(verdict.sentence), icon=":material/pending:")
    yes, no = translate("yes"), translate("no")
    rows = [
        (
            *map(markdown.escape, (result.title, result.condition, result.figure)),
            yes if result.is_met else f"**{no}**",
        )
        for result in verdict.results
    ]
    st.markdown(markdown_table(tuple(map(translate, TABLE_HEAD)), rows, ("---", "---", "---", "---")))
