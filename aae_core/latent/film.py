"""The time-lapse of a training as an animated GIF: the codes of the probe set, coloured by class, moving towards the prior."""

import io
import itertools

import numpy as np

from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError, RevisionError
from aae_core.latent.colours import CLASS_COLOURS, PALE_PRIOR_COLOUR, UNLABELLED_COLOUR, VERDICT_COLOURS

IMAGE_SIDE = 420  # pixels
DURATION_LIMITS = 2, 45  # shortest and longest animation
FRAME_MILLISECONDS = 50  # milliseconds between two images
END_IMAGES = 20  # images for which the end stays
CODE_RADIUS = 2.3  # of a code, in pixels
PRIOR_SAMPLES = 1_500  # samples of the prior
WHOLE_MARGIN = 1.02  # of a picture that shows every code: its half-width, in distances of the farthest code
BACKGROUND, INK, PALE, FIRST = 0, 1, 2, 3  # places in `film_palette`: background, text, the prior, the first class
SURFACE_SHADES = 64  # colours of D's surface
FIRST_SHADE = FIRST + len(CLASS_COLOURS) + 1  # place of the first of them in `film_palette`


def render_film(revision, seconds: float = 10.0, with_surface: bool = False) -> bytes:
    """The bytes of a GIF that moves from each frame of a revision to the next in `seconds` (2 to 45), and then stays for a
    second. Codes of more than two dimensions are shown on the PCA plane of the latest frame.

    with_surface: whether D's surface is shown, if the frames have one. Raises ConfigError for another length, RevisionError
    for fewer than two frames."""
    from aae_core.latent import maps

    if not DURATION_LIMITS[0] <= seconds <= DURATION_LIMITS[1]:
        raise ConfigError(
            f"A time-lapse lasts from {DURATION_LIMITS[0]} to {DURATION_LIMITS[1]} seconds, not {seconds:g}."
        )
    history, probe = revision.frames(), revision.probe()
    if len(history) < 2:
        raise RevisionError(f"{revision.id} has no frames to show one after another; train it with this version first.")
    projection = maps.default_plane(history[-1].z)
    points = [_project_to_plane(frame.z, projection) for frame in history.frames]
    window, prior_points = _window_and_prior_samples(revision, points[-1], projection)
    labels = probe.labels[history.rows]
    shades = []
    for frame in history.frames:
        has_surface = with_surface and frame.judged is not None
        shades.append(_surface_pixels(frame, window) if has_surface else None)
    positions = np.linspace(0, len(points) - 1, round(1000 * seconds / FRAME_MILLISECONDS))
    images = [_render_image(history, points, labels, shades, window, prior_points, position) for position in positions]
    images += [images[-1]] * END_IMAGES
    return _encode_gif(images)


def _encode_gif(images) -> bytes:
    """The file of images uint8 IMAGE_SIDE×IMAGE_SIDE, whose values are places in `film_palette`; it loops forever."""
    from PIL import Image

    frames, file = [Image.fromarray(image) for image in images], io.BytesIO()
    for frame in frames:
        frame.putpalette(film_palette().tobytes())
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=FRAME_MILLISECONDS, loop=0)
    return file.getvalue()


def project_codes_and_prior(revision, codes: np.ndarray) -> tuple[np.ndarray, tuple, np.ndarray]:
    """What is needed to plot codes n×d: their points on a plane, n×2 (their own dimensions, or their PCA if there are more than
    two); the centre and half-width of a window that shows them and the prior; and samples of the prior on the plane, m×2 (m = 0
    without a prior)."""
    from aae_core.latent import maps

    projection = maps.default_plane(codes)
    points = _project_to_plane(codes, projection)
    return points, *_window_and_prior_samples(revision, points, projection)


def render_still(revision, is_transparent: bool = False, is_whole: bool = False) -> bytes:
    """The bytes of a PNG of a revision's probe codes, coloured by class, over samples of the prior. is_transparent: make the
    background transparent; is_whole: show every code, also those far from all others."""
    from PIL import Image

    probe = revision.probe()
    points, (centre, half_width), prior_points = project_codes_and_prior(revision, probe.z)
    if is_whole:
        half_width = max(half_width, WHOLE_MARGIN * float(np.abs(points - centre).max()))
    image = np.full((IMAGE_SIDE, IMAGE_SIDE), BACKGROUND, np.uint8)
    _draw_codes(image, points, probe.labels, (centre, half_width), prior_points)
    drawing, file = Image.fromarray(image), io.BytesIO()
    drawing.putpalette(film_palette()[:FIRST_SHADE].tobytes())
    if is_transparent:
        drawing.save(file, "PNG", optimize=True, transparency=BACKGROUND)
    else:
        drawing.save(file, "PNG", optimize=True)
    return file.getvalue()


