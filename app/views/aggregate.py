"""The aggregated posterior: twenty posteriors as ellipses, and what their mean KL consists of; a lesson leads here."""

from functools import partial

import streamlit as st

from aae_core.latent.encoded_images import Arrangement
from app.session.record_settings import recall_record, store_record
from app.translation.texts import mark, translate
from app.ui import widgets

SETTING_PREFIX = "aggregate."  # of the board's URL parameters
SOURCE_NOTE = mark(
    "Twenty test images of MNIST, two of each digit, and the Gaussians that a VAE of the examples gives them. The sliders widen "
    "them all, in proportion to the logarithms of their widths, and move their middles away from (0, 0) or towards it. With "
    "twenty images I(x; z) is at most log 20; with sixty thousand it may be 11 nats."
)


def render_page():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(translate("The aggregated posterior"), anchor=False, width="content")
        with st.container(
            key="introduction", width="content"
        ):  # hidden during a lesson, which has its own instructions
            st.markdown(
                translate(
                    "Twenty images as a VAE encodes them. Widen the ellipses, or move them, and see what it pays."
                )
            )
    with widgets.errors_in_boxes():
        from app.components.aggregate_board import mount_aggregate_board

        arrangement = recall_record(Arrangement, SETTING_PREFIX)
        mount_aggregate_board(arrangement, "aggregate", partial(store_record, prefix=SETTING_PREFIX))
        st.caption(translate(SOURCE_NOTE))


render_page()
