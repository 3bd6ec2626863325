"""A preview of the images in a folder, zip or .npz before they are added: their number, classes and sizes, and oddities."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from math import ceil
from statistics import median_high
from typing import NamedTuple

import numpy as np

from aae_core.data.contrast import Contrast, ValueCounts, contrast
from aae_core.data.image_files import Problems, brief, content_of, first_of, fit_image, flatten, picture, upright
from aae_core.data.image_reader import is_blank
from aae_core.data.own_images import MAX_SIDE, MIN_IMAGES, MIN_SIDE, Source, existing, fingerprint, opened
from aae_core.data.tones import BACKDROPS, SCALES, Tones, bands, is_transparent
from aae_core.progress import Progress, count_of

LOOKED_INTO, BYTES = 5000, 2**28  # images that are opened, and bytes of their files, at most
SAMPLES, SIDE = 8, 256  # images that are kept to be shown, and pixels of their longer side, at most
SIZES = (8, 16, 24, 32, 48, 64)  # pixels, to choose a proposal from; with larger images, training is much slower
UNBALANCED = 3  # times as many images in the largest class as in the smallest count as unbalanced
NAMED = 3  # examples given of each oddity


@dataclass
class Appearance:
    """How images look with their transparent pixels on one backdrop: their values, clauses about images that repeat another, the
    names of images of one colour, and of those that have one on this backdrop alone (`hidden`); and some images, uint8 H×W or
    H×W×3, or uint16 H×W, in the values of their files."""

    values: ValueCounts = field(default_factory=ValueCounts)
    copies: list[str] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    samples: list[np.ndarray] = field(default_factory=list)
    first: dict[bytes, str] = field(default_factory=dict)  # the name of the first image with a fingerprint

    def add(self, name: str, view: "_View", is_sample: bool, is_hidden: bool) -> None:
        """Note an image as it looks on this backdrop. is_hidden: whether it has a single colour on this backdrop alone."""
        self.values.add(view.counts)
        same = self.first.setdefault(fingerprint(view.reduced), name)
        if is_hidden:
            self.hidden.append(name)
        elif same != name:
            self.copies.append(f"{name} is the same as {same}")
        elif is_blank(view.reduced):
            self.blank.append(name)
        if is_sample:
            self.samples.append(view.reduced)


@dataclass(frozen=True)
class Found:
    """What was found: `count` images, of which `looked` were opened. Files that turned out not to be readable are not counted.

    classes: (name, number of images) of each, () if there are none. sizes: (height, width) -> number of opened images. colour:
    number of opened images that are not grey. unusable: clauses about files that cannot be used. titles: the classes of the
    samples, "" for none. appearances: by backdrop, one for white, and one for black if some images have transparent pixels.
    """

    count: int
    looked: int
    classes: tuple[tuple[str, int], ...]
    sizes: Counter
    colour: int
    unusable: tuple[str, ...]
    titles: tuple[str, ...]
    appearances: dict[str, Appearance]

    def appearance(self, tones: Tones) -> Appearance:
        """How the images look on the backdrop of the tones."""
        return self.appearances.get(tones.backdrop) or self.appearances[BACKDROPS[0]]

    @property
    def has_transparency(self) -> bool:
        """Whether some opened images have transparent pixels."""
        return len(self.appearances) > 1

    def contrast(self, tones: Tones) -> Contrast:
        """The contrast of the images with these tones."""
        return contrast({name: one.values for name, one in self.appearances.items()}, tones)

    @property
    def scale(self) -> int:
        """The highest value that the files can hold, 255 or 65,535."""
        return self.appearances[BACKDROPS[0]].values.scale

    @property
    def size(self) -> int | None:
        """The side in pixels to which all images should be scaled: the largest of SIZES that does not exceed the median of their
        shorter sides, or else the smallest. None if all have the same size and it can be kept."""
        if len(self.sizes) == 1 and all(MIN_SIDE <= side <= MAX_SIDE for side in next(iter(self.sizes))):
            return None
        typical = median_high([min(size) for size in self.sizes.elements()] or SIZES[:1])
        return max([side for side in SIZES if side <= typical], default=SIZES[0])

    @property
    def is_too_few(self) -> bool:
        return self.count < MIN_IMAGES

    @property
    def is_square(self) -> bool:
        """Whether all opened images are square, so that scaling them to a square neither crops nor pads them."""
        return all(height == width for height, width in self.sizes)

    @property
    def facts(self) -> str:
        """The number, classes, sizes and colour of the images in a sentence; if not all were opened, another says how many."""
        text = count_of(self.count, "image")
        if self.classes:
            classes = ", ".join(f"{brief(name)} {n:,}" for name, n in self.classes[:10])
            if len(self.classes) > 10:
                classes += " …"
            text += f" in {len(self.classes):,} classes ({classes})"
        sizes = sorted(self.sizes, key=lambda size: size[0] * size[1])
        if sizes:
            least, most = (f"{width}×{height}" for height, width in (sizes[0], sizes[-1]))
            text += f", {least} pixels" if len(sizes) == 1 else f", from {least} to {most} pixels"
            text += ", in colour" if self.colour else ", grey"
        text += "."
        if self.looked < self.count:
            text += f" {self.looked:,} of them were opened."
        return text

    def odd_items(self, tones: Tones) -> list[str]:
        """Clauses or names of all files that cannot be used, copies, and images of a single colour."""
        appearance = self.appearance(tones)
        return [*self.unusable, *appearance.copies, *appearance.blank, *appearance.hidden]

    def oddities(self, tones: Tones, is_tidied: bool = False) -> list[str]:
        """Sentences about what may be wrong: too few images, little contrast, unbalanced classes and, unless these are left out
        (`is_tidied`), copies, images of a single colour, and files that cannot be used."""
        sentences = []
        if self.is_too_few:
            sentences.append(f"There are too few: at least {MIN_IMAGES} are needed.")
        image_contrast = self.contrast(tones)
        if image_contrast.is_low:
            sentences.append(image_contrast.sentence)
        ordered = sorted(self.classes, key=lambda row: row[1])
        if ordered and ordered[-1][1] >= UNBALANCED * ordered[0][1]:
            (few, least), (many, most) = ordered[0], ordered[-1]
            sentences.append(
                f"The classes are unbalanced: {brief(many)} has {most:,} images and {brief(few)} has {least:,}."
            )
        if is_tidied:
            return sentences
        appearance = self.appearance(tones)
        where = f"on {tones.backdrop}, on which transparent pixels are put"
        groups = (
            (appearance.copies, "image repeats another one", "images repeat another one"),
            (appearance.blank, "image has a single colour", "images have a single colour"),
            (appearance.hidden, f"image has a single colour {where}", f"images have a single colour {where}"),
            (self.unusable, "file cannot be used", "files cannot be used"),
        )
        for clauses, singular, plural in groups:
            if clauses:
                sentences.append(_counted(clauses, singular, plural))
        return sentences


def _counted(clauses, one, many):
    """A sentence that counts the clauses and quotes the first NAMED."""
    return f"{len(clauses):,} {one if len(clauses) == 1 else many}: {first_of(clauses, NAMED)}."


def look(path, progress: Progress | None = None) -> Found:
    """A preview of the images in a folder, zip or .npz. If there are many, only every n-th is opened.

    progress: called with the numbers of images opened and to be opened. Raises DataError, as `sets.add` does, if `path` is none
    of these, or if its folders or labels cannot be classes.
    """
    path = existing(path)
    unusable: list[str] = []
    problems = Problems(brief(path.name), unusable.append)
    with opened(path, problems, _of_file, _of_array) as source:
        problems.check()
        count = len(source.names)
        step = max(1, ceil(count / LOOKED_INTO), ceil(source.size / BYTES))
        rows = range(0, count, step)
        return _looked(source, rows, unusable, progress)


def _looked(source: Source, rows: range, unusable: list[str], progress: Progress | None) -> Found:
    """The Found of a Source, of which the images numbered `rows` are opened; it reads each as ((height, width), {backdrop:
    _View}), with a _View on white and, if it has transparent pixels, on every other backdrop."""
    labels, classes, names = source.labels, source.classes, source.names
    sizes, colour, titles = Counter(), 0, []
    appearances = {BACKDROPS[0]: Appearance()}
    unread = set(rows)
    shown_rows = set(np.array(rows)[np.linspace(0, len(rows) - 1, min(SAMPLES, len(rows))).round().astype(int)])
    for done, (size, views) in source.read(rows):
        i = rows[done]
        unread.discard(i)
        if progress and done % 50 == 0:
            progress(done, len(rows))
        sizes[size] += 1
        on_white = views[BACKDROPS[0]]
        for backdrop in views.keys() - appearances.keys():  # so far the images look the same on every backdrop
            appearances[backdrop] = deepcopy(appearances[BACKDROPS[0]])
        shows_something = not all(is_blank(view.reduced) for view in views.values())
        for backdrop, appearance in appearances.items():
            view = views.get(backdrop, on_white)
            appearance.add(names[i], view, i in shown_rows, shows_something and is_blank(view.reduced))
        if any(_is_coloured(view.reduced) for view in views.values()):
            colour += 1
        if i in shown_rows:
            titles.append(classes[labels[i]] if labels[i] >= 0 else "")
    labels = np.delete(labels, sorted(unread))  # otherwise a text file named .png would be announced as an image
    counts = np.bincount(labels[labels >= 0], minlength=len(classes)).tolist()
    return Found(
        count=len(labels),
        looked=sizes.total(),
        classes=tuple(zip(classes, counts, strict=True)),
        sizes=sizes,
        colour=colour,
        unusable=tuple(unusable),
        titles=tuple(titles),
        appearances=appearances,
    )


class _View(NamedTuple):
    """An image on one backdrop: the counts of its values, and itself at no more than SIDE×SIDE pixels, as an array uint8 or
    uint16."""

    counts: ValueCounts
    reduced: np.ndarray


def _view(flat) -> _View:
    """The _View of a Pillow image of mode L, RGB or I;16."""
    counts = ValueCounts()
    counts.add_image(flat)
    return _View(counts, _reduced(flat))


def _is_coloured(pixels):
    return pixels.ndim == 3 and bool((pixels != pixels[..., :1]).any())


def _reduced(flat):
    """A Pillow image of mode L, RGB or I;16 at no more than SIDE×SIDE pixels, as an array uint8 or uint16."""
    from PIL import Image

    scale = SIDE / max(flat.size)
    if scale >= 1:
        return np.asarray(flat)
    size = tuple(max(1, round(side * scale)) for side in flat.size)
    if flat.mode != "I;16":
        return np.asarray(flat.resize(size, Image.Resampling.BICUBIC, reducing_gap=2))
    # fewer pixels first: only floats can be averaged, which take twice the memory
    step = max(1, max(flat.size) // (4 * SIDE))
    rows = [np.asarray(band)[-top % step :: step, ::step] for top, band in bands(flat)]
    floats = Image.fromarray(np.concatenate(rows).astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.rint(np.clip(np.asarray(floats), 0, SCALES[1])).astype(np.uint16)


def _of_file(entry, look):
    """The (height, width) of an image file, upright, and its _View on white and, if it has transparent pixels, on black."""
    size = 0, 0

    def note_size(height, width):
        nonlocal size
        look(height, width)
        size = height, width

    image = upright(content_of(entry), note_size, (SIDE, SIDE))
    if (size[0] < size[1]) != (image.height < image.width):  # `upright` rotated it by 90°
        size = size[::-1]
    backdrops = BACKDROPS if is_transparent(image) else BACKDROPS[:1]
    return size, {backdrop: _view(flatten(image, backdrop)) for backdrop in backdrops}


def _of_array(pixels):
    return pixels.shape[:2], {BACKDROPS[0]: _view(picture(pixels))}


def samples(found: Found, tones: Tones, size: int | None = None, margins: bool = False) -> list[np.ndarray]:
    """The samples with these tones, uint8 H×W×C; with a size as they would be stored, at size×size pixels."""
    levels = [tones.levels(values) for values in found.appearance(tones).samples]
    if size is None:
        return [np.atleast_3d(pixels) for pixels in levels]
    return [np.atleast_3d(fit_image(picture(pixels), (size, size), margins)) for pixels in levels]
