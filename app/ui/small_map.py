"""A small map of a revision's codes, for lists and boards."""

from contextlib import suppress

from aae_core import files
from aae_core.errors import AAEError
from aae_core.latent import code_map
from aae_core.store.revisions import Revision
from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision
from app.server import assets
from app.ui import image_html


@cache_by_revision(lambda revision: files.file_version(revision.path / "probe.safetensors"), 256, copies=True)
def map_data_url(revision: Revision) -> str | None:
    """A data URL with a PNG of the codes over samples of the prior, transparent so that it fits light and dark pages; None before
    the first checkpoint."""
    content = _render_map(revision)
    return None if content is None else image_html.data_url_of_png(content)


def map_url(summary, is_whole: bool = False) -> str:
    """The URL of the same PNG of a summary's revision, which is drawn when a browser first fetches it. is_whole: show every
    code, also those far from all others."""
    probe_version = files.file_version(summary.path / "probe.safetensors")
    key = ("map", summary.id, probe_version, code_map.map_palette().tobytes(), is_whole)
    return assets.ASSETS.promise(key, "png", lambda: _render_map(revision_data.open_revision(summary.id), is_whole))


def _render_map(revision: Revision, is_whole=False) -> bytes | None:
    if revision.probe() is None:
        return None
    return code_map.render_map(revision, is_transparent=True, is_whole=is_whole)


def summary_map_data_url(summary) -> str | None:
    """The `map_data_url` for a summary's revision; None before the first checkpoint, or if the revision is damaged, which its
    own page reports."""
    with suppress(AAEError):
        return map_data_url(revision_data.open_revision(summary.id)) if summary.steps else None
    return None
