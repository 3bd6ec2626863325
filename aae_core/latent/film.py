"""The time-lapse of a training as an animation: the probe set's codes, each in its class's colour, moving towards the prior."""

import io

import numpy as np

from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError, RevisionError
from aae_core.latent.colours import COLOURS, UNLABELLED, VERDICTS

SIDE = 420  # pixels
SECONDS = 2, 45  # shortest and longest animation; its images, the held end included, fit into one GIF
PAUSE = 50  # milliseconds of an image
HELD = 20  # images that the end stays
RADIUS = 2.3  # pixels of a code
DRAWS = 1_500  # of the prior
PAPER, INK, PALE, FIRST = 0, 1, 2, 3  # colours by number: background, letters, the prior, the first class
SHADES = 64  # of D's surface
SHADED = FIRST + len(COLOURS) + 1


def film(revision, seconds: float = 10.0, surface: bool = False) -> bytes:
    """A GIF of a revision's frames on the codes' own plane, of more than two dimensions the PCA of the latest, one into the next,
    `seconds` (2 to 45) long; its end then stays for a second.

    surface: with D's, where frames have one. Raises ConfigError for another length, RevisionError unless there are two frames.
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
    shades = [_shades(frame, window) if surface and frame.judged is not None else None for frame in history.frames]
    places = np.linspace(0, len(points) - 1, round(1000 * seconds / PAUSE))
    images = [_image(history, points, labels, shades, window, draws, place) for place in places]
    images += [images[-1]] * HELD
    return _gif(images)


def _gif(images):
    """The file of images uint8 SIDE×SIDE, numbers of colours, in an endless loop."""
    from PIL import Image

    frames, file = [Image.fromarray(image) for image in images], io.BytesIO()
    for frame in frames:
        frame.putpalette(palette().tobytes())
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=PAUSE, loop=0)
    return file.getvalue()


def seen(revision, codes: np.ndarray) -> tuple[np.ndarray, tuple, np.ndarray]:
    """Codes n×d on a plane, n×2: their own, of more than two dimensions their PCA; the window that shows them and the prior, as
    its middle and half-width; and samples of the prior on that plane, m×2 (none where there is no prior)."""
    from aae_core.latent import maps

    projection = maps.own_plane(codes)
    points = _placed(codes, projection)
    return points, *_window(revision, points, projection)


def still(revision, clear: bool = False) -> bytes:
    """A PNG of a revision's probe codes in the colours of their classes, over samples of the prior; clear: without paper."""
    from PIL import Image

    probe = revision.probe()
    points, window, draws = seen(revision, probe.z)
    image = np.full((SIDE, SIDE), PAPER, np.uint8)
    _draw(image, points, probe.labels, window, draws)
    drawing, file = Image.fromarray(image), io.BytesIO()
    drawing.putpalette(palette()[:SHADED].tobytes())
    drawing.save(file, "PNG", optimize=True, **({"transparency": PAPER} if clear else {}))
    return file.getvalue()


def palette() -> np.ndarray:
    """The colours of the film, uint8 K×3: paper, ink, the prior, the classes, none, and the shades of D's surface."""
    from PIL.ImageColor import getrgb

    own = [getrgb(colour) for colour in ("#ffffff", "#1f2933", "#c3cad3", *COLOURS, UNLABELLED)]
    grey, (code, prior) = np.array([190.0] * 3), np.array([getrgb(end) for end in VERDICTS], float)
    share = np.linspace(-1, 1, SHADES)[:, None]
    shades = grey + np.abs(share) * (np.where(share < 0, code, prior) - grey)
    return np.concatenate([np.array(own), 0.45 * shades + 0.55 * 255]).round().astype(np.uint8)


def _placed(z, projection):
    """Codes on the plane, n×2; those of one dimension spread at random across their line, the same each time."""
    found = projection.forward(z.astype(np.float32))
    if z.shape[1] == 1:
        found[:, 1] = np.random.default_rng(0).uniform(-0.5, 0.5, len(found))
    return found


