"""Whether the images of a data set have contrast: the range of their values, what is said of it, and what would stretch it."""

from dataclasses import dataclass

import numpy as np

from aae_core.data.images.tones import (
    BACKDROPS,
    MAX_LEVEL,
    VALUE_SCALES,
    Tones,
    bits_of_scale,
    iterate_bands,
    scale_of_array,
    scale_of_image,
)
from aae_core.wording import translate

LOW_CONTRAST_SHARE = 0.5  # of the scale from black to white: images whose values span less of it have little contrast
OUTLIER_SHARE = 0.001  # share of the values at either end that do not count, since one bright pixel gives no contrast
# times as wide the span of all values must be as that without OUTLIER_SHARE, so that these count as such
OUTLIER_SPAN_RATIO = 2
CLIPPED_SHARE = 0.01  # share of the values outside a range from which on it is mentioned
# levels below and above which images are nearly black or nearly white
DARK_LEVEL, LIGHT_LEVEL = MAX_LEVEL / 4, 3 * MAX_LEVEL / 4
IMAGES_AT_ONCE = 1000  # images of an array that are counted at once


class ValueCounts:
    """How often each value occurs in images, on the scales of 8 and of 16 bits."""

    def __init__(self):
        self._counts_by_scale: dict[int, np.ndarray] = {}  # scale -> numbers of its values, int64

    def add_counts(self, other_counts: "ValueCounts") -> None:
        """Add the counts of other images."""
        for scale, counts in other_counts._counts_by_scale.items():
            self._add_counts_of_scale(scale, counts)

    def add_image(self, image) -> None:
        """Count the values of a Pillow image of mode L, RGB or I;16, all channels together."""
        if image.mode == "I;16":
            for _, band in iterate_bands(image):
                self.add_array(np.asarray(band))
        else:
            counts = np.array(image.histogram(), np.int64).reshape(len(image.getbands()), -1).sum(axis=0)
            self._add_counts_of_scale(scale_of_image(image), counts)

    def add_array(self, values: np.ndarray) -> None:
        """Count values N×…, uint8 or uint16."""
        scale = scale_of_array(values)
        for start in range(0, len(values), IMAGES_AT_ONCE):
            self._add_counts_of_scale(
                scale, np.bincount(values[start : start + IMAGES_AT_ONCE].ravel(), minlength=scale + 1)
            )

    def _add_counts_of_scale(self, scale, counts):
        former_counts = self._counts_by_scale.get(scale)
        self._counts_by_scale[scale] = counts if former_counts is None else former_counts + counts

    @property
    def scale(self) -> int:
        """The larger scale that occurs; that of 8 bits without images."""
        return max(self._counts_by_scale, default=VALUE_SCALES[0])

    @property
    def is_mixed(self) -> bool:
        """Whether there are images of both scales."""
        return len(self._counts_by_scale) > 1

    def counts_at_scale(self, scale: int) -> np.ndarray:
        """How often each value from 0 to `scale` occurs in images of this scale, int64."""
        return self._counts_by_scale.get(scale, np.zeros(scale + 1, np.int64))


@dataclass(frozen=True)
class ValueSpan:
    """The values of images. scale: the highest value that is possible; minimum, maximum: the lowest and highest that
    occur; typical_low, typical_high: the same without OUTLIER_SHARE, if these are far from the others."""

    scale: int
    minimum: int
    maximum: int
    typical_low: int
    typical_high: int

    def level_share(self, tones: Tones) -> float:
        """How much of the levels from black to white the values fill with these tones, from 0 to 1."""
        black_level, white_level = self.typical_levels(tones)
        return (white_level - black_level) / MAX_LEVEL

    def typical_levels(self, tones: Tones) -> tuple[float, float]:
        """The levels of `typical_low` and `typical_high`, not rounded."""
        start, end = tones.limits(self.scale)
        black_level, white_level = np.clip(
            (np.array([self.typical_low, self.typical_high]) - start) * MAX_LEVEL / (end - start), 0, MAX_LEVEL
        )
        return float(black_level), float(white_level)

    def __str__(self):
        """ "0 to 4,095 of 65,535"; that nearly all lie there, if the rest does not."""
        scale = f"{self.scale:,}"
        if self.minimum == self.maximum:
            return translate("all values are {value} of {scale}", value=f"{self.typical_low:,}", scale=scale)
        facts = {"low": f"{self.typical_low:,}", "high": f"{self.typical_high:,}", "scale": scale}
        if (self.typical_low, self.typical_high) == (self.minimum, self.maximum):
            return translate("their values lie from {low} to {high} of {scale}", **facts)
        return translate(
            "nearly all their values lie from {low} to {high} of {scale} (a few from {minimum} to {maximum})",
            minimum=f"{self.minimum:,}",
            maximum=f"{self.maximum:,}",
            **facts,
        )


def measure_value_span(counts: ValueCounts, scale: int | None = None) -> ValueSpan | None:
    """The span of the values of the images of a scale, by default the larger one; None if there are none."""
    scale = scale or counts.scale
    value_counts = counts.counts_at_scale(scale)
    total = int(value_counts.sum())
    if not total:
        return None
    occurring_values = np.flatnonzero(value_counts)
    minimum, maximum = int(occurring_values[0]), int(occurring_values[-1])
    cumulative = np.cumsum(value_counts)
    low = int(np.searchsorted(cumulative, OUTLIER_SHARE * total, side="right"))
    high = int(np.searchsorted(cumulative, (1 - OUTLIER_SHARE) * total, side="left"))
    if low >= high:  # nearly all values are the same, so that the others are all that is seen
        low, high = minimum, maximum
    if maximum - minimum <= OUTLIER_SPAN_RATIO * (high - low):  # the outermost values are no outliers
        low, high = minimum, maximum
    return ValueSpan(scale, minimum, maximum, low, high)


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


