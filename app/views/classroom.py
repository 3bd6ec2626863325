"""Classroom: everyone's latest latent plane side by side, for the teacher alone where a class shares the server."""

import streamlit as st

from app.page_parts import class_board
from app.session import address
from app.ui import live_store, widgets
from app.visitors import who

PACE = 5.0  # seconds between two refreshes


def page():
    st.title("Classroom", anchor=False)
    if not who.present().is_teacher:  # the navigation does not lead here, and a link need not be followed
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