def _window(revision, latest, projection):
    """Middle and half-width of the square that shows the prior, if any, and nearly all of the latest codes; draws of the
    prior on it."""
    draws = latest[:0]
    if VARIANTS[revision.config.variant].has_prior:
        prior = revision.shared_model().code_prior
        draws = _placed(prior.fixed(DRAWS).numpy(), projection)
    low, high = np.quantile(draws if len(draws) else latest, [0.005, 0.995], axis=0)
    centre = (low + high) / 2
    ends = np.concatenate([np.quantile(latest, [0.005, 0.995], axis=0), [low, high]])
    return (centre, 1.1 * float(np.abs(ends - centre).max()) or 1.0), draws


def _pixels(points, window):
    """Columns and rows (from the top) of points n×2, as floats."""
    centre, half = window
    across, up = ((points - centre) / (2 * half) + 0.5).T
    return across * (SIDE - 1), (1 - up) * (SIDE - 1)


def _shades(frame, window):
    """D's surface of a frame as numbers of colours, SIDE×SIDE; paper where it was not kept."""
    (x, y), half = window
    edge = (np.arange(SIDE) + 0.5) / SIDE * 2 * half - half
    box, count = frame.box, len(frame.judged)
    rows, columns = _between(y - edge, box[2:], count), _between(x + edge, box[:2], count)
    values = rows @ frame.judged.astype(np.float64) @ columns.T
    inside = (rows.sum(1) > 0)[:, None] & (columns.sum(1) > 0)
    return np.where(inside, SHADED + np.round(values * (SHADES - 1)), PAPER).astype(np.uint8)


def _between(places, ends, count):
    """The shares that `count` cells, whose middles reach from end to end, have in the value at each place; zeros beyond."""
    at = (places - ends[0]) / (ends[1] - ends[0]) * (count - 1)
    shares = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(count)))
    return np.where(((at >= 0) & (at <= count - 1))[:, None], shares, 0)


def _image(history, points, labels, shades, window, draws, place):
    """One image of the film, uint8 SIDE×SIDE numbers of colours, at a place between two frames."""
    k = min(int(place), len(points) - 2)
    share = place - k
    nearest = k + round(share)
    image = np.full((SIDE, SIDE), PAPER, np.uint8) if shades[nearest] is None else shades[nearest].copy()
    _draw(image, (1 - share) * points[k] + share * points[k + 1], labels, window, draws)
    image[-4:, : round(SIDE * place / (len(points) - 1))] = INK
    return _written(image, f"step {history[nearest].step:,}   epoch {history[nearest].epoch:.1f}")


def _draw(image, points, labels, window, draws):
    """Draw samples of the prior, and over them codes in the colours of their classes."""
    _stamp(image, _pixels(draws, window), np.full(len(draws), PALE), 1.0)
    classes = np.where(labels < 0, len(COLOURS), labels % len(COLOURS))
    _stamp(image, _pixels(points, window), FIRST + classes, RADIUS)


def _stamp(image, places, colours, radius):
    """Draw a disc of a colour at each place; what lies beyond the edges is cut off."""
    columns, rows = (np.round(part).astype(np.int64) for part in places)
    reach = int(np.ceil(radius))
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            if down * down + right * right <= radius * radius:
                y, x = rows + down, columns + right
                seen = (y >= 0) & (y < SIDE) & (x >= 0) & (x < SIDE)
                image[y[seen], x[seen]] = colours[seen]


def _written(image, text):
    """The image with a text in its lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.fromarray(image)
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(15)
    left, top, right, bottom = pen.textbbox((8, SIDE - 28), text, font)
    pen.rectangle((left - 4, top - 3, right + 4, bottom + 3), fill=PAPER)
    pen.text((8, SIDE - 28), text, fill=INK, font=font)
    return np.asarray(canvas)
