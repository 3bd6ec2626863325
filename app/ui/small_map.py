"""A small map of a revision's codes, for lists and boards."""

import base64
from contextlib import suppress

import streamlit as st

from aae_core import files
from aae_core.errors import AAEError
from aae_core.latent import film
from app.cache import loaded
from app.cache.kept import kept


@kept(lambda revision: files.mark(revision.path / "probe.safetensors"), 256, st.cache_data)
def url(revision) -> str | None:
    """A data URL with a PNG of the codes over samples of the prior, transparent so that it fits light and dark pages; None before
    the first checkpoint."""
    if revision.probe() is None:
        return None
    return f"data:image/png;base64,{base64.b64encode(film.still(revision, clear=True)).decode()}"


def url_of_summary(row) -> str | None:
    """The `url` for a summary's revision; None before the first checkpoint, or if the revision is damaged, which its own page
    reports."""
    with suppress(AAEError):
        return url(loaded.open_revision(row.id)) if row.steps else None
    return None
