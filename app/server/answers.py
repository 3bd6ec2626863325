"""What the server computes for a page that cannot: decoded images, codes of images, directions; and the originals and frames.

Each answer is computed from a revision and a request, which is checked by `messages`; this module knows nothing of routes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import judges_codes
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.latent import charts, directions, exploration
from app.cache import loaded, shown_codes
from app.cache.kept import kept
from app.server import messages, time_machine, wire

GET, POST = ("GET", "HEAD"), ("POST",)
NUMBER = 24  # bytes of one number in a request, including its comma, at most
LETTERS = 4096  # bytes of a request beside its numbers, at most
PIXELS = 32 * 2**20  # values of all images in one answer, at most
DIRECTIONS = 48  # shown on a page, at most: their images fit into one request


@dataclass(frozen=True)
class Ask:
    """One kind of request: its methods, its size limit, and the function that answers it.

    answer(revision, said) -> bytes of the response, where `said` is the body, or for GET the query as a dict; None if the images
    are not on this machine; it raises an AAEError with a sentence for the page. limit(revision) -> the most bytes of the body.
    numbered: whether it refers to the page's codes by number, so that they must not have changed. there(revision): whether the
    request applies to the revision. slow: whether it may take seconds. media: the media type of the response. lasting: whether
    the response to one URL never changes.
    """

    methods: tuple[str, ...]
    answer: Callable
    limit: Callable = lambda revision: 0
    numbered: bool = False
    there: Callable = lambda revision: True
    slow: bool = False
    media: str = "application/octet-stream"
    lasting: bool = False


def decode(revision, said: bytes) -> bytes:
    """Decoded images u1 n×H×W×C under "images" (of a table, levels u1 n×1×F×1) and, if D can judge a code alone, D(z) f4 n under
    "d_of_z", packed by `wire`."""
    z, y = messages.codes(messages.parse(said), revision.config.latent_dim, len(loaded.contents(revision)))
    _bounded(len(z) * int(np.prod(revision.data.shape)))
    model = loaded.model(revision)
    arrays = {"images": charts.levels(exploration.decode_images(model, z, y), revision.data.features)}
    if judges_codes(model.config):
        arrays["d_of_z"] = exploration.judge_codes(model, z)
    return wire.pack({"v": 1}, arrays)


def _bounded(values):
    if values > PIXELS:
        raise ConfigError("These are more pixels than one response may hold; request fewer images at once.")


def encode(revision, said: bytes) -> bytes:
    """The representative code of an image given as bytes H×W×C: f4 d under "z", packed by `wire`."""
    image = messages.image(said, revision.data.shape)
    return wire.pack({"v": 1}, {"z": exploration.encode_images(loaded.model(revision), image[None])[0]})


def usual(revision, said: bytes) -> bytes:
    """The typical reconstruction errors, as of `preprocessing.typical_error`, under "error"; null without originals."""
    return wire.pack({"v": 1, "error": loaded.usual_error(revision)})


@kept(lambda revision, said: (revision.version, shown_codes.moment(revision), sets.stamp(revision.data.name)))
def measured(revision, said: bytes) -> bytes:
    """The first DIRECTIONS of `directions.of_codes` for the codes shown: "name", "change", "share" and "fit" of each under
    "directions", and f4 n×d its centre under "centres" and its step under "steps"."""
    codes, model = loaded.probe(revision), loaded.model(revision)
    content = codes.content if revision.variant.has_content else None
    found = directions.of_codes(model, codes.z, content, *revision.factors(codes.split, codes.index))[:DIRECTIONS]
    rows = [{"name": each.name, "change": each.change, "share": each.share, "fit": each.fit} for each in found]
    arrays = {
        f"{name}s": np.array([getattr(each, name) for each in found], np.float32).reshape(-1, codes.z.shape[1])
        for name in ("centre", "step")
    }
    return wire.pack({"v": 1, "directions": rows}, arrays)


def image(revision, said: dict) -> bytes | None:
    """The original image of code number "n" as a PNG; of a table, the levels of its row, a pixel for each feature."""
    number = messages.number(said.get("n"), len(loaded.probe(revision).z))
    images = loaded.originals(revision, [number])
    return None if images is None else exploration.to_png(charts.levels(images, revision.data.features)[0])


def images(revision, said: bytes) -> bytes:
    """Pictures of the codes with the given "numbers", u1 n×H×W×C under "images", packed by `wire`: the originals, or the
    reconstructions if those are not on this machine; of a table on this machine also the rows, f4 n×F under "rows"."""
    numbers = messages.numbers(messages.parse(said), len(loaded.probe(revision).z))
    _bounded(len(numbers) * math.prod(loaded.drawn_shape(revision)))
    arrays = {"images": loaded.pictures(revision, numbers)}
    if revision.data.is_table and loaded.has_originals(revision):
        arrays["rows"] = loaded.originals(revision, numbers)[:, 0, :, 0]
    return wire.pack({"v": 1}, arrays)


def history(revision, said: dict) -> bytes:
    """All frames of a revision's time machine, as of `time_machine.packed`; their URL changes whenever they do."""
    return wire.pack(*time_machine.packed(revision))


def _codes_limit(revision):
    return LETTERS + NUMBER * messages.CODES * (revision.config.latent_dim + len(loaded.contents(revision)) + 1)


def _draws(revision):
    """Whether a user can draw or upload an input: an image, but not a row of a table."""
    return not revision.data.is_table


ASKS = {
    "decode": Ask(POST, decode, _codes_limit),
    "encode": Ask(POST, encode, lambda revision: int(np.prod(revision.data.shape)), there=_draws),
    "usual": Ask(POST, usual, there=_draws),
    "directions": Ask(POST, measured, slow=True),
    "image": Ask(GET, image, numbered=True, there=loaded.has_originals, media="image/png", lasting=True),
    "images": Ask(POST, images, lambda revision: LETTERS + NUMBER * messages.CODES, numbered=True),
    "frames": Ask(GET, history, lasting=True),
}
