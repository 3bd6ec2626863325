"""What the server computes when the page cannot: decoded images, codes of images, originals, and files of them.

Each answer is computed from a revision and a request that `messages` has checked; this module knows nothing of routes.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import judges_codes
from aae_core.errors import ConfigError
from aae_core.latent import directions, exploration, film, maps
from app.cache import loaded, shown_codes
from app.figures import plane_views
from app.server import messages, time_machine, wire

GET, POST = ("GET", "HEAD"), ("POST",)
OCTETS = "application/octet-stream"
NUMBER = 24  # bytes that one number of a request takes at most, its comma included
LETTERS = 4096  # bytes of a request beside its numbers
PIXELS = 32 * 2**20  # values of all images of one answer
IMAGES_LIMIT = 128 * 2**20  # bytes of the images in a file of codes
FILM = 10.0  # seconds of a time-lapse
DIRECTIONS = 48  # that a page shows: its images of them fit into one request
ANIMATED = 224  # approximate side of an animation's images, in pixels


@dataclass(frozen=True)
class Answer:
    """A response to the page: its content, its media type, and whether it never changes under its address."""

    content: bytes
    media: str = OCTETS
    lasting: bool = False


@dataclass(frozen=True)
class Ask:
    """One kind of request: its methods, its size limit, and the function that answers it.

    limit(revision) -> bytes of the body. answer(revision, said) -> Answer, where `said` is the body, or for GET the query
    as a dict; it raises an AAEError with a sentence for the page. None means that the data is not on this machine. numbered:
    whether it refers to the page's codes by number or position, which must not have changed. there(revision): whether the
    request makes sense. dear: whether it takes seconds.
    """

    methods: tuple[str, ...]
    limit: Callable
    answer: Callable
    numbered: bool = False
    there: Callable = lambda revision: True
    dear: bool = False


def contents_of(revision) -> int:
    """How many contents the decoder distinguishes; 0 if it takes none."""
    return len(loaded.contents(revision))


# Codes and images -------------------------------------------------------------------------------------------------------


def decode(revision, said: bytes) -> Answer:
    """Images u1 n×H×W×C under "images" and, where there is a D, D(z) f4 n under "verdicts", as `wire` packs them; of a table
    levels u1 n×1×F×1."""
    z, images = _decoded(revision, messages.parse(said))
    arrays = {"images": loaded.levels(revision, images)}
    model = loaded.model(revision)
    if judges_codes(model.config):
        arrays["verdicts"] = exploration.judge_codes(model, z)
    return Answer(wire.pack({"v": 1}, arrays))


def gif(revision, said: bytes) -> Answer:
    """An endless animation of decoded codes, each shown for "ms" milliseconds."""
    value = messages.parse(said)
    pace = messages.whole(value.get("ms"), *messages.FRAME, "a time of a frame")
    images = loaded.drawn(revision, _decoded(revision, value)[1])
    return Answer(exploration.to_gif(images, pace, max(1, ANIMATED // images.shape[2])), "image/gif")


def _decoded(revision, value):
    z, y = messages.codes(value, revision.config.latent_dim, contents_of(revision))
    _bounded(len(z) * int(np.prod(revision.data.shape)))
    return z, exploration.decode_images(loaded.model(revision), z, y)


def _bounded(values):
    if values > PIXELS:
        raise ConfigError("These are more pixels than one response may hold; request fewer images at once.")


def encode(revision, said: bytes) -> Answer:
    """The representative code of an image, whose bytes are H×W×C: f4 d under "z", as `wire` packs it."""
    image = messages.image(said, revision.data.shape)
    return Answer(wire.pack({"v": 1}, {"z": exploration.encode_images(loaded.model(revision), image[None])[0]}))


def usual(revision, said: bytes) -> Answer:
    """The typical reconstruction errors, as given by `preprocessing.typical_error`, under "error"; null without originals."""
    return Answer(wire.pack({"v": 1, "error": loaded.usual_error(revision)}, {}))


def measured(revision, said: bytes) -> Answer:
    """The directions of the codes shown, as `directions.measured` has them: what is told of each, and its centre and a unit along
    it, f4 n×d under "centres" and "steps"."""
    codes, model = loaded.probe(revision), loaded.model(revision)
    content = codes.content if loaded.has_content(revision) else None
    found = directions.measured(model, codes.z, content, *revision.factors(codes.split, codes.index))[:DIRECTIONS]
    told = [{"name": each.name, "change": each.change, "share": each.share, "fit": each.fit} for each in found]
    arrays = {
        f"{name}s": np.array([getattr(each, name) for each in found], np.float32).reshape(-1, codes.z.shape[1])
        for name in ("centre", "step")
    }
    return Answer(wire.pack({"v": 1, "directions": told}, arrays))


def image(revision, said: dict) -> Answer | None:
    """The original image behind code number "n", a PNG; of a table levels, a pixel for each feature."""
    number = messages.number(said.get("n"), len(loaded.probe(revision).z))
    images = loaded.originals(revision, [number])
    if images is None:
        return None
    return Answer(exploration.to_png(loaded.levels(revision, images)[0]), "image/png", lasting=True)


def images(revision, said: bytes) -> Answer:
    """The pictures of the codes under "numbers", the originals or where they are not here the reconstructions, u1 n×H×W×C under
    "images", as `wire` packs them."""
    numbers = messages.numbers(messages.parse(said), len(loaded.probe(revision).z))
    _bounded(len(numbers) * math.prod(loaded.drawn_shape(revision)))
    return Answer(wire.pack({"v": 1}, {"images": loaded.pictures(revision, numbers)}))


def history(revision, said: dict) -> Answer:
    """All frames of a revision's time machine, as `time_machine.packed` has them; their address changes as they do."""
    return Answer(wire.pack(*time_machine.packed(revision)), lasting=True)


