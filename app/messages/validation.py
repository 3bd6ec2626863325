"""Checks of the values in messages from the page: an invalid one raises an error with a sentence, and nothing changes.

A browser may send anything, so neither types nor sizes nor numbers are trusted. `parse_message` checks the form of a
message through Streamlit by the records in `incoming`, and the functions after it the values in such a message; those
under "Requests" are for `app.server.answers`. All raise MessageError, except `make_game_record`.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import get_args, get_type_hints, is_typeddict

import msgspec
import numpy as np

from aae_core.checks import parse_whole_number
from aae_core.errors import AAEError, ConfigError
from aae_core.files import is_finite_number
from app.messages import incoming
from app.messages.incoming import bounds_of
from app.messages.outgoing import TimeUnit
from app.translation.texts import mark, translate

# The messages of a plane that are not stored as text; those that are stand in `view_settings.PARSERS`.
PLANE_KEYS = ("code", "picked", "layers", "view", "frame")
# Time axes on which two trainings are compared; web/src/time/common_axis.ts computes a training's place on each.
TIME_AXES = get_args(TimeUnit)
MAX_CODES = 256  # of one request, at most
RECORDS = get_type_hints(incoming.IncomingMessages)  # kind of message -> its record


class MessageError(AAEError):
    """The page sent an invalid message; the text says what was refused."""


def require_valid(is_valid: bool, complaint: str, /, **values) -> None:
    """MessageError with the complaint, a marked sentence that is translated, unless what it is about is valid. values: the texts
    and numbers for its braces."""
    if not is_valid:
        raise MessageError(translate(complaint, **values))


def parse_message(kind: str, value) -> dict:
    """A message without its `message_number`, unless the record of its kind has that field; MessageError if it does not
    have the form of that record."""
    complaint = mark("The page sent a message “{kind}” of an unknown form, which was refused; reload the page.")
    require_valid(kind in RECORDS and isinstance(value, dict), complaint, kind=kind)
    record = RECORDS[kind]
    field_names = get_type_hints(record).keys() if is_typeddict(record) else value.keys() - {"message_number"}
    message = {name: item for name, item in value.items() if name in field_names}
    require_valid(value.keys() - field_names <= {"message_number"}, complaint, kind=kind)
    try:
        msgspec.convert(message, record)
    except msgspec.ValidationError:
        require_valid(False, complaint, kind=kind)
    return message


def parse_plane_value(key: str, value: dict, latent_dim: int, n_codes: int, layers: list[str]):
    """The checked `value` of a message of one of PLANE_KEYS; MessageError if it is invalid.

    "code": z as a list of `latent_dim` floats. "picked": the number of a code, 0 to `n_codes` − 1, or None if the
    selection was cleared. "layers": those of `layers` that are switched on, in that order. "view": (x0, x1, y0, y1),
    the visible rectangle of the plane, or None for the default one. "frame": the step of the chosen frame of the
    training, or None for the present.
    """
    if key == "code":
        return _parse_numbers(value["z"], latent_dim, mark("a code"))
    if key == "picked":
        index = value["index"]
        is_in_range = type(index) is int and -1 <= index < n_codes
        require_valid(
            is_in_range,
            mark("The plane sent the number of a code that is not one of the {count}, which was refused."),
            count=n_codes,
        )
        return None if index == -1 else index
    if key == "layers":
        require_valid(set(value) <= set(layers), mark("The plane sent layers that do not exist, which was refused."))
        return [name for name in layers if value.get(name)]
    if key == "view":
        if value.get("home"):
            return None
        x0, x1, y0, y1 = _parse_numbers([value.get(end) for end in ("x0", "x1", "y0", "y1")], 4, mark("a view"))
        require_valid(x0 < x1 and y0 < y1, mark("The plane sent a view without width, which was refused."))
        return x0, x1, y0, y1
    if value["step"] is None:
        return None
    bounds = bounds_of(incoming.FrameStep, "step")
    return checked_whole_number(value["step"], bounds.low, bounds.high, mark("a step"))


def parse_text(key: str, value: dict, parse: Callable[[str], object]) -> str | None:
    """The text under "text", None if it is empty; MessageError if `parse` (see `address.recall_setting`) returns None
    for it."""
    is_valid = not value["text"] or parse(value["text"]) is not None
    require_valid(is_valid, mark("The plane sent a text “{key}” that is not valid, which was refused."), key=key)
    return value["text"] or None


def _parse_numbers(values, count, description) -> list[float]:
    """The values, if they are `count` valid numbers. description: what they are, a marked text with its article."""
    title = translate(description)
    is_complete = isinstance(values, list) and len(values) == count
    complaint = mark("The plane sent {what} of a size other than {count}, which was refused.")
    require_valid(is_complete, complaint, what=title, count=count)
    bounds = bounds_of(incoming.Code, "z")
    are_valid = all(is_finite_number(number) and bounds.contain(number) for number in values)
    require_valid(are_valid, mark("The plane sent {what} with an invalid number, which was refused."), what=title)
    return [float(number) for number in values]


# The grid of styles × classes --------------------------------------------------------------------------------------------


def parse_grid_layout(value: dict, n_images: int, n_classes: int) -> dict:
    """The layout of the grid: {"rows": numbers of images, "columns": classes, "blend": as of `parse_blend`}.

    It has 1 to MAX_ROWS rows, numbers below `n_images`, and 1 to MAX_COLUMNS columns, numbers below `n_classes`.
    """
    max_rows = bounds_of(incoming.Layout, "rows").high
    max_columns = bounds_of(incoming.Layout, "columns").high
    return {
        "rows": checked_whole_numbers(value["rows"], max_rows, n_images, mark("the number of an image")),
        "columns": checked_whole_numbers(value["columns"], max_columns, n_classes, mark("a class")),
        "blend": parse_blend(value["blend"], n_classes),
    }


def checked_whole_numbers(values: list, max_length: int, count: int, description: str) -> list[int]:
    """The values, if they are 1 to `max_length` whole numbers from 0 to `count` − 1."""
    complaint = mark("The page sent nothing to show, or more than {count}, which was refused.")
    require_valid(1 <= len(values) <= max_length, complaint, count=max_length)
    return [checked_whole_number(number, 0, count - 1, description) for number in values]


def parse_blend(value: dict, n_classes: int) -> dict:
    """A content between two classes: {"a": class, "b": class, "t": share of b}, t from 0 to 1."""
    a, b = (checked_whole_number(value[end], 0, n_classes - 1, mark("a class")) for end in "ab")
    is_share = bounds_of(incoming.Blend, "t").contain(value["t"])
    require_valid(is_share, mark("The page sent a share outside 0 to 1, which was refused."))
    return {"a": a, "b": b, "t": float(value["t"])}


# Requests ---------------------------------------------------------------------------------------------------------------


def parse_json_object(body: bytes) -> dict:
    """The JSON object in the body of a request; MessageError if there is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):  # not JSON or UTF-8, too large a number, lists nested too deeply
        value = None
    require_valid(isinstance(value, dict), mark("The plane sent a request that cannot be read, which was refused."))
    return value


