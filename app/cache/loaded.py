"""Revisions, models, priors, maps and images as pages need them, cached until they change.

Most are cached by (revision id, version). A version changes whenever the revision's weights or status do, so a cached value is
never stale.
"""

import gc
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache, lru_cache, wraps

import numpy as np
import streamlit as st

from aae_core import files
from aae_core.config import configuration, derived
from aae_core.data import preprocessing, sets
from aae_core.errors import AAEError
from aae_core.latent import charts
from aae_core.scheduling import queue
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision, Store
from app.cache import shown_codes
from app.cache.kept import by_codes, kept
from app.cache.latest import Latest

TYPICAL = 5_000  # images from which the typical error is estimated
FEW = 200  # images from which the background is determined
DRAWS = 1500  # samples of a prior on a plane
NO_PRIOR = "This model has no prior: nothing determines where its codes lie, so it has no samples and no density p(z)."
PERCENTILES = np.linspace(0.001, 0.999, 333)


@cache
def warm_up() -> None:
    """Import the heavy modules in the background of the first page, once per process.

    Afterwards all objects are frozen: garbage collections, which hold the interpreter lock, no longer traverse them.
    """
    threading.Thread(target=_import_heavy, name="warm-up", daemon=True).start()


def _import_heavy():
    gc.disable()  # saves a fifth of the time of these imports
    import torch

    # decodes a single image faster; training workers are other processes with their own number
    torch.set_num_threads(1)
    import plotly.graph_objects  # noqa: F401  (after torch, for which the first page waits)

    from aae_core.latent import exploration, maps  # noqa: F401

    gc.collect()
    gc.freeze()
    gc.enable()


def summaries() -> list:
    """The summaries of all revisions, newest first. The list is read again after one was added or removed, and after three
    seconds; the status of a queued or running revision is read at each call."""
    store = Store()
    return [fresh(row) for row in _summaries(str(store.root), files.mark(store.root))]


def fresh(row):
    """A summary with the present status, if it was queued or running: a summary from a list may be a few seconds old."""
    if row.state not in statuses.BUSY:
        return row
    try:
        status = statuses.read(row.path / "status.json")
    except AAEError:
        return row  # deleted or damaged since; the next list will show that
    return replace(row, state=status.state, reason=status.reason, steps=status.step, epochs=status.epoch, status=status)


def trained_as(config, among: list):
    """The first summary `among` some whose revision has this configuration (compared by `train_alike`) and is complete, else the
    first whose revision has it and is queued or running; None if there is neither."""
    key = config.variant, config.data, config.latent_dim
    rows = [row for row in among if not row.needs and (row.variant, row.data, row.latent_dim) == key]
    complete = [row for row in rows if row.state == "done" and row.steps == row.status.total_steps]
    under_way = [row for row in rows if row.state in statuses.BUSY]
    return next((row for row in complete + under_way if configuration.train_alike(_config(row.path), config)), None)


# a configuration never changes; the page "Which one?" compares it with those of all its points
@lru_cache(maxsize=2048)
def _config(path):
    return Revision(path).config


def reconcile() -> None:
    """Call `queue.reconcile`, at most every two seconds for all pages together."""
    _reconciled(str(Store().root))


@st.cache_resource(ttl=2, max_entries=4, show_spinner=False)
def _reconciled(root):
    return queue.reconcile(Store(root))


@st.cache_resource(ttl=3, max_entries=4, show_spinner=False)
def _summaries(root, stamp):
    return Store(root).list()


def open_revision(ref: str):
    """The revision; its status is read anew at every call."""
    return Store().open(ref)


@kept(entries=6)
def model(revision):
    return revision.model()


@kept(lambda revision: (), entries=100)
def size(revision) -> str:
    """The sizes of the revision's networks in words; known even before there are weights."""
    from aae_core.models import sizes

    data = revision.data
    network_sizes = sizes.of(revision.config, data.shape, len(data.classes), data.features)
    return sizes.in_words(network_sizes, shown_codes.item(revision))


def probe(revision) -> shown_codes.Shown | None:
    """The codes that a page shows of a revision, by default those of its probe set; None before its first codes."""
    if shown_codes.which_of(revision) != "probe":
        return shown_codes.codes(revision)  # cached there
    return _probe(revision)


@kept(entries=12)
def _probe(revision):
    return shown_codes.codes(revision)


@lru_cache(maxsize=12)  # Streamlit's cache would hash the whole configuration at each of the many calls in a run
def _prior(prior_config, dim):
    from aae_core.models.priors import families

    return families.make(prior_config, dim)


def prior(revision):
    """The prior imposed on a revision's codes (in a dimensionality reduction, §7, the mixture of it around all heads); None if no
    prior is imposed. It is the same object as long as it is valid."""
    if not revision.variant.has_prior:
        return None
    if revision.variant.merge == "add":
        return _at_heads(revision)
    return _prior(revision.config.prior, revision.config.latent_dim)


@kept(entries=12)
def _at_heads(revision):
    return model(revision).code_prior


def of_prior(function: Callable) -> Callable:
    """Make a cached function of a prior one of the revision that has it; its result is None without a prior."""
    computed = lru_cache(maxsize=12)(function)
    return wraps(function)(lambda revision: None if prior(revision) is None else computed(prior(revision)))


@of_prior
def percentiles(prior) -> np.ndarray:
    """The quantiles of the prior's marginals at PERCENTILES, d×333."""
    return np.stack([prior.percentile(PERCENTILES, j) for j in range(prior.dim)])


@of_prior
def prior_draws(prior) -> np.ndarray:
    """DRAWS samples of the prior, the same at every call, n×d."""
    return prior.fixed(DRAWS).numpy()


