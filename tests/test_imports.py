"""Imports go one way, and nothing heavy comes before it is needed."""

import ast
import gc
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from helpers.environment import MODULES_AT_COLLECTION

PROJECT = Path(__file__).resolve().parent.parent
# Each may import from itself and from what stands before it.
CORE = (
    # modules, on which everything may build
    "errors files places records checks owners plugins progress torch_state wording markdown_tables",
    *(
        "config",
        "data",
        "models",
        "training",
        "evaluation",
        "latent",
        "store",
        "runs",
        "estimators",
        "sklearn",
        "health",
        "reproduce",
        "game",
        "cli",
    ),
    "__main__",
)
APP = (
    "translation",
    "messages",
    "visitors",
    "cache",
    "figures",
    "server",
    "components",
    "streamlit_quirks",
    "session",
    "scenes",
    "ui",
    "page_parts",
    "handout",
    "notebook",
    "lessons",
    "course",
    "theory",
    "website",
    "catalogue",
    "views",
    "start",
    "router",
    "streamlit_app",
    "__main__",
)
ORDER = {f"{top}.{name}": place for top, rooms in (("aae_core", CORE), ("app", APP))
         for place, names in enumerate(rooms) for name in names.split()}  # fmt: skip
FILES = sorted(path for top in ("aae_core", "app") for path in (PROJECT / top).rglob("*.py"))
VIEWS = sorted((PROJECT / "app" / "views").glob("*.py"))
SHARED_MODULES = ("assets", "private_paths")  # what components may take of the server: no routes
PAGE = PROJECT / "web" / "src"
ROOMS = (
    "outside_modules.d.ts", "messages.ts", "engine_messages.ts",
    "base", "files", "host", "priors", "view", "lessons", "cards", "networks", "codes", "choice", "linked", "time",
    "opening", "drawing", "paths", "directions", "painting", "plane", "style", "engine", "game", "aggregate",
    "bar", "handout", "notebook", "site", "app.ts", "handout.ts", "notebook.ts", "site.ts",
)  # fmt: skip
OUTSIDE_PATTERN = (  # how a page reaches what is not itself, which `host/` alone may do
    r"(?<!\.)\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|new Image\b|\blocation\b(?!:)|replaceState|pushState"
    r"|getEntriesByType|set(?:State|Trigger)Value|\bst(?:App|Main|Bidi|Sidebar|TopNav|PageLink)|[\"'`]/(?:live|assets)\b|\?[vn]="
)


