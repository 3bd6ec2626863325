"""Two revisions side by side: what their planes have in common, and the sentences about it; no st.* call."""

import numpy as np

from aae_core.wording import join_sentences
from app.cache import code_sets
from app.figures.plane import CodesOnPlane, Plane, VisibleSquare
from app.translation.texts import mark, translate

CONTAINED_SHARE = 0.998  # of a cloud's points that its visible square contains where two are compared
LINKED_TEXT = mark("Drag, hover, click, lasso or zoom in one plane, and the other follows.")
DIFFERENCE_TEXTS = {
    "z": mark("Their codes differ in dimension, so each plane has its own z."),
    "images": mark("They show different data, so hovering, clicking and the lasso stay within a plane."),
    "view": mark("Their axes differ, so each plane is zoomed separately."),
    "classes": mark("Their classes differ, so each plane hides its own."),
}


CODE_MEANINGS = {  # what a code of an image is, by the posterior
    "deterministic": "z = f(x)",
    "gaussian": mark("the mean of q(z|x)"),
    "draw": mark("one draw z ~ q(z|x)"),
    "universal": mark("z = f(x, η) at η = 0"),
}


def shared_aspects(first: CodesOnPlane, second: CodesOnPlane, groups=(None, None)) -> tuple[str, ...]:
    """The keys of DIFFERENCE_TEXTS, in that order, in which the two agree, so that their planes are linked in them. groups: the
    `ColumnGroups` that colour the codes of each in place of its classes, or None."""
    class_names = [
        list(on_plane.revision.data.classes) if side_groups is None else list(side_groups.names)
        for on_plane, side_groups in zip((first, second), groups, strict=True)
    ]
    same_dimensions = first.view == second.view == "pair" and first.dimensions == second.dimensions
    agreements = {
        "z": first.probe.z.shape[1] == second.probe.z.shape[1],
        "images": first.revision.data.name == second.revision.data.name
        and first.probe.split == second.probe.split
        and np.array_equal(first.probe.index, second.probe.index),
        "view": same_dimensions or first.revision.id == second.revision.id,
        "classes": class_names[0] == class_names[1],
    }
    return tuple(name for name, agrees in agreements.items() if agrees)


def link_sentence(linked_aspects: tuple[str, ...]) -> str:
    """In which respects the two planes are linked, and in which they are not; linked_aspects: as of `shared_aspects`."""
    differences = [translate(sentence) for name, sentence in DIFFERENCE_TEXTS.items() if name not in linked_aspects]
    if not differences:
        return translate(LINKED_TEXT)
    return join_sentences(*differences, translate("Everything else acts on both planes.") if linked_aspects else "")


def compared_codes_sentence(names: tuple[str, str], planes: list[CodesOnPlane | None]) -> str:
    """What kind of codes each plane shows; "" if all are z = f(x)."""
    kinds = {
        name: "draw" if on_plane.probe.set_name.endswith(code_sets.DRAW_SUFFIX) else on_plane.revision.config.posterior
        for name, on_plane in zip(names, planes, strict=True)
        if on_plane is not None
    }
    if set(kinds.values()) <= {"deterministic"}:
        return ""
    codes = "; ".join(f"{name}, {translate(CODE_MEANINGS[kind])}" for name, kind in kinds.items())
    return translate("Codes: {codes}.", codes=codes)


def enlarged_square(plane: Plane) -> VisibleSquare:
    """The visible square of a plane, enlarged to contain CONTAINED_SHARE of its points, so that a comparison cuts off few."""
    square = plane.visible_square
    points = plane.points[np.isfinite(plane.points).all(axis=1)]
    if not len(points):
        return square
    reach = np.quantile(np.abs(points - np.asarray(square.centre)).max(axis=1), CONTAINED_SHARE)
    return VisibleSquare(square.centre, max(square.half, float(reach) * 1.02), square.axes)


def common_square(squares: list[VisibleSquare]) -> VisibleSquare:
    """The smallest square around the first one's centre that contains them all."""
    centre = squares[0].centre
    half = max(square.half + max(abs(a - b) for a, b in zip(centre, square.centre, strict=True)) for square in squares)
    return VisibleSquare(centre, half, squares[0].axes)
