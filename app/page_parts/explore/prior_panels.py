"""The panels below the plane of Explore: sweeps through a region of the prior, the decoded prior, histograms of the codes."""

import streamlit as st

from aae_core.config.priors import PRIORS, RegionTexts
from aae_core.wording import join_sentences
from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision, codes_key
from app.cache.revision_view import RevisionView
from app.scenes.plane_message import SWEEP_LENGTH
from app.session import address, parsing
from app.translation.languages import current_language
from app.translation.texts import mark, translate
from app.ui import choices, current_code, image_html, revision_picker, widgets

HISTOGRAM_COUNT = 24  # dimensions shown at once
MANIFOLD_SIDE = 12  # images per side of the manifold
# session key: whether the plane's fragment must rerun the whole page because of a change
PAGE_CHANGED_KEY = "explore.changed"
HEAD_TEXTS = RegionTexts(
    mark("head"),
    mark("Along z₁ of the style, by its percentiles"),
    mark("Along z₂ of the style, by its percentiles"),
)


def chosen_region(revision: RevisionView):
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


def render_region_sweeps(revision: RevisionView):
    """Draw images along and across one region of the prior, if the prior has regions."""
    prior = revision.prior
    if prior is None or not prior.regions:
        return
    has_heads = prior.heads is not None
    st.header(translate("Styles of one head") if has_heads else translate("One region of the prior"), anchor=False)
    texts = HEAD_TEXTS if has_heads else PRIORS[revision.config.prior.name].regions
    names = revision.region_names
    if has_heads:
        label = translate("Head of")
    elif names:
        label = translate("Region of")
    else:
        label = translate("Region")
    if not names:
        names = [f"{translate(texts.noun)} {k}" for k in range(prior.regions)]
    # on_change: the plane above is drawn before this widget, and needs the new region
    k = choices.choose_index("region", names, 0, label=label, on_change=_store_region)
    for axis, caption in enumerate(map(translate, (texts.first_axis_caption, texts.second_axis_caption)[: prior.dim])):
        st.markdown(f"**{caption}**")
        images = _region_sweep_pictures(revision, k, axis, current_code.current_content(revision))
        alts = [
            translate(
                "{caption}, image {number} of {count}, {region}",
                caption=caption,
                number=n + 1,
                count=len(images),
                region=names[k],
            )
            for n in range(len(images))
        ]
        image_html.render_image_strip(images, [""] * len(images), alts, 64)


@cache_by_revision(max_entries=64)
def _region_sweep_pictures(revision: RevisionView, region, axis, y):
    from aae_core.latent import exploration

    return revision_data.to_pictures(
        revision,
        exploration.decode_region_sweep(revision.model, revision.prior, region, axis, SWEEP_LENGTH, y),
    )


def render_decoded_prior_sheet(revision: RevisionView):
    st.header(translate("The prior, decoded"), anchor=False)
    image = _manifold_sheet(revision, current_code.current_content(revision))
    alt = translate("Images decoded from the prior at evenly spaced percentiles")
    image_html.render_image(image, alt=alt, width=560)
    caption = translate(PRIORS[revision.config.prior.name].manifold)
    if revision.prior.heads is not None:
        caption = translate("One row per head, its style at the prior's percentiles from left to right (z₁).")
    if revision.config.latent_dim > 2:
        others_text = translate("All other dimensions stay at their median.")
        caption = join_sentences(caption, others_text)
    st.caption(caption)


@cache_by_revision(max_entries=32)
def _manifold_sheet(revision: RevisionView, y):
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
def render_dimensions(revision: RevisionView):
    """Draw histograms of all dimensions on request only, because the plotting library is large and would delay the plane."""
    widgets.render_expander(translate("Every dimension of the code"), "dimensions", _render_histograms, revision)


def _render_histograms(revision: RevisionView):
    codes = revision.codes
    first = current_code.choose_first_dimension_of_block(codes.z.shape[1], HISTOGRAM_COUNT, "histograms")
    alt = translate("For each dimension, the histogram of the codes, over the density of the prior where there is one")
    widgets.render_chart(_histogram_figure(revision, codes, first), key="histograms", alt=alt)
    if revision.prior is not None:
        caption = translate(
            "Bars: the codes. Line: the prior. Each dimension is compared alone: even where all of them agree, codes and prior "
            "can differ, and leave holes."
        )
        st.caption(caption)
    if revision.variant.has_content:
        from app.figures import charts

        items = revision.reword_for_items(translate("images"))
        alt = revision.reword_for_items(translate("Number of images with each content"))
        bars = charts.class_count_bars(codes.content, revision.content_names, items)
        widgets.render_chart(bars, key="classes", alt=alt)


@cache_by_revision(lambda revision, codes, first: codes_key(revision, codes, first, current_language()))
def _histogram_figure(revision: RevisionView, codes, first):
    from aae_core.latent import maps
    from app.figures import charts

    histograms = maps.dimension_histograms(codes.z, revision.prior)
    return charts.histogram_grid(histograms[first : first + HISTOGRAM_COUNT], first)
