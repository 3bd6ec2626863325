"""Whether the images of a data set have contrast: the range of their values, what is said of it, and what would stretch it."""

from dataclasses import dataclass

import numpy as np

from aae_core.data.tones import BACKDROPS, SCALES, WHITE, Tones, bands, bits_of, scale_of, scale_of_image

LITTLE = 0.5  # of the scale from black to white: images whose values span less of it have little contrast
OUTLIERS = 0.001  # share of the values at either end that do not count, since one bright pixel gives no contrast
FEW_FAR = 2  # times as wide the span of all values must be as that without OUTLIERS, so that these count as such
CLIPPED = 0.01  # share of the values outside a range from which on it is mentioned
DARK, LIGHT = WHITE / 4, 3 * WHITE / 4  # levels below and above which images are nearly black or nearly white
CHUNK = 1000  # images of an array that are counted at once


class ValueCounts:
    """How often each value occurs in images, on the scales of 8 and of 16 bits."""

    def __init__(self):
        self._counts: dict[int, np.ndarray] = {}  # scale -> numbers of its values, int64

    def add(self, other: "ValueCounts") -> None:
        """Add the counts of other images."""
        for scale, numbers in other._counts.items():
            self._add(scale, numbers)

    def add_image(self, image) -> None:
        """Count the values of a Pillow image of mode L, RGB or I;16, all channels together."""
        if image.mode == "I;16":
            for _, band in bands(image):
                self.add_array(np.asarray(band))
        else:
            numbers = np.array(image.histogram(), np.int64).reshape(len(image.getbands()), -1).sum(axis=0)
            self._add(scale_of_image(image), numbers)

    def add_array(self, values: np.ndarray) -> None:
        """Count values N×…, uint8 or uint16."""
        scale = scale_of(values)
        for start in range(0, len(values), CHUNK):
            self._add(scale, np.bincount(values[start : start + CHUNK].ravel(), minlength=scale + 1))

    def _add(self, scale, numbers):
        before = self._counts.get(scale)
        self._counts[scale] = numbers if before is None else before + numbers

    @property
    def scale(self) -> int:
        """The larger scale that occurs; that of 8 bits without images."""
        return max(self._counts, default=SCALES[0])

    @property
    def is_mixed(self) -> bool:
        """Whether there are images of both scales."""
        return len(self._counts) > 1

    def numbers(self, scale: int) -> np.ndarray:
        """How often each value from 0 to `scale` occurs in images of this scale, int64."""
        return self._counts.get(scale, np.zeros(scale + 1, np.int64))


@dataclass(frozen=True)
class ValueSpan:
    """The values of images. scale: the highest value that is possible; least, most: the lowest and highest that occur; low, high:
    the same without OUTLIERS, if these are far from the others."""

    scale: int
    least: int
    most: int
    low: int
    high: int

    def width(self, tones: Tones) -> float:
        """How much of the levels from black to white the values fill with these tones, from 0 to 1."""
        black, white = self.levels(tones)
        return (white - black) / WHITE

    def levels(self, tones: Tones) -> tuple[float, float]:
        """The levels of `low` and `high`, not rounded."""
        start, end = tones.limits(self.scale)
        black, white = np.clip((np.array([self.low, self.high]) - start) * WHITE / (end - start), 0, WHITE)
        return float(black), float(white)

    def __str__(self):
        """ "0 to 4,095 of 65,535"; that nearly all lie there, if the rest does not."""
        if self.least == self.most:
            return f"all values are {self.low:,} of {self.scale:,}"
        text = f"their values lie from {self.low:,} to {self.high:,} of {self.scale:,}"
        if (self.low, self.high) == (self.least, self.most):
            return text
        return f"nearly all {text} (a few from {self.least:,} to {self.most:,})"


def span_of(counts: ValueCounts, scale: int | None = None) -> ValueSpan | None:
    """The span of the values of the images of a scale, by default the larger one; None if there are none."""
    scale = scale or counts.scale
    numbers = counts.numbers(scale)
    total = int(numbers.sum())
    if not total:
        return None
    occurring = np.flatnonzero(numbers)
    least, most = int(occurring[0]), int(occurring[-1])
    so_far = np.cumsum(numbers)
    low = int(np.searchsorted(so_far, OUTLIERS * total, side="right"))
    high = int(np.searchsorted(so_far, (1 - OUTLIERS) * total, side="left"))
    if low >= high:  # nearly all values are the same, so that the others are all that is seen
        low, high = least, most
    if most - least <= FEW_FAR * (high - low):  # the outermost values are no outliers
        low, high = least, most
    return ValueSpan(scale, least, most, low, high)


