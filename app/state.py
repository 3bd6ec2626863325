"""What a page remembers and caches: session keys, query parameters, loaded data.

Settings live in the URL, so that a link reopens what it showed: a page reads a setting from the URL if that is new, else from
what this session last had, else takes the default. Loads are cached by (revision id, version): a version changes whenever the
revision's weights or status do, so a cached value is never stale.
"""

import gc
import math
import threading
import time
from dataclasses import asdict, replace
from functools import cache, lru_cache

import numpy as np
import streamlit as st

from aae_core import config as configuration
from aae_core import data
from aae_core.errors import AAEError
from aae_core.status import BUSY
from aae_core.variants import VARIANTS
from app import shown

SETTINGS = "settings"  # session key: name -> text, as it stands in the URL
FORMER = "former"  # session key: name -> {text that it had: when it was given up}
TURNED = "turned"  # session key: the name of the page that is shown
STALE = 6.0  # seconds in which a page may still send an address that another run has changed since
OWN = "own"  # session key: name -> {what it belongs to: text}
SEVERAL = 40  # texts of one name that are remembered
IGNORED = "ignored"  # session key: names whose value in the URL made no sense, until a page has said so
TYPICAL = 5_000  # images from which the typical error is estimated
FEW = 200  # images from which the background is determined
DRAWS = 1500  # of a prior, on a plane
NO_PRIOR = "This model has no prior: nothing determines where its codes lie, so it has no samples and no density p(z)."
PERCENTILES = np.linspace(0.001, 0.999, 333)


@cache
def warm_up() -> None:
    """Import what is heavy beside the first page, once a process.

    Streamlit collects garbage after every run; frozen, the imported modules are not walked again (150 → 33 ms a round trip).
    """
    threading.Thread(target=_import_heavy, name="warm-up", daemon=True).start()


def _import_heavy():
    gc.disable()  # saves a fifth of the time that these imports take
    import torch

    torch.set_num_threads(1)  # one image is decoded faster by one thread, and a training worker keeps its own
    import plotly.graph_objects  # noqa: F401  (after what the first page waits for)

    import aae_core.exploration  # noqa: F401

    gc.collect()
    gc.freeze()
    gc.enable()


# Settings ---------------------------------------------------------------------------------------------------------------


def recall(name: str, read, default):
    """The setting `name`: `read(text)` of the URL's or the session's text, or `default` where there is none.

    read: text -> value, or None where the text makes no sense; what the URL brings and makes no sense is noted in `ignored`.
    """
    memory = st.session_state.setdefault(SETTINGS, {})
    if is_news(name):
        text = st.query_params[name]
        value = read(text)
        if value is not None:
            memory[name] = text
            return value
        ignore(name)
        del st.query_params[name]
    value = read(memory[name]) if name in memory else None
    return default if value is None else value


def own(name: str, of, read) -> str | None:
    """The text of the setting `name` for `of`, to which alone it applies; None if it has none.

    of: anything hashable, as a revision and how it is seen. read: as in `recall`. The link holds the text of the last `of` asked
    for: going to another page empties it, and for another revision it would be wrong.
    """
    kept = st.session_state.setdefault(OWN, {}).setdefault(name, {})
    if is_news(name):
        text = st.query_params[name]
        recall(name, read, None)
        if read(text) is not None:
            keep_own(name, of, text)
    text = kept.get(of)
    text = None if text is None or read(text) is None else text
    keep(name, text)
    return text


def keep_own(name: str, of, text: str | None) -> None:
    """Remember a setting that belongs to `of`; None forgets it."""
    kept = st.session_state.setdefault(OWN, {}).setdefault(name, {})
    kept.pop(of, None)
    if text is not None:
        kept[of] = text
        while len(kept) > SEVERAL:
            kept.pop(next(iter(kept)))
    keep(name, text)


def ignore_repeated() -> None:
    """Ignore settings that occur more than once in the link."""
    for name in [name for name in st.query_params if len(st.query_params.get_all(name)) > 1]:
        ignore(name)
        del st.query_params[name]


def ignore(name: str) -> None:
    """Note that the link's `name` was invalid, until a page reports it."""
    st.session_state.setdefault(IGNORED, set()).add(name)


def is_news(name: str) -> bool:
    """Whether the URL holds another value of `name` than this session: a link was followed.

    A value that this session itself has just replaced does not count: of two messages in quick succession, the second still
    carries the address from before the first.
    """
    text = st.query_params.get(name)
    if text is None or text == st.session_state.get(SETTINGS, {}).get(name):
        return False
    return not just_given_up(name, text)


def just_given_up(name: str, text: str) -> bool:
    """Whether this session replaced the text `text` of `name` so recently that a page may still send it."""
    given_up = st.session_state.get(FORMER, {}).get(name, {}).get(text)
    return given_up is not None and time.monotonic() - given_up <= STALE


