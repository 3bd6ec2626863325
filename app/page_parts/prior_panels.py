"""The panels below the plane of Explore: sweeps through a region of the prior, the decoded prior, histograms of the codes."""

import streamlit as st

from aae_core.config.priors import PRIORS, RegionTexts
from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision, codes_key
from app.scenes.plane_message import SWEEP_LENGTH
from app.session import address, parsing
from app.ui import choices, current_code, image_html, revision_picker, widgets

HISTOGRAM_COUNT = 24  # dimensions shown at once
MANIFOLD_SIDE = 12  # images per side of the manifold
# session key: whether the plane's fragment must rerun the whole page because of a change
PAGE_CHANGED_KEY = "explore.changed"
HEAD_TEXTS = RegionTexts(
    "head", "Along z₁ of the style, by its percentiles", "Along z₂ of the style, by its percentiles"
)


def chosen_region(revision):
    """The number of the chosen region; None if the prior has no regions."""
    prior = revision.prior
    count = 0 if prior is None else prior.regions
    return address.recall_setting("region", parsing.number_parser(0, count - 1), 0) if count else None


def _store_region():
    # a link or a lesson may have removed the widget before its message came
    if st.session_state.get("region") is not None:
        address.store_setting("region", st.session_state["region"])
        # Streamlit may deliver the click together with a message of the plane, and then reruns the plane's fragment only
        st.session_state[PAGE_CHANGED_KEY] = True


def render_region_sweeps(revision):
    """Draw images along and across one region of the prior, if the prior has regions."""
    prior = revision.prior
    if prior is None or not prior.regions:
        return
    has_heads = prior.heads is not None
    st.header("Styles of one head" if has_heads else "One region of the prior", anchor=False)
    texts = HEAD_TEXTS if has_heads else PRIORS[revision.config.prior.name].regions
    names = revision.region_names
    if has_heads:
        label = "Head of"
    elif names:
        label = "Region of"
    else:
        label = "Region"
    if not names:
        names = [f"{texts.noun} {k}" for k in range(prior.regions)]
    # on_change: the plane above is drawn before this widget, and needs the new region
    k = choices.choose_index("region", names, 0, label=label, on_change=_store_region)
    for axis, caption in enumerate((texts.along, texts.across)[: prior.dim]):
        st.markdown(f"**{caption}**")
        images = _region_sweep_pictures(revision, k, axis, current_code.current_content(revision))
        alts = [f"{caption}, image {n + 1} of {len(images)}, {names[k]}" for n in range(len(images))]
        image_html.render_image_strip(images, [""] * len(images), alts, 64)


@cache_by_revision(max_entries=64)
def _region_sweep_pictures(revision, region, axis, y):
    from aae_core.latent import exploration

    return revision_data.to_pictures(
        revision,
        exploration.decode_region_sweep(revision.model, revision.prior, region, axis, SWEEP_LENGTH, y),
    )


def render_decoded_prior_sheet(revision):
    st.header("The prior, decoded", anchor=False)
    image = _manifold_sheet(revision, current_code.current_content(revision))
    image_html.render_image(image, alt="Images decoded from the prior at evenly spaced percentiles", width=560)
    caption = PRIORS[revision.config.prior.name].manifold
    if revision.prior.heads is not None:
        caption = "One row per head, its style at the prior's percentiles from left to right (z₁)."
    if revision.config.latent_dim > 2:
        caption += " All other dimensions stay at their median."
    st.caption(caption)


@cache_by_revision(max_entries=32)
def _manifold_sheet(revision, y):
    from aae_core.latent import exploration

    prior = revision.prior
    has_row_per_region = prior.heads is not None or PRIORS[revision.config.prior.name].manifold_row_per_region
    rows = prior.regions if has_row_per_region else MANIFOLD_SIDE
    items = exploration.decode_manifold(revision.model, min(rows, 20), MANIFOLD_SIDE, y)
    return exploration.tile_images(
        revision_data.to_pictures(revision, items.reshape(-1, *items.shape[2:])), MANIFOLD_SIDE
    )


@st.fragment
@revision_picker.with_renewed_revision
def render_dimensions(revision):
    """Draw histograms of all dimensions on request only, because the plotting library is large and would delay the plane."""
    widgets.render_expander("Every dimension of the code", "dimensions", _render_histograms, revision)


def _render_histograms(revision):
    codes = revision.codes
    first = current_code.choose_first_dimension_of_block(codes.z.shape[1], HISTOGRAM_COUNT, "histograms")
    alt = "For each dimension, the histogram of the codes, over the density of the prior where there is one"
    widgets.render_chart(_histogram_figure(revision, codes, first), key="histograms", alt=alt)
    if revision.prior is not None:
        st.caption(
            "Bars: the codes. Line: the prior. Each dimension is compared alone: even where all of them agree, codes and prior "
            "can differ, and leave holes."
        )
    if revision.variant.has_content:
        from app.figures import charts

        items = f"{revision.item_word}s"
        bars = charts.class_count_bars(codes.content, revision.content_names, items)
        widgets.render_chart(bars, key="classes", alt=f"Number of {items} with each content")


@cache_by_revision(codes_key)
def _histogram_figure(revision, codes, first):
    from aae_core.latent import maps
    from app.figures import charts

    histograms = maps.dimension_histograms(codes.z, revision.prior)
    return charts.histogram_grid(histograms[first : first + HISTOGRAM_COUNT], first)
