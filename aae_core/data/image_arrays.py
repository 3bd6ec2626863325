"""Images in memory as uint8 N×H×W×C: converted where their levels are certain; otherwise a sentence says how to convert them."""

import numpy as np

from aae_core.data.tones import SCALES
from aae_core.errors import DataError

MOST_NUMBERS = 2**22  # that are converted at once, which bounds the memory that this takes
EXACT = 1e-3  # of a level: a fraction in 0..1 that lies closer to a multiple of 1/255 was one before it was rounded
LEVELS = 255  # the highest level
HIGHEST = SCALES[-1]  # the highest value to which a range can be applied


def add_channel(images: np.ndarray) -> np.ndarray:
    """Grey images N×H×W as N×H×W×1; other arrays as they are."""
    return images[..., None] if images.ndim == 3 else images


def axes_hint(shape: tuple[int, ...]) -> str:
    """How an array of this shape could become images N×H×W×C, in a clause; "" if nothing is known. shape: N, and three axes."""
    if len(shape) != 4:
        return ""
    _, first, _, last = shape
    if last in (1, 3):
        return ""
    if first in (1, 3):
        return "their axes are N×C×H×W: give X.permute(0, 2, 3, 1) of a tensor, or np.moveaxis(X, 1, -1) of an array"
    if last == 4:
        return "leave their transparency out: X[..., :3]"
    if last == 2:
        return "leave their transparency out: X[..., :1]"
    return ""


def to_levels(images: np.ndarray) -> np.ndarray:
    """Images of any shape as uint8 levels from 0 (black) to 255 (white).

    Whole numbers from 0 to 255 are levels in any number format; truth values become 0 and 255, and fractions in 0..1 that are
    multiples of 1/255, as torchvision's `ToTensor` makes them, the levels that they were. DataError, which says how to convert
    them, for other numbers, and for floating-point numbers that are all 0 or 1, which may be meant either way.
    """
    kind = images.dtype.kind
    if images.dtype == np.uint8:
        return images
    if kind == "b":
        return images.astype(np.uint8) * np.uint8(LEVELS)
    if kind not in "iuf":
        raise DataError(f"Images are numbers, uint8, not of the type {images.dtype}; convert them.")
    if not images.size:
        return images.astype(np.uint8)
    low, high = images.min(), images.max()
    if not np.isfinite(low) or not np.isfinite(high):
        raise DataError("The images hold numbers that are not finite; correct them or leave these images out.")
    if low < 0 or high > LEVELS:
        raise DataError(_out_of_range(float(low), float(high)))
    if kind in "iu":
        return images.astype(np.uint8)
    return _levels_of_floats(images, float(high))


def to_values(images: np.ndarray, high: float) -> np.ndarray:
    """Images of any shape as values to which a range is applied: uint8, or uint16 if they or the upper end of the range, `high`,
    exceed 255. Arrays uint8 and uint16 are left as they are.

    DataError unless they are whole numbers from 0 to 65,535, in any number format; truth values are 0 and 1.
    """
    if images.dtype in (np.uint8, np.uint16):
        return images.astype(images.dtype.newbyteorder("="), copy=False)
    if images.dtype.kind not in "biuf":
        raise DataError(f"Images are numbers, not of the type {images.dtype}; convert them.")
    least, most = (images.min(), images.max()) if images.size else (0, 0)
    dtype = np.uint8 if max(most, high) <= LEVELS else np.uint16
    is_in_range = least >= 0 and most <= HIGHEST  # False for NaN, too
    if not is_in_range or not all(_are_whole(part) for part in _parts(images)):
        numbers = "fractions" if is_in_range else f"numbers from {least:g} to {most:g}"
        raise DataError(
            f"A range is applied to whole numbers from 0 to {HIGHEST:,}, but the images hold {numbers}; scale them yourself to "
            "levels, uint8 from 0 to 255, and leave the range out."
        )
    return images.astype(dtype)


def _parts(images):
    """The images in parts of about MOST_NUMBERS numbers."""
    step = max(1, MOST_NUMBERS * len(images) // max(1, images.size))
    for start in range(0, len(images), step):
        yield images[start : start + step]


def _are_whole(values):
    return values.dtype.kind != "f" or bool((values == np.rint(values)).all())


def _out_of_range(low, high):
    values = f"(np.asarray(X) + {-low:g})" if low < 0 else "np.asarray(X)"
    width = high - low if low < 0 else high
    by_range = ""
    if low >= 0 and high <= HIGHEST and high == round(high):
        by_range = f"; or name the values that become black and white, value_range=(0, {high:.0f}), in aae.arrays"
    return (
        f"The images hold numbers from {low:g} to {high:g}, where 8-bit images have 0 to 255; scale those for training and later "
        f"ones alike, as by ({values} * (255 / {width:g})).round().astype('uint8'){by_range}."
    )


def _levels_of_floats(images, high):
    """Levels of floating-point numbers in 0..255, of which `high` is the largest."""
    factor = LEVELS if high <= 1 else 1
    levels = np.empty(images.shape, np.uint8)
    only_ends = True
    step = max(1, MOST_NUMBERS * len(images) // images.size)
    for start in range(0, len(images), step):
        part = images[start : start + step].astype(np.float64) * factor
        nearest = np.rint(part)
        if np.abs(part - nearest).max() > EXACT:
            raise DataError(_inexact(factor))
        levels[start : start + step] = nearest
        only_ends = only_ends and bool(((nearest == 0) | (nearest == LEVELS)).all())
    if factor > 1 and only_ends and high > 0:
        raise DataError(
            "The images hold floating-point numbers that are all 0 or 1; give truth values if 1 is white, X == 1, or uint8 if it "
            "is the level 1 of 255: np.asarray(X).astype('uint8')."
        )
    return levels


def _inexact(factor):
    scaled, interval = "np.asarray(X)", "in 0..255"
    if factor > 1:
        scaled, interval = "np.asarray(X) * 255", "in 0..1"
    return (
        f"The images hold fractions {interval} that are no levels of 8-bit images; round them yourself: "
        f"({scaled}).round().astype('uint8')."
    )
