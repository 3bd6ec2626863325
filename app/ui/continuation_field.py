"""The field in which a finished training is continued for more epochs, as a new revision."""

import math

import streamlit as st

from aae_core.config.configuration import setting_field
from aae_core.runs.continuation import FINISHED_STATES
from app.session import address
from app.translation.texts import translate
from app.ui import store_polling
from app.visitors import actions


def render_continuation_field(summary, shown_setting: str) -> None:
    """Draw a number of epochs and the button that continues a finished training to it, in a box that opens; nothing for a
    training that cannot be continued, or not by this visitor. shown_setting: the setting of the address that names the
    revision on the page, which then is the new one."""
    is_continuable = (
        summary.state in FINISHED_STATES and not summary.gallery and (summary.path / "resume.safetensors").exists()
    )
    if not (is_continuable and actions.may_change(summary.owner)):
        return
    key = f"continuation.{summary.id}"
    epochs_done = math.floor(summary.status.epoch)
    max_epochs = setting_field("epochs").metadata["high"]
    with st.popover(translate("Continue for more epochs"), icon=":material/more_time:"):
        st.caption(
            translate(
                "A new revision begins with the networks and optimisers of this one as its last step left them, and follows the "
                "same schedule of learning rates. This one stays as it is."
            )
        )
        st.number_input(
            translate("Epochs in all"),
            min(epochs_done + 1, max_epochs),
            max_epochs,
            value=min(max(2 * epochs_done, epochs_done + 1), max_epochs),
            step=1,
            key=f"{key}.epochs",
        )
        st.button(
            translate("Continue"),
            icon=":material/play_arrow:",
            key=f"{key}.go",
            type="primary",
            on_click=_continue_training,
            args=(summary.id, f"{key}.epochs", shown_setting),
        )


def _continue_training(revision_id, epochs_key, shown_setting):
    epochs = st.session_state[epochs_key]
    revision = store_polling.run_action(actions.continue_training, revision_id, epochs)
    if revision is not None:
        address.store_setting(shown_setting, revision.id)