def time_lapse(revision, said: bytes) -> Answer:
    """The frames as an animated GIF of FILM seconds on the plane under "view"; "surface": whether D's surface is shown."""
    value = messages.parse(said)
    through, dimensions = messages.view(value.get("view"), revision.config.latent_dim)
    if through == "tsne" or (through == "circle" and not loaded.has_circle(revision)):
        raise messages.MessageError("This projection cannot show the codes of another step; choose another one.")
    line = through == "pair" and revision.config.latent_dim == 1
    projection = None if line else plane_views.projection(revision, loaded.probe(revision), through, dimensions)
    return Answer(film.film(revision, FILM, projection, value.get("surface") is True), "image/gif")


# A file of codes --------------------------------------------------------------------------------------------------------


def npz(revision, said: bytes) -> Answer:
    """The codes inside an outline: z float32 n×d, labels and index int64 n, and images uint8 n×H×W×C where there are any; of a
    table rows float32 n×F and the names of their features.

    index: the images' numbers in `split`, as `shown_codes.Shown` counts them; labels: −1 where there is none. Images beyond
    IMAGES_LIMIT stay out.
    """
    drawn = messages.outline(messages.parse(said), revision.config.latent_dim, len(revision.data.classes))
    codes = loaded.probe(revision)
    seen = ~np.isin(codes.labels, list(drawn.hidden))
    chosen = np.flatnonzero(maps.inside(places(revision, codes, drawn), drawn.corners) & seen)
    arrays = {
        "z": codes.z[chosen],
        "labels": codes.labels[chosen],
        "index": codes.index[chosen],
        "split": np.array(codes.split),
    }
    if loaded.has_originals(revision) and len(chosen) * int(np.prod(revision.data.shape)) <= IMAGES_LIMIT:
        items = loaded.originals(revision, chosen)
        if revision.data.is_table:
            arrays |= {"rows": items[:, 0, :, 0], "features": np.array(revision.data.features.names)}
        else:
            arrays["images"] = items
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return Answer(file.getvalue())


def places(revision, codes: shown_codes.Shown, drawn: messages.Outline) -> np.ndarray:
    """Where n codes lie on the plane that an outline was drawn on, n×2, as the page has them."""
    if drawn.through == "tsne" and loaded.laid_out(revision, codes) is None:
        raise messages.MessageError("t-SNE has not been computed for these codes; open that projection first.")
    if drawn.through == "circle" and not loaded.has_circle(revision):
        raise messages.MessageError("These codes have no heads on a circle; choose another projection.")
    return plane_views.plane_of(revision, codes, drawn.through, drawn.dimensions).points


# What can be asked for --------------------------------------------------------------------------------------------------


def _codes_limit(revision):
    return LETTERS + NUMBER * messages.CODES * (revision.config.latent_dim + contents_of(revision) + 1)


def _outline_limit(revision):
    return LETTERS + NUMBER * (2 * messages.CORNERS + len(revision.data.classes))


def _draws(revision):
    """Whether an image from outside can be drawn; nobody draws a row of a table."""
    return not revision.data.is_table


ASKS = {
    "decode": Ask(POST, _codes_limit, decode),
    "encode": Ask(POST, lambda revision: int(np.prod(revision.data.shape)), encode, there=_draws),
    "usual": Ask(POST, lambda revision: 0, usual, there=_draws),
    "directions": Ask(POST, lambda revision: 0, measured, dear=True),
    "image": Ask(GET, lambda revision: 0, image, numbered=True, there=loaded.has_originals),
    "images": Ask(POST, lambda revision: LETTERS + NUMBER * messages.CODES, images, numbered=True),
    "gif": Ask(POST, _codes_limit, gif, dear=True),
    "frames": Ask(GET, lambda revision: 0, history),
    "film": Ask(POST, lambda revision: LETTERS, time_lapse, dear=True),
    "npz": Ask(POST, _outline_limit, npz, numbered=True, dear=True),
}
