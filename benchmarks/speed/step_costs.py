"""The speed of a training step, the least time that its kernels and its update could take (its roofline), and its profile.

The roofline of a step on a CPU is the time of its convolutions (forward, gradient of the input, gradient of the weights) and
matrix products, each measured alone with the shapes, layout and precision that torch used in the step, plus the time for moving
the bytes that an update must read and write, at the measured rate of a copy.
"""

import gc
import math
import os
import statistics
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import cache
from unittest.mock import patch

import torch
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from aae_core.models import convolutions
from aae_core.models.convolutions import use_torch_threads
from aae_core.training.phases import training_step

# of a parameter in one update: fp32 weight, moments and gradient read, weight and moments written; or with a bf16 gradient
# read (2 instead of 4), a bf16 copy of the weight written (2)
UPDATE_BYTES = {"sgd": 20, "adam": 28}
PARTS = ("convolutions", "matrix products", "update")  # of the roofline
LARGE_SIDE = 1024  # rows and columns of a matrix product whose rate is compared with those of the kernels
OPERATION_PATTERNS = {  # purpose -> names of torch's operations (patterns)
    "convolutions": ("convolution*",),
    "matrix products": ("mm", "addmm"),
    "ReLU and its gradient": ("relu", "clamp_min", "threshold_backward"),
    "batch norm": ("native_batch_norm*", "cudnn_batch_norm*"),
    "reconstruction cost, pixel by pixel": ("sigmoid*", "pow", "sub", "mul", "neg", "mse_loss*", "rsub"),
    "upsampling": ("upsample*",),
    "copies between memory formats": ("clone",),
    "copies between number formats": ("_to_copy",),
    "mini-batch": ("index", "div_", "randn", "normal_", "randperm", "stack", "select"),
    "update of the parameters": (
        "_fused_*",
        "_foreach_*",
        "copy_",
        "linalg_vector_norm",
        "zero_",
        "lerp_",
        "addc*",
        "sqrt",
    ),
    "gradients of biases": ("sum",),
}
OTHER_OPERATIONS, BETWEEN_OPERATIONS = "other operations", "between operations (Python, autograd)"
PROFILED_STEP, UNPROFILED_STEP, FORMAT_COPIES = (
    "a step under the profiler",
    "a step without it",
    "format copies within convolutions",
)


@dataclass(frozen=True)
class TensorLayout:
    """A tensor's shape, strides and number format, without its values."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    kind: torch.dtype

    def random_tensor(self) -> torch.Tensor:
        return torch.empty_strided(self.shape, self.strides, dtype=self.kind).normal_()


@dataclass(frozen=True)
class Kernel:
    """One call as torch was seen to make it: operator ("mm", "convolution", "convolution_backward"), arguments,
    tensors as `TensorLayout`, threads, and how many such calls go on at once. A gradient of a convolution is of its
    input or of its weights, each a call of its own."""

    name: str
    arguments: tuple
    flops: int  # two for each multiplication with its sum
    threads: int = field(default_factory=torch.get_num_threads)
    concurrent_calls: int = 1

    @property
    def kind(self) -> torch.dtype:
        return self.arguments[0].kind

    def seconds(self, read_clock) -> float:
        """Of the call alone, its share where others go on at once."""
        values = [
            argument.random_tensor() if isinstance(argument, TensorLayout) else argument for argument in self.arguments
        ]
        operator = getattr(torch.ops.aten, self.name)
        with use_torch_threads(self.threads):
            return median_seconds(lambda: operator(*values), read_clock) / self.concurrent_calls


class WatchedOperations(TorchDispatchMode):
    """Operations go through handle_operation(function, concurrent_calls, arguments, named arguments)."""

    def __init__(self, handle_operation, concurrent_calls):
        super().__init__()
        self.handle_operation, self.concurrent_calls = handle_operation, concurrent_calls

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return self.handle_operation(function, self.concurrent_calls, args, kwargs or {})


@contextmanager
def watch_operations(handle_operation):
    """Every operation of torch goes through handle_operation(function, concurrent_calls, arguments, named arguments), which
    makes it: also those of a mini-batch's parts, of which `concurrent_calls` are computed at once."""
    map_in_threads = convolutions.map_in_threads

    def map_watched(work, *parts):
        def run_watched(*part):
            with _disable_current_modes(), WatchedOperations(handle_operation, len(parts[0])):
                return work(*part)

        return map_in_threads(run_watched, *parts)

    plain = torch.autograd.set_multithreading_enabled(False)
    with patch.object(convolutions, "map_in_threads", map_watched), plain, WatchedOperations(handle_operation, 1):
        yield


