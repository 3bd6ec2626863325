"""How the steps of a training are computed: number format and threads.

The bits of a result depend on these, so they follow from the configuration and the hardware alone, by this rule, and never
from a clock or from what else the machine does. The work of a step is the number of parameters of all networks,
or of their multiplications for one image where these are more, × the images of a mini-batch.

    number format   what the configuration names; else bf16 where the hardware multiplies it (AVX512-BF16, AMX, a GPU) and a
                    step's work is BF16_PAYS or more, and one process computes all of it; else fp32
    threads         what the configuration names; else 1 where a step's work is less than THREADS_PAY of its number format;
                    else one for each physical core, MOST_THREADS at most; several processes on a machine share its cores

The cores are those of the machine, whether or not this process may use them all; $AAE_CORES bounds the threads.
What was chosen is written into the revision, and a run that is resumed on such a machine goes on with it.
"""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from aae_core import records
from aae_core.config.configuration import Config
from aae_core.config.derived import phases
from aae_core.errors import ConfigError
from aae_core.progress import count_of
from aae_core.records import within

# What a process that trains begins with, unless the user has said otherwise. Threads that wait sleep: spinning, they starve
# the page and a second training, and beside another busy program a step takes six to twenty times as long. And memory that
# a step frees stays the process's own, in large pages: given back and fetched anew, it cost a fifth of the step.
MEMORY = ("hugetlb=1", "mmap_threshold=1073741824", "trim_threshold=1073741824", "top_pad=268435456")
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "passive",
    "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{setting}" for setting in MEMORY),
}
# A bf16 step takes a third of an fp32 one's time where nets are large, about the same at 4 × 10⁷, and twice as long for the
# smallest. Two threads that sleep while they wait are quicker than one from some sixty milliseconds a step (docs/repeatable.md).
BF16_PAYS = 5e7
THREADS_PAY = {"fp32": 3e8, "bf16": 1e9}
CORES = "AAE_CORES"  # the variable that bounds the threads of a worker, such as one that shares its machine with others
MOST_THREADS = 4  # more were not measured, and other programs of a shared machine have work for the rest


@dataclass(frozen=True)
class Choice:
    """How the steps are computed: precision "fp32" or "bf16", and processor threads.

    why: one sentence for the reader; machine: the processor and library it was chosen for; gpu: the name of the GPU, if any.
    """

    precision: Literal["fp32", "bf16"]
    threads: int = within(low=1, high=1024)
    why: str = ""
    machine: str = ""
    gpu: str = ""

    @property
    def words(self) -> str:
        """Such as "bf16, 2 threads"."""
        return f"{self.precision}, {count_of(self.threads, 'thread')}"


def begin_anew() -> None:
    """Start this very program once more with ENVIRONMENT, which the C library reads as a process begins; on Linux only."""
    if sys.platform == "linux" and not ENVIRONMENT.keys() <= os.environ.keys():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], ENVIRONMENT | os.environ)


def most_threads() -> int:
    """The threads that a training may use here at most: $AAE_CORES, or as many as it likes; ConfigError if that is no number."""
    text = os.environ.get(CORES) or "1024"
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise ConfigError(f"{CORES} must be a whole number from 1 to 1024, not {text[:40]!r}.")
    return int(text)


def cores() -> int:
    """The processor cores of this machine, as the system counts them: all, also those that this process may not use."""
    return os.cpu_count() or 1


def choose(config: Config, device: str, work: float, together: bool = False, here: int = 1) -> Choice:
    """How a training of `config` is computed on a `device` of type "cpu", "cuda" or "mps": see the rule above.

    work: parameters or multiplications × images of a mini-batch that this process computes; together: whether others compute the
    rest; here: how many of all these processes share this machine.
    """
    precision, threads = config.precision, config.threads
    if precision == "auto":
        precision = "bf16" if work >= BF16_PAYS and has_bf16(device) and not together else "fp32"
    if not threads:
        several = max(1, min(MOST_THREADS, (psutil.cpu_count(logical=False) or cores()) // here))
        threads = several if work >= THREADS_PAY[precision] else 1
    threads = min(threads, max(1, most_threads() // here))
    why = f"It follows from the work of a step, {work:.2g} multiplications, and from what the hardware can do."
    named = config.precision != "auto" and config.threads
    return Choice(precision, threads, "As the configuration asks." if named else why, name(), _gpu(device))


def why_strict(config: Config) -> str:
    """Why a step takes fresh codes for each phase, as the paper does; empty where the phases share one pass."""
    if config.passes == "strict":
        return "The configuration asks for the paper's order."
    if not {"reconstruction", "discrimination", "generation"} <= set(phases(config)):
        return "Only reconstruction, discrimination and generation together can share a pass."
    if config.second_view == "unaltered":
        return (
            "D judges codes of unaltered images, and contents are inferred from altered ones, which takes two passes."
        )
    if config.optimiser.kind == "adam" and (config.views > 1 or "classification" in phases(config)):
        return "Under Adam a pass is shared only where nothing but D and the reconstruction of one view teaches the encoder."
    return ""


def name() -> str:
    """Processor, cores and library: what the speed of a step, and the bits of its result, depend on."""
    import torch

    return f"{_processor()}, {cores()} cores, torch {torch.__version__}"


def _gpu(device) -> str:
    import torch

    return torch.cuda.get_device_name() if device == "cuda" else ""


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text(errors="replace").splitlines() if found.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def has_bf16(device: str = "cpu") -> bool:
    """Whether the hardware itself multiplies bf16 numbers (AVX512-BF16, AMX, or a GPU that does)."""
    import torch

    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def from_record(entry) -> Choice | None:
    """The choice in a record read from a file; None unless every field has its type and a possible value."""
    try:
        return records.checked(Choice, entry, "machine")
    except records.Wrong:
        return None
