"""Marker shapes of the classes, which with `latent.colours` make one pair per class, the same on every page; and other colours.

The shape is the second cue, and beyond ten classes the pair stays unique.
"""

SHAPES = (
    "circle", "square", "diamond", "triangle-up", "cross", "pentagon", "triangle-down", "star", "hexagon", "x", "hourglass",
    "bowtie", "star-diamond",
)  # fmt: skip
# Of the page, as .streamlit/config.toml has it, where no theme is told.
PAGE = "light-dark(#ffffff, #14171c)"
CHOSEN = "light-dark(#2a6db0, #6cb0f0)"  # what is chosen, its primary colour


def shape(k: int) -> str:
    """The marker of class k; 13 shapes against 10 colours, so that 130 classes differ in one or the other."""
    return "circle-open" if k < 0 else SHAPES[k % len(SHAPES)]


def ink(background: str) -> str:
    """The colour, darkened if necessary so that white letters are readable on it (contrast of at least 4.5)."""
    rgb = [int(background[i : i + 2], 16) for i in (1, 3, 5)]
    while _luminance(rgb) > 1.05 / 4.5 - 0.05:
        rgb = [int(v * 0.93) for v in rgb]
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _luminance(rgb):
    """Relative luminance (WCAG 2.1) of an sRGB triple 0–255."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
