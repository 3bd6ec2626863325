"""Files that the page fetches by URL: weights, sprite sheets and scripts, each with a hash of the content in its name.

Only registered assets are served, from memory or made again; no path of a request ever reaches the disk. A name always stands for
the same content, so browsers may cache it for good, across pages, reloads and revisions.
"""

import asyncio
import gzip
import hashlib
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from aae_core.config.choices import COSTS
from aae_core.config.derived import judges_by_region, judges_codes
from aae_core.errors import AAEError
from aae_core.latent import charts
from app.cache.latest import Latest
from app.server import guard, routes

WEIGHTS_LIMIT = 8 * 2**20  # bytes of a network in fp16, at most: what a browser loads while a user waits
WORK_LIMIT = 128 * 10**6  # multiplications per image, at most: what a browser computes while the pointer moves
SHEET_LIMIT = 16 * 2**20  # bytes of pixels of a sheet before compression, at most
SMALLEST, FARTHEST = 16, 4  # of reduced tiles: pixels per side, at least, and the factor of the reduction, at most
MAKERS = 2000  # assets that can be made again, at most
MEDIA = {"bin": "application/octet-stream", "png": "image/png", "js": "text/javascript; charset=utf-8"}
LASTING = "max-age=31536000, immutable"
MAKER = ThreadPoolExecutor(1, thread_name_prefix="made-again")  # one at a time, however many ask
HEADERS = {"Content-Encoding": "identity"}  # without it, Streamlit's server would compress at every request


@dataclass(frozen=True)
class Asset:
    """Bytes under the name "<sha256>.<kind>", or "js-<hash of all modules>/<module>"; its ending is one of MEDIA."""

    name: str
    content: bytes

    @property
    def sha(self) -> str:
        return self.name.partition(".")[0]

    @property
    def url(self) -> str:
        """Its URL, relative to that of any page, as in `routes.page_relative`."""
        return routes.page_relative(f"/assets/{self.name}")

    @property
    def reference(self) -> dict:
        """What the page needs to fetch it."""
        return {"url": self.url, "sha": self.sha}


def asset(content: bytes, kind: str) -> Asset:
    return Asset(f"{hashlib.sha256(content).hexdigest()}.{kind}", content)


class Shelf:
    """The assets that can be fetched: those used last, up to `limit` bytes, the pinned ones, and those that can be made again."""

    def __init__(self, limit: int = 96 * 2**20):
        self._recent, self._pinned, self._makers = Latest(limit, len), {}, Latest(MAKERS)

    def put(self, wanted: Asset, again: Callable[[], Asset | None] | None = None) -> Asset:
        """Keep an asset until others need its place. again: makes it anew after that, for one that pages fetch much later."""
        self._recent.put(wanted.name, wanted.content)
        if again is not None:
            self._makers.put(wanted.name, again)
        return wanted

    def pin(self, wanted: Asset) -> Asset:
        """Keep an asset as long as the server runs; for those that belong to the program itself."""
        self._pinned[wanted.name] = wanted.content
        return wanted

    def find(self, name: str) -> bytes | None:
        return self._pinned.get(name) or self._recent.find(name)

    def can_make(self, name: str) -> bool:
        return self._makers.find(name) is not None

    def made_again(self, name: str) -> bytes | None:
        """The asset that `again` makes; None if there is no such function, or if its files are gone or have changed."""
        make = self._makers.find(name)
        if make is None:
            return None
        try:
            remade = make()
        except (AAEError, OSError):
            return None
        if remade is None or remade.name != name:
            return None
        return self.put(remade).content


SHELF = Shelf()


async def respond(request: Request) -> Response:
    """The response with the asset of the name in the path; 404 for an unknown name."""
    name = request.path_params["name"]
    content = SHELF.find(name)
    if content is None and SHELF.can_make(name):
        content = await asyncio.get_running_loop().run_in_executor(MAKER, SHELF.made_again, name)
    if content is None:
        return guard.refusal(404, "There is no such asset.")
    kind = name.rpartition(".")[2]
    scope = "public" if kind == "js" else "private"  # proxies may cache scripts, but neither weights nor images
    headers = {**HEADERS, "Cache-Control": f"{scope}, {LASTING}", "Vary": "Accept-Encoding"}
    if kind == "js" and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = packed(content), "gzip"
    return Response(content, headers=headers, media_type=MEDIA[kind])


@lru_cache(maxsize=4)
def packed(content: bytes) -> bytes:
    """A script compressed by gzip, once for all browsers."""
    return gzip.compress(content, mtime=0)


# Weights ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Net:
    """A network that the page evaluates itself: the geometry of its layers, and the file with their weights.

    layers: of a dense layer [in, out], of a convolution the fields of `Convolution`. The file: fp16 little-endian, layer by layer
    W in C order, in×out (of a convolution: channels × kernel rows × kernel columns × out), followed by b.
    """

    file: Asset
    layers: list[list[int] | dict]

    @property
    def reference(self) -> dict:
        return {**self.file.reference, "layers": self.layers}


@dataclass(frozen=True)
class Weights:
    """The networks of a model that the page evaluates; None for one that the model lacks or the page cannot evaluate.

    why: a sentence on why the decoder is missing. The discriminator is sent only together with the decoder. One that judges by
    the region of a code stays on the server, and one conditioned on the content cannot judge a code alone. means: the result of
    the function `means`.
    """

    decoder: Net | None
    discriminator: Net | None
    encoder: Net | None
    why: str = ""
    means: dict | None = None


