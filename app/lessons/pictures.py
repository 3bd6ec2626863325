"""A small drawing for each lesson, as SVG in the colours of the page; a lesson without one of its own gets that of a code."""

import math
from collections.abc import Iterable

from aae_core.latent import colours

WIDTH, HEIGHT = 160, 100  # units of a drawing
INK = "currentColor"
CODE, PRIOR = colours.VERDICT_COLOURS  # codes and samples in the colours of D's verdicts
CLASSES = colours.CLASS_COLOURS[:6]
GOLDEN_ANGLE = 2.39996


def picture_svg(slug: str) -> str:
    """The drawing of a lesson."""
    shapes = "".join(DRAWINGS.get(slug, _draw_code)())
    return f'<svg class="lesson-picture" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{shapes}</svg>'


# Shapes -----------------------------------------------------------------------------------------------------------------


def _dot(x, y, colour, radius=2.6) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity="0.75"/>'


def _cross(x, y, colour=PRIOR) -> str:
    d = f"M{x - 2.5:.1f} {y - 2.5:.1f}l5 5m0-5l-5 5"
    return f'<path d="{d}" stroke="{colour}" stroke-width="1.5" fill="none"/>'


def _path(d, colour=INK, width=2, fill="none", extra="") -> str:
    return f'<path d="{d}" stroke="{colour}" stroke-width="{width}" fill="{fill}" stroke-linecap="round" {extra}/>'


def _ellipse(x, y, radius_x, radius_y, colour=PRIOR, rotation=0.0, opacity=0.2) -> str:
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="{radius_x}" ry="{radius_y}" fill="{colour}" fill-opacity="{opacity}" stroke="{colour}" '
        f'stroke-opacity="0.6" transform="rotate({rotation:.0f} {x} {y})"/>'
    )


def _arrow(x, y, to_x, to_y, colour=INK) -> str:
    angle = math.atan2(to_y - y, to_x - x)
    ends = [(to_x - 6 * math.cos(angle + side), to_y - 6 * math.sin(angle + side)) for side in (0.5, -0.5)]
    head = "".join(f"M{to_x:.1f} {to_y:.1f}L{end_x:.1f} {end_y:.1f}" for end_x, end_y in ends)
    return _path(f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}{head}", colour, 1.6)


def _text(x, y, text, size=14, colour=INK) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="600" text-anchor="middle" fill="{colour}">{text}</text>'
    )


def _spread(x, y, reach, count) -> Iterable[tuple[float, float]]:
    """Points that fill a disc evenly."""
    for k in range(count):
        radius = reach * math.sqrt((k + 0.5) / count)
        yield x + radius * math.cos(k * GOLDEN_ANGLE), y + radius * math.sin(k * GOLDEN_ANGLE)


def _cloud(x, y, reach, count, colour) -> list[str]:
    return [_dot(*point, colour) for point in _spread(x, y, reach, count)]


# Drawings ---------------------------------------------------------------------------------------------------------------


def _draw_code() -> list[str]:
    return [
        _path("M30 28L62 42V58L30 72Z", INK, 1.5),
        _path("M130 28L98 42V58L130 72Z", INK, 1.5),
        _dot(80, 50, CODE, 7),
        _arrow(63, 50, 72, 50),
        _arrow(88, 50, 97, 50),
    ]


def _draw_holes() -> list[str]:
    places = ((38, 30, CLASSES[0]), (120, 34, CLASSES[1]), (54, 76, CLASSES[2]), (116, 78, CLASSES[3]))
    clouds = [dot for x, y, colour in places for dot in _cloud(x, y, 17, 18, colour)]
    return [
        *clouds,
        _path("M82 42a12 12 0 1 1-0.1 0", INK, 1.5, extra='stroke-dasharray="3 3"'),
        _text(82, 60, "?", 16),
    ]


def _draw_prior() -> list[str]:
    rings = [_ellipse(80, 50, reach, reach, opacity=0.12) for reach in (44, 30, 16)]
    return [*rings, *(_cross(*point) for point in _spread(80, 50, 40, 26))]


