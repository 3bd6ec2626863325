"""The time-lapse of a training as an animated GIF: the codes of the probe set, coloured by class, moving towards the prior."""

import io
import itertools

import numpy as np

from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError, RevisionError
from aae_core.latent.colours import COLOURS, UNLABELLED, VERDICTS

SIDE = 420  # pixels
SECONDS = 2, 45  # shortest and longest animation
PAUSE = 50  # milliseconds between two images
HELD = 20  # images for which the end stays
RADIUS = 2.3  # of a code, in pixels
DRAWS = 1_500  # samples of the prior
PAPER, INK, PALE, FIRST = 0, 1, 2, 3  # places in `palette`: background, text, the prior, the first class
SHADES = 64  # colours of D's surface
SHADED = FIRST + len(COLOURS) + 1  # place of the first of them in `palette`


def film(revision, seconds: float = 10.0, surface: bool = False) -> bytes:
    """The bytes of a GIF that moves from each frame of a revision to the next in `seconds` (2 to 45), and then stays for a
    second. Codes of more than two dimensions are shown on the PCA plane of the latest frame.

    surface: whether D's surface is shown, if the frames have one. Raises ConfigError for another length, RevisionError for fewer
    than two frames.
    """
    from aae_core.latent import maps

    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise ConfigError(f"A time-lapse lasts from {SECONDS[0]} to {SECONDS[1]} seconds, not {seconds:g}.")
    history, probe = revision.frames(), revision.probe()
    if len(history) < 2:
        raise RevisionError(f"{revision.id} has no frames to show one after another; train it with this version first.")
    projection = maps.own_plane(history[-1].z)
    points = [_placed(frame.z, projection) for frame in history.frames]
    window, draws = _window(revision, points[-1], projection)
    labels = probe.labels[history.rows]
    shades = []
    for frame in history.frames:
        has_surface = surface and frame.judged is not None
        shades.append(_shades(frame, window) if has_surface else None)
    places = np.linspace(0, len(points) - 1, round(1000 * seconds / PAUSE))
    images = [_image(history, points, labels, shades, window, draws, place) for place in places]
    images += [images[-1]] * HELD
    return _gif(images)


def _gif(images):
    """The file of images uint8 SIDE×SIDE, whose values are places in `palette`; it loops forever."""
    from PIL import Image

    frames, file = [Image.fromarray(image) for image in images], io.BytesIO()
    for frame in frames:
        frame.putpalette(palette().tobytes())
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=PAUSE, loop=0)
    return file.getvalue()


def seen(revision, codes: np.ndarray) -> tuple[np.ndarray, tuple, np.ndarray]:
    """What is needed to plot codes n×d: their points on a plane, n×2 (their own dimensions, or their PCA if there are more than
    two); the centre and half-width of a window that shows them and the prior; and samples of the prior on the plane, m×2 (m = 0
    without a prior)."""
    from aae_core.latent import maps

    projection = maps.own_plane(codes)
    points = _placed(codes, projection)
    return points, *_window(revision, points, projection)


def still(revision, clear: bool = False) -> bytes:
    """The bytes of a PNG of a revision's probe codes, coloured by class, over samples of the prior. clear: make the background
    transparent."""
    from PIL import Image

    probe = revision.probe()
    points, window, draws = seen(revision, probe.z)
    image = np.full((SIDE, SIDE), PAPER, np.uint8)
    _draw(image, points, probe.labels, window, draws)
    drawing, file = Image.fromarray(image), io.BytesIO()
    drawing.putpalette(palette()[:SHADED].tobytes())
    if clear:
        drawing.save(file, "PNG", optimize=True, transparency=PAPER)
    else:
        drawing.save(file, "PNG", optimize=True)
    return file.getvalue()


def palette() -> np.ndarray:
    """The colours of the film, uint8 K×3: background, text, the prior, the classes, no label, and the shades of D's surface."""
    from PIL.ImageColor import getrgb

    own = [getrgb(colour) for colour in ("#ffffff", "#1f2933", "#c3cad3", *COLOURS, UNLABELLED)]
    grey, (code, prior) = np.array([190.0] * 3), np.array([getrgb(end) for end in VERDICTS], float)
    share = np.linspace(-1, 1, SHADES)[:, None]
    shades = grey + np.abs(share) * (np.where(share < 0, code, prior) - grey)
    return np.concatenate([np.array(own), 0.45 * shades + 0.55 * 255]).round().astype(np.uint8)