def weights(model) -> Weights:
    """The networks of a `Model` for the page."""
    (decoder, why), (encoder, _) = _net(_layers(model.decoder)), _net(_to_codes(model))
    if decoder is None:
        return Weights(None, None, encoder, f"The decoder {why}, so the server decodes.")
    judges = judges_codes(model.config) and not judges_by_region(model.config)
    return Weights(decoder, _net(_judging(model))[0] if judges else None, encoder, means=means(model))


def decoder(model) -> Net | None:
    """The decoder of a `Model` for the page; None if the page cannot evaluate it, so that the server decodes."""
    return _net(_layers(model.decoder))[0]


def _layers(*net):
    from aae_core.models.layers import layers

    return layers(*net)


def means(model) -> dict | None:
    """How the page converts a decoder's outputs into the levels of a row, 0..1; None for images, to which a sigmoid is applied.

    groups: [link function, columns] of each group of columns, by the names in `objectives.LINKS`. times, plus: F values each; the
    level of feature j is times[j] · link(output)[j] + plus[j].
    """
    if model.features is None:
        return None
    from aae_core.models import objectives

    parts = objectives.groups_of(model.config.cost, model.features)
    groups = [[objectives.link_of(cost), columns] for columns, cost in parts]
    (middle, reach), form = charts.scales(model.features), model.form
    total = sum(model.features.means) if COSTS[model.config.cost].like == "multinomial" else 1
    times = charts.STEPS * form.scale.double().numpy() * total / reach / 255
    plus = (charts.MIDDLE + charts.STEPS * (form.shift.double().numpy() - middle) / reach) / 255
    return {"groups": groups, "times": [_round(v) for v in times], "plus": [_round(v) for v in plus]}


def _round(value):
    """A number with nine significant digits."""
    return float(f"{value:.9g}")


def _to_codes(model):
    """The encoder's layers for the representative code, [] if the page does not encode.

    They lack the logits of an inferred content, which the page does not need, and the inputs for the noise of a universal
    posterior after convolutions, because that is 0 here. In a dimensionality reduction (§7) the code depends on all logits and
    the heads, so the server encodes. Rows of a table are never encoded, because nobody draws them.
    """
    if model.variant.merge == "add" or model.features is not None:
        return []
    layers = _layers(model.encoder, model.shape)
    layers = [
        layers[0],
        *(replace(layer, weight=layer.weight[: previous.outputs]) for previous, layer in pairwise(layers)),
    ]
    first = model.contents if model.variant.categorical else 0
    last = layers[-1]
    return [*layers[:-1], replace(last, weight=last.weight[:, first:], bias=last.bias[first:])]


def _judging(model):
    """D's layers for z alone. If D is also given a label (§2.3), that of an unknown class is fixed, as a part of the first
    bias."""
    first, *others = _layers(model.discriminator)
    d = model.config.latent_dim
    if first.inputs > d:
        first = replace(first, weight=first.weight[:d], bias=first.bias + first.weight[-1])
    return [first, *others]


def _net(layers) -> tuple[Net | None, str]:
    """The network for the page, and ""; or None, and the reason why the page cannot evaluate it."""
    if 2 * sum(layer.weight.numel() + len(layer.bias) for layer in layers) > WEIGHTS_LIMIT:
        return None, f"is larger than {WEIGHTS_LIMIT >> 20} MB"
    if (work := sum(layer.multiplications for layer in layers)) > WORK_LIMIT:
        return None, f"takes {work / 1e6:,.0f} million multiplications an image"
    parts = [values.detach().cpu().numpy() for layer in layers for values in (layer.weight, layer.bias)]
    with np.errstate(over="ignore"):  # infinities are found next
        halves = [np.ascontiguousarray(part, "<f2") for part in parts]
    if not layers or not all(np.isfinite(part).all() for part in halves):
        return None, "holds numbers too large for half precision"
    told = [[layer.inputs, layer.outputs] if layer.form is None else asdict(layer.form) for layer in layers]
    return Net(asset(b"".join(part.tobytes() for part in halves), "bin"), told), ""


# Images -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sprites:
    """One sheet of equal tiles, `columns` in a row, without gaps; tile n shows image n. tile: height, width; whole: whether the
    images have their full resolution; count: the number of images."""

    file: Asset
    tile: tuple[int, int]
    whole: bool
    columns: int
    count: int


def reduction(count: int, height: int, width: int, channels: int) -> int | None:
    """The factor by which each side of `count` images must be reduced to fit into a sheet; None if there are no images, or if the
    reduced ones could not be told apart."""
    factor = max(1, math.ceil(math.sqrt(count * height * width * channels / SHEET_LIMIT)))
    small = factor > 1 and (factor > FARTHEST or min(height, width) // factor < SMALLEST)
    return None if small or not count else factor


def sprites(images: np.ndarray) -> Sprites | None:
    """The sheet of images uint8 N×H×W×C, reduced if it would be too large for a browser; None where `reduction` is."""
    factor = reduction(*images.shape)
    if factor is None:
        return None
    from aae_core.latent import exploration

    images = exploration.shrink(images, factor)
    count, h, w, _ = images.shape
    columns = round(np.ceil(np.sqrt(count * h / w)))  # about as wide as high
    sheet = exploration.tile(images, columns, gap=0)
    return Sprites(asset(exploration.to_png(sheet), "png"), (h, w), factor == 1, columns, count)
