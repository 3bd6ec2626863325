"""What the pages and the command line show: decoded points, manifolds, sweeps, clear styles and sheets.

Images are uint8 N×H×W×C, or rows of a table float32 N×1×F×1 in their own units; codes z float N×d. Nothing here depends on a
page; codes and contents that a page or a link may pass are checked, and invalid ones raise a ConfigError. Sources: Makhzani
et al., arXiv 1511.05644v2, §2.1 (manifolds drawn at the prior's percentiles), §4 (style and content).
"""

import io

import numpy as np
import torch

from aae_core.checks import finite_array, whole_number
from aae_core.data.image_files import picture
from aae_core.errors import ConfigError
from aae_core.models import inference
from aae_core.models.inference import classify_all, content, decode_all, encode_all, evaluating
from aae_core.models.model import Model, one_hot

SAMPLES = 100_000  # of the prior, that one call may draw
NEAREST_OF = 10_000  # of the prior, among which the one nearest to a code is looked for
MANIFOLD_SIDE = 64
GAP = 127  # of 255: the grey between the images of a sheet
ASKED = 200  # codes for which `clear_styles` decodes every content
STRANGE = 4.0  # weight of the change by a reconstruction, relative to blur; chosen by eye on the shipped decoders


def decode_images(model: Model, z, labels=None, unknown: bool = True) -> np.ndarray:
    """Images uint8 N×H×W×C decoded from codes z N×d.

    labels: where the variant has a content part, the class of each code (one whole number for all, N of them; where
    `unknown`, −1 is one too: no class at all) or N×K probabilities. Raises ConfigError for codes of another size or
    absurd values, labels that are missing, unknown or out of place, and weights that give values that are not finite.
    """
    z = torch.from_numpy(finite_array(z, (None, model.config.latent_dim), "Codes"))
    return decode_all(model, z, _content(model, labels, len(z), -1 if unknown else 0), model.to_items)


def _content(model, labels, n, lowest):
    """y float n×K for the decoder, of labels that are `lowest` at least; None where the variant has no content part."""
    if not model.variant.has_content:
        if labels is not None:
            raise ConfigError(f"The variant {model.variant.name} has no content part, so leave the class open.")
        return None
    if labels is None:
        raise ConfigError(f"The variant {model.variant.name} decodes a style together with a class, so choose a class.")
    try:
        given = np.asarray(labels)
    except ValueError:
        raise ConfigError("Classes must be one whole number for each code, not lists of unequal length.") from None
    if given.ndim == 2:
        y = finite_array(given, (n, model.contents), "Class probabilities")
        if (y < 0).any():
            raise ConfigError("Class probabilities must not be negative.")
        return torch.from_numpy(y)
    if given.shape not in ((), (n,)) or (given.size and given.dtype.kind not in "iu"):
        raise ConfigError(f"Classes must be one whole number for each of the {n} codes.")
    if not ((given >= lowest) & (given < model.contents)).all():
        unless = ", or −1 where it is unknown" if lowest < 0 else ""
        raise ConfigError(f"A class must be a whole number from 0 to {model.contents - 1}{unless}.")
    return content(model, np.broadcast_to(given, (n,)).astype(np.int64))


def _images(model, images):
    """`images` if the model can take them: uint8 N×H×W×C, or rows float32 N×1×F×1, of its own size; ConfigError otherwise."""
    images = np.asarray(images)
    c, h, w = model.shape
    if images.dtype != model.form.dtype or images.ndim != 4 or images.shape[1:] != (h, w, c):
        rows = f"Rows must be float32 of shape N × 1 × {w} × 1"
        needed = rows if model.features else f"Images must be 8-bit, {h} × {w} pixels with {c} channels each"
        raise ConfigError(f"{needed}, not {images.dtype} of shape {images.shape}.")
    return images


def encode_images(model: Model, images, generator: torch.Generator | None = None) -> np.ndarray:
    """Representative codes float32 N×d of images uint8 N×H×W×C, or with a generator one draw of q(z|x) for each; ConfigError
    for images of another size."""
    return encode_all(model, _images(model, images), generator).numpy()


def encode_contents(model: Model, images) -> np.ndarray:
    """q(y|x), float32 N×K of images uint8 N×H×W×C; ConfigError for images of another size or where y is not inferred."""
    return classify_all(model, _images(model, images)).numpy()


