"""Images of the user's own, read from a folder, a zip or an .npz, checked, and stored as a data set."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from aae_core.checks import require_whole_number
from aae_core.data import item_draws
from aae_core.data.images import memmap_files
from aae_core.data.images.npz_files import npz_holds_array, read_images_npz
from aae_core.data.images.tones import BACKDROPS, Tones, ValueRangeError
from aae_core.data.import_problems import ImportProblems, shorten_name
from aae_core.data.labels import describe_missing_labels, names_no_class
from aae_core.data.limits import MAX_SIDE, MAX_TOTAL_BYTES, MIN_IMAGES, MIN_SIDE
from aae_core.data.own_data import image_metadata, own_sets
from aae_core.data.own_data.image_files import (
    ImportedFile,
    decode_image,
    encode_classes,
    innermost_folder_name,
    open_image_files,
    read_class_folders,
    read_entry,
    resize_image,
    to_pillow_image,
    with_common_folder_removed,
)
from aae_core.data.own_data.image_reader import SINGLE_COLOUR, ImageReader, ReadImage
from aae_core.data.row_splits import NO_SPLIT_COLUMNS, GroupSplitter, SplitColumns, WordSplitter
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as
from aae_core.owners import Owner
from aae_core.progress import ProgressCallback
from aae_core.wording import translate

PREPARED_ARRAY = "prepared"  # an array in an .npz whose images are levels, as a model takes and gives them
# pixels allowed for all images together: so many, plus 64 for each byte of their files
BASE_PIXELS_ALLOWED, PIXELS_PER_FILE_BYTE = 2**30, 64


@dataclass(frozen=True)
class ImageSource:
    """N images being imported. labels: int64 N, −1 where there is none; names: of the images, as messages show them;
    ids: their paths in the folder or zip; file_bytes: bytes of their files; folder_name: of the folder to which the paths are
    relative, "" for an .npz. missing_label_counts: {value of an .npz that names no class, "" for an empty one: number of images}.

    read_images(rows): yields (k, item) for the images numbered `rows`, where k is the place in `rows` and item what the
    reader makes of the image. An image that cannot be used is skipped and noted.
    """

    labels: np.ndarray
    classes: tuple[str, ...]
    names: Sequence[str]
    ids: Sequence[str]
    read_images: Callable[[Sequence[int]], Iterator[tuple]]
    file_bytes: int = 0
    folder_name: str = ""
    missing_label_counts: Counter = field(default_factory=Counter)


@contextmanager
def open_image_source(
    path: Path, problems: ImportProblems, read_file: Callable, read_array: Callable, check_stored_size: bool = False
):
    """A context with the images of a folder, zip or .npz as an ImageSource, which reads each image only when it is reached.

    read_file, check_stored_size: as for `read_image_files`; read_array(pixels): what is made of an
    image uint8 H×W×C of an .npz. Raises DataError if `path` is none of the three; other problems are noted.
    """
    with open_image_files(path, problems) as entries:
        if entries is None:
            yield _npz_image_source(path, problems, read_array)
        else:
            folder_name = innermost_folder_name(path, entries)
            entries = with_common_folder_removed(entries)
            labels, classes = read_class_folders(entries, problems)
            names = [shorten_name(entry.path) for entry in entries]
            file_bytes = sum(entry.size for entry in entries)

            def read_rows(rows):
                return read_image_files(path, [entries[i] for i in rows], read_file, problems, check_stored_size)

            ids = [entry.path for entry in entries]
            yield ImageSource(labels, classes, names, ids, read_rows, file_bytes, folder_name)


def read_image_files(
    path: Path,
    entries: list[ImportedFile],
    read_file: Callable,
    problems: ImportProblems,
    check_stored_size: bool = False,
) -> Iterator[tuple]:
    """Yield the index of each usable file and what `read_file(entry, check_size)` returns for it; `read_file` passes `check_size`
    on to `open_upright_image`.

    check_stored_size: whether the images are stored unscaled, so that their size must be allowed. Raises DataError as
    soon as a size is not, or if the images have far more pixels than their files' sizes suggest. Other unusable files
    are noted and skipped.
    """
    # for a zip, the size of the archive counts, not the sizes that it claims for its members
    unpacked_bytes = sum(entry.size for entry in entries)
    source_bytes = path.stat().st_size if path.is_file() else unpacked_bytes
    pixels_left = BASE_PIXELS_ALLOWED + PIXELS_PER_FILE_BYTE * source_bytes
    is_aborted = False
    earlier_sizes = Counter()  # of the images before, by (height, width)
    too_much = "its images have far more pixels than files of this size should; import it in parts"
    if unpacked_bytes > pixels_left:
        problems.abort(too_much)

    def check_size(height, width):
        nonlocal pixels_left, is_aborted
        pixels_left -= height * width
        problem = ""
        if pixels_left < 0:
            problem = too_much
        elif check_stored_size:
            problem = _unsupported_image_reason(shorten_name(entry.path), height, width, earlier_sizes)
        if problem:
            is_aborted = True
            problems.abort(problem)
        earlier_sizes[height, width] += 1

    for i, entry in enumerate(entries):
        try:
            yield i, read_file(entry, check_size)
        except ValueRangeError:
            raise
        except DataError as error:
            if is_aborted:
                raise
            problems.report_unusable_file(f"{shorten_name(entry.path)} {error}")


def read_images(
    path, model_shape: tuple[int, int, int] | None = None, margins: bool | None = None, tones: Tones | None = None
) -> np.ndarray:
    """Images (uint8 N×H×W×C) to encode: from an .npz with `images`, an image file, or a folder or zip, sorted by path.

    model_shape: a model's (C, H, W), to which every image is brought as by `resize_for_model`; without it, all must
    have the same size.
    tones: those of the model's data set, None for the whole scale; as of `tones_for_path`. Raises one DataError about
    all problems found.
    """
    path = require_existing_path(path)
    target_size = model_shape[1:] if model_shape else None
    problems = ImportProblems(shorten_name(path.name))
    with open_image_files(path, problems, allow_image_file=True) as entries:
        if entries is None:
            images = read_images_npz(path, problems)[0]
            tones = tones_for_path(path, tones)
            if images is not None and tones:
                images = tones.levels(images)
        else:
            images = _read_stacked_images(path, entries, target_size, problems, margins, tones)
    problems.raise_if_any()
    return resize_for_model(images, model_shape, margins) if model_shape else images


def tones_for_path(path, tones: Tones | None) -> Tones | None:
    """The tones that the images at a path need. tones: those of a model's data set.

    None for an .npz that was decoded or sampled by a model, which holds levels already and says so by an array PREPARED_ARRAY.
    """
    path = Path(os.path.expanduser(path))
    is_prepared = path.is_file() and path.suffix.lower() == ".npz" and npz_holds_array(path, PREPARED_ARRAY)
    return None if is_prepared else tones


def resize_for_model(images: np.ndarray, model_shape: tuple[int, int, int], margins: bool | None = None) -> np.ndarray:
    """Images (uint8 N×H×W×C) as a model takes them: uint8 N×H×W×C of its `model_shape`, (C, H, W).

    Images of other proportions are cropped to the centre or, with `margins`, padded. Colour becomes grey by luminance (ITU-R
    BT.601); grey is copied to every channel.
    """
    channels, height, width = model_shape
    fitted_images = [resize_image(to_pillow_image(image), (height, width), margins) for image in images]
    if images.shape[-1] != channels:
        mode = "L" if channels == 1 else "RGB"
        fitted_images = [image.convert(mode) for image in fitted_images]
    return np.array([np.asarray(image) for image in fitted_images], np.uint8).reshape(-1, height, width, channels)


def require_existing_path(path, expected_forms: str = "a folder of images, a zip of one, or an .npz file") -> Path:
    """The path of a folder or ordinary file, with a name at its end; DataError, with what is `expected_forms`, if there
    is none."""
    path_text = os.path.expanduser(path)
    if not path_text:
        raise DataError("An empty path does not exist; check the path.")
    path = Path(path_text)
    with raise_os_errors_as(shorten_name(path), "read", DataError):  # no permission, or a name that is too long
        path_exists = path.exists()
        is_ordinary = path.is_dir() or path.is_file()
    if not path_exists:
        raise DataError(f"{shorten_name(path_text)} does not exist; check the path.")
    if not is_ordinary:
        raise DataError(f"{path} is not an ordinary file; give {expected_forms}.")
    return path if path.name else path.absolute()


def _read_stacked_images(
    path: Path, entries: list[ImportedFile], target_size, problems: ImportProblems, margins, tones
) -> np.ndarray:
    """The images of all files, uint8 N×H×W×C with C = 1 if none is in colour; DataError if there was a problem."""
    images = []
    size_counts = Counter()
    total_bytes = 0

    def decode_entry(entry, check_size):
        return decode_image(read_entry(entry), target_size, check_size, margins, tones)

    for _, pixels in read_image_files(path, entries, decode_entry, problems):
        total_bytes += pixels.nbytes
        if total_bytes > MAX_TOTAL_BYTES:
            problems.abort(
                f"its pixels take more than the {MAX_TOTAL_BYTES / 2**30:g} GiB allowed; give fewer images at a time"
            )
        size_counts[pixels.shape[:2]] += 1
        images.append(np.atleast_3d(pixels))
    _check_single_size(size_counts, problems)
    problems.raise_if_any()
    has_colour = any((pixels != pixels[..., :1]).any() for pixels in images)
    height, width, _ = images[0].shape
    shape = height, width, 3 if has_colour else 1
    return np.array([np.broadcast_to(pixels[..., : shape[-1]], shape) for pixels in images])


def _check_single_size(size_counts: Counter, problems: ImportProblems) -> None:
    if len(size_counts) > 1:
        common_sizes = ", ".join(f"{h}×{w} ({n:,})" for (h, w), n in size_counts.most_common(4))
        problems.add_problem(
            f"its images have {len(size_counts)} sizes (height×width: {common_sizes}); choose one for all (--size 64)"
        )


def _is_supported_size(height: int, width: int) -> bool:
    return min(height, width) >= MIN_SIDE and max(height, width) <= MAX_SIDE


def _unsupported_size_reason(height: int, width: int) -> str:
    """Why images that all have this size cannot be stored, as a clause about them; "" if they can."""
    if _is_supported_size(height, width):
        return ""
    return (
        f"its images are {height}×{width} pixels where {MIN_SIDE} to {MAX_SIDE} are allowed; choose a size (--size 64)"
    )


def _unsupported_image_reason(name: str, height: int, width: int, earlier_sizes: Counter) -> str:
    """Why an image of this size cannot be stored beside others, as a clause that names it; "" if it can. earlier_sizes:
    {(height, width): how many of the images before it have this size}."""
    if _is_supported_size(height, width):
        return ""
    others_clause = _size_of_others_clause(earlier_sizes)
    comparison = f", where {others_clause} and" if others_clause else " where"
    return (
        f"{name} is {height}×{width} pixels{comparison} {MIN_SIDE} to {MAX_SIDE} are allowed; leave it out, or choose a size "
        "for all (--size 64)"
    )


def _size_of_others_clause(size_counts: Counter) -> str:
    """The size of the images before another one, if it is the same for all; "" if it is not. size_counts: {(height, width): how
    many of them have this size}."""
    if len(size_counts) != 1:
        return ""
    [((height, width), count)] = size_counts.items()
    images = "the image before it is" if count == 1 else f"the {count:,} images before it are"
    return f"{images} {height}×{width}"


def _npz_image_source(path: Path, problems: ImportProblems, read_array: Callable) -> ImageSource:
    """The images of an .npz as a ImageSource."""
    images, labels = read_images_npz(path, problems)
    if images is None:
        images = ()
    names = [f"image {i}" for i in range(len(images))]
    has_labels = labels is not None
    if not has_labels:
        labels = np.full(len(images), -1)
    if labels.dtype.kind in "iu" and labels.size and labels.min() < -1:
        problems.add_problem(
            f"labels holds {labels.min()}; number the classes from 0, and use −1 for an image without a label"
        )
    values = [value.strip() if isinstance(value, str) else value for value in labels.tolist()]
    missing_labels = [str(value) for value in values if names_no_class(str(value))]
    class_name_by_image = [None if names_no_class(str(value)) else str(value) for value in values]
    classes = [str(value) for value in sorted(set(values)) if not names_no_class(str(value))]

    def read_rows(rows):
        for k, i in enumerate(rows):
            yield k, read_array(images[i])

    labels = encode_classes(class_name_by_image, classes, problems)
    ids = [f"{path.name}:{i}" for i in range(len(images))]
    counts = Counter(missing_labels if has_labels else ())
    return ImageSource(labels, tuple(classes), names, ids, read_rows, missing_label_counts=counts)


def add_image_set(
    root: Path,
    name: str,
    path,
    size: int | None,
    *,
    margins: bool = False,
    value_range: tuple[float, float] | None = None,
    backdrop: str = BACKDROPS[0],
    metadata: image_metadata.ImageMetadata | None = None,
    split_columns: SplitColumns = NO_SPLIT_COLUMNS,
    progress: ProgressCallback | None = None,
    report_left_out: Callable[[str], None] | None = None,
    report: Callable[[str], None] | None = None,
    owner: Owner | None = None,
) -> None:
    """Store the images at `path` as the data set `own/<name>/` under `root`: completely or, if anything goes wrong, not at all.

    The other arguments are those of `sets.add_data_set`. Training images are stored before test images, and images are
    read one at a time, so that memory use stays constant. Raises one DataError about all problems: the first ten in
    words, the others counted.
    """
    split_columns.check(None)
    path = require_existing_path(path)
    set_folder = root / own_sets.OWN_SETS_FOLDER / name
    if size is not None:
        require_whole_number(size, MIN_SIDE, MAX_SIDE, "The size in pixels", DataError)
    target_size = (size, size) if size else None
    problems = ImportProblems(shorten_name(path.name), report_left_out)
    reader = ImageReader(target_size, margins, value_range, backdrop)
    with (
        raise_os_errors_as(set_folder, error_type=DataError),
        open_image_source(
            path, problems, reader.read_file, reader.read_array, check_stored_size=target_size is None
        ) as source,
        own_sets.store_new_set(set_folder, owner) as (new_folder, meta),
    ):
        matched_metadata = None
        if metadata is not None and not problems.clauses:
            matched_metadata = metadata.match_images(source.ids, source.folder_name)
        split = _ImageSplit(source, split_columns, matched_metadata)
        record, source_rows = _write_images(new_folder / "images.safetensors", source, split, problems, progress)
        meta |= record
        groups = split.number_groups(source_rows[: record["train"]])
        if groups is not None:
            meta["groups"] = split_columns.groups
            own_sets.write_groups(new_folder, groups)
        meta["items"] = image_metadata.store_image_metadata(
            new_folder, source.ids, source_rows, record["train"], matched_metadata, report
        )
        if report is not None and source.missing_label_counts:
            report(describe_missing_labels(source.missing_label_counts, len(source.labels), "labels", is_table=False))
        if margins:
            meta["margins"] = True
        if reader.tones != Tones():
            meta["tones"] = asdict(reader.tones)


class _ImageSplit:
    """Which images of a source are for testing: those that a column of their metadata says, by `split_columns`, or else
    some of each class."""

    def __init__(
        self, source: ImageSource, split_columns: SplitColumns, metadata: image_metadata.MatchedMetadata | None
    ):
        self._source, self._split_columns, self._metadata = source, split_columns, metadata
        self._splitter: WordSplitter | GroupSplitter | None = None  # once the test images are drawn by a column

    def draw_test_mask(self, images: np.ndarray) -> np.ndarray:
        """A mask (bool n) of those for testing among the images with these numbers, which are all that are stored. DataError if
        the column does not say it."""
        if self._metadata is None or self._split_columns.name is None:
            return item_draws.stratified_test_mask(self._source.labels[images])
        splitter = self._split_columns.make_splitter(self._locate_image)
        values = self._metadata.take_values(splitter.name, images)
        splitter.examine(values, images)
        splitter.finish()
        self._splitter = splitter
        return splitter.test_mask(values, images)

    def number_groups(self, images: np.ndarray) -> np.ndarray | None:
        """The numbers of the groups of the images with these numbers, int64 n, once the test images are drawn; None without
        groups."""
        if not isinstance(self._splitter, GroupSplitter):
            return None
        return self._splitter.number_groups(self._metadata.take_values(self._splitter.name, images), images)

    def _locate_image(self, image: int) -> str:
        return f"for the image {self._source.names[image]}"


def image_fingerprint(pixels: np.ndarray) -> bytes:
    """A hash of an image's shape and pixels, uint8 H×W or H×W×3, by which repeated images are found (BLAKE2b, 16 bytes)."""
    return hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=16).digest()


