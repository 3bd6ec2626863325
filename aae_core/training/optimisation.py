"""Fast optimiser steps: fused optimisers, and networks in bf16 beside their fp32 master parameters.

`phases` defines what each phase minimises; this module only computes the updates. The masters are the model's own parameters,
always in fp32, and only they are saved, measured and shown. If matrix products are computed in bf16, a step uses a working copy
of the networks in that format. On a processor each update then reads the gradients, changes the masters and rounds them into the
copy in one pass over memory, block by block, so that the intermediate results stay in the cache; on a GPU all parameters share a
few kernels.
"""

import copy
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from aae_core.config.configuration import OptimiserConfig
from aae_core.models import objectives

# Numbers updated at once: 4 MiB of each buffer, which fits into the cache; with smaller pieces, threads are woken too often.
PIECE = 2**20
FUSED_CLIPPING = ("cpu", "cuda")  # device types on which torch's fused kernels rescale fp32 gradients themselves
ADAM_BETA2, ADAM_EPSILON = 0.999, 1e-8  # torch's defaults; the paper does not use Adam


def working_copy(model: nn.Module, precision: str) -> nn.Module:
    """The networks with which a step computes: the model itself if `precision` is "fp32", a copy with bf16 parameters if it is
    "bf16". Buffers (running statistics) are shared with the model, and so are the parameters of batch norms, which torch requires
    in the format of the statistics."""
    if precision == "fp32":
        return model
    norm_parameters = [p for layer in model.modules() if isinstance(layer, nn.BatchNorm1d) for p in layer.parameters()]
    shared = {id(tensor): tensor for tensor in (*model.buffers(), *norm_parameters)}
    net = copy.deepcopy(model, dict(shared))
    for parameter in net.parameters():
        if id(parameter) not in shared:
            parameter.data = parameter.data.bfloat16()
    return net


def refresh(net: nn.Module, model: nn.Module) -> None:
    """Round the model's parameters into its working copy, for use after they were changed by other means than an Optimiser."""
    if net is not model:
        with torch.no_grad():
            for working, master in zip(net.parameters(), model.parameters(), strict=True):
                if working is not master:
                    working.copy_(master)


class Optimiser:
    """SGD with momentum, or Adam, over the parameters that one phase moves.

    masters: fp32 parameters, in groups whose gradients are clipped separately; working: the parameters with which the loss is
    computed, either the masters or their bf16 copies, in the same groups; rate: the learning rate, which may be changed at any
    time; momentum: of SGD, or β₁ of Adam; average: turns the gradients of this process's part of a mini-batch into those of the
    whole. `buffers` holds, after the first step, a tensor for each parameter under the names that torch's optimisers use.
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
        self.masters: list[Tensor] = []
        self.groups: list[range] = []  # the indices of each group in `masters`
        for group in masters:
            start = len(self.masters)
            self.masters += [parameter.detach() for parameter in group]
            self.groups.append(range(start, len(self.masters)))
        self.working = [parameter for group in working for parameter in group]
        self.kind, self.clip, self.rate, self.momentum = options.kind, options.clip, rate, momentum
        self.average = average
        self.buffers: dict[str, list[Tensor]] = {}

    def descend(self, loss: Tensor) -> None:
        """One step that decreases `loss`, with gradients for this phase's parameters alone; those of each group are clipped to a
        joint norm of `clip`, unless that is 0."""
        gradients = torch.autograd.grad(loss, self.working)
        # in the memory layout of the parameters, since the kernels ignore strides
        gradients = self.average(gradient.contiguous() for gradient in gradients)
        plain = all(gradient.dtype == master.dtype for gradient, master in zip(gradients, self.masters, strict=True))
        with torch.no_grad():
            self.begin()
            if self.kind == "adam":
                torch._foreach_add_(self.buffers["step"], 1)
            if plain:
                update = self._update_whole
            elif self.masters[0].device.type == "cpu":
                update = self._update_in_pieces
            else:
                update = self._update_and_round
            for group in self.groups:
                if len(group):
                    own = [gradients[i] for i in group]
                    update(group, own, self._scale(own))

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Load saved buffers, which are named "i.key" for parameter i, or none if `tensors` is empty; KeyError if one is missing,
        RuntimeError if a shape does not fit."""
        self.buffers = {}
        if tensors:
            self.begin()
            for key, values in self.buffers.items():
                for i, value in enumerate(values):
                    value.copy_(tensors[f"{i}.{key}"])

    def begin(self) -> None:
        """Create the buffers, if there are none yet."""
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
        """The tensor by which gradients are divided so that their joint norm is at most `clip`; None without clipping. It stays
        on the device, so that the CPU does not wait for it."""
        if not self.clip:
            return None
        norms = objectives.at_least_fp32(torch.stack(torch._foreach_norm(gradients)))  # combined in fp32
        return ((norms.norm() + 1e-6) / self.clip).clamp(min=1)

    def _update_whole(self, which, gradients, scale):
        """Update the masters with the indices `which` from fp32 gradients, all at once."""
        masters = [self.masters[i] for i in which]
        moments = [[moment[i] for i in which] for moment in self._moments]
        self._update(which, masters, gradients, moments, scale)

    def _update_in_pieces(self, which, gradients, scale):
        """Update the masters with the indices `which` from bf16 gradients, and round them into the working copies."""
        scratch = torch.empty(PIECE)
        for i, gradient in zip(which, gradients, strict=True):
            tensors = [self.masters[i], gradient, self.working[i].detach(), *(moment[i] for moment in self._moments)]
            for piece in zip(*(tensor.reshape(-1).split(PIECE) for tensor in tensors), strict=True):
                p, g, w, *moments = piece
                g = scratch[: len(g)].copy_(g)
                self._update([i], [p], [g], [[moment] for moment in moments], scale)
                w.copy_(p)

    def _update_and_round(self, which, gradients, scale):
        """The same where each operation is a kernel of its own that a GPU must start, so that all tensors share few of them."""
        # not the parameters of batch norms, which have no copy
        copies = [i for i in which if self.working[i].dtype != self.masters[i].dtype]
        by_index = dict(zip(which, gradients, strict=True))
        widened = [torch.empty_like(self.masters[i]) for i in copies]
        torch._foreach_copy_(widened, [by_index[i] for i in copies])
        by_index |= zip(copies, widened, strict=True)
        self._update_whole(which, [by_index[i] for i in which], scale)
        torch._foreach_copy_([self.working[i].detach() for i in copies], [self.masters[i] for i in copies])

    def _update(self, which, parameters, gradients, moments, scale):
        """Run torch's fused kernels on lists of tensors. which: the indices of their parameters, for Adam's step counts."""
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
