"""Controls that both the user and the page can move."""

import gc

from streamlit.testing.v1 import AppTest


class PageState:
    """What a page shows, and its callback is given."""


def page(state_references, PageState):
    import weakref

    import streamlit as st

    from app.session import controls

    state = PageState()
    state_references.append(weakref.ref(state))
    controls.move_control("point", len(state_references))
    st.number_input(
        "Point",
        0,
        100,
        **controls.callback_arguments("point", lambda value: st.session_state.update(argument=value), state),
    )


def test_what_a_moved_control_was_once_to_do_is_forgotten():
    state_references = []
    app = AppTest.from_function(page, args=(state_references, PageState), default_timeout=60)
    for _ in range(6):
        app.run()
    gc.collect()
    assert not app.exception and len(state_references) == 6
    assert sum(reference() is not None for reference in state_references) <= 2
    app.number_input[0].set_value(50).run()
    assert isinstance(app.session_state.argument, PageState)
