"""The aggregated posterior: twenty posteriors as ellipses, and what their mean KL consists of; a lesson leads here."""

from dataclasses import fields

import streamlit as st

from aae_core.latent.encoded_images import Arrangement
from app.session import address, settings
from app.ui import widgets

SETTING_PREFIX = "aggregate."  # of the board's URL parameters
SOURCE_NOTE = (
    "Twenty test images of MNIST, two of each digit, and the Gaussians that a VAE of the examples gives them. The sliders widen "
    "them all, in proportion to the logarithms of their widths, and move their middles away from (0, 0) or towards it. With "
    "twenty images I(x; z) is at most log 20; with sixty thousand it may be 11 nats."
)


def render_page():
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("The aggregated posterior", anchor=False, width="content")
        with st.container(
            key="introduction", width="content"
        ):  # hidden during a lesson, which has its own instructions
            st.markdown("Twenty images as a VAE encodes them. Widen the ellipses, or move them, and see what it pays.")
    with widgets.errors_in_boxes():
        from app.components.aggregate_board import mount_aggregate_board

        mount_aggregate_board(recall_arrangement(), "aggregate", store_arrangement)
        st.caption(SOURCE_NOTE)


def recall_arrangement() -> Arrangement:
    """The Arrangement from the link, the session or else the defaults."""
    values = {}
    for field in fields(Arrangement):
        parse = settings.field_parser(Arrangement, field)
        values[field.name] = address.recall_setting(SETTING_PREFIX + field.name, parse, field.default)
    return Arrangement(**values)


def store_arrangement(arrangement: Arrangement) -> None:
    """Write an Arrangement into the link, except values equal to their defaults."""
    for field in fields(Arrangement):
        value = getattr(arrangement, field.name)
        address.store_setting(SETTING_PREFIX + field.name, None if value == field.default else f"{value:.15g}")


render_page()
