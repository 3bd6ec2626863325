"""Compare: two revisions side by side, with linked planes, the same path and the same metrics."""

from dataclasses import replace

import numpy as np
import streamlit as st

from app.cache import loaded, shown_codes
from app.cache.kept import kept
from app.components import markdown
from app.figures import paired_planes, palette, plane_views
from app.server import messages, time_machine
from app.session import address, common_moment
from app.ui import current_code, widgets

STEPS = 10  # images of an interpolation
GROUP = "compare"  # of the two planes
SIDES = ("left", "right")
KEYS = ("plane.left", "plane.right")  # of the planes
CHOSEN = "compare.chosen"  # session key: the code that was chosen on a plane, as `choose` keeps it
PICKED = "chosen"  # the same in the link: its number and the side of the plane, "12~0"
# The time axis stays visible below the planes if there is room for both; what has the focus is scrolled out from beneath it.
AXIS = """<style>@media (min-height: 45rem) {
  [data-testid=stMain] { scroll-padding-bottom: 12rem; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-moments) {
    position: sticky; bottom: calc(-1 * var(--moments-below, 0px)); z-index: 5;
  }
}</style>"""
# Two planes side by side if both have room, otherwise one below the other. The space that they and their axis will take is
# reserved, so that what stands below does not move.
ROOM = """<style>
.st-key-planes [data-testid='stColumn'] { min-width: min(100%, 24rem); }
.st-key-planes:has([data-testid^=stBidi]) { min-height: max(41rem, min(100vh - 7.5rem, 31vw + 24rem)); }
.st-key-moments { min-height: 17rem; }
@media (max-width: 48rem) { .st-key-planes:has([data-testid^=stBidi]) { min-height: calc(2 * (100vw + 32rem)); } }
</style>"""


def page():
    title, *places = st.columns([1, 2, 2], gap="small", vertical_alignment="bottom")
    title.title("Compare", anchor=False)
    with places[0]:
        left = widgets.pick_revision("left", "Left", prefer=widgets.is_plain)
    if left is None:
        return
    with places[1]:
        right = widgets.pick_revision("right", "Right", prefer=lambda s: s.variant == "vae" and s.id != left)
    with widgets.guarded():
        pair = [loaded.open_revision(ref) for ref in (left, right)]
        if any(revision.status.state in widgets.STATES or not widgets.draws(revision) for revision in pair):
            for place, revision in zip(st.columns(2, gap="large"), pair, strict=True):
                with place:
                    widgets.state_note(revision)
                    widgets.decoder_note(revision)
        for revision in {revision.id: revision for revision in pair}.values():
            widgets.follow(revision)
        compare(pair)


def compare(pair):
    with widgets.guarded():
        for revision in pair:
            loaded.probe(revision)  # a damaged file is reported here once, not by every panel
        planes(pair)
        with widgets.part("path"):
            path_panel(pair)
    with widgets.part("differing"), widgets.guarded():
        settings(pair)
    with widgets.part("measures"), widgets.guarded():
        table(pair)
    with widgets.part("curves"), widgets.guarded():
        curves_panel(pair)


# The planes -------------------------------------------------------------------------------------------------------------


@st.fragment
def planes(pair):
    """Everything that follows z; a fragment, so that a plane's messages rerun only this part."""
    with widgets.guarded():
        above, below = st.container(), st.container()
        with below:
            how = current_code.pick_drawn(pair, lambda: let_go_of(pair))
        seen = [seen_of(shown_codes.drawn(revision, how)) for revision in pair]
        both = all(one is not None for one in seen)
        shared = paired_planes.shares(*seen) if both else ()
        with above:
            pick_contents(pair)
            st.html(ROOM)
            with st.container(key="planes"):
                for side, column in enumerate(st.columns(2, gap="medium")):
                    with column, widgets.guarded():
                        plane_panel(seen, side, shared, pair)
            with widgets.guarded():
                time_panel(seen, pair)
        with below:
            told = [paired_planes.codes_said(names_of(pair), seen), *([paired_planes.said(shared)] if both else [])]
            st.caption(markdown.literal(" ".join(filter(None, told))))
            if both:
                with widgets.part("plain"):
                    plain_panel(seen, shared)


def name_of_y(pair, side):
    """The name of a side's content in links and session: one for both, unless their contents differ."""
    told = [loaded.contents(revision) if revision is not None else () for revision in pair]
    return "yr" if side == 1 and all(told) and told[0] != told[1] else "y"


