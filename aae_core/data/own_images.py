"""Images of the user's own, read from a folder, a zip or an .npz, checked, and stored as a data set."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from aae_core.checks import whole_number
from aae_core.data import mapped_images, own_sets
from aae_core.data.image_files import (
    MAX_TOTAL,
    Entry,
    Problems,
    brief,
    check_classes,
    content_of,
    decode,
    files_of,
    fit_image,
    inside_common_folder,
    layout,
    picture,
)
from aae_core.data.image_reader import BLANK, ImageReader, ReadImage
from aae_core.data.npz import holds_array, read_npz
from aae_core.data.tones import BACKDROPS, RangeError, Tones
from aae_core.errors import DataError
from aae_core.files import explained
from aae_core.owners import Owner
from aae_core.progress import Progress

MIN_IMAGES = 20  # the test split of 15 % then holds three images; with fewer, nothing could be measured
MIN_SIDE, MAX_SIDE = 4, 128  # pixels: the networks are made for small images
PREPARED = "prepared"  # an array in an .npz whose images are levels, as a model takes and gives them
DECODED, A_BYTE = 2**30, 64  # pixels allowed for all images together: so many, plus 64 for each byte of their files


@dataclass(frozen=True)
class Source:
    """N images being imported. labels: int64 N, −1 where there is none; names: of the images, as messages show them; size: bytes
    of their files.

    read(rows): yields (k, item) for the images numbered `rows`, where k is the place in `rows` and item what the reader makes of
    the image. An image that cannot be used is skipped and noted.
    """

    labels: np.ndarray
    classes: tuple[str, ...]
    names: Sequence[str]
    read: Callable[[Sequence[int]], Iterator[tuple]]
    size: int = 0


@contextmanager
def opened(path: Path, problems: Problems, of_file: Callable, of_array: Callable, small: bool = False):
    """A context with the images of a folder, zip or .npz as a Source, which reads each image only when it is reached.

    of_file: the `read` of `read_each`; small: as there; of_array(pixels): what is made of an image uint8 H×W×C of an .npz. Raises
    DataError if `path` is none of the three; other problems are noted.
    """
    with files_of(path, problems) as entries:
        if entries is None:
            yield _from_npz(path, problems, of_array)
        else:
            entries = inside_common_folder(entries)
            labels, classes = layout(entries, problems)
            names = [brief(entry.path) for entry in entries]
            size = sum(entry.size for entry in entries)

            def read(rows):
                return read_each(path, [entries[i] for i in rows], of_file, problems, small)

            yield Source(labels, classes, names, read, size)


def read_each(
    path: Path, entries: list[Entry], read: Callable, problems: Problems, small: bool = False
) -> Iterator[tuple]:
    """Yield the index of each usable file and what `read(entry, look)` returns for it; `read` passes `look` on to `upright`.

    small: whether the images are stored unscaled, so that their size must be allowed. Raises DataError as soon as a size is not,
    or if the images have far more pixels than their files' sizes suggest. Other unusable files are noted and skipped.
    """
    # for a zip, the size of the archive counts, not the sizes that it claims for its members
    unpacked = sum(entry.size for entry in entries)
    size = path.stat().st_size if path.is_file() else unpacked
    left = DECODED + A_BYTE * size
    ended = False
    too_much = "its images have far more pixels than files of this size should; import it in parts"
    if unpacked > left:
        problems.end(too_much)

    def look(height, width):
        nonlocal left, ended
        left -= height * width
        problem = ""
        if left < 0:
            problem = too_much
        elif small:
            problem = _unfit(height, width)
        if problem:
            ended = True
            problems.end(problem)

    for i, entry in enumerate(entries):
        try:
            yield i, read(entry, look)
        except RangeError:
            raise
        except DataError as error:
            if ended:
                raise
            problems.about_file(f"{brief(entry.path)} {error}")


def read_images(
    path, shape: tuple[int, int, int] | None = None, margins: bool | None = None, tones: Tones | None = None
) -> np.ndarray:
    """Images (uint8 N×H×W×C) to encode: from an .npz with `images`, an image file, or a folder or zip, sorted by path.

    shape: a model's (C, H, W), to which every image is brought as by `fit_images`; without it, all must have the same size.
    tones: those of the model's data set, None for the whole scale; as of `tones_for`. Raises one DataError about all problems
    found.
    """
    path = existing(path)
    fit = shape[1:] if shape else None
    problems = Problems(brief(path.name))
    with files_of(path, problems, single=True) as entries:
        if entries is None:
            images = read_npz(path, problems)[0]
            tones = tones_for(path, tones)
            if images is not None and tones:
                images = tones.levels(images)
        else:
            images = _stack(path, entries, fit, problems, margins, tones)
    problems.check()
    return fit_images(images, shape, margins) if shape else images


def tones_for(path, tones: Tones | None) -> Tones | None:
    """The tones that the images at a path need. tones: those of a model's data set.

    None for an .npz that was decoded or sampled by a model, which holds levels already and says so by an array PREPARED.
    """
    path = Path(os.path.expanduser(path))
    is_prepared = path.is_file() and path.suffix.lower() == ".npz" and holds_array(path, PREPARED)
    return None if is_prepared else tones


def fit_images(images: np.ndarray, shape: tuple[int, int, int], margins: bool | None = None) -> np.ndarray:
    """Images (uint8 N×H×W×C) as a model takes them: uint8 N×H×W×C of its `shape`, (C, H, W).

    Images of other proportions are cropped to the centre or, with `margins`, padded. Colour becomes grey by luminance (ITU-R
    BT.601); grey is copied to every channel.
    """
    channels, height, width = shape
    fitted = [fit_image(picture(image), (height, width), margins) for image in images]
    if images.shape[-1] != channels:
        mode = "L" if channels == 1 else "RGB"
        fitted = [image.convert(mode) for image in fitted]
    return np.array([np.asarray(image) for image in fitted], np.uint8).reshape(-1, height, width, channels)


def existing(path, wanted: str = "a folder of images, a zip of one, or an .npz file") -> Path:
    """The path of a folder or ordinary file, with a name at its end; DataError, with what is `wanted`, if there is none."""
    text = os.path.expanduser(path)
    if not text:
        raise DataError("An empty path does not exist; check the path.")
    path = Path(text)
    with explained(brief(path), "read", DataError):  # no permission, or a name that is too long
        exists = path.exists()
        is_ordinary = path.is_dir() or path.is_file()
    if not exists:
        raise DataError(f"{brief(text)} does not exist; check the path.")
    if not is_ordinary:
        raise DataError(f"{path} is not an ordinary file; give {wanted}.")
    return path if path.name else path.absolute()


def _stack(path: Path, entries: list[Entry], fit, problems: Problems, margins, tones) -> np.ndarray:
    """The images of all files, uint8 N×H×W×C with C = 1 if none is in colour; DataError if there was a problem."""
    kept = []
    sizes = Counter()
    total = 0

    def read(entry, look):
        return decode(content_of(entry), fit, look, margins, tones)

    for _, pixels in read_each(path, entries, read, problems):
        total += pixels.nbytes
        if total > MAX_TOTAL:
            problems.end(
                f"its pixels take more than the {MAX_TOTAL / 2**30:g} GiB allowed; give fewer images at a time"
            )
        sizes[pixels.shape[:2]] += 1
        kept.append(np.atleast_3d(pixels))
    _check_sizes(sizes, problems)
    problems.check()
    colour = any((pixels != pixels[..., :1]).any() for pixels in kept)
    height, width, _ = kept[0].shape
    shape = height, width, 3 if colour else 1
    return np.array([np.broadcast_to(pixels[..., : shape[-1]], shape) for pixels in kept])


def _check_sizes(sizes: Counter, problems: Problems) -> None:
    if len(sizes) > 1:
        common = ", ".join(f"{h}×{w} ({n:,})" for (h, w), n in sizes.most_common(4))
        problems.add(f"its images have {len(sizes)} sizes (height×width: {common}); choose one for all (--size 64)")


def _unfit(height: int, width: int) -> str:
    """Why images of this size cannot be stored, as a clause; "" if they can."""
    if MIN_SIDE <= min(height, width) <= max(height, width) <= MAX_SIDE:
        return ""
    allowed = f"{MIN_SIDE} to {MAX_SIDE} are allowed; choose a size (--size 64)"
    return f"its images are {height}×{width} pixels where {allowed}"


def _from_npz(path: Path, problems: Problems, of_array: Callable) -> Source:
    """The images of an .npz as a Source."""
    images, labels = read_npz(path, problems)
    if images is None:
        images = ()
    names = [f"image {i}" for i in range(len(images))]
    if labels is None:
        labels = np.full(len(images), -1)
    if labels.dtype.kind in "iu" and labels.size and labels.min() < -1:
        problems.add(f"labels holds {labels.min()}; number the classes from 0, and use −1 for an image without a label")
    values = [value.strip() if isinstance(value, str) else value for value in labels.tolist()]
    members = [None if value in (-1, "") else str(value) for value in values]
    classes = [str(name) for name in sorted(set(values) - {-1, ""})]

    def read(rows):
        for k, i in enumerate(rows):
            yield k, of_array(images[i])

    return Source(check_classes(members, classes, problems), tuple(classes), names, read)


def add(
    root: Path,
    name: str,
    path,
    size: int | None,
    *,
    margins: bool = False,
    value_range: tuple[float, float] | None = None,
    backdrop: str = BACKDROPS[0],
    progress: Progress | None = None,
    leave: Callable[[str], None] | None = None,
    owner: Owner | None = None,
) -> None:
    """Store the images at `path` as the data set `own/<name>/` under `root`: completely or, if anything goes wrong, not at all.

    The other arguments are those of `sets.add`. Training images are stored before test images, and images are read one at a time,
    so that memory use stays constant. Raises one DataError about all problems: the first ten in words, the others counted.
    """
    path = existing(path)
    place = root / own_sets.FOLDER / name
    if size is not None:
        whole_number(size, MIN_SIDE, MAX_SIDE, "The size in pixels", DataError)
    fit = (size, size) if size else None
    problems = Problems(brief(path.name), leave)
    reader = ImageReader(fit, margins, value_range, backdrop)
    with (
        explained(place, kind=DataError),
        opened(path, problems, reader.read_file, reader.read_array, small=fit is None) as source,
        own_sets.stored(place, owner) as (new, meta),
    ):
        meta |= _write(new / "images.safetensors", source, problems, progress)
        if margins:
            meta["margins"] = True
        if reader.tones != Tones():
            meta["tones"] = asdict(reader.tones)


def fingerprint(pixels: np.ndarray) -> bytes:
    """A hash of an image's shape and pixels, uint8 H×W or H×W×3, by which repeated images are found (BLAKE2b, 16 bytes)."""
    return hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=16).digest()


