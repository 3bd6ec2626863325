"""The whole step of a training as one captured CUDA graph, so that a GPU starts its two hundred or so kernels with one call.

It is used only with capture=on, because it was tested with a stand-in for the graph and has not run on a GPU yet.

`phases.step` remains what is computed. It is captured once, on a mini-batch at a fixed place in memory, and replayed for every
mini-batch that is copied there. Learning rates, and whether the images are altered, are constants of the capture, so a new one is
made when they change, which is a few times per training. Before a capture is used, one step of it is compared with the same step
computed without it; where the two differ, or capture fails, the steps continue uncaptured and the training's choice says why.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from aae_core.config.configuration import Config

WARM_UP = 3  # plain steps before a capture, required by torch: libraries initialise themselves in them
DIFFERENCE = 0.05  # of a plain step's length, by which a captured one may differ: bf16 products round in another order


def asked_for(device: str, config: Config) -> bool:
    """Whether to capture the steps: on a `device` of type "cuda", if the configuration says so."""
    return device == "cuda" and config.capture == "on"


def fast_step(t, step: Callable) -> Callable:
    """The fastest `step(t, batch)` on the training's device: captured if it `captures`."""
    return Captured(t, step, CudaGraph) if t.captures else lambda batch: step(t, batch)


class CudaGraph:
    """A capture of the work that `work` starts on the GPU; `replay` repeats it on the same tensors."""

    def __init__(self, work: Callable[[], object], generator: torch.Generator):
        self._graph = torch.cuda.CUDAGraph()
        self._graph.register_generator_state(generator)  # random numbers go on from replay to replay
        with torch.cuda.graph(self._graph):
            self.result = work()

    def replay(self) -> None:
        self._graph.replay()

    @staticmethod
    def apart(work: Callable[[], object]) -> None:
        """Run `work` on a separate stream, as is required before a capture."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            work()
        torch.cuda.current_stream().wait_stream(stream)


class Captured:
    """Takes the steps of training `t` from a capture, made at the first mini-batch and whenever one of its constants changes.

    graph: what captures, `CudaGraph` or one like it.
    """

    def __init__(self, t, step: Callable, graph: type):
        self._t, self._step, self._graph = t, step, graph
        self._constants, self._captured, self._batch = None, None, None

    def __call__(self, batch) -> dict[str, Tensor]:
        """One step on `batch`; returns each phase's loss, as `phases.step` does."""
        constants = [self._t.sees_clean, *(optimiser.rate for optimiser in self._t.optimisers.values())]
        if self._t.captures and constants != self._constants:
            self._capture(batch)
            self._constants = constants
        if not self._t.captures:
            return self._step(self._t, batch)
        for source, target in zip(_tensors(batch), _tensors(self._batch), strict=True):
            target.copy_(source)
        self._captured.replay()
        return {phase: loss.clone() for phase, loss in self._captured.result.items()}

    def _capture(self, batch):
        """Make a capture and check that it equals a plain step; the training's state is unchanged afterwards."""
        t = self._t
        for optimiser in t.optimisers.values():
            optimiser.begin()
        drawn, self._batch, t.drawn = t.drawn, _still(batch), t.drawn[:0]
        before, random = [tensor.clone() for tensor in _moving(t)], t.rng.get_state()
        start = _copies(t)

        def again():
            with torch.no_grad():
                for tensor, former in zip(_moving(t), before, strict=True):
                    tensor.copy_(former)
            t.rng.set_state(random)

        def one():
            return self._step(t, self._batch)

        try:
            self._graph.apart(lambda: [one() for _ in range(WARM_UP)])
            again()
            one()
            wanted = _copies(t)
            again()
            self._captured = self._graph(one, t.rng)
            again()
            self._captured.replay()
            why = "" if _alike(start, wanted, _copies(t)) else "A captured step gave a result other than a plain one."
        except RuntimeError as error:  # whatever CUDA and torch raise where something cannot be captured
            why = f"The step could not be captured as a whole ({type(error).__name__})."
        again()
        if why:
            t.captures, t.drawn, self._captured = False, drawn, None
            t.choice = replace(t.choice, why=f"{t.choice.why} {why}".strip())


def _moving(t) -> list[Tensor]:
    """Everything that a step changes in place: parameters, running statistics, working copies, optimiser buffers."""
    kept = [value for optimiser in t.optimisers.values() for values in optimiser.buffers.values() for value in values]
    nets = {id(tensor): tensor for net in (t.model, t.net) for tensor in (*net.parameters(), *net.buffers())}
    return [*(tensor.detach() for tensor in nets.values()), *kept]


def _copies(t) -> dict[str, list[Tensor]]:
    """Copies of what a step changes, grouped as they are compared: each optimiser's parameters, each kind of its buffers, and
    running statistics. Parameters and momentum are compared apart, because momentum changes by a whole gradient, beside which an
    update with a wrong learning rate would go unnoticed."""
    found = {"statistics": [value for value in t.model.buffers() if value.is_floating_point()]}
    for phase, optimiser in t.optimisers.items():
        found[phase] = optimiser.masters
        found |= {f"{phase} {name}": values for name, values in optimiser.buffers.items() if name != "step"}
    return {name: [tensor.clone() for tensor in tensors] for name, tensors in found.items()}


def _alike(before, wanted, found) -> bool:
    """Whether each group moved from `before` to `found`, close enough to `wanted`, where a plain step takes it."""

    def apart(here, there):
        return sum((h - t).double().square().sum() for h, t in zip(here, there, strict=True))

    far = [(apart(found[name], wanted[name]), apart(before[name], wanted[name])) for name in wanted if wanted[name]]
    return all(bool(miss.sqrt() <= DIFFERENCE * length.sqrt()) for miss, length in far)


def _still(batch):
    """A copy of a mini-batch, each tensor in memory of its own."""
    labelled = batch.labelled and tuple(tensor.clone() for tensor in batch.labelled)
    y = None if batch.y is None else batch.y.clone()
    return replace(batch, x=batch.x.clone(), noisy=batch.noisy.clone(), y=y, labelled=labelled)


def _tensors(batch) -> list[Tensor]:
    return [tensor for tensor in (batch.x, batch.noisy, batch.y, *(batch.labelled or ())) if tensor is not None]