def pick_contents(pair):
    """Let the user choose the decoders' contents, if they take any: once for both if they are the same."""
    names = {}
    for side, revision in enumerate(pair):
        if loaded.has_content(revision):
            names.setdefault(name_of_y(pair, side), (side, revision))
    for name, (side, revision) in names.items():
        current_code.pick_content(revision, name, "Content y" + (f" of {SIDES[side]}" if len(names) > 1 else ""))


def seen_of(revision):
    """A revision's codes on their plane; None before it has any."""
    probe, view = loaded.probe(revision), plane_views.usual(revision)
    if probe is None:
        return None
    return paired_planes.Seen(revision, probe, plane_views.plane_of(revision, probe, *view), *view)


def plane_panel(seen, side, shared, pair):
    from app.ui.latent_canvas import Link, Scene, latent_canvas, layers_now

    one = seen[side]
    if one is None:
        st.info("There are no codes yet; the plane appears with the first checkpoint.", icon=":material/info:")
        return
    plane = one.plane
    if "view" in shared:
        plane = replace(plane, frame=paired_planes.common_frame([each.plane.frame for each in seen]))
    scene = Scene(
        revision=one.revision, probe=one.probe, plane=plane, through=one.through, dimensions=one.dimensions,
        code=code_of(seen, side, shared), content=current_code.content_now(one.revision, name_of_y(pair, side)),
        picked=chosen_of(seen, side, shared),
        layers=layers_now(one.revision, one.through), tools=("inspect",),
        link=Link(GROUP, side, names_of(pair)[side], shared), history=True, called={"picked": PICKED},
    )  # fmt: skip
    latent_canvas(scene, KEYS[side], lambda kind, value: act(seen, side, shared, kind, value))


def time_panel(seen, pair):
    """One time axis for both planes if either has a history; otherwise a note that there is none."""
    from app.components.time_axis import time_axis

    there = [one is not None and time_machine.leads_back(time_machine.plan(one.revision, one.probe)) for one in seen]
    moment = common_moment.chosen(pair)
    if not any(there):
        st.caption(" ".join([common_moment.NEITHER, *map(markdown.literal, common_moment.troubles(pair))]))
        return
    st.html(AXIS)
    with st.container(key="moments"):
        here = [revision if one is None else one.revision for revision, one in zip(pair, seen, strict=True)]
        silent, remarks = (
            common_moment.silent(here, names_of(pair), there),
            common_moment.remarks(pair) if all(there) else [],
        )
        time_axis(GROUP, moment, {"silent": silent, "remarks": remarks}, "moment.axis", common_moment.choose)


def act(seen, side, shared, kind, value):
    """Handle a message of one plane; the other has already followed in the page."""
    from app.ui.latent_canvas import keep_layers, told, usual_layers

    if kind == "frame":  # the planes have a common time axis, not one each
        raise messages.MessageError("The plane sent a moment of its own, which was refused.")
    if kind == "code":
        let_go(seen)
        address.keep_code(name_of_z(side, shared), value)
    elif kind == "layers":
        keep_layers(value, *(usual_layers(one.revision, one.through) for one in seen if one is not None))
    elif value is None:  # z stays where it is on that plane
        z = code_of(seen, side, shared)
        let_go(seen)
        address.keep_code(name_of_z(side, shared), z)
        told(GROUP if "z" in shared else KEYS[side], z.tolist())
    else:
        choose(seen, side, shared, value)


def choose(seen, side, shared, number):
    """Choose a code on a plane: if both show the same images, each shows its own code of that image."""
    sides = (0, 1) if "images" in shared else (side,)
    for each in sides if "z" not in shared else (side,):
        address.keep_code(name_of_z(each, shared), seen[each].probe.z[number])
    at = current_code.code_now(seen[side].revision, name_of_z(side, shared))
    st.session_state[CHOSEN] = {"number": number, "by": side, "sides": sides, "at": at, "of": _ids(seen)}
    address.keep_own(PICKED, tuple(_ids(seen)), f"{number}~{side}")
    told = {}
    for each, one in enumerate(seen):
        if one is not None and loaded.has_content(one.revision) and (each == side or "images" in shared):
            told.setdefault(name_of_y(_revisions(seen), each), (one.revision, int(one.probe.content[number])))
    for name, (revision, content) in told.items():
        if content >= 0:
            current_code.set_content(revision, content, name)


