"""Revisions, models, priors, maps and images as pages need them, cached until they change.

Most are cached by (revision id, version). A version changes whenever the revision's weights or status do, so a cached value is
never stale.
"""

import gc
import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache, lru_cache, wraps

import numpy as np

from aae_core import files
from aae_core.config import configuration, derived
from aae_core.data import preprocessing, sets
from aae_core.errors import AAEError
from aae_core.latent import row_charts
from aae_core.runs import queue
from aae_core.store import live_frame
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision, Store
from app.cache import code_sets, lru
from app.cache.lru import LRUCache
from app.cache.revision_cache import cache_by_revision, codes_key
from app.cache.revision_view import RevisionView
from app.translation.languages import current_language
from app.translation.texts import mark, translate

TYPICAL_ERROR_IMAGES = 5_000  # images from which the typical error is estimated
BACKGROUND_IMAGES = 200  # images from which the background is determined
PRIOR_SAMPLES = 1500  # samples of a prior on a plane
NO_PRIOR_TEXT = mark(
    "This model has no prior: nothing determines where its codes lie, so it has no samples and no density p(z)."
)
PERCENTILES = np.linspace(0.001, 0.999, 333)


@cache
def start_background_imports() -> None:
    """Import the heavy modules in the background of the first page, once per process.

    Afterwards all objects are frozen: garbage collections, which hold the interpreter lock, no longer traverse them.
    """
    threading.Thread(target=_import_heavy_modules, name="warm-up", daemon=True).start()


def _import_heavy_modules():
    gc.disable()  # saves a fifth of the time of these imports
    import torch

    # decodes a single image faster; training workers are other processes with their own number
    torch.set_num_threads(1)
    import plotly.graph_objects  # noqa: F401  (after torch, for which the first page waits)

    from aae_core.latent import exploration, maps  # noqa: F401

    gc.collect()
    gc.freeze()
    gc.enable()


def list_summaries() -> list:
    """The summaries of all revisions, newest first. The list is read again after one was added or removed, and after three
    seconds; the status of a queued or running revision is read at each call."""
    store = Store()
    return [with_current_status(row) for row in _list_summaries(str(store.root), files.file_version(store.root))]


def with_current_status(summary):
    """A summary with the present status, if it was queued or running: a summary from a list may be a few seconds old."""
    if summary.state not in statuses.BUSY:
        return summary
    try:
        status = statuses.read_status(summary.path / "status.json")
    except AAEError:
        return summary  # deleted or damaged since; the next list will show that
    return replace(
        summary, state=status.state, reason=status.error_text, steps=status.step, epochs=status.epoch, status=status
    )


def find_same_training(config, summaries: list):
    """The first of the summaries whose revision has this configuration (compared by `trains_same_model`) and is complete, else
    the first whose revision has it and is queued or running; None if there is neither."""
    key = config.variant, config.data, config.latent_dim
    candidates = [row for row in summaries if not row.lacks_plugin and (row.variant, row.data, row.latent_dim) == key]
    complete_rows = [row for row in candidates if row.state == "done" and row.steps == row.status.total_steps]
    rows_under_way = [row for row in candidates if row.state in statuses.BUSY]
    return next(
        (
            row
            for row in complete_rows + rows_under_way
            if configuration.trains_same_model(load_config(row.path), config)
        ),
        None,
    )


# a configuration never changes; the page "Which one?" compares it with those of all its points
@lru_cache(maxsize=2048)
def load_config(path):
    """The configuration of the revision in a folder; an AAEError if it cannot be read."""
    return Revision(path).config


def reconcile_queue() -> None:
    """Call `queue.fail_dead_trainings`, at most every two seconds for all pages together."""
    _reconcile_cached(str(Store().root))


@lru.cache_results(4, seconds=2)
def _reconcile_cached(root) -> list[str]:
    return queue.fail_dead_trainings(Store(root))


@lru.cache_results(4, seconds=3)
def _list_summaries(root, file_version):
    return Store(root).list()


def open_revision(ref: str):
    """The revision; its status is read anew at every call."""
    return Store().open(ref)


@cache_by_revision(max_entries=6)
def load_model(revision: RevisionView):
    """Its networks on the CPU, of which six are kept; RevisionError if the weights are missing or damaged."""
    return revision.stored.model()


@cache_by_revision(lambda revision: (revision.cache_key, live_frame.decoder_version(revision.path)), max_entries=2)
def load_live_model(revision: RevisionView) -> tuple:
    """Its networks with the decoder of this moment of its training, and the step of that; None if there is none, and then the
    decoder is that of the last checkpoint."""
    model = deepcopy(load_model(revision))
    return model, live_frame.load_decoder(revision.stored, model.decoder)


@cache_by_revision(lambda revision: current_language(), max_entries=100)
def network_sizes_text(revision: RevisionView) -> str:
    """The sizes of the revision's networks in words; known even before there are weights."""
    from aae_core.models import sizes

    data = revision.data
    network_sizes = sizes.network_sizes_of_config(revision.config, data.shape, len(data.classes), data.features)
    return sizes.sizes_sentence(network_sizes, revision.item_word)


