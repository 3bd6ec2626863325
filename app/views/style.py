"""Style and content: of a decoder that is told the class, what the code still holds, and what the class changes."""

import numpy as np
import streamlit as st

from aae_core.variants import VARIANTS
from app import codes, state, widgets

ROWS, MOST_ROWS = 6, 12
SIZE = 56  # pixels of an image in the table


def page():
    with widgets.heading("Style and content"):
        chosen = widgets.pick_revision(prefer=lambda s: s.variant in VARIANTS and VARIANTS[s.variant].has_content)
    if chosen is not None:
        with widgets.guarded():
            revision = state.open_revision(chosen)
            widgets.state_note(revision)
            widgets.follow(revision)
            show(revision)
    widgets.say_ignored()


def show(revision):
    if not state.has_content(revision):
        explain(revision)
        return
    probe = state.probe(revision)
    if probe is None:
        st.info("There are no codes yet; styles appear with the first checkpoint.", icon=":material/info:")
        return
    with widgets.guarded():
        rows_panel(revision, probe)
    left, right = st.columns(2, gap="large")
    with left, widgets.guarded():
        swap_panel(revision, probe)
    with right, widgets.guarded():
        style_panel(revision, probe.z)
    with widgets.guarded():
        agreement_panel(revision)


def explain(revision):
    """What a revision without a content part lacks, and where there is one that has it."""
    st.markdown(
        f"**{widgets.literal(VARIANTS[revision.config.variant].title)}** keeps all it knows of an image in one code: which "
        "class it shows and how it is drawn are mixed there, so nothing can be swapped. A *supervised* adversarial "
        "autoencoder is told the class when it decodes; its code is left with the style alone, and the same style can be "
        "given to every class."
    )
    others = [
        s
        for s in state.summaries()
        if s.variant in VARIANTS and VARIANTS[s.variant].has_content and s.state != "failed"
    ]
    if others:
        best = sorted(others, key=lambda s: not s.gallery)[0]
        name = widgets.literal(widgets.title(best))
        st.button(f"Open {name}", type="primary", icon=":material/style:", on_click=open_other, args=(best.id,))
    else:
        st.page_link("views/train.py", label="Train a supervised one", icon=":material/model_training:")


def open_other(id_):
    st.session_state["revision"] = id_
    state.keep("revision", id_)


# Rows of styles, columns of classes -------------------------------------------------------------------------------------


def rows_panel(revision, probe):
    st.subheader("One style a row, one class a column", anchor=False)
    numbers = pick_rows(len(probe.z))
    names = list(revision.data.classes)
    images = grid_of(revision.id, revision.version, tuple(numbers), revision)
    sources = source_images(revision, numbers)
    rows = [
        (f"image {n} ({codes.class_name(revision, probe.labels[n])})", source, list(row))
        for n, source, row in zip(numbers, sources, images, strict=True)
    ]
    widgets.image_table(names, rows, "One style a row, one class a column", SIZE)
    st.caption(
        "Along a row the style stays and the class changes; down a column the class stays and the style changes."
    )
    if state.originals(revision) is None:
        st.caption(widgets.missing(revision))


def pick_rows(count):
    """The numbers of the images that lend their styles, as typed, drawn at random, or in the link."""
    default = ", ".join(str(n) for n in draw_rows(count, 0))
    if "images" not in st.session_state or state.is_news("images"):
        st.session_state["images"] = state.recall(
            "images", lambda text: text if read_rows(text, count) else None, default
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Images that lend their style", key="images", width=320, help=f"Numbers from 0 to {count - 1}."
        )
        st.button("Others at random", on_click=other_rows, args=(count,), icon=":material/casino:")
    numbers = read_rows(text, count)
    if not numbers:
        widgets.error_box(f"Give one to {MOST_ROWS} numbers from 0 to {count - 1}, with commas between them.")
        return read_rows(default, count)
    state.keep("images", text)
    return numbers


def read_rows(text, count):
    parts = [part.strip() for part in text.split(",") if part.strip()]
    fits = 0 < len(parts) <= MOST_ROWS and all(p.isdecimal() and len(p) < 10 and int(p) < count for p in parts)
    return [int(p) for p in parts] if fits else None


def draw_rows(count, seed=None):
    return np.random.default_rng(seed).choice(count, min(ROWS, count), replace=False).tolist()


def other_rows(count):
    st.session_state["images"] = ", ".join(str(n) for n in draw_rows(count))


