"""What the teacher opens for all: the choice in Classroom, the button beside a lesson, and the notice on everybody's page."""

import time
from html import escape

import streamlit as st

from app.components import markdown
from app.course.contents import load_course
from app.lessons import reader, running_lesson
from app.session import address
from app.translation.texts import mark, translate
from app.ui import store_polling
from app.visitors import actions, identity

REFRESH_SECONDS = 5.0  # seconds between two looks at what is open for all
ANSWERED_KEY = "course.answered"  # session key: the invitation that the visitor has followed or declined
CHOICE_KEY = "course.choice"
NOTICE_STYLE = """<style>
.st-key-invitation { position: sticky; top: 3.9rem; z-index: 95; padding: 0.6rem 0.9rem; border-radius: var(--corner);
  border: 2px solid var(--colour-accent); background: var(--colour-page); }
.st-key-invitation p { margin: 0; font-size: 1rem; }
</style>"""


def openable_titles() -> dict[tuple[str, str], str]:
    """What can be opened for all, kind and slug, with its title: the lessons, then the exercises of the course."""
    lessons = reader.load_lessons().lessons.values()
    titles = {
        ("lesson", lesson.slug): translate("Lesson {number}: {title}", number=n, title=lesson.title)
        for n, lesson in enumerate(lessons, 1)
    }
    return titles | {
        ("exercise", row.slug): translate("Exercise {number}: {title}", number=n, title=row.title)
        for n, row in enumerate(load_course().exercises, 1)
    }


# The teacher ------------------------------------------------------------------------------------------------------------


def render_choice() -> None:
    """Draw the teacher's choice of what to open for all, and what is open now."""
    if not identity.is_shared():
        st.caption(
            translate(
                "On a server that a class shares (`--shared`), a lesson or an exercise is opened on everybody's page from here."
            )
        )
        return
    titles = openable_titles()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            translate("A lesson or an exercise"), titles, format_func=titles.get, key=CHOICE_KEY, width=420
        )
        render_open_button(*chosen)
    render_current_invitation()


def render_open_button(kind: str, slug: str, label: str = mark("Open for all")) -> None:
    """Draw the button that opens a lesson or an exercise for all; on a server that is not shared nothing."""
    if identity.is_shared() and identity.current_visitor().is_teacher:
        store_polling.render_action_button(
            translate(label), "campaign", f"course.open.{kind}.{slug}", actions.open_for_all, kind, slug
        )


def render_current_invitation() -> None:
    """Draw what is open for all, and the button that takes it back; nothing if nothing is open."""
    invitation = actions.current_invitation()
    if invitation is None:
        return
    title = openable_titles().get((invitation.kind, invitation.slug), invitation.slug)
    minutes = int((time.time() - invitation.sent) / 60)
    title_text = markdown.escape(title)
    if minutes < 1:
        sentence = translate("Opened for all just now: **{title}**", title=title_text)
    else:
        sentence = translate("Opened for all {minutes} min ago: **{title}**", minutes=minutes, title=title_text)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/campaign: {sentence}", width="content")
        store_polling.render_action_button(translate("Take back"), "undo", "course.close", actions.close_for_all)


# Everybody else ---------------------------------------------------------------------------------------------------------


def render_notice() -> None:
    """On a shared server, draw on a participant's page what the teacher has opened for all, with the way there; it is looked up
    every few seconds, so a page that is already open shows it, too."""
    if identity.is_shared() and not identity.current_visitor().is_teacher:
        st.fragment(_render_notice, run_every=REFRESH_SECONDS)()


def _render_notice():
    invitation = actions.current_invitation()
    if invitation is None or invitation == st.session_state.get(ANSWERED_KEY) or _is_there(invitation):
        return
    title = openable_titles().get((invitation.kind, invitation.slug))
    if title is None:
        return
    st.html(NOTICE_STYLE)
    with st.container(key="invitation", horizontal=True, vertical_alignment="center"):
        # an alert, so that screen readers say it on a page that is already open
        title_html = f"<b>{escape(title)}</b>"
        notice = translate("Your teacher has opened for all: {title}", title=title_html)
        st.html(f'<p role="alert">{notice}</p>', width="content")
        is_followed = st.button(
            translate("Go there"), icon=":material/arrow_forward:", type="primary", key="invitation.go"
        )
        is_declined = st.button(translate("Not now"), key="invitation.no")
    if is_followed or is_declined:
        st.session_state[ANSWERED_KEY] = invitation
    if is_followed:
        _open_invitation(invitation)
    if is_declined:
        st.rerun()


def _is_there(invitation) -> bool:
    """Whether the visitor is in the lesson that is open for all already."""
    return invitation.kind == "lesson" and address.stored_texts().get(running_lesson.LESSON) == invitation.slug


def _open_invitation(invitation):
    """Go to what is open for all; does not return."""
    if invitation.kind == "lesson":
        running_lesson.start_lesson(invitation.slug)
        st.rerun()
    query = {"step": "exercises", "exercise": invitation.slug}
    st.switch_page("views/course.py", query_params=query)
