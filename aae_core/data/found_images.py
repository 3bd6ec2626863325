"""What a folder, zip or .npz of images holds, found before it is added: how many, of which classes and sizes, and what is odd."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from aae_core.data.image_files import Problems, brief, content_of, fit_image, picture, upright
from aae_core.data.own_images import MAX_SIDE, MIN_IMAGES, MIN_SIDE, existing, fingerprint, is_blank, opened
from aae_core.progress import Progress, count_of

LOOKED_INTO, BYTES = 5000, 2**28  # images that are opened at most, and bytes of their files
SAMPLES, SIDE = 8, 256  # images that are kept to be shown, and their longer side in pixels
SIZES = (8, 16, 24, 32, 48, 64)  # proposed; larger ones are trained much more slowly
UNBALANCED = 3  # times as many images as the smallest class
NAMED = 3  # examples of an oddity


@dataclass(frozen=True)
class Found:
    """What was found of `count` images, of which `looked` were opened.

    classes: the number of images of each, () where there are none. sizes: (height, width) -> number of the images opened.
    colour: how many of these are not grey. copies: clauses on images that repeat another; blank: on those of a single colour;
    unusable: on files that cannot be used. samples: some images, uint8 H×W or H×W×3, and `titles`, the class of each.
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
        """The proposed size in pixels to which all are scaled: the next smaller one to most images' shorter side; None where all
        have one size that can be kept."""
        if len(self.sizes) == 1 and all(MIN_SIDE <= side <= MAX_SIDE for side in next(iter(self.sizes))):
            return None
        shorter = sorted(min(size) for size, n in self.sizes.items() for _ in range(n))
        typical = shorter[len(shorter) // 2] if shorter else SIZES[0]
        return max([side for side in SIZES if side <= typical], default=SIZES[0])

    @property
    def is_too_few(self) -> bool:
        return self.count < MIN_IMAGES

    @property
    def is_square(self) -> bool:
        """Whether all have proportions that a square keeps."""
        return all(height == width for height, width in self.sizes)

    @property
    def facts(self) -> str:
        """Number, classes, size and colour in a sentence."""
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
        """What to know before these are added, a sentence each: that they are too few, unbalanced classes, copies, blank images
        and files that cannot be used."""
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
    """A sentence on these clauses, if there are any."""
    if not clauses:
        return []
    more = f"; and {len(clauses) - NAMED:,} more" if len(clauses) > NAMED else ""
    return [f"{len(clauses):,} {one if len(clauses) == 1 else many}: {'; '.join(clauses[:NAMED])}{more}."]


def look(path, progress: Progress | None = None) -> Found:
    """What a folder, zip or .npz of images holds; of a large one some images are opened, the same share of each class.

    progress: called with the number of images opened and to be opened. Raises DataError, as `own_images.add`
    does, where `path` is none of these or its folders cannot be meant.
    """
    path, unusable = existing(path), []
    problems = Problems(brief(path.name), unusable.append)
    with opened(path, problems, _of_file, _of_array) as source:
        problems.check()
        count = len(source.names)
        rows = range(0, count, max(1, -(-count // LOOKED_INTO), -(-source.size // BYTES)))
        return _looked(source, rows, unusable, progress)


def _looked(source, rows, unusable, progress):
    """What was found of the images of `rows`, each of which is read as (height, width) and pixels."""
    labels, classes, names = source.labels, source.classes, source.names
    sizes, colour, first, copies, blank, samples = Counter(), 0, {}, [], [], []
    shown_rows = set(np.array(rows)[np.linspace(0, len(rows) - 1, min(SAMPLES, len(rows))).round().astype(int)])
    for done, (size, pixels) in source.read(rows):
        i = rows[done]
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
    counts = np.bincount(labels[labels >= 0], minlength=len(classes)).tolist()
    pictures, titles = zip(*samples, strict=True) if samples else ((), ())
    return Found(
        len(names), len(rows), tuple(zip(classes, counts, strict=True)), sizes, int(colour),
        tuple(copies), tuple(blank), tuple(unusable), pictures, titles,
    )  # fmt: skip


def _of_file(entry, look):
    """The (height, width) of an image file, upright, and its pixels, no larger than shown."""
    header = []
    image = upright(content_of(entry), lambda *size: (look(*size), header.extend(size)), (SIDE, SIDE))
    size = tuple(header)
    if (size[0] < size[1]) != (image.height < image.width):  # it lay on its side
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
