"""What suits this machine: number format, threads and compiling of a training, measured once and remembered.

A configuration may leave precision, threads and compiling open. `choose` then takes a few steps in each of the ways that
the hardware offers and keeps the answer in a small file, so that later runs of the same networks begin at once. What was
chosen is written into the revision, and a resumed run goes on with it, because the bits of the result depend on it.
"""

import hashlib
import math
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from aae_core import files
from aae_core.config import Config, phases
from aae_core.errors import RevisionError

# What a process that trains begins with, unless the user has said otherwise. Threads that wait sleep: spinning, they starve
# the page and a second training, and beside another busy program a step takes six to twenty times as long. And memory that
# a step frees stays the process's own, in large pages: given back and fetched anew, it cost a fifth of the step.
MEMORY = ("hugetlb=1", "mmap_threshold=1073741824", "trim_threshold=1073741824", "top_pad=268435456")
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "passive",
    "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{setting}" for setting in MEMORY),
}
PAYS = 0.8  # another way is taken where its step takes at most this share of the plain one's: less may be chance
# Parameters × images in a mini-batch; below, nothing can be gained that a measurement would tell from chance.
SMALL = 10**7
SHORT = 0.03  # seconds; a step that takes longer has work for every core
LIMIT = 2**18  # bytes of the file of answers
COMPILERS = ("g++", "c++", "clang++")
ANSWERS = 200  # kept, the latest ones


@dataclass(frozen=True)
class Choice:
    """How the steps are computed: precision "fp32" or "bf16"; processor threads; whether the networks are compiled.

    why: one sentence for the reader; machine: the processor and library it was chosen for.
    """

    precision: str
    threads: int
    compile: bool = False
    why: str = ""
    machine: str = ""

    @property
    def words(self) -> str:
        """Such as "bf16, 2 threads"."""
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.precision}, {threads}" + (", compiled" if self.compile else "")


def begin_anew() -> None:
    """Start this very program once more with ENVIRONMENT, which the C library reads as a process begins; on Linux only."""
    if sys.platform == "linux" and not ENVIRONMENT.keys() <= os.environ.keys():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], ENVIRONMENT | os.environ)


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def plain(config: Config) -> Choice:
    """The configuration's own wishes, and where it has none: fp32, every core, nothing compiled."""
    precision = "fp32" if config.precision == "auto" else config.precision
    return Choice(precision, config.threads or cores(), config.compile == "on", "As the configuration asks.", name())


def why_strict(config: Config) -> str:
    """Why a step takes fresh codes for each phase, as the paper does; empty where the phases share one pass."""
    if config.passes == "strict":
        return "The configuration asks for the paper's order."
    if not {"reconstruction", "discrimination", "generation"} <= set(phases(config)):
        return "Only reconstruction, discrimination and generation together can share a pass."
    if config.optimiser.kind != "sgd":
        return "Adam divides each phase's gradient by its own size, which the sum of two would mix up."
    return ""


def name() -> str:
    """Processor, cores and library: what the speed of a step, and the bits of its result, depend on."""
    import torch

    return f"{_processor()}, {cores()} cores, torch {torch.__version__}"


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text(errors="replace").splitlines() if found.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def why_eager(device: str = "cpu") -> str:
    """Why torch cannot compile networks here; empty where it has what it needs to try."""
    if device == "cpu" and not any(shutil.which(os.environ.get("CXX") or found) for found in COMPILERS):
        return "There is no C++ compiler, which torch needs to compile networks."
    return "" if sys.platform != "win32" else "torch compiles no networks for this system without further tools."


def has_bf16(device: str = "cpu") -> bool:
    """Whether the hardware itself multiplies bf16 numbers (AVX512-BF16, AMX, or a GPU that does)."""
    import torch

    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def choose(
    config: Config, device: str, measure: Callable[[Choice], float], folder: Path, pace: str, work: float = math.inf
) -> Choice:
    """The fastest way to train `config` on `device`, from the answers in `folder`, or else measured.

    measure: seconds of one step in a given way; pace: what that time depends on, as text, the machine apart;
    work: parameters × images in a mini-batch.
    A setting that the configuration names is taken as it is; on a processor nothing is compiled unless that is asked for,
    since it took a minute and gained nothing. The answers are a cache: a file that cannot be read or
    written costs a measurement and nothing else.
    """
    start = plain(config)
    open_settings = {"precision": config.precision == "auto", "threads": not config.threads}
    if device != "cpu":
        return _on_gpu(config, start, device)
    if not any(open_settings.values()):
        return start
    if work < SMALL:
        return replace(start, threads=config.threads or 1, why="So little work is not worth a measurement.")
    key = hashlib.sha256(f"{name()} {pace}".encode()).hexdigest()[:32]
    file = folder / ".machine.json"
    known = _answers(file).get(key)
    if known is not None:
        return Choice(**known)
    others = busy()
    found = _fastest(start, open_settings, measure)
    if others:
        return replace(found, why=f"{found.why} The machine had other work, so the next run measures again.")
    _remember(file, key, asdict(found))
    return found


def busy() -> bool:
    """Whether other programs have kept half of the cores at work in the last minute, or more: what is timed then is chance."""
    try:
        return os.getloadavg()[0] >= cores() / 2
    except (AttributeError, OSError):  # not on every system
        return False


def _on_gpu(config, start, device):
    """A GPU needs no measuring: bf16 where it has it, compiled unless forbidden."""
    bf16 = config.precision == "auto" and has_bf16(device)
    compiled = config.compile == "on" or (config.compile == "auto" and device == "cuda")
    choice = replace(start, compile=compiled, precision="bf16" if bf16 else start.precision)
    return replace(choice, why=f"{choice.words} on the GPU.")


def _fastest(start, open_settings, measure) -> Choice:
    """Measure the ways in turn; each must pay to be preferred to the one before."""
    best, times = start, {}

    def attempt(way):
        nonlocal best
        times[way] = measure(way)
        if way is start or times[way] <= PAYS * times[best]:
            best = way

    attempt(start)
    if open_settings["precision"] and has_bf16():
        attempt(replace(start, precision="bf16"))
    if open_settings["threads"] and cores() > 1 and times[best] < SHORT:
        fewer = replace(best, threads=1)
        times[fewer] = measure(fewer)
        if times[fewer] <= times[best] / PAYS:  # a thread more must pay, too
            best = fewer
    told = "; ".join(f"{way.words} {1e3 * seconds:.3g} ms" for way, seconds in times.items())
    return replace(best, why=f"{best.words} is the quickest here (a step: {told}).")


def _answers(file: Path) -> dict:
    """What was measured before, by key; entries that are not whole are left out."""
    try:
        record = files.read_json(file, LIMIT) if file.exists() else {}
    except RevisionError:
        return {}
    return {key: entry for key, entry in record.items() if from_record(entry)}


def from_record(entry) -> Choice | None:
    """The choice in a record read from a file; None unless every field has its type and a possible value."""
    kinds = {"precision": str, "threads": int, "compile": bool, "why": str, "machine": str}
    if not isinstance(entry, dict) or entry.keys() != kinds.keys():
        return None
    if any(type(entry[key]) is not kind for key, kind in kinds.items()):
        return None
    return Choice(**entry) if entry["precision"] in ("fp32", "bf16") and 1 <= entry["threads"] <= 1024 else None


def _remember(file, key, answer):
    latest = {**_answers(file), key: answer}
    try:
        files.write_json(file, dict(list(latest.items())[-ANSWERS:]))
    except RevisionError:
        return  # a folder that cannot be written costs the next run another measurement