def let_go(seen):
    """Clear the chosen code."""
    let_go_of(_revisions(seen))


def let_go_of(pair):
    st.session_state.pop(CHOSEN, None)
    address.keep_own(PICKED, tuple(revision and revision.id for revision in pair), None)


def chosen_of(seen, side, shared):
    """The number of the code chosen on a plane, or None; a change of z clears the choice."""
    chosen = chosen_now(seen, shared)
    if chosen is None or side not in chosen["sides"] or chosen["number"] >= len(seen[side].probe.z):
        return None
    now = current_code.code_now(seen[chosen["by"]].revision, name_of_z(chosen["by"], shared))
    if not np.array_equal(now, chosen["at"]):
        let_go(seen)
        return None
    return chosen["number"]


def chosen_now(seen, shared):
    """The choice on these two planes, as stored by `choose`, or the link's if z is the code of that image; else None."""
    text = address.own(PICKED, tuple(_ids(seen)), lambda text: read_chosen(text, seen))
    held = st.session_state.get(CHOSEN)
    if text is None:
        return None
    number, by = read_chosen(text, seen)
    if held and (held["number"], held["by"], held["of"]) == (number, by, _ids(seen)):
        return held
    at = current_code.code_now(seen[by].revision, name_of_z(by, shared))
    if not np.allclose(at, seen[by].probe.z[number], rtol=1e-3, atol=1e-3):
        let_go(seen)
        return None
    sides = (0, 1) if "images" in shared else (by,)
    st.session_state[CHOSEN] = {"number": number, "by": by, "sides": sides, "at": at, "of": _ids(seen)}
    return st.session_state[CHOSEN]


def read_chosen(text, seen):
    """The number of a code and the side of its plane, as in "12~0"; None if it is invalid."""
    number, _, side = text.partition("~")
    one = seen[int(side)] if side in ("0", "1") else None
    found = one and address.read_number(0, len(one.probe.z) - 1)(number)
    return None if found is None else (found, int(side))


def _revisions(seen):
    return [one and one.revision for one in seen]


def _ids(seen):
    return [revision and revision.id for revision in _revisions(seen)]


def code_of(seen, side, shared):
    """z on a plane: its own code of the chosen image, else the common z, or its own if the sizes differ."""
    chosen = chosen_of(seen, side, shared)
    if chosen is not None:
        return seen[side].probe.z[chosen].astype(float)
    return current_code.code_now(seen[0 if "z" in shared else side].revision, name_of_z(side, shared))


def name_of_z(side, shared):
    """The name of a plane's z in links and session: that of all pages, except for a right plane with codes of another size."""
    return "z" if side == 0 or "z" in shared else "zr"


def names_of(pair):
    names = [widgets.name_of(revision) for revision in pair]
    if names[0] == names[1]:
        names = [f"{name} ({side})" for name, side in zip(names, SIDES, strict=True)]
    return tuple(names)


def plain_panel(seen, shared):
    """The planes' functions without them: both images, decoded by the server, and sliders over z."""
    names = names_of([one.revision for one in seen])
    for side in range(1 if "z" in shared else 2):
        title = "Random from the prior" + ("" if "z" in shared else f" of {SIDES[side]}")
        name, revision = name_of_z(side, shared), seen[side].revision
        if loaded.prior(revision) is not None:
            st.button(title, on_click=current_code.random_code, args=(revision, name), icon=":material/casino:")
    widgets.folded(
        "Plain controls: sliders and images without the planes", "plain", plain_controls, seen, shared, names
    )


def plain_controls(seen, shared, names):
    for side, column in enumerate(st.columns(2, gap="large")):
        one = seen[side]
        with column, widgets.guarded():
            y = current_code.content_now(one.revision, name_of_y(_revisions(seen), side))
            image = current_code.decoded(one.revision, code_of(seen, side, shared), y)
            widgets.picture(image, f"The current code decoded by {names[side]}", 224, names[side])
            if side == 0 or "z" not in shared:
                current_code.code_sliders(one.revision, one.probe.z, name_of_z(side, shared))


# A path through both ----------------------------------------------------------------------------------------------------