def reconstruction_errors(model: Model, images, labels=None, z=None) -> np.ndarray:
    """The reconstruction error ½Σ(x − x̂)² of each of images uint8 N×H×W×C, or of rows in standard deviations of their
    features, float32 N: the mean is the metric `reconstruction`.

    z: the codes N×d of which x̂ is decoded, by default the representative ones; labels: the contents, as in `decode_images`, by
    default those inferred where the model infers them. Raises ConfigError as `decode_images` does, for images of another size,
    and where codes or contents are not as many as images.
    """
    images = _images(model, images)
    z = encode_images(model, images) if z is None else z
    z = torch.from_numpy(finite_array(z, (len(images), model.config.latent_dim), "Codes"))
    if labels is None and model.variant.has_content and model.variant.categorical:
        labels = model.met(classify_all(model, images)).numpy()
    y, errors = _content(model, labels, len(z), -1), []
    with evaluating(model):
        for part, x in inference.tensors(model, images):
            logits = model.logits(z[part].to(model.device), None if y is None else y[part].to(model.device))
            errors.append(model.half_squares(x, logits).cpu())
    return inference.finite(torch.cat(errors), "decoder").numpy()


def log_prior(model: Model, z) -> np.ndarray | None:
    """log p(z) in nats of codes z N×d as `decode_images` takes them, float32 N, −inf beyond a bounded support; in a reduction
    that of the prior at all heads (§7). None where no prior is imposed or it has no density.

    Raises ConfigError for codes of another size or absurd values.
    """
    z, prior = torch.from_numpy(finite_array(z, (None, model.config.latent_dim), "Codes")), model.code_prior
    if not (model.variant.has_prior and prior.has_density):
        return None
    return torch.cat([prior.log_density(part) for part in z.split(inference.BATCH)]).numpy()


def prior_distances(model: Model, z) -> np.ndarray | None:
    """How far each of codes z N×d, as `decode_images` takes them, is from the nearest of NEAREST_OF samples of the prior, float32
    N: it tells the codes farthest out of priors without a density too. None where no prior is imposed."""
    z = torch.from_numpy(finite_array(z, (None, model.config.latent_dim), "Codes"))
    if not model.variant.has_prior:
        return None
    samples = torch.from_numpy(random_codes(model, NEAREST_OF))
    return torch.cat([torch.cdist(part, samples).amin(1) for part in z.split(inference.BATCH)]).numpy()


def judge_codes(model: Model, z) -> np.ndarray:
    """D(z) of codes z N×d, float32 N in 0..1: D's probability that z is a sample of the prior rather than a code (§2).

    Raises ConfigError for codes of another size or absurd values, and if the variant has no adversary.
    """
    z = torch.from_numpy(finite_array(z, (None, model.config.latent_dim), "Codes"))
    with evaluating(model):
        return model.judge(z.to(model.device)).sigmoid().cpu().numpy()


def random_codes(model: Model, n: int, seed: int = 0, head: int | None = None) -> np.ndarray:
    """n samples of the prior as codes that are decoded, float32 n×d, the same for the same seed.

    head: of a reduction, the one at which all of them lie (§7). Raises ConfigError unless n is from 0 to 100,000, for a head
    that does not exist, and if the variant has no prior.
    """
    n, seed = whole_number(n, 0, SAMPLES, "The number of samples"), whole_number(seed, 0, 2**63 - 1, "The seed")
    generator = torch.Generator().manual_seed(seed)
    with evaluating(model):
        if head is None:
            return model.sample(n, generator)[0].numpy()
        if model.variant.merge != "add":
            raise ConfigError(f"The variant {model.variant.name} has no heads, so leave the head open.")
        head = whole_number(head, 0, model.contents - 1, "The head")
        y = one_hot(torch.full((n,), head, device=model.device), model.contents)
        return model.place(model.prior.sample(n, generator), y).cpu().numpy()


def manifold(model: Model, rows: int, columns: int, label: int | None = None) -> np.ndarray:
    """The prior's manifold decoded, uint8 rows×columns×H×W×C, at the prior's percentiles (§2.1).

    rows, columns: 1 to 64. label: the class of all, where the variant has a content part.
    """
    rows, columns = (whole_number(n, 1, MANIFOLD_SIDE, "Rows and columns") for n in (rows, columns))
    z = model.code_prior.manifold(rows, columns).reshape(rows * columns, -1).numpy()
    images = decode_images(model, z, label)
    return images.reshape(rows, columns, *images.shape[1:])


def sweep(model: Model, prior, k: int, axis: int, n: int, label: int | None = None) -> np.ndarray:
    """Images uint8 n×H×W×C through the middle of region k of a prior, along (axis 0) or across it (axis 1) (§2.3).

    prior: as `Model.code_prior` has it; n: 1 to 64; label: the content of all, where the decoder takes one. ConfigError
    where there is no such region.
    """
    n = whole_number(n, 1, MANIFOLD_SIDE, "The number of images")
    return decode_images(model, prior.sweep(k, axis, n).numpy(), label)


def heads(model: Model) -> np.ndarray:
    """The decoded image of each content alone, uint8 K×H×W×C: the style is 0 (§6), in a reduction W_C's row alone (§7).

    Raises ConfigError where there is no content.
    """
    if not model.contents:
        raise ConfigError(f"The variant {model.variant.name} has no content, so it has no heads.")
    y = torch.eye(model.contents)
    with evaluating(model):
        z = model.place(torch.zeros(model.contents, model.config.latent_dim), y.to(model.device)).cpu()
    return decode_images(model, z, y if model.variant.has_content else None)


