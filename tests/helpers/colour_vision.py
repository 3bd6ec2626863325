"""How colours look to eyes that lack a kind of cone, and how far apart they then are: models of others, for the tests.

Colours are "#rrggbb" or RGB 0–255; differences are Euclidean in CIELAB (ΔE*ab, D65), or those of
CIEDE2000, which says better how different strong colours look.
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


def perceived_differences(colours, sight) -> np.ndarray:
    """Differences n×n of colours as such eyes see them, in CIEDE2000."""
    lab_colours = cielab(np.clip(linear_rgb(colours) @ np.array(SIGHT[sight]).T, 0, 1))
    return ciede2000(lab_colours[:, None], lab_colours[None])


# CIELAB colours with their difference: some of the test data of Sharma, Wu & Dalal (2005)
CIEDE2000_PAIRS = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
]


def ciede2000(a, b) -> np.ndarray:
    """The difference of CIELAB colours ...×3: Sharma, Wu & Dalal, Color Research & Application 30 (2005), equations 2 to 22."""
    light_1, a_1, b_1 = np.moveaxis(np.asarray(a, float), -1, 0)
    light_2, a_2, b_2 = np.moveaxis(np.asarray(b, float), -1, 0)
    mean_chroma = (np.hypot(a_1, b_1) + np.hypot(a_2, b_2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
    chroma_1, chroma_2 = np.hypot(stretch * a_1, b_1), np.hypot(stretch * a_2, b_2)
    hue_1, hue_2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a_1, b_1), (a_2, b_2)))
    is_grey = chroma_1 * chroma_2 == 0
    hue_step = np.where(is_grey, 0, (hue_2 - hue_1 + 180) % 360 - 180)
    hue_difference = 2 * np.sqrt(chroma_1 * chroma_2) * np.sin(np.radians(hue_step / 2))
    light, chroma = (light_1 + light_2) / 2, (chroma_1 + chroma_2) / 2
    hue = np.where(is_grey, hue_1 + hue_2, hue_1 + hue_step / 2)
    cosines = [np.cos(np.radians(factor * hue + offset)) for factor, offset in ((1, -30), (2, 0), (3, 6), (4, -63))]
    t = 1 + np.tensordot([-0.17, 0.24, 0.32, -0.2], cosines, 1)
    light_weight = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    light_term = (light_2 - light_1) / light_weight
    chroma_term = (chroma_2 - chroma_1) / (1 + 0.045 * chroma)
    hue_term = hue_difference / (1 + 0.015 * chroma * t)
    rotation = 60 * np.exp(-((((hue % 360) - 275) / 25) ** 2))
    turn = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(rotation))
    return np.sqrt(light_term**2 + chroma_term**2 + hue_term**2 + turn * chroma_term * hue_term)


def contrast(a, b) -> float:
    """WCAG 2.1 contrast, 1 to 21."""
    light = sorted((linear_rgb([colour]) @ TO_XYZ[1] + 0.05)[0] for colour in (a, b))
    return light[1] / light[0]


def blend_over(colour, background) -> np.ndarray:
    """What RGBA 0–255 looks like on a ground."""
    share = colour[3] / 255
    return share * np.array(colour[:3]) + (1 - share) * rgb(background)
