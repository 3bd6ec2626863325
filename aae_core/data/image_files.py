"""The user's own images in a folder, in a zip or as single files: listing, folder layout and decoding.

Nothing is unpacked to the disk, sizes are checked before contents are read, and problems are collected, so that the user learns
of several at once.
"""

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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from aae_core.data.tones import Tones, flattened, stretched
from aae_core.errors import DataError, plain
from aae_core.files import explain, explained

SUFFIXES = (
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".pbm", ".pnm",
)  # fmt: skip
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
# formats that may hold a table and are not supported
SHEETS = (
    ".xlsx", ".xls", ".ods", ".json", ".feather", ".arff", ".h5", ".hdf5", ".mat", ".pkl", ".rds", ".sav", ".dta",
)  # fmt: skip
TEXTS = (".txt", ".data", ".dat", ".asc", ".tab", ".psv")  # names of texts, which may hold a table
PACKED = (".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz", ".rar")  # archives that are not supported
NAMED = 10  # problems reported one by one; the rest are counted
ENOUGH = 100  # problems after which the check ends
MAX_FILES = 2_000_000
MAX_CLASSES = 1000
MAX_SOURCE = 2**38  # bytes of all files together
MAX_TOTAL = 2**30  # bytes of pixels that are kept in memory
MAX_FILE = 2**28  # bytes of one file
MAX_PIXELS = 64_000_000  # height × width of one image
# in any case: what systems leave in folders
_IGNORED = ("__macosx", "thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "desktop.ini", "icon\r")
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError, struct.error, zlib.error)
UNZIPPABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


def first_of(clauses: Sequence[str], count: int) -> str:
    """The first `count` clauses in one, and how many more there are."""
    text = "; ".join(clauses[:count])
    if len(clauses) > count:
        text += f"; and {len(clauses) - count:,} more"
    return text


