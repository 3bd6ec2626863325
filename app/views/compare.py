"""Compare: two revisions side by side, on the same axes, at the same place, along the same path."""

import numpy as np
import streamlit as st

from app import codes, state, widgets, words

STEPS = 10  # images of an interpolation


def page():
    st.title("Compare", anchor=False)
    columns = st.columns(2, gap="large")
    with columns[0]:
        left = widgets.pick_revision("left", "Left", prefer=widgets.is_plain)
    if left is None:
        return
    with columns[1]:
        right = widgets.pick_revision("right", "Right", prefer=lambda s: s.variant == "vae" and s.id != left)
    with widgets.guarded():
        pair = [state.open_revision(ref) for ref in (left, right)]
        for column, revision in zip(columns, pair, strict=True):
            with column:
                widgets.state_note(revision)
        for revision in {revision.id: revision for revision in pair}.values():
            widgets.follow(revision)
        compare(pair)
    widgets.say_ignored()


def compare(pair):
    with widgets.guarded():  # one for all three: a damaged file is told once
        maps(pair)
        same_place(pair)
        path_panel(pair)
    with widgets.guarded():
        table(pair)


# Maps -------------------------------------------------------------------------------------------------------------------


def maps(pair):
    from app import charts

    probes = [state.probe(revision) for revision in pair]
    planes = [plane_of(revision, probe) for revision, probe in zip(pair, probes, strict=True)]
    known = [plane.frame for plane in planes if plane is not None]
    for side, column in enumerate(st.columns(2, gap="large")):
        revision, plane = pair[side], planes[side]
        with column, widgets.guarded():
            if plane is None:
                st.info("There are no codes yet; the map appears with the first checkpoint.", icon=":material/info:")
                continue
            frame = common_frame(known) if len({f.axes for f in known}) == 1 else plane.frame
            figure = charts.latent_map(
                frame, plane.points, probes[side].labels, revision.data.classes, samples=plane.samples,
                names=not state.has_content(revision),
            )  # fmt: skip
            figure.update_layout(height=460, showlegend=False)
            st.plotly_chart(
                figure, key=f"map.{side}", config={"displayModeBar": False},
                alt=f"Map of the codes of {widgets.name_of(revision)} over samples of its prior",
            )  # fmt: skip
    if all(probe is not None for probe in probes):
        st.caption(caption(pair, probes, known))


def plane_of(revision, probe):
    from app import plane

    if probe is None:
        return None
    draws = state.prior_draws(revision.config.prior, revision.config.latent_dim)
    if revision.config.latent_dim > 2:
        return plane.principal(probe.z, draws, state.principal(revision))
    return plane.pair(probe.z, draws, state.prior(revision.config), 0, min(1, probe.z.shape[1] - 1))


def common_frame(frames):
    """The smallest frame around the first one's centre that holds both."""
    from app.charts import Frame

    centre = frames[0].centre
    half = max(f.half + max(abs(a - b) for a, b in zip(centre, f.centre, strict=True)) for f in frames)
    return Frame(centre, half, frames[0].axes)


def caption(pair, probes, frames):
    same = pair[0].data.name == pair[1].data.name and np.array_equal(probes[0].index, probes[1].index)
    axes = "Both maps have the same axes" if len({f.axes for f in frames}) == 1 else "Each map has its own axes"
    images = "show the same test images" if same else "show the test images of different data sets"
    return (
        f"{axes} and {images}; grey points are samples of the prior. Where grey shows through, the codes leave a hole."
    )


# The same z in both -----------------------------------------------------------------------------------------------------


@st.fragment
def same_place(pair):
    st.subheader("The same place, decoded by both", anchor=False)
    if pair[0].config.latent_dim != pair[1].config.latent_dim:
        st.caption("These two have codes of different sizes, so they have no place in common.")
        return
    probes = [state.probe(revision) for revision in pair]
    if any(probe is None for probe in probes):
        st.caption("Decoding needs the networks of both revisions; they appear with the first checkpoint.")
        return
    with widgets.guarded():
        z = codes.code_now(pair[0])
        controls, *pictures = st.columns([2, 1, 1], gap="large", vertical_alignment="center")
        told = [revision for revision in pair if state.has_content(revision)]
        if told:
            with controls:
                codes.pick_content(told[0])
        for revision, column in zip(pair, pictures, strict=True):
            with column, widgets.guarded():
                image = codes.decoded(revision, z, codes.content_now(revision))
                widgets.picture(
                    image, f"The current code decoded by {widgets.name_of(revision)}", 224, widgets.name_of(revision)
                )
        with controls:
            st.button("Random from the prior", on_click=codes.random_code, args=(pair[0],), icon=":material/casino:")
            codes.code_sliders(pair[0], probes[0].z)


# A path through both ----------------------------------------------------------------------------------------------------


def path_panel(pair):
    st.subheader("From one image to another", anchor=False)
    probes = [state.probe(revision) for revision in pair]
    if any(probe is None for probe in probes):
        st.caption("A path needs codes of both revisions; they appear with the first checkpoint.")
        return
    last = min(len(probe.z) for probe in probes) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = widgets.choose_number("from", "From image", last, 0, width=150)
        end = widgets.choose_number("to", "To image", last, min(1, last), width=150)
        st.button("Two at random", on_click=random_ends, args=(last,), icon=":material/casino:")
    for revision, probe in zip(pair, probes, strict=True):
        with widgets.guarded():
            images = path_of(revision.id, revision.version, start, end, revision)
            heads = [codes.class_name(revision, probe.labels[n]) for n in (start, end)]
            captions = [heads[0], *[""] * (STEPS - 2), heads[1]]
            st.markdown(f"**{widgets.literal(widgets.name_of(revision))}**")
            widgets.image_strip(images, captions, [f"Step {i + 1} of {STEPS}" for i in range(STEPS)], 72)
    st.caption("Each revision decodes the straight line between its own codes of the two images.")


def random_ends(last):
    for name, number in zip(("from", "to"), np.random.default_rng().integers(last + 1, size=2), strict=True):
        st.session_state[name] = int(number)


@st.cache_resource(max_entries=64, show_spinner=False)
def path_of(id_, version, start, end, _revision):
    """The images on the way; where the decoder takes content, that of the first image stays."""
    from aae_core import exploration

    probe = state.probe(_revision)
    label = max(0, int(probe.labels[start])) if state.has_content(_revision) else None
    return exploration.decode_images(
        state.model(_revision), exploration.interpolate(probe.z[start], probe.z[end], STEPS), label
    )


# Measures ---------------------------------------------------------------------------------------------------------------


def table(pair):
    from aae_core.evaluation import MEASURES

    st.subheader("Measures", anchor=False)
    found = [revision.measures for revision in pair]
    keys = [key for key in MEASURES if any(key in measures for measures in found)]
    if not keys:
        st.caption("Neither revision has measures yet; they come with the first checkpoint.")
        return
    names = [widgets.literal(widgets.name_of(revision)) for revision in pair]
    if names[0] == names[1]:
        names = [f"{name} ({side})" for name, side in zip(names, ("left", "right"), strict=True)]
    rows = {"Measure": [f"**{MEASURES[key].title}**" for key in keys]}
    for name, measures in zip(names, found, strict=True):
        rows[name] = [words.measure(measures.get(key)) for key in keys]
    rows["How to read it"] = [MEASURES[key].reading for key in keys]
    st.table(rows, border="horizontal", hide_index=True, alt="Measures of both revisions")


page()
