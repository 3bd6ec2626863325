"""Imports go one way, and nothing heavy comes before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LAYERS = (
    {"errors", "variants", "measures", "presets"},
    {"files", "places", "records", "config", "painting", "game_rules", "target"},
    {
        "priors",
        "distribution",
        "distances",
        "painted",
        "painting_files",
        "posteriors",
        "networks",
        "on_disk",
        "shifts",
        "capture",
        "objectives",
        "data",
        "experiments",
        "results",
        "npz",
        "idx",
        "mat",
        "glyphs",
        "downloads",
        "standard_sets",
        "descent",
        "machine",
    }
    | {"image_files", "image_cache", "own_images"},
    {"model"},
    {
        "batches",
        "training",
        "evaluation",
        "classification",
        "clustering",
        "style_content",
        "judge",
        "comparison",
        "drawing",
        "parzen",
        "likelihood",
        "exploration",
        "maps",
        "game",
        "games",
    }
    | {"mends", "illnesses", "health"},
    {"status", "folder", "revision", "revisions", "weights", "export", "codes", "frames", "film"},
    {"jobs", "recorder", "frame_recorder", "worker", "estimate", "progress", "cli", "commands", "file_commands"}
    | {"reproduction", "reproduce_command"},
)
LAYER = {name: place for place, names in enumerate(LAYERS) for name in names}


def imported(path, outside_functions_only=False):
    """The modules that a file imports, by full name."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if outside_functions_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted((PROJECT / "aae_core").glob("*.py")), ids=lambda p: p.stem)
def test_the_core_imports_one_way_and_no_user_interface(path):
    names = set(imported(path))
    assert not {name.split(".")[0] for name in names} & {"streamlit", "plotly", "app"}
    if path.stem in ("__init__", "__main__"):
        return
    assert path.stem in LAYER, f"say in tests/test_imports.py to which layer {path.stem} belongs"
    for name in names:
        part = name.split(".")[1] if name.startswith("aae_core.") else None
        assert LAYER.get(part, 0) <= LAYER[path.stem], f"{path.stem} imports {part}, which lies above it"


def loaded_by(code):
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"], capture_output=True, text=True, cwd=PROJECT
    )
    assert found.returncode == 0, found.stderr
    return set(found.stdout.split())


def test_listing_needs_neither_torch_nor_scikit_learn():
    code = (
        "import aae_core; from aae_core import cli, config, data, jobs, revisions, variants; revisions.Store().list()"
    )
    assert not loaded_by(code) & {"torch", "sklearn", "scipy", "PIL", "plotly", "streamlit"}


@pytest.mark.parametrize("path", sorted((PROJECT / "app" / "views").glob("*.py")), ids=lambda p: p.stem)
def test_a_page_imports_nothing_heavy_before_its_first_content(path):
    heavy = {"torch", "sklearn", "scipy", "plotly", "pandas"}
    assert not {name.split(".")[0] for name in imported(path, outside_functions_only=True)} & heavy