def _write_images(
    path: Path,
    source: ImageSource,
    split: _ImageSplit,
    problems: ImportProblems,
    progress: ProgressCallback | None,
) -> tuple[dict, np.ndarray]:
    """Write the images, training set first, and return (their part of the data set's record, the number in the source of each
    stored image, int64). DataError if there was a problem."""
    order = np.argsort(split.draw_test_mask(np.arange(len(source.labels))), kind="stable")
    file_position = np.argsort(order)  # the place of each image in the file
    with memmap_files.MemmapWriter(path, len(order)) as writer:
        is_stored, size_counts = _write_usable_images(writer, path, source, file_position, problems, progress)
        _check_single_size(size_counts, problems)
        usable_count = size_counts.total() if problems.leave_out else len(order)
        if len(order) and usable_count < MIN_IMAGES:
            images = "images that can be used" if problems.leave_out else "images"
            problems.add_problem(f"it holds only {usable_count} {images}; at least {MIN_IMAGES} are needed")
        if len(size_counts) == 1 and writer.item_shape:
            problem = _unsupported_size_reason(*writer.item_shape[:2])
            if problem:
                problems.add_problem(problem)
        problems.raise_if_any()
        writer.write_header(source.labels[order])
    labels = source.labels[is_stored]
    shape = writer.item_shape
    is_test = split.draw_test_mask(np.flatnonzero(is_stored))
    source_rows = order
    if not is_stored.all():
        _check_class_sizes(labels, source.classes, problems)
        shape = _rewrite_without_left_out(path, len(order), file_position[is_stored], labels, is_test, shape)
        source_rows = np.flatnonzero(is_stored)[np.argsort(is_test, kind="stable")]
    if progress:
        progress(len(order), len(order))
    train_count, test_count = np.bincount(is_test, minlength=2).tolist()
    record = {"shape": list(shape), "classes": list(source.classes), "train": train_count, "test": test_count}
    return record, source_rows


