"""Classroom: everyone's latest map of codes side by side; on a server shared by a class, only for the teacher."""

import streamlit as st

from app.page_parts import class_board
from app.session import address
from app.ui import live_store, widgets
from app.visitors import who

PACE = 5.0  # seconds between two refreshes


def page():
    st.title("Classroom", anchor=False)
    if not who.present().is_teacher:  # the navigation hides this page from students, but they may know its address
        widgets.error_box("Only the teacher can see this page.")
        return
    address.fragment(_now, run_every=PACE)()


def _now():
    live_store.say_problem()
    rows = live_store.rows()
    class_board.lesson(rows)
    class_board.board(rows)
    class_board.table(rows)


page()
