"""The user's own images in a folder, in a zip or as single files: listing, folder layout and decoding. Nothing is
unpacked to the disk, sizes are checked before contents are read, and problems are collected, so that the user learns
of several at once."""

import io
import lzma
import os
import posixpath
import re
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from aae_core.data.images.tones import Tones, flatten_transparency, map_to_levels
from aae_core.data.import_problems import ImportProblems, shorten_name
from aae_core.data.limits import MAX_CLASSES, MAX_FILE_BYTES, MAX_FILES, MAX_SOURCE_BYTES
from aae_core.errors import DataError
from aae_core.files import os_error_message, raise_os_errors_as

IMAGE_SUFFIXES = (
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".pbm", ".pnm",
)  # fmt: skip
PILLOW_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
# formats that may hold a table and are not supported
UNSUPPORTED_TABLE_SUFFIXES = (
    ".xlsx", ".xls", ".ods", ".json", ".arff", ".h5", ".hdf5", ".mat", ".pkl", ".rds", ".sav", ".dta",
)  # fmt: skip
FEATHER_SUFFIXES = (".feather", ".arrow")
TEXT_SUFFIXES = (".txt", ".data", ".dat", ".asc", ".tab", ".psv")  # names of texts, which may hold a table
# archives that are not supported
UNSUPPORTED_ARCHIVE_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz", ".rar")
MAX_PIXELS = 64_000_000  # height × width of one image
# in any case: what systems leave in folders
_IGNORED_NAMES = ("__macosx", "thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "desktop.ini", "icon\r")
_DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)
UNZIPPING_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One file of an import: its path within the folder or zip (with /), its announced size in bytes, and how to read it."""

    path: str
    size: int
    read_bytes: Callable[[], bytes]


def _is_ignored_path(path: str) -> bool:
    parts = [part for part in path.split("/") if part not in (".", "..")]
    return any(part.startswith(".") or part.lower() in _IGNORED_NAMES for part in parts)


@contextmanager
def open_image_files(path: Path, problems: ImportProblems, allow_image_file: bool = False):
    """The ImportedFile of each image in a folder or zip, sorted by path; None for an .npz. allow_image_file: `path` may
    also be one image file.

    DataError for anything else. Files that are not images, and a lack of images, are noted in `problems`.
    """
    if not allow_image_file:
        refuse_unsupported_format(path)  # before zips, as which some of the formats look
    with ExitStack() as exit_stack:
        if path.is_dir():
            entries = _list_folder(path, problems)
        elif allow_image_file and path.suffix.lower() in IMAGE_SUFFIXES:
            with raise_os_errors_as(path, "read", DataError):
                entries = [ImportedFile(path.name, path.stat().st_size, path.read_bytes)]
        elif path.suffix.lower() == ".npz":
            entries = None
        elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
            archive = exit_stack.enter_context(_open_zip(path))
            is_npz = "images.npy" in archive.namelist()  # an .npz whose name an upload may have lost
            entries = None if is_npz else _list_zip(archive, problems)
        elif allow_image_file:
            raise DataError(
                f"{shorten_name(path.name)} cannot be used: give an image file, a folder of images, a zip of one, or "
                f"an .npz file."
            )
        else:
            raise DataError(
                f"{shorten_name(path.name)} cannot be used: give a folder of images, a zip of one, or an .npz file, "
                f"or of a table a "
                ".csv or .parquet file."
            )
        if entries is None:
            yield None
            return
        limited_entries = islice(entries, MAX_FILES + 1)
        image_entries = _filter_image_files(sorted(limited_entries, key=lambda entry: entry.path), problems)
        if not image_entries and not problems.clauses:
            clause = "it holds no images"
            if problems.first_left_out:
                clause += f" that can be used: {problems.first_left_out}"
            problems.add_problem(clause)
        yield image_entries


def refuse_unsupported_format(path: Path) -> None:
    """DataError, with what to do, for a file whose suffix names a format of tables or archives that is not supported."""
    suffix, remedy = path.suffix.lower(), ""
    if suffix in UNSUPPORTED_TABLE_SUFFIXES:
        remedy = "save the table in it as .csv or .parquet"
    elif suffix in FEATHER_SUFFIXES:
        remedy = "write it as Parquet, such as by pandas.read_feather(file).to_parquet(new_file)"
    elif suffix in TEXT_SUFFIXES:
        remedy = "if it holds a table, save it as .csv, with a first line that names the columns"
    elif suffix in UNSUPPORTED_ARCHIVE_SUFFIXES:
        remedy = "unpack it, and give the folder or file within"
    if remedy and path.is_file():
        raise DataError(f"{shorten_name(path.name)} cannot be used: {remedy}.")


def _open_zip(path: Path) -> zipfile.ZipFile:
    with raise_os_errors_as(path, "read", DataError):
        try:
            return zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            raise DataError(
                f"{shorten_name(path.name)} cannot be used: it is not a complete zip file; create it again."
            ) from None


def _list_folder(folder: Path, problems: ImportProblems) -> Iterator[ImportedFile]:
    """The ImportedFile of each file under `folder`; links, pipes and the like are noted as unusable."""
    pending_folders = [(folder, "")]
    while pending_folders:
        directory, prefix = pending_folders.pop()
        try:
            items = sorted(os.scandir(directory), key=lambda item: item.name)
        except OSError as error:
            problems.add_problem(os_error_message(error, shorten_name(prefix or folder), "read").rstrip("."))
            continue
        for item in items:
            path = prefix + item.name
            if _is_ignored_path(path):
                continue
            if item.is_symlink():
                problems.report_unusable_file(f"{shorten_name(path)} is a link, which is not followed")
            elif item.is_dir(follow_symlinks=False):
                pending_folders.append((Path(item.path), path + "/"))
            elif not item.is_file(follow_symlinks=False):
                problems.report_unusable_file(f"{shorten_name(path)} is not an ordinary file")
            else:
                size = item.stat(follow_symlinks=False).st_size
                yield ImportedFile(path, size, Path(item.path).read_bytes)


def _list_zip(archive: zipfile.ZipFile, problems: ImportProblems) -> Iterator[ImportedFile]:
    """The ImportedFile of each file in a zip; unsafe paths, links and encrypted members are noted as unusable."""
    for info in archive.infolist():
        path = _decode_member_path(info).replace("\\", "/")  # some Windows programs write their own separator
        if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/"):
            problems.report_unusable_file(f"the path {shorten_name(path)} leads out of the archive")
        elif _is_ignored_path(path) or path.endswith("/"):
            continue
        elif stat.S_ISLNK(info.external_attr >> 16):
            problems.report_unusable_file(f"{shorten_name(path)} is a link, which is not followed")
        elif info.flag_bits & 1:
            problems.report_unusable_file(f"{shorten_name(path)} is encrypted; make the zip without a password")
        else:
            path = posixpath.normpath(path)  # drops "./" and doubled slashes
            yield ImportedFile(path, info.file_size, lambda info=info: _read_member(archive, info))


def _decode_member_path(info):
    """A member's path. A zip that does not declare its encoding, as those made on macOS and Linux do not, is read as UTF-8 where
    that is possible."""
    declares_encoding = info.flag_bits & 0x800
    if declares_encoding:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _read_member(archive, info):
    with archive.open(info) as stream:  # never yields more than the announced size, and checks the CRC
        return stream.read(info.file_size)


def _filter_image_files(entries: list[ImportedFile], problems: ImportProblems) -> list[ImportedFile]:
    """The entries with an image's suffix and an allowed size; others are noted as unusable. Raises DataError if there are too
    many files, or too many bytes in all."""
    if len(entries) > MAX_FILES:
        problems.abort(f"there are more than {MAX_FILES:,} files")
    total = sum(entry.size for entry in entries)
    if total > MAX_SOURCE_BYTES:
        problems.abort(
            f"its files take {total / 2**30:,.1f} GiB unpacked, more than the {MAX_SOURCE_BYTES / 2**30:g} GiB allowed"
        )
    usable_entries = []
    for entry in entries:
        if posixpath.splitext(entry.path)[1].lower() not in IMAGE_SUFFIXES:
            problems.report_unusable_file(
                f"{shorten_name(entry.path)} is not an image ({', '.join(suffix[1:] for suffix in IMAGE_SUFFIXES)})"
            )
        elif not entry.size:
            problems.report_unusable_file(f"{shorten_name(entry.path)} is not a readable image: it is empty")
        elif entry.size > MAX_FILE_BYTES:
            problems.report_unusable_file(f"{shorten_name(entry.path)} is larger than {MAX_FILE_BYTES / 2**20:g} MiB")
        else:
            usable_entries.append(entry)
    return usable_entries


def _common_folders(entries: list[ImportedFile]) -> list[str]:
    """The names of the folders that contain all entries, from the outermost to the innermost."""
    return os.path.commonprefix([entry.path.split("/")[:-1] for entry in entries])


def innermost_folder_name(path: Path, entries: list[ImportedFile]) -> str:
    """The name of the innermost folder that contains all entries: one within the folder or zip at `path`, or else that of the
    folder, or of the zip without its suffix."""
    folders = _common_folders(entries)
    if folders:
        return folders[-1]
    return path.resolve().name if path.is_dir() else path.stem


def with_common_folder_removed(entries: list[ImportedFile]) -> list[ImportedFile]:
    """The entries with paths relative to the innermost folder that contains them all."""
    depth = len(_common_folders(entries))
    if not depth:
        return entries
    return [replace(entry, path="/".join(entry.path.split("/")[depth:])) for entry in entries]


def read_class_folders(entries: list[ImportedFile], problems: ImportProblems) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (int64 N) and class names by folder; all −1 and () if there are no subfolders. ImportProblems are noted;
    DataError for more than MAX_CLASSES classes."""
    paths = [entry.path.split("/") for entry in entries]
    nested_path = next((path for path in paths if len(path) > 2), None)
    if nested_path:
        problems.add_problem(
            f"{shorten_name('/'.join(nested_path[:-1]))} is a folder inside a class folder; each class must be one folder of "
            "images"
        )
    names = sorted({path[0] for path in paths if len(path) > 1}, key=_numeric_name_sort_key)
    loose_path = next((path for path in paths if len(path) == 1), None)
    if names and loose_path:
        problems.add_problem(
            f"{shorten_name(loose_path[0])} lies beside the class folders; move it into one of them, or all images into one "
            "folder"
        )
    labels = encode_classes([path[0] if len(path) > 1 else None for path in paths], names, problems)
    return labels, tuple(names)


