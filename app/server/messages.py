"""Checks of the values in messages from the page: an invalid one raises an error with a sentence, and nothing changes.

A browser may send anything, so neither types nor sizes nor numbers are trusted. `read`, `text` and `layout` are for messages
through Streamlit, of which `components/hearing` has already checked the form; the functions under "Requests" are for
`app.server.requests`. All raise MessageError, except `record`.
"""

import json
from dataclasses import fields

import numpy as np

from aae_core.checks import read_whole
from aae_core.errors import AAEError, ConfigError
from aae_core.files import is_number

LARGEST = 1e6  # coordinates of a code must be smaller, as in links
KEYS = ("code", "picked", "layers", "view", "frame")  # the kinds that are stored as text are in `plane_settings.KINDS`
LATEST = 10**9 - 1  # step of a training, at most
# Time axes on which two trainings are compared; js/time/common_axis.js computes a training's place on each.
AXES = ("images", "steps", "epochs", "share")
CODES = 256  # of one request, at most
ROWS, COLUMNS = 12, 30  # of a grid of styles × contents, at most


class MessageError(AAEError):
    """The page sent an invalid message; the text says what was refused."""


def require(fits: bool, sent: str) -> None:
    """MessageError, which names what was `sent`, unless it `fits`."""
    if not fits:
        raise MessageError(f"{sent}, which was refused.")


def read(key: str, value: dict, dim: int, count: int, layers: list[str]):
    """The checked `value` of a message of one of KEYS; MessageError if it is invalid.

    "code": z as a list of `dim` floats. "picked": the number of a code, 0 to count − 1, or None if the selection was cleared.
    "layers": those of `layers` that are switched on, in that order. "view": (x0, x1, y0, y1), the visible rectangle of the plane,
    or None for the default one. "frame": the step of the chosen frame of the training, or None for the present.
    """
    if key == "code":
        return _numbers(value["z"], dim, "a code")
    if key == "picked":
        index = value["index"]
        known = type(index) is int and -1 <= index < count
        require(known, f"The plane sent the number of a code that is not one of the {count}")
        return None if index == -1 else index
    if key == "layers":
        require(set(value) <= set(layers), "The plane sent layers that do not exist")
        return [name for name in layers if value.get(name)]
    if key == "view":
        if value.get("home"):
            return None
        x0, x1, y0, y1 = _numbers([value.get(end) for end in ("x0", "x1", "y0", "y1")], 4, "a view")
        require(x0 < x1 and y0 < y1, "The plane sent a view without width")
        return x0, x1, y0, y1
    return None if value["step"] is None else whole(value["step"], 0, LATEST, "a step")


def text(key: str, value: dict, read) -> str | None:
    """The text under "text", None if it is empty; MessageError if `read` (see `address.recall`) returns None for it."""
    valid = not value["text"] or read(value["text"]) is not None
    require(valid, f"The plane sent a text “{key}” that is not valid")
    return value["text"] or None


def _numbers(values, count, what):
    complete = isinstance(values, list) and len(values) == count
    require(complete, f"The plane sent {what} of a size other than {count}")
    require(all(is_number(v) and abs(v) < LARGEST for v in values), f"The plane sent {what} with an invalid number")
    return [float(v) for v in values]


# The grid of styles × classes --------------------------------------------------------------------------------------------


def layout(value: dict, count: int, classes: int) -> dict:
    """The layout of the grid: {"rows": numbers of images, "columns": classes, "blend": as of `blend`}.

    It has 1 to ROWS rows, numbers below `count`, and 1 to COLUMNS columns, numbers below `classes`.
    """
    return {
        "rows": whole_numbers(value["rows"], ROWS, count, "the number of an image"),
        "columns": whole_numbers(value["columns"], COLUMNS, classes, "a class"),
        "blend": blend(value["blend"], classes),
    }


def whole_numbers(values: list, most: int, count: int, what: str) -> list[int]:
    """The values, if they are 1 to `most` whole numbers from 0 to count − 1."""
    require(1 <= len(values) <= most, f"The page sent nothing to show, or more than {most}")
    return [whole(v, 0, count - 1, what) for v in values]


def blend(value: dict, classes: int) -> dict:
    """A content between two classes: {"a": class, "b": class, "t": share of b}, t from 0 to 1."""
    a, b = (whole(value[end], 0, classes - 1, "a class") for end in "ab")
    require(0 <= value["t"] <= 1, "The page sent a share outside 0 to 1")
    return {"a": a, "b": b, "t": float(value["t"])}


# Requests ---------------------------------------------------------------------------------------------------------------


def parse(body: bytes) -> dict:
    """The JSON object in the body of a request; MessageError if there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):  # not JSON or UTF-8, too large a number, lists nested too deeply
        value = None
    require(isinstance(value, dict), "The plane sent a request that cannot be read")
    return value


def codes(value: dict, dim: int, classes: int) -> tuple[np.ndarray, np.ndarray | None]:
    """The codes z, float32 n×d, under "codes" and their contents under "y", n from 1 to CODES.

    y: None if the decoder takes no content (`classes` is 0); else a class for each code (int64 n), or the shares of all classes
    for each code (float32 n×K), none of them negative.
    """
    rows = value.get("codes")
    some = isinstance(rows, list) and 1 <= len(rows) <= CODES
    require(some, f"The plane sent no codes, or more than {CODES}")
    z = np.array([_numbers(row, dim, "a code") for row in rows], np.float32)
    content = value.get("y")
    if not classes:
        require(content is None, "The plane sent a content although the decoder takes none")
        return z, None
    complete = isinstance(content, list) and len(content) == len(rows)
    require(complete, "The plane sent codes without a content for each")
    if not isinstance(content[0], list):
        return z, np.array([whole(k, 0, classes - 1, "a class") for k in content], np.int64)
    shares = np.array([_numbers(row, classes, "a content") for row in content], np.float32)
    require((shares >= 0).all(), "The plane sent a content with a negative share")
    return z, shares


def image(body: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    """The image uint8 H×W×C whose bytes are the body; shape: C, H, W."""
    channels, height, width = shape
    size = f"{height} × {width} pixels with {channels} channels"
    require(len(body) == channels * height * width, f"The plane sent an image that does not have {size}")
    return np.frombuffer(bytearray(body), np.uint8).reshape(height, width, channels)


def record(kind: type, value):
    """The game's record `kind` (Setup or Rules) from its values by name; ConfigError for an unknown name or an invalid value."""
    known = {field.name for field in fields(kind)}
    if not isinstance(value, dict) or not set(value) <= known:
        raise ConfigError(f"The game's settings must be among {', '.join(sorted(known))}.")
    return kind(**value)


def number(text: str | None, count: int) -> int:
    """The whole number from 0 to count − 1 that a text in a query is."""
    return whole(read_whole(text or "", 0, count - 1), 0, count - 1, "the number of an image")


def numbers(value: dict, count: int) -> list[int]:
    """The numbers of codes under "numbers": 1 to CODES of them, each from 0 to count − 1."""
    found = value.get("numbers")
    require(isinstance(found, list), "The plane sent no numbers of images")
    return whole_numbers(found, CODES, count, "the number of an image")


def whole(value, low: int, high: int, what: str) -> int:
    """The value, if it is a whole number from `low` to `high`."""
    fits = type(value) is int and low <= value <= high
    require(fits, f"The plane sent {what} that is not a whole number from {low} to {high}")
    return value
