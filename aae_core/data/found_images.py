"""A preview of the images in a folder, zip or .npz before they are added: their number, classes and sizes, and oddities."""

from collections import Counter
from dataclasses import dataclass
from statistics import median_high

import numpy as np

from aae_core.data.image_files import Problems, brief, content_of, first_of, fit_image, picture, upright
from aae_core.data.own_images import MAX_SIDE, MIN_IMAGES, MIN_SIDE, existing, fingerprint, is_blank, opened
from aae_core.progress import Progress, count_of

LOOKED_INTO, BYTES = 5000, 2**28  # images that are opened, and bytes of their files, at most
SAMPLES, SIDE = 8, 256  # images that are kept to be shown, and pixels of their longer side, at most
SIZES = (8, 16, 24, 32, 48, 64)  # pixels, to choose a proposal from; with larger images, training is much slower
UNBALANCED = 3  # times as many images in the largest class as in the smallest count as unbalanced
NAMED = 3  # examples given of each oddity


@dataclass(frozen=True)
class Found:
    """What was found: `count` images, of which `looked` were opened. Files that turned out not to be readable are not counted.

    classes: (name, number of images) of each, () if there are none. sizes: (height, width) -> number of opened images. colour:
    number of opened images that are not grey. copies, blank, unusable: clauses about images that repeat another, images of one
    colour, and files that cannot be used. samples: some images, uint8 H×W or H×W×3; titles: their classes, "" for none.
    """

    count: int
    looked: int
    classes: tuple[tuple[str, int], ...]
    sizes: Counter
    colour: int
    copies: tuple[str, ...]
    blank: tuple[str, ...]
    unusable: tuple[str, ...]
    samples: tuple[np.ndarray, ...]
    titles: tuple[str, ...]

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
        classes = ", ".join(f"{brief(name)} {n:,}" for name, n in self.classes[:10]) + " …" * (len(self.classes) > 10)
        told = count_of(self.count, "image")
        told += f" in {len(self.classes):,} classes ({classes})" if self.classes else ""
        sides = sorted(self.sizes, key=lambda size: size[0] * size[1])
        if sides:
            least, most = (f"{width}×{height}" for height, width in (sides[0], sides[-1]))
            told += f", {least} pixels" if len(sides) == 1 else f", from {least} to {most} pixels"
            told += ", in colour" if self.colour else ", grey"
        return f"{told}." + (f" {self.looked:,} of them were opened." if self.looked < self.count else "")

    @property
    def oddities(self) -> list[str]:
        """Sentences about what may be wrong: too few images, unbalanced classes, copies, images of a single colour, and files
        that cannot be used."""
        told = [f"There are too few: at least {MIN_IMAGES} are needed."] if self.is_too_few else []
        ordered = sorted(self.classes, key=lambda row: row[1])
        if ordered and ordered[-1][1] >= UNBALANCED * ordered[0][1]:
            (few, least), (many, most) = ordered[0], ordered[-1]
            told.append(
                f"The classes are unbalanced: {brief(many)} has {most:,} images and {brief(few)} has {least:,}."
            )
        told += _counted(self.copies, "image repeats another one", "images repeat another one")
        told += _counted(self.blank, "image has a single colour", "images have a single colour")
        return told + _counted(self.unusable, "file cannot be used", "files cannot be used")


def _counted(clauses, one, many):
    """A list with one sentence that counts the clauses and quotes the first NAMED; empty if there are none."""
    if not clauses:
        return []
    return [f"{len(clauses):,} {one if len(clauses) == 1 else many}: {first_of(clauses, NAMED)}."]


def look(path, progress: Progress | None = None) -> Found:
    """A preview of the images in a folder, zip or .npz. If there are many, only every n-th is opened.

    progress: called with the numbers of images opened and to be opened. Raises DataError, as `sets.add` does, if `path` is none
    of these, or if its folders or labels cannot be classes.
    """
    path, unusable = existing(path), []
    problems = Problems(brief(path.name), unusable.append)
    with opened(path, problems, _of_file, _of_array) as source:
        problems.check()
        count = len(source.names)
        rows = range(0, count, max(1, -(-count // LOOKED_INTO), -(-source.size // BYTES)))
        return _looked(source, rows, unusable, progress)


def _looked(source, rows, unusable, progress):
    """The Found of a Source, of which the images numbered `rows` are opened; it reads each as ((height, width), pixels)."""
    labels, classes, names = source.labels, source.classes, source.names
    sizes, colour, first, copies, blank, samples = Counter(), 0, {}, [], [], []
    unread = set(rows)
    shown_rows = set(np.array(rows)[np.linspace(0, len(rows) - 1, min(SAMPLES, len(rows))).round().astype(int)])
    for done, (size, pixels) in source.read(rows):
        i = rows[done]
        unread.discard(i)
        if progress and done % 50 == 0:
            progress(done, len(rows))
        sizes[size] += 1
        colour += pixels.ndim == 3 and bool((pixels != pixels[..., :1]).any())
        if (same := first.setdefault(fingerprint(pixels), names[i])) != names[i]:
            copies.append(f"{names[i]} is the same as {same}")
        elif is_blank(pixels):
            blank.append(names[i])
        if i in shown_rows:
            samples.append((pixels, classes[labels[i]] if labels[i] >= 0 else ""))
    labels = np.delete(labels, sorted(unread))  # otherwise a text file named .png would be announced as an image
    counts = np.bincount(labels[labels >= 0], minlength=len(classes)).tolist()
    pictures, titles = zip(*samples, strict=True) if samples else ((), ())
    return Found(
        len(labels), sizes.total(), tuple(zip(classes, counts, strict=True)), sizes, int(colour),
        tuple(copies), tuple(blank), tuple(unusable), pictures, titles,
    )  # fmt: skip


def _of_file(entry, look):
    """The (height, width) of an image file, upright, and its pixels, scaled down to at most SIDE×SIDE."""
    header = []
    image = upright(content_of(entry), lambda *size: (look(*size), header.extend(size)), (SIDE, SIDE))
    size = tuple(header)
    if (size[0] < size[1]) != (image.height < image.width):  # `upright` rotated it by 90°
        size = size[::-1]
    image.thumbnail((SIDE, SIDE))
    return size, np.asarray(image)


def _of_array(pixels):
    image = picture(pixels)
    image.thumbnail((SIDE, SIDE))
    return pixels.shape[:2], np.asarray(image)


def scaled(found: Found, size: int, margins: bool) -> list[np.ndarray]:
    """The samples at size×size pixels, uint8 size×size×C, as they would be stored."""
    return [np.atleast_3d(fit_image(picture(pixels), (size, size), margins)) for pixels in found.samples]
