"""Images that are about to be added on the page Train: some of them, what is odd, and the fields that say how they are kept."""

import zlib

import streamlit as st

from aae_core.config.advice import recommend
from aae_core.data import import_problems
from aae_core.data.images.tones import BACKDROPS, Tones, parse_value_range, tones_for_scale
from aae_core.data.own_data import image_metadata, image_preview
from app.components import markdown
from app.page_parts.train import sources
from app.page_parts.train.column_fields import choose_column, choose_split_columns
from app.translation.texts import mark, translate
from app.ui import image_html, widgets

MARGINS_KEY, TIDY_KEY = "own.margins", "own.tidy"
BACKDROP_KEY, STRETCH_KEY, LOW_KEY, HIGH_KEY = (f"own.{name}" for name in ("backdrop", "stretch", "low", "high"))
# the values of these options, by session key, when other images are chosen
DEFAULTS = {MARGINS_KEY: False, TIDY_KEY: True, BACKDROP_KEY: BACKDROPS[0], STRETCH_KEY: False}
METADATA_EXTENSIONS = ["csv", "tsv", "gz", "parquet", "pq"]
PREVIEW_WIDTH = 56  # width in pixels of an image that is about to be added
MAX_LISTED = 500  # most oddities that are listed
PROPORTION_TITLES = {False: mark("Cut to the centre"), True: mark("Whole, with margins")}
BACKDROP_TITLES = {"white": mark("white"), "black": mark("black")}
STRETCHED_TEXT = mark(
    "In the same way for all images, and for those that are encoded later. Values outside become black or white."
)


def inspect_images(path) -> image_preview.ImagePreview:
    """The preview of the images in a folder or file, behind a progress bar."""

    def inspect(progress):
        with sources.READING_LOCK:
            return image_preview.preview_images(path, progress)

    template = translate("Looked at {done} of {total} images")
    progress_text = lambda done, total: template.format(done=f"{done:,}", total=f"{total:,}")  # noqa: E731
    return widgets.compute_with_progress_bar(progress_text, inspect, translate("Looking …"))


def render_image_options(images, size) -> dict:
    """Draw a few images at the chosen size, oddities and advice; returns the chosen options (size, proportions, tones, whether
    odd images are left out) for `actions.add_data`."""
    margins = False
    # the images are drawn with what is chosen beneath them
    preview_place, options_place = st.container(), st.container()
    with options_place:
        chosen_tones = _render_tone_options(images)
    tones = tones_for_scale(images.value_scale, **chosen_tones)
    with preview_place:
        if not size or images.is_square:
            _render_image_strip(image_preview.render_samples(images, tones, size), images.sample_classes)
        else:
            for proportions, title in PROPORTION_TITLES.items():
                title = translate(title)
                st.caption(title)
                _render_image_strip(
                    image_preview.render_samples(images, tones, size, proportions), images.sample_classes, title
                )
            margins = st.radio(
                translate("Proportions"),
                list(PROPORTION_TITLES),
                format_func=lambda proportions: translate(PROPORTION_TITLES[proportions]),
                key=MARGINS_KEY,
                horizontal=True,
            )
    contrast, oddities, odd_item_texts = (
        images.assess_contrast(tones),
        images.oddity_sentences(tones),
        images.odd_item_texts(tones),
    )
    if contrast.sentence and not contrast.is_low:
        st.caption(contrast.sentence)
    if oddities:
        widgets.render_sentences(st.warning, oddities)
    if len(odd_item_texts) > image_preview.MAX_EXAMPLES:
        with st.popover(translate("List everything odd")):
            lines = odd_item_texts[:MAX_LISTED]
            if len(odd_item_texts) > MAX_LISTED:
                lines = [*lines, translate("and {number} more", number=f"{len(odd_item_texts) - MAX_LISTED:,}")]
            st.text("\n".join(lines))
    leave_out = False
    if odd_item_texts or images.opened_count < images.image_count:
        label = translate("Leave out copies, blank images and files that cannot be used")
        leave_out = st.toggle(label, key=TIDY_KEY)
    if images.size_counts:
        sides = (size, size) if size else next(iter(images.size_counts))
        advice = recommend((3 if images.colour_count else 1, *sides), round(0.85 * images.image_count))
        note = translate("Each can be changed.")
        st.caption(f":material/lightbulb: {markdown.escape(advice.sentence)} {note}")
    return {"size": size, "margins": margins, "is_tidied": leave_out} | chosen_tones


