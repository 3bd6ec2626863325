"""The files of a revision, and its downloads."""

import json
import subprocess
import tempfile
import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path

import streamlit as st

from aae_core import files, progress
from aae_core.config.schema import to_dict
from aae_core.errors import RevisionError
from aae_core.runs import launchers
from aae_core.store import code_tables, export
from app.cache import revision_data
from app.cache.lru import LRUCache
from app.cache.revision_view import RevisionView
from app.figures import exports, plane_views, revision_list
from app.server import guard
from app.translation.data_titles import data_title
from app.translation.languages import SOURCE_LANGUAGE, use_language
from app.translation.texts import mark, translate
from app.ui import data_tables, widgets
from app.ui.deferred_downloads import render_download_button

# the downloads of the codes of all items by title in English, and the suffix of each
ALL_CODES_SUFFIXES = {mark("All codes with ids (CSV)"): ".csv", mark("All codes with ids (Parquet)"): ".parquet"}


def render_files(revision: RevisionView):
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(translate("**Files**"))
        sizes = revision.stored.file_sizes()
        columns = {
            mark("File"): list(sizes),
            mark("Size"): [progress.format_bytes(size) for size in sizes.values()],
        }
        data_tables.render_table(columns, height="content", alt=translate("Files"))
        if guard.is_local_visitor():
            st.caption(translate("In `{folder}`", folder=revision.path))
    with right:
        st.markdown(translate("**Download**"))
        with st.container(horizontal=True):
            for label, (suffix, content) in _download_functions_by_title(revision).items():
                name, key = f"{revision.id}{suffix}", f"revisions.get.{label}"
                render_download_button(translate(label), content, name, key=key)


def _download_functions_by_title(revision: RevisionView) -> dict:
    """The downloads by title in English: the end of the file name, and a function that returns the content."""
    weights, downloads = revision.path / "weights.safetensors", {}
    if revision.has_weights:
        downloads[mark("Weights (safetensors)")] = ".safetensors", lambda: _read_weights(weights)
        downloads[mark("Weights in PyTorch (Markdown)")] = ".md", lambda: _model_page(revision)
    downloads[mark("Configuration (JSON)")] = ".json", lambda: json.dumps(to_dict(revision.config), indent=2)
    probe = None
    with widgets.errors_in_boxes():
        probe = revision.codes
    if probe is None:
        return downloads
    classes = revision.data.classes
    content = probe.content if revision.variant.categorical else None
    downloads[mark("Codes (CSV)")] = "-codes.csv", lambda: exports.codes_csv(probe.z, probe.labels, classes, content)
    if revision.has_weights and revision.originals is not None and revision.originals.is_whole:
        for title, suffix in ALL_CODES_SUFFIXES.items():
            downloads[title] = f"-all-codes{suffix}", partial(_all_codes, revision, suffix)
    downloads[mark("Codes (NPZ)")] = "-codes.npz", lambda: export.pack_codes_npz(revision.stored)
    if revision.has_weights and not export.missing_onnx_packages_error():
        downloads[mark("Networks (ONNX)")] = "-onnx.zip", lambda: export_onnx_zip(revision)
    downloads[mark("Map (SVG)")] = "-map.svg", lambda: exports.map_svg(map_drawing(revision, probe))
    downloads[mark("Map (PNG)")] = "-map.png", lambda: _map_png(revision, probe)
    if revision.has_weights and revision.prior is not None:
        downloads[mark("Samples (PNG)")] = "-samples.png", lambda: _samples_png(revision)
        if revision.data.is_table:
            names = revision.data.features.names
            downloads[mark("Samples (CSV)")] = (
                "-samples.csv",
                lambda: exports.rows_csv(revision_data.sample_items(revision, SAMPLE_COUNT)[:, 0, :, 0], names),
            )
    return downloads


def _all_codes(revision: RevisionView, suffix) -> bytes:
    """The codes of all items of the data set, with their ids, as a file."""
    stored = revision.without_cached_results().stored  # to encode, it reads the networks and keeps them
    return code_tables.format_table(code_tables.encode_data_set(stored), suffix)


def _read_weights(path):
    """The content of a safetensors file; an AAEError if it is none: in a foreign revision it may be a link to another file."""
    files.read_tensor_header(path)
    return path.read_bytes()


def _model_page(revision: RevisionView) -> str:
    from aae_core.store import model_page

    with use_language(SOURCE_LANGUAGE):  # a file, as the command line writes it
        return model_page.format_model_page(revision.stored, revision.model, weights_file=f"{revision.id}.safetensors")


SAMPLE_COUNT = 100
EXPORT_TIMEOUT = 600  # seconds that an export may take
ONNX_CACHE = LRUCache(2**28, len)  # bytes of the cached zips, by revision and weights


def export_onnx_zip(revision: RevisionView) -> bytes:
    """A zip of the exported revision with ONNX files. Another process makes it, because the exporter changes torch's global
    state while it works. RevisionError if that fails or takes too long."""
    return ONNX_CACHE.get_or_compute((revision.id, revision.codes_cache_key), lambda: _run_onnx_export(revision))


def _run_onnx_export(revision: RevisionView) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "taken"
        arguments = "export", revision.id, "--onnx", "-o", str(folder)
        with files.raise_os_errors_as("The process that makes ONNX files", "started"):
            worker = launchers.start_module(
                "aae_core", *arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
        try:
            _, error_output = worker.communicate(timeout=EXPORT_TIMEOUT)
        except subprocess.TimeoutExpired:
            worker.kill()
            raise RevisionError(
                translate("The ONNX files were not made within {minutes} minutes.", minutes=EXPORT_TIMEOUT // 60)
            ) from None
        if worker.returncode:
            raise RevisionError(error_output)  # Streamlit logs it
        content = BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                archive.write(file, file.name)
        return content.getvalue()


def map_drawing(revision: RevisionView, codes) -> exports.MapDrawing:
    """The map of the probe set's codes."""
    view, dimensions = plane_views.default_view_and_dimensions(revision)
    plane = plane_views.make_plane(revision, codes, view, dimensions)
    circle_axes = translate("across the circle of heads"), translate("up")
    axes = {"circle": circle_axes, "pca": ("PC 1", "PC 2")}.get(view, plane.visible_square.axes)
    title = f"{revision_list.revision_name(revision)}, {data_title(revision.data)}"
    return exports.MapDrawing(plane.points, codes.labels, revision.data.classes, title, axes)


def _map_png(revision: RevisionView, codes) -> bytes:
    with use_language(SOURCE_LANGUAGE):  # the font of `exports.map_png` has no other script
        return exports.map_png(map_drawing(revision, codes))


def _samples_png(revision: RevisionView) -> bytes:
    from aae_core.latent import exploration

    sheet = exploration.tile_images(revision_data.sample_pictures(revision, SAMPLE_COUNT), 10)
    return exploration.to_png(sheet, max(1, 800 // sheet.shape[1]))
