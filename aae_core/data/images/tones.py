"""How the values in image files become the levels that are stored, from 0 (black) to 255 (white). The values of a
file count to 255 or, with 16 bits, to 65,535. Unless a range is chosen, this whole scale becomes 0 to 255. With a
range, its lower end becomes 0 and its upper end 255, in the same way for all images of a data set, and values
outside it become black or white."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta

from aae_core.errors import DataError
from aae_core.wording import mark, translate

MAX_LEVEL = 255  # the highest level
VALUE_SCALES = (255, 65_535)  # the highest values that files of 8 and of 16 bits can hold
BACKDROPS = (mark("white"), mark("black"))  # colours on which transparent pixels can be put
PIXELS_PER_BAND = 2**20  # pixels of a large image that are converted at once, which bounds the memory that this takes


class ValueRangeError(DataError):
    """A range that suits none of the images. Its text is a sentence."""


@dataclass(frozen=True)
class Tones:
    """low, high: the values that become black and white, counted on the scale 0..`full`, which is one of VALUE_SCALES;
    low < high.
    backdrop: the colour on which transparent pixels are put, before the range is applied.

    A range counted on one scale is applied to an image of the other by its share of the scale.
    """

    low: Annotated[float, Meta(ge=0, le=VALUE_SCALES[-1])] = 0
    high: Annotated[float, Meta(ge=0, le=VALUE_SCALES[-1])] = VALUE_SCALES[0]
    full: Literal[255, 65535] = VALUE_SCALES[0]
    backdrop: Literal["white", "black"] = BACKDROPS[0]

    @property
    def is_valid(self) -> bool:
        """Whether the limits are in order, which a record from a file need not be."""
        return self.low < self.high <= self.full

    @property
    def has_range(self) -> bool:
        """Whether a range was chosen that is not the whole scale."""
        return (self.low, self.high) != (0, self.full)

    @property
    def sentence(self) -> str:
        """What is done to images with these tones, as a sentence without its capital letter."""
        limits = {"low": f"{self.low:,.6g}", "high": f"{self.high:,.6g}", "scale": f"{self.full:,}"}
        if self.backdrop == BACKDROPS[0]:
            return translate("the values from {low} to {high} of {scale} become black to white.", **limits)
        backdrop_title = translate(self.backdrop)
        return translate(
            "the values from {low} to {high} of {scale} become black to white, and transparent pixels are put on {backdrop}.",
            backdrop=backdrop_title,
            **limits,
        )

    def limits(self, scale: int) -> tuple[float, float]:
        """The values that become black and white in an image whose values count to `scale`."""
        return self.low * scale / self.full, self.high * scale / self.full

    def level_table(self, scale: int) -> np.ndarray:
        """The level of each value from 0 to `scale`, uint8."""
        low, high = self.limits(scale)
        values = np.arange(scale + 1)
        return np.rint(np.clip((values - low) * MAX_LEVEL / (high - low), 0, MAX_LEVEL)).astype(np.uint8)

    def levels(self, values: np.ndarray) -> np.ndarray:
        """The levels of an image, or of many, uint8 of the same shape. values: of any shape, uint8 or uint16, which tells their
        scale; DataError for another type."""
        values = np.asarray(values)
        if values.dtype not in (np.uint8, np.uint16):
            raise DataError(
                f"Levels are made of values uint8 or uint16, whose type tells their scale, not of {values.dtype}; convert them."
            )
        if values.dtype == np.uint8 and not self.has_range:
            return values
        return self.level_table(scale_of_array(values))[values]


def scale_of_array(values: np.ndarray) -> int:
    """The scale of an array of values: 255 for uint8 and 65,535 for uint16."""
    return int(np.iinfo(values.dtype).max)


def bits_of_scale(scale: int) -> int:
    """The bits of the values that count to `scale`."""
    return scale.bit_length()


def parse_value_range(value_range: Sequence[float] | None) -> tuple[float, float] | None:
    """A range as two numbers, or None; DataError unless 0 ≤ low < high ≤ 65,535."""
    if value_range is None:
        return None
    try:
        low, high = (float(value) for value in value_range)
    except (TypeError, ValueError, OverflowError):
        raise DataError("A range is two numbers, the values that become black and white, such as 0 and 4095.") from None
    if not (math.isfinite(low) and math.isfinite(high) and 0 <= low < high <= VALUE_SCALES[-1]):
        raise DataError(
            f"A range is two values from 0 to {VALUE_SCALES[-1]:,}, of which the first is the lower one, not {low:g} "
            f"and {high:g}."
        )
    return low, high


def check_backdrop(backdrop: str) -> str:
    """The name of a backdrop; DataError if it is none of BACKDROPS."""
    if backdrop not in BACKDROPS:
        raise DataError(f"Transparent pixels can be put on {' or '.join(BACKDROPS)}, not on {str(backdrop)[:40]!r}.")
    return backdrop


def tones_for_scale(scale: int, value_range: tuple[float, float] | None, backdrop: str = BACKDROPS[0]) -> Tones:
    """The Tones of a range that is counted on `scale`; None: the whole scale. ValueRangeError if it reaches beyond the scale."""
    if value_range is None:
        return Tones(backdrop=backdrop)
    low, high = value_range
    if high > scale:
        raise ValueRangeError(
            f"The range from {low:g} to {high:g} reaches beyond the values of these images, which count from 0 to {scale:,}; "
            "choose a range within them."
        )
    return Tones(low, high, scale, backdrop)


def scale_of_image(image) -> int:
    """The scale of a Pillow image that `flatten_transparency` has returned."""
    return VALUE_SCALES[1] if image.mode == "I;16" else VALUE_SCALES[0]


def has_transparent_pixels(image) -> bool:
    """Whether a Pillow image has pixels that are not opaque."""
    if image.mode in ("LA", "RGBA", "PA"):
        return image.getextrema()[-1][0] < MAX_LEVEL
    if image.mode.startswith("I;16"):
        return bool((np.asarray(image) == image.info.get("transparency", -1)).any())
    return "transparency" in image.info and image.convert("RGBA").getextrema()[-1][0] < MAX_LEVEL


def flatten_transparency(image, backdrop: str = BACKDROPS[0]):
    """A decoded Pillow image in mode L, RGB or I;16: transparent pixels are put on the backdrop, a palette is resolved, CMYK
    becomes RGB, and values with an ICC profile, colours or greys, are converted to sRGB. The image itself may be changed."""
    from PIL import ImageCms

    is_cmyk = image.mode == "CMYK"
    profile = image.info.get("icc_profile")
    to_srgb = _srgb_transform(profile, "CMYK" if is_cmyk else "RGB") if profile else None
    if is_cmyk and to_srgb:
        return ImageCms.applyTransform(image, to_srgb)
    is_grey = image.mode in ("L", "LA", "1")
    flat = _to_opaque_grey_or_rgb(image, backdrop)
    if is_grey and profile and flat.mode == "RGB":  # a profile of grey values fits no colours; both backdrops are grey
        flat = flat.convert("L")
    if flat.mode == "RGB" and to_srgb:
        ImageCms.applyTransform(flat, to_srgb, inPlace=True)
    if flat.mode != "RGB" and profile:
        return _convert_grey_to_srgb(flat, profile)
    return flat


def _convert_grey_to_srgb(image, profile: bytes):
    """A Pillow image in mode L or I;16 whose ICC profile is one of grey values, as sRGB shows it; the image itself without such a
    profile."""
    from PIL import Image, ImageCms

    to_srgb = _srgb_transform(profile, "L")
    if to_srgb is None:
        return image
    shades = Image.fromarray(np.arange(MAX_LEVEL + 1, dtype=np.uint8)[None])
    converted_shades = np.asarray(ImageCms.applyTransform(shades, to_srgb).convert("L"))[0]
    if image.mode == "L":
        return image.point(converted_shades.tolist())
    high = VALUE_SCALES[1]
    positions = np.arange(high + 1) * (MAX_LEVEL / high)  # between the 256 shades, the curve is interpolated
    curve = np.interp(positions, np.arange(MAX_LEVEL + 1), converted_shades) * (high / MAX_LEVEL)
    return Image.fromarray(np.rint(curve).astype(np.uint16)[np.asarray(image)])


def _to_opaque_grey_or_rgb(image, backdrop):
    """The image in mode L, RGB or I;16, without regard to its ICC profile."""
    from PIL import Image

    if image.mode in ("L", "RGB", "I;16") and "transparency" not in image.info:
        return image
    if image.mode == "I" or image.mode.startswith("I;16"):  # of which Pillow can scale only some
        values = np.asarray(image).astype(np.uint16)
        transparent_value = image.info.get("transparency")
        if transparent_value is not None:
            values[values == transparent_value] = VALUE_SCALES[1] if backdrop == BACKDROPS[0] else 0
        return Image.fromarray(values)
    if image.mode in ("1", "CMYK") or (image.mode == "P" and "transparency" not in image.info):
        return image.convert("L" if image.mode == "1" else "RGB")
    flat = Image.new("RGB", image.size)
    for top, band in iterate_bands(image):
        band = band.convert("RGBA")
        flat.paste(Image.alpha_composite(Image.new("RGBA", band.size, backdrop), band).convert("RGB"), (0, top))
    return flat


def iterate_bands(image):
    """Yield (number of the first row, Pillow image) of horizontal bands of at most PIXELS_PER_BAND pixels, or of one row."""
    rows_per_band = max(1, PIXELS_PER_BAND // image.width)
    for top in range(0, image.height, rows_per_band):
        yield top, image.crop((0, top, image.width, min(image.height, top + rows_per_band)))


def map_to_levels(image, tones: Tones):
    """A Pillow image that `flatten_transparency` has returned as levels, in mode L or RGB."""
    from PIL import Image

    if image.mode != "I;16":
        if not tones.has_range:
            return image
        return image.point(tones.level_table(VALUE_SCALES[0]).tolist() * len(image.getbands()))
    table = tones.level_table(VALUE_SCALES[1])
    levels = Image.new("L", image.size)
    for top, band in iterate_bands(image):
        levels.paste(Image.fromarray(table[np.asarray(band)]), (0, top))
    return levels


@lru_cache(8)
def _srgb_transform(profile: bytes, mode: str):
    """Pillow's transform to sRGB from an ICC profile; None if it does not fit `mode`, or if it is sRGB's own."""
    from PIL import ImageCms

    try:
        embedded_profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if ImageCms.getProfileDescription(embedded_profile).startswith("sRGB"):
            return None
        return ImageCms.buildTransform(embedded_profile, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None  # as a browser does, which ignores such a profile
