"""The user's own images in a folder, a zip or single files: listing, folder layout and decoding.

Nothing is unpacked to the disk; sizes are checked before contents are read, and every problem found is noted, not only
the first.
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
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from aae_core.errors import DataError, plain
from aae_core.files import explain, explained

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
SHEETS = (".xlsx", ".xls", ".ods", ".txt", ".json", ".feather")  # of tables that are not read
NAMED = 10  # problems reported one by one; the rest are counted
ENOUGH = 100  # problems after which the check ends
MAX_FILES = 2_000_000
MAX_CLASSES = 1000
MAX_SOURCE = 2**38  # bytes of all files together
MAX_TOTAL = 2**30  # bytes of pixels that are kept in memory
MAX_FILE = 2**28  # bytes of one file
MAX_PIXELS = 64_000_000  # of one image
_IGNORED = ("__MACOSX", "Thumbs.db", "desktop.ini")
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError, struct.error, zlib.error)
UNZIPPABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)


@dataclass
class Problems:
    """The problems of an import: the first few by name, the rest counted.

    leave: called with a clause on each file that cannot be used and is left out; None: such a file is a problem. first_left:
    the first of these clauses.
    """

    subject: str
    leave: Callable[[str], None] | None = None
    named: list[str] = field(default_factory=list)
    count: int = 0
    first_left: str = ""

    def about_file(self, text: str) -> None:
        """Note why one file cannot be used, a clause without a full stop: it is left out, or a problem as in `add`."""
        self.first_left = self.first_left or text
        (self.leave or self.add)(text)

    def add(self, text: str) -> None:
        """Note one problem, a clause without a full stop; raises the DataError of `check` when there are too many."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(text)
        if self.count >= ENOUGH:
            self.check()

    def end(self, text: str) -> None:
        """Note a problem beside which no other is looked for, and raise the DataError of `check`."""
        self.add(text)
        self.check()

    def check(self) -> None:
        """Raise one DataError that names every problem noted, if there is any."""
        if self.count:
            more = f"; and {self.count - NAMED:,} more" if self.count > NAMED else ""
            raise DataError(f"{self.subject} cannot be used: {'; '.join(self.named)}{more}.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an import: its path within it (with /), its announced size in bytes, and how to read it."""

    path: str
    size: int
    read: Callable[[], bytes]


def brief(text) -> str:
    """A file or class name fit for a sentence: printable and not too long."""
    text = plain(text)
    return text if len(text) <= 60 else f"{text[:28]}…{text[-28:]}"


def _is_ignored(path: str) -> bool:
    return any(part.startswith(".") or part in _IGNORED for part in path.split("/") if part not in (".", ".."))


@contextmanager
def files_of(path, problems, single=False):
    """The image files of a folder or zip, sorted by path, or (`single`) the one that `path` itself is; None where it is an .npz.
    DataError for anything else; what is no image, and that there are none, is noted."""
    with ExitStack() as opened:
        if path.is_dir():
            found = _in_folder(path, problems)
        elif single and path.suffix.lower() in SUFFIXES:
            with explained(path, "read", DataError):
                found = [Entry(path.name, path.stat().st_size, path.read_bytes)]
        elif path.suffix.lower() == ".npz":
            found = None
        elif not single and path.suffix.lower() in SHEETS:  # some of which are zips
            raise DataError(f"{brief(path.name)} cannot be used: save the table in it as .csv or .parquet.")
        elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
            archive = opened.enter_context(_opened_zip(path))
            nameless = "images.npy" in archive.namelist()  # an .npz whose name an upload may have lost
            found = None if nameless else _in_zip(archive, problems)
        else:
            first, last = ("an image file, ", "") if single else ("", ", or of a table a .csv or .parquet file")
            raise DataError(
                f"{brief(path.name)} cannot be used: give {first}a folder of images, a zip of one, or an .npz file{last}."
            )
        if found is not None:
            some = islice(found, MAX_FILES + 1)
            found = _images_only(sorted(some, key=lambda entry: entry.path), problems)
        if found == [] and not problems.count:
            problems.add("it holds no images" + f" that can be used: {problems.first_left}" * bool(problems.first_left))
        yield found


def _opened_zip(path):
    with explained(path, "read", DataError):
        try:
            return zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            why = f"{brief(path.name)} cannot be used: it is not a complete zip file; create it again."
            raise DataError(why) from None


def _in_folder(folder, problems):
    """Each file under `folder`; links and what is no ordinary file are noted as problems."""
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


def _in_zip(archive, problems):
    """Each file of a zip; unsafe paths, links and encrypted members are noted as problems."""
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
    """A member's path; where a zip does not say in which encoding, as those made on macOS and Linux do not, read as UTF-8 if it
    can be."""
    with suppress(UnicodeError):
        return info.filename if info.flag_bits & 0x800 else info.filename.encode("cp437").decode()
    return info.filename


def _unzip(archive, info):
    with archive.open(info) as stream:  # never yields more than the announced size, and checks the CRC
        return stream.read(info.file_size)


def _images_only(entries, problems):
    """Entries with an image's suffix and an allowed size; the rest are problems. Too large a total ends the check."""
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
    """The same with their paths inside the innermost folder that holds them all."""
    depth = len(os.path.commonprefix([entry.path.split("/")[:-1] for entry in entries]))
    return entries if not depth else [replace(entry, path="/".join(entry.path.split("/")[depth:])) for entry in entries]


def layout(entries: list[Entry], problems: Problems) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (int64 N) and class names from the folders; −1 and () for a flat folder. Too many classes end the check at once."""
    parts = [entry.path.split("/") for entry in entries]
    deep = next((p for p in parts if len(p) > 2), None)
    if deep:
        problems.add(
            f"{brief('/'.join(deep[:-1]))} is a folder inside a class folder; each class must be one folder of images"
        )
    if all(len(p) == 1 for p in parts):
        return np.full(len(parts), -1, np.int64), ()
    loose = next((p for p in parts if len(p) == 1), None)
    if loose:
        problems.add(
            f"{brief(loose[0])} lies beside the class folders; move it into one of them, or all images into one folder"
        )
    names = sorted({p[0] for p in parts if len(p) > 1}, key=_natural)
    labels = check_classes([p[0] if len(p) > 1 else None for p in parts], names, problems)
    return labels, tuple(names)


def _natural(name):
    return (0, int(name), name) if name.isascii() and name.isdigit() and len(name) < 19 else (1, 0, name)


def check_classes(members: list, names: list[str], problems: Problems) -> np.ndarray:
    """Labels (int64 N, −1 for None) of `members` by their place in `names`; problems with the classes are noted."""
    if len(names) > MAX_CLASSES:
        problems.end(f"there are {len(names):,} classes, more than the {MAX_CLASSES:,} allowed")
    if len(names) == 1:
        problems.add(
            f"there is only one class ({brief(names[0])}); sort the images into at least two, or give them without "
            "classes (all in one folder, or an .npz without labels)"
        )
    place = {name: k for k, name in enumerate(names)}
    labels = np.array([place.get(member, -1) for member in members], np.int64)
    for k, count in enumerate(np.bincount(labels[labels >= 0], minlength=len(names))):
        if count < 2:  # one for each side of the split
            problems.add(f"the class {brief(names[k])} has a single image; each needs at least two")
        if len(names[k]) > 80 or not names[k].isprintable():
            problems.add(f"the class name {brief(names[k])} is longer than 80 characters or not printable")
    return labels


def content_of(entry: Entry) -> bytes:
    """The bytes of one file; DataError with a clause if it cannot be read."""
    try:
        return entry.read()
    except UNZIPPABLE:
        raise DataError("is damaged or cannot be read") from None


def decode(
    content: bytes, fit: tuple[int, int] | None = None, look=lambda height, width: None, margins: bool | None = None
) -> np.ndarray:
    """uint8 H×W (grey) or H×W×3 of an encoded image, as `upright` has it, in its own size or as `fit_image` has it.

    fit: (height, width) to which the image is scaled.
    """
    image = upright(content, look, fit)
    return np.asarray(fit_image(image, fit, margins) if fit else image)


def picture(pixels: np.ndarray):
    """Pillow's image of pixels uint8 H×W, H×W×1 or H×W×3."""
    from PIL import Image

    return Image.fromarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels)