@dataclass
class Problems:
    """The problems of an import, of which NAMED are told in words and the others counted. subject: what is imported.

    leave: called with a clause about each file that cannot be used, which is then left out; None: such a file is a problem.
    first_left: the first clause about such a file.
    """

    subject: str
    leave: Callable[[str], None] | None = None
    named: list[str] = field(default_factory=list)
    first_left: str = ""

    def about_file(self, text: str) -> None:
        """Report in a clause without a full stop why a file cannot be used: to `leave` or, if this is None, to `add`."""
        self.first_left = self.first_left or text
        if self.leave is None:
            self.add(text)
        else:
            self.leave(text)

    def add(self, text: str) -> None:
        """Note one problem, as a clause without a full stop. Raises the DataError of `check` when there are ENOUGH."""
        self.named.append(text)
        if len(self.named) >= ENOUGH:
            self.check()

    def end(self, text: str) -> None:
        """Note a problem that makes further checks pointless, and raise the DataError of `check`."""
        self.add(text)
        self.check()

    def check(self) -> None:
        """Raise one DataError about all problems noted, if there are any."""
        if self.named:
            sentence = f"{first_of(self.named, NAMED)}."
            if not sentence.startswith(f"{self.subject} "):  # a single file is its own subject
                sentence = f"{self.subject} cannot be used: {sentence}"
            raise DataError(sentence)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an import: its path within the folder or zip (with /), its announced size in bytes, and how to read it."""

    path: str
    size: int
    read: Callable[[], bytes]


def brief(text) -> str:
    """A file or class name as a message shows it: printable, at most 60 characters."""
    text = plain(text)
    return text if len(text) <= 60 else f"{text[:28]}…{text[-28:]}"


def _is_ignored(path: str) -> bool:
    parts = [part for part in path.split("/") if part not in (".", "..")]
    return any(part.startswith(".") or part.lower() in _IGNORED for part in parts)


@contextmanager
def files_of(path: Path, problems: Problems, single: bool = False):
    """The Entry of each image in a folder or zip, sorted by path; None for an .npz. single: `path` may also be one image file.

    DataError for anything else. Files that are not images, and a lack of images, are noted in `problems`.
    """
    if not single:
        check_format(path)  # before zips, as which some of the formats look
    with ExitStack() as opened:
        if path.is_dir():
            entries = _in_folder(path, problems)
        elif single and path.suffix.lower() in SUFFIXES:
            with explained(path, "read", DataError):
                entries = [Entry(path.name, path.stat().st_size, path.read_bytes)]
        elif path.suffix.lower() == ".npz":
            entries = None
        elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
            archive = opened.enter_context(_opened_zip(path))
            nameless = "images.npy" in archive.namelist()  # an .npz whose name an upload may have lost
            entries = None if nameless else _in_zip(archive, problems)
        elif single:
            raise DataError(
                f"{brief(path.name)} cannot be used: give an image file, a folder of images, a zip of one, or an .npz file."
            )
        else:
            raise DataError(
                f"{brief(path.name)} cannot be used: give a folder of images, a zip of one, or an .npz file, or of a table a "
                ".csv or .parquet file."
            )
        if entries is None:
            yield None
            return
        limited = islice(entries, MAX_FILES + 1)
        images = _images_only(sorted(limited, key=lambda entry: entry.path), problems)
        if not images and not problems.named:
            clause = "it holds no images"
            if problems.first_left:
                clause += f" that can be used: {problems.first_left}"
            problems.add(clause)
        yield images


def check_format(path: Path) -> None:
    """DataError, with what to do, for a file whose suffix names a format of tables or archives that is not supported."""
    suffix, remedy = path.suffix.lower(), ""
    if suffix in SHEETS:
        remedy = "save the table in it as .csv or .parquet"
    elif suffix == ".npy":
        remedy = "save its array in an .npz, under the name images for images, or X for a table"
    elif suffix in TEXTS:
        remedy = "if it holds a table, save it as .csv, with a first line that names the columns"
    elif suffix in PACKED:
        remedy = "unpack it, and give the folder or file within"
    if remedy and path.is_file():
        raise DataError(f"{brief(path.name)} cannot be used: {remedy}.")


def _opened_zip(path: Path) -> zipfile.ZipFile:
    with explained(path, "read", DataError):
        try:
            return zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            raise DataError(
                f"{brief(path.name)} cannot be used: it is not a complete zip file; create it again."
            ) from None


def _in_folder(folder: Path, problems: Problems) -> Iterator[Entry]:
    """The Entry of each file under `folder`; links, pipes and the like are noted as unusable."""
    waiting = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            items = sorted(os.scandir(place), key=lambda item: item.name)
        except OSError as error:
            problems.add(explain(error, brief(prefix or folder), "read").rstrip("."))
            continue
        for item in items:
            path = prefix + item.name
            if _is_ignored(path):
                continue
            if item.is_symlink():
                problems.about_file(f"{brief(path)} is a link, which is not followed")
            elif item.is_dir(follow_symlinks=False):
                waiting.append((Path(item.path), path + "/"))
            elif not item.is_file(follow_symlinks=False):
                problems.about_file(f"{brief(path)} is not an ordinary file")
            else:
                size = item.stat(follow_symlinks=False).st_size
                yield Entry(path, size, Path(item.path).read_bytes)


def _in_zip(archive: zipfile.ZipFile, problems: Problems) -> Iterator[Entry]:
    """The Entry of each file in a zip; unsafe paths, links and encrypted members are noted as unusable."""
    for info in archive.infolist():
        path = _name_of(info).replace("\\", "/")  # some Windows programs write their own separator
        if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in path.split("/"):
            problems.about_file(f"the path {brief(path)} leads out of the archive")
        elif _is_ignored(path) or path.endswith("/"):
            continue
        elif stat.S_ISLNK(info.external_attr >> 16):
            problems.about_file(f"{brief(path)} is a link, which is not followed")
        elif info.flag_bits & 1:
            problems.about_file(f"{brief(path)} is encrypted; make the zip without a password")
        else:
            path = posixpath.normpath(path)  # drops "./" and doubled slashes
            yield Entry(path, info.file_size, lambda info=info: _unzip(archive, info))


def _name_of(info):
    """A member's path. A zip that does not declare its encoding, as those made on macOS and Linux do not, is read as UTF-8 where
    that is possible."""
    declares_encoding = info.flag_bits & 0x800
    if declares_encoding:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _unzip(archive, info):
    with archive.open(info) as stream:  # never yields more than the announced size, and checks the CRC
        return stream.read(info.file_size)


def _images_only(entries: list[Entry], problems: Problems) -> list[Entry]:
    """The entries with an image's suffix and an allowed size; others are noted as unusable. Raises DataError if there are too
    many files, or too many bytes in all."""
    if len(entries) > MAX_FILES:
        problems.end(f"there are more than {MAX_FILES:,} files")
    total = sum(entry.size for entry in entries)
    if total > MAX_SOURCE:
        problems.end(
            f"its files take {total / 2**30:,.1f} GiB unpacked, more than the {MAX_SOURCE / 2**30:g} GiB allowed"
        )
    kept = []
    for entry in entries:
        if posixpath.splitext(entry.path)[1].lower() not in SUFFIXES:
            problems.about_file(f"{brief(entry.path)} is not an image ({', '.join(s[1:] for s in SUFFIXES)})")
        elif not entry.size:
            problems.about_file(f"{brief(entry.path)} is not a readable image: it is empty")
        elif entry.size > MAX_FILE:
            problems.about_file(f"{brief(entry.path)} is larger than {MAX_FILE / 2**20:g} MiB")
        else:
            kept.append(entry)
    return kept


def inside_common_folder(entries: list[Entry]) -> list[Entry]:
    """The entries with paths relative to the innermost folder that contains them all."""
    depth = len(os.path.commonprefix([entry.path.split("/")[:-1] for entry in entries]))
    if not depth:
        return entries
    return [replace(entry, path="/".join(entry.path.split("/")[depth:])) for entry in entries]


def layout(entries: list[Entry], problems: Problems) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (int64 N) and class names by folder; all −1 and () if there are no subfolders. Problems are noted; DataError for
    more than MAX_CLASSES classes."""
    paths = [entry.path.split("/") for entry in entries]
    nested = next((path for path in paths if len(path) > 2), None)
    if nested:
        problems.add(
            f"{brief('/'.join(nested[:-1]))} is a folder inside a class folder; each class must be one folder of images"
        )
    names = sorted({path[0] for path in paths if len(path) > 1}, key=_natural)
    loose = next((path for path in paths if len(path) == 1), None)
    if names and loose:
        problems.add(
            f"{brief(loose[0])} lies beside the class folders; move it into one of them, or all images into one folder"
        )
    labels = check_classes([path[0] if len(path) > 1 else None for path in paths], names, problems)
    return labels, tuple(names)


