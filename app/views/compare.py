"""Compare: two revisions side by side, with linked planes, the same path and the same metrics."""

import random
from functools import partial

import streamlit as st

from aae_core.wording import join_sentences
from app.cache import revision_data, revision_snapshot, text_columns
from app.components import markdown
from app.figures import revision_list
from app.handout import download_button
from app.page_parts.compare import linked_planes
from app.page_parts.compare.pair_state import PairState, decode_path
from app.session import address
from app.translation.texts import mark, translate
from app.ui import choices, current_code, frontier_panel, image_html, revision_picker, widgets

PURPOSE = mark(
    "Two models side by side: drag on one plane, and both decode that point. **Play** runs through both trainings."
)
TAB_KEY = "compare.tab"  # session key: the title of the open tab


def render_page():
    head = revision_picker.page_head(translate("Compare"))
    summaries = revision_data.list_summaries()
    with head:
        preference = revision_list.is_recommended_first_model
        left_id = revision_picker.choose_revision(summaries, "left", mark("Left"), preference, "collapsed")
    if left_id is None:
        return
    with head:
        is_other_vae = lambda summary: summary.variant == "vae" and summary.id != left_id  # noqa: E731
        right_id = revision_picker.choose_revision(summaries, "right", mark("Right"), is_other_vae, "collapsed")
    revision_picker.render_purpose(translate(PURPOSE))
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
        words_for_pair(pair, translate("Images"), translate("Items")): lambda: widgets.render_part(
            "path", render_path, pair
        ),
        translate("Settings"): lambda: widgets.render_part("differing", render_settings_that_differ, pair, names),
        translate("Metrics"): lambda: render_metrics_tab(pair, names),
        translate("Curves"): lambda: widgets.render_part("curves", render_curves, pair, names),
    }
    tabs = st.tabs(list(renderers_by_title), key=TAB_KEY, on_change="rerun")
    for tab, render in zip(tabs, renderers_by_title.values(), strict=True):
        if tab.open:
            with tab:
                render()


def render_metrics_tab(pair, names):
    widgets.render_part("measures", render_metrics, pair, names)
    widgets.render_part("frontier", frontier_panel.render_pair_in_frontier, pair, names)


def words_for_pair(pair, image_text: str, item_text: str) -> str:
    """A text about what both revisions were trained on. image_text: of images, which speaks of rows beside tables; item_text: of
    items, for revisions that differ in it."""
    kinds = {revision.data.is_table for revision in pair}
    return pair[0].reword_for_items(image_text) if len(kinds) == 1 else item_text


def render_path(pair):
    words = partial(words_for_pair, pair)
    st.header(words(translate("From one image to another"), translate("From one item to another")), anchor=False)
    probes = [revision.codes for revision in pair]
    if any(probe is None for probe in probes):
        st.caption(translate("A path needs codes of both revisions; they appear with the first checkpoint."))
        return
    last_number = min(len(probe.z) for probe in probes) - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        from_label = words(translate("From image"), translate("From item"))
        to_label = words(translate("To image"), translate("To item"))
        start = choices.choose_number("from", from_label, last_number, 0, width=150)
        end = choices.choose_number("to", to_label, last_number, min(1, last_number), width=150)

        def choose_random_images():
            st.session_state.update({name: random.randint(0, last_number) for name in ("from", "to")})

        random_label = words(translate("Two random images"), translate("Two random items"))
        st.button(random_label, on_click=choose_random_images, icon=":material/casino:")
    end_form = words(translate("Image {number}: {class_name}"), translate("Item {number}: {class_name}"))
    for revision, probe in zip(pair, probes, strict=True):
        with widgets.errors_in_boxes():
            images = decode_path(revision, start, end)
            captions = ["" for _ in images]
            alts = [translate("Step {step} of {count}", step=i + 1, count=len(images)) for i in range(len(images))]
            ids = text_columns.ids_of_codes(revision)
            ends = [
                end_form.format(number=n, class_name=current_code.content_class_name(revision, probe.labels[n]))
                for n in (start, end)
            ]
            if ids:
                ends = [f"{end_text} · {ids[n]}" for end_text, n in zip(ends, (start, end), strict=True)]
            if revision.has_original_images:
                first_picture, last_picture = revision_data.original_or_reconstructed_pictures(revision, [start, end])
                images = [first_picture, *images, last_picture]
                captions = [ends[0], *captions, ends[1]]
                alts = [ends[0], *alts, ends[1]]
            else:
                captions[0], captions[-1] = ends
            st.markdown(f"**{markdown.escape(revision_list.revision_name(revision))}**")
            image_html.render_image_strip(images, captions, alts, 64)
    st.caption(join_sentences(*path_sentences(pair)))


def path_sentences(pair):
    """Sentences that explain the path."""
    yield words_for_pair(
        pair,
        translate("Each revision decodes the straight line between its own codes of the two images."),
        translate("Each revision decodes the straight line between its own codes of the two items."),
    )
    if any(revision.variant.has_content for revision in pair):
        yield words_for_pair(
            pair,
            translate("A decoder that takes a content keeps that of the first image."),
            translate("A decoder that takes a content keeps that of the first item."),
        )
    if all(revision.has_original_images for revision in pair):
        image_text = translate("The original images are at the ends.")
        yield words_for_pair(pair, image_text, translate("The original items are at the ends."))


def render_settings_that_differ(pair, names):
    from app.page_parts.compare import difference_tables

    st.header(translate("Settings that differ"), anchor=False)
    table_html = difference_tables.settings_table_html(
        names, [revision.config for revision in pair], all(revision.data.is_table for revision in pair)
    )
    if not table_html:
        st.caption(translate("Both were trained with the same settings."))
        return
    st.html(table_html)
    st.caption(translate("All settings in which the two differ; “–” where a setting does not apply."))


def render_metrics(pair, names):
    from app.page_parts.compare import difference_tables

    table_html = difference_tables.metrics_table_html(names, pair)
    if not table_html:
        st.caption(translate("Neither revision has metrics yet; they come with the first checkpoint."))
        return
    st.html(table_html)
    for sentence in difference_tables.metrics_legend(pair):
        st.caption(sentence)


def render_curves(pair, names):
    from app.ui import training_watch

    caption = translate(
        "Metrics are measured only now and then during training, at the marked points. The values of the first steps may "
        "lie above the range shown."
    )
    training_watch.render_curves(pair, names, training_watch.PAIR_COLOURS, caption)


render_page()