def _numeric_name_sort_key(name):
    if name.isascii() and name.isdigit() and len(name) < 19:
        return (0, int(name), name)
    return (1, 0, name)


def encode_classes(class_names_of_images: list, names: list[str], problems: ImportProblems) -> np.ndarray:
    """The labels (int64 N) of images whose class names are `class_names_of_images` (None: −1): their indices in
    `names`. Classes that are too small, alone or badly named are noted as problems; DataError for more than
    MAX_CLASSES."""
    if len(names) > MAX_CLASSES:
        problems.abort(f"there are {len(names):,} classes, more than the {MAX_CLASSES:,} allowed")
    if len(names) == 1:
        problems.add_problem(
            f"there is only one class ({shorten_name(names[0])}); sort the images into at least two, or give them without "
            "classes (all in one folder, or an .npz without labels)"
        )
    index_by_name = {name: k for k, name in enumerate(names)}
    labels = np.array([index_by_name.get(member, -1) for member in class_names_of_images], np.int64)
    for k, count in enumerate(np.bincount(labels[labels >= 0], minlength=len(names))):
        if count < 2:  # one for each side of the split
            problems.add_problem(f"the class {shorten_name(names[k])} has a single image; each needs at least two")
        if len(names[k]) > 80 or not names[k].isprintable():
            problems.add_problem(
                f"the class name {shorten_name(names[k])} is longer than 80 characters or not printable"
            )
    return labels


