"""A pad for drawing and dropping files; the result is prepared like the data set's images and sent to Python."""

import base64
import binascii
from collections.abc import Callable

import numpy as np

from app.cache import revision_data
from app.cache.revision_view import RevisionView
from app.components import mounting
from app.messages import validation, wire_format
from app.translation.texts import mark, translate

_component = mounting.make_component("drawing_pad", mark("the drawing pad"))


def mount_drawing_pad(
    revision: RevisionView,
    caption: str,
    message_number: int,
    key: str,
    on_image: Callable[[np.ndarray | None, int], None],
) -> None:
    """Draw the pad for images like those of a revision; `on_image(image, message_number)` receives the image on it, uint8
    H×W×C, or None if the pad is empty, and the number of the message.

    caption: the text below the pad, also announced to screen readers. message_number: the number of the message whose image
    `caption` describes.
    """
    header = {
        "v": 1,
        "revision": revision.id,
        "preprocessing": revision_data.input_preprocessing(revision),
        "caption": caption,
        "message_number": message_number,
    }
    _component(
        key,
        wire_format.pack_message(header),
        ("image",),
        lambda kind, value: on_image(*parse_image_message(value, revision.data.shape)),
    )


def parse_image_message(value: dict, shape: tuple[int, int, int]) -> tuple[np.ndarray | None, int]:
    """The image in a message, uint8 H×W×C (None if the pad is empty), and the number of the message.

    shape: C, H, W. MessageError, with one sentence, if the message is invalid.
    """
    pixels, message_number = value["pixels"], value.get("message_number")
    message_number = message_number if isinstance(message_number, int) and 0 <= message_number < 2**53 else 0
    if pixels is None:
        return None, message_number
    is_small_enough = len(pixels) <= 4 * (int(np.prod(shape)) // 3 + 1)
    validation.require_valid(
        is_small_enough, mark("The drawing pad sent an image of an unknown form, which was refused.")
    )
    try:
        return validation.parse_image(base64.b64decode(pixels, validate=True), shape), message_number
    except (binascii.Error, ValueError):
        raise validation.MessageError(
            translate("The drawing pad sent an image that cannot be read, which was refused.")
        ) from None
