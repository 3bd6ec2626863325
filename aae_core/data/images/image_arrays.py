"""Images in memory as uint8 N×H×W×C: converted where their levels are certain; otherwise a sentence says how to convert them."""

import numpy as np

from aae_core.data.images.tones import VALUE_SCALES
from aae_core.errors import DataError

NUMBERS_AT_ONCE = 2**22  # that are converted at once, which bounds the memory that this takes
# of a level: a fraction in 0..1 that lies closer to a multiple of 1/255 was one before it was rounded
LEVEL_TOLERANCE = 1e-3
MAX_LEVEL = 255  # the highest level
MAX_VALUE = VALUE_SCALES[-1]  # the highest value to which a range can be applied


def add_channel_axis(images: np.ndarray) -> np.ndarray:
    """Grey images N×H×W as N×H×W×1; other arrays as they are."""
    return images[..., None] if images.ndim == 3 else images


def wrong_axes_hint(shape: tuple[int, ...]) -> str:
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


def convert_to_levels(images: np.ndarray) -> np.ndarray:
    """Images of any shape as uint8 levels from 0 (black) to 255 (white).

    Whole numbers from 0 to 255 are levels in any number format; truth values become 0 and 255, and fractions in 0..1 that are
    multiples of 1/255, as torchvision's `ToTensor` makes them, the levels that they were. DataError, which says how to convert
    them, for other numbers, and for floating-point numbers that are all 0 or 1, which may be meant either way.
    """
    kind = images.dtype.kind
    if images.dtype == np.uint8:
        return images
    if kind == "b":
        return images.astype(np.uint8) * np.uint8(MAX_LEVEL)
    if kind not in "iuf":
        raise DataError(f"Images are numbers, uint8, not of the type {images.dtype}; convert them.")
    if not images.size:
        return images.astype(np.uint8)
    low, high = images.min(), images.max()
    if not np.isfinite(low) or not np.isfinite(high):
        raise DataError("The images hold numbers that are not finite; correct them or leave these images out.")
    if low < 0 or high > MAX_LEVEL:
        raise DataError(_out_of_range_error(float(low), float(high)))
    if kind in "iu":
        return images.astype(np.uint8)
    return _convert_floats_to_levels(images, float(high))


def convert_to_8_or_16_bit_values(images: np.ndarray, high: float) -> np.ndarray:
    """Images of any shape as values to which a range is applied: uint8, or uint16 if they or the upper end of the range, `high`,
    exceed 255. Arrays uint8 and uint16 are left as they are.

    DataError unless they are whole numbers from 0 to 65,535, in any number format; truth values are 0 and 1.
    """
    if images.dtype in (np.uint8, np.uint16):
        return images.astype(images.dtype.newbyteorder("="), copy=False)
    if images.dtype.kind not in "biuf":
        raise DataError(f"Images are numbers, not of the type {images.dtype}; convert them.")
    minimum, maximum = (images.min(), images.max()) if images.size else (0, 0)
    dtype = np.uint8 if max(maximum, high) <= MAX_LEVEL else np.uint16
    is_in_range = minimum >= 0 and maximum <= MAX_VALUE  # False for NaN, too
    if not is_in_range or not all(_are_whole_numbers(part) for part in _iterate_parts(images)):
        description = "fractions" if is_in_range else f"numbers from {minimum:g} to {maximum:g}"
        raise DataError(
            f"A range is applied to whole numbers from 0 to {MAX_VALUE:,}, but the images hold {description}; scale "
            f"them yourself to "
            "levels, uint8 from 0 to 255, and leave the range out."
        )
    return images.astype(dtype)


def _iterate_parts(images):
    """The images in parts of about NUMBERS_AT_ONCE numbers."""
    step = max(1, NUMBERS_AT_ONCE * len(images) // max(1, images.size))
    for start in range(0, len(images), step):
        yield images[start : start + step]


def _are_whole_numbers(values):
    return values.dtype.kind != "f" or bool((values == np.rint(values)).all())


def _out_of_range_error(low, high) -> str:
    values = f"(np.asarray(X) + {-low:g})" if low < 0 else "np.asarray(X)"
    width = high - low if low < 0 else high
    range_hint = ""
    if low >= 0 and high <= MAX_VALUE and high == round(high):
        range_hint = f"; or name the values that become black and white, value_range=(0, {high:.0f}), in aae.arrays"
    return (
        f"The images hold numbers from {low:g} to {high:g}, where 8-bit images have 0 to 255; scale those for training and later "
        f"ones alike, as by ({values} * (255 / {width:g})).round().astype('uint8'){range_hint}."
    )


def _convert_floats_to_levels(images, high):
    """Levels of floating-point numbers in 0..255, of which `high` is the largest."""
    factor = MAX_LEVEL if high <= 1 else 1
    levels = np.empty(images.shape, np.uint8)
    is_black_and_white = True
    step = max(1, NUMBERS_AT_ONCE * len(images) // images.size)
    for start in range(0, len(images), step):
        part = images[start : start + step].astype(np.float64) * factor
        rounded_levels = np.rint(part)
        if np.abs(part - rounded_levels).max() > LEVEL_TOLERANCE:
            raise DataError(_inexact_levels_error(factor))
        levels[start : start + step] = rounded_levels
        is_black_and_white = is_black_and_white and bool(((rounded_levels == 0) | (rounded_levels == MAX_LEVEL)).all())
    if factor > 1 and is_black_and_white and high > 0:
        raise DataError(
            "The images hold floating-point numbers that are all 0 or 1; give truth values if 1 is white, X == 1, or uint8 if it "
            "is the level 1 of 255: np.asarray(X).astype('uint8')."
        )
    return levels


def _inexact_levels_error(factor) -> str:
    scaled_array, interval = "np.asarray(X)", "in 0..255"
    if factor > 1:
        scaled_array, interval = "np.asarray(X) * 255", "in 0..1"
    return (
        f"The images hold fractions {interval} that are no levels of 8-bit images; round them yourself: "
        f"({scaled_array}).round().astype('uint8')."
    )
