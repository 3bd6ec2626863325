"""The images of a plane, sorted (for example worst reconstructed first), each beside its reconstruction; one can be chosen."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from app.cache import loaded, ranking, shown_codes
from app.components import markdown
from app.figures import exports, number_text, palette
from app.session import address, controls
from app.ui import choices, current_code, drawn_images, page_options, revision_picker, widgets

TITLE = "Sort the {}s: worst reconstructed, code least likely under the prior, or farthest out first"
BOX = "sorted.open"  # session key: whether the part is unfolded
NAMES = {"error": "error ½Σ(x − x̂)²", "log_p": "log p(z) in nats", "far": "distance to the nearest of many samples"}
ANY = "any"  # the option for all classes
SMALL = 32  # pixels per side: larger images are drawn larger and smoothed
THUMB = 64  # pixels of a card's image; one at least twice as large is reduced
# While unfolded, the part is docked at the bottom of the window, so that the plane stays visible; focused elements stay above the
# dock. The options of the radio group are styled as cards, since Streamlit shows images in a label as small as letters.
STYLE = f"""<style>
:root {{ --dock: 42vh; --card: 6.6rem; --picture: 2.6rem; --pixels: pixelated; }}
@media (max-width: 48rem), (max-height: 50rem) {{ :root {{ --dock: 55vh; }} }}
html [data-testid=stLayoutWrapper]:has(> .st-key-part-sorted) {{ position: sticky; bottom: 0; z-index: 3; max-height: var(--dock);
  overflow-y: auto; background: {palette.PAGE}; box-shadow: 0 -6px 12px -6px rgb(0 0 0 / 25%); }}
html [data-testid=stMain]:not(:has(.st-key-part-sorted:focus-within)) {{ scroll-padding-bottom: calc(var(--dock) + 1rem); }}
html .st-key-sorted-images [role=radiogroup] {{ display: grid; gap: 0.25rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(var(--card), 1fr)); }}
html .st-key-sorted-images [role=radiogroup] label {{ display: block; margin: 0; padding: 0.3rem; border: 2px solid transparent;
  border-radius: 0.4rem; cursor: pointer; scroll-margin: 1rem; }}
html .st-key-sorted-images label:hover {{ border-color: rgb(128 128 128 / 50%); }}
html .st-key-sorted-images label:has(:checked) {{ border-color: {palette.CHOSEN}; }}
html .st-key-sorted-images label:has(:focus-visible) {{ outline: 2px solid; outline-offset: 1px; }}
html .st-key-sorted-images [role=radiogroup] label > div > div:not([data-testid]) {{ display: none; }}
html .st-key-sorted-images label p {{ font-size: 0.8125rem; line-height: 1.3; overflow-wrap: anywhere; }}
html .st-key-sorted-images label strong {{ display: block; font-variant-numeric: tabular-nums; }}
html .st-key-sorted-images label img {{ height: var(--picture); width: auto; max-height: none; margin: 0 0 0.15rem;
  padding: 0; object-fit: contain; border-radius: 2px; image-rendering: var(--pixels); vertical-align: top; }}