def _natural(name):
    if name.isascii() and name.isdigit() and len(name) < 19:
        return (0, int(name), name)
    return (1, 0, name)


def check_classes(members: list, names: list[str], problems: Problems) -> np.ndarray:
    """The labels (int64 N) of images whose class names are `members` (None: −1): their indices in `names`. Classes that are too
    small, alone or badly named are noted as problems; DataError for more than MAX_CLASSES."""
    if len(names) > MAX_CLASSES:
        problems.end(f"there are {len(names):,} classes, more than the {MAX_CLASSES:,} allowed")
    if len(names) == 1:
        problems.add(
            f"there is only one class ({brief(names[0])}); sort the images into at least two, or give them without "
            "classes (all in one folder, or an .npz without labels)"
        )
    index_by_name = {name: k for k, name in enumerate(names)}
    labels = np.array([index_by_name.get(member, -1) for member in members], np.int64)
    for k, count in enumerate(np.bincount(labels[labels >= 0], minlength=len(names))):
        if count < 2:  # one for each side of the split
            problems.add(f"the class {brief(names[k])} has a single image; each needs at least two")
        if len(names[k]) > 80 or not names[k].isprintable():
            problems.add(f"the class name {brief(names[k])} is longer than 80 characters or not printable")
    return labels


def content_of(entry: Entry) -> bytes:
    """The bytes of one file; DataError, whose text is a clause, if it cannot be read."""
    try:
        return entry.read()
    except UNZIPPABLE:
        raise DataError("is damaged or cannot be read") from None


