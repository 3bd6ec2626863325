"""Decoding and encoding for the pages and the command line: points, manifolds, sweeps through regions, clear styles, sheets.

Images are uint8 N×H×W×C, or rows of a table float32 N×1×F×1 in their own units; codes z are float N×d. Codes and contents, which
may come from a page or a link, are checked, and invalid ones raise a ConfigError. Sources: Makhzani et al., arXiv 1511.05644v2,
§2.1 (manifolds drawn at the prior's percentiles), §4 (style and content).
"""

import io

import numpy as np
import torch

from aae_core.checks import require_finite_array, require_whole_number
from aae_core.data.own_data.image_files import to_pillow_image
from aae_core.errors import ConfigError
from aae_core.models import inference
from aae_core.models.inference import classify_all, decode_all, encode_all, evaluation_mode, one_hot_contents
from aae_core.models.model import Model, one_hot

MAX_SAMPLES = 100_000  # of the prior, at most, that one call draws
NEAREST_SAMPLES = 10_000  # samples of the prior, of which the nearest to a code is found
MAX_MANIFOLD_SIDE = 64  # rows, or columns, of a manifold at most
GAP_GREY = 127  # of 255: the grey between the images of a sheet
MAX_CANDIDATES = 200  # codes, at most, for which `find_clear_style_indices` decodes every content
# weight of the change by a reconstruction relative to blur, chosen by eye on the decoders of the gallery
REDECODING_WEIGHT = 4.0


def decode_images(model: Model, z, labels=None, allows_unknown: bool = True) -> np.ndarray:
    """Images uint8 N×H×W×C decoded from codes z N×d.

    labels: the content, needed if and only if the decoder takes one: the class of each code (N whole numbers, or one for all;
    with `allows_unknown`, −1 stands for no class), or N×K probabilities. Raises ConfigError for codes of another size or beyond
    ±1,000,000, for labels that are missing, superfluous or invalid, and for a decoder whose values are not finite.
    """
    z = _checked_codes_tensor(model, z)
    return decode_all(
        model, z, _contents_from_labels(model, labels, len(z), -1 if allows_unknown else 0), model.to_items
    )


def _checked_codes_tensor(model, z, count=None) -> torch.Tensor:
    """Codes z as a float32 tensor N×d; ConfigError for another size, values beyond ±1,000,000, or other than `count` codes."""
    return torch.from_numpy(require_finite_array(z, (count, model.config.latent_dim), "Codes"))


def _contents_from_labels(model, labels, n_codes, lowest_label):
    """y float n×K for the decoder from labels of at least `lowest_label`; None if the decoder takes no content."""
    if not model.variant.has_content:
        if labels is not None:
            raise ConfigError(f"The variant {model.variant.name} has no content part, so leave the class open.")
        return None
    if labels is None:
        raise ConfigError(f"The variant {model.variant.name} decodes a style together with a class, so choose a class.")
    try:
        classes = np.asarray(labels)
    except ValueError:
        raise ConfigError("Classes must be one whole number for each code, not lists of unequal length.") from None
    if classes.ndim == 2:
        y = require_finite_array(classes, (n_codes, model.contents), "Class probabilities")
        if (y < 0).any():
            raise ConfigError("Class probabilities must not be negative.")
        return torch.from_numpy(y)
    if classes.shape not in ((), (n_codes,)) or (classes.size and classes.dtype.kind not in "iu"):
        raise ConfigError(f"Classes must be one whole number for each of the {n_codes} codes.")
    if not ((classes >= lowest_label) & (classes < model.contents)).all():
        unless_unknown = ", or −1 where it is unknown" if lowest_label < 0 else ""
        raise ConfigError(f"A class must be a whole number from 0 to {model.contents - 1}{unless_unknown}.")
    return one_hot_contents(model, np.broadcast_to(classes, (n_codes,)).astype(np.int64))


