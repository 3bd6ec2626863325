"""The panels below the plane of Explore: sweeps through a region of the prior, the decoded prior, histograms of the codes."""

import streamlit as st

from app.cache import loaded, shown_codes
from app.cache.kept import by_codes, kept
from app.session import address
from app.ui import choices, current_code, drawn_images, widgets
from app.ui.plane_contents import SWEPT

HISTOGRAMS = 24  # dimensions shown at once
SIDE = 12  # images per side of the manifold
CHANGED = "explore.changed"  # session key: whether the plane's fragment must rerun the whole page because of a change


def region_now(revision):
    """The number of the chosen region; None if the prior has no regions."""
    prior = loaded.prior(revision)
    count = 0 if prior is None else prior.regions
    return address.recall("region", address.read_number(0, count - 1), 0) if count else None


def _keep_region():
    # a link or a lesson may have removed the widget before its message came
    if st.session_state.get("region") is not None:
        address.keep("region", st.session_state["region"])
        # Streamlit may deliver the click together with a message of the plane, and then reruns the plane's fragment only
        st.session_state[CHANGED] = True


def sweeps(revision):
    """Draw images along and across one region of the prior, if the prior has regions."""
    prior = loaded.prior(revision)
    if prior is None or not prior.regions:
        return
    kind = "head" if prior.heads is not None else revision.config.prior.name
    st.header("Styles of one head" if kind == "head" else "One region of the prior", anchor=False)
    words = {
        "head": ("head", "Along z₁ of the style, by its percentiles", "Along z₂ of the style, by its percentiles"),
        "mixture": ("petal", "Along the petal, from its inner end outwards", "Across the petal"),
        "swiss-roll": ("part", "Along the roll’s arc, from inside outwards", "Across the roll, half-way to its neighbours"),
        "painted": ("part", "Along the longest path through the part", "Across the part"),
    }  # fmt: skip
    noun, *axes = words[kind]
    names = loaded.regions(revision)
    if kind == "head":
        label = "Head of"
    elif names:
        label = "Region of"
    else:
        label = "Region"
    if not names:
        names = [f"{noun} {k}" for k in range(prior.regions)]
    # on_change: the plane above is drawn before this widget, and needs the new region
    k = choices.choose_numbered("region", names, 0, label=label, on_change=_keep_region)
    for axis, caption in enumerate(axes[: min(2, prior.dim)]):
        st.markdown(f"**{caption}**")
        images = _sweep(revision, k, axis, current_code.content_now(revision))
        alts = [f"{caption}, image {n + 1} of {len(images)}, {names[k]}" for n in range(len(images))]
        drawn_images.image_strip(images, [""] * len(images), alts, 64)


@kept(entries=64)
def _sweep(revision, k, axis, y):
    from aae_core.latent import exploration

    return loaded.drawn(revision, exploration.sweep(loaded.model(revision), loaded.prior(revision), k, axis, SWEPT, y))


def manifold(revision):
    st.header("The prior, decoded", anchor=False)
    image = _sheet(revision, current_code.content_now(revision))
    drawn_images.picture(image, alt="Images decoded from the prior at evenly spaced percentiles", width=560)
    words = {
        "mixture": "One row per component of the mixture, from the inner to the outer end of its petal.",
        "swiss-roll": "Along the roll from its centre outwards, line by line.",
        "painted": "The painted area from left to right and, in each column, from bottom to top; unpainted area is left out.",
    }
    default_caption = "The prior's percentiles from left to right (z₁) and from bottom to top (z₂)."
    caption = words.get(revision.config.prior.name, default_caption)
    if loaded.prior(revision).heads is not None:
        caption = "One row per head, its style at the prior's percentiles from left to right (z₁)."
    if revision.config.latent_dim > 2:
        caption += " All other dimensions stay at their median."
    st.caption(caption)


@kept(entries=32)
def _sheet(revision, y):
    from aae_core.latent import exploration

    prior = loaded.prior(revision)
    rows = prior.regions if revision.config.prior.name == "mixture" or prior.heads is not None else SIDE
    items = exploration.manifold(loaded.model(revision), min(rows, 20), SIDE, y)
    return exploration.tile(loaded.drawn(revision, items.reshape(-1, *items.shape[2:])), SIDE)


@st.fragment
def dimensions(revision, probe):
    """Draw histograms of all dimensions on request only, because the plotting library is large and would delay the plane."""
    widgets.folded("Every dimension of the code", "dimensions", _histograms_and_bars, revision, probe)


def _histograms_and_bars(revision, probe):
    first = current_code.pick_block(probe.z.shape[1], HISTOGRAMS, "histograms")
    alt = "For each dimension, the histogram of the codes, over the density of the prior where there is one"
    widgets.chart(_histograms(revision, probe, first), key="histograms", alt=alt)
    if loaded.prior(revision) is not None:
        st.caption(
            "Bars: the codes. Line: the prior. Each dimension is compared alone: even where all of them agree, codes and prior "
            "can differ, and leave holes."
        )
    if revision.variant.has_content:
        from app.figures import charts

        items = f"{shown_codes.item(revision)}s"
        bars = charts.class_bars(probe.content, loaded.contents(revision), items)
        widgets.chart(bars, key="classes", alt=f"Number of {items} with each content")


@kept(by_codes)
def _histograms(revision, probe, first):
    from aae_core.latent import maps
    from app.figures import charts

    histograms = maps.histograms(probe.z, loaded.prior(revision))
    return charts.histograms(histograms[first : first + HISTOGRAMS], first)