@dataclass(frozen=True)
class Contrast:
    """What is to be said of the contrast of a data set's images with some tones, and what would give them more.

    sentence: "" if there is nothing to say; is_low: whether it says that they have too little, or that values are lost.
    value_range: the range, and backdrop: the colour behind transparent pixels that would give more contrast; None where that is
    no use.
    """

    sentence: str = ""
    is_low: bool = False
    value_range: tuple[int, int] | None = None
    backdrop: str | None = None


def contrast(counts: dict[str, ValueCounts], tones: Tones) -> Contrast:
    """The Contrast of images with these tones.

    counts: their values by the backdrop on which transparent pixels are put: on white, and only if there are such pixels on
    black, too.
    """
    counts_here = counts.get(tones.backdrop) or counts[BACKDROPS[0]]
    span = span_of(counts_here)
    if span is None:
        return Contrast()
    if counts_here.is_mixed:
        return _contrast_of_mixed(counts_here, tones)
    if tones.has_range:
        return _contrast_of_range(counts_here, span, tones)
    if span.width(tones) >= LITTLE:
        return Contrast()
    other = next((name for name in BACKDROPS if name != tones.backdrop and name in counts), None)
    other_span = span_of(counts[other]) if other else None
    if other_span and other_span.width(tones) > span.width(tones):
        return _backdrop_contrast(span, other_span, tones, other)
    return Contrast(_little_contrast(span, tones), True, None if span.low == span.high else (span.low, span.high))


def _little_contrast(span: ValueSpan, tones: Tones) -> str:
    black, white = (round(level) for level in span.levels(tones))
    if span.low == span.high:
        return f"The images show nothing: {span}."
    look = "have little contrast"
    if white < DARK:
        look = "are nearly black"
    elif black > LIGHT:
        look = "are nearly white"
    return (
        f"The images {look}: {span}, and since this whole scale becomes the levels 0 to {WHITE}, the levels stored lie from "
        f"{black} to {white}."
    )


def _contrast_of_mixed(counts: ValueCounts, tones: Tones) -> Contrast:
    """The Contrast of images of which some have 8 bits and others 16."""
    spans = [span_of(counts, scale) for scale in SCALES]
    clauses = [f"of those with {bits_of(span.scale)} bits {span}" for span in spans if span.width(tones) < LITTLE]
    if not clauses:
        return Contrast()
    return Contrast(
        f"Some of the images have 8 bits per channel and others 16, and {'; '.join(clauses)}. The whole scale of each becomes "
        f"the levels 0 to {WHITE}, and no other range fits all; save them alike.",
        True,
    )


def _backdrop_contrast(span: ValueSpan, other_span: ValueSpan, tones: Tones, other: str) -> Contrast:
    black, white = (round(level) for level in other_span.levels(tones))
    needs_range = other_span.width(tones) < LITTLE
    sentence = (
        f"The images have little contrast, since their transparent pixels are put on {tones.backdrop}: {span}. On {other}, the "
        f"levels reach from {black} to {white}."
    )
    return Contrast(sentence, True, (other_span.low, other_span.high) if needs_range else None, other)


def _contrast_of_range(counts: ValueCounts, span: ValueSpan, tones: Tones) -> Contrast:
    """The Contrast of the values that were counted where the tones have a range, which is told in any case."""
    scale, numbers = span.scale, counts.numbers(span.scale)
    low, high = tones.limits(scale)
    values = np.arange(scale + 1)
    outside = numbers[(values < low) | (values > high)].sum() / numbers.sum()
    text = f"The values from {low:,.6g} to {high:,.6g} of {scale:,} are stretched to the levels 0 to {WHITE}"
    if outside >= CLIPPED:
        return Contrast(f"{text}; {outside:.0%} of the values lie outside and become black or white ({span}).", True)
    if span.width(tones) < LITTLE:
        return Contrast(f"{text}; even so the images have little contrast ({span}).", True)
    return Contrast(f"{text}.")


def contrast_of_array(images: np.ndarray, tones: Tones) -> Contrast:
    """The Contrast of opaque images N×…, uint8 or uint16."""
    counts = ValueCounts()
    counts.add_array(images)
    return contrast({BACKDROPS[0]: counts}, tones)