def _draw_discriminator() -> list[str]:
    return [
        f'<rect width="80" height="100" fill="{CODE}" fill-opacity="0.2"/>',
        f'<rect x="80" width="80" height="100" fill="{PRIOR}" fill-opacity="0.2"/>',
        *_cloud(42, 50, 28, 22, CODE),
        *(_cross(*point) for point in _spread(118, 50, 30, 20)),
        _text(80, 56, "D", 20),
    ]


def _draw_pushed_codes() -> list[str]:
    points = list(_spread(38, 50, 24, 12))
    pushes = [_arrow(x + 4, y, x + 30, 50 + (y - 50) * 0.8, CODE) for x, y in points[::2]]
    return [_ellipse(118, 50, 32, 32), *(_dot(x, y, CODE) for x, y in points), *pushes]


def _draw_equilibrium() -> list[str]:
    return [
        _path("M14 22C50 22 52 58 84 52S126 48 148 50", CODE, 2.5),
        _path("M14 84C46 84 54 46 84 52S126 54 148 50", PRIOR, 2.5),
        _path("M14 52H148", INK, 1, extra='stroke-dasharray="2 4"'),
    ]


def _draw_sides() -> list[str]:
    return [
        _ellipse(80, 50, 58, 34),
        *_cloud(56, 50, 22, 14, CODE),
        *(_cross(*point) for point in _spread(104, 50, 22, 14)),
        _path("M80 10V90", INK, 1.5, extra='stroke-dasharray="4 4"'),
        _arrow(88, 22, 72, 22),
        _arrow(72, 78, 88, 78),
    ]


def _draw_kl() -> list[str]:
    return [
        _path("M12 84C50 84 54 24 80 24S110 84 148 84", PRIOR, 2.5, PRIOR, 'fill-opacity="0.15"'),
        _path("M12 84C62 84 66 36 96 36S124 84 148 84", CODE, 2.5),
        _path("M12 84H148", INK, 1),
    ]


def _draw_posteriors() -> list[str]:
    return [
        _dot(34, 50, CODE, 5),
        _ellipse(80, 50, 20, 12, CODE, -25, 0.3),
        _path("M108 66C112 34 140 30 146 60C140 46 120 48 108 66Z", CODE, 1.5, CODE, 'fill-opacity="0.3"'),
    ]


def _draw_collapse() -> list[str]:
    petals = [_ellipse(80 + 34 * math.cos(a), 50 + 30 * math.sin(a), 13, 13) for a in (0, 1.26, 2.51, 3.77, 5.03)]
    return [*petals, *_cloud(114, 50, 10, 26, CODE)]


def _draw_petals():
    drawing = []
    for k, colour in enumerate(CLASSES):
        angle = math.tau * k / len(CLASSES)
        x, y = 80 + 26 * math.cos(angle), 50 + 26 * math.sin(angle)
        drawing += [_ellipse(round(x, 1), round(y, 1), 20, 8, colour, math.degrees(angle), 0.2)]
        drawing += [_dot(80 + r * math.cos(angle), 50 + r * math.sin(angle), colour) for r in (12, 19, 26, 33, 40)]
    return drawing


def _draw_style_and_content() -> list[str]:
    slants = ("-14", "0", "14")
    return [
        f'<g transform="translate({35 + 45 * column} {38 + 36 * row}) skewX({slant})">{_text(0, 0, digit, 26)}</g>'
        for row, digit in enumerate("37")
        for column, slant in enumerate(slants)
    ]


def _draw_few_labels() -> list[str]:
    grey = [_dot(*point, "#8a94a3") for point in _spread(80, 50, 44, 46)]
    labelled = [_dot(x, y, colour, 5) for (x, y), colour in zip(_spread(80, 50, 34, 5), CLASSES, strict=False)]
    return grey + labelled


def _draw_clusters():
    places = ((36, 36), (84, 26), (126, 44), (58, 74), (106, 78))
    drawing = []
    for (x, y), colour in zip(places, CLASSES, strict=False):
        drawing += [_ellipse(x, y, 19, 17, INK, opacity=0.04), *_cloud(x, y, 12, 9, colour)]
    return drawing