</style>"""
# For images that are hard to recognise at the size of a digit.
LARGER = "<style>:root { --card: 9.6rem; --picture: 4rem; --pixels: auto; }</style>"


def panel(revision, probe, point: int | None, take: Callable[[int], None]) -> None:
    """Draw the part, unfolded if link or session contain an order; nothing is computed while it is folded. point: the number of
    the chosen code; take(number): chooses another."""
    linked_order = address.recall("sorted", lambda text: text if text in ranking.ORDERS else None)
    st.session_state[BOX] = linked_order is not None
    keep_order = lambda: address.keep("sorted", next(iter(ranking.ORDERS)) if st.session_state[BOX] else None)  # noqa: E731
    title = TITLE.format(shown_codes.item(revision))
    widgets.folded(title, BOX, _images, revision, probe, point, take, on_change=keep_order)


def _images(revision, probe, point, take):
    score_names, item = ranking.scores(revision), shown_codes.item(revision)
    for name, explain in (("error", _why_no_error), ("log_p", _why_no_density)):
        if name not in score_names:
            st.caption(explain(revision))
    orders = {key: row.title for key, row in ranking.ORDERS.items() if row.by in score_names}
    if not orders:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        width = 420 if page_options.is_large() else 310
        order = choices.choose(st.selectbox, "sorted", orders, next(iter(orders)), label="Order", width=width)
        class_number = _pick_class(revision, probe)
        by = ranking.ORDERS[order].by
        values = ranking.score(revision, probe, by)
        numbers = ranking.numbers(values, order, probe.labels, class_number)
        list_key = revision.id, shown_codes.which_of(revision), order, str(class_number)
        start = choices.pick_sheet("sorted", list_key, len(numbers))
        _download(revision, probe, score_names, numbers, item)
    sheet_numbers = numbers[start : start + choices.SHEET_OF]
    st.caption(
        f"{item.capitalize()}s {start + 1:,} to {start + len(sheet_numbers):,} of {len(numbers):,}; "
        + ("original, reconstruction, " if loaded.has_originals(revision) else "reconstruction, ")
        + f"{NAMES[by]}, class · number of each. {_place(item, values, numbers, point)}"
    )
    _choice(revision, probe, values, sheet_numbers, list_key, point, take)


def _why_no_error(revision):
    if not revision_picker.decoder_trained(revision):
        return "The decoder was not trained, so there is no reconstruction error."
    return f"The reconstruction error needs the {shown_codes.item(revision)}s. {revision_picker.missing(revision)}"


def _why_no_density(revision):
    prior = loaded.prior(revision)
    if prior is None:
        return loaded.NO_PRIOR
    title = markdown.literal(prior.title)
    return f"A {title} prior has no density and so no log p(z); the distance to its samples shows which codes lie farthest out."


def _pick_class(revision, probe):
    """Let the user choose the class whose images are listed; returns its number, None for all."""
    names = {str(k): current_code.class_name(revision, k) for k in np.unique(probe.labels).tolist()}
    if len(names) < 2:
        return None
    chosen = choices.choose(st.selectbox, "class", {ANY: ANY} | names, ANY, label="Class", width=150)
    return None if chosen == ANY else int(chosen)


def _place(item, values, numbers, point):
    """A sentence on score and position of the chosen image or row in the list; "" if it is not in the list."""
    if point is None or point not in numbers:
        return ""
    score_words = f"{item.capitalize()} {point}: {_figure(values[point])}"
    return f"{score_words}, in place {int(np.flatnonzero(numbers == point)[0]) + 1:,}."


def _figure(value):
    """A score with two decimal places, a small one with more."""
    if not 1 <= abs(value) < np.inf:
        return number_text.measure(float(value))
    return f"{value:,.2f}".replace("-", "−")


def _choice(revision, probe, values, sheet_numbers, list_key, point, take):
    """Draw the images as options of one radio group, so that the arrow keys move from image to image."""
    name = f"sorted.{'.'.join(list_key)}.{sheet_numbers[0]}"
    options = sheet_numbers.tolist()
    selected = point if point in options else None
    if controls.value(name) != selected:
        controls.move(name, selected)
    pictures, labels = _pictures(revision, sheet_numbers), {}
    for row, number in enumerate(options):
        images_markdown = " ".join(
            f"![{alt.format(number)}]({drawn_images.data_url(images[row])})" for alt, images in pictures.items()
        )
        class_ = markdown.literal(current_code.class_name(revision, probe.labels[number]))
        labels[number] = f"{images_markdown} **{_figure(values[number])}** {class_} · {number}"
    large = not revision.data.is_table and max(revision.data.shape[1:]) > SMALL
    st.html(STYLE + LARGER if large else STYLE)
    with st.container(key="sorted-images"):
        st.radio(
            f"{shown_codes.item(revision).capitalize()}s", options, index=None, format_func=labels.get, horizontal=True,
            label_visibility="collapsed", width="stretch", **controls.on_move(name, _take, name, take),
        )  # fmt: skip


def _pictures(revision, numbers):
    """The pictures of a card, by description: originals (if here) and reconstructions, uint8 n×H×W×C; charts for rows."""
    from aae_core.latent import exploration

    item = shown_codes.item(revision)
    reconstructions = loaded.drawn(revision, loaded.reconstructions(revision, numbers))
    pictures = {f"Reconstruction of {item} {{}}:": reconstructions}
    if loaded.has_originals(revision):
        pictures = {
            f"{item.capitalize()} {{}},": loaded.pictures(revision, numbers),
            "reconstruction:": reconstructions,
        }
    factor = max(1, max(reconstructions.shape[1:3]) // THUMB)
    return {alt: exploration.shrink(images, factor) for alt, images in pictures.items()}


def _take(name, take):
    number = controls.value(name)
    if number is not None:
        take(number)


def _download(revision, probe, score_names, numbers, item):
    content = probe.content[numbers] if revision.variant.categorical else None

    def table():
        scores = {name: ranking.score(revision, probe, name)[numbers] for name in score_names}
        columns = {item: numbers, "index": probe.index[numbers]} | scores
        return exports.codes_csv(probe.z[numbers], probe.labels[numbers], revision.data.classes, content, columns)

    st.download_button(
        f"CSV of {len(numbers):,}", table,
        f"{revision.id}-sorted.csv", key="sorted.csv", icon=":material/download:", on_click="ignore",
        help=f"All {item}s of this order and class: number, number in the data set, scores, z and class.",
    )  # fmt: skip
