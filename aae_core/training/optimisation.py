"""Fast optimiser steps: fused optimisers, and networks in bf16 beside their fp32 masters.

`training` defines what each phase minimises; this module only computes the updates. The masters are the model's own
parameters, always fp32, and only they are saved, measured and shown. Where the matrix products are computed in bf16, the step
uses a working copy of the networks in that format. Each update reads its gradients, changes the masters and rounds them into
the copy in one pass over memory, block by block, so that only the masters and their momentum leave the cache.
"""

import copy
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn

from aae_core.config.configuration import OptimiserConfig
from aae_core.models import objectives

# Numbers updated at once: 4 MiB of each buffer, which fit into the cache; smaller pieces wake threads too often.
PIECE = 2**20
FUSED_CLIPPING = ("cpu", "cuda")  # where torch's fused kernels divide gradients of fp32 themselves
ADAM_BETA2, ADAM_EPSILON = 0.999, 1e-8  # torch's own; the paper uses no Adam


def working_copy(model: nn.Module, precision: str) -> nn.Module:
    """The networks as a step computes with them: the model itself in "fp32", a copy with bf16 parameters in "bf16".

    Buffers (running statistics) are always shared with the model, so that there is one of each, and so are the parameters of
    a batch norm, which torch wants in the format of its statistics.
    """
    if precision == "fp32":
        return model
    kept = [p for layer in model.modules() if isinstance(layer, nn.BatchNorm1d) for p in layer.parameters()]
    shared = {id(tensor): tensor for tensor in (*model.buffers(), *kept)}
    net = copy.deepcopy(model, dict(shared))
    for parameter in net.parameters():
        if id(parameter) not in shared:
            parameter.data = parameter.data.bfloat16()
    return net


def refresh(net: nn.Module, model: nn.Module) -> None:
    """Round the model's parameters into its working copy, after they were changed elsewhere."""
    if net is not model:
        with torch.no_grad():
            for working, master in zip(net.parameters(), model.parameters(), strict=True):
                if working is not master:
                    working.copy_(master)


class Optimiser:
    """SGD with momentum, or Adam, over the parameters that one phase moves.

    masters: fp32 parameters, in groups whose gradients are clipped separately; working: the parameters the loss is computed
    with, the masters themselves or their bf16 copies, grouped alike; momentum: of SGD, β₁ of Adam; average: gives the gradients
    of the whole mini-batch for those of this process's part of it. `rate` may be set at any time.
    `buffers` holds, once a step was made, a tensor for each parameter under the names that torch's optimisers use.
    """

    def __init__(
        self,
        options: OptimiserConfig,
        masters,
        working,
        rate: float,
        momentum: float,
        average: Callable[[Iterable[Tensor]], list[Tensor]] = list,
    ):
        self.groups = [range(*ends) for ends in pairwise(accumulate(map(len, masters), initial=0))]
        self.masters = [parameter.detach() for group in masters for parameter in group]
        self.working = [parameter for group in working for parameter in group]
        self.kind, self.clip, self.rate, self.momentum = options.kind, options.clip, rate, momentum
        self.average = average
        self.buffers: dict[str, list[Tensor]] = {}

    def descend(self, loss: Tensor) -> None:
        """One step down `loss`; gradients are taken for this phase's parameters alone, and each group's are clipped to `clip` in
        norm."""
        gradients = torch.autograd.grad(loss, self.working)
        # as the parameters lie in memory: the kernels ignore strides
        gradients = self.average(gradient.contiguous() for gradient in gradients)
        plain = all(gradient.dtype == master.dtype for gradient, master in zip(gradients, self.masters, strict=True))
        with torch.no_grad():
            self.begin()
            if self.kind == "adam":
                torch._foreach_add_(self.buffers["step"], 1)
            for group in filter(len, self.groups):
                own = [gradients[i] for i in group]
                (self._update_whole if plain else self._update_in_pieces)(group, own, self._scale(own))

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Load saved buffers, named "i.key" for parameter i; KeyError if one is missing, RuntimeError if one does not fit."""
        self.buffers = {}
        if tensors:
            self.begin()
            for key, values in self.buffers.items():
                for i, value in enumerate(values):
                    value.copy_(tensors[f"{i}.{key}"])

    def begin(self) -> None:
        """Make the buffers, if there are none yet."""
        if self.buffers:
            return
        names = {"sgd": ("momentum_buffer",) if self.momentum else (), "adam": ("exp_avg", "exp_avg_sq")}[self.kind]
        self.buffers = {name: [torch.zeros_like(p) for p in self.masters] for name in names}
        if self.kind == "adam":
            self.buffers["step"] = [torch.zeros((), device=p.device) for p in self.masters]

    @property
    def _moments(self):
        return [values for name, values in self.buffers.items() if name != "step"]

    def _scale(self, gradients):
        """What the gradients are divided by so that their joint norm is at most `clip`; no number leaves the device."""
        if not self.clip:
            return None
        norms = objectives.at_least_fp32(
            torch.stack(torch._foreach_norm(gradients))
        )  # of bf16 numbers summed up in fp32
        return ((norms.norm() + 1e-6) / self.clip).clamp(min=1)

    def _update_whole(self, which, gradients, scale):
        """The masters numbered `which` from fp32 gradients, all at once."""
        masters, *moments = ([values[i] for i in which] for values in (self.masters, *self._moments))
        self._update(which, masters, gradients, moments, scale)

    def _update_in_pieces(self, which, gradients, scale):
        """The masters numbered `which` from bf16 gradients, rounded back into the working copies."""
        size = PIECE if self.masters[0].device.type == "cpu" else max(p.numel() for p in self.masters)
        scratch = torch.empty(size, device=self.masters[0].device)
        for i, gradient in zip(which, gradients, strict=True):
            tensors = [self.masters[i], gradient, self.working[i].detach(), *(moment[i] for moment in self._moments)]
            for piece in zip(*(tensor.reshape(-1).split(size) for tensor in tensors), strict=True):
                p, g, w, *moments = piece
                g = scratch[: len(g)].copy_(g)
                self._update([i], [p], [g], [[moment] for moment in moments], scale)
                w.copy_(p)

    def _update(self, which, parameters, gradients, moments, scale):
        """torch's fused kernels on lists of tensors; `which` says whose step counts they are."""
        fused = parameters[0].device.type in FUSED_CLIPPING and parameters[0].dtype == torch.float32
        if scale is not None and not fused:
            gradients, scale = torch._foreach_div(gradients, scale), None
        common = {"lr": self.rate, "weight_decay": 0.0, "maximize": False, "grad_scale": scale, "found_inf": None}
        if self.kind == "adam":
            steps = [self.buffers["step"][i] for i in which]
            betas = {"beta1": self.momentum, "beta2": ADAM_BETA2, "eps": ADAM_EPSILON, "amsgrad": False}
            torch._fused_adam_(parameters, gradients, *moments, [], steps, **betas, **common)
        else:
            plain = {"momentum": self.momentum, "dampening": 0.0, "nesterov": False, "is_first_step": False}
            torch._fused_sgd_(parameters, gradients, moments[0] if moments else [], **plain, **common)
