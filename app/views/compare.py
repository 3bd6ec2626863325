"""Compare: two revisions side by side, with linked planes, the same path and the same metrics."""

import random

import streamlit as st

from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures import revision_list
from app.handout import offer
from app.page_parts import two_planes
from app.page_parts.compared_code import Pair, path_of
from app.ui import choices, current_code, drawn_images, frontier_panel, revision_picker, widgets


def page():
    title, *columns = st.columns([1, 2, 2], gap="small", vertical_alignment="bottom")
    title.title("Compare", anchor=False)
    with columns[0]:
        left = revision_picker.pick("left", "Left", prefer=revision_list.is_plain)
    if left is None:
        return
    with columns[1]:
        is_other_vae = lambda summary: summary.variant == "vae" and summary.id != left  # noqa: E731
        right = revision_picker.pick("right", "Right", prefer=is_other_vae)
    revision_picker.say_missed(left, "left")
    revision_picker.say_missed(right, "right")
    with widgets.guarded():
        pair = [loaded.open_revision(ref) for ref in (left, right)]
        if any(
            revision.status.state in revision_picker.STATES or not revision_picker.decoder_trained(revision)
            for revision in pair
        ):
            for column, revision in zip(st.columns(2, gap="large"), pair, strict=True):
                with column:
                    revision_picker.state_note(revision)
                    revision_picker.decoder_note(revision)
        for revision in {revision.id: revision for revision in pair}.values():
            revision_picker.follow(revision)
        compare(pair)


def compare(pair):
    names = Pair(pair, (None, None)).names
    with widgets.guarded():
        for revision in pair:
            if loaded.probe(revision) is not None:  # a damaged file is reported here once, not by every panel
                loaded.model(revision)
        two_planes.panel(pair)
        with widgets.part("path"):
            path_panel(pair)
    widgets.panel("differing", settings, pair, names)
    widgets.panel("measures", table, pair, names)
    widgets.let_planes_appear()
    widgets.panel("frontier", frontier_panel.beside, pair, names)
    widgets.panel("curves", curves_panel, pair, names)
    widgets.panel("take-home", offer.button, pair)


def path_panel(pair):
    items = {shown_codes.item(revision) for revision in pair}
    item = items.pop() if len(items) == 1 else "item"
    st.header(f"From one {item} to another", anchor=False)
    probes = [loaded.probe(revision) for revision in pair]
    if any(probe is None for probe in probes):
        st.caption("A path needs codes of both revisions; they appear with the first checkpoint.")
        return
    last = min(len(probe.z) for probe in probes) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = choices.choose_number("from", f"From {item}", last, 0, width=150)
        end = choices.choose_number("to", f"To {item}", last, min(1, last), width=150)
        draw = lambda: st.session_state.update({name: random.randint(0, last) for name in ("from", "to")})  # noqa: E731
        st.button(f"Two random {item}s", on_click=draw, icon=":material/casino:")
    for revision, probe in zip(pair, probes, strict=True):
        with widgets.guarded():
            images = path_of(revision, start, end)
            captions = ["" for _ in images]
            alts = [f"Step {i + 1} of {len(images)}" for i in range(len(images))]
            ends = [
                f"{item.capitalize()} {n}: {current_code.class_name(revision, probe.labels[n])}" for n in (start, end)
            ]
            if loaded.has_originals(revision):
                first_picture, other = loaded.pictures(revision, [start, end])
                images = [first_picture, *images, other]
                captions = [ends[0], *captions, ends[1]]
                alts = [ends[0], *alts, ends[1]]
            else:
                captions[0], captions[-1] = ends
            st.markdown(f"**{markdown.literal(revision_picker.name_of(revision))}**")
            drawn_images.image_strip(images, captions, alts, 64)
    caption = f"Each revision decodes the straight line between its own codes of the two {item}s."
    if any(revision.variant.has_content for revision in pair):
        caption += f" A decoder that takes a content keeps that of the first {item}."
    if all(loaded.has_originals(revision) for revision in pair):
        caption += f" The original {item}s are at the ends."
    st.caption(caption)


def settings(pair, names):
    from app.page_parts import difference_tables

    st.header("Settings that differ", anchor=False)
    table_html = difference_tables.settings(
        names, [revision.config for revision in pair], all(revision.data.is_table for revision in pair)
    )
    if not table_html:
        st.caption("Both were trained with the same settings.")
        return
    st.html(table_html)
    st.caption("All settings in which the two differ; “–” where a setting does not apply.")


def table(pair, names):
    from app.page_parts import difference_tables

    st.header("Metrics", anchor=False)
    table_html = difference_tables.metrics(names, pair)
    if not table_html:
        st.caption("Neither revision has metrics yet; they come with the first checkpoint.")
        return
    st.html(table_html)
    for sentence in difference_tables.legend(pair):
        st.caption(sentence)


def curves_panel(pair, names):
    from app.ui import training_watch

    st.header("Curves", anchor=False)
    caption = (
        "Metrics are measured only now and then during training, at the marked points. The values of the first steps may "
        "lie above the range shown."
    )
    training_watch.draw_curves(pair, names, training_watch.TWO, caption)


page()
