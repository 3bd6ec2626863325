"""The time-lapse of a training as an animated GIF: the codes of the probe set, coloured by class, moving towards the prior."""

import io

import numpy as np

from aae_core.errors import ConfigError, RevisionError
from aae_core.latent import code_map
from aae_core.latent.code_map import BACKGROUND, FIRST, IMAGE_SIDE, INK
from aae_core.latent.colours import CLASS_COLOURS, VERDICT_COLOURS

DURATION_LIMITS = 2, 45  # shortest and longest animation
FRAME_MILLISECONDS = 50  # milliseconds between two images
END_IMAGES = 20  # images for which the end stays
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
    points = [code_map.project_to_plane(frame.z, projection) for frame in history.frames]
    window, prior_points = code_map.window_and_prior_samples(revision, points[-1], projection)
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


def film_palette() -> np.ndarray:
    """The colours of the film, uint8 K×3: those of a map, and the shades of D's surface."""
    from PIL.ImageColor import getrgb

    grey = np.array([190.0] * 3)
    code, prior = np.array([getrgb(verdict_colour) for verdict_colour in VERDICT_COLOURS], float)
    verdict = np.linspace(-1, 1, SURFACE_SHADES)[:, None]
    shades = grey + np.abs(verdict) * (np.where(verdict < 0, code, prior) - grey)
    return np.concatenate([code_map.map_palette(), 0.45 * shades + 0.55 * 255]).round().astype(np.uint8)


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
    code_map.draw_codes(image, (1 - share) * points[k] + share * points[k + 1], labels, window, prior_points)
    image[-4:, : round(IMAGE_SIDE * position / (len(points) - 1))] = INK
    return _with_text(image, f"step {history[nearest].step:,}   epoch {history[nearest].epoch:.1f}")


def _with_text(image, text) -> np.ndarray:
    """A copy of the image with a text in its lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    canvas = Image.fromarray(image)
    drawing, font = ImageDraw.Draw(canvas), ImageFont.load_default(15)
    box_left, box_top, box_right, box_bottom = drawing.textbbox((8, IMAGE_SIDE - 28), text, font)
    drawing.rectangle((box_left - 4, box_top - 3, box_right + 4, box_bottom + 3), fill=BACKGROUND)
    drawing.text((8, IMAGE_SIDE - 28), text, fill=INK, font=font)
    return np.asarray(canvas)