@st.cache_resource(max_entries=32, show_spinner=False)
def grid_of(id_, version, numbers, _revision):
    from aae_core import exploration

    styles = state.probe(_revision).z[list(numbers)]
    return exploration.swap_grid(state.model(_revision), styles, np.arange(len(_revision.data.classes)))


def source_images(revision, numbers):
    """The images whose styles are taken; their reconstructions where the data set is absent."""
    found = state.originals(revision, numbers)
    return state.reconstructions(revision)[numbers] if found is None else found


# Swap and sliders -------------------------------------------------------------------------------------------------------


def swap_panel(revision, probe):
    st.subheader("Swap two images", anchor=False)
    last = len(probe.z) - 1
    a_default, b_default = two_classes(probe.labels)
    with st.container(horizontal=True):
        a = widgets.choose_number("a", "Image A", last, a_default, width=150)
        b = widgets.choose_number("b", "Image B", last, b_default, width=150)
    if min(probe.labels[a], probe.labels[b]) < 0:
        widgets.error_box("An image without a class has no content to give; choose another number.")
        return
    pair = [a, b]
    images = swap_of(revision.id, revision.version, a, b, revision)
    names = [codes.class_name(revision, probe.labels[n]) for n in pair]
    sources = source_images(revision, pair)
    heads = [f"content of A ({names[0]})", f"content of B ({names[1]})"]
    rows = [(f"style of {which}", source, list(row)) for which, source, row in zip("AB", sources, images, strict=True)]
    widgets.image_table(heads, rows, "Style and content swapped", 96)


def two_classes(labels):
    """The first image, and the first of another class."""
    other = np.flatnonzero(labels != labels[0])
    return 0, int(other[0]) if len(other) else 0


@st.cache_resource(max_entries=64, show_spinner=False)
def swap_of(id_, version, a, b, _revision):
    from aae_core import exploration

    probe = state.probe(_revision)
    return exploration.swap_grid(state.model(_revision), probe.z[[a, b]], probe.labels[[a, b]])


@st.fragment
def style_panel(revision, points):
    """Sliders over the style; each class is drawn in it."""
    from aae_core import exploration

    st.subheader("Choose a style", anchor=False)
    with widgets.guarded():
        z = codes.code_now(revision)
        names = list(revision.data.classes)
        images = exploration.swap_grid(state.model(revision), z[None], np.arange(len(names)))[0]
        widgets.image_strip(images, names, [f"{name} in the chosen style" for name in names], 46)
        st.button("Random from the prior", on_click=codes.random_code, args=(revision,), icon=":material/casino:")
        codes.code_sliders(revision, points)


# A number ---------------------------------------------------------------------------------------------------------------


def agreement_panel(revision):
    st.subheader("Does the class arrive?", anchor=False)
    found = shipped_agreement(revision) or st.session_state.get(f"agreement:{revision.id}:{revision.version}")
    if found is None and data_is_here(revision):
        told = "Teaches a classifier on the real images; takes some seconds."
        if not st.button("Measure", icon=":material/play_arrow:", help=told):
            st.caption(
                "An independent classifier, taught on real images only, can be asked which class it sees in swapped ones."
            )
            return
        found = agreement_of(revision.id, revision.version, revision)
        st.session_state[f"agreement:{revision.id}:{revision.version}"] = found
    if found is None:
        st.caption(f"This needs the images of {widgets.literal(revision.data.title)}. " + widgets.missing(revision))
        return
    left, right = st.columns([1, 3], vertical_alignment="center")
    left.metric("Agreement", f"{found['agreement']:.1%}")
    words = "of the swapped images show the intended class to an independent classifier, which was taught on real images only."
    if found.get("classifier_accuracy"):
        words += f" Of real test images it gets {found['classifier_accuracy']:.1%} right: no swap can be expected to do better."
    right.markdown(words)


def shipped_agreement(revision):
    """The number as the training left it among its measures, in whichever form."""
    found = revision.measures.get("swap_agreement")
    return {"agreement": found} if isinstance(found, float) else found


def data_is_here(revision):
    from aae_core import data
    from aae_core.errors import DataError

    try:
        return data.describe(revision.data.name).available
    except DataError:
        return False


@st.cache_data(max_entries=32, show_spinner="Teaching a classifier, then asking it …", show_time=True)
def agreement_of(id_, version, _revision):
    from aae_core import data, evaluation

    return evaluation.swap_agreement(state.model(_revision), data.load(_revision.data.name))


page()
