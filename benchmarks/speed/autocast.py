"""bf16 by working copies of the networks compared with torch.autocast: steps per second, alternating in one process and thread.

    python -m benchmarks.speed.autocast [--rounds 7]

Autocast rounds the fp32 weights again in each phase; a working copy is rounded once, when its weights change
(`training/optimisation`). Prints a line for each case: the steps per second of both and of fp32, medians over the rounds, and the
median of the ratio autocast / copies within a round. MNIST must be in AAE_DATA.
"""

import argparse
import statistics
import time

import torch
from torch.nn import functional

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.models import convolutions
from aae_core.training import phases
from aae_core.training.training import Training
from benchmarks.processes import say

WIDE, PAPER = (1000, 1000), (3000, 3000)
CASES = {  # name -> steps of a round, variant, data, further settings
    "AAE, nets of 400": (40, "aae", "mnist", {"network.hidden": (400, 400), "network.discriminator": (400, 400)}),
    "AAE, nets of 1,000": (20, "aae", "mnist", {"network.hidden": WIDE, "network.discriminator": WIDE}),
    "semi-supervised AAE, nets of 1,000": (
        10, "semi-supervised", "mnist", {"labels": 100, "network.hidden": WIDE, "network.discriminator": WIDE},
    ),
    "clustering AAE, nets of 3,000": (4, "clustering", "mnist", {"network.hidden": PAPER, "network.discriminator": PAPER}),
    "AAE, pyramid on colour glyphs": (4, "aae", "colour-glyphs", {"network.kind": "pyramid"}),
}  # fmt: skip
ARMS = {"copies": "bf16", "autocast": "fp32", "fp32": "fp32"}  # name -> the setting `precision`
ours = convolutions._FastGradients.forward


def within(step):
    """A phase under autocast. Its cache of rounded weights is discarded at the end, because the update changes the weights."""

    def inner(t, batch):
        with torch.autocast("cpu", torch.bfloat16, enabled=t.arm == "autocast"):
            return step(t, batch)

    return inner


def plain(layer, x):
    """torch's own convolution under autocast, which does not support ours; without autocast, ours."""
    if not torch.is_autocast_enabled("cpu"):
        return ours(layer, x)
    how = (layer.output_padding, layer.groups, layer.dilation) if layer.transposed else (layer.dilation, layer.groups)
    f = functional.conv_transpose2d if layer.transposed else functional.conv2d
    return f(x, layer.weight, layer.bias, layer.stride, layer.padding, *how)


def speed(t: Training, steps: int) -> float:
    """Steps per second."""
    begin = time.perf_counter()
    for _ in range(steps):
        phases.training_step(t, t.current_batch())
        t.step += 1
    return steps / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    convolutions._FastGradients.forward = plain
    phases.PHASE_STEPS.update({name: within(step) for name, step in phases.PHASE_STEPS.items()})
    for name, (steps, variant, data, more) in CASES.items():
        say(f"{name}: {rounds} rounds begin.")
        arms = {}
        for arm, precision in ARMS.items():
            config = configure(variant=variant, data=data, **more, precision=precision, threads=1)
            arms[arm] = Training(config, sets.load(data))
            arms[arm].arm = arm
            speed(arms[arm], 2)
        found = [{arm: speed(t, steps) for arm, t in arms.items()} for _ in range(rounds)]
        speeds = ", ".join(f"{arm} {statistics.median(each[arm] for each in found):.1f}" for arm in ARMS)
        ratio = statistics.median(each["autocast"] / each["copies"] for each in found)
        print(f"{name}: steps per second: {speeds}; autocast / copies {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main()
