"""The images of a plane, sorted (for example worst reconstructed first), each beside its reconstruction; one can be chosen."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from aae_core.wording import join_sentences
from app.cache import ranking, revision_data
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import exports, number_text, palette
from app.session import address, controls
from app.translation.texts import mark, translate
from app.ui import choices, current_code, image_html, page_options, revision_picker, widgets
from app.ui.deferred_downloads import render_download_button

TITLE = mark("Sort the images: worst reconstructed, code least likely under the prior, or farthest out first")
UNFOLDED_KEY = "sorted.open"  # session key: whether the part is unfolded
SCORE_NAMES = {
    "error": mark("error ½Σ(x − x̂)²"),
    "log_p": mark("log p(z) in nats"),
    "far": mark("distance to the nearest of many samples"),
}
ALL_CLASSES = mark("any")  # the option for all classes
MAX_SMALL_SIDE = 32  # pixels per side: larger images are drawn larger and smoothed
THUMBNAIL_SIDE = 64  # pixels of a card's image; one at least twice as large is reduced
# While unfolded, the part is docked beside the plane, over its panel, beneath the image where there is room; in narrow windows
# at the bottom, where focused elements stay above the dock. The options of the radio group are styled as cards, since Streamlit
# shows images in a label as small as letters.
STYLE = f"""<style>
:root {{ --dock: 42vh; --card: 6.6rem; --picture: 2.6rem; --pixels: pixelated; }}
@media (max-width: 48rem), (max-height: 50rem) {{ :root {{ --dock: 55vh; }} }}
html [data-testid=stLayoutWrapper]:has(> .st-key-part-sorted) {{ z-index: 3; overflow-y: auto;
  background: {palette.PAGE_BACKGROUND}; }}
@media (max-width: 62rem) {{
html [data-testid=stLayoutWrapper]:has(> .st-key-part-sorted) {{ position: sticky; bottom: 0; max-height: var(--dock);
  box-shadow: 0 -6px 12px -6px rgb(0 0 0 / 25%); }}
html [data-testid=stMain]:not(:has(.st-key-part-sorted:focus-within)) {{ scroll-padding-bottom: calc(var(--dock) + 1rem); }}
}}
@media (min-width: 62.01rem) {{
html [data-testid=stLayoutWrapper]:has(> .st-key-part-sorted) {{ position: fixed; top: var(--dock-top); bottom: 0;
  right: var(--page-right, 1.5rem); width: var(--beside); }}
:root {{ --dock-top: 7.75rem; }}
}}
@media (min-width: 62.01rem) and (min-height: 56rem) {{ :root {{ --dock-top: 24rem; --image-limit: 13rem; }} }}
html .st-key-sorted-images [role=radiogroup] {{ display: grid; gap: 0.25rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(var(--card), 1fr)); }}
html .st-key-sorted-images [role=radiogroup] label {{ display: block; margin: 0; padding: 0.3rem; border: 2px solid transparent;
  border-radius: 0.4rem; cursor: pointer; scroll-margin: 1rem; }}
html .st-key-sorted-images label:hover {{ border-color: rgb(128 128 128 / 50%); }}
html .st-key-sorted-images label:has(:checked) {{ border-color: {palette.PRIMARY_COLOUR}; }}
html .st-key-sorted-images label:has(:focus-visible) {{ outline: 2px solid; outline-offset: 1px; }}
html .st-key-sorted-images [role=radiogroup] label > div > div:not([data-testid]) {{ display: none; }}
html .st-key-sorted-images label p {{ font-size: 0.8125rem; line-height: 1.3; overflow-wrap: anywhere; }}
html .st-key-sorted-images label strong {{ display: block; font-variant-numeric: tabular-nums; }}
html .st-key-sorted-images label img {{ height: var(--picture); width: auto; max-height: none; margin: 0 0 0.15rem;
  padding: 0; object-fit: contain; border-radius: 2px; image-rendering: var(--pixels); vertical-align: top; }}
