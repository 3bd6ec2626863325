"""The plane of Train before there are codes: empty, or painted on; and the brush that a plane offers."""

from functools import lru_cache
from typing import get_args

import numpy as np

from aae_core.config import painting
from aae_core.config.settings import PriorConfig
from aae_core.latent import colours
from app.figures.plane import Plane, VisibleSquare, axis_name, square_around_prior_and_points
from app.messages import outgoing, validation, wire_format
from app.scenes import plane_message
from app.translation.texts import mark, translate

MARGIN = 1.05  # half-width of the plane around a painting, relative to that of the painting


def make_brush(painting_text: str, scale: float, classes: tuple[str, ...], session: str) -> outgoing.Brush:
    """What a plane offers for painting a prior. classes: those to which parts of the painting can belong; () if classes are not
    needed. session: identifies the visitor's session, by which a page notices that it has to send its painting again."""
    return {
        "session": session,
        "painting": _cells_text(painting_text),
        "half": painting.HALF_WIDTH * scale,
        "shapes": [
            {"title": translate(shape.title), "text": _cells_text(name)} for name, shape in painting.SHAPES.items()
        ],
        "classes": list(classes),
        "colours": list(colours.CLASS_COLOURS[: painting.MAX_CLASSES]),
    }


def _cells_text(name: str) -> str:
    """The text of a painting's cells, even if it is stored by name, because the browser does not know the names."""
    return painting.format_painting(painting.parse_painting(name))


def parse_painting_message(value: dict) -> str:
    """The text of the painting in a message; ConfigError or MessageError, with one sentence, if it is invalid."""
    text = value["text"]
    validation.require_valid(
        text.startswith(painting.PREFIX), mark("The plane sent a painting of an unknown form, which was refused.")
    )
    painting.parse_painting(text)
    return text


def around_painting(plane: Plane, scale: float) -> Plane:
    """The plane with the window in which the prior was painted, enlarged to contain its codes."""
    half = MARGIN * painting.HALF_WIDTH * scale
    square = square_around_prior_and_points(plane.points, (0.0, 0.0), half, plane.visible_square.axes)
    return Plane(plane.points, plane.samples, square)


def pack_empty_plane(painting_text: str, scale: float, brush: outgoing.Brush | None) -> bytes:
    """The message of a plane without a revision, which shows a painted prior, or is painted on with the brush."""
    window = VisibleSquare((0.0, 0.0), MARGIN * painting.HALF_WIDTH * scale, (axis_name(0), axis_name(1)))
    prior = {"name": "painted", "scale": scale, "components": 1, "shape": 1.0, "heads": None, "levels": []}
    header = {
        "v": 1, "revision": "", "version": "", "dim": 2, "class_names": [], "classes": [], "contents": [],
        "contents_in_files": [], "colours": [], "shapes": [],
        "prior": prior | {"painting": _cells_text(painting_text)}, "typical": None, "ranges": None, "weights": None,
        "sprites": None, "server": dict.fromkeys(get_args(outgoing.RequestName)), "codes": None,
        "split": "train", "features": None, "items": None, "missing": None, "ranges_of": None,
        "groups": None, "filter": None, "colour": "",
        "extent": window.half, "centre": list(window.centre), "axis_names": list(window.axes), "axes": [0, 1], "pca": None,
        "code": [0.0, 0.0], "y": None, "picked": None, "has_controls_beside": False, "link": None, "layers": {"prior": True},
        "tools": [], "report": [], "names": {}, "setting_texts": {}, "frame": None, "live": False, "history": None,
        "opening": None, "view": None, "regions": [], "sweeps": [], "sampled": None, "preprocessing": None, "brush": brush,
    }  # fmt: skip
    arrays = {
        "z": np.empty((0, 2), np.float32), "labels": np.empty(0, np.int16), "image": np.zeros((1, 1, 1), np.uint8),
        "prior_xy": np.empty((0, 2), np.float32), "density_grid": np.zeros((1, 1), np.float32),
    }  # fmt: skip
    notes = {}
    if brush is None:
        arrays["prior_mass"], notes["prior_mass"] = _prior_mass(painting_text, scale, window)
    return wire_format.pack_message(header, arrays, notes)


@lru_cache(maxsize=8)  # while a training waits or starts, the page is drawn again and again
def _prior_mass(painting_text, scale, window):
    """The painted prior as the plane of a revision has it, so that nothing changes once there are codes."""
    from aae_core.models.priors import families  # late, since it imports torch

    prior = families.make_prior(PriorConfig(name="painted", scale=scale, painting=painting_text), 2)
    return plane_message.prior_mass_field(prior, window)
