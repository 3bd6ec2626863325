"""What a training step costs: its pace, the least that its kernels and its update could take, and where its time goes.

The roofline of a step (of a processor) is the time of its convolutions (forward, gradient of the input, gradient of the
weights) and matrix products, each measured alone in its very shape, layout and precision as torch was seen to make it, and
that of moving the bytes which an update must read and write, at the measured rate of a copy.
"""

import math
import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from aae_core.training.phases import step

# of a parameter in one update: fp32 weight, moments and gradient read, weight and moments written; or with a bf16 gradient
# read (2 instead of 4), a bf16 copy of the weight written (2)
UPDATE_BYTES = {"sgd": 20, "adam": 28}
PARTS = ("convolutions", "matrix products", "update")  # of the roofline
LARGE = 1024  # rows and columns of the product whose rate stands for what the processor can compute
KINDS = {  # what an operation is for, by the beginning of its name or else of the operation that called it
    "convolutions": ("aten::_convolution", "aten::convolution", "aten::mkldnn_convolution", "aten::slow_conv"),
    "matrix products": ("aten::mm", "aten::addmm"),
    "ReLU and its gradient": ("aten::clamp_min", "aten::threshold_backward", "aten::relu"),
    "batch norm": ("aten::native_batch_norm", "aten::batch_norm", "aten::_batch_norm"),
    "reconstruction cost, pixel by pixel": (
        *("aten::sigmoid", "aten::pow", "aten::sub", "aten::mse_loss", "aten::rsub", "PowBackward", "SubBackward"),
        *("autograd::engine::evaluate_function: Pow", "autograd::engine::evaluate_function: Sub"),
    ),
    "upsampling": ("aten::upsample", "aten::_upsample"),
    "copies between memory formats": ("aten::clone", "aten::contiguous"),
    "copies between number formats": ("aten::_to_copy", "aten::to"),
    "mini-batch": ("aten::index", "aten::div_", "aten::randn", "aten::randperm", "enumerate(DataLoader)"),
    "update of the parameters": (
        "aten::_fused_",
        "aten::copy_",
        "aten::_foreach",
        "aten::linalg_vector_norm",
        "Optimizer",
    ),
    "gradients of biases": ("aten::sum",),
}
OTHER, BETWEEN = "other kernels", "between kernels"
WHOLE, UNPROFILED, REORDERED = "a step under the profiler", "a step without it", "format copies within convolutions"


@dataclass(frozen=True)
class Like:
    """A tensor's shape, strides and number format, without its values."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    kind: torch.dtype

    def filled(self) -> torch.Tensor:
        return torch.empty_strided(self.shape, self.strides, dtype=self.kind).normal_()


@dataclass(frozen=True)
class Kernel:
    """One call as torch was seen to make it: operator ("mm", "convolution", "convolution_backward") and arguments, tensors
    as `Like`. A gradient of a convolution is of its input or of its weights, each a call of its own."""

    name: str
    arguments: tuple
    flops: int  # two for each multiplication with its sum

    def seconds(self, now) -> float:
        """Of the call alone."""
        values = [each.filled() if isinstance(each, Like) else each for each in self.arguments]
        operator = getattr(torch.ops.aten, self.name)
        return usual(lambda: operator(*values), now)


def kernels(t) -> list[Kernel]:
    """Every matrix product and convolution of one step of a training, with the gradients of each."""
    found = []

    class Seen(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            found.extend(_calls(function.overloadpacket.__name__, args, result))
            return result

    batch = t.batch()
    with Seen(), torch.autograd.set_multithreading_enabled(False):
        step(t, batch)
    return found


def _calls(name, args, result):
    if name in ("mm", "addmm"):
        a, b = args[name == "addmm" :][:2]
        yield Kernel("mm", (_like(a), _like(b)), 2 * result.numel() * a.shape[1])
    if name == "convolution":
        yield Kernel(name, tuple(map(_like, args)), _flops(args[0], args[1], result, args[6]))
    if name == "convolution_backward":
        *others, wanted = args
        flops = _flops(args[1], args[2], args[0], args[7])
        for place in range(2):  # of its input, of its weights
            if wanted[place]:
                yield Kernel(name, (*map(_like, others), (place == 0, place == 1, False)), flops)


def _flops(x, weight, y, transposed):
    """Each weight of a convolution x -> y multiplies once at each place of its output, of a transposed one's input."""
    places = x if transposed else y
    return 2 * len(places) * math.prod(places.shape[2:]) * weight.numel()


def _like(value):
    if isinstance(value, torch.Tensor):
        return Like(tuple(value.shape), value.stride(), value.dtype)
    return tuple(value) if isinstance(value, list) else value


