"""A step of the course on its page: what is opened, the question, and for the teacher what to expect."""

import streamlit as st

from aae_core.markdown_tables import markdown_table
from app.components import markdown
from app.course import class_invitation, exercise_check, exercise_panel
from app.course.contents import Exercise, Step
from app.figures import number_text
from app.figures.revision_list import display_name
from app.lessons import reader, running_lesson
from app.translation.texts import mark, translate
from app.ui import links, store_polling
from app.visitors import actions, identity

PAGE_TITLES = {"explore": mark("Explore")}
CHECK_HEAD = (mark("What"), mark("Asked"))
SEEDS = 3  # of the trainings that were tried


def render_ways(step: Step) -> None:
    """Draw the buttons that open the step's lesson or page, here and for all, in the container that is open."""
    lesson = reader.load_lessons().lessons.get(step.lesson)
    if lesson is not None:
        arguments = {"type": "primary", "on_click": running_lesson.start_lesson, "args": (lesson.slug,)}
        st.button(
            translate("Open the lesson"), icon=":material/school:", key=f"course.lesson.{lesson.slug}", **arguments
        )
        class_invitation.render_open_button("lesson", lesson.slug)
    if step.page:
        label = translate("Open {page}", page=translate(PAGE_TITLES[step.page]))
        st.page_link(f"views/{step.page}.py", label=label, icon=":material/scatter_plot:")


def render_question(step: Step, has_notes: bool) -> None:
    """Draw a step's question. has_notes: whether what the teacher expects is shown, too."""
    _render_paragraph(translate("Ask the class") if has_notes else translate("Think first"), step.ask)
    if has_notes:
        _render_notes(step)


def render_exercises(has_notes: bool) -> None:
    """Draw the choice among the exercises, and the chosen one. has_notes: whether its solution is shown, too."""
    st.subheader(translate("The exercises"), anchor=False)
    _render_exercise(exercise_panel.choose_exercise(), has_notes)


def render_homework(slugs: tuple[str, ...]) -> None:
    """Draw a button for each lesson to do after the course. slugs: of lessons; those that are not here are left out."""
    lessons = reader.load_lessons().lessons
    st.subheader(translate("Homework"), anchor=False)
    st.markdown(translate("The exercises of the other groups, and these lessons:"))
    for lesson in [lessons[slug] for slug in slugs if slug in lessons]:
        arguments = {"on_click": running_lesson.start_lesson, "args": (lesson.slug,)}
        label = translate("{title} ({minutes} min)", title=markdown.escape(lesson.title), minutes=lesson.minutes)
        st.button(label, icon=":material/school:", key=f"course.homework.{lesson.slug}", **arguments)


def _render_paragraph(title, text):
    st.markdown(f"**{title}**  \n{markdown.escape(text)}")


def _render_notes(step):
    answer_label, wrong_answer_label = translate("Expect"), translate("The common wrong answer")
    answer_column, wrong_answer_column = st.columns(2, border=True)
    with answer_column:
        st.markdown(f":material/check: **{answer_label}**")
        st.markdown(markdown.escape(step.answer))
    with wrong_answer_column:
        st.markdown(f":material/close: **{wrong_answer_label}**")
        st.markdown(f"“{markdown.escape(step.wrong)}”")
        st.markdown(f":material/reply: {markdown.escape(step.reply)}")
    points = "\n".join(f"- {markdown.escape(text)}" for text in step.point)
    title = translate("Point at")
    st.markdown(f"**{title}**\n\n{points}")
    _render_paragraph(translate("If you skip it"), step.skipping)


def _render_exercise(exercise: Exercise, has_notes):
    st.markdown(markdown.escape(exercise.task))
    with st.container(horizontal=True):
        links.render_train_link(translate("Open it on Train"), exercise.settings)
        _render_check_link(exercise)
        class_invitation.render_open_button("exercise", exercise.slug)
    rows = [
        (markdown.escape(exercise_check.check_title(check)), markdown.escape(exercise_check.condition_text(check)))
        for check in exercise.checks
    ]
    st.markdown(markdown_table(tuple(map(translate, CHECK_HEAD)), rows, ("---", "---")))
    hints = "\n".join(f"{n}. {markdown.escape(hint)}" for n, hint in enumerate(exercise.hints, 1))
    title = translate("Hints")
    st.markdown(f"**{title}**\n\n{hints}")
    if has_notes:
        _render_solution(exercise)


def _render_check_link(exercise):
    """Draw the link to the check of the visitor's latest training, if there is one."""
    latest_summary = next((row for row in store_polling.list_summaries() if _is_own_result(row)), None)
    if latest_summary is None:
        return
    query = {"revision": latest_summary.id, exercise_panel.EXERCISE_SETTING: exercise.slug}
    label = translate("Check {model} in Revisions", model=markdown.escape(display_name(latest_summary)))
    st.page_link("views/revisions.py", label=label, icon=":material/fact_check:", query_params=query)


def _is_own_result(summary) -> bool:
    is_own = not identity.is_shared() or identity.current_visitor().is_teacher or actions.is_mine(summary.owner)
    return is_own and not summary.gallery and summary.steps > 0


def _render_solution(exercise):
    title, outcome = translate("Solution"), translate("What came out")
    st.markdown(f"**{title}**\n\n{markdown.escape(' '.join(exercise.solution))}")
    figure = markdown.escape(exercise_check.check_title(exercise.tried_check))
    caption = translate("{figure}, with three seeds:", figure=figure)
    st.markdown(f"**{outcome}**  \n{caption}")
    rows = [
        (
            markdown.escape(attempt.change),
            *map(number_text.metric_text, attempt.values),
            translate("{count} of {total}", count=attempt.fulfilled, total=len(attempt.values)),
        )
        for attempt in exercise.tried
    ]
    seed_heads = (translate("Seed {seed}", seed=seed) for seed in range(SEEDS))
    head = (translate("Changed"), *seed_heads, translate("Fulfilled"))
    st.markdown(markdown_table(head, rows, ("---", "--:", "--:", "--:", "---")))
