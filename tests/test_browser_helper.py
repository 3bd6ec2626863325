"""Which tracebacks in a server's log the browser tests let pass."""

from helpers.browser_app import unexpected_tracebacks

RACE = """Traceback (most recent call last)
 streamlit/runtime/state/safe_session_state.py:75 in on_script_will_rerun
 streamlit/runtime/state/session_state.py:743 in _keys
RuntimeError: dictionary changed size during iteration
"""


def test_streamlits_own_race_alone_passes():
    assert unexpected_tracebacks("The server runs.\n" + 2 * RACE) == []
    assert len(unexpected_tracebacks(RACE.replace("streamlit/runtime/state", "/app/ui") + RACE)) == 1
    assert len(unexpected_tracebacks(RACE.replace("on_script_will_rerun", "render"))) == 1
    assert len(unexpected_tracebacks(RACE + "Traceback (most recent call last)\nKeyError: 3\n")) == 1
