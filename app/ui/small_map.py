"""The small map of a revision's codes, as it stands beside others."""

import base64

import streamlit as st

from aae_core.store.folder import mark
from app.cache.kept import kept


@kept(lambda revision: mark(revision.path / "probe.safetensors"), 256, st.cache_data)
def url(revision) -> str | None:
    """The codes over samples of the prior, as a URL that holds the picture itself; None while there are none."""
    from aae_core.latent import film

    if revision.probe() is None:
        return None
    return f"data:image/png;base64,{base64.b64encode(film.still(revision)).decode()}"
