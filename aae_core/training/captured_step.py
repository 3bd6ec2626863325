"""The whole step of a training as one captured CUDA graph, so that a GPU starts its two hundred or so kernels with one
call.

The computation remains that of `phases.training_step`. It is captured once, together with the preparation of the
mini-batch, on images at a fixed place in memory, and replayed for every mini-batch, whose images are copied there.
Learning rates, whether the images are altered, and the weight of the entropy of the contents are constants of a
capture, so a new one is made when they change, which happens a few times per training. Before a capture is used, one
step of it is compared with the same step computed without it. If the two differ, or if the capture fails, training
continues without captures, and the training's `choice` says why.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from aae_core.training import machine
from aae_core.training.training import Training

WARM_UP_STEPS = 3  # plain steps before a capture, in which libraries initialise themselves, as torch requires
# of a plain step's length by which a captured one may differ, since bf16 sums round differently
MAX_RELATIVE_DIFFERENCE = 0.05


def make_step_function(training: Training, step: Callable) -> Callable:
    """A function that computes step(training, training.current_batch()): captured if the training `captures`, plainly
    otherwise."""
    if training.captures:
        return CapturedStep(training, step, CudaGraph)

    def run_step():
        with training.plugin_random_state():
            return step(training, training.current_batch())

    return run_step


class CudaGraph:
    """A capture of the kernels that `work` starts on the GPU, which `replay` starts again on the same tensors. result:
    what `work` returned."""

    def __init__(self, work: Callable[[], object], generator: torch.Generator):
        self._graph = torch.cuda.CUDAGraph()
        self._graph.register_generator_state(generator)  # random numbers go on from replay to replay
        with torch.cuda.graph(self._graph):
            self.result = work()

    def replay(self) -> None:
        self._graph.replay()

    @staticmethod
    def current_stream():
        """The current CUDA stream."""
        return torch.cuda.current_stream()

    @staticmethod
    def set_stream(stream) -> None:
        torch.cuda.set_stream(stream)

    @staticmethod
    def run_on_side_stream(work: Callable[[], object]) -> None:
        """Run `work` on a separate CUDA stream, as torch requires before a capture."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        try:
            with torch.cuda.stream(stream):
                work()
        finally:  # what it had begun must be over before the caller restores anything
            torch.cuda.current_stream().wait_stream(stream)