def _write_usable_images(
    writer: memmap_files.MemmapWriter,
    path: Path,
    source: ImageSource,
    file_position: np.ndarray,
    problems: ImportProblems,
    progress: ProgressCallback | None,
) -> tuple[np.ndarray, Counter]:
    """Write the images that can be used into the file of the writer, `path`, each at its position, int64 N. Returns which were
    stored, bool N, and how many of those that can be used have a size, by (height, width). After a problem, or once there are
    two sizes, none is stored any more."""
    is_stored = np.zeros(len(file_position), bool)
    name_by_fingerprint = {}  # the name of the first image with a fingerprint
    size_counts = Counter()
    step = max(1, len(file_position) // 200)  # a progress bar needs no more updates
    for i, image in source.read_images(range(len(source.names))):
        pixels = image.pixels
        if progress and i % step == 0:
            progress(i, len(file_position))
        if problems.leave_out:
            name = source.names[i]
            clause = _leave_out_clause(image, name, name_by_fingerprint)
            if clause:
                problems.leave_out(clause)
                continue
        size_counts[pixels.shape[:2]] += 1
        if len(size_counts) > 1 or problems.clauses:
            continue  # nothing will be stored, but every problem is reported
        if writer.item_shape is None:  # any image may turn out to be in colour
            needed_bytes = len(file_position) * pixels.shape[0] * pixels.shape[1] * 3
            disk_space_reason = own_sets.disk_space_reason(path.parent, needed_bytes)
            if disk_space_reason:
                problems.abort(f"its pixels may take {disk_space_reason}")
        writer.write_image(file_position[i], pixels)
        is_stored[i] = True
    return is_stored, size_counts


def _check_class_sizes(labels: np.ndarray, classes: Sequence[str], problems: ImportProblems) -> None:
    """DataError if a class has fewer than two images of which these are the labels, int64 n."""
    for k in np.flatnonzero(np.bincount(labels[labels >= 0], minlength=len(classes)) < 2):
        problems.add_problem(f"the class {shorten_name(classes[k])} has fewer than two images that can be used")
    problems.raise_if_any()


def _leave_out_clause(image: ReadImage, name: str, name_by_fingerprint: dict[bytes, str]) -> str:
    """Why an image is left out, as a clause about it; "" if it is not. name_by_fingerprint: the names of images by the
    fingerprints of their levels, to which its own is added."""
    first_name = name_by_fingerprint.setdefault(image_fingerprint(image.pixels), name)
    # that the file itself shows something tells more than that it looks like another one once stored
    blank_reason = image.blank_reason
    shows_nothing_once_stored = blank_reason is not None and blank_reason.text != SINGLE_COLOUR
    if first_name == name or shows_nothing_once_stored:
        return blank_reason.clause(name) if blank_reason else ""
    if image.is_rescaled:
        return translate("{name} is the same image as {first} once stored", name=name, first=first_name)
    return translate("{name} is the same image as {first}", name=name, first=first_name)


def _rewrite_without_left_out(path, count, rows, labels, is_test, shape):
    """Reduce a file of `count` images to those in `rows`, training set first, and return their shape (H, W, C), in which C is 1
    if the images in colour were left out."""
    unreduced_file = path.rename(path.with_suffix(".whole"))
    images, _ = memmap_files.open_memmap(unreduced_file, count, shape)
    order = np.argsort(is_test, kind="stable")
    with memmap_files.MemmapWriter(path, len(order)) as writer:
        for position, i in enumerate(order):
            writer.write_image(position, images[rows[i]])
        writer.write_header(labels[order])
    del images  # not every system can remove a file that is mapped
    unreduced_file.unlink()
    return writer.item_shape
