"""How colours look to eyes that lack a kind of cone, and how far apart they then are: models of others, for the tests.

Colours are "#rrggbb" or RGB 0–255; differences are Euclidean in CIELAB (ΔE*ab, D65).
"""

import numpy as np

# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
BACKGROUNDS = {"light": "#ffffff", "dark": "#14171c"}


def rgb(colour) -> np.ndarray:
    """RGB 0–255 of a colour."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)] if isinstance(colour, str) else colour, float)


def linear_rgb(colours) -> np.ndarray:
    """Linear RGB, n×3 in 0..1."""
    values = np.array([rgb(colour) for colour in colours]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def cielab(values) -> np.ndarray:
    """CIELAB of linear RGB n×3."""
    x = values @ TO_XYZ.T / [0.95047, 1.0, 1.08883]
    f = np.where(x > 0.008856, np.cbrt(np.clip(x, 1e-9, None)), 7.787 * x + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def colour_differences(colours, sight) -> np.ndarray:
    """Differences n×n of colours as such eyes see them."""
    lab_colours = cielab(np.clip(linear_rgb(colours) @ np.array(SIGHT[sight]).T, 0, 1))
    return np.linalg.norm(lab_colours[:, None] - lab_colours[None], axis=2)


def smallest_difference(colours, sight) -> float:
    """The difference of the two that are the hardest to tell apart."""
    return colour_differences(colours, sight)[np.triu_indices(len(colours), 1)].min()


def contrast(a, b) -> float:
    """WCAG 2.1 contrast, 1 to 21."""
    light = sorted((linear_rgb([colour]) @ TO_XYZ[1] + 0.05)[0] for colour in (a, b))
    return light[1] / light[0]


def blend_over(colour, background) -> np.ndarray:
    """What RGBA 0–255 looks like on a ground."""
    share = colour[3] / 255
    return share * np.array(colour[:3]) + (1 - share) * rgb(background)
