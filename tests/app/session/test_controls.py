"""Controls that both the user and the page can move."""

import gc

from streamlit.testing.v1 import AppTest


class Shown:
    """What a page shows, and its callback is given."""


def page(made, Shown):
    import weakref

    import streamlit as st

    from app.session import controls

    shown = Shown()
    made.append(weakref.ref(shown))
    controls.move_control("point", len(made))
    st.number_input(
        "Point",
        0,
        100,
        **controls.callback_arguments("point", lambda given: st.session_state.update(told=given), shown),
    )


def test_what_a_moved_control_was_once_to_do_is_forgotten():
    made = []
    app = AppTest.from_function(page, args=(made, Shown), default_timeout=60)
    for _ in range(6):
        app.run()
    gc.collect()
    assert not app.exception and len(made) == 6
    assert sum(each() is not None for each in made) <= 2
    app.number_input[0].set_value(50).run()
    assert isinstance(app.session_state.told, Shown)