def fit_image(image, fit: tuple[int, int], margins: bool | None = None):
    """A Pillow image scaled to (height, width): where its proportions differ cut to its middle or, with `margins`, whole, the
    rest in the typical colour of its edge."""
    from PIL import Image, ImageOps

    size = fit[1], fit[0]
    if image.size == size:
        return image
    if not margins:
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    pixels = np.asarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(edge, axis=0).astype(int).tolist()
    scale = min(size[0] / image.width, size[1] / image.height)
    inner = [max(1, round(scale * side)) for side in image.size]
    whole = Image.new(image.mode, size, tuple(ground) if isinstance(ground, list) else ground)
    corner = tuple((side - own) // 2 for side, own in zip(size, inner, strict=True))
    whole.paste(image.resize(inner, Image.Resampling.LANCZOS), corner)
    return whole


def upright(content: bytes, look=lambda height, width: None, wanted: tuple[int, int] | None = None):
    """An encoded image as Pillow's, of mode L or RGB, turned as its camera was; transparent pixels are shown on white, a palette
    is resolved, 16 bits a channel become 8, CMYK becomes RGB, and colours with a profile of their own become those of sRGB.

    look: called with height and width from the file's header before anything is decoded; it may raise. wanted: (height, width)
    to which a photograph need not be larger than twice. Raises DataError with a clause, not a sentence, on what is wrong:
    unreadable, cut short, animated, too large, or of a kind (32 bits a channel, Lab) that has no unambiguous colours.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, on odd metadata and large images; sizes are checked here
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_kind(image)
            look(image.height, image.width)
            if wanted:
                image.draft(None, (2 * max(wanted), 2 * max(wanted)))  # it may lie on its side
            image.load()
            return _plain(ImageOps.exif_transpose(image))
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
    if image.mode in ("I", "F"):
        raise DataError("has numbers of 32 bits; save it with 8 or 16 bits per channel")
    if image.mode not in ("1", "L", "RGB", "P", "LA", "RGBA", "PA", "CMYK") and not image.mode.startswith("I;16"):
        raise DataError(f"has {image.mode} colours; save it as grey or RGB")


def _plain(image):
    """The image as L or RGB."""
    from PIL import ImageCms

    inks = image.mode == "CMYK"
    to_srgb = _to_srgb(image.info.get("icc_profile"), "CMYK" if inks else "RGB")
    plain = image if inks and to_srgb else _opaque(image)
    return plain if plain.mode == "L" or not to_srgb else ImageCms.applyTransform(plain, to_srgb)


def _opaque(image):
    """The image as L or RGB, in its own colours."""
    from PIL import Image

    if image.mode.startswith("I;16"):
        return Image.fromarray(np.rint(np.asarray(image) / 257).astype(np.uint8))
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert({"1": "L", "P": "RGB", "CMYK": "RGB"}.get(image.mode, image.mode))


@lru_cache(8)
def _to_srgb(profile: bytes | None, mode: str):
    """Pillow's transform from colours with that ICC profile; None where there is none, none that fits them, or that of sRGB."""
    from PIL import ImageCms

    if not profile:
        return None
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(own).startswith("sRGB"):
            return None
        return ImageCms.buildTransform(own, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None  # as in a browser, which shows such an image in its numbers
