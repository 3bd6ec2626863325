"""Exports of a revision's codes: CSV, NPZ, and the map as SVG or PNG, drawn from arrays alone.

The map is drawn here because plotly's own export would need a second browser. Points are n × 2, labels n (−1: unknown).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from aae_core.latent import colours
from aae_core.store.export import format_csv
from app.translation.texts import mark, translate

MAP_SIDE, LEFT, RIGHT, TOP, BOTTOM = 640, 56, 150, 44, 48  # pixels: the square of the map and its margins
PNG_SCALE = 2  # pixels of the PNG for each of the SVG
TEXT_COLOUR, BORDER_COLOUR = "#1f2933", "#d9dee5"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
NO_CLASS = mark("no class")
# PIL's built-in font has neither subscripts nor the minus sign
PIL_REPLACEMENTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉−", "0123456789-")
CRLF = "\r\n"  # ends a line of a CSV
MAX_LEGEND_ROWS = 27  # rows of the legend, at most


@dataclass(frozen=True)
class MapDrawing:
    """A map to be exported: points n × 2, labels n, the titles of the classes and of the axes."""

    points: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    title: str
    axes: tuple[str, str] = ("z₁", "z₂")

    def bounding_square(self) -> tuple[float, float, float]:
        """Centre x, centre y and half-width of the square that holds every point, with a margin of 5 %."""
        finite = self.points[np.isfinite(self.points).all(axis=1)]
        if not len(finite):
            return 0.0, 0.0, 1.0
        low, high = finite.min(axis=0), finite.max(axis=0)
        half = 1.05 * float((high - low).max()) / 2 or 1.0
        return *(float(coordinate) for coordinate in (low + high) / 2), half

    def pixel_positions(self) -> np.ndarray:
        """The points in pixels, n × 2, y downwards, including those that are not finite."""
        x, y, half = self.bounding_square()
        unit = (self.points - (x, y)) / (2 * half) + 0.5
        return np.stack([LEFT + MAP_SIDE * unit[:, 0], TOP + MAP_SIDE * (1 - unit[:, 1])], axis=1)

    def classes_with_points(self) -> Iterator[tuple[str, str, np.ndarray]]:
        """Title, colour and finite points in pixels of each class that has any; the unlabelled ones come first, in grey."""
        positions, finite = self.pixel_positions(), np.isfinite(self.points).all(axis=1)
        for k, name in enumerate((NO_CLASS, *self.classes), -1):
            mask = finite & (self.labels == k)
            if mask.any():
                yield name, colours.class_colour(k), positions[mask]

    def text_labels(self) -> Iterator["TextLabel"]:
        """All texts of the map: its title, the axes with round numbers, the legend, the title of each class at its median."""
        yield TextLabel(LEFT, 24, self.title, "start", 16)
        x, y, half = self.bounding_square()
        for position, number in _ticks(x, half):
            yield TextLabel(LEFT + MAP_SIDE * position, TOP + MAP_SIDE + 18, number, "middle")
        for position, number in _ticks(y, half):
            yield TextLabel(LEFT - 6, TOP + MAP_SIDE * (1 - position) + 4, number, "end")
        yield TextLabel(LEFT + MAP_SIDE / 2, TOP + MAP_SIDE + 38, self.axes[0], "middle")
        yield TextLabel(LEFT - 6, TOP - 6, self.axes[1], "end")
        classes = list(self.classes_with_points())
        for row, (name, _, positions) in enumerate(classes[:MAX_LEGEND_ROWS]):
            title = translate(NO_CLASS) if name == NO_CLASS else _shorten(name, 14)
            yield TextLabel(LEFT + MAP_SIDE + 30, TOP + 12 + 22 * row + 4, f"{title} ({len(positions):,})", "start")
        if len(classes) > MAX_LEGEND_ROWS:
            yield TextLabel(
                LEFT + MAP_SIDE + 30,
                TOP + 16 + 22 * MAX_LEGEND_ROWS,
                translate("… {count} more", count=len(classes) - MAX_LEGEND_ROWS),
                "start",
            )
        for name, _, positions in classes:
            if name != NO_CLASS:
                label_x, label_y = np.median(positions, axis=0)
                yield TextLabel(float(label_x), float(label_y) + 5, _shorten(name, 20), "middle", 15, halo=True)


@dataclass(frozen=True)
class TextLabel:
    """A text on the map. x, y: of its anchor on the baseline, in pixels; anchor: start, middle or end; halo: whether it is
    outlined in white."""

    x: float
    y: float
    text: str
    anchor: str
    size: int = 13
    halo: bool = False


def _ticks(centre, half) -> list[tuple[float, str]]:
    """Ticks at round numbers along an axis of the square: (position in 0..1, text) of each."""
    round_steps = (digit * 10.0**exponent for exponent in range(-9, 10) for digit in (1, 2, 5))
    step = next((candidate for candidate in round_steps if candidate >= half / 3), half)
    numbers = step * np.arange(np.ceil((centre - half) / step), np.floor((centre + half) / step) + 1)
    return [(float((n - centre) / half + 1) / 2, f"{n + 0.0:.6g}".replace("-", "−")) for n in numbers]


def _shorten(name, max_length):
    return name if len(name) <= max_length else name[: max_length - 1] + "…"


def map_svg(drawing: MapDrawing) -> str:
    """The map as an SVG of about 15 bytes per point, with one path per class, so that editors open it quickly."""
    width, height = LEFT + MAP_SIDE + RIGHT, TOP + MAP_SIDE + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f"<title>{escape(drawing.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<rect x="{LEFT}" y="{TOP}" width="{MAP_SIDE}" height="{MAP_SIDE}" fill="none" stroke="{BORDER_COLOUR}"/>',
    ]
    for row, (_, colour, positions) in enumerate(drawing.classes_with_points()):
        # zero-length strokes with round caps are dots, in a third of the bytes of circles
        dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in positions)
        stroke = f'stroke="{colour}" stroke-width="4.4" stroke-linecap="round"'
        parts.append(f'<path d="{dots}" {stroke} fill="none" opacity="0.8"/>')
        if row < MAX_LEGEND_ROWS:
            parts.append(f'<circle cx="{LEFT + MAP_SIDE + 18}" cy="{TOP + 12 + 22 * row}" r="5" fill="{colour}"/>')
    parts.append(f'<g font-family="{FONT}" fill="{TEXT_COLOUR}">')
    for text in drawing.text_labels():
        halo = ' stroke="#ffffff" stroke-width="4" paint-order="stroke" font-weight="600"' if text.halo else ""
        attributes = f'x="{text.x:.1f}" y="{text.y:.1f}" text-anchor="{text.anchor}" font-size="{text.size}"'
        parts.append(f"<text {attributes}{halo}>{escape(text.text)}</text>")
    return "\n".join([*parts, "</g>", "</svg>\n"])


def map_png(drawing: MapDrawing) -> bytes:
    """The map as a PNG of PNG_SCALE times the SVG's pixels, drawn at twice that size and reduced for smooth edges. Its texts must
    be in English: the drawing library's built-in font has neither Hangul nor Han characters, in whose place it draws boxes."""
    from PIL import Image, ImageDraw, ImageFont

    pixel_scale = 2 * PNG_SCALE
    image = Image.new(
        "RGB", ((LEFT + MAP_SIDE + RIGHT) * pixel_scale, (TOP + MAP_SIDE + BOTTOM) * pixel_scale), "white"
    )
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle(
        [coordinate * pixel_scale for coordinate in (LEFT, TOP, LEFT + MAP_SIDE, TOP + MAP_SIDE)],
        outline=BORDER_COLOUR,
        width=pixel_scale,
    )
    for row, (_, colour, positions) in enumerate(drawing.classes_with_points()):
        for x, y in positions:
            draw.circle((x * pixel_scale, y * pixel_scale), 2.2 * pixel_scale, f"{colour}cc")
        if row < MAX_LEGEND_ROWS:
            draw.circle(
                ((LEFT + MAP_SIDE + 18) * pixel_scale, (TOP + 12 + 22 * row) * pixel_scale), 5 * pixel_scale, colour
            )
    for text in drawing.text_labels():
        font = ImageFont.load_default(text.size * pixel_scale)
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.anchor]
        halo = {"stroke_width": 2 * pixel_scale, "stroke_fill": "white"} if text.halo else {}
        label = text.text.translate(PIL_REPLACEMENTS)
        draw.text((text.x * pixel_scale, text.y * pixel_scale), label, TEXT_COLOUR, font, anchor=anchor, **halo)
    buffer = io.BytesIO()
    image.reduce(2).save(buffer, "PNG")
    return buffer.getvalue()


