"""Plug-ins: modules of the user's own that add rows to the package's tables (docs/plugins.md).

Only what the user allows is imported: modules named by $AAE_PLUGINS, and those of installed packages with an entry point of
the group `aae_core.plugins`. What a revision or a link names is never imported. It happens once a process, when a name is looked
up that no table has.
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

from aae_core.errors import AAEError, ConfigError, lacks_memory, unknown

VARIABLE, GROUP = "AAE_PLUGINS", "aae_core.plugins"
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")  # of a row
MODULE = re.compile(r"(?!.*\.py$)[^\W\d]\w*(\.[^\W\d]\w*)*")
FOUND = "name its folder in PYTHONPATH"

_LOCK = threading.RLock()
_TRIED: set[str] = set()
_TROUBLES: dict[str, str] = {}  # by module: why it cannot be used
_TABLES: list["Rows"] = []


class as_config_error:
    """Whatever foreign code raises in this context, sys.exit too, becomes a ConfigError of one sentence; our own errors and
    Ctrl-C pass."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind and not issubclass(kind, AAEError | KeyboardInterrupt):
            text = " ".join(str(error).split()).rstrip(".")[:200]
            raise ConfigError(f"{kind.__name__}{text and ': '}{text}.") from error


class foreign(redirect_stdout, as_config_error):
    """The same of foreign code that is imported or tried: what it prints goes to stderr, because a program may read stdout."""

    def __init__(self):
        super().__init__(sys.stderr)

    def __enter__(self):
        _LOCK.acquire()  # stdout belongs to all threads
        return super().__enter__()

    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        _LOCK.release()
        as_config_error.__exit__(self, kind, error, trace)


class Rows(Mapping):
    """The rows of a table by name: the package's own, and those that plug-ins add.

    Looking up a name that is not there imports the plug-ins; listing the names does not, for which `load` is there.
    """

    def __init__(self, what: str, own: dict):
        self.what, self.own = what, own
        self._added: dict[str, tuple[str, object]] = {}
        _TABLES.append(self)

    def __getitem__(self, name):
        if name in self.own:
            return self.own[name]
        if name not in self._added:
            load()
        return self._added[name][1]

    def __iter__(self):
        return iter((*self.own, *self._added))

    def __len__(self):
        return len(self.own) + len(self._added)

    def add(self, name: str, row, module: str) -> None:
        """Add a row of a module's; ConfigError for an impossible name, one that is taken, or a module that others cannot import.

        The same module may register a name again, as when a notebook reloads it.
        """
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ConfigError(
                f"The {self.what} name {str(name)[:60]!r} is impossible; take small letters, digits and hyphens, at most 40."
            )
        if name in self.own or self.home(name) not in ("", module):
            raise ConfigError(
                f"The {self.what} name {name!r} is taken by {self.home(name) or 'the package'}; choose another."
            )
        if module == "__main__":
            raise ConfigError(
                f"The {self.what} {name} must be registered in a module of its own, because workers and other programs "
                "import it by name; put it into a file such as my_plugin.py and import that."
            )
        self._added[name] = module, row

    def home(self, name: str) -> str:
        """The module that added a row; "" for one of the package's own, or none."""
        return self._added[name][0] if name in self._added else ""

    def refused(self, name: str, wrong: Callable[[], str]) -> str:
        """Why a plug-in's row cannot be used, by what `wrong()` says or raises, in a sentence; "" where it can."""
        try:
            with foreign():
                found = wrong()
        except AAEError as error:
            found = str(error)
        named = self._named(name)
        return found if found.startswith(named) else found and f"{named} cannot be used: {found}"

    @contextmanager
    def told(self, name: str):
        """Whatever the row of a plug-in raises in this context is told as its own, in a sentence; a lack of memory passes."""
        if not self.home(name):
            yield
            return
        try:
            with as_config_error():
                yield
        except ConfigError as error:
            if error.__cause__ is None or isinstance(error.__cause__, AAEError):  # our own
                raise
            if lacks_memory(error.__cause__):
                raise error.__cause__ from None
            raise ConfigError(f"{self._named(name)} failed: {error}") from error

    def _named(self, name):
        return f"The {self.what} {name} of the plug-in {self.home(name)}"

    def homes(self) -> set[str]:
        """The modules that have added rows."""
        return {home for home, _ in self._added.values()}

    def drop(self, module: str) -> None:
        """Remove the rows that a module added."""
        self._added = {name: row for name, row in self._added.items() if not _within(row[0], module)}

    def unknown(self, key: str, name: str) -> AAEError:
        """The error about a name that no row has, with what is the matter with plug-ins that could have it."""
        return ConfigError(" ".join([str(unknown(key, name, self)), *troubles()]))


def load() -> None:
    """Import the allowed modules that were not tried yet; `troubles` says which cannot be used."""
    with _LOCK:
        for name in allowed():
            if name in _TRIED:
                continue
            _TRIED.add(name)  # before its import, which may look up a name itself
            try:
                with foreign():
                    if not MODULE.fullmatch(name):
                        raise ConfigError(
                            f"it is no module's name; write my_priors for a file my_priors.py, and {FOUND}."
                        )
                    importlib.import_module(name)
            except ConfigError as error:
                _TROUBLES[name] = f"The plug-in {name} cannot be used: {error}"
                for rows in _TABLES:
                    rows.drop(name)


def allowed() -> list[str]:
    """The modules that the user allows."""
    named = [name.strip() for name in os.environ.get(VARIABLE, "").split(",")]
    return list(dict.fromkeys([*filter(None, named), *_installed()]))


@cache
def _installed():
    return tuple(point.module for point in metadata.entry_points(group=GROUP))


def troubles() -> list[str]:
    """A sentence for each allowed module that cannot be used."""
    return [_TROUBLES[name] for name in allowed() if name in _TROUBLES]


def registering() -> str:
    """The module that calls the function which calls this one, by the name by which it is allowed: its own, or that of an allowed
    package around it."""
    module = sys._getframe(2).f_globals.get("__name__", "")
    return next((name for name in allowed() if _within(module, name)), module)


def versions(homes: Iterable[str]) -> dict[str, str]:
    """The versions of the modules that added rows, "" where one has none; the package's own ("") are left out."""
    return {home: _version(home) for home in homes if home}


def _version(home):
    top = home.partition(".")[0]
    for name in (home, top):
        if found := getattr(sys.modules.get(name), "__version__", ""):
            return str(found)[:60]
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(top)
    return ""


def lacking(names: Iterable[str]) -> str:
    """The end of the sentence "It …" that says which of the modules that a revision names is not here; "" if all are."""
    for name in names:
        load()
        if any(_within(home, name) or _within(name, home) for rows in _TABLES for home in rows.homes()):
            continue
        shown = re.sub(r"[^\w.]", "", name)[:60]  # a stranger's text, which may be copied into a terminal
        if name in _TROUBLES:
            return f"needs {shown}. {_TROUBLES[name]}"
        return (
            f"needs {shown}, a plug-in that is not allowed here; set {VARIABLE}={shown} and {FOUND}, or install the package "
            "that has it."
        )
    return ""


def _within(module, package):
    return module == package or module.startswith(f"{package}.")