def give_up(name: str, text: str) -> None:
    """Note that `name` had the text `text` until now."""
    former = st.session_state.setdefault(FORMER, {}).setdefault(name, {})
    former[text] = time.monotonic()
    while len(former) > SEVERAL:
        former.pop(next(iter(former)))


def arrive(page: str) -> None:
    """Note which page is shown; after a change of page, replaced values in a link count as news again, because no more messages
    of the former page can arrive."""
    if st.session_state.get(TURNED) != page:
        st.session_state[TURNED] = page
        st.session_state.pop(FORMER, None)


def keep(name: str, text: str | None) -> None:
    """Remember a setting in the session and the URL; None forgets it (a default needs no place in the URL)."""
    memory = st.session_state.setdefault(SETTINGS, {})
    if memory.get(name, text) != text:
        give_up(name, memory[name])
    if text is None:
        memory.pop(name, None)
        st.query_params.pop(name, None)
        return
    memory[name] = text
    if st.query_params.get(name) != text:
        st.query_params[name] = text


def ignored() -> list[str]:
    """Names of the settings that were ignored since the last call."""
    return sorted(st.session_state.pop(IGNORED, set()))


def read_code(text: str, dim: int) -> np.ndarray | None:
    """A code from its text in the URL, "0.5,-1.2": float d, or None unless it has `dim` numbers of sensible size."""
    if len(text) > 20_000:
        return None
    try:
        z = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    return np.array(z) if len(z) == dim and all(math.isfinite(v) and abs(v) < 1e6 for v in z) else None


def current_code(name: str, first: np.ndarray) -> np.ndarray:
    """The current z under `name`, d values; `first` to begin with and in place of a code of another size."""
    memory = st.session_state.setdefault(SETTINGS, {})
    if name in memory and read_code(memory[name], len(first)) is None:
        keep(name, None)  # it belongs to a revision with other dimensions
    z = recall(name, lambda text: read_code(text, len(first)), first)
    if name in memory:
        keep(name, memory[name])  # going to another page empties the URL
    return z


def keep_code(name: str, z: np.ndarray) -> None:
    keep(name, ",".join(f"{v:.4g}" for v in z))


def read_number(low: int, high: int):
    """A reader for `recall`: a whole number from low to high."""

    def read(text):
        return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 and low <= int(text) <= high else None

    return read


# Loads ------------------------------------------------------------------------------------------------------------------


def store():
    from aae_core.revisions import Store

    return Store()


def summaries() -> list:
    """All revisions, newest first; read again when one was added or removed, and every three seconds; those in training at each
    call."""
    here = store()
    return [fresh(row) for row in _summaries(str(here.root), here.root.stat().st_mtime_ns if here.root.exists() else 0)]


def fresh(row):
    """A summary of a revision as its worker left it last, if it was in training: a list of them may be a moment old."""
    if row.state not in BUSY:
        return row
    try:
        status = open_revision(row.id).status
    except AAEError:
        return row  # it was deleted or damaged, which the next list reports
    return replace(row, state=status.state, reason=status.reason, steps=status.step, epochs=status.epoch, status=status)


@st.cache_resource(ttl=3, max_entries=4, show_spinner=False)
def _summaries(root, stamp):
    return store().list()


def open_revision(ref: str):
    """The revision now: its status is read at every call."""
    return store().open(ref)


def model(revision):
    return _model(revision.id, revision.version, revision)


@st.cache_resource(max_entries=6, show_spinner=False)
def _model(id_, version, _revision):
    return _revision.model()


def probe(revision) -> shown.Shown | None:
    """The codes that a page shows of a revision, by default its probe set's; None before its first codes."""
    if shown.which_of(revision) != "probe":
        return shown.codes(revision)  # which are kept there
    return _probe(revision.id, revision.version, revision)


@st.cache_resource(max_entries=12, show_spinner=False)
def _probe(id_, version, _revision):
    return shown.codes(_revision)


@lru_cache(
    maxsize=12
)  # not Streamlit's, which would hash the whole configuration at every call, in each run many times
def _prior(prior_config, dim):
    from aae_core import priors

    return priors.make(prior_config, dim)


def prior(revision):
    """The prior imposed on a revision's codes, in a reduction around each of its heads; the same object as long as it is valid.
    None if no prior is imposed."""
    variant = VARIANTS[revision.config.variant]
    if not variant.has_prior:
        return None
    if variant.merge == "add":
        return _at_heads(revision.id, revision.version, revision)
    return _prior(revision.config.prior, revision.config.latent_dim)


@st.cache_resource(max_entries=12, show_spinner=False)
def _at_heads(id_, version, _revision):
    return model(_revision).code_prior


@lru_cache(maxsize=12)
def _percentiles(prior):
    return np.stack([prior.percentile(PERCENTILES, j) for j in range(prior.dim)])


def percentiles(revision) -> np.ndarray:
    """The prior's values at PERCENTILES, d×333."""
    return _percentiles(prior(revision))