def step_kernels(t) -> list[Kernel]:
    """Every matrix product and convolution of one step of a training, with the gradients of each."""
    calls = []

    def record_call(function, concurrent_calls, args, kwargs):
        result = function(*args, **kwargs)
        calls.extend(
            replace(call, concurrent_calls=concurrent_calls)
            for call in kernel_calls(function.overloadpacket.__name__, args, result)
        )
        return result

    batch = t.current_batch()
    with watch_operations(record_call):
        training_step(t, batch)
    return calls


def kernel_calls(name, args, result):
    if name in ("mm", "addmm"):
        a, b = args[name == "addmm" :][:2]
        yield Kernel("mm", (layout_of(a), layout_of(b)), 2 * result.numel() * a.shape[1])
    if name == "convolution":
        yield Kernel(name, tuple(map(layout_of, args)), convolution_flops(args[0], args[1], result, args[6]))
    if name == "convolution_backward":
        *tensors, gradient_flags = args
        flops = convolution_flops(args[1], args[2], args[0], args[7])
        for place in range(2):  # of its input, of its weights
            if gradient_flags[place]:
                yield Kernel(name, (*map(layout_of, tensors), (place == 0, place == 1, False)), flops)


def convolution_flops(x, weight, y, is_transposed):
    """Each weight of a convolution x -> y multiplies once at each place of its output, of a transposed one's input."""
    places = x if is_transposed else y
    return 2 * len(places) * math.prod(places.shape[2:]) * weight.numel()


def layout_of(value):
    if isinstance(value, torch.Tensor):
        return TensorLayout(tuple(value.shape), value.stride(), value.dtype)
    return tuple(value) if isinstance(value, list) else value


