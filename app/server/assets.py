"""Files that the page fetches by URL: weights, sprite sheets and scripts, each with a hash of the content in its name.

Only registered assets are served, from memory or made again; no path of a request ever reaches the disk. A name always
stands for the same content, so browsers may cache it for good, across pages, reloads and revisions.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np

from aae_core.config.choices import COSTS
from aae_core.config.derived import (
    discriminator_takes_shown_codes,
    discriminator_uses_code_regions,
    has_plugin_network,
)
from aae_core.data.features import round_to_nine_digits
from aae_core.errors import AAEError
from aae_core.latent import row_charts
from app.cache.lru import LRUCache
from app.messages import outgoing
from app.server import page_urls
from app.translation.texts import mark, translate

MAX_WEIGHT_BYTES = 8 * 2**20  # bytes of a network in fp16, at most: what a browser loads while a user waits
MAX_MULTIPLICATIONS = 128 * 10**6  # multiplications per image, at most: what a browser computes while the pointer moves
MAX_SHEET_BYTES = 16 * 2**20  # bytes of pixels of a sheet before compression, at most
SHEET_COMPRESSION = 6  # of PNG: a sheet is made once, and sent to every browser and in every handout
MIN_TILE_SIDE = 16  # pixels per side of reduced tiles, at least
MAX_REDUCTION = 4  # factor by which tiles are reduced, at most
MAX_MAKERS = 2000  # assets that can be made again, at most


@dataclass(frozen=True)
class Asset:
    """Bytes under the name "<sha256>.<kind>", or "js-<hash of all modules>/<module>"; its ending is one of
    MEDIA_TYPES."""

    name: str
    content: bytes

    @property
    def sha(self) -> str:
        return self.name.partition(".")[0]

    @property
    def url(self) -> str:
        """Its URL, relative to that of any page, as in `page_urls.page_relative_url`."""
        return page_urls.page_relative_url(f"/assets/{self.name}")

    @property
    def reference(self) -> outgoing.File:
        """What the page needs to fetch it."""
        return {"url": self.url, "sha": self.sha}


def make_asset(content: bytes, kind: str) -> Asset:
    return Asset(f"{hashlib.sha256(content).hexdigest()}.{kind}", content)


class AssetStore:
    """The assets that can be fetched: those used last, up to `limit` bytes, the pinned ones, and those that can be made
    again."""

    def __init__(self, limit: int = 96 * 2**20):
        self._recent_contents, self._pinned_contents, self._makers = LRUCache(limit, len), {}, LRUCache(MAX_MAKERS)

    def put(self, new_asset: Asset, remake: Callable[[], Asset | None] | None = None) -> Asset:
        """Keep an asset until others need its place. remake: makes it anew after that, for one that pages fetch much
        later."""
        self._recent_contents.put(new_asset.name, new_asset.content)
        if remake is not None:
            self._makers.put(new_asset.name, remake)
        return new_asset

    def promise(self, key: tuple, kind: str, make: Callable[[], bytes | None]) -> str:
        """The URL of an asset that is made when it is first fetched. key: determines its content; make: its content, or None."""
        name = f"{hashlib.sha256(repr(key).encode()).hexdigest()}.{kind}"

        def make_asset_of_name():
            content = make()
            return None if content is None else Asset(name, content)

        self._makers.put(name, make_asset_of_name)
        return page_urls.page_relative_url(f"/assets/{name}")

    def pin(self, new_asset: Asset) -> Asset:
        """Keep an asset as long as the server runs; for those that belong to the program itself."""
        self._pinned_contents[new_asset.name] = new_asset.content
        return new_asset

    def find(self, name: str) -> bytes | None:
        return self._pinned_contents.get(name) or self._recent_contents.find(name)

    def can_remake(self, name: str) -> bool:
        return self._makers.find(name) is not None

    def remake(self, name: str) -> bytes | None:
        """The asset, made again; None if there is no such function, or if its files are gone or have changed."""
        make = self._makers.find(name)
        if make is None:
            return None
        try:
            new_asset = make()
        except (AAEError, OSError):
            return None
        if new_asset is None or new_asset.name != name:
            return None
        return self.put(new_asset).content


ASSETS = AssetStore()


# Weights ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageNetwork:
    """A network that the page evaluates itself: the geometry of its layers, and the file with their weights.

    layers: of a dense layer [in, out], of a convolution the fields of `outgoing.Convolution`. activation: the name of
    the function after each layer but the last. The file: fp16 little-endian,
    layer by layer W in C order, in×out (of a convolution: channels × kernel rows × kernel columns × out), followed by
    b.
    """

    file: Asset
    layers: list[list[int] | dict]
    activation: str

    @property
    def reference(self) -> outgoing.Net:
        return {**self.file.reference, "layers": self.layers, "activation": self.activation}


@dataclass(frozen=True)
class Refusal:
    """Why the page cannot evaluate a network: a marked text about the decoder, the beginning of a sentence, and its value."""

    text: str
    value: str = ""


@dataclass(frozen=True)
class PageNetworks:
    """The networks of a model that the page evaluates; None for one that the model lacks or the page cannot evaluate.

    refusal: why the decoder is missing. The discriminator is sent only together with the decoder.
    One that judges by the region of a code stays on the server, and one conditioned on the content cannot judge a code
    alone. output_mapping: the result of the function `output_to_level_mapping`.
    """

    decoder: PageNetwork | None
    discriminator: PageNetwork | None
    encoder: PageNetwork | None
    refusal: Refusal | None = None
    output_mapping: outgoing.OutputScaling | None = None

    @property
    def decoder_refusal_reason(self) -> str:
        """Why the decoder is missing, as the beginning of a sentence, in the current language; "" if it is not."""
        return "" if self.refusal is None else translate(self.refusal.text, value=self.refusal.value)

    @property
    def decoder_refusal(self) -> str:
        """A sentence on why the decoder is missing; "" if it is not."""
        reason = self.decoder_refusal_reason
        return translate("{reason}, so the server decodes.", reason=reason) if reason else ""


def page_networks(model) -> PageNetworks:
    """The networks of a `Model` for the page."""
    decoder, refusal = _make_page_decoder(model)
    encoder, _ = _make_page_network(_encoder_layers(model))
    if decoder is None:
        return PageNetworks(None, None, encoder, refusal)
    discriminator = None
    judges_code_alone = discriminator_takes_shown_codes(model.config) and not discriminator_uses_code_regions(
        model.config
    )
    if judges_code_alone and not has_plugin_network(model.config, "discriminator"):
        discriminator, _ = _make_page_network(_discriminator_layers(model))
    return PageNetworks(
        decoder,
        discriminator,
        encoder,
        output_mapping=output_to_level_mapping(model),
    )


def page_decoder(model) -> PageNetwork | None:
    """The decoder of a `Model` for the page; None if the page cannot evaluate it, so that the server decodes."""
    return _make_page_decoder(model)[0]


def _make_page_decoder(model) -> tuple[PageNetwork | None, Refusal | None]:
    """The decoder for the page, and None; or None, and the reason why the page cannot evaluate it."""
    if has_plugin_network(model.config, "decoder"):
        return None, Refusal(mark("The decoder is made by a plug-in"))
    return _make_page_network(_read_layers(model.decoder))


def _read_layers(*network):
    from aae_core.models.layers import extract_layers

    return extract_layers(*network)


def output_to_level_mapping(model) -> outgoing.OutputScaling | None:
    """How the page converts a decoder's outputs into the levels of a row, 0..1; None for images, to which a sigmoid is
    applied.

    groups: [link function, columns] of each group of columns, by the names in `objectives.LINK_FUNCTIONS`. times, plus:
    F values each; the level of feature j is times[j] · link(output)[j] + plus[j].
    """
    if model.features is None:
        return None
    from aae_core.models import objectives

    parts = objectives.column_groups(model.config.cost, model.features)
    groups = [[objectives.link_function_name(cost), columns] for columns, cost in parts]
    (middle, reach), scaling = row_charts.feature_centres_and_half_widths(model.features), model.form
    total = sum(model.features.means) if COSTS[model.config.cost].like == "multinomial" else 1
    factors = row_charts.STEPS * scaling.scale.double().numpy() * total / reach / 255
    offsets = (row_charts.MIDDLE + row_charts.STEPS * (scaling.shift.double().numpy() - middle) / reach) / 255
    return {
        "groups": groups,
        "times": list(round_to_nine_digits(factors)),
        "plus": list(round_to_nine_digits(offsets)),
    }


def _encoder_layers(model):
    """The encoder's layers for the representative code, [] if the page does not encode.

    They lack the logits of an inferred content, which the page does not need, and the inputs for the noise of a
    universal posterior after convolutions, because that is 0 here. In a dimensionality reduction (§7) the code depends
    on all logits and the heads, so the server encodes, as it does with the encoder of a plug-in. Rows of a table are
    never encoded, because nobody draws them.
    """
    is_plugin = has_plugin_network(model.config, "encoder")
    if model.variant.merge == "add" or model.features is not None or is_plugin:
        return []
    layers = _read_layers(model.encoder, model.shape)
    layers = [
        layers[0],
        *(replace(layer, weight=layer.weight[: previous.outputs]) for previous, layer in pairwise(layers)),
    ]
    first_column = model.contents if model.variant.categorical else 0
    last_layer = layers[-1]
    return [
        *layers[:-1],
        replace(last_layer, weight=last_layer.weight[:, first_column:], bias=last_layer.bias[first_column:]),
    ]


def _discriminator_layers(model):
    """D's layers for z alone. If D is also given a label (§2.3), that of an unknown class is fixed, as a part of the
    first bias."""
    first_layer, *later_layers = _read_layers(model.discriminator)
    latent_dim = model.config.latent_dim
    if first_layer.inputs > latent_dim:
        first_layer = replace(
            first_layer, weight=first_layer.weight[:latent_dim], bias=first_layer.bias + first_layer.weight[-1]
        )
    return [first_layer, *later_layers]


def _make_page_network(layers) -> tuple[PageNetwork | None, Refusal | None]:
    """The network for the page, and None; or None, and the reason why the page cannot evaluate it."""
    if 2 * sum(layer.weight.numel() + len(layer.bias) for layer in layers) > MAX_WEIGHT_BYTES:
        return None, Refusal(mark("The decoder is larger than {value} MB"), str(MAX_WEIGHT_BYTES >> 20))
    if (multiplications := sum(layer.multiplications for layer in layers)) > MAX_MULTIPLICATIONS:
        text = mark("The decoder takes {value} million multiplications an image")
        return None, Refusal(text, f"{multiplications / 1e6:,.0f}")
    parts = [values.detach().cpu().numpy() for layer in layers for values in (layer.weight, layer.bias)]
    with np.errstate(over="ignore"):  # infinities are found next
        halves = [np.ascontiguousarray(part, "<f2") for part in parts]
    if not layers or not all(np.isfinite(part).all() for part in halves):
        return None, Refusal(mark("The decoder holds numbers too large for half precision"))
    file = make_asset(b"".join(part.tobytes() for part in halves), "bin")
    return PageNetwork(file, [_layer_geometry(layer) for layer in layers], layers[0].activation or "relu"), None


def _layer_geometry(layer) -> list[int] | dict:
    if layer.form is None:
        return [layer.inputs, layer.outputs]
    return {**asdict(layer.form), "relu": layer.activation == "relu"}


# Images -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpriteSheet:
    """One sheet of equal tiles, `columns` in a row, without gaps; tile n shows image n. tile_size: height, width;
    has_full_resolution: whether the images have their full resolution; count: the number of images."""

    file: Asset
    tile_size: tuple[int, int]
    has_full_resolution: bool
    columns: int
    count: int


def sprite_reduction_factor(count: int, height: int, width: int, channels: int) -> int | None:
    """The factor by which each side of `count` images must be reduced to fit into a sheet; None if there are no images,
    or if the reduced ones could not be told apart."""
    factor = max(1, math.ceil(math.sqrt(count * height * width * channels / MAX_SHEET_BYTES)))
    is_unrecognisable = factor > 1 and (factor > MAX_REDUCTION or min(height, width) // factor < MIN_TILE_SIDE)
    return None if is_unrecognisable or not count else factor


def make_sprite_sheet(images: np.ndarray) -> SpriteSheet | None:
    """The sheet of images uint8 N×H×W×C, reduced if it would be too large for a browser; None where `sprite_reduction_factor`
    is."""
    factor = sprite_reduction_factor(*images.shape)
    if factor is None:
        return None
    from aae_core.latent import exploration

    images = exploration.shrink_images(images, factor)
    count, h, w, _ = images.shape
    columns = round(np.ceil(np.sqrt(count * h / w)))  # about as wide as high
    sheet = exploration.tile_images(images, columns, gap=0)
    content = exploration.to_png(sheet, compress_level=SHEET_COMPRESSION)
    return SpriteSheet(make_asset(content, "png"), (h, w), factor == 1, columns, count)