def _placed(z, projection):
    """Codes as points of the plane, n×2. One-dimensional codes get a random second coordinate, the same at every call, so that
    they do not cover one another."""
    points = projection.forward(z.astype(np.float32))
    if z.shape[1] == 1:
        points[:, 1] = np.random.default_rng(0).uniform(-0.5, 0.5, len(points))
    return points


def _window(revision, latest, projection):
    """The centre and half-width of a square window, centred on the prior if there is one, that shows 99 % of the prior and of the
    latest codes along each axis; and samples of the prior on the plane."""
    draws = latest[:0]
    if VARIANTS[revision.config.variant].has_prior:
        prior = revision.shared_model().code_prior
        draws = _placed(prior.fixed(DRAWS).numpy(), projection)
    low, high = np.quantile(draws if len(draws) else latest, [0.005, 0.995], axis=0)
    centre = (low + high) / 2
    ends = np.concatenate([np.quantile(latest, [0.005, 0.995], axis=0), [low, high]])
    half_width = 1.1 * float(np.abs(ends - centre).max())
    return (centre, half_width or 1.0), draws


def _shades(frame, window):
    """D's surface of a frame as places in `palette`, uint8 SIDE×SIDE; background outside the grid of the frame."""
    from scipy.ndimage import map_coordinates

    (x, y), half = window
    edge = (np.arange(SIDE) + 0.5) / SIDE * 2 * half - half
    left, right, low, high = frame.box
    cells = len(frame.judged) - 1
    rows, columns = (y - edge - low) / (high - low) * cells, (x + edge - left) / (right - left) * cells
    places = np.meshgrid(rows, columns, indexing="ij")
    values = map_coordinates(frame.judged.astype(np.float64), places, order=1, cval=-1)
    return np.where(values >= 0, SHADED + np.round(values * (SHADES - 1)), PAPER).astype(np.uint8)


def _image(history, points, labels, shades, window, draws, place):
    """One image of the film, uint8 SIDE×SIDE places in `palette`; place: between which frames, as a fractional number."""
    k = min(int(place), len(points) - 2)
    share = place - k
    nearest = k + round(share)
    image = np.full((SIDE, SIDE), PAPER, np.uint8)
    if shades[nearest] is not None:
        image = shades[nearest].copy()
    _draw(image, (1 - share) * points[k] + share * points[k + 1], labels, window, draws)
    image[-4:, : round(SIDE * place / (len(points) - 1))] = INK
    return _written(image, f"step {history[nearest].step:,}   epoch {history[nearest].epoch:.1f}")


def _draw(image, points, labels, window, draws):
    """Draw samples of the prior, and over them codes in the colours of their classes."""
    _stamp(image, draws, window, np.full(len(draws), PALE), 1.0)
    classes = np.where(labels < 0, len(COLOURS), labels % len(COLOURS))
    _stamp(image, points, window, FIRST + classes, RADIUS)


def _stamp(image, points, window, colours, radius):
    """Draw a disc of the given colour at each of the points n×2; what lies outside the image is cut off."""
    centre, half = window
    across, up = ((points - centre) / (2 * half) + 0.5).T
    columns, rows = (np.round(part * (SIDE - 1)).astype(np.int64) for part in (across, 1 - up))
    reach = int(np.ceil(radius))
    for down, right in itertools.product(range(-reach, reach + 1), repeat=2):
        if down * down + right * right <= radius * radius:
            y, x = rows + down, columns + right
            inside = (y >= 0) & (y < SIDE) & (x >= 0) & (x < SIDE)
            image[y[inside], x[inside]] = colours[inside]


def _written(image, text):
    """A copy of the image with a text in its lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.fromarray(image)
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(15)
    left, top, right, bottom = pen.textbbox((8, SIDE - 28), text, font)
    pen.rectangle((left - 4, top - 3, right + 4, bottom + 3), fill=PAPER)
    pen.text((8, SIDE - 28), text, fill=INK, font=font)
    return np.asarray(canvas)