def _draw_painted_prior() -> list[str]:
    heart = "M80 84C40 58 34 44 42 30C52 14 74 20 80 36C86 20 108 14 118 30C126 44 120 58 80 84Z"
    brush = _path("M128 18L106 44M106 44c-5-1-9 4-9 9c5 1 10-3 9-9", INK, 3)
    return [_path(heart, PRIOR, 1.5, PRIOR, 'fill-opacity="0.25"'), brush]


def _draw_disentanglement():
    rows = []
    for row, place in enumerate((44, 92, 68)):
        y = 26 + 24 * row
        rows += [_path(f"M22 {y}H138", colours.UNLABELLED_COLOUR, 3), _dot(place, y, CLASSES[row], 7)]
    return rows


def _draw_four_priors():
    petals = [
        _ellipse(120 + 8 * math.cos(a), 27 + 8 * math.sin(a), 7, 3, CLASSES[0], math.degrees(a), 0.25)
        for a in (0, 2.1, 4.2)
    ]
    angles = [0.35 * step for step in range(2, 34)]
    roll_points = [(40 + 1.75 * a * math.cos(a), 73 + 1.75 * a * math.sin(a)) for a in angles]
    roll = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in roll_points)
    islands = [_ellipse(106, 73, 11, 15, opacity=0.25), _ellipse(136, 73, 11, 15, opacity=0.25)]
    gaussian = [_ellipse(40, 27, reach, reach, opacity=0.15) for reach in (18, 9)]
    frames = [
        _path("M80 6V94", INK, 1, extra='stroke-dasharray="2 4"'),
        _path("M8 50H152", INK, 1, extra='stroke-dasharray="2 4"'),
    ]
    return [*gaussian, *petals, _path(roll, PRIOR, 2.5), *islands, *frames]


def _draw_content_and_style() -> list[str]:
    mixed_dots = [_dot(x, y, CLASSES[k % 4]) for k, (x, y) in enumerate(_spread(116, 56, 32, 32))]
    quarters = ((30, 42), (54, 42), (30, 70), (54, 70))
    separate_dots = [
        dot for (x, y), colour in zip(quarters, CLASSES, strict=False) for dot in _cloud(x, y, 11, 8, colour)
    ]
    return [*separate_dots, *mixed_dots, _text(42, 20, "z"), _text(116, 20, "z, y"), _arrow(73, 56, 80, 56)]


def _draw_many_codes() -> list[str]:
    ends = list(_spread(74, 50, 40, 18))
    rays = [_path(f"M74 50L{x:.1f} {y:.1f}", INK, 0.6) for x, y in ends]
    return [_ellipse(74, 50, 46, 42), *rays, *(_dot(x, y, CODE, 3) for x, y in ends), _dot(74, 50, INK, 5)]


def _draw_ellipses():
    places = ((50, 40, 15), (72, 62, -30), (78, 34, 60), (98, 56, 0), (108, 36, 30), (62, 78, 20), (92, 78, -15))
    ring = '<circle cx="80" cy="54" r="43" fill="none" stroke-width="2.5"'
    return [
        _ellipse(80, 54, 43, 43, PRIOR, opacity=0.15),
        *(_ellipse(x, y, 19, 13, CODE, rotation, 0.28) for x, y, rotation in places),
        f'{ring} stroke="{PRIOR}"/>',
    ]


DRAWINGS = {
    "holes": _draw_holes,
    "the-prior": _draw_prior,
    "the-discriminator": _draw_discriminator,
    "fooling-d": _draw_pushed_codes,
    "equilibrium": _draw_equilibrium,
    "which-side-is-real": _draw_sides,
    "where-the-kl-went": _draw_kl,
    "posteriors": _draw_posteriors,
    "mode-collapse": _draw_collapse,
    "labels-into-d": _draw_petals,
    "style-and-content": _draw_style_and_content,
    "few-labels": _draw_few_labels,
    "clusters-without-labels": _draw_clusters,
    "paint-a-prior": _draw_painted_prior,
    "disentanglement": _draw_disentanglement,
    "choosing-a-prior": _draw_four_priors,
    "y-and-z": _draw_content_and_style,
    "one-image-many-codes": _draw_many_codes,
    "the-aggregated-posterior": _draw_ellipses,
}
