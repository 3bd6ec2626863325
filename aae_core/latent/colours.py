"""The colours of codes in all pictures that the core draws, and on all pages."""

# Any two classes differ in hue or in lightness: by at least 19 units of CIEDE2000, and by 10 for every type of colour vision.
# None has the hue of the prior, of D's verdicts or of the controls. Each has a contrast of at least 2 with white and with the
# dark page; `app/figures/palette.py` adds a shape to each where that is wanted.
CLASS_COLOURS = (
    "#e69cf7",
    "#129b2c",
    "#bc7a7e",
    "#1e6e49",
    "#f6a426",
    "#9f2075",
    "#59c4b9",
    "#4b40bc",
    "#b8ad74",
    "#a80e2f",
)
UNLABELLED_COLOUR = "#8a94a3"  # codes without a class
PRIOR_COLOUR = "#2a80cf"  # the prior, its region and its samples: no class has this hue
PALE_PRIOR_COLOUR = "#b3d0ee"  # of its samples beneath the codes of a film, whose colours are opaque
VERDICT_COLOURS = "#d55e00", PRIOR_COLOUR  # D's verdicts: a code, a sample of the prior


def class_colour(k: int) -> str:
    """The colour of class k; grey for k = −1, which stands for no label. Beyond ten classes, the colours repeat."""
    return UNLABELLED_COLOUR if k < 0 else CLASS_COLOURS[k % len(CLASS_COLOURS)]
