"""The map of a revision's codes: the codes of the probe set on a plane, coloured by class, over samples of the prior."""

import io
import itertools

import numpy as np

from aae_core.config.variants import VARIANTS
from aae_core.latent.colours import CLASS_COLOURS, PALE_PRIOR_COLOUR, UNLABELLED_COLOUR

IMAGE_SIDE = 420  # pixels
CODE_RADIUS = 2.3  # of a code, in pixels
PRIOR_SAMPLES = 1_500  # samples of the prior
WHOLE_MARGIN = 1.02  # of a map that shows every code: its half-width, in distances of the farthest code
BACKGROUND, INK, PALE, FIRST = 0, 1, 2, 3  # places in `map_palette`: background, text, the prior, the first class


def render_map(revision, is_transparent: bool = False, is_whole: bool = False) -> bytes:
    """The bytes of a PNG of a revision's probe codes, coloured by class, over samples of the prior. is_transparent: make the
    background transparent; is_whole: show every code, also those far from all others."""
    from PIL import Image

    probe = revision.probe()
    points, (centre, half_width), prior_points = project_codes_and_prior(revision, probe.z)
    if is_whole:
        half_width = max(half_width, WHOLE_MARGIN * float(np.abs(points - centre).max()))
    image = np.full((IMAGE_SIDE, IMAGE_SIDE), BACKGROUND, np.uint8)
    draw_codes(image, points, probe.labels, (centre, half_width), prior_points)
    drawing, file = Image.fromarray(image), io.BytesIO()
    drawing.putpalette(map_palette().tobytes())
    if is_transparent:
        drawing.save(file, "PNG", optimize=True, transparency=BACKGROUND)
    else:
        drawing.save(file, "PNG", optimize=True)
    return file.getvalue()


def map_palette() -> np.ndarray:
    """The colours of a map, uint8 K×3: background, text, the prior, the classes and no label."""
    from PIL.ImageColor import getrgb

    colours = ("#ffffff", "#1f2933", PALE_PRIOR_COLOUR, *CLASS_COLOURS, UNLABELLED_COLOUR)
    return np.array([getrgb(colour) for colour in colours], np.uint8)


def project_codes_and_prior(revision, codes: np.ndarray) -> tuple[np.ndarray, tuple, np.ndarray]:
    """What is needed to plot codes n×d: their points on a plane, n×2 (their own dimensions, or their PCA if there are more than
    two); the centre and half-width of a window that shows them and the prior; and samples of the prior on the plane, m×2 (m = 0
    without a prior)."""
    from aae_core.latent import maps

    projection = maps.default_plane(codes)
    points = project_to_plane(codes, projection)
    return points, *window_and_prior_samples(revision, points, projection)


def project_to_plane(z, projection):
    """Codes as points of the plane, n×2. One-dimensional codes get a random second coordinate, the same at every call, so that
    they do not cover one another."""
    points = projection.forward(z.astype(np.float32))
    if z.shape[1] == 1:
        points[:, 1] = np.random.default_rng(0).uniform(-0.5, 0.5, len(points))
    return points


def window_and_prior_samples(revision, latest_points, projection):
    """The centre and half-width of a square window, centred on the prior if there is one, that shows 99 % of the prior and of the
    latest codes along each axis; and samples of the prior on the plane."""
    prior_points = latest_points[:0]
    if VARIANTS[revision.config.variant].has_prior:
        prior = revision.shared_model().code_prior
        prior_points = project_to_plane(prior.sample_with_fixed_seed(PRIOR_SAMPLES).numpy(), projection)
    low, high = np.quantile(prior_points if len(prior_points) else latest_points, [0.005, 0.995], axis=0)
    centre = (low + high) / 2
    ends = np.concatenate([np.quantile(latest_points, [0.005, 0.995], axis=0), [low, high]])
    half_width = 1.1 * float(np.abs(ends - centre).max())
    return (centre, half_width or 1.0), prior_points


def draw_codes(image, points, labels, window, prior_points):
    """Draw samples of the prior, and over them codes in the colours of their classes."""
    _draw_discs(image, prior_points, window, np.full(len(prior_points), PALE), 1.0)
    classes = np.where(labels < 0, len(CLASS_COLOURS), labels % len(CLASS_COLOURS))
    _draw_discs(image, points, window, FIRST + classes, CODE_RADIUS)


def _draw_discs(image, points, window, colours, radius):
    """Draw a disc of the given colour at each of the points n×2; what lies outside the image is cut off."""
    centre, half = window
    x_share, y_share = ((points - centre) / (2 * half) + 0.5).T
    columns, rows = (np.round(part * (IMAGE_SIDE - 1)).astype(np.int64) for part in (x_share, 1 - y_share))
    reach = int(np.ceil(radius))
    for row_offset, column_offset in itertools.product(range(-reach, reach + 1), repeat=2):
        if row_offset * row_offset + column_offset * column_offset <= radius * radius:
            y, x = rows + row_offset, columns + column_offset
            is_inside = (y >= 0) & (y < IMAGE_SIDE) & (x >= 0) & (x < IMAGE_SIDE)
            image[y[is_inside], x[is_inside]] = colours[is_inside]