def name_of(path):
    """A file's module, by full name."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FILES}


def tree(path):
    return ast.parse(path.read_text())


@cache
def statements(path):
    """The import statements of a file: (statement, whether it stands in a function, whether only annotations need it)."""
    import_statements = []

    def collect_imports(node, is_late, is_typing):
        parts = ("body", "orelse", "finalbody", "handlers", "cases")
        for item in (item for part in parts for item in getattr(node, part, ())):
            if isinstance(item, ast.Import | ast.ImportFrom):
                import_statements.append((item, is_late, is_typing))
            else:
                is_type_check = isinstance(item, ast.If) and ast.unparse(item.test) == "TYPE_CHECKING"
                collect_imports(
                    item,
                    is_late or isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef),
                    is_typing or is_type_check,
                )

    collect_imports(tree(path), False, False)
    return import_statements


@cache
def imported_names(path, outside_functions_only=False, with_types=False):
    """The modules that a file imports, by full name; with_types: those that only its annotations name, too."""
    result = []
    for node, is_late, is_typing in statements(path):
        if (is_typing and not with_types) or (is_late and outside_functions_only):
            continue
        if isinstance(node, ast.Import):
            result += [alias.name for alias in node.names]
        else:
            result += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return result


@cache
def project_imports(path, with_types=False):
    """The modules of this project that a file imports."""
    modules = {name for name in imported_names(path, with_types=with_types) if name in MODULES}
    return modules - {"aae_core", "app", name_of(path)}


def room_of(name):
    return ".".join(name.split(".")[:2])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path):
    name, top = name_of(path), name_of(path).split(".")[0]
    if top == "aae_core":
        assert not {entry.split(".")[0] for entry in imported_names(path)} & {"streamlit", "app", "plotly"}
    if name == top:
        return
    assert room_of(name) in ORDER, f"say in tests/test_imports.py where {room_of(name)} stands"
    for entry in project_imports(path):
        if entry.split(".")[0] == top:
            assert ORDER[room_of(entry)] <= ORDER[room_of(name)], f"{name} imports {entry}, which stands above it"


def test_no_modules_import_each_other():
    """Nor do they under TYPE_CHECKING, where a circle is hidden from Python and not from a reader."""
    imports = {name: project_imports(path, with_types=True) for name, path in MODULES.items()}
    circles = {name for name in imports if name in reachable_modules(name, imports)}
    assert not circles


def test_no_benchmarks_import_each_other():
    benchmarks = {name_of(path): path for path in (PROJECT / "benchmarks").rglob("*.py")}
    imports = {name: benchmarks.keys() & set(imported_names(path)) - {name} for name, path in benchmarks.items()}
    circles = {name for name in imports if name in reachable_modules(name, imports)}
    assert not circles


def reachable_modules(start, imports):
    """All modules that a module imports, directly or by way of others."""
    reachable, pending = set(), [start]
    while pending:
        new_modules = imports[pending.pop()] - reachable
        reachable |= new_modules
        pending += new_modules
    return reachable


@pytest.mark.parametrize("path", sorted((PROJECT / "app" / "components").rglob("*.py")), ids=name_of)
def test_components_know_no_routes(path):
    server_modules = {name.split(".")[2] for name in project_imports(path) if name.startswith("app.server.")}
    assert server_modules <= set(SHARED_MODULES)


FIGURES = [*(PROJECT / "app" / "figures").glob("*.py"), *(PROJECT / "app" / "page_parts").rglob("*_figures.py")]


@pytest.mark.parametrize("path", sorted(FIGURES), ids=name_of)
def test_figures_draw_nothing_themselves(path):
    assert "streamlit" not in {name.split(".")[0] for name in imported_names(path)}


def test_a_part_of_a_page_is_drawn_by_one_page():
    page_imports = [name for path in VIEWS for name in project_imports(path)]
    assert not [name for name in MODULES if name.startswith("app.page_parts.") and page_imports.count(name) > 1]


@pytest.mark.parametrize("folder", ["aae_core", "app", "benchmarks", "tests"])
def test_what_is_imported_of_the_project_is_there(folder):
    """Linting does not look: a module that was moved is found missing where only a browser or a cluster runs the import."""
    empty_packages = {name for name, path in MODULES.items() if path.name == "__init__.py" and not tree(path).body[1:]}
    known = MODULES.keys() | {"app.views"}  # whose pages Streamlit runs as scripts: it is no package
    known |= {name_of(path) for path in (PROJECT / "benchmarks").rglob("*.py")}
    empty_packages |= {name.rpartition(".")[0] for name in known if name.startswith("benchmarks.")}
    for path in sorted(path for path in (PROJECT / folder).rglob("*.py") if "site-packages" not in path.parts):
        for node, _, _ in statements(path):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            inner_names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if modules[0] in empty_packages else []
            )
            project_modules = {
                name for name in modules + inner_names if name.split(".")[0] in ("aae_core", "app", "benchmarks")
            }
            assert project_modules <= known | empty_packages, (
                f"{path}, line {node.lineno}: there is no {project_modules - known}"
            )


PACKAGES = [
    path for folder in ("aae_core", "app", "app/page_parts") for path in (PROJECT / folder).glob("*/__init__.py")
]


@pytest.mark.parametrize("path", sorted(PACKAGES), ids=name_of)
def test_a_package_says_what_it_holds_and_imports_nothing_by_itself(path):
    assert ast.get_docstring(tree(path)) and not set(imported_names(path))


# What takes so long to load that it may be imported where it is needed.
HEAVY_PACKAGES = {
    "torch",
    "torchvision",
    "sklearn",
    "scipy",
    "threadpoolctl",
    "PIL",
    "pandas",
    "plotly",
    "pyarrow",
    "onnxruntime",
    "h5py",
    "ray",
}
SILENT_REASON = "Streamlit would warn that no server runs, were it loaded before `quiet`"
WAIT_REASON = "a thread loads it, which nobody waits for"
OWN_REASON = "Streamlit's own, of which only a page with a sign-in needs to know"
LATE_IMPORTS = {  # other imports inside functions, each with its reason: (module, what it imports)
    ("aae_core", "aae_core.store.revisions"): "importing the package costs nothing",
    ("aae_core.runs.limits", "resource"): "Windows has no such module",
    (
        "aae_core.data.sets",
        "aae_core.data.built_in.downloads",
    ): "http and ssl take a tenth of a second, which a list does not need",
    ("app.__main__", "app.cache.revision_snapshot"): "the options and errors of the command need no images",
    ("app.__main__", "app.website.site"): SILENT_REASON,
    ("app.__main__", "streamlit"): SILENT_REASON,
    ("app.start.warm_up", "aae_core.store.revisions"): WAIT_REASON,
    ("app.start.warm_up", "app.cache.revision_data"): WAIT_REASON,
    ("app.start.warm_up", "app.scenes.plane_message"): WAIT_REASON,
    ("app.start.warm_up", "app.ui.first_visit"): WAIT_REASON,
    ("app.visitors.identity", "streamlit.auth_util"): OWN_REASON,
    ("app.visitors.identity", "streamlit.web.server.starlette.starlette_server_config"): OWN_REASON,
    ("app.visitors.identity", "streamlit.web.server.starlette.starlette_websocket"): OWN_REASON,
}


def late_imports(path):
    """The import statements inside a file's functions, each with the modules that it names."""
    for node, is_late, _ in statements(path):
        if is_late and isinstance(node, ast.Import):
            yield node, [alias.name for alias in node.names]
        elif is_late:
            inner_names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield node, [name if name in MODULES else node.module for name in inner_names]


