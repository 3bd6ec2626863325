"""The command `report`: what a bug report needs to know about this machine and a revision, without personal data.

A value is shown only if it is known to come from the program (a setting, one of its choices, a standard data set, a number), not
because it looks harmless. In free text, such as the end of a log, numbers and words that occur in the program's source are shown.
"""

import getpass
import os
import platform
import re
import shutil
import socket
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

import psutil

from aae_core import __version__, places, plugins
from aae_core.cli.commands import agreed, lines_of
from aae_core.cli.file_commands import output_file
from aae_core.config import configuration, schema
from aae_core.data import sets
from aae_core.errors import DataError, RevisionError
from aae_core.evaluation.metrics import METRICS
from aae_core.files import write_atomic
from aae_core.progress import tell
from aae_core.store.folder import log_end
from aae_core.store.revisions import Store
from aae_core.training import machine

LIBRARIES = (
    "torch", "torchvision", "numpy", "scipy", "scikit-learn", "safetensors", "filelock", "psutil", "platformdirs", "pillow",
    "streamlit", "starlette", "uvicorn", "plotly", "pandas", "pyarrow", "onnx", "onnxscript", "onnxruntime", "ray", "optuna",
)  # fmt: skip
MODULES = {*LIBRARIES, "sklearn", "PIL"}  # the folders of their modules
VARIABLES = (
    "AAE_CHECKPOINTS",
    "AAE_CORES",
    "AAE_DATA",
    "AAE_EMBED_IN",
    "AAE_ENGINE",
    "AAE_ENGINE_OPTIONS",
    "AAE_LESSONS",
    "AAE_PLUGINS",
    "AAE_RAY_ADDRESS",
    "AAE_SHARED",
    "AAE_SLOTS",
    "PYTHONPATH",
)  # only whether each is set is shown
FRAME = re.compile(r'\s*File "([^"]*)", line (\d+), in (.*)')
SAID_BY_PYTHON = (
    "Traceback most recent call last During handling above exception another occurred direct cause of the following"
)
HIDDEN = "…"
CREATED = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)$", re.ASCII)
END = re.compile(r"-([0-9a-f]{6})$")
PLACE = re.compile(r"\S*[/\\]\S*")
# Numbers beside hidden words are hidden as well, because they may belong to them, as in "scan 4711.png".
AROUND = re.compile(rf"(?:\d[\d.,:-]*[ _-]*)*{HIDDEN}(?:[ ._:-]*(?:{HIDDEN}|\d[\d.,:-]*))*")


class Masked:
    """A function that hides possibly personal words in free text. own: names that are hidden even if the program's source
    contains them, except single characters and numbers of less than three digits, which are too common."""

    def __init__(self, own: Iterable[str]):
        names = {name for name in own if len(name) > 2 or (len(name) > 1 and not name.isdecimal())}
        longest_first = sorted(names, key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first)
        self._own = re.compile(pattern or "(?!)", re.IGNORECASE)  # without names, a pattern that matches nothing

    def __call__(self, text: str) -> str:
        return "\n".join(map(self._line, text.splitlines()))

    def _line(self, line):
        frame = FRAME.fullmatch(line)
        if frame:
            return f"  {_module(frame[1])}, line {frame[2]}, in {self._words(frame[3])}"
        return self._words(PLACE.sub(HIDDEN, line))

    def _words(self, text):
        def shown(found):
            return found[0] if found[0].isdecimal() or found[0] in _vocabulary() else HIDDEN

        return AROUND.sub(HIDDEN, re.sub(r"\w+", shown, self._own.sub(HIDDEN, text)))


@cache
def _vocabulary():
    source = (path.read_text(encoding="utf-8") for path in (places.CODE / "aae_core").rglob("*.py"))
    return {word for text in (*source, SAID_BY_PYTHON) for word in re.findall(r"\w+", text)}


def _module(file):
    """The relative path of a file of the program, of its libraries or of Python's; any other file is not named."""
    homes = [
        (places.CODE, {"aae_core", "app"}),
        (sysconfig.get_path("purelib"), MODULES),
        (sysconfig.get_path("stdlib"), sys.stdlib_module_names),
    ]
    for path in (Path(start, file) for start in ("", places.CODE, sys.prefix)):  # which `log_end` has taken away
        for home, known in homes:
            inner = path.relative_to(home) if path.is_relative_to(home) else Path("-")
            if inner.parts and Path(inner.parts[0]).stem in known:
                return inner.as_posix()
    return "a file of the user's"


def report(args):
    """Print the report and, with -o, write it to a file, after confirmation if there is a terminal."""
    output = None if args.output is None else output_file(args.output, (".txt",))
    parts = [_table("program", _program()), _table("store", _stored())]
    if args.revision:
        parts += _about(args.revision)
    text = "\n\n".join(parts)
    print(text)
    if output:
        if sys.stdin.isatty() and not agreed(f"Write this to {output}?"):
            raise DataError("Nothing was written.")
        write_atomic(output, text + "\n", DataError)
        tell(f"{output} written.")


