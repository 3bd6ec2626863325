"""Fast optimiser steps: fused optimisers, and networks in bf16 beside their fp32 master parameters.

`phases` defines what each phase minimises; this module only computes the updates. The masters are the model's own
parameters, always in fp32, and only they are saved, measured and shown. If matrix products are computed in bf16, a step
uses a working copy of the networks in that format. On a processor each update then reads the gradients, changes the
masters and rounds them into the copy in one pass over memory, block by block, so that the intermediate results stay in
the cache; on a GPU all parameters share a few kernels.
"""

import copy

import torch
from torch import Tensor, nn

from aae_core.config.settings import OptimiserConfig
from aae_core.models import objectives

# Numbers updated at once: 4 MiB of each buffer, which fits into the cache; with smaller pieces, threads are woken too
# often.
PIECE_SIZE = 2**20
FUSED_CLIPPING = ("cpu", "cuda")  # device types on which torch's fused kernels rescale fp32 gradients themselves
ADAM_BETA2, ADAM_EPSILON = 0.999, 1e-8  # torch's defaults; the paper does not use Adam


def model_in_precision(model: nn.Module, precision: str) -> nn.Module:
    """The networks with which a step computes: the model itself if `precision` is "fp32", a copy with bf16 parameters
    if it is "bf16". Buffers (running statistics) are shared with the model, and so are the parameters of batch norms,
    which torch requires in the format of the statistics."""
    if precision == "fp32":
        return model
    norm_parameters = [p for layer in model.modules() if isinstance(layer, nn.BatchNorm1d) for p in layer.parameters()]
    shared_tensors = {id(tensor): tensor for tensor in (*model.buffers(), *norm_parameters)}
    net = copy.deepcopy(model, dict(shared_tensors))
    for parameter in net.parameters():
        if id(parameter) not in shared_tensors:
            parameter.data = parameter.data.bfloat16()
    return net


def refresh_working_copy(net: nn.Module, model: nn.Module) -> None:
    """Round the model's parameters into its working copy, for use after they were changed by other means than an
    Optimiser."""
    if net is not model:
        with torch.no_grad():
            for working_parameter, master_parameter in zip(net.parameters(), model.parameters(), strict=True):
                if working_parameter is not master_parameter:
                    working_parameter.copy_(master_parameter)