def _write(path: Path, source: Source, problems: Problems, progress: Progress | None) -> dict:
    """Write the images, training set first, and return their part of the data set's record. DataError if there was a problem."""
    order = np.argsort(own_sets.stratified_test(source.labels), kind="stable")
    row = np.argsort(order)  # the place of each image in the file
    kept = np.zeros(len(order), bool)
    first = {}  # the name of the first image with a fingerprint
    sizes = Counter()
    step = max(1, len(order) // 200)  # a progress bar needs no more updates
    with mapped_images.Writer(path, len(order)) as writer:
        for i, image in source.read(range(len(source.names))):
            pixels = image.pixels
            if progress and i % step == 0:
                progress(i, len(order))
            if problems.leave:
                name = source.names[i]
                reason = _why_left_out(image, name, first)
                if reason:
                    problems.leave(f"{name} {reason}")
                    continue
            sizes[pixels.shape[:2]] += 1
            if len(sizes) > 1 or problems.named:
                continue  # nothing will be stored, but every problem is reported
            if writer.shape is None:  # any image may turn out to be in colour
                need = len(order) * pixels.shape[0] * pixels.shape[1] * 3
                lacking = own_sets.lacking_room(path.parent, need)
                if lacking:
                    problems.end(f"its pixels may take {lacking}")
            writer.put(row[i], pixels)
            kept[i] = True
        _check_sizes(sizes, problems)
        count = sizes.total() if problems.leave else len(order)
        if len(order) and count < MIN_IMAGES:
            images = "images that can be used" if problems.leave else "images"
            problems.add(f"it holds only {count} {images}; at least {MIN_IMAGES} are needed")
        if len(sizes) == 1 and writer.shape:
            problem = _unfit(*writer.shape[:2])
            if problem:
                problems.add(problem)
        problems.check()
        writer.finish(source.labels[order])
    labels = source.labels[kept]
    shape = writer.shape
    test = own_sets.stratified_test(labels)
    if not kept.all():
        for k in np.flatnonzero(np.bincount(labels[labels >= 0], minlength=len(source.classes)) < 2):
            problems.add(f"the class {brief(source.classes[k])} has fewer than two images that can be used")
        problems.check()
        shape = _rewrite(path, len(order), row[kept], labels, test, shape)
    if progress:
        progress(len(order), len(order))
    train, held = np.bincount(test, minlength=2).tolist()
    return {"shape": list(shape), "classes": list(source.classes), "train": train, "test": held}


def _why_left_out(image: ReadImage, name: str, first: dict[bytes, str]) -> str:
    """Why an image is left out, as a clause; "" if it is not. first: the names of images by the fingerprints of their levels, to
    which its own is added."""
    same = first.setdefault(fingerprint(image.pixels), name)
    # that the file itself shows something tells more than that it looks like another one once stored
    shows_nothing_once_stored = image.blank not in ("", BLANK)
    if same == name or shows_nothing_once_stored:
        return image.blank
    if image.is_mapped:
        return f"is the same image as {same} once stored"
    return f"is the same image as {same}"


def _rewrite(path, count, rows, labels, test, shape):
    """Reduce a file of `count` images to those in `rows`, training set first, and return their shape (H, W, C), in which C is 1
    if the images in colour were left out."""
    whole = path.rename(path.with_suffix(".whole"))
    images, _ = mapped_images.mapped(whole, count, shape)
    order = np.argsort(test, kind="stable")
    with mapped_images.Writer(path, len(order)) as writer:
        for place, i in enumerate(order):
            writer.put(place, images[rows[i]])
        writer.finish(labels[order])
    del images  # not every system can remove a file that is mapped
    whole.unlink()
    return writer.shape