def assess_contrast(counts: dict[str, ValueCounts], tones: Tones) -> Contrast:
    """The Contrast of images with these tones.

    counts: their values by the backdrop on which transparent pixels are put: on white, and only if there are such pixels on
    black, too.
    """
    backdrop_counts = counts.get(tones.backdrop) or counts[BACKDROPS[0]]
    span = measure_value_span(backdrop_counts)
    if span is None:
        return Contrast()
    if backdrop_counts.is_mixed:
        return _assess_mixed_scales(backdrop_counts, tones)
    if tones.has_range:
        return _assess_value_range(backdrop_counts, span, tones)
    if span.level_share(tones) >= LOW_CONTRAST_SHARE:
        return Contrast()
    other_backdrop = next((name for name in BACKDROPS if name != tones.backdrop and name in counts), None)
    other_span = measure_value_span(counts[other_backdrop]) if other_backdrop else None
    if other_span and other_span.level_share(tones) > span.level_share(tones):
        return _suggest_other_backdrop(span, other_span, tones, other_backdrop)
    return Contrast(
        _low_contrast_sentence(span, tones),
        True,
        None if span.typical_low == span.typical_high else (span.typical_low, span.typical_high),
    )


def _low_contrast_sentence(span: ValueSpan, tones: Tones) -> str:
    black_level, white_level = (round(level) for level in span.typical_levels(tones))
    if span.typical_low == span.typical_high:
        return translate("The images show nothing: {values}.", values=span)
    if white_level < DARK_LEVEL:
        text = translate(
            "The images are nearly black: {values}, and since this whole scale becomes the levels 0 to {top}, the levels stored "
            "lie from {black} to {white}."
        )
    elif black_level > LIGHT_LEVEL:
        text = translate(
            "The images are nearly white: {values}, and since this whole scale becomes the levels 0 to {top}, the levels stored "
            "lie from {black} to {white}."
        )
    else:
        text = translate(
            "The images have little contrast: {values}, and since this whole scale becomes the levels 0 to {top}, the levels "
            "stored lie from {black} to {white}."
        )
    return text.format(values=span, top=MAX_LEVEL, black=black_level, white=white_level)


def _assess_mixed_scales(counts: ValueCounts, tones: Tones) -> Contrast:
    """The Contrast of images of which some have 8 bits and others 16."""
    spans = [measure_value_span(counts, scale) for scale in VALUE_SCALES]
    clauses = [
        translate("of those with {bits} bits {values}", bits=bits_of_scale(span.scale), values=span)
        for span in spans
        if span.level_share(tones) < LOW_CONTRAST_SHARE
    ]
    if not clauses:
        return Contrast()
    sentences = translate(
        "Some of the images have 8 bits per channel and others 16, and {clauses}. The whole scale of each becomes the levels 0 "
        "to {top}, and no other range fits all; save them alike.",
        clauses="; ".join(clauses),
        top=MAX_LEVEL,
    )
    return Contrast(sentences, True)


def _suggest_other_backdrop(span: ValueSpan, other_span: ValueSpan, tones: Tones, other_backdrop: str) -> Contrast:
    black_level, white_level = (round(level) for level in other_span.typical_levels(tones))
    needs_range = other_span.level_share(tones) < LOW_CONTRAST_SHARE
    backdrop_title, other_title = translate(tones.backdrop), translate(other_backdrop)
    sentence = translate(
        "The images have little contrast, since their transparent pixels are put on {backdrop}: {values}. On {other}, the levels "
        "reach from {black} to {white}.",
        backdrop=backdrop_title,
        other=other_title,
        values=span,
        black=black_level,
        white=white_level,
    )
    return Contrast(
        sentence, True, (other_span.typical_low, other_span.typical_high) if needs_range else None, other_backdrop
    )


def _assess_value_range(counts: ValueCounts, span: ValueSpan, tones: Tones) -> Contrast:
    """The Contrast of the values that were counted where the tones have a range, which is told in any case."""
    scale, value_counts = span.scale, counts.counts_at_scale(span.scale)
    low, high = tones.limits(scale)
    values = np.arange(scale + 1)
    share_outside = value_counts[(values < low) | (values > high)].sum() / value_counts.sum()
    facts = {"low": f"{low:,.6g}", "high": f"{high:,.6g}", "scale": f"{scale:,}", "top": MAX_LEVEL}
    if share_outside >= CLIPPED_SHARE:
        sentence = translate(
            "The values from {low} to {high} of {scale} are stretched to the levels 0 to {top}; {share} of the values lie "
            "outside and become black or white ({values}).",
            share=f"{share_outside:.0%}",
            values=span,
            **facts,
        )
        return Contrast(sentence, True)
    if span.level_share(tones) < LOW_CONTRAST_SHARE:
        sentence = translate(
            "The values from {low} to {high} of {scale} are stretched to the levels 0 to {top}; even so the images have little "
            "contrast ({values}).",
            values=span,
            **facts,
        )
        return Contrast(sentence, True)
    return Contrast(
        translate("The values from {low} to {high} of {scale} are stretched to the levels 0 to {top}.", **facts)
    )


def assess_array_contrast(images: np.ndarray, tones: Tones) -> Contrast:
    """The Contrast of opaque images N×…, uint8 or uint16."""
    counts = ValueCounts()
    counts.add_array(images)
    return assess_contrast({BACKDROPS[0]: counts}, tones)