def decode(
    content: bytes,
    fit: tuple[int, int] | None = None,
    look=lambda height, width: None,
    margins: bool | None = None,
    tones: Tones | None = None,
) -> np.ndarray:
    """The pixels of an encoded image as levels, uint8 H×W (grey) or H×W×3.

    fit: the (height, width) to which `fit_image` scales it; None for its own size. look: as for `upright`; margins: as for
    `fit_image`; tones: how values become levels, None for the whole scale. Raises DataError as `upright` does.
    """
    tones = tones or Tones()
    image = stretched(flatten(upright(content, look, fit), tones.backdrop), tones)
    if fit:
        image = fit_image(image, fit, margins)
    return np.asarray(image)


def picture(pixels: np.ndarray):
    """A Pillow image of pixels uint8 H×W, H×W×1 or H×W×3."""
    from PIL import Image

    if pixels.shape[2:] == (1,):
        pixels = pixels[..., 0]
    return Image.fromarray(pixels)


def fit_image(image, fit: tuple[int, int], margins: bool | None = None):
    """A Pillow image scaled to `fit`, (height, width). An image of other proportions is cropped to its centre or, with `margins`,
    kept whole and padded with the median colour of its edge."""
    from PIL import Image, ImageOps

    size = fit[1], fit[0]
    if image.size == size:
        return image
    if not margins:
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    width, height = image.size
    edges = ((0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height))
    channels = len(image.getbands())
    edge = np.concatenate([np.asarray(image.crop(box)).reshape(-1, channels) for box in edges])
    ground = np.median(edge, axis=0).astype(int).tolist()
    scale = min(size[0] / image.width, size[1] / image.height)
    inner = [max(1, round(scale * side)) for side in image.size]
    whole = Image.new(image.mode, size, tuple(ground) if channels > 1 else ground[0])
    corner = tuple((side - own) // 2 for side, own in zip(size, inner, strict=True))
    whole.paste(image.resize(inner, Image.Resampling.LANCZOS), corner)
    return whole


def upright(content: bytes, look=lambda height, width: None, wanted: tuple[int, int] | None = None):
    """An encoded image as a Pillow image of any mode that `tones.flattened` takes, rotated as its EXIF data asks.

    look: called with height and width from the file's header before anything is decoded; it may raise DataError. wanted: the
    (height, width) that is needed: a JPEG may then be decoded at a reduced size, with at least twice as many pixels per side.
    Raises DataError, whose text is a clause, for an image that is unreadable, cut short, animated or too large, or whose colours
    are ambiguous (32 bits per channel, Lab).
    """
    from PIL import Image, ImageOps

    with _damage_as_clause(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata and large images; sizes are checked here
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        _check_kind(image)
        look(image.height, image.width)
        if wanted:
            image.draft(None, (2 * max(wanted), 2 * max(wanted)))  # a square, since EXIF may swap the sides
        image.load()
        ImageOps.exif_transpose(image, in_place=True)  # otherwise even an upright image would be copied
        return image


def flatten(image, backdrop: str):
    """As `tones.flattened`; DataError, whose text is a clause, if the image turns out to be damaged."""
    with _damage_as_clause():
        return flattened(image, backdrop)


@contextmanager
def _damage_as_clause():
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
    except _DAMAGED:
        raise DataError("is truncated or damaged") from None


def _check_kind(image):
    if image.width * image.height > MAX_PIXELS:
        raise DataError(f"has {image.width:,}×{image.height:,} pixels, more than {MAX_PIXELS // 10**6} million")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:  # MPO: a photograph with its preview
        raise DataError("is animated or has several pages; save a single picture")
    if image.mode == "F" or (image.mode == "I" and image.format != "PPM"):  # Pillow scales PGM files to 0..65535
        raise DataError("has numbers of 32 bits; save it with 8 or 16 bits per channel")
    if image.mode not in ("1", "L", "I", "RGB", "P", "LA", "RGBA", "PA", "CMYK") and not image.mode.startswith("I;16"):
        raise DataError(f"has {image.mode} colours; save it as grey or RGB")
