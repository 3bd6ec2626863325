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
from aae_core.cli.commands import ask_yes_or_no, table_lines
from aae_core.cli.file_commands import check_output_path
from aae_core.config import configuration, schema
from aae_core.data import sets
from aae_core.errors import DataError, RevisionError
from aae_core.evaluation.metrics import METRICS
from aae_core.files import write_atomic
from aae_core.progress import print_to_stderr
from aae_core.store.revision_folder import read_log_tail
from aae_core.store.revisions import Store
from aae_core.training import machine
from aae_core.wording import class_count_in_words

LIBRARIES = (
    "torch", "torchvision", "numpy", "scipy", "scikit-learn", "safetensors", "filelock", "psutil", "platformdirs", "pillow",
    "streamlit", "starlette", "uvicorn", "plotly", "pandas", "pyarrow", "h5py", "onnx", "onnxscript", "onnxruntime", "ray",
    "optuna",
)  # fmt: skip
LIBRARY_MODULES = {*LIBRARIES, "sklearn", "PIL"}  # the folders of their modules
# only whether each is set is shown
ENVIRONMENT_VARIABLES = (
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
)
TRACEBACK_LINE = re.compile(r'\s*File "([^"]*)", line (\d+), in (.*)')
TRACEBACK_WORDS = (
    "Traceback most recent call last During handling above exception another occurred direct cause of the following"
)
HIDDEN = "…"
CREATION_TIME = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)$", re.ASCII)
ID_END = re.compile(r"-([0-9a-f]{6})$")
FILE_PATH = re.compile(r"\S*[/\\]\S*")
# Numbers beside hidden words are hidden as well, because they may belong to them, as in "scan 4711.png".
HIDDEN_RUN = re.compile(rf"(?:\d[\d.,:-]*[ _-]*)*{HIDDEN}(?:[ ._:-]*(?:{HIDDEN}|\d[\d.,:-]*))*")