class Optimiser:
    """SGD with momentum, or Adam, over the parameters that one phase moves.

    masters: fp32 parameters, in groups whose gradients are clipped separately; working_copies: the parameters with which the
    loss is computed, either the masters or their bf16 copies, in the same groups; rate: the learning rate, which may be
    changed at any time; momentum: of SGD, or β₁ of Adam. `buffers` holds, after the first step, a tensor for each
    parameter under the names that torch's optimisers use.
    """

    def __init__(self, options: OptimiserConfig, masters, working_copies, rate: float, momentum: float):
        self.masters: list[Tensor] = []
        self.groups: list[range] = []  # the indices of each group in `masters`
        for group in masters:
            start = len(self.masters)
            self.masters += [parameter.detach() for parameter in group]
            self.groups.append(range(start, len(self.masters)))
        self.working_copies = [parameter for group in working_copies for parameter in group]
        self.kind, self.clip, self.rate, self.momentum = options.kind, options.clip, rate, momentum
        self.buffers: dict[str, list[Tensor]] = {}

    def descend(self, loss: Tensor) -> None:
        """One step that decreases `loss`, with gradients for this phase's parameters alone; those of each group are
        clipped to a joint norm of `clip`, unless that is 0."""
        # a plug-in's network may have weights that do not enter every loss: their gradient is 0
        gradients = torch.autograd.grad(loss, self.working_copies, allow_unused=True, materialize_grads=True)
        # in the memory layout of the parameters, since the kernels ignore strides
        gradients = [gradient.contiguous() for gradient in gradients]
        has_fp32_gradients = all(
            gradient.dtype == master.dtype for gradient, master in zip(gradients, self.masters, strict=True)
        )
        with torch.no_grad():
            self.create_buffers()
            if self.kind == "adam":
                torch._foreach_add_(self.buffers["step"], 1)
            if has_fp32_gradients:
                update = self._update_whole
            elif self.masters[0].device.type == "cpu":
                update = self._update_in_pieces
            else:
                update = self._update_and_round
            for group in self.groups:
                if len(group):
                    group_gradients = [gradients[i] for i in group]
                    update(group, group_gradients, self._clip_divisor(group_gradients))

    def load_buffers(self, tensors: dict[str, Tensor]) -> None:
        """Load saved buffers, which are named "i.key" for parameter i, or none if `tensors` is empty; KeyError if one
        is missing, RuntimeError if a shape does not fit."""
        self.buffers = {}
        if tensors:
            self.create_buffers()
            for key, values in self.buffers.items():
                for i, value in enumerate(values):
                    value.copy_(tensors[f"{i}.{key}"])

    def create_buffers(self) -> None:
        """Create the buffers, if there are none yet."""
        if self.buffers:
            return
        names = {"sgd": ("momentum_buffer",) if self.momentum else (), "adam": ("exp_avg", "exp_avg_sq")}[self.kind]
        self.buffers = {name: [torch.zeros_like(master) for master in self.masters] for name in names}
        if self.kind == "adam":
            self.buffers["step"] = [torch.zeros((), device=master.device) for master in self.masters]

    @property
    def _moment_buffers(self) -> list[list[Tensor]]:
        return [values for name, values in self.buffers.items() if name != "step"]

    def _clip_divisor(self, gradients):
        """The tensor by which gradients are divided so that their joint norm is at most `clip`; None without clipping.
        It stays on the device, so that the CPU does not wait for it."""
        if not self.clip:
            return None
        norms = objectives.to_at_least_fp32(torch.stack(torch._foreach_norm(gradients)))  # combined in fp32
        return ((norms.norm() + 1e-6) / self.clip).clamp(min=1)

    def _update_whole(self, indices, gradients, scale):
        """Update the masters with the indices `indices` from fp32 gradients, all at once."""
        masters = [self.masters[i] for i in indices]
        moments = [[moment[i] for i in indices] for moment in self._moment_buffers]
        self._run_fused_update(indices, masters, gradients, moments, scale)

    def _update_in_pieces(self, indices, gradients, scale):
        """Update the masters with the indices `indices` from bf16 gradients, and round them into the working copies."""
        scratch = torch.empty(PIECE_SIZE)
        for i, gradient in zip(indices, gradients, strict=True):
            tensors = [
                self.masters[i],
                gradient,
                self.working_copies[i].detach(),
                *(moment[i] for moment in self._moment_buffers),
            ]
            for piece in zip(*(tensor.reshape(-1).split(PIECE_SIZE) for tensor in tensors), strict=True):
                master_piece, gradient_piece, working_piece, *moments = piece
                gradient_piece = scratch[: len(gradient_piece)].copy_(gradient_piece)
                self._run_fused_update([i], [master_piece], [gradient_piece], [[moment] for moment in moments], scale)
                working_piece.copy_(master_piece)

    def _update_and_round(self, indices, gradients, scale):
        """The same where each operation is a kernel of its own that a GPU must start, so that all tensors share few of
        them."""
        # not the parameters of batch norms, which have no copy
        rounded_indices = [i for i in indices if self.working_copies[i].dtype != self.masters[i].dtype]
        gradient_by_index = dict(zip(indices, gradients, strict=True))
        fp32_gradients = [torch.empty_like(self.masters[i]) for i in rounded_indices]
        torch._foreach_copy_(fp32_gradients, [gradient_by_index[i] for i in rounded_indices])
        gradient_by_index |= zip(rounded_indices, fp32_gradients, strict=True)
        self._update_whole(indices, [gradient_by_index[i] for i in indices], scale)
        torch._foreach_copy_(
            [self.working_copies[i].detach() for i in rounded_indices], [self.masters[i] for i in rounded_indices]
        )

    def _run_fused_update(self, indices, parameters, gradients, moments, scale):
        """Run torch's fused kernels on lists of tensors. indices: the indices of their parameters, for Adam's step
        counts."""
        clips_in_kernel = parameters[0].device.type in FUSED_CLIPPING and parameters[0].dtype == torch.float32
        if scale is not None and not clips_in_kernel:
            gradients, scale = torch._foreach_div(gradients, scale), None
        common_options = {
            "lr": self.rate,
            "weight_decay": 0.0,
            "maximize": False,
            "grad_scale": scale,
            "found_inf": None,
        }
        if self.kind == "adam":
            steps = [self.buffers["step"][i] for i in indices]
            adam_options = {"beta1": self.momentum, "beta2": ADAM_BETA2, "eps": ADAM_EPSILON, "amsgrad": False}
            torch._fused_adam_(parameters, gradients, *moments, [], steps, **adam_options, **common_options)
        else:
            sgd_options = {"momentum": self.momentum, "dampening": 0.0, "nesterov": False, "is_first_step": False}
            torch._fused_sgd_(parameters, gradients, moments[0] if moments else [], **sgd_options, **common_options)
