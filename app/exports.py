"""What a revision's codes look like in a file: CSV, NPZ, and the map as SVG or PNG, drawn from arrays alone.

The drawings are made here because plotly's own export needs a second browser. Points are n × 2, labels n (−1: unknown).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np

from app import palette

SIDE, LEFT, RIGHT, TOP, BOTTOM = 640, 56, 150, 44, 48  # pixels: the square of the map and what lies around it
INK, FAINT = "#1f2933", "#d9dee5"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
TICKS = 5


@dataclass(frozen=True)
class Drawing:
    """A map ready to be written: points n × 2, labels n, the titles of the classes and of the axes."""

    points: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    title: str
    axes: tuple[str, str] = ("z₁", "z₂")

    def square(self) -> tuple[float, float, float]:
        """Centre x, centre y and half-width of the square that holds every point, with a margin of 5 %."""
        finite = self.points[np.isfinite(self.points).all(axis=1)]
        if not len(finite):
            return 0.0, 0.0, 1.0
        low, high = finite.min(axis=0), finite.max(axis=0)
        half = 1.05 * float((high - low).max()) / 2 or 1.0
        return *(float(c) for c in (low + high) / 2), half

    def placed(self) -> np.ndarray:
        """The points in pixels, n × 2, y downwards; those that are not finite are left out by `kinds`."""
        x, y, half = self.square()
        unit = (self.points - (x, y)) / (2 * half) + 0.5
        return np.stack([LEFT + SIDE * unit[:, 0], TOP + SIDE * (1 - unit[:, 1])], axis=1)

    def kinds(self) -> Iterator[tuple[str, str, np.ndarray]]:
        """Title, colour and mask n of each class that has points; the unlabelled ones come first, in grey."""
        finite = np.isfinite(self.points).all(axis=1)
        titles = [
            (-1, "no class", palette.UNLABELLED),
            *((k, name, palette.colour(k)) for k, name in enumerate(self.classes)),
        ]
        for k, name, colour in titles:
            mask = finite & (self.labels == k)
            if mask.any():
                yield name, colour, mask

    def ticks(self) -> list[tuple[float, str, str]]:
        """Place in 0–1 along either axis, and the number there on the x and on the y axis."""
        x, y, half = self.square()
        places = np.linspace(0, 1, TICKS)
        return [(float(p), f"{x + (2 * p - 1) * half:.3g}", f"{y + (2 * p - 1) * half:.3g}") for p in places]


def svg(drawing: Drawing) -> str:
    """The map as an SVG text of about 30 bytes a point: one path a class, so that it opens fast in any editor."""
    width, height = LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f"<title>{escape(drawing.title)}</title>",
        f'<g font-family="{FONT}" font-size="13" fill="{INK}">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="16" font-weight="600">{escape(drawing.title)}</text>',
        f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{FAINT}"/>',
    ]
    for place, on_x, on_y in drawing.ticks():
        x, y = LEFT + SIDE * place, TOP + SIDE * (1 - place)
        parts.append(f'<text x="{x:.0f}" y="{TOP + SIDE + 18}" text-anchor="middle">{on_x}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{on_y}</text>')
    parts.append(
        f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 38}" text-anchor="middle">{escape(drawing.axes[0])}</text>'
    )
    parts.append(f'<text x="14" y="{TOP + SIDE / 2}" text-anchor="middle">{escape(drawing.axes[1])}</text>')
    placed = drawing.placed()
    for row, (name, colour, mask) in enumerate(drawing.kinds()):
        # a path of zero-length strokes with round caps is a field of dots, at a third of the size of circles
        dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in placed[mask])
        parts.append(
            f'<path d="{dots}" stroke="{colour}" stroke-width="4.4" stroke-linecap="round" fill="none" opacity="0.8"/>'
        )
        y = TOP + 12 + 22 * row
        parts.append(f'<circle cx="{LEFT + SIDE + 18}" cy="{y}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + SIDE + 30}" y="{y + 4}">{escape(name)} ({int(mask.sum())})</text>')
    return "\n".join([*parts, "</g>", "</svg>\n"])


def png(drawing: Drawing, scale: int = 2) -> bytes:
    """The map as a PNG of `scale` times the SVG's pixels, points drawn four times finer and reduced."""
    from PIL import Image, ImageDraw, ImageFont

    fine = 2 * scale
    picture = Image.new("RGB", ((LEFT + SIDE + RIGHT) * fine, (TOP + SIDE + BOTTOM) * fine), "white")
    draw = ImageDraw.Draw(picture, "RGBA")
    small, large = ImageFont.load_default(13 * fine), ImageFont.load_default(16 * fine)
    draw.text((LEFT * fine, 26 * fine), drawing.title, INK, large, anchor="ls")
    draw.rectangle([c * fine for c in (LEFT, TOP, LEFT + SIDE, TOP + SIDE)], outline=FAINT, width=fine)
    for place, on_x, on_y in drawing.ticks():
        draw.text(((LEFT + SIDE * place) * fine, (TOP + SIDE + 18) * fine), on_x, INK, small, anchor="ms")
        draw.text(((LEFT - 6) * fine, (TOP + SIDE * (1 - place)) * fine), on_y, INK, small, anchor="rm")
    draw.text(((LEFT + SIDE / 2) * fine, (TOP + SIDE + 38) * fine), _plain(drawing.axes[0]), INK, small, anchor="ms")
    draw.text((14 * fine, (TOP + SIDE / 2) * fine), _plain(drawing.axes[1]), INK, small, anchor="mm")
    placed = drawing.placed()
    for row, (name, colour, mask) in enumerate(drawing.kinds()):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        for x, y in placed[mask]:
            draw.circle((x * fine, y * fine), 2.2 * fine, (red, green, blue, 204))
        y = (TOP + 12 + 22 * row) * fine
        draw.circle(((LEFT + SIDE + 18) * fine, y), 5 * fine, colour)
        draw.text(((LEFT + SIDE + 30) * fine, y), f"{name} ({int(mask.sum())})", INK, small, anchor="lm")
    small_picture = picture.reduce(2)
    out = io.BytesIO()
    small_picture.save(out, "PNG")
    return out.getvalue()


def _plain(text):
    """PIL's built-in font has no subscripts."""
    return text.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))


def codes_csv(z: np.ndarray, labels: np.ndarray, classes: tuple[str, ...]) -> bytes:
    """Codes n × d as CSV: columns z1 … zd, label (−1: unknown) and the class's title, quoted as RFC 4180 asks."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(f"z{i + 1}" for i in range(z.shape[1])), "label", "class"])
    for code, label in zip(z.tolist(), labels.tolist(), strict=True):
        title = classes[label] if 0 <= label < len(classes) else ""
        writer.writerow([*(f"{value:.9g}" for value in code), label, title])
    return out.getvalue().encode()


def codes_npz(z: np.ndarray, labels: np.ndarray) -> bytes:
    """Codes as .npz: `z` float32 n × d and `labels` int64 n; `python -m aae_core decode` reads it."""
    out = io.BytesIO()
    np.savez_compressed(out, z=z.astype(np.float32), labels=labels.astype(np.int64))
    return out.getvalue()