def least(t, now) -> dict[str, float]:
    """The roofline of one step in seconds, by what takes them (PARTS); and "flops", how
    many additions and multiplications it asks for."""
    needed = kernels(t)
    each = {kernel: kernel.seconds(now) for kernel in set(needed)}
    # parameters that two phases move count twice
    moved = sum(p.numel() for optimiser in t.optimisers.values() if optimiser.buffers for p in optimiser.masters)
    source = torch.zeros(moved * UPDATE_BYTES[t.config.optimiser.kind] // 8)
    target = torch.zeros_like(source)
    return {
        "convolutions": sum(each[kernel] for kernel in needed if kernel.name != "mm"),
        "matrix products": sum(each[kernel] for kernel in needed if kernel.name == "mm"),
        "update": usual(lambda: target.copy_(source), now),
        "flops": sum(kernel.flops for kernel in needed),
    }


def rate(kind: torch.dtype, now) -> float:
    """Operations a second of a large product, in that number format and with torch's present threads."""
    a = torch.ones(LARGE, LARGE, dtype=kind)
    return 2 * LARGE**3 / usual(lambda: a @ a, now)


def usual(work, now, repeats=15) -> float:
    """Seconds of a piece of work: the median, the first three left out."""
    times = []
    for _ in range(repeats):
        start = now()
        work()
        times.append(now() - start)
    return statistics.median(times[3:])


def pace(some_steps, now, seconds: float) -> float:
    """Samples a second: the median of passes of some steps, the first one left out. some_steps() -> samples."""
    some_steps()
    taken, rates = 0.0, []
    while len(rates) < 3 or taken < seconds:
        start = now()
        samples = some_steps()
        one = now() - start
        taken += one
        rates.append(samples / one)
    return statistics.median(rates)


def profile(one, steps=10) -> dict[str, float]:
    """Milliseconds of one step by kind of work, by the wall's clock: the parts and what lies between them sum to WHOLE, for all
    are of the same stretch. The same step without the profiler, which slows it, stands beside as UNPROFILED, and the part of
    the convolutions in which oneDNN copied values into another format as REORDERED."""

    def stretch():
        start = time.perf_counter()
        for _ in range(steps):
            one()
        return 1e3 * (time.perf_counter() - start) / steps

    stretch()
    unprofiled = stretch()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as found:
        whole = stretch()
    spent = dict.fromkeys([*KINDS, OTHER], 0.0)
    for event in found.events():
        spent[_kind(event)] += event.self_cpu_time_total / 1e3 / steps
    between = {BETWEEN: whole - sum(spent.values())}
    return {**spent, **between, WHOLE: whole, UNPROFILED: unprofiled, REORDERED: _reordered(one)}


def _kind(event):
    """What an operation is for: by its own name, or by that of what called it, or what called that."""
    while event:
        kind = next((kind for kind, starts in KINDS.items() if event.name.startswith(starts)), None)
        # a copy or a product of numbers serves what calls it; only one that nothing calls is the update's own
        if kind and not (event.name == "aten::copy_" and event.cpu_parent):
            return kind
        event = event.cpu_parent
    return OTHER


def _reordered(one):
    """Milliseconds of one step in which oneDNN copies values from one format into another, as it tells itself."""
    with _printed() as lines, torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
        one()
    told = [line.split(",") for line in lines if line.startswith("onednn_verbose") and ",exec,cpu,reorder," in line]
    return sum(float(fields[-1]) for fields in told)


@contextmanager
def _printed():
    """The lines that libraries print meanwhile, which are filled in as it ends."""
    lines, kept = [], os.dup(1)
    sys.stdout.flush()
    with tempfile.TemporaryFile("w+") as file:
        os.dup2(file.fileno(), 1)
        try:
            yield lines
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            file.seek(0)
            lines += file.read().splitlines()


def middle_profile(runs) -> dict:
    """The profile of the round whose step took the median time, whole, so that its parts sum to it."""
    profiles = sorted((run["profile"] for run in runs), key=lambda profile: profile[WHOLE])
    return profiles[(len(profiles) - 1) // 2]


def profiles(title: str, found: dict[str, dict]) -> list[str]:
    """The lines of a table of profiles by name, without the kinds of work that none has."""
    lines = [f"## {title} (ms, and the share of the profiled step)", ""]
    lines += ["| | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    for kind in next(iter(found.values())):
        if any(p[kind] >= 0.005 for p in found.values()):
            cells = [
                f"{p[kind]:.2f}" + ("" if kind == UNPROFILED else f" ({p[kind] / p[WHOLE]:.0%})")
                for p in found.values()
            ]
            lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return [*lines, ""]
