"""How long a training step takes on this machine, measured while a visitor fills in the form of Train."""

import streamlit as st

from aae_core.runs import estimate
from app.visitors import actions

MEASUREMENT_KEY = "train.measuring"  # session key: what the last measurement depends on
MEASUREMENTS = estimate.MeasurementCache()  # of all sessions since the server started


def measured_step_time(config, summary, is_busy: bool) -> dict | None:
    """The result of measuring a step (see `MeasurementCache.result_or_start`), shared by all sessions; None until
    there is one."""
    last_key, memory = st.session_state.get(MEASUREMENT_KEY), actions.memory_limit()
    key = estimate.step_time_cache_key(config, summary) + (f" within {memory:g} GB" if memory else "")
    # While another training runs, a step takes longer, so it is measured under another key. A measurement made before that
    # training, or begun by this session before it, is used nevertheless: a queued training will run alone, and measuring
    # again would slow the running one.
    is_begun = key == last_key and MEASUREMENTS.is_measuring(key)
    if is_busy and not MEASUREMENTS.has_result(key) and not is_begun:
        key += " beside"
    st.session_state[MEASUREMENT_KEY] = key
    return MEASUREMENTS.result_or_start(key, lambda: estimate.Measurement(config, summary, memory), last_key)