def clear_styles(model: Model, codes, n: int) -> tuple[int, np.ndarray]:
    """The index of the code, of N×d, whose decoded contents are clearest, and those (int64) of n other clear ones that differ.

    A clear image x̂ (in 0..1, its mean m; of a table a row in standard deviations, which is never blurred) is neither
    blurred nor strange to the model: Σ x̂ (1 − x̂) is small, and so is the difference from x̂′, which is x̂ encoded and
    decoded with the same content; a code is as clear as the worst of its contents in (Σ x̂ (1 − x̂) + STRANGE ‖x̂ − x̂′‖²) /
    ‖x̂ − m‖². Asked are at most ASKED codes, evenly spaced, of the half nearest the codes' mean; the n are of the clearest
    quarter of those, each as far from the ones before it as can be. The same codes always give the same answer. ConfigError
    where the decoder takes no content, or there are no codes.
    """
    codes = finite_array(codes, (None, model.config.latent_dim), "Codes")
    n, count = whole_number(n, 0, 1000, "The number of codes"), model.contents
    if not len(codes):
        raise ConfigError("There are no codes, so none is the clearest.")
    near = np.sort(np.argsort(np.linalg.norm(codes - codes.mean(0), axis=1), kind="stable")[: -(-len(codes) // 2)])
    asked = near[np.linspace(0, len(near) - 1, min(ASKED, len(near))).round().astype(int)]
    contents = np.tile(np.arange(count), len(asked))
    images = decode_images(model, codes[asked].repeat(count, axis=0), contents)
    again = decode_images(model, encode_images(model, images), contents)
    unit = 255 if model.features is None else np.array(model.features.deviations)
    x, back = (a.reshape(len(asked), count, -1) / unit for a in (images, again))
    blur = x * (1 - x) if model.features is None else 0
    unclear = (blur + STRANGE * np.square(x - back)).sum(2) / np.square(x - x.mean(2, keepdims=True)).sum(2).clip(1e-6)
    order = asked[np.argsort(unclear.max(1), kind="stable")]
    among = order[: max(n + 1, len(order) // 4)]
    first, *others = among[_far_apart(codes[among].astype(np.float64), n + 1)]
    return int(first), np.array(others, np.int64)


def _far_apart(points, n):
    """Indices of n of the points, all if there are fewer: the first, then each the farthest from those before it."""
    chosen, distance = [], np.full(len(points), np.inf)
    for _ in range(min(n, len(points))):
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
        distance[chosen] = -1  # points that are equal are chosen once each
    return chosen


def tile(images: np.ndarray, columns: int, gap: int = 1) -> np.ndarray:
    """Images uint8 N×H×W×C, at least one, row by row on one sheet uint8 H'×W'×C, `gap` pixels of grey apart."""
    columns = min(columns, len(images))
    n, h, w, c = images.shape
    rows = -(-n // columns)
    cells = np.full((rows * columns, h + gap, w + gap, c), GAP, np.uint8)
    cells[:n, :h, :w] = images
    sheet = cells.reshape(rows, columns, h + gap, w + gap, c).swapaxes(1, 2).reshape(rows * (h + gap), -1, c)
    return sheet[: rows * (h + gap) - gap, : columns * (w + gap) - gap]


def reduced(images: np.ndarray, factor: int) -> np.ndarray:
    """Images uint8 N×H×W×C, ⌈H / factor⌉ × ⌈W / factor⌉ pixels of each: means of squares of factor × factor, at its edges of
    what is there."""
    n, h, w, c = images.shape
    if factor == 1:
        return images
    rows, columns = np.arange(0, h, factor), np.arange(0, w, factor)
    made = np.empty((n, len(rows), len(columns), c), np.uint8)
    shares = np.outer(np.diff(rows, append=h), np.diff(columns, append=w))[:, :, None].astype(np.uint32)
    for start in range(0, n, inference.BATCH):
        part = slice(start, start + inference.BATCH)
        sums = np.zeros(made[part].shape, np.uint32) + shares // 2  # so that means are rounded
        for down, right in np.ndindex(factor, factor):
            some = images[part, down::factor, right::factor]
            sums[:, : some.shape[1], : some.shape[2]] += some
        made[part] = sums // shares
    return made


def to_png(image: np.ndarray, scale: int = 1) -> bytes:
    """The PNG file of an image uint8 H×W, H×W×1 or H×W×3, each pixel drawn `scale` times as wide and high."""
    file = io.BytesIO()
    picture(image.repeat(scale, axis=0).repeat(scale, axis=1)).save(file, "PNG", compress_level=1)
    return file.getvalue()
