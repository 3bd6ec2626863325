"""The files of a revision, and what can be downloaded of it."""

import json

import streamlit as st

from aae_core.config.schema import to_dict
from aae_core.config.variants import VARIANTS
from aae_core.store import export
from app.cache import loaded
from app.figures import exports, number_text, plane_views
from app.server import guard
from app.ui import widgets


def panel(revision):
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Files**")
        sizes = revision.sizes()
        columns = {"File": list(sizes), "Size": list(map(number_text.size, sizes.values()))}
        st.dataframe(columns, hide_index=True, height="content", alt="Files")
        if guard.at_this_machine():
            st.caption(f"In `{revision.path}`")
    with right:
        st.markdown("**Download**")
        with st.container(horizontal=True):
            for label, (ending, content) in _offered(revision).items():
                # a callable runs when the button is pressed, so nothing is prepared in vain
                name, key = f"{revision.id}{ending}", f"revisions.get.{label}"
                st.download_button(label, content, name, key=key, icon=":material/download:", on_click="ignore")


def _offered(revision) -> dict:
    """What can be downloaded: by its title, the end of the file's name, and a function that gives the content."""
    weights, found = revision.path / "weights.safetensors", {}
    if weights.exists():
        found["Weights (safetensors)"] = ".safetensors", weights.read_bytes
    found["Configuration (JSON)"] = ".json", lambda: json.dumps(to_dict(revision.config), indent=2)
    probe = None
    with widgets.guarded():
        probe = loaded.probe(revision)
    if probe is None:
        return found
    classes = revision.data.classes
    content = probe.content if VARIANTS[revision.config.variant].categorical else None
    found["Codes (CSV)"] = "-codes.csv", lambda: exports.codes_csv(probe.z, probe.labels, classes, content)
    found["Codes (NPZ)"] = "-codes.npz", lambda: export.codes_npz(revision)
    found["Map (SVG)"] = "-map.svg", lambda: exports.svg(drawing(revision, probe))
    found["Map (PNG)"] = "-map.png", lambda: exports.png(drawing(revision, probe))
    if weights.exists() and loaded.prior(revision) is not None:
        found["Samples (PNG)"] = "-samples.png", lambda: _samples(revision)
    return found


def drawing(revision, probe) -> exports.Drawing:
    """The map of the probe set's codes."""
    through, dimensions = plane_views.usual(revision)
    seen = plane_views.plane_of(revision, probe, through, dimensions)
    axes = {"circle": ("across the circle of heads", "up"), "pca": ("PC 1", "PC 2")}.get(through, seen.frame.axes)
    title = f"{widgets.name_of(revision)}, {revision.data.title}"
    return exports.Drawing(seen.points, probe.labels, revision.data.classes, title, axes)


def _samples(revision):
    from aae_core.latent import exploration

    sheet = exploration.tile(revision.sample(100, seed=0), 10)
    return exploration.to_png(sheet, max(1, 800 // sheet.shape[1]))