def load_codes(revision: RevisionView) -> code_sets.CodeSet | None:
    """The codes of a revision's set of images, by default its probe set; None before its first codes."""
    if revision.code_set_name != "probe":
        return code_sets.load_code_set(revision)  # cached there
    return _load_probe_codes(revision)


@cache_by_revision(max_entries=12)
def _load_probe_codes(revision: RevisionView):
    return code_sets.load_code_set(revision)


@lru_cache(maxsize=12)  # Streamlit's cache would hash the whole configuration at each of the many calls in a run
def _make_prior(prior_config, dim):
    from aae_core.models.priors import families

    return families.make_prior(prior_config, dim)


def load_prior(revision: RevisionView):
    """The prior imposed on a revision's codes (in a dimensionality reduction, §7, the mixture of it around all heads); None if
    no prior is imposed. It is the same object as long as it is valid."""
    if not revision.variant.has_prior:
        return None
    if revision.variant.merge == "add":
        return _load_head_prior(revision)
    return _make_prior(revision.config.prior, revision.config.latent_dim)


@cache_by_revision(max_entries=12)
def _load_head_prior(revision: RevisionView):
    return revision.model.code_prior


def cache_by_prior(function: Callable) -> Callable:
    """Make a cached function of a prior one of the revision that has it; its result is None without a prior."""
    cached_function = lru_cache(maxsize=12)(function)

    @wraps(function)
    def of_revision(revision: RevisionView):
        prior = revision.prior
        return None if prior is None else cached_function(prior)

    return of_revision


@cache_by_prior
def prior_percentiles(prior) -> np.ndarray:
    """The quantiles of the prior's marginals at PERCENTILES, d×333."""
    return np.stack([prior.percentile(PERCENTILES, j) for j in range(prior.dim)])


@cache_by_prior
def draw_prior_samples(prior) -> np.ndarray:
    """PRIOR_SAMPLES samples of the prior, the same at every call, n×d."""
    return prior.sample_with_fixed_seed(PRIOR_SAMPLES).numpy()


@cache_by_prior
def prior_density_table(prior) -> tuple[list[np.ndarray], np.ndarray] | None:
    """The table `maps.tabulate_log_prior` of log p(z); None without a density, or in more than two dimensions."""
    from aae_core.latent import maps

    return maps.tabulate_log_prior(prior) if prior.has_density and prior.dim <= 2 else None


@cache_by_revision(codes_key, max_entries=12)
def fit_pca(revision: RevisionView, codes: code_sets.CodeSet):
    """The PCA of the codes that a page shows, as a `maps.Projection`."""
    from aae_core.latent import maps

    return maps.pca_plane(codes.z)


@cache_by_prior
def head_circle_projection(prior):
    """The projection onto a plane in which the fixed heads of a reduction lie on a circle: a `maps.Projection`."""
    from aae_core.latent import maps

    return maps.head_circle_plane(prior.heads.numpy())


def has_head_circle(revision: RevisionView) -> bool:
    """Whether a revision has one fixed head per axis in more than two dimensions, so that they are shown on a circle."""
    config = revision.config
    return revision.variant.merge == "add" and config.heads == "fixed" and config.latent_dim > 2


TSNE_CACHE = LRUCache(2**26, lambda layout: layout.nbytes)  # by a revision's id and its codes' `cache_key`


def compute_tsne_layout(revision: RevisionView, codes: code_sets.CodeSet) -> np.ndarray:
    """The t-SNE layout of the codes that a page shows, N×2."""
    from aae_core.latent import maps

    return TSNE_CACHE.get_or_compute((revision.id, codes.cache_key), lambda: maps.tsne_layout(codes.z))


def find_cached_tsne_layout(revision: RevisionView, codes: code_sets.CodeSet) -> np.ndarray | None:
    """The result of `compute_tsne_layout` for these codes; None if it is not in the cache."""
    return TSNE_CACHE.find((revision.id, codes.cache_key))


def content_names(revision: RevisionView) -> tuple[str, ...]:
    """The names of the contents that the decoder takes beside z; () if it takes none."""
    return derived.content_names(revision.config, revision.data.classes) if revision.variant.has_content else ()


def region_names(revision: RevisionView) -> tuple[str, ...]:
    """The names of the prior's regions: the classes if D is given the labels (§2.3), the contents of the heads in a
    dimensionality reduction (§7), otherwise ()."""
    if revision.variant.labels == "discriminator":
        return revision.data.classes
    return derived.content_names(revision.config, revision.data.classes) if revision.variant.merge == "add" else ()


def original_images(revision: RevisionView, numbers=slice(None)):
    """The images of the codes of `load_codes`, or those with these numbers: uint8 n×H×W×C, or rows float32 n×1×F×1; None if
    they are not on this machine."""
    if not has_original_images(revision):
        return None
    return revision.originals.images(revision.codes.split, revision.codes.index[numbers])