def path_panel(pair):
    st.header("From one image to another", anchor=False)
    probes = [loaded.probe(revision) for revision in pair]
    if any(probe is None for probe in probes):
        st.caption("A path needs codes of both revisions; they appear with the first checkpoint.")
        return
    last = min(len(probe.z) for probe in probes) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = widgets.choose_number("from", "From image", last, 0, width=150)
        end = widgets.choose_number("to", "To image", last, min(1, last), width=150)
        st.button("Two random images", on_click=random_ends, args=(last,), icon=":material/casino:")
    for revision, probe in zip(pair, probes, strict=True):
        with widgets.guarded():
            images = path_of(revision, start, end)
            captions, alts = [""] * STEPS, [f"Step {i + 1} of {STEPS}" for i in range(STEPS)]
            ends = [f"Image {n}: {current_code.class_name(revision, probe.labels[n])}" for n in (start, end)]
            if loaded.has_originals(revision):
                one, other = loaded.originals(revision, [start, end])
                images, captions, alts = [one, *images, other], [ends[0], *captions, ends[1]], [ends[0], *alts, ends[1]]
            else:
                captions[0], captions[-1] = ends
            st.markdown(f"**{markdown.literal(widgets.name_of(revision))}**")
            widgets.image_strip(images, captions, alts, 64)
    at_ends = " The two images themselves stand at the ends." if all(map(loaded.has_originals, pair)) else ""
    st.caption(f"Each revision decodes the straight line between its own codes of the two images.{at_ends}")


def random_ends(last):
    for name, number in zip(("from", "to"), np.random.default_rng().integers(last + 1, size=2), strict=True):
        st.session_state[name] = int(number)


@kept(entries=64)
def path_of(revision, start, end):
    """The images of the path, all with the content of the first image if the decoder takes one."""
    from aae_core.latent import exploration

    probe = loaded.probe(revision)
    content = max(0, int(probe.content[start])) if loaded.has_content(revision) else None
    path = exploration.interpolate(probe.z[start], probe.z[end], STEPS)
    return exploration.decode_images(loaded.model(revision), path, content)


# What they differ in ----------------------------------------------------------------------------------------------------


def settings(pair):
    from app.ui import difference_tables

    st.header("Settings that differ", anchor=False)
    found = difference_tables.settings(names_of(pair), [revision.config for revision in pair])
    if not found:
        st.caption("Both were trained with the same settings.")
        return
    st.html(found)
    st.caption("All settings in which the two differ; “–” where a setting does not apply.")


# Metrics ----------------------------------------------------------------------------------------------------------------


def table(pair):
    from aae_core.evaluation import comparison
    from app.ui import difference_tables

    st.header("Metrics", anchor=False)
    moments = [
        {} if loaded.prior(revision) is None else moments_of(revision.config.prior, revision.config.latent_dim)
        for revision in pair
    ]
    found = comparison.differences(
        *(revision.measures for revision in pair), moments, min(revision.data.test for revision in pair)
    )
    if not found:
        st.caption("Neither revision has metrics yet; they come with the first checkpoint.")
        return
    st.html(difference_tables.table(names_of(pair), found, all(moments)))
    st.caption(
        "The difference is right minus left. Seed noise is the standard deviation of one value over trainings that differ only "
        "in their seed, measured with three seeds on MNIST; it is larger where there are fewer test images. “Better” names the "
        f"revision with the better value where the difference exceeds {comparison.BEYOND} standard deviations of a difference "
        "that is due to seeds alone (√2 times the noise). Otherwise, and where the noise was not measured, it stays empty. The "
        "distances to the prior use one draw of q(z|x) for each image."
    )
    if pair[0].data.name != pair[1].data.name:
        st.caption(
            "The two were trained on different data, so their errors and accuracies cannot be compared directly."
        )


@st.cache_resource(max_entries=12, show_spinner=False)
def moments_of(prior_config, dim):
    from aae_core.evaluation import comparison
    from aae_core.models.priors import families

    return comparison.prior_moments(families.make(prior_config, dim))


# Curves -----------------------------------------------------------------------------------------------------------------


def curves_panel(pair):
    from app.ui import training_watch

    st.header("Curves", anchor=False)
    told = (
        "Metrics are measured only now and then during a training, each time at a marked point. The values of the first "
        "steps may lie above the axis."
    )
    training_watch.draw_curves(pair, names_of(pair), (palette.COLOURS[0], palette.COLOURS[2]), told)


page()
