"""Course: 45 minutes as a plan of steps, with questions, expected answers and exercises; students see no answers."""

import streamlit as st

from app.components import markdown
from app.course import class_invitation, document, plan, step_panel
from app.course.contents import load_course
from app.session import address, controls
from app.translation.texts import translate
from app.ui import choices, store_polling
from app.ui.deferred_downloads import render_download_button
from app.visitors import identity

STEP_SETTING = "step"  # URL parameter: the slug of a step
SKIPPED_KEY = "course.skipped"  # session key: the slugs of the steps that the teacher leaves out
NOTES_KEY = "course.notes"
BAR_STYLE = """<style>
html .stHtml .course-bar { display: flex; gap: 2px; margin: 0; padding: 0; list-style: none; }
html .stHtml .course-bar li { flex: var(--minutes) 1 0; min-width: 0; margin: 0; padding: 0.15rem 0; border-radius: 3px;
  border: 1px solid var(--colour-line); background: var(--colour-soft); text-align: center; font-size: 0.75rem;
  font-variant-numeric: tabular-nums; }
html .stHtml .course-bar li.current { background: var(--colour-action); border-color: var(--colour-action); color: #fff; }
html .stHtml .course-bar li.left { border-style: dashed; background: none; }
@media (max-width: 40rem) {
  [class*=st-key-step] [role=radiogroup] { flex-flow: row wrap; gap: 0.25rem 0.75rem; }
  [class*=st-key-step] [role=radiogroup] [data-testid=stCaptionContainer] { display: none; }
}
</style>"""


def render_page():
    course, is_teacher = load_course(), identity.current_visitor().is_teacher
    st.title(translate("Course"), anchor=False)
    st.markdown(markdown.escape(course.lead))
    has_notes = _render_head(course, is_teacher)
    store_polling.render_action_error()
    if has_notes:
        class_invitation.render_current_invitation()
    planned_steps = plan.plan_course(course, tuple(st.session_state.get(SKIPPED_KEY, ())))
    choice_column, step_column = st.columns([1, 2], gap="large")
    with choice_column:
        chosen_entry = _choose_step(course, planned_steps)
    with step_column:
        _render_chosen_step(course, planned_steps, chosen_entry, has_notes)
    if has_notes:
        _render_preparation(course)


def _render_head(course, is_teacher) -> bool:
    """Draw the links, the handouts and, for a teacher, the switch of her notes; returns whether these are shown."""
    has_notes = False
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("views/lessons.py", label=translate("Lessons"), icon=":material/school:")
        if is_teacher:
            st.page_link("views/classroom.py", label=translate("Classroom"), icon=":material/groups:")
        _render_download(course, False)
        if is_teacher:
            _render_download(course, True)
            has_notes = st.toggle(translate("Teacher’s notes"), value=True, key=NOTES_KEY, persist_state="session")
    return has_notes


def _render_download(course, with_answers):
    if with_answers:
        label, name = translate("Handout for the teacher"), "course-with-answers.html"
        help_text = translate("One HTML file to read or print, with answers.")
    else:
        label, name = translate("Handout"), "course.html"
        help_text = translate("One HTML file to read or print.")
    render_download_button(
        label, lambda: document.course_document(course, with_answers), name, mime="text/html",
        key=f"course.file.{with_answers}", help=help_text,
    )  # fmt: skip


def _choose_step(course, planned_steps):
    """Draw the plan as a choice; returns the chosen step with its minutes."""
    by_slug = {entry.step.slug: entry for entry in planned_steps}
    slugs = list(by_slug)
    read = lambda text: text if text in by_slug else None  # noqa: E731
    key = choices.filled_widget_key(STEP_SETTING, read, slugs[0], is_valid=lambda slug: slug in by_slug)
    captions = [entry.time_text for entry in planned_steps]
    slug = st.radio(
        translate("Plan"), slugs, key=key, format_func=lambda slug: _step_title(by_slug[slug]), captions=captions
    )
    address.store_setting(STEP_SETTING, slug)
    return by_slug[slug]


def _step_title(entry) -> str:
    title = markdown.escape(entry.step.title)
    return f"~~{title}~~" if entry.is_skipped else title


def _render_chosen_step(course, planned_steps, chosen_entry, has_notes):
    st.html(BAR_STYLE + _bar_html(course, planned_steps, chosen_entry))
    if has_notes:
        st.caption(plan.left_over_sentence(course, planned_steps))
    st.header(markdown.escape(chosen_entry.step.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        step_panel.render_ways(chosen_entry.step)
        _render_next_button(planned_steps, chosen_entry)
    step_panel.render_question(chosen_entry.step, has_notes)
    if has_notes:
        arguments = {"on_change": _toggle_skipped, "args": (chosen_entry.step.slug,)}
        text = translate("Skip this step: {minutes} minutes are left to talk", minutes=chosen_entry.step.minutes)
        st.checkbox(text, value=chosen_entry.is_skipped, key=f"course.skip.{chosen_entry.step.slug}", **arguments)
    if chosen_entry.step.has_exercises:
        step_panel.render_exercises(has_notes)
    if chosen_entry.step.has_homework:
        step_panel.render_homework(course.homework)


def _bar_html(course, planned_steps, chosen_entry) -> str:
    """The minutes of the steps as a bar, for the eye only: the plan beside it says the same."""
    items = ""
    for entry in planned_steps:
        if entry.is_skipped:
            continue
        kind = ' class="current"' if entry is chosen_entry else ""
        items += f'<li{kind} style="--minutes: {entry.step.minutes}">{entry.step.minutes}</li>'
    spare_minutes = course.minutes - planned_steps[-1].end
    if spare_minutes:
        items += f'<li class="left" style="--minutes: {spare_minutes}">{spare_minutes}</li>'
    return f'<ol class="course-bar" aria-hidden="true">{items}</ol>'


def _render_next_button(planned_steps, chosen_entry):
    later_entries = planned_steps[planned_steps.index(chosen_entry) + 1 :]
    next_entry = next((entry for entry in later_entries if not entry.is_skipped), None)
    if next_entry is not None:
        arguments = {"on_click": controls.move_control, "args": (STEP_SETTING, next_entry.step.slug)}
        label = translate("Next: {title}", title=markdown.escape(next_entry.step.title))
        st.button(label, icon=":material/arrow_forward:", **arguments)


def _toggle_skipped(slug):
    skipped_slugs = set(st.session_state.get(SKIPPED_KEY, ()))
    st.session_state[SKIPPED_KEY] = skipped_slugs ^ {slug}


def _render_preparation(course):
    st.subheader(translate("Before the course"), anchor=False)
    st.markdown("\n".join(f"- {markdown.escape(text)}" for text in course.prepare))


render_page()