class CapturedStep:
    """Computes the steps of a training by a capture, which is made at the first mini-batch and whenever a constant of
    it changes.

    step: `phases.training_step`; capture_class: the class that captures, `CudaGraph` or a stand-in.
    """

    def __init__(self, training: Training, step: Callable, capture_class: type):
        self._training, self._step, self._capture_class = training, step, capture_class
        self._constants, self._current_capture, self._fixed_batch = None, None, None

    def __call__(self) -> dict[str, Tensor]:
        """One step on the next mini-batch; returns each phase's loss, as `phases.training_step` does."""
        raw_batch = self._training.select_batch_items()
        rates = (optimiser.rate for optimiser in self._training.optimisers.values())
        constants = [self._training.encoder_sees_unaltered, self._training.entropy_weight, *rates]
        if self._training.captures and constants != self._constants:
            self._make_capture(raw_batch)
            self._constants = constants
        if not self._training.captures:
            return self._step(self._training, self._training.prepare_batch(*raw_batch))
        torch._foreach_copy_(_tensors_without_none(self._fixed_batch), _tensors_without_none(raw_batch))
        self._current_capture.replay()
        phases, losses = self._current_capture.result
        return dict(zip(phases, losses.clone(), strict=True))

    def _make_capture(self, raw_batch):
        """Make a capture and check it against a plain step. The training's state is unchanged afterwards, except that
        `captures` is turned off, and `choice` says why, if the capture failed."""
        training, stream = self._training, self._capture_class.current_stream()
        initial_tensors: list[Tensor] = []
        self._current_capture = None  # frees the memory of the former capture before a new one takes its own
        for optimiser in training.optimisers.values():
            optimiser.create_buffers()
        saved_draws = training.samples_ahead
        training.samples_ahead = training.samples_ahead[:0]
        rng_state = training.rng.get_state()

        def restore_state():
            if initial_tensors:
                with torch.no_grad():
                    for tensor, initial in zip(_changing_tensors(training), initial_tensors, strict=True):
                        tensor.copy_(initial)
            training.rng.set_state(rng_state)

        def run_step():
            losses = self._step(training, training.prepare_batch(*self._fixed_batch))
            return list(losses), torch.stack([*losses.values()])

        def warm_up():
            for _ in range(WARM_UP_STEPS):
                run_step()

        try:
            self._fixed_batch = tuple(None if tensor is None else tensor.clone() for tensor in raw_batch)
            state_before = _copy_state(training)
            initial_tensors += [tensor.clone() for tensor in _changing_tensors(training)]
            self._capture_class.run_on_side_stream(warm_up)
            restore_state()
            run_step()
            expected_state = _copy_state(training)
            restore_state()
            self._current_capture = self._capture_class(run_step, training.rng)
            restore_state()
            self._current_capture.replay()
            failure = "" if _is_close(state_before, expected_state, _copy_state(training)) else machine.CAPTURE_DIFFERS
        except RuntimeError:  # which CUDA and torch raise for all that cannot be captured
            failure = machine.CAPTURE_FAILED
            # a capture that broke off leaves its stream as the current one, and its generator may refuse to draw
            # outside of it
            self._capture_class.set_stream(stream)
            training.rng = torch.Generator(training.rng.device)
        restore_state()
        if failure:
            training.captures = False
            training.samples_ahead = saved_draws
            self._current_capture = None
            training.choice = replace(training.choice, why=f"{training.choice.why} {failure}".strip())


def _changing_tensors(training: Training) -> list[Tensor]:
    """All tensors that a step changes in place: parameters, running statistics, bf16 copies and optimiser buffers."""
    buffers = [
        value for optimiser in training.optimisers.values() for values in optimiser.buffers.values() for value in values
    ]
    net_tensors = {
        id(tensor): tensor for net in (training.model, training.net) for tensor in (*net.parameters(), *net.buffers())
    }
    return [tensor.detach() for tensor in net_tensors.values()] + buffers


def _copy_state(training: Training) -> dict[str, list[Tensor]]:
    """Copies of what a step changes, in the groups in which they are compared: running statistics, and of each
    optimiser its parameters and each kind of buffer. Parameters and momentum are separate groups, because momentum
    changes by a whole gradient, beside which a wrong learning rate would not be noticed."""
    groups = {"statistics": [value for value in training.model.buffers() if value.is_floating_point()]}
    for phase, optimiser in training.optimisers.items():
        groups[phase] = optimiser.masters
        groups |= {f"{phase} {name}": values for name, values in optimiser.buffers.items() if name != "step"}
    return {name: [tensor.clone() for tensor in tensors] for name, tensors in groups.items()}


def _is_close(state_before, expected_state, captured_state) -> bool:
    """Whether the captured step took each group from `state_before` to `captured_state` close to `expected_state`,
    where the plain step took it: to within MAX_RELATIVE_DIFFERENCE of the plain step's length."""

    def squared_distance(first, second):
        return sum((a - b).double().square().sum() for a, b in zip(first, second, strict=True))

    differences = [
        (
            squared_distance(captured_state[name], expected_state[name]),
            squared_distance(state_before[name], expected_state[name]),
        )
        for name in expected_state
        if expected_state[name]
    ]
    return all(
        bool(squared_difference.sqrt() <= MAX_RELATIVE_DIFFERENCE * squared_length.sqrt())
        for squared_difference, squared_length in differences
    )


def _tensors_without_none(raw_batch) -> list[Tensor]:
    return [tensor for tensor in raw_batch if tensor is not None]
