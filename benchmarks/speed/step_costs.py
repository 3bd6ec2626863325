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
LARGE = 1024  # rows and columns of a matrix product whose rate is compared with those of the kernels
KINDS = {  # purpose -> names of torch's operations (patterns)
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
OTHER, BETWEEN = "other operations", "between operations (Python, autograd)"
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
    """One call as torch was seen to make it: operator ("mm", "convolution", "convolution_backward"), arguments, tensors as
    `Like`, threads, and how many such calls go on at once. A gradient of a convolution is of its input or of its weights, each a
    call of its own."""

    name: str
    arguments: tuple
    flops: int  # two for each multiplication with its sum
    threads: int = field(default_factory=torch.get_num_threads)
    beside: int = 1

    @property
    def kind(self) -> torch.dtype:
        return self.arguments[0].kind

    def seconds(self, now) -> float:
        """Of the call alone, its share where others go on at once."""
        values = [argument.filled() if isinstance(argument, Like) else argument for argument in self.arguments]
        operator = getattr(torch.ops.aten, self.name)
        with use_torch_threads(self.threads):
            return usual(lambda: operator(*values), now) / self.beside


class Watched(TorchDispatchMode):
    """Operations go through see(function, beside, arguments, named arguments)."""

    def __init__(self, see, beside):
        super().__init__()
        self.see, self.beside = see, beside

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return self.see(function, self.beside, args, kwargs or {})


@contextmanager
def watched(see):
    """Every operation of torch goes through see(function, beside, arguments, named arguments), which makes it: also those of
    a mini-batch's parts, of which `beside` are computed at once."""
    real = convolutions.map_in_threads

    def beside(work, *parts):
        def one(*part):
            with _disable_current_modes(), Watched(see, len(parts[0])):
                return work(*part)

        return real(one, *parts)

    plain = torch.autograd.set_multithreading_enabled(False)
    with patch.object(convolutions, "map_in_threads", beside), plain, Watched(see, 1):
        yield


def kernels(t) -> list[Kernel]:
    """Every matrix product and convolution of one step of a training, with the gradients of each."""
    calls = []

    def see(function, beside, args, kwargs):
        result = function(*args, **kwargs)
        calls.extend(replace(call, beside=beside) for call in _calls(function.overloadpacket.__name__, args, result))
        return result

    batch = t.current_batch()
    with watched(see):
        training_step(t, batch)
    return calls


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
    """The roofline of one step in seconds, by what takes them (PARTS); "flops", how many additions
    and multiplications it asks for; and "rate", the most a second that one of its kernels, or a large product, reached alone."""
    needed = kernels(t)
    item = {kernel: kernel.seconds(now) for kernel in set(needed)}
    # parameters that two phases move count twice
    moved = sum(p.numel() for optimiser in t.optimisers.values() if optimiser.buffers for p in optimiser.masters)
    source = torch.zeros(moved * UPDATE_BYTES[t.config.optimiser.kind] // 8)
    target = torch.zeros_like(source)
    large = Kernel("mm", (Like((LARGE, LARGE), (LARGE, 1), needed[0].kind),) * 2, 2 * LARGE**3)
    rates = [kernel.flops / seconds for kernel, seconds in {**item, large: large.seconds(now)}.items()]
    return {
        "convolutions": sum(item[kernel] for kernel in needed if kernel.name != "mm"),
        "matrix products": sum(item[kernel] for kernel in needed if kernel.name == "mm"),
        "update": usual(lambda: target.copy_(source), now),
        "flops": sum(kernel.flops for kernel in needed),
        "rate": max(rates),
    }


def usual(work, now, repeats=10) -> float:
    """Seconds of a piece of work: the median, the first two left out."""
    times = []
    for _ in range(repeats):
        start = now()
        work()
        times.append(now() - start)
    return statistics.median(times[2:])


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


def profile(one, now, steps=10) -> dict[str, float]:
    """Milliseconds of one step by kind of work, each operation timed as torch is seen to make it, of several at once each by its
    share: the parts and what lies between them sum to WHOLE, for all are of the same stretch. The same step without looking
    stands beside as UNPROFILED, and the part of the convolutions in which oneDNN copied values into another format, by the
    wall's clock, as REORDERED, of several at once their sum."""

    def stretch():
        start = now()
        for _ in range(steps):
            one()
        return 1e3 * (now() - start) / steps

    spent = dict.fromkeys([*KINDS, OTHER], 0.0)

    def timed(function, beside, args, kwargs):
        start = now()
        result = function(*args, **kwargs)
        spent[_kind(function.overloadpacket.__name__)] += 1e3 * (now() - start) / steps / beside
        return result

    unprofiled = stretch()
    with watched(timed):
        one()  # torch prepares each operation for being looked at when it is first made
        spent.update(dict.fromkeys(spent, 0.0))
        gc.collect()  # looking makes so many objects that a collection would fall into the few steps
        gc.disable()
        whole = stretch()
        gc.enable()
    between = {BETWEEN: whole - sum(spent.values())}
    return {**spent, **between, WHOLE: whole, UNPROFILED: unprofiled, REORDERED: _reordered(one)}


@cache
def _kind(name):
    names = {kind: names for kind, names in KINDS.items() if any(fnmatch(name, entry) for entry in names)}
    return next(iter(names), OTHER)


def _reordered(one, steps=3):
    """Milliseconds of one step in which oneDNN copies values from one format into another, as it tells itself: each copy at its
    quickest of some steps, for other work on the machine only adds to it."""
    collected = []
    for _ in range(steps):
        with _printed() as lines, torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
            one()
        copies = [line for line in lines if line.startswith("onednn_verbose") and ",exec,cpu,reorder," in line]
        collected.append([float(line.rpartition(",")[2]) for line in copies])
    return sum(min(times) for times in zip(*collected, strict=True))


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


def profiles(title: str, result: dict[str, dict]) -> list[str]:
    """The lines of a table of profiles by name, without the kinds of work that none has."""
    lines = [f"## {title} (ms, and the share of the profiled step)", ""]
    lines += ["| | " + " | ".join(result) + " |", "|---" * (len(result) + 1) + "|"]
    for kind in next(iter(result.values())):
        if any(p[kind] >= 0.005 for p in result.values()):
            cells = [
                f"{p[kind]:.2f}" + ("" if kind == UNPROFILED else f" ({p[kind] / p[WHOLE]:.0%})")
                for p in result.values()
            ]
            lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return [*lines, ""]
