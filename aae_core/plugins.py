"""Plug-ins: modules of the user's own that add priors, costs and data sets to the package's tables (docs/plugins.md).

Only modules that the user allows are imported: those named in $AAE_PLUGINS, and those of installed packages with an entry point
in the group `aae_core.plugins`; never one that only a revision or a link names. Each is imported once per process: when a name is
looked up that a table does not have, or by `load`.
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
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")  # of an added row
MODULE = re.compile(r"(?!.*\.py$)[^\W\d]\w*(\.[^\W\d]\w*)*")
FOUND = "name its folder in PYTHONPATH"

_LOCK = threading.RLock()
_TRIED: set[str] = set()
_TROUBLES: dict[str, str] = {}  # by module: why it cannot be used
_TABLES: list["Rows"] = []


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
def foreign():
    """As `as_config_error`, for plug-in code that is imported or tried out: its output goes to stderr, because a program may read
    stdout."""
    with _LOCK, as_config_error(), redirect_stdout(sys.stderr):  # locked, since stdout belongs to all threads
        yield


class Rows(Mapping):
    """A table of rows by name: the package's `own`, and those that plug-ins add. what: what a row is, for messages.

    Looking up an unknown name imports the plug-ins. Iteration does not: call `load` before it.
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
        """Add a row of a module; ConfigError for an invalid name, a name that is taken, or the module __main__, which other
        processes cannot import. The same module may add a name again, as when a notebook reloads it."""
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
        """The module that added a row; "" for one of the package's own, and for an unknown name."""
        return self._added[name][0] if name in self._added else ""

    def refused(self, name: str, wrong: Callable[[], str]) -> str:
        """Why a plug-in's row cannot be used, in a sentence made from what `wrong()` returns or raises; "" if it can."""
        try:
            with foreign():
                reason = wrong()
        except AAEError as error:
            reason = str(error)
        subject = self._named(name)
        if not reason or reason.startswith(subject):
            return reason
        return f"{subject} cannot be used: {reason}"

    @contextmanager
    def told(self, name: str):
        """A context that turns what a plug-in's row raises into a ConfigError that names the row and the plug-in. The package's
        own errors, and errors for lack of memory, pass unchanged."""
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

    def drop(self, module: str) -> None:
        """Remove the rows that a module, or one inside it, added."""
        self._added = {name: row for name, row in self._added.items() if not _within(row[0], module)}

    def unknown(self, key: str, name: str) -> AAEError:
        """A ConfigError about an unknown name, with the troubles of plug-ins that might have added it. key: what is named."""
        return ConfigError(" ".join([str(unknown(key, name, self)), *troubles()]))


def load() -> None:
    """Import the allowed modules that were not yet tried; `troubles` says which cannot be used."""
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
    """The names of the modules that the user allows: those in $AAE_PLUGINS, and those of installed packages."""
    listed = [name.strip() for name in os.environ.get(VARIABLE, "").split(",")]
    return list(dict.fromkeys([*(name for name in listed if name), *_installed()]))


@cache
def _installed():
    return tuple(point.module for point in metadata.entry_points(group=GROUP))


def troubles() -> list[str]:
    """A sentence for each allowed module that cannot be used."""
    return [_TROUBLES[name] for name in allowed() if name in _TROUBLES]


def registering() -> str:
    """The module that called the function from which this is called, by the name under which it is allowed: its own, or that of
    an allowed package that contains it."""
    module = sys._getframe(2).f_globals.get("__name__", "")
    for name in allowed():
        if _within(module, name):
            return name
    return module


def versions(homes: Iterable[str]) -> dict[str, str]:
    """{module: version} of modules that added rows, "" for one without a version; "" among `homes` is left out."""
    return {home: _version(home) for home in homes if home}


def _version(home):
    top = home.partition(".")[0]
    for name in (home, top):
        version = getattr(sys.modules.get(name), "__version__", "")
        if version:
            return str(version)[:60]
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(top)
    return ""


def lacking(names: Iterable[str]) -> str:
    """Which of the plug-ins that a revision names is not available, as the end of a sentence that begins with the revision's
    name; "" if all are."""
    for name in names:
        load()
        registering_modules = {module for rows in _TABLES for module, _ in rows._added.values()}
        if any(_within(module, name) or _within(name, module) for module in registering_modules):
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
