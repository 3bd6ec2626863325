"""Which frame of a revision's training a page looks back to, as the link or the session has it."""

import streamlit as st

from app.server import time_machine
from app.session import address

NAME = "frame"  # of the chosen frame in the link: its step
OF = "frame.of"  # session key: the revision that it belongs to


def chosen(revision) -> int | None:
    """The step of the frame that the link or the session has for this revision; None for the present.

    A step beyond the training, or for a revision without frames, is ignored like any invalid setting.
    """
    if st.session_state.get(OF) != revision.id:  # a step chosen for another training does not apply
        if address.is_news(NAME):
            st.session_state.get(address.SETTINGS, {}).pop(NAME, None)
        else:
            address.keep(NAME, None)
    st.session_state[OF] = revision.id
    there, _ = time_machine.listed(revision)
    last = max(there[-1], revision.status.step) if there else -1
    step = address.recall(NAME, address.read_number(0, last), None)
    if step is not None:
        address.keep(NAME, str(step))  # going to another page empties the URL
    return step


def choose(step: int | None) -> None:
    address.keep(NAME, None if step is None else str(step))