def _table(title, pairs):
    rows = [(f"  {key}", str(value)) for key, value in pairs if value not in ("", None)]
    lines = lines_of(rows) if rows else []
    return "\n".join([title, *lines])


def _program():
    import torch

    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} –")
    yield "aae", f"{__version__}, {'in a checkout' if places.IN_CHECKOUT else 'installed'}"
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "system", f"{platform.system()}, {platform.machine()}, {' '.join(platform.libc_ver())}"
    yield "machine", f"{machine.name()}, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory"
    yield "GPU", torch.cuda.get_device_name() if torch.cuda.is_available() else "none for CUDA"
    yield "packages", ", ".join(found)
    yield "variables set", ", ".join(name for name in VARIABLES if os.environ.get(name)) or "none"
    yield "plug-ins", f"{len(plugins.allowed())} allowed"


def _stored():
    store = Store()
    rows = store.list()
    for title, shipped in (("one's own", False), ("shipped", True)):
        states = Counter(row.state for row in rows if row.gallery == shipped)
        yield title, ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none"
    if store.root.is_dir():
        yield "free on its disk", f"{shutil.disk_usage(store.root).free / 2**30:.1f} GiB"


def _about(ref):
    store = Store()
    try:
        revision = store.open(ref)
    except RevisionError as error:
        row = next((row for row in store.list() if row.state == "broken" and row.id.startswith(ref)), None)
        if row is None:
            raise
        masked = Masked([*_of_the_machine(), row.label, row.data])
        return [_table("revision", [("trouble", masked(str(error)))]), _log(row.path, masked)]
    masked = Masked(_own_names(revision))
    files = [(masked(name), f"{size:,}") for name, size in revision.sizes().items()]
    return [
        _table("revision", _made(revision, masked)),
        _table("settings other than the default", _settings(revision.config)),
        _table("status", _progress(revision.status, masked)),
        _table("files, in bytes", files),
        _log(revision.path, masked),
    ]


def _made(revision, masked):
    data = revision.data
    kinds = Counter(data.features.kinds) if data.features else {}
    # its time of creation, and the random end of its id, if they have the form that the program uses
    own = [found[1] for found in (CREATED.search(revision.created), END.search(revision.id)) if found]
    yield "name", revision.id if revision.gallery else ", ".join(own)
    yield "made with", ", ".join(masked(f"{name} {version}") for name, version in revision.versions.items())
    yield "data", data.name if _is_standard(data.name) else "one's own"
    yield "shape", "×".join(map(str, data.shape))
    yield "items", f"{data.train:,} + {data.test:,}, {len(data.classes)} classes"
    yield "features", ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def _settings(config):
    usual = configuration.flat(configuration.Config())
    for key, value in configuration.flat(config).items():
        if value != usual[key] and configuration.counts(key):
            yield key, _shown(key, value)


def _progress(status, masked):
    made = machine.from_record(status.machine)
    yield "state", status.state
    yield "steps", f"{status.step:,} of {status.total_steps:,}"
    yield "epochs", f"{status.epoch:.4g} of {status.total_epochs:.4g}"
    yield "time", f"{status.seconds:.1f} s, {status.samples_per_second:,.0f} items a second"
    yield "computed in", made.words if made else None
    yield "doing", masked(status.doing)
    yield "ended", masked(status.ended)
    yield "trouble", masked(status.reason)
    for key, value in status.measures.items():
        if key in METRICS:
            yield METRICS[key].title, value


def _log(path, masked):
    return "\n".join(["end of the log", *(f"  {line}" for line in masked(log_end(path)).splitlines())])


def _is_standard(data):
    return data.removesuffix(sets.HELD_OUT) in sets.BUILT_IN


def _shown(key, value):
    """The value of a setting; a text only if the program itself offers it."""
    if not isinstance(value, str) or (key == "data" and _is_standard(value)):
        return schema.typed(value)
    choices = configuration.setting_of(key).metadata["choices"] or ()
    if isinstance(choices, plugins.Rows):
        choices = choices.own
    return value if value in choices else "one's own"


def _of_the_machine():
    """The names of the user and of the machine, and the parts of the path of the user's home."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        user = ""
    return user, *Path.home().parts, socket.gethostname(), platform.node().partition(".")[0]


def _own_names(revision):
    """All names in a revision that its user chose, and those of the user and the machine."""
    data, config = revision.data, revision.config
    names = [*_of_the_machine(), revision.label, config.name, *revision.notes.splitlines(), *plugins.allowed()]
    if not _is_standard(data.name):
        names += [data.name, data.title, *data.classes, *(data.features.names if data.features else ())]
    return names
