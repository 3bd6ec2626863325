"""Marker shapes of the classes, the same on every page, and colours of the page.

With its colour in `latent.colours`, the shape identifies a class: there are 130 different pairs. Shapes are drawn where
there are more classes than colours, and where the user wants them.
"""

from aae_core.config.variants import Variant

SHAPES = (
    "circle", "square", "diamond", "triangle-up", "cross", "pentagon", "triangle-down", "star", "hexagon", "x", "hourglass",
    "bowtie", "star-diamond",
)  # fmt: skip
# Of latent models, by what imposes the prior: an adversary, the KL term, a distance between samples, nothing. No class has
# these colours.
MODEL_COLOURS = {"adversary": "#1f7a8c", "kl": "#9a6fc4", "distance": "#b3792b", "none": "#6f7a86"}
DARK_MODEL_COLOURS = {
    "adversary": "#2fa3bb",
    "kl": "#a27acb",
    "distance": "#bf8433",
    "none": "#7f8b97",
}  # on a dark page
# The background and the primary colour of .streamlit/config.toml, for HTML to which Streamlit does not pass the theme.
PAGE_BACKGROUND = "light-dark(#ffffff, #14171c)"
PRIMARY_COLOUR = "light-dark(#235c96, #6cb0f0)"


def marker_shape(k: int) -> str:
    """The plotly marker of class k; an open circle for k < 0, no class."""
    return "circle-open" if k < 0 else SHAPES[k % len(SHAPES)]


def model_colour(variant: Variant, is_dark: bool = False) -> str:
    """The colour of a model on "Which one?", by what imposes its prior; with its marker's shape it identifies the model.
    is_dark: whether the page is dark."""
    model_colours = DARK_MODEL_COLOURS if is_dark else MODEL_COLOURS
    return model_colours[_prior_kind(variant)]


def model_css_colour(variant: Variant) -> str:
    """The colour of `model_colour` in CSS, for light and dark pages."""
    return f"light-dark({model_colour(variant)}, {model_colour(variant, is_dark=True)})"


def _prior_kind(variant) -> str:
    if not variant.prior_losses:
        return "none"
    if variant.has_adversary:
        return "adversary"
    return "kl" if variant.prior_losses == ("kl",) else "distance"


def darken_for_white_text(background: str) -> str:
    """The colour "#rrggbb", darkened if necessary so that white text on it has a contrast of at least 4.5 (WCAG 2.1)."""
    rgb = [int(background[i : i + 2], 16) for i in (1, 3, 5)]
    while _luminance(rgb) > 1.05 / 4.5 - 0.05:
        rgb = [int(level * 0.93) for level in rgb]
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _luminance(rgb):
    """Relative luminance (WCAG 2.1) of an sRGB triple 0–255."""
    linear = [
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
        for level in (channel / 255 for channel in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
