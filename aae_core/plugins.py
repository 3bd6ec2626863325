"""Plug-ins: modules of the user's own that add priors, costs and data sets to the package's tables (docs/use/plugins.md).

Only modules that the user allows are imported: those named in $AAE_PLUGINS, and those of installed packages with an entry point
in the group `aae_core.plugins`; never one that only a revision or a link names. Each is imported once per process: when a name is
looked up that a table does not have, or by `load_plugins`.
"""

import importlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from importlib import metadata

from aae_core.errors import AAEError, ConfigError, is_out_of_memory, unknown_name_error

VARIABLE, GROUP = "AAE_PLUGINS", "aae_core.plugins"
ROW_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")  # of an added row
MODULE_NAME = re.compile(r"(?!.*\.py$)[^\W\d]\w*(\.[^\W\d]\w*)*")
PATH_ADVICE = "name its folder in PYTHONPATH"

_LOCK = threading.RLock()
_ATTEMPTED: set[str] = set()
_LOADING_ERRORS: dict[str, str] = {}  # by module: why it cannot be used
_TABLES: list["ExtensibleTable"] = []


@contextmanager
def as_config_error():
    """A context for plug-in code, which turns all that it raises, even SystemExit, into a ConfigError of one sentence, except for
    the package's own errors and KeyboardInterrupt."""
    try:
        yield
    except (AAEError, KeyboardInterrupt):
        raise
    except BaseException as error:
        text = " ".join(str(error).split()).rstrip(".")[:200]
        description = f"{type(error).__name__}: {text}." if text else f"{type(error).__name__}."
        raise ConfigError(description) from error


@contextmanager
def guard_plugin_code():
    """As `as_config_error`, for plug-in code that is imported or tried out: its output goes to stderr, because a program may read
    stdout."""
    with _LOCK, as_config_error(), redirect_stdout(sys.stderr):  # locked, since stdout belongs to all threads
        yield


class ExtensibleTable(Mapping):
    """A table of rows by name: the package's `builtin_rows`, and those that plug-ins add. noun: what a row is, for messages.

    Looking up an unknown name imports the plug-ins. Iteration does not: call `load_plugins` before it.
    """

    def __init__(self, noun: str, builtin_rows: dict):
        self.noun, self.builtin_rows = noun, builtin_rows
        self._added_rows: dict[str, tuple[str, object]] = {}
        _TABLES.append(self)

    def __getitem__(self, name):
        if name in self.builtin_rows:
            return self.builtin_rows[name]
        if name not in self._added_rows:
            load_plugins()
        return self._added_rows[name][1]

    def __iter__(self):
        return iter((*self.builtin_rows, *self._added_rows))

    def __len__(self):
        return len(self.builtin_rows) + len(self._added_rows)

    def add(self, name: str, row, module: str) -> None:
        """Add a row of a module; ConfigError for an invalid name, a name that is taken, or the module __main__, which other
        processes cannot import. The same module may add a name again, as when a notebook reloads it."""
        if not isinstance(name, str) or not ROW_NAME.fullmatch(name):
            raise ConfigError(
                f"The {self.noun} name {str(name)[:60]!r} is impossible; take small letters, digits and hyphens, at most 40."
            )
        if name in self.builtin_rows or self.registering_module_of(name) not in ("", module):
            raise ConfigError(
                f"The {self.noun} name {name!r} is taken by {self.registering_module_of(name) or 'the package'}; choose another."
            )
        if module == "__main__":
            raise ConfigError(
                f"The {self.noun} {name} must be registered in a module of its own, because workers and other programs "
                "import it by name; put it into a file such as my_plugin.py and import that."
            )
        self._added_rows[name] = module, row

    def registering_module_of(self, name: str) -> str:
        """The module that added a row; "" for one of the package's own, and for an unknown name."""
        return self._added_rows[name][0] if name in self._added_rows else ""

    def refusal_reason(self, name: str, find_fault: Callable[[], str]) -> str:
        """Why a plug-in's row cannot be used, in a sentence made from what `find_fault()` returns or raises; "" if it can."""
        try:
            with guard_plugin_code():
                reason = find_fault()
        except AAEError as error:
            reason = str(error)
        subject = self._row_with_plugin(name)
        if not reason or reason.startswith(subject):
            return reason
        return f"{subject} cannot be used: {reason}"

    @contextmanager
    def blame_plugin_for_errors(self, name: str):
        """A context that turns what a plug-in's row raises into a ConfigError that names the row and the plug-in. The package's
        own errors, and errors for lack of memory, pass unchanged."""
        if not self.registering_module_of(name):
            yield
            return
        try:
            with as_config_error():
                yield
        except ConfigError as error:
            if error.__cause__ is None or isinstance(error.__cause__, AAEError):  # our own
                raise
            if is_out_of_memory(error.__cause__):
                raise error.__cause__ from None
            raise ConfigError(f"{self._row_with_plugin(name)} failed: {error}") from error

    def _row_with_plugin(self, name) -> str:
        return f"The {self.noun} {name} of the plug-in {self.registering_module_of(name)}"

    def drop_rows_of(self, module: str) -> None:
        """Remove the rows that a module, or one inside it, added."""
        self._added_rows = {name: row for name, row in self._added_rows.items() if not _is_in_package(row[0], module)}

    def unknown_name_error(self, key: str, name: str) -> AAEError:
        """A ConfigError about an unknown name, with the troubles of plug-ins that might have added it. key: what is named."""
        return ConfigError(" ".join([str(unknown_name_error(key, name, self)), *loading_errors()]))