def step_roofline(t, read_clock) -> dict[str, float]:
    """The roofline of one step in seconds, by what takes them (PARTS); "flops", how many additions
    and multiplications it asks for; and "rate", the most a second that one of its kernels, or a large product, reached alone."""
    kernels = step_kernels(t)
    seconds_by_kernel = {kernel: kernel.seconds(read_clock) for kernel in set(kernels)}
    # parameters that two phases move count twice
    moved_count = sum(p.numel() for optimiser in t.optimisers.values() if optimiser.buffers for p in optimiser.masters)
    source = torch.zeros(moved_count * UPDATE_BYTES[t.config.optimiser.kind] // 8)
    target = torch.zeros_like(source)
    large_product = Kernel(
        "mm", (TensorLayout((LARGE_SIDE, LARGE_SIDE), (LARGE_SIDE, 1), kernels[0].kind),) * 2, 2 * LARGE_SIDE**3
    )
    rates = [
        kernel.flops / seconds
        for kernel, seconds in {**seconds_by_kernel, large_product: large_product.seconds(read_clock)}.items()
    ]
    return {
        "convolutions": sum(seconds_by_kernel[kernel] for kernel in kernels if kernel.name != "mm"),
        "matrix products": sum(seconds_by_kernel[kernel] for kernel in kernels if kernel.name == "mm"),
        "update": median_seconds(lambda: target.copy_(source), read_clock),
        "flops": sum(kernel.flops for kernel in kernels),
        "rate": max(rates),
    }


def median_seconds(work, read_clock, repeats=10) -> float:
    """Seconds of a piece of work: the median, the first two left out."""
    times = []
    for _ in range(repeats):
        start = read_clock()
        work()
        times.append(read_clock() - start)
    return statistics.median(times[2:])


def samples_per_second(run_steps, read_clock, seconds: float) -> float:
    """Samples a second: the median of passes of some steps, the first one left out. run_steps() -> samples."""
    run_steps()
    elapsed, rates = 0.0, []
    while len(rates) < 3 or elapsed < seconds:
        start = read_clock()
        samples = run_steps()
        pass_seconds = read_clock() - start
        elapsed += pass_seconds
        rates.append(samples / pass_seconds)
    return statistics.median(rates)


def profile_step(run_step, read_clock, steps=10) -> dict[str, float]:
    """Milliseconds of one step by kind of work, each operation timed as torch is seen to make it, of several at once
    each by its share: the parts and what lies between them sum to PROFILED_STEP, for all are of the same stretch. The
    same step without looking stands beside as UNPROFILED_STEP, and the part of the convolutions in which oneDNN
    copied values into another format, by the wall's clock, as FORMAT_COPIES, of several at once their sum."""

    def measure_stretch():
        start = read_clock()
        for _ in range(steps):
            run_step()
        return 1e3 * (read_clock() - start) / steps

    milliseconds_by_kind = dict.fromkeys([*OPERATION_PATTERNS, OTHER_OPERATIONS], 0.0)

    def time_operation(function, concurrent_calls, args, kwargs):
        start = read_clock()
        result = function(*args, **kwargs)
        milliseconds_by_kind[operation_kind(function.overloadpacket.__name__)] += (
            1e3 * (read_clock() - start) / steps / concurrent_calls
        )
        return result

    unprofiled_ms = measure_stretch()
    with watch_operations(time_operation):
        run_step()  # torch prepares each operation for being looked at when it is first made
        milliseconds_by_kind.update(dict.fromkeys(milliseconds_by_kind, 0.0))
        gc.collect()  # looking makes so many objects that a collection would fall into the few steps
        gc.disable()
        profiled_ms = measure_stretch()
        gc.enable()
    rest = {BETWEEN_OPERATIONS: profiled_ms - sum(milliseconds_by_kind.values())}
    return {
        **milliseconds_by_kind,
        **rest,
        PROFILED_STEP: profiled_ms,
        UNPROFILED_STEP: unprofiled_ms,
        FORMAT_COPIES: format_copy_time(run_step),
    }


@cache
def operation_kind(name):
    names = {kind: names for kind, names in OPERATION_PATTERNS.items() if any(fnmatch(name, entry) for entry in names)}
    return next(iter(names), OTHER_OPERATIONS)


def format_copy_time(run_step, steps=3):
    """Milliseconds of one step in which oneDNN copies values from one format into another, as it tells itself: each copy at its
    quickest of some steps, for other work on the machine only adds to it."""
    times_by_step = []
    for _ in range(steps):
        with captured_output() as lines, torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
            run_step()
        copies = [line for line in lines if line.startswith("onednn_verbose") and ",exec,cpu,reorder," in line]
        times_by_step.append([float(line.rpartition(",")[2]) for line in copies])
    return sum(min(times) for times in zip(*times_by_step, strict=True))


@contextmanager
def captured_output():
    """The lines that libraries print meanwhile, which are filled in as it ends."""
    lines, saved_stdout = [], os.dup(1)
    sys.stdout.flush()
    with tempfile.TemporaryFile("w+") as file:
        os.dup2(file.fileno(), 1)
        try:
            yield lines
        finally:
            os.dup2(saved_stdout, 1)
            os.close(saved_stdout)
            file.seek(0)
            lines += file.read().splitlines()


def middle_profile(runs) -> dict:
    """The profile of the round whose step took the median time, whole, so that its parts sum to it."""
    profiles = sorted((run["profile"] for run in runs), key=lambda profile: profile[PROFILED_STEP])
    return profiles[(len(profiles) - 1) // 2]


def profile_table(title: str, result: dict[str, dict]) -> list[str]:
    """The lines of a table of profiles by name, without the kinds of work that none has."""
    lines = [f"## {title} (ms, and the share of the profiled step)", ""]
    lines += ["| | " + " | ".join(result) + " |", "|---" * (len(result) + 1) + "|"]
    for kind in next(iter(result.values())):
        if any(p[kind] >= 0.005 for p in result.values()):
            cells = [
                f"{p[kind]:.2f}" + ("" if kind == UNPROFILED_STEP else f" ({p[kind] / p[PROFILED_STEP]:.0%})")
                for p in result.values()
            ]
            lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return [*lines, ""]
