"""A painted prior from an image file: the more a pixel differs from the background, the higher the density there."""

import os
import zipfile
from pathlib import Path

import numpy as np

from aae_core.config import painting
from aae_core.data.image_files import MAX_FILE, brief, picture
from aae_core.data.own_images import read_images
from aae_core.errors import DataError
from aae_core.files import explained

ENOUGH = 16 * painting.SIDE  # pixels per side to which the image is first reduced
FAINT = 8  # of 255 levels; smaller differences are noise of the camera or of JPEG


def text_of(name: str) -> str:
    """A value for the setting prior.painting: the name of a ready shape or the text of a painting as given, or the text of the
    painting in an image file. DataError for anything else."""
    if name in painting.SHAPES or name.startswith(painting.PREFIX):
        return name
    file = Path(os.path.expanduser(name))
    with explained(brief(name), "read", DataError):  # no permission, or a name that is too long
        is_usable = _is_of_one_image(file)
        exists = bool(name) and file.exists()
    if not is_usable:
        remedy = "give a single, smaller image" if exists else "check the name"
        raise DataError(
            f"A painting is a ready shape ({', '.join(painting.SHAPES)}) or an image file of at most {MAX_FILE // 2**20} MiB, "
            f"and {brief(name or 'nothing')} is neither; {remedy}."
        )
    images = read_images(name)
    if len(images) != 1:
        raise DataError(f"{brief(name)} holds {len(images):,} images, but a painting is a single image.")
    return painting.text(of_pixels(images[0], brief(name)))


def _is_of_one_image(file):
    """Whether a file is small enough and not a zip. Only an ordinary file is opened, since reading a pipe could block."""
    if not file.is_file() or file.stat().st_size > MAX_FILE:
        return False
    return file.suffix.lower() == ".npz" or not zipfile.is_zipfile(file)


def of_pixels(pixels: np.ndarray, name: str) -> bytes:
    """The cells of a painting from an image, uint8 H×W×1 or H×W×3, whose longer side fills the square: a byte for each cell, row
    by row, from 0 for the background, which is the median of the border, to `painting.STRONGEST`.

    name: of the image, for messages. Raises DataError if nothing differs from the background.
    """
    from PIL import Image

    image = picture(pixels)
    image.thumbnail((ENOUGH, ENOUGH), Image.Resampling.BOX)
    pixels = np.atleast_3d(image).astype(np.int16)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    strength = np.abs(pixels - np.median(border, axis=0).astype(np.int16)).max(axis=2)
    height, width = strength.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    square[(side - height) // 2 :, (side - width) // 2 :][:height, :width] = strength
    small = np.asarray(Image.fromarray(square).resize((painting.SIDE, painting.SIDE), Image.Resampling.BOX))
    levels = np.round(painting.STRONGEST * small / max(small.max(), 1e-6)).astype(np.uint8)
    if strength.max() < FAINT or not levels.any():
        raise DataError(
            f"{name} has a single colour, so nothing is painted in it; paint in a colour other than the background's."
        )
    return levels.tobytes()