def _checked_images_array(model, images) -> np.ndarray:
    """`images` as an array; ConfigError unless they are uint8 N×H×W×C, or rows float32 N×1×F×1, of the model's own size."""
    images = np.asarray(images)
    c, h, w = model.shape
    if images.dtype != model.form.dtype or images.ndim != 4 or images.shape[1:] != (h, w, c):
        row_requirement = f"Rows must be float32 of shape N × 1 × {w} × 1"
        requirement = (
            row_requirement if model.features else f"Images must be 8-bit, {h} × {w} pixels with {c} channels each"
        )
        raise ConfigError(f"{requirement}, not {images.dtype} of shape {images.shape}.")
    return images


def encode_images(model: Model, images, generator: torch.Generator | None = None) -> np.ndarray:
    """The representative codes float32 N×d of images uint8 N×H×W×C, or with a generator one draw from q(z|x) for each;
    ConfigError for images of another size or type."""
    return encode_all(model, _checked_images_array(model, images), generator).numpy()


def encode_contents(model: Model, images) -> np.ndarray:
    """q(y|x), float32 N×K, of images uint8 N×H×W×C; ConfigError for images of another size or type, and if y is not inferred."""
    return classify_all(model, _checked_images_array(model, images)).numpy()


def reconstruction_errors(model: Model, images, labels=None, z=None) -> np.ndarray:
    """The reconstruction error ½Σ(x − x̂)² of each image, float32 N, for images uint8 N×H×W×C with pixels in 0..1, or for rows in
    standard deviations of their features. Its mean is the metric `reconstruction`.

    z: the codes N×d from which x̂ is decoded, by default the representative ones. labels: the contents, as for `decode_images`,
    by default the inferred ones if the model infers them. Raises ConfigError as `decode_images` does, for images of another size
    or type, and unless there are as many codes and contents as images.
    """
    images = _checked_images_array(model, images)
    z = encode_images(model, images) if z is None else z
    z = _checked_codes_tensor(model, z, len(images))
    if labels is None and model.variant.has_content and model.variant.categorical:
        labels = model.decoder_contents(classify_all(model, images)).numpy()
    y, errors = _contents_from_labels(model, labels, len(z), -1), []
    with evaluation_mode(model):
        for batch, x in inference.iterate_batches(model, images):
            y_part = None if y is None else y[batch].to(model.device)
            logits = model.decoder_logits(z[batch].to(model.device), y_part)
            errors.append(model.half_squared_errors(x, logits).cpu())
    return inference.check_finite(torch.cat(errors), "decoder").numpy()


def log_prior(model: Model, z) -> np.ndarray | None:
    """log p(z) in nats of codes z N×d, float32 N, −inf outside a bounded support; in a dimensionality reduction (§7), under the
    mixture of the prior at all heads. None if no prior is imposed or it has no density.

    Raises ConfigError for codes of another size or beyond ±1,000,000.
    """
    z, prior = _checked_codes_tensor(model, z), model.code_prior
    if not (model.variant.has_prior and prior.has_density):
        return None
    return torch.cat([prior.log_density(batch) for batch in z.split(inference.BATCH)]).numpy()


def prior_distances(model: Model, z) -> np.ndarray | None:
    """The distance of each of codes z N×d to the nearest of NEAREST_SAMPLES samples of the prior, float32 N, which finds
    outliers even if the prior has no density. None if no prior is imposed; ConfigError for codes of another size or beyond
    ±1,000,000."""
    z = _checked_codes_tensor(model, z)
    if not model.variant.has_prior:
        return None
    samples = torch.from_numpy(sample_prior_codes(model, NEAREST_SAMPLES))
    return torch.cat([torch.cdist(batch, samples).amin(1) for batch in z.split(inference.BATCH)]).numpy()


def discriminator_probabilities(model: Model, z, y=None) -> np.ndarray:
    """D(z) of codes z N×d, float32 N in 0..1: D's probability that z is a sample of the prior rather than a code (§2).

    y: the contents N×K, for a D whose condition they are. Raises ConfigError for codes of another size or beyond ±1,000,000, if
    the variant has no adversary, and if D needs a content and there is none.
    """
    z = _checked_codes_tensor(model, z)
    with evaluation_mode(model):
        contents = None if y is None else torch.as_tensor(y, dtype=torch.float32, device=model.device)
        return model.discriminator_logits(z.to(model.device), contents).sigmoid().cpu().numpy()