</style>"""
# For images that are hard to recognise at the size of a digit.
LARGE_STYLE = "<style>:root { --card: 9.6rem; --picture: 4rem; --pixels: auto; }</style>"


def render_sorted_images(revision: RevisionView, chosen_number: int | None, on_choose: Callable[[int], None]) -> None:
    """Draw the part, unfolded if link or session contain an order; nothing is computed while it is folded. chosen_number: the
    number of the chosen code; on_choose(number): chooses another."""
    linked_order = address.recall_setting("sorted", lambda text: text if text in ranking.ORDERS else None)
    st.session_state[UNFOLDED_KEY] = linked_order is not None

    def store_order():
        address.store_setting("sorted", next(iter(ranking.ORDERS)) if st.session_state[UNFOLDED_KEY] else None)

    title = revision.reword_for_items(translate(TITLE))
    widgets.render_expander(
        title, UNFOLDED_KEY, _render_images, revision, chosen_number, on_choose, on_change=store_order
    )


def _render_images(revision: RevisionView, chosen_number, on_choose):
    codes = revision.codes
    score_names = ranking.available_scores(revision)
    for name, explain_absence in (("error", _no_error_reason), ("log_p", _no_density_reason)):
        if name not in score_names:
            st.caption(explain_absence(revision))
    orders = {key: translate(row.title) for key, row in ranking.ORDERS.items() if row.score in score_names}
    if not orders:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        width = 420 if page_options.is_presenter_size() else 310
        label = translate("Order")
        order = choices.choose_option(st.selectbox, "sorted", orders, next(iter(orders)), label=label, width=width)
        class_number = _render_class_choice(revision, codes)
        score_name = ranking.ORDERS[order].score
        values = _compute_scores_with_spinner(revision, codes, score_name)
        numbers = ranking.sort_image_numbers(values, order, codes.labels, class_number)
        list_key = revision.id, revision.code_set_name, order, str(class_number)
        start = choices.choose_page_start_index("sorted", list_key, len(numbers))
        _render_download(revision, codes, score_names, numbers)
    sheet_numbers = numbers[start : start + choices.IMAGES_PER_PAGE]
    if revision.has_original_images:
        form = translate(
            "Images {first} to {last} of {count}; original, reconstruction, {score}, class · number of each."
        )
    else:
        form = translate("Images {first} to {last} of {count}; reconstruction, {score}, class · number of each.")
    cards_text = revision.reword_for_items(form).format(
        first=f"{start + 1:,}", last=f"{start + len(sheet_numbers):,}", count=f"{len(numbers):,}",
        score=translate(SCORE_NAMES[score_name]),
    )  # fmt: skip
    st.caption(join_sentences(cards_text, _place_sentence(revision, values, numbers, chosen_number)))
    _render_image_choice(revision, codes, values, sheet_numbers, list_key, chosen_number, on_choose)


def _compute_scores_with_spinner(revision: RevisionView, codes, score_name) -> np.ndarray:
    """The score of each image, with a spinner while they are computed."""
    if ranking.compute_scores.is_cached(revision, codes, score_name):
        return ranking.compute_scores(revision, codes, score_name)
    with st.spinner(translate(ranking.PROGRESS_TEXT), show_time=True):
        return ranking.compute_scores(revision, codes, score_name)


def _no_error_reason(revision: RevisionView) -> str:
    if not revision_picker.is_decoder_trained(revision):
        return translate("The decoder was not trained, so there is no reconstruction error.")
    need_text = revision.reword_for_items(translate("The reconstruction error needs the images."))
    return join_sentences(need_text, revision_picker.missing_images_text(revision))


def _no_density_reason(revision: RevisionView) -> str:
    prior = revision.prior
    if prior is None:
        return translate(revision_data.NO_PRIOR_TEXT)
    return translate(
        "A {prior} prior has no density and so no log p(z); the distance to its samples shows which codes lie farthest out.",
        prior=markdown.escape(translate(prior.title)),
    )


def _render_class_choice(revision: RevisionView, codes) -> int | None:
    """Let the user choose the class whose images are listed; returns its number, None for all."""
    names = {str(k): current_code.content_class_name(revision, k) for k in np.unique(codes.labels).tolist()}
    if len(names) < 2:
        return None
    options = {ALL_CLASSES: translate(ALL_CLASSES)} | names
    chosen = choices.choose_option(st.selectbox, "class", options, ALL_CLASSES, label=translate("Class"), width=150)
    return None if chosen == ALL_CLASSES else int(chosen)


def _place_sentence(revision: RevisionView, values, numbers, chosen_number) -> str:
    """A sentence on score and position of the chosen image or row in the list; "" if it is not in the list."""
    if chosen_number is None or chosen_number not in numbers:
        return ""
    text = translate(
        "Image {number}: {score}, in place {place}.",
        number=chosen_number, score=_score_text(values[chosen_number]),
        place=f"{int(np.flatnonzero(numbers == chosen_number)[0]) + 1:,}",
    )  # fmt: skip
    return revision.reword_for_items(text)


def _score_text(value) -> str:
    """A score with two decimal places, a small one with more."""
    if not 1 <= abs(value) < np.inf:
        return number_text.metric_text(float(value))
    return f"{value:,.2f}".replace("-", "−")


def _render_image_choice(revision: RevisionView, codes, values, sheet_numbers, list_key, chosen_number, on_choose):
    """Draw the images as options of one radio group, so that the arrow keys move from image to image."""
    name = f"sorted.{'.'.join(list_key)}.{sheet_numbers[0]}"
    options = sheet_numbers.tolist()
    selected_number = chosen_number if chosen_number in options else None
    if controls.current_value(name) != selected_number:
        controls.move_control(name, selected_number)
    pictures, labels = _card_pictures(revision, sheet_numbers), {}
    for row, number in enumerate(options):
        images_markdown = " ".join(
            f"![{alt.format(number=number)}]({image_html.png_data_url(images[row])})"
            for alt, images in pictures.items()
        )
        class_ = markdown.escape(current_code.content_class_name(revision, codes.labels[number]))
        labels[number] = f"{images_markdown} **{_score_text(values[number])}** {class_} · {number}"
    has_large_images = not revision.data.is_table and max(revision.data.shape[1:]) > MAX_SMALL_SIDE
    st.html(STYLE + LARGE_STYLE if has_large_images else STYLE)
    with st.container(key="sorted-images"):
        st.radio(
            revision.reword_for_items(translate("Images")), options, index=None, format_func=labels.get, horizontal=True,
            label_visibility="collapsed", width="stretch", **controls.callback_arguments(name, _choose_image, name, on_choose),
        )  # fmt: skip


def _card_pictures(revision: RevisionView, numbers) -> dict[str, np.ndarray]:
    """The pictures of a card, by description: originals (if here) and reconstructions, uint8 n×H×W×C; charts for rows."""
    from aae_core.latent import exploration

    reconstructions = revision_data.to_pictures(revision, revision_data.reconstructed_images(revision, numbers))
    pictures = {revision.reword_for_items(translate("Reconstruction of image {number}:")): reconstructions}
    if revision.has_original_images:
        originals = revision_data.original_or_reconstructed_pictures(revision, numbers)
        original_alt = revision.reword_for_items(translate("Image {number},"))
        pictures = {original_alt: originals, translate("reconstruction:"): reconstructions}
    factor = max(1, max(reconstructions.shape[1:3]) // THUMBNAIL_SIDE)
    return {alt: exploration.shrink_images(images, factor) for alt, images in pictures.items()}


def _choose_image(name, on_choose):
    number = controls.current_value(name)
    if number is not None:
        on_choose(number)


def _render_download(revision: RevisionView, codes, score_names, numbers):
    content = codes.content[numbers] if revision.variant.categorical else None

    def make_csv():
        scores = {name: _compute_scores_with_spinner(revision, codes, name)[numbers] for name in score_names}
        columns = {revision.item_word: numbers, "index": codes.index[numbers]} | scores
        return exports.codes_csv(codes.z[numbers], codes.labels[numbers], revision.data.classes, content, columns)

    render_download_button(
        translate("CSV of {count}", count=f"{len(numbers):,}"), make_csv, f"{revision.id}-sorted.csv", key="sorted.csv",
        help=revision.reword_for_items(
            translate("All images of this order and class: number, number in the data set, scores, z and class.")
        ),
    )  # fmt: skip
