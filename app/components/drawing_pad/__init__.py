"""A pad for drawing and dropping files; the result is prepared like the data set's images and sent to Python."""

import base64
import binascii
from collections.abc import Callable

import numpy as np

from app.cache import loaded
from app.components import loading
from app.server import messages, wire

_component = loading.component("drawing_pad", "drawing/drawing_pad.js", "the drawing pad")


def drawing_pad(revision, said: str, turn: int, key: str, hear: Callable[[np.ndarray | None, int], None]) -> None:
    """Draw the pad for images like those of a revision; `hear(image, turn)` receives the image on it, uint8 H×W×C, or None if the
    pad is empty, and the number of the message.

    said: the text below the pad, also announced to screen readers. turn: the number of the message whose image `said` describes.
    """
    header = {"v": 1, "revision": revision.id, "drawing": loaded.drawing(revision), "said": said, "turn": turn}
    _component(key, wire.pack(header), ("image",), lambda kind, value: hear(*read(value, revision.data.shape)))


def read(value: dict, shape: tuple[int, int, int]) -> tuple[np.ndarray | None, int]:
    """The image in a message, uint8 H×W×C (None if the pad is empty), and the number of the message.

    shape: C, H, W. MessageError, with one sentence, if the message is invalid.
    """
    pixels, turn = value["pixels"], value.get("turn")
    turn = turn if isinstance(turn, int) and 0 <= turn < 2**53 else 0
    if pixels is None:
        return None, turn
    fits = len(pixels) <= 4 * (int(np.prod(shape)) // 3 + 1)
    messages.require(fits, "The drawing pad sent an image of an unknown form")
    try:
        return messages.image(base64.b64decode(pixels, validate=True), shape), turn
    except (binascii.Error, ValueError):
        raise messages.MessageError("The drawing pad sent an image that cannot be read, which was refused.") from None
