"""Reads the images of an import, one by one, as the levels that are stored."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from aae_core.data.images.tones import (
    BACKDROPS,
    MAX_LEVEL,
    Tones,
    bits_of_scale,
    check_backdrop,
    has_transparent_pixels,
    map_to_levels,
    parse_value_range,
    scale_of_array,
    scale_of_image,
    tones_for_scale,
)
from aae_core.data.own_data.image_files import (
    ImportedFile,
    flatten_image,
    open_upright_image,
    read_entry,
    resize_image,
    to_pillow_image,
)
from aae_core.errors import DataError
from aae_core.wording import mark, translate

SINGLE_COLOUR = mark("{name} has a single colour")


class BlankReason(NamedTuple):
    """Why an image shows nothing. text: a marked clause, which is SINGLE_COLOUR if its file shows nothing either; facts: the
    values for its braces, without the image's name."""

    text: str
    facts: dict[str, str]

    def clause(self, name: str) -> str:
        """The clause about the image of this name, in the language of the reader."""
        return translate(self.text, name=name, **self.facts)


class ReadImage(NamedTuple):
    """An image of an import.

    pixels: levels, uint8 H×W or H×W×3. blank_reason: why it shows nothing; None if it shows something. is_rescaled: whether its
    values became other levels, of which there may be fewer.
    """

    pixels: np.ndarray
    blank_reason: BlankReason | None
    is_rescaled: bool


class ImageReader:
    """Reads the images of an import one by one, at the chosen size and with the chosen tones.

    target_size: (height, width) to which they are scaled, or None; margins: as for `resize_image`; value_range: (low, high) in
    the values of the files, or None for their whole scale; backdrop: the colour behind transparent pixels. tones: those
    that result; a range counts on the scale of the first image, and images of another scale are refused.
    """

    def __init__(self, target_size=None, margins=False, value_range=None, backdrop=BACKDROPS[0]):
        self._target_size, self._margins, self._value_range = target_size, margins, parse_value_range(value_range)
        self._scale: int | None = None
        self.tones = Tones(backdrop=check_backdrop(backdrop))

    def read_file(self, entry: ImportedFile, check_size: Callable) -> ReadImage:
        """An image file, as `own_images.read_image_files` asks for it. Raises DataError with a clause, or ValueRangeError."""
        image = open_upright_image(read_entry(entry), check_size, self._target_size)
        flat = flatten_image(image, self.tones.backdrop)
        scale = scale_of_image(flat)
        self._apply_range_to_scale(scale)
        levels = map_to_levels(flat, self.tones)
        if self._target_size:
            levels = resize_image(levels, self._target_size, self._margins)
        pixels = np.asarray(levels)
        blank_reason = (
            self._blank_reason(flat.getextrema(), scale, has_transparent_pixels(image))
            if is_single_colour(pixels)
            else None
        )
        return ReadImage(pixels, blank_reason, self._are_values_rescaled(scale))

    def read_array(self, values: np.ndarray) -> ReadImage:
        """An image uint8 H×W×C of an .npz. Raises ValueRangeError."""
        scale = scale_of_array(values)
        self._apply_range_to_scale(scale)
        pixels = self.tones.levels(values)
        if self._target_size:
            pixels = np.asarray(resize_image(to_pillow_image(pixels), self._target_size, self._margins))
        extrema = (int(values.min()), int(values.max()))
        blank_reason = self._blank_reason(extrema, scale, False) if is_single_colour(pixels) else None
        return ReadImage(pixels, blank_reason, self._are_values_rescaled(scale))

    def _are_values_rescaled(self, value_scale):
        return self.tones.has_range or value_scale != MAX_LEVEL

    def _apply_range_to_scale(self, scale):
        """Let the range count on the scale of the first image, and refuse images of another scale with a clause."""
        if self._value_range is None or scale == self._scale:
            return
        if self._scale is not None:
            raise DataError(
                f"has {bits_of_scale(scale)} bits per channel and others have {bits_of_scale(self._scale)}, so that "
                f"no range of values fits "
                "all; save them alike"
            )
        self.tones = tones_for_scale(scale, self._value_range, self.tones.backdrop)
        self._scale = scale

    def _blank_reason(self, extrema, scale, has_transparency) -> BlankReason:
        """Why an image shows nothing. extrema: (lowest, highest) value, or one such pair for each channel."""
        low, high = np.array(extrema).reshape(-1, 2).T
        if has_transparency:
            text = mark("{name} has a single colour on {backdrop}, on which its transparent pixels are put")
            return BlankReason(text, {"backdrop": translate(self.tones.backdrop)})
        if (low == high).all():
            return BlankReason(SINGLE_COLOUR, {})
        start, end = self.tones.limits(scale)
        text = mark(
            "{name} has a single colour once stored: its values lie from {lowest} to {highest} of {scale}, and those from {low} "
            "to {high} become 0 to {top}"
        )
        facts = {"lowest": f"{low.min():,}", "highest": f"{high.max():,}", "scale": f"{scale:,}"}
        return BlankReason(text, facts | {"low": f"{start:,.6g}", "high": f"{end:,.6g}", "top": f"{MAX_LEVEL}"})


def is_single_colour(pixels: np.ndarray) -> bool:
    """Whether all pixels of an image, H×W or H×W×C, are the same."""
    return bool((pixels == pixels[:1, :1]).all())