@of_prior
def prior_table(prior):
    """The table `maps.prior_table` of log p(z); None without a density, or in more than two dimensions."""
    from aae_core.latent import maps

    return maps.prior_table(prior) if prior.has_density and prior.dim <= 2 else None


@kept(by_codes, entries=12)
def principal(revision, codes: shown_codes.Shown):
    """The PCA of the codes that a page shows, as a `maps.Projection`."""
    from aae_core.latent import maps

    return maps.pca(codes.z)


@of_prior
def circle(prior):
    """The projection onto a plane in which the fixed heads of a reduction lie on a circle: a `maps.Projection`."""
    from aae_core.latent import maps

    return maps.circle(prior.heads.numpy())


def has_circle(revision) -> bool:
    """Whether a revision has one fixed head per axis in more than two dimensions, so that they are shown on a circle."""
    config = revision.config
    return revision.variant.merge == "add" and config.heads == "fixed" and config.latent_dim > 2


LAYOUTS = Latest(2**26, lambda layout: layout.nbytes)  # by a revision's id and its codes' `at`


def layout(revision, codes: shown_codes.Shown) -> np.ndarray:
    """The t-SNE layout of the codes that a page shows, N×2."""
    from aae_core.latent import maps

    if (cached := laid_out(revision, codes)) is not None:
        return cached
    with st.spinner("Computing t-SNE …", show_time=True):
        return LAYOUTS.ask((revision.id, codes.at), lambda: maps.tsne(codes.z))


def laid_out(revision, codes: shown_codes.Shown) -> np.ndarray | None:
    """The result of `layout` for these codes; None if it is not in the cache."""
    return LAYOUTS.find((revision.id, codes.at))


def contents(revision) -> tuple[str, ...]:
    """The names of the contents that the decoder takes beside z; () if it takes none."""
    return derived.contents(revision.config, revision.data.classes) if revision.variant.has_content else ()


def regions(revision) -> tuple[str, ...]:
    """The names of the prior's regions: the classes if D is given the labels (§2.3), the contents of the heads in a
    dimensionality reduction (§7), otherwise ()."""
    if revision.variant.labels == "discriminator":
        return revision.data.classes
    return derived.contents(revision.config, revision.data.classes) if revision.variant.merge == "add" else ()


def has_originals(revision) -> bool:
    """Whether the images of the codes that a page shows are on this machine."""
    return _sources(revision, probe(revision)) is not None


def originals(revision, numbers=slice(None)):
    """The images of the codes of `probe`, or those with these numbers: uint8 n×H×W×C, or rows float32 n×1×F×1; None if they are
    not on this machine."""
    codes = probe(revision)
    parts = _sources(revision, codes)
    return None if parts is None else shown_codes.taken(parts, codes.index[numbers])


@kept(lambda revision, codes: (codes and codes.at, sets.stamp(revision.data.name)), entries=12)
def _sources(revision, codes):
    return shown_codes.sources(revision, codes)


def reconstructions(revision, numbers=slice(None)):
    """The reconstructions from the codes of `probe`, or those with these numbers, in the form of `originals`."""
    from aae_core.latent import exploration

    codes = probe(revision)
    content = codes.content[numbers] if revision.variant.has_content else None
    return exploration.decode_images(model(revision), codes.z[numbers], content)


def pictures(revision, numbers=slice(None)):
    """The `originals`, or the `reconstructions` if those are not on this machine, passed through `drawn`."""
    if has_originals(revision):
        return drawn(revision, originals(revision, numbers))
    return drawn(revision, reconstructions(revision, numbers))


def drawn(revision, items: np.ndarray) -> np.ndarray:
    """Pictures uint8 N×H×W×C of items: images unchanged, rows of a table as small charts."""
    return charts.pictures(items, revision.data.features)


def drawn_shape(revision) -> tuple[int, int, int]:
    """Height, width and channels of one picture that `drawn` returns."""
    if revision.data.is_table:
        return charts.size(len(revision.data.features))
    channels, height, width = revision.data.shape
    return height, width, channels


def sampled(revision, count: int) -> np.ndarray:
    """Pictures of `count` decoded samples of the prior, the same at every call."""
    return drawn(revision, revision.sample(count, seed=0))


@kept(lambda revision: (revision.version, has_originals(revision)), entries=12)
def drawing(revision) -> dict:
    """How to prepare a drawn or uploaded image like those of the revision's data set: the fields of `preprocessing.Preparation`;
    "image": [C, H, W]; "margins": True if images of other proportions were padded instead of cropped; and "tones", unless the
    whole scale was used on white: the shares of the scale that become black and white, and the colour behind transparent
    pixels."""
    recipe = preprocessing.preparation(revision.data.name, lambda: pictures(revision, slice(FEW)))
    margins = {"margins": True} if revision.data.margins else {}
    tones = revision.data.tones
    if tones is None:
        return asdict(recipe) | {"image": list(revision.data.shape)} | margins
    low, high = tones.limits(1)
    message = {"low": low, "high": high, "backdrop": tones.backdrop}
    return asdict(recipe) | {"image": list(revision.data.shape)} | margins | {"tones": message}


@kept(lambda revision: (revision.version, shown_codes.moment(revision), has_originals(revision)), entries=12)
def usual_error(revision) -> dict | None:
    """`preprocessing.typical_error` of the first TYPICAL codes that a page shows; None without their images."""
    first_codes = slice(TYPICAL)
    if not has_originals(revision):
        return None
    return preprocessing.typical_error(originals(revision, first_codes), reconstructions(revision, first_codes))
