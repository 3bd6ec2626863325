"""Compiled networks of a training, tried once before it begins: where torch cannot compile them, they stay as they are."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from aae_core import machine


def why_not(t, cost: Callable[[], Tensor]) -> str:
    """Take gradients of `cost` once, which compiles the networks of training `t`; why that failed, empty where it did not.

    What that draws, and the statistics of batch norms that it moves, are taken back. After a failure nothing is compiled
    any longer, and the choice of `t` says why.
    """
    before, statistics = t.rng.get_state(), [buffer.clone() for buffer in t.model.buffers()]
    why = machine.why_eager(t.device.type)
    try:
        if not why:
            cost().backward(inputs=[p for p in t.net.parameters() if p.requires_grad])
    except RuntimeError as error:  # whatever dynamo, inductor and the compiler beneath them raise
        why = f"The networks could not be compiled ({type(error).__name__})."
    t.rng.set_state(before)
    t.drawn = torch.empty(0)
    for buffer, former in zip(t.model.buffers(), statistics, strict=True):
        buffer.copy_(former)
    for parameter in t.net.parameters():
        parameter.grad = None
    if why:
        torch.compiler.reset()
        t.choice = replace(t.choice, compile=False, why=f"{t.choice.why} {why}".strip())
    return why