class Redactor:
    """A function that hides possibly personal words in free text. hidden_names: names that are hidden even if the program's
    source contains them, except single characters and numbers of less than three digits, which are too common."""

    def __init__(self, hidden_names: Iterable[str]):
        names = {name for name in hidden_names if len(name) > 2 or (len(name) > 1 and not name.isdecimal())}
        longest_first = sorted(names, key=len, reverse=True)
        pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first)
        # without names, a pattern that matches nothing
        self._hidden_names = re.compile(pattern or "(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return "\n".join(map(self._redact_line, text.splitlines()))

    def _redact_line(self, line) -> str:
        frame = TRACEBACK_LINE.fullmatch(line)
        if frame:
            return f"  {_path_within_program(frame[1])}, line {frame[2]}, in {self._redact_words(frame[3])}"
        return self._redact_words(FILE_PATH.sub(HIDDEN, line))

    def _redact_words(self, text) -> str:
        def visible_word(match):
            return match[0] if match[0].isdecimal() or match[0] in _program_words() else HIDDEN

        return HIDDEN_RUN.sub(HIDDEN, re.sub(r"\w+", visible_word, self._hidden_names.sub(HIDDEN, text)))


@cache
def _program_words():
    source = (path.read_text(encoding="utf-8") for path in (places.CODE_FOLDER / "aae_core").rglob("*.py"))
    return {word for text in (*source, TRACEBACK_WORDS) for word in re.findall(r"\w+", text)}


def _path_within_program(file) -> str:
    """The relative path of a file of the program, of its libraries or of Python's; any other file is not named."""
    known_folders = [
        (places.CODE_FOLDER, {"aae_core", "app"}),
        (sysconfig.get_path("purelib"), LIBRARY_MODULES),
        (sysconfig.get_path("stdlib"), sys.stdlib_module_names),
    ]
    for path in (
        Path(start, file) for start in ("", places.CODE_FOLDER, sys.prefix)
    ):  # which `read_log_tail` has taken away
        for folder, module_names in known_folders:
            inner = path.relative_to(folder) if path.is_relative_to(folder) else Path("-")
            if inner.parts and Path(inner.parts[0]).stem in module_names:
                return inner.as_posix()
    return "a file of the user's"


def print_report(args):
    """Print the report and, with -o, write it to a file, after confirmation if there is a terminal."""
    output = None if args.output is None else check_output_path(args.output, (".txt",))
    parts = [_format_section("program", _program_facts()), _format_section("store", _store_facts())]
    if args.revision:
        parts += _revision_sections(args.revision)
    text = "\n\n".join(parts)
    print(text)
    if output:
        if sys.stdin.isatty() and not ask_yes_or_no(f"Write this to {output}?"):
            raise DataError("Nothing was written.")
        write_atomic(output, text + "\n", DataError)
        print_to_stderr(f"{output} written.")


def _format_section(title, pairs) -> str:
    rows = [(f"  {key}", str(value)) for key, value in pairs if value not in ("", None)]
    lines = table_lines(rows) if rows else []
    return "\n".join([title, *lines])


def _program_facts():
    import torch

    packages = []
    for library in LIBRARIES:
        try:
            packages.append(f"{library} {metadata.version(library)}")
        except metadata.PackageNotFoundError:
            packages.append(f"{library} –")
    yield "aae", f"{__version__}, {'in a checkout' if places.IN_CHECKOUT else 'installed'}"
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "system", f"{platform.system()}, {platform.machine()}, {' '.join(platform.libc_ver())}"
    yield "machine", f"{machine.machine_name()}, {psutil.virtual_memory().total / 2**30:.0f} GiB of memory"
    yield "GPU", torch.cuda.get_device_name() if torch.cuda.is_available() else "none for CUDA"
    yield "packages", ", ".join(packages)
    yield "variables set", ", ".join(library for library in ENVIRONMENT_VARIABLES if os.environ.get(library)) or "none"
    yield "plug-ins", f"{len(plugins.allowed_modules())} allowed"


def _store_facts():
    store = Store()
    rows = store.list()
    for title, is_shipped in (("one's own", False), ("examples", True)):
        states = Counter(row.state for row in rows if row.gallery == is_shipped)
        yield title, ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none"
    if store.root.is_dir():
        yield "free on its disk", f"{shutil.disk_usage(store.root).free / 2**30:.1f} GiB"


def _revision_sections(reference) -> list[str]:
    store = Store()
    try:
        revision = store.open(reference)
    except RevisionError as error:
        row = next((row for row in store.list() if row.state == "broken" and row.id.startswith(reference)), None)
        if row is None:
            raise
        redact = Redactor([*_user_and_machine_names(), row.label, row.data])
        return [_format_section("revision", [("trouble", redact(str(error)))]), _log_section(row.path, redact)]
    redact = Redactor(_all_personal_names(revision))
    files = [(redact(name), f"{size:,}") for name, size in revision.file_sizes().items()]
    return [
        _format_section("revision", _revision_facts(revision, redact)),
        _format_section("settings other than the default", _changed_settings(revision.config)),
        _format_section("status", _status_facts(revision.status, redact)),
        _format_section("files, in bytes", files),
        _log_section(revision.path, redact),
    ]


def _revision_facts(revision, redact):
    data = revision.data
    kinds = Counter(data.features.kinds) if data.features else {}
    # its time of creation, and the random end of its id, if they have the form that the program uses
    own_parts = [match[1] for match in (CREATION_TIME.search(revision.created), ID_END.search(revision.id)) if match]
    yield "name", revision.id if revision.gallery else ", ".join(own_parts)
    yield "made with", ", ".join(redact(f"{name} {version}") for name, version in revision.versions.items())
    yield "data", data.name if _is_builtin_data(data.name) else "one's own"
    yield "shape", "×".join(map(str, data.shape))
    yield "items", f"{data.train:,} + {data.test:,}, {class_count_in_words(len(data.classes))}"
    yield "features", ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def _changed_settings(config):
    defaults = configuration.to_flat_dict(configuration.Config())
    for key, value in configuration.to_flat_dict(config).items():
        if value != defaults[key] and configuration.is_compared_setting(key):
            yield key, _setting_text(key, value)


def _status_facts(status, redact):
    machine_choice = machine.parse_choice(status.machine)
    yield "state", status.state
    yield "steps", f"{status.step:,} of {status.total_steps:,}"
    yield "epochs", f"{status.epoch:.4g} of {status.total_epochs:.4g}"
    yield "time", f"{status.seconds:.1f} s, {status.samples_per_second:,.0f} items a second"
    yield "computed in", machine_choice.summary if machine_choice else None
    yield "doing", redact(status.doing)
    yield "ended", redact(status.ended)
    yield "trouble", redact(status.error_text)
    for key, value in status.measures.items():
        if key in METRICS:
            yield METRICS[key].title, value


def _log_section(path, redact) -> str:
    return "\n".join(["end of the log", *(f"  {line}" for line in redact(read_log_tail(path)).splitlines())])


def _is_builtin_data(data) -> bool:
    return data.removesuffix(sets.HELD_OUT_SUFFIX) in sets.BUILT_IN_NAMES


def _setting_text(key, value) -> str:
    """The value of a setting; a text only if the program itself offers it."""
    if not isinstance(value, str) or (key == "data" and _is_builtin_data(value)):
        return schema.format_setting(value)
    choices = configuration.setting_field(key).metadata["choices"] or ()
    if isinstance(choices, plugins.ExtensibleTable):
        choices = choices.builtin_rows
    return value if value in choices else "one's own"


def _user_and_machine_names() -> tuple[str, ...]:
    """The names of the user and of the machine, and the parts of the path of the user's home."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        user = ""
    return user, *Path.home().parts, socket.gethostname(), platform.node().partition(".")[0]


def _all_personal_names(revision):
    """All names in a revision that its user chose, and those of the user and the machine."""
    data, config = revision.data, revision.config
    names = [
        *_user_and_machine_names(),
        revision.label,
        config.name,
        *revision.notes.splitlines(),
        *plugins.allowed_modules(),
    ]
    if not _is_builtin_data(data.name):
        names += [data.name, data.title, *data.classes, *(data.features.names if data.features else ())]
    return names
