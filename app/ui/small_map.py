"""The small map of a revision's codes, as it stands beside others."""

import base64
from contextlib import suppress

import streamlit as st

from aae_core.errors import AAEError
from aae_core.latent import film
from aae_core.store.folder import mark
from app.cache import loaded
from app.cache.kept import kept


@kept(lambda revision: mark(revision.path / "probe.safetensors"), 256, st.cache_data)
def url(revision) -> str | None:
    """The codes over samples of the prior, as a URL that holds the picture itself, without a background, so that it fits a light
    page and a dark one; None while there are none."""
    if revision.probe() is None:
        return None
    return f"data:image/png;base64,{base64.b64encode(film.still(revision, clear=True)).decode()}"


def found(row) -> str | None:
    """The `url` of the revision of a summary; None while it has no codes, or if it is damaged, of which its page tells."""
    with suppress(AAEError):
        return url(loaded.open_revision(row.id)) if row.steps else None
    return None