def parse_column_key(value: dict, keys) -> str:
    """The key under "column", one of `keys` or "" for none; MessageError for anything else."""
    key = value.get("column")
    is_valid = isinstance(key, str) and (key == "" or key in keys)
    require_valid(is_valid, mark("The page chose a column for the colours that does not exist, which was refused."))
    return key


def parse_codes(value: dict, latent_dim: int, n_classes: int) -> tuple[np.ndarray, np.ndarray | None]:
    """The codes z, float32 n×d, under "codes" and their contents under "y", n from 1 to MAX_CODES.

    y: None if the decoder takes no content (`n_classes` is 0); else a class for each code (int64 n), or the shares of
    all classes for each code (float32 n×K), none of them negative.
    """
    rows = value.get("codes")
    is_within_limit = isinstance(rows, list) and 1 <= len(rows) <= MAX_CODES
    require_valid(
        is_within_limit, mark("The plane sent no codes, or more than {count}, which was refused."), count=MAX_CODES
    )
    z = np.array([_parse_numbers(row, latent_dim, mark("a code")) for row in rows], np.float32)
    content = value.get("y")
    if not n_classes:
        require_valid(
            content is None, mark("The plane sent a content although the decoder takes none, which was refused.")
        )
        return z, None
    is_complete = isinstance(content, list) and len(content) == len(rows)
    require_valid(is_complete, mark("The plane sent codes without a content for each, which was refused."))
    if not isinstance(content[0], list):
        class_numbers = [
            checked_whole_number(class_number, 0, n_classes - 1, mark("a class")) for class_number in content
        ]
        return z, np.array(class_numbers, np.int64)
    shares = np.array([_parse_numbers(row, n_classes, mark("a content")) for row in content], np.float32)
    require_valid((shares >= 0).all(), mark("The plane sent a content with a negative share, which was refused."))
    return z, shares


def parse_image(body: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    """The image uint8 H×W×C whose bytes are the body; shape: C, H, W."""
    channels, height, width = shape
    complaint = mark(
        "The plane sent an image that does not have {height} × {width} pixels with {channels} channels, which was refused."
    )
    require_valid(len(body) == channels * height * width, complaint, height=height, width=width, channels=channels)
    return np.frombuffer(bytearray(body), np.uint8).reshape(height, width, channels)


def make_game_record(record_type: type, value):
    """The game's record of a type (GameSetup or GameRules) from its values by name; ConfigError for an unknown name or
    an invalid value."""
    field_names = {field.name for field in fields(record_type)}
    if not isinstance(value, dict) or not set(value) <= field_names:
        raise ConfigError(f"The game's settings must be among {', '.join(sorted(field_names))}.")
    return record_type(**value)


def parse_code_number(text: str | None, count: int) -> int:
    """The whole number from 0 to count − 1 that a text in a query is."""
    return checked_whole_number(
        parse_whole_number(text or "", 0, count - 1), 0, count - 1, mark("the number of an image")
    )


def parse_code_numbers(value: dict, count: int) -> list[int]:
    """The numbers of codes under "numbers": 1 to MAX_CODES of them, each from 0 to count − 1."""
    numbers = value.get("numbers")
    require_valid(isinstance(numbers, list), mark("The plane sent no numbers of images, which was refused."))
    return checked_whole_numbers(numbers, MAX_CODES, count, mark("the number of an image"))


def parse_selection(body: bytes, count: int) -> np.ndarray:
    """Which codes are selected, bool N: a byte for each of `count` codes, 1 for those that are, 0 for the others."""
    marks = np.frombuffer(body, np.uint8)
    is_valid = len(marks) == count and (marks <= 1).all()
    require_valid(bool(is_valid), mark("The plane sent a selection of other codes, which was refused."))
    return marks.astype(bool)


def checked_whole_number(value, low: int, high: int, description: str) -> int:
    """The value, if it is a whole number from `low` to `high`. description: what it is, a marked text with its article."""
    is_valid = type(value) is int and low <= value <= high
    complaint = mark("The plane sent {what} that is not a whole number from {low} to {high}, which was refused.")
    require_valid(is_valid, complaint, what=translate(description), low=low, high=high)
    return value
