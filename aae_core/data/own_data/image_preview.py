"""A preview of the images in a folder, zip or .npz before they are added: their number, classes and sizes, and oddities."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from math import ceil
from statistics import median_high
from typing import NamedTuple

import numpy as np

from aae_core.data.images.contrast import Contrast, ValueCounts, assess_contrast
from aae_core.data.images.tones import BACKDROPS, VALUE_SCALES, Tones, has_transparent_pixels, iterate_bands
from aae_core.data.import_problems import MORE_CLAUSES, ImportProblems, join_clauses, shorten_name
from aae_core.data.limits import MAX_SIDE, MIN_IMAGES, MIN_SIDE
from aae_core.data.own_data.image_files import (
    flatten_image,
    open_upright_image,
    read_entry,
    resize_image,
    to_pillow_image,
)
from aae_core.data.own_data.image_reader import is_single_colour
from aae_core.data.own_data.own_images import ImageSource, image_fingerprint, open_image_source, require_existing_path
from aae_core.progress import ProgressCallback
from aae_core.wording import join_sentences, mark, translate

MAX_OPENED_IMAGES, MAX_OPENED_BYTES = 5000, 2**28  # images that are opened, and bytes of their files, at most
MAX_SAMPLES, SAMPLE_SIDE = 8, 256  # images that are kept to be shown, and pixels of their longer side, at most
# pixels, to choose a proposal from; with larger images, training is much slower
PROPOSED_SIDES = (8, 16, 24, 32, 48, 64)
UNBALANCED_RATIO = 3  # times as many images in the largest class as in the smallest count as unbalanced
MAX_EXAMPLES = 3  # examples given of each oddity
# of each oddity, the sentence about a single image or file, and that about several
COPY_SENTENCES = (
    mark("1 image repeats another one: {examples}."),
    mark("{number} images repeat another one: {examples}."),
)
BLANK_SENTENCES = (
    mark("1 image has a single colour: {examples}."),
    mark("{number} images have a single colour: {examples}."),
)
HIDDEN_SENTENCES = (
    mark("1 image has a single colour on {backdrop}, on which transparent pixels are put: {examples}."),
    mark("{number} images have a single colour on {backdrop}, on which transparent pixels are put: {examples}."),
)
UNUSABLE_SENTENCES = (
    mark("1 file cannot be used: {examples}."),
    mark("{number} files cannot be used: {examples}."),
)


@dataclass
class Appearance:
    """How images look with their transparent pixels on one backdrop: their values, the names of images that repeat another and of
    this one (`copies`), the names of images of one colour, and of those that have one on this backdrop alone (`hidden_names`);
    and some images, uint8 H×W or H×W×3, or uint16 H×W, in the values of their files."""

    value_counts: ValueCounts = field(default_factory=ValueCounts)
    copies: list[tuple[str, str]] = field(default_factory=list)
    blank_names: list[str] = field(default_factory=list)
    hidden_names: list[str] = field(default_factory=list)
    samples: list[np.ndarray] = field(default_factory=list)
    # the name of the first image with a fingerprint
    name_by_fingerprint: dict[bytes, str] = field(default_factory=dict)

    def add_image(self, name: str, view: "_BackdropView", is_sample: bool, is_hidden: bool) -> None:
        """Note an image as it looks on this backdrop. is_hidden: whether it has a single colour on this backdrop alone."""
        self.value_counts.add_counts(view.value_counts)
        first_name = self.name_by_fingerprint.setdefault(image_fingerprint(view.thumbnail), name)
        if is_hidden:
            self.hidden_names.append(name)
        elif first_name != name:
            self.copies.append((name, first_name))
        elif is_single_colour(view.thumbnail):
            self.blank_names.append(name)
        if is_sample:
            self.samples.append(view.thumbnail)

    @property
    def copy_clauses(self) -> list[str]:
        """Clauses about the images that repeat another."""
        return [translate("{name} is the same as {first}", name=name, first=first) for name, first in self.copies]


@dataclass(frozen=True)
class ImagePreview:
    """What was found: `image_count` images, of which `opened_count` were opened. Files that turned out not to be
    readable are not counted.

    class_counts: (name, number of images) of each, () if there are none. size_counts: (height, width) -> number of
    opened images. colour_count: number of opened images that are not grey. unusable_clauses: clauses about files that
    cannot be used.
    sample_classes: the classes of the samples, "" for none. appearance_by_backdrop: by backdrop, one for white, and one
    for black if some images have transparent pixels.
    """

    image_count: int
    opened_count: int
    class_counts: tuple[tuple[str, int], ...]
    size_counts: Counter
    colour_count: int
    unusable_clauses: tuple[str, ...]
    sample_classes: tuple[str, ...]
    appearance_by_backdrop: dict[str, Appearance]

    def appearance_on(self, tones: Tones) -> Appearance:
        """How the images look on the backdrop of the tones."""
        return self.appearance_by_backdrop.get(tones.backdrop) or self.appearance_by_backdrop[BACKDROPS[0]]

    @property
    def has_transparency(self) -> bool:
        """Whether some opened images have transparent pixels."""
        return len(self.appearance_by_backdrop) > 1

    def assess_contrast(self, tones: Tones) -> Contrast:
        """The contrast of the images with these tones."""
        return assess_contrast(
            {backdrop: appearance.value_counts for backdrop, appearance in self.appearance_by_backdrop.items()}, tones
        )

    @property
    def value_scale(self) -> int:
        """The highest value that the files can hold, 255 or 65,535."""
        return self.appearance_by_backdrop[BACKDROPS[0]].value_counts.scale

    @property
    def proposed_side(self) -> int | None:
        """The side in pixels to which all images should be scaled: the largest of PROPOSED_SIDES that does not exceed
        the median of their shorter sides, or else the smallest. None if all have the same size and it can be kept."""
        if len(self.size_counts) == 1 and all(MIN_SIDE <= side <= MAX_SIDE for side in next(iter(self.size_counts))):
            return None
        typical_side = median_high([min(size) for size in self.size_counts.elements()] or PROPOSED_SIDES[:1])
        return max([side for side in PROPOSED_SIDES if side <= typical_side], default=PROPOSED_SIDES[0])

    @property
    def is_too_few(self) -> bool:
        return self.image_count < MIN_IMAGES

    @property
    def is_square(self) -> bool:
        """Whether all opened images are square, so that scaling them to a square neither crops nor pads them."""
        return all(height == width for height, width in self.size_counts)

    @property
    def summary(self) -> str:
        """The number, classes, sizes and colour of the images in a sentence; if not all were opened, another says how many."""
        sizes = sorted(self.size_counts, key=lambda size: size[0] * size[1])
        if not sizes:
            text = translate("{images}.")
        elif len(sizes) == 1:
            if self.colour_count:
                text = translate("{images}, {smallest} pixels, in colour.")
            else:
                text = translate("{images}, {smallest} pixels, grey.")
        elif self.colour_count:
            text = translate("{images}, from {smallest} to {largest} pixels, in colour.")
        else:
            text = translate("{images}, from {smallest} to {largest} pixels, grey.")
        smallest_size, largest_size = (
            (f"{width}×{height}" for height, width in (sizes[0], sizes[-1])) if sizes else ("", "")
        )
        sentences = [text.format(images=self._count_text(), smallest=smallest_size, largest=largest_size)]
        if self.opened_count < self.image_count:
            sentences.append(translate("{number} of them were opened.", number=f"{self.opened_count:,}"))
        return join_sentences(*sentences)

    def _count_text(self) -> str:
        """The number of the images and their classes."""
        is_single = self.image_count == 1
        if not self.class_counts:
            text = translate("1 image") if is_single else translate("{number} images")
        elif is_single:
            text = translate("1 image in {class_number} classes ({classes})")
        else:
            text = translate("{number} images in {class_number} classes ({classes})")
        classes = ", ".join(f"{shorten_name(name)} {n:,}" for name, n in self.class_counts[:10])
        if len(self.class_counts) > 10:
            classes += " …"
        return text.format(number=f"{self.image_count:,}", class_number=f"{len(self.class_counts):,}", classes=classes)

    def odd_item_texts(self, tones: Tones) -> list[str]:
        """Clauses or names of all files that cannot be used, copies, and images of a single colour."""
        appearance = self.appearance_on(tones)
        return [*self.unusable_clauses, *appearance.copy_clauses, *appearance.blank_names, *appearance.hidden_names]

    def oddity_sentences(self, tones: Tones, is_tidied: bool = False) -> list[str]:
        """Sentences about what may be wrong: too few images, little contrast, unbalanced classes and, unless these are left out
        (`is_tidied`), copies, images of a single colour, and files that cannot be used."""
        sentences = []
        if self.is_too_few:
            sentences.append(translate("There are too few: at least {number} are needed.", number=MIN_IMAGES))
        image_contrast = self.assess_contrast(tones)
        if image_contrast.is_low:
            sentences.append(image_contrast.sentence)
        classes_by_size = sorted(self.class_counts, key=lambda row: row[1])
        if classes_by_size and classes_by_size[-1][1] >= UNBALANCED_RATIO * classes_by_size[0][1]:
            (smallest_class, smallest_count), (largest_class, largest_count) = classes_by_size[0], classes_by_size[-1]
            sentence = translate(
                "The classes are unbalanced: {largest} has {largest_count} images and {smallest} has {smallest_count}.",
                largest=shorten_name(largest_class),
                largest_count=f"{largest_count:,}",
                smallest=shorten_name(smallest_class),
                smallest_count=f"{smallest_count:,}",
            )
            sentences.append(sentence)
        if is_tidied:
            return sentences
        appearance = self.appearance_on(tones)
        backdrop_title = translate(tones.backdrop)
        for clauses, (singular, plural) in (
            (appearance.copy_clauses, COPY_SENTENCES),
            (appearance.blank_names, BLANK_SENTENCES),
            (appearance.hidden_names, HIDDEN_SENTENCES),
            (self.unusable_clauses, UNUSABLE_SENTENCES),
        ):
            if clauses:
                examples = join_clauses(clauses, MAX_EXAMPLES, translate(MORE_CLAUSES))
                sentence = translate(
                    singular if len(clauses) == 1 else plural,
                    number=f"{len(clauses):,}",
                    backdrop=backdrop_title,
                    examples=examples,
                )
                sentences.append(sentence)
        return sentences


def preview_images(path, progress: ProgressCallback | None = None) -> ImagePreview:
    """A preview of the images in a folder, zip or .npz. If there are many, only every n-th is opened.

    progress: called with the numbers of images opened and to be opened. Raises DataError, as `sets.add_data_set` does,
    if `path` is none of these, or if its folders or labels cannot be classes.
    """
    path = require_existing_path(path)
    unusable_clauses: list[str] = []
    problems = ImportProblems(shorten_name(path.name), unusable_clauses.append)
    with open_image_source(path, problems, _read_file_views, _make_array_views) as source:
        problems.raise_if_any()
        count = len(source.names)
        step = max(1, ceil(count / MAX_OPENED_IMAGES), ceil(source.file_bytes / MAX_OPENED_BYTES))
        rows = range(0, count, step)
        return _preview_source(source, rows, unusable_clauses, progress)


def _preview_source(
    source: ImageSource, rows: range, unusable_clauses: list[str], progress: ProgressCallback | None
) -> ImagePreview:
    """The ImagePreview of an ImageSource, of which the images numbered `rows` are opened; it reads each as ((height,
    width), {backdrop: _BackdropView}), with a _BackdropView on white and, if it has transparent pixels, on every other
    backdrop."""
    labels, classes, names = source.labels, source.classes, source.names
    size_counts, colour_count, sample_classes = Counter(), 0, []
    appearance_by_backdrop = {BACKDROPS[0]: Appearance()}
    unread_rows = set(rows)
    sample_rows = set(np.array(rows)[np.linspace(0, len(rows) - 1, min(MAX_SAMPLES, len(rows))).round().astype(int)])
    for position, (size, view_by_backdrop) in source.read_images(rows):
        i = rows[position]
        unread_rows.discard(i)
        if progress and position % 50 == 0:
            progress(position, len(rows))
        size_counts[size] += 1
        on_white = view_by_backdrop[BACKDROPS[0]]
        for backdrop in (
            view_by_backdrop.keys() - appearance_by_backdrop.keys()
        ):  # so far the images look the same on every backdrop
            appearance_by_backdrop[backdrop] = deepcopy(appearance_by_backdrop[BACKDROPS[0]])
        shows_something = not all(is_single_colour(view.thumbnail) for view in view_by_backdrop.values())
        for backdrop, appearance in appearance_by_backdrop.items():
            view = view_by_backdrop.get(backdrop, on_white)
            appearance.add_image(names[i], view, i in sample_rows, shows_something and is_single_colour(view.thumbnail))
        if any(_is_coloured(view.thumbnail) for view in view_by_backdrop.values()):
            colour_count += 1
        if i in sample_rows:
            sample_classes.append(classes[labels[i]] if labels[i] >= 0 else "")
    labels = np.delete(labels, sorted(unread_rows))  # otherwise a text file named .png would be announced as an image
    counts = np.bincount(labels[labels >= 0], minlength=len(classes)).tolist()
    return ImagePreview(
        image_count=len(labels),
        opened_count=size_counts.total(),
        class_counts=tuple(zip(classes, counts, strict=True)),
        size_counts=size_counts,
        colour_count=colour_count,
        unusable_clauses=tuple(unusable_clauses),
        sample_classes=tuple(sample_classes),
        appearance_by_backdrop=appearance_by_backdrop,
    )


class _BackdropView(NamedTuple):
    """An image on one backdrop: the counts of its values, and itself at no more than SAMPLE_SIDE×SAMPLE_SIDE pixels, as
    an array uint8 or uint16."""

    value_counts: ValueCounts
    thumbnail: np.ndarray


def _make_view(flat) -> _BackdropView:
    """The _BackdropView of a Pillow image of mode L, RGB or I;16."""
    counts = ValueCounts()
    counts.add_image(flat)
    return _BackdropView(counts, _make_thumbnail(flat))


def _is_coloured(pixels):
    return pixels.ndim == 3 and bool((pixels != pixels[..., :1]).any())


def _make_thumbnail(flat) -> np.ndarray:
    """A Pillow image of mode L, RGB or I;16 at no more than SAMPLE_SIDE×SAMPLE_SIDE pixels, as an array uint8 or uint16."""
    from PIL import Image

    scale = SAMPLE_SIDE / max(flat.size)
    if scale >= 1:
        return np.asarray(flat)
    size = tuple(max(1, round(side * scale)) for side in flat.size)
    if flat.mode != "I;16":
        return np.asarray(flat.resize(size, Image.Resampling.BICUBIC, reducing_gap=2))
    # fewer pixels first: only floats can be averaged, which take twice the memory
    step = max(1, max(flat.size) // (4 * SAMPLE_SIDE))
    rows = [np.asarray(band)[-top % step :: step, ::step] for top, band in iterate_bands(flat)]
    floats = Image.fromarray(np.concatenate(rows).astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.rint(np.clip(np.asarray(floats), 0, VALUE_SCALES[1])).astype(np.uint16)


def _read_file_views(entry, check_size):
    """The (height, width) of an image file, upright, and its _BackdropView on white and, if it has transparent pixels,
    on black."""
    size = 0, 0

    def note_size(height, width):
        nonlocal size
        check_size(height, width)
        size = height, width

    image = open_upright_image(read_entry(entry), note_size, (SAMPLE_SIDE, SAMPLE_SIDE))
    if (size[0] < size[1]) != (image.height < image.width):  # `open_upright_image` rotated it by 90°
        size = size[::-1]
    backdrops = BACKDROPS if has_transparent_pixels(image) else BACKDROPS[:1]
    return size, {backdrop: _make_view(flatten_image(image, backdrop)) for backdrop in backdrops}


def _make_array_views(pixels):
    return pixels.shape[:2], {BACKDROPS[0]: _make_view(to_pillow_image(pixels))}


def render_samples(
    preview: ImagePreview, tones: Tones, side: int | None = None, margins: bool = False
) -> list[np.ndarray]:
    """The samples with these tones, uint8 H×W×C; with a size as they would be stored, at size×size pixels."""
    levels = [tones.levels(values) for values in preview.appearance_on(tones).samples]
    if side is None:
        return [np.atleast_3d(pixels) for pixels in levels]
    return [np.atleast_3d(resize_image(to_pillow_image(pixels), (side, side), margins)) for pixels in levels]