def film_palette() -> np.ndarray:
    """The colours of the film, uint8 K×3: background, text, the prior, the classes, no label, and the shades of D's surface."""
    from PIL.ImageColor import getrgb

    fixed_colours = [
        getrgb(colour) for colour in ("#ffffff", "#1f2933", PALE_PRIOR_COLOUR, *CLASS_COLOURS, UNLABELLED_COLOUR)
    ]
    grey, (code, prior) = (
        np.array([190.0] * 3),
        np.array([getrgb(verdict_colour) for verdict_colour in VERDICT_COLOURS], float),
    )
    verdict = np.linspace(-1, 1, SURFACE_SHADES)[:, None]
    shades = grey + np.abs(verdict) * (np.where(verdict < 0, code, prior) - grey)
    return np.concatenate([np.array(fixed_colours), 0.45 * shades + 0.55 * 255]).round().astype(np.uint8)


def _project_to_plane(z, projection):
    """Codes as points of the plane, n×2. One-dimensional codes get a random second coordinate, the same at every call, so that
    they do not cover one another."""
    points = projection.forward(z.astype(np.float32))
    if z.shape[1] == 1:
        points[:, 1] = np.random.default_rng(0).uniform(-0.5, 0.5, len(points))
    return points


def _window_and_prior_samples(revision, latest_points, projection):
    """The centre and half-width of a square window, centred on the prior if there is one, that shows 99 % of the prior and of the
    latest codes along each axis; and samples of the prior on the plane."""
    prior_points = latest_points[:0]
    if VARIANTS[revision.config.variant].has_prior:
        prior = revision.shared_model().code_prior
        prior_points = _project_to_plane(prior.fixed(PRIOR_SAMPLES).numpy(), projection)
    low, high = np.quantile(prior_points if len(prior_points) else latest_points, [0.005, 0.995], axis=0)
    centre = (low + high) / 2
    ends = np.concatenate([np.quantile(latest_points, [0.005, 0.995], axis=0), [low, high]])
    half_width = 1.1 * float(np.abs(ends - centre).max())
    return (centre, half_width or 1.0), prior_points


def _surface_pixels(frame, window) -> np.ndarray:
    """D's surface of a frame as places in `film_palette`, uint8 IMAGE_SIDE×IMAGE_SIDE; background outside the grid of the
    frame."""
    from scipy.ndimage import map_coordinates

    (x, y), half = window
    offsets = (np.arange(IMAGE_SIDE) + 0.5) / IMAGE_SIDE * 2 * half - half
    box_left, box_right, box_bottom, box_top = frame.box
    cells = len(frame.judged) - 1
    rows, columns = (
        (y - offsets - box_bottom) / (box_top - box_bottom) * cells,
        (x + offsets - box_left) / (box_right - box_left) * cells,
    )
    places = np.meshgrid(rows, columns, indexing="ij")
    values = map_coordinates(frame.judged.astype(np.float64), places, order=1, cval=-1)
    return np.where(values >= 0, FIRST_SHADE + np.round(values * (SURFACE_SHADES - 1)), BACKGROUND).astype(np.uint8)


def _render_image(history, points, labels, shades, window, prior_points, position) -> np.ndarray:
    """One image of the film, uint8 IMAGE_SIDE×IMAGE_SIDE places in `film_palette`; position: between which frames, as a
    fractional number."""
    k = min(int(position), len(points) - 2)
    share = position - k
    nearest = k + round(share)
    image = np.full((IMAGE_SIDE, IMAGE_SIDE), BACKGROUND, np.uint8)
    if shades[nearest] is not None:
        image = shades[nearest].copy()
    _draw_codes(image, (1 - share) * points[k] + share * points[k + 1], labels, window, prior_points)
    image[-4:, : round(IMAGE_SIDE * position / (len(points) - 1))] = INK
    return _with_text(image, f"step {history[nearest].step:,}   epoch {history[nearest].epoch:.1f}")


def _draw_codes(image, points, labels, window, prior_points):
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
            inside = (y >= 0) & (y < IMAGE_SIDE) & (x >= 0) & (x < IMAGE_SIDE)
            image[y[inside], x[inside]] = colours[inside]


def _with_text(image, text) -> np.ndarray:
    """A copy of the image with a text in its lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.fromarray(image)
    drawing, font = ImageDraw.Draw(canvas), ImageFont.load_default(15)
    box_left, box_top, box_right, box_bottom = drawing.textbbox((8, IMAGE_SIDE - 28), text, font)
    drawing.rectangle((box_left - 4, box_top - 3, box_right + 4, box_bottom + 3), fill=BACKGROUND)
    drawing.text((8, IMAGE_SIDE - 28), text, fill=INK, font=font)
    return np.asarray(canvas)
