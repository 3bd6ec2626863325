"""How long a training step takes on this machine, measured while a visitor fills in the form of Train."""

import streamlit as st

from aae_core.jobs import estimate
from app.visitors import acts

PROBE = "train.measuring"  # session key: what the last measurement depends on
MEASUREMENTS = estimate.Measurements()  # of all sessions since the server started


def measured(config, summary, busy: bool) -> dict | None:
    """The measured time of a step; None while it is being measured, for whichever session began that."""
    held, memory = st.session_state.get(PROBE), acts.memory()
    key = estimate.key(config, summary) + (f" within {memory:g} GB" if memory else "")
    # Beside another training a step takes longer. But what was measured alone holds for one that waits for its turn, and to
    # measure anew would take the processor from the training that was started just now.
    if busy and not MEASUREMENTS.has(key) and key != held:
        key += " beside"
    st.session_state[PROBE] = key
    return MEASUREMENTS.ask(key, lambda: estimate.Measurement(config, summary, memory), held)
