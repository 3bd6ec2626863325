"""Paintings for the painted prior: the density in each cell of a square, the class to which a cell belongs, and the text format.

A painting is 64×64 cells of one byte, row by row from the top left as in a picture. The low four bits say how strongly a cell is
painted (from 0, not at all, to 15), the high four bits to which class it belongs (0: none; k + 1: class k, of at most ten).
Configurations, links and pages hold a painting as text: the name of a ready shape, or `64.` followed, in URL-safe base64, by a
pair of bytes for each run of equal cells, its length − 1 and the cell. `web/src/priors/painting.ts` reads and writes the same
format.
"""

import base64
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from aae_core.errors import ConfigError

# half-width of the square that is painted on at scale 1, about as far as a Gaussian of this scale reaches
HALF_WIDTH = 3.0
SIDE = 64
CELLS = SIDE * SIDE
MAX_STRENGTH = 15
MAX_CLASSES = 10
EQUAL_CELLS = re.compile(rb"(.)\1{0,255}", re.DOTALL)  # up to 256 equal cells
PREFIX = f"{SIDE}."
# characters of a text in which no two neighbours are equal
MAX_TEXT_LENGTH = len(PREFIX) + math.ceil(2 * CELLS * 4 / 3)


@dataclass(frozen=True)
class Shape:
    """A ready shape: its title, and its strength(x, y), clipped at 1, for x to the right and y upwards, both from −1 to 1."""

    title: str
    strength: Callable[[float, float], float]


@lru_cache(maxsize=64)
def parse_painting(text: str) -> bytes:
    """The 4,096 cells of a painting from its text; ConfigError, in one sentence, if the text is not that of a painting."""
    if text in SHAPES:
        return _draw_shape(SHAPES[text].strength)
    if not text.startswith(PREFIX):
        raise ConfigError(
            f"A painting is one of {', '.join(SHAPES)}, or the text of one as a configuration holds it, not {text[:40]!r}."
        )
    if len(text) > MAX_TEXT_LENGTH:
        raise ConfigError(f"The text of a painting has at most {MAX_TEXT_LENGTH:,} characters, not {len(text):,}.")
    letters = text.removeprefix(PREFIX)
    try:
        pairs = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
    except ValueError:
        pairs = b"?"
    if len(pairs) % 2:
        raise ConfigError("The text of the painting is damaged: it is not base64 of pairs; paint again.")
    cell_bytes = b"".join(bytes([cell]) * (length + 1) for length, cell in zip(pairs[::2], pairs[1::2], strict=True))
    if len(cell_bytes) != CELLS:
        raise ConfigError(
            f"The text of the painting is damaged: it has {len(cell_bytes):,} cells, not {CELLS:,}; paint again."
        )
    if any(cell and (not cell % 16 or cell // 16 > MAX_CLASSES) for cell in set(cell_bytes)):
        raise ConfigError("The text of the painting is damaged: a cell has an invalid value; paint again.")
    return cell_bytes


def format_painting(cells: bytes) -> str:
    """The text of a painting of 4,096 cells: the inverse of `parse_painting`."""
    pairs = b"".join(bytes([len(run[0]) - 1, run[0][0]]) for run in EQUAL_CELLS.finditer(cells))
    return PREFIX + base64.urlsafe_b64encode(pairs).decode("ascii").rstrip("=")


def classes_in_painting(cells: bytes) -> tuple[int, ...]:
    """The classes to which cells belong, ascending."""
    return tuple(sorted({cell // 16 - 1 for cell in cells if cell // 16}))


def count_unclassed_cells(cells: bytes) -> int:
    """The number of painted cells that belong to no class."""
    return sum(0 < cell < 16 for cell in cells)


def assign_equal_mass_sectors(cells: bytes, classes: int) -> bytes:
    """The same painting divided among `classes` classes (1 to MAX_CLASSES) in parts of equal mass, sectors around the centre
    of mass; class 0 begins on the right and extends upwards. `web/src/painting/brush.ts` does the same."""
    strengths = {index: cell % 16 for index, cell in enumerate(cells) if cell % 16}
    total = sum(strengths.values())
    x = sum(index % SIDE * strength for index, strength in strengths.items()) / max(1, total)
    y = sum(index // SIDE * strength for index, strength in strengths.items()) / max(1, total)

    def angle(index):
        return math.atan2(y - index // SIDE, index % SIDE - x) % (2 * math.pi)

    divided, mass_before = bytearray(CELLS), 0
    for index in sorted(strengths, key=angle):
        strength = strengths[index]
        class_index = min(int((mass_before + strength / 2) / total * classes), classes - 1)
        divided[index] = strength + 16 * (class_index + 1)
        mass_before += strength
    return bytes(divided)


# Ready shapes -----------------------------------------------------------------------------------------------------------


def _draw_shape(strength: Callable[[float, float], float]) -> bytes:
    """The cells of a shape, given by the strength of `Shape`."""
    coordinates = [(2 * k + 1) / SIDE - 1 for k in range(SIDE)]
    return bytes(round(MAX_STRENGTH * min(1.0, strength(x, -y))) for y in coordinates for x in coordinates)


def _distance_to_segment(x, y, x0, y0, x1, y1) -> float:
    """The distance from (x, y) to the line segment from (x0, y0) to (x1, y1)."""
    dx, dy = x1 - x0, y1 - y0
    share = max(0.0, min(1.0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)))
    return math.hypot(x - x0 - share * dx, y - y0 - share * dy)


LETTER_STROKES = ((-0.55, -0.65, 0.0, 0.7), (0.0, 0.7, 0.55, -0.65), (-0.36, -0.18, 0.36, -0.18))  # its strokes


def _ring_strength(x, y) -> float:
    return float(0.45 <= math.hypot(x, y) <= 0.7)


def _two_blobs_strength(x, y) -> float:
    return sum(math.exp(-((x - side) ** 2 + y * y) / (2 * 0.13**2)) for side in (-0.42, 0.42))


def _letter_strength(x, y) -> float:
    return float(min(_distance_to_segment(x, y, *stroke) for stroke in LETTER_STROKES) <= 0.1)


# Stored configurations and links hold these names, so the shapes must never change.
SHAPES = {
    "ring": Shape("Ring", _ring_strength),
    "two-blobs": Shape("Two blobs", _two_blobs_strength),
    "letter": Shape("Letter A", _letter_strength),
}
