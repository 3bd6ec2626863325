"""How the steps of a training are computed: number format and threads.

The bits of a result depend on both, so they follow by this rule from the configuration and the hardware, never from
timings or from what else the machine does. The work of a step is the number of parameters of all networks, or of their
multiplications for one image if these are more, times the number of images in a mini-batch.

    number format   as configured; by default bf16 if the hardware multiplies it (AVX512-BF16, AMX, a GPU), a step's work is
                    BF16_MIN_WORK or more, and no network is a plug-in's; otherwise fp32
    threads         as configured; by default 1 if a step's work is less than THREADS_MIN_WORK of its number format; otherwise one
                    each physical core, at most MAX_THREADS

The cores are those of the machine, even if this process may not use all; $AAE_CORES limits the threads. The choice is
written into the revision, and a training that is resumed on such a machine and such a GPU, or without one as before, keeps
it.
"""

import os
import platform
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import psutil
from msgspec import Meta

from aae_core.checks import parse_whole_number
from aae_core.config.configuration import Config
from aae_core.config.derived import trained_phases, uses_plugin_networks
from aae_core.errors import ConfigError
from aae_core.progress import format_count
from aae_core.records import Text

# The environment of a process that trains, unless the user sets these variables. Waiting threads sleep: if they spin,
# they slow down the pages and a second training, and beside another busy program a step takes six to twenty times as
# long. Memory that a step frees stays with the process, in large pages: to return it to the system and to request it
# again took a fifth of the step.
MALLOC_SETTINGS = ("hugetlb=1", "mmap_threshold=1073741824", "trim_threshold=1073741824", "top_pad=268435456")
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "passive",
    "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{setting}" for setting in MALLOC_SETTINGS),
}
# With large networks, a bf16 step takes a third of the time of an fp32 step; at 4 × 10⁷ about the same; with the smallest, twice
# the time. Two threads that sleep while they wait are faster than one from about sixty milliseconds per step
# (docs/results/repeatable.md).
BF16_MIN_WORK = 5e7
THREADS_MIN_WORK = {"fp32": 3e8, "bf16": 1e9}
# the variable that limits the threads of a worker, which may share its machine with others
CORES_VARIABLE = "AAE_CORES"
CAPTURE_DIFFERS = "A captured step gave a result other than a plain one."  # why `captured_step` does not use a capture
CAPTURE_FAILED = "The step could not be captured as a whole."
MAX_THREADS = 4  # more were not measured, and would be taken from other programs on a shared machine


@dataclass(frozen=True)
class ComputeChoice:
    """How the steps are computed: number format and CPU threads.

    why: the reason, in sentences for the user; machine: CPU, cores and library, as `machine_name` returns them; gpu:
    its name, "" for none.
    """

    precision: Literal["fp32", "bf16"]
    threads: Annotated[int, Meta(ge=1, le=1024)]
    why: Text = ""
    machine: Text = ""
    gpu: Text = ""

    @property
    def without_capture_result(self) -> "ComputeChoice":
        """The same choice without the result of the attempt to capture the steps, which is repeated when a training is
        resumed."""
        return replace(self, why=self.why.replace(CAPTURE_DIFFERS, "").replace(CAPTURE_FAILED, "").strip())

    @property
    def summary(self) -> str:
        """Such as "bf16, 2 threads"."""
        return f"{self.precision}, {format_count(self.threads, 'thread')}"


def restart_with_environment() -> None:
    """On Linux, replace this process by one with the same command and ENVIRONMENT, which the C library reads only at
    the start of a process; nothing if the variables are already set."""
    if sys.platform == "linux" and not ENVIRONMENT.keys() <= os.environ.keys():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], ENVIRONMENT | os.environ)


def thread_limit() -> int:
    """The most threads that a training may use here: $AAE_CORES, by default 1024; ConfigError unless it is from 1 to
    1024."""
    text = os.environ.get(CORES_VARIABLE) or "1024"
    threads = parse_whole_number(text, 1, 1024)
    if threads is None:
        raise ConfigError(f"{CORES_VARIABLE} must be a whole number from 1 to 1024, not {text[:40]!r}.")
    return threads


def count_machine_cores() -> int:
    """The number of logical processors of this machine, including those that this process may not use."""
    return os.cpu_count() or 1


def choose_computation(config: Config, device_type: str, work: float) -> ComputeChoice:
    """How a training is computed on a device of type "cpu", "cuda" or "mps", by the rule above. work: of a step (see
    above)."""
    precision, threads = config.precision, config.threads
    if precision == "auto":
        may_round = has_native_bf16(device_type) and not uses_plugin_networks(config)
        precision = "bf16" if work >= BF16_MIN_WORK and may_round else "fp32"
    if not threads:
        cores = psutil.cpu_count(logical=False) or count_machine_cores()
        threads = min(MAX_THREADS, cores) if work >= THREADS_MIN_WORK[precision] else 1
    threads = min(threads, thread_limit())
    reason = f"It follows from the work of a step, {work:.2g} multiplications, and from what the hardware can do."
    is_configured = config.precision != "auto" and config.threads
    return ComputeChoice(
        precision,
        threads,
        "As the configuration asks." if is_configured else reason,
        machine_name(),
        gpu_name(device_type),
    )


def should_capture_steps(device_type: str, config: Config) -> bool:
    """Whether to capture the steps of a training: if the device type is "cuda", unless capture=off, or the networks have
    dropout or are a plug-in's."""
    has_steady_networks = not config.network.dropout and not uses_plugin_networks(config)
    return device_type == "cuda" and config.capture == "on" and has_steady_networks


def strict_passes_reason(config: Config) -> str:
    """Why the codes are computed again after each update of the encoder, as in the paper, in a sentence; "" if the
    phases share one pass through the encoder."""
    if config.passes == "strict":
        return "The configuration asks for the paper's order."
    if not {"reconstruction", "discrimination", "generation"} <= set(trained_phases(config)):
        return "Only reconstruction, discrimination and generation together can share a pass."
    if config.second_view == "unaltered":
        return (
            "D judges codes of unaltered images, and contents are inferred from altered ones, which takes two passes."
        )
    is_balanced = config.optimiser.kind == "adam" and config.optimiser.generation_weight is None
    if is_balanced and (config.views > 1 or "classification" in trained_phases(config)):
        return "Under Adam a pass is shared only where nothing but D and the reconstruction of one view teaches the encoder."
    return ""


def machine_name() -> str:
    """CPU, number of cores and version of torch, on which the speed of a step and the bits of its result depend."""
    import torch

    return f"{_processor_name()}, {count_machine_cores()} cores, torch {torch.__version__}"


def gpu_name(device_type: str) -> str:
    """The name of the GPU that a device of type "cuda" is; "" for another device."""
    import torch

    return torch.cuda.get_device_name() if device_type == "cuda" else ""


def _processor_name() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(errors="replace").splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    if models:
        return models[0]
    return platform.processor() or platform.machine()


def has_native_bf16(device_type: str = "cpu") -> bool:
    """Whether the hardware multiplies bf16 numbers itself: AVX512-BF16 or AMX on the CPU, or a CUDA GPU that does."""
    import torch

    if device_type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device_type == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def parse_choice(record) -> ComputeChoice | None:
    """The ComputeChoice in a record that was read from a file; None unless every field has the right type and a
    possible value."""
    try:
        return msgspec.convert(record, ComputeChoice)
    except msgspec.ValidationError:
        return None
