"""A simulated disk that stops, fails or loses data: only for `benchmarks.robustness.faults` and its tests.

Inside the context of a `Disk`, `open` and the functions of `os` that change files are replaced, in this process and for one
folder. So the product contains no code for it, no setting can activate it, and code that bypasses `aae_core.files` is covered,
too. Lock files are not simulated, because the system releases them when a process dies.
"""

import builtins
import errno
import io
import os
import random
import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# parts of names that differ every time
RANDOM_PART = re.compile(r"\d{8}T\d{6}Z-[^/]*|(?<=\.new-)[0-9a-f]+|\d+-[0-9a-f]{8}(?=\.part)")
CHANGES = ("create", "write", "sync", "replace", "unlink", "mkdir", "rmdir")  # the kinds of operations, besides "read"


class Killed(BaseException):
    """Simulates kill -9: nothing more of the process reaches the disk."""


@dataclass
class Operation:
    """One call that reaches the disk. path: within the folder; argument: the new path of a "replace", or the mode of a "create";
    data: the bytes of a "write"."""

    number: int
    kind: str
    path: str
    argument: str = ""
    data: bytes = b""


class Disk:
    """before_operation, after_operation: called with each Operation in the folder `root`. If the first raises an error, the
    operation does not happen; a "write" has then written half of its bytes."""

    def __init__(self, root, before_operation: Callable = lambda op: None, after_operation: Callable = lambda op: None):
        self.root = str(Path(root).resolve())
        self.before_operation = before_operation
        self.after_operation = after_operation
        self.count = 0

    def __enter__(self):
        wrap_one, wrap_two = self._wrap_one_path, self._wrap_two_paths
        replacements = {
            (builtins, "open"): self._wrap_open(open),
            (io, "open"): self._wrap_open(io.open),
            (os, "fsync"): wrap_one("sync", os.fsync),
            (os, "unlink"): wrap_one("unlink", os.unlink),
            (os, "remove"): wrap_one("unlink", os.remove),
            (os, "rmdir"): wrap_one("rmdir", os.rmdir),
            (os, "mkdir"): wrap_one("mkdir", os.mkdir),
            (os, "replace"): wrap_two(os.replace),
            (os, "rename"): wrap_two(os.rename),
        }
        self._original_functions = {key: getattr(*key) for key in replacements}
        for key, function in replacements.items():
            setattr(*key, function)
        return self

    def __exit__(self, *_):
        for key, function in self._original_functions.items():
            setattr(*key, function)

    def _path_in_folder(self, path, folder=None):
        """The path within the folder; None for other paths and for lock files."""
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        path = os.fsdecode(path)
        if folder is not None:
            path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
        path = os.path.abspath(path)
        is_inside = os.path.commonpath((self.root, path)) == self.root and not path.endswith(".lock")
        return os.path.relpath(path, self.root) if is_inside else None

    @contextmanager
    def run_operation(self, kind: str, path: str, argument: str = "", data: bytes = b""):
        self.count += 1
        op = Operation(self.count, kind, path, argument, data)
        self.before_operation(op)
        yield
        self.after_operation(op)

    def _wrap_one_path(self, kind, function):
        def call(path, *args, dir_fd=None, **keywords):
            path_inside = self._path_in_folder(path, dir_fd)
            keywords |= {} if dir_fd is None else {"dir_fd": dir_fd}
            if path_inside is None:
                return function(path, *args, **keywords)
            with self.run_operation(kind, path_inside):
                return function(path, *args, **keywords)

        return call

    def _wrap_two_paths(self, function):
        def call(old_path, new_path, **keywords):
            old_inside, new_inside = self._path_in_folder(old_path), self._path_in_folder(new_path)
            if old_inside is None or new_inside is None:
                return function(old_path, new_path, **keywords)
            with self.run_operation("replace", old_inside, new_inside):
                return function(old_path, new_path, **keywords)

        return call

    def _wrap_open(self, function):
        def call(path, mode="r", *args, **keywords):
            path_inside = None if isinstance(path, int) else self._path_in_folder(path)
            if path_inside is None:
                return function(path, mode, *args, **keywords)
            if not set(mode) & set("wxa+"):
                with self.run_operation("read", path_inside):
                    return function(path, mode, *args, **keywords)
            with self.run_operation("create", path_inside, mode):
                return WrittenFile(function(path, mode, *args, **keywords), path_inside, self)

        return call


class WrittenFile:
    """A file that is open for writing."""

    def __init__(self, file, path: str, disk: Disk):
        self.file, self.path, self.disk = file, path, disk

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, data):
        half = len(data) // 2
        self.file.write(data[:half])
        self.file.flush()
        with self.disk.run_operation("write", self.path, data=data.encode() if isinstance(data, str) else bytes(data)):
            self.file.write(data[half:])
        return len(data)


