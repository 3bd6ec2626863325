"""Controls that both the user and the page can move."""

import gc

from streamlit.testing.v1 import AppTest


class Shown:
    """What a page shows, and its callback is given."""


def page(created, Shown):
    import weakref

    import streamlit as st

    from app.session import controls

    shown = Shown()
    created.append(weakref.ref(shown))
    controls.move_control("point", len(created))
    st.number_input(
        "Point",
        0,
        100,
        **controls.callback_arguments("point", lambda given: st.session_state.update(told=given), shown),
    )


def test_what_a_moved_control_was_once_to_do_is_forgotten():
    result = []
    app = AppTest.from_function(page, args=(result, Shown), default_timeout=60)
    for _ in range(6):
        app.run()
    gc.collect()
    assert not app.exception and len(result) == 6
    assert sum(item() is not None for item in result) <= 2
    app.number_input[0].set_value(50).run()
    assert isinstance(app.session_state.told, Shown)
