"""The colours of codes, in every picture that the core draws and on every page."""

# Of the classes: at least 24 units of CIELAB apart for every kind of sight; app/figures/palette.py has a shape beside each.
COLOURS = ("#1d8ffd", "#febb00", "#f51002", "#aebc6e", "#4c3aff", "#fe53b2", "#883558", "#16d8ff", "#77309d", "#a91224")
UNLABELLED = "#8a94a3"  # codes without a class, and the prior: neither is a class
VERDICTS = "#d55e00", "#0072b2"  # D's: a code, a sample of the prior


def colour(k: int) -> str:
    """The colour of class k; grey for −1, the class of an unlabelled image."""
    return UNLABELLED if k < 0 else COLOURS[k % len(COLOURS)]
