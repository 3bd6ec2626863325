"""A small map of a revision's codes, for lists and boards."""

import base64
from contextlib import suppress

from aae_core import files
from aae_core.errors import AAEError
from aae_core.latent import film
from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision


@cache_by_revision(lambda revision: files.file_version(revision.path / "probe.safetensors"), 256, copies=True)
def map_data_url(revision) -> str | None:
    """A data URL with a PNG of the codes over samples of the prior, transparent so that it fits light and dark pages; None before
    the first checkpoint."""
    if revision.probe() is None:
        return None
    return f"data:image/png;base64,{base64.b64encode(film.render_still(revision, is_transparent=True)).decode()}"


def summary_map_data_url(summary) -> str | None:
    """The `map_data_url` for a summary's revision; None before the first checkpoint, or if the revision is damaged, which its
    own page reports."""
    with suppress(AAEError):
        return map_data_url(revision_data.open_revision(summary.id)) if summary.steps else None
    return None