def choose_metadata(tag) -> dict:
    """Let the user upload a table with further facts about the images, and choose its column that names them, and one that says
    which are for testing; returns these as arguments of `actions.add_data`. tag: of the images: others get a new field."""
    upload = st.file_uploader(
        translate("A table with facts about the images (optional)"),
        type=METADATA_EXTENSIONS,
        key=f"{sources.METADATA_KEY}.{zlib.crc32(repr(tag).encode())}",
        help=translate(
            "A CSV or Parquet file with a row for each image, which names its file by the path or the name. The other columns "
            "are kept beside the images: Explore shows them and colours the codes by them."
        ),
        max_upload_size=sources.max_upload_megabytes(),
    )
    stored_upload = sources.store_upload(upload, sources.METADATA_KEY)
    if stored_upload is None:
        return {}
    names = image_metadata.ImageMetadata(stored_upload.path).names
    key = zlib.crc32(chr(0).join(names).encode())
    id_column = choose_column(
        translate("Column with the paths or names of the images"),
        names,
        f"{sources.METADATA_KEY}.id.{key}",
        none_title=translate("the one that names the most images"),
    )
    split_column, group_column = choose_split_columns(names, id_column, f"{sources.METADATA_KEY}.{key}")
    return {
        "metadata": stored_upload.path,
        "id_column": id_column,
        "split_column": split_column,
        "group_column": group_column,
    }


def _render_tone_options(images) -> dict:
    """Let the user choose the colour behind transparent pixels and, if the images have little contrast, the range of the
    values; returns both as arguments of `actions.add_data`."""
    backdrop = BACKDROPS[0]
    if images.has_transparency:
        backdrop = st.radio(
            translate("Behind transparent pixels"),
            BACKDROPS,
            format_func=lambda name: translate(BACKDROP_TITLES[name]),
            key=BACKDROP_KEY,
            horizontal=True,
        )
    contrast = images.assess_contrast(Tones(backdrop=backdrop))
    if contrast.value_range is None or contrast.backdrop:  # the other backdrop comes first
        return {"value_range": None, "backdrop": backdrop}
    low, high = contrast.value_range
    label = translate("Stretch the values {low} to {high} to black and white", low=f"{low:,}", high=f"{high:,}")
    if not st.toggle(label, key=STRETCH_KEY, help=translate(STRETCHED_TEXT)):
        return {"value_range": None, "backdrop": backdrop}
    first, second = st.columns(2)
    black_value = first.number_input(
        translate("Value that becomes black"), 0, images.value_scale - 1, low, key=f"{LOW_KEY}.{backdrop}.{low}"
    )
    white_value = second.number_input(
        translate("Value that becomes white"), 1, images.value_scale, high, key=f"{HIGH_KEY}.{backdrop}.{high}"
    )
    return {"value_range": parse_value_range((black_value, white_value)), "backdrop": backdrop}


def _render_image_strip(images, titles, proportions=""):
    images = [image[..., None] if image.ndim == 2 else image for image in images]
    titles = [import_problems.shorten_name(title) for title in titles[: len(images)]]
    subject, no_class = proportions or translate("Image"), translate("no class")
    alts = [f"{subject}: {title or no_class}" for title in titles]
    image_html.render_image_strip(images, [title[:12] for title in titles], alts, PREVIEW_WIDTH)