class Fault:
    """A fault before operations of some kinds, from operation number `first` on, `times` times (None: always).

    effect: the number of an OSError to raise, or a function without arguments to call. count: how often so far; place: the first
    operation affected.
    """

    def __init__(self, effect, first: int, times: int | None = 1, kinds: tuple[str, ...] = CHANGES):
        self.effect, self.first, self.times, self.kinds, self.count, self.place = effect, first, times, kinds, 0, ""

    def __call__(self, op: Operation) -> None:
        if op.number < self.first or op.kind not in self.kinds or (self.times is not None and self.count >= self.times):
            return
        self.count += 1
        self.place = self.place or f"{op.kind} {RANDOM_PART.sub('*', op.path)}"
        if callable(self.effect):
            self.effect()
        else:
            raise OSError(self.effect, os.strerror(self.effect), op.path)


def kill_process():
    raise Killed


DISK_FULL = errno.ENOSPC, ("create", "write", "sync", "mkdir")
READ_WRITE_ERROR = errno.EIO, (*CHANGES, "read")
PERMISSION_DENIED = errno.EACCES, ("create", "read", "replace", "unlink", "mkdir")


# The disk after a power failure


@dataclass
class _File:
    data: bytes = b""
    synced_data: bytes = b""


@dataclass
class _Folder:
    """names: the current files and folders by name; changes: (moment, name, file or folder, None if the name was removed)."""

    names: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)

    def set_entry(self, moment, name, entry):
        if entry is None:
            self.names.pop(name, None)
        else:
            self.names[name] = entry
        self.changes.append((moment, name, entry))


class Journal:
    """Records all operations of a `Disk` (as its `after_operation`), and simulates a power failure at any moment.

    Only what POSIX promises is kept: the bytes of a file once it was synced, and a name once its folder was synced. Of everything
    else nothing may be left, all up to a moment, or any part; of the bytes of a file none, some, or zeros. Only a rename is
    atomic, also between two folders, as on all journalling file systems.
    """

    def __init__(self):
        self.operations: list[Operation] = []

    def __call__(self, op: Operation) -> None:
        if op.kind != "read":
            self.operations.append(op)

    def write_state_after_failure(self, moment: int, rng: random.Random, place: Path) -> str:
        """Write what is left after the operation with number `moment` into the folder `place`; returns how it was chosen."""
        root, lasting_moments = _Folder(), set()
        for op in self.operations:
            if op.number <= moment:
                apply_operation(root, op.number, op, lasting_moments)
        choice = rng.choice(("nothing", "all up to a moment", "any part"))
        if choice == "all up to a moment":
            lasting_moments |= set(range(rng.randrange(moment + 1)))
        elif choice == "any part":
            lasting_moments |= {number for number in range(moment + 1) if rng.random() < 0.5}
        write_lasting_files(root, place, rng, choice, lasting_moments)
        return choice


def find_entry(root, path):
    for name in [] if path == "." else path.split(os.sep):
        root = root.names[name]
    return root


def apply_operation(root, moment, op, lasting_moments):
    """Apply one operation, as processes see it before the failure. lasting_moments: those of the changes of names that are
    synced."""
    folder, name = os.path.split(op.path)
    folder = find_entry(root, folder or ".")
    entry = root if op.path == "." else folder.names.get(name)
    if op.kind == "create":
        if entry is None:
            folder.set_entry(moment, name, _File())
        elif "w" in op.argument:
            entry.data = b""
    elif op.kind == "write":
        entry.data += op.data
    elif op.kind == "sync" and isinstance(entry, _File):
        entry.synced_data = entry.data
    elif op.kind == "sync":
        lasting_moments |= {change_moment for change_moment, _, _ in entry.changes}
    elif op.kind == "mkdir" and entry is None:
        folder.set_entry(moment, name, _Folder())
    elif op.kind == "replace":
        new_folder, new_name = os.path.split(op.argument)
        folder.set_entry(moment, name, None)
        find_entry(root, new_folder or ".").set_entry(moment, new_name, entry)
    elif op.kind in ("unlink", "rmdir"):
        folder.set_entry(moment, name, None)


def write_lasting_files(folder, place, rng, choice, lasting_moments):
    place.mkdir(parents=True, exist_ok=True)
    entries = {}
    for moment, name, entry in folder.changes:
        if moment in lasting_moments:
            entries[name] = entry
    for name, entry in entries.items():
        if isinstance(entry, _Folder):
            write_lasting_files(entry, place / name, rng, choice, lasting_moments)
        elif entry is not None:
            (place / name).write_bytes(lasting_bytes(entry, rng, choice))


def lasting_bytes(file, rng, choice):
    if file.data == file.synced_data or choice == "nothing":
        return file.synced_data
    first_bytes = file.data[: rng.randrange(len(file.data) + 1)]
    return rng.choice(
        (file.synced_data, first_bytes, bytes(len(file.data)), first_bytes + bytes(len(file.data) - len(first_bytes)))
    )
