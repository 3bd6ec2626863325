"""Reads the images of an import, one by one, as the levels that are stored."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from aae_core.data.image_files import Entry, content_of, fit_image, flatten, picture, upright
from aae_core.data.tones import (
    BACKDROPS,
    WHITE,
    Tones,
    bits_of,
    checked_backdrop,
    checked_range,
    is_transparent,
    scale_of,
    scale_of_image,
    stretched,
    tones_on,
)
from aae_core.errors import DataError

BLANK = "has a single colour"


class ReadImage(NamedTuple):
    """An image of an import.

    pixels: levels, uint8 H×W or H×W×3. blank: why it shows nothing, as a clause, which is BLANK if its file shows nothing either;
    "" if it shows something. is_mapped: whether its values became other levels, of which there may be fewer.
    """

    pixels: np.ndarray
    blank: str
    is_mapped: bool


class ImageReader:
    """Reads the images of an import one by one, at the chosen size and with the chosen tones.

    fit: (height, width) to which they are scaled, or None; margins: as for `fit_image`; value_range: (low, high) in the values of
    the files, or None for their whole scale; backdrop: the colour behind transparent pixels. tones: those that result; a range
    counts on the scale of the first image, and images of another scale are refused.
    """

    def __init__(self, fit=None, margins=False, value_range=None, backdrop=BACKDROPS[0]):
        self._fit, self._margins, self._value_range = fit, margins, checked_range(value_range)
        self._scale: int | None = None
        self.tones = Tones(backdrop=checked_backdrop(backdrop))

    def read_file(self, entry: Entry, look: Callable) -> ReadImage:
        """An image file, as `read_each` asks for it. Raises DataError with a clause, or RangeError."""
        image = upright(content_of(entry), look, self._fit)
        flat = flatten(image, self.tones.backdrop)
        scale = scale_of_image(flat)
        self._set_scale(scale)
        levels = stretched(flat, self.tones)
        if self._fit:
            levels = fit_image(levels, self._fit, self._margins)
        pixels = np.asarray(levels)
        blank = self._why_blank(flat.getextrema(), scale, is_transparent(image)) if is_blank(pixels) else ""
        return ReadImage(pixels, blank, self._is_mapped(scale))

    def read_array(self, values: np.ndarray) -> ReadImage:
        """An image uint8 H×W×C of an .npz. Raises RangeError."""
        scale = scale_of(values)
        self._set_scale(scale)
        pixels = self.tones.levels(values)
        if self._fit:
            pixels = np.asarray(fit_image(picture(pixels), self._fit, self._margins))
        extrema = (int(values.min()), int(values.max()))
        blank = self._why_blank(extrema, scale, False) if is_blank(pixels) else ""
        return ReadImage(pixels, blank, self._is_mapped(scale))

    def _is_mapped(self, scale):
        return self.tones.has_range or scale != WHITE

    def _set_scale(self, scale):
        """Let the range count on the scale of the first image, and refuse images of another scale with a clause."""
        if self._value_range is None or scale == self._scale:
            return
        if self._scale is not None:
            raise DataError(
                f"has {bits_of(scale)} bits per channel and others have {bits_of(self._scale)}, so that no range of values fits "
                "all; save them alike"
            )
        self.tones = tones_on(scale, self._value_range, self.tones.backdrop)
        self._scale = scale

    def _why_blank(self, extrema, scale, transparent):
        """Why an image shows nothing. extrema: (lowest, highest) value, or one such pair for each channel."""
        low, high = np.array(extrema).reshape(-1, 2).T
        if transparent:
            return f"{BLANK} on {self.tones.backdrop}, on which its transparent pixels are put"
        if (low == high).all():
            return BLANK
        start, end = self.tones.limits(scale)
        return (
            f"{BLANK} once stored: its values lie from {low.min():,} to {high.max():,} of {scale:,}, and those from "
            f"{start:,.6g} to {end:,.6g} become 0 to {WHITE}"
        )


def is_blank(pixels: np.ndarray) -> bool:
    """Whether all pixels of an image, H×W or H×W×C, are the same."""
    return bool((pixels == pixels[:1, :1]).all())
