"""The colours of codes in all pictures that the core draws, and on all pages."""

# The colours of the classes differ by at least 24.9 units of CIELAB for every type of colour vision, and have a contrast of at
# least 2 with white and 2.9 with the dark page; `app/figures/palette.py` adds a shape to each where that is wanted.
CLASS_COLOURS = (
    "#705cea",
    "#c11d07",
    "#d0b500",
    "#51ca9b",
    "#a12fa1",
    "#c6a3ff",
    "#88617d",
    "#96bacd",
    "#ab3d41",
    "#e89556",
)
UNLABELLED_COLOUR = "#8a94a3"  # codes without a class
PRIOR_COLOUR = "#2a80cf"  # the prior, its region and its samples: no class has this hue
PALE_PRIOR_COLOUR = "#b3d0ee"  # of its samples beneath the codes of a film, whose colours are opaque
VERDICT_COLOURS = "#d55e00", PRIOR_COLOUR  # D's verdicts: a code, a sample of the prior


def class_colour(k: int) -> str:
    """The colour of class k; grey for k = −1, which stands for no label. Beyond ten classes, the colours repeat."""
    return UNLABELLED_COLOUR if k < 0 else CLASS_COLOURS[k % len(CLASS_COLOURS)]
