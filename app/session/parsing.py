"""Parsers of texts in links, as `address` takes them."""

import numpy as np

from aae_core.checks import parse_whole_number
from app.session import settings


def parse_code(text: str, dim: int) -> np.ndarray | None:
    """A code from its text in the URL, such as "0.5,-1.2": float64 d; None unless it has `dim` numbers, each below 10⁶ in
    size."""
    if len(text) > 20_000:
        return None
    z = settings.parse_numbers(text)
    if z is None or len(z) != dim:
        return None
    return np.array(z)


def number_parser(minimum: int, maximum: int):
    """A parser for `recall_setting`: a whole number from `minimum` to `maximum`."""
    return lambda text: parse_whole_number(text, minimum, maximum)
