"""A painted prior from an image file: the more a pixel differs from the background, the higher the density there."""

import os
import zipfile
from pathlib import Path

import numpy as np

from aae_core.config import painting
from aae_core.data.import_problems import shorten_name
from aae_core.data.limits import MAX_FILE_BYTES
from aae_core.data.own_data.image_files import to_pillow_image
from aae_core.data.own_data.own_images import read_images
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as

REDUCED_SIDE = 16 * painting.SIDE  # pixels per side to which the image is first reduced
MIN_STRENGTH = 8  # of 255 levels; smaller differences are noise of the camera or of JPEG


def resolve_painting(name_or_path: str) -> str:
    """A value for the setting prior.painting: the name of a ready shape or the text of a painting as given, or the text of the
    painting in an image file. DataError for anything else."""
    if name_or_path in painting.SHAPES or name_or_path.startswith(painting.PREFIX):
        return name_or_path
    file = Path(os.path.expanduser(name_or_path))
    with raise_os_errors_as(shorten_name(name_or_path), "read", DataError):  # no permission, or a name that is too long
        is_usable = _is_single_image_file(file)
        file_exists = bool(name_or_path) and file.exists()
    if not is_usable:
        remedy = "give a single, smaller image" if file_exists else "check the name"
        raise DataError(
            f"A painting is a ready shape ({', '.join(painting.SHAPES)}) or an image file of at most "
            f"{MAX_FILE_BYTES // 2**20} MiB, "
            f"and {shorten_name(name_or_path or 'nothing')} is neither; {remedy}."
        )
    images = read_images(name_or_path)
    if len(images) != 1:
        raise DataError(f"{shorten_name(name_or_path)} holds {len(images):,} images, but a painting is a single image.")
    return painting.format_painting(paint_from_pixels(images[0], shorten_name(name_or_path)))


def _is_single_image_file(file):
    """Whether a file is small enough and not a zip. Only an ordinary file is opened, since reading a pipe could block."""
    if not file.is_file() or file.stat().st_size > MAX_FILE_BYTES:
        return False
    return file.suffix.lower() == ".npz" or not zipfile.is_zipfile(file)


def paint_from_pixels(pixels: np.ndarray, image_name: str) -> bytes:
    """The cells of a painting from an image, uint8 H×W×1 or H×W×3, whose longer side fills the square: a byte for each cell, row
    by row, from 0 for the background, which is the median of the border, to `painting.MAX_STRENGTH`.

    image_name: of the image, for messages. Raises DataError if nothing differs from the background.
    """
    from PIL import Image

    image = to_pillow_image(pixels)
    image.thumbnail((REDUCED_SIDE, REDUCED_SIDE), Image.Resampling.BOX)
    pixels = np.atleast_3d(image).astype(np.int16)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    strength = np.abs(pixels - np.median(border, axis=0).astype(np.int16)).max(axis=2)
    height, width = strength.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    square[(side - height) // 2 :, (side - width) // 2 :][:height, :width] = strength
    reduced_strength = np.asarray(Image.fromarray(square).resize((painting.SIDE, painting.SIDE), Image.Resampling.BOX))
    levels = np.round(painting.MAX_STRENGTH * reduced_strength / max(reduced_strength.max(), 1e-6)).astype(np.uint8)
    if strength.max() < MIN_STRENGTH or not levels.any():
        raise DataError(
            f"{image_name} has a single colour, so nothing is painted in it; paint in a colour other than the background's."
        )
    return levels.tobytes()