def has_original_images(revision: RevisionView) -> bool:
    """Whether the images of the codes of `load_codes` are on this machine."""
    return _has_images_of(revision, revision.codes)


@cache_by_revision(
    lambda revision, codes: (
        codes and codes.cache_key,
        sets.files_cache_key(revision.data.name),
        revision.originals is None,
    ),
    max_entries=12,
)
def _has_images_of(revision: RevisionView, codes) -> bool:
    if codes is None or not len(codes.index):
        return False
    return code_sets.has_images(revision, codes.split, codes.index)


def reconstructed_images(revision: RevisionView, numbers=slice(None)) -> np.ndarray:
    """The reconstructions from the codes of `load_codes`, or those with these numbers, in the form of `original_images`."""
    from aae_core.latent import exploration

    codes = revision.codes
    content = codes.content[numbers] if revision.variant.has_content else None
    return exploration.decode_images(revision.model, codes.z[numbers], content)


def original_or_reconstructed_pictures(revision: RevisionView, numbers=slice(None)) -> np.ndarray:
    """The `original_images`, or the `reconstructed_images` if those are not on this machine, passed through `to_pictures`."""
    if revision.has_original_images:
        return to_pictures(revision, original_images(revision, numbers))
    return to_pictures(revision, reconstructed_images(revision, numbers))


def to_pictures(revision: RevisionView, items: np.ndarray) -> np.ndarray:
    """Pictures uint8 N×H×W×C of items: images unchanged, rows of a table as small charts."""
    return row_charts.draw_row_charts(items, revision.data.features)


def picture_shape(revision: RevisionView) -> tuple[int, int, int]:
    """Height, width and channels of one picture that `to_pictures` returns."""
    if revision.data.is_table:
        return row_charts.row_chart_shape(len(revision.data.features))
    channels, height, width = revision.data.shape
    return height, width, channels


def sample_items(revision: RevisionView, count: int) -> np.ndarray:
    """`count` decoded samples of the prior, the same as `Revision.sample` with seed 0, in the form of `original_images`; if the
    decoder takes a content, of all contents in turn."""
    from aae_core.latent import exploration

    model = revision.model
    contents = np.arange(count) % model.contents if revision.variant.has_content else None
    return exploration.decode_images(model, exploration.sample_prior_codes(model, count), contents)


def sample_pictures(revision: RevisionView, count: int) -> np.ndarray:
    """The `sample_items`, passed through `to_pictures`."""
    return to_pictures(revision, sample_items(revision, count))


def input_preprocessing(revision: RevisionView) -> dict:
    """How to prepare a drawn or uploaded image like those of the revision's data set: "fill" (`figure_side_share`)
    and the other fields of `preprocessing.Preparation`; "image": [C, H, W];
    "invitation": what an empty pad says; "margins": True if images of other
    proportions were padded instead of cropped; and "tones", unless the whole scale was used on white: the shares of
    the scale that become black and white, and the colour behind transparent pixels."""
    return {**_input_preparation(revision), "invitation": drawing_invitation(revision.data.classes)}


@cache_by_revision(lambda revision: (revision.cache_key, revision.has_original_images), max_entries=12)
def _input_preparation(revision: RevisionView):
    preparation = preprocessing.find_preparation(
        revision.data.name, lambda: original_or_reconstructed_pictures(revision, slice(BACKGROUND_IMAGES))
    )
    fields = {
        "fill": preparation.figure_side_share, "centre": preparation.centre, "ground": preparation.ground,
        "stroke": preparation.stroke, "image": list(revision.data.shape),
    }  # fmt: skip
    if revision.data.margins:
        fields["margins"] = True
    tones = revision.data.tones
    if tones is None:
        return fields
    low, high = tones.limits(1)
    return fields | {"tones": {"low": low, "high": high, "backdrop": tones.backdrop}}


def drawing_invitation(classes: tuple[str, ...]) -> str:
    """What an empty pad says, for images of these classes."""
    if classes and all(len(name) == 1 and name.isdigit() for name in classes):
        return translate("Draw a digit")
    if classes and all(len(name) == 1 and name.isalpha() for name in classes):
        return translate("Draw a letter")
    return translate("Draw here")


@cache_by_revision(
    lambda revision: (revision.cache_key, code_sets.code_set_cache_key(revision), revision.has_original_images),
    max_entries=12,
)
def typical_reconstruction_error(revision: RevisionView) -> dict | None:
    """`preprocessing.reconstruction_error_quantiles` of the first TYPICAL_ERROR_IMAGES codes that a page shows; None without
    their images."""
    first_codes = slice(TYPICAL_ERROR_IMAGES)
    if not revision.has_original_images:
        return None
    return preprocessing.reconstruction_error_quantiles(
        original_images(revision, first_codes), reconstructed_images(revision, first_codes)
    )
