"""Compare: two revisions side by side, with linked planes, the same path and the same metrics."""

import random

import streamlit as st

from app.cache import revision_data, revision_snapshot
from app.components import markdown
from app.figures import revision_list
from app.handout import download_button
from app.page_parts import linked_planes
from app.page_parts.pair_state import PairState, decode_path
from app.session import address
from app.ui import choices, current_code, frontier_panel, image_html, revision_picker, widgets

PURPOSE = (
    "Two models side by side: drag on one plane, and both decode that point. **Play** runs through both trainings."
)
TAB_KEY = "compare.tab"  # session key: the title of the open tab


def render_page():
    head = revision_picker.page_head("Compare")
    summaries = revision_data.list_summaries()
    with head:
        preference = revision_list.is_recommended_first_model
        left_id = revision_picker.choose_revision(summaries, "left", "Left", preference, "collapsed")
    if left_id is None:
        return
    with head:
        is_other_vae = lambda summary: summary.variant == "vae" and summary.id != left_id  # noqa: E731
        right_id = revision_picker.choose_revision(summaries, "right", "Right", is_other_vae, "collapsed")
    revision_picker.render_purpose(PURPOSE)
    revision_picker.render_missing_revision_note(summaries, left_id, "left")
    revision_picker.render_missing_revision_note(summaries, right_id, "right")
    with widgets.errors_in_boxes():
        left = revision_snapshot.open_snapshot(left_id)
        right = left if right_id == left_id else revision_snapshot.open_snapshot(right_id)
        pair = [left, right]
        if any(
            revision.status.state in revision_picker.STATE_BADGES or not revision_picker.is_decoder_trained(revision)
            for revision in pair
        ):
            for column, revision in zip(st.columns(2, gap="large"), pair, strict=True):
                with column:
                    revision_picker.render_state_note(revision)
                    revision_picker.render_untrained_decoder_note(revision)
        for revision in {revision.id: revision for revision in pair}.values():
            revision_picker.rerun_on_change(revision)
        render_comparison(pair)


def render_comparison(pair):
    names = PairState(pair, (None, None)).names
    with widgets.errors_in_boxes():
        for revision in pair:
            if revision.codes is not None:
                revision.check_model()  # a damaged file is reported here once, not by every panel
        linked_planes.render_linked_planes(pair)
        render_tabs(pair, names)
    widgets.render_part("take-home", download_button.render_handout_button, pair)


@address.settings_fragment
def render_tabs(pair, names):
    """Draw what is beneath the planes, as tabs of which only the open one is computed; a fragment, so that the planes stay."""
    pair = [revision_picker.renew_in_fragment(revision) for revision in pair]
    renderers_by_title = {
        f"{shared_item_word(pair).capitalize()}s": lambda: widgets.render_part("path", render_path, pair),
        "Settings": lambda: widgets.render_part("differing", render_settings_that_differ, pair, names),
        "Metrics": lambda: render_metrics_tab(pair, names),
        "Curves": lambda: widgets.render_part("curves", render_curves, pair, names),
    }
    tabs = st.tabs(list(renderers_by_title), key=TAB_KEY, on_change="rerun")
    for tab, render in zip(tabs, renderers_by_title.values(), strict=True):
        if tab.open:
            with tab:
                render()


def render_metrics_tab(pair, names):
    widgets.render_part("measures", render_metrics, pair, names)
    widgets.render_part("frontier", frontier_panel.render_pair_in_frontier, pair, names)


def shared_item_word(pair) -> str:
    """What both revisions were trained on, in the singular: "image" or "row"; "item" if they differ in it."""
    words = {revision.item_word for revision in pair}
    return words.pop() if len(words) == 1 else "item"


def render_path(pair):
    item = shared_item_word(pair)
    st.header(f"From one {item} to another", anchor=False)
    probes = [revision.codes for revision in pair]
    if any(probe is None for probe in probes):
        st.caption("A path needs codes of both revisions; they appear with the first checkpoint.")
        return
    last_number = min(len(probe.z) for probe in probes) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = choices.choose_number("from", f"From {item}", last_number, 0, width=150)
        end = choices.choose_number("to", f"To {item}", last_number, min(1, last_number), width=150)

        def choose_random_images():
            st.session_state.update({name: random.randint(0, last_number) for name in ("from", "to")})

        st.button(f"Two random {item}s", on_click=choose_random_images, icon=":material/casino:")
    for revision, probe in zip(pair, probes, strict=True):
        with widgets.errors_in_boxes():
            images = decode_path(revision, start, end)
            captions = ["" for _ in images]
            alts = [f"Step {i + 1} of {len(images)}" for i in range(len(images))]
            ends = [
                f"{item.capitalize()} {n}: {current_code.content_class_name(revision, probe.labels[n])}"
                for n in (start, end)
            ]
            if revision.has_original_images:
                first_picture, last_picture = revision_data.original_or_reconstructed_pictures(revision, [start, end])
                images = [first_picture, *images, last_picture]
                captions = [ends[0], *captions, ends[1]]
                alts = [ends[0], *alts, ends[1]]
            else:
                captions[0], captions[-1] = ends
            st.markdown(f"**{markdown.escape(revision_list.revision_name(revision))}**")
            image_html.render_image_strip(images, captions, alts, 64)
    caption = f"Each revision decodes the straight line between its own codes of the two {item}s."
    if any(revision.variant.has_content for revision in pair):
        caption += f" A decoder that takes a content keeps that of the first {item}."
    if all(revision.has_original_images for revision in pair):
        caption += f" The original {item}s are at the ends."
    st.caption(caption)


def render_settings_that_differ(pair, names):
    from app.page_parts import difference_tables

    st.header("Settings that differ", anchor=False)
    table_html = difference_tables.settings_table_html(
        names, [revision.config for revision in pair], all(revision.data.is_table for revision in pair)
    )
    if not table_html:
        st.caption("Both were trained with the same settings.")
        return
    st.html(table_html)
    st.caption("All settings in which the two differ; “–” where a setting does not apply.")


def render_metrics(pair, names):
    from app.page_parts import difference_tables

    table_html = difference_tables.metrics_table_html(names, pair)
    if not table_html:
        st.caption("Neither revision has metrics yet; they come with the first checkpoint.")
        return
    st.html(table_html)
    for sentence in difference_tables.metrics_legend(pair):
        st.caption(sentence)


def render_curves(pair, names):
    from app.ui import training_watch

    caption = (
        "Metrics are measured only now and then during training, at the marked points. The values of the first steps may "
        "lie above the range shown."
    )
    training_watch.render_curves(pair, names, training_watch.PAIR_COLOURS, caption)


render_page()