def load_plugins() -> None:
    """Import the allowed modules that were not yet tried; `loading_errors` says which cannot be used."""
    with _LOCK:
        for name in allowed_modules():
            if name in _ATTEMPTED:
                continue
            _ATTEMPTED.add(name)  # before its import, which may look up a name itself
            try:
                with guard_plugin_code():
                    if not MODULE_NAME.fullmatch(name):
                        raise ConfigError(
                            f"it is no module's name; write my_priors for a file my_priors.py, and {PATH_ADVICE}."
                        )
                    importlib.import_module(name)
            except ConfigError as error:
                _LOADING_ERRORS[name] = f"The plug-in {name} cannot be used: {error}"
                for table in _TABLES:
                    table.drop_rows_of(name)


def allowed_modules() -> list[str]:
    """The names of the modules that the user allows: those in $AAE_PLUGINS, and those of installed packages."""
    listed_names = [name.strip() for name in os.environ.get(VARIABLE, "").split(",")]
    return list(dict.fromkeys([*(name for name in listed_names if name), *_entry_point_modules()]))


@cache
def _entry_point_modules() -> tuple[str, ...]:
    return tuple(point.module for point in metadata.entry_points(group=GROUP))


def loading_errors() -> list[str]:
    """A sentence for each allowed module that cannot be used."""
    return [_LOADING_ERRORS[name] for name in allowed_modules() if name in _LOADING_ERRORS]


def calling_plugin_module() -> str:
    """The module that called the function from which this is called, by the name under which it is allowed: its own, or that of
    an allowed package that contains it."""
    module = sys._getframe(2).f_globals.get("__name__", "")
    for name in allowed_modules():
        if _is_in_package(module, name):
            return name
    return module


def module_versions(modules: Iterable[str]) -> dict[str, str]:
    """{module: version} of modules that added rows, "" for one without a version; "" among `modules` is left out."""
    return {module: _module_version(module) for module in modules if module}


def _module_version(module) -> str:
    package = module.partition(".")[0]
    for name in (module, package):
        version = getattr(sys.modules.get(name), "__version__", "")
        if version:
            return str(version)[:60]
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(package)
    return ""


def missing_plugin_reason(names: Iterable[str]) -> str:
    """Which of the plug-ins that a revision names is not available, as the end of a sentence that begins with the revision's
    name; "" if all are."""
    for name in names:
        load_plugins()
        known_modules = {module for table in _TABLES for module, _ in table._added_rows.values()}
        if any(_is_in_package(module, name) or _is_in_package(name, module) for module in known_modules):
            continue
        printable_name = re.sub(r"[^\w.]", "", name)[:60]  # a stranger's text, which may be copied into a terminal
        if name in _LOADING_ERRORS:
            return f"needs {printable_name}. {_LOADING_ERRORS[name]}"
        return (
            f"needs {printable_name}, a plug-in that is not allowed here; set {VARIABLE}={printable_name} and {PATH_ADVICE}, "
            "or install the package that has it."
        )
    return ""


def _is_in_package(module, package):
    return module == package or module.startswith(f"{package}.")