@cache
def loaded_modules(name):
    """What a module imports as it is loaded, itself and the modules of this project that it needs in turn included."""
    modules = {name}
    for element in imported_names(MODULES[name], outside_functions_only=True) if name in MODULES else ():
        modules |= loaded_modules(element) if element in MODULES and element != name else {element}
    return modules


def may_be_late(name, module):
    """Whether a module may import another inside a function: if that loads something heavy or registers a component."""
    modules = loaded_modules(module)
    is_registering = any(value.startswith("app.components.") and value in MODULES for value in modules)
    return (
        bool({value.split(".")[0] for value in modules} & HEAVY_PACKAGES)
        or is_registering
        or (name, module) in LATE_IMPORTS
    )


@pytest.mark.parametrize("name", sorted(MODULES))
def test_an_import_inside_a_function_has_a_reason(name):
    for node, modules in late_imports(MODULES[name]):
        assert any(may_be_late(name, module) for module in modules), (
            f"{name}, line {node.lineno}: {modules} can stand at the top"
        )


def test_the_listed_imports_are_there():
    actual_imports = {
        (name, module) for name, path in MODULES.items() for _, modules in late_imports(path) for module in modules
    }
    assert LATE_IMPORTS.keys() <= actual_imports


def imported_files(path):
    """The files that a module of the page imports."""
    names = re.findall(r'^import (?!type)[^;]* from "([^"]+)";$', path.read_text(encoding="utf-8"), re.MULTILINE)
    return {(path.parent / name).resolve() for name in names}


def named_files(path):
    """The files from which a module of the page takes code or types."""
    names = re.findall(r'(?:\bfrom |\bimport\()"(\.[^"]+)"', path.read_text(encoding="utf-8"))
    return {(path.parent / name).resolve() for name in names}