def read_entry(entry: ImportedFile) -> bytes:
    """The bytes of one file; DataError, whose text is a clause, if it cannot be read."""
    try:
        return entry.read_bytes()
    except UNZIPPING_ERRORS:
        raise DataError("is damaged or cannot be read") from None


def decode_image(
    content: bytes,
    target_size: tuple[int, int] | None = None,
    check_size=lambda height, width: None,
    margins: bool | None = None,
    tones: Tones | None = None,
) -> np.ndarray:
    """The pixels of an encoded image as levels, uint8 H×W (grey) or H×W×3.

    target_size: the (height, width) to which `resize_image` scales it; None for its own size. check_size: as for
    `open_upright_image`; margins: as for `resize_image`; tones: how values become levels, None for the whole scale.
    Raises DataError as `open_upright_image` does.
    """
    tones = tones or Tones()
    image = map_to_levels(flatten_image(open_upright_image(content, check_size, target_size), tones.backdrop), tones)
    if target_size:
        image = resize_image(image, target_size, margins)
    return np.asarray(image)


def to_pillow_image(pixels: np.ndarray):
    """A Pillow image of pixels uint8 H×W, H×W×1 or H×W×3."""
    from PIL import Image

    if pixels.shape[2:] == (1,):
        pixels = pixels[..., 0]
    return Image.fromarray(pixels)


