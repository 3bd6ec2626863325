"""Checks of numbers that come from a page, a link or a caller."""

import numpy as np

from aae_core.errors import AAEError, ConfigError

MAX_ABSOLUTE_VALUE = 1e6  # no prior reaches farther, and the decoder does not overflow float32


def require_finite_array(values, shape: tuple[int | None, ...], name: str) -> np.ndarray:
    """`values` as a float32 array of a shape (None: any size); ConfigError for another shape, for numbers that are not finite,
    and for numbers beyond ±MAX_ABSOLUTE_VALUE. name: of the values, for the message."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(f"{name} must be numbers, not {str(values)[:40]!r}.") from None
    if not _has_shape(array, shape):
        raise ConfigError(f"{name} must have the shape {_shape_in_words(shape)}, not {_shape_in_words(array.shape)}.")
    if not (np.abs(array) <= MAX_ABSOLUTE_VALUE).all():
        raise ConfigError(f"{name} must be finite numbers between −1,000,000 and 1,000,000.")
    return array.astype(np.float32)


def _has_shape(array, shape) -> bool:
    if array.ndim != len(shape):
        return False
    return all(size is None or size == actual for size, actual in zip(shape, array.shape, strict=True))


def _shape_in_words(shape) -> str:
    if not shape:
        return "of one number"
    return " × ".join("any" if size is None else str(size) for size in shape)


def parse_whole_number(text: str, low: int, high: int) -> int | None:
    """A text as a whole number from low to high, with at most 12 of the digits 0 to 9; None for any other text."""
    digits = text.removeprefix("-") if low < 0 else text
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        return None
    number = int(text)
    return number if low <= number <= high else None


def require_whole_number(value, low: int, high: int, name: str, error_type: type[AAEError] = ConfigError) -> int:
    """`value` as an int; raises `error_type` unless it is an integer, but no bool, from low to high. name: for the message."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise error_type(f"{name} must be a whole number from {low:,} to {high:,}, not {str(value)[:40]!r}.")
    return int(value)