def test_modules_and_types_of_the_page_point_downwards():
    """The rooms below know a room above neither by its code nor by its types."""
    upward_imports = []
    for path in PAGE.rglob("*.ts"):
        room_of_file = ROOMS.index(path.relative_to(PAGE).parts[0])
        named_rooms = {
            named_file.relative_to(PAGE).parts[0] for named_file in named_files(path) if named_file.is_relative_to(PAGE)
        }
        upward_imports += [f"{path} names {name}" for name in named_rooms if ROOMS.index(name) > room_of_file]
    assert not upward_imports


def test_modules_of_the_page_do_not_import_each_other():
    files_by_path = {path: imported_files(path) for path in PAGE.rglob("*.ts")}
    while leaf_paths := [path for path, files in files_by_path.items() if not files & files_by_path.keys()]:
        for path in leaf_paths:
            del files_by_path[path]
    assert not files_by_path, "these import each other"


def test_the_page_reaches_outside_through_its_host_alone():
    texts = {
        path: re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for path in PAGE.rglob("*.ts")
    }
    matches_by_path = {
        path.relative_to(PAGE).as_posix(): re.findall(OUTSIDE_PATTERN, text) for path, text in texts.items()
    }
    assert {path.split("/")[0] for path, names in matches_by_path.items() if names} == {
        "host",
        "handout",
        "notebook",
        "site",
    }, matches_by_path


def loaded_by(code):
    outcome = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"], capture_output=True, text=True, cwd=PROJECT
    )
    assert outcome.returncode == 0, outcome.stderr
    return set(outcome.stdout.split())


def test_listing_needs_neither_torch_nor_scikit_learn():
    code = (
        "import aae_core.cli.arguments, aae_core.data.sets, aae_core.runs.queue; "
        "from aae_core.store.revisions import Store; Store().list()"
    )
    assert not loaded_by(code) & {"torch", "sklearn", "scipy", "PIL", "plotly", "streamlit"}


def test_a_handout_is_made_without_streamlit():
    assert not loaded_by("import app.handout.contents") & {"streamlit", "plotly"}


def test_collecting_tests_loads_no_compiler(request):
    """What is frozen once tests are collected is never freed; of Triton that would be told as a leak, after the result."""
    assert not request.config.stash[MODULES_AT_COLLECTION] & {"triton", "torch._dynamo", "torch._inductor"}


def test_what_a_test_loads_is_not_frozen():
    frozen_count = gc.get_freeze_count()
    gc.freeze()
    assert gc.get_freeze_count() == frozen_count


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: p.stem)
def test_a_page_holds_no_mathematics_and_no_mechanism(path):
    cache_modules = {
        "functools.cache",
        "functools.lru_cache",
        "functools.cached_property",
        "app.cache.revision_cache",
        "app.cache.lru",
    }
    assert not set(imported_names(path)) & {"numpy", "math", *cache_modules}
    attributes = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not attributes & {"cache_resource", "cache_data", "cache", "lru_cache"}


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: p.stem)
def test_a_page_imports_nothing_heavy_before_its_first_content(path):
    heavy_packages = {"torch", "sklearn", "scipy", "plotly", "pandas"}
    assert not {name.split(".")[0] for name in imported_names(path, outside_functions_only=True)} & heavy_packages


def test_plotly_is_imported_with_pandas_whole():
    """Only the background import, which draws nothing, needs no pandas."""
    importers = [
        name_of(path) for path in (PROJECT / "app").rglob("*.py") if "plotly.graph_objects" in set(imported_names(path))
    ]
    assert sorted(importers) == ["app.cache.revision_data", "app.figures.plotly_objects"]


def test_files_of_tests_have_names_of_their_own():
    """pytest imports them by their bare names."""
    names = [path.name for path in (PROJECT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


def test_every_public_name_can_be_imported():
    import aae_core

    assert [name for name in aae_core.__all__ if not hasattr(aae_core, name)] == []
