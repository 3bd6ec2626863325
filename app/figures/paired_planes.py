"""Two revisions side by side: what their planes have in common, and the sentences about it; no st.* call."""

import numpy as np

from app.cache import shown_codes
from app.figures.plane import Frame, OnPlane

TOGETHER = "Drag, hover, click, lasso or zoom in one plane, and the other follows."
APART = {
    "z": "Their codes differ in dimension, so each plane has its own z.",
    "images": "They show different data, so hovering, clicking and the lasso stay within a plane.",
    "view": "Their axes differ, so each plane is zoomed separately.",
    "classes": "Their classes differ, so each plane hides its own.",
}


CODES = {  # what a code of an image is, by the posterior
    "deterministic": "z = f(x)",
    "gaussian": "the mean of q(z|x)",
    "draw": "one draw z ~ q(z|x)",
    "universal": "z = f(x, η) at η = 0",
}


def shares(one: OnPlane, other: OnPlane) -> tuple[str, ...]:
    """The keys of APART, in that order, in which the two agree, so that their planes are linked in them."""
    flat = one.through == other.through == "pair" and one.dimensions == other.dimensions
    agreements = {
        "z": one.probe.z.shape[1] == other.probe.z.shape[1],
        "images": one.revision.data.name == other.revision.data.name
        and one.probe.split == other.probe.split
        and np.array_equal(one.probe.index, other.probe.index),
        "view": flat or one.revision.id == other.revision.id,
        "classes": list(one.revision.data.classes) == list(other.revision.data.classes),
    }
    return tuple(name for name, agrees in agreements.items() if agrees)


def link_sentence(shared: tuple[str, ...]) -> str:
    """In which respects the two planes are linked, and in which they are not; shared: as of `shares`."""
    apart = [sentence for name, sentence in APART.items() if name not in shared]
    if not apart:
        return TOGETHER
    return " ".join([*apart, "Everything else acts on both planes."] if shared else apart)


def codes_sentence(names: tuple[str, str], seen: list[OnPlane | None]) -> str:
    """What kind of codes each plane shows; "" if all are z = f(x)."""
    kinds = {
        name: "draw" if on_plane.probe.which.endswith(shown_codes.DRAWN) else on_plane.revision.config.posterior
        for name, on_plane in zip(names, seen, strict=True)
        if on_plane is not None
    }
    if set(kinds.values()) <= {"deterministic"}:
        return ""
    return "Codes: " + "; ".join(f"{name}, {CODES[kind]}" for name, kind in kinds.items()) + "."


def common_frame(frames: list[Frame]) -> Frame:
    """The smallest frame around the first one's centre that contains them all."""
    centre = frames[0].centre
    half = max(f.half + max(abs(a - b) for a, b in zip(centre, f.centre, strict=True)) for f in frames)
    return Frame(centre, half, frames[0].axes)
