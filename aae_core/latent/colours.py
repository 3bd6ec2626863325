"""The colours of codes in all pictures that the core draws, and on all pages."""

# The colours of the classes differ by at least 24 units of CIELAB for every type of colour vision; `app/figures/palette.py` adds
# a shape to each.
CLASS_COLOURS = (
    "#1d8ffd",
    "#febb00",
    "#f51002",
    "#aebc6e",
    "#4c3aff",
    "#fe53b2",
    "#883558",
    "#16d8ff",
    "#77309d",
    "#a91224",
)
UNLABELLED_COLOUR = "#8a94a3"  # codes without a class, and the prior: neither is a class
VERDICT_COLOURS = "#d55e00", "#0072b2"  # D's verdicts: a code, a sample of the prior


def class_colour(k: int) -> str:
    """The colour of class k; grey for k = −1, which stands for no label. Beyond ten classes, the colours repeat."""
    return UNLABELLED_COLOUR if k < 0 else CLASS_COLOURS[k % len(CLASS_COLOURS)]
