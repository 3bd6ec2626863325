"""The whole step of a training as one captured CUDA graph, so that a GPU starts its two hundred or so kernels with one call.

The computation remains that of `phases.step`. It is captured once, together with the preparation of the mini-batch, on images at
a fixed place in memory, and replayed for every mini-batch, whose images are copied there. Learning rates, whether the images are
altered, and the weight of the entropy of the contents are constants of a capture, so a new one is made when they change, which
happens a few times per training. Before a capture is used, one step of it is compared with the same step computed without it. If
the two differ, or if the capture fails, training continues without captures, and the training's `choice` says why.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from aae_core.config.configuration import Config
from aae_core.training import machine

WARM_UP = 3  # plain steps before a capture, in which libraries initialise themselves, as torch requires
DIFFERENCE = 0.05  # of a plain step's length by which a captured one may differ, since bf16 sums round differently


def asked_for(device: str, config: Config, processes: int = 1) -> bool:
    """Whether to capture the steps of a training: if the device type is "cuda", and one process computes it (a captured step
    cannot wait for others), unless capture=off."""
    return device == "cuda" and processes == 1 and config.capture == "on"


def fast_step(t, step: Callable) -> Callable:
    """A function that computes step(t, t.batch()): captured if the training `captures`, plainly otherwise."""
    return Captured(t, step, CudaGraph) if t.captures else lambda: step(t, t.batch())


class CudaGraph:
    """A capture of the kernels that `work` starts on the GPU, which `replay` starts again on the same tensors. result: what
    `work` returned."""

    def __init__(self, work: Callable[[], object], generator: torch.Generator):
        self._graph = torch.cuda.CUDAGraph()
        self._graph.register_generator_state(generator)  # random numbers go on from replay to replay
        with torch.cuda.graph(self._graph):
            self.result = work()

    def replay(self) -> None:
        self._graph.replay()

    @staticmethod
    def stream():
        """The current CUDA stream."""
        return torch.cuda.current_stream()

    @staticmethod
    def back_to(stream) -> None:
        torch.cuda.set_stream(stream)

    @staticmethod
    def apart(work: Callable[[], object]) -> None:
        """Run `work` on a separate CUDA stream, as torch requires before a capture."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        try:
            with torch.cuda.stream(stream):
                work()
        finally:  # what it had begun must be over before the caller restores anything
            torch.cuda.current_stream().wait_stream(stream)


class Captured:
    """Computes the steps of a training by a capture, which is made at the first mini-batch and whenever a constant of it changes.

    t: the training; step: `phases.step`; graph: the class that captures, `CudaGraph` or a stand-in.
    """

    def __init__(self, t, step: Callable, graph: type):
        self._t, self._step, self._graph = t, step, graph
        self._constants, self._captured, self._chosen = None, None, None

    def __call__(self) -> dict[str, Tensor]:
        """One step on the next mini-batch; returns each phase's loss, as `phases.step` does."""
        chosen = self._t.chosen()
        rates = (optimiser.rate for optimiser in self._t.optimisers.values())
        constants = [self._t.sees_clean, self._t.evenness, *rates]
        if self._t.captures and constants != self._constants:
            self._capture(chosen)
            self._constants = constants
        if not self._t.captures:
            return self._step(self._t, self._t.prepared(*chosen))
        torch._foreach_copy_(_tensors(self._chosen), _tensors(chosen))
        self._captured.replay()
        phases, losses = self._captured.result
        return dict(zip(phases, losses.clone(), strict=True))

    def _capture(self, chosen):
        """Make a capture and check it against a plain step. The training's state is unchanged afterwards, except that `captures`
        is turned off, and `choice` says why, if the capture failed."""
        t, stream = self._t, self._graph.stream()
        before: list[Tensor] = []
        self._captured = None  # frees the memory of the former capture before a new one takes its own
        for optimiser in t.optimisers.values():
            optimiser.begin()
        saved_draws, t.drawn, random = t.drawn, t.drawn[:0], t.rng.get_state()

        def again():
            if before:
                with torch.no_grad():
                    for tensor, former in zip(_moving(t), before, strict=True):
                        tensor.copy_(former)
            t.rng.set_state(random)

        def run_step():
            losses = self._step(t, t.prepared(*self._chosen))
            return list(losses), torch.stack([*losses.values()])

        def warm_up():
            for _ in range(WARM_UP):
                run_step()

        try:
            self._chosen = tuple(None if tensor is None else tensor.clone() for tensor in chosen)
            start = _copies(t)
            before += [tensor.clone() for tensor in _moving(t)]
            self._graph.apart(warm_up)
            again()
            run_step()
            expected = _copies(t)
            again()
            self._captured = self._graph(run_step, t.rng)
            again()
            self._captured.replay()
            why = "" if _alike(start, expected, _copies(t)) else machine.UNLIKE
        except RuntimeError:  # which CUDA and torch raise for all that cannot be captured
            why = machine.UNCAPTURED
            # a capture that broke off leaves its stream as the current one, and its generator may refuse to draw outside of it
            self._graph.back_to(stream)
            t.rng = torch.Generator(t.rng.device)
        again()
        if why:
            t.captures, t.drawn, self._captured = False, saved_draws, None
            t.choice = replace(t.choice, why=f"{t.choice.why} {why}".strip())


def _moving(t) -> list[Tensor]:
    """All tensors that a step changes in place: parameters, running statistics, bf16 copies and optimiser buffers."""
    buffers = [
        value for optimiser in t.optimisers.values() for values in optimiser.buffers.values() for value in values
    ]
    nets = {id(tensor): tensor for net in (t.model, t.net) for tensor in (*net.parameters(), *net.buffers())}
    return [tensor.detach() for tensor in nets.values()] + buffers


def _copies(t) -> dict[str, list[Tensor]]:
    """Copies of what a step changes, in the groups in which they are compared: running statistics, and of each optimiser its
    parameters and each kind of buffer. Parameters and momentum are separate groups, because momentum changes by a whole gradient,
    beside which a wrong learning rate would not be noticed."""
    groups = {"statistics": [value for value in t.model.buffers() if value.is_floating_point()]}
    for phase, optimiser in t.optimisers.items():
        groups[phase] = optimiser.masters
        groups |= {f"{phase} {name}": values for name, values in optimiser.buffers.items() if name != "step"}
    return {name: [tensor.clone() for tensor in tensors] for name, tensors in groups.items()}


def _alike(before, expected, captured) -> bool:
    """Whether the captured step took each group from `before` to `captured` close to `expected`, where the plain step took it: to
    within DIFFERENCE of the plain step's length."""

    def apart(first, second):
        return sum((a - b).double().square().sum() for a, b in zip(first, second, strict=True))

    differences = [
        (apart(captured[name], expected[name]), apart(before[name], expected[name]))
        for name in expected
        if expected[name]
    ]
    return all(bool(miss.sqrt() <= DIFFERENCE * length.sqrt()) for miss, length in differences)


def _tensors(chosen) -> list[Tensor]:
    return [tensor for tensor in chosen if tensor is not None]