def rows_csv(rows: np.ndarray, names: tuple[str, ...]) -> bytes:
    """Rows n × F of a table as CSV, with a column for each feature, quoted as RFC 4180 requires."""
    return format_csv([names, *([f"{value:.9g}" for value in row] for row in rows.tolist())], CRLF).encode()


def codes_csv(
    z: np.ndarray,
    labels: np.ndarray,
    classes: tuple[str, ...],
    content: np.ndarray | None = None,
    extra_columns: dict[str, np.ndarray] | None = None,
) -> bytes:
    """Codes n × d as CSV: columns z1 … zd, label (−1: unknown) and the class's title, quoted as RFC 4180 requires.

    content: the inferred content of each code, n; written as a column y. extra_columns: further columns by their titles, n
    numbers each, which come first.
    """
    extra_columns = extra_columns or {}
    heads = [*extra_columns, *(f"z{i + 1}" for i in range(z.shape[1])), "label", "class"]
    inferred_rows = [[]] * len(z)
    if content is not None:
        heads.append("y")
        inferred_rows = content.reshape(-1, 1).tolist()
    lines = [heads]
    numbers = np.column_stack([*extra_columns.values(), z]).tolist()
    for values, label, y in zip(numbers, labels.tolist(), inferred_rows, strict=True):
        title = classes[label] if 0 <= label < len(classes) else ""
        lines.append([*(f"{value:.9g}" for value in values), label, title, *y])
    return format_csv(lines, CRLF).encode()