def sample_prior_codes(model: Model, n: int, seed: int = 0, head: int | None = None) -> np.ndarray:
    """n codes drawn from the prior, ready to be decoded, float32 n×d, the same for the same seed.

    head: in a dimensionality reduction (§7), the head around which all of them lie, by default a random head for each. Raises
    ConfigError unless n is from 0 to 100,000, for a head that does not exist, and if the variant has no prior.
    """
    n, seed = (
        require_whole_number(n, 0, MAX_SAMPLES, "The number of samples"),
        require_whole_number(seed, 0, 2**63 - 1, "The seed"),
    )
    generator = torch.Generator().manual_seed(seed)
    with evaluation_mode(model):
        if head is None:
            return model.sample(n, generator)[0].numpy()
        if model.variant.merge != "add":
            raise ConfigError(f"The variant {model.variant.name} has no heads, so leave the head open.")
        head = require_whole_number(head, 0, model.contents - 1, "The head")
        y = one_hot(torch.full((n,), head, device=model.device), model.contents)
        return model.add_heads(model.prior.sample(n, generator), y).cpu().numpy()


def decode_manifold(model: Model, rows: int, columns: int, label: int | None = None) -> np.ndarray:
    """The decoded manifold: images uint8 rows×columns×H×W×C of codes at evenly spaced percentiles of the prior (§2.1).

    rows, columns: 1 to 64. label: the class of all images, if the decoder takes a content. Raises ConfigError as
    `decode_images` does.
    """
    rows, columns = (require_whole_number(n, 1, MAX_MANIFOLD_SIDE, "Rows and columns") for n in (rows, columns))
    z = model.code_prior.manifold(rows, columns).reshape(rows * columns, -1).numpy()
    images = decode_images(model, z, label)
    return images.reshape(rows, columns, *images.shape[1:])


def decode_region_sweep(model: Model, prior, k: int, axis: int, n: int, label: int | None = None) -> np.ndarray:
    """Images uint8 n×H×W×C decoded along a line through the middle of region k of a prior (§2.3): along the region (axis 0) or
    across it (axis 1).

    prior: such as `Model.code_prior`. n: 1 to 64. label: the content of all images, if the decoder takes one. Raises ConfigError
    if there is no such region, and as `decode_images` does.
    """
    n = require_whole_number(n, 1, MAX_MANIFOLD_SIDE, "The number of images")
    return decode_images(model, prior.sweep_region(k, axis, n).numpy(), label)


def decode_heads(model: Model) -> np.ndarray:
    """The decoded image of each content with the style z = 0, uint8 K×H×W×C (§6); in a dimensionality reduction, of each head, a
    row of W_C (§7). Raises ConfigError if the variant has no content."""
    if not model.contents:
        raise ConfigError(f"The variant {model.variant.name} has no content, so it has no heads.")
    y = torch.eye(model.contents)
    with evaluation_mode(model):
        z = model.add_heads(torch.zeros(model.contents, model.config.latent_dim), y.to(model.device)).cpu()
    return decode_images(model, z, y if model.variant.has_content else None)