def prior_draws(revision) -> np.ndarray | None:
    """DRAWS draws of the prior, the same at every call, n×d; None without a prior."""
    drawn_to = prior(revision)
    return None if drawn_to is None else _draws(drawn_to)


@lru_cache(maxsize=12)
def _draws(prior):
    import torch

    return prior.sample(DRAWS, torch.Generator().manual_seed(0)).numpy()


def principal(revision, codes: shown.Shown):
    """The PCA of the codes that a page shows: a Projection."""
    return _principal(revision.id, codes.at, codes)


@st.cache_resource(max_entries=12, show_spinner=False)
def _principal(id_, at, _codes):
    from aae_core import exploration

    return exploration.pca(_codes.z)


def circle(revision):
    """The plane on which the fixed heads of a reduction lie on a circle: a Projection."""
    return _circle(prior(revision))


@lru_cache(maxsize=12)
def _circle(prior):
    from aae_core import exploration

    return exploration.circle(prior.heads.numpy())


def has_circle(revision) -> bool:
    """Whether a revision has one head per axis, so that they are shown on a circle; two dimensions are shown as they are."""
    config = revision.config
    return VARIANTS[config.variant].merge == "add" and config.heads == "fixed" and config.latent_dim > 2


def layout(revision, codes: shown.Shown) -> np.ndarray:
    """The codes that a page shows laid out by t-SNE, N×2."""
    return _layout(revision.id, codes.at, codes)


@st.cache_resource(max_entries=8, show_spinner="Computing t-SNE …", show_time=True)
def _layout(id_, at, _codes):
    from aae_core import exploration

    points = exploration.tsne(_codes.z).points
    _laid_out()[id_] = at, points
    return points


def laid_out(revision, codes: shown.Shown) -> np.ndarray | None:
    """The result of `layout` for these codes; None if it was not computed."""
    at, points = _laid_out().get(revision.id, (None, None))
    return points if at == codes.at else None


@st.cache_resource(show_spinner=False)
def _laid_out():
    """By a revision's id, the `at` of the codes that were laid out last, and where they lie."""
    return {}


def has_content(revision) -> bool:
    """Whether the decoder of a revision takes a content part y beside z."""
    return VARIANTS[revision.config.variant].has_content


def contents(revision) -> tuple[str, ...]:
    """The names of the contents that its decoder takes beside z; none where it takes none."""
    return configuration.contents(revision.config, revision.data.classes) if has_content(revision) else ()


def regions(revision) -> tuple[str, ...]:
    """The names of its prior's regions: the classes where D is given the labels (§2.3), the contents of the heads in a reduction
    (§7); otherwise none."""
    variant = VARIANTS[revision.config.variant]
    if variant.labels == "discriminator":
        return revision.data.classes
    return configuration.contents(revision.config, revision.data.classes) if variant.merge == "add" else ()


def has_originals(revision) -> bool:
    """Whether the images behind the codes that a page shows are on this machine."""
    return _parts(revision, probe(revision)) is not None


def originals(revision, numbers=slice(None)):
    """The images behind the codes of `probe`, or those with these numbers: uint8 n×H×W×C; None where they are not here."""
    codes = probe(revision)
    parts = _parts(revision, codes)
    return None if parts is None else shown.taken(parts, codes.index[numbers])


def _parts(revision, codes):
    if codes is None:
        return None
    return _sources(revision.id, codes.at, data.stamp(revision.data.name), revision, codes)


@st.cache_resource(max_entries=12, show_spinner=False)
def _sources(id_, at, stamp, _revision, _codes):
    return shown.sources(_revision, _codes)


def reconstructions(revision, numbers=slice(None)):
    """The decoded codes of `probe`, or those with these numbers: uint8 n×H×W×C."""
    from aae_core import exploration

    codes = probe(revision)
    content = codes.content[numbers] if has_content(revision) else None
    return exploration.decode_images(model(revision), codes.z[numbers], content)


def drawing(revision) -> dict:
    """How an image from outside is prepared like those of a revision's data set: `drawing.Preparation`'s fields and "image", C,
    H, W."""
    return _drawing(revision.id, revision.version, has_originals(revision), revision)


@st.cache_resource(max_entries=12, show_spinner=False)
def _drawing(id_, version, known, _revision):
    from aae_core import drawing

    few = slice(FEW)
    recipe = drawing.preparation(_revision.data.name, lambda: (originals if known else reconstructions)(_revision, few))
    return asdict(recipe) | {"image": list(_revision.data.shape)}


def usual_error(revision) -> dict | None:
    """The reconstruction errors of codes shown, as `drawing.typical_error` has them; None without their images."""
    if not has_originals(revision):
        return None
    return _usual_error(revision.id, revision.version, shown.which_of(revision), revision)


@st.cache_resource(max_entries=12, show_spinner=False)
def _usual_error(id_, version, which, _revision):
    from aae_core import drawing

    some = slice(TYPICAL)
    return drawing.typical_error(originals(_revision, some), reconstructions(_revision, some))
