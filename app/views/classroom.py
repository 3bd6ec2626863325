"""Classroom: everyone's latest map of codes side by side; on a server shared by a class, only for the teacher."""

import streamlit as st

from app.course import class_invitation
from app.page_parts.classroom import class_dashboard
from app.session import address
from app.translation.texts import translate
from app.ui import store_polling, widgets
from app.visitors import identity

REFRESH_SECONDS = 5.0  # seconds between two refreshes


def render_page():
    st.title(translate("Classroom"), anchor=False)
    if (
        not identity.current_visitor().is_teacher
    ):  # the navigation hides this page from students, but they may know its address
        widgets.render_error_box(translate("Only the teacher can see this page."))
        return
    st.page_link(
        "views/course.py", label=translate("A course of 45 minutes, with what to ask"), icon=":material/event_note:"
    )
    class_invitation.render_choice()
    address.settings_fragment(_render_class_dashboard, run_every=REFRESH_SECONDS)()


def _render_class_dashboard():
    store_polling.render_action_error()
    summaries = store_polling.list_summaries()
    class_dashboard.render_lesson_controls(summaries)
    class_dashboard.render_owner_tiles(summaries)
    class_dashboard.render_training_table(summaries)


render_page()