def find_clear_style_indices(model: Model, codes, n: int) -> tuple[int, np.ndarray]:
    """The index, in codes N×d, of the style whose decoded images are clearest for all contents; and the indices (int64) of n
    other clear styles that differ from one another.

    An image x̂ (pixels in 0..1 with the mean m) is clear if it is neither blurred, so that Σ x̂ (1 − x̂) is small, nor strange to
    the model, so that x̂ encoded and decoded again with the same content, x̂′, is close to it. Rows of a table are compared in
    standard deviations and are never blurred. A style is as clear as the worst of its contents, measured by
    (Σ x̂ (1 − x̂) + REDECODING_WEIGHT ‖x̂ − x̂′‖²) / ‖x̂ − m‖², where less is clearer.

    The candidates are at most MAX_CANDIDATES codes, evenly spaced among the half of the codes that is nearest to their mean.
    The n others come from the clearest quarter of the candidates, each as far as possible from those chosen before. The same
    codes always give the same answer. Raises ConfigError if the decoder takes no content, or there are no codes."""
    codes = require_finite_array(codes, (None, model.config.latent_dim), "Codes")
    n, n_contents = require_whole_number(n, 0, 1000, "The number of codes"), model.contents
    if not len(codes):
        raise ConfigError("There are no codes, so none is the clearest.")
    central_indices = np.sort(
        np.argsort(np.linalg.norm(codes - codes.mean(0), axis=1), kind="stable")[: -(-len(codes) // 2)]
    )
    candidates = central_indices[
        np.linspace(0, len(central_indices) - 1, min(MAX_CANDIDATES, len(central_indices))).round().astype(int)
    ]
    content_indices = np.tile(np.arange(n_contents), len(candidates))
    images = decode_images(model, codes[candidates].repeat(n_contents, axis=0), content_indices)
    redecoded_images = decode_images(model, encode_images(model, images), content_indices)
    unit = 255 if model.features is None else np.array(model.features.deviations)
    pixels = images.reshape(len(candidates), n_contents, -1) / unit
    redecoded_pixels = redecoded_images.reshape(len(candidates), n_contents, -1) / unit
    blur = pixels * (1 - pixels) if model.features is None else 0
    unclearness = (blur + REDECODING_WEIGHT * np.square(pixels - redecoded_pixels)).sum(2) / np.square(
        pixels - pixels.mean(2, keepdims=True)
    ).sum(2).clip(1e-6)
    candidates_by_clarity = candidates[np.argsort(unclearness.max(1), kind="stable")]
    clearest_candidates = candidates_by_clarity[: max(n + 1, len(candidates_by_clarity) // 4)]
    clearest_index, *other_indices = clearest_candidates[
        _farthest_point_indices(codes[clearest_candidates].astype(np.float64), n + 1)
    ]
    return int(clearest_index), np.array(other_indices, np.int64)


def _farthest_point_indices(points, n):
    """The indices of n of the points (all if there are fewer): the first, then always the one farthest from those chosen."""
    chosen, distance = [], np.full(len(points), np.inf)
    for _ in range(min(n, len(points))):
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
        distance[chosen] = -1  # points that are equal are chosen once each
    return chosen


def tile_images(images: np.ndarray, columns: int, gap: int = 1) -> np.ndarray:
    """Images uint8 N×H×W×C, N ≥ 1, side by side in rows on one sheet uint8 H'×W'×C, with `gap` grey pixels between them."""
    columns = min(columns, len(images))
    n, h, w, c = images.shape
    rows = -(-n // columns)
    cells = np.full((rows * columns, h + gap, w + gap, c), GAP_GREY, np.uint8)
    cells[:n, :h, :w] = images
    sheet = cells.reshape(rows, columns, h + gap, w + gap, c).swapaxes(1, 2).reshape(rows * (h + gap), -1, c)
    return sheet[: rows * (h + gap) - gap, : columns * (w + gap) - gap]


def shrink_images(images: np.ndarray, factor: int) -> np.ndarray:
    """Images uint8 N×H×W×C reduced to ⌈H / factor⌉×⌈W / factor⌉ pixels: rounded means of squares of factor×factor pixels, which
    are cut off at the right and lower edges. Batched, so that memory does not grow with N."""
    if factor == 1:
        return images
    n, h, w, c = images.shape
    reduced_images = np.empty((n, -(-h // factor), -(-w // factor), c), np.uint8)
    for start in range(0, n, inference.BATCH):
        part = torch.tensor(images[start : start + inference.BATCH]).permute(0, 3, 1, 2).float()
        means = torch.nn.functional.avg_pool2d(part, factor, ceil_mode=True)
        reduced_images[start : start + len(part)] = (means + 0.5).byte().permute(0, 2, 3, 1)  # rounded
    return reduced_images


def to_png(image: np.ndarray, scale: int = 1, compress_level: int = 1) -> bytes:
    """The bytes of a PNG file of an image uint8 H×W, H×W×1 or H×W×3, enlarged by the whole number `scale`.

    compress_level: 1, for an image that is sent once, to 9, which takes six times as long.
    """
    file = io.BytesIO()
    to_pillow_image(image.repeat(scale, axis=0).repeat(scale, axis=1)).save(file, "PNG", compress_level=compress_level)
    return file.getvalue()
