"""The files of a revision, and its downloads."""

import json
import subprocess
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import streamlit as st

from aae_core import files, progress
from aae_core.config.schema import to_dict
from aae_core.errors import RevisionError
from aae_core.scheduling import launchers
from aae_core.store import export
from app.cache import loaded
from app.cache.latest import Latest
from app.figures import exports, plane_views
from app.server import guard
from app.ui import revision_picker, widgets


def panel(revision):
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Files**")
        sizes = revision.sizes()
        columns = {"File": list(sizes), "Size": list(map(progress.size, sizes.values()))}
        st.dataframe(columns, hide_index=True, height="content", alt="Files")
        if guard.at_this_machine():
            st.caption(f"In `{revision.path}`")
    with right:
        st.markdown("**Download**")
        with st.container(horizontal=True):
            for label, (suffix, content) in _offered(revision).items():
                # content is a function, which runs only when the button is pressed
                name, key = f"{revision.id}{suffix}", f"revisions.get.{label}"
                st.download_button(label, content, name, key=key, icon=":material/download:", on_click="ignore")


def _offered(revision) -> dict:
    """The downloads by title: the end of the file name, and a function that returns the content."""
    weights, downloads = revision.path / "weights.safetensors", {}
    if weights.exists():
        downloads["Weights (safetensors)"] = ".safetensors", lambda: _weights(weights)
        downloads["Weights in PyTorch (Markdown)"] = ".md", lambda: _page(revision)
    downloads["Configuration (JSON)"] = ".json", lambda: json.dumps(to_dict(revision.config), indent=2)
    probe = None
    with widgets.guarded():
        probe = loaded.probe(revision)
    if probe is None:
        return downloads
    classes = revision.data.classes
    content = probe.content if revision.variant.categorical else None
    downloads["Codes (CSV)"] = "-codes.csv", lambda: exports.codes_csv(probe.z, probe.labels, classes, content)
    downloads["Codes (NPZ)"] = "-codes.npz", lambda: export.codes_npz(revision)
    if weights.exists() and not export.lacks_onnx():
        downloads["Networks (ONNX)"] = "-onnx.zip", lambda: networks(revision)
    downloads["Map (SVG)"] = "-map.svg", lambda: exports.svg(drawing(revision, probe))
    downloads["Map (PNG)"] = "-map.png", lambda: exports.png(drawing(revision, probe))
    if weights.exists() and loaded.prior(revision) is not None:
        downloads["Samples (PNG)"] = "-samples.png", lambda: _samples(revision)
        if revision.data.is_table:
            names = revision.data.features.names
            downloads["Samples (CSV)"] = (
                "-samples.csv",
                lambda: exports.rows_csv(revision.sample(SAMPLES, seed=0), names),
            )
    return downloads


def _weights(path):
    """The content of a safetensors file; an AAEError if it is none: in a foreign revision it may be a link to another file."""
    files.read_header(path)
    return path.read_bytes()


def _page(revision):
    from aae_core.store import model_page

    return model_page.page(revision, loaded.model(revision), weights=f"{revision.id}.safetensors")


SAMPLES = 100
PATIENCE = 600  # seconds that an export may take
TAKEN = Latest(2**28, len)  # bytes of the cached zips, by revision and weights


def networks(revision) -> bytes:
    """A zip of the exported revision with ONNX files. Another process makes it, because the exporter changes torch's global state
    while it works. RevisionError if that fails or takes too long."""
    return TAKEN.ask((revision.id, revision.written), lambda: _taken(revision))


def _taken(revision):
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "taken"
        arguments = "export", revision.id, "--onnx", "-o", str(folder)
        worker = launchers.process("aae_core", *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            _, error_output = worker.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            worker.kill()
            raise RevisionError(f"The ONNX files were not made within {PATIENCE // 60} minutes.") from None
        if worker.returncode:
            raise RevisionError(error_output)  # Streamlit logs it
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
        return content.getvalue()


def drawing(revision, probe) -> exports.Drawing:
    """The map of the probe set's codes."""
    through, dimensions = plane_views.usual(revision)
    plane = plane_views.plane_of(revision, probe, through, dimensions)
    axes = {"circle": ("across the circle of heads", "up"), "pca": ("PC 1", "PC 2")}.get(through, plane.frame.axes)
    title = f"{revision_picker.name_of(revision)}, {revision.data.title}"
    return exports.Drawing(plane.points, probe.labels, revision.data.classes, title, axes)


def _samples(revision):
    from aae_core.latent import exploration

    sheet = exploration.tile(loaded.sampled(revision, SAMPLES), 10)
    return exploration.to_png(sheet, max(1, 800 // sheet.shape[1]))
