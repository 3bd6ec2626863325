"""Imports go one way, and nothing heavy comes before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
# Each may import from itself and from what stands before it.
CORE = (
    "errors files places records",  # modules, on which everything may build
    *(
        "config",
        "data",
        "models",
        "training",
        "evaluation",
        "latent",
        "store",
        "jobs",
        "health",
        "reproduce",
        "game",
        "cli",
    ),
    "__main__",
)
APP = (
    "cache",
    "figures",
    "server",
    "components",
    "session",
    "ui",
    "lessons",
    "views",
    "start",
    "router",
    "streamlit_app",
)
ORDER = {f"{top}.{name}": place for top, rooms in (("aae_core", CORE), ("app", APP))
         for place, room in enumerate(rooms) for name in room.split()}  # fmt: skip
FILES = sorted(path for top in ("aae_core", "app") for path in (PROJECT / top).rglob("*.py"))
SHARED = ("assets", "guard", "messages", "wire")  # what components may take of the server: no routes


def name_of(path):
    """A file's module, by full name."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FILES}


def imported(path, outside_functions_only=False):
    """The modules that a file imports, by full name; not those that only its annotations name."""
    tree = ast.parse(path.read_text())
    typing = {id(each) for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
              for each in ast.walk(node)}  # fmt: skip
    for node in tree.body if outside_functions_only else ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def needed(path):
    """The modules of this project that a file imports."""
    return {name for name in imported(path) if name in MODULES} - {"aae_core", "app", name_of(path)}


def room(name):
    return ".".join(name.split(".")[:2])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path):
    name, top = name_of(path), name_of(path).split(".")[0]
    if top == "aae_core":
        assert not {each.split(".")[0] for each in imported(path)} & {"streamlit", "plotly", "app"}
    if name == top:
        return
    assert room(name) in ORDER, f"say in tests/test_imports.py where {room(name)} stands"
    for each in needed(path):
        if each.split(".")[0] == top:
            assert ORDER[room(each)] <= ORDER[room(name)], f"{name} imports {each}, which stands above it"


def test_no_modules_import_each_other():
    left = {name: needed(path) for name, path in MODULES.items()}
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    assert not left


@pytest.mark.parametrize("path", sorted((PROJECT / "app" / "components").rglob("*.py")), ids=name_of)
def test_components_know_no_routes(path):
    taken = {name.split(".")[2] for name in needed(path) if name.startswith("app.server.")}
    assert taken <= set(SHARED)


@pytest.mark.parametrize("path", sorted((PROJECT / "app" / "figures").glob("*.py")), ids=name_of)
def test_figures_draw_nothing_themselves(path):
    assert "streamlit" not in {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", sorted((PROJECT / "aae_core").glob("*/__init__.py")), ids=name_of)
def test_a_package_imports_nothing_by_itself(path):
    assert not set(imported(path))


def loaded_by(code):
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"], capture_output=True, text=True, cwd=PROJECT
    )
    assert found.returncode == 0, found.stderr
    return set(found.stdout.split())


def test_listing_needs_neither_torch_nor_scikit_learn():
    code = (
        "import aae_core.cli.arguments, aae_core.data.sets, aae_core.jobs.queue; "
        "from aae_core.store.revisions import Store; Store().list()"
    )
    assert not loaded_by(code) & {"torch", "sklearn", "scipy", "PIL", "plotly", "streamlit"}


@pytest.mark.parametrize("path", sorted((PROJECT / "app" / "views").glob("*.py")), ids=lambda p: p.stem)
def test_a_page_imports_nothing_heavy_before_its_first_content(path):
    heavy = {"torch", "sklearn", "scipy", "plotly", "pandas"}
    assert not {name.split(".")[0] for name in imported(path, outside_functions_only=True)} & heavy