def resize_image(image, target_size: tuple[int, int], margins: bool | None = None):
    """A Pillow image scaled to `target_size`, (height, width). An image of other proportions is cropped to its centre
    or, with `margins`, kept whole and padded with the median colour of its edge."""
    from PIL import Image, ImageOps

    size = target_size[1], target_size[0]
    if image.size == size:
        return image
    if not margins:
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    width, height = image.size
    edges = ((0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height))
    channels = len(image.getbands())
    edge = np.concatenate([np.asarray(image.crop(box)).reshape(-1, channels) for box in edges])
    background = np.median(edge, axis=0).astype(int).tolist()
    scale = min(size[0] / image.width, size[1] / image.height)
    inner_size = [max(1, round(scale * side)) for side in image.size]
    padded = Image.new(image.mode, size, tuple(background) if channels > 1 else background[0])
    corner = tuple((side - inner_length) // 2 for side, inner_length in zip(size, inner_size, strict=True))
    padded.paste(image.resize(inner_size, Image.Resampling.LANCZOS), corner)
    return padded


def open_upright_image(
    content: bytes, check_size=lambda height, width: None, needed_size: tuple[int, int] | None = None
):
    """An encoded image as a Pillow image of any mode that `tones.flatten_transparency` takes, rotated as its EXIF data asks.

    check_size: called with height and width from the file's header before anything is decoded; it may raise DataError.
    needed_size: the (height, width) that is needed: a JPEG may then be decoded at a reduced size, with at least twice
    as many pixels per side. Raises DataError, whose text is a clause, for an image that is unreadable, cut short,
    animated or too large, or whose colours are ambiguous (32 bits per channel, Lab).
    """
    from PIL import Image, ImageOps

    with _raise_decoding_errors_as_clauses(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata and large images; sizes are checked here
        image = Image.open(io.BytesIO(content), formats=PILLOW_FORMATS)
        _check_supported_image(image)
        check_size(image.height, image.width)
        if needed_size:
            image.draft(None, (2 * max(needed_size), 2 * max(needed_size)))  # a square, since EXIF may swap the sides
        image.load()
        ImageOps.exif_transpose(image, in_place=True)  # otherwise even an upright image would be copied
        return image


def flatten_image(image, backdrop: str):
    """As `tones.flatten_transparency`; DataError, whose text is a clause, if the image turns out to be damaged."""
    with _raise_decoding_errors_as_clauses():
        return flatten_transparency(image, backdrop)


@contextmanager
def _raise_decoding_errors_as_clauses():
    """A context that raises what Pillow raises for a damaged image as a DataError, whose text is a clause."""
    from PIL import Image

    try:
        yield
    except DataError:  # which is a ValueError, too
        raise
    except Image.DecompressionBombError:
        raise DataError(f"has more than {MAX_PIXELS // 10**6} million pixels") from None
    except Image.UnidentifiedImageError:
        raise DataError("is not a readable image") from None
    except _DECODING_ERRORS:
        raise DataError("is truncated or damaged") from None


def _check_supported_image(image):
    if image.width * image.height > MAX_PIXELS:
        raise DataError(f"has {image.width:,}×{image.height:,} pixels, more than {MAX_PIXELS // 10**6} million")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:  # MPO: a photograph with its preview
        raise DataError("is animated or has several pages; save a single picture")
    if image.mode == "F" or (image.mode == "I" and image.format != "PPM"):  # Pillow scales PGM files to 0..65535
        raise DataError("has numbers of 32 bits; save it with 8 or 16 bits per channel")
    if image.mode not in ("1", "L", "I", "RGB", "P", "LA", "RGBA", "PA", "CMYK") and not image.mode.startswith("I;16"):
        raise DataError(f"has {image.mode} colours; save it as grey or RGB")
